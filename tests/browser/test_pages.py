"""Promises 3, 4 and 6 in a real browser: every kind of page, at three widths, by day and by night."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.host import Host
from tests.browser.reader import SCHEMES, WIDTHS, Visit, barriers, overflows, reading, text, violations
from tests.newsroom import Site

KINDS = {
    "home": "index.html",
    "section": "harbour/index.html",
    "older-stories": "harbour/page/1/index.html",
    "empty-section": "weather/index.html",
    "story": "2024/03/ferry.html",
    "story-without-appeal": "2024/06/gulls.html",
    "story-in-russian": "2024/05/timetable-ru.html",
    "hostile-story": "2024/04/hostile.html",
    "withdrawn": "2024/08/auction.html",
    "topic": "topics/ferry/index.html",
    "topics": "topics/index.html",
    "author": "authors/ann-lund.html",
    "name": "glossary/captain.html",
    "storyline": "storylines/pier.html",
    "month": "2024/03/index.html",
    "archive": "archive/index.html",
    "page": "about.html",
    "support": "support.html",
    "support-in-russian": "support-ru.html",
    "privacy": "privacy.html",
    "shelf": "shelf.html",
    "corrections": "corrections.html",
    "404": "404.html",
    "russian-home": "fonar/index.html",
    "russian-story": "fonar/2024/05/parom.html",
    "russian-privacy": "fonar/privacy.html",
    "home-of-this-edition": "edition/index.html",
}
# The others are looked at with ALL=1.
OFTEN = {"home", "section", "story", "story-in-russian", "withdrawn", "support", "privacy", "404", "russian-story"}
kinds = pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=kind, marks=() if kind in OFTEN else pytest.mark.slow) for kind, path in KINDS.items()],
)


@kinds
def test_a_page_is_open_to_everybody_at_every_width_by_day_and_by_night(visit: Visit, host: Host, path: str) -> None:
    page = visit.go(f"{host.origin}/{path}")

    assert barriers(page) == {}
    assert visit.complaints == []


@kinds
def test_a_page_says_the_same_with_scripts_off(visit: Visit, plain: Visit, host: Host, path: str) -> None:
    with_scripts = text(visit.go(f"{host.origin}/{path}"))
    without = text(plain.go(f"{host.origin}/{path}"))

    assert without
    assert without == with_scripts
    assert plain.complaints == []


def test_a_page_needs_one_file_and_nothing_is_kept_before_the_reader_asks(browser: Browser, host: Host) -> None:
    asked: dict[str, list[str]] = {}
    with reading(browser) as visit:
        for path in KINDS.values():
            visit.asked.clear()
            page = visit.go(f"{host.origin}/{path}")
            page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
            page.wait_for_function("() => [...document.images].every((each) => each.complete)")
            pictures = set(page.evaluate("() => [...document.images].map((each) => each.currentSrc)"))
            asked[path] = [address for address in visit.asked if address not in pictures]
        kept = visit.stored()

    assert asked == {path: [f"{host.origin}/{path}"] for path in KINDS.values()}
    assert kept == {"cookies": [], "local": {}, "session": {}}
    assert visit.complaints == []


def test_without_scripts_there_are_no_controls(browser: Browser, host: Host) -> None:
    with reading(browser, java_script_enabled=False) as visit:
        story = visit.go(f"{host.origin}/2024/03/ferry.html")
        assert story.locator("button").count() == 0
        assert story.locator("aside").is_visible()
        privacy = visit.go(f"{host.origin}/privacy.html")
        assert privacy.locator("button").count() == 0
        assert "scripts are off" in privacy.locator("[role=status]").inner_text()


def test_a_page_is_readable_in_letters_twice_as_large(browser: Browser, host: Host) -> None:
    wide: dict[str, list[str]] = {}
    with reading(browser, viewport={"width": 640, "height": 900}) as visit:
        for name in ("home", "story", "support", "archive", "404"):
            page = visit.go(f"{host.origin}/{KINDS[name]}")
            page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
            wide[name] = overflows(page)

    assert {name: what for name, what in wide.items() if what} == {}


@pytest.mark.parametrize(
    "options",
    [{"forced_colors": "active"}, {"reduced_motion": "reduce"}, {"contrast": "more"}],
    ids=["forced-colours", "reduced-motion", "more-contrast"],
)
def test_a_page_stands_in_the_readers_own_way_of_seeing(browser: Browser, host: Host, options: dict[str, str]) -> None:
    with reading(browser, **options, viewport={"width": 320, "height": 900}) as visit:
        for name in ("home", "story", "privacy"):
            page = visit.go(f"{host.origin}/{KINDS[name]}")
            assert page.locator("h1").is_visible()
            assert overflows(page) == []
            assert page.evaluate("() => document.getAnimations().length") == 0
            marked = page.locator("nav [aria-current]").first
            if name != "privacy":
                assert marked.is_visible()
    assert visit.complaints == []


def test_the_keyboard_meets_the_way_past_the_masthead_first_and_sees_where_it_is(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = visit.go(f"{host.origin}/{KINDS['story']}")
        page.keyboard.press("Tab")
        link = page.locator(":focus")
        assert link.inner_text() == "Skip to the text"
        box = link.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert link.evaluate("each => getComputedStyle(each).outlineStyle") != "none"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("() => document.querySelector('main').contains(document.activeElement)")


def test_every_control_can_be_hit_with_a_finger(browser: Browser, host: Host) -> None:
    with reading(browser, viewport={"width": 320, "height": 900}, has_touch=True) as visit:
        page = visit.go(f"{host.origin}/{KINDS['story']}")
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, nav a")]
              .filter((each) => each.getBoundingClientRect().height < 24)
              .map((each) => each.textContent)"""
        )

    assert small == []


