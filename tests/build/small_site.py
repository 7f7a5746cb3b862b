"""A Pelican site of three files in a temporary folder, to be broken in every way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from plugins.build.exchange import Workshop, survey
from tests.forks import FORKS

ROOT = Path(__file__).resolve().parents[2]

SETTINGS = """\
from jinja2 import StrictUndefined
from pelican.readers import MarkdownReader

from plugins.build.press import Press as PELICAN_CLASS

SITENAME = "Small"
PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
TIMEZONE = "UTC"
DEFAULT_DATE_FORMAT = "%Y-%m-%d"
ARTICLE_PATHS = ["articles"]
PLUGIN_PATHS = ["."]
PLUGINS = []
DIRECT_TEMPLATES = ["index"]
AUTHOR_SAVE_AS = CATEGORY_SAVE_AS = TAG_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
JINJA_ENVIRONMENT = {"undefined": StrictUndefined}
READERS = {"md": MarkdownReader}
"""
ASKED_FOR = ("archives", "author", "category", "tag")  # by Pelican, even where it writes none of them
STORY = "Title: Flood\nSlug: flood\nDate: 2025-08-05\nCategory: Press\n\nThe river rose.\n"
LAST = {"index.html": "the last edition"}


class SmallSite:
    """The site's folder, with a last edition in output/, and Pelican run in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.output = root / "output"
        self.write("pelicanconf.py", SETTINGS)
        self.write("content/articles/flood.md", STORY)
        self.write("theme/templates/article.html", "<h1>{{ article.title }}</h1>{{ article.content }}")
        self.write("theme/templates/index.html", "{% for each in articles %}{{ each.title }} {% endfor %}")
        for name in ASKED_FOR:
            self.write(f"theme/templates/{name}.html", "")
        with Workshop(self.output) as workshop:
            (workshop.spare / "index.html").write_text(LAST["index.html"], encoding="utf-8")
            workshop.exchange()

    def write(self, name: str, text: str) -> None:
        """Write a file of the site."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def set(self, *lines: str) -> None:
        """Add lines to the settings."""
        self.write("pelicanconf.py", SETTINGS + "\n".join(lines) + "\n")

    def plugin(self, text: str) -> None:
        """Give the site a plugin, and a setting that names it."""
        self.write("newsdesk.py", text)
        self.set('PLUGINS = ["newsdesk"]')

    def command(self, *arguments: str) -> dict:
        """Give what starts Pelican here, for subprocess."""
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
        return {
            "args": [sys.executable, "-m", "pelican", *arguments],
            "cwd": self.root,
            "env": environment,
            "text": True,
            "encoding": "utf-8",
        }

    def build(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run Pelican."""
        return FORKS.run("pelican", arguments, cwd=self.root, env=self.command()["env"])

    def python(self, code: str) -> subprocess.CompletedProcess:
        """Run some Python in the site's folder."""
        command = {**self.command(), "args": [sys.executable, "-c", code]}
        return subprocess.run(**command, capture_output=True, check=False, timeout=60)

    def refusal(self, *arguments: str) -> str:
        """Run Pelican, which must fail and leave the last edition; give what it says."""
        done = self.build(*arguments)
        assert (done.returncode, self.texts()) == (1, LAST), done.stdout + done.stderr
        return done.stderr

    def texts(self, folder: str = "output") -> dict[str, str]:
        """Give what is in the output folder."""
        tree = self.root / folder
        return {path: (tree / path).read_text(encoding="utf-8") for path in survey(tree)}
