"""The 404 page is right at any depth, on the site's own host, on a mirror and without scripts."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.host import Host
from tests.browser.reader import Visit, overflows, violations

ORIGIN = "https://lantern.example/paper"


def paths(page: Page) -> list[str]:
    """Give where the links of the page lead."""
    links = page.locator("main a, header a, footer a")
    return links.evaluate_all("found => found.map((each) => each.href)")


@pytest.mark.parametrize(
    ("address", "root"),
    [
        pytest.param("/x", "/", id="root"),
        pytest.param("/a-b/x/y", "/", id="deep"),
        pytest.param("/2024/99/", "/", id="folder"),
        pytest.param("/no/such/page.html?query#part", "/", id="query"),
        pytest.param("/paper/x", "/paper/", id="the-origins-own-folder"),
        pytest.param("/paper/x/y/z", "/paper/", id="deep-in-the-origins-own-folder"),
        pytest.param("/ipfs/bafyexample/x/y", "/ipfs/bafyexample/", id="ipfs-gateway"),
    ],
)
def test_every_link_stays_on_the_host_being_read(visit: Visit, host: Host, address: str, root: str) -> None:
    response = visit.page.goto(f"{host.origin}{address}")

    assert response is not None
    assert response.status == 404
    links = [link for link in paths(visit.page) if "#" not in link]
    assert len(links) > 5
    assert [link for link in links if not link.startswith(f"{host.origin}{root}")] == []
    assert [link for link in links if host.answer(urlsplit(link).path)[0] != 200] == []


def test_a_reader_gets_from_a_missing_page_to_a_section(visit: Visit, host: Host) -> None:
    page = visit.go(f"{host.origin}/no/such/page.html")

    page.click("main >> text=Harbour")

    assert page.url == f"{host.origin}/harbour/index.html"
    assert page.locator("h1").inner_text() == "Harbour"


def test_without_scripts_the_links_lead_to_the_origin_and_a_sentence_says_so(plain: Visit, host: Host) -> None:
    page = plain.go(f"{host.origin}/x/y")

    assert page.locator("main a").first.get_attribute("href") == f"{ORIGIN}/"
    assert f"With scripts off, the links of this page lead to {ORIGIN}." in page.inner_text("main")


def test_with_scripts_that_sentence_is_not_there(visit: Visit, host: Host) -> None:
    page = visit.go(f"{host.origin}/x/y")

    assert ORIGIN not in page.inner_text("body")


def test_a_missing_page_is_whole_at_any_depth(visit: Visit, host: Host) -> None:
    looks = []
    for address in ("/x", "/c/d/x/y"):
        visit.asked.clear()
        page = visit.go(f"{host.origin}{address}")
        page.set_viewport_size({"width": 320, "height": 900})
        looks.append(page.screenshot(full_page=True))
        assert violations(page) + overflows(page) == []
        assert visit.asked == [f"{host.origin}{address}"]

    assert looks[0] == looks[1]
