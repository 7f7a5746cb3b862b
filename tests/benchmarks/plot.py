"""Draw seconds against stories, both by powers of ten, as an SVG that reads on light and dark paper."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from tests.benchmarks.edits import ROWS

Points = Sequence[tuple[int, float]]
Scale = Callable[[float], float]

WIDTH, HEIGHT = 760, 480
LEFT, RIGHT, TOP, BOTTOM = 76, 572, 24, 428
LINE = 15  # pixels between two labels
STYLE = """\
svg{--ink:#1b1917;--quiet:#6b655c;--rule:#d9d3c7;--ours:#a8321a;--stock:#2f5d8a;--hugo:#5c6b2f}
@media (prefers-color-scheme:dark){
svg{--ink:#ebe7df;--quiet:#a8a298;--rule:#4a4740;--ours:#ff9b7a;--stock:#8fbbe6;--hugo:#bccb86}}
svg{font:13px system-ui,sans-serif}
text{fill:var(--ink)}.axis{fill:var(--quiet)}.grid{stroke:var(--rule)}polyline{fill:none;stroke-width:2}
.ours{stroke:var(--ours)}.stock{stroke:var(--stock)}.hugo{stroke:var(--hugo)}circle{stroke:none}
circle.ours,text.ours{fill:var(--ours);stroke:none}circle.stock,text.stock{fill:var(--stock);stroke:none}
circle.hugo,text.hugo{fill:var(--hugo);stroke:none}.leader{stroke-width:1;stroke-dasharray:2 3}"""
DASHES = {"cold": "none", "added": "8 4", "body": "4 3", "nothing": "1 4"}


def draw(series: Mapping[tuple[str, str], Points]) -> str:
    """Draw every series, named at its end. series: stories and seconds, by contestant and row."""
    shown = {key: points for key, points in sorted(series.items()) if key[1] in DASHES}
    across = [stories for points in shown.values() for stories, _ in points]
    up = [value for points in shown.values() for _, value in points]
    x = scale(min(across), max(across), LEFT, RIGHT)
    y = scale(10 ** math.floor(math.log10(min(up))), 10 ** math.ceil(math.log10(max(up))), BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"',
        ' aria-labelledby="title text">',
        '<title id="title">Seconds to build an archive, by its number of stories</title>',
        f'<desc id="text">{html.escape("; ".join(in_words(shown)))}</desc>',
        f"<style>{STYLE}</style>",
        *grid(sorted(set(across)), up, x, y),
        *(piece for key, points in shown.items() for piece in line(key, points, x, y)),
        *labels(shown, x, y),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def scale(low: float, high: float, start: float, end: float) -> Scale:
    """Make what places values on an axis by their logarithm."""
    span = math.log10(high / low) or 1
    return lambda value: round(start + math.log10(value / low) / span * (end - start), 1)


def grid(counts: Sequence[int], up: Sequence[float], x: Scale, y: Scale) -> Iterator[str]:
    """Draw the rules and name them."""
    for power in range(math.floor(math.log10(min(up))), math.ceil(math.log10(max(up))) + 1):
        at, words = y(10**power), f"{10**power:,g} s"
        yield f'<path class="grid" d="M{LEFT} {at}H{RIGHT}"/>'
        yield f'<text class="axis" x="{LEFT - 8}" y="{at + 4:g}" text-anchor="end">{words}</text>'
    for count in counts:
        at = x(count)
        yield f'<path class="grid" d="M{at} {TOP}V{BOTTOM}"/>'
        yield f'<text class="axis" x="{at}" y="{BOTTOM + 20}" text-anchor="middle">{count:,}</text>'
    yield f'<text class="axis" x="{(LEFT + RIGHT) // 2}" y="{BOTTOM + 42}" text-anchor="middle">stories</text>'


def line(key: tuple[str, str], points: Points, x: Scale, y: Scale) -> Iterator[str]:
    """Draw one series."""
    name, row = key
    places = [(x(stories), y(value)) for stories, value in points]
    path = " ".join(f"{across:g},{down:g}" for across, down in places)
    yield f'<polyline class="{name}" stroke-dasharray="{DASHES[row]}" points="{path}"/>'
    yield from (f'<circle class="{name}" cx="{across:g}" cy="{down:g}" r="3"/>' for across, down in places)


def labels(shown: Mapping[tuple[str, str], Points], x: Scale, y: Scale) -> Iterator[str]:
    """Name each series beside its end, the names moved apart where they would touch."""
    ends = sorted((y(points[-1][1]), x(points[-1][0]), key) for key, points in shown.items())
    lowest = TOP - LINE
    for down, across, key in ends:
        lowest = max(down, lowest + LINE)
        place = f"{across + 6:g} {down:g}L{RIGHT + 10} {lowest:g}"
        yield f'<path class="leader {key[0]}" d="M{place}"/>'
        yield f'<text class="{key[0]}" x="{RIGHT + 14}" y="{lowest + 4:g}">{html.escape(name_of(key))}</text>'


def name_of(key: tuple[str, str]) -> str:
    """Name a series."""
    return f"{key[0]}, {next(row.words for row in ROWS if row.name == key[1])}"


def in_words(shown: Mapping[tuple[str, str], Points]) -> Iterator[str]:
    """Say in words what each series shows."""
    for key, points in shown.items():
        yield f"{name_of(key)}: " + ", ".join(f"{value:.2f} s for {stories:,}" for stories, value in points)
