"""Charts: rows in, figures as they were written and geometry to scale out; what cannot be read is refused."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from plugins.story.body import BodyReader
from plugins.story.chart import Chart, NotANumber, number_in
from plugins.story.links import Place
from plugins.story.plots import LETTER_WIDTH, WIDTH, spread, steps

HEAD = "Title: t\nDescription: d\n"


def chart(form: str, *lines: str, files: dict[str, bytes] | None = None) -> Chart:
    text = "\n".join([f"``` chart {form}", HEAD.strip(), *lines, "```"])
    place = Place("content/a.md", "articles/a.md", 5, text)

    def beside(name: str) -> tuple[str, bytes] | None:
        return (f"content/{name}", files[name]) if files and name in files else None

    body, problems = BodyReader().read(place, "en", beside)
    assert problems == []
    (found,) = body.blocks
    assert isinstance(found, Chart)
    return found


@pytest.mark.parametrize(
    ("text", "number"),
    [("5", 5), ("1,600", 1600), ("1 600", 1600), ("1.5", 1.5), ("1,5", 1.5), ("-3", -3), ("1,234,567.8", 1234567.8)],
)
def test_a_number_is_read_as_editors_write_it(text: str, number: float) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", "12 34", "1.600,5", "about 5", "5 km", "1e3", "--1", "٣"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        number_in(text)


def test_bars_are_to_scale_from_nought() -> None:
    found = chart("bars", "Unit: km", "What | Range", "A | 500", "B | 2,000", "C | 0")

    assert [row.cells for row in found.rows] == [("A", "500\xa0km"), ("B", "2,000\xa0km"), ("C", "0\xa0km")]
    assert [(row.offset, row.length) for row in found.rows] == [(0, 25.0), (0, 100.0), (0, 0.0)]
    assert found.drawing is None


def test_bands_lie_where_they_begin_and_end() -> None:
    found = chart("bands", "What | From | To", "A | 500 | 1,000", "B | 1,000 | 2,000")

    assert [row.cells[1] for row in found.rows] == ["500–1,000", "1,000–2,000"]
    assert [(row.offset, row.length) for row in found.rows] == [(25.0, 25.0), (50.0, 50.0)]
    assert found.heads == ("What", "From – To")


def test_a_markdown_table_will_do() -> None:
    found = chart("bars", "| What | Range |", "|---|---:|", "| A | 5 |")

    assert (found.heads, [row.cells for row in found.rows]) == (("What", "Range"), [("A", "5")])


def test_a_line_runs_to_scale_between_round_values() -> None:
    found = chart("line", "Year | A | B", "1990 | 0 | 40", "1991 | 10 | -5", "1993 | 35 | 20")

    assert found.drawing is not None
    lines = [path for path in found.drawing.paths if not path.is_thin]
    drawn = [re.findall(r"[\d.]+", path.d) for path in lines if "H" not in path.d]
    across = [float(number) for number in drawn[0][0::2]]
    assert [path.dash for path in lines] == ["", "12 6"] * 2
    assert across[0] == 4
    assert across[-1] == WIDTH - 4
    assert round((across[2] - across[1]) / (across[1] - across[0]), 1) == 2.0  # 1991 to 1993, 1990 to 1991
    assert found.rows[1].cells == ("1991", "10", "\u22125")


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (3, 846), (990, 1010), (-5, 40), (0.1, 0.3), (7, 7), (0, 0), (-10, -3)], ids=str
)
def test_the_values_of_an_axis_are_few_round_and_hold_everything(low: float, high: float) -> None:
    found = steps(low, high)

    assert 2 <= len(found) <= 7
    assert found[0] <= low
    assert found[-1] >= high
    assert len({round(after - before, 9) for before, after in pairwise(found)}) == 1


def test_moments_stand_in_their_order_and_their_numbers_apart() -> None:
    rows = [f"1988-06-{day:02} | d{day}" for day in range(1, 15)]
    found = chart("strip", "When | What", "2019 | end", *rows, "1987-12 | begin")

    assert found.drawing is not None
    assert [row.cells[0] for row in found.rows][:2] == ["begin", "d1"]
    assert [row.day.iso for row in found.rows if row.day][-2:] == ["1988-06-14", "2019"]
    numbers = [each for each in found.drawing.letters if each.anchor == "middle"]
    assert [each.text for each in numbers] == [str(number) for number in range(1, 17)]
    assert all(after.x - before.x >= LETTER_WIDTH for before, after in pairwise(numbers))
    assert numbers[0].x >= 0
    assert numbers[-1].x <= WIDTH


@pytest.mark.parametrize(
    ("ats", "places"),
    [([100, 300], [100, 300]), ([100, 100], [100, 120]), ([635, 638], [610, 630]), ([0], [10])],
    ids=["free", "together", "at the edge", "at the start"],
)
def test_labels_are_moved_no_further_than_they_must(ats: list[float], places: list[float]) -> None:
    assert spread(ats, [20] * len(ats)) == places


def test_circles_are_to_scale_and_places_lie_in_their_direction() -> None:
    found = chart("locator", "Around: X", "Place | km | Where", "A | 500 | N", "B | 1,000 | e", "C | 250 |")

    assert found.drawing is not None
    rings = [circle.r for circle in found.drawing.circles if not circle.is_spot]
    a, b, centre = (circle for circle in found.drawing.circles if circle.is_spot)
    assert rings == [316, 158, 79]
    assert (a.cx, a.cy) == (centre.cx, centre.cy - 158)
    assert (b.cx, b.cy) == (centre.cx + 316, centre.cy)
    assert {"1,000\xa0km", "500\xa0km", "250\xa0km", "A", "B", "X"} == {each.text for each in found.drawing.letters}


def test_rows_may_lie_in_a_file_beside_the_story() -> None:
    data = '\ufeffWhat,Range\r\n"A, the first","1,600"\r\n\r\nB,5\r\n'.encode()

    found = chart("bars", "Data: x.csv", files={"x.csv": data})

    assert [row.cells for row in found.rows] == [("A, the first", "1,600"), ("B", "5")]


def test_the_same_rows_make_the_same_chart() -> None:
    lines = ["Around: X", "Place | km | Where", "A | 333 | NNE", "B | 1,000 | SSW"]

    assert chart("locator", *lines) == chart("locator", *lines)


def test_words_in_a_chart_are_text_and_typeset() -> None:
    found = chart("bars", 'What "now" | n', "<b>A</b> -- *b* | 5")

    assert found.heads[0] == "What “now”"
    assert found.rows[0].cells[0] == "<b>A</b> – *b*"
    assert "&lt;b&gt;A&lt;/b&gt;" in found.words
