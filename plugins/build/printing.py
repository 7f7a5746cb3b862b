"""Print what must be printed: each file of the edition is rendered, copied, or stands already.

A file stands if its errand says what it said, nothing that it read has changed, and the file in the
last edition is the one that was printed then. The spare folder is the edition before the last, if it
was kept: then only what differs is written. No file is ever written over; a new one takes its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping, Set
from pathlib import Path
from posixpath import dirname
from typing import Any

from plugins.build.crew import shared
from plugins.build.digests import Stamp, Untrackable, of_value, stamp_of
from plugins.build.errands import Errand
from plugins.build.exchange import scan
from plugins.build.reads import Printed, Watched, looks_of, whole_of
from plugins.build.record import Record, Sheet
from plugins.site.takeaway import FOLDER as COPIES
from plugins.site.weight import weighed
from plugins.story.desk import Desk
from plugins.story.problems import Problem, SiteError

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def data_digest(path: str, data: bytes) -> bytes:
    """Give the digest of a file of the edition, as plugins.edition knows it too."""
    return hashlib.sha256(path.encode() + b"\0" + data).digest()


class Wider(Exception):
    """More may have changed than was thought."""


class Teller:
    """Tells what each read finds now."""

    def __init__(self, desk: Desk, watched: Watched, context: Mapping[str, Any]) -> None:
        self._desk, self._watched = desk, watched
        groups = ("articles", "hidden_articles", "pages", "hidden_pages")
        shown: list[Printed] = [each for group in groups for each in context[group]]
        self._shown = {each.name_(): each for each in shown}
        self._alike: dict[int, bytes] = {id(()): of_value(()), id(None): of_value(None)}  # one appeal has many stories

    def __call__(self, read: str) -> bytes | None:
        """Give the digest of what a read finds; None where there is nothing any more."""
        letter, _, name = read.partition(":")
        if letter == "g":
            return self._watched.told(name)
        if letter == "w":
            return self._watched.entry(name)
        shown = self._shown.get(name)
        if shown is None:
            return None
        if letter in "tas":
            value = shown.told(letter)
            found = self._alike.get(id(value))
            if found is None:
                found = of_value(value)
                if letter == "a":
                    self._alike[id(value)] = found  # it lives as long as the story that has it
            return found
        document = self._desk.documents[name]
        return looks_of(document) if letter == "c" else whole_of(document)


class Printer:
    """Prints one edition into the spare folder."""

    def __init__(self, tree: Path, output: Path, present: Mapping[str, Stamp], last: Record, jobs: int) -> None:
        self._tree, self._output = str(tree), str(output)
        self._present, self._last, self._jobs = present, last, jobs
        self._standing = self._adopted()
        self.sheets: dict[str, Sheet] = {}
        self.fresh: list[str] = []
        self.written: list[str] = []
        self.heavy: dict[str, str] = {}  # pages that are too heavy, and what of them weighs most

    def _adopted(self) -> dict[str, bytes]:
        """Clear the spare folder of what is not as it was recorded; give the digests of the rest."""
        found = scan(Path(self._tree))
        right = {path: data for path, (data, stamp) in self._last.before.items() if found.get(path) == stamp}
        for path in found.keys() - right.keys():
            self._remove(path)
        return right

    def _remove(self, path: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        Path(f"{self._tree}/{path}").unlink()
        folder = dirname(path)
        with contextlib.suppress(OSError):
            while folder:
                Path(f"{self._tree}/{folder}").rmdir()
                folder = dirname(folder)

    def run(
        self,
        errands: Mapping[str, Errand],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
        *,
        world: bytes,
        tick: Callable[[], None] = lambda: None,
    ) -> dict[str, bytes | None]:
        """Print; give what every read found. Raise SiteError for reads that cannot be told."""
        for path in sorted(self._standing.keys() - errands.keys()):
            self._remove(path)
        told = {path: errand.told() for path, errand in errands.items()}
        reads = {read: tell(read) for read in self._last.reads} if world == self._last.world else {}
        changed = {at for at, (read, now) in enumerate(reads.items()) if now != self._last.reads[read]}
        fresh = [path for path in errands if not self._stands(path, told[path], changed, is_same=bool(reads))]
        self.fresh = fresh
        is_fresh = set(fresh)
        copied = self._carry(errands.keys() - is_fresh)
        work = [*fresh, *sorted(copied)]
        self._do(work, is_fresh, errands, told, context, reads, tell, tick)
        return reads

    def run_some(
        self,
        errands: Mapping[str, Errand],
        changed: Set[str],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
    ) -> dict[str, bytes | None]:
        """Print some pages anew and carry all others over; give what every read found.

        changed: the reads that find something else now. Raise Wider where a page now reads what it
        did not read before: then nobody knows yet whether that has changed.
        """
        sheets, reads = self._last.sheets, self._last.reads
        for path in sorted(self._standing.keys() - sheets.keys()):
            self._remove(path)
        copied = self._carry(sheets.keys() - errands.keys())
        known = dict(reads) | {read: tell(read) for read in changed}
        told = {path: sheets[path].told for path in [*errands, *copied]}
        every = {**{path: Errand(path) for path in copied}, **errands}
        self.fresh = list(errands)

        def only_known(read: str) -> bytes | None:
            if read.startswith("w:addresses:"):
                return tell(read)
            raise Wider

        self._do([*errands, *copied], set(errands), every, told, context, known, only_known, lambda: None)
        return known

    def run_among(
        self,
        errands: Mapping[str, Errand],
        few: Iterable[str],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
        errand_of: Callable[[bytes, str], Errand | None],
    ) -> dict[str, bytes | None]:
        """Print what reads something of a few stories, or is new; carry all other files over.

        errands: of the files that may have changed. errand_of: makes one again from what it said. Raise
        Wider for a page that must be printed and whose errand nobody has.
        """
        sheets, reads = self._last.sheets, dict(self._last.reads)
        every = dict(errands)
        gone = {path for path in sheets.keys() - every.keys() if path.startswith(f"{COPIES}/")}  # out of reach
        for path in sorted(self._standing.keys() - (sheets.keys() | every.keys()) | gone & self._standing.keys()):
            self._remove(path)
        names = {f"{letter}:{path}" for letter in "cbtas" for path in few} | {f"w:addresses:{path}" for path in few}
        changed = set()
        for at, (read, found) in enumerate(self._last.reads.items()):
            if read in names or read.startswith(("g:", "w:copies:")):
                reads[read] = tell(read)
                if reads[read] != found:
                    changed.add(at)
        stale = {path for path, sheet in sheets.items() if not changed.isdisjoint(sheet.reads)}
        for path in stale - every.keys() - gone:
            errand = errand_of(sheets[path].told, path)
            if errand is None:
                raise Wider
            every[path] = errand
        told = {path: errand.told() for path, errand in every.items()}
        self.fresh = [path for path in every if path in stale or path not in sheets or sheets[path].told != told[path]]
        copied = self._carry((sheets.keys() | every.keys()) - set(self.fresh) - gone)
        told |= {path: sheets[path].told for path in copied}
        work = {**{path: Errand(path) for path in copied}, **every}
        self._do([*self.fresh, *copied], set(self.fresh), work, told, context, reads, tell, lambda: None)
        return reads

    def _carry(self, paths: Set[str]) -> list[str]:
        """Carry files over; give those that must be copied."""
        copied = []
        standing, before, sheets = self._standing, self._last.before, self._last.sheets
        for path in paths:
            sheet = sheets[path]
            if standing.get(path) == sheet[2]:
                self.sheets[path] = Sheet(sheet[0], sheet[1], sheet[2], before[path][1])
            else:
                copied.append(path)
        return copied

    def _do(
        self,
        work: list[str],
        is_fresh: Set[str],
        errands: Mapping[str, Errand],
        told: Mapping[str, bytes],
        context: Mapping[str, Any],
        reads: dict[str, bytes | None],
        tell: Callable[[str], bytes | None],
        tick: Callable[[], None],
    ) -> None:
        """Render or copy files; note what they read."""
        numbers = {read: at for at, read in enumerate(reads)} if work else {}
        make_folders(self._tree, work)

        def one(path: str) -> tuple[bytes, Stamp, tuple[str, ...] | None, bool, str]:
            return self._one(errands[path], context, is_copy=path not in is_fresh)

        for at, (data, stamp, found, is_new, heavy) in shared(work, one, self._jobs):
            path = work[at]
            if heavy:
                self.heavy[path] = heavy
            if found is None:
                was_read = self._last.sheets[path].reads
            else:
                for read in found:
                    if read not in numbers:
                        numbers[read] = len(numbers)
                        reads[read] = self._told(tell, read, errands[path])
                was_read = tuple(sorted(numbers[read] for read in found))
            self.sheets[path] = Sheet(told[path], was_read, data, stamp)
            if is_new:
                self.written.append(path)
            tick()

    def _stands(self, path: str, told: bytes, changed: set[int], *, is_same: bool) -> bool:
        """Say whether the last edition's file is what would be printed now."""
        sheet = self._last.sheets.get(path)
        return (
            is_same
            and sheet is not None
            and sheet.told == told
            and self._present.get(path) == sheet.stamp
            and (not changed or changed.isdisjoint(sheet.reads))
        )

    def _told(self, tell: Callable[[str], bytes | None], read: str, errand: Errand) -> bytes | None:
        try:
            return tell(read)
        except Untrackable as error:
            wrong = f"{read.partition(':')[2]!r} is read here, and changes of its {error} cannot be noticed."
            remedy = "Have a plugin give the template the value itself."
            raise SiteError([Problem(f"theme/templates/{errand.template}", 1, wrong, remedy)]) from None

    def _one(
        self, errand: Errand, context: Mapping[str, Any], *, is_copy: bool
    ) -> tuple[bytes, Stamp, tuple[str, ...] | None, bool, str]:
        """Render or copy a file; give its digest and stamp, what it read, whether it was written, what is too heavy."""
        path, found, heavy = errand.path, None, ""
        if is_copy:
            with Path(f"{self._output}/{path}").open("rb") as file:
                made = file.read()
            is_copy = data_digest(path, made) == self._last.sheets[path].data
            if not is_copy and not errand.env and not errand.data:
                raise Wider
        if not is_copy:
            watched: Watched | None = getattr(errand.env, "watched", None)
            if watched:
                watched.reads.begin()
            made = errand.made(context)
            found = tuple(watched.reads.now) if watched else ()
            heavy = weighed(made) if errand.is_page else ""
        data = data_digest(path, made)
        if self._standing.get(path) == data:
            return data, self._last.before[path][1], found, False, heavy
        return data, written(f"{self._tree}/{path}", made), found, True, heavy


