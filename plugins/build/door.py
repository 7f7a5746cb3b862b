"""The front door of `make html` and `make publish`: is there anything to do at all?

Most of the time that a build without changes takes goes by before its first question: importing
Pelican. So a note of what the last build saw (plugins/build/doorstep.py) is compared first, by this
script, which needs nothing but the interpreter: no site packages, not even hashlib's OpenSSL. If all
of it is as it was, the last build's words are said again; else Pelican is called, as without a door.

Everything that the edition depends on is compared: command, environment, interpreter, machine,
packages, code, theme, settings, content, the edition itself, and the time. No note, a damaged one,
or one with anything else in it: the long way.
"""

from __future__ import annotations

import os
import stat
import sys
import time
from _blake2 import blake2b  # hashlib would load OpenSSL: 4 ms of 60
from marshal import loads

TYPE_CHECKING = False  # as typing says it, which takes long to load
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any

    Note = dict[str, Any]

FOLDER = ".cache"
SIZE = 32
PLACEHOLDER = ".gitignore"
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


def stamps(tree: str, *, follow: bool = False) -> list[str]:
    """Give the stamp of each file below a folder, with its path; relative to an open folder it is soonest."""
    found = []
    folders = [""]
    root = os.open(tree, os.O_RDONLY | os.O_DIRECTORY)
    try:
        while folders:
            folder = folders.pop()
            here = os.open(folder or ".", os.O_RDONLY, dir_fd=root)
            with os.scandir(here) as entries:
                for entry in entries:
                    if not entry.is_dir(follow_symlinks=follow):
                        found.append(f"{folder}{entry.name}\0{stamp(entry.stat(follow_symlinks=follow))}")
                    elif not (follow and entry.name == "__pycache__"):
                        folders.append(f"{folder}{entry.name}/")
            os.close(here)
    finally:
        os.close(root)
    return found


def digest(lines: Iterable[str]) -> bytes:
    """Give one digest of many stamps, in whatever order they were found."""
    text = "\n".join(sorted(lines)).encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=SIZE).digest()


def of_tree(tree: str) -> bytes:
    """Give the digest of the stamps of content or an edition, without the file that keeps a folder in Git."""
    beside = f"{PLACEHOLDER}\0"
    return digest(line for line in stamps(tree) if not line.startswith(beside))


def of_code(trees: list[str]) -> bytes:
    """Give the digest of the stamps of code and theme."""
    return digest(f"{tree}\0{line}" for tree in trees for line in stamps(tree, follow=True))


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


def answer(arguments: list[str]) -> list[tuple[str, str]] | None:
    """Give what the last build said, as pairs of label and text, if nothing has changed; else None."""
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
            return None
        return note["said"] if holds(note) else None
    except (OSError, ValueError, EOFError, TypeError, KeyError):
        return None


def holds(note: Note) -> bool:
    """Say whether content and edition are as they were, while no other build is at work.

    A child process looks through the one and this process through the other, on two cores.
    """
    import fcntl

    lock = os.open(f"{note['workshop']}/lock", os.O_RDWR)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not is_whole(note["output"], note["workshop"]):
            return False
        child = os.fork()
        if child == 0:
            is_same = False
            try:
                is_same = note["content"] == of_tree(note["path"])
            finally:
                os._exit(not is_same)
        try:
            is_same = note["edition"] == of_tree(note["output"])
        finally:
            status = os.waitpid(child, 0)[1]
        return is_same and status == 0
    finally:
        os.close(lock)


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
    said = answer(arguments)
    if said is None:
        os.execv(sys.executable, [sys.executable, "-m", "pelican", *arguments])
    say(said, time.monotonic() - began)


if __name__ == "__main__":
    main(sys.argv[1:])
