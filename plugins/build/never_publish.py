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

from plugins.build.traces import tells_nothing, wanted
from plugins.site.attachments import inflated
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
    "[\u00ad\u0300-\u036f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_ONE_OF_MANY = str.maketrans(
    dict.fromkeys("‘’‚‛′ʹʻʼʽˈ`´ꞌ", "'")
    | dict.fromkeys("‐‑‒–—―−⁃﹘﹣－־", "-")
    | dict.fromkeys("“”„‟″«»", '"')
    | {"ı": "i", "ł": "l", "đ": "d", "ø": "o"}
)
_SEPARATORS = "-_+./(),"
# What typesetting puts into nearly every page: replaced at once, most pages are ASCII after it.
_TYPESET = tuple(zip("‘’“”–—\u00a0\u00ad", ["'", "'", '"', '"', "-", "-", " ", ""], strict=True))
_REFERENCES = (
    ("&nbsp;", " "),
    ("&#160;", " "),
    ("&shy;", ""),
    ("&#8211;", "-"),
    ("&#8212;", "-"),
    ("&#8216;", "'"),
    ("&#8217;", "'"),
    ("&#8220;", '"'),
    ("&#8221;", '"'),
    ("&amp;", "&"),
)


@lru_cache(maxsize=65_536)
def _fold_run(run: str) -> str:
    """Bring a run of other than ASCII characters to one form."""
    spelt = unicodedata.normalize("NFKD", run.translate(_ONE_OF_MANY)).casefold()
    return _UNSEEN.sub("", unicodedata.normalize("NFKD", spelt)).translate(_ONE_OF_MANY)


def fold(text: str) -> str:
    """Bring text to one case and one Unicode form, without accents and unseen characters.

    Works run by run, since ASCII (most of any page) needs no more than lower case; no run depends
    on another, as ASCII characters neither combine nor reorder.
    """
    for sign, plain in _TYPESET:
        text = text.replace(sign, plain)
    one = text if text.isascii() else _NOT_ASCII.sub(lambda match: _fold_run(match[0]), text)
    return one.lower().replace("\0", "")


def _spaced(folded: str) -> str:
    """Make one space of whatever separates words."""
    for sign in _SEPARATORS:
        folded = folded.replace(sign, " ")
    return " ".join(folded.split())


# --- All that a text says -------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """A text as it may be read. is_code: its short words are a language's own, not a writer's."""

    text: str
    is_code: bool = False


# Tags that stand inside a word without parting it; any other tag parts words.
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|mark|nobr|q|s|samp|small"
    "|span|strike|strong|sub|sup|time|tspan|tt|u|var|wbr"
)
_INSIDE = r"""[^<>"']*(?:(?:"[^"<]*"|'[^'<]*')[^<>"']*)*"""
_JOINING = re.compile(rf"</?(?:{_INLINE})(?=[\s/>])|<!--|<!\[CDATA\[|\]\]>")
_TAG = re.compile(rf"(<!--.*?-->|<!\[CDATA\[|\]\]>|<[A-Za-z/!?]{_INSIDE}>|<[A-Za-z/!?][^<>]*>)", re.DOTALL)
# Names of tags and attributes so short that they are words of people: <li>, alt=.
_OF_HTML = re.compile(
    r"</?[a-z][a-z0-9]{0,2}(?=[\s/>])"
    r"|(?<=\s)(?:alt|cx|cy|d|dir|dx|dy|fx|fy|for|id|low|max|min|r|rel|rev|rx|ry|src|x|x1|x2|y|y1|y2)(?==)"
)
_CODE = re.compile(
    r"<(?P<tag>style|script)\b(?P<attributes>[^>]*)>"
    r"(?P<code>[^<]*(?:<(?!/(?P=tag))[^<]*)*)</(?P=tag)\s*>"
)
_CAPITAL_TAG = re.compile(r"</?[A-Z][A-Za-z0-9]*(?=[\s/>])")
_SAID_IN_CODE = re.compile(
    r"""/\*.*?\*/|(?<!:)//[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`""",
    re.DOTALL,
)
_BARE_REFERENCE = re.compile(r"&[A-Za-z][A-Za-z0-9]*(?![A-Za-z0-9;])")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(
    r"""
      \\u([dD][89abAB][0-9A-Fa-f]{2})\\u([dD][c-fC-F][0-9A-Fa-f]{2})
    | \\(?:u\{0*([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))
    | \\([nrtbf])
    | \\([/"'\\])
    """,
    re.VERBOSE,
)
_CSS_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{1,6})[ \t\r\n\f]?")
_AROUND = 400  # characters; an entry with every letter as an escape fits in


def readings(text: str, *, is_code: bool = False, depth: int = DEEPEST) -> Iterator[Reading]:
    """Give every reading of a text: tags and attributes apart, and with its escapes undone."""
    for piece in _pieces(Reading(text, is_code)):
        is_read = False
        if depth and "&" in piece.text:
            decoded = _dereferenced(piece.text)
            if is_read := decoded != piece.text:
                yield from readings(decoded, is_code=piece.is_code, depth=depth - 1)
        # Decoding takes nothing from a text but where a name follows a bare "&": "smith&regan".
        if not is_read or _BARE_REFERENCE.search(piece.text):
            yield piece
        for decoded in _decodings(piece.text) if depth else ():
            yield from readings(decoded, is_code=piece.is_code, depth=depth - 1)


