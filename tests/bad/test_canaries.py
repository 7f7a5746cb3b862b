"""Nothing leaks: marked secrets are put wherever a newsroom has some, and looked for in every byte of the edition."""

from __future__ import annotations

import base64
import binascii
import getpass
import gzip
import html
import io
import re
import struct
import zlib
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, features
from PIL.PngImagePlugin import PngInfo

from plugins.site.renditions import is_named_like_one
from tests.bad.paper import Paper, PressRoom, picture

MARK = "zcanary"
GPS = (514321, 10000)  # the seconds of a latitude, as EXIF writes them: two numbers
USER, HOME = f"{MARK}user", f"/home/{MARK}home"


def exif(name: str) -> Image.Exif:
    """Make the metadata of a camera: its owner, its serial number, where it stood."""
    data = Image.Exif()
    data[0x010E] = f"{MARK}-{name}-description"
    data[0x013B] = f"{MARK}-{name}-artist"
    data[0x8298] = f"{MARK}-{name}-copyright"
    camera = data.get_ifd(0x8769)
    camera[0xA431] = f"{MARK}-{name}-serial"
    camera[0xA430] = f"{MARK}-{name}-owner"
    camera[0x927C] = f"{MARK}-{name}-makernote".encode()
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", (Fraction(54), Fraction(19), Fraction(*GPS))
    return data


def xmp(name: str) -> bytes:
    return f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>{MARK}-{name}-xmp</a></x:xmpmeta>'.encode()


def segment(marker: int, data: bytes) -> bytes:
    """Make a segment of a JPEG file."""
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def jpeg(name: str) -> bytes:
    """Make a JPEG file with everything that cameras and programs put into one."""
    whole = picture("JPEG", (1000, 4), exif=exif(name), xmp=xmp(name), comment=f"{MARK}-{name}-comment".encode())
    newsroom = f"{MARK}-{name}-iptc".encode()
    iptc = b"Photoshop 3.0\0008BIM\x04\x04\0\0" + struct.pack(">I", len(newsroom) + 5)
    iptc += b"\x1c\x02\x50" + struct.pack(">H", len(newsroom)) + newsroom + b"\0" * (len(newsroom) % 2 + 1)
    thumbnail = b"JFXX\0\x10" + picture("JPEG", (4, 4), comment=f"{MARK}-{name}-thumbnail".encode())
    added = segment(0xED, iptc) + segment(0xE0, thumbnail) + segment(0xEF, f"{MARK}-{name}-private".encode())
    return whole[:2] + added + whole[2:] + f"{MARK}-{name}-after-the-end".encode()


