"""What each page says of itself: its title, its language, its addresses, what machines read."""

from __future__ import annotations

import html
import io
import re

import pytest
from PIL import Image

from tests.newsroom import Site
from tests.page import Page, words

NEWS = ("NewsArticle", "LiveBlogPosting")


def plain(text: str) -> str:
    return " ".join(text.split())


def stories(site: Site) -> list[Page]:
    """Give the pages of published stories."""
    return [page for page in site.pages.values() if page.select("meta[property=og:type][content=article]")]


def is_redirect(page: Page) -> bool:
    return bool(page.select("meta[http-equiv=refresh]"))


def test_every_page_is_html_without_a_mistake(site: Site) -> None:
    assert {page.path: page.errors for page in site.pages.values() if page.errors} == {}


def test_every_page_has_one_headline_of_the_first_level(site: Site) -> None:
    headlines = {page.path: page.words("h1") for page in site.pages.values()}

    assert {path: found for path, found in headlines.items() if len(found) != 1 or not found[0]} == {}


def test_every_page_has_a_title_of_its_own(site: Site) -> None:
    titles = {page.path: page.words("head title") for page in site.pages.values() if not is_redirect(page)}
    firsts = [found[0] for found in titles.values() if found]

    assert {path: found for path, found in titles.items() if len(found) != 1 or not found[0]} == {}
    assert sorted(firsts) == sorted(set(firsts))


def test_every_page_says_its_language_its_width_and_its_letters(site: Site) -> None:
    for page in site.pages.values():
        assert page.one("html").get("lang") in ("en", "ru"), page.path
        assert page.attributes("meta[name=viewport]", "content") == ["width=device-width,initial-scale=1"], page.path
        assert page.attributes("meta[charset]", "charset") == ["utf-8"], page.path
        assert page.data[:1024].lower().find(b"charset") > 0, page.path


def test_every_page_has_its_landmarks(site: Site) -> None:
    for page in site.pages.values():
        for landmark in ("body header", "main", "body footer", "header nav"):
            assert page.select(landmark), f"{page.path} has no {landmark}"
        assert len(page.select("main")) == 1, page.path


def test_every_page_begins_with_a_link_past_the_masthead(site: Site) -> None:
    for page in site.pages.values():
        first = page.select("body a")[0]
        assert first.get("href") == f"#{page.one('main').get('id')}", page.path


def test_the_section_being_read_is_marked_for_those_who_cannot_see_it(lantern: Site) -> None:
    marked = {path: lantern.page(path).words("nav [aria-current]") for path in lantern.pages}

    assert marked["harbour/index.html"] == ["Harbour"]
    assert marked["2024/03/ferry.html"] == ["Harbour"]
    assert marked["2024/04/hostile.html"] == ["Arts & <Letters>"]
    assert len(marked["index.html"]) == 1
    assert marked["about.html"] == []


def test_every_page_draws_its_icon_without_a_request(site: Site) -> None:
    for page in site.pages.values():
        (icon,) = page.attributes("link[rel=icon]", "href")
        assert icon.startswith("data:image/svg+xml,"), page.path


def test_every_page_names_its_public_address_once(site: Site) -> None:
    for page in site.pages.values():
        canonical = page.attributes("link[rel=canonical]", "href")
        own = "" if page.path == "index.html" else page.path
        if is_redirect(page):
            assert canonical[0].startswith(f"{site.origin}/"), page.path
        elif page.select("meta[property=og:url]"):
            assert canonical == [f"{site.origin}/{own}"], page.path
            assert page.attributes("meta[property=og:url]", "content") == canonical, page.path
        else:
            assert canonical == [], page.path


def test_every_page_names_its_address_on_the_onion_service_if_there_is_one(fonar: Site, lantern: Site) -> None:
    there = {page.path: page.attributes("meta[http-equiv=onion-location]", "content") for page in fonar.pages.values()}
    own = {path: "" if path in ("index.html", "404.html") else path for path in there}

    assert there == {path: [f"http://{'longwave' * 7}.onion/fonar/{name}"] for path, name in own.items()}
    assert not any(page.select("meta[http-equiv=onion-location]") for page in lantern.pages.values())


def test_only_what_stands_in_for_a_page_has_no_public_address(lantern: Site) -> None:
    nameless = {page.path for page in lantern.pages.values() if not page.select("link[rel=canonical]")}

    assert nameless == {"404.html", "2024/08/auction.html"}


def test_a_page_names_its_translations_and_they_name_it(site: Site) -> None:
    links = {
        page.path: {link.get("hreflang"): link.get("href") for link in page.select("link[rel=alternate][hreflang]")}
        for page in site.pages.values()
    }
    by_address = {f"{site.origin}/{path}": path for path in links}

    for path, alternates in links.items():
        for lang, address in alternates.items():
            other = by_address[address]
            assert site.page(other).one("html").get("lang") == lang, (path, other)
            assert links[other] == alternates, (path, other)


