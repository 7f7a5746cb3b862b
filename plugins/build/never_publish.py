"""The newsroom's own list of names and words that must appear nowhere in what goes out.

private/never-publish.txt holds one entry a line; a line that starts with `#` is a comment. The list
never leaves the machine: whoever reads a report of this module learns "entry 3", not the word.

What counts as found, however it is written: in any case; in any Unicode form (composed or not,
full-width, ligatures), with or without accents (`ё` is `е`, `é` is `e`), with soft hyphens,
zero-width and direction characters inside; as HTML entities, percent signs, JSON or CSS escapes,
once or several times over; with inline tags or comments in the middle; and, between the words of an
entry, with any spaces, hyphens, dots, underscores, slashes, commas or brackets, as in addresses and
file names. An entry whose word at an edge has fewer than four letters must stand as a whole word at
that edge, except in scripts that write no spaces.

Looked into: texts, file names, the metadata of pictures and PDFs, and the members of zip, gzip and
tar archives. Not looked into: pixels, sound, fonts, Brotli, and text that a PDF stores as glyphs.
"""

from __future__ import annotations

import gzip
import html
import io
import re
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from plugins.site.containers import Damaged, kind_of, take_apart
from plugins.story.problems import Problem, SiteError

SHORT = 4  # letters; a shorter word matches whole words only
MOST_BYTES = 512_000_000  # unpacked, of one file
DEEPEST = 4  # archives in archives; and escapes of escapes

LIST = "private/never-publish.txt"


class Unsearchable(ValueError):
    """A file that cannot be looked through. The message says why, as a clause."""


@dataclass(frozen=True)
class Entry:
    """A line of the list. number: counted from 1, comments left out, as reports name it."""

    number: int
    line: int
    text: str


def read_entries(path: Path, *, shown: str = LIST) -> list[Entry]:
    """Read the list. Raise SiteError for lines that would hit everything or nothing.

    shown: the path that problems name. Their words never quote a line. A missing file raises
    FileNotFoundError: whether that is an error is a setting's business.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = Problem(shown, line, "the line is not UTF-8.", "Save the list as UTF-8.")
        raise SiteError([problem]) from None
    written = [(at, text.strip()) for at, text in enumerate(lines, start=1)]
    kept = [(at, text) for at, text in written if text and not text.startswith("#")]
    entries = [Entry(number, at, text) for number, (at, text) in enumerate(kept, start=1)]
    if problems := list(_absurd(entries, shown)):
        raise SiteError(problems)
    return entries


def _absurd(entries: list[Entry], shown: str) -> Iterator[Problem]:
    seen: dict[str, Entry] = {}
    for entry in entries:
        folded = _spaced(fold(entry.text))
        first = seen.setdefault(folded, entry)
        if sum(map(str.isalnum, folded)) < 2:
            wrong = f"entry {entry.number} has fewer than two letters or digits."
            yield Problem(shown, entry.line, wrong, "Write a name or a word, or remove the line.")
        elif first is not entry:
            wrong = f"entry {entry.number} says the same as entry {first.number}."
            yield Problem(shown, entry.line, wrong, "Remove one of them.")
        elif len(folded) > 200:
            wrong = f"entry {entry.number} is longer than 200 characters."
            yield Problem(shown, entry.line, wrong, "Write one name or word on a line.")


# --- One form for every way of writing ------------------------------------------------------------

# Characters that show nothing: soft hyphen, zero-width and direction marks, variation selectors,
# the combining grapheme joiner, tags (Unicode's Default_Ignorable_Code_Point); and accents.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\u0300-\u033f\u0342-\u034e\u0350-\u036f]+"
)
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_ONE_OF_MANY = str.maketrans(
    dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´ꞌ", "'")
    | dict.fromkeys("‐‑‒–—―−⁃﹘﹣－־", "-")
    | dict.fromkeys("“”„‟″«»", '"')
    | {"ı": "i", "ł": "l", "đ": "d", "ø": "o"}
)
_SEPARATORS = str.maketrans(dict.fromkeys("-_+./(),", " "))


@lru_cache(maxsize=65_536)
def _fold_run(run: str) -> str:
    """Bring a run of other than ASCII characters to one form."""
    spelt = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", run).casefold())
    return _UNSEEN.sub("", spelt.translate(_ONE_OF_MANY)).translate(_ONE_OF_MANY)


def fold(text: str) -> str:
    """Bring text to one case and one Unicode form, without accents and unseen characters.

    Works run by run, since ASCII (most of any page) needs no more than lower case; no run depends
    on another, as ASCII characters neither combine nor reorder.
    """
    low = (
        text.lower() if text.isascii() else _NOT_ASCII.sub(lambda m: _fold_run(m[0]), text).lower()
    )
    return low if "\0" not in low else low.replace("\0", "")


def _spaced(folded: str) -> str:
    """Make one space of whatever separates words."""
    for sign in _SEPARATING:
        if sign in folded:
            folded = folded.replace(sign, " ")
    return " ".join(folded.split())


_SEPARATING = "-_+./(),"


# --- All that a text says -------------------------------------------------------------------------

# Tags that stand inside a word without parting it; any other tag parts words.
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp|small"
    "|span|strike|strong|sub|sup|time|tspan|tt|u|var|wbr"
)
_TAG = re.compile(
    r"<!--.*?-->|<!\[CDATA\[|\]\]>"
    r"""|<[A-Za-z/!?](?:[^<>"']|"[^"<]*"|'[^'<]*')*>|<[A-Za-z/!?][^<>]*>""",
    re.DOTALL,
)
_JOINS = re.compile(rf"</?(?:{_INLINE})(?=[\s/>])|<!--|<!\[CDATA|\]\]>", re.IGNORECASE)
_BARE_REFERENCE = re.compile(r"&[A-Za-z][A-Za-z0-9]*(?![A-Za-z0-9;])")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(
    r"\\(?:u\{0*([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf])|([/\"'\\]))"
)
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{1,6})[ \t\r\n\f]?")


