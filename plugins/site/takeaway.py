"""What readers take away: which stories have copies, how the copies are called, what an issue holds.

A copy's name says the day and a number on that day, and nothing of what it is about. Numbers follow
the time of day, then the address; every story that has a page counts, withdrawn ones too, and its
language versions share one number. So a later story never changes the name of an earlier one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from plugins.site.edition import Story

FOLDER = "copies"
ALL = "all"


def numbered(stories: Iterable[Story], lang: str) -> dict[str, str]:
    """Name the copy of each story, by the path of the story's file. lang: the language that names leave out."""
    days: dict[dt.date, dict[str, Any]] = defaultdict(dict)
    rows = [(story.date, story.slug, story) for story in stories]
    for date, slug, _ in rows:
        first = days[date.date()]
        first[slug] = min(date, first.get(slug, date))
    numbers = {
        (day, slug): number
        for day, slugs in days.items()
        for number, (_, slug) in enumerate(sorted((date, slug) for slug, date in slugs.items()), start=1)
    }
    return {story.document.path: name_of(story, numbers[(date.date(), slug)], lang) for date, slug, story in rows}


def name_of(story: Story, number: int, lang: str) -> str:
    """Name a copy: "2025-08-05-1", in another language "2025-08-05-1-ru"."""
    return f"{story.date:%Y-%m-%d}-{number}" + (f"-{story.lang}" if story.lang != lang else "")


def in_reach(stories: Iterable[Story], days: int | str, date: dt.datetime | None) -> list[Story]:
    """Give the stories of the last days of an edition: all of them, or none."""
    if date is None or days == 0:
        return []
    if days == ALL:
        return list(stories)
    first = date.date() - dt.timedelta(days=int(days))
    return [story for story in stories if story.date.date() >= first]
