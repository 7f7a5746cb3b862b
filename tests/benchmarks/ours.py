"""Longwave itself: the project's plugins and theme in a copy of the project, with the archive as its content."""

from __future__ import annotations

import compileall
import re
import runpy
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks.archive import SECTIONS, Story, Text
from tests.benchmarks.contestant import ORIGIN, ROOT, Contestant, Furniture, body_of, insert, write_text

SETTINGS = f"""
# The newspaper that the benchmark's archive belongs to
SITENAME = "Longwave"
DEFAULT_LANG = "en"
LANGUAGES = ("en", "ru")
SECTIONS = {tuple((name.lower(), name) for name in SECTIONS)!r}
SITE_ORIGIN = {ORIGIN!r}
TAKE_AWAY_DAYS = 0  # peers make no copies
"""
APPEALS = {
    "appeal.md": """\
Title: The Norrvik Herald asks its readers for support
Slug: herald
Lang: en
Link: https://example.org/support
Link-Text: Support The Norrvik Herald, from $2 a month
Warning-Title: Before you give: the risk
Warning: Do not give if you live where the newspaper is banned, may have to go back, or would pay from a bank there.
Warning: Where it is banned, giving is a crime from the first payment.
Warning: Payments leave records.
Warning: This is not legal advice.

Its journalists say that a court has labelled it "undesirable", which makes its work a crime and puts its staff at risk. They call the label a direct attempt to silence independent reporting. The newspaper will not be silenced, it says, but it needs its readers' monthly help, from $2 and quick to set up: every amount counts and defends open, independent journalism. It ends with its thanks to all who read it, whether they can give or not.
""",  # noqa: E501 - a paragraph is one line
    "appeal-ru.md": """\
Title: «Норрвик геральд» просит читателей о поддержке
Slug: herald
Lang: ru
Link: https://example.org/support
Link-Text: Поддержать «Норрвик геральд», от 2 долларов в месяц
Warning-Title: Прежде чем платить: чем вы рискуете
Warning: Не переводите деньги, если вы живёте там, где газета запрещена, можете туда вернуться или платили бы через тамошний банк.
Warning: Там, где газета запрещена, перевод денег — преступление с первого же платежа.
Warning: Платежи оставляют следы.
Warning: Это не юридическая консультация.

Журналисты газеты называют ярлык «нежелательной» прямой попыткой заставить их замолчать.
""",  # noqa: E501 - a paragraph is one line
}
SHARED = ("SITENAME", "TAGLINE", "STORIES_PER_PAGE", "FRONT_STORIES", "FEED_STORIES")
COPIED = ("plugins", "theme", "pelicanconf.py", "publishconf.py")
ABOUT_ONE_PAGE = re.compile(r'charset=|name="viewport"|name="description"|property="og:|rel="(?:canonical|alternate)"')
HEAD_PIECE = re.compile(r"<style>.*?</style>|<(?:meta|link)\b[^>]*>", re.DOTALL)


class Ours(Contestant):
    """`make html`, without make: the same command in the same environment."""

    name = "ours"

    @property
    def command(self) -> list[str]:
        """What `make html` runs."""
        return [sys.executable, "-I", "-S", "plugins/build/door.py", "--settings", "pelicanconf.py", "--fatal=warnings"]

    @property
    def publish_command(self) -> list[str]:
        """What `make publish` runs."""
        return [sys.executable, "-I", "-S", "plugins/build/door.py", "--settings", "publishconf.py", "--fatal=warnings"]

    @property
    def output(self) -> Path:
        """The project's output folder."""
        return self.folder / "output"

    def version(self) -> str:
        """Name what reads, typesets and renders."""
        return versions("Pelican", "Markdown", "typogrify", "nh3")

    def lay_out(self) -> None:
        """Copy the project without its content, and give it the archive's sections and pages."""
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, self.folder / name)
        compileall.compile_dir(self.folder / "plugins", quiet=2)
        with (self.folder / "pelicanconf.py").open("a", encoding="utf-8") as settings:
            settings.write(SETTINGS)
        for name, text in APPEALS.items():
            write_text(self.folder / "content/appeals" / name, text)
        for order, page in enumerate(self.archive.pages(), start=1):
            write_text(self.folder / f"content/pages/{page.slug}.md", page_source(page, order))

    def write(self, story: Story) -> None:
        """Write a story as an editor does."""
        fields = {
            "Title": story.title,
            "Kicker": story.kicker,
            "Date": f"{story.date:%Y-%m-%d %H:%M}",
            "Modified": f"{story.modified:%Y-%m-%d %H:%M}" if story.modified else "",
            "Category": story.section,
            "Tags": ", ".join(story.topics),
            "Authors": ", ".join(story.authors),
            "Summary": story.standfirst,
        }
        head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
        body = body_of(story, r"](../../\g<path>.md\g<part>)", r"\g<0>")
        write_text(self.folder / f"content/articles/{story.path}.md", f"{head}\n{body}\n")

    def edit_template(self, mark: str) -> None:
        """Change the page of a story."""
        template = self.folder / "theme/templates/partials/story.html"
        insert(template, '<article class="story">', f"<p>{mark}</p>")

    def settings(self) -> dict[str, Any]:
        """Give the settings that the peers share: how much stands on a page and in a feed."""
        found = runpy.run_path(str(self.folder / "pelicanconf.py"))
        return {name: found[name] for name in SHARED}

    def furniture(self) -> Furniture:
        """Take from a built story page what is the same on all of them."""
        page = self.read(f"{self.archive.path(0)}.html")
        head, _, rest = page.partition("</head>")
        pieces = [piece for piece in HEAD_PIECE.findall(head) if not ABOUT_ONE_PAGE.search(piece)]
        after = rest.partition("</main>")[2].rpartition("<footer")[0]
        if not (pieces and after.strip()):
            raise SystemExit("The benchmark no longer finds its way in our story page: mend tests/benchmarks/ours.py.")
        return Furniture("\n".join(pieces), after.strip())


def page_source(page: Text, order: int) -> str:
    """Write a page as an editor does."""
    head = f"Title: {page.title}\nTemplate: {page.template}\nSummary: {page.summary}\nOrder: {order}\n"
    body = "\n\n".join(page.body)
    return f"{head}\n{body}\n"


def versions(*names: str) -> str:
    """Name installed packages and their versions."""
    return ", ".join(f"{name} {version(name)}" for name in names)
