"""The figures as a table, for a terminal and for docs/."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from tests.benchmarks.edits import ROWS

HEAD = ("", "", "runs", "time", "×Hugo", "×stock", "CPU", "×Hugo", "×stock", "memory", "×Hugo", "×stock")
COUNTED = ("stories", "pages", "feeds", "sitemaps", "files")
QUIET = 0.1  # the share of a machine that other programs may take before times are worth nothing
MEASURES = ("wall", "cpu", "memory")


def seconds(value: float) -> str:
    """Write a time: 0.87 s, 16.6 s, 148 s."""
    return f"{value:.{max(0, 2 - max(0, math.floor(math.log10(max(value, 0.001)))))}f} s"


def patience(limit: float) -> str:
    """Write how long a peer may take: 20 min, 30 s."""
    return f"{limit / 60:.0f} min" if limit >= 60 else f"{limit:g} s"


def megabytes(value: float) -> str:
    """Write a size in megabytes."""
    return f"{value / 1e6:,.0f} MB"


def ratio(value: float, other: float) -> str:
    """Write how one figure compares with another: 2.8 for more, 1/19 for less."""
    if not value or not other:
        return ""
    if value >= 0.95 * other:
        return f"{value / other:.1f}" if value < 9.95 * other else f"{value / other:.0f}"
    inverse = other / value
    return f"1/{inverse:.1f}" if inverse < 9.95 else f"1/{inverse:.0f}"


def cells(name: str, figures: dict[str, Any], peers: dict[str, Any]) -> list[str]:
    """Give the cells of one contestant in one row: each figure, and what it is of each peer's."""
    write = {"wall": seconds, "cpu": seconds, "memory": megabytes}
    found = [str(len(figures["runs"]))]
    for measure in MEASURES:
        found.append(write[measure](figures[measure]))
        for peer in ("hugo", "stock"):
            other = peers.get(peer, {}).get(measure, 0)
            found.append("" if peer == name else ratio(figures[measure], other))
    return found


def lines(result: dict[str, Any]) -> Iterator[list[str]]:
    """Give the table's lines as cells, without the head."""
    rows = {row.name: row for row in ROWS}
    for name, figures in result["rows"].items():
        # A peer that did not run this row keeps nothing between builds: it would take what it took from cold.
        peers = figures if rows[name].ours_alone else {**result["rows"]["cold"], **figures}
        for at, (contestant, one) in enumerate(figures.items()):
            start = [rows[name].words if at == 0 else "", contestant]
            if "stopped" in one:
                yield [*start, "", f"stopped after {patience(result['limit'])}", *[""] * 8]
            else:
                yield [*start, *cells(contestant, one, peers)]


def made_lines(result: dict[str, Any]) -> Iterator[list[str]]:
    """Give what each contestant made from cold, as cells."""
    yield ["", *COUNTED, "all", "a story's page"]
    for name, made in result["made"].items():
        yield [name, *(f"{made[key]:,}" for key in COUNTED), megabytes(made["bytes"]), f"{made['story_bytes']:,} bytes"]


def title(result: dict[str, Any]) -> str:
    """Say what was measured on what."""
    machine = result["machine"]
    return (
        f"{result['stories']:,} stories, {machine['cores']} cores, {machine['system']}, Python {machine['python']}; "
        f"load at the start {machine['load']}"
    )


def plain(result: dict[str, Any]) -> str:
    """Give everything as plain text for a terminal."""
    versions = [f"  {name:<6} {words}" for name, words in result["versions"].items()]
    body = [list(HEAD), *lines(result)]
    made = list(made_lines(result))
    return "\n".join(
        [title(result), *versions, "", *aligned(body, texts=2), "", *aligned(made, texts=1), *doubts(result)]
    )


def doubts(result: dict[str, Any]) -> Iterator[str]:
    """Say that the times are not to be trusted, where other programs took much of the machine."""
    most = max(run[3] for row in result["rows"].values() for one in row.values() for run in one.get("runs", ()))
    if most > QUIET:
        yield f"\nOther programs took up to {most:.0%} of the machine during a run: do not trust the times."


def aligned(rows: Sequence[Sequence[str]], texts: int) -> list[str]:
    """Set rows in columns; the first few are text, the others figures."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    return [
        "  ".join(
            cell.ljust(width) if at < texts else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def markdown(results: Sequence[dict[str, Any]]) -> str:
    """Give everything as a page of docs/."""
    parts = ["# Time against the size of the archive", ""]
    parts += ["Made by `make bench PLOT=1`; [README.md](README.md) says how.", ""]
    parts += ["![Seconds to build, by number of stories](time.svg)", ""]
    for result in results:
        head = ["row", "who", *HEAD[2:]]
        parts += [f"## {result['stories']:,} stories", "", f"{title(result).partition(', ')[2]}.", ""]
        parts += ["; ".join(f"{name}: {words}" for name, words in result["versions"].items()) + ".", ""]
        parts += [piped(head), piped(["---", "---", *["---:"] * (len(head) - 2)]), *map(piped, lines(result)), ""]
        made = list(made_lines(result))
        parts += [piped(made[0]), piped(["---", *["---:"] * (len(made[0]) - 1)]), *map(piped, made[1:]), ""]
        parts += [f"{doubt.strip()}\n" for doubt in doubts(result)]
    parts += [*growth(results), ""]
    return "\n".join(parts)


def piped(row: Sequence[str]) -> str:
    """Write one line of a Markdown table."""
    return f"| {' | '.join(row)} |"


def growth(results: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Say how each time grows: the exponent between the smallest and the largest archive."""
    yield "## Growth"
    yield ""
    for (name, row), points in sorted(series(results).items()):
        if len(points) > 1:
            (small, first), (large, last) = points[0], points[-1]
            exponent = math.log(last / first) / math.log(large / small)
            words = next(each.words for each in ROWS if each.name == row)
            yield f"- {name}, {words}: exponent {exponent:.2f} from {small:,} to {large:,} stories"


def series(results: Sequence[dict[str, Any]]) -> dict[tuple[str, str], list[tuple[int, float]]]:
    """Give the times of each contestant and row by number of stories."""
    found: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for result in sorted(results, key=lambda each: each["stories"]):
        for row, figures in result["rows"].items():
            for name, one in figures.items():
                if "wall" in one:
                    found.setdefault((name, row), []).append((result["stories"], one["wall"]))
    return found
