"""Drawings of distances: figures in, geometry out, drawn to scale and never on top of each other."""

from __future__ import annotations

import pytest

from plugins.story.ranges import Ranges, parse_ranges, tick

LINES = ["Title: How far", "Description: Three circles.", "500 km: a", "1,000 km: b", "5,500 km: c"]


def drawing(*lines: str) -> Ranges:
    drawn, problems = parse_ranges(list(lines), "content/a.md", 6)
    assert problems == []
    assert drawn is not None
    return drawn


def test_figures_are_printed_as_written() -> None:
    assert [(row.km, row.figure, row.label) for row in drawing(*LINES).rows] == [
        (500, "500\xa0km", "a"),
        (1000, "1,000\xa0km", "b"),
        (5500, "5,500\xa0km", "c"),
    ]


def test_circles_are_to_scale_and_the_longest_fills_the_width() -> None:
    drawn = drawing(*LINES)

    assert [row.radius for row in drawn.rows] == [51.3, 102.5, 564.0]
    assert [row.x for row in drawn.rows] == [111.3, 162.5, 624.0]
    assert drawn.rows[-1].x + 16 == drawn.width


def test_each_label_has_a_line_of_its_own_inside_the_drawing() -> None:
    drawn = drawing(*LINES)

    lines = [row.ly for row in drawn.rows]
    assert len(set(lines)) == len(lines)
    assert min(lines) > drawn.cy
    assert max(lines) < drawn.height


def test_labels_near_the_right_edge_stand_left_of_their_line() -> None:
    assert [row.anchor for row in drawing(*LINES).rows] == ["start", "start", "end"]


@pytest.mark.parametrize(
    ("longest", "step"),
    [(5500, 500), (1000, 100), (800, 100), (12, 1), (8, 1), (5, 1), (40000, 5000)],
    ids=str,
)
def test_ticks_stand_at_round_distances(longest: int, step: int) -> None:
    assert tick(longest) == step


def test_thousands_may_be_parted_by_commas_or_spaces() -> None:
    assert [row.km for row in drawing("Title: t", "Description: d", "1 200 km: a", "12,500 km: b").rows] == [
        1200,
        12500,
    ]


@pytest.mark.parametrize(
    ("lines", "line", "wrong"),
    [
        pytest.param(LINES[1:], 5, "a drawing of ranges needs a title.", id="title"),
        pytest.param([LINES[0], *LINES[2:]], 5, "a drawing of ranges needs a description.", id="description"),
        pytest.param(LINES[:2], 5, "a drawing of ranges needs 1 to 8 distances.", id="none"),
        pytest.param(
            [*LINES[:2], *(f"{n} km: x" for n in range(1, 10))],
            5,
            "a drawing of ranges needs 1 to 8 distances.",
            id="nine",
        ),
        pytest.param([*LINES, "1000 km: again"], 5, "a drawing of ranges needs each distance once.", id="twice"),
        pytest.param([*LINES, "0 km: here"], 5, "a drawing of ranges needs distances above zero.", id="zero"),
        pytest.param([*LINES, "5 miles: far"], 11, "'5 miles: far' is not a line of a drawing of ranges.", id="miles"),
        pytest.param([*LINES, "-5 km: back"], 11, "'-5 km: back' is not a line of a drawing of ranges.", id="negative"),
    ],
)
def test_a_drawing_that_cannot_be_read_is_refused(lines: list[str], line: int, wrong: str) -> None:
    drawn, problems = parse_ranges(lines, "content/a.md", 6)

    assert drawn is None
    assert [(problem.line, problem.wrong) for problem in problems] == [(line, wrong)]
