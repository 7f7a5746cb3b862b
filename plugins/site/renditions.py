"""Draw pictures smaller, and in a format that weighs less, for the pages that show them.

A page never shows a picture wider than its text, and most readers hold a phone: two widths are
enough. Each is drawn in WebP; browsers without it get the larger one in the picture's own format.
What was drawn is kept in .cache/, and drawn again only if the picture's bytes, the recipe or the
libraries changed. A file there that is damaged counts as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import marshal
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import PIL
from PIL import Image, features

from plugins.site.containers import kind_of, take_apart
from plugins.site.pictures import ENDINGS, encoded

WIDTHS = (480, 960)
DRAWN = frozenset({"jpeg", "png", "webp"})
# 16 bits a colour, and colours beyond sRGB, would come out otherwise.
MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
OTHER_COLOURS = b"cICP"
# Names that only renditions have: images/pier.jpg-480.webp.
NAMED_LIKE = re.compile(r"\.(?:jpe?g|png|webp)-\d+\.(?:jpg|png|webp)$", re.IGNORECASE)
How = Mapping[str, Any]  # settings of Pillow's
WEBP: How = {"quality": 80, "method": 4}
LOSSLESS: How = {"lossless": True, "quality": 80, "method": 4}
SMALLER: Mapping[str, How] = {
    "jpeg": {"quality": 80, "optimize": True, "progressive": True, "subsampling": 2},
    "png": {"optimize": True},
}
RECIPE = repr((1, WIDTHS, WEBP, LOSSLESS, SMALLER, PIL.__version__, features.version("webp"))).encode()
FOLDER = Path(".cache/pictures")
MOST_KEPT = 300_000_000  # bytes; what the edition shows stays in any case


@dataclass(frozen=True)
class Rendition:
    """A picture as it is drawn for a page. path: where it is published."""

    path: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Drawn:
    """What is drawn of a picture. webp: from the narrowest. own: in its own format, None if it fits as it is."""

    webp: tuple[Rendition, ...] = ()
    own: Rendition | None = None

    @property
    def files(self) -> tuple[Rendition, ...]:
        """Everything that is to be published."""
        return (*self.webp, *([self.own] if self.own else []))


def is_named_like_one(path: str) -> bool:
    """Say whether a picture's name is one that the site keeps for renditions."""
    return NAMED_LIKE.search(path) is not None


def drawn(path: str, picture: bytes) -> Drawn:
    """Draw a published picture for pages. Nothing is drawn of one that moves, nor what would weigh more than it."""
    kind = kind_of(picture)
    if kind not in DRAWN or take_apart(picture).frames > 1 or (kind == "png" and OTHER_COLOURS in picture):
        return Drawn()
    opened = Image.open(io.BytesIO(picture))
    if opened.mode not in MODES:
        return Drawn()
    image = plain(opened)
    as_it_is = Rendition(path, picture, *image.size)
    is_exact = kind == "png" or b"VP8L" in picture[:64]
    widths = [*(width for width in WIDTHS if width < image.width), image.width][: len(WIDTHS)]
    sizes = [narrowed(image, width) for width in widths]
    webp = [
        as_it_is
        if each is image and kind == "webp"
        else rendition(path, each, ".webp", in_webp(each, is_exact=is_exact))
        for each in sizes
    ]
    own = None
    if image.width > WIDTHS[-1]:
        last = sizes[-1]
        own = webp[-1] if kind == "webp" else rendition(path, last, ENDINGS[kind], encoded(last, kind, SMALLER[kind]))
        own = own if len(own.data) < len(picture) else None
    most = len((own or as_it_is).data)
    is_lighter = len(webp[0].data) < most and len(webp[-1].data) <= most
    return Drawn(tuple(webp) if is_lighter else (), own)


def rendition(path: str, image: Image.Image, ending: str, data: bytes) -> Rendition:
    """Name what was drawn of a picture."""
    return Rendition(f"{path}-{image.width}{ending}", data, *image.size)


def plain(image: Image.Image) -> Image.Image:
    """Give a picture's pixels, and nothing that came with them."""
    mode = "RGBA" if image.has_transparency_data else "L" if image.mode in {"1", "L"} else "RGB"
    found = image.convert(mode)
    found.info = {}
    return found


def narrowed(image: Image.Image, width: int) -> Image.Image:
    """Draw a picture at a width. Bicubic asks nothing of a machine's mathematics, so bytes are the same everywhere."""
    if width == image.width:
        return image
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.BICUBIC, reducing_gap=3.0)


def in_webp(image: Image.Image, *, is_exact: bool) -> bytes:
    """Draw in WebP. is_exact: what has been kept without loss, such as a map, stays so where it weighs no more."""
    lossy = encoded(image, "webp", WEBP)
    lossless = encoded(image, "webp", LOSSLESS) if is_exact else b""
    return lossless if lossless and len(lossless) <= len(lossy) else lossy


class Darkroom:
    """Draws pictures, and keeps what it drew for the next build. root: the folder that holds content/."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._used: set[str] = set()

    def drawn(self, path: str, picture: bytes) -> Drawn:
        """Give what is drawn of a published picture."""
        key = hashlib.blake2b(path.encode() + b"\0" + picture, key=hashlib.blake2b(RECIPE).digest()).hexdigest()[:64]
        self._used.add(key)
        found = self._kept(key)
        if found is None:
            found = drawn(path, picture)
            self._keep(key, found)
        return found

    def _kept(self, key: str) -> Drawn | None:
        with contextlib.suppress(OSError, ValueError, EOFError, TypeError):
            data = (self._folder / key).read_bytes()
            if data[:64] == checked(key, data[64:]):
                webp, own = marshal.loads(data[64:])
                return Drawn(tuple(Rendition(*each) for each in webp), Rendition(*own) if own else None)
        return None

    def _keep(self, key: str, found: Drawn) -> None:
        payload = marshal.dumps(([row_of(each) for each in found.webp], row_of(found.own) if found.own else None))
        with contextlib.suppress(OSError):  # without it the picture is drawn anew
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = self._folder / f"{key}.{os.getpid()}"
            fresh.write_bytes(checked(key, payload) + payload)
            fresh.replace(self._folder / key)

    def tidy(self, most: int = MOST_KEPT) -> None:
        """Throw away what is oldest and was not used, while too much is kept."""
        with contextlib.suppress(OSError):
            files = [(each.stat().st_mtime_ns, each) for each in self._folder.iterdir()]
            total = sum(each.stat().st_size for _, each in files)
            for _, file in sorted(files):
                if total > most and file.name not in self._used:
                    total -= file.stat().st_size
                    file.unlink()


def row_of(rendition: Rendition) -> tuple[str, bytes, int, int]:
    """Give a rendition as it is kept."""
    return rendition.path, rendition.data, rendition.width, rendition.height


def checked(key: str, payload: bytes) -> bytes:
    """Give the digest that ties what is kept to its key."""
    return hashlib.blake2b(payload, key=key.encode()[:64]).digest()
