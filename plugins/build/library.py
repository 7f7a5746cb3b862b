"""The library: every file of content/ as it was read, checked and typeset, so that it is read once.

A SQLite file in .cache/: a card for each file, that holds all of a document but its text, and the texts, of
which a build fetches those it prints. All is bound to everything that reading depends on: the file's own
bytes, the settings, the code, the versions; and each row carries a check of its own. None of it is needed:
what is missing, damaged or another's is made anew from content/.

A file with something wrong in it is never kept, and what is no longer in content/ is removed.
"""

from __future__ import annotations

import datetime as dt
import marshal
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from plugins.build.crew import shared
from plugins.build.digests import Stamp, Untrackable, digest, of_value, stamp_of
from plugins.build.store import Row, Store, Text
from plugins.story.body import Body, BodyReader, Html
from plugins.story.desk import Document, author_list, read_document, state_of, topic_list
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
AT_HAND = 48 * 2**20  # bytes of texts that were just read
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


VALUES = Card._fields.index("values")
IN_PIECES = Card._fields.index("lines"), Card._fields.index("places")


class Few(NamedTuple):
    """A few stories that have changed among all that have not.

    documents: theirs, and others. addresses: of all. paths: the stories that may have changed. added: how many
    of them are new. lists: the addresses of the lists that these bring. is_text: whether nothing but texts has
    changed that only their own pages print. cards: of all, if more has.
    """

    documents: dict[str, Document]
    addresses: Addresses
    paths: list[str]
    added: int
    lists: set[str]
    is_text: bool
    cards: Mapping[str, Card]


class Cards(Mapping[str, Card]):
    """Cards as they are asked for by name, or all at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Card] = {}
        self._is_whole = False
        self._same: dict[Any, Any] = {}

    def __getitem__(self, path: str) -> Card:
        if path not in self._known:
            data = None if self._is_whole else self._store.card(path)
            if data is None:
                raise KeyError(path)
            self._known[path] = card_in(data, self._same)
        return self._known[path]

    def __iter__(self) -> Iterator[str]:
        return iter(self.all())

    def __len__(self) -> int:
        return len(self.all())

    def take(self, card: Card) -> None:
        """Have a new card in an old one's place."""
        self._known[card.path] = card

    def all(self) -> dict[str, Card]:
        """Give all, those that were taken in among them."""
        if not self._is_whole:
            self._is_whole = True
            every = self._store.cards().items()
            self._known = {path: card_in(data, self._same) for path, data in every} | self._known
        return self._known


