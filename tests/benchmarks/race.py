"""Race the contestants over one archive: the same change for each in turn, then a build of each."""

from __future__ import annotations

import os
import platform
import re
import shutil
import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks import hugo
from tests.benchmarks.archive import Archive
from tests.benchmarks.contestant import ROOT, Contestant, Furniture
from tests.benchmarks.edits import PUBLISHING, ROWS, Row
from tests.benchmarks.hugo import Hugo
from tests.benchmarks.measure import Taken, run
from tests.benchmarks.ours import Ours
from tests.benchmarks.stock import Stock

NAMES = ("ours", "stock", "hugo")
CHEAP = 60.0  # seconds; what takes longer is run once
STORY_PAGE = re.compile(r"\d{4}/\d{2}/[^/]+-\d+\.html")
CARRIED = ("HOME", "LANG", "PATH", "TMPDIR", "USER", "JOBS")


@dataclass(frozen=True)
class Plan:
    """What to run. names and rows: who takes part, and in what. limit: seconds that a peer may take."""

    names: Sequence[str] = NAMES
    rows: Sequence[Row] = ROWS
    repeat: int = 3
    limit: float = 1200
    folder: Path = ROOT / ".cache/bench/work"
    peers_run_cold_only: bool = False

    def takes_part(self, name: str, row: Row) -> bool:
        """Say whether a contestant runs a row."""
        if name == "ours":
            return True
        return not row.ours_alone and (row.name == "cold" or not self.peers_run_cold_only)


def race(count: int, plan: Plan) -> dict[str, Any]:
    """Make the archive, run every row, and give all figures as plain data. The built sites stay in plan.folder."""
    archive = Archive(count)
    contestants = {each.name: each for each in line_up(archive, plan)}
    for each in contestants.values():
        print(f"Writing {count:,} stories for {each.name}", flush=True)
        each.prepare()
    figures: dict[str, dict[str, Any]] = {}
    made: dict[str, Any] = {}
    versions = {name: each.version() for name, each in contestants.items()}
    load = os.getloadavg()[0]
    for row in (ROWS[0], *(row for row in plan.rows if row is not ROWS[0])):
        running = [each for each in contestants.values() if plan.takes_part(each.name, row)]
        taken = dict(laps(row, running, plan))
        figures[row.name] = {name: summary(runs) for name, runs in taken.items()}
        for name, runs in taken.items():
            if runs[-1].status is None:
                del contestants[name]
            elif row is ROWS[0]:
                made[name] = count_files(contestants[name].output)
    return {
        "stories": count,
        "seed": archive.seed,
        "limit": plan.limit,
        "machine": machine() | {"load": round(load, 1)},
        "versions": versions,
        "rows": figures,
        "made": made,
    }


def line_up(archive: Archive, plan: Plan) -> Iterator[Contestant]:
    """Make the contestants; the peers get from a small build of ours what all our pages share."""
    yield from [Ours(plan.folder / "ours", archive)] if "ours" in plan.names else []
    if set(plan.names) <= {"ours"}:
        return
    settings, furniture = pattern(plan)
    yield from [Stock(plan.folder / "stock", archive, settings, furniture)] if "stock" in plan.names else []
    if "hugo" in plan.names:
        hugo.install()
        yield Hugo(plan.folder / "hugo", archive, settings, furniture)


def pattern(plan: Plan) -> tuple[dict[str, Any], Furniture]:
    """Build one story with ours, and take the settings and the furniture that peers share."""
    ours = Ours(plan.folder / "pattern", Archive(1))
    ours.prepare()
    build(ours, ours.command, plan)
    return ours.settings(), ours.furniture()


def laps(row: Row, running: Sequence[Contestant], plan: Plan) -> Iterator[tuple[str, list[Taken]]]:
    """Run a row for each contestant in turn, then again, as often as planned; long ones once."""
    taken: dict[str, list[Taken]] = {each.name: [] for each in running}
    times = 1 if row.name == "publish" else plan.repeat
    for number in range(1, times + 1):
        for each in running:
            runs = taken[each.name]
            if any(lap.status is None or lap.wall > CHEAP for lap in runs):
                continue
            print(f"{row.words}: {each.name}, run {number} of {times}", flush=True)
            runs.append(lap(row, each, number, plan))
    yield from taken.items()


def lap(row: Row, contestant: Contestant, number: int, plan: Plan) -> Taken:
    """Make one change, build, and see that the change is there."""
    page, words = row.change(contestant, number)
    publishes = isinstance(contestant, Ours) and row.name in PUBLISHING
    taken = build(contestant, contestant.publish_command if publishes else contestant.command, plan)
    if taken.status == 0 and words not in contestant.read(page):
        raise SystemExit(f"{contestant.name}, {row.words}: {page} does not show {words!r}.")
    return taken


def build(contestant: Contestant, command: Sequence[str], plan: Plan) -> Taken:
    """Build once, what was written before on the disk by then. Raise SystemExit with what was said if it fails."""
    os.sync()
    log = plan.folder / f"{contestant.name}.log"
    limit = float("inf") if isinstance(contestant, Ours) else plan.limit
    taken = run(command, contestant.folder, environment(), limit, log)
    if taken.status:
        said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise SystemExit(f"{contestant.name} ended with status {taken.status}:\n{said}")
    return taken


def environment() -> dict[str, str]:
    """Give the environment that the Makefile gives a build, and nothing of this shell's beyond it."""
    kept = {name: os.environ[name] for name in CARRIED if name in os.environ}
    return kept | {"PYTHONUTF8": "1", "PYTHONTZPATH": ""}


def summary(runs: Sequence[Taken]) -> dict[str, Any]:
    """Give the medians of some runs, and the runs; of a peer that was stopped, only that."""
    if runs[-1].status is None:
        return {"stopped": True}
    figures: Mapping[str, list[float]] = {
        "wall": [each.wall for each in runs],
        "cpu": [each.cpu for each in runs],
        "memory": [each.memory for each in runs],
    }
    medians = {name: round(statistics.median(values), 3) for name, values in figures.items()}
    each_run = [[round(each.wall, 3), round(each.cpu, 3), each.memory, each.others] for each in runs]
    return medians | {"runs": each_run}


def count_files(folder: Path) -> dict[str, int]:
    """Count what a build made, by what it is, and its bytes."""
    found = dict.fromkeys(("stories", "pages", "feeds", "sitemaps", "files", "bytes", "story_bytes"), 0)
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.name == ".gitignore":
            continue
        name, size = path.relative_to(folder).as_posix(), path.stat().st_size
        found["files"] += 1
        found["bytes"] += size
        if STORY_PAGE.fullmatch(name):
            found["stories"] += 1
            found["story_bytes"] += size
        elif name.endswith(".html"):
            found["pages"] += 1
        elif "sitemap" in name:
            found["sitemaps"] += 1
        elif name.endswith(".xml"):
            found["feeds"] += 1
    found["story_bytes"] //= max(found["stories"], 1)
    return found


def machine() -> dict[str, Any]:
    """Describe the machine by what matters and by nothing that names it."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }


def clear(folder: Path) -> None:
    """Remove the archives and the built sites."""
    shutil.rmtree(folder, ignore_errors=True)
