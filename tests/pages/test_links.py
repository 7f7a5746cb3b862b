"""Promise 3, any host: every link names a file that is there, and no page needs another host."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest

from tests.newsroom import Site
from tests.page import Page

LINKING = ("href", "src", "srcset", "poster", "data", "action", "formaction", "cite", "background", "manifest", "ping")
LOADING = ("src", "srcset", "poster", "data", "action", "formaction", "background", "manifest", "ping")
FOLLOWED = {"canonical", "alternate", "license", "icon"}
REFRESH = re.compile(r"^0;url=(?P<address>.+)$")
MISSING_PAGE = "404.html"
SHELF = "shelf.html"


def links(page: Page) -> Iterator[str]:
    """Give every address that a page links to or loads."""
    for element in page.select("*"):
        found = {name: element.attrib[name] for name in LINKING if name in element.attrib}
        choices = found.pop("srcset", "")
        yield from (each.split()[0] for each in choices.split(",") if choices)
        yield from found.values()
    for content in page.attributes("meta[http-equiv=refresh]", "content"):
        found = REFRESH.match(content)
        assert found, f"{page.path} has an odd refresh: {content!r}"
        yield found["address"]


def is_outside(address: str) -> bool:
    return bool(urlsplit(address).scheme) or address.startswith("//")


def from_top(address: str, page: str) -> tuple[str, str]:
    """Turn a relative link into the path of a file and the anchor in it."""
    path, _, anchor = address.partition("#")
    return normpath(join(dirname(page), unquote(path))) if path else page, unquote(anchor)


def test_every_link_between_pages_leads_to_a_file_that_is_there(site: Site) -> None:
    dead = [
        (page.path, address)
        for page in site.pages.values()
        for address in links(page)
        if page.path != MISSING_PAGE and not is_outside(address)
        if from_top(address, page.path)[0] not in site.files
    ]

    assert dead == []


def test_every_anchor_that_a_page_links_to_is_there(site: Site) -> None:
    lost = [
        (page.path, address)
        for page in site.pages.values()
        for address in links(page)
        if "#" in address and not is_outside(address)
        for target, anchor in [from_top(address, page.path)]
        if target in site.pages and not site.page(target).select(f"[id={anchor}]")
        if target != SHELF
    ]

    assert lost == []


def test_the_way_to_the_shelf_names_the_story_that_it_starts_from(site: Site) -> None:
    named = {
        page.path: anchor
        for page in site.pages.values()
        for address in links(page)
        for target, anchor in [from_top(address, page.path)]
        if target == SHELF and anchor and page.path != SHELF
    }

    stories = {page.path for page in site.pages.values() if page.select("meta[property=og:type][content=article]")}
    assert named == {path: path for path in stories}


def test_no_id_stands_twice_on_a_page(site: Site) -> None:
    ids = {page.path: page.attributes("*", "id") for page in site.pages.values()}

    assert {path: found for path, found in ids.items() if len(found) != len(set(found))} == {}


def test_a_link_between_pages_is_relative_and_names_the_file(site: Site) -> None:
    wrong = [
        (page.path, address)
        for page in site.pages.values()
        for address in links(page)
        if page.path != MISSING_PAGE and not is_outside(address)
        if address.startswith("/") or address.partition("#")[0].endswith(("/", "..")) or not address
    ]

    assert wrong == []


def test_every_page_can_be_reached_from_the_front_page(site: Site) -> None:
    seen, ahead = {"index.html"}, ["index.html"]
    while ahead:
        page = site.page(ahead.pop())
        near = {from_top(address, page.path)[0] for address in links(page) if not is_outside(address)}
        new = (near & site.pages.keys()) - seen
        seen |= new
        ahead += new

    alone = site.pages.keys() - seen
    stand_ins = {path for path in alone if is_stand_in(site.page(path))}
    assert alone - stand_ins == set()


def is_stand_in(page: Page) -> bool:
    """Say whether a page only stands where another stood: redirects, withdrawn stories, 404."""
    return not page.select("meta[property=og:title]")


def test_what_knows_the_origin_names_files_that_are_there(site: Site) -> None:
    addresses = {address for page in site.pages.values() for address in links(page)}
    for path in site.files:
        if path.endswith((".xml", ".txt")):
            addresses |= set(re.findall(r"https?://[^\s<>\"'&]+", site.text(path)))
    ours = {address.partition("#")[0] for address in addresses if address.startswith(f"{site.origin}/")}
    paths = {unquote(address.removeprefix(f"{site.origin}/")) or "index.html" for address in ours}

    assert paths, "nothing names the origin"
    assert paths - site.files.keys() == set()


def test_no_page_loads_anything_from_another_host(site: Site) -> None:
    loaded = [
        (page.path, element.tag, address)
        for page in site.pages.values()
        for element in page.select("*")
        for name in LOADING
        for address in [element.attrib.get(name, "")]
        if is_outside(address)
    ]
    followed = [
        (page.path, link.get("rel"), link.get("href"))
        for page in site.pages.values()
        for link in page.select("link")
        if link.get("rel") not in FOLLOWED
        or (link.get("rel") == "icon" and not link.get("href", "").startswith("data:"))
    ]

    assert loaded == []
    assert followed == []


def test_no_stylesheet_loads_anything(site: Site) -> None:
    styles = {style.text or "" for page in site.pages.values() for style in page.select("style")}

    assert styles
    assert [style for style in styles if re.search(r"url\(|@import|image-set\(|src\(", style, re.IGNORECASE)] == []


@pytest.mark.parametrize("tag", ["iframe", "frame", "object", "embed", "form", "input", "base", "video", "audio"])
def test_no_page_holds_what_loads_or_sends_by_itself(site: Site, tag: str) -> None:
    assert [page.path for page in site.pages.values() if page.select(tag)] == []


def test_a_link_to_outside_is_https(site: Site) -> None:
    odd = [
        (page.path, address)
        for page in site.pages.values()
        for address in links(page)
        if is_outside(address) and urlsplit(address).scheme not in ("https", "mailto", "data")
    ]

    assert odd == []


def test_a_page_tells_no_other_site_where_its_reader_came_from(site: Site) -> None:
    referrers = {page.path: page.attributes("meta[name=referrer]", "content") for page in site.pages.values()}

    assert {path: found for path, found in referrers.items() if found != ["no-referrer"]} == {}


def test_two_paths_never_differ_by_case_alone(site: Site) -> None:
    folded = [path.casefold() for path in site.files]

    assert len(folded) == len(set(folded))


def test_without_an_origin_nothing_is_made_that_would_need_one(homeless: Site) -> None:
    with_address = [page.path for page in homeless.pages.values() if page.select("link[rel=canonical]")]

    assert with_address == []
    assert [path for path in homeless.files if path.startswith(("feeds/", "sitemap"))] == []
    assert [path for path, data in homeless.files.items() if b"lantern.example/" in data] == []
    assert [page.path for page in homeless.pages.values() if page.select("link[rel=alternate]")] == []


def test_without_an_origin_every_link_holds(homeless: Site) -> None:
    test_every_link_between_pages_leads_to_a_file_that_is_there(homeless)
    test_every_anchor_that_a_page_links_to_is_there(homeless)


def test_a_build_without_an_origin_says_what_it_left_out(homeless: Site) -> None:
    assert "SITE_ORIGIN" in homeless.log
