"""Stock Pelican with typogrify: its own readers, generators and settings, and a theme whose pages are like ours."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.archive import SECTIONS, Archive, Story
from tests.benchmarks.contestant import HERE, ORIGIN, Contestant, Furniture, body_of, insert, write_text
from tests.benchmarks.ours import versions

LINK = r"]({filename}/articles/\g<path>.md\g<part>)"
TIME = r'<time datetime="\g<when>">\g<words></time>'


class Stock(Contestant):
    """Pelican as it comes."""

    name = "stock"

    def __init__(self, folder: Path, archive: Archive, settings: dict[str, Any], furniture: Furniture) -> None:
        super().__init__(folder, archive)
        self.shared = settings
        self.furniture = furniture

    @property
    def command(self) -> list[str]:
        """What builds any Pelican site."""
        return [sys.executable, "-m", "pelican", "--settings", "pelicanconf.py", "--fatal=warnings"]

    @property
    def output(self) -> Path:
        """Pelican's usual output folder."""
        return self.folder / "output"

    def version(self) -> str:
        """Name what reads, typesets and renders."""
        return versions("Pelican", "Markdown", "typogrify")

    def lay_out(self) -> None:
        """Copy settings and theme, and hand over what is shared with ours."""
        shutil.copytree(HERE / "stock", self.folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        given = {**self.shared, "ORIGIN": ORIGIN, "SECTIONS": SECTIONS}
        write_text(self.folder / "given.json", json.dumps(given))
        for name, markup in (("head", self.furniture.head), ("after", self.furniture.after)):
            write_text(self.folder / f"theme/templates/given/{name}.html", f"{{% raw %}}{markup}{{% endraw %}}")
        for page in self.archive.pages():
            source = f"Title: {page.title}\nSlug: {page.slug}\nSummary: {page.summary}\n\n" + body_of(page, LINK, TIME)
            write_text(self.folder / f"content/pages/{page.slug}.md", f"{source}\n")

    def write(self, story: Story) -> None:
        """Write a story with Pelican's own fields and links."""
        fields = {
            "Title": story.title,
            "Kicker": story.kicker,
            "Slug": story.slug,
            "Date": f"{story.date:%Y-%m-%d %H:%M}",
            "Modified": f"{story.modified:%Y-%m-%d %H:%M}" if story.modified else "",
            "Category": story.section,
            "Tags": ", ".join(story.topics),
            "Authors": "; ".join(story.authors),
            "Summary": story.standfirst,
        }
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        write_text(self.folder / f"content/articles/{story.path}.md", f"{head}\n{body_of(story, LINK, TIME)}\n")

    def edit_template(self, mark: str) -> None:
        """Change the page of a story."""
        insert(self.folder / "theme/templates/article.html", '<article class="story">', f"<p>{mark}</p>")
