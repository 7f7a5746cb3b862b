"""A few stories that have changed, or are new, among thousands that have not.

All are sorted and put into their lists, for that is soon done; but a story is made only if a page
shows it that must be looked at, and a list is paged only if one of the few stands in it. All other
files of the edition stand as they are: nothing that they were made from has changed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from plugins.build.digests import Untrackable
from plugins.build.errands import Errand, Lists
from plugins.build.library import Card, Few, clock, is_out, moment_of
from plugins.build.reads import SURROUNDINGS, Printed, Reads
from plugins.site.connections import WINDOW, Connections, shared_by
from plugins.site.edition import Byline, Listing, Section, Story, Topic
from plugins.site.generator import EditionGenerator
from plugins.site.media import Picture, darkroom_of, extra_files, picture
from plugins.site.places import byline_named, section_named, topic_named
from plugins.story.desk import Desk, Document
from plugins.story.fields import STORY, Rules
from plugins.story.links import NAME_LINK, STORY_LINK, Link


class Glance:
    """A document as its card shows it; whatever a card does not show is asked of the document itself."""

    __slots__ = ("_among", "_card")

    def __init__(self, card: Card, among: Among) -> None:
        self._card, self._among = card, among

    @property
    def links(self) -> list[Link]:
        """Every link in the text and the standfirst."""
        return [Link(*each) for each in self._card.links]

    def __getattr__(self, name: str) -> Any:
        if name in SHOWN:
            return getattr(self._card, name)
        return getattr(self._among.desk.documents[self._card.path], name)

    def __getitem__(self, key: str) -> Any:
        values = self._card.values
        return values[key] if key in values else self._among.desk.documents[self._card.path][key]


SHOWN = frozenset(("path", "address", "kind", "slug", "lang", "parts"))


class Lazy(Printed):
    """A story of which only what lists are sorted by is known, until something else is asked for."""

    __slots__ = ("_among", "_card", "_date", "_glance", "_modified")

    def __init__(self, card: Card, among: Among) -> None:
        hold = object.__setattr__
        hold(self, "_card", card)
        hold(self, "_among", among)
        hold(self, "_looks_read", f"c:{card.path}")
        hold(self, "_body_read", f"b:{card.path}")
        hold(self, "_glance", Glance(card, among))
        moments = dict(card.moments)
        hold(self, "_date", moment_of(moments["date"]))
        modified = moments.get("modified")
        hold(self, "_modified", moment_of(modified) if modified and modified != moments["date"] else None)

    def _expand(self) -> None:
        among = self._among
        document = among.desk.documents[self._card.path]
        Printed.__init__(self, document, among.settings, among.reads)
        self.appeal = among.appeal_of(document)
        among.expanded.append(self)

    def __getattr__(self, name: str) -> Any:
        if name in PARTS:
            self._expand()
            return object.__getattribute__(self, name)
        return super().__getattr__(name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name != "translations" or value:  # none is what there is anyway
            super().__setattr__(name, value)

    def _gift(self, name: str) -> Any:
        if name in SURROUNDINGS and name not in self._given:
            if self._among.is_published(self):
                with self._among.reads.aside():
                    self._given[name] = self._among.relation(self, name)
            else:
                self._given |= {"names": (), "quoted": {}, "so_far": None, "related": ()}
        return super()._gift(name)

    def told(self, letter: str) -> Any:
        """Give what reads of a kind find now."""
        if letter == "s":
            for name in SURROUNDINGS:
                self._gift(name)
        return super().told(letter)

    def _looks(self) -> Card:
        card: Card = self._card
        self._among.reads.now.add(self._looks_read)
        return card

    def name_(self) -> str:
        """Give the path of the file."""
        path: str = self._card.path
        return path

    @property
    def _name(self) -> tuple[str, str]:
        return ("known", self._card.path)

    @_name.setter
    def _name(self, value: object) -> None:
        pass

    @property
    def date(self) -> dt.datetime:
        """When the story appeared."""
        self._among.reads.now.add(self._looks_read)
        moment: dt.datetime = self._date
        return moment

    @property
    def path(self) -> str:
        """Where its page lies."""
        self._among.reads.now.add(self._looks_read)
        address: str = self._card.address
        return address

    @property
    def slug(self) -> str:
        """The last part of its address."""
        return self._looks().slug

    @property
    def unpublished(self) -> str:
        """Nothing: whatever is not published is not here."""
        self._looks()
        return ""

    @property
    def document(self) -> Glance:
        """What it was made of."""
        self._among.reads.now.add(self._body_read)
        glance: Glance = self._glance
        return glance

    @property
    def lang(self) -> str:
        """Its language."""
        return self._looks().lang

    @property
    def modified(self) -> dt.datetime | None:
        """When it was updated; None if never."""
        if self._looks().updates:
            return super().__getattr__("modified")  # type: ignore[no-any-return]
        found: dt.datetime | None = self._modified
        return found

    @property
    def section(self) -> Section:
        """The section it stands in."""
        name = self._looks().values["category"]
        return section_named(self._among.sections[name], name)

    @property
    def topics(self) -> list[Topic]:
        """What it is about."""
        return [topic_named(name) for name in self._looks().values["tags"]]

    @property
    def bylines(self) -> list[Byline]:
        """Who wrote it."""
        values = self._looks().values
        return [byline_named(name) for name in values["authors"] or values["author"] or self._among.nobody]

    @property
    def notes(self) -> Any:
        """What was put right in it: nothing in most."""
        self._among.reads.now.add(self._body_read)
        return super().__getattr__("notes") if self._card.notes else ()


PARTS = frozenset(Printed.__slots__) - {"_name"}


class Among:
    """All stories that have a page, the few that have changed first among them."""

    def __init__(self, few: Few, rules: Rules, settings: Mapping[str, Any], reads: Reads) -> None:
        self.settings, self.reads = settings, reads
        self.sections = {name: slug for slug, name in settings["SECTIONS"]}
        self.nobody = tuple(filter(None, [settings.get("AUTHOR")]))
        self.appeal_of: Callable[[Document], Any] = lambda _: None
        self.relation: Callable[[Story, str], Any] = lambda *_: None
        self.expanded: list[Lazy] = []
        self._few = few
        self._now = clock(rules.now)
        self._by_status: dict[str, list[Printed]] = {"published": [], "hidden": []}
        self._stories: dict[str, Lazy] = {}
        for card in sorted(few.cards.values(), key=lambda card: card.address):
            if card.kind == STORY and (status := self._status(card)):
                self._stories[card.path] = Lazy(card, self)
                self._by_status[status].append(self._stories[card.path])

    @property
    def desk(self) -> Desk:
        """The desk, with the few on it and all others within reach."""
        desk: Desk = self.settings["DESK"]
        return desk

    def _status(self, card: Card) -> str:
        if is_out(card, self._now):
            return "published"
        return "hidden" if card.values.get("status") == "withdrawn" else ""

    def is_published(self, story: Lazy) -> bool:
        """Say whether a story is published, and not withdrawn."""
        return is_out(story._card, self._now)

    def by_status(self) -> dict[str, list[Printed]]:
        """Give the stories by what Pelican calls their status, in the order of their addresses."""
        return self._by_status

    def stories(self) -> list[Printed]:
        """Give the few."""
        return [self._stories[path] for path in self._few.paths]

    def holds(self, stories: Iterable[Story]) -> bool:
        """Say whether one of the few is among some stories."""
        return any(story._card.path in self._few.paths for story in stories)

    def errand_of(self, told: bytes, path: str, env: Any) -> Errand | None:
        """Make the errand of a story's page again from what it said; None for any other page."""
        template, _, rest = told.decode("utf-8", "replace").partition(" ")
        name = rest.removeprefix("article ")
        if template not in ("article.html", "withdrawn.html") or name == rest or name not in self._stories:
            return None
        return Errand(path, template, env, {"article": self._stories[name]})


