"""The record of an edition: what each of its files was made from, and which file it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from plugins.build import cabinet
from plugins.build.digests import Stamp

RECORD = "edition"  # the file in the workshop
KEY = b"edition record 1"


class Sheet(NamedTuple):
    """A printed file. told: the digest of its errand; reads: numbers of what it read; data: the digest of its bytes."""

    told: bytes
    reads: tuple[int, ...]
    data: bytes
    stamp: Stamp


@dataclass
class Record:
    """What is known of the edition in the output folder, and of the one before it, if that was kept.

    reads: the digest of everything that pages read, by its name, in the order of its numbers.
    before: digest and stamp of each file of the edition before, in the folder that `folder` names.
    rest: what the report said, and until when nothing but content can change it.
    """

    world: bytes = b""
    reads: dict[str, bytes | None] = field(default_factory=dict)
    sheets: dict[str, Sheet] = field(default_factory=dict)
    folder: str = ""
    before: dict[str, tuple[bytes, Stamp]] = field(default_factory=dict)
    rest: dict[str, Any] = field(default_factory=dict)

    def keep(self, workshop: Path) -> None:
        """Write it down, whole or not at all."""
        sheets = {path: tuple(each) for path, each in self.sheets.items()}
        row = (self.world, list(self.reads.items()), sheets, self.folder, self.before, self.rest)
        cabinet.keep(workshop / RECORD, KEY, row)


def recorded(workshop: Path) -> Record:
    """Read what is known of the last edition; an empty record where nothing is."""
    row = cabinet.kept(workshop / RECORD, KEY)
    if row is None:
        return Record()
    world, reads, sheets, folder, before, rest = row
    return Record(
        world, dict(reads), dict(zip(sheets, map(Sheet._make, sheets.values()), strict=True)), folder, before, rest
    )