def readings(text: str, depth: int = DEEPEST) -> Iterator[str]:
    """Give every reading of a text: as it is, and with its escapes undone and its tags dropped."""
    yield from _untagged(text) if "<" in text else (text,)
    if depth == 0:
        return
    if "&" in text and (decoded := html.unescape(text)) != text:
        yield from readings(decoded, depth - 1)
    if "%" in text and _PERCENT.search(text):
        yield from readings(unquote(text, errors="replace"), depth - 1)
    if "\\" in text:
        for pattern, undo in ((_ESCAPE, _unescaped), (_CSS_ESCAPE, _css_unescaped)):
            if (decoded := pattern.sub(undo, text)) != text:
                yield from readings(decoded, depth - 1)


def _untagged(text: str) -> Iterator[str]:
    """Give the text without its tags, then the tags, with the attributes that they hold."""
    tags: list[str] = []

    def dropped(match: re.Match[str]) -> str:
        tags.append(match[0])
        return "" if _JOINS.match(match[0]) else " "

    yield _TAG.sub(dropped, text)
    yield "\n".join(tags)


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2] or match[3]
    if code:
        return _character(int(code, 16))
    return " " if match[4] else match[5]


def _css_unescaped(match: re.Match[str]) -> str:
    return _character(int(match[1], 16))


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "\ufffd"


# --- All that a file holds ------------------------------------------------------------------------

# Compressed, or pixels or sound, and of no format that is looked into: only the name counts.
_OPAQUE = frozenset(
    {".br", ".zst", ".xz", ".woff", ".woff2", ".mp3", ".mp4", ".m4a", ".ogg", ".opus", ".webm"}
)


def texts(name: str, data: bytes, depth: int = DEEPEST) -> Iterator[str]:
    """Give all texts of a file, its name first; archives are opened. Raise Unsearchable."""
    yield name
    if PurePosixPath(name).suffix.lower() in _OPAQUE and not data.startswith((b"PK", b"\x1f\x8b")):
        return
    if kind_of(data):
        yield from map(_decoded, _metadata(data))
    elif data.startswith(b"%PDF-"):
        yield from _pdf(data)
    elif members := _members(data, depth):
        for member, content in members:
            yield from texts(member, content, depth - 1)
    else:
        yield _decoded(data)


