"""The newsroom's own list, and the traces of the machine: nowhere, however they are written."""

from __future__ import annotations

import contextlib
import gzip
import html
import io
import json
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from plugins.build import never_publish
from plugins.build.never_publish import Entry, Matcher, Unsearchable, machine_traces, read_entries
from plugins.story.problems import SiteError

WORDS = ["Anna Lindqvist", "Голубев", "Li", "O'Hara", "Zoë Straße", "+7 900 123-45-67", "Operation Kestrel-9", "習近平"]
ANNA, GOLUBEV, LI, OHARA, ZOE, PHONE, KESTREL, XI = range(1, 9)


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher([Entry(number, number, word) for number, word in enumerate(WORDS, start=1)])


def found(matcher: Matcher, text: str, name: str = "2025/08/a.html") -> list[int]:
    return matcher.find(name, text.encode("utf-8", "surrogatepass"))


HIDDEN = {
    "plainly": ("<p>Anna Lindqvist</p>", ANNA),
    "in capitals": ("ANNA LINDQVIST", ANNA),
    "inside a word": ("Голубева", GOLUBEV),
    "over a line break": ("Anna\n   Lindqvist", ANNA),
    "with a no-break space": ("Anna&nbsp;Lindqvist", ANNA),
    "with a thin space": ("Anna\u2009Lindqvist", ANNA),
    "without composing": (unicodedata.normalize("NFD", "Zoë Straße"), ZOE),
    "without accents": ("zoe strasse", ZOE),
    "in capitals without sharp s": ("ZOË STRASSE", ZOE),
    "full-width": ("Ａｎｎａ　Ｌｉｎｄｑｖｉｓｔ", ANNA),
    "mathematical letters": ("𝐀𝐧𝐧𝐚 𝐋𝐢𝐧𝐝𝐪𝐯𝐢𝐬𝐭", ANNA),
    "with a ligature": ("Anna Lindqvi\ufb06", ANNA),
    "Cyrillic without composing": (unicodedata.normalize("NFD", "ГОЛУБЕВ"), GOLUBEV),
    "soft hyphen": ("Го\u00adлу\u00adбев", GOLUBEV),
    "soft hyphen as an entity": ("Го&shy;лу&#173;бев", GOLUBEV),
    "zero-width space": ("Anna Lind\u200bqvist", ANNA),
    "word joiner and direction marks": ("Anna Li\u2060nd\u200eqv\u202dist\u202c", ANNA),
    "variation selector": ("Anna L\ufe0findqvist", ANNA),
    "decimal entity": ("Anna L&#105;ndqvist", ANNA),
    "hexadecimal entity without its end": ("Anna L&#x69ndqvist", ANNA),
    "named entity": ("Zo&euml; Stra&szlig;e", ZOE),
    "escaped twice": ("Anna L&amp;#105;ndqvist", ANNA),
    "inline tags": ("An<b>na</b> Lind<i class='x'>qvist</i>", ANNA),
    "capital inline tags": ("Anna Lind<B>qv</B>ist", ANNA),
    "inline tag with a bracket in a value": ("Anna Lind<b title='>'>qvist", ANNA),
    "a comment inside": ("Anna Lind<!-- x -->qvist", ANNA),
    "in a comment": ("<!-- ask Anna Lindqvist -->", ANNA),
    "a line break between": ("Anna<br>Lindqvist", ANNA),
    "in two cells": ("<td>Anna</td><td>Lindqvist</td>", ANNA),
    "split by entity and tag": ("Anna L&#105;<b title='&quot;&gt;'>nd</b>qvist", ANNA),
    "in an attribute": ('<img alt="Anna Lindqvist at work">', ANNA),
    "in an unquoted attribute": ("<a href=/anna-lindqvist>x</a>", ANNA),
    "in an entity in an attribute": ('<img alt="&#65;nna Lindqvist">', ANNA),
    "after an ampersand that begins a reference": ("<a href='?a=1&copyanna-lindqvist=2'>", ANNA),
    "in an address": ('<a href="https://e.org/?q=anna+lindqvist">x</a>', ANNA),
    "percent signs": ("%D0%93%D0%BE%D0%BB%D1%83%D0%B1%D0%B5%D0%B2", GOLUBEV),
    "percent signs twice": (quote(quote("Голубев")), GOLUBEV),
    "percent sign in the middle": ("Anna%20Lindqvist", ANNA),
    "a mail address": ("anna.lindqvist@e.org", ANNA),
    "JSON": (json.dumps({"a": "Голубев"}), GOLUBEV),
    "JSON in capitals and beyond the first plane": (json.dumps("𝐀nna Lindqvist"), ANNA),
    "JSON-LD": (f'<script type="application/ld+json">{json.dumps({"a": "Голубев"})}</script>', GOLUBEV),
    "JSON with escaped tags": (r'"Anna L\u003cb\u003eindqvist"', ANNA),
    "a script": ('<script>let a = "Li";</script>', LI),
    "a comment in a style": ("<style>/* for Li */</style>", LI),
    "CSS escapes": (r'<style>a{content:"\41 nna Lindqvist"}</style>', ANNA),
    "a feed": (html.escape("<p>Anna Lind<b>qvist</b></p>"), ANNA),
    "a feed's CDATA": ("<![CDATA[<p>Anna Lind<b>qvist</b></p>]]>", ANNA),
    "a feed within a feed": (html.escape(html.escape("<p>Го<b>лу</b>бев</p>")), GOLUBEV),
    "a short word": ("Mr Li said", LI),
    "a short word with a possessive": ("Li's", LI),
    "a short word in a tag": ('<p title="Li">', LI),
    "a short word in a name": ("x/photo_li.jpg", LI),
    "typeset apostrophe": ("O&#8217;Hara", OHARA),
    "no apostrophe": ("/people/ohara/", OHARA),
    "hyphen for apostrophe": ("/people/o-hara/", OHARA),
    "telephone": ("+7 (900) 123 45 67", PHONE),
    "other hyphens": ("Operation Kestrel–9", KESTREL),
    "script without spaces": ("会见习近平时", 0),
    "script without spaces, found": ("会見習近平時", XI),
}


