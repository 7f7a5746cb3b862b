"""Copies that readers take away: whole, honest, and nothing in them that could get a reader into trouble."""

from __future__ import annotations

import gzip
import html
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from plugins.site.plaintext import WIDTH, width
from tests.newsroom import LANTERN, ROOT, Site, build
from tests.page import Page, words

RISK = "In Russia, passing on this material, with or without a link, can be punished"
NAME = re.compile(r"^copies/\d{4}-\d{2}-\d{2}-\d+(?:-[a-z]{2,3})?\.(?:html|txt)$")
ADDRESS = re.compile(r"^(?:\[\d+\] )?https://\S+$")
TAKE_AWAY_LIMIT = 350


def said(lang: str) -> dict[str, str]:
    return tomllib.loads((ROOT / "theme" / "words" / f"{lang}.toml").read_text(encoding="utf-8"))


def stories(site: Site) -> dict[str, Page]:
    """Give each story's page by the path of its copy without the ending."""
    found = {}
    for page in site.pages.values():
        for address in page.attributes("section.take a[download]", "href"):
            name = address.rpartition("/")[2].removesuffix(".html")
            if page.select("article.story"):
                found[f"copies/{name}"] = page
    return found


def pieces(element: Element) -> Iterator[str]:
    """Give the pieces of text in an element but not in its drawings, whose figures stand beside them."""
    if not str(element.tag).endswith("}svg"):
        yield element.text or ""
        for child in element:
            yield from pieces(child)
            yield " " if child.tag in ("td", "th") else ""
            yield child.tail or ""


def canonical(page: Page) -> str:
    (address,) = page.attributes("link[rel=canonical]", "href")
    return address


def test_every_story_has_two_copies_and_a_withdrawn_one_none(site: Site) -> None:
    published = {page.path for page in site.pages.values() if page.select("article.story")}
    copies = stories(site)

    assert published
    assert {page.path for page in copies.values()} == published
    made = {path for path in site.files if NAME.match(path)}
    assert made == {f"{copy}.{kind}" for copy in copies for kind in ("html", "txt")}


def test_the_risk_stands_before_every_way_in_the_readers_language(site: Site) -> None:
    assert said("en")["take_risk"] == RISK
    for page in stories(site).values():
        aside = page.one("section.take")
        risk = said(page.one("html").get("lang", ""))["take_risk"]
        assert words(aside).startswith(f"{risk} ")
        assert page.text.index(risk) < page.text.index(" download ")
        assert page.text.index(html.escape(risk)) > page.text.index("</article>")


def test_a_story_gives_its_copy_its_text_and_its_address(site: Site) -> None:
    for copy, page in stories(site).items():
        up = "../" * page.path.count("/")
        assert page.attributes("section.take a[download]", "href") == [f"{up}{copy}.html"]
        assert page.attributes("section.take a[type=text/plain]", "href") == [f"{up}{copy}.txt"]
        assert page.words("section.take .take__link") == [canonical(page)]


def test_a_copy_says_what_its_story_says(site: Site) -> None:
    for copy, page in stories(site).items():
        assert words(site.copies[f"{copy}.html"].one("article.story")) == words(page.one("article.story"))


def test_a_copy_carries_its_time_its_address_and_how_to_find_a_newer_one(site: Site) -> None:
    for copy, page in stories(site).items():
        whole = site.copies[f"{copy}.html"]
        speech = said(page.one("html").get("lang", ""))
        text = site.text(f"{copy}.txt")
        assert canonical(whole) == canonical(page)
        assert page.attributes("footer.wrapper time", "datetime") == []
        (moment,) = whole.attributes("footer time", "datetime")
        (data,) = page.data_for_machines
        assert data["dateModified"].startswith(moment.removesuffix("Z"))
        for foot in (words(whole.one("footer")), " ".join(text.split())):
            assert speech["take_risk"] in foot
            assert speech["copy_newer"] in foot
            assert canonical(page) in foot
            assert "2024" in foot or "2025" in foot


