"""What this edition says: each fact in its place, each quotation short, the risk before the link.

These tests know the words of content/ and leave with it: see docs/publishing.md.
"""

# ruff: noqa: E501 - what is said stands whole

from __future__ import annotations

import gzip
import re
from typing import Any

import pytest

from tests.newsroom import Site
from tests.page import Page, select, words

LEAD = "2025/08/russia-ends-missile-moratorium.html"
STORIES = {
    "lead": LEAD,
    "treaty": "2025/08/inf-treaty.html",
    "ranges": "2025/08/missile-ranges.html",
    "label": "2025/08/undesirable-label.html",
    "curtain": "2025/08/16-kilobyte-curtain.html",
    "launchers": "2025/08/us-missile-launchers.html",
}
PAGES = ("about", "keep-reading", "keep-reading-ru", "corrections", "privacy", "support", "support-ru")
PAPER = "https://www.themoscowtimes.com"
REPORT = f"{PAPER}/2025/08/05/russia-ends-voluntary-ban-on-intermediate-range-missile-deployments-a90093"
QUOTATION = re.compile(r"“([^“”]*)”|«([^«»]*)»")


def story(site: Site, path: str = LEAD) -> str:
    """Give the text of a story as a reader reads it, without the appeal."""
    (article,) = site.page(path).select("main article")
    return words(article)


def time_of(page: Page, said: str) -> list[str | None]:
    """Give the dates that words in the story stand for."""
    return [time.get("datetime") for time in page.select("main article time") if words(time) == said]


FACTS: dict[str, list[str]] = {
    "A1-the-announcement": [
        "Russia no longer observes its voluntary ban on deploying intermediate-range missiles, its Foreign Ministry announced",
        "growing threats from the United States and other Western countries",
    ],
    "A2-the-moratorium-and-the-treaty": [
        "The ban was a unilateral moratorium. Moscow imposed it on itself after the United States left",
        "Intermediate-Range Nuclear Forces (INF) Treaty of 1987 in 2019",
        "Washington had accused Russia of violating the treaty, which banned land-based missiles with ranges of 500 to 5,500 km",
    ],
    "A3-what-russia-says-it-asked-for": [
        "Russia had asked the NATO countries directly for a moratorium of their own in return",
        "wanted to prevent an arms race in the Asia-Pacific",
        "No agreement was reached.",
    ],
    "A4-the-accusation": [
        "The ministry accuses the United States of testing, producing and deploying missiles",
        "in regions critical to Russian security",
        "The conditions for the moratorium, it says, “have ceased to exist”.",
    ],
    "A5-what-follows": [
        "“no longer considers itself bound” by the restrictions it had set itself",
        "future “response measures”, the ministry says, depend on the scale of Western deployments",
    ],
    "A6-ryabkov-in-june": [
        "Sergei Ryabkov, a deputy foreign minister, had signalled the decision in June.",
        "“logical”",
        "“highly sensitive missile threats” from the West",
    ],
    "A7-medvedev": [
        "Later on Monday Dmitry Medvedev, deputy chairman of Russia’s Security Council",
        "president from 2008 to 2012",
        "the result of NATO’s “anti-Russian policy”",
        "Writing in English on X, he spoke of “a new reality” for Russia’s opponents and told them to expect further steps",
    ],
    "A8-the-exchange": [
        "Medvedev had by then been exchanging barbs with the president of the United States, Donald Trump.",
        "he had ordered two nuclear submarines to be deployed",
        "his answer to Medvedev’s nuclear rhetoric on social media",
    ],
    "A9-the-kremlin": ["the Kremlin urged caution, also on Monday", "“there can be no winners”"],
}


@pytest.mark.parametrize("said", FACTS.values(), ids=FACTS.keys())
def test_each_fact_is_in_the_lead_story(edition: Site, said: list[str]) -> None:
    text = story(edition)

    assert [words for words in said if words not in text] == []


