"""Plain text of HTML: seventy-two columns, whatever the letters; links as notes; every kind of block shown plainly."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.site.markup import tree, words
from plugins.site.plaintext import WIDTH, plain_text, width

LONG = "word " * 30


def text(markup: str) -> str:
    return plain_text(markup, "Links")


@pytest.mark.parametrize(
    ("markup", "wanted"),
    [
        pytest.param("<p>One\n  line.</p><p>Two.</p>", "One line.\n\nTwo.\n", id="paragraphs"),
        pytest.param("<div><section>A<p>B</p>C</section></div>", "A\n\nB\n\nC\n", id="text-between-blocks"),
        pytest.param(
            "<h1>Head</h1><h2>Part</h2><h3>Piece</h3>", "Head\n====\n\nPart\n----\n\nPiece\n~~~~~\n", id="headings"
        ),
        pytest.param("<h2>Договор</h2>", "Договор\n-------\n", id="heading-in-russian"),
        pytest.param("<h2>条約</h2>", "条約\n----\n", id="heading-in-wide-letters"),
        pytest.param("<ul><li>A</li><li>B</li></ul>", "* A\n* B\n", id="list"),
        pytest.param("<ol start='9'><li>A</li><li>B</li></ol>", "9. A\n10. B\n", id="numbered-list"),
        pytest.param("<ul><li><p>A</p><p>B</p></li><li>C</li></ul>", "* A\n\n  B\n\n* C\n", id="list-of-paragraphs"),
        pytest.param("<ul><li>A<ul><li>B</li></ul></li></ul>", "* A\n\n  * B\n", id="list-in-a-list"),
        pytest.param("<blockquote><p>A</p><p>B</p></blockquote>", "> A\n>\n> B\n", id="quotation"),
        pytest.param("<dl><dt>500 km</dt><dd>near</dd></dl>", "500 km\n    near\n", id="definitions"),
        pytest.param("<p>A<br>B</p><hr><p>C</p>", "A\nB\n\n* * *\n\nC\n", id="breaks"),
        pytest.param("<pre>a\n  b &lt;</pre>", "a\n  b <\n", id="typed-lines"),
        pytest.param('<p>A <img src="x" alt="A pier."> B</p>', "A [A pier.] B\n", id="picture"),
        pytest.param(
            "<figure><svg><title>T</title><text>5</text></svg><figcaption><p>T</p><dl><dt>5 km</dt><dd>far</dd></dl>"
            "</figcaption></figure>",
            "T\n\n5 km\n    far\n",
            id="drawing-as-its-figures",
        ),
        pytest.param(
            "<table><caption>All</caption><tr><th>Type</th><th>km</th></tr><tr><td>Typhon</td><td>1,600</td></tr></table>",
            "All\n\nType    km\nTyphon  1,600\n",
            id="table",
        ),
        pytest.param("<p>a <em>b</em> <q>c</q> <code>d</code></p>", "a b c d\n", id="inline"),
        pytest.param("<p>5\xa0km &amp; <b>more</b></p>", "5 km & more\n", id="entities"),
        pytest.param("<style>p>a{}</style><script>a<b</script><p>A</p>", "A\n", id="nothing-of-styles-and-scripts"),
        pytest.param('<p><a rel="tag" href="x">A</a>\n<a rel="tag" href="y">B</a></p>', "A, B\n", id="row-of-links"),
        pytest.param("", "\n", id="nothing"),
        pytest.param("<ul></ul><table></table><p></p>", "\n", id="empty-blocks"),
    ],
)
def test_a_block_is_shown_plainly(markup: str, wanted: str) -> None:
    assert text(markup) == wanted


def test_a_link_is_a_note_and_the_same_address_one_note() -> None:
    found = text(
        '<p><a href="https://a.example/">A</a>, <a href="https://b.example/">B</a> and <a href="https://a.example/">C</a>.</p>'
    )

    assert found == "A [1], B [2] and C [1].\n\nLinks\n-----\n\n[1] https://a.example/\n[2] https://b.example/\n"


@pytest.mark.parametrize(
    "link",
    ['<a href="#part">A</a>', '<a rel="author" href="https://a.example/">A</a>', "<a>A</a>"],
    ids=["within-the-page", "furniture", "without-an-address"],
)
def test_a_link_that_nobody_would_copy_is_no_note(link: str) -> None:
    assert text(f"<p>{link}</p>") == "A\n"


def test_an_address_that_is_its_own_text_stands_once_and_whole() -> None:
    address = f"https://a.example/{'long-' * 30}"

    assert text(f'<p>See <a href="{address}">{address}</a> here.</p>') == f"See\n{address}\nhere.\n"


def test_a_row_that_is_too_wide_is_told_cell_by_cell() -> None:
    rows = f"<tr><th>Type</th><th>Use</th></tr><tr><td>Typhon</td><td>{LONG}</td></tr>"

    lines = text(f"<table>{rows}</table>").splitlines()

    assert lines[0] == "Type: Typhon"
    assert lines[1].startswith("Use: word word")
    assert lines[2].startswith("    word")


@pytest.mark.parametrize(
    ("letter", "wanted"),
    [
        ("a", 1),
        ("я", 1),
        ("条", 2),
        ("한", 2),
        ("\u0301", 0),
        ("\u200d", 0),
        ("😀", 2),
        ("𠮷", 2),
        ("ｱ", 1),
    ],
)
def test_a_letter_takes_the_columns_that_a_terminal_gives_it(letter: str, wanted: int) -> None:
    assert width(letter) == wanted


@pytest.mark.parametrize(
    "words",
    [
        "条約" * 60,
        f"In {'条約' * 40} of 1987 {'条約' * 40}.",
        "x" * 200,
        "e\u0301" * 100,
        "👩\u200d👧 " * 60,
        "Договор " * 40,
    ],
    ids=["wide", "wide-among-others", "no-place-to-break", "marks", "pictographs", "russian"],
)
def test_no_line_is_wider_than_the_page_and_nothing_is_lost(words: str) -> None:
    found = text(f"<blockquote><ul><li>{words}</li></ul></blockquote>")

    assert max(map(width, found.splitlines())) <= WIDTH
    assert "".join(re.sub(r"[>*\s]", "", found)) == re.sub(r"\s", "", words)


SCRAP = st.text("abc де条 \n<&\u0301", max_size=30).map(lambda each: each.replace("&", "&amp;").replace("<", "&lt;"))
WRAPPERS = [
    "<p>{}</p>",
    "<div>{}</div>",
    "<blockquote>{}</blockquote>",
    "<ul><li>{}</li><li>a</li></ul>",
    "<em>{}</em>",
]
WRAPPERS += [
    "<dl><dt>{}</dt><dd>{}</dd></dl>",
    "<a href='https://a.example/'>{}</a>",
    "<h2>{}</h2>",
    "<section>{}</section>",
]


@given(
    st.recursive(
        SCRAP,
        lambda inner: st.builds(
            lambda wrapper, parts: wrapper.replace("{}", "".join(parts)),
            st.sampled_from(WRAPPERS),
            st.lists(inner, max_size=3),
        ),
        max_leaves=8,
    )
)
def test_whatever_html_comes_its_lines_fit_and_its_letters_are_there(markup: str) -> None:
    found = text(markup)

    assert max(map(width, found.splitlines()), default=0) <= WIDTH
    for letter in "abcде条<&":
        assert found.count(letter) >= words(tree(markup)).count(letter)
