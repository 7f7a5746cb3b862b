"""The library: every file of content/ as it was read, checked and typeset, so that it is read once.

Two parts in .cache/. `cards` holds all of a document but its text, and is read whole; `texts` is a
SQLite file of the texts, of which a build fetches those it prints. Both are bound to everything that
reading depends on: the file's own bytes, the settings, the code, the versions. Neither is needed:
what is missing, damaged or another's is made anew from content/.

A file with something wrong in it is never kept, and what is no longer in content/ is removed.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import marshal
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from plugins.build import cabinet
from plugins.build.crew import shared
from plugins.build.digests import Stamp, digest, of_value, stamp_of
from plugins.story.body import Body, BodyReader, Html
from plugins.story.desk import Document, read_document, state_of
from plugins.story.fields import FRONT, STORY, Note, Rules, Values
from plugins.story.frontmatter import Source
from plugins.story.glossary import FOLDER as GLOSSARY
from plugins.story.kinds import RECORDS as OF_BLOCKS
from plugins.story.links import NAME_LINK, PICTURE_LINK, Link
from plugins.story.parts import later_addresses
from plugins.story.problems import Problem, SiteError
from plugins.story.records import Day, Event, Quotation, Role
from plugins.story.sources import Reference

# What a list shows of a story, besides its headline and standfirst.
LIGHT = ("title", "kicker", "date", "modified", "category", "tags", "authors", "author", "order", "template")
YOUNG = 2 * 10**9  # nanoseconds: a file changed so lately may change again within one tick of its clock
OFTEN_ALIKE = ("category", "kicker", "tags", "authors")
AT_ONCE = 500  # texts in one transaction
Found = tuple[str, Document | None, list[Problem]]


class Card(NamedTuple):
    """All of a document but its text, in texts and numbers.

    stamp: of its file; None if that was too young to be trusted. whole: the digest of its bytes, and
    of those of the files of data that it reads (beside).
    looks: the digest of what lists show. moments, others: the values that are dates, and the rows of
    sources and notes.
    """

    path: str
    stamp: Stamp | None
    whole: bytes
    looks: bytes
    kind: str
    slug: str
    lang: str
    address: str
    values: dict[str, Any]
    moments: list[Any]
    others: list[Any]
    lines: dict[str, int]
    places: dict[str, list[int]]
    body_line: int
    standfirst: str
    notes: tuple[str, ...]
    reason: str
    links: list[Any]
    beside: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...]
    updates: list[Any]


class Few(NamedTuple):
    """A few stories that have changed among all that have not.

    documents: theirs, and others. addresses: of all. paths: the stories that may have changed. added: how many
    of them are new. is_text: whether nothing but texts has changed. cards: of all.
    """

    documents: dict[str, Document]
    addresses: dict[str, str]
    paths: list[str]
    added: int
    is_text: bool
    cards: dict[str, Card]


class Shelved(dict[str, Document]):
    """Documents that are there, and others that come out of the library when they are asked for by name."""

    def __init__(self, documents: Mapping[str, Document], cards: Mapping[str, Card], fetch: Any) -> None:
        super().__init__(documents)
        self._cards, self._fetch = cards, fetch
        self._others: dict[str, Document] = {}

    def __missing__(self, path: str) -> Document:
        if path not in self._others:
            self._others[path] = self._fetch(self._cards[path])
        return self._others[path]

    def get(self, path: str, default: Any = None) -> Any:
        """Give a document, if there is one."""
        return self[path] if path in self or path in self._cards else default


class Kept(Document):
    """A document whose text lies in the library until somebody asks for it.

    looks: the digest of what lists show of it. whole: of all its bytes.
    """

    library: Library
    looks: bytes
    whole: bytes
    kept_links: tuple[Link, ...]

    @property
    def body(self) -> Body | None:
        """The text; read from the library each time, so that it takes no room."""
        return self.library.body(self) if self.state != "skip" else None

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link in the text and the standfirst."""
        return self.kept_links


