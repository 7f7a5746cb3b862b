"""Front matter: fields and body taken apart, each with its line; nothing invisible let through."""

from __future__ import annotations

import pytest

from plugins.story.frontmatter import Entry, decode, split

PATH = "content/articles/2025/08/a.md"


@pytest.mark.parametrize(
    ("text", "entries", "body", "body_line"),
    [
        pytest.param("Title: A\n\nText.", [("Title", "A", 1)], "Text.", 3, id="plain"),
        pytest.param("Title: A: B\n\n", [("Title", "A: B", 1)], "", 3, id="colon-in-value"),
        pytest.param("Title:   A  \n\n", [("Title", "A", 1)], "", 3, id="spaces-around-value"),
        pytest.param("Kicker:\nTitle: A\n\n", [("Kicker", "", 1), ("Title", "A", 2)], "", 4, id="empty-value"),
        pytest.param(
            "Summary: one\n    two\n\tthree\nTitle: A\n\n",
            [("Summary", "one two three", 1), ("Title", "A", 4)],
            "",
            6,
            id="continuation",
        ),
        pytest.param("---\nTitle: A\n---\nText.", [("Title", "A", 2)], "Text.", 4, id="fences"),
        pytest.param("---\nTitle: A\n...\nText.", [("Title", "A", 2)], "Text.", 4, id="yaml-end"),
        pytest.param("Title: A\n\n---\n\nText.", [("Title", "A", 1)], "---\n\nText.", 3, id="rule-in-the-text"),
        pytest.param("Tag: a\nTag: b\n\n", [("Tag", "a", 1), ("Tag", "b", 2)], "", 4, id="twice"),
        pytest.param("Title: A", [("Title", "A", 1)], "", 2, id="no-body"),
    ],
)
def test_fields_and_text_are_taken_apart(
    text: str, entries: list[tuple[str, str, int]], body: str, body_line: int
) -> None:
    source, problems = split(text, PATH)

    assert source.entries == tuple(Entry(*entry) for entry in entries)
    assert (source.body, source.body_line) == (body, body_line)
    assert problems == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("Title: A\nnot a field\n\n", 2, id="words"),
        pytest.param("    too early\nTitle: A\n\n", 1, id="continuation-of-nothing"),
        pytest.param("Title: A\n  two spaces\n\n", 2, id="continuation-with-two-spaces"),
        pytest.param("Title: A\nÜber: B\n\n", 2, id="name-beyond-ascii"),
        pytest.param("Title: A\nhttps://example.org\n\n", 2, id="address"),
    ],
)
def test_a_line_that_is_no_field_is_refused(text: str, line: int) -> None:
    _, problems = split(text, PATH)

    assert [(problem.path, problem.line) for problem in problems] == [(PATH, line)]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"a\nb", "a\nb", id="unix"),
        pytest.param(b"a\r\nb", "a\nb", id="windows"),
        pytest.param(b"a\rb", "a\nb", id="old-mac"),
        pytest.param(b"\xef\xbb\xbfa", "a", id="byte-order-mark"),
        pytest.param("Привет — «мир» 🙂 soft\u00adhyphen, joined\u200demoji".encode(), None, id="every-honest-letter"),
    ],
)
def test_bytes_become_text_with_one_kind_of_line_end(data: bytes, text: str | None) -> None:
    assert decode(data, PATH) == (text if text is not None else data.decode(), [])


@pytest.mark.parametrize(
    ("data", "line", "wrong"),
    [
        pytest.param(b"a\nb\xff", 2, "this is not UTF-8 text (byte 0xff).", id="latin-1"),
        pytest.param(
            "a\n\nb\u202ec".encode(), 3, "the character U+202E (right-to-left override) is not allowed.", id="bidi"
        ),
        pytest.param(b"a\x1bb", 1, "the character U+001B (a control character) is not allowed.", id="escape"),
        pytest.param(
            "a\ufeffb".encode(), 1, "the character U+FEFF (zero width no-break space) is not allowed.", id="bom-inside"
        ),
        pytest.param(
            "a\u2029b".encode(), 1, "the character U+2029 (paragraph separator) is not allowed.", id="line-end"
        ),
        pytest.param(
            "a\U000f0000".encode(), 1, "the character U+F0000 (a control character) is not allowed.", id="private"
        ),
    ],
)
def test_what_cannot_be_seen_is_refused_with_its_line(data: bytes, line: int, wrong: str) -> None:
    _, problems = decode(data, PATH)

    assert [(problem.line, problem.wrong) for problem in problems] == [(line, wrong)]


def test_a_character_is_reported_once_a_line() -> None:
    _, problems = decode("a\u202eb\u202ec\nd\u202e".encode(), PATH)

    assert [problem.line for problem in problems] == [1, 2]
