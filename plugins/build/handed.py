"""What the front door has seen when it calls Pelican (plugins/build/door.py), so that nobody looks twice.

It holds the lock already, and knows that the edition is as it was recorded. A process of its own goes on
looking, at content and at the edition before, while this one loads what it needs.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from plugins.build.digests import Stamp
from plugins.build.door import LENGTH

OPTION = "door"


class Seen(NamedTuple):
    """The stamps of content at a time (in nanoseconds)."""

    when: int
    content: dict[str, Stamp]


class Handed:
    """What the door hands on. lock: the descriptor of the lock that it holds."""

    def __init__(self, lock: int, pipe: int, process: int) -> None:
        self.lock, self._process = lock, process
        self._pipe = os.fdopen(pipe, "rb")

    def _message(self) -> Any:
        """Wait for the next message; None where the other process did not live to say it."""
        with contextlib.suppress(EOFError, TypeError, ValueError):
            length = int.from_bytes(self._pipe.read(LENGTH), "little")
            return marshal.loads(self._pipe.read(length))
        return None

    @cached_property
    def seen(self) -> Seen | None:
        """What the other process has seen of content, if it lived to say it."""
        message = self._message()
        return Seen(*message) if message else None

    @cached_property
    def before(self) -> dict[str, Stamp] | None:
        """The stamps of the edition before the last, if the other process lived to say them."""
        found: dict[str, Stamp] | None = self._message() if self.seen else None
        self._pipe.close()
        os.waitpid(self._process, 0)
        return found

    def holds(self, lock: Path) -> bool:
        """Say whether it holds this lock."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self.lock), lock.stat())
        return False


def taken() -> Handed | None:
    """Take what the door hands on, once; None where Pelican was called without it."""
    said = sys._xoptions.pop(OPTION, "")
    return Handed(*map(int, str(said).split(","))) if said else None
