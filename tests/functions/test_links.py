"""Links of a story: resolved from where its file lies, marked, and refused when they lead nowhere."""

from __future__ import annotations

import pytest

from plugins.story.links import ANCHOR_LINK, OUTSIDE_LINK, PICTURE_LINK, STORY_LINK, Link, Place, mark_times, resolve

HERE = Place("content/articles/2025/08/a.md", "articles/2025/08/a.md", 5, "")


@pytest.mark.parametrize(
    ("written", "link"),
    [
        pytest.param("b.md", Link(STORY_LINK, "articles/2025/08/b.md", "", 5), id="beside"),
        pytest.param("../07/b.md#why", Link(STORY_LINK, "articles/2025/07/b.md", "why", 5), id="month-before"),
        pytest.param("../../../pages/about.md", Link(STORY_LINK, "pages/about.md", "", 5), id="page"),
        pytest.param("{filename}/pages/about.md", Link(STORY_LINK, "pages/about.md", "", 5), id="pelican-form"),
        pytest.param("{filename}b.md", Link(STORY_LINK, "articles/2025/08/b.md", "", 5), id="pelican-form-beside"),
        pytest.param("|filename|/pages/about.md", Link(STORY_LINK, "pages/about.md", "", 5), id="old-pelican-form"),
        pytest.param("b%20c.md", Link(STORY_LINK, "articles/2025/08/b c.md", "", 5), id="escaped-space"),
        pytest.param("#why", Link(ANCHOR_LINK, "", "why", 5), id="anchor"),
        pytest.param("#%D0%B0", Link(ANCHOR_LINK, "", "а", 5), id="escaped-anchor"),
        pytest.param(
            "https://example.org/a?b=1&amp;c=2",
            Link(OUTSIDE_LINK, "https://example.org/a?b=1&c=2", "", 5),
            id="outside",
        ),
        pytest.param("mailto:desk@example.org", Link(OUTSIDE_LINK, "mailto:desk@example.org", "", 5), id="mail"),
        pytest.param(
            "http://" + "a" * 56 + ".onion/", Link(OUTSIDE_LINK, "http://" + "a" * 56 + ".onion/", "", 5), id="onion"
        ),
        pytest.param("https://пример.рф/", Link(OUTSIDE_LINK, "https://пример.рф/", "", 5), id="cyrillic-host"),
    ],
)
def test_a_link_is_understood_from_where_its_file_lies(written: str, link: Link) -> None:
    _, links, problems = resolve(f'<a href="{written}">x</a>', HERE)

    assert (links, problems) == ([link], [])


@pytest.mark.parametrize(
    "written",
    [
        "b.html",
        "b",
        "",
        "/about.md",
        "../../../../b.md",
        "http://example.org",
        "//example.org",
        "ftp://example.org/",
        "https://",
        "https://a b.org",
        "https://localhost/",
        "https://user@example.org/",
        "https://example.org/<b>",
        "https://[::1",
        "https://example.org:x/",
        "javascript:x",
        "mailto:nobody",
        "{static}/images/a.jpg",
    ],
)
def test_a_link_that_leads_nowhere_is_refused(written: str) -> None:
    _, links, problems = resolve(f'<a href="{written.replace("<", "&lt;")}">x</a>', HERE)

    assert links == []
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("written", "target"),
    [
        pytest.param("../../../images/a.jpg", "images/a.jpg", id="relative"),
        pytest.param("{static}/images/2025/a.PNG", "images/2025/a.PNG", id="pelican-form"),
    ],
)
def test_a_picture_is_found_in_its_folder(written: str, target: str) -> None:
    markup, links, problems = resolve(f'<img alt="x" src="{written}">', HERE)

    assert (links, problems) == ([Link(PICTURE_LINK, target, "", 5)], [])
    assert markup == f'<img alt="x" src="{{static}}/{target}">'


@pytest.mark.parametrize(
    "written", ["a.jpg", "https://example.org/a.jpg", "/images/a.jpg", "../../../images/a.exe", "data:x"]
)
def test_a_picture_from_elsewhere_is_refused(written: str) -> None:
    _, links, problems = resolve(f'<img alt="x" src="{written}">', HERE)

    assert links == []
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("markup", "resolved"),
    [
        pytest.param('<a href="b.md#why">x</a>', '<a href="{filename}/articles/2025/08/b.md#why">x</a>', id="inside"),
        pytest.param('<a href="#why">x</a>', '<a href="{filename}/articles/2025/08/a.md#why">x</a>', id="anchor"),
        pytest.param(
            '<a href="https://example.org/?a=1&amp;b=2" title="t">x</a>',
            '<a href="https://example.org/?a=1&amp;b=2" rel="noreferrer" title="t">x</a>',
            id="outside",
        ),
        pytest.param('<a href="mailto:a@b.org">x</a>', '<a href="mailto:a@b.org">x</a>', id="mail"),
    ],
)
def test_links_inside_name_their_file_and_links_outside_tell_nothing_of_the_reader(markup: str, resolved: str) -> None:
    assert resolve(markup, HERE)[0] == resolved


def test_a_problem_names_the_line_of_its_link() -> None:
    place = Place("content/a.md", "articles/a.md", 10, "One.\n\nTwo [x](b.html).")

    _, _, problems = resolve('<p>One.</p><p>Two <a href="b.html">x</a>.</p>', place)

    assert [str(problem).partition(" the ")[0] for problem in problems] == ["content/a.md:12:"]


@pytest.mark.parametrize(
    ("when", "words"),
    [("2025-08-04", "Monday"), ("2025-W31", "the <em>week</em> before"), ("1987", "then")],
    ids=["day", "week", "year"],
)
def test_a_moment_in_words_becomes_a_time(when: str, words: str) -> None:
    assert mark_times(f'<a href="time:{when}">{words}</a>', HERE) == (f'<time datetime="{when}">{words}</time>', [])


def test_a_moment_that_is_none_is_refused_with_its_line() -> None:
    place = Place("content/a.md", "articles/a.md", 5, "One.\n[soon](time:soon)")

    _, problems = mark_times('One. <a href="time:soon">soon</a>', place)

    assert [(problem.line, problem.wrong) for problem in problems] == [(6, "'time:soon' is not a date.")]
