"""Long reads: a story of more words than a page should hold is divided at its headings (`##`) into parts.

The first part lies at the story's own address and stands for the whole; the others follow it as
`slug-2.html`, `slug-3.html` and so on.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.story.body import ANCHOR, Html
from plugins.story.fence import Block
from plugins.story.links import note_id
from plugins.story.typography import TAGS, without_tags
from plugins.story.updates import Update

if TYPE_CHECKING:
    from plugins.story.desk import Document

HEADING = re.compile(r"(?=<h2\b)")
TITLE = re.compile(r"<h2\b[^>]*>(.*?)</h2>", re.DOTALL)
HOLDERS = ("blockquote", "dl", "div", "ol", "table", "ul")  # a heading in one of these divides nothing
Piece = tuple[Block, ...]


@dataclass(frozen=True)
class Stop:
    """A part as others name it. title: its first heading, empty where it has none."""

    number: int
    path: str
    title: str


@dataclass(frozen=True)
class Part:
    """A part of a story.

    before, after: its neighbours, or None. all: every part, none for a story that is not divided.
    """

    number: int
    path: str
    blocks: Piece
    before: Stop | None = None
    after: Stop | None = None
    all: tuple[Stop, ...] = ()

    @property
    def anchors(self) -> frozenset[str]:
        """The ids on its page, those of the notes on its names too."""
        return anchors_in(self.blocks)


def part_address(address: str, number: int) -> str:
    """Give the address of a part, counted from 1."""
    return address if number == 1 else f"{address.removesuffix('.html')}-{number}.html"


def pages_of(document: Document) -> list[str]:
    """Give the addresses of a document's pages: one, unless it is a story that is divided."""
    return [part_address(document.address, number) for number in range(1, max(1, len(document.parts)) + 1)]


def whole(path: str, blocks: Iterable[Block]) -> Part:
    """Give a text as its only part."""
    return Part(1, path, tuple(blocks))


def parts_of(address: str, blocks: Sequence[Block], most: int) -> tuple[Part, ...]:
    """Give the parts of a story; one for a story that is not divided."""
    pieces = divided(blocks, most)
    stops = tuple(Stop(at, part_address(address, at), title_of(each)) for at, each in enumerate(pieces, start=1))
    around = (None, *stops, None)
    return tuple(
        Part(
            stop.number,
            stop.path,
            piece,
            around[stop.number - 1],
            around[stop.number + 1],
            stops if len(stops) > 1 else (),
        )
        for stop, piece in zip(stops, pieces, strict=True)
    )


def divided(blocks: Sequence[Block], most: int) -> list[Piece]:
    """Divide a text at its headings into as few parts of at most so many words as can be, of like length.

    Where a heading's own text is longer than that, its part is too: there is no place to divide it.
    """
    texts = [block.words for block in blocks]
    if sum(map(at_most, texts)) <= most or sum(map(nearly, texts)) <= most:  # as nearly all are: 0.1 ms a story
        return [tuple(blocks)]
    pieces = sections(blocks)
    sizes = [sum(count(block.words) for block in piece) for piece in pieces]
    if sum(sizes) <= most or len(pieces) < 2:
        return [tuple(blocks)]
    number = len(packed(sizes, most))
    sums = {sum(sizes[first:last]) for first in range(len(sizes)) for last in range(first + 1, len(sizes) + 1)}
    least = next(size for size in sorted(sums) if size >= max(sizes) and len(packed(sizes, size)) <= number)
    groups = packed(sizes, least)
    return [tuple(block for at in group for block in pieces[at]) for group in groups]


def packed(sizes: Sequence[int], most: int) -> list[list[int]]:
    """Fill parts one after the other; give the numbers of what each holds."""
    groups: list[list[int]] = []
    room = -1
    for at, size in enumerate(sizes):
        if size > room:
            groups.append([])
            room = most
        groups[-1].append(at)
        room -= size
    return groups


def sections(blocks: Iterable[Block]) -> list[Piece]:
    """Cut a text before each of its headings."""
    found: list[list[Block]] = [[]]
    for block in blocks:
        for piece in cut(block):
            if found[-1] and is_heading(piece):
                found.append([])
            found[-1].append(piece)
    return [tuple(each) for each in found]


def is_heading(block: Block) -> bool:
    """Say whether a block begins with a heading, an update's or any other."""
    return isinstance(block, Update) or (isinstance(block, Html) and block.html.startswith("<h2"))


def cut(block: Block) -> Iterator[Block]:
    """Cut a block before each of its headings, unless one stands in a list or a quotation."""
    if not isinstance(block, Html) or "<h2" not in block.html:
        yield block
        return
    whole = ""
    for piece in HEADING.split(block.html):
        whole += piece
        if all(whole.count(f"<{tag}") == whole.count(f"</{tag}>") for tag in HOLDERS):
            if whole.strip():
                yield Html(whole.strip("\n"))
            whole = ""
    if whole:
        yield Html(whole.strip("\n"))


def count(markup: str) -> int:
    """Count the words of a piece of HTML; two count as three where a letter takes two bytes, as in Russian."""
    words = without_tags(markup.replace("<", " <")).split()
    return len(words) + sum(2 * len(word.encode()) > 3 * len(word) for word in words) // 2


def at_most(markup: str) -> int:
    """Give no less than `nearly`, at once: a tag may part words too, and what stands in it is no word."""
    words = len(markup.split()) + markup.count("<") + markup.count("&")
    return words + words // 2


def nearly(markup: str) -> int:
    """Give no less than `count`, soon: a reference may part words, and each word may count as one and a half."""
    words = len(TAGS.sub(" ", markup).split()) + markup.count("&")
    return words + words // 2


def title_of(piece: Piece) -> str:
    """Give the first heading of a part as plain text; empty where it begins without one."""
    first = piece[0] if piece else None
    if isinstance(first, Update):
        return without_tags(first.title)
    heading = TITLE.match(first.html) if isinstance(first, Html) else None
    return without_tags(heading[1]) if heading else ""


def anchors_in(piece: Piece) -> frozenset[str]:
    """Give the ids on the page of a part: those in its text, and of the notes on the names in it."""
    ids = {html.unescape(found) for block in piece if isinstance(block, Html) for found in ANCHOR.findall(block.html)}
    ids |= {block.anchor for block in piece if isinstance(block, Update)}
    return frozenset(ids | {note_id(each.removesuffix("_")) for each in ids if each.endswith("_")})


def anchors_of_parts(blocks: Sequence[Block], most: int) -> tuple[tuple[str, ...], ...]:
    """Give the anchors of each part of a text; nothing for one that is not divided."""
    pieces = divided(blocks, most)
    return tuple(tuple(sorted(anchors_in(piece))) for piece in pieces) if len(pieces) > 1 else ()


def later_addresses(path: str, address: str, parts: Sequence[Iterable[str]]) -> dict[str, str]:
    """Give the page of each anchor that lies on a later part of a content file, by "path#anchor".

    parts: the anchors of each part, as Document.parts has them.
    """
    return {
        f"{path}#{anchor}": part_address(address, number)
        for number, anchors in enumerate(parts, start=1)
        for anchor in anchors
        if number > 1
    }
