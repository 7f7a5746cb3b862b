"""Settings: each of ours has a rule, and a wrong one stops the build with what it must be."""

from __future__ import annotations

from typing import Any

import pytest

from plugins.site.settings import SETTINGS, checked
from plugins.story.problems import SiteError

RIGHT: dict[str, Any] = {"SITENAME": "Lantern", "SECTIONS": (("arms", "Arms"),)}


def test_a_name_and_nothing_else_is_enough() -> None:
    values = checked(RIGHT)

    assert values["SITENAME"] == "Lantern"
    assert values["SITE_ORIGIN"] == values["SECURITY_CONTACT"] == values["CONTENT_LICENSE"] == ""
    assert values["DEMONSTRATION"] is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SITENAME", "", id="no-name"),
        pytest.param("SITENAME", "  ", id="blank-name"),
        pytest.param("SITENAME", "A\nB", id="name-of-two-lines"),
        pytest.param("SITENAME", None, id="name-of-nothing"),
        pytest.param("SITE_ORIGIN", "https://a.example/", id="origin-with-a-slash"),
        pytest.param("SITE_ORIGIN", "http://a.example", id="origin-without-encryption"),
        pytest.param("SITE_ORIGIN", "a.example", id="origin-without-a-scheme"),
        pytest.param("SITE_ORIGIN", "https://a.example?x", id="origin-with-a-question"),
        pytest.param("SITE_ORIGIN", "https://me@a.example", id="origin-with-a-user"),
        pytest.param("ONION_ORIGIN", "http://abcdefghijklmnop.onion", id="onion-of-version-2"),
        pytest.param("ONION_ORIGIN", f"http://{'longwave' * 7}.onion/", id="onion-with-a-slash"),
        pytest.param("ONION_ORIGIN", f"http://{'longwave' * 7}.onion.example", id="onion-that-is-none"),
        pytest.param("ONION_ORIGIN", f"{'longwave' * 7}.onion", id="onion-without-a-scheme"),
        pytest.param("DEFAULT_LANG", "english", id="language-in-words"),
        pytest.param("LANGUAGES", "en", id="languages-as-text"),
        pytest.param("SECTIONS", [("Arms", "Arms")], id="slug-in-capitals"),
        pytest.param("SECTIONS", [("topics", "Topics")], id="slug-of-the-sites-own"),
        pytest.param("SECTIONS", [("arms", "Arms"), ("arms", "Guns")], id="slug-twice"),
        pytest.param("SECTIONS", ["arms"], id="section-without-a-name"),
        pytest.param("SECTIONS", [("arms", "")], id="section-with-an-empty-name"),
        pytest.param("ACCENT", {"light": "#a8321a"}, id="one-colour"),
        pytest.param("ACCENT", {"light": "red", "dark": "#ff9b7a"}, id="colour-by-name"),
        pytest.param("ACCENT", {"light": "#fff}*{", "dark": "#ff9b7a"}, id="colour-that-is-code"),
        pytest.param("DEMONSTRATION", "yes", id="flag-in-words"),
        pytest.param("CONTENT_LICENSE", "http://a.example", id="licence-without-encryption"),
        pytest.param("STORIES_PER_PAGE", 0, id="no-stories"),
        pytest.param("STORIES_PER_PAGE", True, id="truth-is-no-number"),
        pytest.param("FEED_STORIES", 101, id="too-many-stories"),
        pytest.param("SECURITY_CONTACT", "desk@a.example", id="contact-without-a-scheme"),
        pytest.param("SECURITY_EXPIRES", "next year", id="no-date"),
    ],
)
def test_a_wrong_setting_stops_the_build_with_what_it_must_be(name: str, value: Any) -> None:
    with pytest.raises(SiteError) as error:
        checked(RIGHT | {name: value})

    assert str(error.value).splitlines()[0] == (
        f"pelicanconf.py:1: {name} = {value!r} is not right. It must be {SETTINGS[name].must_be}."
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("SITE_ORIGIN", "https://a.example/folder", id="origin-in-a-folder"),
        pytest.param("SITE_ORIGIN", "http://" + "a" * 56 + ".onion", id="onion"),
        pytest.param("SITENAME", 'Fish & "Chips" <3', id="name-with-marks"),
        pytest.param("SECTIONS", [["arms-race", "Arms & <race>"]], id="section-with-marks"),
        pytest.param("SECURITY_EXPIRES", "2026-12-31", id="date"),
    ],
)
def test_a_right_setting_is_taken(name: str, value: Any) -> None:
    assert checked(RIGHT | {name: value})[name] == value


def test_a_contact_without_an_end_is_refused() -> None:
    with pytest.raises(SiteError, match="SECURITY_CONTACT is set and SECURITY_EXPIRES is not"):
        checked(RIGHT | {"SECURITY_CONTACT": "mailto:desk@a.example"})


def test_every_wrong_setting_is_named_in_one_run() -> None:
    with pytest.raises(SiteError, match=r"(?s)FEED_STORIES.*STORIES_PER_PAGE.*2 problems"):
        checked(RIGHT | {"STORIES_PER_PAGE": 0, "FEED_STORIES": 0})
