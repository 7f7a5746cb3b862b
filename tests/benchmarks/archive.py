"""An archive of years, made from a seed: the same stories for everybody who takes part.

A story's text is Markdown in which `story:` links name another story and `time:` links a moment;
each contestant writes them down in its own form.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from random import Random

from tests.benchmarks import prose

SECTIONS = (
    "World", "Politics", "Arms", "Courts", "Economy", "Energy",
    "Science", "Health", "Culture", "Press", "Network", "Sport",
)  # fmt: skip
FIRST = dt.datetime(2015, 1, 1)  # noqa: DTZ001 - every time here is UTC, as in front matter
YEARS = dt.timedelta(days=3653)
WORDS = 450
NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Story:
    """One story. modified: None for most. body: its blocks of Markdown."""

    number: int
    date: dt.datetime
    slug: str
    title: str
    kicker: str
    section: str
    topics: tuple[str, ...]
    authors: tuple[str, ...]
    standfirst: str
    body: tuple[str, ...]
    modified: dt.datetime | None = None

    @property
    def path(self) -> str:
        """Where it lies, without the ending: 2015/01/slug."""
        return f"{self.date:%Y/%m}/{self.slug}"


@dataclass(frozen=True)
class Text:
    """A page that is no story. template: Longwave's word for its kind."""

    slug: str
    title: str
    template: str
    summary: str
    body: tuple[str, ...]


@dataclass(frozen=True)
class Archive:
    """As many stories as asked for, over ten years; those with higher numbers come after them."""

    size: int
    seed: int = 4

    def __iter__(self) -> Iterator[Story]:
        return (self.story(number) for number in range(self.size))

    def date(self, number: int) -> dt.datetime:
        """Give a story's date; no two stories share one."""
        date = FIRST + YEARS * number / self.size
        return date.replace(second=0, microsecond=0)

    @lru_cache(maxsize=4096)  # noqa: B019 - there are few archives
    def path(self, number: int) -> str:
        """Give a story's path without making the story."""
        return f"{self.date(number):%Y/%m}/{slug(headline(self, number), number)}"

    def story(self, number: int) -> Story:
        """Make a story."""
        r = Random(f"{self.seed} {number}")
        title, date = headline(self, number), self.date(number)
        authors = r.sample(prose.AUTHORS, 2 if r.random() < 0.15 else 1)
        return Story(
            number=number,
            date=date,
            slug=slug(title, number),
            title=title,
            kicker=r.choice(prose.KICKERS),
            section=r.choice(SECTIONS),
            topics=topics(r),
            authors=tuple(authors),
            standfirst=prose.standfirst(r),
            body=tuple(text(self, number, r)),
            modified=date + dt.timedelta(minutes=r.randint(20, 4000)) if r.random() < 0.15 else None,
        )

    def pages(self) -> list[Text]:
        """Make the pages that every site has."""
        r = Random(f"{self.seed} pages")
        kinds = (("About", "page"), ("Corrections", "corrections"), ("Privacy", "privacy"), ("Support", "support"))
        return [Text(title.lower(), title, template, prose.standfirst(r), page_text(r)) for title, template in kinds]


def headline(archive: Archive, number: int) -> str:
    """Give a story's title."""
    return prose.headline(Random(f"{archive.seed} {number} headline"))


def slug(title: str, number: int) -> str:
    """Make the last part of an address."""
    return f"{NOT_IN_SLUG.sub('-', title.lower().replace(chr(39), '')).strip('-')}-{number}"


def anchor(heading: str) -> str:
    """Make the id of a subhead, as all three contestants make it."""
    return heading.lower().replace(" ", "-")


def first_subhead(number: int) -> str:
    """Give the subhead that a story of this number is sure to have."""
    return prose.SUBHEADS[number % len(prose.SUBHEADS)]


def topics(r: Random) -> tuple[str, ...]:
    """Choose one to four topics; some are written about far more than others."""
    chosen = [prose.TOPICS[int(len(prose.TOPICS) * r.random() ** 2)] for _ in range(r.choice((1, 2, 3, 3, 4)))]
    return tuple(dict.fromkeys(chosen))


def page_text(r: Random) -> tuple[str, ...]:
    """Write a page's blocks."""
    return (*paragraphs(r, 4), "## In detail", *paragraphs(r, 3))


def paragraphs(r: Random, count: int) -> list[str]:
    """Write plain paragraphs."""
    return [" ".join(prose.sentence(r) for _ in range(r.randint(2, 4))) for _ in range(count)]


def text(archive: Archive, number: int, r: Random) -> Iterator[str]:
    """Write a story's blocks: paragraphs, two or three subheads, a list or a long quotation here and there."""
    subheads = [first_subhead(number), *r.sample(prose.SUBHEADS, 3)]
    subheads = list(dict.fromkeys(subheads))[: r.randint(2, 3)]
    words, links = 0, r.randint(1, 3) if number else 0
    while words < WORDS - 40:  # the last paragraph goes beyond
        (block,) = paragraphs(r, 1)
        if not words:
            block = f"{moment(archive, number, r)} {block}"
        elif links:
            block = f"{block} {link(archive, number, r)}"
            links -= 1
        elif r.random() < 0.1:
            block = "\n".join(f"- {prose.start(r.choice(prose.DEEDS))}" for _ in range(r.randint(3, 4)))
        elif r.random() < 0.1:
            block = f"> {r.choice(prose.QUOTES)}. {r.choice(prose.QUOTES)}."
        words += len(block.split())
        yield block
        if subheads and words > 110 * (4 - len(subheads)):
            yield f"## {subheads.pop(0)}"


def moment(archive: Archive, number: int, r: Random) -> str:
    """Say when something happened, in words that a machine can read too."""
    day = archive.date(number) - dt.timedelta(days=r.randint(0, 6))
    return f"On [{day:%A}](time:{day:%Y-%m-%d}) {prose.body(r)} {r.choice(prose.DEEDS)}."


def link(archive: Archive, number: int, r: Random) -> str:
    """Lead to an earlier story, often a recent one, or to another site."""
    if r.random() < 0.2:
        return f"The [{r.choice(prose.WORDS)} report](https://example.org/reports/{r.randint(100, 999)}) is public."
    other = max(number - 1 - int(r.expovariate(1 / 200)), 0)
    part = f"#{anchor(first_subhead(other))}" if r.random() < 0.3 else ""
    return f"What [{prose.body(r)} said then](story:{archive.path(other)}{part}) reads differently now."