@pytest.mark.parametrize(("text", "number"), HIDDEN.values(), ids=HIDDEN)
def test_a_word_is_found_however_it_is_written(matcher: Matcher, text: str, number: int) -> None:
    assert found(matcher, text) == ([number] if number else [])


HARMLESS = {
    "a longer word": "Lithuania and Ali",
    "a tag": "<li>x</li><ol><li value=1>y",
    "a selector": "<style>li{margin:0}ul>li a{color:red}</style>",
    "a variable": "<script>for (const li of x) li.y</script>",
    "two blocks": "<p>Anna Lind</p><p>qvist</p>",
    "other words": "Anna saw Lindqvist, Ohio, Hara",
    "nothing": "",
}


@pytest.mark.parametrize("text", HARMLESS.values(), ids=HARMLESS)
def test_what_only_looks_like_a_word_is_not_found(matcher: Matcher, text: str) -> None:
    assert found(matcher, text) == []


def test_a_name_that_begins_like_a_reference_is_found() -> None:
    assert found(Matcher([Entry(1, 1, "Regan")]), "smith&regan") == [1]


def test_several_entries_are_found_in_order(matcher: Matcher) -> None:
    assert found(matcher, "Голубев, Li, Anna Lindqvist, Li") == [ANNA, GOLUBEV, LI]


def test_a_file_name_counts(matcher: Matcher) -> None:
    assert found(matcher, "x", "images/anna-lindqvist.jpg") == [ANNA]
    assert found(matcher, "x", "images/%D0%93%D0%BE%D0%BB%D1%83%D0%B1%D0%B5%D0%B2.br") == [GOLUBEV]


@pytest.mark.parametrize(
    ("word", "text", "is_found"),
    [
        ("Bob", "Bobby", False),
        ("Bobb", "Bobby", True),
        ("Anna Li", "Anna Lindqvist", False),
        ("Anna Li", "Joanna Li,", True),
        ("Li Anna", "Ali Anna", False),
        ("Ян", "Янтарь", False),
        ("Ян", "«Ян»", True),
    ],
    ids=[
        "three letters",
        "four letters",
        "short at the end",
        "whole at the end",
        "short at the start",
        "Cyrillic",
        "quoted",
    ],
)
def test_short_words_match_whole_words_only(word: str, text: str, is_found: bool) -> None:
    assert bool(found(Matcher([Entry(1, 1, word)]), text)) == is_found