class Library:
    """All documents of one content folder. Damage costs time, never a right page."""

    def __init__(
        self, folder: Path, key: bytes, rules: Rules, jobs: int, stamps: Mapping[str, Stamp | None] | None = None
    ) -> None:
        self.folder = folder
        self._cards, self._texts = folder / "cards", folder / "texts"
        self.key = digest(
            key,
            repr(
                (sorted(rules.sections.items()), rules.languages, rules.lang, rules.author, rules.part_words)
            ).encode(),
        )
        self._rules, self._jobs = rules, jobs
        self._stamps = stamps or {}
        self._connections: dict[int, sqlite3.Connection] = {}
        self._root = Path()
        self.read_anew = 0

    def documents(self, root: Path, files: list[tuple[str, str]], rules: Rules) -> Iterator[Found]:
        """Give each document with its problems, in the order of the files; read what has changed."""
        self._root = root
        before = self._before()
        kept: dict[str, Card] = {}
        wanted: list[tuple[str, str]] = []
        for path, kind in files:
            card = before.get(path)
            stamp = self._stamps.get(path)
            is_known = card is not None and stamp is not None and stamp == card.stamp and kind != FRONT
            if card is not None and is_known and not card.beside:
                kept[path] = card
            else:
                wanted.append((path, kind))
        problems = self._read(wanted, before, kept) if wanted else {}
        gone = before.keys() - {path for path, _ in files}
        if wanted or gone:
            self._forget(gone)
            good = [card for path, card in kept.items() if not problems.get(path)]
            self._keep(good)
        for path, kind in files:
            wrong = [Problem(*each) for each in problems.get(path, ())]
            if kind == FRONT:
                document, wrong = read_document(root, path, kind, rules, BodyReader())
            else:
                document = self._document(kept[path]) if path in kept else None
            yield path, document, wrong

    def mark(self) -> bytes:
        """Tell this state of the library from any other."""
        return cabinet.mark(self._cards)

    def few(self, root: Path, paths: Sequence[str], beside: Set[str]) -> Few | None:
        """Read a few stories that have changed; None if how they relate to others may have changed too.

        Only they, their translations, the stories beside them, those of the same storylines, and what
        is no story are made documents at once.
        """
        self._root = root
        before = self._before()
        texts, added, is_text = [], 0, True
        for path in paths:
            found, text, problems = read_one(root, self._rules, before, BodyReader(), (path, STORY))
            if found is None or problems:
                return None
            card, old = Card._make(found), before.get(path)
            if old is None:
                if text is None or not joins(card, before.values(), self._rules):
                    return None
                added, is_text = added + 1, False
            elif card[3:] != old[3:]:  # all that follows the digest of the bytes
                if not relates_alike(old, card, self._rules):
                    return None
                is_text = False
            if text is not None:
                kept = self._fetch(path, old.whole) if old else text
                if kept is None or anchors_in(kept) != anchors_in(text):
                    return None
                texts.append((path, card.whole, self._check(path, card.whole, text), text))
            before[path] = card
        self._write(texts)
        self._keep(before.values())
        addresses = {path: card.address for path, card in before.items()}
        for card in before.values():
            if card.parts:
                addresses |= later_addresses(card.path, card.address, card.parts)
        stems = {PurePosixPath(addresses[path]).parent for path in paths}
        slugs = {before[path].slug for path in paths}
        lines = {name for path in paths for name in before[path].values["storyline"]}
        wanted = [
            card
            for card in before.values()
            if card.kind != STORY
            or card.path in beside
            or not lines.isdisjoint(card.values["storyline"])
            or (card.slug in slugs and PurePosixPath(card.address).parent in stems)
        ]
        documents = {card.path: self._document(card) for card in wanted}
        return Few(Shelved(documents, before, self._document), addresses, list(paths), added, is_text, before)

    def _before(self) -> dict[str, Card]:
        found = cabinet.kept(self._cards, self.key)
        if found is None:
            self._texts.unlink(missing_ok=True)
        return {row[0]: Card._make(row) for row in found or ()}

    def _keep(self, cards: Iterable[Card]) -> None:
        cabinet.keep(self._cards, self.key, [tuple(card) for card in cards])

    def _read(self, wanted: list[tuple[str, str]], before: Mapping[str, Card], kept: dict[str, Card]) -> dict[str, Any]:
        """Read files; add their cards to `kept` and give the problems of each."""
        problems: dict[str, Any] = {}
        same: dict[Any, Any] = {}
        texts: list[tuple[str, bytes, bytes, bytes]] = []
        work = partial(read_one, self._root, self._rules, before, BodyReader())
        work_at = [each for each in wanted if each[1] != FRONT]
        for number, (card, text, wrong) in shared(work_at, work, self._jobs):
            path = work_at[number][0]
            if card is not None:
                kept[path] = thrifty(Card._make(card), same)
            if text is not None:
                texts.append((path, card[2], self._check(path, card[2], text), text))
                self.read_anew += 1
            problems[path] = wrong
            if len(texts) >= AT_ONCE:
                self._write(texts)
                texts.clear()
        self._write(texts)
        return problems

    def _document(self, card: Card) -> Document:
        values = card.values
        for name, moment in card.moments:
            values[name] = moment_of(moment)
        for name, many in card.others:
            values[name] = tuple(thawed(each) for each in many)
        file = f"{self._root.name}/{card.path}"
        read = Values.__new__(Values)
        read.__dict__.update(values=values, lines=card.lines, places=card.places)
        document = Kept.__new__(Kept)
        document.__dict__.update(
            kind=card.kind,
            path=card.path,
            file=file,
            values=read,
            slug=card.slug,
            lang=card.lang,
            state=state_of(card.kind, read, self._rules),
            address=card.address,
            source=Source(file, (), "", card.body_line),
            standfirst=card.standfirst,
            notes=card.notes,
            reason=card.reason,
            library=self,
            beside=card.beside,
            updates=tuple((moment_of(when), line) for when, line in card.updates),
            looks=card.looks,
            whole=card.whole,
            parts=card.parts,
            kept_links=tuple(Link(*each) for each in card.links) if card.links else (),
        )
        return document

    # Texts

    def body(self, document: Kept) -> Body:
        """Fetch the text of a document. Raise SiteError if its file has changed meanwhile."""
        text = self._fetch(document.path, document.whole)
        if text is None:
            text = self._read_again(document)
        blocks, anchors = marshal.loads(text)
        links = document.kept_links  # the standfirst's too: nobody asks a text alone for its links
        return Body(tuple(thawed_block(each) for each in blocks), links, frozenset(anchors))

    def _fetch(self, path: str, wanted: bytes) -> bytes | None:
        try:
            found = self._connection().execute("SELECT whole, checked, text FROM texts WHERE path = ?", (path,))
            whole, checked, text = found.fetchone() or (b"", b"", b"")
        except sqlite3.Error:
            return None
        is_right = whole == wanted and checked == self._check(path, whole, text)
        return bytes(text) if is_right else None

    def _read_again(self, document: Kept) -> bytes:
        card, text, _ = read_one(self._root, self._rules, {}, BodyReader(), (document.path, document.kind))
        if card is None or text is None or card[2] != document.whole:
            wrong = "the file changed while the site was being built."
            raise SiteError([Problem(document.file, 1, wrong, "Build again.")])
        return bytes(text)

    def _check(self, path: str, whole: bytes, text: bytes) -> bytes:
        return digest(self.key, path.encode(), whole, text)

    def _connection(self) -> sqlite3.Connection:
        """Open the texts; each process its own way in."""
        process = os.getpid()
        if process not in self._connections:
            self._connections[process] = opened(self._texts)
        return self._connections[process]

    def _write(self, texts: list[tuple[str, bytes, bytes, bytes]]) -> None:
        """Keep texts; a store that cannot be written, because it is damaged, is begun anew."""
        if not texts:
            return
        for _ in range(2):
            try:
                with self._connection() as connection:
                    connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", texts)
                return
            except sqlite3.DatabaseError:
                self._connections.clear()
                for leaving in ("", "-journal"):
                    Path(f"{self._texts}{leaving}").unlink(missing_ok=True)

    def _forget(self, paths: set[str]) -> None:
        """Remove texts, and have nothing of them left on the disk."""
        if not paths:
            return
        try:
            with self._connection() as connection:
                connection.executemany("DELETE FROM texts WHERE path = ?", [(path,) for path in paths])
        except sqlite3.DatabaseError:
            self._connections.clear()
            self._texts.unlink(missing_ok=True)


