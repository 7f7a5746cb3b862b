"""Gather what goes wrong in a build: problems, exceptions, and what Pelican logs and passes over.

Stock Pelican logs an error, drops the story and exits with 0. Here every such line is a complaint,
worded like any other problem: `path:line: what is wrong. What to do.`
"""

from __future__ import annotations

import contextlib
import errno
import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from jinja2 import TemplateNotFound
from pelican.generators import PelicanTemplateNotFound
from pelican.log import FatalLogger, LimitFilter

from plugins.story.problems import Problem, SiteError

FULL = (errno.ENOSPC, errno.EDQUOT)
NEVER = logging.CRITICAL + 1
# What lies below the project, but is not where anything has to be mended.
OTHERS = {".venv", "site-packages"}
MACHINERY = {f"plugins/build/{name}.py" for name in ("complaints", "exchange", "press", "report")}


class Complaints(logging.Handler):
    """All that went wrong in one build; false while nothing has.

    As a log handler it takes in what is logged; `add` takes an exception.
    """

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__(logging.WARNING)
        self._settings = settings
        self._root = Path(settings["PATH"]).absolute().parent
        self._problems: set[Problem] = set()
        self._remarks: dict[str, None] = {}

    def __len__(self) -> int:
        return len(self._problems) + len(self._remarks)

    def lines(self) -> list[str]:
        """Give every complaint once, those with a place first and in order."""
        return [*map(str, sorted(self._problems)), *self._remarks]

    def take(self, earlier: Complaints) -> None:
        """Add what was noted before."""
        self._problems |= earlier._problems
        self._remarks |= earlier._remarks

    def take_earlier_warnings(self) -> None:
        """Note what Pelican warned of while it read the settings, before anybody could listen.

        It falls back to a default there and goes on. Its filter against repetition remembers.
        """
        for level, words in sorted(LimitFilter._raised_messages):
            if level >= logging.WARNING and (level, words) not in self._allowed():
                self._note(None, words, "Mend it: Pelican would go on all the same.")

    def emit(self, record: logging.LogRecord) -> None:
        """Note a log record, if it is about this site."""
        if not self._counts(record):
            return
        words = record.getMessage()
        error = sys.exc_info()[1]  # "Could not process …" keeps the reason to itself
        if error is not None and str(error) not in words:
            words = f"{words} ({type(error).__name__}: {error})"
        remedy = "Mend it: Pelican would pass over it and publish the rest."
        self._note(self._file_named(record) or self._place(error), words, remedy)

    def add(self, error: BaseException) -> None:
        """Note what ended the work early."""
        if isinstance(error, SiteError):
            self._problems |= set(error.problems)
        elif isinstance(error, SystemExit):
            words = error.code if isinstance(error.code, str) else "A plugin ended the build"
            self._note(None, words, "")
        elif isinstance(error, OSError) and error.errno in FULL:
            remedy = "Free some: an edition needs its own size beside the last one."
            self._note(None, "There is no room left on the disk", remedy)
        elif isinstance(error, PelicanTemplateNotFound | TemplateNotFound):
            self._add_missing_template(error)
        else:
            wrong = f"{type(error).__name__}: {error}"
            self._note(self._place(error), wrong, "Mend it; `pelican -D` shows how it came to that.")

    def _add_missing_template(self, error: Exception) -> None:
        """Note that the theme lacks a template, where it is asked for or where it should be."""
        where = self._place(error)
        if isinstance(error, TemplateNotFound):
            name = str(error.name)
        else:  # "[templates] unable to load NAME[.html] from [folders]"
            name = str(error).partition("unable to load ")[2].partition("[")[0] + ".html"
            where = (self._inside(Path(self._settings["THEME"], "templates", name)), 1)
        remedy = "Write it, or correct the name where it is asked for."
        self._note(where, f"There is no template {name!r} in the theme", remedy)

    def _note(self, where: tuple[str, int] | None, words: str, remedy: str) -> None:
        """Keep a complaint, as a problem if it has a place."""
        words = " ".join(words.replace(f"{self._root}/", "").split()).rstrip(".:")
        if where:
            self._problems.add(Problem(*where, f"{words}.", remedy))
        else:
            self._remarks[f"{words}. {remedy}".rstrip()] = None

    def _counts(self, record: logging.LogRecord) -> bool:
        """Say whether a record must stop the build.

        Any error must, and any warning of Pelican's or a plugin's unless LOG_FILTER names it:
        Pelican only warns when a file could not be copied. Other libraries may warn.
        """
        wordings = {(record.levelno, record.msg), (record.levelno, record.getMessage())}
        if wordings & self._allowed():
            return False
        plugins = [name for name in self._settings["PLUGINS"] or () if isinstance(name, str)]
        return record.levelno >= logging.ERROR or any(
            record.name == name or record.name.startswith(f"{name}.")
            for name in ("root", "pelican", "plugins", *plugins)
        )

    def _allowed(self) -> set[tuple[Any, ...]]:
        """Give the log lines that LOG_FILTER names, as Pelican reads it."""
        return {tuple(each) for each in self._settings.get("LOG_FILTER") or ()}

    def _file_named(self, record: logging.LogRecord) -> tuple[str, int] | None:
        """Find the file of content that a record is about."""
        for each in record.args if isinstance(record.args, tuple) else ():
            with contextlib.suppress(OSError):  # a name too long to be one
                path = Path(self._settings["PATH"], str(each))
                if path.is_file() and path.is_relative_to(self._root):
                    return self._inside(path), 1
        return None

    def _place(self, error: BaseException | None) -> tuple[str, int] | None:
        """Find the innermost line of plugins, templates or settings that an exception passed."""
        if error is None:
            return None
        frames = traceback.extract_tb(error.__traceback__)
        places = [(frame.filename, frame.lineno or 1) for frame in frames]
        if isinstance(error, SyntaxError):
            places.append((error.filename or "", error.lineno or 1))
        for name, line in reversed(places):
            path = Path(name)
            is_below = path.is_relative_to(self._root) and not OTHERS & {*path.parts}
            if is_below and self._inside(path) not in MACHINERY:
                return self._inside(path), line
        return None

    def _inside(self, path: Path) -> str:
        """Name a file from the top of the project."""
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else str(path)


