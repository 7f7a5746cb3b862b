"""Who says what, what is known and what is not: lines in, sides and sentences out."""

from __future__ import annotations

import datetime as dt

import pytest

from plugins.story.body import BodyReader
from plugins.story.claims import Claims
from plugins.story.known import Known
from plugins.story.links import Place


def block(text: str, lang: str = "en") -> Claims | Known:
    body, problems = BodyReader().read(Place("content/a.md", "articles/a.md", 5, text), lang)
    assert problems == []
    (found,) = body.blocks
    assert isinstance(found, Claims | Known)
    return found


def test_claims_stand_under_the_side_that_makes_them_in_the_editors_order() -> None:
    found = block("``` claims\nA: one\nB: two\nA: three\n```")

    (matter,) = found.matters
    sides = [(side.name, [claim.text for claim in side.claims]) for side in matter.sides]
    assert (found.title, found.date, matter.title) == ("", None, "")
    assert sides == [("A", ["one", "three"]), ("B", ["two"])]


def test_a_block_of_claims_may_have_a_day_a_title_and_matters() -> None:
    found = block("``` claims 2025-08-05\nTitle: Blame\nOn: tea\nA: x\nB: y\nOn: milk\nA: x\nB: y\n```")

    assert (found.date, found.title) == (dt.date(2025, 8, 5), "Blame")
    assert [matter.title for matter in found.matters] == ["tea", "milk"]


@pytest.mark.parametrize(
    ("words", "is_answer"),
    [
        ("denies it", True),
        ("Denies it.", True),
        ("did not comment", True),
        ("denies it, but adds more", False),
        ("отрицает", True),
        ("It denies nothing.", False),
    ],
)
def test_a_set_phrase_is_an_answer_and_anything_else_a_claim(words: str, is_answer: bool) -> None:
    found = block(f"``` claims\nA: x\nB: {words}\n```")

    assert found.matters[0].sides[1].claims[0].is_answer is is_answer


def test_a_claim_is_typeset_and_may_hold_links_and_times() -> None:
    text = '``` claims\nA: "x" -- [y](b.md)\nB: [now](time:2025)\n```'
    body, _ = BodyReader().read(Place("content/a.md", "articles/a.md", 5, text), "en")

    (found,) = body.blocks
    assert "“x” – " in found.words.replace("\xa0", " ")
    assert '<time datetime="2025">now</time>' in found.words
    assert [(link.target, link.line) for link in body.links] == [("articles/b.md", 6)]


def test_a_colon_within_a_claim_parts_nothing() -> None:
    found = block("``` claims\nA: one: two\nB: x\n```")

    assert found.matters[0].sides[0].claims[0].text.replace("\xa0", " ") == "one: two"


def test_a_line_that_begins_with_four_spaces_goes_on_with_the_one_before() -> None:
    found = block("``` known 2025-08-05\nOne\n    and more.\n- Two.\n```")

    assert [each.replace("\xa0", " ") for each in found.sentences] == ["One and more.", "Two."]
    assert (found.kind, found.date) == ("known", dt.date(2025, 8, 5))
