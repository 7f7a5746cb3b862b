"""Pictures as readers get them: nothing but the picture, upright, in the web's colours."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageChops, ImageCms
from PIL.PngImagePlugin import PngInfo

from plugins.site.containers import orientation_of, take_apart
from plugins.site.pictures import NotAPicture, publishable, size

CANARY = b"CANARY-4711"
GPS = b"CANARYGPS"
KINDS = {"JPEG": "x.jpg", "PNG": "x.png", "WEBP": "x.webp", "AVIF": "x.avif"}


def scene(mode: str = "RGB") -> Image.Image:
    """A picture of which no turn looks like another."""
    picture = Image.new("RGB", (48, 32), "white")
    picture.paste((200, 30, 30), (0, 0, 16, 16))
    picture.paste((30, 30, 200), (32, 16, 48, 32))
    return picture.convert(mode)


def thumbnail() -> bytes:
    return saved(Image.new("RGB", (8, 8), "red"), "JPEG", comment=CANARY)


def exif(orientation: int = 1) -> bytes:
    """A camera's EXIF block: names, serial number, place, and a small picture."""
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = orientation
    block[ExifTags.Base.Artist] = CANARY.decode()
    block[ExifTags.Base.Copyright] = CANARY.decode()
    block[ExifTags.Base.ImageDescription] = CANARY.decode()
    block[ExifTags.Base.BodySerialNumber] = CANARY.decode()
    block[ExifTags.Base.MakerNote] = CANARY + thumbnail()
    block._ifds[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: (55.0, 45.0, 21.0),
        ExifTags.GPS.GPSAreaInformation: GPS,
    }
    return block.tobytes()


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photograph(kind: str, orientation: int = 1, *, mode: str = "RGB", **how: object) -> bytes:
    """A file as a camera and an editor's program leave it."""
    notes: dict[str, object] = {"exif": exif(orientation)}
    if kind in {"JPEG", "WEBP", "AVIF"}:
        notes["xmp"] = b"<x:xmpmeta>" + CANARY + b"</x:xmpmeta>"
    if kind == "JPEG":
        notes["comment"] = CANARY
    if kind == "PNG":
        words = PngInfo()
        words.add_text("Author", CANARY.decode())
        words.add_text("Comment", CANARY.decode(), zip=True)
        words.add_itxt("XML:com.adobe.xmp", CANARY.decode(), "ru", "Автор")
        notes["pnginfo"] = words
    return saved(scene(mode), kind, **(notes | how))


