"""The words of the theme: one file per language, with the same keys, each of them used."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest

from plugins.story.fields import ENTRY_KINDS
from plugins.story.sources import KINDS
from tests.newsroom import ROOT

WORDS = ROOT / "theme" / "words"
LANGUAGES = sorted(path.stem for path in WORDS.glob("*.toml"))
BLANK = re.compile(r"\{(\w+)\}")


def words(lang: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{lang}.toml").read_text(encoding="utf-8"))


def sources(*places: str) -> str:
    paths = [
        path
        for place in places
        for path in (ROOT / place).rglob("*.*")
        if path.suffix in (".html", ".xml", ".opf", ".py")
    ]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def test_the_theme_speaks_english_and_russian() -> None:
    assert {"en", "ru"} <= set(LANGUAGES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_language_has_the_same_words_in_the_same_order(lang: str) -> None:
    assert list(words(lang)) == list(words("en"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_word_has_the_same_blanks_in_each_language(lang: str) -> None:
    blanks = {key: sorted(BLANK.findall(str(text))) for key, text in words(lang).items()}

    assert blanks == {key: sorted(BLANK.findall(str(text))) for key, text in words("en").items()}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_word_is_empty_and_every_year_has_twelve_months(lang: str) -> None:
    table = words(lang)

    assert [key for key, text in table.items() if not text] == []
    assert [len(set(table[key])) for key in ("months", "months_alone")] == [12, 12]


def test_every_word_is_used() -> None:
    used = sources("theme/templates", "plugins/site")
    by_kind = {
        "known",
        "unknown",
        "correction",
        "clarification",
        "update",
        "draft",
        "held",
        "application/atom+xml",
        "application/rss+xml",
    }
    by_kind |= set(ENTRY_KINDS)

    by_kind |= {f"source_{kind}" for kind in KINDS}
    unused = {key for key in words("en") if not re.search(rf"words\.{key}\b|\[[\"']{key}[\"']\]", used)}
    assert unused - by_kind == set()


def test_every_word_that_a_template_asks_for_is_there() -> None:
    asked = set(re.findall(r"\bwords\.(\w+)", sources("theme/templates")))

    assert asked - set(words("en")) == set()
