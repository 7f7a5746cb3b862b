"""The SQLite file of the library: a card and a text for each file of content/.

Each row carries a check of itself; a row that is not as it was written counts as none. A file of another
key, or one that SQLite cannot read, is begun anew.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from zlib import crc32

TABLES = """
CREATE TABLE meta (key BLOB, cards INTEGER);
CREATE TABLE cards (path TEXT PRIMARY KEY, kind TEXT, slug TEXT, folder TEXT, card BLOB, checked INTEGER);
CREATE INDEX places ON cards (slug, folder);
CREATE INDEX others ON cards (path) WHERE kind <> 'story';
CREATE TABLE texts (path TEXT PRIMARY KEY, whole BLOB, text BLOB, checked INTEGER);
"""
Damage = sqlite3.DatabaseError


class Row(NamedTuple):
    """A card as it is kept. kind, slug, folder: what is asked by, the folder being that of the page's address."""

    path: str
    kind: str
    slug: str
    folder: str
    card: bytes


class Text(NamedTuple):
    """A text as it is kept. whole: the digest of the bytes of the file that it was made from."""

    path: str
    whole: bytes
    text: bytes


class Store:
    """Cards and texts by the paths of their files."""

    def __init__(self, file: Path, key: bytes) -> None:
        self._file, self._key, self._start = file, key, crc32(key)
        self._connections: dict[int, sqlite3.Connection] = {}

    # Asking

    def cards(self) -> dict[str, bytes]:
        """Give all cards that are as they were written."""
        return {row[0]: row[4] for row in self._asked("SELECT * FROM cards") if self._is_right(row)}

    def has_all(self, count: int) -> bool:
        """Say whether so many cards were written."""
        return self._asked("SELECT cards FROM meta") == [(count,)]

    def card(self, path: str) -> bytes | None:
        """Give a card; None if there is none."""
        rows = self._asked("SELECT * FROM cards WHERE path = ?", path)
        return rows[0][4] if rows and self._is_right(rows[0]) else None

    def paths(self) -> set[str]:
        """Name all files of which there is anything, right or not."""
        return {row[0] for row in self._asked("SELECT path FROM cards UNION SELECT path FROM texts")}

    def no_stories(self) -> list[str]:
        """Give the files that hold no stories."""
        return [row[0] for row in self._asked("SELECT path FROM cards WHERE kind <> 'story'")]

    def at(self, slug: str, folder: str) -> list[str]:
        """Give the files whose pages stand in a folder under one name, such as translations."""
        return [row[0] for row in self._asked("SELECT path FROM cards WHERE slug = ? AND folder = ?", slug, folder)]

    def text(self, path: str, whole: bytes) -> bytes | None:
        """Give the text that was made from these bytes of a file; None if there is none."""
        rows = self._asked("SELECT * FROM texts WHERE path = ? AND whole = ?", path, whole)
        return rows[0][2] if rows and self._is_right(rows[0]) else None

    def _asked(self, question: str, *values: str | bytes) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(question, values).fetchall()
        except Damage:
            return []

    # Writing

    def keep(self, cards: Iterable[Row], texts: Iterable[Text] = (), gone: Iterable[str] = ()) -> None:
        """Keep cards and texts and have nothing left of others; a store that cannot be written is begun anew."""
        rows, words = [self._checked(row) for row in cards], [self._checked(row) for row in texts]
        paths = [(path,) for path in gone]
        for _ in range(2) if rows or words or paths else ():
            try:
                with self._connection() as connection:
                    connection.executemany("DELETE FROM cards WHERE path = ?", paths)
                    connection.executemany("DELETE FROM texts WHERE path = ?", paths)
                    connection.executemany("INSERT OR REPLACE INTO cards VALUES (?, ?, ?, ?, ?, ?)", rows)
                    connection.executemany("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", words)
                    if rows or paths:
                        connection.execute("UPDATE meta SET cards = (SELECT count(*) FROM cards)")
                return
            except Damage as error:
                if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_BUSY:  # another build keeps the same
                    return
                self._begin_anew()

    def _checked(self, row: Sequence[str | bytes]) -> tuple[str | bytes | int, ...]:
        return (*row, self._check(row))

    def _is_right(self, row: Sequence[Any]) -> bool:
        return bool(self._check(row[:-1]) == row[-1])

    def _check(self, row: Sequence[str | bytes]) -> int:
        found = self._start
        for part in row:
            data = part.encode() if isinstance(part, str) else part
            found = crc32(data, crc32(len(data).to_bytes(4, "little"), found))
        return found

    def _connection(self) -> sqlite3.Connection:
        """Open the file; each process its own way in."""
        process = os.getpid()
        if process not in self._connections:
            connection = connected(self._file)
            if keys(connection) != [(self._key,)]:
                connection.close()
                self._begin_anew()
                connection = connected(self._file)
                connection.executescript(TABLES)
                connection.execute("INSERT INTO meta VALUES (?, 0)", (self._key,))
                connection.commit()
            self._connections[process] = connection
        return self._connections[process]

    def _begin_anew(self) -> None:
        self._connections.clear()
        for leaving in ("-journal", ""):
            Path(f"{self._file}{leaving}").unlink(missing_ok=True)


def keys(connection: sqlite3.Connection) -> list[tuple[bytes]]:
    """Give the keys that a file says it has."""
    with contextlib.suppress(Damage):
        return connection.execute("SELECT key FROM meta").fetchall()
    return []


def connected(file: Path) -> sqlite3.Connection:
    """Open a store, or begin one."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=60, check_same_thread=False)
    with contextlib.suppress(Damage):
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = OFF")  # each row carries a check of its own
        connection.execute("PRAGMA cache_size = -4000")
    return connection
