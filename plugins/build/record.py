"""The record of an edition: what each of its files was made from, and which file it is.

Files in the workshop. `trees` and its parts say what the content and the two editions looked like; the
parts are read whole. `edition` is a SQLite file of what each file of the edition was made from; a build
asks it only for what it must know, and changes in it only what has changed. They name each other by
marks, and none is trusted without the others: damage, and a build that was killed between two of them,
cost time.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sqlite3
import zlib
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from plugins.build import cabinet
from plugins.build.listing import Listing

TREES, TREE, EDITION = "trees", "tree-", "edition"  # the files in the workshop
KEY = b"edition record 4"
MANY = 1000  # pages; who reads what these read is found by looking at every page
AT_ONCE = 500  # names in one question
MARK = 16  # bytes
TABLES = """
CREATE TABLE mark (mark BLOB);
CREATE TABLE sheets (number INTEGER PRIMARY KEY, path TEXT UNIQUE, told BLOB, reads BLOB, data BLOB, checked INTEGER);
CREATE TABLE reads (number INTEGER PRIMARY KEY, name TEXT UNIQUE, found BLOB, pages BLOB, checked INTEGER);
"""


class Sheet(NamedTuple):
    """A printed file. told: the digest of its errand; reads: packed numbers of what it read; data: the digest of its
    bytes.
    """

    told: bytes
    reads: bytes
    data: bytes


class Read(NamedTuple):
    """What was read. found: the digest of what was there, None for nothing."""

    number: int
    found: bytes | None


class Damaged(Exception):
    """The record cannot be read, or is not the one it should be."""


@dataclass
class Trees:
    """What the last build saw and left: the stamps of content, of the edition in the output folder, and of the
    files of the edition before that are the same as there.

    world: the digest of everything but content. folder: where the edition before lies. rest: what the report
    said, and until when nothing but content can change it. pages, names: how many rows the record has; mark:
    which record it is. token: what the parts are bound to. is_listed: whether the workshop's list of files names
    those of the edition and no others.
    """

    world: bytes = b""
    folder: str = ""
    rest: dict[str, Any] = field(default_factory=dict)
    pages: int = 0
    names: int = 0
    mark: bytes = b""
    token: bytes = b""
    is_listed: bool = False
    content: Listing = field(default_factory=Listing)
    output: Listing = field(default_factory=Listing)
    before: Listing = field(default_factory=Listing)


IN_PARTS = "content", "output", "before"


class Record:
    """What each file of an edition was made from. Raises Damaged where a row is not as it was written."""

    def __init__(self, workshop: Path) -> None:
        self._folder = workshop
        self.trees = trees_in(workshop)
        self._opened: sqlite3.Connection | None = None

    def is_there(self) -> bool:
        """Say whether there is a record of this very edition; else forget what was said of it."""
        if self.trees.mark and self._mark() == [(self.trees.mark,)]:
            return True
        self.trees = Trees()
        return False

    def forget(self) -> None:
        """Have no record, now and for the next build."""
        self.trees = Trees()
        (self._folder / TREES).unlink(missing_ok=True)

    def _mark(self) -> list[Any]:
        with contextlib.suppress(sqlite3.Error, Damaged):
            return self._connection().execute("SELECT mark FROM mark").fetchall()
        return []

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            if not (self._folder / EDITION).is_file():
                raise Damaged
            self._opened = connected(self._folder / EDITION)
        return self._opened

    def _rows(self, question: str, values: Iterable[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Ask, and check each row that comes: its last column is the check of the others."""
        try:
            for row in self._connection().execute(question, tuple(values)):
                if check(row[:-1]) != row[-1]:
                    raise Damaged
                yield row[:-1]
        except sqlite3.Error as error:
            raise Damaged from error

    def _among(self, question: str, values: Iterable[Any]) -> Iterator[tuple[Any, ...]]:
        """Ask for the rows of some values, in as many questions as that takes."""
        wanted = list(values)
        for start in range(0, len(wanted), AT_ONCE):
            some = wanted[start : start + AT_ONCE]
            yield from self._rows(f"{question} IN ({','.join('?' * len(some))})", some)

    def all_sheets(self) -> dict[str, Sheet]:
        """Give the sheets of all files."""
        found = {row[1]: Sheet._make(row[2:]) for row in self._rows(f"SELECT {SHEET} FROM sheets")}
        if len(found) != self.trees.pages:
            raise Damaged
        return found

    def sheets(self, paths: Iterable[str]) -> dict[str, Sheet]:
        """Give the sheets of some files that there are."""
        return {row[1]: Sheet._make(row[2:]) for row in self._among(f"SELECT {SHEET} FROM sheets WHERE path", paths)}

    def all_reads(self) -> dict[str, Read]:
        """Give all that was read."""
        found = {row[1]: Read(row[0], row[2]) for row in self._rows(f"SELECT {READ} FROM reads ORDER BY number")}
        if len(found) != self.trees.names:
            raise Damaged
        return found

    def reads(self, names: Iterable[str]) -> dict[str, Read]:
        """Give, of some names, those that were read."""
        return {row[1]: Read(row[0], row[2]) for row in self._among(f"SELECT {READ} FROM reads WHERE name", names)}

    def found_from(self, beginning: str) -> set[str]:
        """Name what was read whose name begins so, and was there."""
        end = beginning[:-1] + chr(ord(beginning[-1]) + 1)
        some = "WHERE name >= ? AND name < ? AND found IS NOT NULL"
        return {row[1] for row in self._rows(f"SELECT {READ} FROM reads {some}", (beginning, end))}

    def names_in(self, sheets: Iterable[Sheet]) -> set[str]:
        """Give the names of what some files read."""
        numbers = {number for sheet in sheets for number in unpacked(sheet.reads)}
        return {row[1] for row in self._among(f"SELECT {READ} FROM reads WHERE number", numbers)}

    def readers(self, names: Iterable[str]) -> set[str]:
        """Give the files that read one of some names."""
        rows = list(self._among(f"SELECT {READ} FROM reads WHERE name", names))
        numbers = {number for row in rows for number in unpacked(row[3] or b"")}
        read_by_many = {row[0] for row in rows if row[3] is None}
        if read_by_many:
            every = self._rows(f"SELECT {SHEET} FROM sheets")
            numbers.update(row[0] for row in every if not read_by_many.isdisjoint(unpacked(row[3])))
        found = {row[1] for row in self._among(f"SELECT {SHEET} FROM sheets WHERE number", numbers)}
        if len(found) != len(numbers):
            raise Damaged
        return found

    def next_number(self) -> int:
        """Give the first number that nothing that was read has."""
        try:
            found: int = self._connection().execute("SELECT coalesce(max(number), -1) + 1 FROM reads").fetchone()[0]
        except sqlite3.Error as error:
            raise Damaged from error
        return found

    def write(self, sheets: Mapping[str, Sheet], reads: Mapping[str, Read], trees: Trees) -> None:
        """Write a whole record, into the place of the last one."""
        pages: dict[int, list[int]] = defaultdict(list)
        rows = []
        for number, (path, sheet) in enumerate(sheets.items()):
            rows.append(with_check((number, path, *sheet)))
            for read in unpacked(sheet.reads):
                pages[read].append(number)
        told = [(name, read) for name, read in reads.items() if read.number in pages]
        self.close()
        fresh = self._folder / f"{EDITION}.new"
        remove(fresh)
        connection = connected(fresh)
        connection.execute("PRAGMA journal_mode = OFF")  # it takes its place when it is whole
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(TABLES)
        mark = os.urandom(MARK)
        with transaction(connection):
            connection.execute("INSERT INTO mark VALUES (?)", (mark,))
            connection.executemany(PUT_SHEET, rows)
            connection.executemany(
                PUT_READ, (with_check((read.number, name, read.found, of(pages[read.number]))) for name, read in told)
            )
        connection.close()
        with fresh.open("rb") as file:
            os.fsync(file.fileno())
        remove(self._folder / EDITION)
        fresh.replace(self._folder / EDITION)
        self.keep(replace(trees, pages=len(rows), names=len(told), mark=mark))

    def change(self, sheets: Mapping[str, Sheet], reads: Mapping[str, Read], gone: Set[str], trees: Trees) -> None:
        """Write what has changed of a record: these files, and what these reads find now; gone: files that are not."""
        old = {row[1]: row for row in self._among(f"SELECT {SHEET} FROM sheets WHERE path", {*sheets, *gone})}
        last = self._rows(f"SELECT {SHEET} FROM sheets WHERE number = (SELECT max(number) FROM sheets)")
        new = enumerate(sorted(sheets.keys() - old.keys()), start=next((row[0] + 1 for row in last), 0))
        numbers = {path: row[0] for path, row in old.items()} | {path: number for number, path in new}
        comes: dict[int, set[int]] = defaultdict(set)
        goes: dict[int, set[int]] = defaultdict(set)
        for path, number in numbers.items():
            before = set(unpacked(old[path][3])) if path in old else set()
            now = set(unpacked(sheets[path].reads)) if path in sheets else set()
            for read in now - before:
                comes[read].add(number)
            for read in before - now:
                goes[read].add(number)
        told = {read.number: (name, read.found) for name, read in reads.items()}
        wanted = told.keys() | comes.keys() | goes.keys()
        known = {row[0]: row for row in self._among(f"SELECT {READ} FROM reads WHERE number", wanted)}
        if not wanted <= known.keys() | told.keys():
            raise Damaged
        rows = {}
        for number in wanted:
            _, name, found, pages = known.get(number) or (number, *told[number], b"")
            if pages is not None:
                pages = of(sorted({*unpacked(pages)} - goes[number] | comes[number]))
            rows[number] = (number, name, told[number][1] if number in told else found, pages)
        empty = {number for number, row in rows.items() if row[3] == b""}
        mark = os.urandom(MARK)
        with transaction(self._connection()) as connection:
            connection.execute("UPDATE mark SET mark = ?", (mark,))
            connection.executemany("DELETE FROM sheets WHERE path = ?", [(path,) for path in gone])
            connection.executemany(PUT_SHEET, (with_check((numbers[path], path, *sheets[path])) for path in sheets))
            connection.executemany("DELETE FROM reads WHERE number = ?", [(number,) for number in empty])
            connection.executemany(PUT_READ, (with_check(row) for number, row in rows.items() if number not in empty))
        pages = self.trees.pages + len(sheets.keys() - old.keys()) - len(gone & old.keys())
        names = self.trees.names + len(rows.keys() - empty - known.keys()) - len(empty & known.keys())
        self.keep(replace(trees, pages=pages, names=names, mark=mark))

    def keep(self, trees: Trees) -> None:
        """Write down what the content and the two editions look like."""
        self.trees = trees
        trees.token = os.urandom(MARK)
        row = dict(vars(trees))
        for name in IN_PARTS:
            cabinet.keep(self._folder / f"{TREE}{name}", trees.token, row.pop(name).rows)
        cabinet.keep(self._folder / TREES, KEY, row)

    def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


