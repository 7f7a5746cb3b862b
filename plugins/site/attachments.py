"""Files that go out as they are, and must not tell who made them.

The site cleans pictures itself. Other files it cannot clean without the risk of breaking them, so
it looks into them and refuses what names an author, a program, a folder or an earlier version.
What it cannot look into, it refuses as well: the endings below are all that may be attached.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePosixPath

from plugins.site.containers import Damaged, kind_of, take_apart

# What hosts read and never end in anything: plain text.
_HOSTS_OWN = ("CNAME", "_headers", "_redirects")
MOST_BYTES = 200_000_000  # unpacked; more is refused unseen


class _Refused(Exception):
    """Why a file is refused, as a clause: "it names an author"."""


def refused_attachment(data: bytes, name: str) -> str | None:
    """Say in a sentence why a file may not be published as it is; None where it may.

    Looks for author data by the file's format, never for particular names: that is what
    private/never-publish.txt is for. Pictures are not attachments: see `publishable`.
    """
    ending = PurePosixPath(name).suffix.lower()
    check = _check_text if PurePosixPath(name).name in _HOSTS_OWN else _CHECKS.get(ending)
    if check is None:
        allowed = ", ".join(sorted(_CHECKS))
        return f"a file that ends in {ending!r} cannot be checked for author data; {allowed} can."
    try:
        check(data)
    except _Refused as reason:
        return f"{PurePosixPath(name).name!r} may not go out as it is: {reason}."
    return None


# --- Text ----------------------------------------------------------------------------------------


def _check_text(data: bytes) -> None:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise _Refused("it is not text in UTF-8") from None
    if re.search("[\x00-\x08\x0e-\x1a\x1c-\x1f]", text):
        raise _Refused("it is not plain text")


# --- PDF: ISO 32000-1 ----------------------------------------------------------------------------

# A value that says something: not (), not <>, and not null; a reference counts as one.
_VALUE = rb"\s*(?:\((?!\s*\))|<(?![<\s]*>)(?!<)|\d+\s+\d+\s+R)"
_PDF_KEYS: Mapping[bytes, str] = {
    b"Author": "it names an author (/Author)",
    b"Creator": "it names the program it was written with (/Creator)",
    b"Producer": "it names the program that made it (/Producer)",
    b"Company": "it names a company (/Company)",
    b"Manager": "it names a person (/Manager)",
    b"SourceModified": "it carries its source's data (/SourceModified)",
    b"CreationDate": "it says when and in which time zone it was made (/CreationDate)",
    b"ModDate": "it says when and in which time zone it was changed (/ModDate)",
    b"LastModified": "it says when and in which time zone it was changed (/LastModified)",
}
_PDF_MARKS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rb"/Encrypt\b", "it is encrypted, and cannot be looked into"),
        (rb"/Type\s*/Metadata\b|<x:xmpmeta|<\?xpacket|<rdf:RDF", "it carries metadata (XMP)"),
        (rb"/PieceInfo\b", "it carries a program's private data (/PieceInfo)"),
        (rb"/(?:JavaScript|JS|Launch|RichMedia|SubmitForm|ImportData)\b", "it can act on its own"),
        (rb"/(?:EmbeddedFiles?|Filespec|FileAttachment)\b", "it has other files inside"),
        (rb"/Type\s*/Sig\b|/ByteRange\b", "it is signed, and a signature names its owner"),
        (
            rb"/Subtype\s*/(?:Text|FreeText|Highlight|Underline|Squiggly|StrikeOut|Stamp|Caret|Ink"
            rb"|Popup|Polygon|PolyLine|Redact|Sound|Movie|Screen)\b",
            "it has comments or marks of its readers",
        ),
        (rb"Exif\0\0|http://ns\.adobe\.com/xap|Photoshop 3\.0\0", "a picture in it has metadata"),
    )
)
_PDF_STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r(?!\n))")
_FLATE = {b"FlateDecode", b"Fl"}
_SEALED = re.compile(rb"/Type\s*/(?:ObjStm|XRef|Metadata)\b")


def _check_pdf(data: bytes) -> None:
    if not data.startswith(b"%PDF-"):
        raise _Refused("it is not what its ending says")
    ends = data.count(b"%%EOF")
    if ends > (2 if b"/Linearized" in data[:2048] else 1):
        raise _Refused("it still holds earlier versions of itself")
    rest = data.rstrip(b"\r\n\0 ").rpartition(b"%%EOF")[2] if ends else b"?"
    if rest:
        raise _Refused("it is cut off, or something follows its end")
    for text in _pdf_texts(data):
        _check_pdf_text(text)


def _check_pdf_text(text: bytes) -> None:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes([int(m[1], 16)]), text)  # 7.3.5
    for key, words in _PDF_KEYS.items():
        if re.search(rb"/" + key + _VALUE, plain):
            raise _Refused(words)
    for pattern, words in _PDF_MARKS:
        if pattern.search(plain):
            raise _Refused(words)


def _pdf_texts(data: bytes) -> Iterator[bytes]:
    """Give what a PDF says outside its pixels: the file itself, then its streams, unpacked.

    Raise _Refused where a stream that may hold metadata cannot be unpacked.
    """
    yield data
    budget = MOST_BYTES
    for match in _PDF_STREAM.finditer(data):
        about = data[max(0, data.rfind(b"obj", 0, match.start())) : match.start()]
        if b"/Subtype" in about and re.search(rb"/Subtype\s*/Image\b", about):
            continue
        filters = _filters(about)
        if not filters:
            continue
        if set(filters) <= _FLATE:
            content = _unpacked(data, match.end(), len(filters), budget)
            content = _unpredicted(content, about)
            budget -= len(content)
            yield content
        elif _SEALED.search(about):
            raise _Refused("a part of it is packed in a way that cannot be looked into")


def _filters(about: bytes) -> list[bytes]:
    match = re.search(rb"/Filter\s*(?:\[([^\]]*)\]|/(\w+))", about)
    if match is None:
        return []
    return re.findall(rb"/(\w+)", match[1]) if match[1] is not None else [match[2]]


def _unpacked(data: bytes, start: int, times: int, budget: int) -> bytes:
    try:
        content = inflated(data, start, budget)
        for _ in range(times - 1):
            content = inflated(content, 0, budget)
    except zlib.error:
        raise _Refused("a part of it cannot be unpacked") from None
    if len(content) >= budget:
        raise _Refused("it unpacks to more than can be looked through")
    return content


def inflated(data: bytes, start: int, most: int) -> bytes:
    """Unpack the stream of a PDF that starts at a place, up to so many bytes.

    A stream ends where its packing says; "endstream" may stand in it by chance. Raise zlib.error
    where it is not packed by zlib.
    """
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    while not unpacker.eof and start < len(data) and most > 0:
        end = data.find(b"endstream", start + 1)
        end = len(data) if end < 0 else end
        parts.append(unpacker.decompress(data[start:end], most))
        most -= len(parts[-1])
        start = end
    return b"".join(parts)


def _unpredicted(content: bytes, about: bytes) -> bytes:
    """Undo PNG's "up" and "none" prediction (7.4.4.4), the ones that writers of PDF use."""
    match = re.search(rb"/Predictor\s+(\d+)", about)
    if match is None or int(match[1]) < 10:
        return content
    columns = re.search(rb"/Columns\s+(\d+)", about)
    width = int(columns[1]) if columns else 1
    row = bytes(width)
    rows: list[bytes] = []
    for at in range(0, len(content), width + 1):
        kind, line = content[at], content[at + 1 : at + 1 + width].ljust(width, b"\0")
        if kind == 2:
            line = bytes(a + b & 255 for a, b in zip(line, row, strict=True))
        elif kind != 0:
            raise _Refused("a part of it is packed in a way that cannot be looked into")
        rows.append(row := line)
    return b"".join(rows)


