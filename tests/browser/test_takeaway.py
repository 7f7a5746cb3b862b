"""Copies in a real browser: from a disk, with nothing beside them and no network at all."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.host import Host
from tests.browser.reader import WIDTHS, Visit, overflows, reading, violations
from tests.newsroom import Site

ARTICLE = "() => document.querySelector('article.story').innerText"
STORIES = {
    "story": ("lantern", "2024/03/ferry.html"),
    "hostile-story": ("lantern", "2024/04/hostile.html"),
    "story-in-russian": ("lantern", "2024/05/timetable-ru.html"),
    "russian-site": ("fonar", "2024/05/parom.html"),
}
OFTEN = {"story", "russian-site"}
FOLDERS = {"lantern": "", "fonar": "fonar/"}


@pytest.fixture(scope="module")
def alone(browser: Browser) -> Iterator[Visit]:
    """A browser without a network."""
    with reading(browser, offline=True, java_script_enabled=True) as visit:
        yield visit


@pytest.mark.parametrize(
    ("site", "path"),
    [pytest.param(*where, id=kind, marks=() if kind in OFTEN else pytest.mark.slow) for kind, where in STORIES.items()],
)
def test_a_copy_opens_without_a_network_and_says_what_its_story_says(
    alone: Visit, visit: Visit, host: Host, request: pytest.FixtureRequest, tmp_path: Path, site: str, path: str
) -> None:
    built: Site = request.getfixturevalue(site)
    copy = built.page(path).attributes("section.take a[download]", "href")[0].rpartition("/")[2]
    file = tmp_path / copy
    file.write_bytes(built.files[f"copies/{copy}"])
    wanted = visit.go(f"{host.origin}/{FOLDERS[site]}{path}").evaluate(ARTICLE)

    alone.begin_anew()
    page = alone.go(file.as_uri())
    found = page.evaluate(ARTICLE)
    pictures = page.evaluate("() => [...document.images].map((each) => each.complete && each.naturalWidth > 0)")

    assert wanted
    assert found == wanted
    assert all(pictures)
    assert {address.partition(":")[0] for address in alone.asked} <= {"file", "data"}
    assert alone.complaints == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) + overflows(page) == []


def test_the_issue_opens_from_its_first_page_without_a_network(alone: Visit, lantern: Site, tmp_path: Path) -> None:
    (tmp_path / "issue.zip").write_bytes(lantern.files["copies/issue.zip"])
    with zipfile.ZipFile(tmp_path / "issue.zip") as archive:
        archive.extractall(tmp_path / "issue")

    alone.begin_anew()
    page = alone.go((tmp_path / "issue" / "index.html").as_uri())
    said = page.locator("main h2").first.inner_text()
    assert violations(page) + overflows(page) == []
    page.locator("main h2 a").first.click()

    assert page.locator("h1").inner_text() == said
    page.locator(".masthead__name a").click()
    assert page.url.endswith("/issue/index.html")
    assert alone.complaints == []


def test_a_copy_is_saved_under_its_neutral_name(visit: Visit, host: Host) -> None:
    page = visit.go(f"{host.origin}/2024/03/ferry.html")

    with page.expect_download() as download:
        page.click("section.take a[download]")

    assert download.value.suggested_filename == "2024-03-05-1.html"


def test_the_ways_to_take_a_story_are_not_printed(visit: Visit, host: Host) -> None:
    page = visit.go(f"{host.origin}/2024/03/ferry.html")
    page.emulate_media(media="print")
    is_hidden = page.locator("section.take").is_hidden()
    page.emulate_media(media="screen")

    assert is_hidden
