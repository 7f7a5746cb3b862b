"""Names: each is explained once in a story, at its end, and has a page that lists what names it."""

from __future__ import annotations

from tests.newsroom import Site
from tests.page import words

GULLS = "2024/06/gulls.html"
FERRY = "2024/03/ferry.html"
CAPTAIN = "glossary/captain.html"


def test_the_first_mention_of_a_name_leads_to_its_note_and_the_note_back(lantern: Site) -> None:
    page = lantern.page(FERRY)
    marks = page.select("main a.name")

    assert [(words(mark), mark.get("href")) for mark in marks] == [
        ("Eva Holm", "#_captain"),
        ("Pier Treaty", "#_pier-treaty"),
    ]
    for mark in marks:
        note = page.one(mark.get("href"))
        assert f"#{mark.get('id')}" in page.attributes(f"{mark.get('href')} a", "href")
        assert note.tag == "p"


def test_a_note_says_what_somebody_was_on_the_day_of_the_story(lantern: Site) -> None:
    ferry, pier = (words(lantern.page(path).one("#_captain")) for path in (FERRY, "2024/02/old-pier.html"))

    assert "captain of the *Alma*; harbour master & pilot 2020–2024. A captain who says 1 < 2 & “at last”." in ferry
    assert ", harbour master & pilot. A captain" in pier


def test_a_note_leads_to_the_page_of_its_entry(lantern: Site) -> None:
    assert lantern.page(FERRY).attributes("#_captain a", "href") == ["../../glossary/captain.html", "#captain_"]
    assert lantern.page(CAPTAIN).words("h1") == ["Eva O’Brien & “Sons”"]


def test_the_page_of_an_entry_lists_every_story_that_names_it_the_newest_first(lantern: Site) -> None:
    pages = [CAPTAIN, *(f"glossary/captain/page/{number}/index.html" for number in (3, 2, 1))]
    listed = [href for path in pages for href in lantern.page(path).attributes("main article h2 a", "href")]

    assert [href.rpartition("/")[2] for href in listed] == ["tide.html", "gulls.html", "ferry.html", "old-pier.html"]


def test_an_entry_that_nothing_published_names_has_no_page(lantern: Site) -> None:
    assert not [path for path in lantern.files if "zunused" in path]


def test_machines_read_whom_a_story_mentions_and_who_an_entry_is(lantern: Site) -> None:
    (story,) = lantern.page(FERRY).data_for_machines
    (entry,) = lantern.page(CAPTAIN).data_for_machines

    assert story["mentions"][0] == {
        "@type": "Person",
        "name": "Eva O’Brien & “Sons”",
        "url": f"{lantern.origin}/{CAPTAIN}",
    }
    assert story["mentions"][1]["@type"] == "Thing"
    assert (entry["@type"], entry["alternateName"], entry["jobTitle"]) == (
        "Person",
        ["Eva Holm"],
        ["captain of the *Alma*"],
    )


def test_feeds_carry_the_notes_with_whole_addresses(lantern: Site) -> None:
    feed = lantern.text("feeds/harbour.atom.xml")

    assert (
        f"{lantern.origin}/2024/03/ferry.html#_captain" in feed
        or f"{lantern.origin}/2024/07/tide.html#_captain" in feed
    )
    assert f"{lantern.origin}/{CAPTAIN}" in feed


def test_a_quotation_is_a_figure_that_says_who_said_it_where_and_when(lantern: Site) -> None:
    page = lantern.page(GULLS)

    assert page.words("figure blockquote") == ["“no “big” wave – ever”"]
    assert page.words("figure.rail__side figcaption") == [
        "Eva O’Brien & “Sons”, on the quay, in English, 4 March 2024, «никогда», source, Archived copy 5 March 2024"
    ]
    assert page.attributes("figure.rail__side time", "datetime") == ["2024-03-04", "2024-03-05"]
    (source,) = page.select("figure.rail__side a[data-versionurl]")
    assert (source.get("href"), source.get("data-versiondate")) == ("https://gull.example/quay", "2024-03-05")


def test_the_page_of_a_speaker_lists_all_they_said_and_where(lantern: Site) -> None:
    pages = [path for path in lantern.pages if path.startswith("glossary/captain")]
    figures = [(words(each), path) for path in pages for each in lantern.page(path).select("figure.rail__side")]

    assert len(figures) == 2
    assert any("“calm & 1 < 2” March 2024, in Gulls count the boats" in said for said, _ in figures)


def test_machines_read_what_was_said(lantern: Site) -> None:
    (story,) = lantern.page(GULLS).data_for_machines
    said = [
        quotation
        for path in lantern.pages
        if path.startswith("glossary/captain")
        for data in lantern.page(path).data_for_machines
        for quotation in data.get("@reverse", {}).get("spokenByCharacter", [])
    ]

    assert story["hasPart"][0]["text"] == "no “big” wave – ever"
    assert story["hasPart"][0]["spokenByCharacter"]["@type"] == "Person"
    assert {(each["@type"], each["dateCreated"]) for each in said} == {
        ("Quotation", "2024-03-04"),
        ("Quotation", "2024-03"),
    }
