"""Names in a story: explained where the reader is, by keyboard, touch and ear, without scripts, and on paper."""

from __future__ import annotations

from playwright.sync_api import Browser, Page

from tests.browser.host import Host
from tests.browser.reader import violations

FERRY = "2024/03/ferry.html"
NAME, NOTE, BACK = "a.name[href='#_captain']", "#_captain", "#_captain a[href='#captain_']"


def opened(browser: Browser, host: Host, *, width: int = 320) -> Page:
    """Open a story without scripts, scrolled to the first name in it."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": width, "height": 568})
    page = context.new_page()
    page.goto(f"{host.origin}/{FERRY}")
    page.locator(NAME).scroll_into_view_if_needed()
    return page


def top(page: Page, selector: str) -> float:
    """Give how far below the top of the screen something stands."""
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"]


def test_the_note_on_a_name_opens_where_the_reader_is_and_the_text_stays(browser: Browser, host: Host) -> None:
    page = opened(browser, host)
    before = top(page, NAME)

    page.locator(NAME).click()

    assert page.url.endswith("#_captain")
    assert abs(top(page, NAME) - before) < 1
    assert 0 < top(page, NOTE) < 568
    page.context.close()


def test_the_keyboard_opens_a_note_reads_on_in_it_and_closes_it(browser: Browser, host: Host) -> None:
    page = opened(browser, host)

    page.locator(NAME).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator(f"{NOTE} a:focus").get_attribute("href") == "../../glossary/captain.html"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.url.endswith("#captain_")
    assert 0 < top(page, NAME) < 568
    page.context.close()


def test_the_way_back_is_the_browsers_own_too(browser: Browser, host: Host) -> None:
    page = opened(browser, host)
    before = top(page, NAME)
    page.locator(NAME).click()

    page.go_back()

    assert abs(top(page, NAME) - before) < 1
    page.context.close()


def test_an_open_note_is_open_to_everybody(browser: Browser, host: Host) -> None:
    for scheme in ("light", "dark"):
        context = browser.new_context(color_scheme=scheme, viewport={"width": 320, "height": 568}, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{host.origin}/{FERRY}#_captain")
        assert violations(page) == []
        context.close()


def test_on_paper_a_note_stands_at_the_end_of_the_text(browser: Browser, host: Host) -> None:
    page = opened(browser, host)
    page.goto(f"{host.origin}/{FERRY}#_captain")
    page.emulate_media(media="print")

    assert top(page, NOTE) > top(page, "#how-far-it-goes")
    page.context.close()
