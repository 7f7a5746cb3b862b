"""A small newspaper in a temporary folder, with code and theme of its own, and every way to change it."""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.incremental.runner import ROOT, Runner

OVERRIDES = """
SITENAME = "Small Paper"
LANGUAGES = ("en", "ru")
SECTIONS = (("arms", "Arms"), ("press", "Press"))
SITE_ORIGIN = "https://small.example"
DEMONSTRATION = False
STORIES_PER_PAGE = 2
FRONT_STORIES = 2
FEED_STORIES = 3
CONTENT_LICENSE = CONTENT_LICENSE_NAME = ""
TAGLINE = "one"
PART_WORDS = 50
"""
STOCK = """
from pelicanconf import *

del PELICAN_CLASS
PLUGINS = ["plugins.story", "plugins.site"]
"""
PAGES = {
    "about": "Title: About\nOrder: 1\n\nWho we are.\n",
    "support": "Title: Support us\nTemplate: support\nOrder: 2\n\nHow.\n",
    "privacy": "Title: Privacy\nTemplate: privacy\nOrder: 3\n\nNothing is kept.\n",
    "corrections": "Title: Corrections\nTemplate: corrections\nOrder: 4\n\nHow we put things right.\n",
}
APPEAL = (
    "Title: Help us\nSlug: help\nLink: https://pay.example.org/\nLink-Text: Give\n"
    "Warning-Title: First\nWarning: It may be seen.\n\nWe need it.\n"
)
ENTRY = "Title: Ann Ray\nKind: person\nRole: 2020--2025-03 | mayor\nRole: 2025-03-- | minister\n\nKnows the river.\n"
TOPICS = ["Treaty", "Missiles", "Courts", "Radio"]
AUTHORS = ["Ann Lee", "Bo Ray", "Newsdesk"]
SECTIONS = ["Arms", "Press"]
WORDS = [
    "river",
    "treaty",
    "court",
    '"radio"',
    "said",
    "--",
    "range",
    "'90s",
    "paper",
    "north",
    "500--900",
    "don't",
    "reader",
]


