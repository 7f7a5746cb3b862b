"""Addresses: relative from any depth, whole from the public origin."""

from __future__ import annotations

import pytest

from plugins.site.addresses import absolute, localise, path_of, relative
from plugins.site.edition import Section


@pytest.mark.parametrize(
    ("path", "page", "link"),
    [
        pytest.param("index.html", "index.html", "index.html", id="itself"),
        pytest.param("arms/index.html", "index.html", "arms/index.html", id="down"),
        pytest.param("index.html", "2025/08/a.html", "../../index.html", id="up"),
        pytest.param("2025/07/b.html", "2025/08/a.html", "../07/b.html", id="beside"),
        pytest.param("2025/08/b.html#why", "2025/08/a.html", "b.html#why", id="with-an-anchor"),
        pytest.param("2025/08/a.html#why", "2025/08/a.html", "#why", id="anchor-of-itself"),
        pytest.param("#text", "2025/08/a.html", "#text", id="bare-anchor"),
        pytest.param("https://example.org/x", "a.html", "https://example.org/x", id="outside"),
        pytest.param("mailto:a@b.org", "a.html", "mailto:a@b.org", id="mail"),
        pytest.param("images/a b.jpg", "2025/08/a.html", "../../images/a%20b.jpg", id="space"),
    ],
)
def test_a_link_is_relative_to_its_page_and_names_the_file(path: str, page: str, link: str) -> None:
    assert relative(path, page) == link


@pytest.mark.parametrize(
    ("path", "origin", "address"),
    [
        pytest.param("index.html", "https://a.example", "https://a.example/", id="front-page"),
        pytest.param("arms/index.html", "https://a.example", "https://a.example/arms/index.html", id="section"),
        pytest.param("a.html#b", "https://a.example/folder", "https://a.example/folder/a.html#b", id="folder"),
        pytest.param("index.html", "", "/", id="no-origin"),
        pytest.param("a.html", "", "/a.html", id="no-origin-page"),
        pytest.param("https://b.example/", "https://a.example", "https://b.example/", id="outside"),
    ],
)
def test_a_public_address_begins_with_the_origin(path: str, origin: str, address: str) -> None:
    assert absolute(path, origin) == address


def test_whatever_has_a_path_can_be_linked_to() -> None:
    assert path_of(Section("arms", "Arms")) == path_of("arms/index.html") == "arms/index.html"


def test_the_links_of_a_text_are_made_for_the_page_that_holds_it() -> None:
    markup = '<a href="{filename}/articles/b.md#why">b</a> <img alt="x" src="{static}/images/p.jpg"> <a href="https://x.org/">x</a>'

    found = localise(markup, {"articles/b.md": "2025/08/b.html"}, lambda path: f"../{path}", lambda path: ' width="1"')

    assert found == (
        '<a href="../2025/08/b.html#why">b</a> <img alt="x" src="../images/p.jpg" width="1"> <a href="https://x.org/">x</a>'
    )


def test_a_link_to_a_file_without_a_page_is_an_error() -> None:
    with pytest.raises(KeyError):
        localise('<a href="{filename}/no.md">x</a>', {}, str, str)
