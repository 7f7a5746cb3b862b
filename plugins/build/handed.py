"""What the front door has seen when it calls Pelican (plugins/build/door.py), so that nobody looks twice.

It holds the lock already. Two processes of its own go on looking while this one loads what it needs: one
at content and at the edition before the last, one at the edition.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from plugins.build.door import LENGTH, SAME
from plugins.build.listing import Listing

OPTION = "door"


class Seen(NamedTuple):
    """What content looked like at a time (in nanoseconds)."""

    when: int
    content: Listing


class Handed:
    """What the door hands on. lock: the descriptor of the lock that it holds; then pipes, and who tells by them."""

    def __init__(self, lock: int, content: int, of_content: int, edition: int, of_edition: int) -> None:
        self.lock = lock
        self._content, self._of_content = os.fdopen(content, "rb"), of_content
        self._edition, self._of_edition = os.fdopen(edition, "rb"), of_edition

    def _message(self) -> Any:
        """Wait for the next message; None where the other process did not live to say it."""
        with contextlib.suppress(EOFError, TypeError, ValueError):
            length = int.from_bytes(self._content.read(LENGTH), "little")
            return marshal.loads(self._content.read(length))
        return None

    @cached_property
    def is_as_recorded(self) -> bool:
        """Whether the edition is as the record has it."""
        found = self._edition.read(len(SAME))
        self._edition.close()
        os.waitpid(self._of_edition, 0)
        return found == SAME

    @cached_property
    def seen(self) -> Seen | None:
        """What the other process has seen of content, if it lived to say it."""
        message = self._message()
        return Seen(message[0], Listing(message[1])) if message else None

    @cached_property
    def before(self) -> Listing | None:
        """The edition before the last, if the other process lived to tell of it."""
        message = self._message() if self.seen else None
        self._content.close()
        os.waitpid(self._of_content, 0)
        return None if message is None else Listing(message)

    def let_go(self) -> None:
        """Listen no more: what is still to be told is not wanted."""
        self._content.close()

    def holds(self, lock: Path) -> bool:
        """Say whether it holds this lock."""
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self.lock), lock.stat())
        return False


def taken() -> Handed | None:
    """Take what the door hands on, once; None where Pelican was called without it."""
    said = sys._xoptions.pop(OPTION, "")
    return Handed(*map(int, str(said).split(","))) if said else None
