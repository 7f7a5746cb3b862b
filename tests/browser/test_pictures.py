"""Pictures in a real browser: the format and the width that fit, and room for one that never comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Route

from tests.browser.host import Host
from tests.browser.reader import reading
from tests.newsroom import Site

STORY = "2024/03/ferry.html"
BOX = "() => (({width, height}) => [width, height])(document.querySelector('figure img').getBoundingClientRect())"
CHOSEN = "() => document.querySelector('figure img').currentSrc.replace(/.*[/]/, '')"
COME = "() => document.querySelector('figure img').naturalWidth > 0"


@pytest.mark.parametrize(
    ("width", "density", "chosen"),
    [(320, 1, "pier.jpg-480.webp"), (360, 2, "pier.jpg-960.webp"), (1280, 1, "pier.jpg-960.webp")],
    ids=["small-phone", "phone", "desk"],
)
def test_a_reader_gets_the_picture_that_fits(
    browser: Browser, host: Host, width: int, density: int, chosen: str
) -> None:
    size = {"width": width, "height": 800}
    with reading(browser, viewport=size, device_scale_factor=density) as visit:
        page = visit.go(f"{host.origin}/{STORY}")
        page.locator("figure img").scroll_into_view_if_needed()
        page.wait_for_function(COME)
        found, asked = page.evaluate(CHOSEN), [address for address in visit.asked if "/images/" in address]

    assert found == chosen
    assert [address.rpartition("/")[2] for address in asked] == [chosen]
    assert visit.complaints == []


def test_a_picture_that_never_comes_takes_the_same_room(browser: Browser, host: Host) -> None:
    boxes = []
    with reading(browser, viewport={"width": 320, "height": 800}) as visit:
        waiting: list[Route] = []
        visit.page.route("**/images/*", lambda route: waiting.append(route))  # as where a connection is cut
        page = visit.go(f"{host.origin}/{STORY}", wait_until="domcontentloaded")
        page.locator("figure img").evaluate("each => each.scrollIntoView()")
        page.wait_for_timeout(200)
        boxes.append(page.evaluate(BOX))
        for route in waiting:
            route.continue_()
        page.wait_for_function(COME)
        boxes.append(page.evaluate(BOX))

    assert waiting
    assert boxes == [[288, 192], [288, 192]]


def test_pictures_come_from_a_disk_too(browser: Browser, lantern: Site) -> None:
    with reading(browser, viewport={"width": 320, "height": 800}, offline=True) as visit:
        page = visit.go((lantern.folder / STORY).as_uri())
        page.locator("figure img").scroll_into_view_if_needed()
        page.wait_for_function(COME)
        assert page.evaluate(CHOSEN) == "pier.jpg-480.webp"
