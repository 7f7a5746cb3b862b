"""What a story rests on: documents, reports and people, each with what a reader needs to weigh it.

    Source: name | 2025-08-05 | https://… | note | document | archived 2025-08-06 https://…
    Source: A diplomat in Vienna | 2025-08-04 | | the talks | anonymous: not allowed to speak
    Source: News agency | | https://… | the figures | wire | not seen: the statement itself

What follows the note may stand in any order, or not at all.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.story.address import wrong_with_address
from plugins.story.moments import NotADate, parse_day
from plugins.story.problems import Refused, did_you_mean

if TYPE_CHECKING:
    from plugins.story.fields import Rules

KINDS = ("document", "wire", "outlet", "interview", "anonymous")
WITHOUT_ADDRESS = frozenset(["document", "interview", "anonymous"])
FORM = "Write 'name | 2025-08-05 | https://… | note'; date and note may be empty."
MORE = (
    "After the note stand document, wire, outlet, interview, 'anonymous: why', "
    "'archived 2025-08-06 https://…' or 'not seen: what'."
)


@dataclass(frozen=True)
class Reference:
    """A source that a story rests on.

    date: the day it is dated, or None. url: empty for what has no address. kind: one of KINDS, or
    empty. reason: why somebody is not named. archived, archived_on: the address of a copy and the
    day it was made, or empty and None. unseen: what of it we did not see ourselves.
    """

    name: str
    date: dt.date | None
    url: str
    note: str
    kind: str = ""
    reason: str = ""
    archived: str = ""
    archived_on: dt.date | None = None
    unseen: str = ""


def reference(text: str, rules: Rules) -> Reference:
    """Read a source: "name | date | address | note" and what may follow. Raise Refused for what is none."""
    parts = [part.strip() for part in text.split("|")]
    if len(parts) < 3 or not parts[0]:
        raise Refused(f"{text[:60]!r} is not a source.", FORM)
    name, day, url, note = [*parts, ""][:4]
    date = day_in(day) if day else None
    known = more_of(parts[4:])
    kind = known.get("kind", "")
    if not url and kind not in WITHOUT_ADDRESS:
        remedy = f"{FORM} A document, an interview and somebody unnamed need no address."
        raise Refused(f"{name[:60]!r} has no address.", remedy)
    if url and kind == "anonymous":
        raise Refused(f"{name[:60]!r} is anonymous and has an address.", "Delete the address: it names somebody.")
    archived_on, archived = archive_of(known["archived"], url, date) if "archived" in known else (None, "")
    whole = address_in(url) if url else ""
    return Reference(
        name, date, whole, note, kind, known.get("reason", ""), archived, archived_on, known.get("not seen", "")
    )


def more_of(parts: list[str]) -> dict[str, str]:
    """Tell apart what follows the note. Raise Refused for what is not known or is there twice."""
    found: dict[str, str] = {}
    for part in parts:
        word, _, rest = (each.strip() for each in part.partition(":"))
        first, _, after = part.partition(" ")
        if word in KINDS and (not rest or word == "anonymous"):
            more = {"kind": word} | ({"reason": rest} if rest else {})
        elif word == "not seen":
            more = {word: rest}
        elif first == "archived":
            more = {first: after.strip()}
        else:
            raise Refused(f"{part[:60]!r} is not known of a source.", f"{did_you_mean(word, KINDS)}{MORE}")
        if not found.keys().isdisjoint(more):
            raise Refused(f"{part[:60]!r} comes after another of its sort.", "Keep one of the two.")
        found |= more
    if found.get("kind") == "anonymous" and not found.get("reason"):
        raise Refused("somebody is anonymous without a reason.", "Write 'anonymous: why they are not named'.")
    if found.get("not seen") == "":
        raise Refused("what was not seen is missing.", "Write 'not seen: what of it we did not see ourselves'.")
    return found


def archive_of(text: str, url: str, date: dt.date | None) -> tuple[dt.date, str]:
    """Read "2025-08-06 https://…": when a copy was made, and where it is."""
    day, _, copy = (each.strip() for each in text.partition(" "))
    if not copy:
        remedy = "Write 'archived 2025-08-06 https://…': its day and address."
        raise Refused(f"{text[:60]!r} is no archived copy.", remedy)
    made = day_in(day)
    if copy == url:
        raise Refused("the archived copy has the source's own address.", "Name the address of the copy.")
    if date and made < date:
        raise Refused(f"the copy of {made} is older than the source ({date}).", "Correct one of the two.")
    return made, address_in(copy)


def day_in(text: str) -> dt.date:
    """Read a day. Raise Refused for anything else."""
    try:
        return parse_day(text)
    except NotADate as error:
        raise Refused(error.wrong, error.remedy) from None


def address_in(text: str) -> str:
    """Read an address on another site. Raise Refused unless it is whole and https."""
    wrong = wrong_with_address(text)
    if wrong:
        raise Refused(wrong, "Write the whole address, as in https://example.org/story.")
    return text
