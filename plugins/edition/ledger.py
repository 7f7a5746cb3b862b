"""The ledger: which addresses were published, and what their stories stated.

content/published/YYYY.tsv (site.tsv for what has no date) holds one line per address, sorted:

    address <tab> story | withdrawn | page <tab> newest note, or - <tab> digests, or -

A digest stands for a figure, a quotation or a name that the story states, or for a note on it, so
that one that silently goes is noticed; it is the first 8 hexadecimal digits of the SHA-256 of its
kind and text.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path

from plugins.site.takeaway import FOLDER as COPIES
from plugins.story.problems import Problem
from plugins.story.typography import TAGS

FOLDER = "published"
UNDATED = "site"
NOTHING = "-"
STORY, WITHDRAWN, PAGE = "story", "withdrawn", "page"
DATED = re.compile(r"^(\d{4})/")
NUMBERED_PAGE = re.compile(r"/page/\d+/index\.html$")
LINE = re.compile(r"^[^\t]+\t(?:story|withdrawn|page)\t(?:-|\d{4}-\d{2}-\d{2}T\d{2}:\d{2})\t(?:-|[0-9a-f ]+)$")
CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7}|\|{7})(?: |$)")  # what Git writes where it cannot merge
MINUTE = "%Y-%m-%dT%H:%M"
LONGEST_NAME = 5  # words

# Words are parted at white space and dashes; what clings to a figure as punctuation falls off.
PARTS = re.compile(r"[\s\u2012-\u2015/]+")
CLINGING = " .,;:!?()[]\"'\u2018\u2019\u201c\u201d\u00ab\u00bb\u2026"
QUOTED = re.compile(r"[\u201c\u00ab]([^\u201c\u201d\u00ab\u00bb]+)[\u201d\u00bb]")


@dataclass(frozen=True)
class Statement:
    """Something a story states. kind: figure, quotation, name, or note (its time, to the minute)."""

    kind: str
    text: str

    @property
    def digest(self) -> str:
        """The statement's short digest."""
        return hashlib.sha256(f"{self.kind}\n{self.text}".encode()).hexdigest()[:8]


@dataclass(frozen=True)
class Line:
    """One published address. noted: the story's newest note, to the minute, or None."""

    address: str
    kind: str
    noted: dt.datetime | None = None
    digests: frozenset[str] = frozenset()

    def __str__(self) -> str:
        noted = f"{self.noted:{MINUTE}}" if self.noted else NOTHING
        digests = " ".join(sorted(self.digests)) or NOTHING
        return f"{self.address}\t{self.kind}\t{noted}\t{digests}"


@dataclass(frozen=True)
class Stated:
    """All that a story says. text: its words on one line. statements: what is found in them."""

    text: str = ""
    statements: frozenset[Statement] = frozenset()


@dataclass(frozen=True)
class Published:
    """What is about to be published at an address.

    line: as the ledger will hold it. file: where its fields stand. aliases: the addresses it had.
    stated: reads all that it says, which only a refusal asks for.
    """

    line: Line
    file: str = ""
    aliases: tuple[str, ...] = ()
    stated: Callable[[], Stated] = Stated


def line_of(address: str, stated: Stated, notes: Sequence[dt.datetime]) -> Line:
    """Give the line of a story. notes: when each was made, to the minute."""
    digests = frozenset(statement.digest for statement in [*stated.statements, *map(note, notes)])
    return Line(address, STORY, max(notes, default=None), digests)


def note(when: dt.datetime) -> Statement:
    """Make the statement that there is a note of this minute."""
    return Statement("note", f"{when:{MINUTE}}")


def words(markup: str) -> str:
    """Give the words of a piece of HTML on one line."""
    return " ".join(html.unescape(TAGS.sub(" ", markup)).split())


