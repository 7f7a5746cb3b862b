"""What is entered once and used by many stories: roles, quotations, events, and days as exact as they are known."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plugins.story.moments import FIRST_YEAR, LAST_YEAR, is_machine_date
from plugins.story.problems import Refused
from plugins.story.sources import address_in, archive_of

if TYPE_CHECKING:
    from plugins.story.fields import Rules

ABOUT = re.compile(r"^c\.? ?(?=\d)")
ID = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
TRANSLATED = re.compile(r"^(?P<lang>[a-z]{2,3}): +(?P<words>\S.*)$")
ADDRESS = re.compile(r"^[a-z]+://")
LONGEST_EVENT = 160


@dataclass(frozen=True)
class Day:
    """A day, month or year. iso: as `<time datetime>` has it; about: it is not known exactly."""

    iso: str
    about: bool = False

    @property
    def parts(self) -> tuple[int, ...]:
        """The year, and the month and the day as far as they are known."""
        return tuple(map(int, self.iso.split("-")))

    @property
    def order(self) -> tuple[tuple[int, ...], bool]:
        """Its place among other days: what is known less exactly stands first."""
        return (self.parts, not self.about)

    def begins_after(self, other: Day) -> bool:
        """Say whether all of it lies after the other, as far as both are known."""
        shared = min(len(self.parts), len(other.parts))
        return self.parts[:shared] > other.parts[:shared]


@dataclass(frozen=True)
class Role:
    """What somebody is or was. since and until: None where it has no such limit."""

    words: str
    since: Day | None = None
    until: Day | None = None

    def had_begun(self, day: Day) -> bool:
        """Say whether the role had begun by a day."""
        return self.since is None or not self.since.begins_after(day)

    def had_ended(self, day: Day) -> bool:
        """Say whether the role had ended by a day."""
        return self.until is not None and day.begins_after(self.until)


@dataclass(frozen=True)
class Quotation:
    """What somebody said. speaker: the id of an entry.

    venue: where it was said. url: where it can be read. archived, archived_on: the address of a copy and the
    day it was made. original, original_lang: the words as they were said, and their language. All of
    these may be empty, or None.
    """

    speaker: str
    words: str
    day: Day
    venue: str = ""
    url: str = ""
    archived: str = ""
    archived_on: dt.date | None = None
    original: str = ""
    original_lang: str = ""


@dataclass(frozen=True)
class Event:
    """What happened. names: the ids of the entries and storylines that it belongs to. url may be empty."""

    day: Day
    words: str
    names: tuple[str, ...] = ()
    url: str = ""


def parse_day(text: str) -> Day:
    """Read "2025-08-04", "2025-08", "2025" or "c. 1979". Raise Refused for anything else."""
    bare = ABOUT.sub("", text)
    day = Day(bare, about=bare != text)
    if bare.count("-") > 2 or not re.fullmatch(r"[\d-]+", bare) or not is_machine_date(bare):
        raise Refused(
            f"{text!r} is not a day, month or year.",
            f"Write 2025-08-04, 2025-08, 2025 or c. 1979, from {FIRST_YEAR} to {LAST_YEAR}.",
        )
    if day.about and len(day.parts) == 3:
        raise Refused(f"{text!r} is a day, and only about.", "Write c. with a year or a month.")
    return day


def role(text: str, rules: Rules) -> Role:
    """Read "2008--2012 | president of Russia"; the dates may be left out, or one of them."""
    span, bar, words = (part.strip() for part in text.partition("|"))
    if not bar:
        span, words = "", span
    if not words:
        raise Refused(f"{text!r} has no words.", "Write '2008--2012 | president of Russia'.")
    if not span:
        return Role(words)
    first, dashes, last = (part.strip() for part in span.replace("–", "--").partition("--"))
    if not dashes or not (first or last):
        raise Refused(f"{span!r} is not a span of time.", "Write 2008--2012, 2020-- or --2012.")
    found = Role(words, parse_day(first) if first else None, parse_day(last) if last else None)
    if found.since and found.until and found.since.begins_after(found.until):
        raise Refused(f"{span!r} ends before it begins.", "Write the earlier date first.")
    return found


def quotation(text: str, rules: Rules) -> Quotation:
    """Read "speaker | words | day | venue | https://… | archived 2025-08-06 https://… | ru: …".

    All after the day may be left out, and stand in any order.
    """
    speaker, words, day, *rest = [*(part.strip() for part in text.split("|")), "", ""]
    if not ID.match(speaker) or not words or not day:
        raise Refused(
            f"{text[:60]!r} is not a quotation.",
            "Write 'speaker | words | 2025-08-04 | where | https://…', the speaker as the file in content/glossary/.",
        )
    found: dict[str, Any] = {}
    for part in filter(None, rest):
        more = part_of_quotation(part, found.get("url", ""))
        if not found.keys().isdisjoint(more):
            raise Refused(f"{part[:60]!r} comes after another of its sort.", "Keep one of the two.")
        found |= more
    return Quotation(speaker, words.strip('"“”«»'), parse_day(day), **found)


def part_of_quotation(part: str, url: str) -> dict[str, Any]:
    """Tell apart what follows the day of a quotation."""
    if translated := TRANSLATED.match(part):
        return {"original": translated["words"], "original_lang": translated["lang"]}
    if part.startswith("archived "):
        made, copy = archive_of(part.removeprefix("archived ").strip(), url, None)
        return {"archived": copy, "archived_on": made}
    return {"url": address_in(part)} if ADDRESS.match(part) else {"venue": part}


def event(text: str, rules: Rules) -> Event:
    """Read "day | one line | names | https://…"; names and address may be left out or empty."""
    parts = [part.strip() for part in text.split("|")]
    if not 2 <= len(parts) <= 4 or not parts[1]:
        raise Refused(
            f"{text[:60]!r} is not an event.",
            "Write '2025-08-04 | what happened | who, which | https://…'; the last two may be left out.",
        )
    day, words, named, url = [*parts, "", ""][:4]
    if ADDRESS.match(named):
        named, url = "", named
    if len(words) > LONGEST_EVENT:
        raise Refused(f"its line is {len(words)} characters long.", f"Keep it to {LONGEST_EVENT} at most.")
    return Event(parse_day(day), words, ids(named, None) if named else (), address_in(url) if url else "")


def ids(text: str, rules: Rules | None) -> tuple[str, ...]:
    """Read names of files, as in "medvedev, inf-treaty"."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    wrong = next((each for each in found if not ID.match(each)), None)
    if wrong or not found:
        raise Refused(f"{wrong or text!r} is not the name of a file.", "Write it as in inf-treaty, without '.md'.")
    twice = next((each for each in found if found.count(each) > 1), None)
    if twice:
        raise Refused(f"{twice!r} is named twice.", "Name it once.")
    return found
