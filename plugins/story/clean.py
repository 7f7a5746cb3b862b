"""Only clean HTML goes out: what a story may not hold is refused, never dropped in silence.

The site gains one gate for every story body. `refused_html` takes what Python-Markdown made of a
body and gives back a `Problem` for each thing that a reader's browser must not meet: scripts, event
handlers, addresses that run code, forms, frames, pictures from other hosts, styles, comments,
invisible control characters, and tags that are unclosed or wrongly nested.

Three questions, in this order:

1. Is it written in the plain subset of HTML's syntax that no two parsers read differently?
2. Is every tag, attribute and address on the lists below, and every tag closed in its place?
3. Does a browser's parser (html5ever, the WHATWG algorithm, through nh3) read the same tree from
   it as is written? If sanitising changed anything, parsers may disagree about it: refused.
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import nh3

from plugins.story.address import target
from plugins.story.problems import Problem, did_you_mean

# --- What a story may hold -----------------------------------------------------------------------

HEADINGS = frozenset({"h2", "h3", "h4"})
VOID = frozenset({"br", "col", "hr", "img", "wbr"})
# fmt: off
PLAIN = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "caption", "cite", "code", "colgroup", "dd",
    "del", "dfn", "dl", "dt", "em", "figcaption", "figure", "i", "ins", "kbd", "li", "mark",
    "ol", "p", "pre", "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul", "var",
})
# fmt: on
TAGS = PLAIN | HEADINGS | VOID

# Where a tag must stand, directly: browsers move or drop what stands elsewhere.
_ROWS = ("thead", "tbody", "tfoot")
PARENTS: Mapping[str, tuple[str, ...]] = {
    "caption": ("table",),
    "col": ("colgroup",),
    "colgroup": ("table",),
    "dd": ("dl",),
    "dt": ("dl",),
    "figcaption": ("figure",),
    "li": ("ul", "ol"),
    "rp": ("ruby",),
    "rt": ("ruby",),
    "tbody": ("table",),
    "td": ("tr",),
    "tfoot": ("table",),
    "th": ("tr",),
    "thead": ("table",),
    "tr": _ROWS,
}

EVERYWHERE = frozenset({"dir", "lang", "title"})
ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "a": frozenset({"href", "hreflang"}),
    "blockquote": frozenset({"cite"}),
    "code": frozenset({"class"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "del": frozenset({"cite", "datetime"}),
    "h2": frozenset({"id"}),
    "h3": frozenset({"id"}),
    "h4": frozenset({"id"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "ins": frozenset({"cite", "datetime"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start", "type"}),
    "q": frozenset({"cite"}),
    "td": frozenset({"align", "colspan", "rowspan"}),
    "th": frozenset({"align", "colspan", "rowspan", "scope"}),
    "time": frozenset({"datetime"}),
}

# `time:` is a story's own way to mark a moment in words; it never reaches a reader as a link.
# Whether an https address is well formed, and http is turned away, is the link check's business.
SCHEMES = frozenset({"glossary", "http", "https", "mailto", "tel", "time"})

_NUMBER = (re.compile(r"[0-9]{1,5}"), "a whole number")
VALUES: Mapping[str, tuple[re.Pattern[str], str]] = {
    "align": (re.compile(r"left|center|right"), "'left', 'center' or 'right'"),
    "class": (re.compile(r"language-[\w+#.-]+"), "'language-…', as a fenced code block writes it"),
    "colspan": _NUMBER,
    "datetime": (re.compile(r"[0-9PTWZ:.+ -]+"), "a date, a time or a week, as in '2025-08-04'"),
    "dir": (re.compile(r"ltr|rtl|auto"), "'ltr', 'rtl' or 'auto'"),
    "height": _NUMBER,
    "hreflang": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), "a language, as in 'ru'"),
    "id": (re.compile(r"\w[\w.:-]*"), "letters, digits and hyphens"),
    "lang": (re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*"), "a language, as in 'ru'"),
    "reversed": (re.compile(r"(reversed)?"), "empty"),
    "rowspan": _NUMBER,
    "scope": (re.compile(r"(row|col)(group)?"), "'row', 'col', 'rowgroup' or 'colgroup'"),
    "span": _NUMBER,
    "start": (re.compile(r"-?[0-9]{1,5}"), "a whole number"),
    "type": (re.compile(r"[1aAiI]"), "'1', 'a', 'A', 'i' or 'I'"),
    "value": (re.compile(r"-?[0-9]{1,5}"), "a whole number"),
    "width": _NUMBER,
}

# --- How what may not be there is worded ---------------------------------------------------------

_REMOVE = "Remove it."
_SCRIPT = ("a script", _REMOVE)
_FORM = ("a form or a part of one", _REMOVE)
_FRAME = ("a page inside the page", "Remove it, and link to that page instead.")
_PLUGIN = ("an embedded object", "Remove it, and link to the file instead.")
_STYLE = ("a style", "Remove it. How things look is the theme's business.")
_HEAD = ("a tag that belongs in a page's head", _REMOVE)
_DRAWING = ("a drawing written into the text", "Save it as a file and place it as a picture.")
_MEDIA = ("sound, film or a choice of pictures", "Remove it, and link to the file instead.")
_BOX = ("a box", "Remove it. How things look is the theme's business.")
_TITLE = ("a second headline", "Start a section with '## ' instead.")
_DEEP = ("a heading this deep", "Use '##', '###' or '####'.")
FORBIDDEN: Mapping[str, tuple[str, str]] = {
    name: words
    for names, words in {
        "script noscript template slot": _SCRIPT,
        "plaintext xmp listing": ("a tag that browsers dropped long ago", "Use a code block."),
        "form input button select option optgroup textarea label fieldset legend datalist output "
        "meter progress dialog isindex keygen": _FORM,
        "iframe frame frameset noframes portal": _FRAME,
        "object embed applet param": _PLUGIN,
        "style": _STYLE,
        "link meta base title head html body": _HEAD,
        "svg math canvas": _DRAWING,
        "audio video source track picture map area": _MEDIA,
        "div section article aside main nav header footer center font": _BOX,
        "h1": _TITLE,
        "h5 h6": _DEEP,
    }.items()
    for name in names.split()
}

# Inside these, a parser reads no tags, or reads them by other rules; the whole is one finding.
# https://html.spec.whatwg.org/multipage/parsing.html#parsing-html-fragments
# fmt: off
_OPAQUE = frozenset({
    "iframe", "math", "noembed", "noframes", "noscript", "object", "plaintext", "script",
    "select", "style", "svg", "template", "textarea", "title", "xmp",
})
# fmt: on

# C0 and C1 controls but tab and line feed, bidirectional overrides and isolates (UAX 9; they let
# text read otherwise than it is stored, CVE-2021-42574), surrogates and noncharacters.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#[xX]?[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);?")

# --- Reading HTML strictly -----------------------------------------------------------------------

# https://html.spec.whatwg.org/multipage/syntax.html#attributes-2, without the freedoms that only
# error recovery grants: attributes stand apart, and no quote or `<` hides in an unquoted value.
_ATTRIBUTE = r"""\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?"""
_TOKEN = re.compile(
    rf"""
      (?P<text>[^<]+)
    | (?P<comment><!--(?:.*?--!?>|.*\Z))
    | (?P<cdata><!\[CDATA\[(?:.*?\]\]>|.*\Z))
    | (?P<declaration><![^>]*>?)
    | (?P<instruction><\?[^>]*>?)
    | (?P<end></(?P<ended>[A-Za-z][^\s/<>"'=]*)\s*>)
    | (?P<start><(?P<started>[A-Za-z][^\s/<>"'=]*)(?P<attributes>(?:{_ATTRIBUTE})*)\s*/?>)
    | (?P<broken><[^<>]*>?)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,  # ASCII: HTML's white space is not all of Unicode's
)
_PAIR = re.compile(
    r"""\s+(?P<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?P<d>[^"]*)"|'(?P<s>[^']*)'|(?P<u>[^\s"'=<>`]+)))?""",
    re.ASCII,
)
_SPLIT = re.compile(r"(<[^>]*>)")
# One way to write a tag, so that whatever reads the HTML after this check cannot stumble.
_PLAINLY = re.compile(r"""</?[a-z][a-z0-9]*(?:[ \n]+[a-z][a-z:-]*(?:="[^"<>]*")?)*[ \n]*/?>""", re.ASCII)
_NOT_HTML: Mapping[str, tuple[str, str]] = {
    "comment": ("a comment", "Remove it: readers can see comments in the page's source."),
    "cdata": ("a CDATA section", _REMOVE),
    "declaration": ("a document type or other declaration", _REMOVE),
    "instruction": ("a processing instruction", _REMOVE),
}


# Named tuples, not dataclasses: a body has hundreds of tokens, and these are made twice as fast.
class _Attribute(NamedTuple):
    name: str
    value: str
    raw: str


class _Token(NamedTuple):
    """One piece of HTML. kind: the name of the group of _TOKEN that matched."""

    kind: str
    raw: str
    at: int
    name: str = ""
    attributes: tuple[_Attribute, ...] = ()


@dataclass(frozen=True)
class _Flaw:
    """Something wrong, and the texts by which its line can be found, the surest first."""

    at: int
    needles: tuple[str, ...]
    wrong: str
    remedy: str


def refused_html(html: str, body: str, *, path: str, first_line: int) -> list[Problem]:
    """Tell what may not be published in a story's HTML; empty when all of it may.

    html: what Python-Markdown made of `body`. first_line: the line of the file where `body` starts.
    A problem stands at the line of the offending text in the source, or, where that text cannot
    be found there, at the body's first line; its words always quote the text.
    """
    return [] if _is_plainly_clean(html) else _told_at_length(html, body, path=path, first_line=first_line)


def _told_at_length(html: str, body: str, *, path: str, first_line: int) -> list[Problem]:
    tokens = list(_tokens(html))
    flaws = [*_flaws(tokens), *_unclosed_in_text(tokens, body)]
    if not flaws:
        flaws = list(_misread(html, tokens))
    source = _Source(body, html, first_line)
    return sorted({Problem(path, source.line(flaw), flaw.wrong, flaw.remedy) for flaw in flaws})


# --- The short way: most texts hold the same few tags, and nothing to be asked about ---------------


class _Known(NamedTuple):
    """A tag in which nothing is wrong. anchor: the id of a heading, or empty."""

    name: str
    is_end: bool
    is_void: bool
    parents: tuple[str, ...]
    anchor: str


def _is_plainly_clean(html: str) -> bool:
    """Say whether the three questions are soon answered: by the same rules, each kind of tag looked at once.

    False says nothing; then the long way tells what is wrong, if anything is.
    """
    if not html.replace("\n", "").isprintable() or "lt;" in html or not _has_plain_references(html):
        return False
    parts = _SPLIT.split(html)
    opened = [""]
    anchors: set[str] = set()
    for raw in parts[1::2]:
        tag = _known(raw)
        if tag is None:
            return False
        if tag.is_end:
            if opened.pop() != tag.name:
                return False
            continue
        if (tag.parents and opened[-1] not in tag.parents) or tag.anchor in anchors:
            return False
        if tag.anchor:
            anchors.add(tag.anchor)
        if not tag.is_void:
            opened.append(tag.name)
    return len(opened) == 1 and not any("<" in text for text in parts[::2]) and _cleaner().clean(html) == html


@lru_cache(maxsize=4096)
def _known(raw: str) -> _Known | None:
    """Look at one tag; None unless nothing is wrong with it."""
    tokens = list(_tokens(raw))
    token = tokens[0]
    if len(tokens) > 1 or token.kind not in ("start", "end") or token.name not in TAGS or token.name in _OPAQUE:
        return None
    if any(True for _ in _CHECKS[token.kind](token)):
        return None
    is_heading = token.name in HEADINGS
    anchor = next((each.value for each in token.attributes if each.name == "id"), "") if is_heading else ""
    is_void = token.name in VOID
    return _Known(token.name, token.kind == "end", is_void, PARENTS.get(token.name, ()), anchor)


def _has_plain_references(html: str) -> bool:
    return "&" not in html or all(map(_is_plain_reference, set(_REFERENCE.findall(html))))


@lru_cache(maxsize=4096)
def _is_plain_reference(written: str) -> bool:
    return not any(True for _ in _hidden(written, _Token("text", written, 0)))


def _tokens(html: str) -> Iterator[_Token]:
    """Read HTML strictly; what fits no rule comes out as a token of kind "broken"."""
    at = 0
    while at < len(html):
        match = _TOKEN.match(html, at)
        assert match is not None  # the rules cover every character
        kind = match.lastgroup or ""
        name = (match["started"] or match["ended"] or "").lower()
        pairs = tuple(_pairs(match["attributes"])) if match["attributes"] else ()
        yield _Token(kind, match[0], at, name, pairs)
        at = match.end()
        if kind == "start" and name in _OPAQUE:
            at = _end_of(name, html, at)


def _pairs(attributes: str) -> Iterator[_Attribute]:
    for match in _PAIR.finditer(attributes):
        value = next((match[g] for g in ("d", "s", "u") if match[g] is not None), "")
        yield _Attribute(match["name"].lower(), entities.unescape(value), match[0].strip())


def _end_of(name: str, html: str, at: int) -> int:
    """Find where an opaque element ends; where it never does, nothing of the rest is skipped."""
    match = re.compile(rf"</{re.escape(name)}\s*>", re.IGNORECASE).search(html, at)
    return match.end() if match else at


# --- The list ------------------------------------------------------------------------------------


def _flaws(tokens: list[_Token]) -> Iterator[_Flaw]:
    yield from _badly_nested(tokens)
    seen: set[str] = set()
    for token in tokens:
        yield from _CHECKS[token.kind](token)
        for attribute in token.attributes:
            if attribute.name != "id" or token.name not in HEADINGS:
                continue
            if attribute.value in seen:
                wrong = f"two headings share one anchor: {attribute.value!r}."
                yield _on(token, attribute, wrong, "Give each its own.")
            seen.add(attribute.value)


def _text(token: _Token) -> Iterator[_Flaw]:
    return _hidden(token.raw, token)


def _not_html(token: _Token) -> Iterator[_Flaw]:
    label, remedy = _NOT_HTML[token.kind]
    needles = (token.raw, token.raw.splitlines()[0])
    yield _Flaw(token.at, needles, f"{label} is not allowed: {_quoted(token.raw)}.", remedy)


def _broken(token: _Token) -> Iterator[_Flaw]:
    wrong = f"this is not a whole tag: {_quoted(token.raw)}."
    remedy = "Mend the tag, or write &lt; where you mean the character '<'."
    yield _Flaw(token.at, (token.raw, token.raw.split()[0]), wrong, remedy)


def _end(token: _Token) -> Iterator[_Flaw]:
    """Leave what the start tag tells to the start tag, and nesting to _badly_nested."""
    return _unplain(token) if token.name in TAGS else iter(())


def _start(token: _Token) -> Iterator[_Flaw]:
    if token.name not in TAGS:
        yield _Flaw(token.at, (token.raw, f"<{token.name}"), *_unknown_tag(token))
        yield from (flaw for a in token.attributes for flaw in _dangerous(token, a))
        return
    yield from _hidden(token.raw, token)
    flaws = [flaw for attribute in token.attributes for flaw in _attribute(token, attribute)]
    yield from flaws or _unplain(token)
    names = [attribute.name for attribute in token.attributes]
    for attribute in token.attributes:
        if names.count(attribute.name) > 1:
            wrong = f"an attribute is given twice: {_quoted(token.raw)}."
            yield _on(token, attribute, wrong, "Keep one of them.")


_CHECKS: Mapping[str, Callable[[_Token], Iterator[_Flaw]]] = {
    "text": _text,
    "start": _start,
    "end": _end,
    "broken": _broken,
    **dict.fromkeys(_NOT_HTML, _not_html),
}


def _unknown_tag(token: _Token) -> tuple[str, str]:
    if token.name in FORBIDDEN:
        label, remedy = FORBIDDEN[token.name]
        return f"{label} is not allowed: {_quoted(token.raw)}.", remedy
    remedy = f"{did_you_mean(token.name, TAGS)}Remove it, or write &lt; where you mean '<'."
    return f"the tag <{token.name}> is not allowed: {_quoted(token.raw)}.", remedy


def _attribute(token: _Token, attribute: _Attribute) -> Iterator[_Flaw]:
    name, quoted = attribute.name, _quoted(attribute.raw)
    dangerous = list(_dangerous(token, attribute))
    if dangerous:
        yield from dangerous
    elif name not in ATTRIBUTES.get(token.name, frozenset()) | EVERYWHERE:
        wrong = f"the attribute {name!r} is not allowed on <{token.name}>: {quoted}."
        yield _on(token, attribute, wrong, _REMOVE)
    elif name in VALUES and not VALUES[name][0].fullmatch(attribute.value):
        wrong = f"the attribute {name!r} has an impossible value: {quoted}."
        yield _on(token, attribute, wrong, f"It must be {VALUES[name][1]}.")


def _unplain(token: _Token) -> Iterator[_Flaw]:
    if not _PLAINLY.fullmatch(token.raw):
        wrong = f"this tag is not written plainly: {_quoted(token.raw)}."
        remedy = 'Use small letters and put values in double quotes, as in <a href="…">.'
        yield _Flaw(token.at, (token.raw,), wrong, remedy)


def _dangerous(token: _Token, attribute: _Attribute) -> Iterator[_Flaw]:
    """Tell attributes that run, restyle or load something, whatever tag they stand on."""
    name, quoted = attribute.name, _quoted(attribute.raw)
    if name.startswith("on"):
        wrong = f"an event handler is not allowed: {quoted}."
        yield _on(token, attribute, wrong, _REMOVE)
    elif name == "style":
        yield _on(token, attribute, f"a style is not allowed: {quoted}.", _STYLE[1])
    elif name in _ADDRESSES:
        yield from _address(token, attribute)


_ADDRESSES = frozenset({"action", "background", "cite", "data", "formaction", "href", "poster", "src", "xlink:href"})


def _address(token: _Token, attribute: _Attribute) -> Iterator[_Flaw]:
    quoted = _quoted(attribute.raw)
    scheme, is_remote = target(attribute.value)
    if scheme and scheme not in SCHEMES:
        wrong = f"an address that starts with {scheme + ':'!r} is not allowed: {quoted}."
        yield _on(token, attribute, wrong, "Link to a page, or remove it.")
    elif token.name == "img" and (scheme or is_remote):
        wrong = f"a picture from another host is not allowed: {quoted}."
        remedy = "Put the picture into content/images and name it from there."
        yield _on(token, attribute, wrong, remedy)
    elif is_remote and not scheme:
        wrong = f"an address without its beginning is not allowed: {quoted}."
        yield _on(token, attribute, wrong, "Write it out, from https:// on.")
    elif re.search(r"[\x00-\x20\x7f\\]", attribute.value.strip(" ")):
        wrong = f"an address with a space, line break or backslash in it: {quoted}."
        yield _on(token, attribute, wrong, "Write the address in one piece; a space is %20.")


def _hidden(raw: str, token: _Token) -> Iterator[_Flaw]:
    """Tell characters that nobody sees, and references that parsers read differently."""
    for match in _HIDDEN.finditer(raw):
        yield _hidden_flaw(ord(match[0]), match[0], token)
    for match in _REFERENCE.finditer(raw):
        written = match[0]
        if not written.endswith(";") and entities.unescape(written) != written:
            wrong = f"a character reference without its semicolon: {_quoted(written)}."
            remedy = "Write the semicolon, or write &amp; where you mean '&'."
            yield _Flaw(token.at, (written,), wrong, remedy)
        elif (code := _code(written)) is not None and not _is_plain(code):
            yield _hidden_flaw(code, written, token)


def _code(reference: str) -> int | None:
    digits = reference[2:].rstrip(";")
    if not reference.startswith("&#"):
        return None
    return int(digits[1:], 16) if digits[:1] in {"x", "X"} else int(digits[:9], 10)


def _is_plain(code: int) -> bool:
    return 0 < code <= 0x10FFFF and not _HIDDEN.match(chr(code))


def _hidden_flaw(code: int, written: str, token: _Token) -> _Flaw:
    wrong = f"a hidden control character (U+{code:04X}) is not allowed."
    return _Flaw(token.at, (written, token.raw), wrong, "Remove it, or retype the text around it.")


def _on(token: _Token, attribute: _Attribute, wrong: str, remedy: str) -> _Flaw:
    needles = (token.raw, attribute.raw, attribute.raw.partition("=")[2].strip("\"' "))
    return _Flaw(token.at, (*needles, attribute.value, attribute.name), wrong, remedy)


# --- Nesting -------------------------------------------------------------------------------------


def _badly_nested(tokens: list[_Token]) -> Iterator[_Flaw]:
    """Tell tags never closed, closed in the wrong order, never opened, or in the wrong place."""
    started = {token.name for token in tokens if token.kind == "start"}
    opened: list[_Token] = []
    for token in tokens:
        if token.kind == "start" and token.name in TAGS:
            yield from _out_of_place(token, opened[-1].name if opened else "")
            opened += [token] if token.name not in VOID else []
        elif token.kind == "end" and token.name in {tag.name for tag in opened}:
            while opened[-1].name != token.name:
                yield _never_closed(opened.pop(), token)
            opened.pop()
        elif token.kind == "end" and (token.name in TAGS or token.name not in started):
            yield _never_opened(token)
    yield from map(_never_closed, opened)


def _out_of_place(token: _Token, around: str) -> Iterator[_Flaw]:
    parents = PARENTS.get(token.name)
    if parents and around not in parents:
        inside = " or ".join(f"<{parent}>" for parent in parents)
        wrong = f"{_quoted(token.raw)} does not stand in {inside}."
        yield _Flaw(token.at, (token.raw,), wrong, f"Put {inside} around it.")


def _never_opened(token: _Token) -> _Flaw:
    wrong = f"{_quoted(token.raw)} closes a tag that is not open."
    return _Flaw(token.at, (token.raw,), wrong, "Remove it, or open the tag before it.")


def _never_closed(token: _Token, before: _Token | None = None) -> _Flaw:
    where = f" before {before.raw!r}" if before else ""
    wrong = f"{_quoted(token.raw)} is not closed{where}."
    remedy = f"Close it with </{token.name}> in the same paragraph, inside the tag around it."
    return _Flaw(token.at, (token.raw,), wrong, remedy)


def _unclosed_in_text(tokens: list[_Token], body: str) -> Iterator[_Flaw]:
    """Tell tags and comments that never end: Markdown prints them, and what they meant to hide.

    In the HTML they are plain text, as is a `<` that was written as &lt;; the source tells the two
    apart. (Markdown knows no backslash before `<`.)
    """
    prose = _CODE.sub(_blank, body)
    inside_code = 0
    for token in tokens:
        if token.name in {"code", "pre"}:
            inside_code += 1 if token.kind == "start" else -1
        if token.kind != "text" or inside_code or "lt;" not in token.raw:
            continue
        for match in re.finditer(r"<[A-Za-z/!?][^\s<>]*", entities.unescape(token.raw)):
            if match[0] in prose:
                wrong = f"{_quoted(match[0])} begins a tag that never ends."
                remedy = "End it with '>', or write &lt; where you mean the character '<'."
                yield _Flaw(token.at, (match[0],), wrong, remedy)


# --- What a browser reads ------------------------------------------------------------------------

_Event = tuple[str, str, frozenset[tuple[str, str]]]


@cache
def _cleaner() -> nh3.Cleaner:
    """Make the sanitiser once: it knows the same lists, and adds and renames nothing."""
    return nh3.Cleaner(
        tags=set(TAGS),
        clean_content_tags=set(),
        attributes={"*": set(EVERYWHERE), **{tag: set(names) for tag, names in ATTRIBUTES.items()}},
        url_schemes=set(SCHEMES),
        link_rel=None,
        strip_comments=True,
    )


def _misread(html: str, tokens: list[_Token]) -> Iterator[_Flaw]:
    """Compare what is written with what a browser's parser and the allow-list leave of it."""
    cleaned = _cleaner().clean(html)
    if cleaned == html:
        return
    written = list(_events(tokens))
    read = list(_events(list(_tokens(cleaned))))
    if [event for event, _ in written] == [event for event, _ in read]:
        return
    pairs = zip(written, read, strict=False)
    at = next((n for n, (ours, theirs) in enumerate(pairs) if ours[0] != theirs[0]), len(read))
    token = written[min(at, len(written) - 1)][1] if written else _Token("text", html, 0)
    wrong = f"a browser reads this otherwise than it is written: {_quoted(token.raw)}."
    remedy = (
        "Close each tag, keep lists, tables and headings out of paragraphs, links out of links, "
        "and rows inside a table's head or body."
    )
    yield _Flaw(token.at, (token.raw, token.raw.strip().partition("\n")[0]), wrong, remedy)


def _events(tokens: list[_Token]) -> Iterator[tuple[_Event, _Token]]:
    """Reduce tokens to what a parser makes of them: tags with attributes, and joined text.

    A line break right after <pre> belongs to the tag, not to the text (WHATWG HTML, 13.1.2.5).
    """
    before: _Token | None = None
    for token in tokens:
        if token.kind == "text":
            raw = token.raw
            if before is not None and before.kind == "start" and before.name == "pre":
                raw = raw.removeprefix("\n")
            if raw:
                yield ("text", entities.unescape(raw), frozenset()), token
        else:
            pairs = frozenset((attribute.name, attribute.value) for attribute in token.attributes)
            yield (token.kind, token.name, pairs), token
        before = token


# --- Finding the line ----------------------------------------------------------------------------

# Fenced code, then code in a line, as Python-Markdown knows them; a backslash guards the next sign.
_CODE = re.compile(
    r"""
      \\.
    | ^(?P<fence>`{3,}|~{3,})[^\n]*\n .*? ^(?P=fence)[ ]*$
    | (?P<ticks>`+)(?!`) (?:(?!\n[ ]*\n).)+? (?<!`)(?P=ticks)(?!`)
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_INDENTED = re.compile(r"(?:(?<=\n\n)|\A)(?:(?: {4}|\t)[^\n]*(?:\n|\Z))+")


def _blank(match: re.Match[str]) -> str:
    """Blank a match but for its line breaks; what a backslash guards stays."""
    text = match[0]
    return text if text.startswith("\\") else re.sub(r"[^\n]", " ", text)


@dataclass(frozen=True)
class _Source:
    """A body's Markdown, with the HTML made of it, to find in the one what stands in the other."""

    body: str
    html: str
    first_line: int

    def line(self, flaw: _Flaw) -> int:
        at = self._offset(flaw)
        return self.first_line + (self.body.count("\n", 0, at) if at > 0 else 0)

    def _offset(self, flaw: _Flaw) -> int:
        """Find the same occurrence in the source, outside code first; -1 where there is none."""
        prose = _CODE.sub(_blank, self.body)
        for text in (_INDENTED.sub(_blank, prose), prose, self.body):
            for needle in filter(None, flaw.needles):
                ordinal = self.html.count(needle, 0, flaw.at)
                if found := [*_places(needle, text)] or [*_places(needle.lower(), text.lower())]:
                    return found[min(ordinal, len(found) - 1)]
        return -1


def _places(needle: str, text: str) -> Iterable[int]:
    at = text.find(needle)
    while at >= 0:
        yield at
        at = text.find(needle, at + len(needle))


def _quoted(text: str, *, most: int = 80) -> str:
    """Quote a text on one line, cut where it is long."""
    return repr(text if len(text) <= most else text[: most - 1] + "…")
