"""A long read: divided into pages that each arrive whole, and still one story to machines, feeds and lists."""

from __future__ import annotations

import gzip
import random
import re
import shutil
import string
from pathlib import Path
from xml.etree import ElementTree

import pytest

from plugins.story.fields import PART_WORDS
from plugins.story.parts import count
from tests.bad.paper import GOOD, Paper
from tests.newsroom import ROOT, Site
from tests.page import Page

LONG, OTHER = "articles/2025/08/long.md", "articles/2025/08/other.md"
FIRST, SECOND, LAST = "2025/08/long.html", "2025/08/long-2.html", "2025/08/long-3.html"
WORDS = ["river", "treaty", "court", "radio", "said", "range", "paper", "north", "reader", "ministry", "of", "the"]
# A letter of the one for each of the other: as many bytes, and as hard to compress.
CYRILLIC = str.maketrans(string.ascii_letters, "абцдефгхийклмнопярстужвьызАБЦДЕФГХИЙКЛМНОПЯРСТУЖВЬЫЗ")
# Bytes left for the text of a page of 10,240, beside 7,000 for styles, masthead, sources, appeal and footer.
ROOM = 3_240
FRONT = (
    "Title: A long read\nDate: 2025-08-03 09:00\nCategory: Arms\nTags: Missiles\nAuthors: Ann Lund\n"
    "Summary: What came of it.\nSource: The paper | 2020-01-02 | https://example.org/paper | n\n"
    "Correction: 2025-08-04 10:00 | It was five.\nClarification: 2025-08-04 11:00 | Only by day.\n"
)


