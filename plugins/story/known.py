"""What we know, and what we do not know yet: short sentences in two lists, each with its day.

``` known 2025-08-05
A launcher is in the Philippines.
```

``` unknown 2025-08-05
Whether the plan for Germany holds.
```
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from plugins.story.claims import day_of
from plugins.story.fence import Fence
from plugins.story.problems import Problem

MOST = 8
NOUNS = {"known": "what we know", "unknown": "what we do not know"}


@dataclass(frozen=True)
class Known:
    """What is known, or unknown (kind), on a day: sentences as HTML."""

    kind: str
    date: dt.date
    sentences: tuple[str, ...]

    @property
    def words(self) -> str:
        """Everything that readers read in it, as HTML."""
        return " ".join(self.sentences)


def parse_known(fence: Fence) -> tuple[Known | None, list[Problem]]:
    """Read a list of what is known or unknown; give it, or None and what is wrong."""
    date, problems = day_of(fence, required=True)
    lines = [(number, text.removeprefix("- ").strip()) for number, text in fence.written()]
    noun = NOUNS[fence.kind]
    if not 1 <= len(lines) <= MOST:
        remedy = f"Write 1 to {MOST}, each on a line of its own."
        problems.append(fence.problem(fence.line, f"{noun} has {len(lines)} sentences.", remedy))
    said: set[str] = set()
    for number, text in lines:
        if text.rstrip(".").casefold() in said:
            problems.append(fence.problem(number, f"{text[:60]!r} stands there twice.", "Keep one of the two."))
        said.add(text.rstrip(".").casefold())
    if problems or date is None:
        return None, problems
    return Known(fence.kind, date, tuple(fence.typeset(text, number) for number, text in lines)), []
