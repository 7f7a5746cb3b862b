"""Who says what: claims, each under the side that makes it, next to each other and never as facts.

    ``` claims 2025-08-05
    On: the treaty of 1987
    United States: Russia violated it.
    Russia: denies it
    ```

The day and the lines "Title: …" and "On: …" may be left out; a side speaks as often as it has
lines. What a side answers in a set phrase ("denies it", "did not comment") is no claim and is shown
as an answer.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from plugins.story.fence import Fence
from plugins.story.moments import NotADate, parse_day
from plugins.story.problems import Problem

LINE = re.compile(r"^(?P<name>[^:]{1,60}?)\s*:(?:\s+(?P<words>\S.*))?$")
SAY = "Write 'Side: what it says', 'Side: denies it' or 'Side: did not comment'."
MOST_SIDES = 6

# Answers in both languages of the theme. A denial needs something to deny; who is silent says nothing else.
DENIALS = frozenset(
    ["denies", "denies it", "denies this", "denies that", "rejects it", "отрицает", "отрицает это", "отвергает это"]
)
SILENCE = frozenset(
    [
        *("did not comment", "has not commented", "declined to comment", "did not answer", "has not answered"),
        *("не комментирует", "от комментариев отказывается", "не ответил", "не ответила", "не ответило", "не ответили"),
    ]
)
AGREEMENT = frozenset(["confirms it", "confirms this", "подтверждает", "подтверждает это"])
ANSWERS = DENIALS | SILENCE | AGREEMENT


@dataclass(frozen=True)
class Claim:
    """What a side says, as HTML. is_answer: it is a set phrase, not a claim."""

    text: str
    is_answer: bool


@dataclass(frozen=True)
class Side:
    """Who speaks, as HTML, and all that they say on a matter, in the editor's order."""

    name: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Matter:
    """What the sides speak on, as HTML; empty where the block has one matter alone."""

    title: str
    sides: tuple[Side, ...]


@dataclass(frozen=True)
class Claims:
    """A block of claims. title: as HTML, empty for the theme's own. date: the day they stood so, or None."""

    title: str
    date: dt.date | None
    matters: tuple[Matter, ...]
    kind: str = "claims"

    @property
    def words(self) -> str:
        """Everything that readers read in it, as HTML."""
        return " ".join([self.title, *(text for matter in self.matters for text in spoken(matter))])


def spoken(matter: Matter) -> Iterator[str]:
    """Give every text of a matter."""
    yield matter.title
    for side in matter.sides:
        yield side.name
        yield from (claim.text for claim in side.claims)


@dataclass
class Draft:
    """A matter as it is being read. sides: by name, each line with its number."""

    title: str
    line: int
    sides: dict[str, list[tuple[int, str]]] = field(default_factory=dict)


def parse_claims(fence: Fence) -> tuple[Claims | None, list[Problem]]:
    """Read a block of claims; give it, or None and what is wrong."""
    date, problems = day_of(fence)
    title = ""
    drafts = [Draft("", fence.line)]
    for number, text in fence.written():
        found = LINE.match(text)
        name, words = (found["name"], found["words"] or "") if found else ("", "")
        if not found:
            problems.append(fence.problem(number, f"{text[:60]!r} names no side.", SAY))
        elif not words:
            problems.append(fence.problem(number, f"{name!r} says nothing.", SAY))
        elif name == "Title" and title:
            problems.append(fence.problem(number, "Title is given a second time.", "Keep one of the two."))
        elif name == "Title":
            title = fence.typeset(words, number)
        elif name == "On":
            drafts.append(Draft(fence.typeset(words, number), number))
        else:
            drafts[-1].sides.setdefault(name, []).append((number, words))
    drafts = drafts if drafts[0].sides or len(drafts) == 1 else drafts[1:]
    for draft in () if problems else drafts:
        problems += wrong_with(draft, fence)
    if problems:
        return None, problems
    return Claims(title, date, tuple(matter_of(draft, fence) for draft in drafts)), []


def day_of(fence: Fence, *, required: bool = False) -> tuple[dt.date | None, list[Problem]]:
    """Read the day after a block's kind; report one that is missing or is none."""
    remedy = f"Write '``` {fence.kind} 2025-08-05': the day on which it stood so."
    if not fence.argument:
        wrong = f"a block of what is {fence.kind} needs its day."
        return None, [fence.problem(fence.line, wrong, remedy)] if required else []
    try:
        return parse_day(fence.argument), []
    except NotADate as error:
        return None, [fence.problem(fence.line, error.wrong, remedy)]


def wrong_with(draft: Draft, fence: Fence) -> Iterator[Problem]:
    """Report what keeps a matter from being fair: one side alone, a denial of nothing, a silence that speaks."""
    names = list(draft.sides)
    if len(names) < 2:
        wrong = f"only one side speaks: {names[0]!r}." if names else "nobody says anything here."
        yield fence.problem(draft.line, wrong, "Let another side speak, or say that it 'did not comment'.")
        return
    if len(names) > MOST_SIDES:
        yield fence.problem(draft.line, f"{len(names)} sides speak.", f"Keep to {MOST_SIDES} at most.")
    folded = [name.casefold() for name in names]
    claimed = False
    for name, lines in draft.sides.items():
        number, _ = lines[-1]
        said = [bare(words) for _, words in lines]
        claimed = claimed or any(words not in ANSWERS for words in said)
        if folded.index(name.casefold()) != names.index(name):
            other = names[folded.index(name.casefold())]
            yield fence.problem(number, f"{name!r} and {other!r} are one side.", "Write the name in one way.")
        if len(set(said)) < len(said):
            yield fence.problem(number, f"{name!r} says the same twice.", "Keep one of the two.")
        if len(said) > 1 and not SILENCE.isdisjoint(said):
            yield fence.problem(number, f"{name!r} is silent and speaks.", "Delete one of the lines.")
    if not claimed:
        yield fence.problem(draft.line, "everybody answers and nobody claims anything.", "Say what it is about.")


def bare(words: str) -> str:
    """Reduce words to what tells whether they are an answer."""
    return words.rstrip(".").casefold()


def matter_of(draft: Draft, fence: Fence) -> Matter:
    """Typeset a matter."""
    sides = []
    for name, lines in draft.sides.items():
        claims = (Claim(fence.typeset(words, number), bare(words) in ANSWERS) for number, words in lines)
        sides.append(Side(fence.typeset(name, lines[0][0]), tuple(claims)))
    return Matter(draft.title, tuple(sides))