@pytest.mark.parametrize(
    ("said", "dates"),
    [
        ("Monday", ["2025-08-04"]),
        ("1987", ["1987"]),
        ("2019", ["2019"]),
        ("June", ["2025-06"]),
        ("The week before", ["2025-W31"]),
        ("1 August", ["2025-08-01"]),
        ("5 August 2025, 07:30 UTC", ["2025-08-05T07:30Z"]),
        ("5 August 2025, 14:10 UTC", ["2025-08-05T14:10Z"]),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
def test_words_for_a_time_resolve_to_its_date(edition: Site, said: str, dates: list[str]) -> None:
    assert time_of(edition.page(LEAD), said) == dates


def test_the_kremlins_caution_belongs_with_the_exchange_over_nuclear_threats(edition: Site) -> None:
    text = story(edition)

    order = [
        "The conditions for the moratorium",
        "The exchange over nuclear threats",
        "exchanging barbs",
        "urged caution",
    ]
    places = [text.index(part) for part in order]
    assert places == sorted(places)


def test_the_lead_says_who_wrote_it_when_and_on_whose_reporting(edition: Site) -> None:
    page = edition.page(LEAD)
    text = story(edition)
    (data,) = page.data_for_machines

    assert "Longwave newsdesk" in page.words("main a[rel=author]")
    assert "Based on reporting by The Moscow Times, 5 August 2025; quotations in its translation." in text
    assert REPORT in page.attributes("main a", "href")
    assert [work["url"] for work in data["isBasedOn"]] == [REPORT]
    assert page.words("main h1") == ["Russia ends its moratorium on intermediate-range missiles"]
    assert {"INF Treaty", "NATO"} <= set(page.words("main a"))


def test_the_lead_leaves_room_for_what_comes_after(edition: Site) -> None:
    assert len(gzip.compress(edition.page(LEAD).data, 9, mtime=0)) <= 10_240


def test_the_lead_leads_the_front_page(edition: Site) -> None:
    (first, *_) = edition.page("index.html").attributes("main article a", "href")

    assert first == LEAD


@pytest.mark.parametrize("path", STORIES.values(), ids=STORIES.keys())
def test_what_had_not_happened_is_called_planned(edition: Site, path: str) -> None:
    text = re.sub(r"“[^”]*”", "", story(edition, path))

    assert re.findall(r"\b(?:United States|US|Washington|Germany|Russia|Moscow|Typhon|Dark Eagle) will\b", text) == []
    if "2026" in text:
        assert re.search(r"plan(?:ned)?|announced|due to", text)


@pytest.mark.parametrize("path", [*STORIES.values(), *(f"{name}.html" for name in PAGES)])
def test_no_quotation_is_longer_than_eight_words(edition: Site, path: str) -> None:
    text = words(edition.page(path).one("body"))
    quoted = [first or second for first, second in QUOTATION.findall(text)]

    assert [each for each in quoted if len(each.split()) > 8] == []


@pytest.mark.parametrize("name", [name for name in STORIES if name != "lead"])
def test_every_background_story_names_its_sources(edition: Site, name: str) -> None:
    sources = edition.page(STORIES[name]).attributes("main section[aria-labelledby=sources] li a", "href")

    assert len(sources) >= 2
    assert [each for each in sources if not each.startswith("https://")] == []


def test_the_distances_stand_in_the_drawing_and_in_words_beside_it(edition: Site) -> None:
    page = edition.page(STORIES["ranges"])

    assert page.select("figure svg[role=img]")
    assert [text.replace("\xa0", " ") for text in page.words("figcaption dt")] == ["500 km", "1,000 km", "5,500 km"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_this_edition_is_there(edition: Site, name: str) -> None:
    assert edition.page(f"{name}.html").words("h1")


def test_about_says_that_this_is_a_demonstration(edition: Site) -> None:
    text = words(edition.page("about.html").one("main"))

    assert (
        "This is a demonstration edition. Longwave is not a news outlet, is not connected with The Moscow Times "
        "and collects no money. Its facts are as of August 2025." in text
    )


def test_every_page_says_that_this_is_a_demonstration(edition: Site) -> None:
    note = "A demonstration edition: Longwave is not a news outlet, is not connected with The Moscow Times and collects no money."

    assert [page.path for page in edition.pages.values() if note not in page.words("body header")[0]] == []


APPEAL = {
    "B2-designation": "Prosecutor General has designated it “undesirable”, making its work a crime and putting staff at risk",
    "B3-foreign-agent": "“foreign agent”, unjustly, it says",
    "B4-attempts-to-silence": "direct attempts to silence independent journalism",
    "B4-the-stated-reason": "“discredits the decisions of the Russian leadership”",
    "B4-the-answer": "it strives for accurate, unbiased reporting",
    "B5-not-silenced": "It will not be silenced, it says, but needs monthly help, from $2, quickly set up: every amount counts",
    "B5-what-it-defends": "defends open, independent journalism under repression",
    "B6-thanks": "It thanks its readers.",
}


@pytest.mark.parametrize("said", APPEAL.values(), ids=APPEAL.keys())
def test_each_fact_of_the_message_is_in_the_appeal(edition: Site, said: str) -> None:
    assert said in edition.page(LEAD).words("aside")[0]


def test_the_appeal_reports_and_never_speaks_for_the_paper(edition: Site) -> None:
    (text,) = edition.page(LEAD).words("aside")
    english = re.sub(r"[А-Яа-яЁё].*[А-Яа-яЁё]", "", text)

    assert "we" not in re.findall(r"\b(?:we|our|us|ours)\b", english.lower())
    assert re.search(r"\b(?:мы|наш\w*|нам|нас)\b", text.lower()) is None


def test_the_appeal_says_everything_in_its_order(edition: Site) -> None:
    page = edition.page(LEAD)
    (text,) = page.words("aside")
    order = [
        "The Moscow Times asks its readers for support",
        "Do not give if you are in Russia, are a Russian citizen who may go back, or would pay from a Russian bank.",
        "In Russia, giving to an organisation labelled “undesirable” is a crime from the first payment.",
        "Payments leave records.",
        "This is not legal advice.",
        "Не переводите деньги, если вы в России, если у вас российское гражданство и вы можете вернуться",
        "«нежелательной организации» — преступление с первого же платежа",
        "Платежи оставляют следы.",
        "Это не юридическая консультация.",
        "Support The Moscow Times, from $2 a month",
    ]

    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert page.attributes("aside a", "href") == [PAPER]
    assert [words(each) for each in page.select("aside a")] == ["Support The Moscow Times, from $2 a month"]


def test_the_russian_warning_says_that_it_is_russian(edition: Site) -> None:
    (warning,) = edition.page(LEAD).select("aside [lang=ru]")

    assert "Платежи оставляют следы." in words(warning)


def test_the_appeal_follows_the_story_outside_of_it_and_can_be_put_off(edition: Site) -> None:
    page = edition.page(LEAD)

    assert page.text.index("</article>") < page.text.index("<aside")
    assert page.select("main aside") == page.select("article aside") == []
    (aside,) = page.select("aside")
    assert "Remind me later:" in aside.attrib.values()


def test_the_appeal_is_left_off_where_a_story_says_so_and_everywhere_but_on_stories(edition: Site) -> None:
    with_appeal = {path for path, page in edition.pages.items() if page.select("aside")}

    assert with_appeal == set(STORIES.values()) - {STORIES["label"]}


def test_nobody_is_led_to_pay_without_the_risk_before_it(edition: Site) -> None:
    def pay_links(page: Page) -> list[Any]:
        return [link for link in page.select("a") if link.get("href") == PAPER]

    paying = {path for path, page in edition.pages.items() if pay_links(page)}

    assert paying == {"support.html", "support-ru.html"} | set(STORIES.values()) - {STORIES["label"]}
    for name, risk in (
        ("support", "Do not give if you are in Russia"),
        ("support-ru", "Не переводите деньги, если вы в России"),
    ):
        page = edition.page(f"{name}.html")
        text = words(page.one("main"))
        assert len(pay_links(page)) == 1
        assert text.index(risk) < text.index(words(pay_links(page)[0]))
        assert text.index(risk) < 600


@pytest.mark.parametrize("name", ["support", "support-ru"])
def test_the_support_page_opens_with_the_warning(edition: Site, name: str) -> None:
    article = edition.page(f"{name}.html").one("main article")
    paragraphs = [words(each) for each in select(article, "p") + select(article, "li")]
    first_heading = words(select(article, "h2")[0])

    assert first_heading in ("Before you give: the risk", "Прежде чем платить: чем вы рискуете")
    assert paragraphs


def test_the_safety_pages_promise_no_safety(edition: Site) -> None:
    for name, words_of_doubt in (
        ("keep-reading", "Nothing on this page makes you safe."),
        ("keep-reading-ru", "Ничто на этой странице не делает чтение безопасным."),
        ("privacy", "None of this makes reading safe"),
    ):
        assert words_of_doubt in words(edition.page(f"{name}.html").one("main"))


def test_feeds_carry_no_pay_link_and_name_the_page_that_says_the_risk(edition: Site) -> None:
    feeds = {path: edition.text(path) for path in edition.files if path.startswith("feeds/")}

    assert feeds
    assert [path for path, text in feeds.items() if re.search(rf"{re.escape(PAPER)}/?(?:&#34;|&quot;|\")", text)] == []
    assert [path for path, text in feeds.items() if "from $2" in text] == []
    stories = {path: text.count("<entry") + text.count("<item>") for path, text in feeds.items()}
    assert {path: text.count(f"{edition.origin}/support.html") for path, text in feeds.items()} == stories


def test_the_lead_explains_its_names_and_shows_two_quotations(edition: Site) -> None:
    page = edition.page(LEAD)

    assert len(page.select("a.name")) == len(page.select(".name__note")) <= 6
    assert page.words("figure blockquote") == ["“no longer considers itself bound”", "“a new reality”"]
    medvedev = words(page.one("#_medvedev"))
    assert (
        "deputy chairman of Russia’s Security Council; prime minister of Russia 2012–2020; president of Russia 2008–2012"
        in medvedev
    )


def test_the_lead_tells_the_story_so_far_in_three_lines(edition: Site) -> None:
    assert edition.page(LEAD).attributes("section[aria-labelledby=so-far] time", "datetime") == [
        "2025-06",
        "2025-07",
        "2025-08-04",
    ]
    assert edition.page("storylines/inf.html").attributes(".timeline time", "datetime")[:2] == ["1979-12", "1987-12-08"]


def test_names_quotations_and_the_story_so_far_weigh_little_on_the_lead(edition: Site) -> None:
    text = edition.page(LEAD).text
    parts = [
        r'<section class="sources" aria-labelledby="(?:names|so-far|related)">.*?</section>',
        r'<figure class="rail__side">.*?</figure>',
    ]
    parts += [
        r'"mentions":\[.*?\],(?=")',
        r'"hasPart":\[.*?\],(?=")',
        r'"isPartOf":\{.*?\},',
        r' class="name" id="[^"]*"',
    ]
    parts += [r"\.(?:name|prose \.quotation|prose \.timeline|timeline)\b[^{}]*\{[^{}]*\}"]

    without = re.sub("|".join(parts), "", text, flags=re.DOTALL)
    assert len(gzip.compress(text.encode(), 9)) - len(gzip.compress(without.encode(), 9)) <= 1_000
