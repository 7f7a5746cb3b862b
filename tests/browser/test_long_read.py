"""A long read in a browser: open to everybody, walked from part to part, kept whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bad.paper import GOOD, Paper
from tests.browser.host import serving
from tests.browser.reader import barriers, reading
from tests.newsroom import Site
from tests.pages.test_parts import FIRST, LAST, LONG, SECOND, long_read


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A newspaper with a long read."""
    paper = Paper.found(tmp_path_factory.mktemp("long"), {**GOOD, LONG: long_read(2400)})
    built = paper.html()
    assert built.status == 0, built.err
    return Site(paper.root / "output", {}, built.out)


@pytest.mark.slow
def test_each_part_is_open_to_everybody(browser: Browser, site: Site) -> None:
    with reading(browser) as visit:
        for path in (FIRST, SECOND, LAST):
            assert barriers(visit.go(Path(site.folder, path).as_uri())) == {}, path
        assert visit.complaints == []


@pytest.mark.slow
def test_a_reader_walks_from_part_to_part_and_keeps_them_all(browser: Browser, site: Site) -> None:
    with reading(browser) as visit:
        with serving() as host:
            host.mount("/", site)
            page = visit.go(f"{host.origin}/{FIRST}")
            page.click("main [rel=next]")
            page.click("main [rel=next]")
            walked = page.url
            page.click("text=Keep on this device")
            page.locator("main button", has_text="Keep this story").click()
            page.wait_for_function("() => document.querySelector('main [role=status]').innerText.startsWith('Kept.')")
            page.evaluate("() => navigator.serviceWorker.ready.then(() => 1)")
        heads = [
            visit.go(f"{host.origin}/{path}").locator(".note").first.inner_text() for path in (FIRST, SECOND, LAST)
        ]

    assert walked.endswith(LAST)
    assert [head.startswith("A copy kept on this device") for head in heads] == [True] * 3
