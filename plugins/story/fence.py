"""A fenced block that is more than code: what an editor wrote, and what it becomes.

The word after the marks is the kind; what follows it on that line is the block's own affair.
kinds.py lists what kinds there are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plugins.story.problems import Problem

Beside = Callable[[str], tuple[str, bytes] | None]


def as_written(text: str, line: int) -> str:
    """Typeset nothing."""
    return text


def nothing(name: str) -> tuple[str, bytes] | None:
    """Find no file."""
    return None


class Block(Protocol):
    """A part of a text that is more than HTML. words: everything it says, as HTML."""

    @property
    def kind(self) -> str:
        """The component that shows it."""

    @property
    def words(self) -> str:
        """Everything that readers read in it, as HTML."""


@dataclass(frozen=True)
class Fence:
    """What an editor wrote between two marks.

    argument: the rest of the first line, after the kind. line: of the opening mark. typeset: turns
    a line of inline Markdown, standing on the line of that number, into typeset HTML; what is wrong
    with it is told by itself. beside: gives the label and the bytes of a file that lies beside this
    one, or None.
    """

    kind: str
    argument: str
    lines: list[str]
    file: str
    line: int
    lang: str = "en"
    typeset: Callable[[str, int], str] = as_written
    beside: Beside = nothing

    def written(self) -> list[tuple[int, str]]:
        """Give what is written, with its line; a line that begins with four spaces goes on with the one before."""
        found: list[tuple[int, str]] = []
        for number, line in enumerate(self.lines, start=self.line + 1):
            text = line.strip()
            if found and text and line.startswith(("    ", "\t")):
                found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
            elif text:
                found.append((number, text))
        return found

    def problem(self, line: int, wrong: str, remedy: str) -> Problem:
        """Report what is wrong on a line of the file."""
        return Problem(self.file, line, wrong, remedy)
