"""A story is more than text: what stands in it beside paragraphs, for readers, machines and feeds."""

from __future__ import annotations

import feedparser
import html5lib
import pytest

from tests.newsroom import Site
from tests.page import Page, select, words

FERRY = "2024/03/ferry.html"
PAROM = "2024/05/parom.html"
GULLS = "2024/06/gulls.html"


def text(page: Page) -> str:
    """Give a story in the order in which it is read with styles and scripts off."""
    return words(page.one("main")).replace("\xa0", " ")


def in_feeds(site: Site, address: str) -> list[str]:
    """Give a story's text in each feed that holds it."""
    feeds = [feedparser.parse(data) for path, data in site.files.items() if path.startswith("feeds/")]
    found = [entry for feed in feeds for entry in feed.entries if entry.link.endswith(address)]
    return [str(entry.content[0].value).replace("\xa0", " ") for entry in found]


def test_key_points_stand_between_the_standfirst_and_the_text(lantern: Site) -> None:
    page = lantern.page(FERRY)
    points = page.words(".points li")
    order = ["After 17 days", "5,000 passengers was wrong", "Key points", *points, "The ferry left at 7:40"]

    assert [each.replace("\xa0", " ") for each in points] == [
        "The ferry sails again, “17 days” late.",
        "Cars & bicycles pay 5–6 crowns.",
        "The evening crossing waits.",
    ]
    places = [text(page).index(each.replace("\xa0", " ")) for each in order]
    assert places == sorted(places)


def test_key_points_are_the_storys_abstract_to_machines(lantern: Site, fonar: Site) -> None:
    (ferry,) = lantern.page(FERRY).data_for_machines
    (gulls,) = lantern.page("2024/06/gulls.html").data_for_machines
    (parom,) = fonar.page(PAROM).data_for_machines

    assert ferry["abstract"][1] == "Cars & bicycles pay 5–6 crowns."
    assert parom["abstract"][1] == "Капитан «рад»."
    assert "abstract" not in gulls


def test_a_story_without_key_points_has_no_heading_for_them(lantern: Site) -> None:
    assert lantern.page("2024/06/gulls.html").select(".points") == []


def test_each_claim_stands_under_the_side_that_makes_it(lantern: Site) -> None:
    (block,) = lantern.page(FERRY).select(".claims")
    sides = [[words(each) for each in select(group, "dt") + select(group, "dd")] for group in select(block, "dl div")]

    assert [words(each) for each in select(block, "h2") + select(block, "h3")] == [
        "Who is to blame as of 5 March 2024",
        "On the crack",
        "On the money",
    ]
    assert sides == [
        ["The board", "The pier was sound until Monday."],
        ["The captain", "denies it", "“At last” somebody looked."],
        ["The town", "It has paid."],
        ["The insurers & sons", "did not comment"],
    ]


def test_an_answer_is_set_off_from_claims(lantern: Site, fonar: Site) -> None:
    assert lantern.page(FERRY).words(".claims dd i") == ["denies it", "did not comment"]
    assert fonar.page(PAROM).words(".claims dd i") == ["отрицает это"]


def test_machines_are_told_no_claim_as_a_fact(site: Site) -> None:
    """Claim and ClaimReview are for what somebody has checked; a side's words are not."""
    assert [page.path for page in site.pages.values() if '"Claim' in page.text] == []


def test_what_is_known_and_what_is_not_carry_their_day(lantern: Site, fonar: Site) -> None:
    known, unknown = lantern.page(FERRY).select(".known")
    russian = fonar.page(PAROM).words(".known h2")

    assert [words(each) for each in select(known, "li")] == [
        "The ferry sails by day.",
        "It carries 500–5,500 passengers in a month.",
    ]
    assert words(select(unknown, "h2")[0]) == "What we do not know yet as of 5 March 2024"
    assert [each.get("datetime") for each in select(unknown, "time")] == ["2024-03-05"]
    assert [each.replace("\xa0", " ") for each in russian] == [
        "Что известно на 6 мая 2024",
        "Что пока неизвестно на 6 мая 2024",
    ]


def test_a_source_says_of_what_kind_it_is_and_what_of_it_was_not_seen(lantern: Site) -> None:
    assert [each.replace("\xa0", " ") for each in lantern.page(FERRY).words("section[aria-labelledby=sources] li")] == [
        "Harbour board: minutes of the meeting",
        "The “big” plan, 1 February 2024: the pier. Primary document. Archived copy, 9 February 2024. "
        "Not seen by us: pages 3–9",
        "A sailor, 3 March 2024: the crack. Not named: afraid for his “job”",
    ]


def test_a_link_to_a_source_carries_its_archived_copy(lantern: Site) -> None:
    page = lantern.page(FERRY)
    (link,) = page.select("a[data-versionurl]")

    assert link.attrib == {
        "href": "https://board.example/plan?a=1&b=2",
        "data-versionurl": "https://archive.example/20240209/plan",
        "data-versiondate": "2024-02-09",
    }
    assert "https://archive.example/20240209/plan" in page.attributes(".sources a", "href")


def test_machines_are_told_the_sources_that_have_an_address(lantern: Site) -> None:
    (data,) = lantern.page(FERRY).data_for_machines

    assert [work["name"] for work in data["citation"]] == ["Harbour board", "The “big” plan"]
    assert data["citation"][1] == {
        "@type": "CreativeWork",
        "name": "The “big” plan",
        "url": "https://board.example/plan?a=1&b=2",
        "datePublished": "2024-02-01",
        "archivedAt": "https://archive.example/20240209/plan",
    }


