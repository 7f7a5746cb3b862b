"""Every kind of fenced block that is more than code, and what reads it.

A kind is a line in `KINDS`, with all the records that its blocks are made of in `RECORDS`; the
theme shows it by a component (theme/templates/components/body.html, and feeds/text.html).
"""

from __future__ import annotations

from collections.abc import Callable

from plugins.story.chart import Chart, Row, parse_chart
from plugins.story.claims import Claim, Claims, Matter, Side, parse_claims
from plugins.story.fence import Block, Fence
from plugins.story.known import Known, parse_known
from plugins.story.plots import Circle, Drawing, Letters, Path
from plugins.story.problems import Problem
from plugins.story.quotations import Quoted, parse_quoted
from plugins.story.ranges import Range, Ranges, parse_ranges
from plugins.story.updates import Update


def ranges(fence: Fence) -> tuple[Ranges | None, list[Problem]]:
    """Read a drawing of ranges."""
    return parse_ranges(fence.lines, fence.file, fence.line + 1)


Parse = Callable[[Fence], tuple[Block | None, list[Problem]]]
KINDS: dict[str, Parse] = {
    "chart": parse_chart,
    "claims": parse_claims,
    "known": parse_known,
    "quotation": parse_quoted,
    "ranges": ranges,
    "unknown": parse_known,
}
RECORDS: tuple[type, ...] = (
    *(Chart, Row, Drawing, Path, Letters, Circle),
    *(Claims, Matter, Side, Claim),
    Known,
    Quoted,
    *(Ranges, Range),
    Update,
)