def test_a_storys_age_is_seen_at_a_glance(browser: Browser, host: Host) -> None:
    """Its date is whole and large, and in sight without scrolling past the headline and standfirst."""
    with reading(browser) as visit:
        page = visit.go(f"{host.origin}/{KINDS['story']}")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            date = page.locator("main time").first
            box = date.bounding_box()
            assert date.inner_text() == "5 March 2024, 09:00 UTC"
            assert float(date.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")) >= 20
            assert int(date.evaluate("each => getComputedStyle(each).fontWeight")) >= 700
            assert box is not None
            assert box["y"] < 900


def test_a_moved_storys_old_address_leads_to_it(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = visit.go(f"{host.origin}/a/b/2023/12/pier.html")
        page.wait_for_url("**/a/b/2024/02/old-pier.html")
        assert page.locator("h1").inner_text().replace("\xa0", " ") == "Old pier closed after a crack"


def test_a_picture_comes_with_its_place_kept(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = visit.go(f"{host.origin}/{KINDS['story']}")
        picture = page.locator("main img")
        before = picture.bounding_box()
        picture.scroll_into_view_if_needed()
        page.wait_for_function("() => document.querySelector('main img').complete")
        after = picture.bounding_box()
        loaded = picture.evaluate("each => each.naturalWidth")

    assert loaded == 640  # as wide as the text is said to be
    assert before is not None
    assert after is not None
    assert (before["width"], before["height"]) == (after["width"], after["height"])


PLACES = ("index.html", "harbour/index.html", "2024/03/ferry.html", "privacy.html")


@pytest.mark.parametrize("path", PLACES)
def test_a_page_looks_the_same_at_the_root_in_a_folder_and_as_a_file(
    browser: Browser, host: Host, lantern: Site, path: str
) -> None:
    addresses = [f"{host.origin}/{path}", f"{host.origin}/a/b/{path}", (lantern.folder / path).as_uri()]

    with reading(browser) as visit:
        looks = []
        for address in addresses:
            page = visit.go(address)
            page.evaluate("() => document.querySelectorAll('img').forEach((each) => each.remove())")
            looks.append(page.screenshot(full_page=True))

    assert looks[0] == looks[1] == looks[2]
    assert visit.complaints == []


def test_a_reader_can_walk_the_site_as_files(browser: Browser, lantern: Site) -> None:
    with reading(browser) as visit:
        page = visit.go((lantern.folder / "index.html").as_uri())
        page.click("nav >> text=Harbour")
        page.click("a[rel=next]")
        page.click("a[rel=next]")
        page.click("main article a")
        page.click("header >> text=Lantern & Son")
        arrived = page.url

    assert arrived == (lantern.folder / "index.html").as_uri()
    assert visit.complaints == []
    assert {urlsplit(address).scheme for address in visit.asked} <= {"file", "data"}


@pytest.mark.slow
def test_every_page_of_every_newspaper_is_open_to_everybody(browser: Browser, host: Host, site: Site) -> None:
    folder = {"Lantern & Son": "/", "Фонарь": "/fonar/"}.get(site.settings["SITENAME"], "/edition/")
    found: dict[str, list[str]] = {}

    with reading(browser) as visit:
        for path in site.pages:
            if site.page(path).select("meta[http-equiv=refresh]"):
                continue
            page = visit.go(f"{host.origin}{folder}{path}")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                for scheme in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    found[f"{path} {width} {scheme}"] = violations(page) + overflows(page)

    assert {how: what for how, what in found.items() if what} == {}
    assert visit.complaints == []
