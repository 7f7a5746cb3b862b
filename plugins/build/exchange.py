"""One complete edition, always: written in a spare folder, then exchanged with output/ at once.

    with Workshop(Path("output")) as workshop:
        ...  # write the whole edition into workshop.spare
        workshop.exchange()

Until `exchange` output/ is the last edition and after it the new one, whatever is killed, raises
or fills up; at no moment is it half of either. Beside output/ lies `.output-workshop/`, which
ignores itself for Git: the lock, the list of the files that the last build made, and for the time
of a build the spare folder. What a killed build left there the next one clears away.

Linux exchanges two folders in one call, renameat2(2) with RENAME_EXCHANGE (kernel 3.15; ext4, xfs,
btrfs, tmpfs, overlayfs …), macOS with renamex_np(2) and RENAME_SWAP (APFS). Where a file system
has neither (NFS, FAT, most of FUSE), two renames follow each other, with a journal: a build killed
just between them leaves no output/ at all until the next build begins, which finishes the exchange.

output/ stays a real folder with its own `.gitignore`. Only what a build made is ever replaced: a
folder with other files in it is refused.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import os
import platform
import posixpath
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from pathlib import Path
from types import TracebackType
from typing import Any

from plugins.build import door
from plugins.build.handed import Handed, Seen
from plugins.build.listing import Listing
from plugins.build.record import trees_in
from plugins.story.problems import Problem, SiteError

# The tracked file that keeps output/ in Git; put back as it was, or as here where it is missing.
PLACEHOLDER = ".gitignore"
PLACEHOLDER_TEXT = """\
# What readers get is built here by `make html`, never edited. \
The folder is in git, its contents are not.
*
!.gitignore
"""

# What desktops, editors and network file systems drop into any folder: nobody misses it.
DROPPINGS = (".DS_Store", "Thumbs.db", "desktop.ini")
DROPPED_BEGINNINGS = ("._", ".nfs", ".fuse_hidden")
DROPPED_ENDINGS = ("~", ".swp", ".swo")

SPARE, LAST, KEPT = "next-", "last-", "kept-"  # how folders in the workshop begin
FEW = 64  # files that are sooner flushed one by one than with all of the file system
STRANGERS_NAMED = 5
PATIENCE = 60.0  # seconds to wait for another build
MARGIN = 1.0  # seconds by which the time of a folder may lag behind the clock

AT_FDCWD = -100  # <fcntl.h>
RENAME_EXCHANGE = 2  # <linux/fs.h>
RENAME_SWAP = 2  # <sys/stdio.h>, macOS
# For a C library older than the call (musl): its number in the kernel's own tables.
RENAMEAT2_NUMBERS = {"x86_64": 316, "aarch64": 276}
# What a kernel, a sandbox or a file system answers that has no such call.
NO_EXCHANGE_HERE = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM, errno.EXDEV)

Swap = Callable[[Path, Path], bool]


def swap_folders(one: Path, other: Path) -> bool:
    """Let two folders change places in one system call; False where there is no such call.

    Raises OSError when there is one and it failed; then nothing has moved.
    """
    call = exchange_call()
    if call is None:
        return False
    if call(os.fsencode(one), os.fsencode(other)) == 0:
        return True
    code = ctypes.get_errno()
    if code in NO_EXCHANGE_HERE:
        return False
    raise OSError(code, os.strerror(code), str(other))


def exchange_call() -> Callable[[bytes, bytes], int] | None:
    """Find this system's call that exchanges two paths; None where the system has none."""
    library: Any = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(library, "renamex_np", None)
        return swap and (lambda one, other: int(swap(one, other, ctypes.c_uint(RENAME_SWAP))))
    if not sys.platform.startswith("linux"):
        return None
    folder, flags = ctypes.c_int(AT_FDCWD), ctypes.c_uint(RENAME_EXCHANGE)
    named = getattr(library, "renameat2", None)
    if named is not None:
        return lambda one, other: int(named(folder, one, folder, other, flags))
    number = RENAMEAT2_NUMBERS.get(platform.machine())
    if number is None:
        return None
    return lambda one, other: int(library.syscall(ctypes.c_long(number), folder, one, folder, other, flags))


