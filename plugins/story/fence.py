"""A fenced block that is more than code: what an editor wrote, and what it becomes.

The word after the marks is the kind; what follows it on that line is the block's own affair.
kinds.py lists what kinds there are.
"""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from plugins.story.problems import Problem


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
    with it is told by itself.
    """

    kind: str
    argument: str
    lines: list[str]
    file: str
    line: int
    typeset: Callable[[str, int], str]

    def written(self) -> list[tuple[int, str]]:
        """Give the lines that are not empty, with their numbers."""
        numbered = enumerate(self.lines, start=self.line + 1)
        return [(number, text.strip()) for number, text in numbered if text.strip()]

    def problem(self, line: int, wrong: str, remedy: str) -> Problem:
        """Report what is wrong on a line of the file."""
        return Problem(self.file, line, wrong, remedy)


def plain_words(*texts: str) -> str:
    """Give plain texts as HTML, in one line."""
    return html.escape(" ".join(text for text in texts if text), quote=False)
