"""Times as editors write them, and as words in a story stand for them."""

from __future__ import annotations

import datetime as dt

import pytest

from plugins.story.clock import now
from plugins.story.moments import NotADate, is_machine_date, parse_day, parse_moment
from plugins.story.problems import SiteError


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        pytest.param("2025-08-05", utc(2025, 8, 5), id="day"),
        pytest.param("2025-08-05 14:10", utc(2025, 8, 5, 14, 10), id="minute"),
        pytest.param("2025-08-05T14:10", utc(2025, 8, 5, 14, 10), id="iso"),
        pytest.param("2025-08-05 14:10:30", utc(2025, 8, 5, 14, 10, 30), id="second"),
        pytest.param("2025-08-05 14:10 UTC", utc(2025, 8, 5, 14, 10), id="utc"),
        pytest.param("2025-08-05T14:10Z", utc(2025, 8, 5, 14, 10), id="zulu"),
        pytest.param("2025-08-05 14:10 +03:00", utc(2025, 8, 5, 11, 10), id="east"),
        pytest.param("2025-08-05 22:10 -0500", utc(2025, 8, 6, 3, 10), id="west-over-midnight"),
        pytest.param("2024-02-29", utc(2024, 2, 29), id="leap-day"),
    ],
)
def test_a_time_is_read_as_utc(text: str, moment: dt.datetime) -> None:
    assert parse_moment(text) == moment
    assert parse_moment(text).tzinfo is dt.UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tomorrow",
        "05-08-2025",
        "8/5/2025",
        "2025-8-5",
        "2025-02-29",
        "2025-08-05 24:10",
        "1699-12-31",
        "2201-01-01",
        "2025-08-05 14:10 CET",
        "2025-08-05 9:00",
        "２０２５-08-05",
        " 2025-08-05",
    ],
)
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(NotADate):
        parse_moment(text)


def test_a_day_may_hold_no_hour() -> None:
    assert parse_day("2025-08-05") == dt.date(2025, 8, 5)
    with pytest.raises(NotADate, match="is not a day"):
        parse_day("2025-08-05 10:00")


@pytest.mark.parametrize(
    "text",
    ["1987", "2025-06", "2025-08-04", "2025-W31", "2020-W53", "2025-08-04T09:30Z"],
)
def test_words_may_stand_for_a_date_of_any_precision(text: str) -> None:
    assert is_machine_date(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "87",
        "2025-13",
        "2025-02-30",
        "2025-W54",
        "2025-W00",
        "2021-W53",
        "2025-08-04T09:30",
        "2025-08-04 09:30",
        "0987",
        "monday",
        "2025-08-04T25:00Z",
        "2025-6",
    ],
)
def test_words_may_stand_for_no_impossible_date(text: str) -> None:
    assert not is_machine_date(text)


def test_the_clock_can_be_rehearsed() -> None:
    assert now({"NOW": "2026-11-24 14:00"}) == utc(2026, 11, 24, 14)


@pytest.mark.parametrize("environment", [{}, {"NOW": ""}, {"NOW": "  "}], ids=["unset", "empty", "blank"])
def test_the_clock_is_the_machines_unless_it_is_rehearsed(environment: dict[str, str]) -> None:
    before = dt.datetime.now(dt.UTC)

    assert before <= now(environment) <= dt.datetime.now(dt.UTC)


def test_a_rehearsal_at_no_time_is_refused() -> None:
    with pytest.raises(SiteError, match=r"NOW:1: 'noon' is not a date\. Write it as"):
        now({"NOW": "noon"})