class Addresses(Mapping[str, str]):
    """The page of each file, and of each anchor on a later part of a story, from the cards. extra: of other files."""

    def __init__(self, cards: Cards) -> None:
        self._cards = cards
        self.extra: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key in self.extra:
            return self.extra[key]
        path, _, anchor = key.partition("#")
        card = self._cards[path]
        return later_addresses(path, card.address, card.parts)[key] if anchor else card.address

    def __iter__(self) -> Iterator[str]:
        raise Untrackable("all addresses")

    def __len__(self) -> int:
        raise Untrackable("all addresses")


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
        self.key = digest(
            key,
            repr(
                (sorted(rules.sections.items()), rules.languages, rules.lang, rules.author, rules.part_words)
            ).encode(),
        )
        self._rules, self._jobs = rules, jobs
        self._stamps = stamps or {}
        self._store = Store(folder / "library", self.key)
        self._root = Path()
        self._just_read: dict[str, tuple[bytes, bytes]] = {}  # texts with their digests: soon they will be printed
        self._room = AT_HAND

    def documents(self, root: Path, files: list[tuple[str, str]], rules: Rules) -> Iterator[Found]:
        """Give each document with its problems, in the order of the files; read what has changed."""
        self._root = root
        same: dict[Any, Any] = {}
        kept = self._store.cards()
        gone = self._store.paths()
        before: dict[str, Card] = {}
        wanted: list[tuple[str, str]] = []
        for path, kind in files:
            card = card_in(kept[path], same) if path in kept else None
            stamp = self._stamps.get(path)
            if card is None or stamp is None or stamp != card.stamp or card.beside or kind == FRONT:
                wanted.append((path, kind))
                before |= {path: card} if card else {}
        problems = self._read(wanted, before, kept) if wanted else {}
        gone -= {path for path, _ in files if path in kept and not problems.get(path)}
        self._store.keep((), gone=gone)
        for path, kind in files:
            wrong = [Problem(*each) for each in problems.get(path, ())]
            if kind == FRONT:
                document, wrong = read_document(root, path, kind, rules, BodyReader())
            else:  # made in their order, so that neighbours lie together in memory
                document = self._document(card_in(kept.pop(path), same)) if path in kept else None
            yield path, document, wrong

    def few(
        self,
        root: Path,
        paths: Sequence[str],
        beside: Set[str],
        printed: Callable[[str], bytes | None],
        *,
        is_alone: bool,
    ) -> Few | None:
        """Read a few stories that have changed; None if how they relate to others may have changed too.

        beside: files of stories that the same pages name. is_alone: whether only their own pages print their
        texts. printed: gives the digest of a file's bytes when the
        last edition was printed. Only the few, their translations, the stories beside them, those of the same
        storylines, and what is no story are made documents at once.
        """
        self._root = root
        cards = Cards(self._store)
        texts, changed, added, is_text = [], [], 0, is_alone
        lists: set[str] = set()
        for path in paths:
            old = cards.get(path)
            if (old.whole if old else None) != printed(path):  # a preview has read it since, or its card is lost
                return None
            found, text, problems = read_one(root, self._rules, cards, BodyReader(), (path, STORY))
            if found is None or problems:
                return None
            card = card_in(found, {})
            if old is None:
                brought = lists_brought(card, cards.all().values(), self._rules)
                if text is None or brought is None:
                    return None
                lists |= brought
                added, is_text = added + 1, False
            elif card[3:] != old[3:]:  # all that follows the digest of the bytes
                if not relates_alike(old, card, self._rules):
                    return None
                is_text = False
            if text is not None:
                kept = self._store.text(path, old.whole) if old else text
                if kept is None or anchors_in(kept) != anchors_in(text):
                    return None
                texts.append(Text(path, card.whole, text))
            changed.append((card, found))
            cards.take(card)
        wanted = {*beside, *paths, *self._store.no_stories()}
        for card, _ in changed:
            wanted.update(self._store.at(card.slug, card.address.rpartition("/")[0]))
            if lines := set(card.values["storyline"]):
                wanted.update(path for path, each in cards.all().items() if not lines.isdisjoint(storylines(each)))
        if not is_text and not self._store.has_all(len(cards.all()) - added):
            return None
        others = (wanted if is_text else cards.keys()) - set(paths)
        if not all(path in cards and self._is_as_it_was(cards[path]) for path in others):
            return None
        self._store.keep([row_of(card, found) for card, found in changed], texts)
        documents = {path: self._document(cards[path]) for path in sorted(wanted)}
        shelved = Shelved(documents, cards, self._document)
        return Few(shelved, Addresses(cards), list(paths), added, lists, is_text, cards)

    def _is_as_it_was(self, card: Card) -> bool:
        """Say whether a file is there and certainly the one that its card was made of."""
        stamp = self._stamps.get(card.path)
        return stamp is not None and stamp == card.stamp

    def _read(
        self, wanted: list[tuple[str, str]], before: Mapping[str, Card], kept: dict[str, bytes]
    ) -> dict[str, Any]:
        """Read files; put their cards into `kept`, as they are kept, and give the problems of each."""
        problems: dict[str, Any] = {}
        same: dict[Any, Any] = {}
        rows: list[Row] = []
        texts: list[Text] = []
        work = partial(read_one, self._root, self._rules, before, BodyReader())
        work_at = [each for each in wanted if each[1] != FRONT]
        for path, _ in work_at:
            kept.pop(path, None)
        for number, (found, text, wrong) in shared(work_at, work, self._jobs):
            path = work_at[number][0]
            problems[path] = wrong
            if found is not None:
                kept[path] = found
            if found is not None and not wrong:
                card = card_in(found, same)
                rows.append(row_of(card, found))
                if text is not None:
                    texts.append(Text(path, card.whole, text))
                    self._room -= len(text)
                    if self._room > 0:
                        self._just_read[path] = card.whole, text
            if len(rows) >= AT_ONCE:
                self._store.keep(rows, texts)
                rows, texts = [], []
        self._store.keep(rows, texts)
        return problems

    def _document(self, card: Card) -> Document:
        values = card.values
        for name, moment in card.moments:
            values[name] = moment_of(moment)
        for name, many in card.others:
            values[name] = tuple(thawed(each) for each in many)
        file = f"{self._root.name}/{card.path}"
        read = Values(values, card.lines, card.places)
        fields = {
            "kind": card.kind,
            "path": card.path,
            "file": file,
            "values": read,
            "slug": card.slug,
            "lang": card.lang,
            "state": state_of(card.kind, read, self._rules),
            "address": card.address,
            "source": Source(file, (), "", card.body_line),
            "standfirst": card.standfirst,
            "notes": card.notes,
            "reason": card.reason,
            "library": self,
            "beside": card.beside,
            "updates": tuple((moment_of(when), line) for when, line in card.updates),
            "looks": card.looks,
            "whole": card.whole,
            "parts": card.parts,
            "kept_links": tuple(Link(*each) for each in card.links) if card.links else (),
        }
        document = Kept.__new__(Kept)
        for name, value in fields.items():  # one by one, so that all documents share the table of their names
            object.__setattr__(document, name, value)
        return document

    # Texts

    def body(self, document: Kept) -> Body:
        """Fetch the text of a document. Raise SiteError if its file has changed meanwhile."""
        whole, text = self._just_read.get(document.path, (b"", None))
        if whole != document.whole:
            text = self._store.text(document.path, document.whole)
        if text is None:
            text = self._read_again(document)
        blocks, anchors = marshal.loads(text)
        links = document.kept_links  # the standfirst's too: nobody asks a text alone for its links
        return Body(tuple(thawed_block(each) for each in blocks), links, frozenset(anchors))

    def _read_again(self, document: Kept) -> bytes:
        found, text, _ = read_one(self._root, self._rules, {}, BodyReader(), (document.path, document.kind))
        if found is None or text is None or card_in(found, {}).whole != document.whole:
            wrong = "the file changed while the site was being built."
            raise SiteError([Problem(document.file, 1, wrong, "Build again.")])
        return bytes(text)


