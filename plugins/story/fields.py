"""The one list of what may stand above a story: every field, its type, default and rule.

`read_fields` turns a file's entries into values; everything wrong is reported with its line.
docs/writing.md describes the same list, and a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from plugins.story.front import choice, package
from plugins.story.frontmatter import FIELD_LINE, Entry, Source
from plugins.story.moments import NotADate, parse_moment
from plugins.story.problems import Problem, Refused, did_you_mean
from plugins.story.records import event, ids, quotation, role
from plugins.story.sources import address_in, reference

SLUG = re.compile(r"^[a-z0-9]+(?:-[a-z0-9]+)*$")
ADDRESS = re.compile(r"^(?:[a-z0-9][a-z0-9-]*/)*[a-z0-9][a-z0-9-]*(?:\.[a-z0-9]+)*\.html$")
PART_WORDS = 900
LONGEST_LINE = 300
LONGEST_SLUG = 100
LONGEST_POINT = 160
FEWEST_POINTS, MOST_POINTS = 3, 5

STORY, PAGE, APPEAL, FRONT = "story", "page", "appeal", "front"
ENTRY, STORYLINE = "entry", "storyline"
STATUSES = ("published", "draft", "withdrawn", "skip")
TEMPLATES = ("page", "support", "privacy", "corrections")
ENTRY_KINDS = ("person", "organisation", "treaty", "weapon")


@dataclass(frozen=True)
class Rules:
    """What the site's settings allow.

    sections: the sections' names, by the casefolded name and slug that editors may write.
    languages: language tags that content may be in. lang: the site's own.
    now: the moment that decides what is held, in UTC. part_words: how many words a page of a story holds.
    """

    sections: Mapping[str, str]
    languages: tuple[str, ...]
    lang: str
    now: dt.datetime
    author: str = ""
    part_words: int = PART_WORDS


@dataclass(frozen=True)
class Note:
    """What was put right in a story. kind: correction, clarification or update; when: in UTC."""

    kind: str
    when: dt.datetime
    text: str

    @property
    def substantive(self) -> bool:
        """Say whether the note stands above the text: what was wrong does, what was added does not."""
        return self.kind == "correction"


Parser = Callable[[str, Rules], Any]


@dataclass(frozen=True)
class Field:
    """One field: its name as editors write it, where it may stand, how its value is read.

    default: the value where the field is absent. allowed: what may stand there, in words.
    may_be_empty: an empty line counts as absent; anywhere else it is a slip that is reported.
    """

    name: str
    kinds: tuple[str, ...]
    parse: Parser
    allowed: str
    default: Any = None
    required: bool = False
    repeats: bool = False
    may_be_empty: bool = False

    @cached_property
    def key(self) -> str:
        """The field's name in code: Based-on is based_on."""
        return self.name.lower().replace("-", "_")


def line_of_text(text: str, rules: Rules) -> str:
    """Read one line of plain text, of which something can be seen."""
    if not any(map(str.isprintable, text)):
        raise Refused("it is empty.", "Fill it in or delete the line.")
    if len(text) > LONGEST_LINE:
        raise Refused(f"it is {len(text)} characters long.", f"Keep it to {LONGEST_LINE} at most.")
    return text


def key_point(text: str, rules: Rules) -> str:
    """Read one key point: a short sentence."""
    if len(text) > LONGEST_POINT:
        raise Refused(f"it is {len(text)} characters long.", f"Keep it to {LONGEST_POINT} at most.")
    return line_of_text(text, rules)


def prose(text: str, rules: Rules) -> str:
    """Read text that may hold inline Markdown."""
    if not text:
        raise Refused("it is empty.", "Fill it in or delete the line.")
    return text


def moment(text: str, rules: Rules) -> dt.datetime:
    """Read a time in UTC."""
    try:
        return parse_moment(text)
    except NotADate as error:
        raise Refused(error.wrong, error.remedy) from None


def section(text: str, rules: Rules) -> str:
    """Read a section's name, in any case, or its slug; give its name."""
    name = rules.sections.get(text.casefold())
    if name is None:
        names = sorted(set(rules.sections.values()))
        raise Refused(
            f"{text!r} is not a section.",
            f"{did_you_mean(text, names)}The sections are {', '.join(names)}.",
        )
    return name