def look(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest distance of any two colours in the middle of the fields of a scene."""
    bands = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    places = [(x, y) for x in range(8, one.width, 16) for y in range(8, one.height, 16)]
    return max(max(bands.getpixel(place)) for place in places)


def p3() -> bytes:
    """A profile of a screen with other primaries than sRGB's, named by its owner."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", data, 128)
    for at in range(132, 132 + 12 * count, 12):
        tag, offset, _ = struct.unpack_from(">4sII", data, at)
        if tag == b"rXYZ":
            data[offset + 8 : offset + 20] = struct.pack(">3i", *(round(v * 65536) for v in (0.61, 0.31, 0.02)))
        if tag == b"desc":
            data[offset + 16 : offset + 16 + len(CANARY)] = CANARY
    return bytes(data)


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


# --- Nothing but the picture ----------------------------------------------------------------------


@pytest.mark.parametrize("orientation", [1, 6], ids=["upright", "on its side"])
@pytest.mark.parametrize(("kind", "name"), KINDS.items(), ids=KINDS)
def test_no_byte_tells_who_where_or_with_what(kind: str, name: str, orientation: int) -> None:
    data = photograph(kind, orientation, icc_profile=srgb())

    published = publishable(data, name)

    assert CANARY in data
    assert GPS in data
    for trace in (CANARY, GPS, b"Exif\0\0", b"xmpmeta", b"ICC_PROFILE", b"lcms", "Автор".encode()):
        assert trace not in published
    assert struct.pack("<2I", 55, 1) not in published
    assert struct.pack(">2I", 55, 1) not in published


@pytest.mark.parametrize(("kind", "name"), KINDS.items(), ids=KINDS)
def test_an_upright_picture_keeps_every_pixel(kind: str, name: str) -> None:
    data = photograph(kind, icc_profile=srgb())

    published = publishable(data, name)

    assert look(published).tobytes() == look(data).tobytes()


@pytest.mark.parametrize(("kind", "name"), KINDS.items(), ids=KINDS)
def test_what_is_publishable_comes_back_unchanged(kind: str, name: str) -> None:
    for orientation in (1, 3):
        published = publishable(photograph(kind, orientation), name)

        assert publishable(published, name) == published


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_set_upright(kind: str, orientation: int) -> None:
    turned = {
        1: lambda p: p,
        2: lambda p: p.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: lambda p: p.rotate(180),
        4: lambda p: p.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: lambda p: p.transpose(Image.Transpose.TRANSPOSE),
        6: lambda p: p.rotate(-90, expand=True),
        7: lambda p: p.transpose(Image.Transpose.TRANSVERSE),
        8: lambda p: p.rotate(90, expand=True),
    }[orientation](scene())
    data = photograph(kind, orientation)

    published = publishable(data, KINDS[kind])

    assert look(published).size == turned.size == size(data) == size(published)
    assert difference(look(published), turned) < 12


def test_a_turned_avif_stays_turned_by_its_own_box() -> None:
    data = photograph("AVIF", 6)

    published = publishable(data, "x.avif")

    assert len(published) == len(data)
    assert size(data) == size(published) == (32, 48)


def test_the_same_file_gives_the_same_bytes() -> None:
    data = photograph("JPEG", 6, icc_profile=p3())

    assert publishable(data, "a.jpg") == publishable(data, "b.JPEG")


def test_a_turned_photograph_keeps_its_quality() -> None:
    data = photograph("JPEG", 3, quality=93, subsampling=0)

    published = publishable(data, "x.jpg")

    assert look(published).quantization == look(data).quantization
    assert difference(look(published), look(data).rotate(180)) < 12


def test_noise_that_no_optimiser_can_hold_is_still_turned() -> None:
    noise = Image.effect_noise((200, 200), 200).convert("RGB")
    data = saved(noise, "JPEG", exif=exif(6), quality=100, subsampling=0)

    assert look(publishable(data, "x.jpg")).size == (200, 200)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_other_colours_become_the_webs(kind: str) -> None:
    data = photograph(kind, icc_profile=p3())

    published = publishable(data, KINDS[kind])

    assert CANARY not in published
    assert "icc_profile" not in look(published).info
    red_before, red = look(data).convert("RGB").getpixel((4, 4)), look(published).convert("RGB").getpixel((4, 4))
    assert red[0] > red_before[0] + 5


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "LA", "1"])
def test_every_kind_of_png_survives(mode: str) -> None:
    data = saved(scene(mode), "PNG", exif=exif(), icc_profile=srgb() if mode in {"RGBA", "P"} else None)

    published = publishable(data, "x.png")

    assert look(published).mode == mode
    assert difference(look(published), scene(mode)) == 0


def test_transparency_survives_new_colours_and_a_turn() -> None:
    clear = scene("RGBA")
    clear.putalpha(90)
    for kind in ("PNG", "WEBP"):
        data = saved(clear, kind, exif=exif(8), icc_profile=p3(), lossless=True)

        published = look(publishable(data, KINDS[kind]))

        assert published.size == (32, 48)
        assert published.getchannel("A").getextrema() == (90, 90)


def test_a_grey_photograph_stays_grey() -> None:
    published = look(publishable(photograph("JPEG", 6, mode="L"), "x.jpg"))

    assert published.mode == "L"


def test_printing_colours_without_a_profile_are_refused() -> None:
    with pytest.raises(NotAPicture) as caught:
        publishable(saved(scene("CMYK"), "JPEG"), "x.jpg")

    assert caught.value.wrong == "'x.jpg' is in colours that cannot be converted to the web's (sRGB)."
    assert caught.value.remedy == "Save it in sRGB."


# --- What travels behind and between --------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_follows_the_picture_is_left_out(kind: str) -> None:
    name = KINDS.get(kind, "x.gif")
    data = saved(scene(), kind)

    assert publishable(data + b"PK\x03\x04" + CANARY, name) == publishable(data, name)


def test_what_follows_an_avif_is_blanked() -> None:
    behind = struct.pack(">I4s", 8 + len(CANARY), b"uuid") + CANARY

    assert CANARY not in publishable(saved(scene(), "AVIF") + behind, "x.avif")


