"""The issue as one file to take away: a book (EPUB 3.3) for e-readers, and pages (ZIP) for any browser.

Nothing in them is compressed: what zlib makes of a text differs from machine to machine, and one
edition must be the same bytes everywhere. Hosts may compress them on the way.
"""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from plugins.site.edition import Edition, Front, Section, Story
from plugins.site.takeaway import FOLDER
from plugins.site.xhtml import xhtml
from plugins.story.parts import pages_of

MOST_STORIES = 50
MOST_BYTES = 5_000_000  # of a book, its pictures included
ZIPPED, BOOK = f"{FOLDER}/issue.zip", f"{FOLDER}/issue.epub"
DATA = re.compile(r'"(data:image/[^"]+)"')
# The pictures that every e-reader shows, by media type (EPUB 3.2, 3.2; WebP and AVIF came later or never).
ENDINGS = {"image/gif": "gif", "image/jpeg": "jpg", "image/png": "png", "image/svg+xml": "svg"}
YEARS = range(1980, 2108)  # of the calendar in a zip file

Render = Callable[..., str]  # of a template, the page that is written, and values by name


@dataclass(frozen=True)
class Issue:
    """The front page's stories, and the newest of each section. names: of the stories' copies, by their paths."""

    date: dt.datetime
    first: tuple[Story, ...]
    sections: tuple[tuple[Section, tuple[Story, ...]], ...]
    names: Mapping[str, str]

    path = f"{FOLDER}/issue"

    @property
    def stories(self) -> tuple[Story, ...]:
        """Every story, in the order in which they are read."""
        return (*self.first, *chain.from_iterable(stories for _, stories in self.sections))

    def along(self, ending: str, contents: str) -> dict[str, str]:
        """Give where things lie in a copy of the issue, by their paths on the site. contents: the file of the list."""
        sections = {section.path: f"{contents}#{section.slug}" for section, _ in self.sections}
        return {"index.html": contents, **sections} | {
            page: f"{self.names[story.path]}.{ending}" for story in self.stories for page in pages_of(story.document)
        }


def gathered(front: Front, edition: Edition, sections: Iterable[Section], names: Mapping[str, str]) -> Issue | None:
    """Gather the issue; None while nothing is published. names: of copies, by the paths of the stories' files.

    A story without a name, such as a draft in the preview, is not in it.
    """
    chosen_first = (front.lead, *front.seconds, *chain.from_iterable(stories for _, stories in front.packages))
    first = [story for story in chosen_first if story is not None and story.document.path in names]
    if edition.date is None or not first:
        return None
    used = {id(story) for story in first}
    newest = [(section, edition.sections.get(section.slug, [])[: 2 * MOST_STORIES]) for section in sections]
    rows = [(section, [story for story in stories if fits(story, used, names)]) for section, stories in newest]
    in_turn = [story for story in chain.from_iterable(zip_longest(*(stories for _, stories in rows))) if story]
    chosen = {id(story) for story in in_turn[: MOST_STORIES - len(first)]}
    shown = tuple((section, tuple(story for story in stories if id(story) in chosen)) for section, stories in rows)
    filled = tuple(row for row in shown if row[1])
    stories = (*first, *chain.from_iterable(stories for _, stories in filled))
    return Issue(edition.date, tuple(first), filled, {story.path: names[story.document.path] for story in stories})


def fits(story: Story, used: Set[int], names: Mapping[str, str]) -> bool:
    """Say whether a story has a name and does not stand in the issue already."""
    return id(story) not in used and story.document.path in names


def as_pages(render: Render, issue: Issue) -> bytes:
    """Pack the issue as pages; index.html is the first."""
    along = issue.along("html", "index.html")

    def page(template: str, **values: Any) -> bytes:
        return render(template, ZIPPED, along=along, issue=issue, **values).encode()

    pages = {f"{issue.names[story.path]}.html": page("copies/story.html", article=story) for story in issue.stories}
    return packed({"index.html": page("copies/issue.html"), **dict(sorted(pages.items()))}, issue.date)


def as_book(render: Render, issue: Issue) -> bytes:
    """Pack the issue as a book; raise nothing: pictures for which there is no room are left to their descriptions."""
    along = issue.along("xhtml", "nav.xhtml")

    def part(template: str, **values: Any) -> str:
        return render(f"copies/book/{template}", BOOK, along=along, issue=issue, **values)

    pages = {"about.xhtml": part("about.html"), "nav.xhtml": part("nav.html")}
    pages |= {f"{issue.names[story.path]}.xhtml": part("story.html", article=story) for story in issue.stories}
    pictures = fitting(pages.values())
    made = {name: xhtml(page, lambda address: pictures.get(address, "")) for name, page in pages.items()}
    files = {name: text.encode() for name, text in made.items()} | {"book.css": part("book.css").encode()}
    files |= {name: decoded(address)[1] for address, name in pictures.items()}
    listed = [Item(name, "svg" if "<svg" in made.get(name, "") else "") for name in files]
    package = part("package.opf", items=listed, spine=[item for item in listed if item.name in made])
    return packed(
        {
            "mimetype": b"application/epub+zip",
            "META-INF/container.xml": part("container.xml").encode(),
            "issue/package.opf": package.encode(),
            **{f"issue/{name}": files[name] for name in sorted(files)},
        },
        issue.date,
    )


TYPES = {"css": "text/css", "xhtml": "application/xhtml+xml"} | {end: kind for kind, end in ENDINGS.items()}


@dataclass(frozen=True)
class Item:
    """A file of a book, as its package lists it."""

    name: str
    drawn: str

    @property
    def id(self) -> str:
        """What the package calls it."""
        return f"f-{self.name.replace('.', '-').replace('/', '-')}"

    @property
    def type(self) -> str:
        """The media type."""
        return TYPES[self.name.rpartition(".")[2]]

    @property
    def properties(self) -> str:
        """What reading systems must know of it."""
        return "nav" if self.name == "nav.xhtml" else self.drawn


def fitting(pages: Iterable[str]) -> dict[str, str]:
    """Name the pictures in pages for which a book has room, in the order of the pages, by their addresses."""
    pages = list(pages)
    found = dict.fromkeys(address for page in pages for address in DATA.findall(page))
    room = MOST_BYTES - sum(len(DATA.sub("", page).encode()) + 1_000 for page in pages)
    named: dict[str, str] = {}
    for address in found:
        kind, data = decoded(address)
        if kind in ENDINGS and len(data) + 1_000 <= room:
            room -= len(data) + 1_000
            named[address] = f"picture-{len(named) + 1}.{ENDINGS[kind]}"
    return named


def decoded(address: str) -> tuple[str, bytes]:
    """Give the media type and the bytes that a data: address holds."""
    head, _, data = address.partition(",")
    return head.removeprefix("data:").removesuffix(";base64"), base64.b64decode(data)


def packed(files: Mapping[str, bytes], date: dt.datetime) -> bytes:
    """Make a zip file of some files in this order, the same bytes on every machine."""
    when = date if date.year in YEARS else dt.datetime(YEARS[0], 1, 1, tzinfo=dt.UTC)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, when.timetuple()[:6])
            entry.create_system = 3  # Unix, also where it is made on another
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data)
    return out.getvalue()


Pack = Callable[[Render, Issue], bytes]
PACKS: Mapping[str, Pack] = {ZIPPED: as_pages, BOOK: as_book}