def names(text: str, rules: Rules) -> tuple[str, ...]:
    """Read names separated by semicolons or, where there are none, by commas."""
    if text.startswith(("[", "- ")):
        raise Refused(f"{text!r} is a YAML list.", "Write the names with commas and no brackets.")
    separator = ";" if ";" in text else ","
    found = tuple(" ".join(name.split()) for name in text.split(separator) if name.strip())
    if not found:
        raise Refused("it is empty.", "Name at least one, or delete the line.")
    twice = next((name for name in found if found.count(name) > 1), None)
    if twice:
        raise Refused(f"{twice!r} is named twice.", "Name it once.")
    return tuple(line_of_text(name, rules) for name in found)


def slug(text: str, rules: Rules) -> str:
    """Read the last part of an address."""
    if not SLUG.match(text):
        raise Refused(f"{text!r} is not a slug.", "Use lower-case letters a-z, digits and single hyphens.")
    if len(text) > LONGEST_SLUG:
        raise Refused(f"{text[:40] + '…'!r} is too long.", f"Keep it to {LONGEST_SLUG} characters at most.")
    return text


def one_of(*words: str) -> Parser:
    """Make a parser of a field that takes one of a few words."""

    def parse(text: str, rules: Rules) -> str:
        if text.lower() not in words:
            raise Refused(
                f"{text!r} is not known.",
                f"{did_you_mean(text, words)}Write one of: {', '.join(words)}.",
            )
        return text.lower()

    return parse


def language(text: str, rules: Rules) -> str:
    """Read a language tag (BCP 47) that the site is set up for."""
    if text not in rules.languages:
        near = did_you_mean(text, rules.languages)
        allowed = ", ".join(rules.languages)
        raise Refused(f"{text!r} is not a language of this site.", f"{near}Write one of: {allowed}.")
    return text


def outside_link(text: str, rules: Rules) -> str:
    """Read an address on another site. Raise Refused unless it is whole and https."""
    return address_in(text)


def note(kind: str) -> Parser:
    """Make a parser of "2025-08-05 14:10 UTC | what was put right"."""

    def parse(text: str, rules: Rules) -> Note:
        when, bar, words = (part.strip() for part in text.partition("|"))
        if not bar or not words:
            raise Refused(
                f"{text[:60]!r} has no date or no words.",
                "Write '2025-08-05 14:10 UTC | what was wrong and what is right'.",
            )
        return Note(kind, moment(when, rules), words)

    return parse


def addresses(text: str, rules: Rules) -> tuple[str, ...]:
    """Read addresses on this site, as in "2025/08/old-name.html"."""
    found = tuple(part.strip() for part in text.split(",") if part.strip())
    for address in found:
        if not ADDRESS.match(address):
            raise Refused(
                f"{address!r} is not an address of this site.",
                "Write it as in 2025/08/old-name.html, without a slash before it.",
            )
    if not found:
        raise Refused("it is empty.", "Write an address or delete the line.")
    twice = next((address for address in found if found.count(address) > 1), None)
    if twice:
        raise Refused(f"{twice!r} is named twice.", "Name it once.")
    return found


def place(text: str, rules: Rules) -> int:
    """Read a place in an order: a whole number from 1 to 99."""
    if not re.fullmatch(r"[1-9][0-9]?", text):
        raise Refused(f"{text!r} is not a place.", "Write a number from 1 to 99.")
    return int(text)


def story_file(text: str, rules: Rules) -> str:
    """Read the path of a story's file below content/."""
    return line_of_text(text, rules).removeprefix("content/")