def make_folders(tree: str, paths: Iterable[str]) -> None:
    """Make the folders of some files, open to every server."""
    wanted = {dirname(path) for path in paths} - {""}
    above = {folder[:at] for folder in wanted for at, sign in enumerate(folder) if sign == "/"}
    for folder in sorted(wanted | above):
        with contextlib.suppress(FileExistsError):
            Path(f"{tree}/{folder}").mkdir()
            Path(f"{tree}/{folder}").chmod(0o755)


def copied(output: Path, folder: Path, sheets: Mapping[str, Sheet], jobs: int) -> dict[str, tuple[bytes, Stamp]]:
    """Copy an edition; give the digest and the stamp of each file that was copied as it was recorded."""
    folder.mkdir()
    make_folders(str(folder), sheets)
    paths = list(sheets)

    def copy(path: str) -> tuple[bytes, Stamp] | None:
        try:
            with Path(f"{output}/{path}").open("rb") as file:
                is_right = stamp_of(os.fstat(file.fileno())) == sheets[path].stamp
                data = file.read()
        except FileNotFoundError:
            return None
        return (sheets[path].data, written(f"{folder}/{path}", data)) if is_right else None

    return {paths[at]: (found[0], found[1]) for at, found in shared(paths, copy, jobs) if found}


def written(path: str, data: bytes) -> Stamp:
    """Write a new file, readable by any server whatever the umask; give its stamp."""
    try:
        descriptor = os.open(path, NEW, 0o644)
    except FileExistsError:
        Path(path).unlink()
        descriptor = os.open(path, NEW, 0o644)
    try:
        os.fchmod(descriptor, 0o644)
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        return stamp_of(os.fstat(descriptor))
    finally:
        os.close(descriptor)
