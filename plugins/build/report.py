"""Say what a build does while it does it, and in the end what there is and what to do with it.

On a terminal one line moves while the build works, with a bar when it takes longer than a second,
and is gone afterwards; elsewhere (a log, a pipe) each step is a plain line, and a long one counts
every few seconds. Other rooms add a line to the end by appending a sentence to the list `NOTICES`
in the settings, which is also `NOTICES` in the context.
"""

from __future__ import annotations

import contextlib
import re
import shlex
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.console import Console, RenderableType
from rich.progress import BarColumn, ProgressColumn, SpinnerColumn, Task, TaskID, TextColumn
from rich.progress import Progress as Display
from rich.text import Text

from plugins.build.exchange import shown

SOON = 1.0  # seconds before progress is worth showing
OFTEN = 5.0  # seconds between two lines of a long step where there is no terminal
SERVER = "http://127.0.0.1:8000/"


@dataclass(frozen=True)
class Tally:
    """What a build made. unpublished: stories shown in a preview that readers do not get yet."""

    stories: int
    pages: int
    files: int
    size: int
    unpublished: int = 0
    seconds: float = 0

    @property
    def counts(self) -> tuple[int, ...]:
        """Give everything but the seconds."""
        return self.stories, self.pages, self.files, self.size, self.unpublished


def count(number: int, noun: str) -> str:
    """Count something in words: "1 story", "1,204 stories"."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}"


def weight(size: int) -> str:
    """Give a size in the largest unit that leaves a whole number: "812 bytes", "1.3 MB"."""
    if size < 1_000:
        return count(size, "byte")
    if size < 1_000_000:
        return f"{size / 1_000:.0f} KB"
    return f"{size / 1_000_000:,.1f} MB"


def edition_lines(tally: Tally, output: Path, notices: Iterable[str]) -> list[tuple[str, str]]:
    """Word the end of a build: a label and a text for each line, both empty for a gap."""
    folder = shlex.quote(shown(output))
    is_usual = folder == "output"
    serve = "make serve" if is_usual else f"pelican --listen --output {folder}"
    made = ", ".join((count(tally.stories, "story"), count(tally.pages, "page"), count(tally.files, "file")))
    lines = [
        ("", ""),
        ("Edition", f"{made}, {weight(tally.size)}, in {tally.seconds:.1f} s"),
        ("Where", f"{folder}/"),
        ("Open", f"{folder}/index.html"),
        ("Serve", f"{serve}, then {SERVER}"),
        ("Publish", f"copy what is in {folder}/ to any web host"),
    ]
    notes = [("Note", sentence) for sentence in dict.fromkeys(notices)]
    return [*lines, ("", ""), *notes] if notes else lines


def in_time(text: str) -> str:
    """Leave a gap, a zero byte, for the seconds that a build without changes will have taken."""
    return re.sub(r"(?<=, in )[\d.]+(?= s$)", "\0", text)


def preview_lines(tally: Tally, notices: Iterable[str]) -> list[tuple[str, str]]:
    """Word the end of a build that only the newsroom sees."""
    hidden = f" ({tally.unpublished:,} not published)" if tally.unpublished else ""
    made = f"{count(tally.stories, 'story')}{hidden}, {count(tally.pages, 'page')}"
    line = ("Preview", f"{made}, in {tally.seconds:.1f} s")
    return [line, *(("Note", sentence) for sentence in dict.fromkeys(notices))]


def print_lines(lines: Iterable[tuple[str, str]], console: Console | None = None) -> None:
    """Print labels and texts in two columns; colour only where the terminal has it."""
    console = console or Console(highlight=False, soft_wrap=True)
    for label, text in lines:
        console.print(Text.assemble((f"{label:<9}", "bold"), text) if label else "", soft_wrap=True)


class Late(ProgressColumn):
    """A column that stays empty until the build has taken a while."""

    max_refresh = None

    def __init__(self, column: ProgressColumn) -> None:
        super().__init__()
        self._column = column
        self._shown_from = time.monotonic() + SOON

    def render(self, task: Task) -> RenderableType:
        """Render the column inside, once it is time."""
        return self._column(task) if time.monotonic() >= self._shown_from else Text()


class Counted(ProgressColumn):
    """How many of how many; only how many where the whole is not known."""

    def render(self, task: Task) -> Text:
        """Render the count; nothing for a step that counts nothing."""
        return Text(progress_count(int(task.completed), task.total))


def progress_count(done: int, total: float | None) -> str:
    """Word a count: "1,200 of 3,000", "1,200", or nothing."""
    if not done:
        return ""
    return f"{done:,} of {total:,.0f}" if total and done <= total else f"{done:,}"


class Progress:
    """What the build is doing, on the terminal or in the log. A context.

    is_live: move one line about instead of printing one after the other. is_quiet: say nothing.
    console: another than standard output.
    """

    def __init__(self, *, is_live: bool, is_quiet: bool = False, console: Console | None = None) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            Late(BarColumn(bar_width=30)),
            Late(Counted()),
        )
        self._display = Display(*columns, console=console, transient=True, disable=is_quiet or not is_live)
        self._is_live, self._is_quiet = is_live, is_quiet
        self._task: TaskID | None = None
        self._step, self._total, self._done = "", 0, 0
        self._next_line = time.monotonic() + SOON

    def __enter__(self) -> Progress:
        """Begin to show what goes on."""
        self._display.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the moving line away."""
        self._display.stop()

    def step(self, words: str, total: int = 0) -> None:
        """Say what is being done from now on, and how many ticks it will probably take."""
        self._step, self._total, self._done = words, total, 0
        if not self._is_live:
            self.say(words)
            return
        if self._task is not None:
            self._display.remove_task(self._task)
        self._task = self._display.add_task(words, total=total or None)

    def tick(self, *_: object, **__: object) -> None:
        """Count one more thing done; any arguments, so that a signal can be connected to it."""
        self._done += 1
        if self._task is not None:
            self._display.advance(self._task)
        elif time.monotonic() >= self._next_line:
            self._next_line = time.monotonic() + OFTEN
            self.say(f"{self._step}: {progress_count(self._done, self._total)}")

    def say(self, words: str) -> None:
        """Print a line that stays."""
        if self._is_quiet:
            return
        if self._is_live:
            self._display.console.print(words, highlight=False, markup=False, soft_wrap=True)
        else:
            print(words, flush=True)


class Terse:
    """Pelican's console without its spinner and its last line: both are worded here."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __getattr__(self, name: str) -> Any:
        return getattr(self._console, name)

    def status(self, *_: object, **__: object) -> contextlib.AbstractContextManager[None]:
        """Show no spinner."""
        return contextlib.nullcontext()

    def print(self, *objects: object, **options: Any) -> None:
        """Print all but the line "Done: Processed …"."""
        if not (objects and str(objects[0]).startswith("Done: Processed")):
            self._console.print(*objects, **options)
