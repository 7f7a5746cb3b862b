"""Which bytes of a picture file are the picture, and which only travel with it.

`take_apart` reads the container of a JPEG, PNG, GIF, WebP or AVIF file and gives back the same
file without anything that is not needed to show it: EXIF, XMP, IPTC, comments, thumbnails, second
pictures, colour profiles and whatever follows the picture's end. The picture itself is not decoded
and not one of its bytes is changed, so nothing is lost and the result is the same on every machine.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass


class Damaged(ValueError):
    """The file breaks its format's rules. The message says how, as a clause: "it is cut off"."""


@dataclass(frozen=True)
class Parts:
    """A picture file taken apart.

    picture: the file, metadata left out. size: width and height as stored. orientation: the EXIF
    value from 1 to 8, how to turn the stored picture. profile: the ICC colour profile, empty if
    there is none. frames: how many pictures it shows in turn. dropped: what was left out.
    """

    picture: bytes
    size: tuple[int, int]
    orientation: int = 1
    profile: bytes = b""
    frames: int = 1
    dropped: tuple[bytes, ...] = ()


def kind_of(data: bytes) -> str:
    """Tell the format by its first bytes: "jpeg", "png", "gif", "webp", "avif", or ""."""
    return next((kind for kind, magic in _MAGIC.items() if magic.match(data)), "")


_MAGIC: Mapping[str, re.Pattern[bytes]] = {
    "jpeg": re.compile(rb"\xff\xd8\xff"),
    "png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "gif": re.compile(rb"GIF8[79]a"),
    "webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "avif": re.compile(rb"....ftyp(avif|avis|(mif1|miaf).{4}(.{4})*?avif)", re.DOTALL),
}


def take_apart(data: bytes) -> Parts:
    """Separate a picture from what travels with it. Raise Damaged where the format's rules break.

    A picture of an unknown kind is Damaged too. The pixels are not looked at: see `check_pixels`.
    """
    kind = kind_of(data)
    if not kind:
        raise Damaged("it is not a JPEG, PNG, GIF, WebP or AVIF picture")
    try:
        return _READERS[kind](data)
    except (IndexError, struct.error) as error:
        raise Damaged("it is cut off") from error


def orientation_of(exif: bytes) -> int:
    """Read the orientation from a TIFF block (Exif 2.32, 4.6.4); 1 where it is missing or broken.

    Only the first directory counts, as in browsers; XMP's own orientation does not.
    """
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + 12 * number)
            if tag == 0x0112 and kind == 3:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


# --- JPEG: ITU-T T.81, annex B -------------------------------------------------------------------

_EOI, _SOS, _APP0, _APP1, _APP2, _APP14 = 0xD9, 0xDA, 0xE0, 0xE1, 0xE2, 0xEE
_SOF = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDC, 0xDD})  # DHT, DAC, DQT, DNL, DRI
_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JFIF = b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"  # version 1.1, square pixels, no thumbnail
_ICC = b"ICC_PROFILE\0"


def _jpeg(data: bytes) -> Parts:
    out = [b"\xff\xd8"]
    dropped: list[bytes] = []
    profile: dict[int, bytes] = {}
    size, orientation = (0, 0), 1
    at = 2
    while True:
        marker, payload, after = _jpeg_segment(data, at)
        if marker == _EOI:
            break
        kept = _jpeg_kept(marker, payload)
        if kept is not None:
            out.append(struct.pack(">BBH", 0xFF, marker, len(kept) + 2) + kept)
        if kept != payload:
            dropped.append(payload)
        if marker in _SOF and size == (0, 0):
            height, width = struct.unpack_from(">HH", payload, 1)
            size = (width, height)
        elif marker == _APP1 and payload.startswith(b"Exif\0") and orientation == 1:
            orientation = orientation_of(payload[6:])
        elif marker == _APP2 and payload.startswith(_ICC) and len(payload) > 14:
            profile[payload[12]] = payload[14:]
        at = after
        if marker == _SOS:
            end = _AFTER_SCAN.search(data, at)
            if end is None:
                raise Damaged("it is cut off")
            out.append(data[at : end.start()])
            at = end.start()
    if min(size) == 0:
        raise Damaged("it holds no picture")
    dropped += [rest] if (rest := data[after:]) else []
    icc = b"".join(profile[number] for number in sorted(profile))
    return Parts(b"".join([*out, b"\xff\xd9"]), size, orientation, icc, dropped=tuple(dropped))


