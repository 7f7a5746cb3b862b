"""Promise 1: the same commit gives the same bytes in any folder, zone, locale, hash seed and umask, on any day."""

from __future__ import annotations

import datetime as dt
import locale
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.newsroom import EDITION, LANTERN, ROOT, clean_environment, files_below, pelican

PARTS = ("content", "plugins", "tests/site", "theme", "pelicanconf.py", "publishconf.py")
CLOCK = str(ROOT / "tests" / "clock")
LATER = "1700"  # days

HERE = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
THERE = {
    "TZ": "America/St_Johns",
    "PYTHONHASHSEED": "2",
    "PYTHONPATH": CLOCK,
    "CLOCK_SHIFT": LATER,
    "SOURCE_DATE_EPOCH": "1",
    "HOME": "/nowhere",
    "USER": "somebody",
    "COLUMNS": "40",
}


def installed_locale() -> str:
    """Give a locale whose words and sorting are not English, where the system has one."""
    for name in ("ru_RU.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8", "C.UTF-8"):
        kept = locale.setlocale(locale.LC_ALL)
        try:
            locale.setlocale(locale.LC_ALL, name)
        except locale.Error:
            continue
        locale.setlocale(locale.LC_ALL, kept)
        return name
    return "POSIX"


def copy(folder: Path, *, backwards: bool = False) -> Path:
    """Copy what a build reads to another folder; backwards, so that the folders list their files in another order."""
    paths = [path for part in PARTS for path in [ROOT / part, *(ROOT / part).rglob("*")] if path.is_file()]
    for path in sorted(paths, reverse=backwards):
        if "__pycache__" in path.parts:
            continue
        target = folder / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
        if backwards:
            os.utime(target, (978_307_200, 978_307_200))
    return folder


def edition(root: Path, settings: str, umask: int, **environment: str) -> dict[str, bytes]:
    """Build a newspaper in a copy of the checkout, with an umask; give its files."""
    previous = os.umask(umask)
    try:
        done = pelican(settings, root / "output", root=root, **environment)
    finally:
        os.umask(previous)
    assert done.returncode == 0, done.stdout
    return dict(files_below(root / "output"))


@pytest.mark.parametrize(
    "settings", [pytest.param(EDITION, id="edition", marks=pytest.mark.slow), pytest.param(LANTERN, id="lantern")]
)
def test_two_machines_on_two_days_make_the_same_bytes(tmp_path: Path, settings: str) -> None:
    here = copy(tmp_path / "here")
    there = copy(tmp_path / "over there" / "a checkout", backwards=True)

    one = edition(here, settings, 0o022, **HERE)
    other = edition(there, settings, 0o077, **THERE, LC_ALL=installed_locale())

    assert one
    assert list(one) == list(other)
    assert [path for path in one if one[path] != other[path]] == []


def test_a_second_build_over_the_first_changes_nothing(tmp_path: Path) -> None:
    root = copy(tmp_path / "here")

    first = edition(root, LANTERN, 0o022)
    second = edition(root, LANTERN, 0o022)

    assert first == second


@pytest.mark.parametrize(
    "ask",
    [
        "datetime.datetime.now(datetime.UTC).date()",
        "datetime.datetime.today().date()",
        "datetime.date.today()",
        "datetime.date(*time.gmtime()[:3])",
        "datetime.datetime.fromtimestamp(time.time(), datetime.UTC).date()",
    ],
    ids=["now", "today", "date", "gmtime", "time"],
)
def test_the_other_days_clock_is_really_another_days(ask: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", f"import datetime, time; print({ask})"],
        env=clean_environment() | {"PYTHONPATH": CLOCK, "CLOCK_SHIFT": LATER, "TZ": "UTC"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.strip()

    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=int(LATER))
    assert said in {str(day), str(day - dt.timedelta(days=1))}
