"""Lists: pages that stay as they are when a story is added, and a front page that follows the editors' plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from plugins.site.edition import (
    Byline,
    Front,
    Listing,
    Month,
    Section,
    Topic,
    archive_years,
    by_name,
    front_page,
    gather,
    group_translations,
    last_change,
    newest_first,
    once_per_story,
    paginate,
)

ARMS, PRESS = Section("arms", "Arms"), Section("press", "Press")


@dataclass(eq=False)
class Story:
    """As much of a story as lists ask for."""

    name: str
    day: int = 1
    section: Section = ARMS
    lang: str = "en"
    modified: dt.datetime | None = None
    notes: tuple[Any, ...] = ()
    topics: tuple[Topic, ...] = ()
    bylines: tuple[Byline, ...] = ()
    translations: list[Any] = field(default_factory=list)

    @property
    def date(self) -> dt.datetime:
        return at(self.day)

    @property
    def slug(self) -> str:
        return self.name.partition("-")[0]

    @property
    def path(self) -> str:
        return f"2025/08/{self.name}.html"

    @property
    def document(self) -> Any:
        return SimpleNamespace(path=f"articles/2025/08/{self.name}.md")


def at(day: int) -> dt.datetime:
    return dt.datetime(2025, 8, 1, tzinfo=dt.UTC) + dt.timedelta(days=day - 1)


def names(stories: Any) -> str:
    return "".join(story.name for story in stories)


def pages(count: int, per_page: int = 3) -> dict[str, str]:
    """Split a list of stories a, b, c … (the oldest is a); give the names on each page."""
    stories = tuple(Story("abcdefghijklmnop"[day], day + 1) for day in range(count))[::-1]
    listing = Listing("Arms", "section", "arms/index.html", stories)
    return {page.path: names(page.stories) for page in paginate(listing, per_page)}


@pytest.mark.parametrize(
    ("count", "found"),
    [
        (0, {"arms/index.html": ""}),
        (1, {"arms/index.html": "a"}),
        (5, {"arms/index.html": "edcba"}),
        (6, {"arms/page/1/index.html": "cba", "arms/index.html": "fed"}),
        (8, {"arms/page/1/index.html": "cba", "arms/index.html": "hgfed"}),
        (9, {"arms/page/1/index.html": "cba", "arms/page/2/index.html": "fed", "arms/index.html": "ihg"}),
    ],
    ids=lambda value: f"{value}-stories" if isinstance(value, int) else None,
)
def test_pages_are_filled_from_the_oldest(count: int, found: dict[str, str]) -> None:
    assert pages(count) == found


@pytest.mark.parametrize("count", range(16))
def test_a_numbered_page_stays_when_a_story_is_added(count: int) -> None:
    before, after = pages(count), pages(count + 1)

    assert {path: after[path] for path in before if "page/" in path} == {
        p: s for p, s in before.items() if "page/" in p
    }


@pytest.mark.parametrize("count", range(1, 17))
def test_every_story_stands_on_one_page_of_a_list(count: int) -> None:
    assert "".join(sorted("".join(pages(count).values()))) == "abcdefghijklmnop"[:count]


def test_pages_name_their_neighbours() -> None:
    stories = tuple(Story(name, day) for day, name in enumerate("abcdefghi", start=1))[::-1]

    found = paginate(Listing("Arms", "section", "arms/index.html", stories), 3)

    assert [(page.number, page.older, page.newer) for page in found] == [
        (1, None, "arms/page/2/index.html"),
        (2, "arms/page/1/index.html", "arms/index.html"),
        (None, "arms/page/2/index.html", None),
    ]


def test_an_authors_pages_lie_below_the_author() -> None:
    stories = tuple(Story(name, day) for day, name in enumerate("abcdef", start=1))[::-1]

    found = paginate(Listing("Ann", "author", "authors/ann.html", stories), 3)

    assert [page.path for page in found] == ["authors/ann/page/1/index.html", "authors/ann.html"]


def test_stories_of_one_minute_stand_in_one_order_however_they_come() -> None:
    a, b, c = Story("a"), Story("b"), Story("c", 2)

    assert names(newest_first([a, b, c])) == names(newest_first([b, c, a])) == "cab"


def plan(lead: str | None, *seconds: str) -> tuple[str | None, list[str]]:
    path = "articles/2025/08/{}.md".format
    return (path(lead) if lead else None, [path(name) for name in seconds])


def laid_out(
    stories: list[Story], chosen: tuple[str | None, list[str]], most: int = 9
) -> tuple[str, str, dict[str, str], list[str]]:
    front, fallen = front_page(gather(stories), chosen, [ARMS, PRESS], most)
    return names([front.lead] if front.lead else []), names(front.seconds), strands(front), fallen


def strands(front: Front) -> dict[str, str]:
    return {section.slug: names(stories) for section, stories in front.sections}


FIVE = [Story(name, day, PRESS if name in "be" else ARMS) for day, name in enumerate("abcde", start=1)]


def test_the_front_page_follows_the_plan() -> None:
    assert laid_out(FIVE, plan("b", "a")) == ("b", "a", {"arms": "dc", "press": "e"}, [])


def test_without_a_plan_the_newest_leads_and_two_stand_second() -> None:
    assert laid_out(FIVE, plan(None)) == ("e", "dc", {"arms": "a", "press": "b"}, [])


def test_a_story_of_the_plan_that_is_not_published_falls_out() -> None:
    assert laid_out(FIVE, plan("x", "a", "y")) == (
        "e",
        "a",
        {"arms": "dc", "press": "b"},
        ["articles/2025/08/x.md", "articles/2025/08/y.md"],
    )


def test_when_nothing_but_the_seconds_is_published_one_of_them_leads() -> None:
    assert laid_out(FIVE[:1], plan("x", "a")) == ("a", "", {}, ["articles/2025/08/x.md"])


def test_a_front_page_without_stories_is_empty() -> None:
    assert laid_out([], plan(None)) == ("", "", {}, [])


def test_a_section_shows_no_more_than_its_place() -> None:
    assert laid_out(FIVE, plan("b", "e"), most=2)[2] == {"arms": "dc"}


def test_a_story_changes_when_it_is_updated_or_noted() -> None:
    note = SimpleNamespace(when=at(9))

    assert last_change(Story("a", 1)) == at(1)
    assert last_change(Story("a", 1, modified=at(3))) == at(3)
    assert last_change(Story("a", 1, modified=at(3), notes=(note,))) == at(9)


def test_the_editions_date_is_that_of_its_newest_change() -> None:
    assert gather([Story("a", 4), Story("b", 1, modified=at(7))]).date == at(7)
    assert gather([]).date is None


def test_lists_hold_each_story_where_it_belongs() -> None:
    nato, ann = Topic("nato", "NATO"), Byline("ann", "Ann")
    stories = [Story("a", 1, topics=(nato,), bylines=(ann,)), Story("b", 2, PRESS, topics=(nato,)), Story("c", 40)]

    found = gather(stories)

    assert {slug: names(each) for slug, each in found.sections.items()} == {"arms": "ca", "press": "b"}
    assert {topic.name: names(each) for topic, each in found.topics.items()} == {"NATO": "ba"}
    assert {author.name: names(each) for author, each in found.authors.items()} == {"Ann": "a"}
    assert {month: names(each) for month, each in found.months.items()} == {(2025, 9): "c", (2025, 8): "ba"}


def test_of_a_storys_translations_lists_show_the_one_in_the_sites_language() -> None:
    english, russian, alone = Story("a"), Story("a-ru", lang="ru"), Story("b-ru", lang="ru")

    for order in ([english, russian, alone], [russian, english, alone]):
        assert sorted(story.name for story in once_per_story(order, "en")) == ["a", "b-ru"]


def test_translations_know_each_other_in_the_order_of_their_languages() -> None:
    stories = [Story("a-ru", lang="ru"), Story("a-de", lang="de"), Story("a"), Story("b")]

    group_translations(stories, lambda story: story.slug)

    assert [names(story.translations) for story in stories] == ["a-dea", "aa-ru", "a-dea-ru", ""]


def test_the_archive_goes_back_in_time() -> None:
    months = [Month(2024, 12, "d"), Month(2025, 1, "a"), Month(2025, 8, "b")]

    assert [(year, [month.name for month in each]) for year, each in archive_years(months)] == [
        (2025, ["b", "a"]),
        (2024, ["d"]),
    ]


def test_names_stand_as_a_reader_looks_them_up() -> None:
    topics = {Topic(name.lower(), name): [] for name in ("nato", "Arms", "arms race", "Zebra")}

    assert [topic.name for topic in by_name(topics)] == ["Arms", "arms race", "nato", "Zebra"]