def test_every_chart_has_its_title_its_description_and_its_figures_in_words(lantern: Site) -> None:
    charts = lantern.page(GULLS).select("figure.drawing")
    told = [[words(each).replace("\xa0", " ") for each in select(chart, "figcaption p")] for chart in charts]
    figures = [[words(row) for row in select(chart, "tr") + select(chart, "li")] for chart in charts]

    assert told[0] == ["Gulls & boats", "More gulls than boats, “as ever”."]
    assert [len(each) for each in told] == [2] * 5
    assert figures[0] == ["WhoHow many", "Gulls <old>1,100 heads", "Boats275 heads"]
    assert figures[1][1:] == ["Gulls4–12", "Boats6–8"]
    assert figures[2][-1] == "20241,100275"
    assert figures[3] == [
        "2023: “nobody” counted",
        "1 March 2024: the first",
        "2 March 2024: the second",
        "October 2024: they leave",
    ]
    assert figures[4] == ["PlaceDistanceDirection", "Inner island12 kmN", "Outer island120 kmSW", "The bank60 km"]


def test_a_drawing_is_named_by_the_words_beside_it_and_a_bar_is_left_to_its_figure(lantern: Site) -> None:
    page = lantern.page(GULLS)
    drawings = page.select(".drawing svg[role=img]")
    ids = {each.get("id") for each in page.select("[id]")}

    assert len(drawings) == 3
    assert all(set((each.get("aria-labelledby") or "").split()) <= ids for each in drawings)
    assert all(each.get("aria-hidden") == "true" for each in page.select("td svg"))
    assert page.attributes(".drawing ol time", "datetime") == ["2023", "2024-03-01", "2024-03-02", "2024-10"]


def test_rows_from_a_file_are_printed_and_the_file_stays_at_home(lantern: Site) -> None:
    page = lantern.page(GULLS)

    assert "Boats, all" in page.words(".drawing th")
    assert [path for path in lantern.files if path.endswith(".csv")] == []


def test_charts_style_and_run_nothing(lantern: Site) -> None:
    page = lantern.page(GULLS)

    assert [each.attrib for each in page.select("figure *") if {"style", "onload", "onclick"} & set(each.attrib)] == []
    assert page.select("figure script") == page.select("figure image") == []


def test_a_feed_carries_a_chart_as_its_figures(lantern: Site) -> None:
    texts = in_feeds(lantern, GULLS)

    assert texts
    for markup in texts:
        assert "<svg" not in markup
        for said in ("Gulls &amp; boats", "More gulls than boats", "1,100 heads", "Boats, all", "October 2024", "SW"):
            assert said in markup


def test_updates_stand_newest_first_each_with_its_time_and_a_link_to_it(fonar: Site) -> None:
    page = fonar.page(PAROM)
    named = [each for each in page.select("main .rail__rest h2") if each.get("id")]
    headings = [(each.get("id"), words(each).replace("\xa0", " ")) for each in named]

    assert headings[:3] == [
        ("2024-05-07-0900", "7 мая 2024, 09:00 UTC Второй рейс"),
        ("2024-05-06-1200", "6 мая 2024, 12:00 UTC Капитан «доволен»"),
        ("chto-dalshe", "Что дальше"),
    ]
    assert page.attributes("h2 a", "href") == ["#2024-05-07-0900", "#2024-05-06-1200"]
    assert page.attributes("h2 a time", "datetime") == ["2024-05-07T09:00Z", "2024-05-06T12:00Z"]


def test_a_live_story_is_one_to_machines(fonar: Site) -> None:
    (data,) = fonar.page(PAROM).data_for_machines

    assert (data["@type"], data["coverageStartTime"]) == ("LiveBlogPosting", "2024-05-06T08:00:00Z")
    assert data["liveBlogUpdate"][0] == {
        "@type": "BlogPosting",
        "headline": "Второй рейс",
        "datePublished": "2024-05-07T09:00:00Z",
        "url": f"{fonar.origin}/{PAROM}#2024-05-07-0900",
    }


def test_a_feed_carries_updates_in_their_order(fonar: Site) -> None:
    for markup in in_feeds(fonar, PAROM):
        order = ["Второй рейс", "Капитан «доволен»", "Все места заняты", "Что дальше"]
        places = [markup.index(each) for each in order]
        assert places == sorted(places)


def test_the_corrections_page_holds_every_note_with_its_story_the_newest_first(site: Site) -> None:
    if "corrections.html" not in site.pages:
        return
    entries = site.page("corrections.html").select("main section")
    times = [select(each, "time")[0].get("datetime") for each in entries]
    noted = {page.path: len(page.select("article .note time")) for page in site.pages.values() if page.select(".story")}
    linked = [select(each, "h2 a")[0].get("href") for each in entries]

    assert times == sorted(times, key=str, reverse=True)
    assert {path: count for path, count in noted.items() if count} == {path: linked.count(path) for path in linked}


@pytest.mark.parametrize(
    "said",
    [
        "Key points",
        "Cars &amp; bicycles pay 5–6 crowns.",
        "Who is to blame",
        "The captain",
        "denies it",
        "by night.",
        "Not named: afraid",
    ],
)
def test_a_feed_carries_the_blocks_in_words(lantern: Site, said: str) -> None:
    texts = in_feeds(lantern, FERRY)

    assert texts
    assert [each for each in texts if said not in each] == []


def test_links_in_the_blocks_of_a_feed_are_whole(lantern: Site) -> None:
    for markup in in_feeds(lantern, FERRY):
        root = html5lib.parseFragment(markup, namespaceHTMLElements=False)
        links = [each.get("href") for each in select(root, ".claims a")]
        assert links == [f"{lantern.origin}/2024/02/old-pier.html#the-crack"]
