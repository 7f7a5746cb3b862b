"""Another newsroom makes it its own by content/ and pelicanconf.py only, and nothing says whose it was."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.newsroom import ROOT, clean_environment, files_below

LEFT_BEHIND = shutil.ignore_patterns(".git", ".venv", ".cache", "__pycache__", "preview", "private")
STORY = "The harbour opens again.\n\n## Why it was closed\n\nNobody said.\n"


def run(root: Path, *command: str, **environment: str) -> str:
    """Run a Python program in a checkout; give what it said, which is what a failure shows."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env=clean_environment() | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def change(file: Path, setting: str, value: str) -> None:
    """Set one setting of a settings file anew."""
    pattern = re.compile(rf"^{setting} = (?:\([^()]*(?:\([^()]*\)[^()]*)*\)|.*)$", re.MULTILINE)
    text, count = pattern.subn(f"{setting} = {value}", file.read_text(encoding="utf-8"))
    assert count == 1, setting
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def afresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of another newsroom: one story, and another name, other sections, another colour."""
    root = tmp_path_factory.mktemp("afresh") / "newsroom"
    shutil.copytree(ROOT, root, ignore=LEFT_BEHIND)
    for path in ((root / "content"), (root / "output")):
        shutil.rmtree(path)
        path.mkdir()
    shutil.rmtree(root / "tests" / "edition", ignore_errors=True)
    settings = root / "pelicanconf.py"
    change(settings, "SITENAME", '"The Harbour"')
    change(settings, "SECTIONS", '(("town", "Town"), ("sea", "Sea"))')
    change(settings, "ACCENT", '{"light": "#1b5e20", "dark": "#a5d6a7"}')
    run(root, "-m", "plugins.story.new", TITLE='The "harbour" opens', SECTION="town")
    (story,) = (root / "content").rglob("*.md")
    story.write_text(story.read_text(encoding="utf-8").replace("Status: draft\n", "") + STORY, encoding="utf-8")
    return root


def build(root: Path, settings: str) -> dict[str, bytes]:
    run(root, "-m", "pelican", "--settings", settings, "--fatal=warnings")
    return dict(files_below(root / "output"))


@pytest.mark.slow
def test_no_byte_of_another_newsrooms_output_says_longwave(afresh: Path) -> None:
    files = build(afresh, "pelicanconf.py")

    story = [path for path in files if path.endswith("/the-harbour-opens.html")]
    assert len(story) == 1
    assert "The “harbour” opens".encode() in files[story[0]].replace("\xa0".encode(), b" ")
    assert [path for path, data in files.items() if b"Longwave" in data] == []
    assert {path.partition("/")[0] for path in files} >= {"town", "sea", "feeds", "index.html"}
    assert [path for path in files if path.startswith(("russia/", "arms/", "press/", "network/"))] == []


@pytest.mark.slow
def test_another_newsroom_can_publish(afresh: Path) -> None:
    plain = build(afresh, "pelicanconf.py")

    published = build(afresh, "publishconf.py")

    assert {path: published.get(path) for path in plain} == plain


@pytest.mark.slow
def test_another_newsrooms_tests_are_green(afresh: Path) -> None:
    rings = ["tests/functions", "tests/pages", "tests/theme", "tests/test_docs.py", "tests/test_same_bytes.py"]

    said = run(afresh, "-m", "pytest", "-q", "-m", "not slow", *rings)

    assert re.search(r"\d+ passed", said)
    assert "failed" not in said


@pytest.mark.slow
def test_another_newsrooms_content_is_right(afresh: Path) -> None:
    assert "of 1 story and " in run(afresh, "-m", "plugins.site.check")
