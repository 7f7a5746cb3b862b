"""Related stories: what has most in common, older, at most four, and found in time that grows with the archive."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.site.connections import WINDOW, Connections
from plugins.story.desk import Desk
from plugins.story.fields import Rules
from plugins.story.links import NAME_LINK, STORY_LINK, Link

RULES = Rules({}, ("en",), "en", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


def story(number: int, *, tags: str = "", lines: str = "", names: str = "", links: str = "", lang: str = "en") -> Any:
    """Make a story of the day of its number. links: the numbers of stories that its text leads to."""
    marks = [Link(NAME_LINK, name, "", 1) for name in names.split()]
    marks += [Link(STORY_LINK, f"{other}.md", "", 1) for other in links.split()]
    fields = {"tags": tuple(tags.split()), "storyline": tuple(lines.split()), "event": (), "quotation": ()}
    document = SimpleNamespace(path=f"{number}.md", links=marks, lang=lang, __getitem__=None)
    document = type("Document", (SimpleNamespace,), {"__getitem__": lambda self, key: fields[key]})(**vars(document))
    date = START + dt.timedelta(days=number)
    return SimpleNamespace(
        path=f"{number}.html", date=date, document=document, lang=lang, so_far=None, translations=[], number=number
    )


def related(stories: list[Any], number: int) -> list[int]:
    """Give the numbers of what is related to the story of a number."""
    connections = Connections(Desk(Path(), RULES), stories, [])
    return [each.number for each in connections.related(next(each for each in stories if each.number == number))]


def test_a_storyline_counts_more_than_a_name_and_a_name_more_than_a_topic() -> None:
    stories = [story(1, tags="a"), story(2, names="n"), story(3, lines="s"), story(4, tags="other")]

    assert related([*stories, story(9, tags="a", names="n", lines="s")], 9) == [3, 2, 1]


def test_of_stories_with_as_much_in_common_the_newest_come_first_and_four_are_enough() -> None:
    assert related([story(number, tags="a") for number in range(9)], 8) == [7, 6, 5, 4]


def test_what_the_text_leads_to_is_not_named_again() -> None:
    assert related([*(story(number, tags="a") for number in range(3)), story(5, tags="a", links="2 0")], 5) == [1]


def test_another_language_is_another_paper() -> None:
    assert related([story(1, tags="a", lang="ru"), story(2, tags="a"), story(3, tags="a")], 3) == [2]


@pytest.mark.parametrize("newer", [story(10, tags="a b", lines="s", names="n")])
def test_a_newer_story_changes_nothing_of_what_an_older_one_shows(newer: Any) -> None:
    stories = [story(number, tags="a b", lines="s", names="n") for number in range(8)]

    assert related([*stories, newer], 7) == related(stories, 7)


def test_relating_is_work_that_grows_with_the_number_of_stories_alone() -> None:
    stories = [
        story(number, tags=f"t{number % 200} u{number % 7} all", names=f"n{number % 50}") for number in range(2000)
    ]

    compared = Connections(Desk(Path(), RULES), stories, [])._common

    assert (
        max(map(len, compared.values())) <= 4 * WINDOW
    )  # four things that a story may share, whatever the archive holds