def _dereferenced(text: str) -> str:
    for reference, plain in _REFERENCES:
        text = text.replace(reference, plain)
    return html.unescape(text) if "&" in text else text


def _pieces(whole: Reading) -> Iterator[Reading]:
    """Take a text apart: code, what the code says, text without tags, and the tags."""
    if whole.is_code:
        yield whole
        yield Reading("\n".join(match[0] for match in _SAID_IN_CODE.finditer(whole.text)))
    elif "<" not in whole.text:
        yield whole
    else:
        text = _CAPITAL_TAG.sub(lambda match: match[0].lower(), whole.text)
        for match in _CODE.finditer(text):
            is_code = "json" not in match["attributes"].lower()
            yield from _pieces(Reading(match["code"], is_code))
        yield from _untagged(_CODE.sub(_emptied, text))


def _emptied(match: re.Match[str]) -> str:
    return f"<{match['tag']}{match['attributes']}>"


def _untagged(text: str) -> Iterator[Reading]:
    parts = _TAG.split(text)
    tags = parts[1::2]
    parts[1::2] = map(_in_place_of, tags)
    yield Reading("".join(parts))
    yield Reading(_OF_HTML.sub("", "\n".join(tags)))


@lru_cache(maxsize=65_536)
def _in_place_of(tag: str) -> str:
    return "" if _JOINING.match(tag) else " "


def _decodings(text: str) -> Iterator[str]:
    """Give what stands around escapes, with the escapes undone; each kind of escape by itself."""
    if "%" in text and (around := _around(_PERCENT, text)):
        yield unquote(around, errors="replace")
    if "\\" in text:
        if around := _around(_ESCAPE, text):
            yield _ESCAPE.sub(_unescaped, around)
        if around := _around(_CSS_ESCAPE, text):
            yield _CSS_ESCAPE.sub(_css_unescaped, around)


def _around(pattern: re.Pattern[str], text: str) -> str:
    """Give the parts of a text that stand near what matches a pattern."""
    parts: list[str] = []
    start = end = 0
    for match in pattern.finditer(text):
        if match.start() - _AROUND > end:
            parts.append(text[start:end])
            start = match.start() - _AROUND
        end = match.end() + _AROUND
    return "\n".join([*parts, text[start:end]]) if end else ""


def _unescaped(match: re.Match[str]) -> str:
    if match[1]:
        high, low = int(match[1], 16), int(match[2], 16)
        return chr(0x10000 + (high - 0xD800 << 10) + (low - 0xDC00))
    if code := match[3] or match[4] or match[5]:
        return _character(int(code, 16))
    return " " if match[6] else match[7]


def _css_unescaped(match: re.Match[str]) -> str:
    return _character(int(match[1], 16))