# From a document to what can be kept, and back


def read_one(
    root: Path, rules: Rules, before: Mapping[str, Card], reader: BodyReader, file: tuple[str, str]
) -> tuple[bytes | None, bytes | None, list[tuple[Any, ...]]]:
    """Read a file: its card as it is kept, its text (None if the one that is kept is right), and what is wrong."""
    path, kind = file
    status = os.lstat(root / path)
    young = max(status.st_mtime_ns, status.st_ctime_ns) > time.time_ns() - YOUNG
    stamp: Stamp | None = None if young else stamp_of(status)
    card = before.get(path)
    held: dict[Path, bytes] = {}  # what is kept is of the very bytes that were read, whoever saves the file meanwhile

    def bytes_of(file: Path) -> bytes:
        if file not in held:
            held[file] = file.read_bytes()
        return held[file]

    def whole(beside: Iterable[str]) -> bytes:
        data = (root / name for name in beside)
        return digest(bytes_of(root / path), *(bytes_of(each) if each.is_file() else b"" for each in data))

    if card is not None and card.whole == whole(card.beside) and card.kind == kind:
        return written_out(card._replace(stamp=stamp)), None, []
    document, problems = read_document(root, path, kind, rules, reader, bytes_of=bytes_of)
    wrong = [(each.path, each.line, each.wrong, each.remedy) for each in problems]
    if document is None:
        return None, None, wrong
    body = document.body
    text = marshal.dumps(([frozen_block(each) for each in body.blocks], sorted(body.anchors)) if body else ([], []))
    return written_out(card_of(document, stamp, whole(document.beside))), text, wrong


# A story's fields that no other page depends on but through its looks, its text and its notes.
LOOSE = {"title", "kicker", "summary", "modified"}


