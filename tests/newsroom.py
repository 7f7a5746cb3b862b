"""Build newspapers for the tests, each in a process of its own, and read what came out."""

from __future__ import annotations

import fcntl
import os
import runpy
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.forks import FORKS
from tests.page import Page

ROOT = Path(__file__).resolve().parents[1]
LANTERN = "tests/site/lantern.py"
FONAR = "tests/site/fonar.py"
EDITION = "pelicanconf.py"
COPIES = "copies/"
SHARED = "TESTS_SHARED"  # the variable that names the folder which all processes of a run share


@dataclass(frozen=True)
class Site:
    """A built newspaper. folder: what readers get. settings: what it was built with. log: what the build said."""

    folder: Path
    settings: Mapping[str, Any]
    log: str

    @property
    def origin(self) -> str:
        """The public address of the site."""
        return str(self.settings["SITE_ORIGIN"])

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Every file that readers get, by its path."""
        return dict(files_below(self.folder))

    @cached_property
    def pages(self) -> dict[str, Page]:
        """Every HTML page of the site, parsed, by its path; the copies that readers take away are none."""
        return {path: page for path, page in self.html.items() if not path.startswith(COPIES)}

    @cached_property
    def copies(self) -> dict[str, Page]:
        """Every copy of a story as one page, parsed, by its path."""
        return {path: page for path, page in self.html.items() if path.startswith(COPIES)}

    @cached_property
    def html(self) -> dict[str, Page]:
        """Every HTML file, parsed, by its path."""
        return {path: Page(path, data) for path, data in self.files.items() if path.endswith(".html")}

    def page(self, path: str) -> Page:
        """Give a page by its path, as in "2024/03/ferry.html"."""
        return self.pages[path]

    def text(self, path: str) -> str:
        """Give a file as text."""
        return self.files[path].decode("utf-8")


def files_below(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Read every file below a folder, in the order of their paths; the placeholder of output/ is none of them."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != ".gitignore":
            yield name, path.read_bytes()


def build(settings: str, folder: Path, *options: str, **environment: str) -> Site:
    """Build a newspaper into a folder as `make html` would; the test fails with what the build said."""
    done = pelican(settings, folder, *options, **environment)
    assert done.returncode == 0, done.stdout
    return Site(folder, setting_values(ROOT / settings), done.stdout)


def built_once(name: str, settings: str, *options: str) -> Site:
    """Build a newspaper that no test changes, once for all processes of a run; the others wait for it."""
    place = Path(os.environ[SHARED]) / name
    place.mkdir(exist_ok=True)
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = place / "said"
        if not said.exists():
            said.write_text(build(settings, place / "output", *options).log, encoding="utf-8")
        return Site(place / "output", setting_values(ROOT / settings), said.read_text(encoding="utf-8"))


def pelican(
    settings: str, folder: Path, *options: str, root: Path = ROOT, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run Pelican on a settings file of the checkout, its output in a folder, with options and environment added."""
    command = ["--settings", settings, "--output", str(folder), "--fatal=warnings", *options]
    return FORKS.run("pelican", command, cwd=root, env=clean_environment() | environment, is_merged=True)


def clean_environment() -> dict[str, str]:
    """Give the environment that the Makefile gives a build."""
    carried = {"NOW", "PYTHONPATH", "PYTHONHASHSEED", "SITE_ORIGIN"}
    kept = {name: value for name, value in os.environ.items() if name not in carried}
    return kept | {"PYTHONUTF8": "1", "PYTHONTZPATH": ""}


def setting_values(file: Path) -> dict[str, Any]:
    """Read the settings that a file sets."""
    return {name: value for name, value in runpy.run_path(str(file)).items() if name.isupper()}
