"""Pictures as readers get them: upright, in the web's colours, and telling nothing about anyone.

`publishable` gives the bytes to publish for a picture file. Where a picture stands upright and is
in sRGB, its pixels are not touched: what travels with it is left out of the container. Where it is
not, it is drawn anew, with the quality that it had. The same file gives the same bytes every time.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from PIL import Image, ImageCms, JpegImagePlugin

from plugins.site.containers import Damaged, Parts, check_pixels, kind_of, take_apart

KINDS: Mapping[str, str] = {
    ".avif": "avif",
    ".gif": "gif",
    ".jpeg": "jpeg",
    ".jpg": "jpeg",
    ".png": "png",
    ".webp": "webp",
}
ENDINGS: Mapping[str, str] = {"jpeg": ".jpg", "png": ".png", "gif": ".gif", "webp": ".webp"} | {"avif": ".avif"}
MOST_PIXELS = 50_000_000  # of all frames together; a phone's largest picture has 48 million

# How to set upright what EXIF calls orientation 2 to 8 (Exif 2.32, 4.6.4).
_UPRIGHT: Mapping[int, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow raises for a file that it cannot decode.
_UNREADABLE = (
    *(OSError, ValueError, SyntaxError, EOFError, RuntimeError, IndexError, struct.error),
    *(Warning, Image.DecompressionBombError),
)
# Colours that lie this near (of 255) look the same: profiles that only round sRGB differently.
_SAME = 2


class NotAPicture(ValueError):
    """A picture that cannot be published. wrong and remedy are sentences for a Problem."""

    def __init__(self, wrong: str, remedy: str) -> None:
        super().__init__(f"{wrong} {remedy}")
        self.wrong = wrong
        self.remedy = remedy


def publishable(data: bytes, name: str) -> bytes:
    """Give the bytes to publish for the picture file called `name`.

    They hold no metadata, stand upright and are in sRGB. What is publishable comes back unchanged.
    Raise NotAPicture for a file that is not what its name's ending says, that is damaged or too
    large, or that can only be drawn anew at a loss nobody would accept.
    """
    parts = _checked(data, name)
    profile = _foreign(parts.profile)
    mode = _load(parts.picture, name).mode
    if parts.orientation == 1 and profile is None and mode != "CMYK":
        return parts.picture
    return _drawn_anew(parts, profile, name)


def size(data: bytes) -> tuple[int, int]:
    """Give the width and height of a picture as `publishable` will show it: set upright.

    Raise NotAPicture if it is no picture of a known kind.
    """
    try:
        parts = take_apart(data)
    except Damaged as error:
        raise _damaged("the file", error) from error
    return parts.size[::-1] if parts.orientation >= 5 else parts.size


def _checked(data: bytes, name: str) -> Parts:
    ending = PurePosixPath(name).suffix
    if ending.lower() not in KINDS:
        wrong = f"{name!r} is not a picture that can be published."
        raise NotAPicture(wrong, "Save it as JPEG, PNG, WebP, AVIF or GIF.")
    kind = kind_of(data)
    if kind and kind != KINDS[ending.lower()]:
        wrong = f"{name!r} is not what its ending says, but a {_WORDS[kind]} picture."
        raise NotAPicture(wrong, f"Rename it: its ending must be {ENDINGS[kind]!r}.")
    try:
        parts = take_apart(data)
        _check_area(parts, name)
        check_pixels(parts.picture)
    except Damaged as error:
        raise _damaged(repr(name), error) from error
    return parts


_WORDS: Mapping[str, str] = {
    "avif": "AVIF",
    "gif": "GIF",
    "jpeg": "JPEG",
    "png": "PNG",
    "webp": "WebP",
}


def _damaged(name: str, error: Exception) -> NotAPicture:
    return NotAPicture(f"{name} cannot be read as a picture: {error}.", "Save the picture anew.")


def _check_area(parts: Parts, name: str) -> None:
    width, height = parts.size
    if width * height * parts.frames > MOST_PIXELS:
        frames = f" in {parts.frames} frames" if parts.frames > 1 else ""
        wrong = f"{name!r} is too large: {width} by {height} pixels{frames}."
        remedy = f"Make it smaller: {MOST_PIXELS // 1_000_000} million pixels are the most."
        raise NotAPicture(wrong, remedy)


def _load(picture: bytes, name: str) -> Image.Image:
    """Decode the picture, all of the first frame, to know that browsers can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            image = Image.open(io.BytesIO(picture), formats=list(_WORDS.values()))
            image.load()
    except _UNREADABLE as error:
        raise _damaged(repr(name), Damaged("its pixels cannot be decoded")) from error
    return image


# --- Colours -------------------------------------------------------------------------------------


