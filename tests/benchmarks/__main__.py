"""`make bench`: how long a build takes, beside stock Pelican and Hugo, on the same archive in the same run.

python -m tests.benchmarks --count 10000 --only "ours hugo cold body"
python -m tests.benchmarks --plot
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.benchmarks import plot, table
from tests.benchmarks.contestant import ROOT
from tests.benchmarks.edits import ROWS
from tests.benchmarks.hugo import NoHugo
from tests.benchmarks.race import NAMES, Plan, clear, race

FIGURES = ROOT / ".cache/bench"
DOCS = ROOT / "docs/benchmarks"
PLOTTED = (1_000, 3_000, 10_000, 30_000, 130_000)
PLOTTED_ROWS = ("cold", "nothing", "body", "added")


def main(arguments: Sequence[str]) -> None:
    """Race, print, keep the figures."""
    options = understand(arguments)
    plan = plan_of(options)
    counts = options.count or (PLOTTED if options.plot else (10_000,))
    results: list[dict[str, Any]] = []
    for count in counts:
        if results:
            plan = replace(plan, names=[name for name in plan.names if may_end(name, count, results[-1], plan)])
        result = one(count, plan)
        results.append(result)
        keep(result, plan, emptied=not options.keep)
    if options.plot:
        DOCS.mkdir(parents=True, exist_ok=True)
        (DOCS / "time.svg").write_text(plot.draw(table.series(results)), encoding="utf-8")
        (DOCS / "time.md").write_text(table.markdown(results), encoding="utf-8")
        print("docs/benchmarks/time.svg and time.md are new.")


def may_end(name: str, count: int, last: dict[str, Any], plan: Plan) -> bool:
    """Say whether a peer may build so many stories within the limit, by its time for fewer: none is quicker by far."""
    took = last["rows"]["cold"].get(name, {}).get("wall", plan.limit)
    return name == "ours" or took * count / last["stories"] < plan.limit


def one(count: int, plan: Plan) -> dict[str, Any]:
    """Race over one archive."""
    try:
        return race(count, plan)
    except NoHugo as reason:
        hint = 'ONLY="ours stock" runs without it.'
        raise SystemExit(f"Hugo could not be installed: {reason} {hint}") from None


def keep(result: dict[str, Any], plan: Plan, *, emptied: bool) -> None:
    """Print the table, keep the figures as JSON, and remove the sites unless they are wanted."""
    print(f"\n{table.plain(result)}\n", flush=True)
    FIGURES.mkdir(parents=True, exist_ok=True)
    path = FIGURES / f"{result['stories']}.json"
    path.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if emptied:
        clear(plan.folder)


def understand(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line."""
    words = argparse.ArgumentParser(prog="make bench", description=__doc__.partition("\n")[0])
    numbers = lambda text: [int(part) for part in text.replace(",", " ").split()]  # noqa: E731
    words.add_argument("--count", type=numbers, help="how many stories; several numbers for several archives")
    words.add_argument("--only", default="", help=f"contestants ({', '.join(NAMES)}) and rows, by name")
    words.add_argument("--repeat", type=int, default=3, help="runs of what takes less than a minute")
    words.add_argument("--limit", type=float, default=1200, help="seconds after which a peer is stopped")
    words.add_argument("--plot", action="store_true", help="draw time against stories into docs/benchmarks/")
    words.add_argument("--folder", type=Path, default=FIGURES / "work", help="where the archives are written and built")
    words.add_argument("--keep", action="store_true", help="leave the archives and the built sites there")
    return words.parse_args(arguments)


def plan_of(options: argparse.Namespace) -> Plan:
    """Make the plan of the options. Raise SystemExit for a name that is neither a contestant's nor a row's."""
    only = options.only.replace(",", " ").split()
    rows = {row.name: row for row in ROWS}
    if strange := [name for name in only if name not in rows and name not in NAMES]:
        raise SystemExit(f"ONLY: {strange[0]!r} is unknown. Choose from {', '.join((*NAMES, *rows))}.")
    chosen = [name for name in only if name in rows] or (PLOTTED_ROWS if options.plot else list(rows))
    return Plan(
        names=[name for name in NAMES if name in only] or NAMES,
        rows=[row for name, row in rows.items() if name in chosen],
        repeat=options.repeat,
        limit=options.limit,
        folder=options.folder.absolute(),
        peers_run_cold_only=options.plot,
    )


if __name__ == "__main__":
    main(sys.argv[1:])