def test_a_copy_tells_nobody_who_has_it_and_asks_nobody_for_anything(site: Site) -> None:
    pay = {address for page in site.pages.values() for address in page.attributes("a.appeal__link", "href")}
    appeals = {page.words("#appeal")[0] for page in stories(site).values() if page.select("#appeal")}

    asks = Path(site.settings["PATH"], "appeals").is_dir()
    assert (bool(pay), bool(appeals)) == (asks, asks)
    for path in filter(NAME.match, site.files):
        data = site.files[path].decode("utf-8")
        assert pay.isdisjoint(re.findall(r"https://[^\s\"'<>]+", html.unescape(data))), path
        assert [each for each in appeals if each in html.unescape(data)] == [], path
    for copy in site.copies.values():
        assert copy.select(".appeal") == copy.select("script") == []
        assert copy.select("aside") == []


def test_a_copy_needs_no_site_to_be_read(site: Site) -> None:
    for copy in site.copies.values():
        assert copy.errors == []
        assert len(copy.select("style")) == 1
        assert copy.policy["default-src"] == ["'none'"]
        assert copy.policy["img-src"] == ["data:"]
        assert set(copy.policy) == {"default-src", "style-src", "img-src", "base-uri", "form-action"}
        loaded = [*copy.attributes("img", "src"), *copy.attributes("link[rel=icon]", "href")]
        assert [each for each in loaded if not each.startswith("data:image/")] == []
        assert [
            each for each in copy.attributes("a", "href") if not each.startswith(("https://", "mailto:", "#"))
        ] == []
        ids = copy.attributes("*", "id")
        assert [each for each in copy.attributes("a", "href") if each[0] == "#" and each[1:] not in ids] == []
        assert {each.get("rel") for each in copy.select("link")} == {"icon", "canonical"}


def test_a_picture_travels_inside_its_copy(lantern: Site) -> None:
    shown = [copy for copy in lantern.copies.values() if copy.select("img")]

    assert shown
    assert all(src.startswith("data:image/jpeg;base64,") for copy in shown for src in copy.attributes("img", "src"))


def test_plain_text_fits_and_holds_every_word(site: Site) -> None:
    for copy, page in stories(site).items():
        lines = site.text(f"{copy}.txt").splitlines()
        assert [line for line in lines if width(line) > WIDTH and not ADDRESS.match(line)] == []
        wanted = re.findall(r"\w+", "".join(pieces(page.one("article.story"))))
        found = re.findall(r"\w+", "\n".join(lines))
        assert {word for word in wanted if wanted.count(word) > found.count(word)} == set(), copy


def test_plain_text_notes_every_link_of_the_text(site: Site) -> None:
    for copy in stories(site):
        text = site.text(f"{copy}.txt")
        numbers = re.findall(r"\[(\d+)\]", text.partition("\n[1] ")[0])
        notes = re.findall(r"^\[(\d+)\] (?:https://|mailto:)\S+$", text, re.MULTILINE)
        assert set(numbers) == set(notes)


def test_the_ways_to_take_a_story_weigh_little(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")
    without = re.sub(r'<section class="take.*?</section>', "", page.text, flags=re.DOTALL)

    weights = [len(gzip.compress(text.encode(), 9, mtime=0)) for text in (page.text, without)]
    assert weights[0] - weights[1] <= TAKE_AWAY_LIMIT


@pytest.mark.slow
@pytest.mark.parametrize("days", ["0", "60", '"all"'], ids=["none", "sixty", "all"])
def test_so_many_days_before_the_editions_date_have_copies(tmp_path: Path, days: str) -> None:
    site = build(LANTERN, tmp_path / "output", "--extra-settings", f"TAKE_AWAY_DAYS={days}")

    taken = {page.path for page in stories(site).values()}
    published = {page.path for page in site.pages.values() if page.select("article.story")}
    wanted = {"0": set(), "60": {"2024/06/gulls.html", "2024/07/tide.html"}, '"all"': published}[days]
    assert taken == wanted
    assert {path for path in site.files if NAME.match(path)} == {
        f"{copy}.{kind}" for copy in stories(site) for kind in ("html", "txt")
    }


def test_without_an_origin_there_are_no_copies(homeless: Site) -> None:
    assert [path for path in homeless.files if path.startswith("copies/")] == []
    assert [page.path for page in homeless.pages.values() if page.select(".take")] == []
