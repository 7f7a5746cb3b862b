"""Draw distances to scale: a fenced block of figures becomes the geometry of a drawing.

    ``` ranges
    Title: How far the missiles reach
    Description: Three circles around one point, drawn to scale.
    500 km: the shortest range the treaty covered
    5,500 km: the longest
    ```

The theme draws it (components/ranges.html) and always writes the figures beside it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from plugins.story.problems import Problem

WIDTH, SITE, AXIS, EDGE = 640, 60, 250, 16
LINE, FOOT = 30, 12
ROW = re.compile(r"^(?P<figure>\d{1,3}(?:[, ]?\d{3})*) km: *(?P<label>\S.*)$")
TITLE = re.compile(r"^Title: *(?P<words>\S.*)$")
DESCRIPTION = re.compile(r"^Description: *(?P<words>\S.*)$")
MOST_ROWS = 8


@dataclass(frozen=True)
class Range:
    """One distance. km: kilometres; figure: as printed; the rest in the drawing's units.

    radius: of its circle; x: where the circle meets the axis; ly: the baseline of its label;
    tx and anchor: where the label's text starts or ends.
    """

    km: int
    figure: str
    label: str
    radius: float
    x: float
    ly: int
    tx: float
    anchor: str


@dataclass(frozen=True)
class Ranges:
    """A drawing of distances as circles around (cx, cy), cut off at the axis, labels below it.

    Units: the drawing's own, from the top left. dash: the axis ticks, a stroke-dasharray.
    """

    title: str
    description: str
    rows: tuple[Range, ...]
    height: int
    dash: str
    kind: str = "ranges"
    width: int = WIDTH
    cx: int = SITE
    cy: int = AXIS

    @property
    def words(self) -> str:
        """Everything the drawing says, as HTML."""
        rows = (f"{row.figure} {row.label}" for row in self.rows)
        return html.escape(" ".join([self.title, self.description, *rows]))


def parse_ranges(lines: list[str], path: str, first_line: int) -> tuple[Ranges | None, list[Problem]]:
    """Read the lines of a block; give the drawing, or None and what is wrong."""
    title = description = ""
    rows: list[tuple[int, str, str]] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, start=first_line):
        text = line.strip()
        if not text:
            continue
        if (found := TITLE.match(text)) and not title:
            title = found["words"]
        elif (found := DESCRIPTION.match(text)) and not description:
            description = found["words"]
        elif found := ROW.match(text):
            km = int(re.sub(r"\D", "", found["figure"]))
            rows.append((km, f"{found['figure']}\xa0km", found["label"]))
        else:
            wrong = f"{text[:60]!r} is not a line of a drawing of ranges."
            remedy = "Write 'Title: …', 'Description: …' or '1,000 km: what it is'."
            problems.append(Problem(path, number, wrong, remedy))
    problems.extend(incomplete(title, description, rows, path, first_line - 1))
    return (None if problems else drawn(title, description, rows)), problems


def incomplete(title: str, description: str, rows: list[tuple[int, str, str]], path: str, line: int) -> list[Problem]:
    """Report what a drawing lacks to be read by everybody."""
    wanted = {
        "a title": bool(title),
        "a description": bool(description),
        f"1 to {MOST_ROWS} distances": 1 <= len(rows) <= MOST_ROWS,
        "distances above zero": all(km > 0 for km, _, _ in rows),
        "each distance once": len({km for km, _, _ in rows}) == len(rows),
    }
    return [
        Problem(path, line, f"a drawing of ranges needs {what}.", "See docs/writing.md, Drawings.")
        for what, there in wanted.items()
        if not there
    ]


def drawn(title: str, description: str, rows: list[tuple[int, str, str]]) -> Ranges:
    """Work out the geometry: the longest distance fills the width, each label has its own line."""
    longest = max(km for km, _, _ in rows)
    scale = (WIDTH - SITE - EDGE) / longest
    order = sorted((km for km, _, _ in rows), reverse=True)

    def one(km: int, figure: str, label: str) -> Range:
        x = round(SITE + km * scale, 1)
        ly = AXIS + LINE * (order.index(km) + 1) + 4
        tx, anchor = (x + 6, "start") if x < WIDTH / 2 else (x - 6, "end")
        return Range(km, figure, label, round(km * scale, 1), x, ly, round(tx, 1), anchor)

    dash = f"1 {tick(longest) * scale - 1:.1f}"
    return Ranges(title, description, tuple(one(*row) for row in rows), AXIS + LINE * len(rows) + FOOT, dash)


def tick(longest: int) -> int:
    """Give the distance between two ticks: 1, 2 or 5 times a power of ten, at least eight ticks."""
    size = int("1" + "0" * len(str(longest)))
    while size > 1:
        for part in (size // 2, size // 5, size // 10):
            if longest // max(part, 1) >= 8:
                return max(part, 1)
        size //= 10
    return 1
