"""Promise 4, nobody watches: what the policy of a page forbids does not happen, from a host and from a disk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.host import Host, serving
from tests.browser.reader import reading
from tests.newsroom import Site

STORY = "2024/03/ferry.html"
FOLDERS = {"lantern": "/", "fonar": "/fonar/", "edition": "/edition/"}
# What somebody may slip into a page on its way or on a disk; each would change the page's title if it could.
SLIPPED = {
    "script": "<script>document.title = 'watched'</script>",
    "handler": "<img src='data:,' onerror=\"document.title = 'watched'\">",
    "module": "<script type=module>document.title = 'watched'</script>",
    "script-of-the-sites-own": "<script src='slipped.js'></script>",
    "foreign-script": "<script src='https://watcher.example/x.js'></script>",
    "frame": "<iframe srcdoc=\"<script>parent.document.title = 'watched'</script>\"></iframe>",
}
# What would ask another host, or look otherwise.
ASKING = (
    "<img src='https://watcher.example/dot.gif'><link rel=stylesheet href='https://watcher.example/x.css'>"
    "<video src='https://watcher.example/x.mp4'></video><iframe src='https://watcher.example/'></iframe>"
    "<object data='https://watcher.example/x'></object><base href='https://watcher.example/'>"
    "<style>h1 { color: rgb(1, 2, 3) } body { background: url(https://watcher.example/x.png) }</style>"
)


def page_with(site: Site, slipped: str, *, has_policy: bool = True) -> bytes:
    """Give a story into whose text something was slipped; without its policy, to see that this makes a difference."""
    text = site.text(STORY).replace("<main ", f"{slipped}<main ", 1)
    return text.replace("Content-Security-Policy", "Content-Security-Policy" if has_policy else "x", 1).encode()


@pytest.fixture(params=["disk", pytest.param("host", marks=pytest.mark.slow)])
def place(request: pytest.FixtureRequest, lantern: Site, tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder with the newspaper in it, and the address by which it is read."""
    for path, data in lantern.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(data)
    (tmp_path / "2024/03/slipped.js").write_text("document.title = 'watched'", encoding="utf-8")
    if request.param == "disk":
        yield tmp_path, f"{tmp_path.as_uri()}/"
        return
    with serving() as host:
        yield tmp_path, host.mount("/", Folder(tmp_path))


class Folder(Site):
    """A newspaper as it lies in a folder now."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, {}, "")

    @property
    def files(self) -> dict[str, bytes]:  # type: ignore[override]
        """Every file, read anew each time."""
        return {
            each.relative_to(self.folder).as_posix(): each.read_bytes()
            for each in self.folder.rglob("*")
            if each.is_file()
        }


def test_nothing_that_is_slipped_into_a_page_runs(browser: Browser, lantern: Site, place: tuple[Path, str]) -> None:
    folder, address = place
    titles = {}
    with reading(browser) as visit:
        for name, slipped in SLIPPED.items():
            (folder / STORY).write_bytes(page_with(lantern, slipped))
            page = visit.go(f"{address}{STORY}", wait_until="domcontentloaded")
            page.wait_for_timeout(50)
            titles[name] = page.title()
        said = "\n".join(visit.complaints)
        (folder / STORY).write_bytes(page_with(lantern, SLIPPED["script"], has_policy=False))
        unguarded = visit.go(f"{address}{STORY}", wait_until="domcontentloaded").title()

    assert set(titles.values()) == {lantern.page(STORY).words("title")[0]}
    assert "Content Security Policy" in said
    assert unguarded == "watched"


@pytest.mark.slow
def test_nothing_that_is_slipped_into_a_page_asks_another_host(
    browser: Browser, lantern: Site, place: tuple[Path, str]
) -> None:
    folder, address = place
    with reading(browser) as visit:
        (folder / STORY).write_bytes(page_with(lantern, ASKING))
        page = visit.go(f"{address}{STORY}", wait_until="domcontentloaded")
        page.wait_for_timeout(100)
        colour = page.evaluate("() => getComputedStyle(document.querySelector('h1')).color")
        links = page.evaluate("() => document.querySelector('main a').href")
        foreign = [each for each in visit.asked if "watcher" in each]
        failed = [each for each in visit.complaints if each.startswith("net::ERR_NAME_NOT_RESOLVED")]

    assert failed == []
    assert [each for each in foreign if not is_refused(each, visit.complaints)] == []
    assert colour != "rgb(1, 2, 3)"
    assert "watcher" not in links


def is_refused(address: str, complaints: list[str]) -> bool:
    """Say whether the browser refused to ask; it tells of the attempt, and why nothing came of it."""
    return any(address in each and ("csp" in each.lower() or "BLOCKED" in each) for each in complaints)


@pytest.mark.slow
def test_no_page_asks_elsewhere_or_keeps_anything_before_the_reader_acts(
    browser: Browser, host: Host, site: Site
) -> None:
    folder = {"Lantern & Son": "/", "Фонарь": "/fonar/"}.get(site.settings["SITENAME"], "/edition/")
    with reading(browser) as visit:
        for path in site.html:
            if not site.html[path].select("meta[http-equiv=refresh]"):
                visit.go(f"{host.origin}{folder}{path}")
                visit.page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
        asked = {urlsplit(each).netloc for each in visit.asked if not each.startswith("data:")}
        kept = visit.stored()
        more = visit.page.evaluate(
            "async () => [await caches.keys(), (await indexedDB.databases()).length,"
            " (await navigator.serviceWorker.getRegistrations()).length]"
        )

    assert asked == {urlsplit(host.origin).netloc}
    assert kept == {"cookies": [], "local": {}, "session": {}}
    assert more == [[], 0, 0]
    assert visit.complaints == []


WATCH = """() => {
  window.moved = 0;
  const add = (list) => list.getEntries().forEach((each) => { window.moved += each.value; });
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
}"""


def test_a_picture_that_never_comes_keeps_its_place_and_one_that_fails_gives_its_words(
    browser: Browser, host: Host
) -> None:
    boxes = {}
    with reading(browser, viewport={"width": 390, "height": 700}) as visit:
        for outcome in ("comes", "never-answers", "fails"):
            visit.page.unroute_all()
            if outcome != "comes":
                act = (lambda route: None) if outcome == "never-answers" else (lambda route: route.abort())
                visit.page.route("**/images/*", act)
            page = visit.go(f"{host.origin}/{STORY}", wait_until="domcontentloaded")
            page.evaluate(WATCH)
            picture = page.locator("main img")
            picture.scroll_into_view_if_needed()
            page.wait_for_timeout(200)
            boxes[outcome] = picture.bounding_box()
            assert page.evaluate("() => window.moved") == 0, outcome
            assert picture.get_attribute("alt")

    assert boxes["never-answers"] == boxes["comes"]
    assert boxes["fails"]["height"] > 0
