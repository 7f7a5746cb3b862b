"""Make plain text of HTML: seventy-two columns, links as numbered notes, drawings as the figures beside them.

It walks the elements and knows no kind of block, so that whatever a template shows comes through.
Where a line may end, and how wide a letter is, does not depend on Python's version: the widths are
those of Unicode 3.2, which every Python has, and what has come since of wide letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from unicodedata import ucd_3_2_0 as unicode

from plugins.site.markup import Element, tree, words

WIDTH = 72
UNSEEN = frozenset(["head", "script", "style", "svg", "template"])  # a drawing's figures stand beside it
# fmt: off
BLOCKS = frozenset([
    "address", "article", "aside", "blockquote", "dd", "details", "div", "dl", "dt", "figcaption", "figure", "footer",
    "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "summary",
    "table", "ul",
])
# fmt: on
UNDERLINES = {"h1": "=", "h2": "-"}
FURNITURE = frozenset(["author", "tag"])  # links that nobody needs to copy
ADDRESS = re.compile(r"^<?https?://")
SPACES = re.compile(r"[ \t\n\r\f]+")
BREAK = "\v"  # <br>
WIDE = ((0x1F300, 0x1FAFF), (0x20000, 0x3FFFD))  # since Unicode 3.2: pictographs and rare Chinese letters


@lru_cache(maxsize=4096)
def columns(letter: str) -> int:
    """Give how many columns a letter takes: none, one or two."""
    if unicode.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    is_wide = unicode.east_asian_width(letter) in "WF" or any(a <= ord(letter) <= z for a, z in WIDE)
    return 2 if is_wide else 1


def width(text: str) -> int:
    """Give how many columns a text takes."""
    return len(text) if text.isascii() else sum(map(columns, text))


def plain_text(markup: str, links: str) -> str:
    """Make plain text of HTML. links: the heading of the notes, which hold the addresses."""
    walk = Walk(links=[])
    lines = walk.block(tree(markup), WIDTH)
    if walk.links:
        lines += ["", links, "-" * width(links), ""]
        lines += [f"[{number}] {address}" for number, address in enumerate(walk.links, start=1)]
    return "\n".join(line.rstrip() for line in lines).replace("\xa0", " ") + "\n"


@dataclass
class Walk:
    """A way through one page. links: the addresses met, in the order of their numbers."""

    links: list[str] = field(default_factory=list)

    def block(self, element: Element, room: int) -> list[str]:
        """Give the lines of what is in an element: its blocks parted by an empty line."""
        parts = list(self.parts(element, room))
        return [line for at, part in enumerate(parts) for line in (["", *part] if at else part)]

    def parts(self, element: Element, room: int) -> Iterator[list[str]]:
        """Give the lines of each block in an element; text that stands in no block is one."""
        loose: list[Element | str] = []
        for each in element.inside:
            if isinstance(each, Element) and each.name in BLOCKS:
                yield from self.paragraph(loose, room)
                loose = []
                if lines := self.one(each, room):
                    yield lines
            elif isinstance(each, Element) and holds_blocks(each):
                yield from self.paragraph(loose, room)
                loose = []
                yield from self.parts(each, room)
            else:
                loose.append(each)
        yield from self.paragraph(loose, room)

    def paragraph(self, inside: list[Element | str], room: int) -> Iterator[list[str]]:
        """Give the lines of text outside of blocks, if there is any."""
        lines = wrapped(self.line(Element("", inside=inside)), room)
        if lines:
            yield lines

    def one(self, element: Element, room: int) -> list[str]:
        """Give the lines of a block."""
        make: Callable[[Element, int], list[str]] | None = getattr(self, f"in_{element.name}", None)
        if make:
            return make(element, room)
        if element.name in ("h1", "h2", "h3", "h4", "h5", "h6"):
            return self.heading(element, room)
        return self.block(element, room)

    def heading(self, element: Element, room: int) -> list[str]:
        """Give a heading with a line below it."""
        lines = wrapped(self.line(element), room)
        longest = max(map(width, lines), default=0)
        return [*lines, UNDERLINES.get(element.name, "~") * longest] if lines else []

    def in_blockquote(self, element: Element, room: int) -> list[str]:
        """Mark each line of a quotation."""
        return led("> ", "> ", self.block(element, room - 2))

    def in_ul(self, element: Element, room: int) -> list[str]:
        """Give a list with a star before each item."""
        return self.items(element, room, lambda _: "* ")

    def in_ol(self, element: Element, room: int) -> list[str]:
        """Give a list with a number before each item."""
        start = int(element.attributes.get("start") or 1)
        return self.items(element, room, lambda at: f"{start + at}. ")

    def items(self, element: Element, room: int, mark: Callable[[int], str]) -> list[str]:
        """Give the items of a list, an empty line between them only where one has several blocks."""
        items = [each for each in element.inside if isinstance(each, Element) and each.name not in UNSEEN]
        made = []
        for at, item in enumerate(items):
            lead = mark(at)
            made.append(led(lead, " " * len(lead), self.block(item, room - len(lead))))
        gap = [""] if any("" in lines for lines in made) else []
        return [line for at, lines in enumerate(made) for line in ([*gap, *lines] if at else lines)]

    def in_dl(self, element: Element, room: int) -> list[str]:
        """Give terms, and what is said of each below it and indented."""
        lines: list[str] = []
        for each in element.inside:
            if isinstance(each, Element) and each.name in ("dt", "dd"):
                lead = "    " if each.name == "dd" else ""
                lines += led(lead, lead, self.block(each, room - len(lead)))
            elif isinstance(each, Element) and each.name == "div":
                lines += self.in_dl(each, room)
        return lines

    def in_hr(self, element: Element, room: int) -> list[str]:
        """Give a break between two parts of a text."""
        return ["* * *"]

    def in_pre(self, element: Element, room: int) -> list[str]:
        """Give lines as they were typed; what is too long goes on in the next line."""
        lines = words(element).expandtabs(4).strip("\n").split("\n")
        return [part for line in lines for part in ([*chopped(line, room)] or [""])]

    def in_table(self, element: Element, room: int) -> list[str]:
        """Give a table as columns or, where they do not fit, row by row, each cell under its heading."""
        rows = [row for row in element.elements() if row.name == "tr"]
        cells = [[self.line(cell) for cell in row.inside if isinstance(cell, Element)] for row in rows]
        caption = [each for each in element.inside if isinstance(each, Element) and each.name == "caption"]
        head = [*self.block(caption[0], room), ""] if caption else []
        if not any(cells):
            return head[:-1]
        wide = [max(width(row[at]) if at < len(row) else 0 for row in cells) for at in range(max(map(len, cells)))]
        if sum(wide) + 2 * (len(wide) - 1) <= room:
            return head + ["  ".join(map(padded, row, wide)) for row in cells]
        titles, *rest = cells
        return head + [line for row in rest for line in [*self.told(titles, row, room), ""]][:-1]

    def told(self, titles: list[str], row: list[str], room: int) -> list[str]:
        """Give a row of a table, each cell with its heading."""
        named = [f"{title}: {cell}" if title else cell for title, cell in zip(titles, row, strict=False)]
        return [line for each in named for line in led("", "    ", wrapped(each, room - 4))]

    def line(self, element: Element) -> str:
        """Give the text of an element on one line, its links numbered."""
        return SPACES.sub(" ", "".join(self.pieces(element)).replace("\xad", "")).strip(" ")

    def pieces(self, element: Element) -> Iterator[str]:
        """Give the pieces of a line."""
        for at, each in enumerate(element.inside):
            if isinstance(each, str):
                yield ", " if parts_links(element.inside[at - 1 : at + 2], each) else each
            elif each.name == "br":
                yield BREAK
            elif each.name == "img":
                yield f"[{each.attributes.get('alt', '')}]"
            elif each.name not in UNSEEN:
                yield from self.pieces(each)
                if each.name == "a":
                    yield self.mark(each)

    def mark(self, link: Element) -> str:
        """Give a link's number, if its address is to be known and does not stand there already."""
        address = link.attributes.get("href", "")
        is_furniture = not FURNITURE.isdisjoint(link.attributes.get("rel", "").split())
        if not address or address.startswith("#") or is_furniture or words(link).strip() == address:
            return ""
        if address not in self.links:
            self.links.append(address)
        return f"\xa0[{self.links.index(address) + 1}]"


