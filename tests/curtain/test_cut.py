"""Promise 2, sixteen kilobytes: every page is whole through a connection that is cut, and so is a visit.

Real nginx, set up as docs/hosting.md says, serves over TLS 1.3 with an ordinary chain of certificates.
After 16,384 bytes of the server's, handshake included, a connection brings nothing more.
"""

from __future__ import annotations

import gzip
import random
import socket
import ssl
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pytest
from playwright.sync_api import Browser, TimeoutError

from tests.browser.host import Host
from tests.browser.reader import Visit, reading
from tests.curtain import servers
from tests.curtain.cut import Cut, cut_before
from tests.curtain.servers import Place
from tests.newsroom import Site
from tests.pages.test_weight import PAGE_LIMIT

PROTOCOLS = {"http-1": {"443 ssl http2": "443 ssl"}, "http-2": {}}
COMPRESSED = {"copies": {}, "level-6": {"gzip_static on": "gzip_static off"}}
KEPT_ALIVE = {"keepalive_timeout 0": "keepalive_timeout 75"}
PATIENCE = 4_000  # milliseconds; what has not come then will not
FOLDERS = {"lantern": "/", "fonar": "/fonar/", "edition": "/edition/"}
STORY = "2024/03/ferry.html"

# What a page says, without what scripts add or fill in, and where each of its elements stands.
SAID = """() => {
  const added = "script, style, noscript, [role=status], [role=status] + div, button";
  const say = (node) => node.nodeType === 3 ? node.data : node.nodeType !== 1 || node.matches(added)
    || (node.tagName === "P" && node.querySelector("button")) ? "" : [...node.childNodes].map(say).join("");
  return say(document.body).split(/\\s+/).filter(Boolean).join(" ");
}"""
PLACES = """() => [...document.querySelectorAll("body *")].map((each) => {
  const { x, y, width, height } = each.getBoundingClientRect();
  return [each.tagName, ...[x, y, width, height].map(Math.round)].join(" ");
})"""
PAINTED = "() => performance.getEntriesByName('first-contentful-paint').length > 0"

protocols = pytest.mark.parametrize("protocol", PROTOCOLS)


@contextmanager
def behind_the_cut(place: Place, host: str = "nginx", **changes: str) -> Iterator[Cut]:
    """Serve a newspaper by nginx or another host, and cut each connection to it."""
    with getattr(servers, host)(place, **changes) as server, cut_before(server.secure) as cut:
        yield cut


def said(element: Element) -> str:
    """Give what the source of a page says, as SAID does of a page in the browser."""
    inside = [element.text or ""]
    last = None
    for child in element:
        inside += ["" if is_filled_in(child, last) else said(child), child.tail or ""]
        last = child
    return "".join(inside)


def is_filled_in(element: Element, last: Element | None) -> bool:
    """Say whether scripts fill an element in: a line of state, and the controls that follow one."""
    controls = last is not None and last.get("role") == "status" and element.tag == "div"
    silent = element.tag in {"script", "style", "noscript", "button"} or not isinstance(element.tag, str)
    return silent or controls or element.get("role") == "status"


def words(site: Site, path: str) -> str:
    """Give every word of a page, from its source."""
    return " ".join(said(site.page(path).one("body")).split())


def arrives(visit: Visit, cut: Cut, path: str) -> str:
    """Open a page behind the cut, and give its words once it is painted; never wait for `load`."""
    page = visit.go(f"{cut.origin}/{path}", wait_until="domcontentloaded", timeout=PATIENCE)
    page.wait_for_function(PAINTED, timeout=PATIENCE)
    return str(page.evaluate(SAID))


def test_the_handshake_is_as_long_as_usual(place: Callable[[Site], Place], lantern: Site) -> None:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE

    with behind_the_cut(place(lantern)) as cut:
        with socket.create_connection(("127.0.0.1", cut.port)) as plain, trusting.wrap_socket(plain) as secure:
            assert secure.version() == "TLSv1.3"
            secure.sendall(b"GET /no HTTP/1.0\\r\\n\\r\\n")
            assert secure.recv(1)
        sent = cut.connections[0].sent

    assert 2_560 + 1_000 <= sent <= 4_608 + 10_240


