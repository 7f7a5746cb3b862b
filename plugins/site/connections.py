"""What stories have to do with people, organisations, treaties and weapons, and what their pages show."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from markupsafe import Markup

from plugins.site.edition import Story
from plugins.story.desk import Desk, Document
from plugins.story.fields import ENTRY
from plugins.story.glossary import Entries, entries_of
from plugins.story.links import NAME_LINK, STORY_LINK, note_id
from plugins.story.quotations import bare
from plugins.story.reader import typeset_sources
from plugins.story.records import Day, Quotation, Role
from plugins.story.sources import Reference
from plugins.story.typography import headline, plain


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
    """Give the roles that somebody had on a day, without dates, then those before it, with theirs."""
    begun = [role for role in roles if role.had_begun(day)]
    had = [Role(role.words) for role in begun if not role.had_ended(day)]
    return (*had, *newest_role_first(role for role in begun if role.had_ended(day)))


@dataclass
class Connections:
    """Relates stories to the entries that they name.

    stories: the published ones, of every language. pages: those that are no stories.
    """

    desk: Desk
    stories: Sequence[Story]
    pages: Sequence[Any]
    _entries: dict[str, Entry] = field(default_factory=dict)

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

    def entry(self, document: Document) -> Entry:
        """Give an entry as pages show it."""
        if document.path not in self._entries:
            self._entries[document.path] = entry_of(document)
        return self._entries[document.path]

    @cached_property
    def shown(self) -> list[tuple[Entry, list[Any]]]:
        """Give each entry that something published leads to, with its records, the newest first.

        A record is a story that names it, or what it said.
        """
        led_to: dict[str, list[Any]] = defaultdict(list)
        for page in self.pages:
            for path in self._led_to(page):
                led_to[path] += ()
        for story in self.stories:
            for said in self.quoted(story).values():
                led_to[said.speaker.file].append(said)
            for path in dict.fromkeys(self._led_to(story)):
                led_to[path].append(story)
        found = ((self.entry(each), led_to[each.path]) for each in self.desk.of_kind(ENTRY) if each.path in led_to)
        return [(entry, sorted(records, key=newest_last, reverse=True)) for entry, records in found]

    def _led_to(self, content: Any) -> Iterator[str]:
        """Give the files of the entries that a story or page leads to."""
        for link in content.document.links:
            if link.kind == NAME_LINK:
                found = self.entries.get(link.target, content.lang)
                if found:
                    yield found.path
            elif link.kind == STORY_LINK:
                yield link.target


def newest_last(record: Any) -> tuple[Any, ...]:
    """Give the place of a record among others: by its day; of one day stories stand above what was said."""
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