EVERY = (STORY, PAGE, APPEAL, ENTRY, STORYLINE)
FIELDS = (
    Field("Title", EVERY, line_of_text, "one line of plain text", required=True),
    Field("Kicker", (STORY,), line_of_text, "a few words", default="", may_be_empty=True),
    Field("Date", (STORY,), moment, "2025-08-05 14:10, in UTC", required=True),
    Field("Modified", (STORY,), moment, "2025-08-05 14:10, in UTC, not before Date"),
    Field("Category", (STORY,), section, "one of the site's sections", required=True),
    Field("Tags", (STORY,), names, "topics, separated by commas", default=(), may_be_empty=True),
    Field("Authors", (STORY,), names, "names, separated by commas or semicolons", default=(), may_be_empty=True),
    Field("Author", (STORY,), names, "the same as Authors", default=()),
    Field("Slug", EVERY, slug, "lower-case letters, digits and hyphens"),
    Field(
        "Summary",
        (STORY, PAGE, STORYLINE),
        prose,
        "the standfirst: one or two sentences",
        default="",
        may_be_empty=True,
    ),
    Field("Key-point", (STORY,), key_point, "one of three to five short sentences", repeats=True),
    Field("Status", (STORY, PAGE), one_of(*STATUSES), ", ".join(STATUSES), default="published"),
    Field("Reason", (STORY,), prose, "why a story was withdrawn", default=""),
    Field("Lang", EVERY, language, "one of the site's languages"),
    Field("Aliases", (STORY, PAGE), addresses, "addresses it had, separated by commas", default=()),
    Field("Based-on", (STORY,), reference, "name | date | address | note | more", repeats=True),
    Field("Source", (STORY, ENTRY, STORYLINE), reference, "name | date | address | note | more", repeats=True),
    Field("Correction", (STORY,), note("correction"), "date | words", repeats=True),
    Field("Clarification", (STORY,), note("clarification"), "date | words", repeats=True),
    Field("Update", (STORY,), note("update"), "date | words", repeats=True),
    Field("Appeal", (STORY,), line_of_text, "none, or the slug of an appeal", default=""),
    Field("Quotation", (STORY,), quotation, "speaker | words | date | where | address", repeats=True),
    Field("Storyline", (STORY,), ids, "files of content/storylines/, separated by commas", default=()),
    Field("Event", (STORY, STORYLINE), event, "day | one line | names | address", repeats=True),
    Field("Start", (STORYLINE,), story_file, "a story's file, from content/ on", default=""),
    Field("Template", (PAGE,), one_of(*TEMPLATES), ", ".join(TEMPLATES), default="page"),
    Field("Order", (PAGE,), place, "its place in the footer, from 1"),
    Field("Link", (APPEAL,), outside_link, "the address that takes support", required=True),
    Field("Link-Text", (APPEAL,), line_of_text, "the words of the link", required=True),
    Field("Warning-Title", (APPEAL,), line_of_text, "the heading of the warning", required=True),
    Field("Warning", (APPEAL,), line_of_text, "one sentence", required=True, repeats=True),
    Field("Kind", (ENTRY,), one_of(*ENTRY_KINDS), ", ".join(ENTRY_KINDS), required=True),
    Field("Also", (ENTRY,), names, "other names, separated by commas or semicolons", default=()),
    Field("Not", (ENTRY,), names, "spellings that are not ours", default=()),
    Field("Role", (ENTRY,), role, "2008--2012 | president of Russia", repeats=True),
    Field("Lead", (FRONT,), choice, "a story's file, from content/ on"),
    Field("Second", (FRONT,), choice, "a story's file, from content/ on", repeats=True),
    Field("Package", (FRONT,), package, "title | a story's file | another", repeats=True),
)


@cache
def fields_of(kind: str) -> Mapping[str, Field]:
    """Give the fields that a kind of content may have, by their casefolded names."""
    return {field.name.casefold(): field for field in FIELDS if kind in field.kinds}


@dataclass(frozen=True)
class Values:
    """A file's fields as values. lines: the line on which each given field stands.

    A repeated field's line is the first; where a required field is missing, line 1.
    places: the lines of all values that a field has, in their order.
    """

    values: Mapping[str, Any]
    lines: Mapping[str, int]
    places: Mapping[str, list[int]]

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def line(self, key: str) -> int:
        """Give the line of a field; 1 where it was not given."""
        return self.lines.get(key, 1)


def read_fields(source: Source, kind: str, rules: Rules) -> tuple[Values, list[Problem]]:
    """Turn a file's entries into values; report everything wrong with them."""
    known = fields_of(kind)
    given: dict[str, list[Any]] = {}
    lines: dict[str, int] = {}
    places: dict[str, list[int]] = {}
    problems: list[Problem] = list(below(source, kind, known))
    for entry in source.entries:
        field = known.get(entry.name.casefold())
        if field is None:
            problems.append(unknown(source.path, entry, known))
            continue
        if field.key in lines and not field.repeats:
            problems.append(twice(source.path, entry, field, lines[field.key]))
            continue
        lines.setdefault(field.key, entry.line)
        if field.may_be_empty and not entry.value:
            continue
        try:
            given.setdefault(field.key, []).append(field.parse(entry.value, rules))
            places.setdefault(field.key, []).append(entry.line)
        except Refused as error:
            wrong = f"{field.name}: {error.wrong}"
            problems.append(Problem(source.path, entry.line, wrong, error.remedy))
    values = {field.key: settle(field, given.get(field.key, [])) for field in known.values()}
    found = Values(values, lines, places)
    problems.extend(missing(source.path, known, lines))
    problems.extend(together(source.path, kind, found))
    return found, problems


