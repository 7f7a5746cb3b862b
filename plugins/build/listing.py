"""Listings: what the files of a tree look like, folder by folder.

A tree of half a million files is listed for each build. So the names and stamps of a folder's files are
kept in one piece each: two listings are compared, written down and read a folder at a time, and only in
folders that differ is one file looked at after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from struct import Struct
from typing import TYPE_CHECKING

from plugins.build.digests import Stamp
from plugins.build.door import STAMP

if TYPE_CHECKING:
    from plugins.build.door import Rows

ROW = Struct(STAMP)
NEVER: Stamp = 0, 0, 0, 0  # the stamp of no file


class Listing(Mapping[str, Stamp]):
    """The stamp of each file of a tree by its path; it stays as it is."""

    __slots__ = ("_parsed", "rows")

    def __init__(self, rows: Rows | None = None) -> None:
        """Take what was listed. rows: as `door.scan` gives them."""
        self.rows: Rows = {} if rows is None else rows
        self._parsed: dict[str, dict[str, Stamp]] = {}

    @classmethod
    def of(cls, stamps: Mapping[str, Stamp]) -> Listing:
        """List files by their paths."""
        return cls().changed(stamps)

    def __getitem__(self, path: str) -> Stamp:
        folder, name = parted(path)
        return self._files(folder)[name]

    def __iter__(self) -> Iterator[str]:
        return (folder + name for folder, (names, _) in self.rows.items() for name in names.split("\0"))

    def __len__(self) -> int:
        return sum(len(stamps) for _, stamps in self.rows.values()) // ROW.size

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Listing) and self.rows == other.rows

    __hash__ = None  # type: ignore[assignment]

    def size(self) -> int:
        """Count the bytes of all files."""
        return sum(row[0] for _, stamps in self.rows.values() for row in ROW.iter_unpack(stamps))

    def below(self, beginning: str) -> Iterator[str]:
        """Give the files below a folder. beginning: its path and a slash."""
        for folder, (names, _) in self.rows.items():
            if folder.startswith(beginning):
                yield from (folder + name for name in names.split("\0"))

    def has_same_names(self, other: Listing) -> bool:
        """Say whether both trees have the same files, whatever these hold."""
        return self.rows.keys() == other.rows.keys() and all(
            names == other.rows[folder][0] for folder, (names, _) in self.rows.items()
        )

    def lacking_in(self, other: Listing) -> set[str]:
        """Give the files that another tree does not have."""
        found: set[str] = set()
        for folder, (names, _) in self.rows.items():
            theirs = other.rows.get(folder, ("",))[0]
            if names != theirs:
                found.update(folder + name for name in {*names.split("\0")}.difference(theirs.split("\0")))
        return found

    def unlike(self, other: Listing) -> set[str]:
        """Give the files that differ from another tree's, or that only one of both has."""
        found: set[str] = set()
        for folder in self.rows.keys() | other.rows.keys():
            if self.rows.get(folder) != other.rows.get(folder):
                differing = self._files(folder).items() ^ other._files(folder).items()
                found.update(folder + name for name, _ in differing)
        return found

    def since(self, moment: int) -> set[str]:
        """Give the files that have changed, in themselves or in their entries, after a moment (nanoseconds)."""
        late: set[str] = set()
        for folder, (_, stamps) in self.rows.items():
            if any(row[1] > moment or row[3] > moment for row in ROW.iter_unpack(stamps)):
                rows = self._files(folder).items()
                late.update(folder + name for name, row in rows if row[1] > moment or row[3] > moment)
        return late

    def linked(self, now: Listing) -> Listing:
        """Give what these files look like now, of those that have only got another name.

        A link or its loss changes the time of an entry (ctime) and nothing else; whatever else has changed
        is listed as it was, and so unlike what is there.
        """
        rows: Rows = {}
        for folder, row in self.rows.items():
            there = now._files(folder)
            found = {
                name: there[name] if there.get(name, NEVER)[:3] == stamp[:3] else stamp
                for name, stamp in self._files(folder).items()
            }
            rows[folder] = row[0], b"".join(ROW.pack(*stamp) for stamp in found.values())
        return Listing(rows)

    def changed(self, put: Mapping[str, Stamp], gone: Iterable[str] = ()) -> Listing:
        """Give a listing with some files in addition or anew, and without others, if it has those."""
        wanted: defaultdict[str, dict[str, Stamp | None]] = defaultdict(dict)
        for path in gone:
            folder, name = parted(path)
            wanted[folder][name] = None
        for path, stamp in put.items():
            folder, name = parted(path)
            wanted[folder][name] = stamp
        rows = dict(self.rows)
        for folder, changes in wanted.items():
            files = {name: stamp for name, stamp in (self._files(folder) | changes).items() if stamp is not None}
            names = sorted(files)
            if names:
                rows[folder] = "\0".join(names), b"".join(ROW.pack(*files[name]) for name in names)
            else:
                rows.pop(folder, None)
        return Listing(rows)

    def _files(self, folder: str) -> dict[str, Stamp]:
        """Give the files of one folder by their names."""
        if folder not in self.rows:
            return {}
        if folder not in self._parsed:
            names, stamps = self.rows[folder]
            self._parsed[folder] = dict(zip(names.split("\0"), ROW.iter_unpack(stamps), strict=True))
        return self._parsed[folder]


def parted(path: str) -> tuple[str, str]:
    """Part a path into its folder, with the slash, and the name."""
    at = path.rfind("/") + 1
    return path[:at], path[at:]
