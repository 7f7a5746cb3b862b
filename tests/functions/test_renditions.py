"""Pictures as pages show them: narrower and lighter, or as they are."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import ExifTags, Image

from plugins.site.pictures import publishable
from plugins.site.renditions import Darkroom, Drawn, drawn, is_named_like_one


def photo(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Soft colours in which every place is another, so that formats have something to do."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    bands = [across, Image.radial_gradient("L").resize((width, height)), Image.new("L", (width, height), 90)]
    picture = Image.merge("RGB", bands)
    if mode == "RGBA":
        picture.putalpha(across)
    return picture.convert(mode)


def saved(picture: Image.Image, kind: str, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def look(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def told(found: Drawn) -> tuple[list[str], str]:
    return [each.path for each in found.webp], found.own.path if found.own else ""


@pytest.mark.parametrize(
    ("kind", "width", "webp", "own"),
    [
        pytest.param("JPEG", 1600, ["480.webp", "960.webp"], "960.jpg", id="a wide photograph"),
        pytest.param("JPEG", 961, ["480.webp", "960.webp"], "960.jpg", id="one pixel too wide"),
        pytest.param("JPEG", 960, ["480.webp", "960.webp"], "", id="as wide as a page shows"),
        pytest.param("JPEG", 700, ["480.webp", "700.webp"], "", id="never larger than it is"),
        pytest.param("JPEG", 480, ["480.webp"], "", id="as wide as a phone"),
        pytest.param("JPEG", 96, ["96.webp"], "", id="small"),
        pytest.param("PNG", 1600, ["480.webp", "960.webp"], "960.png", id="a wide PNG"),
        pytest.param("PNG", 200, ["200.webp"], "", id="a small PNG"),
        pytest.param("WEBP", 1600, ["480.webp", "960.webp"], "960.webp", id="a wide WebP"),
        pytest.param("WEBP", 300, [], "", id="a small WebP"),
    ],
)
def test_a_picture_is_drawn_at_the_widths_that_fit_it(kind: str, width: int, webp: list[str], own: str) -> None:
    picture = publishable(saved(photo(width, width // 2), kind, quality=95), f"x.{kind.lower()}")

    found = drawn("images/x", picture)

    assert told(found) == ([f"images/x-{each}" for each in webp], f"images/x-{own}" if own else "")
    for each in found.files:
        seen = look(each.data)
        assert seen.size == (each.width, each.height)
        assert each.width <= min(960, width)
        assert abs(each.height - each.width / 2) <= 1
        assert len(each.data) < len(picture)
    assert [look(each.data).format for each in found.webp] == ["WEBP"] * len(webp)
    assert not found.own or look(found.own.data).format == kind


def test_a_webp_that_fits_is_offered_as_it_is() -> None:
    picture = publishable(saved(photo(700, 350), "WEBP"), "x.webp")

    found = drawn("images/x.webp", picture)

    assert told(found) == (["images/x.webp-480.webp", "images/x.webp"], "")
    assert found.webp[1].data == picture


def test_a_picture_says_what_it_said() -> None:
    picture = publishable(saved(photo(1200, 600), "JPEG", quality=90), "x.jpg")

    for each in drawn("images/x", picture).files:
        places = [(x, y) for x in (0.1, 0.5, 0.9) for y in (0.1, 0.5, 0.9)]
        one, other = look(picture), look(each.data).convert("RGB")
        for x, y in places:
            before = one.getpixel((int(x * one.width), int(y * one.height)))
            after = other.getpixel((int(x * other.width), int(y * other.height)))
            assert max(abs(a - b) for a, b in zip(before, after, strict=True)) < 20


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(mode: str) -> None:
    source = photo(1000, 300, "RGBA").quantize(256) if mode == "P" else photo(1000, 300, "RGBA").convert(mode)
    picture = publishable(saved(source, "PNG", compress_level=0), "x.png")

    found = drawn("images/x", picture)

    assert found.webp
    for each in found.files:
        alpha = look(each.data).convert("RGBA").getchannel("A")
        low, high = alpha.getextrema()
        assert low < 30
        assert high > 220


def test_a_map_in_few_colours_keeps_its_lines() -> None:
    drawing = Image.new("RGB", (400, 300), "white")
    drawing.paste((0, 0, 0), (100, 0, 101, 300))
    found = drawn("images/x", publishable(saved(drawing, "PNG", compress_level=0), "x.png"))

    assert look(found.webp[0].data).convert("RGB").tobytes() == drawing.tobytes()


@pytest.mark.parametrize("size", [(1, 1), (2000, 1), (1, 3000)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_odd_shapes_can_be_drawn(kind: str, size: tuple[int, int]) -> None:
    picture = publishable(saved(Image.new("RGB", size, "red"), kind), f"x.{kind.lower()}")

    for each in drawn("images/x", picture).files:
        assert look(each.data).size == (each.width, each.height)
        assert each.height >= 1


def test_a_large_picture_becomes_small() -> None:
    picture = publishable(saved(photo(6000, 4000), "JPEG", quality=90), "x.jpg")

    found = drawn("images/x", picture)

    assert [(each.width, each.height) for each in found.files] == [(480, 320), (960, 640), (960, 640)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(saved(photo(1000, 500), "AVIF"), id="AVIF"),
        pytest.param(saved(photo(1000, 500), "GIF"), id="GIF"),
        *(
            pytest.param(
                saved(photo(600, 30), kind, save_all=True, append_images=[Image.new("RGB", (600, 30))]),
                id=f"a {kind} that moves",
            )
            for kind in ("WEBP", "PNG")
        ),
        pytest.param(saved(Image.new("I;16", (1000, 500), 9_000), "PNG"), id="16 bits"),
    ],
)
def test_what_would_come_out_otherwise_is_left_alone(data: bytes) -> None:
    assert drawn("images/x", data) == Drawn()


def test_nothing_is_offered_that_weighs_more() -> None:
    noise = Image.effect_noise((400, 300), 90)
    coarse = publishable(saved(noise, "JPEG", quality=1), "x.jpg")

    assert drawn("images/x", coarse) == Drawn()


def test_renditions_stand_upright_and_tell_nothing() -> None:
    block = Image.Exif()
    block[ExifTags.Base.Orientation] = 6
    block[ExifTags.Base.Artist] = "CANARY-4711"
    data = saved(photo(1200, 600), "JPEG", quality=95, exif=block.tobytes(), comment=b"CANARY-4711")

    found = drawn("images/x", publishable(data, "x.jpg"))

    assert [(each.width, each.height) for each in found.webp] == [(480, 960), (600, 1200)]
    for each in found.files:
        assert b"CANARY" not in each.data
        assert not {b"EXIF", b"Exif", b"XMP ", b"ICCP", b"ICC_PROFILE"} & {
            mark for mark in (b"EXIF", b"Exif", b"XMP ", b"ICCP", b"ICC_PROFILE") if mark in each.data
        }


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_same_picture_gives_the_same_bytes(kind: str, tmp_path: Path) -> None:
    picture = publishable(saved(photo(1100, 500), kind), f"x.{kind.lower()}")
    room = Darkroom(tmp_path)

    assert room.drawn("images/x", picture) == drawn("images/x", picture) == drawn("images/x", picture)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("images/x.jpg-480.webp", True),
        ("images/a/X.JPEG-960.JPG", True),
        ("images/x-480.jpg", False),
        ("images/x.jpg", False),
        ("images/x.jpg-wide.webp", False),
    ],
)
def test_their_names_are_kept_for_them(name: str, is_one: bool) -> None:
    assert is_named_like_one(name) == is_one


# --- What is kept -----------------------------------------------------------------------------------


@pytest.fixture
def picture() -> bytes:
    return publishable(saved(photo(600, 300), "JPEG"), "x.jpg")


def kept(root: Path) -> list[Path]:
    return sorted((root / ".cache/pictures").iterdir())


def test_a_picture_is_drawn_once(tmp_path: Path, picture: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Darkroom(tmp_path).drawn("images/x.jpg", picture)
    monkeypatch.setattr("plugins.site.renditions.drawn", lambda path, data: pytest.fail("drawn again"))

    assert first.webp
    assert Darkroom(tmp_path).drawn("images/x.jpg", picture) == first


def test_another_picture_is_another(tmp_path: Path, picture: bytes) -> None:
    other = publishable(saved(photo(600, 200), "JPEG"), "x.jpg")

    found = [Darkroom(tmp_path).drawn("images/x.jpg", each) for each in (picture, other)]

    assert found[0] != found[1]
    assert len(kept(tmp_path)) == 2


def test_a_picture_is_drawn_again_with_another_recipe(
    tmp_path: Path, picture: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    Darkroom(tmp_path).drawn("images/x.jpg", picture)
    monkeypatch.setattr("plugins.site.renditions.RECIPE", b"another")
    Darkroom(tmp_path).drawn("images/x.jpg", picture)

    assert len(kept(tmp_path)) == 2


@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:-1], lambda data: b"", lambda data: data[:-9] + b"\0" * 9],
    ids=["cut off", "empty", "overwritten"],
)
def test_what_is_damaged_counts_as_none(tmp_path: Path, picture: bytes, damage: Callable[[bytes], bytes]) -> None:
    first = Darkroom(tmp_path).drawn("images/x.jpg", picture)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))

    assert Darkroom(tmp_path).drawn("images/x.jpg", picture) == first
    assert file.read_bytes() == whole


def test_where_nothing_can_be_kept_pictures_are_drawn_all_the_same(tmp_path: Path, picture: bytes) -> None:
    (tmp_path / ".cache").write_text("in the way")

    assert Darkroom(tmp_path).drawn("images/x.jpg", picture) == drawn("images/x.jpg", picture)


def test_what_is_kept_does_not_grow_without_end(tmp_path: Path, picture: bytes) -> None:
    Darkroom(tmp_path).drawn("images/old.jpg", picture)
    (old,) = kept(tmp_path)
    os.utime(old, (1, 1))
    room = Darkroom(tmp_path)
    room.drawn("images/x.jpg", picture)

    room.tidy()
    assert len(kept(tmp_path)) == 2
    room.tidy(1)
    assert [each for each in kept(tmp_path) if each == old] == []
    assert len(kept(tmp_path)) == 1
