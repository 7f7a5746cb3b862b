"""Look through a finished edition for what must never go out, file by file, before readers get it.

Two things: the newsroom's own list (private/never-publish.txt) and traces of the machine that built
it. A file that was looked through and has not changed is not looked through again.
"""

from __future__ import annotations

import getpass
import hashlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from plugins.build.crew import jobs_wanted, shared
from plugins.build.never_publish import (
    LIST,
    Entry,
    Matcher,
    Unsearchable,
    machine_traces,
    read_entries,
)
from plugins.build.press import Edition
from plugins.story.desk import Desk, Document, label
from plugins.story.problems import Problem

CACHE = Path(".cache/leaks.txt")
SETTINGS = "pelicanconf.py"
Has = Callable[[str, bytes], bool]  # says whether a file of this name and content has what is looked for
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
    searcher = Searcher(Matcher(entries or []), machine, desk)
    if edition.fresh is not None:
        settings["NOTICES"].append(summary(entries))
        found = (searcher.look(path, (edition.tree / path).read_bytes()) for path in sorted(edition.fresh))
        return [problem for each in found for problem in each]
    seen = Seen(root / CACHE, key(entries, machine))
    unseen = [path for path in edition.files if not seen.knows(path, edition)]

    def look(path: str) -> tuple[str, list[tuple[Any, ...]]]:
        data = (edition.tree / path).read_bytes()
        digest = edition.digests[path].hex() if path in edition.digests else digest_of(path, data)
        return digest, [] if seen.is_clean(digest) else [astuple(each) for each in searcher.look(path, data)]

    problems = []
    for _, (digest, found) in shared(unseen, look, jobs_wanted()):
        problems += [Problem(*each) for each in found]
        if not found:
            seen.add(digest)
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
    """Looks files through, and finds the place in content/ that an editor must mend."""

    def __init__(self, matcher: Matcher, machine: Machine, desk: Desk) -> None:
        self._matcher = matcher
        self._machine = machine
        self._desk = desk
        self._own = {each.address: each for each in desk.documents.values()}
        self._elsewhere: dict[str, tuple[str, int] | None] = {}

    def look(self, path: str, data: bytes) -> Iterator[Problem]:
        """Give what is wrong with a file of the edition."""
        try:
            numbers = self._matcher.find(path, data)
        except Unsearchable as error:
            wrong = f"it cannot be looked through for the never-publish list: {error}."
            yield Problem(f"output/{path}", 1, wrong, "Save it anew, or leave it out.")
            return
        for number in numbers:
            wrong = f"entry {number} of the never-publish list is here."
            yield Problem(*self._place(path, wrong, partial(self._has_entry, number)), wrong, REWRITE)
        for trace in machine_traces(data, **vars(self._machine)):
            wrong = f"{trace} of the building machine is in it."
            remedy = "Find where it comes from and take it out."
            yield Problem(*self._place(path, wrong, partial(self._has_trace, trace)), wrong, remedy)

    def _has_entry(self, number: int, name: str, data: bytes) -> bool:
        return number in self._matcher.find(name, data)

    def _has_trace(self, trace: str, name: str, data: bytes) -> bool:
        return trace in machine_traces(data, **vars(self._machine))

    def _place(self, path: str, wrong: str, has: Has) -> tuple[str, int]:
        """Find the file and line to mend: the page's own, else the first anywhere, else the page."""
        extra = f"extra/{path}"
        if (self._desk.root / extra).is_file():
            return label(self._desk.root, extra), line_with(self._desk.root / extra, has) or 1
        own = self._own.get(path)
        found = place_in(own, self._desk.root, has) if own else None
        if found is None and wrong not in self._elsewhere:
            self._elsewhere[wrong] = self._anywhere(has)
        return found or self._elsewhere[wrong] or (f"output/{path}", 1)

    def _anywhere(self, has: Has) -> tuple[str, int] | None:
        """Find the first place in content/, or in the settings, that has it."""
        root = self._desk.root
        public = (each for each in self._desk.documents.values() if each.is_public)
        first = next(filter(None, (place_in(each, root, has) for each in public)), None)
        line = 0 if first else line_with(root.parent / SETTINGS, has)
        return first or ((SETTINGS, line) if line else None)


def place_in(document: Document, root: Path, has: Has) -> tuple[str, int] | None:
    """Find the line of a document that has what is looked for; None where none does."""
    if line := line_with(root / document.path, has):
        return document.file, line
    if has("text.html", said_by(document).encode()):
        return document.file, document.source.body_line
    return (document.file, 1) if has(document.address, b"") else None


def line_with(path: Path, has: Has) -> int:
    """Give the number of the first line of a text that has it; 0 if none has, or there is no such text."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (UnicodeDecodeError, FileNotFoundError):
        return 0
    return next((at for at, line in enumerate(lines, start=1) if has("line.md", line.encode())), 0)


def said_by(document: Document) -> str:
    """Give what a document says, as HTML: emphasis and line breaks may part words in its source."""
    return " ".join([document.said, *document.notes])


def digest_of(path: str, data: bytes) -> str:
    """Give the digest by which a file is remembered."""
    return hashlib.sha256(path.encode() + b"\0" + data).hexdigest()


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

    def knows(self, path: str, edition: Edition) -> bool:
        """Say whether nothing was found in this very file, when its content is known without reading it."""
        digest = edition.digests[path].hex() if path in edition.digests else ""
        if digest not in self._clean:
            return False
        self._now.add(digest)
        return True

    def is_clean(self, digest: str) -> bool:
        """Say whether nothing was found in a file of this digest."""
        return digest in self._clean

    def add(self, digest: str) -> None:
        """Remember a file in which nothing is wrong."""
        self._now.add(digest)

    def keep(self) -> None:
        """Write down what was looked through; a cache that cannot be written is only slower."""
        self._file.parent.mkdir(exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text("\n".join([self._key, *sorted(self._now)]) + "\n", encoding="ascii")
        new.replace(self._file)
