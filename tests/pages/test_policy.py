"""Promise 4, nobody watches: each page allows its own styles and scripts by their hashes, and nothing else."""

from __future__ import annotations

import base64
import hashlib
import re
from xml.etree.ElementTree import Element

import pytest

from tests.newsroom import Site
from tests.page import Page

SOURCES = re.compile(r"^'(?:none|self|sha256-[A-Za-z0-9+/]{43}=)'$|^data:$")


def digest(element: Element) -> str:
    hashed = hashlib.sha256((element.text or "").encode()).digest()
    return f"'sha256-{base64.b64encode(hashed).decode()}'"


def running(page: Page) -> list[Element]:
    """Give the scripts of a page that run; JSON-LD does not."""
    return [script for script in page.select("script") if script.get("type") != "application/ld+json"]


def test_a_page_allows_exactly_the_scripts_that_it_carries(site: Site) -> None:
    wrong = {
        page.path: page.policy.get("script-src")
        for page in site.pages.values()
        if set(page.policy.get("script-src", [])) != {digest(script) for script in running(page)}
    }

    assert any(running(page) for page in site.pages.values())
    assert wrong == {}


def test_a_page_allows_exactly_the_styles_that_it_carries(site: Site) -> None:
    wrong = {
        page.path: page.policy.get("style-src")
        for page in site.pages.values()
        if page.policy.get("style-src") != [digest(style) for style in page.select("style")]
    }

    assert wrong == {}


def test_a_page_allows_nothing_else(site: Site) -> None:
    for page in site.pages.values():
        policy = page.policy
        assert policy["default-src"] == ["'none'"], page.path
        assert policy["base-uri"] == ["'none'"], page.path
        assert policy["form-action"] == ["'none'"], page.path
        strange = [source for sources in policy.values() for source in sources if not SOURCES.match(source)]
        assert strange == [], page.path


def test_the_policy_stands_before_everything_that_it_governs(site: Site) -> None:
    for page in site.pages.values():
        before = page.text.partition('<meta http-equiv="Content-Security-Policy"')[0]
        assert not re.search(r"<(?:link|style|script|img|title)\b", before), page.path


def test_no_element_has_a_style_or_a_handler_of_its_own(site: Site) -> None:
    bad = [
        (page.path, element.tag, name)
        for page in site.pages.values()
        for element in page.select("*")
        for name in element.attrib
        if name == "style"
        or name.lower().startswith("on")
        or str(element.attrib[name]).lower().startswith("javascript:")
    ]

    assert bad == []


def test_every_script_is_inside_its_page_and_classic(site: Site) -> None:
    bad = [
        (page.path, script.attrib)
        for page in site.pages.values()
        for script in page.select("script")
        if script.attrib not in ({}, {"type": "application/ld+json"})
    ]

    assert bad == []


@pytest.mark.parametrize(
    "word", ["document.cookie", "sessionStorage", "indexedDB", "fetch(", "XMLHttpRequest", "sendBeacon"]
)
def test_no_script_stores_or_sends_anything_but_the_reminder_and_the_shelf(site: Site, word: str) -> None:
    found = {page.path for page in site.pages.values() for script in running(page) if word in (script.text or "")}

    assert found == ({"shelf.html"} if word == "fetch(" else set())


def test_only_the_page_that_keeps_copies_may_fetch_and_register(site: Site) -> None:
    able = {page.path: page.policy for page in site.pages.values() if {"connect-src", "worker-src"} & set(page.policy)}

    assert set(able) == {"shelf.html"}
    assert [able["shelf.html"][name] for name in ("connect-src", "worker-src")] == [["'self'"], ["'self'"]]
