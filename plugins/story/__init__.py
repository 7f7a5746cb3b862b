"""What a story is: its fields, its checks, its text and typography.

`register` has Pelican read content/ through the desk: everything is checked before anything is
built, and one wrong field stops the build with every problem listed. The modules that do it are
loaded when they are needed: a build that finds nothing changed needs none.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pelican import Pelican, signals
from pelican.readers import Readers

if TYPE_CHECKING:
    from plugins.story.desk import Desk


def open_desk(pelican: Pelican) -> tuple[()]:
    """Read and check content/ before any generator does; raise SiteError if anything is wrong."""
    from plugins.story.clock import now
    from plugins.story.desk import read_desk
    from plugins.story.problems import SiteError
    from plugins.story.rules import rules_of

    settings: dict[str, Any] = pelican.settings
    rules = rules_of(settings, now())
    library = settings.get("LIBRARY")  # plugins.build reads each file once; without it, each time
    desk: Desk = library(rules) if library else read_desk(Path(settings["PATH"]), rules)
    if desk.problems:
        raise SiteError(desk.problems)
    settings["DESK"] = desk
    settings.setdefault("NOTICES", []).extend(held_notices(desk))
    return ()


def held_notices(desk: Desk) -> list[str]:
    """Say which stories wait for their time, and that the site must be published again for them."""
    held = desk.held
    if not held:
        return []
    first = held[0]
    count = "1 story held" if len(held) == 1 else f"{len(held)} stories held; the first"
    when = f"{first['date']:%Y-%m-%d %H:%M} UTC"
    return [f"{count} until {when} ({first.file}:{first.line('date')}). Publish again after that."]


def use_story_reader(readers: Readers) -> None:
    """Read Markdown by our reader, and nothing by any other."""
    from plugins.story.reader import StoryReader

    readers.reader_classes = {"md": StoryReader}


def register() -> None:
    """Connect to Pelican: check first, read by our reader."""
    signals.get_generators.connect(open_desk)
    signals.readers_init.connect(use_story_reader)
