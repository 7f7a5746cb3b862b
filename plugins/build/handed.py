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
from typing import NamedTuple

from plugins.build.digests import Stamp

OPTION = "door"


class Seen(NamedTuple):
    """What was there at a time (in nanoseconds): the stamps of content, and of the edition before the last."""

    when: int
    content: dict[str, Stamp]
    before: dict[str, Stamp]


class Handed:
    """What the door hands on. lock: the descriptor of the lock that it holds."""

    def __init__(self, lock: int, pipe: int, process: int) -> None:
        self.lock, self._pipe, self._process = lock, pipe, process

    @cached_property
    def seen(self) -> Seen | None:
        """Wait for what the other process sees; None where it did not live to say it."""
        with os.fdopen(self._pipe, "rb") as pipe:
            data = pipe.read()
        os.waitpid(self._process, 0)
        with contextlib.suppress(EOFError, TypeError, ValueError):
            return Seen(*marshal.loads(data))
        return None

    def holds(self, lock: Path) -> bool:
        """Say whether it holds this lock."""
        return os.path.samestat(os.fstat(self.lock), lock.stat())


def taken() -> Handed | None:
    """Take what the door hands on, once; None where Pelican was called without it."""
    said = sys._xoptions.pop(OPTION, "")
    return Handed(*map(int, str(said).split(","))) if said else None