def holds_blocks(element: Element) -> bool:
    """Say whether an element that is no block itself, such as a link, holds one."""
    return element.name not in UNSEEN and any(each.name in BLOCKS for each in element.elements())


def parts_links(around: list[Element | str], between: str) -> bool:
    """Say whether a space is all that stands between two links."""
    links = [each for each in around if isinstance(each, Element) and each.name == "a"]
    return not between.strip() and len(links) == 2


def led(first: str, rest: str, lines: list[str]) -> list[str]:
    """Put something before the first line, and something before the others."""
    return [f"{rest if at else first}{line}".rstrip(" ") for at, line in enumerate(lines)]


def padded(text: str, room: int) -> str:
    """Fill a cell up with spaces."""
    return text + " " * (room - width(text))


def wrapped(text: str, room: int) -> list[str]:
    """Break a text into lines: at spaces, beside wide letters, and within words only where nothing else helps.

    An address is never broken: it could not be copied.
    """
    return [line for part in text.split(BREAK) for line in wrapped_part(part.strip(" "), room)]


def wrapped_part(text: str, room: int) -> Iterator[str]:
    """Break a text that has no lines of its own."""
    line = ""
    for word in text.split(" ") if text else ():
        if width(line) + width(word) + bool(line) <= room:
            line = f"{line} {word}" if line else word
            continue
        start = f"{line} " if line and has_wide(word) else ""
        if line and not start:
            yield line
        *full, line = chopped(start + word, room) if not ADDRESS.match(word) else [word]
        yield from full
    if line:
        yield line


def has_wide(word: str) -> bool:
    """Say whether a word holds letters beside which a line may end."""
    return not word.isascii() and any(columns(letter) == 2 for letter in word)


def chopped(text: str, room: int) -> list[str]:
    """Cut a text that has no better place to break; a mark above a letter stays with it."""
    lines, line, taken = [], "", 0
    for letter in text:
        if taken + columns(letter) > room:
            lines.append(line.rstrip(" "))
            line, taken = "", 0
            if letter == " ":
                continue
        line, taken = line + letter, taken + columns(letter)
    return [*lines, line]
