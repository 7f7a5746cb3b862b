"""A live or developing story: dated headings in its text, the newest first whatever their order.

    ## 2025-08-05 14:10 | The Kremlin answers

What stands below such a heading belongs to it, up to the next heading of its level. What stands
above the first of them stays above all, what follows under a heading without a time stays below.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from plugins.story.fence import Block
from plugins.story.links import Place
from plugins.story.moments import NotADate, parse_moment
from plugins.story.problems import Problem

HEADING = re.compile(r'<h2 id="[^"]*">(?P<when>\d{4}-\d{2}-\d{2}\b[^|<]*)(?:\|(?P<words>.*?))?</h2>')
WRITTEN = re.compile(r"^## *(?P<when>\d{4}-\d{2}-\d{2}\b[^|\n]*)", re.MULTILINE)
DATED = re.compile(r'^<h2 id="(?P<id>\d{4}-\d{2}-\d{2}-\d{4})">(?P<words>.*?)</h2>\s*')
PART = re.compile(r'(?=<h2 id=")')
ANCHOR = "%Y-%m-%d-%H%M"
FORM = "Write '## 2025-08-05 14:10 | what happened'."


@dataclass(frozen=True)
class Update:
    """The heading of an update. title: as HTML. anchor: its time, so that links to it outlive its words."""

    when: dt.datetime
    title: str
    anchor: str
    kind: str = "update"

    @property
    def words(self) -> str:
        """Everything that readers read in it, as HTML."""
        return self.title


def mark_updates(markup: str, place: Place) -> tuple[str, tuple[tuple[dt.datetime, int], ...], list[Problem]]:
    """Give dated headings their times for anchors; give the times too, the newest first, with their lines."""
    if not HEADING.search(markup):
        return markup, (), []
    lines = [place.first_line + place.text.count("\n", 0, each.start()) for each in WRITTEN.finditer(place.text)]
    found: list[tuple[dt.datetime, int]] = []
    problems: list[Problem] = []

    def mark(match: re.Match[str]) -> str:
        at = len(found) + len(problems)
        line = lines[at] if at < len(lines) else place.first_line
        when, words = match["when"].strip(), (match["words"] or "").strip()
        try:
            moment = parse_moment(when)
        except NotADate as error:
            problems.append(Problem(place.file, line, error.wrong, FORM))
            return match[0]
        if not words or ":" not in when:
            problems.append(Problem(place.file, line, f"the update of {when!r} has no time or no words.", FORM))
            return match[0]
        if any(moment == other for other, _ in found):
            problems.append(
                Problem(place.file, line, f"two updates are of {when}.", "Give one of them another minute.")
            )
            return match[0]
        found.append((moment, line))
        return f'<h2 id="{moment:{ANCHOR}}">{words}</h2>'

    marked = HEADING.sub(mark, markup)
    return marked, tuple(sorted(found, reverse=True)), problems


def newest_first(markup: str, put_back: Callable[[str], list[Block]]) -> list[Block]:
    """Part a text into its blocks, its updates in order. put_back: makes blocks of a piece of it."""
    above, below = "", ""
    updates: list[tuple[str, list[Block]]] = []
    for part in PART.split(markup):
        if dated := DATED.match(part):
            when = dt.datetime.strptime(dated["id"], ANCHOR).replace(tzinfo=dt.UTC)
            heading = Update(when, dated["words"].strip(), dated["id"])
            updates.append((dated["id"], [heading, *put_back(part[dated.end() :])]))
        elif updates:
            below += part
        else:
            above += part
    updates.sort(key=lambda update: update[0], reverse=True)
    return [*put_back(above), *(block for _, inside in updates for block in inside), *put_back(below)]
