"""The oldest browsers that show the layout, and which CSS they do not know: Chrome 80, Safari 13, Firefox 78.

`too_new` names everything in a stylesheet that they would drop or misread without a fallback beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
STRING = re.compile(r""""[^"]*"|'[^']*'""")

# At-rules that the floor reads. What stands inside @supports is not judged: it asks first.
AT_RULES = {"@media", "@supports", "@page", "@font-face", "@charset", "@keyframes"}
ASKS_FIRST = "@supports"
# One unknown selector costs the whole rule, so it may only stand in a rule of its own.
NEW_SELECTORS = re.compile(r":is\(|:where\(|:has\(|:not\([^()]*,|:nth-child\([^)]* of |:dir\(|:user-|::marker|:modal|&")
ALONE = re.compile(r":focus-visible|::backdrop|:popover-open|::details-content|::target-text|:fullscreen|:autofill")
NEW_MEDIA = re.compile(r"[<>]|\b(?:width|height)\s*=")
LOGICAL = re.compile(
    r"^(?:scroll-)?(?:margin|padding|border|inset|overflow|overscroll-behavior)-(?:inline|block)\b"
    r"|^(?:min-|max-)?(?:inline|block)-size$|^inset(?:$|-)|^border-(?:start|end)-(?:start|end)-radius$"
)
NEW_PROPERTIES = {
    "aspect-ratio", "container", "container-type", "container-name", "content-visibility", "contain-intrinsic-size",
    "translate", "rotate", "scale", "field-sizing", "anchor-name", "position-anchor", "view-transition-name",
    "animation-timeline", "mask", "mask-image", "backdrop-filter", "line-clamp", "margin-trim", "text-box", "zoom",
}  # fmt: skip
NEW_VALUES = re.compile(
    r"(?P<name>clamp|color-mix|light-dark|color|oklch|oklab|lch|lab|hwb|image-set|round|mod|rem|sin|anchor|env)\("
    r"|\b\d*\.?\d+(?P<unit>[dsl]v[hwib]|[dsl]vmin|[dsl]vmax|cq[whib]|cqmin|cqmax|lh|rlh|cap|ric|ic)\b"
    r"|(?:^|[\s:,])(?P<word>subgrid|masonry|revert|revert-layer|fit-content|stretch-to-fit|balance|pretty)(?=$|[\s;,])"
)
KNOWN_ALONE = {("overflow", "clip"), ("overflow-x", "clip"), ("overflow-y", "clip"), ("display", "flow-root list-item")}
GAPS = {"gap", "row-gap", "column-gap"}


@dataclass(frozen=True)
class Rule:
    """A rule of a stylesheet. around: the at-rules it stands in. declarations: in their order."""

    around: tuple[str, ...]
    selector: str
    declarations: tuple[tuple[str, str], ...]


def rules(css: str) -> Iterator[Rule]:
    """Take a stylesheet apart. A block inside a rule, nesting, comes out as a rule whose `around` is no at-rule."""
    around: list[str] = []
    written: list[list[str]] = []
    text = ""
    for character in STRING.sub("''", COMMENT.sub("", css)):
        if character == "{":
            *before, prelude = text.split(";")
            if written:
                written[-1] += before
            around.append(" ".join(prelude.split()))
            written.append([])
            text = ""
        elif character == "}":
            inside = [*written.pop(), *text.split(";")]
            prelude = around.pop()
            declarations = tuple(declaration(each) for each in inside if ":" in each)
            if declarations or not prelude.startswith("@"):
                yield Rule(tuple(around), prelude, declarations)
            text = ""
        else:
            text += character
            if character == ";" and not around:
                yield Rule((), text.strip().rstrip(";"), ())
                text = ""


def declaration(text: str) -> tuple[str, str]:
    name, _, value = text.partition(":")
    return name.strip().lower(), " ".join(value.split())


def too_new(css: str) -> list[str]:
    """Name what the floor does not know in a stylesheet; each with the rule it stands in."""
    return [f"{rule.selector}: {what}" for rule in rules(css) for what in in_rule(rule)]


def in_rule(rule: Rule) -> Iterator[str]:
    for prelude in (*rule.around, rule.selector):
        if not prelude.startswith("@"):
            continue
        if prelude.split()[0].partition("(")[0] not in AT_RULES:
            yield prelude.split()[0]
        if prelude.startswith("@media") and NEW_MEDIA.search(prelude):
            yield f"range in {prelude}"
    if any(prelude.startswith(ASKS_FIRST) for prelude in rule.around):
        return
    if any(not prelude.startswith("@") for prelude in rule.around):
        yield "nesting"
    yield from in_selector(rule.selector)
    for at, (name, value) in enumerate(rule.declarations):
        yield from in_declaration(rule, at, name, value)


def in_selector(selector: str) -> Iterator[str]:
    if selector.startswith("@"):
        return
    if found := NEW_SELECTORS.search(selector):
        yield found[0]
    if ALONE.search(selector) and "," in selector:
        yield "a new pseudo-class in a list with older selectors"


def in_declaration(rule: Rule, at: int, name: str, value: str) -> Iterator[str]:
    if name.startswith("--"):
        return
    earlier = [older for older, _ in rule.declarations[:at]]
    own = dict(rule.declarations)
    if LOGICAL.match(name) or name in NEW_PROPERTIES:
        yield name
    if name in GAPS and "grid" not in own.get("display", "") and "columns" not in own and "column-width" not in own:
        yield f"{name} outside a grid"
    if (found := NEW_VALUES.search(value)) and name not in earlier:
        yield found[0].strip(" ,:")
    if (name, value) in KNOWN_ALONE and name not in earlier:
        yield f"{name}: {value}"
