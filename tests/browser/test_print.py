"""On paper: the story whole, its addresses spelled out, and nothing that only a screen can use."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.browser.host import Host
from tests.browser.reader import Visit
from tests.tools import need


@pytest.fixture
def printed(visit: Visit, host: Host, tmp_path: Path) -> str:
    """The text of a story as it is printed."""
    pdftotext = need("pdftotext")
    paper = tmp_path / "story.pdf"
    visit.go(f"{host.origin}/2024/03/ferry.html").pdf(path=paper, format="A4")
    done = subprocess.run([pdftotext, paper, "-"], capture_output=True, check=True, encoding="utf-8")
    return " ".join(done.stdout.split())


def test_a_printed_story_is_whole(printed: str) -> None:
    for words in ("The ferry is back", "After 17 days", "By Ann Lund", "5 March 2024, 09:00 UTC", "2,400", "1,200 km"):
        assert words in printed, words


def test_a_printed_link_spells_its_address_out(printed: str) -> None:
    together = printed.replace(" ", "")

    assert "https://town.example/notice" in together, printed
    assert "https://board.example/minutes" in together, printed


def test_a_printed_story_asks_for_no_money_and_offers_nothing_to_click(printed: str) -> None:
    assert [
        words for words in ("gull.example/give", "Remind me later", "Skip to the text", "in a week") if words in printed
    ] == []


def test_a_printed_story_is_black_on_white_by_night_as_well(visit: Visit, host: Host) -> None:
    page = visit.go(f"{host.origin}/2024/03/ferry.html")
    page.emulate_media(media="print", color_scheme="dark")

    colours = page.evaluate(
        "() => ['backgroundColor', 'color'].map((each) => getComputedStyle(document.documentElement)[each])"
    )

    page.emulate_media(media="null")
    assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
