"""Small newspapers in temporary folders: made right, then spoilt, then built again."""

from __future__ import annotations

import datetime as dt
import io
import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from plugins.story.fields import Rules
from tests.forks import FORKS
from tests.newsroom import ROOT, clean_environment, files_below

NOW = dt.datetime(2025, 9, 1, 12, 0, tzinfo=dt.UTC)
RULES = Rules({"arms": "Arms", "press": "Press"}, ("en", "ru"), "en", NOW, "Newsdesk")

# What a newsroom may set is set here, so that these tests do not know which newsroom runs them.
SETTINGS = """
SITENAME = "Gazette"
TAGLINE = "News"
AUTHOR = "Newsdesk"
DEFAULT_LANG = "en"
LANGUAGES = ("en", "ru")
SECTIONS = (("arms", "Arms"), ("press", "Press"))
SITE_ORIGIN = "https://paper.org"
DEMONSTRATION = False
CONTENT_LICENSE = CONTENT_LICENSE_NAME = ""
SECURITY_CONTACT = SECURITY_EXPIRES = ""
REDIRECTS = {}
NEVER_PUBLISH_REQUIRED = False
STORIES_PER_PAGE = 2
"""

HEAD = "Title: Bad\nDate: 2025-08-05 09:00\nCategory: Arms\n"  # three lines: more fields begin on line 4
BAD = "articles/2025/08/bad.md"
GOOD: dict[str, str | bytes] = {
    "articles/2025/08/good.md": (
        "Title: A good story\nDate: 2025-08-01 09:00\nCategory: Arms\nTags: Missiles\nAuthors: Ann Lund\n"
        "\n## The part\n\nGood text.\n"
    ),
    "articles/2025/08/draft.md": "Title: A draft\nDate: 2025-08-02 09:00\nCategory: Press\nStatus: draft\n\nText.\n",
    "articles/2025/08/held.md": "Title: Held back\nDate: 2199-08-02 09:00\nCategory: Press\n\nText.\n",
    "articles/2025/08/skipped.md": "Title: Skipped\nDate: 2025-08-02 09:00\nCategory: Press\nStatus: skip\n\nText.\n",
    "pages/about.md": "Title: About us\n\nWho we are.\n",
    "appeals/gull.md": (
        "Title: The Gull asks for support\nLink: https://gull.example\nLink-Text: Support The Gull\n"
        "Warning-Title: The risk\nWarning: Beware.\n\nIt asks for help.\n"
    ),
}


def picture(kind: str = "JPEG", size: tuple[int, int] = (8, 6), **options: Any) -> bytes:
    """Make the bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (180, 40, 30)).save(out, kind, **options)
    return out.getvalue()


def lay_out(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder, making their folders; give the folder."""
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return root


@dataclass(frozen=True)
class Built:
    """How a build ended. out and err: what it printed."""

    status: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """The lines that say what is wrong, without the one that counts them."""
        return self.err.rstrip("\n").split("\n")[:-1]

    @property
    def notes(self) -> list[str]:
        """The sentences that the build ended with."""
        return [line.removeprefix("Note     ") for line in self.out.splitlines() if line.startswith("Note")]


class Paper:
    """A whole newspaper in a folder of its own: this checkout's code and theme, its own content and settings."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def found(cls, root: Path, files: Mapping[str, str | bytes], settings: str = "") -> Paper:
        """Lay a newspaper out. files: below content/. settings: lines added to pelicanconf.py."""
        lay_out(root / "content", files)
        for name in ("plugins", "theme"):
            (root / name).symlink_to(ROOT / name)
        for name in ("publishconf.py", ".gitattributes", ".gitignore"):
            shutil.copy(ROOT / name, root / name)
        conf = (ROOT / "pelicanconf.py").read_text(encoding="utf-8")
        (root / "pelicanconf.py").write_text(conf + SETTINGS + settings, encoding="utf-8")
        return cls(root)

    def copy(self, root: Path) -> Paper:
        """Give another newspaper that is all the same."""
        shutil.copytree(self.root, root, symlinks=True, dirs_exist_ok=True)
        return Paper(root)

    def write(self, files: Mapping[str, str | bytes]) -> Paper:
        """Write files below content/."""
        lay_out(self.root / "content", files)
        return self

    def edit(self, path: str, old: str, new: str) -> Paper:
        """Change the words of a file below content/."""
        file = self.root / "content" / path
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new), encoding="utf-8")
        return self

    def remove(self, path: str) -> Paper:
        """Delete a file below content/."""
        (self.root / "content" / path).unlink()
        return self

    def set(self, lines: str) -> Paper:
        """Add lines to pelicanconf.py."""
        with (self.root / "pelicanconf.py").open("a", encoding="utf-8") as conf:
            conf.write(f"{lines}\n")
        return self

    def read(self, path: str) -> str:
        """Give the text of a file of the newspaper, from its top."""
        return (self.root / path).read_text(encoding="utf-8")

    @property
    def output(self) -> dict[str, bytes]:
        """Every file that readers get, by its path."""
        return dict(files_below(self.root / "output"))

    def run(self, module: str = "pelican", *options: str, **environment: str) -> Built:
        """Run a command of the newspaper in a process of its own, as the Makefile does."""
        done = FORKS.run(module, options, cwd=self.root, env=clean_environment() | environment)
        return Built(done.returncode, done.stdout, done.stderr)

    def html(self, **environment: str) -> Built:
        """Build as `make html` does."""
        return self.run("pelican", "--settings", "pelicanconf.py", "--fatal=warnings", **environment)


class PressRoom:
    """A process that builds one newspaper after another: pressroom.py, started once."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("pressroom.py"))],
            cwd=ROOT,
            env=clean_environment() | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def build(self, paper: Paper, settings: str = "pelicanconf.py", now: str = "", *, jobs: int = 1) -> Built:
        """Build a newspaper by one of its settings files; now, jobs: as NOW= and JOBS= in the environment.

        With one job nothing is forked, which would take longer than so small an edition.
        """
        assert self._process.stdin
        assert self._process.stdout
        order = {"root": str(paper.root), "settings": settings, "now": now, "jobs": str(jobs)}
        patience = threading.Timer(60, self._process.kill)
        patience.start()
        try:
            self._process.stdin.write(json.dumps(order) + "\n")
            self._process.stdin.flush()
            return Built(**json.loads(self._process.stdout.readline()))
        finally:
            patience.cancel()

    def publish(self, paper: Paper, now: str = "") -> Built:
        """Build as `make publish` does."""
        return self.build(paper, "publishconf.py", now)

    def close(self) -> None:
        """End the process."""
        self._process.communicate()
