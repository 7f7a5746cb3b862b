"""A page that would not arrive whole is refused by the build, at the file that makes it heavy, with all such pages."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from tests.bad.paper import GOOD, Paper, PressRoom

NOW = "2025-09-01 12:00"
STOCK = 'from pelicanconf import *\n\ndel PELICAN_CLASS\nPLUGINS = ["plugins.story", "plugins.site"]\n'
HEAVY = r"the page weighs (\d\d,\d{3}) bytes compressed, 10,240 is the most: "


def words(count: int, seed: int) -> str:
    """Make up words of which compression saves little."""
    chance = random.Random(seed)
    return " ".join("".join(chance.choices("abcdefghijklmnop", k=chance.randint(4, 8))) for _ in range(count))


def story(number: int, count: int, summary: int = 5) -> str:
    """Make up a story of so many words."""
    head = f"Title: Story {number}\nDate: 2025-08-0{number} 09:00\nCategory: Arms\nSummary: {words(summary, number)}\n"
    return f"{head}\n{words(count, number)}\n"


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    """A newspaper with two stories and a page that are too long."""
    files = {
        "articles/2025/08/one.md": story(1, 2_500),
        "articles/2025/08/two.md": story(2, 3_000),
        "pages/about.md": f"Title: About us\n\n{words(2_500, 3)}\n",
    }
    return Paper.found(tmp_path, {**GOOD, **files})


def test_every_page_that_is_too_heavy_is_named_with_what_weighs_most(paper: Paper, press_room: PressRoom) -> None:
    built = press_room.build(paper, now=NOW)

    assert built.status == 1
    assert len(built.problems) == 3
    one, two, page = built.problems
    assert re.fullmatch(
        rf"content/articles/2025/08/one\.md:6: {HEAVY}the text [\d,]+, the styles .* stories of it\.", one
    )
    assert two.startswith("content/articles/2025/08/two.md:6: the page weighs ")
    assert re.fullmatch(rf"content/pages/about\.md:3: {HEAVY}the text [\d,]+, the styles .* Shorten it\.", page)
    assert paper.output == {}


@pytest.mark.slow
def test_stock_pelican_refuses_the_same_in_the_same_words(paper: Paper, press_room: PressRoom) -> None:
    (paper.root / "stockconf.py").write_text(STOCK, encoding="utf-8")

    done = paper.run("pelican", "--settings", "stockconf.py", "--output", "stock", "--fatal=warnings", NOW=NOW)

    assert done.status == 1
    assert done.problems == press_room.build(paper, now=NOW).problems


@pytest.mark.slow
def test_a_page_that_has_become_too_heavy_is_refused_until_it_is_not(paper: Paper, press_room: PressRoom) -> None:
    heavy = {path: paper.read(f"content/{path}") for path in ("articles/2025/08/one.md",)}
    paper.write(
        {
            "articles/2025/08/one.md": story(1, 50),
            "articles/2025/08/two.md": story(2, 50),
            "pages/about.md": GOOD["pages/about.md"],
        }
    )
    assert press_room.build(paper, now=NOW).status == 0
    before = paper.output

    for _ in range(2):
        paper.write(heavy)
        assert [each.partition(": ")[0] for each in press_room.build(paper, now=NOW).problems] == [
            "content/articles/2025/08/one.md:6"
        ]
    assert paper.output == before
    paper.write({"articles/2025/08/one.md": story(1, 50)})

    assert press_room.build(paper, now=NOW).status == 0


@pytest.mark.slow
def test_a_list_that_is_too_heavy_is_named_with_the_setting_that_makes_it_long(
    tmp_path: Path, press_room: PressRoom
) -> None:
    files = {f"articles/2025/08/story-{at}.md": story(at, 5, summary=450) for at in range(1, 9)}
    paper = Paper.found(tmp_path, {**GOOD, **files}, "STORIES_PER_PAGE = 8\n")

    problems = press_room.build(paper, now=NOW).problems

    sections = [each for each in problems if "output/arms/index.html" in each]
    assert len(sections) == 1
    shape = rf"pelicanconf\.py:\d+: output/arms/index\.html: {HEAVY}the list .* Lower STORIES_PER_PAGE, or shorten"
    assert re.match(shape, sections[0])
