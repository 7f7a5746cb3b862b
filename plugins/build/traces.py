"""Say of most pages, soon, that nothing in them tells of the machine: no word or path of it is there at all.

Where one may be, the page is looked through at length (`machine_traces`). The search is for bytes,
and the styles and scripts that all pages carry are searched once: 0.45 -> 0.05 ms a page.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

MOST = 400  # bytes; a longer path might lie half outside of what is decoded around an escape
# What every page carries. The data that a page gives to machines stands in an element with attributes.
ELEMENTS = ((b"<style>", b"</style>"), (b"<script>", b"</script>"), (b'<link rel="icon"', b">"))
# What a pattern takes for an ASCII letter when case does not count: İ, ı, ſ and the sign of kelvin; each with one
# byte of it, for re and find look for a single byte at once.
ALSO_ASCII = ((b"\xc4", b"\xc4\xb0"), (b"\xc4", b"\xc4\xb1"), (b"\xc5", b"\xc5\xbf"), (b"\x84", b"\xe2\x84\xaa"))
NO_TEXT = (b"\xff\xfe", b"\xfe\xff", b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"%PDF-", b"PK", b"\x1f\x8b\x08")
JSON_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(.))", re.DOTALL)


class Wanted(NamedTuple):
    """What is looked for. paths, as_bytes: as they are. names: in small letters."""

    paths: tuple[str, ...]
    as_bytes: tuple[bytes, ...]
    names: tuple[bytes, ...]


@lru_cache(maxsize=64)
def wanted(paths: tuple[str, ...], names: tuple[str, ...]) -> Wanted | None:
    """Make what is looked for; None where only the long way finds it."""
    is_usual = all(name.isascii() for name in names) and not any("<" in path or ">" in path for path in paths)
    is_short = all(len(path.encode()) <= MOST for path in paths)
    if not (is_usual and is_short):
        return None
    return Wanted(paths, tuple(path.encode() for path in paths), tuple(name.lower().encode() for name in names))


def tells_nothing(data: bytes, sought: Wanted | None) -> bool:
    """Say whether a text certainly holds nothing of what is looked for; False where it may, or is no text."""
    if sought is None or data.startswith(NO_TEXT) or data[4:8] == b"ftyp" or data[257:262] == b"ustar":
        return False
    for opening, closing in ELEMENTS:
        start = data.find(opening)
        end = data.find(closing, start)
        if start >= 0 and end >= 0:
            if not is_clean_element(data[start:end], sought):
                return False
            data = data[:start] + data[end:]
    return is_clean(data, sought)


def is_clean(data: bytes, sought: Wanted) -> bool:
    """Say whether nothing of what is looked for is in some bytes, nor in what escapes in them stand for."""
    lowered = data.lower()
    if any(name in lowered for name in sought.names) or any(byte in data and sign in data for byte, sign in ALSO_ASCII):
        return False
    if any(path in data for path in sought.as_bytes):
        return False
    return not any(path in text for text in ways(data) for path in sought.paths)


is_clean_element = lru_cache(maxsize=256)(is_clean)


def ways(data: bytes) -> Iterator[str]:
    """Give what stands near the escapes of a text, with these undone."""
    if b"%" in data:
        yield unquote(near(data, b"%"), errors="replace")
    if b"\\" in data:
        yield JSON_ESCAPE.sub(unescaped, near(data, b"\\"))
    if b"&" in data:
        yield html.unescape(near(data, b"&"))


def near(data: bytes, sign: bytes) -> str:
    """Give what stands near each sign of an escape."""
    parts: list[bytes] = []
    start = end = 0
    at = data.find(sign)
    while at >= 0:
        if at - MOST > end:
            parts.append(data[start:end])
            start = at - MOST
        end = at + MOST
        at = data.find(sign, at + 1)
    return b"\n".join([*parts, data[start:end]]).decode("utf-8", "replace")


def unescaped(match: re.Match[str]) -> str:
    """Give what an escape of JSON stands for."""
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else match[3]
