"""Storylines: a page of their own with all that happened, three lines on each story, and what to read next."""

from __future__ import annotations

from tests.newsroom import Site
from tests.page import words

FERRY = "2024/03/ferry.html"
LINE = "storylines/pier.html"


def test_a_storyline_tells_what_happened_in_order_and_as_exactly_as_it_is_known(lantern: Site) -> None:
    page = lantern.page(LINE)

    assert [(time.get("datetime"), words(time)) for time in page.select(".timeline time")] == [
        ("1926", "about 1926"),
        ("1990", "1990"),
        ("2024-02", "February 2024"),
        ("2024-02-17", "17 February 2024"),
        ("2024-07-08", "8 July 2024"),
    ]
    assert page.words("h1") == ["The “old” pier & 1 < 2"]
    assert page.attributes(".timeline a", "href") == ["https://board.example/closed"]


def test_a_storyline_names_its_start_its_people_its_documents_and_its_stories(lantern: Site) -> None:
    page = lantern.page(LINE)

    assert page.attributes(".rail__side a", "href") == [
        "../2024/02/old-pier.html",
        "../glossary/captain.html",
        "../glossary/pier-treaty.html",
    ]
    assert page.attributes(".sources a", "href") == ["https://board.example/plan"]
    stories = page.attributes("section[aria-labelledby=stories] li a", "href")
    assert stories == ["../2024/07/tide.html", "../2024/03/ferry.html", "../2024/02/old-pier.html"]


def test_a_story_says_in_three_lines_what_came_before_it_and_leads_to_the_rest(lantern: Site) -> None:
    page = lantern.page(FERRY)

    assert page.attributes("section[aria-labelledby=so-far] h2 a", "href") == ["../../storylines/pier.html"]
    assert page.attributes("section[aria-labelledby=so-far] li time", "datetime") == ["1990", "2024-02", "2024-02-17"]
    assert page.attributes("section[aria-labelledby=so-far] a[rel=prev]", "href") == ["../02/old-pier.html"]
    assert page.attributes("section[aria-labelledby=so-far] a[rel=next]", "href") == ["../07/tide.html"]


def test_the_first_and_the_last_story_lead_one_way_only(lantern: Site) -> None:
    first, last = lantern.page("2024/02/old-pier.html"), lantern.page("2024/07/tide.html")

    assert (len(first.select("a[rel=prev]")), len(first.select("a[rel=next]"))) == (0, 1)
    assert (len(last.select("a[rel=prev]")), len(last.select("a[rel=next]"))) == (1, 0)


def test_an_event_stands_on_the_pages_of_those_involved(lantern: Site) -> None:
    pages = [lantern.page(path) for path in lantern.pages if path.startswith("glossary/")]
    told = {(page.words("h1")[0], each) for page in pages for each in page.attributes(".timeline time", "datetime")}

    assert told == {
        ("Pier Treaty", "1926"),
        ("Pier Treaty", "2024-02-17"),
        ("Eva O’Brien & “Sons”", "2024-02"),
        ("Eva O’Brien & “Sons”", "2024-07-08"),
    }


def test_what_a_held_story_tells_is_told_nowhere(lantern: Site) -> None:
    assert [path for path, data in lantern.files.items() if b"Zheld" in data or "zheld" in path] == []


def test_no_story_is_named_twice_in_what_stands_after_a_text(lantern: Site) -> None:
    for page in lantern.pages.values():
        links = [link for link in page.select("main section li a") if link.get("href", "").startswith("../")]
        related = page.attributes("section[aria-labelledby=related] a", "href")
        others = page.attributes("main section[aria-labelledby=so-far] a", "href") + page.attributes("main p a", "href")
        assert len(related) <= 4, page.path
        assert len(set(related)) == len(related), page.path
        assert set(related) & {other.partition("#")[0] for other in others} == set(), (page.path, links)


def test_what_to_read_next_is_older_and_has_something_in_common(lantern: Site) -> None:
    page = lantern.page("2024/07/tide.html")

    assert [link.rpartition("/")[2] for link in page.attributes("section[aria-labelledby=related] a", "href")] == [
        "old-pier.html",
        "gulls.html",
        "timetable.html",
    ]


def test_machines_read_the_storyline_of_a_story_and_the_events_of_a_storyline(lantern: Site) -> None:
    (story,) = lantern.page(FERRY).data_for_machines
    (line,) = lantern.page(LINE).data_for_machines

    assert story["isPartOf"] == {
        "@type": "CreativeWorkSeries",
        "name": "The “old” pier & 1 < 2",
        "url": f"{lantern.origin}/{LINE}",
    }
    assert {"@type": "Event", "name": "It is mended", "startDate": "1990"} in line["about"]
    assert {"@type": "Event", "name": "The pier is built"} in line["about"]