def test_unclaimed_bytes_in_an_avif_store_are_blanked() -> None:
    store = struct.pack(">I4s", 8 + len(CANARY), b"mdat") + CANARY

    assert CANARY not in publishable(saved(scene(), "AVIF") + store, "x.avif")


def test_a_jpegs_own_small_picture_is_left_out() -> None:
    data = saved(scene(), "JPEG")
    payload = b"JFIF\0\x01\x02\x01\x01\x2c\x01\x2c\x01\x01" + b"\1\2\3"
    rest = data[20:]

    published = publishable(data[:2] + b"\xff\xe0" + struct.pack(">H", len(payload) + 2) + payload + rest, "x.jpg")

    assert published == publishable(data, "x.jpg")


@pytest.mark.parametrize("marker", [*range(0xE0, 0xF0), 0xFE], ids="FF{:02X}".format)
def test_no_application_segment_of_a_jpeg_stays(marker: int) -> None:
    data = saved(scene(), "JPEG")
    segment = bytes([0xFF, marker]) + struct.pack(">H", len(CANARY) + 2) + CANARY

    for where in (2, 20, data.index(b"\xff\xda")):
        assert publishable(data[:where] + segment + data[where:], "x.jpg") == publishable(data, "x.jpg")


def test_comments_of_a_gif_are_left_out_and_its_loop_stays() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, comment=CANARY)
    xmp = b"\x21\xff\x0bXMP DataXMP" + bytes([len(CANARY)]) + CANARY + b"\0"

    published = publishable(data[:-1] + xmp + data[-1:], "x.gif")

    assert CANARY in data
    assert CANARY not in published
    assert look(published).info["loop"] == 0
    assert take_apart(published).frames == 2


def test_a_moving_webp_loses_its_metadata_only() -> None:
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], exif=exif(), lossless=True)

    published = publishable(data, "x.webp")

    assert CANARY not in published
    assert take_apart(published).frames == 2
    assert look(published).getpixel((1, 1)) == look(data).getpixel((1, 1))


def test_a_webp_does_not_announce_what_it_has_lost() -> None:
    published = publishable(photograph("WEBP", icc_profile=srgb()), "x.webp")

    assert published[12:16] == b"VP8X"
    assert published[20] == 0


def test_a_moving_picture_on_its_side_is_refused() -> None:
    frames = [Image.new("RGB", (9, 5), colour) for colour in ("red", "blue")]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], exif=exif(6))

    with pytest.raises(NotAPicture, match=r"^'x.webp' is turned by its metadata"):
        publishable(data, "x.webp")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


