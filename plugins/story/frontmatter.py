"""Split a Markdown file into its fields and its body, knowing the line of each.

The form is Pelican's own (the Python-Markdown "meta" extension): `Name: value` lines, a value
going on in lines indented by four spaces, a blank line before the body. Fences of `---` around
the fields are accepted.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from plugins.story.problems import Problem

FIELD_LINE = re.compile(r"^(?P<name>[A-Za-z][A-Za-z0-9_-]*)[ \t]*:(?:[ \t]+(?P<value>.*)|[ \t]*)$")
CONTINUATION = re.compile(r"^(?: {4,}|\t)[ \t]*(?P<value>\S.*)$")
FENCE = re.compile(r"^-{3}[ \t]*$")
FENCE_END = re.compile(r"^(?:-{3}|\.{3})[ \t]*$")

# Unicode Bidirectional Algorithm (UAX #9): embeddings, overrides and isolates reorder what a
# reader sees; U+2028 and U+2029 are line ends that editors do not show; U+FFFD is what programs
# write for bytes that they could not decode.
LOST = "\ufffd"
REFUSED = {
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x2028,
    0x2029,
    0xFEFF,
    0xFFFC,
    ord(LOST),
}
WHITE = {"\t", "\n", "\r"}


@dataclass(frozen=True)
class Entry:
    """One field as the editor wrote it. value: its text, continuation lines joined by a space."""

    name: str
    value: str
    line: int


@dataclass(frozen=True)
class Source:
    """A file taken apart. body_line: the line on which the body starts, counted from 1."""

    path: str
    entries: tuple[Entry, ...]
    body: str
    body_line: int


def decode(data: bytes, path: str) -> tuple[str, list[Problem]]:
    """Turn a file's bytes into text with LF line ends; refuse what is not clean UTF-8.

    Return the text (empty where it cannot be decoded) and the problems found.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        byte = data[error.start]
        wrong = f"this is not UTF-8 text (byte 0x{byte:02x})."
        return "", [Problem(path, line, wrong, "Save the file as UTF-8.")]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, control_characters(text, path)


def control_characters(text: str, path: str) -> list[Problem]:
    """Find characters that cannot be seen and change what is: controls, bidi overrides, private use."""
    if text.isascii() and text.replace("\n", "").replace("\t", "").isprintable():
        return []
    return [
        Problem(
            path,
            number,
            f"the character U+{ord(character):04X} ({name(character)}) is not allowed.",
            "Delete it; it is invisible in most editors."
            if character != LOST
            else "Type anew what stood there before the file was saved in another encoding.",
        )
        for number, line in enumerate(text.split("\n"), start=1)
        if not line.isprintable() or LOST in line
        for character in dict.fromkeys(filter(is_forbidden, line))
    ]


def is_forbidden(character: str) -> bool:
    """Say whether a character may stand in no content file."""
    if character in WHITE:
        return False
    return ord(character) in REFUSED or unicodedata.category(character) in {"Cc", "Co", "Cn", "Cs"}


def name(character: str) -> str:
    """Name a character for an error message."""
    return unicodedata.name(character, "a control character").lower()


def split(text: str, path: str) -> tuple[Source, list[Problem]]:
    """Take a file's text apart into fields and body; empty lines above the fields do no harm.

    Lines in the front matter that are neither a field nor a continuation are reported.
    """
    lines = text.split("\n")
    number = next((at for at, line in enumerate(lines) if line.strip()), 0)
    fenced = FENCE.match(lines[number]) is not None
    number += fenced
    found: list[list[str | int]] = []
    problems: list[Problem] = []
    while number < len(lines):
        line = lines[number]
        number += 1
        if not line.strip() or (fenced and FENCE_END.match(line)):
            break
        if field := FIELD_LINE.match(line):
            found.append([field["name"], (field["value"] or "").strip(), number])
        elif found and (more := CONTINUATION.match(line)):
            found[-1][1] = f"{found[-1][1]} {more['value'].strip()}".strip()
        else:
            problems.append(stray(path, number, line))
    entries = tuple(Entry(str(key), str(value), int(at)) for key, value, at in found)
    return Source(path, entries, "\n".join(lines[number:]), number + 1), problems


def stray(path: str, number: int, line: str) -> Problem:
    """Report a line of the front matter that is no field."""
    wrong = f"{line.strip()[:60]!r} is not a field."
    remedy = "Write 'Name: value', and leave a blank line between the fields and the text."
    return Problem(path, number, wrong, remedy)
