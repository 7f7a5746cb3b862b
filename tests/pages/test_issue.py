"""The issue to take away, as pages and as a book: whole, alive without the site, and asking for nothing."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.newsroom import Site
from tests.page import Page, words
from tests.pages.test_takeaway import said, stories
from tests.tools import need

PAGES, BOOK = "copies/issue.zip", "copies/issue.epub"
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"


def opened(site: Site, path: str) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(site.files[path]))


@cache
def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def held(site: Site, path: str) -> dict[str, bytes]:
    return unpacked(site.folder / path)


@cache
def parsed(file: Path) -> dict[str, Page]:
    return {name: Page(name, data) for name, data in unpacked(file).items()}


def pages_of(site: Site) -> dict[str, Page]:
    return parsed(site.folder / PAGES)


def book_of(site: Site) -> dict[str, ElementTree.Element]:
    """Give every page of the book, read as the XML that it must be."""
    return {
        name.removeprefix("issue/"): ElementTree.fromstring(data)
        for name, data in held(site, BOOK).items()
        if name.endswith(".xhtml")
    }


def package(site: Site) -> ElementTree.Element:
    return ElementTree.fromstring(held(site, BOOK)["issue/package.opf"])


def test_the_front_page_offers_the_issue_and_says_the_risk_first(site: Site) -> None:
    front = site.page("index.html")
    (offered,) = front.words("section.take")

    assert offered.startswith(said(front.one("html").get("lang", ""))["take_risk"])
    assert front.attributes("section.take a[download]", "href") == [BOOK, PAGES]
    assert {BOOK, PAGES} <= site.files.keys()


@pytest.mark.parametrize("path", [PAGES, BOOK])
def test_a_file_of_the_issue_is_the_same_on_every_machine(site: Site, path: str) -> None:
    with opened(site, path) as archive:
        entries = archive.infolist()
        assert archive.comment == b""
        assert archive.testzip() is None

    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {(entry.create_system, entry.external_attr >> 16, entry.extra) for entry in entries} == {(3, 0o100644, b"")}
    (moment,) = {entry.date_time for entry in entries}
    day = "{}-{:02}-{:02}".format(*moment)
    assert site.page("index.html").attributes("header time", "datetime") == [day]
    names = [entry.filename for entry in entries]
    first = 1 if path == PAGES else 3
    assert names[first:] == sorted(names[first:])
    assert len(names) == len(set(names))


def test_every_story_of_the_front_page_is_in_the_issue(site: Site) -> None:
    front = {
        address.rpartition("#")[0] or address for address in site.page("index.html").attributes("main h2 a", "href")
    }
    front |= set(site.page("index.html").attributes("main h3 a", "href"))
    names = {page.path: copy.removeprefix("copies/") for copy, page in stories(site).items()}
    wanted = {names[path] for path in front if path in names}

    assert wanted
    assert {f"{name}.html" for name in wanted} <= pages_of(site).keys()
    assert {f"{name}.xhtml" for name in wanted} <= book_of(site).keys()


def test_the_pages_open_from_their_first_and_no_link_among_them_is_dead(site: Site) -> None:
    pages = pages_of(site)
    seen, ahead = {"index.html"}, ["index.html"]
    while ahead:
        page = pages[ahead.pop()]
        assert page.errors == []
        for address in page.attributes("a", "href"):
            if address.startswith(("https://", "mailto:")):
                continue
            name, _, anchor = address.partition("#")
            target = pages[name or page.path]
            assert not anchor or target.select(f"[id={anchor}]"), (page.path, address)
            ahead += {target.path} - seen
            seen.add(target.path)

    assert seen == pages.keys()
    assert next(iter(pages)) == "index.html"
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}-\d+(?:-[a-z]+)?\.html", name) for name in pages.keys() - {"index.html"})


def test_a_page_of_the_issue_says_what_its_story_says(site: Site) -> None:
    pages, book = pages_of(site), book_of(site)
    copies = {copy.removeprefix("copies/"): page for copy, page in stories(site).items()}

    for name, page in copies.items():
        if f"{name}.html" not in pages:
            continue
        assert words(pages[f"{name}.html"].one("article.story")) == words(page.one("article.story"))
        article = next(book[f"{name}.xhtml"].iter(f"{XHTML}article"))
        assert " ".join("".join(article.itertext()).split()) == words(page.one("article.story"))


def test_nothing_in_the_issue_asks_or_runs_or_comes_from_elsewhere(site: Site) -> None:
    pay = {address for page in site.pages.values() for address in page.attributes("a.appeal__link", "href")}

    assert bool(pay) == Path(site.settings["PATH"], "appeals").is_dir()
    for path in (PAGES, BOOK):
        for name, data in held(site, path).items():
            assert b"<script" not in data, name
            assert b'class="appeal' not in data, name
    for page in pages_of(site).values():
        own = {href for copy in stories(site).values() for href in copy.attributes("article.story a", "href")}
        assert (set(page.attributes("a", "href")) - own).isdisjoint(pay)
        assert page.policy["default-src"] == ["'none'"]
        assert page.policy["img-src"] == ["data:"]
        assert [src for src in page.attributes("img", "src") if not src.startswith("data:")] == []


def test_every_page_of_the_issue_says_the_risk_its_time_and_where_a_newer_one_stands(site: Site) -> None:
    for name, page in pages_of(site).items():
        speech = said(page.one("html").get("lang", ""))
        foot = words(page.one("footer"))
        assert foot.startswith(speech["take_risk"]), name
        assert speech["copy_newer"] in foot
        assert page.attributes("link[rel=canonical]", "href")[0] in foot
        assert len(page.select("footer time")) == 1


def test_a_book_begins_as_the_standard_asks(site: Site) -> None:
    data = site.files[BOOK]

    assert data[30:58] == b"mimetypeapplication/epub+zip"
    assert len(data) <= 5_000_000
    assert list(held(site, BOOK))[:3] == ["mimetype", "META-INF/container.xml", "issue/package.opf"]


def test_a_book_lists_everything_that_it_holds_and_nothing_else(site: Site) -> None:
    listed = [item.get("href") for item in package(site).iter(f"{OPF}item")]
    files = {name.removeprefix("issue/") for name in held(site, BOOK) if name.startswith("issue/")}

    assert len(listed) == len(set(listed))
    assert {*listed, "package.opf"} == files
    ids = {item.get("id"): item.get("href") for item in package(site).iter(f"{OPF}item")}
    spine = [ids[each.get("idref")] for each in package(site).iter(f"{OPF}itemref")]
    assert spine[:2] == ["about.xhtml", "nav.xhtml"]
    assert set(spine) == book_of(site).keys()


def test_a_book_says_what_it_is_when_and_for_whom(site: Site) -> None:
    metadata = package(site)
    front = site.page("index.html")
    (day,) = front.attributes("header time", "datetime")
    dates = [each.text or "" for each in metadata.iter(f"{DC}date")]

    assert [each.text for each in metadata.iter(f"{DC}language")] == [front.one("html").get("lang")]
    assert [each[:10] for each in dates] == [day]
    found = {each.get("property"): each.text for each in metadata.iter(f"{OPF}meta")}
    assert found["dcterms:modified"] == dates[0]
    assert found["schema:accessModeSufficient"] == "textual"
    assert found["schema:accessibilityHazard"] == "none"
    assert {"schema:accessMode", "schema:accessibilityFeature", "schema:accessibilitySummary"} <= found.keys()


def test_no_link_in_a_book_is_dead(site: Site) -> None:
    pages = book_of(site)
    ids = {name: {each.get("id") for each in page.iter() if each.get("id")} for name, page in pages.items()}

    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            address = link.get("href", "")
            target, _, anchor = address.partition("#")
            if not address.startswith(("https://", "mailto:")):
                assert (target or name) in pages, (name, address)
                assert not anchor or anchor in ids[target or name], (name, address)
        for picture in page.iter(f"{XHTML}img"):
            assert f"issue/{picture.get('src')}" in held(site, BOOK)


def test_a_book_shows_its_pictures(lantern: Site) -> None:
    assert [name for name in held(lantern, BOOK) if name.startswith("issue/picture-")] == ["issue/picture-1.jpg"]


def test_without_an_origin_or_with_no_days_there_is_no_issue(homeless: Site) -> None:
    assert homeless.page("index.html").select("section.take") == []
    assert {PAGES, BOOK}.isdisjoint(homeless.files)


@pytest.mark.slow
def test_a_book_passes_epubcheck(site: Site, tmp_path: Path) -> None:
    checker, java = need("epubcheck"), shutil.which("java")
    book = tmp_path / "issue.epub"
    book.write_bytes(site.files[BOOK])

    done = subprocess.run(
        [java or "java", "-jar", checker, "--failonwarnings", str(book)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
