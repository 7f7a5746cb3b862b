"""Print what must be printed: each file of the edition is rendered, copied, or stands already.

A file stands if its errand says what it said, nothing that it read has changed, and its bytes in the
last edition are those that were printed then. The spare folder is the edition before the last, if it
was kept: then only what differs is written. No file is ever written over, for it may be one of the last
edition too; a new one takes its name.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path
from posixpath import dirname
from typing import Any

from plugins.build.crew import shared
from plugins.build.digests import Stamp, Untrackable, of_value, stamp_of
from plugins.build.errands import Errand
from plugins.build.exchange import Workshop, scan
from plugins.build.listing import NEVER, Listing
from plugins.build.reads import Printed, Watched, looks_of, whole_of
from plugins.build.record import Read, Record, Sheet, packed
from plugins.site.takeaway import FOLDER as COPIES
from plugins.site.weight import weighed
from plugins.story.desk import Desk
from plugins.story.problems import Problem, SiteError

NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
PLAIN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK  # follow no link, wait for no pipe


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
    """Prints one edition into the spare folder.

    stamps: of all files that are there then. fresh: those that are new, or say or read something else.
    sheets: of what is fresh. reads: what it read first, and what finds something else now.
    """

    def __init__(self, workshop: Workshop, last: Record, jobs: int) -> None:
        self._tree, self._output = str(workshop.spare), str(workshop.output)
        self._last, self._jobs = last, jobs
        self._made: dict[str, Stamp] = {}
        self._touched: set[str] = set()  # files of the spare folder of which only the entries have changed
        self._standing = self._adopted(workshop.seen_before())
        self._before: dict[str, Sheet] = {}  # of the files that are looked at
        self._numbers: dict[str, int] = {}  # of what is read
        self._next = 0
        self._lookup: Callable[[Set[str]], Mapping[str, Read]] = lambda _: {}
        self.stamps = Listing()
        self.sheets: dict[str, Sheet] = {}
        self.reads: dict[str, Read] = {}
        self.fresh: list[str] = []
        self.written: list[str] = []
        self.changed: set[str] = set()  # files that are new, or have other bytes
        self.heavy: dict[str, str] = {}  # pages that are too heavy, and what of them weighs most

    def _adopted(self, seen: Listing | None) -> Listing:
        """Clear the spare folder of what is not as it was recorded; give the stamps of the rest."""
        before = self._last.trees.before
        found = seen if seen is not None and before else scan(Path(self._tree))
        if found == before:
            return found
        wrong = found.unlike(before)
        touched = {path for path in wrong if path in found and before.get(path, NEVER)[:3] == found[path][:3]}
        for path in wrong - touched:
            if path in found:
                self._unlink(path)
        self._touched = touched
        return before.changed({}, gone=wrong)

    def _unlink(self, path: str) -> None:
        """Remove a file, and the folders that it leaves empty."""
        Path(f"{self._tree}/{path}").unlink()
        folder = dirname(path)
        with contextlib.suppress(OSError):
            while folder:
                Path(f"{self._tree}/{folder}").rmdir()
                folder = dirname(folder)

    def _remove(self, paths: Iterable[str]) -> None:
        """Remove from the spare folder what the edition will not have."""
        gone = sorted(path for path in paths if path in self._standing or path in self._touched)
        for path in gone:
            self._unlink(path)
        self._touched -= set(gone)
        self._standing = self._standing.changed({}, gone)

    def run(
        self,
        errands: Mapping[str, Errand],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
        *,
        world: bytes,
        tick: Callable[[], None] = lambda: None,
    ) -> None:
        """Print all that must be. Raise SiteError for reads that cannot be told."""
        self._remove((self._standing.keys() | self._touched) - errands.keys())
        last = self._last
        told = {path: errand.told() for path, errand in errands.items()}
        self._before = last.all_sheets() if last.trees.mark else {}
        stale: Set[str] = frozenset()
        stands: Set[str] = frozenset()
        if last.trees.mark and world == last.trees.world:
            before = last.all_reads()
            self.reads = {name: read._replace(found=tell(name)) for name, read in before.items()}
            self._numbers = {name: read.number for name, read in before.items()}
            self._next = max(self._numbers.values(), default=-1) + 1
            stale = last.readers(name for name, read in self.reads.items() if read != before[name])
            was = self._before
            stands = {path for path, words in told.items() if path in was and was[path].told == words}
        self.fresh = [path for path in errands if path in stale or path not in stands]
        copied = sorted(errands.keys() - set(self.fresh) - self._standing.keys())
        self._do(copied, errands, told, context, tell, tick)

    def run_some(
        self,
        errands: Mapping[str, Errand],
        changed: Set[str],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
    ) -> None:
        """Print some pages anew and carry all others over.

        changed: the reads that find something else now. Raise Wider where a page now reads what no page
        has read before: then nobody knows yet whether that has changed.
        """
        output = self._last.trees.output
        self._remove(self._touched | self._standing.lacking_in(output))
        self._remember(changed, tell)
        self.fresh = list(errands)
        copied = sorted(output.lacking_in(self._standing) - errands.keys())
        self._before = self._last.sheets([*errands, *copied])
        told = {path: sheet.told for path, sheet in self._before.items()}

        def only_known(read: str) -> bytes | None:
            if read.startswith("w:addresses:"):
                return tell(read)
            raise Wider

        self._do(copied, errands, told, context, only_known, lambda: None)

    def run_among(
        self,
        errands: Mapping[str, Errand],
        few: Iterable[str],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
        errand_of: Callable[[bytes, str], Errand | None],
    ) -> Set[str]:
        """Print what reads something of a few stories, or is new; carry all other files over; give what is gone.

        errands: of the files that may have changed. errand_of: makes one again from what it said. Raise
        Wider for a page that must be printed and whose errand nobody has.
        """
        last = self._last
        output = last.trees.output
        every = dict(errands)
        gone = set(output.below(f"{COPIES}/")) - every.keys()  # out of reach
        self._remove(gone | self._touched | self._standing.lacking_in(output) - every.keys())
        names = {f"{letter}:{path}" for letter in "cbtas" for path in few} | {f"w:addresses:{path}" for path in few}
        names |= last.found_from("g:") | last.found_from("w:copies:") | context["copies"].names()
        stale = last.readers(self._remember(names, tell)) - gone
        self._before = last.sheets(stale | every.keys() | gone)
        for path in stale - every.keys():
            errand = errand_of(self._before[path].told, path)
            if errand is None:
                raise Wider
            every[path] = errand
        told = {path: errand.told() for path, errand in every.items()}
        was = self._before
        self.fresh = [path for path in every if path in stale or path not in was or was[path].told != told[path]]
        away = {path for path in every if path not in self._standing}
        copied = sorted((output.lacking_in(self._standing) | away) - set(self.fresh) - gone)
        self._before |= last.sheets(copied)  # where one is lost, the file is not copied but Wider raised
        self._do(copied, every, told, context, tell, lambda: None)
        return gone

    def everything(self) -> dict[str, Sheet]:
        """Give the sheets of all files of the edition that were looked at."""
        return {path: sheet for path, sheet in (self._before | self.sheets).items() if path in self.stamps}

    def replaced(self) -> Iterator[bytes]:
        """Give the digests of files of the last edition that have changed, or are gone."""
        was = self._before.items()
        return (sheet.data for path, sheet in was if path in self.changed or path not in self.stamps)

    def _remember(self, names: Set[str], tell: Callable[[str], bytes | None]) -> list[str]:
        """Find out what reads find now; give those that find something else."""
        self._next, self._lookup = self._last.next_number(), self._last.reads
        before = self._last.reads(names)
        self.reads = {name: read._replace(found=tell(name)) for name, read in before.items()}
        self.reads = {name: read for name, read in self.reads.items() if read != before[name]}
        self._numbers = {name: read.number for name, read in before.items()}
        return list(self.reads)

    def _do(
        self,
        copied: list[str],
        errands: Mapping[str, Errand],
        told: Mapping[str, bytes],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
        tick: Callable[[], None],
    ) -> None:
        """Render what is fresh and copy files; note what they read."""
        work, is_fresh = [*self.fresh, *copied], set(self.fresh)

        def one(path: str) -> tuple[bytes, Stamp, tuple[str, ...] | None, bool, str]:
            return self._one(errands.get(path) or Errand(path), context, is_copy=path not in is_fresh)

        with readable_by_all():
            for at, (data, stamp, found, is_new, heavy) in shared(work, one, self._jobs):
                path = work[at]
                if heavy:
                    self.heavy[path] = heavy
                if found is not None:
                    self.sheets[path] = Sheet(told[path], self._packed(found, tell, errands[path]), data)
                self._made[path] = stamp
                if path not in self._before or self._before[path].data != data:
                    self.changed.add(path)
                if is_new:
                    self.written.append(path)
                tick()
        self.stamps = self._standing.changed(self._made)

    def _packed(self, names: tuple[str, ...], tell: Callable[[str], bytes | None], errand: Errand) -> bytes:
        """Number what a page read; find out what that finds where no page has read it before."""
        numbers = self._numbers
        missing = {name for name in names if name not in numbers}
        known = self._lookup(missing) if missing else {}
        for name in sorted(missing):
            if name in known:
                numbers[name] = known[name].number
            else:
                numbers[name], self._next = self._next, self._next + 1
                self.reads[name] = Read(numbers[name], self._told(tell, name, errand))
        return packed(numbers[name] for name in names)

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
        path, before = errand.path, self._before.get(errand.path)
        if is_copy and before is not None and (carried := self._carried(path, before.data)):
            stamp, is_new = carried
            return before.data, stamp, None, is_new, ""
        if is_copy and not errand.env and not errand.data:
            raise Wider
        watched: Watched | None = getattr(errand.env, "watched", None)
        if watched:
            watched.reads.begin()
        made = errand.made(context)
        found = tuple(watched.reads.now) if watched else ()
        heavy = weighed(made) if errand.is_page else ""
        data = data_digest(path, made)
        if before is not None and before.data == data and path in self._standing:
            return data, self._standing[path], found, False, heavy
        return data, written(f"{self._tree}/{path}", made), found, True, heavy

    def _carried(self, path: str, digest: bytes) -> tuple[Stamp, bool] | None:
        """Carry over the file that was printed, if it is still there; give its stamp, and whether it was copied."""
        if path in self._touched:
            data, stamp = plain_bytes(f"{self._tree}/{path}")
            if stamp != NEVER and data_digest(path, data) == digest:
                return stamp, False
        data, stamp = plain_bytes(f"{self._output}/{path}")
        if stamp != NEVER and data_digest(path, data) == digest:
            return written(f"{self._tree}/{path}", data), True
        return None


@contextlib.contextmanager
def readable_by_all() -> Iterator[None]:
    """Have new files and folders readable by any server, whatever the umask was."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def plain_bytes(path: str) -> tuple[bytes, Stamp]:
    """Read a plain file that any server may read, and give its stamp; anything else, and nothing, has no bytes."""
    with contextlib.suppress(OSError), os.fdopen(os.open(path, PLAIN), "rb") as file:
        status = os.fstat(file.fileno())
        if status.st_mode == stat.S_IFREG | 0o644:
            return file.read(), stamp_of(status)
    return b"", NEVER


