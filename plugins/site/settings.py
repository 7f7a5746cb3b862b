"""Every setting of ours: what it must be, and the `site` that templates see.

A setting left empty makes no file and no link.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugins.site.words import BLANK
from plugins.story.address import wrong_with_address
from plugins.story.fields import ADDRESS, PART_WORDS
from plugins.story.moments import NotADate, parse_moment
from plugins.story.problems import Problem, SiteError

SETTINGS_FILE = "pelicanconf.py"
SLUG = re.compile(r"^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$")
COLOUR = re.compile(r"^#[0-9a-fA-F]{6}$")
ONION = re.compile(r"^(?:[a-z0-9-]+\.)*[a-z2-7]{56}\.onion$")
LANGUAGE = re.compile(r"^[a-z]{2,3}$")
RESERVED = {"topics", "authors", "archive", "copies", "feeds", "glossary", "images", "sitemaps", "storylines"}


def is_text(value: Any) -> bool:
    """Say whether a setting is text of one line."""
    return isinstance(value, str) and value.isprintable()


def is_filled_text(value: Any) -> bool:
    """Say whether a setting is text and not empty."""
    return is_text(value) and bool(value.strip())


def is_origin(value: Any) -> bool:
    """Say whether a setting is empty or an origin with an optional folder, and no slash at its end."""
    if value == "":
        return True
    is_whole = is_text(value) and not wrong_with_address(value) and not value.endswith("/")
    return is_whole and not set(value) & set("?#")


def is_onion(value: Any) -> bool:
    """Say whether a setting is empty or the origin of an onion service: version 3, the only one there is."""
    return value == "" or (is_origin(value) and bool(ONION.match(urlsplit(value).hostname or "")))


def is_address(value: Any) -> bool:
    """Say whether a setting is empty or a whole https address."""
    return value == "" or (is_text(value) and not wrong_with_address(value))


def is_sections(value: Any) -> bool:
    """Say whether a setting is a list of (slug, name), each slug once."""
    if not isinstance(value, list | tuple):
        return False
    if not all(isinstance(row, list | tuple) and len(row) == 2 for row in value):
        return False
    slugs = [row[0] for row in value]
    shaped = all(is_text(slug) and SLUG.match(slug) and slug not in RESERVED for slug in slugs)
    names = [row[1] for row in value]
    is_single = len(set(slugs)) == len(slugs) and len(set(map(str, names))) == len(names)
    return shaped and is_single and all(map(is_filled_text, names))


def is_accent(value: Any) -> bool:
    """Say whether a setting is two colours, for light and dark."""
    if not isinstance(value, dict) or set(value) != {"light", "dark"}:
        return False
    return all(is_text(colour) and COLOUR.match(colour) for colour in value.values())


def is_flag(value: Any) -> bool:
    """Say whether a setting is True or False."""
    return isinstance(value, bool)


def is_count(value: Any) -> bool:
    """Say whether a setting is a whole number from 1 to 100."""
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 100


def is_days(value: Any) -> bool:
    """Say whether a setting is a number of days, or all."""
    return value == "all" or (isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 36_500)


def is_words(value: Any) -> bool:
    """Say whether a setting is a number of words that make a page."""
    return isinstance(value, int) and not isinstance(value, bool) and 50 <= value <= 5000


def is_languages(value: Any) -> bool:
    """Say whether a setting is a list of language tags."""
    return isinstance(value, list | tuple) and all(is_text(tag) and LANGUAGE.match(tag) for tag in value)


def is_note(value: Any) -> bool:
    """Say whether a setting is text whose only blank is {name}."""
    return is_text(value) and set(BLANK.findall(value)) <= {"name"}


def is_contact(value: Any) -> bool:
    """Say whether a setting is empty or a contact as RFC 9116, section 2.5.3, asks: a URI."""
    return value == "" or (is_text(value) and value.startswith(("mailto:", "https://", "tel:")))


def is_moment(value: Any) -> bool:
    """Say whether a setting is empty or a date."""
    if value == "":
        return True
    try:
        parse_moment(value)
    except (NotADate, TypeError):
        return False
    return True


def is_redirects(value: Any) -> bool:
    """Say whether a setting is a dict from old addresses of the site to present ones."""
    if not isinstance(value, dict):
        return False
    return all(is_text(path) and ADDRESS.match(path) for row in value.items() for path in row)


@dataclass(frozen=True)
class Setting:
    """One setting: its default, its test, and what it must be in words."""

    default: Any
    is_right: Callable[[Any], bool]
    must_be: str


SETTINGS: Mapping[str, Setting] = {
    "SITENAME": Setting("", is_filled_text, "the newspaper's name"),
    "TAGLINE": Setting("", is_text, "a line under the name, or empty"),
    "SITE_ORIGIN": Setting("", is_origin, "'https://host' without a slash at its end, or empty"),
    "ONION_ORIGIN": Setting("", is_onion, "'http://….onion' of version 3 without a slash at its end, or empty"),
    "DEFAULT_LANG": Setting("en", lambda tag: is_languages([tag]), "a language tag such as 'en'"),
    "LANGUAGES": Setting((), is_languages, "a list of language tags such as ['en', 'ru']"),
    "SECTIONS": Setting((), is_sections, "a list of ('slug', 'Name'), each slug and name once, none of the site's own"),
    "ACCENT": Setting({"light": "#a8321a", "dark": "#ff9b7a"}, is_accent, "{'light': '#rrggbb', 'dark': '#rrggbb'}"),
    "AUTHOR": Setting("", is_text, "the byline of stories that name nobody, or empty"),
    "DEMONSTRATION": Setting(False, is_flag, "True or False"),
    "DEMONSTRATION_NOTE": Setting("", is_note, "one line; {name} stands for the site's name"),
    "CONTENT_LICENSE": Setting("", is_address, "the address of a licence, or empty"),
    "CONTENT_LICENSE_NAME": Setting("", is_text, "the name of the licence, or empty"),
    "STORIES_PER_PAGE": Setting(15, is_count, "a number from 1 to 100"),
    "FEED_STORIES": Setting(20, is_count, "a number from 1 to 100"),
    "FRONT_STORIES": Setting(4, is_count, "a number from 1 to 100"),
    "TAKE_AWAY_DAYS": Setting(365, is_days, "a number of days, 0 for none, or 'all'"),
    "PART_WORDS": Setting(PART_WORDS, is_words, "a number of words from 50 to 5000"),
    "SECURITY_CONTACT": Setting("", is_contact, "'mailto:…' or 'https://…', or empty"),
    "SECURITY_EXPIRES": Setting("", is_moment, "a date such as '2026-12-31', or empty"),
    "SHELF": Setting(False, is_flag, "True or False"),
    "REDIRECTS": Setting({}, is_redirects, "{'old/address.html': 'address.html', …}"),
    "NEVER_PUBLISH_REQUIRED": Setting(False, is_flag, "True or False"),
    "LEDGER": Setting(False, is_flag, "True or False"),
    "COPIES": Setting(False, is_flag, "True or False"),
    "SHOW_UNPUBLISHED": Setting(False, is_flag, "True or False"),
}
OURS = frozenset(SETTINGS)


def checked(settings: Mapping[str, Any], file: str = SETTINGS_FILE) -> dict[str, Any]:
    """Give our settings with their defaults. Raise SiteError with each that is not what it must be."""
    values = {name: settings.get(name, one.default) for name, one in SETTINGS.items()}
    problems = [
        Problem(
            file,
            setting_line(settings, name, file),
            f"{name} = {values[name]!r} is not right.",
            f"It must be {one.must_be}.",
        )
        for name, one in SETTINGS.items()
        if not one.is_right(values[name])
    ]
    problems += list(contact_without_end(values, file))
    if problems:
        raise SiteError(problems)
    return values


def setting_line(settings: Mapping[str, Any], name: str, file: str = SETTINGS_FILE) -> int:
    """Find the line of the settings file that sets a setting; 1 where none does."""
    path = Path(settings["PATH"]).parent / file if settings.get("PATH") else None
    lines = path.read_text(encoding="utf-8").splitlines() if path and path.is_file() else []
    setting = re.compile(rf"{name}\b[^=]*=(?!=)")
    return next((number for number, line in enumerate(lines, start=1) if setting.match(line)), 1)


def contact_without_end(values: Mapping[str, Any], file: str) -> Iterator[Problem]:
    """Report a security contact that never expires: RFC 9116, section 2.5.5, requires a date."""
    if values["SECURITY_CONTACT"] and not values["SECURITY_EXPIRES"]:
        remedy = "Set it to a date within a year, as in '2026-12-31'."
        yield Problem(file, 1, "SECURITY_CONTACT is set and SECURITY_EXPIRES is not.", remedy)


def expires(values: Mapping[str, Any]) -> dt.datetime | None:
    """Give the moment at which security.txt lapses."""
    return parse_moment(values["SECURITY_EXPIRES"]) if values["SECURITY_EXPIRES"] else None
