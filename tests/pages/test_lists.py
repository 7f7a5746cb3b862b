"""The front page, sections, topics, authors, months and the archive; and pages that stand in for others."""

from __future__ import annotations

import pytest

from tests.newsroom import Site
from tests.page import Page, select, words


def headlines(page: Page) -> list[str]:
    """Give the addresses of the stories that a list shows, in their order."""
    return [link.get("href", "") for level in ("h2", "h3") for link in page.select(f"main article {level} a")]


def test_the_front_page_leads_with_what_the_editors_chose(lantern: Site) -> None:
    stories = headlines(lantern.page("index.html"))

    assert stories[:2] == ["2024/03/ferry.html", "2024/02/old-pier.html"]


def test_a_package_stands_under_its_title_without_what_is_stale_or_held(lantern: Site) -> None:
    page = lantern.page("index.html")
    (package,) = [each for each in page.select("main section") if each.get("aria-labelledby") == "package-1"]

    assert [words(each) for each in select(package, "h2")] == ["In “short” & sweet"]
    assert [each.get("href") for each in select(package, "h3 a")] == ["2024/01/lamp-lit.html"]
    assert page.select("#package-2") == []


def test_editors_hear_what_has_fallen_out_of_the_front_page(lantern: Site) -> None:
    for said in (
        "front.md: articles/2024/05/timetable.md stood until 2024-06-30 and is left out.",
        "front.md: articles/2024/04/hostile.md stood until 2024-07-01 and is left out.",
        "front.md: articles/2024/06/gulls.md stood until 2024-07-07 and is left out.",
        "front.md: articles/2024/09/held.md is not published and left out.",
    ):
        assert said in lantern.log


def test_no_story_stands_twice_on_the_front_page(site: Site) -> None:
    stories = headlines(site.page("index.html"))

    assert stories
    assert len(stories) == len(set(stories))


def test_the_front_page_shows_the_newest_of_each_section(lantern: Site) -> None:
    assert strands(lantern.page("index.html")) == {
        "In “short” & sweet": ["2024/01/lamp-lit.html"],
        "Harbour": ["2024/07/tide.html", "2024/06/gulls.html"],
        "Arts & <Letters>": ["2024/04/hostile.html"],
    }


def strands(page: Page) -> dict[str, list[str]]:
    """Give the sections of the front page, and the stories in each."""
    return {
        words(select(section, "h2")[0]): [link.get("href", "") for link in select(section, "article h3 a")]
        for section in page.select("main section")
    }


def test_a_section_page_shows_the_newest_and_leads_on(lantern: Site) -> None:
    page = lantern.page("harbour/index.html")

    assert headlines(page) == ["../2024/07/tide.html", "../2024/06/gulls.html"]
    assert page.attributes("nav a[rel=next]", "href") == ["page/2/index.html"]
    assert page.select("nav a[rel=prev]") == []


def test_numbered_pages_count_from_the_oldest(lantern: Site) -> None:
    first, second = lantern.page("harbour/page/1/index.html"), lantern.page("harbour/page/2/index.html")

    assert headlines(first) == ["../../../2024/02/old-pier.html", "../../../2024/01/lamp-lit.html"]
    assert headlines(second) == ["../../../2024/05/timetable.html", "../../../2024/03/ferry.html"]
    assert first.attributes("nav a[rel=prev]", "href") == ["../2/index.html"]
    assert first.select("nav a[rel=next]") == []
    assert second.attributes("nav a[rel=prev]", "href") == ["../../index.html"]
    assert "Page 1" in first.words("main p")


def test_an_empty_section_says_so(lantern: Site) -> None:
    assert "Nothing has been published here yet." in lantern.page("weather/index.html").words("main p")


@pytest.mark.parametrize(
    ("path", "title", "stories"),
    [
        pytest.param("topics/ferry/index.html", "Ferry", ["07/tide", "05/timetable", "03/ferry"], id="topic"),
        pytest.param("authors/ann-lund.html", "Ann Lund", ["03/ferry", "02/old-pier"], id="author"),
        pytest.param("2024/03/index.html", "March 2024", ["03/ferry"], id="month"),
    ],
)
def test_a_list_shows_its_stories_newest_first(lantern: Site, path: str, title: str, stories: list[str]) -> None:
    page = lantern.page(path)

    assert page.words("h1") == [title]
    assert [link.rpartition("2024/")[2] or link for link in headlines(page)] == [
        f"{story}.html" if not path.startswith("2024") else f"{story.partition('/')[2]}.html" for story in stories
    ]


def test_the_archive_leads_to_every_month_author_and_name_and_to_the_topics(lantern: Site) -> None:
    links = lantern.page("archive/index.html").attributes("main a", "href")

    assert links == [
        *[f"../2024/0{month}/index.html" for month in (7, 6, 5, 4, 3, 2, 1)],
        "../authors/ann-lund.html",
        "../authors/anna-nan-obrien.html",
        "../authors/bo-ek.html",
        "../authors/lantern-desk.html",
        "../storylines/pier.html",
        "../glossary/captain.html",
        "../glossary/pier-treaty.html",
        "../topics/index.html",
    ]


def test_the_topics_page_names_every_topic(lantern: Site) -> None:
    assert sorted(lantern.page("topics/index.html").words("main a")) == sorted(
        ["Ferry", "Lighthouse", "Old pier", '"Quoted" topic', "Salt & <b>vinegar</b>"]
    )