def _character(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "\ufffd"


# --- All that a file holds ------------------------------------------------------------------------

# Compressed, or pixels or sound, and of no format that is looked into: only the name counts.
_OPAQUE = frozenset({".br", ".zst", ".xz", ".woff", ".woff2", ".mp3", ".mp4", ".m4a", ".ogg", ".opus", ".webm"})


def texts(name: str, data: bytes, depth: int = DEEPEST) -> Iterator[Reading]:
    """Give all texts of a file, its name first; archives are opened. Raise Unsearchable."""
    yield Reading(name)
    ending = PurePosixPath(name).suffix.lower()
    if kind_of(data):
        yield from (_read(part) for part in _metadata(data))
    elif data.startswith(b"%PDF-"):
        yield from _pdf(data)
    elif (members := _members(data, depth)) is not None:
        for member, content in members:
            yield from texts(member, content, depth - 1)
    elif ending not in _OPAQUE:
        found = _read(data)
        yield Reading(found.text, found.is_code or ending in {".css", ".js"})


def _read(data: bytes) -> Reading:
    """Read bytes as UTF-8, or UTF-16 if marked so; what is neither counts as code."""
    coding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"
    try:
        return Reading(data.decode(coding))
    except UnicodeDecodeError:
        return Reading(data.decode(coding, "replace"), is_code=True)


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
        yield "", _signed(archive.comment)
        for info in infos:
            yield "", _signed(info.comment)
            yield info.filename, archive.read(info)


def _gzip(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Unpack gzip (RFC 1952), and give its header's file name and comment too."""
    has_words = bool(data[3:4]) and bool(data[3] & 0x1C)
    yield "", _signed(b" ".join(data[10:522].split(b"\0")[:3])) if has_words else b""
    with gzip.open(io.BytesIO(data)) as unpacked:
        content = unpacked.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Unsearchable("it unpacks to more than can be looked through")
    yield "", content


def _tar(data: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:") as archive:
        for member in archive:
            about = [member.uname, member.gname, member.linkname, *member.pax_headers.values()]
            yield "", _signed("\n".join(about).encode("utf-8", "replace"))
            content = archive.extractfile(member) if member.isfile() else None
            yield member.name, content.read() if content else b""


def _signed(about: bytes) -> bytes:
    """Give what an archive says of its maker as a comment, which is what it is."""
    return b"<!-- " + about + b" -->" if about else b""


_ARCHIVES = (
    (b"PK\x03\x04", 0, _zip),
    (b"PK\x05\x06", 0, _zip),
    (b"\x1f\x8b\x08", 0, _gzip),
    (b"ustar", 257, _tar),
)


def _pdf(data: bytes) -> Iterator[Reading]:
    """Give a PDF's plain strings, and those in UTF-16, of the file and its unpacked streams."""
    for content in _pdf_streams(data):
        yield Reading(content.decode("utf-8", "replace"), is_code=True)
        yield Reading(content.decode("latin-1"), is_code=True)
        for found in re.finditer(rb"\((?:[^()\\]|\\.)*\)", content, re.DOTALL):
            if b"\xfe\xff" in found[0][:3]:
                yield Reading(found[0][3:].decode("utf-16-be", "replace"))
        for digits in re.findall(rb"<([0-9A-Fa-f\s]{4,})>", content):
            packed = re.sub(rb"\s", b"", digits).decode("ascii")
            raw = bytes.fromhex(packed[: len(packed) // 2 * 2])
            yield Reading(raw.decode("utf-16-be" if raw[:2] == b"\xfe\xff" else "latin-1", "replace"))


def _pdf_streams(data: bytes) -> Iterator[bytes]:
    yield data
    budget = MOST_BYTES
    for match in re.finditer(rb"(?<!end)stream\r?\n", data):
        try:
            content = inflated(data, match.end(), budget)
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
        self._needles = [needle for entry in entries for needle in dict.fromkeys(_needles(entry)) if needle.text]

    def find(self, name: str, data: bytes) -> list[int]:
        """Give the numbers of the entries that a file holds, in its name or its content.

        name: its path in the output. Raise Unsearchable for what cannot be looked through, which is
        then not to be published.
        """
        found: set[int] = set()
        if not self._needles:
            return []
        for text in texts(name, data):
            for reading in readings(text.text, is_code=text.is_code):
                folded = _spaced(fold(reading.text))
                near = [each for each in self._needles if each.text in folded]
                found.update(each.number for each in near if each.is_in(folded, reading))
        return sorted(found)


@dataclass(frozen=True)
class _Needle:
    """What is looked for: folded text, and the pattern that bounds it where an edge is short."""

    number: int
    text: str
    pattern: re.Pattern[str] | None

    def is_in(self, folded: str, reading: Reading) -> bool:
        """Say whether a text that holds the letters holds the word."""
        if reading.is_code and _is_short(self.text):
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
      | "(?:generator|hostname|machine|username|cwd)"\s*:\s*"[^"]*"
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_NOBODY = frozenset({"", "root", "user", "localhost", "nobody", "runner", "build", "debian", "home"})


def machine_traces(data: bytes, *, home: str, root: str, user: str, host: str) -> list[str]:
    """Say what a file tells of the machine that made it, never quoting it; empty if nothing.

    home and root: absolute paths, looked for everywhere. user and host: looked for, as whole words,
    in comments, generator fields and metadata only; names that name nobody ("root", "localhost")
    are passed over. Raise Unsearchable as `Matcher.find` does.
    """
    folders = {"the project's folder": root, "the home folder": home}
    names = {"the user name": user, "the host name": host}
    folders = {what: path.rstrip("/") for what, path in folders.items() if len(path) > 2}
    names = {what: name for what, name in names.items() if name.lower() not in _NOBODY and len(name) > 1}
    if tells_nothing(data, wanted(tuple(folders.values()), tuple(names.values()))):
        return []
    paths = [(what, path, _path_pattern(path)) for what, path in folders.items()]
    words = [
        (what, name.lower(), re.compile(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])", re.IGNORECASE))
        for what, name in names.items()
    ]
    is_picture = bool(kind_of(data))
    found: list[str] = []
    for text in (reading.text for reading in texts("", data)):
        for way in (text, *_unslashed(text)):
            found += [what for what, path, pattern in paths if path in way and pattern.search(way)]
        lowered = _lowered(text) if words else ""
        for what, name, word in words:
            if name.isascii() and name not in lowered:
                continue
            signed = text if is_picture else "\n".join(match[0] for match in _SIGNED.finditer(text))
            found += [what] if word.search(signed) else []
    return list(dict.fromkeys(found))


# What a pattern takes for an ASCII letter when case does not count.
_ALSO_ASCII = {"\u0130": "i", "\u0131": "i", "\u017f": "s", "\u212a": "k"}


def _lowered(text: str) -> str:
    for sign, letter in _ALSO_ASCII.items():
        text = text.replace(sign, letter)
    return text.lower()


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
