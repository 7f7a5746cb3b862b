"""Names and offices: what is entered once is read, ordered and checked as exactly as it is known."""

from __future__ import annotations

import datetime as dt

import pytest

from plugins.site.connections import roles_at
from plugins.story.desk import read_document
from plugins.story.fields import Rules
from plugins.story.glossary import Entries, Spellings, is_name_of
from plugins.story.problems import Refused
from plugins.story.records import Day, Role, parse_day, role

RULES = Rules({"arms": "Arms"}, ("en", "ru"), "en", dt.datetime(2025, 9, 1, tzinfo=dt.UTC))
PRESIDENT = Role("president", Day("2008"), Day("2012"))
PREMIER = Role("prime minister", Day("2012-05"), Day("2020-01-15"))
DEPUTY = Role("deputy chairman", Day("2020-01-16"))


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025-08-04", Day("2025-08-04")),
        ("2025-08", Day("2025-08")),
        ("2025", Day("2025")),
        ("c. 1979", Day("1979", about=True)),
        ("c 1979-12", Day("1979-12", about=True)),
    ],
)
def test_a_day_is_as_exact_as_it_is_written(written: str, day: Day) -> None:
    assert parse_day(written) == day


@pytest.mark.parametrize(
    "written", ["2025-8", "Aug 2025", "2025-08-04 14:10", "2025-02-30", "2025-W31", "c. 2025-08-04", "1066", "", "c."]
)
def test_what_is_no_day_month_or_year_is_refused(written: str) -> None:
    with pytest.raises(Refused):
        parse_day(written)


def test_days_stand_in_order_and_what_is_less_exact_stands_first() -> None:
    days = [parse_day(text) for text in ("2025-08-04", "2025-08", "2025", "c. 2025", "2025-07-31", "2026")]

    in_order = [day.iso for day in sorted(days, key=lambda day: day.order)]

    assert in_order == ["2025", "2025", "2025-07-31", "2025-08", "2025-08-04", "2026"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2008--2012 | president", PRESIDENT),
        ("2008–2012 | president", PRESIDENT),
        ("2020-01-16-- | deputy chairman", DEPUTY),
        ("--2012 | mayor", Role("mayor", None, Day("2012"))),
        ("mayor", Role("mayor")),
    ],
)
def test_a_role_is_read_with_its_dates(written: str, found: Role) -> None:
    assert role(written, RULES) == found


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        ("2007-12-31", []),
        ("2008-01-01", ["president"]),
        ("2012-12-31", ["president", "prime minister"]),
        ("2019-01-01", ["prime minister", "president 2008-2012"]),
        ("2025-08-05", ["deputy chairman", "prime minister 2012-2020", "president 2008-2012"]),
    ],
)
def test_roles_are_those_of_the_storys_date(day: str, shown: list[str]) -> None:
    found = roles_at([PRESIDENT, PREMIER, DEPUTY], Day(day))

    said = [f"{each.words} {each.since.parts[0]}-{each.until.parts[0]}" if each.until else each.words for each in found]
    assert said == shown


def entries(tmp_path, *texts: str) -> Entries:
    found = Entries()
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.md").write_text(text, encoding="utf-8")
        document, _ = read_document(tmp_path, f"{number}.md", "entry", RULES, None)
        found.by_id[str(number)].append(document)
    return found


MEDVEDEV = "Title: Dmitry Medvedev\nKind: person\nNot: Medvedyev\n\nA.\n"


@pytest.mark.parametrize(
    ("words", "is_right"),
    [
        ("Dmitry Medvedev", True),
        ("Medvedev", True),
        ("Medvedev’s", True),
        ("the former president, Dmitry Medvedev", True),
        ("he", True),
        ("Dmitri Medvedev", False),
        ("President Medvedev", False),
        ("Medvedyev", False),
    ],
)
def test_a_mark_stands_on_a_name_of_the_entry(tmp_path, words: str, is_right: bool) -> None:
    (entry,) = entries(tmp_path, MEDVEDEV).by_id["0"]

    assert is_name_of(words, entry) == is_right


@pytest.mark.parametrize(("words", "is_right"), [("Медведева", True), ("Дмитрию Медведеву", True), ("Михаилу", False)])
def test_a_russian_name_may_be_inflected(tmp_path, words: str, is_right: bool) -> None:
    (entry,) = entries(tmp_path, "Title: Дмитрий Медведев\nKind: person\nLang: ru\n\nА.\n").by_id["0"]

    assert is_name_of(words, entry) == is_right


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Dmitry Medvedev wrote. So did Medvedev.", []),
        ("Dmitri Medvedev wrote.", [("Dmitri Medvedev", "Dmitry Medvedev")]),
        ("Here Medvedyev wrote.", [("Medvedyev", "Dmitry Medvedev")]),
        ("Medvedyevs are many.", []),
        ("Anna Medvedev is another, and When Medvedev spoke she listened.", []),
        ("Dmitrij Kozak is another.", []),
        ("Maria Lund and Mario Lund are two people.", []),
    ],
)
def test_names_that_are_spelt_otherwise_are_found(tmp_path, text: str, found: list[tuple[str, str]]) -> None:
    two = [f"Title: {name} Lund\nKind: person\n\nA.\n" for name in ("Maria", "Mario")]

    assert list(Spellings(entries(tmp_path, MEDVEDEV, *two)).in_text(text)) == found