# --- Files of other kinds -------------------------------------------------------------------------

SECRET = b"<p>Anna Lind<b>qvist</b></p>"


def zipped(name: str = "a.html", content: bytes = SECRET, comment: bytes = b"", note: bytes = b"") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(name)
        member.comment = note
        archive.writestr(member, content)
        archive.comment = comment
    return out.getvalue()


def tarred(name: str = "a.html", content: bytes = SECRET, owner: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        member = tarfile.TarInfo(name)
        member.size, member.uname = len(content), owner
        archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def gzipped_as(name: str) -> bytes:
    out = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=out) as packed:
        packed.write(b"x")
    return out.getvalue()


def picture(kind: str = "JPEG", **how: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 64), 90).save(out, kind, **how)
    return out.getvalue()


def artist() -> bytes:
    block = Image.Exif()
    block[0x13B] = "Anna Lindqvist"
    return block.tobytes()


def pdf(content: bytes) -> bytes:
    return b"%PDF-1.5\n1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + zlib.compress(content) + b"\nendstream\n%%EOF\n"


HOLDING: dict[str, Callable[[], tuple[str, bytes]]] = {
    "gzip": lambda: ("a.html.gz", gzip.compress(SECRET)),
    "name in gzip": lambda: ("a.gz", gzipped_as("anna-lindqvist.txt")),
    "zip": lambda: ("a.zip", zipped()),
    "name in zip": lambda: ("a.zip", zipped("anna_lindqvist.html", b"x")),
    "comment of zip": lambda: ("a.zip", zipped(content=b"x", comment=b"by Anna Lindqvist")),
    "comment on a member of a zip": lambda: ("a.zip", zipped(content=b"x", note=b"by Anna Lindqvist")),
    "epub of zip of gzip": lambda: ("a.epub", zipped("x", zipped("y.gz", gzip.compress(SECRET)))),
    "tar": lambda: ("a.tar", tarred()),
    "owner in tar": lambda: ("a.tar", tarred(content=b"x", owner="anna.lindqvist")),
    "tar in gzip": lambda: ("a.tgz", gzip.compress(tarred())),
    "JPEG": lambda: ("a.jpg", picture(exif=artist())),
    "WebP": lambda: ("a.webp", picture("WEBP", exif=artist())),
    "AVIF": lambda: ("a.avif", picture("AVIF", exif=artist())),
    "GIF": lambda: ("a.gif", picture("GIF", comment=b"Anna Lindqvist")),
    "PDF": lambda: ("a.pdf", pdf(b"/Title (Anna Lindqvist)")),
    "PDF in UTF-16": lambda: ("a.pdf", pdf(b"/Title (\xfe\xff" + "Anna Lindqvist".encode("utf-16-be") + b")")),
    "PDF in hexadecimal": lambda: ("a.pdf", pdf(b"/Title <" + b"Anna Lindqvist".hex().encode() + b">")),
    "text in UTF-16": lambda: ("a.txt", "Anna Lindqvist".encode("utf-16")),
    "index of a search": lambda: ("a.pf_fragment", gzip.compress(b'dcd{"content":"Anna Lindqvist"}')),
}


@pytest.mark.parametrize("make", HOLDING.values(), ids=HOLDING)
def test_a_word_is_found_in_other_files(matcher: Matcher, make: Callable[[], tuple[str, bytes]]) -> None:
    assert matcher.find(*make()) == [ANNA]


@pytest.mark.parametrize("name", ["a.woff2", "a.br", "a.mp3", "a.sig"])
def test_compressed_bytes_hold_no_words(matcher: Matcher, name: str) -> None:
    noise = picture("PNG")[100:4000] + b"\xff \x00li\x00 "

    assert matcher.find(name, noise) == []


def test_pixels_hold_no_words(matcher: Matcher) -> None:
    assert matcher.find("a.png", picture("PNG")) == []


