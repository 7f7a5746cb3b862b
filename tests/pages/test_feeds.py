"""Feeds and sitemaps: whole, absolute, well-formed, and without a pay link."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from typing import Any
from xml.etree import ElementTree

import feedparser
import html5lib
import pytest

from tests.newsroom import Site
from tests.page import select

ATOM = {"a": "http://www.w3.org/2005/Atom"}
MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def feeds(site: Site) -> dict[str, Any]:
    """Give every feed of a site as a feed reader understands it."""
    return {path: feedparser.parse(data) for path, data in site.files.items() if path.startswith("feeds/")}


def markup(entry: Any) -> str:
    return str(entry.content[0].value).replace("\xa0", " ")


def test_every_feed_is_read_without_a_complaint(site: Site) -> None:
    complaints = {path: str(feed.bozo_exception) for path, feed in feeds(site).items() if feed.bozo}

    assert feeds(site)
    assert complaints == {}


def test_the_site_and_each_section_have_both_kinds_of_feed(lantern: Site) -> None:
    versions = {path: feed.version for path, feed in feeds(lantern).items()}

    assert versions == {
        f"feeds/{name}.{kind}.xml": version
        for name in ("all", "harbour", "arts", "weather")
        for kind, version in (("atom", "atom10"), ("rss", "rss20"))
    }


def test_every_page_tells_feed_readers_where_the_feeds_are(site: Site) -> None:
    for page in site.pages.values():
        types = {link.get("type") for link in page.select("head link[rel=alternate]") if link.get("type")}
        assert types == {"application/atom+xml", "application/rss+xml"}, page.path


def test_a_feed_holds_as_many_stories_as_the_setting_says_newest_first(lantern: Site) -> None:
    links = [entry.link for entry in feeds(lantern)["feeds/all.atom.xml"].entries]

    assert links == [
        f"https://lantern.example/paper/2024/{path}.html"
        for path in ("07/tide", "06/gulls", "05/timetable-ru", "05/timetable", "04/hostile")
    ]


def test_both_kinds_of_a_feed_hold_the_same_stories(site: Site) -> None:
    found = feeds(site)
    for path in found:
        if path.endswith(".atom.xml"):
            other = found[path.replace(".atom.", ".rss.")]
            assert [(e.title, e.link, e.id) for e in found[path].entries] == [
                (e.title, e.link, e.id) for e in other.entries
            ]


def test_every_address_in_a_feed_is_whole(site: Site) -> None:
    for path, feed in feeds(site).items():
        for entry in feed.entries:
            root = html5lib.parseFragment(markup(entry), namespaceHTMLElements=False)
            addresses = [each.get("href") or each.get("src") for each in select(root, "a") + select(root, "img")]
            assert entry.link.startswith(f"{site.origin}/"), path
            assert [each for each in addresses if not re.match(r"https://|mailto:", each or "")] == [], (
                path,
                entry.link,
            )


def test_every_entry_has_an_id_of_its_own(site: Site) -> None:
    for path, feed in feeds(site).items():
        ids = [entry.id for entry in feed.entries]
        assert len(ids) == len(set(ids)), path
        assert [each for each in ids if not re.match(r"^tag:[\w.-]+,\d{4}-\d\d-\d\d:/", each)] == [], path


def test_a_feed_carries_the_whole_text(lantern: Site) -> None:
    (entry,) = [e for e in feeds(lantern)["feeds/harbour.rss.xml"].entries if e.link.endswith("/gulls.html")]

    assert "Eleven gulls, four boats." in markup(entry)


def test_a_feed_carries_a_drawing_as_its_figures(fonar: Site) -> None:
    (entry,) = [e for e in feeds(fonar)["feeds/port.atom.xml"].entries if e.link.endswith("/parom.html")]

    assert "Как далеко ходит паром" in markup(entry)
    assert "до другого берега" in markup(entry)
    assert "<svg" not in markup(entry)


def test_a_feed_carries_corrections(fonar: Site) -> None:
    (entry,) = [e for e in feeds(fonar)["feeds/port.atom.xml"].entries if e.link.endswith("/parom.html")]

    assert "Пассажиров было 5500, а не 5000." in markup(entry)


def test_no_feed_carries_a_pay_link_or_an_appeal(lantern: Site, fonar: Site) -> None:
    for site, words in ((lantern, b"short of ink"), (fonar, "просит о помощи".encode())):
        carriers = [
            path for path, data in site.files.items() if path.startswith("feeds/") and b"gull.example/give" in data
        ]
        speakers = [path for path, data in site.files.items() if path.startswith("feeds/") and words in data]
        assert (carriers, speakers) == ([], [])


def test_each_feed_entry_leads_to_the_page_that_says_the_risk_first(lantern: Site) -> None:
    for path, feed in feeds(lantern).items():
        for entry in feed.entries:
            assert "For some readers supporting a newsroom is a risk. Read this first:" in markup(entry), path
            assert 'href="https://lantern.example/paper/support.html"' in markup(entry), path


def test_a_feeds_date_is_that_of_its_newest_change(lantern: Site) -> None:
    root = ElementTree.fromstring(lantern.files["feeds/all.atom.xml"])
    updated = [each.text or "" for each in root.findall(".//a:updated", ATOM)]

    assert updated[0] == max(updated[1:]) == "2024-07-08T08:00:00Z"


def test_an_entry_is_new_again_when_a_note_is_added(fonar: Site) -> None:
    root = ElementTree.fromstring(fonar.files["feeds/port.atom.xml"])

    assert root.findtext("a:entry/a:published", "", ATOM) == "2024-05-06T08:00:00Z"
    assert root.findtext("a:entry/a:updated", "", ATOM) == "2024-05-07T09:15:00Z"


def test_dates_in_rss_are_english_whatever_the_sites_language(fonar: Site) -> None:
    root = ElementTree.fromstring(fonar.files["feeds/all.rss.xml"])
    dates = [each.text or "" for each in root.iter("pubDate")]

    assert dates[0] == "Mon, 06 May 2024 08:00:00 GMT"
    assert [parsedate_to_datetime(each).utcoffset() for each in dates] == [dt.timedelta(0)] * len(dates)


def test_an_empty_section_has_an_empty_feed(lantern: Site) -> None:
    for path in ("feeds/weather.atom.xml", "feeds/weather.rss.xml"):
        feed = feedparser.parse(lantern.files[path])
        assert (bool(feed.bozo), feed.entries, feed.feed.title) == (False, [], "Weather — Lantern & Son")


def sitemap_entries(site: Site) -> dict[str, str | None]:
    """Give every address in the sitemaps, with its date."""
    index = ElementTree.fromstring(site.files["sitemap.xml"])
    found: dict[str, str | None] = {}
    for address in index.iterfind("s:sitemap/s:loc", MAPS):
        path = (address.text or "").removeprefix(f"{site.origin}/")
        for entry in ElementTree.fromstring(site.files[path]).iterfind("s:url", MAPS):
            found[entry.findtext("s:loc", "", MAPS)] = entry.findtext("s:lastmod", None, MAPS)
    return found


def test_the_sitemap_names_every_story_and_page_and_nothing_else(lantern: Site) -> None:
    addresses = {address.removeprefix("https://lantern.example/paper/") for address in sitemap_entries(lantern)}

    stories = {path for path in lantern.pages if re.match(r"^\d{4}/\d\d/(?!index)", path)}
    redirects = {path for path in lantern.pages if lantern.page(path).select("meta[http-equiv=refresh]")}
    pages = {path for path in lantern.pages if "/" not in path} - {"404.html", "index.html", "shelf.html"}
    sections = {"", "harbour/index.html", "arts/index.html", "weather/index.html"}
    pages |= {path for path in lantern.pages if re.match(r"^(?:glossary|storylines)/[\w-]+\.html$", path)}
    assert addresses == (stories | pages | sections) - redirects - {"2024/08/auction.html"}


def test_the_sitemap_dates_a_story_by_its_last_change(lantern: Site) -> None:
    dates = sitemap_entries(lantern)

    assert dates["https://lantern.example/paper/2024/03/ferry.html"] == "2024-03-07T08:00:00Z"
    assert dates["https://lantern.example/paper/2024/07/tide.html"] == "2024-07-08T08:00:00Z"


@pytest.mark.parametrize("path", ["sitemap.xml", "sitemaps/pages.xml", "sitemaps/2024.xml"])
def test_a_sitemap_is_well_formed(lantern: Site, path: str) -> None:
    root = ElementTree.fromstring(lantern.files[path])

    assert root.tag.startswith("{http://www.sitemaps.org/schemas/sitemap/0.9}")
    assert [
        date.text
        for date in root.iterfind(".//s:lastmod", MAPS)
        if not re.match(r"^\d{4}-\d\d-\d\dT[\d:]{8}Z$", date.text or "")
    ] == []


def test_robots_may_read_everything_and_are_told_of_the_sitemap(site: Site) -> None:
    lines = site.text("robots.txt").split("\n")

    assert "User-agent: *" in lines
    assert "Allow: /" in lines
    assert f"Sitemap: {site.origin}/sitemap.xml" in lines


def test_security_txt_stands_where_it_is_looked_for_when_there_is_a_contact(lantern: Site, fonar: Site) -> None:
    lines = lantern.text(".well-known/security.txt").split("\n")

    assert "Contact: mailto:desk@lantern.example" in lines
    assert "Canonical: https://lantern.example/paper/.well-known/security.txt" in lines
    (expires,) = [line.partition(": ")[2] for line in lines if line.startswith("Expires: ")]
    assert re.fullmatch(r"2199-12-31T00:00:00(?:Z|[+]00:00)", expires)
    assert ".well-known/security.txt" not in fonar.files