# --- Office documents: ISO/IEC 29500 (OOXML) and 26300 (ODF) --------------------------------------

_FILLED = r"[^<]*[^<\s][^<]*"
_OFFICE_MARKS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (rf"<(?:dc:creator|meta:initial-creator)\b[^>]*>{_FILLED}<", "it names an author"),
        (rf"<cp:lastModifiedBy\b[^>]*>{_FILLED}<", "it names who changed it last"),
        (rf"<meta:printed-by\b[^>]*>{_FILLED}<", "it names who printed it"),
        (rf"<(?:Company|Manager)\b[^>]*>{_FILLED}<", "it names a company or a manager"),
        (rf"<(?:HyperlinkBase|Template)\b[^>]*>{_FILLED}<", "it names a folder or a template"),
        (rf"<(?:meta:generator|Application)\b[^>]*>{_FILLED}<", "it names the program it is from"),
        (rf"<meta:user-defined\b[^>]*>{_FILLED}<", "it carries fields of its maker's own"),
        (r"<(?:x15ac:)?absPath\b", "it names the folder that it was saved in"),
        (
            r"""\b(?:w|w15|p|p15|x)?:?(?:author|initials|userId)\s*=\s*["'][^"']""",
            "it names who wrote in it",
        ),
        (r"<(?:w:(?:ins|del|moveFrom|moveTo)|text:tracked-changes)\b", "it holds tracked changes"),
    )
)
_OFFICE_PARTS = re.compile(
    r"(?P<comments>comments|people\.xml|persons/|commentAuthors)"
    r"|(?P<custom>docProps/custom\.xml)"
    r"|(?P<thumbnail>thumbnail)"
    r"|(?P<inside>embeddings/|oleObject|Object \d|externalLinks/|attachedToolbars)"
    r"|(?P<macros>vbaProject|Basic/|Scripts/|macrosheets/)"
    r"|(?P<printer>printerSettings)",
    re.IGNORECASE,
)
_PART_WORDS: Mapping[str, str] = {
    "comments": "it holds comments",
    "custom": "it carries fields of its maker's own",
    "thumbnail": "it carries a small picture of an earlier state",
    "inside": "it has other files inside",
    "macros": "it holds macros",
    "printer": "it names a printer",
}


