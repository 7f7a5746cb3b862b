"""Quotations as data: who said which words, when and where; the words stand in the story as they are given.

    Quotation: medvedev | a new reality | 2025-08-04 | on X, in English | https://…

In the text a fenced block of the same words shows them as a figure, with their speaker:

    ``` quotation
    a new reality
    ```
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from plugins.story.fence import Fence
from plugins.story.fields import STORY
from plugins.story.problems import Problem, did_you_mean
from plugins.story.records import Day, Quotation
from plugins.story.typography import without_tags

if TYPE_CHECKING:
    from plugins.story.desk import Document

MOST_FIGURES = 2
QUOTES = str.maketrans("“”«»„‘’–—\xa0", '"""""\'\'-- ')


@dataclass(frozen=True)
class Quoted:
    """Words of a quotation that stand in the text as a figure. line: where, in its file."""

    said: str
    line: int
    kind: str = "quotation"

    @property
    def words(self) -> str:
        """The words as HTML."""
        return html.escape(self.said, quote=False)


def parse_quoted(fence: Fence) -> tuple[Quoted | None, list[Problem]]:
    """Read the block that shows a quotation; give it, or None and what is wrong."""
    lines = fence.written()
    if len(lines) != 1:
        remedy = "Write the words, as in a line 'Quotation: …', on one line."
        return None, [fence.problem(fence.line, f"a quotation has {len(lines)} lines.", remedy)]
    number, text = lines[0]
    return Quoted(bare(text).strip('"'), number), []


def bare(text: str) -> str:
    """Reduce words to what is compared: without the shapes of quotes, dashes and spaces."""
    plain_dashes = text.replace("---", "-").replace("--", "-").replace("…", "...")
    return " ".join(plain_dashes.translate(QUOTES).split())


def check_quotations(document: Document) -> Iterator[Problem]:
    """Report quotations of words that the story does not say, and figures of words that nobody is quoted with."""
    blocks = document.body.blocks if document.body else ()
    figures = [block for block in blocks if isinstance(block, Quoted)]
    if document.kind != STORY:
        remedy = "Write it as a Markdown quotation: > …"
        yield from (Problem(document.file, each.line, "only stories show quotations.", remedy) for each in figures)
        return
    rows: list[tuple[Quotation, int]] = list(
        zip(document["quotation"], document.values.places.get("quotation", ()), strict=True)
    )
    if not rows and not figures:
        return
    text = bare(without_tags(" ".join(each.words for each in blocks if not isinstance(each, Quoted))))
    known: dict[str, str] = {}
    for row, line in rows:
        words = bare(row.words)
        if words in known:
            yield Problem(document.file, line, f"{row.words!r} is quoted twice.", "Keep one of the two.")
        elif words not in text:
            wrong = f"the story does not say {row.words!r}."
            yield Problem(document.file, line, wrong, "Give the words as they stand in the text, or delete the line.")
        known[words] = row.words
        date = document["date"]
        if date and row.day.begins_after(Day(f"{date:%Y-%m-%d}")):
            wrong = f"{row.words!r} is dated after the story ({date:%Y-%m-%d})."
            yield Problem(document.file, line, wrong, "Correct one of the two.")
    for at, figure in enumerate(figures):
        if figure.said not in known:
            near = did_you_mean(figure.said, known.values())
            wrong = f"there is no quotation {figure.said!r}."
            yield Problem(document.file, figure.line, wrong, f"{near}Add a line 'Quotation: who | words | date'.")
        elif at == MOST_FIGURES:
            wrong = f"the story shows {len(figures)} quotations."
            yield Problem(
                document.file, figure.line, wrong, f"Show {MOST_FIGURES} at most; the rest stand in the text."
            )
