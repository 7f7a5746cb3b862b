"""How stories relate: what each page of the edition shows, worked out from the stories alone.

An edition is one complete build. Its date is the newest date or update of what it publishes; no
page knows any other "now".
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

Story = Any  # pelican.contents.Article with the attributes of plugins.story.reader
Page = Any  # pelican.contents.Page


@dataclass(frozen=True)
class Section:
    """A section of the newspaper. path: of its newest page."""

    slug: str
    name: str

    @property
    def path(self) -> str:
        """Where the section's page lies."""
        return f"{self.slug}/index.html"


@dataclass(frozen=True)
class Topic:
    """What stories are about."""

    slug: str
    name: str

    def __hash__(self) -> int:
        return hash(self.slug)

    @property
    def path(self) -> str:
        """Where the topic's page lies."""
        return f"topics/{self.slug}/index.html"


@dataclass(frozen=True)
class Byline:
    """Who wrote a story."""

    slug: str
    name: str

    def __hash__(self) -> int:
        return hash(self.slug)

    @property
    def path(self) -> str:
        """Where the author's page lies."""
        return f"authors/{self.slug}.html"


@dataclass(frozen=True)
class Month:
    """A month of the archive."""

    year: int
    month: int
    name: str

    @property
    def path(self) -> str:
        """Where the month's page lies."""
        return f"{self.year}/{self.month:02}/index.html"


@dataclass(frozen=True)
class Feed:
    """A feed that readers can follow. type: its media type."""

    title: str
    path: str
    type: str


@dataclass(frozen=True)
class Listing:
    """One page of a list. number: counted from the oldest, None for the newest page.

    newer and older: the paths of the neighbours, or None.
    """

    title: str
    kind: str
    path: str
    stories: tuple[Story, ...]
    number: int | None = None
    newer: str | None = None
    older: str | None = None
    section: Section | None = None
    feeds: tuple[Feed, ...] = ()


@dataclass(frozen=True)
class Front:
    """The front page: a first, seconds, packages with their titles, and the newest of each section below them.

    date: the edition's, or None while nothing is published.
    """

    lead: Story | None
    seconds: tuple[Story, ...]
    sections: tuple[tuple[Section, tuple[Story, ...]], ...]
    date: dt.datetime | None = None
    packages: tuple[tuple[str, tuple[Story, ...]], ...] = ()


