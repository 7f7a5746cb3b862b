"""The shelf: what a reader keeps opens without a network and says what it is; nothing else is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.host import Host, serving
from tests.browser.reader import Visit, barriers, reading
from tests.newsroom import LANTERN, Site, build

STORY, OTHER = "2024/03/ferry.html", "2024/02/old-pier.html"
SHELF, PRIVACY = "shelf.html", "privacy.html"
STATE = "main [role=status]"

LEFT = """async () => ({
  caches: self.caches ? await caches.keys() : [],
  workers: (await navigator.serviceWorker.getRegistrations()).map((each) => new URL(each.scope).pathname).sort(),
  local: Object.keys(localStorage).sort(),
})"""
KEPT = """async (name) => (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname).sort()"""
NOTHING: dict[str, list[str]] = {"caches": [], "workers": [], "local": []}

# As in a private window of Firefox: the names are there, and every use is refused.
DENIED = {
    "registration": """navigator.serviceWorker.register = () =>
      Promise.reject(new DOMException("denied", "SecurityError"));""",
    "caches": """for (const name of ["has", "open", "keys", "match", "delete"])
      CacheStorage.prototype[name] = () => Promise.reject(new DOMException("denied", "SecurityError"));""",
    "workers": """delete Navigator.prototype.serviceWorker;""",
}


@contextmanager
def at_home(browser: Browser, **folders: Site) -> Iterator[tuple[Visit, Host]]:
    """Give a reader and a host with newspapers by folder, where "__" stands for "/"."""
    with serving() as host, reading(browser) as visit:
        for folder, site in folders.items():
            host.mount(folder.replace("__", "/"), site)
        yield visit, host


def shelf(visit: Visit, host: Host, story: str = "", folder: str = "/") -> Page:
    """Open the shelf, as the link below a story does."""
    visit.go("about:blank")
    page = visit.go(f"{host.origin}{folder}{SHELF}{'#' if story else ''}{story}")
    page.wait_for_function("() => !document.querySelector('main [role=status]').textContent.includes('can be kept')")
    return page


def said(page: Page, words: str) -> str:
    """Wait until the page says something; give all that it says there."""
    page.wait_for_function("words => document.querySelector('main [role=status]').innerText.includes(words)", arg=words)
    return page.locator(STATE).inner_text()


def keep(visit: Visit, host: Host, story: str, folder: str = "/") -> Page:
    """Keep a story, as a reader does who comes from it."""
    page = shelf(visit, host, story, folder)
    page.locator("main button", has_text="Keep this story").click()
    said(page, "Kept.")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
    return page


def advised(site: Site) -> dict[str, str]:
    """Give the headers that an edition asks hosts to send with every file, but how long browsers may keep it anyway."""
    lines = site.text("_headers").partition("/worker.js")[0].splitlines()
    found = dict(line.strip().split(": ", 1) for line in lines if ": " in line)
    assert "Content-Security-Policy" in found
    return {name: value for name, value in found.items() if name != "Cache-Control"}


def words_of(page: Page) -> str:
    return " ".join(page.locator("main").inner_text().split())


def test_nothing_is_kept_before_the_reader_asks(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        for path in ("index.html", STORY, PRIVACY):
            visit.go(f"{host.origin}/{path}")
        page = shelf(visit, host, STORY)

        assert page.evaluate(LEFT) == NOTHING
        assert not [each for each in visit.asked if each.endswith(".js")]
        assert visit.complaints == []


@pytest.mark.slow
def test_the_risk_is_said_before_the_invitation_in_every_language(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        page = shelf(visit, host, STORY)
        order = page.evaluate(
            """() => [...document.querySelectorAll("main .warning, main button")]
              .map((each) => each.lang || each.tagName)"""
        )

    assert order[:2] == ["en", "ru"]
    assert set(order[2:]) == {"BUTTON"}


def test_a_kept_story_opens_without_a_network_and_says_that_it_is_a_copy(browser: Browser, lantern: Site) -> None:
    with reading(browser) as visit:
        with serving() as host:
            host.mount("/", lantern)
            host.headers = advised(lantern)
            whole = words_of(visit.go(f"{host.origin}/{STORY}"))
            page = keep(visit, host, STORY)
            kept = page.evaluate(KEPT, "kept:/")
        visit.complaints.clear()

        answer = page.goto(f"{host.origin}/{STORY}")
        copy = words_of(page)
        appeals = page.locator("aside.appeal, .appeal__link").count()
        picture = page.evaluate("() => document.querySelector('main img').naturalWidth")
        complaints = list(visit.complaints)

        visit.go(f"{host.origin}/{OTHER}")
        instead = (page.locator("h1").inner_text(), words_of(page), page.title())
        page.wait_for_selector("main li a")
        page.click("main li a")
        back = page.locator("h1").inner_text()

    assert kept == [f"/{STORY}", f"/{PRIVACY}", f"/{SHELF}"]
    notice, _, text = copy.partition("It may have been corrected since. ")
    assert re.fullmatch(r"A copy kept on this device on \d\d? \w+ \d{4}\. ", notice)
    assert text == whole
    assert appeals == 0
    assert picture == 960
    assert complaints == []
    assert answer is not None
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert answer.headers["content-security-policy"].endswith("; frame-ancestors 'none'")
    assert instead[0] == "No connection"
    assert "no copy of it is kept on this device" in instead[1]
    assert instead[2] == "No connection"
    assert back


@pytest.mark.slow
def test_the_issue_is_the_front_page_and_its_stories(browser: Browser, lantern: Site) -> None:
    with reading(browser) as visit:
        with serving() as host:
            host.mount("/", lantern)
            page = visit.go(f"{host.origin}/index.html")
            headlines = page.locator(".card__headline a")
            stories = headlines.evaluate_all("all => all.map((each) => each.pathname)")
            page.click("text=Keep this issue on this device")
            page.locator("main button", has_text="Keep the current issue").click()
            said(page, "Kept.")
            kept = page.evaluate(KEPT, "kept:/")
        front = visit.go(f"{host.origin}/").locator("main article a").all_inner_texts()
        page.click("main article a")
        headline = page.locator("h1").inner_text()
        dead = [each for each in stories if "kept on this device on" not in words_of(visit.go(f"{host.origin}{each}"))]

    assert kept == sorted({*stories, "/index.html", f"/{PRIVACY}", f"/{SHELF}"})
    assert headline == front[0]
    assert dead == []


@pytest.mark.slow
@pytest.mark.parametrize("address", ["", "?from=elsewhere", "#text"], ids=["bare", "query", "anchor"])
def test_a_copy_is_found_whatever_follows_its_address(browser: Browser, lantern: Site, address: str) -> None:
    with reading(browser) as visit:
        with serving() as host:
            host.mount("/", lantern)
            keep(visit, host, STORY)
        found = [
            words_of(visit.go(f"{host.origin}/{path}{address}"))[:40] for path in (STORY, STORY.removesuffix(".html"))
        ]

    assert all(each.startswith("A copy kept on this device") for each in found)


@pytest.mark.slow
def test_with_a_network_the_reader_gets_what_stands_there_now(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        keep(visit, host, STORY)
        page = visit.go(f"{host.origin}/{STORY}")

        assert "kept on this device on" not in words_of(page)
        assert page.locator("aside.appeal").count() == 1
        assert page.evaluate(KEPT, "kept:/") == [f"/{STORY}", f"/{PRIVACY}", f"/{SHELF}"]
        visit.go(f"{host.origin}/{OTHER}")
        assert page.evaluate(KEPT, "kept:/") == [f"/{STORY}", f"/{PRIVACY}", f"/{SHELF}"]
        assert visit.complaints == []


@pytest.mark.slow
def test_a_connection_that_stops_and_never_ends_gives_the_copy(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        keep(visit, host, STORY)
        host.cut = lantern.files["index.html"].index(b"<main")
        page = visit.page

        page.goto(f"{host.origin}/{STORY}", wait_until="commit")
        page.wait_for_selector("main .note", timeout=15_000)

        assert words_of(page).startswith("A copy kept on this device")
        page.goto(f"{host.origin}/index.html", wait_until="commit")
        page.wait_for_selector("header", timeout=5_000)  # not kept: what came is shown as it comes
        host.go_on.set()


@pytest.mark.slow
def test_a_story_that_does_not_come_is_not_kept_and_the_reader_is_told(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        page = shelf(visit, host, STORY)
        host.cut = 3_000
        page.locator("main button", has_text="Keep this story").click()

        page.wait_for_function(
            "() => document.querySelector('main [role=status]').textContent.startsWith('Kept 0 of 1.')", timeout=25_000
        )
        assert page.evaluate(LEFT) == NOTHING
        host.go_on.set()


@pytest.mark.slow
@pytest.mark.parametrize("story", ["2024/99/none.html", "../../etc.html", "//other.example/x.html", "2024/03/"])
def test_only_a_story_of_this_site_can_be_kept(browser: Browser, lantern: Site, story: str) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        page = shelf(visit, host, story)
        button = page.locator("main button", has_text="Keep this story")
        if button.is_visible():
            button.click()
            said(page, "Kept 0 of 1.")

        assert page.evaluate(LEFT) == NOTHING
        assert [each for each in visit.asked if not each.startswith(host.origin)] == ["about:blank"] * 0


@pytest.mark.slow
def test_what_is_removed_is_gone_and_an_empty_shelf_leaves_nothing(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        keep(visit, host, OTHER)
        page = keep(visit, host, STORY)

        page.locator("main li button").first.click()
        said(page, "Removed.")
        left = page.evaluate(KEPT, "kept:/")
        page.locator("main li button").first.click()
        page.wait_for_function("() => document.querySelector('main section li').textContent === 'No story is kept.'")

        assert left == [f"/{STORY}", f"/{PRIVACY}", f"/{SHELF}"]
        assert page.evaluate(LEFT) == NOTHING


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["/", "/a/b/"], ids=["at-the-root", "in-a-folder"])
def test_one_control_wipes_all_of_ours_and_never_a_neighbours(browser: Browser, lantern: Site, folder: str) -> None:
    neighbour = {"/": "/a/b/", "/a/b/": "/"}[folder]
    with at_home(browser, __=lantern, **{"/a/b/": lantern}) as (visit, host):
        keep(visit, host, STORY, neighbour)
        page = keep(visit, host, STORY, folder)
        page.evaluate(
            "folders => folders.forEach((each) => localStorage.setItem('until:' + each, '2099-01-01'))",
            [folder, neighbour],
        )
        visit.go(f"{host.origin}{folder}{PRIVACY}")
        shown = said(page, "Pages of this site kept")
        page.locator("main button").click()
        said(page, "Wiped.")

        assert "1 January 2099" in shown
        assert shown.endswith(": 3.")
        assert page.evaluate(LEFT) == {
            "caches": [f"kept:{neighbour}"],
            "workers": [neighbour],
            "local": [f"until:{neighbour}"],
        }
        assert page.locator("main button").count() == 0
        assert visit.complaints == []


@pytest.mark.slow
def test_a_worker_of_the_root_is_no_worker_of_the_folder(browser: Browser, lantern: Site) -> None:
    with at_home(browser, __=lantern, **{"/a/b/": lantern}) as (visit, host):
        page = keep(visit, host, STORY)
        visit.go(f"{host.origin}/a/b/{PRIVACY}")
        page.wait_for_timeout(200)

        assert said(page, "keeps nothing") == "This site keeps nothing on this device."
        shelf(visit, host, folder="/a/b/")
        assert page.evaluate(LEFT)["workers"] == ["/"]


@pytest.mark.slow
def test_everything_works_without_a_network_from_a_folder(browser: Browser, lantern: Site) -> None:
    with reading(browser) as visit:
        with serving() as host:
            host.mount("/a/b/", lantern)
            page = keep(visit, host, STORY, "/a/b/")
        copy = words_of(visit.go(f"{host.origin}/a/b/{STORY}"))
        visit.go(f"{host.origin}/a/b/{OTHER}")
        links = page.locator("header a, footer a, main a").evaluate_all("all => all.map((each) => each.pathname)")
        visit.go(f"{host.origin}/a/b/{PRIVACY}")
        said(page, "Pages of this site kept")
        page.locator("main button").click()
        said(page, "Wiped.")

        assert page.evaluate(LEFT) == NOTHING
    assert copy.startswith("A copy kept on this device")
    assert [each for each in links if not each.startswith("/a/b/")] == []


@pytest.mark.slow
def test_the_names_of_what_is_kept_tell_nothing(browser: Browser, lantern: Site) -> None:
    with at_home(browser, **{"/a/b/": lantern}) as (visit, host):
        page = keep(visit, host, STORY, "/a/b/")

        assert page.evaluate(LEFT) == {"caches": ["kept:/a/b/"], "workers": ["/a/b/"], "local": []}


@pytest.mark.slow
def test_a_giver_keeps_the_same_as_anybody_else(browser: Browser, lantern: Site) -> None:
    read = """async () => Promise.all((await (await caches.open("kept:/")).keys())
      .map(async (each) => (await caches.match(each)).text()))"""
    found = []
    for chosen in ("", "in a year"):
        with at_home(browser, __=lantern) as (visit, host):
            page = visit.go(f"{host.origin}/{STORY}")
            if chosen:
                page.locator("aside button", has_text=chosen).click()
            texts = keep(visit, host, STORY).evaluate(read)
            found.append([each.replace(host.origin, "") for each in texts])

    assert found[0] == found[1]
    assert "appeal__link" not in re.sub(r"<style>.*?</style>", "", found[0][0])


@pytest.mark.slow
@pytest.mark.parametrize("script", DENIED.values(), ids=DENIED.keys())
def test_where_nothing_can_be_kept_there_are_no_controls(browser: Browser, lantern: Site, script: str) -> None:
    with at_home(browser, __=lantern) as (visit, host):
        visit.page.add_init_script(script)
        page = visit.go(f"{host.origin}/{SHELF}#{STORY}")
        page.wait_for_timeout(100)
        button = page.locator("main button", has_text="Keep this story")
        if button.is_visible():  # a refusal that only trying shows
            button.click()
            said(page, "Nothing was kept")
        seen = page.locator("main button:visible").count()
        words = page.locator(STATE).inner_text()
        visit.go(f"{host.origin}/{PRIVACY}")
        page.wait_for_timeout(100)

        assert seen == 0
        assert re.match(r"Here nothing can be kept|Nothing was kept", words)
        assert said(page, "keeps nothing") == "This site keeps nothing on this device."
        assert visit.complaints == []


def test_on_a_disk_there_are_no_controls(browser: Browser, lantern: Site) -> None:
    with reading(browser) as visit:
        page = visit.go(f"{(lantern.folder / SHELF).as_uri()}#{STORY}")
        page.wait_for_timeout(100)

        assert page.locator("main button:visible").count() == 0
        assert said(page, "Here nothing can be kept")
        assert visit.complaints == []


def test_without_scripts_the_page_says_what_it_needs(browser: Browser, lantern: Site) -> None:
    with serving() as host, reading(browser, java_script_enabled=False) as visit:
        host.mount("/", lantern)
        page = visit.go(f"{host.origin}/{STORY}")
        page.click("text=Keep on this device")

        assert page.locator("main button:visible").count() == 0
        assert "that needs scripts" in page.locator(STATE).inner_text()


@pytest.mark.slow
def test_a_later_edition_can_retire_the_worker_and_wipe_what_was_kept(
    browser: Browser, lantern: Site, tmp_path_factory: pytest.TempPathFactory
) -> None:
    closed = build(LANTERN, tmp_path_factory.mktemp("closed") / "output", "--extra-settings", "SHELF=false")
    with at_home(browser, __=lantern, **{"/a/b/": lantern}) as (visit, host):
        keep(visit, host, STORY, "/a/b/")
        keep(visit, host, STORY)
        host.mount("/", closed)
        page = visit.go(f"{host.origin}/{STORY}")
        for _ in range(100):
            left = page.evaluate(LEFT)
            if "/" not in left["workers"]:
                break
            page.wait_for_timeout(100)
        links = page.locator("a", has_text="Keep on this device").count()
        told = words_of(visit.go(f"{host.origin}/{SHELF}"))

    assert left == {"caches": ["kept:/a/b/"], "workers": ["/a/b/"], "local": []}
    assert links == 0
    assert "This edition keeps nothing on devices." in told
    assert closed.page(SHELF).select("button") == []
    assert "Keep" not in closed.page("index.html").words("main")[0]


@pytest.mark.slow
def test_the_shelf_and_its_copies_are_open_to_everybody(browser: Browser, lantern: Site, fonar: Site) -> None:
    for site, story, label in ((lantern, STORY, "Keep this story"), (fonar, "2024/05/parom.html", "Оставить этот")):
        with reading(browser) as visit:
            with serving() as host:
                host.mount("/", site)
                page = shelf(visit, host, story)
                assert barriers(page) == {}, "empty"
                page.locator("main button", has_text=label).click()
                page.wait_for_selector("main li a")
                assert barriers(page) == {}, "kept"
                page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
            assert barriers(visit.go(f"{host.origin}/{story}")) == {}, "copy"
            visit.go(f"{host.origin}/{PRIVACY}?none")
            assert barriers(visit.go(f"{host.origin}/archive/index.html")) == {}, "instead"
            assert visit.complaints == []
