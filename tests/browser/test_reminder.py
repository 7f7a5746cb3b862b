"""The reminder: it keeps its word, keeps one day, and says nothing of who gave."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.host import Host
from tests.browser.reader import Visit, reading

STORY, OTHER, PRIVACY = "2024/03/ferry.html", "2024/02/old-pier.html", "privacy.html"
KEY = "until:/"
TODAY = dt.date(2026, 7, 12)
NOON = dt.time(12, tzinfo=dt.UTC)
LINE = "aside [role=status]"
MESSAGE = "aside h2"

DENIED = """
  Object.defineProperty(window, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
"""
FULL = """
  Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
"""


def story(visit: Visit, host: Host, path: str = STORY, *, today: dt.date = TODAY) -> Page:
    """Open a story at noon of a day."""
    visit.page.clock.set_fixed_time(dt.datetime.combine(today, NOON))
    return visit.go(f"{host.origin}/{path}")


def choose(page: Page, words: str) -> None:
    page.locator("aside button", has_text=words).click()


def line(page: Page) -> str:
    """Give what stands where the message stood."""
    return " ".join(page.locator(LINE).inner_text().split())


def put_off(page: Page, day: str, key: str = KEY) -> None:
    """Have a day stored as if it had been chosen before, and open the page again."""
    page.evaluate("([key, day]) => localStorage.setItem(key, day)", [key, day])
    page.reload()


@pytest.mark.parametrize(
    ("words", "day", "said"),
    [
        pytest.param("in a week", "2026-07-19", "Put off until 19 July. Undo", id="week"),
        pytest.param("in a month", "2026-08-12", "Put off until 12 August. Undo", id="month"),
        pytest.param("in a year", "2027-07-12", "Put off until 12 July 2027. Undo", id="year"),
    ],
)
def test_choosing_keeps_one_day_and_leaves_one_line(
    browser: Browser, host: Host, words: str, day: str, said: str
) -> None:
    with reading(browser) as visit:
        page = story(visit, host)

        choose(page, words)

        assert visit.stored() == {"cookies": [], "local": {KEY: day}, "session": {}}
        assert line(page) == said
        assert not page.locator(MESSAGE).is_visible()
        assert page.locator("aside a").is_hidden()
        assert visit.complaints == []


def test_the_choice_is_sent_nowhere(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host, OTHER)

        choose(page, "in a week")

        assert visit.asked == [f"{host.origin}/{OTHER}"]


def test_the_controls_say_what_they_keep(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)

        words = page.locator("aside").inner_text()
        assert page.locator("aside button").all_inner_texts() == ["in a week", "in a month", "in a year"]
        assert "Remind me later" in words
        assert re.search(r"keeps one date on this device", words, re.IGNORECASE)


def test_focus_moves_to_the_line_and_it_is_announced(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)

        choose(page, "in a month")

        assert page.evaluate(f"() => document.querySelector('{LINE}').contains(document.activeElement)")
        assert page.locator(LINE).get_attribute("role") == "status"


def test_the_line_is_announced_because_its_place_was_there_before(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)

        assert page.locator(LINE).count() == 1
        assert line(page) == ""


def test_everything_can_be_done_by_keyboard(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        page.locator("aside button").first.focus()

        page.keyboard.press("Enter")
        assert line(page).startswith("Put off until 19 July.")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")

        assert page.locator(MESSAGE).is_visible()
        assert visit.stored()["local"] == {}


def test_undoing_brings_the_message_back_and_leaves_nothing(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a year")

        page.locator("aside button", has_text="Undo").click()

        assert page.locator(MESSAGE).is_visible()
        assert page.locator("aside button").all_inner_texts() == ["in a week", "in a month", "in a year"]
        assert line(page) == ""
        assert visit.stored()["local"] == {}
        assert page.evaluate("() => document.querySelector('aside').contains(document.activeElement)")


def test_the_choice_outlives_a_reload_and_holds_on_other_stories(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a week")

        page.reload()
        assert line(page) == "Put off until 19 July. Undo"
        assert not page.locator(MESSAGE).is_visible()

        visit.go(f"{host.origin}/{OTHER}")
        assert line(page) == "Put off until 19 July. Undo"
        assert page.locator("h1").inner_text().startswith("Old pier")


def test_a_message_put_off_never_flashes_up(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a week")

        host.go_on.clear()
        visit.go(f"{host.origin}/{STORY}?hold=Support%20The%20Gull", wait_until="commit")
        page.wait_for_function("() => document.querySelector('aside li')")
        half = (page.evaluate("() => document.readyState"), page.locator(MESSAGE).is_visible(), line(page))
        host.go_on.set()

    assert half == ("loading", False, "Put off until 19 July. Undo")


def test_the_day_itself_brings_the_message_back(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a week")

        story(visit, host, today=TODAY + dt.timedelta(days=6))
        assert not page.locator(MESSAGE).is_visible()

        story(visit, host, today=TODAY + dt.timedelta(days=7))
        assert page.locator(MESSAGE).is_visible()
        assert visit.stored()["local"] == {}


NO_DAYS = [
    "2020-01-01",
    "9999-12-31",
    "2026-09-31",
    "2026-08-32",
    "2026-8-1",
    "2026-08-12T10:00:00Z",
    "2026-08-12 gave",
    "soon",
    "1",
    "{}",
    "null",
]


@pytest.mark.parametrize(
    "day",
    [
        "2026-07-12",
        "2027-07-13",
        "<b>2026-08-12</b>",
        "",
        *(pytest.param(day, marks=pytest.mark.slow) for day in NO_DAYS),
    ],
)
def test_a_day_that_is_past_or_none_of_ours_is_removed(browser: Browser, host: Host, day: str) -> None:
    with reading(browser) as visit:
        page = story(visit, host)

        put_off(page, day)

        assert page.locator(MESSAGE).is_visible()
        assert line(page) == ""
        assert visit.stored()["local"] == {}
        assert visit.complaints == []


@pytest.mark.parametrize(
    ("zone", "hour", "day"),
    [
        ("Pacific/Kiritimati", 23, "2026-07-20"),
        ("Pacific/Pago_Pago", 1, "2026-07-18"),
        ("Europe/Moscow", 12, "2026-07-19"),
    ],
    ids=["far-east", "far-west", "moscow"],
)
def test_the_day_is_the_readers_own(browser: Browser, host: Host, zone: str, hour: int, day: str) -> None:
    with reading(browser, timezone_id=zone) as visit:
        visit.page.clock.set_fixed_time(dt.datetime(2026, 7, 12, hour, tzinfo=dt.UTC))
        page = visit.go(f"{host.origin}/{STORY}")

        choose(page, "in a week")

        assert visit.stored()["local"] == {KEY: day}
        assert line(page) == f"Put off until {int(day[-2:])} July. Undo"


@pytest.mark.parametrize(
    "today",
    [
        pytest.param(dt.date(2026, 1, 31), id="january"),
        pytest.param(dt.date(2028, 2, 29), id="leap-day", marks=pytest.mark.slow),
        pytest.param(dt.date(2026, 12, 31), id="new-year", marks=pytest.mark.slow),
    ],
)
def test_a_month_and_a_year_are_that_long_whatever_the_day(browser: Browser, host: Host, today: dt.date) -> None:
    lengths = {}
    for words in ("in a month", "in a year"):
        with reading(browser) as visit:
            page = story(visit, host, today=today)
            choose(page, words)
            (day,) = visit.stored()["local"].values()
            page.reload()
            assert not page.locator(MESSAGE).is_visible()
            lengths[words] = (dt.date.fromisoformat(day) - today).days

    assert 28 <= lengths["in a month"] <= 31
    assert 365 <= lengths["in a year"] <= 366


def test_the_key_tells_nothing_of_the_reader(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a week")
        ((key, day),) = visit.stored()["local"].items()

    assert not re.search(r"give|gave|support|appeal|donat|pay|gull|remind|money", key, re.IGNORECASE)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)


def test_two_newspapers_on_one_host_keep_apart(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host, f"a/b/{STORY}")
        choose(page, "in a week")
        assert visit.stored()["local"] == {"until:/a/b/": "2026-07-19"}

        visit.go(f"{host.origin}/{STORY}")
        assert page.locator(MESSAGE).is_visible()
        assert visit.stored()["local"] == {"until:/a/b/": "2026-07-19"}

        visit.go(f"{host.origin}/a/b/{OTHER}")
        assert not page.locator(MESSAGE).is_visible()


@pytest.mark.parametrize("script", [DENIED], ids=["denied"])
def test_without_storage_the_message_stays_and_there_are_no_controls(browser: Browser, host: Host, script: str) -> None:
    with reading(browser) as visit:
        visit.page.add_init_script(script)
        page = story(visit, host)

        assert page.locator(MESSAGE).is_visible()
        assert page.locator("aside a").is_visible()
        assert page.locator("aside button").count() == 0
        assert "device" not in page.locator("aside").inner_text()
        assert visit.complaints == []


def test_when_storage_is_full_the_message_stays_and_the_controls_go(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        visit.page.add_init_script(FULL)
        page = story(visit, host)

        choose(page, "in a week")

        assert page.locator(MESSAGE).is_visible()
        assert page.locator("aside button").count() == 0
        assert visit.complaints == []


def test_a_story_without_an_appeal_has_no_reminder(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host, "2024/06/gulls.html")

        assert page.locator("button").count() == 0
        assert page.locator("aside").count() == 0


def test_the_reminder_speaks_russian_on_a_russian_site(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host, "fonar/2024/05/parom.html")
        choose(page, "через год")

        assert line(page) == "Отложено до 12 июля 2027 г. Вернуть"
        assert visit.stored()["local"] == {"until:/fonar/": "2027-07-12"}


def privacy(visit: Visit, host: Host, path: str = PRIVACY) -> Page:
    return visit.go(f"{host.origin}/{path}")


def state(page: Page) -> str:
    return " ".join(page.locator("main [role=status]").inner_text().split())


def test_the_privacy_page_says_that_nothing_is_kept(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = privacy(visit, host)

        assert state(page) == "This site keeps nothing on this device."
        assert page.locator("button").count() == 0


def test_the_privacy_page_shows_what_is_kept_and_wipes_it(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = story(visit, host)
        choose(page, "in a month")

        privacy(visit, host)
        assert "12 August 2026" in state(page)
        page.locator("main button").click()
        page.get_by_text("Wiped.").wait_for()

        assert state(page) == "Wiped. This site keeps nothing on this device now."
        assert visit.stored()["local"] == {}
        assert page.locator("main button").count() == 0
        assert page.evaluate("() => document.activeElement.getAttribute('role')") == "status"
        story(visit, host)
        assert page.locator(MESSAGE).is_visible()


def test_the_privacy_page_wipes_only_what_is_this_newspapers(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        page = privacy(visit, host)
        page.evaluate(
            "() => { localStorage.setItem('theme', 'x'); localStorage.setItem('until:/a/b/', '2026-08-01'); }"
        )
        put_off(page, "2026-08-12")

        page.locator("main button").click()
        page.get_by_text("Wiped.").wait_for()

        assert visit.stored()["local"] == {"theme": "x", "until:/a/b/": "2026-08-01"}


@pytest.mark.parametrize("kept", ["soon", "<b>x</b>", "2026-08-12T10:00"], ids=["words", "markup", "hour"])
def test_the_privacy_page_shows_and_wipes_even_what_is_none_of_ours(browser: Browser, host: Host, kept: str) -> None:
    with reading(browser) as visit:
        page = privacy(visit, host)
        put_off(page, kept)

        assert "Invalid" not in state(page)
        page.locator("main button").click()
        page.get_by_text("Wiped.").wait_for()

        assert visit.stored()["local"] == {}
        assert visit.complaints == []


def test_the_privacy_page_stays_whole_without_storage(browser: Browser, host: Host) -> None:
    with reading(browser) as visit:
        visit.page.add_init_script(DENIED)
        page = privacy(visit, host)

        assert "storage is closed" in state(page)
        assert page.locator("button").count() == 0
        assert visit.complaints == []


def test_a_choice_made_on_files_holds_on_files(browser: Browser, lantern: Any) -> None:
    with reading(browser) as visit:
        visit.page.clock.set_fixed_time(dt.datetime.combine(TODAY, NOON))
        page = visit.go((lantern.folder / STORY).as_uri())
        choose(page, "in a week")

        visit.go((lantern.folder / OTHER).as_uri())

        assert line(page) == "Put off until 19 July. Undo"
        assert visit.complaints == []
