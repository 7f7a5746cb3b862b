"""Refuse a misspelt setting: Pelican takes any name, and the right one silently keeps its default.

A setting is known if Pelican has it, if this room reads it, or if `KNOWN_SETTINGS` in
pelicanconf.py names it. Names that begin with an underscore are the file's own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from pelican.settings import DEFAULT_CONFIG

from plugins.story.problems import Problem, did_you_mean

# What Pelican 4.12 reads but has no default for. tests/build holds it against Pelican's source.
PELICAN_READS = frozenset(
    (
        "AUTHOR",
        "AUTHOR_FEED_ATOM_URL",
        "AUTHOR_FEED_RSS_URL",
        "AUTHOR_REGEX_SUBSTITUTIONS",
        "CATEGORY_FEED_ATOM_URL",
        "CATEGORY_FEED_RSS",
        "CATEGORY_FEED_RSS_URL",
        "CATEGORY_REGEX_SUBSTITUTIONS",
        "DEBUG",
        "DEFAULT_DATE",
        "FEED_ALL_ATOM_URL",
        "FEED_ALL_RSS",
        "FEED_ALL_RSS_URL",
        "FEED_ATOM",
        "FEED_ATOM_URL",
        "FEED_DOMAIN",
        "FEED_RSS",
        "FEED_RSS_URL",
        "SITESUBTITLE",
        "SUMMARY_MAX_PARAGRAPHS",
        "TAG_FEED_ATOM",
        "TAG_FEED_ATOM_URL",
        "TAG_FEED_RSS",
        "TAG_FEED_RSS_URL",
        "TAG_REGEX_SUBSTITUTIONS",
        "TIMEZONE",
        "TRANSLATION_FEED_ATOM_URL",
        "TRANSLATION_FEED_RSS",
        "TRANSLATION_FEED_RSS_URL",
    )
)

# What this room reads or others leave for it, and the name a settings file gives its folder.
BUILD_READS = frozenset(("KNOWN_SETTINGS", "NOTICES", "ROOT", "SHOW_UNPUBLISHED"))


def unknown_settings(settings: Mapping[str, Any], ours: Iterable[str], files: Collection[Path] = ()) -> list[Problem]:
    """Name every setting that nothing reads, with its line in the first of the files that sets it.

    settings: as Pelican has them. ours: the site's own. files: the settings files, topmost first.
    One that no file sets came from the command line (`--extra-settings`).
    """
    known = {*DEFAULT_CONFIG, *PELICAN_READS, *BUILD_READS, *ours, *direct(settings)}
    unknown = sorted(name for name in settings if name not in known and not name.startswith("_"))
    return [
        Problem(
            *place(name, files),
            f"Unknown setting {name!r}.",
            f"{did_you_mean(name, known)}Correct it, or add it to KNOWN_SETTINGS.",
        )
        for name in unknown
    ]


def direct(settings: Mapping[str, Any]) -> list[str]:
    """Name the settings that a direct template brings with it, as in TAGS_SAVE_AS."""
    templates = settings.get("DIRECT_TEMPLATES") or ()
    return [f"{each.upper()}_{end}" for each in templates for end in ("SAVE_AS", "URL")]


def place(name: str, files: Collection[Path]) -> tuple[str, int]:
    """Find where a setting is set, or at least named: a file's name and the line."""
    is_set = rf"(?:[A-Za-z_]\w*\s*=\s*)*{name}\s*(?::[^=\n]+)?=(?!=)"
    is_named = rf"[^#]*\b{name}\b"  # as in an import
    for pattern in (is_set, is_named):
        for file in files:
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if re.match(pattern, line):
                    return file.name, number
    return "command line", 1


def settings_modules(press: type) -> list[dict[str, Any]]:
    """Find what the files hold that set PELICAN_CLASS to this class: publishconf before pelicanconf.

    Pelican loads them as modules and does not say which they were.
    """
    loaded = [vars(module) for module in list(sys.modules.values())]
    ours = [each for each in loaded if each.get("PELICAN_CLASS") is press and each.get("__file__")]
    return sorted(ours, key=lambda each: str(each["__file__"]), reverse=True)


def published_folders(modules: Iterable[Mapping[str, Any]]) -> set[Path]:
    """Give the folders that the settings files publish into when the command line says nothing."""
    usual = DEFAULT_CONFIG["OUTPUT_PATH"]
    return {(Path(each["__file__"]).parent / each.get("OUTPUT_PATH", usual)).resolve() for each in modules}