SHEET, READ = "number, path, told, reads, data, checked", "number, name, found, pages, checked"
PUT_SHEET = "INSERT OR REPLACE INTO sheets VALUES (?, ?, ?, ?, ?, ?)"
PUT_READ = "INSERT OR REPLACE INTO reads VALUES (?, ?, ?, ?, ?)"


@lru_cache(maxsize=3)
def part(file: Path, token: bytes) -> Any:
    """Read a part of what trees looked like; None where it is lost."""
    return cabinet.kept(file, token)


def trees_in(workshop: Path) -> Trees:
    """Read what content and editions looked like; nothing where that is lost."""
    row = cabinet.kept(workshop / TREES, KEY)
    parts = {name: part(workshop / f"{TREE}{name}", row["token"]) for name in IN_PARTS} if row else {}
    if row is None or None in parts.values():
        return Trees()
    return Trees(**{**row, **{name: Listing(rows) for name, rows in parts.items()}})


def connected(file: Path) -> sqlite3.Connection:
    """Open a record, or begin one."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    return connection


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do all or nothing. Raise Damaged where it cannot be done."""
    try:
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            yield connection
    except sqlite3.Error as error:
        raise Damaged from error


def remove(file: Path) -> None:
    """Remove a SQLite file and what it may have left beside it."""
    for leaving in ("-journal", ""):
        Path(f"{file}{leaving}").unlink(missing_ok=True)


def check(row: Iterable[Any]) -> int:
    """Give the check of a row."""
    return zlib.crc32(marshal.dumps(tuple(row), 2))  # the second form says the same of the same values


def with_check(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Give a row with its check."""
    return (*row, check(row))


def packed(numbers: Iterable[int]) -> bytes:
    """Write numbers in their order."""
    return array("I", sorted(numbers)).tobytes()


def unpacked(numbers: bytes) -> array[int]:
    """Read numbers."""
    return array("I", numbers)


def of(pages: list[int]) -> bytes | None:
    """Write the numbers of pages, unless there are too many to say."""
    return array("I", pages).tobytes() if len(pages) <= MANY else None
