"""The words of the theme, one TOML file per language in theme/words/, and dates in those words."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from plugins.story.problems import Problem, SiteError
from plugins.story.records import Day

BLANK = re.compile(r"\{([a-z_]+)\}")


class Words:
    """Every word of the theme in one language: `words.newer`, `words["newer"]`.

    A word that is not in the file is an error, never an empty place on the page.
    """

    def __init__(self, table: dict[str, Any], file: str) -> None:
        self._table = table
        self._file = file
        self._day = lru_cache(maxsize=4096)(self._day_of)  # many stories are of one day

    def __getitem__(self, key: str) -> Any:
        try:
            return self._table[key]
        except KeyError:
            raise SiteError([no_word(self._file, key)]) from None

    def __getattr__(self, key: str) -> Any:
        if key.startswith("_"):
            raise AttributeError(key)
        return self[key]

    def date(self, when: dt.date) -> str:
        """Write a day in words: 5 August 2025."""
        return self._day(when.year, when.month, when.day)

    def _day_of(self, year: int, month: int, day: int) -> str:
        return fill(self["date"], day=day, month=self["months"][month - 1], year=year)

    def moment(self, when: dt.datetime) -> str:
        """Write a moment in words, always in UTC: 5 August 2025, 14:10 UTC."""
        utc = when.astimezone(dt.UTC)
        return fill(self["moment"], date=self.date(utc), time=f"{utc:%H:%M}")

    def when(self, day: Day) -> str:
        """Write a day, month or year as exactly as it is known: 4 August 2025, August 2025, about 1979."""
        parts = day.parts
        if len(parts) == 3:
            text = self.date(dt.date(*parts))
        else:
            text = self.month(*parts) if len(parts) == 2 else str(parts[0])
        return fill(self["about"], date=text) if day.about else text

    def month(self, year: int, month: int) -> str:
        """Name a month: August 2025."""
        return f"{self['months_alone'][month - 1]} {year}"


def no_word(file: str, key: str) -> Problem:
    """Report a word that a template asks for and the file does not have."""
    return Problem(file, 1, f"there is no word {key!r}.", f"Add a line '{key} = \"…\"'.")


def fill(text: str, **values: object) -> str:
    """Fill the blanks of a phrase: "Page {n}" with n=3. Raise KeyError for a blank without a value."""
    return BLANK.sub(lambda blank: str(values[blank[1]]), text)


def speaking(theme: Path, langs: Iterable[str]) -> list[tuple[str, Words]]:
    """Give the words of each of these languages that the theme speaks, each language once."""
    spoken = [lang for lang in dict.fromkeys(langs) if (theme / "words" / f"{lang}.toml").is_file()]
    return [(lang, read_words(theme, lang)) for lang in spoken]


def read_words(theme: Path, lang: str) -> Words:
    """Read the words of a language. Raise SiteError where the theme does not speak it."""
    path = theme / "words" / f"{lang}.toml"
    file = f"{theme.name}/words/{lang}.toml"
    try:
        return Words(tomllib.loads(path.read_text(encoding="utf-8")), file)
    except FileNotFoundError:
        wrong = f"the theme has no words in {lang!r}."
        raise SiteError([Problem(file, 1, wrong, "Copy en.toml there and translate it.")]) from None
    except tomllib.TOMLDecodeError as error:
        raise SiteError([Problem(file, 1, f"{error}.", "Mend the line.")]) from None