def flush(folder: Path) -> None:
    """Have the disk hold all that was written, so that a power cut after the exchange finds it.

    One syncfs(2) for the file system instead of an fsync(2) for each file: 5,000 files in 0.07 s
    against 1.4 s. It also reports a write that failed after the file was closed (NFS, quotas).
    Elsewhere sync(2), which reports nothing.
    """
    library: Any = ctypes.CDLL(None, use_errno=True)
    if not hasattr(library, "syncfs"):
        os.sync()
        return
    with opened(folder) as descriptor:
        if library.syncfs(descriptor):
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), str(folder))


def flush_files(tree: Path, paths: Sequence[str]) -> None:
    """Have the disk hold a few files that were written, and the folders that name them."""
    folders = {(tree / path).parent for path in paths}
    folders |= {above for folder in folders for above in folder.parents if above.is_relative_to(tree)}
    for path in (*(tree / each for each in paths), *folders):
        with opened(path) as descriptor:
            os.fsync(descriptor)


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[int]:
    """Open a folder for reading; give its descriptor."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def remember_names(folder: Path) -> None:
    """Have the disk hold a folder's entries, before what they replaced is deleted."""
    with opened(folder) as descriptor:
        os.fsync(descriptor)


def write_new(path: Path, text: str) -> None:
    """Put a file in place whole: written beside it, flushed, renamed over it."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def read_json(path: Path, default: Any) -> Any:
    """Read a file of the workshop's; the default where it is missing or damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return default


def entries(tree: Path) -> Iterator[os.DirEntry[str]]:
    """Give everything below a folder, folders before what is in them; follow no links."""
    with os.scandir(tree) as found:
        here = sorted(found, key=lambda entry: entry.name)
    for entry in here:
        yield entry
        if entry.is_dir(follow_symlinks=False):
            yield from entries(Path(entry.path))


def survey(tree: Path) -> dict[str, int]:
    """List an edition: the size in bytes of each file by its path, in the order of the paths.

    The placeholder is not part of an edition. A folder that is missing has no files.
    """
    return sizes(scan(tree))


def sizes(listing: Listing) -> dict[str, int]:
    """Give the size in bytes of each file by its path, in the order of the paths."""
    return {path: stamp[0] for path, stamp in sorted(listing.items())}


def scan(tree: Path) -> Listing:
    """List an edition, or content."""
    return Listing(door.scan(str(tree)) if tree.is_dir() else {})


def names(tree: Path) -> set[str]:
    """List the files of an edition by their paths alone."""
    found: set[str] = set()
    start = len(str(tree)) + 1
    folders = [str(tree)] if tree.is_dir() else []
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    folders.append(entry.path)
                else:
                    found.add(entry.path[start:])
    found.discard(PLACEHOLDER)
    return found


def folders_of(paths: Iterable[str]) -> set[str]:
    """Name all folders that some files lie in, and those above them."""
    wanted = {posixpath.dirname(path) for path in paths} - {""}
    return wanted | {folder[:at] for folder in wanted for at, sign in enumerate(folder) if sign == "/"}


def is_dropping(path: str) -> bool:
    """Say whether a file is one that a desktop or an editor drops of its own accord."""
    name = path.rpartition("/")[2]
    return name in DROPPINGS or name.startswith(DROPPED_BEGINNINGS) or name.endswith(DROPPED_ENDINGS)


def seal(tree: Path, *, only: Set[str] | None = None) -> None:
    """Make a written tree fit to be an edition: plain files of its own, readable by any server.

    only: the files that need it, if not all do. Folders become 755 and files 644 whatever the umask.
    A file that shares its bytes with another (a hard link into content/, say) gets its own, for a
    later change there would reach readers. Raises SiteError for links, pipes and devices.
    """
    tree.chmod(0o755)
    problems = []
    if only is not None and not only:
        return
    for entry in entries(tree):
        if (
            only is not None
            and not entry.is_dir(follow_symlinks=False)
            and entry.path[len(str(tree)) + 1 :] not in only
        ):
            continue
        path, status = Path(entry.path), entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            path.chmod(0o755)
        elif not stat.S_ISREG(status.st_mode):
            wrong = "It is not a plain file but a link, a pipe or a device."
            remedy = "An edition holds plain files only: have it written or copied as one."
            problems.append(Problem(path.relative_to(tree).as_posix(), 1, wrong, remedy))
        else:
            if status.st_nlink > 1:
                content = path.read_bytes()
                path.unlink()
                path.write_bytes(content)
            path.chmod(0o644)
    if problems:
        raise SiteError(problems)


