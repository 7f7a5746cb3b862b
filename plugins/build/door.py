"""The front door of `make html` and `make publish`: is there anything to do at all?

Most of the time that a build without changes takes goes by before its first question: importing
Pelican. So a note of what the last build saw (plugins/build/doorstep.py) is compared first, by this
script, which needs nothing but the interpreter: no site packages, not even hashlib's OpenSSL. If all
of it is as it was, the last build's words are said again; else Pelican is called, as without a door.

Everything that the edition depends on is compared: command, environment, interpreter, machine,
packages, code, theme, settings, content, the edition itself, and the time. No note, a damaged one,
or one with anything else in it: the long way. Where only content has changed, Pelican is told what was
seen of it (plugins/build/handed.py), while the rest is still looked at, and keeps the lock.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _blake2 import blake2b  # hashlib would load OpenSSL: 4 ms of 60
from _struct import pack
from marshal import dumps, loads

TYPE_CHECKING = False  # as typing says it, which takes long to load
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO

    Note = dict[str, Any]
    Rows = dict[str, tuple[str, bytes]]  # the names of a folder's files, and their stamps

FOLDER = ".cache"
SIZE = 32
PLACEHOLDER = ".gitignore"
TREE, MAGIC = "tree-", b"longwave-kept-1\n"  # as plugins/build/record.py and cabinet.py have it
SAME, OTHER = b"=", b"#"
LENGTH = 8  # bytes that say how long a message is
STAMP = "=QqQq"  # size, mtime, number, ctime
START = "plugins.build.start"
UNFINISHED = ("next-", "last-", "journal")  # what a killed build leaves in the workshop
# What a shell or make changes from call to call, and nothing that is built here reads.
PASSING = frozenset(
    ("_", "SHLVL", "OLDPWD", "MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKE_TERMOUT", "MAKE_TERMERR", "COLUMNS", "LINES")
)


def name_of(arguments: list[str]) -> str:
    """Name the note of a command."""
    return f"{FOLDER}/door-{blake2b(repr(arguments).encode(), digest_size=8).hexdigest()}"


def checked(payload: bytes) -> bytes:
    """Give what a note begins with."""
    return blake2b(payload, digest_size=SIZE, person=b"door 1").digest()


def caller(arguments: list[str]) -> bytes:
    """Give the digest of who calls and how: command, place, environment, interpreter, machine."""
    said = [(name, value) for name, value in sorted(os.environ.items()) if name not in PASSING]
    python = os.stat(sys.executable)
    told = (
        *(arguments, os.getcwd(), said, sys.executable, sys.version, python.st_size, python.st_mtime_ns),
        *(python.st_ino, os.getuid(), os.uname()[:2], os.uname().machine),
    )
    return blake2b(repr(told).encode("utf-8", "surrogateescape"), digest_size=SIZE).digest()


def packages(folder: str) -> list[str]:
    """Name what is installed, by its versions."""
    return sorted(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))


def stamp(status: os.stat_result) -> str:
    """Give what differs after any change of a file; its ctime cannot be set back."""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ino} {status.st_ctime_ns}"


def below(tree: str, *, follow: bool = False) -> Iterator[tuple[str, list[tuple[str, os.stat_result]]]]:
    """Give each folder of a tree, by its path and a slash, with its files; relative to an open folder it is soonest.

    follow: whether links are followed, and what Python has compiled is passed over.
    """
    folders = [""]
    root = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while folders:
            folder = folders.pop()
            here = os.open(folder or ".", os.O_RDONLY, dir_fd=root)
            files = []
            with os.scandir(here) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=follow):
                        files.append((entry.name, entry.stat(follow_symlinks=follow)))
                    elif not (follow and entry.name == "__pycache__"):
                        folders.append(f"{folder}{entry.name}/")
            os.close(here)
            yield folder, files
    finally:
        os.close(root)


def stamps(tree: str) -> list[str]:
    """Give the stamp of each file of code or theme, with its path."""
    return [f"{folder}{name}\0{stamp(status)}" for folder, files in below(tree, follow=True) for name, status in files]


def digest(lines: Iterable[str]) -> bytes:
    """Give one digest of many stamps, in whatever order they were found."""
    text = "\n".join(sorted(lines)).encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=SIZE).digest()


def scan(tree: str) -> Rows:
    """Give, by folder, the files of content or an edition in their order, without the one that keeps it in Git."""
    found: Rows = {}
    for folder, files in below(tree):
        rows = sorted(
            [
                (name, pack(STAMP, seen.st_size, seen.st_mtime_ns, seen.st_ino, seen.st_ctime_ns))
                for name, seen in files
                if folder or name != PLACEHOLDER
            ]
        )
        if rows:
            found[folder] = "\0".join([name for name, _ in rows]), b"".join([row for _, row in rows])
    return found


def recorded(note: Note, name: str) -> Rows:
    """Give what a tree looked like after the last build (plugins/build/record.py). Raise ValueError if that is lost."""
    with open(f"{note['workshop']}/{TREE}{name}", "rb") as file:
        data = file.read()
    start = len(MAGIC) + blake2b.MAX_DIGEST_SIZE
    key = blake2b(note["token"]).digest()
    if data[:start] != MAGIC + blake2b(data[start:], key=key).digest():
        raise ValueError(name)
    found: Rows = loads(data[start:])
    return found


def of_code(trees: list[str]) -> bytes:
    """Give the digest of the stamps of code and theme."""
    return digest(f"{tree}\0{line}" for tree in trees for line in stamps(tree))


def of_files(files: list[str]) -> list[str]:
    """Give the stamps of single files, empty for what is not there."""
    return [(stamp(os.stat(file)) if os.path.exists(file) else "") for file in files]


def read(arguments: list[str]) -> Note | None:
    """Read the note of a command; None if there is none, or a damaged one."""
    with open(name_of(arguments), "rb") as file:
        check, payload = file.read(SIZE), file.read()
    return loads(payload) if check == checked(payload) else None


def is_now(span: tuple[float | None, float | None]) -> bool:
    """Say whether the time is still between two moments; a rehearsed NOW is part of the environment."""
    if os.environ.get("NOW", "").strip():
        return True
    first, end = span
    return (first is None or first <= time.time()) and (end is None or time.time() < end)


def is_whole(output: str, workshop: str) -> bool:
    """Say whether the output folder is one that a build may leave as it is."""
    is_folder = stat.S_ISDIR(os.lstat(output).st_mode) and stat.S_ISREG(os.lstat(f"{output}/{PLACEHOLDER}").st_mode)
    return is_folder and not any(name.startswith(UNFINISHED) for name in os.listdir(workshop))


def look(arguments: list[str]) -> tuple[list[tuple[str, str]] | None, str]:
    """Give what the last build said, as pairs of label and text, if nothing has changed; else None.

    With it goes what Pelican is handed on: lock, pipe and process, or nothing.
    """
    try:
        note = read(arguments)
        if (
            note is None
            or note["caller"] != caller(arguments)
            or not is_now(note["while"])
            or note["packages"] != packages(note["beside"])
            or note["code"] != of_code(note["trees"])
            or note["stamps"] != of_files(note["files"])
        ):
            return None, ""
        onward = content_of(note)
        return (note["said"] if onward is None else None), onward or ""
    except (OSError, ValueError, EOFError, TypeError, KeyError):
        return None, ""


def content_of(note: Note) -> str | None:
    """Have one process look at content and another at the edition, while no other build is at work.

    Give None if both are as they were; what is handed on, if content is not; else nothing.
    """
    import fcntl

    lock = os.open(f"{note['workshop']}/lock", os.O_RDWR)
    lookers: list[tuple[int, int]] = []
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not is_whole(note["output"], note["workshop"]):
            return ""
        for task in (tell_content, tell_edition):
            lookers.append(looker(task, note, lock))
        (content, _), (edition, _) = lookers
        found = os.read(content, 1)
        if found == OTHER:
            for each in (lock, content, edition):
                os.set_inheritable(each, True)
            onward = ",".join(map(str, (lock, *lookers[0], *lookers[1])))
            lock, lookers = -1, []
            return onward
        return None if found == SAME and os.read(edition, 1) == SAME else ""
    finally:
        if lock >= 0:
            os.close(lock)
        for pipe, process in lookers:
            os.close(pipe)
            os.waitpid(process, 0)


def looker(task: Callable[[Note, int], None], note: Note, lock: int) -> tuple[int, int]:
    """Have a process look at something; give the pipe by which it tells, and its number."""
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        try:
            os.close(lock)
            os.close(reading)
            task(note, writing)
        finally:
            os._exit(0)
    os.close(writing)
    return reading, process


def tell_content(note: Note, pipe: int) -> None:
    """Tell whether content is as it was; if not, when and how it looks, and how the edition before the last does."""
    when = time.time_ns()
    content = scan(note["path"])
    is_same = content == recorded(note, "content")
    os.write(pipe, SAME if is_same else OTHER)
    if is_same:
        return
    with open(pipe, "wb") as file:
        say_whole(file, (when, content))
        before = f"{note['workshop']}/{note['before']}"
        say_whole(file, scan(before) if note["before"] and os.path.isdir(before) else {})


def tell_edition(note: Note, pipe: int) -> None:
    """Tell whether the edition is as it was."""
    os.write(pipe, SAME if scan(note["output"]) == recorded(note, "output") else OTHER)


def say_whole(file: BinaryIO, message: Any) -> None:
    """Write a message, its length before it."""
    data = dumps(message)
    file.write(len(data).to_bytes(LENGTH, "little") + data)
    file.flush()


def say(lines: Iterable[tuple[str, str]], seconds: float) -> None:
    """Print as plugins/build/report.py does: labels in bold where there is a terminal."""
    is_bold = os.isatty(1) and os.environ.get("TERM", "") not in ("", "dumb", "unknown")
    rows = []
    for label, text in lines:
        head = f"{label:<9}"
        rows.append(
            (f"\033[1m{head}\033[0m" if is_bold else head) + text.replace("\0", f"{seconds:.1f}") if label else ""
        )
    os.write(1, "".join(f"{row}\n" for row in rows).encode("utf-8", "surrogateescape"))


def main(arguments: list[str]) -> None:
    """Answer, or have Pelican build."""
    began = time.monotonic()
    said, onward = look(arguments)
    if said is None:
        handed = ["-X", f"door={onward}"] if onward else []
        os.execv(sys.executable, [sys.executable, *handed, "-m", START if handed else "pelican", *arguments])
    say(said, time.monotonic() - began)


if __name__ == "__main__":
    main(sys.argv[1:])