class Noted:
    """A context that turns whatever ends it early into a complaint, and lets the work go on."""

    def __init__(self, complaints: Complaints) -> None:
        self._complaints = complaints

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        """Note an exception or a SystemExit; let Ctrl-C through."""
        if not isinstance(error, Exception | SystemExit):
            return False
        if logging.getLogger("pelican").isEnabledFor(logging.DEBUG):
            traceback.print_exception(error)
        self._complaints.add(error)
        return True


@contextlib.contextmanager
def overheard(complaints: Complaints) -> Iterator[None]:
    """Have everything that is logged reach the complaints, and only what is harmless the screen.

    Undone at the end: levels (-q would hide errors), `--fatal` (it would stop at the first), and
    Pelican's memory of the warnings it has given, which would hide them in a second build.
    """
    root, log = logging.getLogger(), logging.getLogger("pelican")
    level, fatal = log.level, FatalLogger.fatal_lvl
    screens = [] if log.isEnabledFor(logging.DEBUG) else list(root.handlers)
    LimitFilter._raised_messages.clear()
    LimitFilter._group_count.clear()
    for screen in screens:
        screen.addFilter(is_harmless)
    root.addHandler(complaints)
    log.setLevel(min(log.getEffectiveLevel(), logging.WARNING))
    FatalLogger.fatal_lvl = NEVER
    try:
        yield
    finally:
        FatalLogger.fatal_lvl = fatal
        log.setLevel(level)
        root.removeHandler(complaints)
        for screen in screens:
            screen.removeFilter(is_harmless)


def is_harmless(record: logging.LogRecord) -> bool:
    """Say whether a record is only for information."""
    return record.levelno < logging.WARNING