def _check_office(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive, data)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError):
        raise _Refused("it is damaged, encrypted or not what its ending says") from None


def _check_members(archive: zipfile.ZipFile, data: bytes) -> None:
    members = archive.infolist()
    if not data.startswith(b"PK") or not _is_office(archive):
        raise _Refused("it is not what its ending says")
    if archive.comment or any(member.comment for member in members):
        raise _Refused("its archive holds a comment")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise _Refused("it unpacks to more than can be looked through")
    for member in members:
        if found := _OFFICE_PARTS.search(member.filename):
            raise _Refused(_PART_WORDS[found.lastgroup or ""])
        _check_member(archive.read(member))


def _is_office(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    return "[Content_Types].xml" in names or {"mimetype", "META-INF/manifest.xml"} <= names


def _check_member(content: bytes) -> None:
    if kind_of(content):
        try:
            dropped = take_apart(content).dropped
        except Damaged:
            raise _Refused("a picture in it is damaged") from None
        if any(part != content for part in dropped if not part.startswith(b"JFIF\0")):
            raise _Refused("a picture in it has metadata")
        return
    is_wide = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = content.decode("utf-16" if is_wide else "utf-8", "replace")
    for pattern, words in _OFFICE_MARKS:
        if pattern.search(text):
            raise _Refused(words)


_CHECKS: Mapping[str, Callable[[bytes], None]] = {
    ".pdf": _check_pdf,
    **dict.fromkeys((".docx", ".odp", ".ods", ".odt", ".pptx", ".xlsx"), _check_office),
    **dict.fromkeys((".asc", ".csv", ".geojson", ".json", ".tsv", ".txt", ".vtt"), _check_text),
}