@pytest.mark.parametrize("name", [b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME", b"pHYs", b"caNv", b"sPLT", b"gIFx"])
def test_no_other_chunk_of_a_png_stays(name: bytes) -> None:
    data = saved(scene(), "PNG")
    extra = chunk(name, CANARY)

    assert publishable(data[:33] + extra + data[33:], "x.png") == publishable(data, "x.png")


def test_the_cropped_rest_of_a_screenshot_is_refused() -> None:
    data = saved(scene(), "PNG")
    end = data.index(b"IEND") - 4

    with pytest.raises(NotAPicture) as caught:
        publishable(data[:end] + chunk(b"IDAT", CANARY) + data[end:], "x.png")

    assert caught.value.wrong == ("'x.png' cannot be read as a picture: it holds more than the picture that it shows.")


@pytest.mark.parametrize("width", range(1, 10))
def test_an_interlaced_png_is_counted_right(width: int) -> None:
    """Adam7, drawn by hand: Pillow writes none."""
    rows = b""
    for x, y, across, down in (
        (0, 0, 8, 8),
        (4, 0, 8, 8),
        (0, 4, 4, 8),
        (2, 0, 4, 4),
        (0, 2, 2, 4),
        (1, 0, 2, 2),
        (0, 1, 1, 2),
    ):
        columns, lines = len(range(x, width, across)), len(range(y, 5, down))
        rows += (b"\0" + bytes(columns)) * lines if columns else b""
    header = struct.pack(">IIBBBBB", width, 5, 8, 0, 0, 0, 1)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")

    assert look(publishable(data, "x.png")).size == (width, 5)


# --- What is no picture, or too much of one -------------------------------------------------------


def too_large() -> bytes:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


UNFIT: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "another format": (
        lambda: saved(scene(), "JPEG"),
        "x.png",
        "'x.png' is not what its ending says, but a JPEG picture. Rename it: its ending must be '.jpg'.",
    ),
    "no picture": (
        lambda: b"MZ\x90\0" * 9,
        "x.jpg",
        "'x.jpg' cannot be read as a picture: it is not a JPEG, PNG, GIF, WebP or AVIF picture. Save the picture anew.",
    ),
    "a page": (
        lambda: b"<script>alert(1)</script>",
        "x.gif",
        "'x.gif' cannot be read as a picture: it is not a JPEG, PNG, GIF, WebP or AVIF picture. Save the picture anew.",
    ),
    "empty": (
        lambda: b"",
        "x.webp",
        "'x.webp' cannot be read as a picture: it is not a JPEG, PNG, GIF, WebP or AVIF picture. "
        "Save the picture anew.",
    ),
    "unknown ending": (
        lambda: saved(scene(), "TIFF"),
        "x.tif",
        "'x.tif' is not a picture that can be published. Save it as JPEG, PNG, WebP, AVIF or GIF.",
    ),
    "cut off": (
        lambda: saved(scene(), "JPEG")[:-30],
        "x.jpg",
        "'x.jpg' cannot be read as a picture: it is cut off. Save the picture anew.",
    ),
    "a bomb": (
        too_large,
        "x.png",
        "'x.png' is too large: 60000 by 60000 pixels. Make it smaller: 50 million pixels are the most.",
    ),
    "too few pixels": (
        lambda: (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 9, 9, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(20)))
            + chunk(b"IEND", b"")
        ),
        "x.png",
        "'x.png' cannot be read as a picture: it is cut off. Save the picture anew.",
    ),
    "a wrong checksum": (
        lambda: saved(scene(), "PNG").replace(b"IDATx", b"IDATy"),
        "x.png",
        "'x.png' cannot be read as a picture: a checksum in it is wrong. Save the picture anew.",
    ),
}


@pytest.mark.parametrize(("make", "name", "said"), UNFIT.values(), ids=UNFIT)
def test_an_unfit_file_is_refused_in_words(make: Callable[[], bytes], name: str, said: str) -> None:
    with pytest.raises(NotAPicture) as caught:
        publishable(make(), name)

    assert str(caught.value) == said


@pytest.mark.parametrize(("kind", "name"), {**KINDS, "GIF": "x.gif"}.items(), ids=[*KINDS, "GIF"])
def test_a_cut_picture_never_passes(kind: str, name: str) -> None:
    data = saved(scene(), kind)

    for length in (0, 1, 11, 20, len(data) // 3, len(data) // 2, len(data) - 4, len(data) - 1):
        with pytest.raises(NotAPicture):
            publishable(data[:length], name)


@pytest.mark.parametrize(
    ("block", "orientation"),
    [
        (exif(6)[6:], 6),
        (b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x03\0\0\0\0\0\0", 3),
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x09\0\0\0\0\0\0\0", 1),
        (b"II*\0\xff\xff\xff\xff", 1),
        (b"MM", 1),
        (b"", 1),
    ],
    ids=["written by Pillow", "big-endian", "out of range", "points nowhere", "cut off", "none"],
)
def test_the_orientation_is_read_or_counts_as_upright(block: bytes, orientation: int) -> None:
    assert orientation_of(block) == orientation


SAMPLES = [(saved(scene(), kind, exif=exif(6)), name) for kind, name in KINDS.items()]
SAMPLES += [(saved(scene(), "GIF", comment=CANARY), "x.gif")]


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(
    st.sampled_from(SAMPLES), st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=5)))
)
def test_a_damaged_file_is_refused_or_cleaned_and_never_crashes(
    sample: tuple[bytes, str], edits: list[tuple[float, bytes]]
) -> None:
    data, name = bytearray(sample[0]), sample[1]
    for where, new in edits:
        at = int(where * len(data))
        data[at : at + len(new)] = new

    try:
        published = publishable(bytes(data), name)
    except NotAPicture:
        return

    assert publishable(published, name) == published
    assert take_apart(published).dropped == () or name == "x.avif"