def statements(markup: str, names: Iterable[str]) -> frozenset[Statement]:
    """Find what a text states: words that hold a digit, quoted words, and known names in it."""
    text = words(markup)
    figures = (word.strip(CLINGING).casefold() for word in PARTS.split(text))
    quotations = (quoted.strip(CLINGING).casefold() for quoted in QUOTED.findall(text))
    folded = text.casefold()
    return frozenset(
        [
            *(Statement("figure", word) for word in figures if any(map(str.isdigit, word))),
            *(Statement("quotation", words) for words in quotations if words),
            *(Statement("name", name) for name in names if name.casefold() in folded),
        ]
    )


def possible_names(text: str) -> frozenset[Statement]:
    """Give every run of a few words: a name stays known when nobody of that name writes any more."""
    parts = text.split()
    runs = (" ".join(parts[start : start + size]) for size in range(1, LONGEST_NAME + 1) for start in range(len(parts)))
    return frozenset(Statement("name", run.strip(CLINGING).removesuffix("\u2019s")) for run in runs)


def is_kept(address: str) -> bool:
    """Say whether an address may never disappear: pages and feeds, but no numbered list pages and no copies."""
    if NUMBERED_PAGE.search(address) or address == "404.html" or address.startswith(f"{COPIES}/"):
        return False
    is_feed = address.startswith("feeds/") and address.endswith(".xml")  # and not a compressed copy of one
    return address.endswith(".html") or is_feed


def volume(address: str) -> str:
    """Give the ledger file of an address: the year it is dated, or site."""
    dated = DATED.match(address)
    return f"{dated[1] if dated else UNDATED}.tsv"


def read_ledger(content: Path, only: Set[str] | None = None) -> tuple[dict[str, tuple[Line, str, int]], list[Problem]]:
    """Read every line of the ledger, or those of some addresses, with file and number; report lines that are none."""
    lines: dict[str, tuple[Line, str, int]] = {}
    problems: list[Problem] = []
    for path in sorted((content / FOLDER).glob("*.tsv")):
        file = f"{content.name}/{FOLDER}/{path.name}"
        for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if only is not None and text.partition("\t")[0] not in only:
                continue
            if LINE.match(text):
                line = parse_line(text)
                lines[line.address] = (merged(line, lines.get(line.address, (line,))[0]), file, number)
            else:
                wrong = f"{text[:60]!r} is no line of the ledger."
                is_conflict = CONFLICT.match(text)
                remedy = "Delete it and keep the lines of both sides." if is_conflict else "Take it from Git's history."
                problems.append(Problem(file, number, wrong, remedy))
    return lines, problems


def merged(one: Line, other: Line) -> Line:
    """Make one of two lines for an address, as a merge leaves them.

    The one with the newer note holds; without a newer note, nothing that either states may go.
    """
    if one.noted == other.noted and one.kind == other.kind:
        return replace(one, digests=one.digests | other.digests)
    return max(one, other, key=lambda line: (line.noted is not None, line.noted, line.kind))


def parse_line(text: str) -> Line:
    """Read one line that has the form of LINE."""
    address, kind, noted, digests = text.split("\t")
    moment = None if noted == NOTHING else dt.datetime.strptime(noted, MINUTE).replace(tzinfo=dt.UTC)
    return Line(address, kind, moment, frozenset() if digests == NOTHING else frozenset(digests.split()))


def lost(ledger: Mapping[str, tuple[Line, str, int]], addresses: Iterable[str]) -> Iterator[Problem]:
    """Report published addresses that the new edition does not have."""
    present = set(addresses)
    for address, (line, file, number) in ledger.items():
        if address in present:
            continue
        wrong = f"the published address {address!r} would be lost."
        if address.startswith("feeds/"):
            remedy = "Bring back its section, or SITE_ORIGIN: nothing can lead a feed reader elsewhere."
        elif line.kind == PAGE:
            remedy = f"Add {address!r} to REDIRECTS in pelicanconf.py, with the page that takes its place."
        else:
            remedy = (
                f"Write 'Aliases: {address}' above the story that takes its place, "
                "or bring the story back with 'Status: withdrawn' and a reason."
            )
        yield Problem(file, number, wrong, remedy)