@dataclass
class Edition:
    """Every list of the edition. stories: published ones, newest first."""

    stories: list[Story]
    sections: dict[str, list[Story]] = field(default_factory=lambda: defaultdict(list))
    topics: dict[Topic, list[Story]] = field(default_factory=lambda: defaultdict(list))
    authors: dict[Byline, list[Story]] = field(default_factory=lambda: defaultdict(list))
    months: dict[tuple[int, int], list[Story]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def date(self) -> dt.datetime | None:
        """The edition's date, in UTC; None while nothing is published."""
        return max((last_change(story) for story in self.stories), default=None)


def gather(stories: Iterable[Story]) -> Edition:
    """Sort stories into the lists they stand in; each list is newest first, like the whole."""
    edition = Edition(newest_first(stories))
    for story in edition.stories:
        edition.sections[story.section.slug].append(story)
        edition.months[(story.date.year, story.date.month)].append(story)
        for topic in story.topics:
            edition.topics[topic].append(story)
        for byline in story.bylines:
            edition.authors[byline].append(story)
    return edition


def newest_first(stories: Iterable[Story]) -> list[Story]:
    """Order stories by date, the newest first; those of one minute by their address."""
    return sorted(sorted(stories, key=lambda story: story.path), key=story_date, reverse=True)


def story_date(story: Story) -> dt.datetime:
    """Give the date that a story is ordered by."""
    date: dt.datetime = story.date
    return date


def last_change(story: Story) -> dt.datetime:
    """Give the moment a story last changed: its date, its update or its newest note."""
    modified, notes = story.modified, story.notes
    if not (modified or notes):
        return story_date(story)
    moments = [story.date, modified, *(note.when for note in notes)]
    latest: dt.datetime = max(moment for moment in moments if moment)
    return latest


def once_per_story(stories: Iterable[Story], lang: str) -> list[Story]:
    """Keep one of each story's translations for the lists: the one in the site's language, if any."""
    chosen: dict[tuple[int, int, str], Story] = {}
    for story in stories:
        date = story_date(story)
        key = (date.year, date.month, story.slug)
        if key not in chosen or story.lang == lang:
            chosen[key] = story
    return list(chosen.values())


def group_translations(contents: Sequence[Any], key: Callable[[Any], object]) -> None:
    """Tell each story or page its translations, by language."""
    groups: dict[object, list[Any]] = defaultdict(list)
    for content in contents:
        groups[key(content)].append(content)
    for group in groups.values():
        if len(group) == 1:
            group[0].translations = []
            continue
        for content in group:
            others = [other for other in group if other is not content]
            content.translations = sorted(others, key=lambda other: str(other.lang))


def paginate(listing: Listing, per_page: int) -> list[Listing]:
    """Split a list (newest first) into pages that stay as they are when a story is added.

    Full pages are counted from the oldest and lie at page/N/index.html; the newest page, at the
    list's own address, shows the per_page to 2 × per_page - 1 stories that fill no page yet.
    """
    oldest_first = listing.stories[::-1]
    full = max(len(oldest_first) // per_page - 1, 0)
    folder = listing.path.removesuffix("index.html").removesuffix(".html").rstrip("/")
    paths = [f"{folder}/page/{number}/index.html" for number in range(1, full + 1)]
    pages = [
        numbered(listing, path, number, oldest_first[(number - 1) * per_page : number * per_page])
        for number, path in enumerate(paths, start=1)
    ]
    newest = Listing(**{**vars(listing), "stories": listing.stories[: len(oldest_first) - full * per_page]})
    return linked([*pages, newest])


def numbered(listing: Listing, path: str, number: int, stories: Sequence[Story]) -> Listing:
    """Make one full page of a list; its stories are given oldest first."""
    changes = {"path": path, "number": number, "stories": tuple(stories[::-1])}
    return Listing(**{**vars(listing), **changes})


def linked(pages: list[Listing]) -> list[Listing]:
    """Tell each page of a list (oldest first) its neighbours."""
    older = {after.path: before.path for before, after in pairwise(pages)}
    newer = {before.path: after.path for before, after in pairwise(pages)}
    return [Listing(**{**vars(page), "older": older.get(page.path), "newer": newer.get(page.path)}) for page in pages]


def front_page(
    edition: Edition,
    plan: tuple[str | None, Sequence[str]],
    sections: Sequence[Section],
    most: int,
    packages: Sequence[tuple[str, Sequence[str]]] = (),
) -> tuple[Front, list[str]]:
    """Lay out the front page by the editors' plan: (lead, seconds) and titled packages, as content paths.

    A story of the plan that is not published falls out. Without a lead the newest story leads;
    without seconds the next two stand second. Return the page and the paths that fell out.
    """
    chosen = [path for path in (plan[0], *plan[1], *(path for _, paths in packages for path in paths)) if path]
    by_path = named(edition.stories, chosen)
    fallen = [path for path in chosen if path not in by_path]
    lead = by_path.get(plan[0] or "")
    seconds = [by_path[path] for path in plan[1] if path in by_path]
    found = [(title, tuple(by_path[path] for path in paths if path in by_path)) for title, paths in packages]
    bundled = [story for _, stories in found for story in stories]
    rest = [story for story in edition.stories if story is not lead and story not in [*seconds, *bundled]]
    if lead is None and not rest and not seconds:
        found, rest = [], list(bundled)
    if lead is None:
        lead = rest.pop(0) if rest else (seconds.pop(0) if seconds else None)
    if not seconds:
        seconds, rest = rest[:2], rest[2:]
    used = {id(story) for story in (lead, *seconds, *(story for _, stories in found for story in stories))}
    shown = tuple(
        (section, tuple(unused(edition.sections[section.slug], used)[:most]))
        for section in sections
        if section.slug in edition.sections
    )
    rows = tuple(row for row in shown if row[1])
    shown_packages = tuple((title, stories) for title, stories in found if stories)
    return Front(lead, tuple(seconds), rows, edition.date, shown_packages), fallen


def named(stories: Iterable[Story], paths: Sequence[str]) -> dict[str, Story]:
    """Find stories by their content paths; those that a front page names are among the newest."""
    found: dict[str, Story] = {}
    for story in stories if paths else ():
        if story.document.path in paths:
            found[story.document.path] = story
            if len(found) == len(set(paths)):
                break
    return found


def unused(stories: Sequence[Story], used: set[int]) -> list[Story]:
    """Give the stories that do not stand on the page already."""
    return [story for story in stories if id(story) not in used]


def archive_years(months: Iterable[Month]) -> list[tuple[int, list[Month]]]:
    """Group the months of the archive by year, the newest first."""
    years: dict[int, list[Month]] = defaultdict(list)
    for month in sorted(months, key=lambda month: (month.year, month.month), reverse=True):
        years[month.year].append(month)
    return list(years.items())


def by_name(names: Mapping[Any, Any]) -> list[Any]:
    """Order topics or authors by name, as a reader looks them up."""
    return sorted(names, key=lambda each: (each.name.casefold(), each.slug))
