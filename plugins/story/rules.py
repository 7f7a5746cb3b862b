"""Take from the settings what the checks of stories need to know."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from plugins.story.fields import Rules


def rules_of(settings: Mapping[str, Any], now: dt.datetime) -> Rules:
    """Give the rules that these settings set for content."""
    sections = {key.casefold(): name for slug, name in settings["SECTIONS"] for key in (slug, name)}
    languages = tuple(dict.fromkeys([settings["DEFAULT_LANG"], *settings.get("LANGUAGES", ())]))
    return Rules(sections, languages, settings["DEFAULT_LANG"], now, settings.get("AUTHOR") or "")
