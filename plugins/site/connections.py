"""What stories have to do with each other, with people, organisations, treaties and weapons, and with what happened."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Any

from markupsafe import Markup

from plugins.site.edition import Story, newest_first, once_per_story
from plugins.story.desk import Desk, Document
from plugins.story.fields import APPEAL, ENTRY, STORYLINE
from plugins.story.glossary import Entries, entries_of
from plugins.story.links import NAME_LINK, STORY_LINK, note_id
from plugins.story.quotations import bare
from plugins.story.reader import typeset_sources
from plugins.story.records import Day, Event, Quotation, Role
from plugins.story.sources import Reference
from plugins.story.typography import headline, plain

EVENTS_ON_A_STORY = 3
MOST_RELATED = 4
SCORE = 1 << 32  # above the number of any story
MOST_ENTRIES = 24  # on a storyline's page: those named most
WINDOW = 12  # stories with something in common that are looked at, for each thing


@dataclass(frozen=True)
class Entry:
    """A person, organisation, treaty or weapon, as its page shows it. roles: the present ones first."""

    file: str
    name: str
    kind: str
    lang: str
    path: str
    text: Markup
    also: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    sources: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Note:
    """What a story says of a name at its end. id, back: of the note, and of the place that it explains.

    roles: those that had begun by the story's date; one that had not ended by then has no dates.
    """

    id: str
    back: str
    name: str
    kind: str
    lang: str
    path: str
    text: Markup
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True)
class Said:
    """A quotation, as a story and the page of its speaker show it. words: with quotation marks.

    copy, copy_day: of the page at url, or empty and None. original, original_lang: may be empty.
    """

    speaker: Entry
    words: Markup
    lang: str
    day: Day
    venue: str
    url: str
    copy: str
    copy_day: dt.date | None
    original: str
    original_lang: str
    story: Story


@dataclass(frozen=True)
class Happened:
    """An event, as timelines show it. url: may be empty."""

    day: Day
    words: Markup
    lang: str
    url: str


@dataclass(frozen=True)
class Storyline:
    """Stories on one unfolding matter, as its page shows it.

    start: the story to begin with, or None. events: the oldest first. entries: whom and what they and
    the stories name most.
    """

    file: str
    title: str
    lang: str
    path: str
    standfirst: Markup
    blocks: tuple[Any, ...]
    start: Story | None
    events: tuple[Happened, ...]
    entries: tuple[Entry, ...]
    sources: tuple[Reference, ...]


@dataclass(frozen=True)
class SoFar:
    """What a story says of its storyline: the last events before it, the stories before and after it."""

    title: str
    path: str
    events: tuple[Happened, ...]
    previous: Story | None
    next: Story | None


def shared_by(story: Story) -> Iterator[tuple[tuple[str, ...], int]]:
    """Give what a story may share with others, and how much each counts: storylines, names, topics."""
    document, lang = story.document, story.lang
    for name in document["storyline"]:
        yield ("line", lang, name), 3 * SCORE
    for name in {link.target for link in document.links if link.kind == NAME_LINK}:
        yield ("name", lang, name), 2 * SCORE
    for name in document["tags"]:
        yield ("topic", lang, name), SCORE


def day_of(moment: dt.datetime) -> Day:
    """Give the day of a moment."""
    return Day(f"{moment:%Y-%m-%d}")


def definition(entry: Document) -> Markup:
    """Give the text of an entry, without the paragraph around it."""
    markup = entry.body.markup if entry.body else ""
    return Markup(markup.strip().removeprefix("<p>").removesuffix("</p>"))


def newest_role_first(roles: Iterable[Role]) -> list[Role]:
    """Order roles: those that last, then those that ended, the latest first."""
    roles = list(roles)
    lasting = [role for role in roles if role.until is None]
    ended = [role for role in roles if role.until is not None]
    return [*lasting, *sorted(ended, key=lambda role: role.until.order, reverse=True)]  # type: ignore[union-attr]


def roles_at(roles: Iterable[Role], day: Day) -> tuple[Role, ...]:
    """Give the roles that somebody had on a day, without dates, then others before it, with theirs."""
    begun = [role for role in roles if role.had_begun(day)]
    had = [Role(role.words) for role in begun if not role.had_ended(day)]
    again = {role.words for role in had}
    return (*had, *newest_role_first(role for role in begun if role.had_ended(day) and role.words not in again))


@dataclass
class Connections:
    """Relates stories to the entries that they name.

    stories: the published ones, of every language. pages: those that are no stories.
    """

    desk: Desk
    stories: Sequence[Story]
    pages: Sequence[Any]
    _entries: dict[str, Entry] = field(default_factory=dict)
    _beside: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    @cached_property
    def entries(self) -> Entries:
        """Every entry of the glossary."""
        return entries_of(self.desk.documents.values())

    def notes_of(self, story: Story) -> tuple[Note, ...]:
        """Give the notes on the names that a story explains, in the order of the text."""
        day = day_of(story.date)
        marked = dict.fromkeys(link.target for link in story.document.links if link.kind == NAME_LINK)
        found = [(name, self.entries.get(name, story.lang)) for name in marked]
        return tuple(note_of(name, self.entry(each), day) for name, each in found if each)

    def quoted(self, story: Story) -> dict[str, Said]:
        """Give what a story quotes, by the bare words."""
        rows = [(row, self.entries.get(row.speaker, story.lang)) for row in story.document["quotation"]]
        return {bare(row.words): self._said(story, row, entry) for row, entry in rows if entry}

    def _said(self, story: Story, row: Quotation, entry: Document) -> Said:
        lang = story.lang
        report = next((source.url for source in story.document["based_on"]), "")
        return Said(
            self.entry(entry),
            Markup(headline(f'"{row.words}"', lang)),
            lang,
            row.day,
            plain(row.venue, lang),
            row.url or report,
            row.archived,
            row.archived_on,
            plain(f'"{row.original}"', row.original_lang) if row.original else "",
            row.original_lang,
            story,
        )

    @cached_property
    def lines(self) -> Entries:
        """Every storyline."""
        return entries_of(self.desk.documents.values(), STORYLINE)

    def lines_of(self, story: Story) -> list[Document]:
        """Give the storylines that a story belongs to, its own first."""
        found = (self.lines.get(name, story.lang) for name in story.document["storyline"])
        return [line for line in found if line]

    @cached_property
    def told(self) -> dict[str, list[Story]]:
        """The stories of each storyline that has any, by its file, the oldest first."""
        told: dict[str, list[Story]] = defaultdict(list)
        for story in self.oldest_first:
            for line in self.lines_of(story):
                told[line.path].append(story)
        return told

    @cached_property
    def oldest_first(self) -> list[Story]:
        """Every story, the oldest first."""
        return newest_first(self.stories)[::-1]

    @cached_property
    def events(self) -> dict[str, list[Happened]]:
        """What happened, by the file of each storyline and entry that it belongs to, the oldest first."""
        rows: dict[str, list[tuple[Event, Happened]]] = defaultdict(list)
        lines = [line for line in self.desk.of_kind(STORYLINE) if line.path in self.told]
        for document in (*lines, *(story.document for story in self.stories)):
            for row in document["event"]:
                happened = Happened(row.day, Markup(headline(row.words, document.lang)), document.lang, row.url)
                involved = set(self._involved_in(document, row))
                for path in involved:
                    rows[path].append((row, happened))
                    self._beside[path] |= involved
        for found in rows.values():
            found.sort(key=lambda pair: (pair[0].day.order, pair[0].words))
        return {path: [happened for _, happened in found] for path, found in rows.items()}

    def _involved_in(self, document: Document, event: Event) -> Iterator[str]:
        """Give the files of the storylines and entries that an event belongs to."""
        own = (document.slug,) if document.kind == STORYLINE else document["storyline"]
        for name in (*own, *event.names):
            line, entry = self.lines.get(name, document.lang), self.entries.get(name, document.lang)
            yield from (each.path for each in (line, entry) if each)

    def so_far(self, story: Story) -> SoFar | None:
        """Give what a story says of its storyline; None where it belongs to none."""
        line = next(iter(self.lines_of(story)), None)
        if line is None:
            return None
        day = day_of(story.date)
        events = [event for event in self.events.get(line.path, ()) if not event.day.begins_after(day)]
        around = [each for each in self.told[line.path] if each.lang == story.lang]
        at = around.index(story)
        return SoFar(
            plain(line.title, line.lang),
            line.address,
            tuple(events[-EVENTS_ON_A_STORY:]),
            around[at - 1] if at else None,
            around[at + 1] if at + 1 < len(around) else None,
        )

    @cached_property
    def storylines(self) -> list[tuple[Storyline, list[Story]]]:
        """Each storyline that has stories, with these, the newest first."""
        lines = [line for line in self.desk.of_kind(STORYLINE) if line.path in self.told]
        stories = [newest_first(once_per_story(self.told[line.path], line.lang)) for line in lines]
        return [(self._storyline(line, each), each) for line, each in zip(lines, stories, strict=True)]

    def _storyline(self, line: Document, stories: Sequence[Story]) -> Storyline:
        named = Counter(path for story in stories for path in dict.fromkeys(self._linked(story.document)))
        named.update(said.speaker.file for story in stories for said in self.quoted(story).values())
        named.update(self._beside[line.path] if line.path in self.events else ())
        known = [each for each in self.desk.of_kind(ENTRY) if each.path in named]
        known.sort(key=lambda entry: (-named[entry.path], entry.title.casefold()))
        entries = [self.entry(each) for each in known[:MOST_ENTRIES]]
        return Storyline(
            line.path,
            plain(line.title, line.lang),
            line.lang,
            line.address,
            Markup(line.standfirst),
            line.body.blocks if line.body else (),
            next((story for story in stories if story.document.path == line["start"]), None),
            tuple(self.events.get(line.path, ())),
            tuple(sorted(entries, key=lambda entry: entry.name.casefold())),
            tuple(typeset_sources(line["source"], line.lang)),
        )

    @cached_property
    def _common(self) -> dict[str, list[int]]:
        """What each story has in common with older ones, by its path.

        A number stands for an older story: how much is shared, then which of `oldest_first` it is. For
        each storyline, name and topic only the few stories before are compared, so that the work grows
        with the number of stories alone; and nothing that comes later changes what a story shows.
        """
        windows: dict[tuple[str, ...], deque[int]] = defaultdict(lambda: deque(maxlen=WINDOW))
        found = {}
        for number, story in enumerate(self.oldest_first):
            common: dict[int, int] = {}
            for key, weight in shared_by(story):
                window = windows[key]
                for other in window:
                    common[other] = common.get(other, 0) + weight
                window.append(number)
            found[story.path] = [score + other for other, score in common.items()]
        return found

    def forget(self) -> None:
        """Forget what stories have in common, once all are told: it takes as much room as they do."""
        self.__dict__.pop("_common", None)

    def in_common(self, story: Story) -> list[int]:
        """Give what a story has in common with older ones, as numbers that stand for both."""
        return self._common.get(story.path, [])

    def related(self, story: Story) -> tuple[Story, ...]:
        """Give what to read next, four stories at most: older ones that the page does not lead to already.

        What has most in common comes first; of those with as much, the newest.
        """
        common = self.in_common(story)
        if not common:
            return ()
        told = {link.target for link in story.document.links if link.kind == STORY_LINK}
        line = story.so_far
        told |= {each.document.path for each in (line.previous, line.next) if each} if line else set()
        told |= {each.document.path for each in story.translations}
        others = (self.oldest_first[number % SCORE] for number in sorted(common, reverse=True))
        return tuple(islice((each for each in others if each.document.path not in told), MOST_RELATED))

    def entry(self, document: Document) -> Entry:
        """Give an entry as pages show it."""
        if document.path not in self._entries:
            self._entries[document.path] = entry_of(document)
        return self._entries[document.path]

    @cached_property
    def shown(self) -> list[tuple[Entry, list[Any]]]:
        """Give each entry that something published leads to, with its records, the newest first.

        A record is a story that names it, what it said, or what happened with it.
        """
        led_to: dict[str, list[Any]] = defaultdict(list)
        lines = [line for line in self.desk.of_kind(STORYLINE) if line.path in self.told]
        for document in (*(page.document for page in self.pages), *lines, *self.desk.of_kind(APPEAL)):
            for path in self._linked(document):
                led_to[path] += ()
        for story in self.stories:
            for said in self.quoted(story).values():
                led_to[said.speaker.file].append(said)
            for path in dict.fromkeys(self._linked(story.document)):
                led_to[path].append(story)
        for path, events in self.events.items():
            led_to[path] += events
        found = ((self.entry(each), led_to[each.path]) for each in self.desk.of_kind(ENTRY) if each.path in led_to)
        return [(entry, sorted(records, key=newest_last, reverse=True)) for entry, records in found]

    def _linked(self, document: Document) -> Iterator[str]:
        """Give the files of the entries that a file names or links to, with what else it links to."""
        for link in document.links:
            if link.kind == NAME_LINK:
                found = self.entries.get(link.target, document.lang)
                if found:
                    yield found.path
            elif link.kind == STORY_LINK:
                yield link.target


def newest_last(record: Any) -> tuple[Any, ...]:
    """Give the place of a record among others: by its day; of one day stories stand above what was said."""
    if isinstance(record, Happened):
        return (record.day.parts, 2, record.words, "")
    if isinstance(record, Said):
        return (record.day.parts, 0, record.story.path, record.words)
    return (day_of(record.date).parts, 1, record.path, "")


def entry_of(document: Document) -> Entry:
    """Make an entry of its file."""
    lang = document.lang
    roles = [Role(plain(role.words, lang), role.since, role.until) for role in document["role"]]
    return Entry(
        document.path,
        plain(document.title, lang),
        document["kind"],
        lang,
        document.address,
        definition(document),
        tuple(plain(name, lang) for name in document["also"]),
        tuple(newest_role_first(roles)),
        tuple(typeset_sources(document["source"], lang)),
    )


def note_of(name: str, entry: Entry, day: Day) -> Note:
    """Make the note on an entry as of a day."""
    roles = roles_at(entry.roles, day)
    return Note(note_id(name), f"{name}_", entry.name, entry.kind, entry.lang, entry.path, entry.text, roles)