def opened(file: Path) -> sqlite3.Connection:
    """Open a store of texts, making it if need be."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=60, check_same_thread=False)
    with contextlib.suppress(sqlite3.DatabaseError):
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = OFF")  # each text carries a check of its own
        connection.execute("PRAGMA cache_size = -4000")
        connection.execute(
            "CREATE TABLE IF NOT EXISTS texts"
            " (path TEXT PRIMARY KEY, whole BLOB, checked BLOB, text BLOB) WITHOUT ROWID"
        )
    return connection


# From a document to what can be kept, and back


def read_one(
    root: Path, rules: Rules, before: Mapping[str, Card], reader: BodyReader, file: tuple[str, str]
) -> tuple[tuple[Any, ...] | None, bytes | None, list[tuple[Any, ...]]]:
    """Read a file: its card, its text (None if the one that is kept is right), and what is wrong."""
    path, kind = file
    status = os.lstat(root / path)
    young = max(status.st_mtime_ns, status.st_ctime_ns) > time.time_ns() - YOUNG
    stamp: Stamp | None = None if young else stamp_of(status)
    card = before.get(path)
    whole = whole_digest(root, path, card.beside if card is not None else ())
    if card is not None and card.whole == whole and card.kind == kind:
        return (path, stamp, *card[2:]), None, []
    document, problems = read_document(root, path, kind, rules, reader)
    wrong = [(each.path, each.line, each.wrong, each.remedy) for each in problems]
    if document is None:
        return None, None, wrong
    whole = whole_digest(root, path, document.beside)
    body = document.body
    text = marshal.dumps(([frozen_block(each) for each in body.blocks], sorted(body.anchors)) if body else ([], []))
    return card_of(document, stamp, whole), text, wrong


def whole_digest(root: Path, path: str, beside: tuple[str, ...]) -> bytes:
    """Give the digest of a file and of the files of data that it reads, as far as they are there."""
    data = (root / name for name in beside)
    return digest((root / path).read_bytes(), *(each.read_bytes() if each.is_file() else b"" for each in data))


# A story's fields that no other page depends on but through its looks, its text and its notes.
LOOSE = {"title", "kicker", "summary", "modified"}


def relates_alike(old: Card, new: Card, rules: Rules) -> bool:
    """Say whether a published story stands in the same lists, at the same place, as it did."""

    def related(card: Card) -> tuple[Any, ...]:
        values = {name: value for name, value in card.values.items() if name not in LOOSE | OWN_ROWS}
        place = card.address, card.slug, card.lang, date_of(card)
        return place, values, pictures_in(card), leads_in(card), card.beside, card.parts, card.updates

    return is_out(new, clock(rules.now)) and related(old) == related(new)


def joins(card: Card, others: Iterable[Card], rules: Rules) -> bool:
    """Say whether a new story stands only in lists that there are, and nobody has its place."""
    folder, _, name = card.address.rpartition("/")
    now = clock(rules.now)
    more = (
        card.values.get("aliases") or pictures_in(card) or card.beside or card.updates or card.values.get("storyline")
    )
    if not is_out(card, now) or more or name == "index.html" or any(leads_in(card)):
        return False
    topics: set[str] = set()
    authors: set[str] = set()
    months: set[str] = set()
    address = card.address.casefold()
    for other in others:
        if address in map(str.casefold, (other.address, *(other.values.get("aliases") or ()))):
            return False
        if other.kind == STORY and is_out(other, now):
            if date_of(other) >= date_of(card):  # what comes after it may have it to read next
                return False
            where = other.address.rpartition("/")[0]
            if where == folder and other.slug == card.slug:
                return False
            topics.update(other.values["tags"])
            authors.update(other.values["authors"] or other.values["author"])
            months.add(where)
    by = set(card.values["authors"] or card.values["author"])
    return bool(by) and by <= authors and topics.issuperset(card.values["tags"]) and folder in months


def date_of(card: Card) -> Any:
    """Give a story's date, as numbers."""
    return dict(card.moments).get("date")