def _decoded(data: bytes) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


def _metadata(data: bytes) -> tuple[bytes, ...]:
    try:
        return take_apart(data).dropped
    except Damaged as error:
        raise Unsearchable(f"{error}") from error


def _members(data: bytes, depth: int) -> list[tuple[str, bytes]] | None:
    """Give the members of an archive, their comments as members too; None if it is none."""
    opener = next((o for magic, at, o in _ARCHIVES if data[at : at + len(magic)] == magic), None)
    if opener is None:
        return None
    if depth == 0:
        raise Unsearchable("it holds archives in archives, too deep to look through")
    try:
        return list(opener(data))
    except (OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Unsearchable("it is an archive that cannot be opened") from error
    except (zlib.error, zipfile.BadZipFile, tarfile.TarError) as error:
        raise Unsearchable("it is an archive that cannot be opened") from error


def _zip(data: bytes) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
        if sum(info.file_size for info in infos) > MOST_BYTES:
            raise Unsearchable("it unpacks to more than can be looked through")
        yield "comment.txt", archive.comment
        for info in infos:
            yield f"{info.filename}.comment.txt", info.comment + b"\n" + info.extra
            yield info.filename, archive.read(info)


def _gzip(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack gzip (RFC 1952), and give its header's file name and comment too."""
    yield "header.txt", data[10:522] if data[3] & 0x1C else b""
    with gzip.open(io.BytesIO(data)) as unpacked:
        content = unpacked.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unsearchable("it unpacks to more than can be looked through")
    yield "content", content


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            owner = [member.uname, member.gname, member.linkname, *member.pax_headers.values()]
            yield f"{member.name}.comment.txt", "\n".join(owner).encode("utf-8", "replace")
            content = archive.extractfile(member) if member.isfile() else None
            yield member.name, content.read() if content else b""


_ARCHIVES = ((b"PK", 0, _zip), (b"\x1f\x8b", 0, _gzip), (b"ustar", 257, _tar))


def _pdf(data: bytes) -> Iterator[str]:
    """Give a PDF's plain strings, and those in UTF-16, of the file and its unpacked streams."""
    for content in _pdf_streams(data):
        yield _decoded(content)
        yield content.decode("latin-1")
        yield content.replace(b"\0", b"").decode("utf-8", "replace")
        for digits in re.findall(rb"<([0-9A-Fa-f\s]{8,})>", content):
            packed = re.sub(rb"\s", b"", digits).decode("ascii")
            raw = bytes.fromhex(packed[: len(packed) // 2 * 2])
            yield raw.decode("utf-16-be", "replace")
            yield raw.decode("latin-1")


def _pdf_streams(data: bytes) -> Iterator[bytes]:
    yield data
    budget = MOST_BYTES
    for match in re.finditer(rb"stream\r?\n", data):
        unpacker = zlib.decompressobj()
        try:
            content = unpacker.decompress(data[match.end() :], budget)
        except zlib.error:
            continue
        budget -= len(content)
        if budget <= 0:
            raise Unsearchable("it unpacks to more than can be looked through")
        yield content


# --- The search -----------------------------------------------------------------------------------


class Matcher:
    """Finds entries of the list in files. Make one for a build: it prepares the entries once."""

    def __init__(self, entries: list[Entry]) -> None:
        self._needles = [
            needle for entry in entries for needle in dict.fromkeys(_needles(entry)) if needle.text
        ]
        self._has_spaces = any(" " in needle.text for needle in self._needles)

    def find(self, name: str, data: bytes) -> list[int]:
        """Give the numbers of the entries that a file holds, in its name or its content.

        name: its path in the output. Raise Unsearchable for what cannot be looked through, which is
        then not to be published.
        """
        found: set[int] = set()
        for text in texts(name, data):
            for reading in readings(text):
                found |= self._in(reading)
        return sorted(found)

    def _in(self, reading: str) -> set[int]:
        folded = fold(reading)
        spaced = _spaced(folded)
        return {needle.number for needle in self._needles if needle.is_in(spaced)}


@dataclass(frozen=True)
class _Needle:
    """What is looked for: folded text, and the pattern that bounds it where it is short."""

    number: int
    text: str
    pattern: re.Pattern[str] | None

    def is_in(self, folded: str) -> bool:
        if self.text not in folded:
            return False
        return self.pattern is None or self.pattern.search(folded) is not None


def _needles(entry: Entry) -> Iterator[_Needle]:
    """Give an entry as it is, and as addresses and careless hands write it, without apostrophes."""
    folded = _spaced(fold(entry.text))
    for text in (folded, _spaced(folded.replace("'", "")), _spaced(folded.replace("'", " "))):
        yield _Needle(entry.number, text, _pattern(text))


# Scripts that write no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han, Hangul.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _pattern(text: str) -> re.Pattern[str] | None:
    """Make the pattern of an entry with a short word at an edge; None if it needs none."""
    words = text.split()
    before = "(?<![^\\W_])" if _is_short(words[0]) else ""
    after = "(?![^\\W_])" if _is_short(words[-1]) else ""
    return re.compile(before + re.escape(text) + after) if before or after else None


def _is_short(word: str) -> bool:
    return sum(map(str.isalnum, word)) < SHORT and not _UNSPACED.search(word)


# --- Traces of the machine ------------------------------------------------------------------------

# Where programs sign their work. Prose, headlines and bylines are not among them.
_SIGNED = re.compile(
    r"""<!--(?P<comment>.*?)-->
      | /\*(?P<code>.*?)\*/
      | <\?(?P<instruction>.*?)\?>
      | <meta\s[^>]*?name\s*=\s*["']?(?:generator|progid|originator|hostname|build|server)\b[^>]*>
      | <(?P<tag>(?:[\w-]+:)?generator|managingEditor|webMaster)\b[^>]*>.*?</(?P=tag)\s*>
      | "(?:generator|hostname|machine|user|username|cwd|creator)"\s*:\s*"[^"]*"
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NOBODY = frozenset(
    {"", "root", "user", "localhost", "nobody", "runner", "build", "debian", "home"}
)


def machine_traces(data: bytes, *, home: str, root: str, user: str, host: str) -> list[str]:
    """Say what a file tells of the machine that made it, never quoting it; empty if nothing.

    home and root: absolute paths, looked for everywhere. user and host: looked for, as whole words,
    in comments, generator fields and metadata only; names that name nobody ("root", "localhost")
    are passed over. Raise Unsearchable as `Matcher.find` does.
    """
    folders = {"the project's folder": root, "the home folder": home}
    names = {"the user's name": user, "the machine's name": host}
    paths = [(what, _path_pattern(path)) for what, path in folders.items() if len(path) > 2]
    words = [
        (what, re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", re.IGNORECASE))
        for what, name in names.items()
        if name.lower() not in _NOBODY and len(name) > 1
    ]
    is_metadata = bool(kind_of(data)) or data.startswith(b"%PDF-")
    found: list[str] = []
    for text in texts("", data):
        for reading in (text, *_unslashed(text)):
            found += [what for what, pattern in paths if pattern.search(reading)]
        signed = text if is_metadata else "\n".join(m[0] for m in _SIGNED.finditer(text))
        found += [f"{what} in metadata or a comment" for what, word in words if word.search(signed)]
    return list(dict.fromkeys(found))


def _path_pattern(path: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.%~-]){re.escape(path.rstrip('/'))}(?![\w-])")


def _unslashed(text: str) -> Iterator[str]:
    """Undo the escapes in which paths travel: percent signs, JSON's slashes, entities."""
    if "%2" in text:
        yield unquote(text, errors="replace")
    if "\\/" in text or "\\u002" in text:
        yield _ESCAPE.sub(_unescaped, text)
    if "&#" in text or "&sol" in text:
        yield html.unescape(text)