def test_a_story_arrives_whole(browser: Browser, host: Host, place: Callable[[Site], Place], lantern: Site) -> None:
    with behind_the_cut(place(lantern)) as cut, reading(browser, ignore_https_errors=True) as visit:
        assert arrives(visit, cut, STORY) == words(lantern, STORY)
        through_the_cut = visit.page.evaluate(PLACES)
        assert cut.were_cut == 0
        visit.go(f"{host.origin}/{STORY}")
        assert through_the_cut == visit.page.evaluate(PLACES)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "protocol", "how"),
    [
        *product(["edition"], PROTOCOLS, COMPRESSED),
        *(("lantern", "http-1", "copies"), ("fonar", "http-2", "level-6")),
    ],
)
def test_every_page_arrives_whole_and_laid_out(
    request: pytest.FixtureRequest,
    browser: Browser,
    host: Host,
    place: Callable[[Site], Place],
    name: str,
    protocol: str,
    how: str,
) -> None:
    site: Site = request.getfixturevalue(name)
    paths = [path for path, page in site.pages.items() if not page.select("meta[http-equiv=refresh]")]
    wrong: list[str] = []

    with (
        behind_the_cut(place(site), **PROTOCOLS[protocol], **COMPRESSED[how]) as cut,
        reading(browser, ignore_https_errors=True) as visit,
        reading(browser) as uncut,
    ):
        for path in paths:
            if arrives(visit, cut, path) != words(site, path):
                wrong.append(f"{path}: its words")
            uncut.go(f"{host.origin}{FOLDERS[name]}{path}")
            if not are_laid_out_alike(visit, uncut):
                wrong.append(f"{path}: its layout")

    assert len(paths) > 5
    assert wrong == []


def are_laid_out_alike(visit: Visit, uncut: Visit) -> bool:
    """Say whether two pages come to the same layout; what scripts show comes a moment later."""
    for _ in range(30):
        if visit.page.evaluate(PLACES) == uncut.page.evaluate(PLACES):
            return True
        uncut.page.wait_for_timeout(100)
    return False


def full_section(site: Site) -> str:
    """Give the name of a section with two stories to read."""
    for slug, name in site.settings["SECTIONS"]:
        if len(site.page(f"{slug}/index.html").select("main .card")) > 1:
            return str(name)
    pytest.skip("no section of this newspaper holds two stories")


def whole_visit(visit: Visit, cut: Cut, site: Site) -> list[tuple[str, str]]:
    """Go from the front page to a section, a story, back, and to another story; give each path and what was there."""
    page = visit.page
    found = [("index.html", arrives(visit, cut, "index.html"))]

    def look() -> None:
        found.append((urlsplit(page.url).path[1:], str(page.evaluate(SAID))))

    for link in (f"nav >> text={full_section(site)}", "main article a >> nth=0"):
        with page.expect_navigation(wait_until="domcontentloaded", timeout=PATIENCE):
            page.click(link, no_wait_after=True)
        look()
    page.go_back(wait_until="domcontentloaded", timeout=PATIENCE)
    look()
    with page.expect_navigation(wait_until="domcontentloaded", timeout=PATIENCE):
        page.click("main article a >> nth=1", no_wait_after=True)
    look()
    return found