def nested(times: int) -> bytes:
    data = SECRET
    for _ in range(times):
        data = gzip.compress(data)
    return data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (nested(9), "it holds archives in archives, too deep to look through"),
        (zipped()[:-9], "it is an archive that cannot be opened"),
        (gzip.compress(SECRET)[:-9], "it is an archive that cannot be opened"),
        (picture()[:-9], "it is cut off"),
    ],
    ids=["too deep", "cut zip", "cut gzip", "cut picture"],
)
def test_what_cannot_be_looked_through_is_said(matcher: Matcher, data: bytes, reason: str) -> None:
    with pytest.raises(Unsearchable) as caught:
        matcher.find("a", data)

    assert str(caught.value) == reason


# --- The list -------------------------------------------------------------------------------------


def test_the_list_is_read_without_comments_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes("\ufeff# names\r\nAnna Lindqvist\r\n\r\n  Голубев  \n#x\n".encode())

    assert read_entries(path) == [Entry(1, 2, "Anna Lindqvist"), Entry(2, 4, "Голубев")]


def test_an_empty_list_is_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# nothing yet\n", encoding="utf-8")

    assert read_entries(path) == []
    assert Matcher([]).find("a", b"x") == []


def test_a_list_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_entries(tmp_path / "none.txt")


ABSURD = {
    "one letter": (
        "ok word\nx\n",
        "2: entry 2 has fewer than two letters or digits. Write a name or a word, or remove the line.",
    ),
    "signs": (
        "--- ***\n",
        "1: entry 1 has fewer than two letters or digits. Write a name or a word, or remove the line.",
    ),
    "twice": ("Anna\n# x\nÁNNA\n", "3: entry 2 says the same as entry 1. Remove one of them."),
    "a paragraph": (
        "word " * 60,
        "1: entry 1 is longer than 200 characters. Write one name or word on a line.",
    ),
    "not UTF-8": (b"ok\n\xff\n", "2: the line is not UTF-8. Save the list as UTF-8."),
}


@pytest.mark.parametrize(("text", "said"), ABSURD.values(), ids=ABSURD)
def test_an_absurd_entry_is_refused_without_its_words(tmp_path: Path, text: str | bytes, said: str) -> None:
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)

    with pytest.raises(SiteError) as caught:
        read_entries(path)

    assert [str(problem) for problem in caught.value.problems] == [f"private/never-publish.txt:{said}"]


# --- Whatever the word ----------------------------------------------------------------------------

LETTERS = "abcdefghijklmnopqrstuvwxyzßéñøŁЖйёщΩαîçабвгжя"
NAMES = st.text(alphabet=LETTERS + LETTERS.upper(), min_size=4, max_size=9)
INSERTS = ["", "<b>", "</i>", "&shy;", "\u00ad", "\u200b", "<!--x-->", "&#8203;"]


def written(sign: str, way: int) -> str:
    """Write a letter in one of the ways that a page may."""
    ways = (sign, sign.upper(), f"&#{ord(sign)};", f"&#x{ord(sign):x};", unicodedata.normalize("NFD", sign))
    return ways[way % len(ways)]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(
    st.lists(NAMES, min_size=1, max_size=3),
    st.lists(st.tuples(st.integers(0, 4), st.sampled_from(INSERTS)), min_size=40, max_size=40),
    st.sampled_from([" ", "&nbsp;", "\n", "-", "<br>", " </b> ", "_"]),
    st.integers(0, 2),
)
def test_no_way_of_writing_hides_a_name(
    names: list[str], ways: list[tuple[int, str]], between: str, escapes: int
) -> None:
    steps = iter(ways)
    words = [
        "".join(written(sign, way) + insert for sign, (way, insert) in zip(name, steps, strict=False)) for name in names
    ]
    text = f"<p>said {between.join(words)}, who</p>"
    for _ in range(escapes):
        text = html.escape(text)

    assert found(Matcher([Entry(1, 1, " ".join(names))]), text) == [1]


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(NAMES, st.integers(1, 2))
def test_percent_signs_and_json_hide_no_name(name: str, times: int) -> None:
    address = text = f"x {name} y"
    for _ in range(times):
        address, text = quote(address), json.dumps(text)

    assert found(Matcher([Entry(1, 1, name)]), f"<a href='{address}'>") == [1]
    assert found(Matcher([Entry(1, 1, name)]), text, "a.json") == [1]


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=80), st.binary(max_size=40))
def test_no_file_makes_the_search_crash(text: str, data: bytes) -> None:
    matcher = Matcher([Entry(1, 1, "Anna Li")])

    assert found(matcher, text) in ([], [1])
    for head in (b"", b"%PDF-", b"PK\x05\x06", b"\x1f\x8b\x08", b"<style>", b"\xff\xfe"):
        with contextlib.suppress(Unsearchable):
            assert matcher.find("a", head + data) in ([], [1])