class Album(Mapping[str, Picture]):
    """The pictures, each made ready when a page shows it; their files stand already."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._darkroom = darkroom_of(desk)
        self._made: dict[str, Picture] = {}

    def __getitem__(self, path: str) -> Picture:
        if path not in self._made:
            file = self._desk.root / path
            if not path.startswith("images/") or not file.is_file():
                raise KeyError(path)
            self._made[path] = picture(path, file.read_bytes(), self._darkroom)
        return self._made[path]

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        raise Untrackable("number")


class ConnectionsAmong(Connections):
    """Relates a few stories: for each only those are compared that it may have something in common with."""

    def _linked(self, document: Any) -> Iterator[str]:
        if not isinstance(document, Glance):
            yield from super()._linked(document)
            return
        for kind, target, *_ in document._card.links:
            if kind == STORY_LINK:
                yield target
            elif kind == NAME_LINK and (found := self.entries.get(target, document.lang)):
                yield found.path

    def in_common(self, story: Story) -> list[int]:
        """Give what a story has in common with older ones: for each thing, with so many of the last before it."""
        weights = dict(shared_by(story))
        left = dict.fromkeys(weights, WINDOW)
        common: dict[int, int] = {}
        older: list[Any] = self.oldest_first
        for number in range(older.index(story) - 1, -1, -1):
            if not left:
                break
            for key in left.keys() & keys_of(older[number]._card):
                common[number] = common.get(number, 0) + weights[key]
                left[key] -= 1
                if not left[key]:
                    del left[key]
        return [score + number for number, score in common.items()]


def keys_of(card: Card) -> set[tuple[str, str, str]]:
    """Give what a story may share with others, as `shared_by` does."""
    lang, values = card.lang, card.values
    keys = {("line", lang, name) for name in values["storyline"]}
    keys |= {("name", lang, link[1]) for link in card.links if link[0] == NAME_LINK}
    return keys | {("topic", lang, name) for name in values["tags"]}


class ListsAmong(Lists):
    """plugins.site's generator, paging only the lists in which one of the few stands."""

    @property
    def among(self) -> Among:
        """The few, and all others."""
        among: Among = self.env.watched.few  # type: ignore[attr-defined]
        return among

    def _connect(self, desk: Desk) -> None:
        self.connections = ConnectionsAmong(desk, self._stories(), self.pages)
        relations: dict[str, Callable[[Story], Any]] = {
            "names": self.connections.notes_of,
            "quoted": self.connections.quoted,
            "so_far": self.connections.so_far,
            "related": self.connections.related,
        }
        self.among.relation = lambda story, name: relations[name](story)

    def _copies(self) -> dict[str, str]:
        return EditionGenerator._copies(self)

    def _issue(self) -> None:
        EditionGenerator._issue(self)

    def _give_appeals(self, chosen: Callable[[Document], Any]) -> None:
        self.among.appeal_of = chosen
        for story in self.among.expanded:  # a translation is asked for before
            story.appeal = chosen(self.among.desk.documents[story._card.path])

    def _pictures(self, desk: Desk) -> None:
        album: Any = Album(desk)
        self.pictures, self.extra = album, extra_files(desk)

    def _aliases(self, content: Any) -> Iterable[str]:
        if isinstance(content, Lazy):
            aliases: Iterable[str] = content._card.values.get("aliases") or ()
            return aliases
        return super()._aliases(content)

    def _listings(self) -> Iterator[Listing]:
        return (listing for listing in super()._listings() if self.among.holds(listing.stories))

    def _sitemap(self, year: str, stories: list[Story]) -> None:
        if self.among.holds(stories):
            super()._sitemap(year, stories)

    def _refuse_extra_over_own(self) -> None:
        """Nothing to refuse: no file of content/extra/ has changed, nor stands at a new story's address."""