def prose(chance: random.Random, length: int) -> str:
    """Make paragraphs of up to so many words."""
    return "\n\n".join(" ".join(chance.choices(WORDS, k=30)).capitalize() + "." for _ in range(length // 30))


def zipped(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def long_read(length: int) -> str:
    """Make a story of a lead and five sections, of so many words."""
    chance = random.Random(3)
    body = [prose(chance, length // 6)]
    for name in ("One", "Two", "Three", "Four", "Five"):
        body += [f"## {name}", prose(chance, length // 6)]
    body += ["[To two](#two)", "[To five](#five)"]
    return f"{FRONT}\n" + "\n\n".join(body) + "\n"


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A newspaper with a long read, and a story that links into it."""
    other = (
        "Title: Another\nDate: 2025-08-05 09:00\nCategory: Arms\n\n[One](long.md#one), [five](long.md#five),"
        " [all](long.md).\n"
    )
    files = {**GOOD, LONG: long_read(2400), OTHER: other}
    made = Paper.found(tmp_path_factory.mktemp("long"), files)
    built = made.html()
    assert built.status == 0, built.err
    return made


@pytest.fixture(scope="module")
def pages(paper: Paper) -> dict[str, Page]:
    """Its pages."""
    return {path: Page(path, data) for path, data in paper.output.items() if path.endswith(".html")}


def test_a_long_read_lies_on_pages_that_follow_each_other(pages: dict[str, Page]) -> None:
    parts = [pages[path] for path in (FIRST, SECOND, LAST)]

    assert "2025/08/long-4.html" not in pages
    assert [part.words("h2")[0] for part in parts[1:]] == ["Two", "Four"]
    assert [part.attributes("main .pager a[rel=next]", "href") for part in parts] == [
        ["long-2.html"],
        ["long-3.html"],
        [],
    ]
    assert [part.attributes("main .pager a[rel=prev]", "href") for part in parts] == [
        [],
        ["long.html"],
        ["long-2.html"],
    ]


def test_each_part_lists_all_and_marks_itself(pages: dict[str, Page]) -> None:
    for number, path in enumerate((FIRST, SECOND, LAST)):
        page = pages[path]
        assert page.attributes(".parts a", "href") == ["long.html", "long-2.html", "long-3.html"]
        assert page.words(".parts a") == ["The beginning", "Two", "Four"]
        assert page.words(".parts a[aria-current=page]") == [["The beginning", "Two", "Four"][number]]
    assert pages[SECOND].words("title") == ["A long read (Part 2 of 3) – Gazette"]


def test_the_parts_together_are_the_whole_text(paper: Paper, pages: dict[str, Page]) -> None:
    feed = ElementTree.fromstring(paper.output["feeds/all.rss.xml"])
    content = "{http://purl.org/rss/1.0/modules/content/}encoded"
    (whole,) = [item.findtext(content, "") for item in feed.iter("item") if item.findtext("title") == "A long read"]
    paragraphs = [words for words in Page("x.html", whole.encode()).words("p") if len(words.split()) == 30]

    found = [
        words for path in (FIRST, SECOND, LAST) for words in pages[path].words("main p") if len(words.split()) == 30
    ]

    assert len(found) > 70
    assert found == paragraphs


def test_a_long_read_is_one_story_to_machines_feeds_and_lists(paper: Paper, pages: dict[str, Page]) -> None:
    canonicals = {page.attributes("link[rel=canonical]", "href")[0] for path, page in pages.items() if "/long" in path}
    cards = [page.attributes(".card__headline a", "href").count("2025/08/long.html") for page in (pages["index.html"],)]

    assert canonicals == {"https://paper.org/2025/08/long.html"}
    assert cards == [1]
    assert [len(pages[path].data_for_machines) for path in (FIRST, SECOND, LAST)] == [1, 0, 0]
    assert paper.output["sitemaps/2025.xml"].count(b"/long") == 1
    assert paper.output["feeds/all.atom.xml"].count(b"<title>A long read</title>") == 1


def test_what_was_wrong_stands_first_and_what_follows_a_story_last(pages: dict[str, Page]) -> None:
    found = {
        words: [any(words in each for each in pages[path].words("body")) for path in (FIRST, SECOND, LAST)]
        for words in ("It was five.", "Only by day.", "The paper", "The Gull asks for support", "What came of it.")
    }

    assert found == {
        "It was five.": [True, False, False],
        "Only by day.": [False, False, True],
        "The paper": [False, False, True],
        "The Gull asks for support": [False, False, True],
        "What came of it.": [True, False, False],
    }


def test_links_to_a_heading_lead_to_the_part_that_has_it(paper: Paper, pages: dict[str, Page]) -> None:
    assert pages["2025/08/other.html"].attributes(".rail__rest p a", "href")[:3] == [
        "long.html#one",
        "long-3.html#five",
        "long.html",
    ]
    ways = pages[LAST].attributes("main p a", "href")
    assert ["long-2.html#two" in ways, "#five" in ways] == [True, True]
    assert "https://paper.org/2025/08/long-3.html#five" in paper.output["feeds/all.atom.xml"].decode()
    lost = [
        (page.path, address)
        for page in pages.values()
        if page.path.startswith("2025/08/")
        for address in page.attributes("main a", "href")
        if "long" in address and "#" in address and "shelf" not in address
        if not pages[f"2025/08/{address.partition('#')[0]}"].select(f"[id={address.partition('#')[2]}]")
    ]
    assert lost == []


@pytest.mark.parametrize(("letters", "most"), [({}, 900), (CYRILLIC, 600)], ids=["english", "russian"])
def test_as_many_words_as_a_page_may_hold_leave_room_for_all_that_stands_around_them(
    letters: dict[int, str], most: int
) -> None:
    real = " ".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md")))
    words = [word.translate(letters) for word in re.findall(r"[A-Za-z]+[,.]?", real)][:most]
    markup = f"<p>{' '.join(words)}</p>"
    around = (ROOT / "theme/css/base/text.css").read_bytes()

    weight = zipped(around + markup.encode()) - zipped(around)

    assert count(markup) == pytest.approx(PART_WORDS, rel=0.02)
    assert weight <= ROOM


@pytest.mark.slow
def test_what_lies_where_a_part_would_is_refused(tmp_path: Path, paper: Paper) -> None:
    made = paper.copy(tmp_path / "copy")
    made.write({"articles/2025/08/long-2.md": "Title: Two\nDate: 2025-08-03 09:00\nCategory: Arms\n\nText.\n"})

    assert made.html().problems == [
        "content/articles/2025/08/long.md:1: the address '2025/08/long-2.html' is taken by "
        "content/articles/2025/08/long-2.md. Change the Slug of one of them."
    ]


@pytest.mark.slow
def test_a_text_too_long_for_a_page_and_without_a_heading_is_refused_with_what_to_do(tmp_path: Path) -> None:
    chance = random.Random(5)
    text = "\n\n".join(" ".join(f"{chance.choice(WORDS)}{chance.randrange(999)}" for _ in range(30)) for _ in range(90))
    made = Paper.found(tmp_path, {**GOOD, LONG: f"{FRONT}\n{text}\n"})

    (problem,) = made.html().problems

    assert problem.startswith("content/articles/2025/08/long.md:11: the page weighs ")
    assert problem.endswith("Divide it by headings ('## …'), or make two stories of it.")


@pytest.mark.slow
def test_stock_pelican_makes_the_same_parts_and_a_change_of_text_only_what_it_must(
    tmp_path: Path, paper: Paper
) -> None:
    made = paper.copy(tmp_path / "copy")
    assert made.html().status == 0
    made.edit(LONG, "## Four", "More was said there than before.\n\n## Four")
    assert made.html().status == 0
    quick = made.output
    assert b"More was said" in quick[SECOND]
    made.set('del PELICAN_CLASS\nPLUGINS = ["plugins.story", "plugins.site"]')

    shutil.rmtree(made.root / "output")
    built = made.html()

    assert built.status == 0, built.err
    assert made.output == quick


def test_what_is_taken_away_is_the_whole_in_one(paper: Paper, pages: dict[str, Page]) -> None:
    copy = pages["copies/2025-08-03-1.html"]

    assert copy.words("h2")[:5] == ["One", "Two", "Three", "Four", "Five"]
    assert copy.select("nav") == []
    assert {"#two", "#five"} <= set(copy.attributes("main p a", "href"))
    assert "FIVE" in paper.output["copies/2025-08-03-1.txt"].decode().upper()
    assert b"Part 2" not in paper.output["copies/2025-08-03-1.txt"]


def test_a_usual_story_has_no_parts(lantern: Site) -> None:
    assert [page.path for page in lantern.pages.values() if page.select(".parts")] == []