def test_a_story_page_prints_nothing_that_changes_with_each_new_story(site: Site) -> None:
    stories = [page for page in site.pages.values() if page.select("meta[property=og:type][content=article]")]

    assert stories
    assert [page.path for page in stories if page.select("main article article") or page.select("aside article")] == []


def test_a_moved_story_leaves_a_page_that_leads_to_it(lantern: Site) -> None:
    for path, link in (
        ("2023/12/pier.html", "../../2024/02/old-pier.html"),
        ("pier-closed.html", "2024/02/old-pier.html"),
    ):
        page = lantern.page(path)
        assert page.attributes("meta[http-equiv=refresh]", "content") == [f"0;url={link}"]
        assert page.attributes("link[rel=canonical]", "href") == ["https://lantern.example/paper/2024/02/old-pier.html"]
        assert link in page.attributes("main a", "href")


def test_a_withdrawn_story_leaves_a_page_that_says_so_and_why(lantern: Site) -> None:
    page = lantern.page("2024/08/auction.html")

    text = page.words("main")[0]
    assert "Withdrawn" in text
    assert "Auction of the old boats" in text
    assert "It named a buyer who had not bought, as the desk found." in text
    assert page.attributes("meta[name=robots]", "content") == ["noindex"]
    assert page.select("aside") == []


def test_nothing_but_its_old_address_leads_to_a_withdrawn_story(lantern: Site) -> None:
    naming = [path for path, data in lantern.files.items() if b"auction" in data.lower()]

    assert sorted(naming) == ["2024/07/auction.html", "2024/08/auction.html"]


def test_the_404_page_is_whole_in_one_file(site: Site) -> None:
    page = site.page("404.html")

    assert {
        link for link in page.attributes("a", "href") if not link.startswith((f"{site.origin}/", "#", "https://"))
    } == set()
    assert page.select("img") == []
    sections = {f"{site.origin}/{slug}/index.html" for slug, _ in site.settings["SECTIONS"]}
    assert sections | {f"{site.origin}/"} <= set(page.attributes("main a", "href"))


def test_the_404_page_says_without_scripts_that_its_links_leave_a_mirror(lantern: Site) -> None:
    (sentence,) = lantern.page("404.html").words("noscript")

    assert "https://lantern.example/paper" in sentence


def test_the_404_page_starts_its_links_at_the_root_while_there_is_no_origin(homeless: Site) -> None:
    links = homeless.page("404.html").attributes("main a", "href")

    assert links[:2] == ["/", "/harbour/index.html"]


def test_the_appeal_follows_the_story_outside_of_it(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")

    assert len(page.select("aside")) == 1
    assert page.select("article aside") == page.select("main aside") == []
    assert page.text.index("</article>") < page.text.index("<aside")
    label = page.one("aside").get("aria-labelledby")
    assert words(page.one(f"[id={label}]")) == "The Gull asks its readers for “support”"


def test_the_appeal_says_the_risk_in_every_language_before_its_one_link(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")
    text = page.words("aside")[0]

    order = [
        text.index(part)
        for part in (
            "The Gull asks its readers",
            "Before you give: the risk",
            "Do not give if the harbour board may see it.",
            "Payments leave records.",
            "Прежде чем платить",
            "Платежи оставляют следы.",
            "Support The Gull, from $2 a month",
        )
    ]
    assert order == sorted(order)
    assert page.attributes("aside a", "href") == ["https://gull.example/give?from=lantern&now=1"]
    assert page.attributes("aside [lang=ru]", "lang") == ["ru"]


def test_a_russian_storys_appeal_speaks_the_sites_language_first(fonar: Site) -> None:
    assert fonar.page("2024/05/parom.html").one("aside").get("lang") == "ru"


def test_the_appeal_holds_no_controls_before_a_script_makes_them(lantern: Site) -> None:
    page = lantern.page("2024/03/ferry.html")

    assert [tag for tag in ("button", "input", "select", "details", "form") if page.select(f"aside {tag}")] == []


def test_the_appeal_stands_on_stories_and_nowhere_else(lantern: Site) -> None:
    with_appeal = {path for path, page in lantern.pages.items() if page.select("aside")}

    assert with_appeal == {
        "2024/01/lamp-lit.html",
        "2024/02/old-pier.html",
        "2024/03/ferry.html",
        "2024/04/hostile.html",
        "2024/05/timetable.html",
        "2024/05/timetable-ru.html",
        "2024/07/tide.html",
    }


def test_the_pay_link_stands_only_where_the_risk_stands_before_it(lantern: Site) -> None:
    paying = {path: page for path, page in lantern.pages.items() if "gull.example/give" in page.text}

    assert paying.keys() - {path for path, page in lantern.pages.items() if page.select("aside")} == {
        "support.html",
        "support-ru.html",
    }
    for page in paying.values():
        assert page.text.count("gull.example/give") == 1, page.path
        link = page.text.index("gull.example/give")
        for risk in ("Payments leave records.", "Платежи оставляют следы."):
            assert page.text.index(risk) < link, page.path


def test_the_support_page_opens_with_the_warning(lantern: Site) -> None:
    text = lantern.page("support.html").words("main")[0]

    assert text.index("Payments leave records.") < text.index("Giving is a risk here.")


def test_the_russian_support_page_warns_in_russian_first(lantern: Site) -> None:
    text = lantern.page("support-ru.html").words("main")[0]

    assert (
        text.index("Платежи оставляют следы.")
        < text.index("Payments leave records.")
        < text.index("Поддержать The Gull")
    )