# --- Traces of the machine ------------------------------------------------------------------------

MACHINE = {"home": "/home/anna-l", "root": "/srv/news room", "user": "anna-l", "host": "kestrel"}
PROJECT, HOME = "the project's folder", "the home folder"
USER, HOST = "the user name", "the host name"

TRACES = {
    "project": (b"see /srv/news room/theme/x.css", [PROJECT]),
    "project in an address": (b"file:///srv/news%20room/a", [PROJECT]),
    "project in JSON": (rb'{"a":"\/srv\/news room"}', [PROJECT]),
    "project as entities": (b"&#47;srv&#47;news room", [PROJECT]),
    "home": (b'<a href="/home/anna-l/x">', [HOME]),
    "home, packed": (gzip.compress(b"/home/anna-l"), [HOME]),
    "user in a comment": (b"<!-- built by anna-l -->", [USER]),
    "user in a generator": (b'<meta name="generator" content="Pelican (anna-l@kestrel)">', [USER, HOST]),
    "host in a feed": (b"<generator>Pelican on KESTREL</generator>", [HOST]),
    "user in a style": (b"/* anna-l */", [USER]),
    "user as owner in tar": (tarred(content=b"x", owner="anna-l"), [USER]),
    "host in zip": (zipped(content=b"x", comment=b"kestrel"), [HOST]),
    "host in JSON": (b'{"hostname": "kestrel"}', [HOST]),
    "prose": (b"<p>A kestrel flew over anna-l.</p>", []),
    "another folder": (b"/home/anna-l2/x and x/home/anna-l and /srv/news roomy", []),
    "a longer word": (b"<!-- kestrels -->", []),
    "nothing": (b"", []),
}


@pytest.mark.parametrize(("data", "traces"), TRACES.values(), ids=TRACES)
def test_traces_of_the_machine_are_told_by_kind(data: bytes, traces: list[str]) -> None:
    assert machine_traces(data, **MACHINE) == traces


def test_a_picture_that_names_the_user_is_told() -> None:
    assert machine_traces(picture(comment=b"anna-l"), **MACHINE) == [USER]


def test_names_that_name_nobody_are_passed_over() -> None:
    nobody = {"home": "/root", "root": "/", "user": "root", "host": "localhost"}

    assert machine_traces(b"<!-- root@localhost --> / x", **nobody) == []
    assert machine_traces(b"cd /root/x", **nobody) == [HOME]


PIECES = """/home/anna-l %2Fhome%2Fanna-l %2fhome /anna-l \\/home\\/anna-l \\u002fhome &#47;home &sol;home /srv/news
    room %20room anna-l ANNA-L kestrel &#x6b;estrel \u212aestrel <!-- --> /* */ <style> </style> <script>
    </script> <generator> </generator> "hostname": " %68ome %2Fsrv%2Fnews &#x2F;srv&#x2F;news \xe9"""
TEXTS = st.lists(st.sampled_from([*PIECES.split(), " ", "x" * 500]), max_size=9).map("".join)


@settings(max_examples=400, deadline=None, database=None)
@given(TEXTS)
def test_a_page_that_is_said_to_tell_nothing_tells_nothing_at_length(text: str) -> None:
    data = text.encode()
    if machine_traces(data, **MACHINE) == []:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(never_publish, "tells_nothing", lambda *_: False)
            assert machine_traces(data, **MACHINE) == []