def silent_changes(
    ledger: Mapping[str, tuple[Line, str, int]],
    stories: Iterable[Published],
    before: Callable[[str], str],
    now: dt.datetime,
) -> Iterator[Problem]:
    """Report stories that no longer state what they did, without a note that says so.

    before: gives the HTML last published at an address, where it is still at hand: the words for
    what is gone. now: the time to put into the line to paste.
    """
    for story in stories:
        line = published_as(ledger, story)
        if line is None or story.line.kind != STORY:
            continue
        newest = story.line.noted
        gone = line.digests - story.line.digests
        if gone:
            gone -= {name.digest for name in possible_names(story.stated().text)}
        if line.noted and (newest is None or newest < line.noted):
            wrong = f"the note of {line.noted:%Y-%m-%d %H:%M} UTC is gone."
            yield Problem(story.file, 1, wrong, "Put it back: a published correction stays.")
            gone -= {note(line.noted).digest}
        if gone and not (newest and (line.noted is None or newest > line.noted)):
            yield unexplained(story, line, gone, before(line.address), now)


def published_as(ledger: Mapping[str, tuple[Line, str, int]], story: Published) -> Line | None:
    """Find the line of a story in the ledger: at its address or, if it has moved, at one that it had."""
    lines = (ledger[address][0] for address in (story.line.address, *story.aliases) if address in ledger)
    return next((line for line in lines if line.kind == STORY), None)


def unexplained(story: Published, line: Line, gone: frozenset[str], page: str, now: dt.datetime) -> Problem:
    """Word the refusal of a silent change, with the line to paste."""
    known = {each.digest: each for each in (*possible_names(words(page)), *statements(page, ()))}
    old = sorted(known[digest].text for digest in gone if digest in known)
    new = sorted(each.text for each in story.stated().statements if each.digest not in line.digests)
    number = len(old) or len(gone)
    noun = "figure, quotation, name or note" if number == 1 else "figures, quotations, names or notes"
    what = ", ".join(map(repr, old)) or f"{number} {noun}"
    verb = "is" if number == 1 else "are"
    wrong = f"{what} {verb} gone from the published story without a note."
    was = " and ".join(map(as_markdown, old)) or "…"
    right = " and ".join(map(as_markdown, new)) or "…"
    paste = f"Correction: {now:%Y-%m-%d %H:%M} UTC | {was} was wrong, it is {right}"
    return Problem(story.file, 1, wrong, f"Put it back, or add the line '{paste}'.")


def as_markdown(text: str) -> str:
    """Write plain text so that Markdown shows it as it is, also at the start of a line."""
    escaped = re.sub(r"([\\`*_])", r"\\\1", html.escape(text, quote=False).replace("[", "&#91;"))
    return re.sub(r"^(\d*)([#+.>-])", r"\1\\\2", escaped)


def updated(ledger: Mapping[str, tuple[Line, str, int]], published: Iterable[Published]) -> dict[str, str]:
    """Give the new text of each ledger file, by name; every address once, sorted."""
    lines = {address: line for address, (line, _, _) in ledger.items()}
    lines |= {each.line.address: each.line for each in published}
    volumes: dict[str, list[str]] = {}
    for address in sorted(lines):
        volumes.setdefault(volume(address), []).append(str(lines[address]))
    return {name: "\n".join(rows) + "\n" for name, rows in volumes.items()}


def write_ledger(content: Path, volumes: Mapping[str, str]) -> list[str]:
    """Write the files that changed, each whole or not at all; give their names."""
    folder = content / FOLDER
    changed = []
    for name, text in sorted(volumes.items()):
        path = folder / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        folder.mkdir(exist_ok=True)
        new = path.with_suffix(".new")
        new.write_text(text, encoding="utf-8", newline="\n")
        new.replace(path)
        changed.append(name)
    return changed
