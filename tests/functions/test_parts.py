"""Long reads: where a text is divided, and which part an anchor lies on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.story.body import Html
from plugins.story.parts import (
    anchors_of_parts,
    at_most,
    count,
    divided,
    later_addresses,
    nearly,
    packed,
    parts_of,
    sections,
)

LINE = "<p>" + "word " * 10 + "</p>\n"


def section(name: str, lines: int) -> str:
    return f'<h2 id="{name.lower()}">{name}</h2>\n' + LINE * lines


def text(*sizes: int, lead: int = 0) -> tuple[Html, ...]:
    """Make a text of sections; a size counts lines of ten words."""
    return (Html(LINE * lead + "".join(section(f"S{at}", size) for at, size in enumerate(sizes, start=1))),)


def shape(blocks: tuple[Html, ...], most: int) -> list[list[str]]:
    """Give the anchors of each part."""
    return [sorted(part.anchors) for part in parts_of("a.html", blocks, most)]


@pytest.mark.parametrize(
    ("blocks", "most", "found"),
    [
        pytest.param(text(4, 4), 900, [["s1", "s2"]], id="short"),
        pytest.param(text(4, 4), 82, [["s1", "s2"]], id="just-as-long"),
        pytest.param(text(4, 4), 81, [["s1"], ["s2"]], id="a-word-more"),
        pytest.param(text(4, 4, 4, 4), 130, [["s1", "s2"], ["s3", "s4"]], id="of-like-length"),
        pytest.param(text(4, 4, 4, lead=4), 90, [["s1"], ["s2", "s3"]], id="the-lead-before-the-first-heading"),
        pytest.param(text(1, 20, 1), 90, [["s1"], ["s2"], ["s3"]], id="a-section-that-is-too-long"),
        pytest.param((Html(LINE * 40),), 90, [[]], id="nowhere-to-divide"),
        pytest.param((), 90, [[]], id="no-text"),
    ],
)
def test_a_text_is_divided_at_its_headings(blocks: tuple[Html, ...], most: int, found: list[list[str]]) -> None:
    assert shape(blocks, most) == found


def test_nothing_is_lost_where_a_text_is_divided() -> None:
    blocks = text(4, 7, 2, 9, lead=3)

    whole = "".join(block.html for piece in divided(blocks, 100) for block in piece if isinstance(block, Html))

    assert whole.replace("\n", "") == blocks[0].html.replace("\n", "")


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        pytest.param("<p>One two <b>three</b></p><p>four</p>", 4, id="latin"),
        pytest.param("<p>Один два три</p><p>четыре</p>", 6, id="two-bytes-a-letter"),
        pytest.param("<p>“Quoted” naïve café&nbsp;– five</p>", 5, id="a-sign-or-two"),
    ],
)
def test_words_are_counted_by_what_they_weigh(markup: str, words: int) -> None:
    assert count(markup) == words


@pytest.mark.parametrize("tag", ["blockquote", "ul", "ol", "div"])
def test_a_heading_in_something_else_divides_nothing(tag: str) -> None:
    held = Html(f'{LINE * 9}<{tag}>\n<h2 id="x">X</h2>\n{LINE * 9}</{tag}>\n{section("Y", 9)}')

    assert [[block.html[:4] for block in piece if isinstance(block, Html)] for piece in sections([held])] == [
        ["<p>w"],
        ["<h2 "],
    ]


def test_parts_are_filled_one_after_the_other() -> None:
    assert packed([5, 5, 5, 20, 1], 10) == [[0, 1], [2], [3], [4]]


def test_each_part_knows_its_address_its_title_and_its_neighbours() -> None:
    first, second, third = parts_of("2025/08/x.html", text(9, 9, lead=9), 100)

    assert [first.path, second.path, third.path] == ["2025/08/x.html", "2025/08/x-2.html", "2025/08/x-3.html"]
    assert [stop.title for stop in second.all] == ["", "S1", "S2"]
    assert (first.before, first.after) == (None, second.all[1])
    assert (second.before, second.after) == (second.all[0], second.all[2])
    assert (third.before, third.after) == (second.all[1], None)


def test_a_story_that_is_not_divided_has_one_part_and_no_contents() -> None:
    (part,) = parts_of("a.html", text(1), 900)

    assert (part.path, part.before, part.after, part.all) == ("a.html", None, None, ())


def test_an_anchor_on_a_later_part_has_its_address() -> None:
    parts = anchors_of_parts(text(9, 9), 100)

    assert later_addresses("articles/x.md", "x.html", parts) == {"articles/x.md#s2": "x-2.html"}


def test_the_note_on_a_name_stands_on_the_part_that_names_it() -> None:
    named = Html(f'{section("A", 9)}{section("B", 9)}<p><a href="x" class="name" id="lee_">Lee</a></p>')

    assert anchors_of_parts((named,), 100) == (("a",), ("_lee", "b", "lee_"))


MARKUP = st.lists(
    st.sampled_from(["a", "да", "—", " ", "\n", "<b>", "</b>", "&amp;", "&#32;", "&nbsp;", "\xa0"]), max_size=12
)


@given(MARKUP.map("".join))
def test_no_text_counts_more_words_than_the_quick_look_gives(markup: str) -> None:
    assert count(markup) <= nearly(markup) <= at_most(markup)