def test_a_story_in_two_languages_links_both_for_readers_and_machines(lantern: Site) -> None:
    page = lantern.page("2024/05/timetable.html")

    assert page.attributes("link[hreflang=ru]", "href") == [f"{lantern.origin}/2024/05/timetable-ru.html"]
    (link,) = page.select("main a[hreflang=ru]")
    assert (link.get("href"), link.get("lang")) == ("timetable-ru.html", "ru")
    assert "«расписание»" in words(link)


def test_a_page_in_another_language_says_so_and_its_furniture_keeps_the_sites(lantern: Site) -> None:
    page = lantern.page("2024/05/timetable-ru.html")

    assert page.one("html").get("lang") == "ru"
    assert page.one("body footer").get("lang") == "en"
    assert page.select("body header")[0].get("lang") == "en"


def test_a_list_shows_a_translated_story_once_in_the_sites_language(fonar: Site) -> None:
    links = fonar.page("gorod/index.html").attributes("main article a", "href")

    assert links == ["../2024/05/pirs.html"]


def test_what_machines_read_of_a_story_is_what_readers_see(site: Site) -> None:
    assert stories(site)
    for page in stories(site):
        (data,) = page.data_for_machines
        times = page.attributes("main time", "datetime")
        assert data["@type"] in NEWS, page.path
        assert plain(data["headline"]) == plain(page.words("h1")[0]), page.path
        assert data["datePublished"].replace(":00Z", "Z") in times, page.path
        assert data["dateModified"].replace(":00Z", "Z") in times, page.path
        assert data["isAccessibleForFree"] is True
        assert data["author"], page.path
        assert data["articleSection"] in page.words("nav [aria-current]"), page.path
        assert data["inLanguage"] == page.one("html").get("lang"), page.path
        assert data["mainEntityOfPage"] == f"{site.origin}/{page.path}", page.path


def test_what_machines_read_holds_no_markup(lantern: Site, fonar: Site, edition: Site) -> None:
    hostile = {"2024/04/hostile.html", "about.html"}
    pages = [page for page in lantern.pages.values() if page.path not in hostile]
    for page in [*pages, *fonar.pages.values(), *edition.pages.values()]:
        for data in page.data_for_machines:
            assert [text for text in strings(data) if re.search(r"<\w|&\w+;|&#", text)] == [], page.path