# Rows above a story that stand on no page but its own, and among its notes.
OWN_ROWS = {"correction", "clarification", "update", "source", "based_on"}


def leads_in(card: Card) -> tuple[Any, ...]:
    """Give what leads from a story to the glossary and to storylines: marks, links, rows such as quotations."""
    links = {tuple(link[:2]) for link in card.links if link[0] == NAME_LINK or link[1].startswith(f"{GLOSSARY}/")}
    return links, [(name, rows) for name, rows in card.others if name not in OWN_ROWS]


def pictures_in(card: Card) -> list[str]:
    """Give the pictures that a story shows."""
    return [link[1] for link in card.links if link[0] == PICTURE_LINK]


def is_out(card: Card, now: tuple[int, ...]) -> bool:
    """Say whether a story is published by now; the time is given as numbers."""
    date = date_of(card)
    return card.values.get("status") == "published" and bool(date) and bool(date <= now)


def card_of(document: Document, stamp: Stamp | None, whole: bytes) -> tuple[Any, ...]:
    """Give all of a document but its text."""
    values = dict(document.values.values)
    light = [values.get(name) for name in LIGHT]
    looks = of_value([document.kind, document.slug, document.lang, document.standfirst, document.updates[:1], *light])
    moments = [(name, clock(value)) for name, value in values.items() if isinstance(value, dt.datetime)]
    others = [(name, [frozen(each) for each in value]) for name, value in values.items() if holds_records(value)]
    for name, _ in (*moments, *others):
        del values[name]
    updates = [(clock(when), line) for when, line in document.updates]
    links = [(each.kind, each.target, each.fragment, each.line, each.words) for each in document.links]
    lines, places = dict(document.values.lines), dict(document.values.places)
    named = (document.path, stamp, whole, looks, document.kind, document.slug, document.lang, document.address)
    front = (values, moments, others, lines, places, document.source.body_line)
    rest = (document.standfirst, document.notes, document.reason, links, document.beside, document.parts, updates)
    return (*named, *front, *rest)


