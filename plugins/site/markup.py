"""Read the HTML that templates make as a tree, for what is made of it: plain text, the pages of a book.

Only our own HTML comes here: the theme's, and texts that plugins.story.clean has held to its list.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAG = re.compile(
    r"<!--.*?-->|<!doctype[^>]*>"
    r"|<(?P<end>/?)(?P<name>[a-z][\w:-]*)(?P<rest>(?:[^>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL | re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?""")
# fmt: off
VOID = frozenset([
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr",
])
# fmt: on
RAW = frozenset({"script", "style"})


@dataclass
class Element:
    """An element: its name, its attributes, and what is in it, texts and elements."""

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list[Element | str] = field(default_factory=list)

    def elements(self) -> Iterator[Element]:
        """Give every element in it, in the order of the page."""
        for each in self.inside:
            if isinstance(each, Element):
                yield each
                yield from each.elements()


def tree(markup: str) -> Element:
    """Read HTML; give an element without a name that holds all of it."""
    root = Element("")
    open_ones = [root]
    at = 0
    for tag in TAG.finditer(markup):
        if tag.start() < at:
            continue  # within a script or a style
        add_text(open_ones[-1], markup[at : tag.start()])
        at = tag.end()
        name = tag["name"]
        if name and tag["end"]:
            close(open_ones, name)
        elif name:
            element = Element(name, attributes(tag["rest"]))
            open_ones[-1].inside.append(element)
            if name in RAW:
                end = markup.index(f"</{name}", at)
                element.inside.append(markup[at:end])
                at = markup.index(">", end) + 1
            elif name not in VOID and not tag["rest"].endswith("/"):
                open_ones.append(element)
    add_text(open_ones[-1], markup[at:])
    return root


def add_text(element: Element, text: str) -> None:
    """Add what stands between two tags."""
    if text:
        element.inside.append(html.unescape(text))


def attributes(text: str) -> dict[str, str]:
    """Read the attributes of a tag."""
    return {name: html.unescape(one or two or three) for name, one, two, three in ATTRIBUTE.findall(text)}


def close(open_ones: list[Element], name: str) -> None:
    """Close the innermost element of a name, and all in it; none if none is open."""
    for at in range(len(open_ones) - 1, 0, -1):
        if open_ones[at].name == name:
            del open_ones[at:]
            return


def words(element: Element) -> str:
    """Give the text in an element, as it stands."""
    return "".join(each if isinstance(each, str) else words(each) for each in element.inside)
