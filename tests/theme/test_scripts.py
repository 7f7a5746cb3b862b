"""STYLE 5: scripts are small, classic and alone, and say what a reader loses without them."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from plugins.site.assets import shrink_js
from tests.newsroom import ROOT

SCRIPTS = sorted((ROOT / "theme" / "js").glob("*.js"))
# Bytes that a script may cost on its page, shrunk and gzipped.
BUDGET = {
    "reminder": 900,
    "privacy": 800,
    "missing": 450,
    "copy": 1300,
    "shelf": 1100,
    "keep": 700,
    "worker": 600,  # of sixteen kilobytes, when it changes
    "retire": 250,
}
# What a script may use all the same, for what the reader keeps and opens.
ALLOWED = {"copy": {"fetch", "outerHTML"}, "worker": {"fetch"}}
FORBIDDEN = re.compile(
    r"\b(?:import|export|eval|Function|fetch|XMLHttpRequest|WebSocket|importScripts|innerHTML|outerHTML|document\.write|document\.cookie)\b"
)


def name(path: Path) -> str:
    return path.stem


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def test_every_script_has_a_budget_and_every_budget_a_script() -> None:
    assert {path.stem for path in SCRIPTS} == set(BUDGET)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_keeps_to_its_budget(path: Path) -> None:
    shrunk = shrink_js(source(path))

    assert len(gzip.compress(shrunk.encode(), 9, mtime=0)) <= BUDGET[path.stem]


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_is_under_sixty_lines_of_code(path: Path) -> None:
    lines = [line for line in source(path).splitlines() if line.strip() and not line.strip().startswith("//")]

    assert len(lines) < 60


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_begins_by_saying_what_is_lost_without_it(path: Path) -> None:
    assert source(path).startswith("// Without this script ")


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_keeps_to_itself(path: Path) -> None:
    lines = [line for line in source(path).splitlines() if line and not line.startswith("//")]

    assert lines[0] in ("(function () {", "(() => {")
    assert lines[-1] == "})();"
    assert set(FORBIDDEN.findall(source(path))) == ALLOWED.get(path.stem, set())
    assert not re.search(r"https?://", source(path))


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_cannot_end_its_own_element(path: Path) -> None:
    assert not re.search(r"</script|<!--|<script", source(path), re.IGNORECASE)