def chunk(kind: bytes, data: bytes) -> bytes:
    """Make a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", binascii.crc32(kind + data))


def png(name: str) -> bytes:
    """Make a PNG file with text of each kind, packed and not."""
    info = PngInfo()
    info.add_text("Author", f"{MARK}-{name}-text")
    info.add_text("Comment", f"{MARK}-{name}-packed" * 9, zip=True)
    info.add_itxt("Title", f"{MARK}-{name}-international" * 9, zip=True)
    whole = picture("PNG", (1000, 4), pnginfo=info, exif=exif(name))
    private = chunk(b"prVt", f"{MARK}-{name}-private".encode()) + chunk(
        b"tIME", struct.pack(">HBBBBB", 2025, 8, 5, 1, 2, 3)
    )
    return whole[:33] + private + whole[33:] + f"{MARK}-{name}-after-the-end".encode()


def story(name: str, *fields: str, date: str = "2025-08-02", shows: str = "") -> str:
    """Make a story in which everything is marked."""
    lines = [
        f"Title: {MARK} {name} title",
        f"Kicker: {MARK} {name} kicker",
        f"Date: {date}",
        "Category: Press",
        f"Tags: {MARK} {name} topic",
        f"Authors: {MARK} {name} author",
        f"Summary: {MARK} {name} standfirst",
        f"Aliases: {MARK}-{name}-alias.html",
        f"Source: {MARK} {name} source | | https://{MARK}-{name}.example/",
        *fields,
    ]
    shown = f"![{MARK} {name} alternative](../../../images/{shows})" if shows else ""
    return "\n".join([*lines, "", f"{MARK} {name} text.", "", shown, ""])


def files() -> dict[str, str | bytes]:
    """Make a newspaper full of secrets."""
    kinds = {"jpeg.jpg": jpeg("jpeg"), "png.png": png("png"), "gif.gif": picture("GIF", comment=f"{MARK}-gif-comment")}
    kinds["webp.webp"] = picture("WEBP", exif=exif("webp"), xmp=xmp("webp"), lossless=True)
    if features.check("avif"):
        kinds["avif.avif"] = picture("AVIF", exif=exif("avif"), xmp=xmp("avif"))
    turned = exif("turned")
    turned[0x0112] = 6
    kinds["turned.jpg"] = picture("JPEG", (16, 8), exif=turned)
    shown = "\n\n".join(f"![A picture, {name}.](../../../images/{name})" for name in kinds)
    hidden = f"{MARK} hidden".encode()
    return {
        "articles/2025/08/good.md": f"Title: A good story\nDate: 2025-08-01\nCategory: Arms\n\nText.\n\n{shown}\n",
        "articles/2025/08/zdraft.md": story("draft", "Status: draft", shows=f"{MARK}-draft.jpg"),
        "articles/2025/08/zheld.md": story("held", date="2199-01-02 03:04", shows=f"{MARK}-held.png"),
        "articles/2025/08/zskipped.md": story("skipped", "Status: skip", shows=f"{MARK}-skipped.jpg"),
        "pages/zdraft.md": f"Title: {MARK} page title\nStatus: draft\nOrder: 1\n\n{MARK} page text.\n",
        "pages/about.md": "Title: About us\nOrder: 2\n\nWho we are.\n",
        "front.md": "Lead: articles/2025/08/zdraft.md\nSecond: articles/2025/08/zheld.md\n",
        **{f"images/{name}": data for name, data in kinds.items()},
        f"images/{MARK}-draft.jpg": jpeg("draft"),
        f"images/{MARK}-held.png": png("held"),
        f"images/{MARK}-skipped.jpg": jpeg("skipped"),
        f"images/{MARK}-unused.jpg": jpeg("unused"),
        f"images/{MARK}-drawing.svg": f"<svg xmlns='http://www.w3.org/2000/svg'><!-- {MARK} --></svg>",
        "articles/2025/08/.good.md.swp": hidden,
        "articles/2025/08/good.md~": hidden,
        "articles/2025/08/#good.md#": hidden,
        "articles/.DS_Store": hidden,
        f"extra/.{MARK}": hidden,
        "extra/notes.txt~": hidden,
        "extra/notes.txt": "What may be read.\n",
        "published/site.tsv": "",
    }


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """A newspaper full of secrets that has been published, from a marked folder, by a marked user."""
    made = Paper.found(tmp_path_factory.mktemp(f"{MARK}-root"), files(), f"# {MARK} setting\n")
    private = made.root / "private"
    private.mkdir()
    (private / "never-publish.txt").write_text(f"{MARK} listed name\n", encoding="utf-8")
    env = {"HOME": HOME, "USER": USER, "LOGNAME": USER}
    done = made.run("pelican", "--settings", "publishconf.py", "--fatal=warnings", **env)
    assert done.status == 0, done.err
    return made


def forms(data: bytes) -> Iterator[bytes]:
    """Give a file as it is, and whatever is packed or encoded in it."""
    yield data
    for at in range(len(data)):
        if data[at : at + 1] == b"\x78":
            yield inflated(data[at:])
    if data[:2] == b"\x1f\x8b":
        yield gzip.decompress(data)
    for found in re.findall(rb"[A-Za-z0-9+/]{24,}={0,2}", data):
        yield base64.b64decode(found[: len(found) // 4 * 4])
    text = data.decode("utf-8", "replace")
    for _ in range(2):
        text = html.unescape(unquote(text))
        yield text.encode()
    yield re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text).encode("utf-8", "replace")


def inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, 1_000_000)
    except zlib.error:
        return b""


def needles(words: str) -> list[bytes]:
    """Give the ways in which a word may stand in a file."""
    return [words.encode(), words.encode("utf-16-le"), words.encode("utf-16-be")]


def holding(paper: Paper, *wanted: bytes) -> list[tuple[str, bytes]]:
    """Find the files of the edition that hold any of these bytes, in any case, and what stands around."""
    return [
        (path, form[max(0, at - 40) : at + 60])
        for path, data in paper.output.items()
        for form in (path.encode(), *forms(data))
        for needle in wanted
        if (at := form.lower().find(needle.lower())) >= 0
    ]


def test_the_secrets_can_be_found_where_they_were_put() -> None:
    """The search itself works: it finds every mark in the files that were marked."""
    for name, data in files().items():
        if name.startswith("images/") and isinstance(data, bytes):
            found = b"\n".join(form.lower() for form in forms(data))
            assert any(needle in found for needle in needles(MARK)), name
    assert struct.pack("<II", *GPS) in jpeg("x") or struct.pack(">II", *GPS) in jpeg("x")


def test_no_secret_is_in_any_byte_of_the_edition(paper: Paper) -> None:
    assert holding(paper, *needles(MARK)) == []


def test_no_place_is_in_any_byte_of_the_edition(paper: Paper) -> None:
    assert holding(paper, struct.pack("<II", *GPS), struct.pack(">II", *GPS)) == []


def test_the_pictures_are_there_all_the_same_and_upright(paper: Paper) -> None:
    out = {path for path in paper.output if path.startswith("images/")}
    drawn = {path for path in out if is_named_like_one(path)}

    assert out - drawn == {name for name in files() if re.match(rf"images/(?!{MARK})", name)}
    assert {"images/jpeg.jpg-480.webp", "images/jpeg.jpg-960.webp", "images/jpeg.jpg-960.jpg"} <= drawn
    assert {path.rpartition("-")[0] for path in drawn} <= out
    turned = Image.open(io.BytesIO(paper.output["images/turned.jpg"]))
    assert turned.size == (8, 16)
    assert dict(turned.getexif()) == {}


def test_no_path_of_this_machine_is_in_any_byte_of_the_edition(paper: Paper) -> None:
    paths = {str(paper.root), str(paper.root.resolve()), str(Path.home()), HOME, str(paper.root.parent)}

    assert holding(paper, *(path.encode() for path in paths if len(path) > len("/root"))) == []


def test_no_user_is_named_in_the_edition(paper: Paper) -> None:
    user = getpass.getuser()

    assert holding(paper, USER.encode()) == []
    assert user == "root" or holding(paper, f"@{user}".encode(), f"/{user}/".encode()) == []


def test_no_comment_of_editors_or_developers_is_in_the_edition(paper: Paper) -> None:
    texts = {path: data for path, data in paper.output.items() if path.endswith((".html", ".xml", ".txt"))}

    assert [path for path, data in texts.items() if b"<!--" in data or b"/*" in data or b"{#" in data] == []


def test_only_what_was_meant_to_go_out_has_gone_out(paper: Paper) -> None:
    beside = [
        path
        for path in paper.output
        if not path.endswith((".html", ".xml", ".gz", ".br")) and not path.startswith("images/")
    ]

    assert sorted(beside) == [
        "_headers",
        "copies/2025-08-01-1.txt",
        "copies/issue.epub",
        "copies/issue.zip",
        "notes.txt",
        "robots.txt",
        "worker.js",
    ]


def test_the_folder_of_the_edition_holds_nothing_else(paper: Paper) -> None:
    assert sorted(path.name for path in (paper.root / "output").iterdir() if path.name.startswith(".")) == [
        ".gitignore"
    ]


def test_a_withdrawn_story_leaves_its_headline_and_its_reason_and_nothing_else(tmp_path: Path) -> None:
    fields = ("Status: withdrawn", "Reason: It did not happen.")
    withdrawn = story("withdrawn", *fields, shows=f"{MARK}-withdrawn.jpg")
    paper = Paper.found(
        tmp_path / "paper",
        {
            "articles/2025/08/gone.md": withdrawn.replace(f"Title: {MARK} withdrawn title", "Title: What was said"),
            "articles/2025/08/good.md": "Title: A good story\nDate: 2025-08-01\nCategory: Arms\n\nText.\n",
            f"images/{MARK}-withdrawn.jpg": picture(),
        },
    )

    done = paper.html()

    assert done.status == 0, done.err
    alias = f"{MARK}-withdrawn-alias.html"  # an address that was published stays
    assert [(path, words) for path, words in holding(paper, MARK.encode()) if path != alias] == []
    assert "What was" in paper.read("output/2025/08/gone.html")


def test_a_held_story_is_announced_and_comes_out_when_its_time_has_come(tmp_path: Path, press_room: PressRoom) -> None:
    held = "Title: An embargo\nDate: 2025-09-02 14:00\nCategory: Press\n\nText.\n"
    good = "Title: A good story\nDate: 2025-08-01\nCategory: Arms\n\nText.\n"
    paper = Paper.found(tmp_path, {"articles/2025/09/embargo.md": held, "articles/2025/08/good.md": good})
    note = "1 story held until 2025-09-02 14:00 UTC (content/articles/2025/09/embargo.md:2). Publish again after that."

    before = press_room.build(paper, now="2025-09-02 13:59")
    assert (before.status, note in before.notes) == (0, True)
    assert holding(paper, b"embargo") == []

    after = press_room.build(paper, now="2025-09-02 14:00")
    assert (after.status, note in after.notes) == (0, False)
    assert {"2025/09/embargo.html", "2025/09/index.html"} <= set(paper.output)


def test_the_clock_decides_nothing_but_what_is_held(tmp_path: Path, press_room: PressRoom) -> None:
    paper = Paper.found(tmp_path, {"articles/2025/08/good.md": "Title: A\nDate: 2025-08-01\nCategory: Arms\n\nText.\n"})
    editions = []
    for now in ("2025-08-01", "2025-12-31 23:59", "2150-06-01"):
        assert press_room.build(paper, now=now).status == 0
        editions.append(paper.output)

    assert editions[0] == editions[1] == editions[2]
