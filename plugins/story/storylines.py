"""Storylines: stories on one unfolding matter, what happened in it, and how that is checked.

    Storyline: inf                                        (above a story: the file content/storylines/inf.md)
    Event: 2019-08-02 | The withdrawal took effect | trump, inf-treaty | https://…

An event stands in a storyline's file or in a story's, and is entered once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from plugins.story.fields import STORY, STORYLINE
from plugins.story.glossary import Entries, entries_of
from plugins.story.links import STORY_LINK
from plugins.story.problems import Problem, did_you_mean
from plugins.story.records import Event

if TYPE_CHECKING:
    from plugins.story.desk import Desk, Document

FOLDER = "storylines"
MOST_EVENTS = 30


def events_in(document: Document) -> list[tuple[Event, int]]:
    """Give the events entered in a file, each with its line."""
    return list(zip(document["event"], document.values.places.get("event", ()), strict=True))


def check_storylines(desk: Desk) -> Iterator[Problem]:
    """Report storylines that are not there or hold nothing, and events that belong nowhere or stand twice."""
    lines, names = entries_of(desk.documents.values(), STORYLINE), entries_of(desk.documents.values())
    stories = [each for each in desk.of_kind(STORY) if each.state != "skip"]
    told: dict[str, list[Document]] = defaultdict(list)
    for story in stories:
        for name in story["storyline"]:
            found = lines.get(name, story.lang)
            if found is None:
                near = did_you_mean(name, lines.by_id)
                remedy = f"{near}Name a file of content/{FOLDER}/ without '.md'."
                yield Problem(story.file, story.line("storyline"), f"there is no storyline {name!r}.", remedy)
            else:
                told[found.path].append(story)
    for line in desk.of_kind(STORYLINE):
        yield from check_storyline(desk, line, told[line.path])
    yield from check_events(desk, lines, names)
    waiting = {path for path, stories in told.items() if all(story.state != "published" for story in stories)}
    yield from check_links(desk, waiting) if waiting else ()


def check_links(desk: Desk, waiting: set[str]) -> Iterator[Problem]:
    """Report links of what is published to storylines of which nothing is."""
    for document in desk.documents.values():
        for link in document.links if document.is_public else ():
            if link.kind == STORY_LINK and link.target in waiting and link.target != document.path:
                wrong = f"the link leads to {link.target!r}, of which no story is published."
                yield Problem(document.file, link.line, wrong, "Publish one first, or remove the link.")


def check_storyline(desk: Desk, line: Document, stories: list[Document]) -> Iterator[Problem]:
    """Check one storyline: it has stories, and its start is one of them."""
    if not stories:
        remedy = f"Write 'Storyline: {line.slug}' above a story, or delete the file."
        yield Problem(line.file, 1, "no story belongs to the storyline.", remedy)
    start = line["start"]
    if start and start not in {each.path for each in stories}:
        near = did_you_mean(start, [each.path for each in stories])
        wrong = f"{start!r} is no story of the storyline."
        yield Problem(line.file, line.line("start"), wrong, f"{near}Name one, as in 'articles/2025/08/story.md'.")


def check_events(desk: Desk, lines: Entries, names: Entries) -> Iterator[Problem]:
    """Check every event: what it belongs to is there, and it is entered once."""
    first: dict[tuple[str, str, str], tuple[str, int]] = {}
    count: dict[str, int] = defaultdict(int)
    for document in (*desk.of_kind(STORYLINE), *desk.of_kind(STORY)):
        for event, number in events_in(document) if document["event"] else ():
            at = (document.file, number)
            key = (document.lang, event.day.iso, event.words.casefold())
            before = first.setdefault(key, at)
            if before != at:
                wrong = f"the event stands in {before[0]}:{before[1]} too."
                yield Problem(*at, wrong, "Keep one of the two, and name there all that it belongs to.")
            own = (document.slug,) if document.kind == STORYLINE else document["storyline"]
            yield from check_names(at, event, lines, names)
            if not own and not event.names:
                yield Problem(*at, "the event belongs to nothing.", "Name who took part, or its storyline.")
            for name in dict.fromkeys([*own, *event.names]):
                count[name] += 1
                if name in lines.by_id and count[name] == MOST_EVENTS + 1:
                    wrong = f"the storyline {name!r} has more than {MOST_EVENTS} events."
                    yield Problem(*at, wrong, "Leave the least of them out, or begin another storyline.")


def check_names(at: tuple[str, int], event: Event, lines: Entries, names: Entries) -> Iterator[Problem]:
    """Check that what an event names is there, and is one thing."""
    for name in event.names:
        if name in names.by_id and name in lines.by_id:
            yield Problem(*at, f"{name!r} is an entry and a storyline.", "Give one of the two another Slug.")
        elif name not in names.by_id and name not in lines.by_id:
            near = did_you_mean(name, [*names.by_id, *lines.by_id])
            remedy = f"{near}Name files of content/glossary/ or content/{FOLDER}/ without '.md'."
            yield Problem(*at, f"there is no entry or storyline {name!r}.", remedy)
