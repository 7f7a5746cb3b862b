"""The glossary: people, organisations, treaties and weapons, each entered once in content/glossary/.

A story marks where it first names one, `[Dmitry Medvedev](glossary:medvedev)`; the page explains the
name at its end. A name is spelt in one way, and what is spelt otherwise is found here.
"""

from __future__ import annotations

import difflib
import hashlib
import html
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.story.fields import ENTRY, STORY
from plugins.story.links import NAME_LINK, Link, Place
from plugins.story.problems import Problem, did_you_mean
from plugins.story.typography import is_russian, without_tags

if TYPE_CHECKING:
    from plugins.story.desk import Desk, Document

FOLDER = "glossary"
MARKED = re.compile(r'<a href="glossary:(?P<id>[^"]*)">(?P<words>.*?)</a>', re.DOTALL)
MOST_NAMES = 6
SPEAKERS = ("person", "organisation")
LONGEST_DEFINITION = 240
WORD = re.compile(r"[^\W_]+")
POSSESSIVE = re.compile(r"['’]s?\b")
NEAR = 0.7  # how alike two first names are that are two spellings of one


def mark_names(markup: str, place: Place) -> tuple[str, list[Link], list[Problem]]:
    """Keep the first mark of each name in a text, and take the later ones off.

    Give the marks as links too, each with the words that it stands on.
    """
    links: list[Link] = []
    seen: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        name, words = html.unescape(match["id"]), without_tags(match["words"])
        links.append(Link(NAME_LINK, name, "", place.line_of(f"glossary:{name}"), words))
        if name in seen:
            return match["words"]
        seen.add(name)
        return match[0]

    marked = MARKED.sub(mark, markup)
    problems = []
    if len(seen) > MOST_NAMES:
        line = next(link.line for link in links if link.target == list(dict.fromkeys(each.target for each in links))[6])
        wrong = f"the story explains {len(seen)} names."
        problems.append(
            Problem(place.file, line, wrong, f"Mark {MOST_NAMES} at most: those that readers may not know.")
        )
    if links and not place.path.startswith("articles/"):
        problems = [Problem(place.file, links[0].line, "names are explained in stories only.", "Take the mark off.")]
    return marked, links, problems


def check_entry(document: Document) -> Iterator[Problem]:
    """Report an entry whose text is no definition: one paragraph without links, short enough to stand at hand."""
    markup = document.body.markup.strip() if document.body else ""
    inner = markup.removeprefix("<p>").removesuffix("</p>")
    at = (document.file, document.source.body_line)
    if not inner:
        yield Problem(*at, "the entry has no text.", "Say in a sentence or two who or what it is.")
    elif "<p>" in inner or markup == inner or (document.body and len(document.body.blocks) != 1):
        yield Problem(
            *at, "a definition is one paragraph of text.", "Write a sentence or two, without headings or lists."
        )
    elif document.links:
        yield Problem(*at, "a definition holds no links.", "Give the address in a line 'Source: …'.")
    elif len(text := without_tags(inner)) > LONGEST_DEFINITION:
        wrong = f"the definition is {len(text)} characters long."
        yield Problem(*at, wrong, f"Keep it to {LONGEST_DEFINITION} at most.")
    roles = zip(document["role"], document.values.places.get("role", ()), strict=True)
    if document["kind"] != "person":
        yield from (
            Problem(document.file, line, "Role: only a person has a role.", "Say it in the text.") for _, line in roles
        )


@dataclass
class Entries:
    """Every entry of the desk, by its id; an entry may be written in several languages."""

    by_id: dict[str, list[Document]] = field(default_factory=lambda: defaultdict(list))

    def get(self, name: str, lang: str) -> Document | None:
        """Give the entry in a language, or in the first it is written in; None if there is none."""
        found = self.by_id.get(name, ())
        return next((each for each in found if each.lang == lang), found[0] if found else None)


def entries_of(documents: Iterable[Document], kind: str = ENTRY) -> Entries:
    """Gather the entries among some documents, or the storylines."""
    names = Entries()
    for each in documents:
        if each.kind == kind:
            names.by_id[each.slug].append(each)
    return names


def known_as(entry: Document) -> tuple[str, ...]:
    """Give every name that an entry goes by."""
    return (entry.title, *entry["also"])


def check_glossary(desk: Desk) -> Iterator[Problem]:
    """Report marks that lead to no entry or stand on another name, and entries that share one."""
    names = entries_of(desk.documents.values())
    yield from shared_names(names)
    for story in desk.of_kind(STORY):
        for link in story.links:
            if link.kind == NAME_LINK:
                yield from check_mark(names, story, link)
        for row, line in zip(story["quotation"], story.values.places.get("quotation", ()), strict=True):
            yield from check_speaker(names, story, row.speaker, line)


def check_mark(names: Entries, story: Document, link: Link) -> Iterator[Problem]:
    """Check one mark: its entry is there, and the words it stands on are the entry's name."""
    entry = names.get(link.target, story.lang)
    if entry is None:
        yield Problem(story.file, link.line, *no_entry(names, link.target))
    elif not is_name_of(link.words, entry):
        wrong = f"{link.words!r} is not a name of {entry.title!r} ({entry.file})."
        yield Problem(story.file, link.line, wrong, f"Write {entry.title!r}, or add the name there in Also.")


