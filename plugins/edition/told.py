"""What each story stated when a build last read it, so that only those are read that have changed.

To find figures, quotations and names in a text takes a millisecond, and with a ledger every build asks
it of every story. The lines that were made are kept beside the library (plugins/build/library.py), without
addresses and words: digests alone, each row under a digest of the story's bytes, all of them bound to
what reading depends on and to the names that are looked for. They are never needed: what is missing,
damaged or another's is made anew, and a site without a library keeps none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.build import cabinet
from plugins.build.digests import digest
from plugins.edition.ledger import Line, parse_line
from plugins.story.desk import Document

if TYPE_CHECKING:
    from plugins.build.library import Library


class Told:
    """The lines of stories by their bytes: those made before, and those of this edition."""

    def __init__(self, library: Library | None, names: Iterable[str]) -> None:
        self._file: Path | None = None
        self._before: Mapping[bytes, str] = {}
        self._now: dict[bytes, str] = {}
        if library:
            self._file = library.folder / "told"
            self._key = digest(library.key, *(name.encode() for name in names))
            self._before = cabinet.kept(self._file, self._key) or {}

    def line(self, story: Document, make: Callable[[], Line]) -> Line:
        """Give the line of a story; make it only where the story's bytes are not known."""
        whole: bytes = getattr(story, "whole", b"")
        if not (self._file and whole):
            return make()
        mark = digest(whole, repr((story.state, story.address, story.lang)).encode())
        row = self._before.get(mark)
        line = make() if row is None else parse_line(f"{story.address}\t{row}")
        self._now[mark] = row or str(line).partition("\t")[2]
        return line

    def keep(self) -> None:
        """Keep the lines of this edition, and of no story that is not in it."""
        if self._file and self._now.keys() != self._before.keys():
            cabinet.keep(self._file, self._key, self._now)
