"""Promise 2, sixteen kilobytes: a page is whole in what one connection brings before it is cut."""

from __future__ import annotations

import gzip

from plugins.site.weight import at_most
from tests.newsroom import Site
from tests.page import Page

PAGE_LIMIT = 10_240
CSS_LIMIT = 3_200
# What is left of 16,384 bytes after the handshake (4.5 KB) and the headers (0.9 KB) where nothing is compressed.
PLAIN_LIMIT = 16_384 - 4_608 - 922


def zipped(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def test_every_page_with_its_styles_is_small_enough_to_arrive_whole(site: Site) -> None:
    weights = {path: zipped(page.data) for path, page in site.pages.items()}

    assert {path: weight for path, weight in weights.items() if weight > PAGE_LIMIT} == {}


def test_the_quick_look_finds_no_page_lighter_than_it_is(site: Site) -> None:
    lighter = [path for path, page in site.pages.items() if at_most(page.data) < zipped(page.data)]

    assert lighter == []


def test_the_stylesheet_is_small(site: Site) -> None:
    styles = {style.text or "" for page in site.pages.values() for style in page.select("style")}

    assert len(styles) == 1
    assert zipped(styles.pop().encode()) <= CSS_LIMIT


def test_every_page_carries_its_styles_inside(site: Site) -> None:
    counts = {path: len(page.select("head style")) for path, page in site.pages.items()}

    assert {path: count for path, count in counts.items() if count != 1} == {}


def test_headline_standfirst_and_first_lines_come_even_where_nothing_is_compressed(site: Site) -> None:
    stories = [page for page in site.pages.values() if page.select("meta[property=og:type][content=article]")]

    assert stories
    assert {page.path: end for page in stories if (end := end_of_first_paragraph(page)) > PLAIN_LIMIT} == {}


def end_of_first_paragraph(page: Page) -> int:
    """Give the byte at which the first paragraph after the headline and the story's facts has begun to be read."""
    description = page.attributes("meta[name=description]", "content")
    start = page.text.index("<h1")
    if description:
        start = page.text.index(description[0].split()[-1].rstrip(".?!"), start)
    paragraph = page.text.index("<p>", page.text.index("</time>", start))
    return len(page.text[: page.text.index("</p>", paragraph)].encode())