def strings(value: object) -> list[str]:
    """Give every text in a piece of JSON."""
    if isinstance(value, dict):
        return [text for inner in value.values() for text in strings(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in strings(inner)]
    return [value] if isinstance(value, str) else []


def test_a_demonstration_is_no_news_organisation(fonar: Site, lantern: Site) -> None:
    (demonstration,) = fonar.page("2024/05/parom.html").data_for_machines
    (newspaper,) = lantern.page("2024/03/ferry.html").data_for_machines

    assert demonstration["publisher"]["@type"] == "Organization"
    assert newspaper["publisher"]["@type"] == "NewsMediaOrganization"
    assert [path for path, data in fonar.files.items() if b"NewsMediaOrganization" in data] == []


def test_a_demonstration_says_so_on_every_page_and_asks_not_to_be_found(fonar: Site) -> None:
    note = "Пробный выпуск: Фонарь — не издание и денег не собирает."

    silent = [page.path for page in fonar.pages.values() if note not in page.words("header")[0]]
    found = [
        page.path for page in fonar.pages.values() if "noindex" not in page.attributes("meta[name=robots]", "content")
    ]

    assert (silent, found) == ([], [])


def test_a_newspaper_that_is_none_may_be_found(lantern: Site) -> None:
    hidden = [page.path for page in lantern.pages.values() if page.select("meta[name=robots]")]

    assert hidden == ["2024/08/auction.html"]


def test_a_demonstrations_appeal_says_that_it_is_one(fonar: Site) -> None:
    (aside,) = fonar.page("2024/05/parom.html").words("aside")

    assert "Пробный выпуск: Фонарь — не издание и денег не собирает." in aside


def test_a_storys_notes_reach_readers_and_machines(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")
    (data,) = page.data_for_machines

    text = page.words("main")[0]
    correction = text.index("5,000 passengers was wrong, it is 5,500.")
    assert correction < text.index("The ferry left at 7:40") < text.index("The evening crossing is back too.")
    assert [note["text"] for note in data["correction"]] == [
        "The Alma carries cars as well.",
        "5,000 passengers was wrong, it is 5,500.",
    ]
    assert data["dateModified"] == "2024-03-07T08:00:00Z"


def test_a_storys_sources_stand_on_the_page_with_their_days(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")

    assert "https://gull.example/ferry?a=1&b=2" in page.attributes("main a", "href")
    assert "Based on reporting by The Gull, 4 March 2024; figures from its table." in page.words("main p")
    assert "2024-03-04" in page.attributes("main time", "datetime")
    assert "Harbour board: minutes of the meeting" in page.words("main li")


def test_words_for_a_time_can_be_read_by_a_machine(lantern: Site) -> None:
    times = {words(time): time.get("datetime") for time in lantern.page("2024/03/ferry.html").select("main time")}

    assert times["Tuesday"] == "2024-03-05"
    assert times["the week after"] == "2024-W10"
    assert times["5 March 2024, 09:00 UTC"] == "2024-03-05T09:00Z"


def test_a_drawing_has_its_figures_in_text_beside_it(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")
    drawing = page.one("figure svg[role=img]")

    named = [page.one(f"[id={name}]") for name in drawing.get("aria-labelledby", "").split()]
    assert [words(each) for each in named] == ["How far the ferry goes", "Two circles around the pier, drawn to scale."]
    assert [plain(text) for text in page.words("figcaption dt")] == ["12 km", "1,200 km"]
    assert page.words("figcaption dd") == ["to the island", "to the far shore"]


def test_a_picture_has_its_words_and_its_size_and_comes_after_the_text(lantern: Site) -> None:
    (picture,) = lantern.page("2024/03/ferry.html").select("main figure img")

    assert picture.get("alt") == "The ferry at the old pier, seen from the lighthouse."
    assert (picture.get("width"), picture.get("height")) == ("960", "640")
    assert (picture.get("loading"), picture.get("decoding")) == ("lazy", "async")
    assert lantern.page("2024/03/ferry.html").words("figcaption")[0].startswith("The Alma at the pier.")


def test_a_picture_comes_in_two_formats_and_widths_and_each_is_what_it_says(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")
    (source,) = page.select("main figure picture source")
    (picture,) = page.select("main figure picture img")
    choices = [each.split() for each in source.get("srcset", "").split(", ")]

    assert picture.get("src") == "../../images/pier.jpg-960.jpg"
    assert choices == [["../../images/pier.jpg-480.webp", "480w"], ["../../images/pier.jpg-960.webp", "960w"]]
    assert source.get("type") == "image/webp"
    assert source.get("sizes")
    for address, width in [*choices, [picture.get("src", ""), "960w"]]:
        image = Image.open(io.BytesIO(lantern.files[address.removeprefix("../../")]))
        assert f"{image.width}w" == width
        assert image.format == ("JPEG" if address.endswith(".jpg") else "WEBP")
    weights = [len(data) for name, data in lantern.files.items() if name.startswith("images/pier.jpg-480")]
    assert max(weights) < len(lantern.files["images/pier.jpg"]) / 4


def test_what_leaves_the_site_carries_one_picture_without_a_choice(lantern: Site) -> None:
    feed = html.unescape(lantern.text("feeds/harbour.atom.xml"))

    assert f'src="{lantern.origin}/images/pier.jpg-960.jpg"' in feed
    assert "image/jpeg;base64" in lantern.text("copies/2024-03-05-1.html")
    for path, data in lantern.files.items():
        if path.startswith(("feeds/", "copies/")):
            assert b"srcset" not in data, path
            assert b"<picture" not in data, path
    (data,) = lantern.page("2024/03/ferry.html").data_for_machines
    assert data["image"] == [f"{lantern.origin}/images/pier.jpg"]


@pytest.mark.parametrize(
    ("path", "html"),
    [
        pytest.param("2024/03/ferry.html", "“at last”, says", id="quotes"),
        pytest.param("2024/03/ferry.html", "500–5,500", id="range"),
        pytest.param("2024/02/old-pier.html", "5′10″", id="feet-and-inches"),
        pytest.param("2024/02/old-pier.html", "in ’26 and", id="years"),
    ],
)
def test_an_english_story_is_typeset(lantern: Site, path: str, html: str) -> None:
    assert html in plain(lantern.page(path).words("main")[0])


@pytest.mark.parametrize(
    "html",
    [
        pytest.param("Паром «Альма» снова ходит\xa0— спустя", id="headline"),
        pytest.param("«Наконец-то»", id="quotes"),
        pytest.param("6 мая 2024, 08:00 UTC", id="moment"),
        pytest.param("Опубликовано", id="furniture"),
    ],
)
def test_a_russian_story_is_typeset_in_russian(fonar: Site, html: str) -> None:
    text = "".join(fonar.page("2024/05/parom.html").one("main").itertext())

    assert html in text


def test_no_page_speaks_the_language_of_the_other_site(fonar: Site, lantern: Site) -> None:
    def furniture(site: Site) -> str:
        pages = [page for page in site.pages.values() if page.path.endswith("index.html")]
        said = " ".join(text for page in pages for text in page.words("body header") + page.words("body footer"))
        marked = {words(way) for page in pages for way in page.select("body footer a") if way.get("lang")}
        return re.sub("|".join(map(re.escape, sorted(marked))) or "(?!)", "", said)

    assert not re.search(r"[А-Яа-я]", furniture(lantern))
    assert set(re.findall(r"[A-Za-z]+", furniture(fonar))) <= {"The", "Gull", "CC", "BY", "Atom", "RSS"}


def test_no_time_is_shown_in_a_zone_that_tells_where_staff_sit(site: Site) -> None:
    for page in site.pages.values():
        shown = [words(time) for time in page.select("time") if "T" in time.get("datetime", "")]
        assert [text for text in shown if re.search(r"\d:\d\d", text) and not text.endswith("UTC")] == [], page.path
        zoned = [when for when in page.attributes("time", "datetime") if re.search(r"T.*(?<!Z)$", when)]
        assert zoned == [], page.path
