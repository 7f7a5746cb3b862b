"""Where the lines, circles and letters of a chart stand: numbers in, a drawing's own units out.

Every drawing is 640 units wide, so that letters of 26 units are large enough on the smallest screen.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

WIDTH = 640
LETTER = 26  # the height of letters on small screens, as in components/drawing.css
LETTER_WIDTH = 15
GRID = 0.3  # how much of a line of the grid is seen
DASHES = ("", "12 6", "3 6")
STRIP = 66  # the height at which a strip lies
DIRECTIONS = {
    name: at * 22.5
    for at, name in enumerate(
        ("N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE", "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW")
    )
}


@dataclass(frozen=True)
class Path:
    """A line to be drawn. d: as in SVG. opacity: of a thin line; 0 for a thick one. dash: empty where it is whole."""

    d: str
    opacity: float = 0
    dash: str = ""

    @property
    def is_thin(self) -> bool:
        """Say whether it is a line of an axis or of a grid."""
        return self.opacity > 0


@dataclass(frozen=True)
class Letters:
    """A piece of text at a place. anchor: start, middle or end."""

    x: float
    y: float
    anchor: str
    text: str


@dataclass(frozen=True)
class Circle:
    """A circle: a place (a spot), or else a distance."""

    cx: float
    cy: float
    r: float
    is_spot: bool = False


@dataclass(frozen=True)
class Drawing:
    """A drawing in its own units, from the top left."""

    height: int
    paths: tuple[Path, ...] = ()
    circles: tuple[Circle, ...] = ()
    letters: tuple[Letters, ...] = ()
    width: int = WIDTH


def short(value: float) -> str:
    """Write a number with one decimal at most."""
    return f"{value:.1f}".removesuffix(".0")


def tidy(value: float) -> float:
    """Round a place to a tenth of a unit; whole numbers are written without a decimal."""
    rounded = round(value, 1)
    return int(rounded) if rounded == int(rounded) else rounded


def steps(low: float, high: float) -> list[float]:
    """Give three to six round values that hold what lies between two: 1, 2 or 5 times a power of ten apart."""
    if low >= 0 and low < high / 2:
        low = 0
    rough = (high - low or abs(high) or 1) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    size = next(size for part in (1, 2, 5, 10) if (size := part * power) >= rough * 0.99)
    first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
    return [round(at * size, 10) for at in range(first, max(last, first + 1) + 1)]


def written(value: float, unit: str = "") -> str:
    """Write a value of an axis."""
    text = f"{value:,.10f}".rstrip("0").rstrip(".").replace("-", "\u2212")
    return f"{text}\xa0{unit}" if unit else text


def line_plot(
    places: list[float], series: list[list[float]], names: list[str], labels: list[str], unit: str
) -> Drawing:
    """Draw one to three lines. places: of the points across. names: of the first and last place.

    labels: of the lines, above the drawing; empty for one line alone.
    """
    values = steps(min(map(min, series)), max(map(max, series)))
    top = LETTER + 6 + len(labels) * 34
    bottom = top + 240
    span = places[-1] - places[0]

    def x(place: float) -> float:
        return tidy(4 + (WIDTH - 8) * (place - places[0]) / span)

    def y(value: float) -> float:
        return tidy(bottom - (bottom - top) * (value - values[0]) / (values[-1] - values[0]))

    grid = [Path(f"M0 {y(value)}H{WIDTH}", GRID if at else 1) for at, value in enumerate(values)]
    letters = [Letters(0, tidy(y(value) - 6), "start", written(value)) for value in values[:-1]]
    letters.append(Letters(0, tidy(y(values[-1]) - 6), "start", written(values[-1], unit)))
    letters += [Letters(0, bottom + 30, "start", names[0]), Letters(WIDTH, bottom + 30, "end", names[-1])]
    lines = []
    for at, numbers in enumerate(series):
        points = " ".join(f"{x(place)} {y(value)}" for place, value in zip(places, numbers, strict=True))
        lines.append(Path(f"M{points}", dash=DASHES[at]))
    for at, label in enumerate(labels):
        lines.append(Path(f"M0 {14 + at * 34}H60", dash=DASHES[at]))
        letters.append(Letters(72, 23 + at * 34, "start", label))
    return Drawing(bottom + 40, (*grid, *lines), (), tuple(letters))


def spread(ats: list[float], widths: list[int]) -> list[float]:
    """Move labels, each in the middle of its width, apart and into the drawing, and no further than they must."""
    found: list[float] = []
    reach = 0.0
    for at, width in zip(ats, widths, strict=True):
        found.append(max(at, reach + width / 2))
        reach = found[-1] + width / 2
    reach = WIDTH
    for place in range(len(found) - 1, -1, -1):
        found[place] = tidy(min(found[place], reach - widths[place] / 2))
        reach = found[place] - widths[place] / 2
    return found


def strip_plot(days: list[dt.date]) -> Drawing:
    """Draw moments, in order, as numbered marks, on a line from the first year to the last."""
    first, last = days[0].year, days[-1].year + 1
    start, end = dt.date(first, 1, 1).toordinal(), dt.date(last, 1, 1).toordinal()

    def x(day: dt.date) -> float:
        return tidy(14 + (WIDTH - 28) * (day.toordinal() - start) / (end - start))

    numbers = [str(number) for number in range(1, len(days) + 1)]
    ats = [x(day) for day in days]
    marks, letters = [], []
    for at, beside, number in zip(
        ats, spread(ats, [len(each) * LETTER_WIDTH + 6 for each in numbers]), numbers, strict=True
    ):
        marks.append(Path(f"M{at} {STRIP}v-12L{beside} {STRIP - 30}"))
        letters.append(Letters(beside, STRIP - 36, "middle", number))
    years = range(first, last + 1)
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100, 1000) if len(years) / step <= 40)
    ticks = "".join(f"M{x(dt.date(year, 1, 1))} {STRIP}v8" for year in years if year % step == 0)
    letters += [Letters(0, STRIP + 36, "start", str(first)), Letters(WIDTH, STRIP + 36, "end", str(last))]
    paths = (Path(f"M0 {STRIP}H{WIDTH}{ticks}", 1), *marks)
    return Drawing(STRIP + 44, paths, (), tuple(letters))


def locator_plot(around: str, spots: list[tuple[str, float, str]]) -> Drawing:
    """Draw distances as circles to scale around a place, and each place that has a direction on its circle.

    spots: name, kilometres, direction or nothing. The longest distance fills the width.
    """
    radius, cx = WIDTH / 2 - 4, WIDTH / 2
    cy = radius + 10
    longest = max(km for _, km, _ in spots)

    def reach(km: float) -> float:
        return tidy(radius * km / longest)

    distances = sorted({km for _, km, _ in spots}, reverse=True)
    circles = [Circle(tidy(cx), tidy(cy), reach(km)) for km in distances]
    letters = [Letters(tidy(cx), tidy(cy + 36), "middle", around)]
    above: float = -LETTER
    for km in distances:
        y = tidy(max(cy - reach(km) + LETTER + 2, above + LETTER + 4))
        if y < cy - 14:
            letters.append(Letters(tidy(cx), y, "middle", f"{written(km)}\xa0km"))
            above = y
    for name, km, direction in spots:
        if direction:
            angle = math.radians(DIRECTIONS[direction])
            x, y = tidy(cx + reach(km) * math.sin(angle)), tidy(cy - reach(km) * math.cos(angle))
            circles.append(Circle(x, y, 7, is_spot=True))
            is_left = x > cx
            letters.append(
                Letters(tidy(x - 12 if is_left else x + 12), tidy(y + 9), "end" if is_left else "start", name)
            )
    circles.append(Circle(tidy(cx), tidy(cy), 7, is_spot=True))
    return Drawing(WIDTH + 12, (), tuple(circles), tuple(letters))
