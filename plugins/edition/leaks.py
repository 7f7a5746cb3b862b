"""Look through a finished edition for what must never go out, file by file, before readers get it.

Two things: the newsroom's own list (private/never-publish.txt) and traces of the machine that built
it. A file that was looked through and has not changed is not looked through again.
"""

from __future__ import annotations

import getpass
import hashlib
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plugins.build.never_publish import (
    LIST,
    Entry,
    Matcher,
    Unsearchable,
    machine_traces,
    read_entries,
)
from plugins.build.press import Edition
from plugins.story.desk import Desk, Document
from plugins.story.problems import Problem

CACHE = Path(".cache/leaks.txt")
REWRITE = "Rewrite the passage or take it out; the entry stands in the list at that number."


@dataclass(frozen=True)
class Machine:
    """Who and where the building machine is: none of it may be found in what goes out."""

    home: str
    root: str
    user: str
    host: str


def this_machine(root: Path) -> Machine:
    """Say who and where this machine is."""
    return Machine(str(Path.home()), str(root), getpass.getuser(), socket.gethostname())


def look_through(edition: Edition) -> list[Problem]:
    """Report every file of an edition that holds what must not go out."""
    settings, desk = edition.settings, edition.settings["DESK"]
    root = Path(settings["PATH"]).absolute().parent
    entries = listed(root)
    if entries is None and settings.get("NEVER_PUBLISH_REQUIRED"):
        wrong = "there is no list of what must never be published, and the settings require one."
        return [Problem(LIST, 1, wrong, "Put the list there; docs/publishing.md shows one.")]
    machine = this_machine(root)
    seen = Seen(root / CACHE, key(entries, machine))
    searcher = Searcher(Matcher(entries or []), machine)
    problems = [
        problem
        for path in edition.files
        for problem in seen.problems(path, (edition.tree / path).read_bytes(), searcher, desk)
    ]
    seen.keep()
    settings["NOTICES"].append(summary(entries))
    return problems


def listed(root: Path) -> list[Entry] | None:
    """Read the newsroom's list; None where there is none."""
    try:
        return read_entries(root / LIST)
    except FileNotFoundError:
        return None


def summary(entries: list[Entry] | None) -> str:
    """Say what was looked for, in the line that each build ends with."""
    if entries is None:
        return "never-publish: no list: nothing checked."
    count = f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}"
    return f"never-publish: {count}, none found."


def key(entries: list[Entry] | None, machine: Machine) -> str:
    """Give a digest of everything that decides what is looked for, this code included."""
    sources = sorted(Path(__file__).parents[1].rglob("*.py"))
    code = [path.read_bytes() for path in sources]
    words = "\n".join(entry.text for entry in entries or []).encode()
    parts = [words, repr(machine).encode(), *code]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


class Searcher:
    """Looks one file through."""

    def __init__(self, matcher: Matcher, machine: Machine) -> None:
        self._matcher = matcher
        self._machine = machine

    def look(self, path: str, data: bytes, desk: Desk) -> Iterator[Problem]:
        """Give what is wrong with a file of the edition."""
        try:
            numbers = self._matcher.find(path, data)
        except Unsearchable as error:
            wrong = f"it cannot be looked through for the never-publish list: {error}."
            yield Problem(f"output/{path}", 1, wrong, "Save it anew, or leave it out.")
            return
        for number in numbers:
            file, line = self._source(path, number, desk)
            yield Problem(file, line, f"entry {number} of the never-publish list is here.", REWRITE)
        for trace in machine_traces(data, **vars(self._machine)):
            wrong = f"{trace} of the building machine is in it."
            yield Problem(f"output/{path}", 1, wrong, "Find where it comes from and take it out.")

    def _source(self, path: str, number: int, desk: Desk) -> tuple[str, int]:
        """Find the file and line that an editor must mend: the story's, or the page itself."""
        for document in shown_at(path, desk):
            lines = (desk.root / document.path).read_text(encoding="utf-8-sig").splitlines()
            for at, line in enumerate(lines, start=1):
                if number in self._matcher.find("line.md", line.encode()):
                    return document.file, at
            if number in self._matcher.find("story.md", "\n".join(lines).encode()):
                return document.file, 1
        return f"output/{path}", 1


def shown_at(path: str, desk: Desk) -> Iterable[Document]:
    """Give the documents that a file of the edition may show: its own first, then all others."""
    own = [each for each in desk.documents.values() if each.address == path]
    return own or [each for each in desk.documents.values() if each.is_public]


class Seen:
    """Remembers, by digest, the files in which nothing was found."""

    def __init__(self, file: Path, wanted: str) -> None:
        self._file = file
        self._key = wanted
        self._clean = self._read()
        self._now: set[str] = set()

    def _read(self) -> set[str]:
        try:
            first, *rest = self._file.read_text(encoding="ascii").splitlines()
        except (OSError, ValueError):
            return set()
        return set(rest) if first == self._key else set()

    def problems(self, path: str, data: bytes, searcher: Searcher, desk: Desk) -> list[Problem]:
        """Look a file through unless that was done; remember it if nothing is wrong."""
        digest = hashlib.sha256(path.encode() + b"\0" + data).hexdigest()
        if digest in self._clean:
            self._now.add(digest)
            return []
        found = list(searcher.look(path, data, desk))
        if not found:
            self._now.add(digest)
        return found

    def keep(self) -> None:
        """Write down what was looked through; a cache that cannot be written is only slower."""
        self._file.parent.mkdir(exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text("\n".join([self._key, *sorted(self._now)]) + "\n", encoding="ascii")
        new.replace(self._file)