def _foreign(profile: bytes) -> ImageCms.ImageCmsProfile | None:
    """Give a colour profile if it makes colours look otherwise than sRGB does; else None.

    A profile that cannot be read counts as none, as in browsers.
    """
    if not profile:
        return None
    try:
        parsed = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return None if _looks_like_srgb(parsed) else parsed
    except (OSError, ValueError, ImageCms.PyCMSError):
        return None


def _looks_like_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Convert a grid of colours, and see whether any moves."""
    space = profile.profile.xcolor_space.strip()
    if space == "GRAY":
        before = Image.frombytes("L", (256, 1), bytes(range(256)))
    elif space == "RGB":
        steps = range(0, 256, 17)
        grid = bytes(value for r in steps for g in steps for b in steps for value in (r, g, b))
        before = Image.frombytes("RGB", (256, 16), grid)
    else:
        return False
    after = _to_srgb(before, profile)
    pairs = zip(before.convert("RGB").tobytes(), after.convert("RGB").tobytes(), strict=True)
    return max(abs(one - other) for one, other in pairs) <= _SAME


def _to_srgb(image: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    target = ImageCms.createProfile("sRGB")
    intent = ImageCms.Intent.RELATIVE_COLORIMETRIC
    flags = ImageCms.Flags.BLACKPOINTCOMPENSATION
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    changed = ImageCms.profileToProfile(image, profile, target, intent, mode, False, flags)
    assert changed is not None  # it is None only where the image is changed in place
    return changed


# --- Drawing anew --------------------------------------------------------------------------------


def _drawn_anew(parts: Parts, profile: ImageCms.ImageCmsProfile | None, name: str) -> bytes:
    image = _load(parts.picture, name)
    kind = kind_of(parts.picture)
    if parts.frames > 1 or kind in {"avif", "gif"}:
        wrong = f"{name!r} is turned by its metadata or not in the web's colours (sRGB)."
        raise NotAPicture(wrong, "Save it upright and in sRGB.")
    drawn = _upright(_in_web_colours(image, profile, name), parts.orientation)
    return encoded(drawn, kind, _how_to_save(image, drawn, kind, parts.picture))


def encoded(image: Image.Image, kind: str, how: Mapping[str, Any]) -> bytes:
    """Write a picture in a format, with these settings of Pillow's and without metadata."""
    try:
        saved = _saved(image, kind, how)
    except OSError:  # the optimiser's buffer is too small for a picture that is all noise
        saved = _saved(image, kind, {**how, "optimize": False, "progressive": False})
    return take_apart(saved).picture


def _saved(image: Image.Image, kind: str, how: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    image.save(out, _WORDS[kind], **how)
    return out.getvalue()


def _in_web_colours(image: Image.Image, profile: ImageCms.ImageCmsProfile | None, name: str) -> Image.Image:
    """Convert to sRGB. Raise NotAPicture where the profile does not fit the picture."""
    if profile is None and image.mode != "CMYK":
        return image
    space = profile.profile.xcolor_space.strip() if profile else ""
    if image.mode == "P" or (image.mode == "RGB" and "transparency" in image.info):
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    wanted = {"GRAY": {"1", "L"}, "RGB": {"RGB", "RGBA"}, "CMYK": {"CMYK"}}.get(space, set())
    if profile is None or image.mode not in wanted:
        wrong = f"{name!r} is in colours that cannot be converted to the web's (sRGB)."
        raise NotAPicture(wrong, "Save it in sRGB.")
    if image.mode == "1":
        image = image.convert("L")
    changed = _to_srgb(image, profile)
    return changed.convert("L") if space == "GRAY" else changed


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    turn = _UPRIGHT.get(orientation)
    return image if turn is None else image.transpose(turn)


def _how_to_save(source: Image.Image, drawn: Image.Image, kind: str, picture: bytes) -> dict[str, Any]:
    """Choose settings that keep the quality, and leave nothing to chance or to the clock."""
    if kind == "png":
        return {"optimize": True} | (
            {"transparency": drawn.info["transparency"]} if "transparency" in drawn.info else {}
        )
    if kind == "webp":
        if b"VP8L" in picture[:64]:
            return {"lossless": True, "quality": 100, "method": 4, "exact": True}
        return {"quality": 90, "method": 4}
    assert isinstance(source, JpegImagePlugin.JpegImageFile)
    shared = {"optimize": True, "progressive": bool(source.info.get("progressive"))}
    if source.mode == "CMYK":
        return shared | {"quality": 92, "subsampling": 0}
    sampling = JpegImagePlugin.get_sampling(source)
    # 4:2:2 would halve the wrong side of a picture that is turned; 4:2:0 halves both.
    return shared | {"qtables": source.quantization, "subsampling": 2 if sampling == 2 else 0}
