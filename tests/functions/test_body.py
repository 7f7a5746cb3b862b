"""The text of a story: Markdown in, clean and typeset blocks out."""

from __future__ import annotations

import pytest

from plugins.story.body import Body, BodyReader, Html
from plugins.story.links import Place
from plugins.story.problems import Problem
from plugins.story.ranges import Ranges


def read(text: str, lang: str = "en") -> tuple[Body, list[Problem]]:
    return BodyReader().read(Place("content/a.md", "articles/a.md", 5, text), lang)


def markup(text: str, lang: str = "en") -> str:
    body, problems = read(text, lang)
    assert problems == []
    return body.markup.replace("\xa0", " ")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param('A "b".', "<p>A “b”.</p>", id="typeset"),
        pytest.param("## Why it *matters*", '<h2 id="why-it-matters">Why it <em>matters</em></h2>', id="heading"),
        pytest.param("## Почему", '<h2 id="pochemu">Почему</h2>', id="russian-heading"),
        pytest.param("## A {.note}", '<h2 id="a-note">A {.note}</h2>', id="braces-are-text"),
        pytest.param("## A\n\n## A", '<h2 id="a">A</h2>\n<h2 id="a_1">A</h2>', id="headings-alike"),
        pytest.param("1 < 2 & 3", "<p>1 &lt; 2 &amp; 3</p>", id="escaped"),
        pytest.param('<span lang="ru">слово</span>', '<p><span lang="ru">слово</span></p>', id="language"),
        pytest.param("`--all`", "<p><code>--all</code></p>", id="code"),
        pytest.param("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>", id="list"),
        pytest.param("> a", "<blockquote>\n<p>a</p>\n</blockquote>", id="quotation"),
    ],
)
def test_markdown_becomes_clean_html(text: str, html: str) -> None:
    assert markup(text) == html


def test_a_picture_with_a_title_is_a_figure_with_that_caption() -> None:
    html = markup('![A pier](../images/pier.jpg "The pier, \'24")')

    assert html.startswith('<figure><img alt="A pier" src="{static}/images/pier.jpg"')
    assert "<figcaption>The pier, " in html


@pytest.mark.parametrize("alt", ["", "  "], ids=["none", "blank"])
def test_a_picture_without_words_is_refused(alt: str) -> None:
    _, problems = read(f"One.\n\n![{alt}](../images/pier.jpg)")

    assert [(problem.line, problem.wrong) for problem in problems] == [
        (7, "the picture 'pier.jpg' has no text alternative.")
    ]


def test_a_drawing_stands_where_it_was_written() -> None:
    body, problems = read("Before.\n\n``` ranges\nTitle: t\nDescription: d\n5 km: a\n```\n\nAfter.")

    assert problems == []
    assert [block.kind for block in body.blocks] == ["html", "ranges", "html"]
    first, drawing, last = body.blocks
    assert isinstance(first, Html)
    assert isinstance(drawing, Ranges)
    assert isinstance(last, Html)
    assert (first.html, drawing.title, last.html) == ("<p>Before.</p>", "t", "<p>After.</p>")


def test_an_ordinary_fence_is_code_and_no_drawing() -> None:
    body, problems = read('```\nranges "x" -- y\n```')

    assert problems == []
    assert body.markup == '<pre><code>ranges "x" -- y\n</code></pre>'.replace('"', "&quot;")


def test_the_anchors_of_a_text_are_known() -> None:
    body, _ = read("## One\n\n### Two & three")

    assert body.anchors == {"one", "two-three"}


def test_one_text_leaves_nothing_for_the_next() -> None:
    reader = BodyReader()
    place = Place("content/a.md", "articles/a.md", 5, "## A\n\n[x]: https://example.org\n")
    other = Place("content/b.md", "articles/b.md", 5, "## A\n\n[x]")

    first, second = reader.read(place, "en")[0], reader.read(other, "en")[0]

    assert first.anchors == second.anchors == {"a"}
    assert "href" not in second.markup


def test_a_standfirst_is_one_line_of_inline_markup() -> None:
    place = Place("content/a.md", "articles/a.md", 3, "")

    html, links, problems = BodyReader().line('*Alma* "sails" [again](b.md)', place, "en")

    assert html.replace("\xa0", " ") == '<em>Alma</em> “sails” <a href="{filename}/articles/b.md">again</a>'
    assert [link.target for link in links] == ["articles/b.md"]
    assert problems == []
