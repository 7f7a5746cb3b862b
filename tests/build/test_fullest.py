"""Promise 2 for pages that grow with an archive: the fullest storyline and the fullest speaker arrive whole."""

from __future__ import annotations

import gzip
from pathlib import Path
from random import Random

import pytest

from plugins.site.connections import MOST_ENTRIES
from plugins.story.glossary import LONGEST_DEFINITION, MOST_NAMES
from plugins.story.records import LONGEST_EVENT
from plugins.story.storylines import MOST_EVENTS
from tests.bad.paper import Paper
from tests.benchmarks.prose import headline, sentence

PAGE_LIMIT = 10_240
STORIES = 29  # two pages of a list, less one: as many as the newest page may show


def cut(chance: Random, length: int) -> str:
    """Make up words of about some length."""
    text = sentence(chance)
    while len(text) < length:
        text += f" {sentence(chance)}"
    return text[:length].replace("|", " ").strip()


def story(number: int, chance: Random) -> str:
    """A story that marks as many names as it may, and quotes one person."""
    marks = [f"[Name{at}](glossary:n{at})" for at in chance.sample(range(MOST_ENTRIES), MOST_NAMES)]
    said = f"{cut(chance, 60)} {number}".replace('"', "").replace("*", "")
    day = f"2024-{1 + number // 28:02}-{1 + number % 28:02}"
    return (
        f"Title: {headline(chance)}\nDate: {day} 09:00\n"
        f"Category: Arms\nTags: Topic {number % 9}\nStoryline: line\nSummary: {cut(chance, 200).replace('*', '')}\n"
        f"Quotation: n0 | {said} | 2024-01 | on a radio station, in English | https://a.example/quoted/{number}\n\n"
        f'Text, "{said}". {" ".join(marks)}.\n'
    )


@pytest.mark.slow
def test_the_fullest_storyline_and_the_fullest_speaker_arrive_whole(tmp_path: Path) -> None:
    chance = Random(5)
    events = "".join(
        f"Event: {1990 + at}-0{1 + at % 9} | {cut(chance, LONGEST_EVENT - 20)} | n{at % MOST_ENTRIES} | https://a.example/{at}\n"
        for at in range(MOST_EVENTS)
    ).replace("*", "")
    files: dict[str, str | bytes] = {
        f"glossary/n{at}.md": f"Title: Name{at}\nKind: person\nRole: {2000 + at}-- | {cut(chance, 50)}\n\n"
        f"{cut(chance, LONGEST_DEFINITION - 5)}\n".replace("*", "")
        for at in range(MOST_ENTRIES)
    }
    files["storylines/line.md"] = f"Title: Line\nSummary: {cut(chance, 200)}\n{events}\n{cut(chance, 300)}\n"
    files |= {f"articles/2024/s{number}.md": story(number, chance) for number in range(STORIES)}

    paper = Paper.found(tmp_path / "paper", files, "STORIES_PER_PAGE = 15\n")
    done = paper.html()

    assert done.status == 0, done.err
    weights = {path: len(gzip.compress(data, 9)) for path, data in paper.output.items() if path.endswith(".html")}
    assert {path: weight for path, weight in weights.items() if weight > PAGE_LIMIT} == {}
    assert "storylines/line.html" in weights
    assert "glossary/n0.html" in weights
