"""Promises 5 and 7: what is not published leaves no trace, and what is written never becomes code."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import unquote

import feedparser
import pytest

from tests.newsroom import LANTERN, ROOT, Site
from tests.page import words

# Each canary is the beginning of a word that stands only in what must not be published.
CANARIES = ("zdraft", "zheld", "zskip", "zwithdrawn", "zexif")
HOSTILE = "</script><script>alert(“title”)</script> & “quotes” <b>bold</b> {{ site.name }} ]]>"


@pytest.mark.parametrize("canary", CANARIES)
def test_the_canaries_are_in_the_content(canary: str) -> None:
    content = (ROOT / LANTERN).parent / "en"

    assert any(canary.encode() in path.read_bytes().lower() for path in content.rglob("*.*"))


@pytest.mark.parametrize("canary", CANARIES)
def test_no_byte_and_no_name_of_the_output_betrays_what_is_not_published(lantern: Site, canary: str) -> None:
    word = canary.encode()

    assert [path for path in lantern.files if canary in path.lower()] == []
    assert [path for path, data in lantern.files.items() if word in data.lower()] == []
    assert [path for path, data in lantern.files.items() if word in unescaped(data).lower()] == []


def unescaped(data: bytes) -> bytes:
    """Undo entities, percent signs and JSON's escapes."""
    text = unquote(html.unescape(data.decode("utf-8", "replace")))
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text).encode("utf-8", "replace")


def test_a_withdrawn_story_leaves_its_address_and_a_draft_none(lantern: Site) -> None:
    assert "2024/08/auction.html" in lantern.files
    assert [path for path in lantern.files if path.startswith(("2024/09", "2199", "drafts"))] == []


def test_the_build_says_what_is_held_and_until_when(lantern: Site) -> None:
    assert (
        "1 story held until 2199-01-02 03:04 UTC (en/articles/2024/09/held.md:2). Publish again after that."
        in lantern.log
    )


def test_the_build_says_which_choice_of_the_front_page_fell_out(lantern: Site) -> None:
    assert "front.md: articles/2024/09/draft.md is not published and left out." in lantern.log


def test_the_preview_shows_drafts_and_held_stories_and_marks_them(preview: Site) -> None:
    draft, held = preview.page("2024/09/draft.html"), preview.page("2199/01/held.html")

    assert "Draft. Only this preview shows it." in draft.words("main")[0]
    assert "Held until its date. Only this preview shows it." in held.words("main")[0]
    assert "images/zdraftpicture.jpg" in preview.files


def test_the_preview_shows_no_skipped_story(preview: Site) -> None:
    assert [path for path, data in preview.files.items() if b"zskip" in data.lower()] == []


def test_a_published_picture_carries_no_metadata(lantern: Site) -> None:
    data = lantern.files["images/pier.jpg"]

    assert data[:2] == b"\xff\xd8"
    assert [marker for marker in (b"Exif", b"GPS", b"comment", b"http://ns.adobe.com") if marker in data] == []


def test_no_file_names_the_machine_that_built_it(site: Site) -> None:
    here = (str(ROOT).encode(), str(site.folder.parent).encode(), b"/home/", b"/root/")

    assert [path for path, data in site.files.items() if any(name in data for name in here)] == []


def test_no_page_names_the_program_that_made_it(site: Site) -> None:
    assert [page.path for page in site.pages.values() if page.select("meta[name=generator]")] == []
    assert [path for path, page in site.pages.items() if "<!--" in page.text] == []


def test_a_hostile_headline_is_text_wherever_it_appears(lantern: Site) -> None:
    page = lantern.page("2024/04/hostile.html")
    (data,) = page.data_for_machines

    assert page.words("h1") == [HOSTILE]
    assert page.words("head title") == [f"{HOSTILE} – Lantern & Son"]
    assert page.attributes("meta[property=og:title]", "content") == [HOSTILE]
    assert data["headline"] == HOSTILE


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "arts/index.html",
        "2024/04/index.html",
        "authors/anna-nan-obrien.html",
        "topics/salt-vinegar/index.html",
    ],
)
def test_a_hostile_headline_is_text_in_every_list(lantern: Site, path: str) -> None:
    assert HOSTILE in lantern.page(path).words("main article a")


@pytest.mark.parametrize(
    "path", ["feeds/all.atom.xml", "feeds/all.rss.xml", "feeds/arts.atom.xml", "feeds/arts.rss.xml"]
)
def test_a_hostile_headline_is_text_in_every_feed(lantern: Site, path: str) -> None:
    titles = [html.unescape(entry.title) for entry in feedparser.parse(lantern.files[path]).entries]

    assert HOSTILE in titles


def test_hostile_names_and_settings_are_text_wherever_they_appear(lantern: Site) -> None:
    page = lantern.page("2024/04/hostile.html")

    assert 'Anna "Nan" O\'Brien <nan@example.org>' in page.words("main a")
    assert "Salt & <b>vinegar</b>" in page.words("main a")
    assert "Arts & <Letters>" in page.words("header nav a")
    assert 'News <of> a "harbour" town' in page.words("header p")
    assert "Lantern & Son" in page.words("header p")
    assert "About the “Lantern” & its <lamp>" in page.words("footer a")


def test_no_hostile_word_became_an_element(lantern: Site) -> None:
    grown = {
        path: [
            element.tag
            for tag in ("b", "i", "of", "letters", "nan", "lamp", "note", "co", "label")
            for element in page.select(tag)
        ]
        for path, page in lantern.pages.items()
    }
    tags = {path: found for path, found in grown.items() if any(tag not in ("b", "i") for tag in found)}
    bold = {words(element) for page in lantern.pages.values() for element in page.select("b")}

    assert tags == {}
    assert "bold" not in bold
    assert "vinegar" not in bold
    assert [path for path, page in lantern.pages.items() if page.select("[onclick]")] == []


def test_data_for_machines_cannot_end_its_element(site: Site) -> None:
    for page in site.pages.values():
        for script in page.select("script[type=application/ld+json]"):
            assert not re.search(r"[<>&\u2028\u2029]", script.text or ""), page.path
            assert json.loads(script.text or "")["@context"] == "https://schema.org"
