"""The docs and the code say the same: every field, setting, command, template name and link, both ways."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from pelican.settings import DEFAULT_CONFIG

from plugins.site.settings import SETTINGS
from plugins.story.body import anchor
from plugins.story.desk import read_desk
from plugins.story.fields import FIELDS, STATUSES, TEMPLATES, Rules
from tests.newsroom import ROOT
from tests.tools import PACKAGES

README = ROOT / "README.md"
WRITING = ROOT / "docs" / "writing.md"
CHANGING = ROOT / "docs" / "changing.md"
DOCS = [README, ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
# What the shell gives to a command, and what Pelican has without a default.
VARIABLES = set(re.findall(r"\b([A-Z]{2,})=", MAKEFILE)) | {"CI", "PYTHON", "NO_COLOR"}
PELICANS = set(DEFAULT_CONFIG) | {"PELICAN_CLASS", "SITEURL", "KNOWN_SETTINGS"}

ROW = re.compile(r"^\|(?P<cells>.+)\|$", re.MULTILINE)
NAME = re.compile(r"`([^`]+)`")
FENCE = re.compile(r"^(`{3,}).*?^\1`*$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"^[A-Z][A-Z]+(?:_[A-Z]+)*$")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def table(path: Path, heading: str) -> dict[str, list[str]]:
    """Give the rows of the table whose first heading this is: the name in backticks, and the other cells."""
    lines = text(path).split("\n")
    start = next(at for at, line in enumerate(lines) if re.match(rf"\|\s*{heading}\s*\|", line))
    rows: dict[str, list[str]] = {}
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        first, *rest = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        rows |= dict.fromkeys(NAME.findall(first), rest)
    return rows


def test_every_field_is_described_and_every_description_is_of_a_field() -> None:
    assert list(table(WRITING, "Field")) == [field.name for field in FIELDS]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_a_field_is_described_as_it_is(field: object) -> None:
    where, rule, without, *_ = table(WRITING, "Field")[field.name]

    kinds = [{"front page": "front"}.get(kind, kind) for kind in where.split(", ")]
    assert kinds == list(field.kinds)
    assert ("Repeatable" in rule) == field.repeats
    assert (without == "Refused.") == field.required


@pytest.mark.parametrize("word", [*STATUSES, *TEMPLATES])
def test_every_word_that_a_field_may_hold_is_described(word: str) -> None:
    rules = table(WRITING, "Field")

    assert f"`{word}`" in rules["Status"][1] + rules["Template"][1]


def test_every_setting_is_described_and_every_description_is_of_a_setting() -> None:
    assert set(table(CHANGING, "Setting")) == set(SETTINGS)


def test_every_setting_is_set_in_pelicanconf_or_is_for_a_command() -> None:
    written = set(re.findall(r"^([A-Z_]+)\b.* = ", text(ROOT / "pelicanconf.py"), re.MULTILINE))
    by_commands = {"SHOW_UNPUBLISHED", "LEDGER", "COPIES"}

    assert set(SETTINGS) - written - by_commands == set()


def test_no_document_names_a_setting_that_there_is_not() -> None:
    known = (
        set(SETTINGS) | PELICANS | VARIABLES | set(re.findall(r"\b[A-Z_]{3,}\b", code("plugins", "theme/css", "setup")))
    )
    named = {each for path in DOCS for each in NAME.findall(text(path)) if SETTING.match(each) and "_" in each}

    assert named - known == set()


def code(*places: str) -> str:
    """Give all code below some folders."""
    kinds = (".py", ".css", ".js")
    return "\n".join(text(path) for place in places for path in (ROOT / place).rglob("*.*") if path.suffix in kinds)


def test_every_command_is_described_and_every_description_is_of_a_command() -> None:
    described = {each.removeprefix("make").strip() for each in table(README, "Command")}

    assert described - {""} == TARGETS


def test_no_document_names_a_command_that_there_is_not() -> None:
    shown = [found for path in DOCS for found in FENCE.findall(text(path)) or []]
    named = {each for path in DOCS for each in re.findall(r"(?:`|^|&& |\" )make ([a-z-]+)", text(path), re.MULTILINE)}

    assert shown
    assert named - TARGETS == set()


def test_every_command_has_a_line_of_help_and_is_no_file() -> None:
    phony = set(re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE))
    rules = set(re.findall(r"^([a-z][\w-]*):", MAKEFILE, re.MULTILINE))
    helped = set(re.findall(r"^([a-z]+):.*  ## \S", MAKEFILE, re.MULTILINE))

    assert {each for line in phony for each in line.split()} == rules
    assert TARGETS - helped == {"help"}


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_link_in_the_docs_leads_to_a_file_and_a_heading_that_are_there(path: Path) -> None:
    prose = FENCE.sub("", text(path))
    dead = []
    for found in LINK.finditer(re.sub(r"`[^`\n]*`", "", prose)):
        address = found[1] or found[2]
        file, _, part = address.partition("#")
        target = (path.parent / file).resolve() if file else path
        if re.match(r"https?://|mailto:", address):
            continue
        if not target.exists() or (part and part not in headings(target)):
            dead.append(address)

    assert dead == []


def headings(path: Path) -> set[str]:
    """Give the anchors of a document's headings, as hosts of Markdown make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", text(path)), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles} | {
        anchor(title, "-") for title in titles
    }