def settle(field: Field, given: list[Any]) -> Any:
    """Give a field's value: all of them where it repeats, else the one given or the default."""
    if field.repeats:
        return tuple(given)
    return given[0] if given else field.default


def unknown(path: str, entry: Entry, known: Mapping[str, Field]) -> Problem:
    """Report a field that there is not."""
    near = did_you_mean(entry.name, [field.name for field in known.values()])
    remedy = f"{near.strip()}" if near else "Delete it; docs/writing.md lists the fields."
    return Problem(path, entry.line, f"unknown field {entry.name!r}.", remedy)


def below(source: Source, kind: str, known: Mapping[str, Field]) -> Iterator[Problem]:
    """Report fields below the line that ends the fields: they would be printed, and not obeyed.

    In the front page's plan, which has no text, that is every line.
    """
    for number, line in enumerate(source.body.split("\n"), start=source.body_line):
        found = FIELD_LINE.match(line)
        if line.strip() and kind != FRONT and not (found and found["name"].casefold() in known):
            return
        if line.strip():
            wrong = f"{line.strip()[:60]!r} stands below the line that ends the fields."
            remedy = "Take the empty line above it away, or begin the text with other words."
            yield Problem(source.path, number, wrong, remedy)


def twice(path: str, entry: Entry, field: Field, first: int) -> Problem:
    """Report a field given a second time."""
    wrong = f"{field.name} is given a second time (first on line {first})."
    return Problem(path, entry.line, wrong, "Keep one of the two.")


def missing(path: str, known: Mapping[str, Field], lines: Mapping[str, int]) -> Iterator[Problem]:
    """Report the required fields that are not there."""
    for field in known.values():
        if field.required and field.key not in lines:
            remedy = f"Add a line '{field.name}: …' ({field.allowed})."
            yield Problem(path, 1, f"{field.name} is missing.", remedy)


def together(path: str, kind: str, found: Values) -> Iterator[Problem]:
    """Report fields that cannot stand together."""
    if kind == PAGE and found["status"] == "withdrawn":
        remedy = "Write 'Status: draft', or delete the page and name what takes its place in REDIRECTS."
        yield Problem(path, found.line("status"), "only stories can be withdrawn.", remedy)
    if kind != STORY:
        return
    date, modified = found["date"], found["modified"]
    if date and modified and modified < date:
        wrong = f"Modified: {modified:%Y-%m-%d %H:%M} is before Date ({date:%Y-%m-%d %H:%M})."
        yield Problem(path, found.line("modified"), wrong, "Correct one of the two.")
    if found["authors"] and found["author"]:
        wrong = "Author and Authors are both given."
        yield Problem(path, found.line("author"), wrong, "Name everybody in Authors.")
    if found["status"] == "withdrawn" and not found["reason"]:
        remedy = "Add a line 'Reason: …' that tells readers why."
        yield Problem(path, found.line("status"), "a story is withdrawn without a reason.", remedy)
    if found["reason"] and found["status"] != "withdrawn":
        remedy = "Delete the line, or write 'Status: withdrawn'."
        yield Problem(path, found.line("reason"), "Reason: the story is not withdrawn.", remedy)
    yield from wrong_points(path, found)
    for given, line in noted(found):
        if date and given.when < date:
            wrong = f"{given.kind.capitalize()}: {given.when:%Y-%m-%d %H:%M} is before the story's Date."
            yield Problem(path, line, wrong, "Correct the date of the note.")


def wrong_points(path: str, found: Values) -> Iterator[Problem]:
    """Report too few key points, too many, and one that stands there twice."""
    points, lines = found["key_point"], found.places.get("key_point", [])
    if points and not FEWEST_POINTS <= len(points) <= MOST_POINTS:
        remedy = f"Write {FEWEST_POINTS} to {MOST_POINTS}, or none."
        count = "there is 1." if len(points) == 1 else f"there are {len(points)}."
        yield Problem(path, lines[0], f"Key-point: {count}", remedy)
    for at, (point, line) in enumerate(zip(points, lines, strict=True)):
        if point in points[:at]:
            yield Problem(path, line, f"Key-point: {point[:60]!r} stands there twice.", "Keep one of the two.")


def noted(found: Values) -> list[tuple[Note, int]]:
    """Give every note on a story with its line: corrections, then clarifications, then updates."""
    kinds = ("correction", "clarification", "update")
    return [pair for kind in kinds for pair in zip(found.values.get(kind, ()), found.places.get(kind, ()), strict=True)]
