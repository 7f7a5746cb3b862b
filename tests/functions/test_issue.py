"""The issue as one file: which stories are in it, what fits into a book, and XHTML made of HTML."""

from __future__ import annotations

import base64
import datetime as dt
import io
import zipfile
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest

from plugins.site.edition import Edition, Front, Section
from plugins.site.issue import MOST_BYTES, MOST_STORIES, fitting, gathered, packed
from plugins.site.xhtml import xhtml

NOW = dt.datetime(2025, 8, 5, tzinfo=dt.UTC)


def story(name: str) -> Any:
    return SimpleNamespace(
        path=f"{name}.html", document=SimpleNamespace(path=name), date=NOW, modified=None, notes=(), slug=name
    )


def edition(**sections: int) -> tuple[Edition, list[Section], dict[str, str]]:
    rows = {slug: [story(f"{slug}-{at}") for at in range(count)] for slug, count in sections.items()}
    everything = [each for stories in rows.values() for each in stories]
    made = Edition(everything, sections=rows)
    return made, [Section(slug, slug.title()) for slug in rows], {each.slug: each.slug for each in everything}


def slugs(stories: Any) -> list[str]:
    return [each.slug for each in stories]


def test_an_issue_holds_the_front_page_first_and_each_story_once() -> None:
    made, sections, names = edition(arms=3, press=2)
    lead, second = made.sections["press"][0], made.sections["arms"][1]

    issue = gathered(Front(lead, (second,), ()), made, sections, names)

    assert issue
    assert slugs(issue.first) == ["press-0", "arms-1"]
    assert [(section.slug, slugs(stories)) for section, stories in issue.sections] == [
        ("arms", ["arms-0", "arms-2"]),
        ("press", ["press-1"]),
    ]


def test_an_issue_holds_what_belongs_together_on_the_front_page() -> None:
    made, sections, names = edition(arms=3, press=2)
    old = made.sections["arms"][2]

    issue = gathered(Front(made.sections["arms"][0], (), (), packages=(("Treaties", (old,)),)), made, sections, names)

    assert issue
    assert slugs(issue.first) == ["arms-0", "arms-2"]
    assert len(issue.stories) == 5


def test_an_issue_holds_fifty_stories_at_most_from_each_section_in_turn() -> None:
    made, sections, names = edition(arms=90, press=5, radio=90)

    issue = gathered(Front(made.sections["arms"][0], (), ()), made, sections, names)

    assert issue
    assert len(issue.stories) == MOST_STORIES
    assert [len(stories) for _, stories in issue.sections] == [22, 5, 22]


def test_nothing_published_makes_no_issue() -> None:
    assert gathered(Front(None, (), ()), Edition([]), [], {}) is None


def shown(kind: str, size: int, fill: bytes = b"x") -> str:
    return f'<img src="data:image/{kind};base64,{base64.b64encode(fill * size).decode()}" alt="A">'


def test_pictures_are_files_of_a_book_each_once() -> None:
    page = shown("jpeg", 10) + shown("png", 10, b"y") + shown("jpeg", 10)

    assert list(fitting([page]).values()) == ["picture-1.jpg", "picture-2.png"]


def test_pictures_for_which_a_book_has_no_room_are_left_to_their_descriptions() -> None:
    large, small = shown("jpeg", MOST_BYTES), shown("png", MOST_BYTES // 2)
    found = fitting([large, small])

    assert list(found.values()) == ["picture-1.png"]
    assert "[A]" in xhtml(large, lambda address: found.get(address, ""))


@pytest.mark.parametrize("kind", ["webp", "avif"])
def test_a_picture_that_not_every_e_reader_shows_is_left_to_its_description(kind: str) -> None:
    assert fitting([shown(kind, 10)]) == {}


def test_a_file_holds_no_time_of_the_machine_and_nothing_compressed() -> None:
    data = packed({"b": b"1" * 1000, "a": b"2"}, NOW)

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["b", "a"]
        assert {entry.date_time for entry in archive.infolist()} == {(2025, 8, 5, 0, 0, 0)}
    assert b"1" * 1000 in data
    for year in (1951, 2199):  # outside of the calendar of zip files
        assert packed({"a": b""}, dt.datetime(year, 1, 1, tzinfo=dt.UTC))


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        pytest.param("<p>a<br>b<hr>", "<p>a<br/>b<hr/></p>", id="void"),
        pytest.param("<p>1 &lt; 2 &amp; 3&nbsp;km</p>", "<p>1 &lt; 2 &amp; 3\xa0km</p>", id="entities"),
        pytest.param('<p hidden title="a &quot; b">', '<p hidden="" title="a &quot; b"></p>', id="attributes"),
        pytest.param('<p lang="ru">Да', '<p lang="ru" xml:lang="ru">Да</p>', id="language"),
        pytest.param(
            '<h2 id="1987">A</h2><a href="#1987">B</a>', '<h2 id="_1987">A</h2><a href="#_1987">B</a>', id="id"
        ),
        pytest.param('<a href="https://a.example/#1">B</a>', '<a href="https://a.example/#1">B</a>', id="foreign-id"),
        pytest.param('<td align="right">1</td>', "<td>1</td>", id="old-attribute"),
        pytest.param("<p>a\x0bb</p>", "<p>ab</p>", id="no-character-of-xml"),
    ],
)
def test_html_is_written_as_xhtml(markup: str, wanted: str) -> None:
    assert xhtml(markup, str).split("\n", 2)[2].strip() == wanted


def test_a_drawing_and_a_page_say_whose_names_theirs_are() -> None:
    page = ElementTree.fromstring(xhtml("<html><body><svg><circle r='1'></svg></body></html>", str))

    assert page.tag == "{http://www.w3.org/1999/xhtml}html"
    assert [each.tag for each in page.iter("{http://www.w3.org/2000/svg}circle")]
