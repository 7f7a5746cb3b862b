"""The 404 page is right at any depth, on the site's own host, on a mirror and without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.host import Host, serving
from tests.browser.reader import Visit, overflows, violations
from tests.newsroom import Site

ORIGIN = "https://lantern.example/paper"


def paths(page: Page) -> list[str]:
    """Give where the links of the page lead."""
    links = page.locator("main a, header a, footer a")
    return links.evaluate_all("found => found.map((each) => each.href)")


@pytest.fixture(scope="module")
def mirror(lantern: Site) -> Iterator[Host]:
    """A host with the newspaper at its root, in the folder that its origin names, and behind an IPFS gateway."""
    with serving() as started:
        for folder in ("/", "/paper/", "/ipfs/bafyexample/"):
            started.mount(folder, lantern)
        yield started


@pytest.mark.parametrize(
    ("address", "root"),
    [
        pytest.param("/x", "/", id="root"),
        pytest.param("/a/b/x/y", "/", id="deep"),
        pytest.param("/2024/99/", "/", id="folder"),
        pytest.param("/no/such/page.html?query#part", "/", id="query"),
        pytest.param("/paper/x", "/paper/", id="the-origins-own-folder"),
        pytest.param("/paper/x/y/z", "/paper/", id="deep-in-the-origins-own-folder"),
        pytest.param("/ipfs/bafyexample/x/y", "/ipfs/bafyexample/", id="ipfs-gateway"),
    ],
)
def test_every_link_stays_on_the_host_being_read(visit: Visit, mirror: Host, address: str, root: str) -> None:
    response = visit.page.goto(f"{mirror.origin}{address}")

    assert response is not None
    assert response.status == 404
    links = [link for link in paths(visit.page) if "#" not in link]
    assert len(links) > 5
    assert [link for link in links if not link.startswith(f"{mirror.origin}{root}")] == []
    assert [link for link in links if mirror.answer(urlsplit(link).path)[0] != 200] == []


def test_a_reader_gets_from_a_missing_page_to_a_section(visit: Visit, mirror: Host) -> None:
    page = visit.go(f"{mirror.origin}/no/such/page.html")

    page.click("main >> text=Harbour")

    assert page.url == f"{mirror.origin}/harbour/index.html"
    assert page.locator("h1").inner_text() == "Harbour"


def test_without_scripts_the_links_lead_to_the_origin_and_a_sentence_says_so(plain: Visit, mirror: Host) -> None:
    page = plain.go(f"{mirror.origin}/x/y")

    assert page.locator("main a").first.get_attribute("href") == f"{ORIGIN}/"
    assert f"With scripts off, the links of this page lead to {ORIGIN}." in page.inner_text("main")


def test_with_scripts_that_sentence_is_not_there(visit: Visit, mirror: Host) -> None:
    page = visit.go(f"{mirror.origin}/x/y")

    assert ORIGIN not in page.inner_text("body")


def test_a_missing_page_is_whole_at_any_depth(visit: Visit, mirror: Host) -> None:
    looks = []
    for address in ("/x", "/a/b/x/y"):
        visit.asked.clear()
        page = visit.go(f"{mirror.origin}{address}")
        page.set_viewport_size({"width": 320, "height": 900})
        looks.append(page.screenshot(full_page=True))
        assert violations(page) + overflows(page) == []
        assert visit.asked == [f"{mirror.origin}{address}"]

    assert looks[0] == looks[1]


def test_without_an_origin_every_link_starts_at_the_root_of_the_host(visit: Visit, homeless: Site) -> None:
    with serving() as host:
        host.mount("/", homeless)
        visit.go(f"{host.origin}/a/b/x/y")
        links = [link for link in paths(visit.page) if "#" not in link]

    assert len(links) > 5
    assert [link for link in links if host.answer(urlsplit(link).path)[0] != 200] == []
