"""What the benchmark asks of each contestant: lay an archive out in its own form, build it, edit it."""

from __future__ import annotations

import re
import shutil
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.archive import Archive, Story, Text

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
ORIGIN = "https://longwave.internal"  # a name that no public site can have (ICANN, 2024)
STORY_LINK = re.compile(r"\]\(story:(?P<path>[^)#]+)(?P<part>#[^)]*)?\)")
TIME_LINK = re.compile(r"\[(?P<words>[^\]]+)\]\(time:(?P<when>[^)]+)\)")
IN_PLACE = re.compile(r"</head>\s*<body>", re.IGNORECASE)


@dataclass(frozen=True)
class Furniture:
    """What is the same on all of our story pages, as HTML: the peers get it ready-made.

    head: style, policy, icon and the like. after: what follows the story.
    """

    head: str
    after: str


class Contestant(ABC):
    """A site generator with its copy of the archive in a folder of its own."""

    name = ""

    def __init__(self, folder: Path, archive: Archive) -> None:
        self.folder = folder
        self.archive = archive
        self.sources: frozenset[str] = frozenset()

    @property
    @abstractmethod
    def command(self) -> list[str]:
        """What builds the site, run in the folder."""

    @property
    @abstractmethod
    def output(self) -> Path:
        """Where the built site is."""

    @abstractmethod
    def version(self) -> str:
        """Name the programs at work and their versions."""

    @abstractmethod
    def lay_out(self) -> None:
        """Write settings, templates and pages."""

    @abstractmethod
    def write(self, story: Story) -> None:
        """Write a story's source, over an earlier one of the same path."""

    @abstractmethod
    def edit_template(self, mark: str) -> None:
        """Have the template of stories print a paragraph that says mark."""

    def prepare(self) -> None:
        """Lay the whole archive out."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.lay_out()
        for story in self.archive:
            self.write(story)
        self.sources = frozenset(path.name for path in self.folder.iterdir())

    def forget(self) -> None:
        """Remove everything that a build has made: the output, stores, caches."""
        for path in self.folder.iterdir():
            if path.name in self.sources:
                continue
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()

    def read(self, path: str) -> str:
        """Read a page of the built site; empty where it is not there."""
        page = self.output / path
        return page.read_text(encoding="utf-8") if page.is_file() else ""


def write_text(path: Path, text: str) -> None:
    """Write a file, making its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def insert(path: Path, before: str, line: str) -> None:
    """Put a line into a template, before a piece of it that stands there once."""
    text = path.read_text(encoding="utf-8")
    if text.count(before) != 1:
        raise SystemExit(f"{path.name} has {text.count(before)} of {before!r}; the benchmark needs one.")
    path.write_text(text.replace(before, f"{line}\n{before}"), encoding="utf-8")


def body_of(piece: Story | Text, story_link: str, time_link: str) -> str:
    """Give a text as Markdown, its links in the form of two templates for `re.sub`."""
    return TIME_LINK.sub(time_link, STORY_LINK.sub(story_link, "\n\n".join(piece.body)))
