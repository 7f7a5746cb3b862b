"""What templates may use: words, dates, the stylesheet, scripts, the policy and data for machines."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from markupsafe import escape

from plugins.site.assets import Policy, csp_hash, icon, shrink_css, shrink_js, stylesheet
from plugins.site.structured_data import as_json, news_article, rfc3339
from plugins.site.theme import day, feeds_of, iso, rfc822
from plugins.site.words import Words, fill, read_words
from plugins.story.problems import SiteError
from plugins.story.sources import Reference
from tests.newsroom import ROOT

EAST = dt.timezone(dt.timedelta(hours=3))
MOMENT = dt.datetime(2025, 8, 5, 17, 10, tzinfo=EAST)  # 14:10 UTC


@pytest.mark.parametrize(
    ("css", "shrunk"),
    [
        pytest.param("a {\n  color: red;\n}\n", "a{color:red}", id="white-space"),
        pytest.param("/* why */ a { color: red }", "a{color:red}", id="comment"),
        pytest.param("a , b > c { color: red; top: 0; }", "a,b>c{color:red;top:0}", id="lists"),
        pytest.param("a :hover { top: 0 }", "a :hover{top:0}", id="space-before-a-colon"),
        pytest.param("a { width: calc(100% - 2rem) }", "a{width:calc(100% - 2rem)}", id="calc"),
        pytest.param("a { width: calc(1px + 2px) }", "a{width:calc(1px + 2px)}", id="plus"),
        pytest.param("a + b ~ c { top: 0 }", "a + b ~ c{top:0}", id="siblings"),
        pytest.param('a::after { content: " ; }  " }', 'a::after{content:" ; }  "}', id="string"),
        pytest.param(
            "@media (min-width: 45rem) and (color) { a { top: 0 } }",
            "@media (min-width:45rem) and (color){a{top:0}}",
            id="media",
        ),
        pytest.param('a { font: 1rem/1.5 "Noto Serif", serif }', 'a{font:1rem/1.5 "Noto Serif",serif}', id="font"),
        pytest.param("a { margin: 0 -1px }", "a{margin:0 -1px}", id="negative"),
    ],
)
def test_a_stylesheet_shrinks_and_means_the_same(css: str, shrunk: str) -> None:
    assert shrink_css(css) == shrunk


@pytest.mark.parametrize(
    ("script", "shrunk"),
    [
        pytest.param(
            "// why\n(() => {\n  const a = 1;\n\n  b();\n})();\n", "(() => {\nconst a = 1;\nb();\n})();", id="lines"
        ),
        pytest.param("/* why\n   more */\na();", "a();", id="block-comment"),
        pytest.param('a("https://x");', 'a("https://x");', id="slashes-in-a-string"),
    ],
)
def test_a_script_shrinks_and_means_the_same(script: str, shrunk: str) -> None:
    assert shrink_js(script) == shrunk


def test_styles_are_joined_in_the_order_of_the_layers(tmp_path: Path) -> None:
    for layer, name, rule in (
        ("components", "b", ".b{color:ACCENT_LIGHT}"),
        ("components", "a", ".a{color:ACCENT_DARK}"),
        ("reset", "z", "*{top:0}"),
        ("utilities", "a", ".u{top:0}"),
    ):
        (tmp_path / "css" / layer).mkdir(parents=True, exist_ok=True)
        (tmp_path / "css" / layer / f"{name}.css").write_text(rule, encoding="utf-8")

    found = stylesheet(tmp_path, {"light": "#111111", "dark": "#eeeeee"})

    assert found == "*{top:0}.a{color:#eeeeee}.b{color:#111111}.u{top:0}"


def test_a_hash_allows_exactly_one_text() -> None:
    digest = base64.b64encode(hashlib.sha256(b"alert(1)").digest()).decode()

    assert csp_hash("alert(1)") == f"'sha256-{digest}'"
    assert csp_hash("alert(1)\n") != csp_hash("alert(1)")


def test_a_policy_allows_the_scripts_it_is_asked_for() -> None:
    policy = Policy("a{}", {"one": "1;", "two": "2;"})

    assert f"script-src {csp_hash('1;')} {csp_hash('2;')}" in policy("one", "two")
    assert "script-src" not in policy()
    assert escape(policy) == policy()
    assert policy().startswith(f"default-src 'none'; style-src {csp_hash('a{}')}; ")
    with pytest.raises(KeyError):
        policy("three")


def test_the_icon_is_an_address_without_a_host() -> None:
    found = icon({"light": "#a8321a", "dark": "#ff9b7a"})

    assert found.startswith("data:image/svg+xml,")
    assert "%23a8321a" in found
    assert not set(found) & set('"<>#')


@pytest.mark.parametrize(
    "text",
    ["</script><script>", "<!--", "a & b", "\u2028\u2029", "]]>", '"quotes"', "Привет"],
)
def test_data_in_a_page_is_itself_again_when_read(text: str) -> None:
    written = as_json({"headline": text})

    assert json.loads(written) == {"headline": text}
    assert not set(written) & set("<>&\u2028\u2029")


@pytest.mark.parametrize(
    ("write", "written"),
    [
        pytest.param(iso, "2025-08-05T14:10Z", id="minute"),
        pytest.param(rfc3339, "2025-08-05T14:10:00Z", id="atom"),
        pytest.param(rfc822, "Tue, 05 Aug 2025 14:10:00 GMT", id="rss"),
        pytest.param(day, "2025-08-05", id="day"),
    ],
)
def test_a_moment_is_written_in_utc(write: Any, written: str) -> None:
    assert write(MOMENT) == written


@pytest.mark.parametrize(
    ("lang", "date", "moment", "month"),
    [
        ("en", "5 August 2025", "5 August 2025, 14:10 UTC", "August 2025"),
        ("ru", "5 августа 2025", "5 августа 2025, 14:10 UTC", "август 2025"),
    ],
    ids=["english", "russian"],
)
def test_a_moment_is_written_in_words(lang: str, date: str, moment: str, month: str) -> None:
    words = read_words(ROOT / "theme", lang)

    assert (words.date(MOMENT), words.moment(MOMENT)) == (date, moment)
    assert words.month(2025, 8).casefold() == month.casefold()


def test_a_word_that_is_not_there_stops_the_build() -> None:
    words = Words({"by": "By"}, "theme/words/en.toml")

    with pytest.raises(SiteError, match=r"theme/words/en\.toml:1: there is no word 'buy'\. Add a line 'buy = "):
        words["buy"]


def test_a_language_that_the_theme_does_not_speak_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"the theme has no words in 'fr'\. Copy en\.toml there and translate it"):
        read_words(tmp_path, "fr")


def test_a_blank_must_be_filled() -> None:
    assert fill("Page {n} of {all}", n=3, all="{n}") == "Page 3 of {n}"
    with pytest.raises(KeyError):
        fill("Page {n}", m=3)


def test_a_list_has_feeds_when_there_is_an_origin() -> None:
    assert [feed.path for feed in feeds_of("feeds/arms", "Arms", "https://a.example")] == [
        "feeds/arms.atom.xml",
        "feeds/arms.rss.xml",
    ]
    assert feeds_of("feeds/arms", "Arms", "") == ()


VALUES = {
    "SITENAME": "Lantern",
    "SITE_ORIGIN": "https://a.example",
    "AUTHOR": "Newsdesk",
    "DEMONSTRATION": False,
    "CONTENT_LICENSE": "",
}


def a_story(**changes: Any) -> Any:
    plain = {
        "title": 'A "plain" title </script>',
        "lang": "en",
        "date": MOMENT,
        "modified": None,
        "notes": (),
        "section": SimpleNamespace(name="Arms"),
        "bylines": [],
        "standfirst_text": "",
        "topics": [],
        "based_on": [],
        "key_points": (),
        "is_live": False,
        "sources": [],
        "names": (),
        "quoted": {},
        "so_far": None,
        "path": "2025/08/a.html",
    }
    return SimpleNamespace(**plain | changes)


def test_a_story_is_described_by_what_it_has_and_nothing_empty() -> None:
    assert news_article(a_story(), VALUES, []) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": 'A "plain" title </script>',
        "inLanguage": "en",
        "datePublished": "2025-08-05T14:10:00Z",
        "dateModified": "2025-08-05T14:10:00Z",
        "articleSection": "Arms",
        "author": [],
        "publisher": {"@type": "NewsMediaOrganization", "name": "Lantern", "url": "https://a.example/"},
        "isAccessibleForFree": True,
        "mainEntityOfPage": "https://a.example/2025/08/a.html",
    }


def test_the_newsroom_is_an_organisation_and_anybody_else_a_person() -> None:
    bylines = [SimpleNamespace(name=name, path=f"authors/{name.lower()}.html") for name in ("Newsdesk", "Ann")]

    found = news_article(a_story(bylines=bylines), VALUES, [])["author"]

    assert [(author["@type"], author["url"]) for author in found] == [
        ("Organization", "https://a.example/authors/newsdesk.html"),
        ("Person", "https://a.example/authors/ann.html"),
    ]


def test_sources_and_pictures_are_described() -> None:
    source = Reference("The Gull", dt.date(2025, 8, 5), "https://gull.example", "")

    found = news_article(a_story(based_on=[source]), VALUES, ["images/a.jpg"])

    assert found["image"] == ["https://a.example/images/a.jpg"]
    assert found["isBasedOn"] == [
        {"@type": "CreativeWork", "name": "The Gull", "url": "https://gull.example", "datePublished": "2025-08-05"}
    ]


def test_a_correction_is_described_as_one_and_an_update_is_none() -> None:
    notes = [
        SimpleNamespace(kind=kind, when=MOMENT, text=f"<em>{kind}</em> &amp; more") for kind in ("correction", "update")
    ]

    found = news_article(a_story(notes=notes), VALUES, [])["correction"]

    assert found == [
        {"@type": "CorrectionComment", "datePublished": "2025-08-05T14:10:00Z", "text": "correction & more"}
    ]


def test_without_an_origin_nothing_is_described_by_an_address() -> None:
    byline = SimpleNamespace(name="Ann", path="authors/ann.html")

    found = news_article(a_story(bylines=[byline]), VALUES | {"SITE_ORIGIN": ""}, ["images/a.jpg"])

    assert "mainEntityOfPage" not in found
    assert "image" not in found
    assert found["author"] == [{"@type": "Person", "name": "Ann"}]