def test_the_readme_is_short_enough_to_be_read() -> None:
    assert len(text(README).splitlines()) <= 120


@pytest.mark.parametrize("path", DOCS, ids=name)
def test_every_file_and_folder_that_a_document_names_is_there(path: Path) -> None:
    ours = ("plugins/", "theme/", "tests/", "setup/", "docs/", "content/")
    named = {
        each.rstrip("/")
        for each in NAME.findall(FENCE.sub("", text(path)))
        if each.startswith(ours) and re.fullmatch(r"[\w./-]+", each)
    }
    made_up = re.compile(
        r"YYYY|(?:^|/)name\.|/story\.md|/nope|treaty-in-three-dates|content/(?:published|extra|images|glossary|storylines)"
    )

    missing = {each for each in named if not made_up.search(each) and not (ROOT / each).exists()}
    gone_with_the_edition = {
        "content/front.md",
        "content/appeals",
        "content/articles",
        "content/pages",
        "tests/edition",
    }
    assert missing - gone_with_the_edition == set()


def test_what_templates_may_use_is_described() -> None:
    described = {each.partition("(")[0] for each in table(CHANGING, "Filter")}
    source = text(ROOT / "plugins" / "site" / "theme.py")
    filters = set(re.findall(r'^\s+"(\w+)": ', source.partition("env.filters |= {")[2].partition("}")[0], re.MULTILINE))

    assert filters
    assert described == filters


def test_every_package_that_tests_need_is_on_the_one_list() -> None:
    lines = text(ROOT / "tests" / "debian-packages.txt").splitlines()
    listed = {line.partition("#")[0].strip() for line in lines} - {""}

    assert set(PACKAGES.values()) <= listed


def test_the_docs_name_no_machine_and_no_person() -> None:
    odd = {name(path) for path in DOCS if re.search(r"/root/|/work/|/tmp/|/home/(?!me/|you/|…)", text(path))}

    assert odd == set()


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=name)
def test_a_decision_says_why_what_and_what_follows(path: Path) -> None:
    wanted = ["Context", "Decision", "Consequences"]

    assert re.match(r"\d{4}-[a-z0-9-]+\.md$", path.name)
    assert [each for each in re.findall(r"^## (.+)$", text(path), re.MULTILINE) if each in wanted] == wanted
    assert re.search(r"^(?:## )?Status", text(path), re.MULTILINE)


def test_a_story_shown_in_the_docs_would_pass(tmp_path: Path) -> None:
    (story,) = re.findall(r"^````text\n(.*?)^````$", text(WRITING), re.MULTILINE | re.DOTALL)
    other = "Title: The treaty\nDate: 2025-08-05 08:00\nCategory: Arms\n\n## What it banned\n\nMissiles.\n"
    for name, shown in (("2025/09/treaty-in-three-dates", story), ("2025/08/inf-treaty", other)):
        path = tmp_path / "content" / "articles" / f"{name}.md"
        path.parent.mkdir(parents=True)
        path.write_text(shown, encoding="utf-8")
    rules = Rules({"arms": "Arms"}, ("en", "ru"), "en", dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

    assert list(map(str, read_desk(tmp_path / "content", rules).problems)) == []
