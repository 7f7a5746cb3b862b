"""What readers take away: which stories have copies, and how the copies are called."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.site.takeaway import in_reach, numbered


def story(slug: str, when: str, lang: str = "en") -> Any:
    date = dt.datetime.fromisoformat(when).replace(tzinfo=dt.UTC)
    return SimpleNamespace(slug=slug, date=date, lang=lang, document=SimpleNamespace(path=f"{slug}-{lang}"))


def names(*stories: Any) -> dict[str, str]:
    return numbered(stories, "en")


def test_a_copy_is_called_by_its_day_and_a_number_on_that_day() -> None:
    found = names(story("b", "2025-08-05 09:00"), story("a", "2025-08-05 10:00"), story("c", "2025-08-06 00:00"))

    assert found == {"b-en": "2025-08-05-1", "a-en": "2025-08-05-2", "c-en": "2025-08-06-1"}


def test_stories_of_one_minute_are_numbered_by_their_addresses() -> None:
    found = names(story("b", "2025-08-05"), story("a", "2025-08-05"))

    assert found == {"a-en": "2025-08-05-1", "b-en": "2025-08-05-2"}


def test_a_later_story_changes_no_name() -> None:
    before = [story("b", "2025-08-05 09:00"), story("c", "2025-08-05 11:00")]

    after = names(*before, story("a", "2025-08-05 12:00"), story("a2", "2025-08-04 12:00"))

    assert names(*before).items() <= after.items()


def test_language_versions_share_a_number_and_a_translation_changes_no_name() -> None:
    before = [story("b", "2025-08-05 09:00"), story("c", "2025-08-05 11:00")]

    after = names(*before, story("b", "2025-08-05 12:00", "ru"), story("c", "2025-08-06 08:00", "ru"))

    assert names(*before).items() <= after.items()
    assert after["b-ru"] == "2025-08-05-1-ru"
    assert after["c-ru"] == "2025-08-06-1-ru"


@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        pytest.param(365, ["new", "edge"], id="a-year"),
        pytest.param(0, [], id="none"),
        pytest.param("all", ["new", "edge", "old"], id="all"),
        pytest.param(1, ["new"], id="a-day"),
    ],
)
def test_stories_of_the_last_days_before_the_editions_date_have_copies(days: Any, wanted: list[str]) -> None:
    stories = [story("new", "2025-08-05 09:00"), story("edge", "2024-08-05 00:00"), story("old", "2024-08-04 23:59")]
    edition = dt.datetime(2025, 8, 5, 14, 10, tzinfo=dt.UTC)

    assert [each.slug for each in in_reach(stories, days, edition)] == wanted


def test_an_edition_without_stories_has_no_copies() -> None:
    assert in_reach([], "all", None) == []
