"""STYLE 3: strict templates without logic, without words of their own, without trust in what they print."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.newsroom import ROOT

TEMPLATES = ROOT / "theme" / "templates"
FILES = sorted(path for path in TEMPLATES.rglob("*") if path.is_file())
MARKUP = [path for path in FILES if path.suffix in (".html", ".xml")]
# Where a template says that a value is clean HTML already: none does, the plugins hand over Markup.
TRUSTED: set[tuple[str, str]] = set()

COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
SPOKEN = re.compile(r'\s(?:aria-label|aria-description|alt|title|placeholder|summary|label)="([^"]*)"')
SAFE = re.compile(r"\{[{%](?P<code>[^}]*\|\s*safe\b[^}]*)[%}]\}")


def name(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def words_typed(text: str) -> list[str]:
    """Give the words that a template would print in one language for all."""
    bare = CODE.sub("", COMMENT.sub("", text))
    spoken = " ".join(SPOKEN.findall(bare))
    between = re.sub(r"<[^>]*>", " ", bare)
    return re.findall(r"[^\W\d_]{2,}", f"{between} {spoken}")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("<p>Sources</p>", ["Sources"], id="text"),
        pytest.param('<nav aria-label="Sections">{{ words.x }}</nav>', ["Sections"], id="label"),
        pytest.param("<p>{{ words.by }} {# By whom #} {% if author %}→{% endif %}</p>", [], id="none"),
        pytest.param('<nav class="dial" aria-label="{{ words.sections }}"></nav>', [], id="word-of-the-theme"),
    ],
)
def test_typed_words_are_found(text: str, found: list[str]) -> None:
    assert words_typed(text) == found


@pytest.mark.parametrize("path", MARKUP, ids=name)
def test_every_word_of_the_theme_stands_in_the_files_of_words(path: Path) -> None:
    assert words_typed(source(path)) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_is_printed_unescaped(path: Path) -> None:
    trusted = {(name(path), found["code"].strip()) for found in SAFE.finditer(source(path))}

    assert trusted - TRUSTED == set()
    assert not re.search(r"autoescape\s+false|Markup\(", source(path))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_knows_no_base_address(path: Path) -> None:
    assert not re.search(r"\bSITEURL\b|\bSITENAME\b|\bRELATIVE_URLS\b", source(path))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_readers_download_no_comments(path: Path) -> None:
    assert "<!--" not in source(path)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_begins_by_saying_what_it_is(path: Path) -> None:
    assert source(path).startswith("{# ")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_is_short_and_its_blocks_are_closed_by_name(path: Path) -> None:
    opened = re.findall(r"\{%-?\s*block\s+(\w+)", source(path))
    closed = re.findall(r"\{%-?\s*endblock\s*(\w*)", source(path))

    assert len(source(path).splitlines()) <= 120
    assert sorted(opened) == sorted(closed)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_makes_no_element_that_styles_or_acts_by_itself(path: Path) -> None:
    assert not re.search(r"\sstyle=|\son[a-z]+=|javascript:", source(path))


@pytest.mark.parametrize("path", FILES, ids=name)
def test_a_template_decides_little(path: Path) -> None:
    conditions = re.findall(r"\{%-?\s*(?:if|elif)\s+(.*?)\s*-?%\}", source(path))
    computed = re.findall(r"\{%-?\s*set\s+\w+\s*=\s*(\[.*|\{.*)", source(path))

    assert [each for each in conditions if len(re.findall(r"\b(?:and|or)\b", each)) > 1] == []
    assert computed == []


def test_every_component_is_used() -> None:
    everything = "\n".join(source(path) for path in FILES)

    unused = [
        name(path)
        for folder in ("components", "partials")
        for path in (TEMPLATES / folder).glob("*.html")
        if f'"{name(path)}"' not in everything
    ]
    assert unused == []