@pytest.mark.slow
@protocols
@pytest.mark.parametrize("how", COMPRESSED)
@pytest.mark.parametrize("name", ["lantern", "edition"])
def test_a_visit_is_whole(
    request: pytest.FixtureRequest, browser: Browser, place: Callable[[Site], Place], name: str, protocol: str, how: str
) -> None:
    site: Site = request.getfixturevalue(name)
    here = place(site)
    with (
        behind_the_cut(here, **PROTOCOLS[protocol], **COMPRESSED[how]) as cut,
        reading(browser, ignore_https_errors=True) as visit,
    ):
        found = whole_visit(visit, cut, site)
        asked = (here.home / "asked").read_text(encoding="utf-8").splitlines()

    paths = [line.split()[1].lstrip("/") for line in asked]  # no icon, no manifest, no worker
    assert [path for path, _ in found] == paths
    assert len(paths) == 5
    assert paths[1] == paths[3]
    assert found == [(path, words(site, path)) for path in paths]
    assert {line.split()[2] for line in asked} == {"HTTP/2.0" if protocol == "http-2" else "HTTP/1.1"}
    assert cut.were_cut == 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["caddy", "apache"])
def test_a_visit_is_whole_from_other_hosts_too(
    browser: Browser, place: Callable[[Site], Place], lantern: Site, name: str
) -> None:
    by_number = {"news.example.org {": "127.0.0.1, news.example.org {"} if name == "caddy" else {}
    with (
        behind_the_cut(place(lantern), name, **by_number) as cut,
        reading(browser, ignore_https_errors=True) as visit,
    ):
        found = whole_visit(visit, cut, lantern)

    assert found == [(path, words(lantern, path)) for path, _ in found]
    assert len(found) == 5
    assert cut.were_cut == 0


@pytest.mark.slow
@protocols
def test_on_a_connection_that_is_kept_alive_a_visit_is_not_whole(
    browser: Browser, place: Callable[[Site], Place], lantern: Site, protocol: str
) -> None:
    changes = {**PROTOCOLS[protocol], **KEPT_ALIVE}
    with behind_the_cut(place(lantern), **changes) as cut, reading(browser, ignore_https_errors=True) as visit:
        with pytest.raises(TimeoutError):
            whole_visit(visit, cut, lantern)

        assert cut.were_cut == 1


@pytest.mark.slow
@protocols
@pytest.mark.parametrize("how", COMPRESSED)
def test_a_page_as_heavy_as_may_be_still_arrives(
    browser: Browser, place: Callable[[Site], Place], lantern: Site, protocol: str, how: str
) -> None:
    here = place(lantern)
    text = (here.root / "about.html").read_text(encoding="utf-8")
    noise = heaviest(text)
    for path in ("about.html", "about.html.gz"):
        data = text.replace("</main>", f"<p>{noise}</p></main>").encode()
        (here.root / path).write_bytes(data if path.endswith("html") else gzip.compress(data, 9, mtime=0))

    with (
        behind_the_cut(here, **PROTOCOLS[protocol], **COMPRESSED[how]) as cut,
        reading(browser, ignore_https_errors=True) as visit,
    ):
        assert noise in arrives(visit, cut, "about.html")
        assert max(each.sent for each in cut.connections) > PAGE_LIMIT + 2_560
        assert cut.were_cut == 0


def heaviest(text: str) -> str:
    """Make up words that bring a page to the limit, to a few bytes."""
    chance = random.Random(1)
    noise = "".join(chance.choices("abcdefghijklmnop", k=20_000))

    def weight(length: int) -> int:
        data = text.replace("</main>", f"<p>{noise[:length]}</p></main>").encode()
        return len(gzip.compress(data, 9, mtime=0))

    length = bisect_right(range(len(noise)), PAGE_LIMIT, key=weight) - 1
    assert PAGE_LIMIT - 5 < weight(length) <= PAGE_LIMIT
    return noise[:length]


def test_first_paint_waits_for_nothing_but_the_page(browser: Browser, host: Host, lantern: Site) -> None:
    with reading(browser) as visit:
        visit.page.route("**/images/*", lambda route: None)  # it never answers
        visit.go(f"{host.origin}/{STORY}", wait_until="domcontentloaded", timeout=PATIENCE)
        visit.page.wait_for_function(PAINTED, timeout=PATIENCE)
        visit.page.locator("main img").scroll_into_view_if_needed()

        assert visit.page.evaluate(SAID) == words(lantern, STORY)
        assert not visit.page.evaluate("() => document.querySelector('main img').complete")
