"""Markdown of the plainest kind made HTML at once, as Python-Markdown makes it.

Nearly all that a newspaper writes is paragraphs, headings, short lists and quotations, with links
and a stressed word here and there. Python-Markdown plants a tree for each text and goes through it
eight times. Here a text is cut at its empty lines; if each piece is certainly of such a kind, and
each sign in it certainly a link or stress, the HTML is written down. If not, nothing is said, and
Python-Markdown reads the whole text. A test holds the two together on random texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableSet

from markdown.extensions.toc import unique

Anchor = Callable[[str, str], str]
# White space but spaces and line ends, and what Python-Markdown marks its own places with.
UNUSUAL = re.compile(r"[^\S\n \xa0]|[\x02\x03]")
# A line that begins like this begins no list, quotation, heading, table or definition.
PLAIN_START = r"(?:[^\W\d_]|[\"'“«„‘(—–…$€£]|\[(?=[^\[\]]*\]\()|\*{1,2}(?=\w)|\d+(?![\d.]))"
PARAGRAPH = re.compile(rf"{PLAIN_START}.*(?:\n{PLAIN_START}.*)*\Z")
ITEMS = re.compile(rf"- {PLAIN_START}.*(?:\n- {PLAIN_START}.*)*\Z")
QUOTATION = re.compile(rf"> ({PLAIN_START}.*)\Z")
HEADING = re.compile(r"(#{1,6}) (\w(?:[^#\n]*[^#\s])?)\Z")
QUOTED = "<blockquote>", "\n</blockquote>"
# A sign that Python-Markdown has a rule for; a text without one is as it stands.
SIGN = re.compile(r"[`\\\[\]<>&*_]")
# Links, strong words, stressed words: only where nothing near could make anything else of them. The sign stands
# first, before what must precede it: so re finds it without trying each character.
SPANS = re.compile(
    r"""\[(?<!!\[)([^\[\]`\\<>&*_!\n]+)\]\(([^\s()\[\]<>"'`\\&]+)\)
    | \*(?<![\w*]\*)\*(\w(?:[^*_`\\\[\]<>&\n]*[\w.,!?])?)\*\*(?![\w*])
    | \*(?<![\w*]\*)(\w(?:[^*_`\\\[\]<>&\n]*[\w.,!?])?)\*(?![\w*])""",
    re.VERBOSE,
)


def html_of(text: str, anchor: Anchor) -> str | None:
    """Give the HTML of a text, or None where Python-Markdown must be asked. anchor: makes the ids of headings."""
    if not is_usual(text):
        return None
    ids: set[str] = set()
    found: list[str] = []
    last = ""
    for block in filter(None, (piece.strip("\n") for piece in text.split("\n\n"))):
        first = block[0]
        made = heading(block, ids, anchor) if first == "#" else KINDS.get(first, paragraph)(block)
        if made is None or (first == last == "-"):  # two lists that follow each other are one, of paragraphs
            return None
        if first == last == ">":
            found[-1] = found[-1].removesuffix(QUOTED[1]) + made.removeprefix(QUOTED[0])
        else:
            found.append(made)
        last = first
    return "\n".join(found)


def is_usual(text: str) -> bool:
    """Say whether a text holds no white space but spaces between words and ends of lines."""
    bare = text.replace("\n", "").replace("\xa0", "")
    return (bare.isprintable() or not UNUSUAL.search(text)) and not (
        " \n" in text or "\xa0\n" in text or text.endswith((" ", "\xa0"))
    )


def paragraph(block: str) -> str | None:
    """Give a paragraph, of one line or several."""
    words = spans(block) if PARAGRAPH.match(block) else None
    return words and f"<p>{words}</p>"


def items(block: str) -> str | None:
    """Give a list without numbers, of an item a line."""
    if not ITEMS.match(block):
        return None
    found = [spans(line[2:]) for line in block.split("\n")]
    return None if None in found else "<ul>\n" + "".join(f"<li>{words}</li>\n" for words in found) + "</ul>"


def quotation(block: str) -> str | None:
    """Give a quotation of one line."""
    quoted = QUOTATION.match(block)
    words = spans(quoted[1]) if quoted else None
    return words and f"{QUOTED[0]}\n<p>{words}</p>{QUOTED[1]}"


def heading(block: str, ids: MutableSet[str], anchor: Anchor) -> str | None:
    """Give a heading with an id that no heading before it has; ids: theirs."""
    written = HEADING.match(block)
    if not written or SIGN.search(written[2]):
        return None
    level, words = len(written[1]), written[2]
    return f'<h{level} id="{unique(anchor(words, "-"), ids)}">{words}</h{level}>'


def spans(words: str) -> str | None:
    """Give a line's words with their links and stresses; None where another sign stands."""
    if not SIGN.search(words):
        return words
    parts = SPANS.split(words)
    if any(SIGN.search(part) for part in parts[::5]):
        return None
    found = parts[:1]
    for at in range(1, len(parts), 5):
        label, address, strong, stressed, after = parts[at : at + 5]
        if label:
            found.append(f'<a href="{address}">{label}</a>')
        else:
            found.append(f"<strong>{strong}</strong>" if strong else f"<em>{stressed}</em>")
        found.append(after)
    return "".join(found)


KINDS: dict[str, Callable[[str], str | None]] = {"-": items, ">": quotation}  # by their first sign