def _jpeg_segment(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Read one marker segment: its marker, its payload, and where the next begins."""
    if data[at] != 0xFF:
        raise Damaged("there are stray bytes in it")
    while data[at + 1] == 0xFF:  # fill bytes, B.1.1.2
        at += 1
    marker = data[at + 1]
    if marker == _EOI:
        return marker, b"", at + 2
    (length,) = struct.unpack_from(">H", data, at + 2)
    after = at + 2 + length
    if length < 2 or after > len(data):
        raise Damaged("it is cut off")
    return marker, data[at + 4 : after], after


def _jpeg_kept(marker: int, payload: bytes) -> bytes | None:
    """Give what stays of a segment; None if nothing does."""
    if marker in _SOF | _TABLES | {_SOS}:
        return payload
    if marker == _APP0 and payload.startswith(b"JFIF\0"):
        return _JFIF
    if marker == _APP14 and payload.startswith(b"Adobe") and len(payload) >= 12:
        return b"Adobe\0\x64\0\0\0\0" + payload[11:12]  # the last byte says how colour is coded
    if 0xE0 <= marker <= 0xEF or marker == 0xFE:
        return None
    raise Damaged(f"it has a part of an unknown kind (FF{marker:02X})")


# --- PNG: https://www.w3.org/TR/png-3/ -----------------------------------------------------------

_PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"sRGB", b"cICP", b"acTL", b"fcTL", b"fdAT"})
_PNG_COLOUR = frozenset({b"gAMA", b"cHRM"})
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2))
_PASSES = (*_ADAM7, (0, 1, 1, 2))


def _png(data: bytes) -> Parts:
    chunks = list(_png_chunks(data))
    end = sum(12 + len(body) for _, body in chunks) + len(_PNG_MAGIC)
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 13:
        raise Damaged("it does not begin as a PNG must")
    first = dict(reversed(chunks))  # of a kind, the first counts
    kept_names = _PNG_KEPT if b"iCCP" in first else _PNG_KEPT | _PNG_COLOUR
    for name, _ in chunks:
        if name not in _PNG_KEPT and name[0:1].isupper():
            raise Damaged(f"it has a part of an unknown kind ({name.decode('ascii', 'replace')})")
    kept = [(name, body) for name, body in chunks if name in kept_names]
    dropped = [name + body for name, body in chunks if name not in kept_names]
    dropped += [_inflated_text(name, body) for name, body in chunks if name in {b"zTXt", b"iTXt"}]
    width, height = struct.unpack_from(">II", first[b"IHDR"])
    return Parts(
        _PNG_MAGIC + b"".join(_png_chunk(name, body) for name, body in kept),
        (width, height),
        orientation_of(first.get(b"eXIf", b"")),
        _png_profile(first.get(b"iCCP", b"")),
        max(1, sum(name == b"fcTL" for name, _ in chunks)),
        (*dropped, *([data[end:]] if data[end:] else [])),
    )


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_PNG_MAGIC)
    name = b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        (checksum,) = struct.unpack_from(">I", data, at + 8 + length)
        if checksum != zlib.crc32(name + body):
            raise Damaged("a checksum in it is wrong")
        yield name, body
        at += 12 + length


def _png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I4s", len(body), name) + body + struct.pack(">I", zlib.crc32(name + body))


def _png_profile(body: bytes) -> bytes:
    _, _, rest = body.partition(b"\0")
    return _inflated(rest[1:])


def _inflated_text(name: bytes, body: bytes) -> bytes:
    """Give the words of a compressed text chunk; empty where they are stored plain."""
    _, _, rest = body.partition(b"\0")
    if name == b"iTXt":
        rest = rest[1:].split(b"\0", 2)[-1] if rest[:1] == b"\x01" else b""
    return _inflated(rest[1:] if name == b"zTXt" else rest)


def _inflated(packed: bytes, *, most: int = 8_000_000) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


def check_pixels(data: bytes) -> None:
    """Hold a PNG to having exactly its pixels packed into it, no fewer and not one byte more.

    Screenshot tools have left the cropped part of a picture behind its end (CVE-2023-21036).
    Raise Damaged; pass over other formats, whose pixels cannot be counted without decoding.
    """
    if kind_of(data) != "png":
        return
    chunks = list(_png_chunks(data))
    header = chunks[0][1]
    width, height = struct.unpack_from(">II", header)
    _check_stream(b"".join(b for n, b in chunks if n == b"IDAT"), width, height, header)
    frame: list[bytes] = []
    for name, body in [*chunks, (b"fcTL", b"")]:
        if name == b"fcTL":
            if frame:
                _check_stream(b"".join(frame), width, height, header)
            frame = []
            if body:
                width, height = struct.unpack_from(">II", body, 4)
        elif name == b"fdAT":
            frame.append(body[4:])


def _check_stream(packed: bytes, width: int, height: int, header: bytes) -> None:
    depth, colour, interlaced = header[8], header[9], header[12]
    bits = depth * _CHANNELS.get(colour, 0)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    expected = 0
    for x, y, across, down in passes:
        columns, rows = -(-(width - x) // across), -(-(height - y) // down)
        if columns > 0 and rows > 0:
            expected += rows * (1 + (columns * bits + 7) // 8)
    unpacker = zlib.decompressobj()
    count = 0
    try:
        while packed and not unpacker.eof and count <= expected:
            count += len(unpacker.decompress(packed, 1 << 20))
            packed = unpacker.unconsumed_tail
    except zlib.error as error:
        raise Damaged("its pixels cannot be unpacked") from error
    if count < expected:
        raise Damaged("it is cut off")
    if count > expected or unpacker.unused_data:
        raise Damaged("it holds more than the picture that it shows")


# --- GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt ----------------------------------------

_LOOPS = (b"\x0bNETSCAPE2.0", b"\x0bANIMEXTS1.0")


def _gif(data: bytes) -> Parts:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _gif_colours(flags)
    out = [data[:at]]
    dropped: list[bytes] = []
    frames = 0
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x2C:
            at = _gif_blocks_end(data, at + 11 + _gif_colours(data[at + 9]))
            frames += 1
            out.append(data[start:at])
        elif data[at] == 0x21:
            at = _gif_blocks_end(data, at + 2)
            block = data[start:at]
            is_loop = block[1] == 0xFF and block[2:14] in _LOOPS
            (out if block[1] == 0xF9 or is_loop else dropped).append(block)
        else:
            raise Damaged("there are stray bytes in it")
    if not frames:
        raise Damaged("it holds no picture")
    rest = data[at + 1 :]
    dropped += [rest] if rest else []
    return Parts(b"".join([*out, b";"]), (width, height), frames=frames, dropped=tuple(dropped))


def _gif_colours(flags: int) -> int:
    """Give the length of the colour table that a flags byte announces."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _gif_blocks_end(data: bytes, at: int) -> int:
    """Walk over sub-blocks, each led by its length, to behind the empty one that ends them."""
    while data[at]:
        at += 1 + data[at]
    return at + 1


# --- WebP: https://developers.google.com/speed/webp/docs/riff_container --------------------------

_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"})
_ANIMATED_OR_ALPHA = 0x12


def _webp(data: bytes) -> Parts:
    (length,) = struct.unpack_from("<I", data, 4)
    end = 8 + length
    if end > len(data):
        raise Damaged("it is cut off")
    chunks = list(_riff_chunks(data[:end], 12))
    kept = [(name, _webp_body(name, body)) for name, body in chunks if name in _WEBP_KEPT]
    dropped = [name + body for name, body in chunks if name not in _WEBP_KEPT]
    dropped += [data[end:]] if data[end:] else []
    first = dict(reversed(chunks))  # of a kind, the first counts
    exif = first.get(b"EXIF", b"").removeprefix(b"Exif\0\0")
    body = b"WEBP" + b"".join(_riff_chunk(name, content) for name, content in kept)
    return Parts(
        b"RIFF" + struct.pack("<I", len(body)) + body,
        _webp_size(first),
        orientation_of(exif),
        first.get(b"ICCP", b""),
        max(1, sum(name == b"ANMF" for name, _ in chunks)),
        tuple(dropped),
    )


def _riff_chunks(data: bytes, at: int) -> Iterator[tuple[bytes, bytes]]:
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise Damaged("it is cut off")
        yield name, body
        at += 8 + length + length % 2


def _riff_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def _webp_body(name: bytes, body: bytes) -> bytes:
    if name == b"VP8X":
        return bytes([body[0] & _ANIMATED_OR_ALPHA, 0, 0, 0]) + body[4:10]
    if name == b"ANMF":
        inner = [(n, b) for n, b in _riff_chunks(body, 16) if n in _WEBP_KEPT]
        return body[:16] + b"".join(_riff_chunk(n, b) for n, b in inner)
    return body


def _webp_size(first: Mapping[bytes, bytes]) -> tuple[int, int]:
    if canvas := first.get(b"VP8X"):
        return 1 + int.from_bytes(canvas[4:7], "little"), 1 + int.from_bytes(canvas[7:10], "little")
    if lossy := first.get(b"VP8 "):
        width, height = struct.unpack_from("<HH", lossy, 6)
        return width & 0x3FFF, height & 0x3FFF
    if lossless := first.get(b"VP8L"):
        (packed,) = struct.unpack_from("<I", lossless, 1)
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    raise Damaged("it holds no picture")


# --- AVIF: ISO/IEC 23008-12 (HEIF) and 14496-12 --------------------------------------------------
#
# Boxes point at each other by position in the file, so nothing is taken out: what is not picture is
# blanked where it stands, and the file keeps its length.

_BOX_KEPT = frozenset({b"ftyp", b"meta", b"mdat"})
_META_KEPT = frozenset({b"hdlr", b"pitm", b"iloc", b"iinf", b"iref", b"iprp", b"idat", b"grpl", b"dinf", b"free"})
# fmt: off
_PROPERTIES = frozenset({
    b"ispe", b"pixi", b"av1C", b"colr", b"auxC", b"irot", b"imir", b"pasp", b"clap", b"clli",
    b"mdcv", b"cclv", b"amve", b"a1op", b"lsel", b"a1lx", b"free",
})
# fmt: on
_NOT_PICTURE = frozenset({b"Exif", b"mime", b"uri "})
_EMPTY_EXIF = b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"


@dataclass(frozen=True)
class _Box:
    """A box: its type, where it starts, where its content starts, and where it ends."""

    name: bytes
    start: int
    body: int
    end: int


def _avif(data: bytes) -> Parts:
    blank = _Blank(data)
    boxes = list(_boxes(data, 0, len(data)))
    if any(box.name == b"moov" for box in boxes):
        raise Damaged("it is a moving picture")
    for box in boxes:
        if box.name not in _BOX_KEPT:
            blank.free(box)
    meta = next((box for box in boxes if box.name == b"meta"), None)
    if meta is None:
        raise Damaged("it holds no picture")
    inner = {box.name: box for box in _boxes(data, meta.body + 4, meta.end)}
    for box in inner.values():
        if box.name not in _META_KEPT:
            blank.free(box)
    if b"hdlr" in inner:
        blank.fill(inner[b"hdlr"].body + 24, inner[b"hdlr"].end)
    kinds = dict(_items(data, inner, blank))
    extents = list(_extents(data, inner))
    _blank_items(blank, kinds, extents, [box for box in boxes if box.name == b"mdat"], inner)
    size, profile, turned = _properties(data, inner, blank)
    return Parts(
        bytes(blank.out),
        size[::-1] if turned else size,
        profile=profile,
        dropped=tuple(blank.dropped),
    )


class _Blank:
    """A copy of a file in which parts are blanked, remembering what they held."""

    def __init__(self, data: bytes) -> None:
        self.out = bytearray(data)
        self.dropped: list[bytes] = []

    def fill(self, start: int, end: int, content: bytes = b"") -> None:
        """Overwrite a part with some content, and zeros after it."""
        size = end - start
        new = content[:size].ljust(size, b"\0") if len(content) <= size else bytes(size)
        old = bytes(self.out[start:end])
        if old.strip(b"\0 ") and old != new:
            self.dropped.append(old)
        self.out[start:end] = new

    def free(self, box: _Box) -> None:
        """Turn a box into free space."""
        self.fill(box.body, box.end)
        self.out[box.start + 4 : box.start + 8] = b"free"


def _boxes(data: bytes, at: int, end: int) -> Iterator[_Box]:
    while at < end:
        size, name = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
            body += 8
        stop = end if size == 0 else at + size
        if stop > end or stop < body:
            raise Damaged("it is cut off")
        yield _Box(name, at, body, stop)
        at = stop


def _number(data: bytes, at: int, width: int) -> int:
    if at + width > len(data):
        raise Damaged("it is cut off")
    return int.from_bytes(data[at : at + width], "big")


def _items(data: bytes, inner: Mapping[bytes, _Box], blank: _Blank) -> Iterator[tuple[int, bytes]]:
    """Give the items' numbers and types (8.11.6), and blank their names."""
    box = inner.get(b"iinf")
    if box is None:
        raise Damaged("it holds no picture")
    start = box.body + 4 + (2 if data[box.body] == 0 else 4)
    for entry in _boxes(data, start, box.end):
        version, wide = data[entry.body], 4 if data[entry.body] == 3 else 2
        if version not in {2, 3}:
            raise Damaged("it lists its parts in an old way")
        at = entry.body + 4 + wide + 2
        yield _number(data, entry.body + 4, wide), data[at : at + 4]
        stop = data.find(b"\0", at + 4, entry.end)
        if stop < 0:
            raise Damaged("it is cut off")
        if data[at + 4 : stop].strip():
            blank.dropped.append(data[at + 4 : stop])
        blank.out[at + 4 : stop] = b" " * (stop - at - 4)


def _extents(data: bytes, inner: Mapping[bytes, _Box]) -> Iterator[tuple[int, int, int]]:
    """Give the parts of the file that items lie in (8.11.3): item, start, end."""
    box = inner.get(b"iloc")
    if box is None:
        raise Damaged("it holds no picture")
    version, at = data[box.body], box.body + 4
    offset_w, length_w = data[at] >> 4, data[at] & 15
    base_w, index_w = data[at + 1] >> 4, data[at + 1] & 15 if version else 0
    wide = 4 if version == 2 else 2
    count, at = _number(data, at + 2, wide), at + 2 + wide
    for _ in range(count):
        item, at = _number(data, at, wide), at + wide
        method = _number(data, at, 2) & 15 if version else 0
        at += (2 if version else 0) + 2
        base, at = _number(data, at, base_w), at + base_w
        extents, at = _number(data, at, 2), at + 2
        if method > 1 or (method == 1 and b"idat" not in inner):
            raise Damaged("its parts are stored in an unusual way")
        origin = base + (inner[b"idat"].body if method == 1 else 0)
        for _ in range(extents):
            offset, at = _number(data, at + index_w, offset_w), at + index_w + offset_w
            length, at = _number(data, at, length_w), at + length_w
            start = origin + offset
            end = start + length if length else len(data)
            if end > len(data):
                raise Damaged("it is cut off")
            yield item, start, end


def _blank_items(
    blank: _Blank,
    kinds: Mapping[int, bytes],
    extents: list[tuple[int, int, int]],
    stores: list[_Box],
    inner: Mapping[bytes, _Box],
) -> None:
    """Blank the items that are no picture, and what lies in the stores but belongs to none."""
    pictures = sorted((start, end) for item, start, end in extents if kinds.get(item) not in _NOT_PICTURE)
    for item, start, end in extents:
        if kinds.get(item) in _NOT_PICTURE:
            if any(start < theirs and ours < end for ours, theirs in pictures):
                raise Damaged("its metadata and its picture overlap")
            blank.fill(start, end, _EMPTY_EXIF if kinds[item] == b"Exif" else b"")
    known = sorted((start, end) for _, start, end in extents)
    for store in [*stores, *([inner[b"idat"]] if b"idat" in inner else [])]:
        at = store.body
        for start, end in known:
            if store.body <= start <= store.end:
                if start > at:
                    blank.fill(at, start)
                at = max(at, end)
        if at < store.end:
            blank.fill(at, store.end)


def _properties(data: bytes, inner: Mapping[bytes, _Box], blank: _Blank) -> tuple[tuple[int, int], bytes, bool]:
    """Blank properties that do not show; give size, colour profile, and if it lies on its side."""
    iprp = inner.get(b"iprp")
    children = list(_boxes(data, iprp.body, iprp.end)) if iprp else []
    ipco = next((box for box in children if box.name == b"ipco"), None)
    if ipco is None:
        raise Damaged("it holds no picture")
    size, profile, turned = (0, 0), b"", False
    freed: set[int] = set()
    for number, box in enumerate(_boxes(data, ipco.body, ipco.end), start=1):
        is_profile = box.name == b"colr" and data[box.body : box.body + 4] in {b"prof", b"rICC"}
        if box.name == b"ispe":
            wide, high = struct.unpack_from(">II", data, box.body + 4)
            size = max(size, (wide, high), key=lambda both: both[0] * both[1])
        elif box.name == b"irot":
            turned = bool(data[box.body] & 1)
        if is_profile:
            profile = data[box.body + 4 : box.end]
        if is_profile or box.name not in _PROPERTIES:
            blank.free(box)
            freed.add(number)
    for box in children:
        if box.name == b"ipma":
            _forget_essential(data, box, blank, freed)
    if min(size) == 0:
        raise Damaged("it holds no picture")
    return size, profile, turned


def _forget_essential(data: bytes, box: _Box, blank: _Blank, freed: set[int]) -> None:
    """Clear the mark "needed to show the item" (8.11.14) on properties that were freed."""
    version, wide = data[box.body], 2 if data[box.body + 3] & 1 else 1
    count, at = _number(data, box.body + 4, 4), box.body + 8
    for _ in range(count):
        at += 2 if version == 0 else 4
        number, at = data[at], at + 1
        for _ in range(number):
            if _number(data, at, wide) & (0x7FFF if wide == 2 else 0x7F) in freed:
                blank.out[at] &= 0x7F
            at += wide


_READERS: Mapping[str, Callable[[bytes], Parts]] = {
    "jpeg": _jpeg,
    "png": _png,
    "gif": _gif,
    "webp": _webp,
    "avif": _avif,
}