class SmallArchive:
    """The newspaper. Each change of `CHANGES` is a method that takes a source of chance."""

    def __init__(self, root: Path) -> None:
        self.root, self.now, self.count, self.jobs = root, "2025-06-01 12:00", 0, 2
        shutil.copytree(ROOT / "plugins", root / "plugins")
        shutil.copytree(ROOT / "theme", root / "theme")
        self.edit(root / "plugins/site/issue.py", r"^MOST_STORIES = \d+$", "MOST_STORIES = 4")  # of nine
        ours = (ROOT / "pelicanconf.py").read_text(encoding="utf-8") + OVERRIDES
        (root / "pelicanconf.py").write_text(ours, encoding="utf-8")
        (root / "stockconf.py").write_text(STOCK, encoding="utf-8")
        for name, text in PAGES.items():
            self.write(f"pages/{name}.md", text)
        self.write("appeals/help.md", APPEAL)
        self.write("glossary/ann-ray.md", ENTRY)
        self.write("storylines/river.md", "Title: River\nSummary: It rises.\n\nSince spring.\n")
        self.write("extra/hello.txt", "Hello.\n")
        self.paint(1)
        self.output = root / "output"
        chance = random.Random(7)
        for _ in range(9):
            self.add(chance)
        self.field(self.stories()[0], "Storyline", "river")
        self.field(self.stories()[5], "Storyline", "river")
        self.runner = Runner(root)

    def end(self) -> None:
        """End the builder."""
        self.runner.end()

    # Building

    def build(self, **options: object) -> tuple[int, str]:
        """Build as an editor does."""
        return self.runner.build("pelicanconf.py", "output", NOW=self.now, JOBS=str(self.jobs), **options)

    def stock(self) -> tuple[int, str, dict[str, bytes]]:
        """Build anew by stock Pelican, without plugins.build; give the files."""
        shutil.rmtree(self.root / "stock", ignore_errors=True)
        status, said = self.runner.build("stockconf.py", "stock", NOW=self.now)
        return status, said, self.files("stock")

    def files(self, folder: str = "output") -> dict[str, bytes]:
        """Read an edition."""
        tree = self.root / folder
        found = sorted(path for path in tree.rglob("*") if path.is_file() and path.name != ".gitignore")
        return {path.relative_to(tree).as_posix(): path.read_bytes() for path in found}

    # Files

    def write(self, name: str, text: str) -> None:
        """Write a file of content/."""
        path = self.root / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def paint(self, shade: int) -> None:
        """Make the picture that stories show."""
        path = self.root / "content/images/dot.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.linear_gradient("L").resize((960 + shade % 3, 40)).point(lambda value: value ^ shade).save(path)

    def stories(self) -> list[Path]:
        """Give the files of the stories."""
        return sorted((self.root / "content/articles").rglob("*.md"))

    def some(self, chance: random.Random) -> Path:
        """Choose a story."""
        return chance.choice(self.stories())

    def taken_down(self) -> dict[Path, bytes]:
        """Take down all that an editor writes, for `restore`."""
        files = [*(self.root / "content").rglob("*"), *(self.root / "theme").rglob("*"), self.root / "pelicanconf.py"]
        return {path: path.read_bytes() for path in files if path.is_file()}

    def restore(self, files: dict[Path, bytes]) -> None:
        """Undo a change after which no edition can be made."""
        for path in self.taken_down().keys() - files.keys():
            path.unlink()
        for path, data in files.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)

    def edit(self, path: Path, pattern: str, by: str) -> None:
        """Replace what a pattern finds first in a file."""
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(pattern, lambda _: by, text, count=1, flags=re.MULTILINE), encoding="utf-8")

    def field(self, path: Path, name: str, value: str) -> None:
        """Set a field of a story."""
        text = path.read_text(encoding="utf-8")
        kept = re.sub(rf"^{name}:.*\n", "", text, flags=re.MULTILINE)
        path.write_text(f"{name}: {value}\n{kept}", encoding="utf-8")

    def sentence(self, chance: random.Random) -> str:
        """Make up a sentence."""
        return " ".join(chance.choices(WORDS, k=chance.randint(3, 9))).capitalize() + "."

    # Changes of content

    def add(self, chance: random.Random) -> None:
        """A new story, some in the future, some linking to others."""
        self.count += 1
        month, day = chance.randint(1, 7), chance.randint(1, 28)
        body = [self.sentence(chance), "## Part", self.sentence(chance)]
        older = [path for path in self.stories() if path.parent.name < "05" and "Status" not in path.read_text("utf-8")]
        if older and chance.random() < 0.4:
            other = chance.choice(older).relative_to(self.root / "content").as_posix()
            body.append(f"[See](../../../{other}#part)")
        if chance.random() < 0.3:
            body.append("![A dot](../../../images/dot.png)")
        if chance.random() < 0.2:
            body.append("``` ranges\nTitle: Far\nDescription: Two circles.\n500 km: near\n5,500 km: far\n```")
        self.write(
            f"articles/2025/{month:02}/story-{self.count}.md",
            f"Title: {self.sentence(chance)[:-1]} {self.count}\nDate: 2025-{month:02}-{day:02} 10:00\n"
            f"Category: {chance.choice(SECTIONS)}\nTags: {', '.join(chance.sample(TOPICS, chance.randint(1, 3)))}\n"
            f"Authors: {chance.choice(AUTHORS)}\nSummary: {self.sentence(chance)}\n\n" + "\n\n".join(body) + "\n",
        )

    def newest(self, chance: random.Random) -> None:
        """A new story, newer than all others; some in a month, on a topic or by an author that had none."""
        self.count += 1
        month = "2025-07" if chance.random() < 0.7 else chance.choice(["2025-08", "2025-12", "2026-01"])
        topics = [*chance.sample(TOPICS, 2), *chance.choice([[], [], [f"Topic {self.count}"]])]
        author = chance.choice([*AUTHORS, *AUTHORS, f"Author {self.count}"])
        self.write(
            f"articles/{month.replace('-', '/')}/newest-{self.count}.md",
            f"Title: {self.sentence(chance)[:-1]}\nDate: {month}-{29 + self.count // 24 % 3} {self.count % 24:02}:00\n"
            f"Category: {chance.choice(SECTIONS)}\nTags: {', '.join(topics)}\n"
            f"Authors: {author}\nSummary: {self.sentence(chance)}\n\n{self.sentence(chance)}\n",
        )

    def body(self, chance: random.Random) -> None:
        """A sentence more."""
        with self.some(chance).open("a", encoding="utf-8") as file:
            file.write(f"\n{self.sentence(chance)}\n")

    def long_read(self, chance: random.Random) -> None:
        """A story grown over several pages, or further."""
        with self.some(chance).open("a", encoding="utf-8") as file:
            for number in range(chance.randint(1, 3)):
                file.write(f"\n## Section {number}\n\n{' '.join(self.sentence(chance) for _ in range(6))}\n")

    def headline(self, chance: random.Random) -> None:
        """Another headline."""
        self.edit(self.some(chance), r"^Title:.*$", f"Title: {self.sentence(chance)[:-1]} {chance.random()}")

    def standfirst(self, chance: random.Random) -> None:
        """Another standfirst."""
        self.edit(self.some(chance), r"^Summary:.*$", f"Summary: {self.sentence(chance)}")

    def kicker(self, chance: random.Random) -> None:
        """A kicker."""
        self.field(self.some(chance), "Kicker", self.sentence(chance)[:20])

    def date(self, chance: random.Random) -> None:
        """Another date, and so another address."""
        moment = f"2025-{chance.randint(1, 8):02}-11 09:{chance.randint(10, 59)}"
        self.edit(self.some(chance), r"^Date:.*$", f"Date: {moment}")

    def updated(self, chance: random.Random) -> None:
        """A later version."""
        self.field(self.some(chance), "Modified", f"2025-09-{chance.randint(10, 28)} 08:00")

    def move(self, chance: random.Random) -> None:
        """Another address, and a way from the old one."""
        self.count += 1
        path = self.some(chance)
        self.field(path, "Slug", f"moved-{self.count}")
        self.field(path, "Aliases", f"old/{path.stem}.html")

    def rename(self, chance: random.Random) -> None:
        """Another file name."""
        self.count += 1
        path = self.some(chance)
        path.rename(path.with_name(f"renamed-{self.count}.md"))

    def withdraw(self, chance: random.Random) -> None:
        """A story withdrawn."""
        path = self.some(chance)
        self.field(path, "Status", "withdrawn")
        self.field(path, "Reason", "It was wrong.")

    def draft(self, chance: random.Random) -> None:
        """A story taken back into the drawer, or out of it."""
        path = self.some(chance)
        is_draft = "Status: draft" in path.read_text(encoding="utf-8")
        if "Reason:" not in path.read_text(encoding="utf-8"):
            self.field(path, "Status", "published" if is_draft else "draft")

    def delete(self, chance: random.Random) -> None:
        """A story gone."""
        if len(self.stories()) > 4:
            self.some(chance).unlink()

    def topic(self, chance: random.Random) -> None:
        """A topic renamed everywhere, or added to one story."""
        old, new = chance.choice(TOPICS), f"Topic {chance.randint(1, 9)}"
        for path in self.stories():
            self.edit(path, rf"^(Tags:.*)\b{old}\b(.*)$", f"Tags: {new}")

    def section(self, chance: random.Random) -> None:
        """A story in another section."""
        self.field(self.some(chance), "Category", chance.choice(SECTIONS))

    def author(self, chance: random.Random) -> None:
        """An author renamed."""
        old, new = chance.choice(AUTHORS), f"Writer {chance.randint(1, 9)}"
        for path in self.stories():
            self.edit(path, rf"^Authors: {old}$", f"Authors: {new}")

    def correction(self, chance: random.Random) -> None:
        """A correction or an update."""
        kind = chance.choice(["Correction", "Clarification", "Update"])
        self.field(self.some(chance), kind, f"2025-10-{chance.randint(10, 28)} 10:00 | {self.sentence(chance)}")

    def key_points(self, chance: random.Random) -> None:
        """Key points, or others."""
        path = self.some(chance)
        text = re.sub(r"^Key-point:.*\n", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        points = "".join(f"Key-point: {number} {self.sentence(chance)}\n" for number in range(chance.randint(3, 5)))
        path.write_text(points + text, encoding="utf-8")

    def claims(self, chance: random.Random) -> None:
        """Who says what, and what is known."""
        day, line = f"2025-08-{chance.randint(10, 28)}", self.sentence(chance)
        with self.some(chance).open("a", encoding="utf-8") as file:
            file.write(f"\n``` claims {day}\nA: {line}\nB: did not comment\n```\n\n``` known {day}\n{line}\n```\n")

    def chart(self, chance: random.Random) -> None:
        """A chart, its rows in the text or in a file beside it."""
        path = self.some(chance)
        rows = f"What,How\nA,{chance.randint(1, 99)}\nB,5\n"
        beside = path.with_suffix(".csv")
        if chance.random() < 0.5 or beside.exists():
            beside.write_text(rows, encoding="utf-8")
        data = f"Data: {beside.name}\n" if beside.exists() else rows.replace(",", " | ")
        if f"Data: {beside.name}" not in path.read_text(encoding="utf-8"):
            with path.open("a", encoding="utf-8") as file:
                file.write(f"\n``` chart bars\nTitle: How much\nDescription: Two bars.\n{data}```\n")

    def live(self, chance: random.Random) -> None:
        """An update in a story's text, which makes it a story changed since."""
        moment = f"2025-10-{chance.randint(10, 28)} {chance.randint(10, 23)}:{chance.randint(10, 59)}"
        with self.some(chance).open("a", encoding="utf-8") as file:
            file.write(f"\n## {moment} | {self.sentence(chance)}\n\n{self.sentence(chance)}\n")

    def data(self, chance: random.Random) -> None:
        """Other figures in a file beside a story."""
        for path in sorted((self.root / "content/articles").rglob("*.csv")):
            path.write_text(f"What,How\nA,{chance.randint(1, 99)}\n", encoding="utf-8")

    def source(self, chance: random.Random) -> None:
        """A source."""
        self.field(
            self.some(chance), "Source", f'A "Paper" | 2020-01-02 | https://example.org/{chance.random()} | n | wire'
        )

    def translation(self, chance: random.Random) -> None:
        """A translation of a story, or another title for it."""
        path = self.some(chance)
        slug = path.stem
        text = path.read_text(encoding="utf-8")
        if "Lang:" in text or "Slug:" in text:
            return
        other = path.with_name(f"{slug}-ru.md")
        other.write_text(f"Lang: ru\nSlug: {slug}\n{text}\nПо-русски -- {chance.random()}.\n", encoding="utf-8")

    def no_appeal(self, chance: random.Random) -> None:
        """A story without the appeal."""
        self.field(self.some(chance), "Appeal", chance.choice(["none", "help"]))

    def appeal(self, chance: random.Random) -> None:
        """Another appeal."""
        self.edit(self.root / "content/appeals/help.md", r"^Title:.*$", f"Title: Help {chance.random()}")

    def warning(self, chance: random.Random) -> None:
        """The appeal's warning in another language."""
        self.write("appeals/help-ru.md", APPEAL.replace("Title: Help us", f"Lang: ru\nTitle: Помощь {chance.random()}"))

    def page(self, chance: random.Random) -> None:
        """A page's text or its title, which every page shows."""
        path = self.root / f"content/pages/{chance.choice(list(PAGES))}.md"
        if chance.random() < 0.5:
            self.edit(path, r"^Title:.*$", f"Title: Page {chance.randint(1, 99)}")
        else:
            path.write_text(path.read_text(encoding="utf-8") + f"\n{self.sentence(chance)}\n", encoding="utf-8")

    def page_in_russian(self, chance: random.Random) -> None:
        """A page's translation."""
        self.write("pages/about-ru.md", f"Title: О нас {chance.random()}\nSlug: about\nLang: ru\n\nТекст.\n")

    def front(self, chance: random.Random) -> None:
        """The editors' choice for the front page."""
        chosen = chance.sample(self.stories(), 4)
        first, *rest = (path.relative_to(self.root / "content").as_posix() for path in chosen)
        until = f" until 2025-0{chance.randint(1, 9)}-15" if chance.random() < 0.5 else ""
        second, *bundle = rest
        package = f"Package: Bundle {chance.randint(1, 9)} | {' | '.join(bundle)}{until}\n"
        self.write("front.md", f"Lead: {first}\nSecond: {second}{until}\n{package}")

    def name(self, chance: random.Random) -> None:
        """A name that is explained."""
        with self.some(chance).open("a", encoding="utf-8") as file:
            file.write("\nSo says [Ann Ray](glossary:ann-ray).\n")

    def quotation(self, chance: random.Random) -> None:
        """Words that somebody said, shown as a figure."""
        path = self.some(chance)
        self.field(path, "Quotation", "ann-ray | so it is | 2024 | in town")
        with path.open("a", encoding="utf-8") as file:
            file.write(f'\n{self.sentence(chance)} And "so it is".\n\n``` quotation\nso it is\n```\n')

    def storyline(self, chance: random.Random) -> None:
        """A story that belongs to a storyline, or another title for that."""
        self.field(self.some(chance), "Storyline", "river")
        if chance.random() < 0.3:
            self.edit(self.root / "content/storylines/river.md", r"^Title:.*$", f"Title: River {chance.randint(1, 99)}")

    def event(self, chance: random.Random) -> None:
        """An event in a storyline's file or in a story's, its day or its words changed."""
        row = f"2025-0{chance.randint(1, 8)} | {self.sentence(chance)} {chance.random()} | ann-ray, river"
        if chance.random() < 0.5:
            self.field(self.root / "content/storylines/river.md", "Event", row)
        else:
            self.field(self.some(chance), "Event", row)

    def role(self, chance: random.Random) -> None:
        """An office entered or left, or another definition."""
        entry = self.root / "content/glossary/ann-ray.md"
        self.edit(entry, r"^Role: 2025-03--.*$", f"Role: 2025-0{chance.randint(3, 6)}-- | envoy {chance.randint(1, 9)}")
        self.edit(entry, r"^Knows .*$", f"Knows {self.sentence(chance)}")

    def rename_entry(self, chance: random.Random) -> None:
        """Another name for somebody, or another spelling that is not ours."""
        entry = self.root / "content/glossary/ann-ray.md"
        self.field(
            entry, *chance.choice([("Title", "Ann Rey"), ("Also", "Ann Ray"), ("Not", "river"), ("Not", "Ann Roy")])
        )

    def picture(self, chance: random.Random) -> None:
        """Another picture under the same name."""
        self.paint(chance.randint(1, 250))

    def attachment(self, chance: random.Random) -> None:
        """Another file beside the pages."""
        self.write(f"extra/{chance.choice(['hello', 'note'])}.txt", f"{chance.random()}\n")

    # Changes of everything else

    def template(self, chance: random.Random) -> None:
        """A template."""
        name = chance.choice(["components/card.html", "article.html", "list.html", "base.html"])
        path = self.root / "theme/templates" / name
        more = chance.choice(["{# nothing #}", f"<!-- {chance.random()} -->"])
        path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")

    def css(self, chance: random.Random) -> None:
        """A style."""
        self.edit(self.root / "theme/css/utilities/print.css", r"\A", f".x{chance.randint(1, 99)}{{color:red}}\n")

    def word(self, chance: random.Random) -> None:
        """A word of the theme."""
        self.edit(self.root / "theme/words/en.toml", r'^newer = ".*"$', f'newer = "Newer {chance.randint(1, 99)}"')

    def setting(self, chance: random.Random) -> None:
        """A setting."""
        name, value = chance.choice(
            [
                ("TAGLINE", f'"{chance.randint(1, 99)}"'),
                ("STORIES_PER_PAGE", chance.randint(1, 4)),
                ("FRONT_STORIES", chance.randint(1, 4)),
                ("FEED_STORIES", chance.randint(1, 9)),
                ("TAKE_AWAY_DAYS", chance.choice(["0", "30", '"all"'])),
                ("SITE_ORIGIN", chance.choice(['""', '"https://other.example"'])),
            ]
        )
        with (self.root / "pelicanconf.py").open("a", encoding="utf-8") as file:
            file.write(f"{name} = {value}\n")

    def section_name(self, chance: random.Random) -> None:
        """A section renamed; stories name it by its slug."""
        for path in self.stories():
            self.edit(path, r"^Category: Arms.*$", "Category: arms")
        with (self.root / "pelicanconf.py").open("a", encoding="utf-8") as file:
            file.write(f'SECTIONS = (("arms", "Arms {chance.randint(1, 9)}"), ("press", "Press"))\n')

    def plugin(self, chance: random.Random) -> None:
        """A line of a plugin."""
        path = self.root / "plugins/site/addresses.py"
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace('f"{origin}/"', f'f"{{origin}}/?{chance.randint(1, 99)}"'), encoding="utf-8")
        self.runner.end()
        self.runner = Runner(self.root)

    def clock(self, chance: random.Random) -> None:
        """Time passes, or is rehearsed."""
        self.now = f"2025-{chance.randint(1, 12):02}-{chance.randint(1, 28):02} 12:00"

    # Accidents

    def tamper(self, chance: random.Random) -> None:
        """A file of the last edition, or of the one before, is changed; its size and times look as before."""
        trees = [self.output, *(self.root / ".output-workshop").glob("kept-*")]
        files = [path for tree in trees for path in sorted(tree.rglob("*.html"))]
        if files:
            path = chance.choice(files)
            status, data = path.stat(), path.read_bytes()
            path.write_bytes(data[:-20] + data[-20:].swapcase())
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def lose(self, chance: random.Random) -> None:
        """A file of the last edition, or of the one before, is deleted."""
        trees = [self.output, *(self.root / ".output-workshop").glob("kept-*")]
        files = [path for tree in trees for path in sorted(tree.rglob("*.html"))]
        if files:
            chance.choice(files).unlink()

    def damage(self, chance: random.Random) -> None:
        """A store is cut off, filled with noise, swapped for another, or gone."""
        stores = [self.root / ".output-workshop/edition", *(self.root / ".cache").rglob("*")]
        stores = sorted(path for path in stores if path.is_file())
        if stores:
            path = chance.choice(stores)
            data = path.read_bytes()
            how = chance.randint(1, 4)
            at = chance.randrange(len(data) + 1)
            if how == 1:
                path.write_bytes(data[:at])
            elif how == 2:
                path.write_bytes(data[:at] + chance.randbytes(64) + data[at + 64 :])
            elif how == 3:
                path.write_bytes(chance.choice(stores).read_bytes())
            else:
                path.unlink()

    def restore_times(self, chance: random.Random) -> None:
        """A story is changed, of the same size, and its time of change set back."""
        path = self.some(chance)
        status, text = path.stat(), path.read_text(encoding="utf-8")
        head, _, body = text.partition("\n\n")
        path.write_text(f"{head}\n\n{body.swapcase()}", encoding="utf-8")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def killed(self, chance: random.Random) -> None:
        """A build is killed at some moment."""
        self.headline(chance)
        self.add(chance)
        self.build(kill_after=chance.uniform(0.02, 0.5))

    def nothing(self, chance: random.Random) -> None:
        """Nothing at all."""


def changes() -> dict[str, Callable[[SmallArchive, random.Random], None]]:
    """Give every change by its name."""
    tools = {"build", "stock", "files", "write", "paint", "stories", "some", "edit", "field", "sentence", "end"}
    tools |= {"taken_down", "restore"}
    found = {name: made for name, made in vars(SmallArchive).items() if not name.startswith("_") and name not in tools}
    return dict(sorted(found.items()))