def twin_of(output: Path, folder: Path, stamps: Listing, jobs: int) -> tuple[Listing, Listing]:
    """Lay a twin of an edition; give what both look like, of the files that are as they were recorded.

    Its files are the edition's own by a second name (link(2)); nobody ever writes into a file of either. Where
    a file system has no second names they are copied.
    """
    with readable_by_all():
        try:
            for path in stamps:
                link(f"{output}/{path}", f"{folder}/{path}")
        except OSError:
            shutil.rmtree(folder, ignore_errors=True)
            now = stamps.linked(scan(output))
            return now, copied(output, folder, now, jobs)
    both = stamps.linked(scan(output))
    return both, both


def link(file: str, name: str) -> None:
    """Give a file a second name, in a new folder if need be."""
    try:
        os.link(file, name, follow_symlinks=False)
    except FileNotFoundError:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        os.link(file, name, follow_symlinks=False)


def copied(output: Path, folder: Path, stamps: Mapping[str, Stamp], jobs: int) -> Listing:
    """Copy an edition; give the stamp of each copy of a file that was as it was recorded."""
    paths = list(stamps)

    def copy(path: str) -> Stamp | None:
        try:
            with Path(f"{output}/{path}").open("rb") as file:
                is_right = stamp_of(os.fstat(file.fileno())) == stamps[path]
                data = file.read()
        except FileNotFoundError:
            return None
        return written(f"{folder}/{path}", data) if is_right else None

    return Listing.of({paths[at]: tuple(found) for at, found in shared(paths, copy, jobs) if found})


def written(path: str, data: bytes) -> Stamp:
    """Write a new file, in a new folder if need be; give its stamp."""
    try:
        descriptor = os.open(path, NEW, 0o644)
    except FileExistsError:
        Path(path).unlink()
        descriptor = os.open(path, NEW, 0o644)
    except FileNotFoundError:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, NEW, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        return stamp_of(os.fstat(descriptor))
    finally:
        os.close(descriptor)