def shown(path: Path) -> str:
    """Name a path as the person at the terminal would: from the current folder, if below it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()


class Workshop:
    """The place beside an output folder where its next edition is made.

    As a context: waits for its turn, heals what a killed build left, and gives an empty `spare`
    folder on the same file system; at the end what is no longer needed is removed.
    known: the files of the present edition; present: their stamps, and strangers'. is_out: whether
    the exchange has happened.
    kept: the name of an older edition in the workshop that is not to be removed at the end.
    seen: what the front door has seen of content, if it called.
    is_listed: whether its list names the edition's files and no others.
    leftover: a sentence for the person at the terminal if something could not be removed.
    """

    spare: Path

    def __init__(
        self,
        output: Path,
        *,
        say: Callable[[str], None] = print,
        patience: float = PATIENCE,
        swap: Swap = swap_folders,
        handed: Handed | None = None,
    ) -> None:
        self.output = output.absolute()
        self.home = self.output.parent / f".{self.output.name}-workshop"
        self.is_out = False
        self.known: Collection[str] = frozenset()
        self.leftover = ""
        self.say, self._patience, self._swap, self._handed = say, patience, swap, handed
        self._lock = -1
        self._journal = self.home / "journal"
        self._list = self.home / "files"
        self.present = Listing()
        self.is_listed = False
        self.kept = ""
        self.seen: Seen | None = None
        self._began = 0

    def __enter__(self) -> Workshop:
        """Take the output folder over; raise SiteError if it cannot be exchanged or is not ours."""
        self._refuse_unfit()
        self._take_turn()
        try:
            self._heal()
            if self.known is not self.present:
                self._refuse_strangers(self.present)
            self.spare = Path(tempfile.mkdtemp(prefix=SPARE, dir=self.home))
        except BaseException:
            self._end_turn()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Remove the spare folder, or the last edition once the new one is out; never raise."""
        try:
            self._clear()
            for path in sorted(self.home.iterdir()):
                if path.name.startswith(KEPT) and path.name != self.kept:
                    shutil.rmtree(path)
        except OSError as blocked:
            self.leftover = f"{shown(self.home)}/ could not be emptied: {blocked.strerror}."
        finally:
            self._end_turn()

    def made(self) -> frozenset[str]:
        """Give the files in the output folder that a build made; none if it holds no edition."""
        return frozenset(read_json(self._list, [])) & frozenset(survey(self.output))

    def adopt(self, name: str) -> bool:
        """Begin with the kept edition of this name instead of an empty folder; False if there is none."""
        kept = self.home / name
        if not name.startswith(KEPT) or kept.is_symlink() or not kept.is_dir():
            return False
        self.spare.rmdir()
        kept.rename(self.spare)
        return True

    def seen_before(self) -> Listing | None:
        """Give what the front door has seen of the kept edition, once: then others write there."""
        handed, self._handed = self._handed, None
        return handed.before if handed and self.seen else None

    def put_back(self, inside: Iterable[str]) -> bool:
        """Keep the spare folder for `adopt` instead of exchanging it; False if others have added to it."""
        if names(self.spare) != set(inside) or not (self.output / PLACEHOLDER).is_file():
            return False
        kept = self.home / self.spare.name.replace(SPARE, KEPT, 1)
        self.spare.rename(kept)
        self.kept = kept.name
        return True

    def keep_last(self) -> str:
        """Keep the edition that was exchanged, for `adopt`; give its name, empty if there was none."""
        for last in (self.spare, self.home / self.spare.name.replace(SPARE, LAST, 1)):
            if self.is_out and last.is_dir():
                kept = self.home / self.spare.name.replace(SPARE, KEPT, 1)
                last.rename(kept)
                self.kept = kept.name
                return kept.name
        return ""

    def exchange(
        self,
        *,
        sealed: Listing | None = None,
        added: Set[str] = frozenset(),
        written: Sequence[str] | None = None,
        is_all: bool = False,
    ) -> None:
        """Put what is in the spare folder into the output folder's place, whole and at once.

        sealed, added: the files in it that are known to be as `seal` would make them. written: which of
        those sealed the disk may not hold yet, if that is known. is_all: whether there are no others than these.
        Raises SiteError or OSError; unless `is_out`, the last edition then stands untouched.
        """
        inside = sealed if sealed and is_all else None
        if inside is None:
            there = names(self.spare)
            others = there - (sealed or {}).keys()
            seal(self.spare, only=others - added if sealed and sealed.keys() <= there else None)
            if others:
                written = None
        else:
            seal(self.spare, only=frozenset())
        if self._has_newcomers():
            self._refuse_strangers(names(self.output))
        self._keep_placeholder()
        if inside is None or not (self.is_listed and inside.has_same_names(self.present) and self._list.is_file()):
            self._write_list(there if inside is None else set(inside))
        if written is None or len(written) > FEW:
            flush(self.spare)
        else:
            flush_files(self.spare, [*written, PLACEHOLDER])
        self._put_in_place()
        remember_names(self.output.parent)
        remember_names(self.home)

    def _write_list(self, inside: Set[str]) -> None:
        """List both editions' files: whichever of the two a kill leaves in place is known to be ours."""
        ours = {*self.known, *inside}
        self.is_listed = ours == inside
        if ours != set(read_json(self._list, [])):
            write_new(self._list, json.dumps(sorted(ours)))

    def _has_newcomers(self) -> bool:
        """Say whether there may be other files in the output folder than when the build began."""
        folders = ("", *folders_of(self.present.rows))
        with contextlib.suppress(OSError), opened(self.output) as here:
            times = (os.stat(folder or ".", dir_fd=here).st_ctime_ns for folder in folders)
            return any(time > self._began for time in times)
        return True

    def _refuse_unfit(self) -> None:
        """Refuse what is no folder that could be renamed."""
        if self.output.name in ("", ".."):
            wrong = "This cannot be an output folder."
        elif self.output.is_symlink():
            wrong = "The output folder is a symbolic link, and a link cannot be exchanged whole."
        elif self.output.exists() and not self.output.is_dir():
            wrong = "There is a file where the output folder should be."
        elif self.output.is_mount():
            wrong = "A file system is mounted on the output folder, so it cannot be exchanged."
        else:
            return
        remedy = "Use an ordinary folder: remove this one, or name another with `pelican -o`."
        raise SiteError([Problem(shown(self.output), 1, wrong, remedy)])

    def _take_turn(self) -> None:
        """Hold the lock, waiting if another build does; SiteError when patience ends."""
        deadline = time.monotonic() + self._patience
        waiting = False
        while not self._try_lock():
            if time.monotonic() >= deadline:
                wrong = f"Another build{self._holder()} is still writing this folder."
                remedy = "Wait for it to end, or end it; then build again."
                raise SiteError([Problem(shown(self.output), 1, wrong, remedy)])
            if not waiting:
                waiting = True
                self.say(
                    f"Another build{self._holder()} is writing {shown(self.output)}/: "
                    f"waiting up to {self._patience:.0f} seconds for it."
                )
            time.sleep(0.1)

    def _try_lock(self) -> bool:
        """Take the lock if it is free. The kernel lets go of it when a process dies."""
        if self._handed and self._handed.holds(self.home / "lock"):
            self._hold(self._handed.lock)
            return True
        self._handed = None
        self.home.mkdir(parents=True, exist_ok=True)
        # The workshop hides itself from Git, wherever `pelican -o` has put it.
        (self.home / PLACEHOLDER).write_text("*\n", encoding="utf-8")
        lock = self.home / "lock"
        with contextlib.ExitStack() as on_failure:
            descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o644)
            on_failure.callback(os.close, descriptor)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # The workshop may have been deleted meanwhile: then nobody else sees this lock.
                if not os.path.samestat(os.fstat(descriptor), lock.stat()):
                    return False
            except (BlockingIOError, FileNotFoundError):
                return False
            self._hold(descriptor)
            on_failure.pop_all()
            return True

    def _hold(self, descriptor: int) -> None:
        """Hold the lock, and say who does."""
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._lock = descriptor

    def _holder(self) -> str:
        """Name the process that holds the lock, where it has said so."""
        with contextlib.suppress(FileNotFoundError):
            number = (self.home / "lock").read_text(encoding="utf-8")
            return f" (process {number})" if number.isdecimal() else ""
        return ""

    def _end_turn(self) -> None:
        """Let go of the lock; its file stays, for deleting it would let two builds in."""
        os.close(self._lock)

    def _heal(self) -> None:
        """Finish or clear away what a killed build left, and learn what the last one made."""
        self._clear()
        self._began = time.time_ns() - int(MARGIN * 1e9)
        handed = self._handed
        trees = trees_in(self.home) if handed else None
        self.seen = handed.seen if handed and trees and trees.token and handed.is_as_recorded else None
        if self.seen and trees:  # the edition is as it was recorded, so that all of it is ours
            self._began = self.seen.when - int(MARGIN * 1e9)
            self.present = self.known = trees.output
            self.is_listed = trees.is_listed
        else:
            if handed:
                handed.let_go()
            self.present = scan(self.output)
            self.known = frozenset(read_json(self._list, [])) & self.present.keys()

    def _clear(self) -> None:
        """Remove every folder in the workshop; the names are unique, so none is ever shared.

        First finish an exchange that was stopped between its two renames: until then both
        editions are in here. The new one was whole and checked by that time.
        """
        journal = read_json(self._journal, {})
        if journal and not self.output.exists():
            for name in journal:  # the new edition first, then the last one
                if (self.home / name).is_dir():
                    (self.home / name).rename(self.output)
                    self.is_out = name.startswith(SPARE)
                    break
        self._journal.unlink(missing_ok=True)
        for path in sorted(self.home.iterdir()):
            if path.name.startswith((SPARE, LAST)):
                shutil.rmtree(path)

    def _refuse_strangers(self, present: Iterable[str]) -> None:
        """Raise SiteError for files in the output folder that no build made: they would be lost."""
        strangers = sorted(path for path in present if path not in self.known and not is_dropping(path))
        if strangers and not self.known:
            raise SiteError([self._not_ours(strangers)])
        if strangers:
            raise SiteError(self._put_by_hand(strangers))

    def _not_ours(self, strangers: list[str]) -> Problem:
        """Word that the whole folder was made by somebody else."""
        names = ", ".join(repr(path) for path in strangers[:STRANGERS_NAMED])
        more = ", …" if len(strangers) > STRANGERS_NAMED else ""
        files = "1 file" if len(strangers) == 1 else f"{len(strangers)} files"
        wrong = f"The folder holds {files} that no build made ({names}{more})."
        remedy = "Empty it if nothing in it is needed, or name another with `pelican -o`."
        return Problem(shown(self.output), 1, wrong, remedy)

    def _put_by_hand(self, strangers: list[str]) -> list[Problem]:
        """Word that files were added to an edition of ours."""
        folder = shown(self.output)
        wrong = "No build made this file, and the next edition would not have it."
        remedy = "Move it to content/extra/ to publish it with every edition, or delete it."
        named = [Problem(f"{folder}/{path}", 1, wrong, remedy) for path in strangers[:STRANGERS_NAMED]]
        rest = len(strangers) - len(named)
        if rest:
            named.append(Problem(folder, 1, f"No build made {rest} more files.", remedy))
        return named

    def _keep_placeholder(self) -> None:
        """Give the new edition the output folder's `.gitignore`, byte for byte."""
        present, fresh = self.output / PLACEHOLDER, self.spare / PLACEHOLDER
        if present.is_file() and not present.is_symlink():
            fresh.write_bytes(present.read_bytes())
        else:
            fresh.write_text(PLACEHOLDER_TEXT, encoding="utf-8")
        fresh.chmod(0o644)

    def _put_in_place(self) -> None:
        """Exchange, by the best way this system has."""
        try:
            if not self.output.exists():
                self.spare.rename(self.output)
            elif not self._swap(self.spare, self.output):
                self._rename_twice()
        except OSError as refused:
            if refused.errno not in (errno.EBUSY, errno.EXDEV):
                raise
            wrong = f"The output folder cannot be renamed here ({refused.strerror})."
            remedy = (
                "It is a mount point, or part of a container's image. "
                "Delete it and build again, or name another folder with `pelican -o`."
            )
            raise SiteError([Problem(shown(self.output), 1, wrong, remedy)]) from refused
        self.is_out = True

    def _rename_twice(self) -> None:
        """Exchange by two renames; the journal lets `_clear` finish what was stopped between."""
        last = self.home / self.spare.name.replace(SPARE, LAST, 1)
        write_new(self._journal, json.dumps([self.spare.name, last.name]))
        remember_names(self.home)
        self._set_aside(last)
        self.spare.rename(self.output)
        self._journal.unlink()

    def _set_aside(self, last: Path) -> None:
        """Move the output folder away; one that holds no edition may be removed instead.

        A folder from a lower layer of a container's image can be removed but not renamed (EXDEV).
        """
        try:
            self.output.rename(last)
        except OSError as refused:
            if refused.errno != errno.EXDEV or self.known:
                raise
            shutil.rmtree(self.output)
