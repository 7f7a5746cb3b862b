"""Check all content without building anything: `make check`, `make check FIELDS=1`.

Prints every problem of every file, sorted, and how many there are; exit status 1 if any.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from pelican.plugins._utils import load_plugins
from pelican.settings import read_settings

from plugins.site.settings import checked
from plugins.story.clock import now
from plugins.story.desk import Desk, read_desk
from plugins.story.fields import STORY
from plugins.story.problems import SiteError
from plugins.story.rules import rules_of

SETTINGS = "pelicanconf.py"


def check(settings_file: str, *, bodies: bool) -> Desk:
    """Read everything and give the desk. Raise SiteError with all that is wrong."""
    settings = read_settings(settings_file)
    checked(settings)
    for plugin in load_plugins(settings):
        plugin.register()
    desk = read_desk(Path(settings["PATH"]), rules_of(settings, now()), bodies=bodies)
    if desk.problems:
        raise SiteError(desk.problems)
    return desk


def summary(desk: Desk, *, bodies: bool) -> str:
    """Say in one line what was checked."""
    stories = len(desk.of_kind(STORY))
    others = len(desk.documents) - stories
    what = "Fields, texts and links" if bodies else "Fields"
    counts = f"{counted(stories, 'story', 'stories')} and {counted(others, 'other file', 'other files')}"
    return f"{what} of {counts}: nothing wrong."


def counted(number: int, one: str, more: str) -> str:
    """Count something in words."""
    return f"{number:,} {one if number == 1 else more}"


def main(arguments: Sequence[str]) -> None:
    """Check the site of this folder. `--fields` checks the fields alone."""
    bodies = "--fields" not in arguments
    print(summary(check(SETTINGS, bodies=bodies), bodies=bodies))


if __name__ == "__main__":
    main(sys.argv[1:])
