"""Typography: what a newspaper sets, and each damage that typogrify would do."""

from __future__ import annotations

import pytest

from plugins.story.typography import headline, plain, typeset, without_tags

NBSP = "\xa0"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param('He said "no".', f"He said{NBSP}“no”.", id="quotes"),
        pytest.param("\"He called it 'odd'.\"", f"“He called it{NBSP}‘odd’.”", id="quotes-in-quotes"),
        pytest.param('"<em>Alma</em>"', "“<em>Alma</em>”", id="quotes-around-a-tag"),
        pytest.param("It's the editors' choice", f"It’s the editors’{NBSP}choice", id="apostrophes"),
        pytest.param("a -- b", f"a –{NBSP}b", id="dash"),
        pytest.param("Wait...", "Wait…", id="ellipsis"),
        pytest.param("<p>One two three four five</p>", f"<p>One two three four{NBSP}five</p>", id="widow"),
        pytest.param("AT&amp;T", "AT&amp;T", id="entity"),
    ],
)
def test_english_is_typeset(text: str, printed: str) -> None:
    assert typeset(text, "en") == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param("See https://example.org/a--b now", f"See https://example.org/a--b{NBSP}now", id="address"),
        pytest.param("See www.example.org/a--b now", f"See www.example.org/a--b{NBSP}now", id="bare-address"),
        pytest.param("mail a--b@example.org", f"mail{NBSP}a--b@example.org", id="mail-address"),
        pytest.param("run make --all now", f"run make --all{NBSP}now", id="option"),
        pytest.param("the my--file.txt", f"the{NBSP}my--file.txt", id="file-name"),
        pytest.param("10--20", "10–20", id="range"),
        pytest.param("500--5,500 km", f"500–5,500{NBSP}km", id="range-of-thousands"),
        pytest.param("the '90s", f"the{NBSP}’90s", id="decade"),
        pytest.param("'26 was", f"’26{NBSP}was", id="year"),
        pytest.param("'Twas so", f"’Twas{NBSP}so", id="elision"),
        pytest.param("5'10\" tall", f"5′10″{NBSP}tall", id="feet-and-inches"),
        pytest.param("5'10&quot; tall", f"5′10″{NBSP}tall", id="feet-and-inches-escaped"),
        pytest.param('<svg><title>"a" -- b</title></svg>', '<svg><title>"a" -- b</title></svg>', id="svg-title"),
        pytest.param('<textarea>"a" -- b</textarea>', '<textarea>"a" -- b</textarea>', id="textarea"),
        pytest.param('<code>--all "x"</code>', '<code>--all "x"</code>', id="code"),
        pytest.param('<pre>"a" -- b\n</pre>', '<pre>"a" -- b\n</pre>', id="pre"),
        pytest.param('<a href="/a--b" title="a -- b">x</a>', '<a href="/a--b" title="a -- b">x</a>', id="attributes"),
    ],
)
def test_no_damage_is_done(text: str, printed: str) -> None:
    assert typeset(text, "en") == printed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param('Он сказал: "Да"', f"Он сказал:{NBSP}«Да»", id="quotes"),
        pytest.param('"Альма" -- паром', f"«Альма»{NBSP}—{NBSP}паром", id="dash"),
        pytest.param("https://example.org/a--b", "https://example.org/a--b", id="address"),
        pytest.param("уже «так» — и так", f"уже «так»{NBSP}— и{NBSP}так", id="typeset-by-hand"),
    ],
)
def test_russian_is_typeset_in_russian(text: str, printed: str) -> None:
    assert typeset(text, "ru") == printed


@pytest.mark.parametrize("lang", ["ru", "ru-RU", "RU"])
def test_every_tag_of_russian_is_russian(lang: str) -> None:
    assert typeset('"Да"', lang) == "«Да»"


@pytest.mark.parametrize(
    "text",
    ['<p>"Quotes" -- and \'90s...</p>', "<p>5'10\" and https://example.org/a--b</p>"],
    ids=["quotes", "literals"],
)
def test_typesetting_twice_changes_nothing(text: str) -> None:
    once = typeset(text, "en")

    assert typeset(once, "en") == once


def test_a_headline_is_escaped_and_typeset() -> None:
    assert headline('AT&T says "<b>"', "en") == f"AT&amp;T says{NBSP}“&lt;b&gt;”"


def test_a_plain_title_is_typeset_without_any_markup() -> None:
    assert plain('AT&T says "<b>" -- it\'s so', "en") == "AT&T says “<b>” – it’s so"


def test_markup_becomes_plain_text_on_one_line() -> None:
    assert without_tags("<p>a <b>b</b>\n &amp; <i>c</i>&lt;d&gt;</p>") == "a b & c<d>"