def relates_alike(old: Card, new: Card, rules: Rules) -> bool:
    """Say whether a published story stands in the same lists, at the same place, as it did."""

    def related(card: Card) -> tuple[Any, ...]:
        values = {name: value for name, value in card.values.items() if name not in LOOSE | OWN_ROWS}
        place = card.address, card.slug, card.lang, date_of(card)
        return place, values, pictures_in(card), leads_in(card), card.beside, card.parts, card.updates

    return is_out(new, clock(rules.now)) and related(old) == related(new)


def lists_brought(card: Card, others: Iterable[Card], rules: Rules) -> set[str] | None:
    """Give the addresses of the lists that a new story brings: of its month, a topic or an author.

    None if it stands in lists of another kind, is not the newest of all, or somebody has its place or a list's,
    or a name of its own that makes the same address.
    """
    folder, _, name = card.address.rpartition("/")
    now = clock(rules.now)
    more = (
        card.values.get("aliases") or pictures_in(card) or card.beside or card.updates or card.values.get("storyline")
    )
    by = card.values["authors"] or card.values["author"]
    if not is_out(card, now) or more or card.parts or name == "index.html" or any(leads_in(card)) or not by:
        return None
    named = {*lists_of(card)}
    there: set[tuple[str, str]] = set()
    known: dict[str, str] = {}
    taken: set[str] = set()
    for other in others:
        taken.update(map(str.casefold, addresses_of(other)))
        if other.kind != STORY:
            continue
        lists = lists_of(other)
        known.update(lists)
        if is_out(other, now):
            if date_of(other) >= date_of(card):  # what comes after it may have it to read next
                return None
            where = other.address.rpartition("/")[0]
            if where == folder and other.slug == card.slug:
                return None
            there.update(lists)
    new = named - there
    addresses = {address for address, _ in new}
    if any(not slug_in(address) or known.get(address, of) != of for address, of in named):
        return None
    return None if taken & {each.casefold() for each in (card.address, *addresses)} else addresses


def lists_of(card: Card) -> list[tuple[str, str]]:
    """Give the addresses of the lists in which a story stands, and whose they are."""
    values = card.values
    topics = [(topic_list(name), name) for name in values["tags"]]
    authors = [(author_list(name), name) for name in values["authors"] or values["author"]]
    return [*topics, *authors, (f"{card.address.rpartition('/')[0]}/index.html", "")]


def slug_in(address: str) -> str:
    """Give the name in the address of a list; empty where a topic or an author makes none."""
    return address.removesuffix("/index.html").removesuffix(".html").rpartition("/")[2]


def addresses_of(card: Card) -> set[str]:
    """Give every address that a file takes."""
    taken = {card.address, *(card.values.get("aliases") or ())}
    return taken | set(later_addresses(card.path, card.address, card.parts).values()) if card.parts else taken


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


def card_of(document: Document, stamp: Stamp | None, whole: bytes) -> Card:
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
    return Card._make((*named, *front, *rest))


def written_out(card: Card) -> bytes:
    """Write a card out, what many say alike in pieces of their own."""
    row = card._asdict()
    row["lines"], row["places"] = marshal.dumps(card.lines), marshal.dumps(card.places)
    return marshal.dumps(tuple(row.values()))


def card_in(data: bytes, same: dict[Any, Any]) -> Card:
    """Read a card; what many say alike is one object in memory. same: what was said so far."""
    row = list(marshal.loads(data))
    values = row[VALUES]
    for name in OFTEN_ALIKE:
        if value := values.get(name):
            values[name] = same.setdefault(value, value)
    for at in IN_PIECES:
        piece = row[at]
        if piece not in same:
            same[piece] = marshal.loads(piece)
        row[at] = same[piece]
    return Card._make(row)


def row_of(card: Card, data: bytes) -> Row:
    """Make the row of a card in the store."""
    return Row(card.path, card.kind, card.slug, card.address.rpartition("/")[0], data)


def storylines(card: Card) -> tuple[str, ...]:
    """Give the storylines that a story belongs to."""
    found: tuple[str, ...] = card.values.get("storyline") or ()
    return found


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
