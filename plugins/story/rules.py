"""Take from the settings what the checks of stories need to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from plugins.story.fields import PART_WORDS, Rules
from plugins.story.problems import Problem, SiteError


def rules_of(settings: Mapping[str, Any], now: dt.datetime) -> Rules:
    """Give the rules that these settings set for content."""
    try:
        sections = {key.casefold(): name for slug, name in settings["SECTIONS"] for key in (slug, name)}
    except (KeyError, TypeError, ValueError, AttributeError):
        remedy = "It must be a list of ('slug', 'Name')."
        raise SiteError([Problem("pelicanconf.py", 1, "SECTIONS is not right.", remedy)]) from None
    languages = tuple(dict.fromkeys([settings["DEFAULT_LANG"], *settings.get("LANGUAGES", ())]))
    author, part_words = settings.get("AUTHOR") or "", settings.get("PART_WORDS", PART_WORDS)
    return Rules(sections, languages, settings["DEFAULT_LANG"], now, author, part_words)