def check_speaker(names: Entries, story: Document, speaker: str, line: int) -> Iterator[Problem]:
    """Check that whoever is quoted has an entry, and can speak."""
    entry = names.get(speaker, story.lang)
    if entry is None:
        yield Problem(story.file, line, *no_entry(names, speaker))
    elif entry["kind"] not in SPEAKERS:
        wrong = f"{entry.title!r} is a {entry['kind']} and says nothing."
        yield Problem(story.file, line, wrong, "Name the person or the organisation.")


def no_entry(names: Entries, name: str) -> tuple[str, str]:
    """Say that there is no such entry, and which was meant."""
    near = did_you_mean(name, names.by_id)
    return f"there is no entry {name!r}.", f"{near}Name a file of content/{FOLDER}/ without '.md'."


def is_name_of(words: str, entry: Document) -> bool:
    """Say whether words name an entry: each that begins with a capital stands in one of its names.

    In Russian, where names are inflected, all but the last three letters count.
    """
    known = {word.casefold() for name in known_as(entry) for word in WORD.findall(POSSESSIVE.sub("", name))}
    given = [word.casefold() for word in WORD.findall(POSSESSIVE.sub("", words)) if not word.islower()]
    if is_russian(entry.lang):
        stems = {word[: max(3, len(word) - 3)] for word in known}
        return all(any(word.startswith(stem) for stem in stems) for word in given)
    return all(word in known for word in given)


def shared_names(names: Entries) -> Iterator[Problem]:
    """Report two entries of one language that go by one name."""
    taken: dict[tuple[str, str], Document] = {}
    for entries in names.by_id.values():
        for entry in entries:
            for name in known_as(entry):
                first = taken.setdefault((entry.lang, name.casefold()), entry)
                if first is not entry:
                    line = entry.line("title" if name == entry.title else "also")
                    wrong = f"{name!r} is a name of {first.file} too."
                    yield Problem(entry.file, line, wrong, "Keep it in one of the two.")


class Spellings:
    """Spellings that are not ours, and the right one of each, ready to be looked for in any text."""

    def __init__(self, names: Entries) -> None:
        self._wrong: dict[str, list[tuple[re.Pattern[str], str]]] = defaultdict(list)
        self._people: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._ours = {name for entries in names.by_id.values() for entry in entries for name in known_as(entry)}
        for entry in (each for entries in names.by_id.values() for each in entries):
            for spelling in entry["not"]:
                begins = WORD.findall(spelling)
                if begins:
                    pattern = re.compile(rf"(?<!\w){re.escape(spelling)}(?!\w)")
                    self._wrong[begins[0]].append((pattern, entry.title))
            first, _, last = entry.title.rpartition(" ")
            if entry["kind"] == "person" and WORD.fullmatch(first) and WORD.fullmatch(last):
                self._people[last].append((first, entry.title))

    def __bool__(self) -> bool:
        return bool(self._wrong or self._people)

    def in_text(self, text: str) -> Iterator[tuple[str, str]]:
        """Give each wrong spelling in a text, and the right one."""
        words = set(WORD.findall(text))
        for word in sorted(words & self._wrong.keys()):
            for pattern, right in self._wrong[word]:
                if found := pattern.search(text):
                    yield found[0], right
        for last in sorted(words & self._people.keys()):
            for first, right in self._people[last]:
                for given in dict.fromkeys(re.findall(rf"([A-ZА-ЯЁ]\w+) {last}\b", text)):
                    is_other = given == first or f"{given} {last}" in self._ours
                    if not is_other and difflib.SequenceMatcher(None, given, first).ratio() >= NEAR:
                        yield f"{given} {last}", right


@dataclass
class Spelt:
    """Texts known to spell all names right, by digests of both: those found before, and those of now."""

    before: frozenset[bytes] = frozenset()
    now: set[bytes] = field(default_factory=set)


def check_spelling(root: Path, stories: Iterable[Document], names: Entries, spelt: Spelt) -> Iterator[Problem]:
    """Report names in the texts of stories that are spelt otherwise than in the glossary.

    A story that is known by a digest of its bytes (`whole`) is looked through once for the same names.
    """
    spellings = Spellings(names)
    if not spellings:
        return
    said = hashlib.blake2b(repr(spellings_said(names)).encode()).digest()
    for story in stories:
        if story.kind != STORY:
            continue
        whole: bytes = getattr(story, "whole", b"")
        mark = hashlib.blake2b(whole + said, digest_size=16).digest() if whole else b""
        problems = [] if mark in spelt.before or story.body is None else list(misspelt(root, story, spellings))
        if mark and not problems:
            spelt.now.add(mark)
        yield from problems


def misspelt(root: Path, story: Document, spellings: Spellings) -> Iterator[Problem]:
    """Report the names that a story spells otherwise than the glossary, in its text, headline and standfirst."""
    text = without_tags(story.body.words) if story.body else ""
    shown = {"title": story.title, "summary": without_tags(story.standfirst)}
    for wrong, right in spellings.in_text("\n".join([text, *shown.values()])):
        places = [story.line(name) for name, words in shown.items() if wrong in words]
        line = places[0] if places else line_in(root / story.path, wrong)
        yield Problem(story.file, line, f"{wrong!r} is not how we spell it.", f"Write {right!r}.")


def line_in(file: Path, words: str) -> int:
    """Find the line of a file on which words stand; 1 where they stand on two."""
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if words in line), 1)


def spellings_said(names: Entries) -> list[tuple[str, ...]]:
    """Give all that decides which spellings are wrong, to tell whether it has changed."""
    entries = [entry for each in names.by_id.values() for entry in each]
    return [(entry.path, entry["kind"], *known_as(entry), "", *entry["not"]) for entry in entries]