def thrifty(card: Card, same: dict[Any, Any]) -> Card:
    """Have what many cards say alike be one object in memory, and in what is kept; same: what was said so far."""
    lines = same.setdefault(("lines", *card.lines.items()), card.lines)
    places = same.setdefault(("places", *((name, *at) for name, at in card.places.items())), card.places)
    for name, value in card.values.items():
        if name in OFTEN_ALIKE and value:
            card.values[name] = same.setdefault(value, value)
    return card._replace(lines=lines, places=places)


def anchors_in(text: bytes) -> list[str]:
    """Give the anchors of a text as it is kept."""
    _, anchors = marshal.loads(text)
    found: list[str] = anchors
    return found


# What fields and blocks may hold: all their own fields are texts, numbers, days, moments and tuples of these.
RECORDS: dict[str, Any] = {each.__name__: each for each in (Reference, Note, Day, Event, Quotation, Role, *OF_BLOCKS)}


def holds_records(value: Any) -> bool:
    """Say whether a field's value is a row of records, such as sources or notes."""
    return isinstance(value, tuple) and bool(value) and type(value[0]).__name__ in RECORDS


def clock(moment: dt.datetime) -> tuple[int, int, int, int, int, int, int]:
    """Write a moment in UTC as numbers."""
    day, time = moment.date(), moment.time()
    return day.year, day.month, day.day, time.hour, time.minute, time.second, time.microsecond


def moment_of(numbers: tuple[int, int, int, int, int, int, int]) -> dt.datetime:
    """Make a moment of what `clock` wrote."""
    year, month, day, hour, minute, second, micro = numbers
    return dt.datetime(year, month, day, hour, minute, second, micro, dt.UTC)


def frozen(value: Any) -> Any:
    """Write a record, or what it holds, as texts, numbers and tuples."""
    if isinstance(value, dt.datetime):
        return ("moment", clock(value))
    if isinstance(value, dt.date):
        return ("day", value.timetuple()[:3])
    if isinstance(value, tuple):
        return ("many", [frozen(each) for each in value])
    if type(value).__name__ in RECORDS:
        return (type(value).__name__, [frozen(each) for each in vars(value).values()])
    return value


def thawed(row: Any) -> Any:
    """Make a record of what was written."""
    if not isinstance(row, tuple):
        return row
    kind, held = row
    if kind == "moment":
        return moment_of(held)
    if kind == "day":
        return dt.date(*held)
    found = [thawed(each) for each in held]
    return tuple(found) if kind == "many" else RECORDS[kind](*found)


def frozen_block(block: Any) -> Any:
    """Write a block; of HTML, the text alone."""
    return block.html if isinstance(block, Html) else frozen(block)


def thawed_block(row: Any) -> Any:
    """Make a block of what was written."""
    return Html(row) if isinstance(row, str) else thawed(row)
