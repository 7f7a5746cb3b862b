"""A live story: dated headings, the newest first, with their times for anchors."""

from __future__ import annotations

from plugins.story.body import Body, BodyReader, Html
from plugins.story.links import Place
from plugins.story.parts import anchors_in, divided, title_of
from plugins.story.problems import Problem
from plugins.story.updates import Update


def read(text: str) -> tuple[Body, list[Problem]]:
    return BodyReader().read(Place("content/a.md", "articles/a.md", 5, text), "en")


def told(body: Body) -> list[str]:
    return [
        block.html.replace("\xa0", " ") if isinstance(block, Html) else f"{block.anchor}: {block.title}"
        for block in body.blocks
        if isinstance(block, Html | Update)
    ]


LIVE = """Above.

## 2025-08-05 09:00 | First

One.

### Part

## 2025-08-05 14:10 UTC | *Second*

Two.

## Background

Below.

## 2025-08-04 23:00 | Earlier

Nought.
"""


def test_updates_stand_newest_first_between_what_is_above_and_below() -> None:
    body, problems = read(LIVE)

    assert problems == []
    assert told(body) == [
        "<p>Above.</p>",
        "2025-08-05-1410: <em>Second</em>",
        "<p>Two.</p>",
        "2025-08-05-0900: First",
        '<p>One.</p>\n<h3 id="part">Part</h3>',
        "2025-08-04-2300: Earlier",
        "<p>Nought.</p>",
        '<h2 id="background">Background</h2>\n<p>Below.</p>',
    ]


def test_the_times_of_updates_are_known_with_their_lines_and_their_anchors() -> None:
    body, _ = read(LIVE)

    assert [(f"{when:%H:%M}", line) for when, line in body.updates] == [("14:10", 13), ("09:00", 7), ("23:00", 21)]
    assert {"2025-08-05-1410", "2025-08-05-0900", "part", "background"} <= body.anchors


def test_a_text_without_dated_headings_stays_as_it_is() -> None:
    body, _ = read("A.\n\n## B | c\n\nD.")

    assert (len(body.blocks), body.updates) == (1, ())


def test_blocks_belong_to_the_update_that_they_stand_in() -> None:
    fence = "``` known 2025-08-05\nA.\n```"
    body, _ = read(f"## 2025-08-05 09:00 | First\n\n{fence}\n\n## 2025-08-05 10:00 | Second\n\nTwo.")

    assert [block.kind for block in body.blocks] == ["update", "html", "update", "known"]


def test_a_long_live_story_is_divided_at_its_updates() -> None:
    body, _ = read("\n\n".join(f"## 2025-08-05 0{at}:00 | Number {at}\n\n{'word ' * 40}" for at in range(1, 5)))

    pieces = divided(body.blocks, 100)

    assert [title_of(piece) for piece in pieces] == ["Number 4", "Number 2"]
    assert "2025-08-05-0100" in anchors_in(pieces[1])
