"""What each story stated, kept from build to build: never needed, and never another story's or another time's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.edition.ledger import Line
from plugins.edition.told import Told

NOTED = dt.datetime(2025, 9, 1, 7, 30, tzinfo=dt.UTC)
PACT = Line("2025/08/pact.html", "story", NOTED, frozenset({"0123abcd", "4567cdef"}))
STORY = SimpleNamespace(whole=b"bytes of pact", state="published", address=PACT.address, lang="en")


def told(folder: Path, key: bytes = b"key", names: Iterable[str] = ("Ann", "Bo")) -> Told:
    library: Any = SimpleNamespace(folder=folder, key=key)
    return Told(library, names)


def ask(one: Told, story: Any = STORY, line: Line = PACT) -> tuple[Line, bool]:
    """Ask for the line of a story; say too whether it was made."""
    made = []

    def make() -> Line:
        made.append(line)
        return line

    return one.line(story, make), bool(made)


def tell(folder: Path) -> Path:
    """Have a build keep what one story stated; give the store."""
    one = told(folder)
    assert ask(one) == (PACT, True)
    one.keep()
    return folder / "told"


def test_a_line_is_made_once_for_the_same_bytes_and_comes_back_whole(tmp_path: Path) -> None:
    tell(tmp_path)

    assert ask(told(tmp_path)) == (PACT, False)


@pytest.mark.parametrize(
    "line",
    [Line(PACT.address, "story"), Line(PACT.address, "withdrawn"), Line(PACT.address, "story", NOTED)],
    ids=["nothing stated", "withdrawn", "a note alone"],
)
def test_a_line_that_says_little_comes_back_whole(tmp_path: Path, line: Line) -> None:
    one = told(tmp_path)
    ask(one, line=line)
    one.keep()

    assert ask(told(tmp_path), line=line) == (line, False)


@pytest.mark.parametrize(
    "other",
    [{"whole": b"other bytes"}, {"state": "withdrawn"}, {"address": "2025/08/other.html"}, {"lang": "ru"}],
    ids=lambda other: next(iter(other)),
)
def test_another_story_is_read(tmp_path: Path, other: dict[str, Any]) -> None:
    tell(tmp_path)

    assert ask(told(tmp_path), SimpleNamespace(**{**vars(STORY), **other}))[1]


@pytest.mark.parametrize(
    ("key", "names"),
    [
        pytest.param(b"other", ("Ann", "Bo"), id="other code or settings"),
        pytest.param(b"key", ("Ann", "Bo", "Cy"), id="one more name"),
        pytest.param(b"key", ("Ann",), id="one name less"),
        pytest.param(b"key", ("AnnBo",), id="names run together"),
    ],
)
def test_everything_is_read_again_for_others(tmp_path: Path, key: bytes, names: tuple[str, ...]) -> None:
    tell(tmp_path)

    assert ask(told(tmp_path, key, names)) == (PACT, True)


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "gone": lambda _: b"",
    "cut off": lambda data: data[:-1],
    "cut off at the head": lambda data: data[:40],
    "one digest for another": lambda data: data.replace(b"0123abcd", b"ffffffff"),
    "more at its end": lambda data: data + b"\0",
    "another's": lambda data: data[:16] + bytes(64) + data[80:],
}


@pytest.mark.parametrize("spoil", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_store_is_thrown_away(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    store = tell(tmp_path)
    right = store.read_bytes()
    assert spoil(right) != right
    store.write_bytes(spoil(right))

    one = told(tmp_path)
    assert ask(one) == (PACT, True)
    one.keep()
    assert store.read_bytes() == right


def test_a_story_that_is_no_longer_there_is_forgotten(tmp_path: Path) -> None:
    store = tell(tmp_path)
    other = SimpleNamespace(**{**vars(STORY), "whole": b"other bytes"})
    one = told(tmp_path)
    ask(one, other, Line(PACT.address, "story", None, frozenset({"89ab0123"})))
    one.keep()

    assert b"89ab0123" in store.read_bytes()
    assert b"0123abcd" not in store.read_bytes()


def test_no_address_and_no_word_is_kept(tmp_path: Path) -> None:
    kept = tell(tmp_path).read_bytes()

    assert [word for word in (b"pact", b"2025/08", b"Ann") if word in kept] == []


def test_what_has_not_changed_is_not_written_again(tmp_path: Path) -> None:
    store = tell(tmp_path)
    before = store.stat().st_ino
    one = told(tmp_path)
    ask(one)
    one.keep()

    assert store.stat().st_ino == before


def test_without_a_library_every_story_is_read_and_nothing_is_kept(tmp_path: Path) -> None:
    tell(tmp_path)
    one = Told(None, ("Ann", "Bo"))

    assert ask(one) == (PACT, True)
    one.keep()
    assert ask(told(tmp_path), SimpleNamespace(state="published", address=PACT.address, lang="en")) == (PACT, True)
