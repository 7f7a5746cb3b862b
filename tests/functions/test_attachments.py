"""Files that go out as they are: what tells who made them is refused, in words."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from plugins.site.attachments import refused_attachment

WAY = "'x.pdf' may not go out as it is: "


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % each for each in enumerate(objects, start=1))
    return b"%PDF-1.5\n" + body + b"trailer\n<</Root 1 0 R" + trailer + b">>\nstartxref\n9\n%%EOF\n"


def stream(content: bytes, about: bytes = b"") -> bytes:
    packed = zlib.compress(content)
    head = b"<</Filter/FlateDecode/Length %d%s>>" % (len(packed), about)
    return head + b"\nstream\n" + packed + b"\nendstream"


def up(content: bytes, width: int) -> bytes:
    """Predict each row from the one above, as writers of object streams do."""
    before, rows = bytes(width), b""
    for at in range(0, len(content), width):
        row = content[at : at + width].ljust(width)
        rows += b"\x02" + bytes(a - b & 255 for a, b in zip(row, before, strict=True))
        before = row
    return rows


def with_exif() -> bytes:
    block = Image.Exif()
    block[0x13B] = "Anna"
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "JPEG", exif=block.tobytes())
    return out.getvalue()


AUTHOR = "it names an author (/Author)."
PDFS = {
    "author": (pdf(b"<</Author (Anna)>>"), AUTHOR),
    "author in hex": (pdf(b"<</Author <416E6E61>>>"), AUTHOR),
    "author elsewhere": (pdf(b"<</Author 7 0 R>>"), AUTHOR),
    "author spelt with escapes": (pdf(b"<</Auth#6Fr(Anna)>>"), AUTHOR),
    "author in an object stream": (pdf(stream(b"1 0 <</Author (Anna)>>", b"/Type/ObjStm")), AUTHOR),
    "author in a predicted object stream": (
        pdf(stream(up(b"1 0 <</Author (Anna)>>", 4), b"/Type/ObjStm/DecodeParms<</Predictor 12/Columns 4>>")),
        AUTHOR,
    ),
    "author packed twice": (
        pdf(
            b"<</Filter[/FlateDecode /FlateDecode]>>\nstream\n"
            + zlib.compress(zlib.compress(b"<</Author(Anna)>>"))
            + b"\nendstream"
        ),
        AUTHOR,
    ),
    "program": (pdf(b"<</Creator (Writer)>>"), "it names the program it was written with (/Creator)."),
    "maker": (pdf(b"<</Producer(LibreOffice 7)>>"), "it names the program that made it (/Producer)."),
    "time zone": (
        pdf(b"<</CreationDate (D:20250805120000+03'00')>>"),
        "it says when and in which time zone it was made (/CreationDate).",
    ),
    "XMP": (pdf(b"<</Type /Metadata>>\nstream\n<x:xmpmeta>\nendstream"), "it carries metadata (XMP)."),
    "packed XMP": (pdf(stream(b"<?xpacket begin", b"/Type/Metadata")), "it carries metadata (XMP)."),
    "object stream of an unknown packing": (
        pdf(b"<</Type/ObjStm/Filter/LZWDecode>>\nstream\nx\nendstream"),
        "a part of it is packed in a way that cannot be looked into.",
    ),
    "broken stream": (
        pdf(b"<</Filter/FlateDecode>>\nstream\nx\nendstream"),
        "a part of it cannot be unpacked.",
    ),
    "encrypted": (pdf(trailer=b"/Encrypt 3 0 R"), "it is encrypted, and cannot be looked into."),
    "script": (pdf(b"<</S/JavaScript/JS(x)>>"), "it can act on its own."),
    "files inside": (pdf(b"<</Type/EmbeddedFile>>"), "it has other files inside."),
    "comments": (pdf(b"<</Subtype /Highlight /T(Anna)>>"), "it has comments or marks of its readers."),
    "signature": (pdf(b"<</Type /Sig>>"), "it is signed, and a signature names its owner."),
    "photograph with a place": (
        pdf(b"<</Subtype/Image/Filter/DCTDecode>>\nstream\n" + with_exif() + b"\nendstream"),
        "a picture in it has metadata.",
    ),
    "private data": (pdf(b"<</PieceInfo<<>>>>"), "it carries a program's private data (/PieceInfo)."),
    "an earlier version": (pdf() + pdf(), "it still holds earlier versions of itself."),
    "an earlier version of one for slow lines": (
        pdf(b"<</Linearized 1>>") + pdf() + pdf(),
        "it still holds earlier versions of itself.",
    ),
    "something behind": (pdf() + b"PK\x03\x04", "it is cut off, or something follows its end."),
    "cut off": (pdf()[:-6], "it is cut off, or something follows its end."),
    "not a PDF": (b"<html>", "it is not what its ending says."),
}


@pytest.mark.parametrize(("data", "reason"), PDFS.values(), ids=PDFS)
def test_a_pdf_that_tells_too_much_is_refused(data: bytes, reason: str) -> None:
    assert refused_attachment(data, "extra/x.pdf") == f"{WAY}{reason}"


@pytest.mark.parametrize(
    "data",
    [
        pdf(b"<</Type/Catalog>>", stream(b"BT (Author) Tj ET")),
        pdf(b"<</Author()/Creator <>/Producer ( )/Title (Report)>>"),
        pdf(b"<</Linearized 1>>") + pdf(),
        pdf(b"<</Subtype/Link/A<</URI(https://e.org)>>>>"),
        pdf(b"<</Subtype/Image/Filter/FlateDecode>>\nstream\nnot zlib\nendstream"),
    ],
    ids=["plain", "emptied", "for slow lines", "with a link", "with pixels"],
)
def test_a_clean_pdf_passes(data: bytes) -> None:
    assert refused_attachment(data, "x.pdf") is None


def office(comment: bytes = b"", **parts: bytes | str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, content in parts.items():
            archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


CORE = "docProps/core.xml"
OFFICE = {
    "author": (office(**{CORE: "<dc:creator>Anna</dc:creator>"}), "it names an author."),
    "author in UTF-16": (
        office(**{CORE: "<dc:creator>Anna</dc:creator>".encode("utf-16")}),
        "it names an author.",
    ),
    "last change": (
        office(**{CORE: "<cp:lastModifiedBy>Anna</cp:lastModifiedBy>"}),
        "it names who changed it last.",
    ),
    "company": (
        office(**{"docProps/app.xml": "<Company>News</Company>"}),
        "it names a company or a manager.",
    ),
    "program": (
        office(**{"meta.xml": "<meta:generator>LibreOffice</meta:generator>"}),
        "it names the program it is from.",
    ),
    "folder": (
        office(**{"xl/workbook.xml": '<x15ac:absPath url="C:\\Users\\anna\\"/>'}),
        "it names the folder that it was saved in.",
    ),
    "reviewer": (
        office(**{"word/document.xml": '<w:rPrChange w:author="Anna"/>'}),
        "it names who wrote in it.",
    ),
    "tracked changes": (
        office(**{"word/document.xml": '<w:del w:id="1">x</w:del>'}),
        "it holds tracked changes.",
    ),
    "comments": (office(**{"word/comments.xml": "<x/>"}), "it holds comments."),
    "own fields": (office(**{"docProps/custom.xml": "<x/>"}), "it carries fields of its maker's own."),
    "thumbnail": (
        office(**{"docProps/thumbnail.jpeg": b"x"}),
        "it carries a small picture of an earlier state.",
    ),
    "macros": (office(**{"word/vbaProject.bin": b"x"}), "it holds macros."),
    "files inside": (office(**{"word/embeddings/a.xlsx": b"x"}), "it has other files inside."),
    "printer": (office(**{"xl/printerSettings/1.bin": b"x"}), "it names a printer."),
    "photograph": (office(**{"word/media/a.jpg": with_exif()}), "a picture in it has metadata."),
    "archive comment": (office(b"Anna"), "its archive holds a comment."),
    "not an archive": (b"x" * 99, "it is damaged, encrypted or not what its ending says."),
}


@pytest.mark.parametrize(("data", "reason"), OFFICE.values(), ids=OFFICE)
def test_an_office_document_that_tells_too_much_is_refused(data: bytes, reason: str) -> None:
    assert refused_attachment(data, "x.docx") == f"'x.docx' may not go out as it is: {reason}"


def test_a_clean_office_document_passes() -> None:
    data = office(
        **{
            CORE: "<dc:creator></dc:creator><dc:title>Report</dc:title>",
            "word/document.xml": '<w:p><w:t>The author="x" said</w:t></w:p>'.replace('author="x"', "author"),
        }
    )

    assert refused_attachment(data, "x.docx") is None


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"a,b\n1,2\n", "x.csv", None),
        ("слово\r\n".encode(), "x.TXT", None),
        (b"{}", "data/x.json", None),
        ("слово".encode("cp1251"), "x.txt", "'x.txt' may not go out as it is: it is not text in UTF-8."),
        (b"MZ\0\0", "x.txt", "'x.txt' may not go out as it is: it is not plain text."),
        (
            b"<script>",
            "x.html",
            "a file that ends in '.html' cannot be checked for author data; .asc, .csv, .docx, .geojson, "
            ".json, .odp, .ods, .odt, .pdf, .pptx, .tsv, .txt, .vtt, .xlsx can.",
        ),
    ],
    ids=["table", "text", "data", "another encoding", "a program", "unknown ending"],
)
def test_only_endings_that_can_be_checked_go_out(data: bytes, name: str, said: str | None) -> None:
    assert refused_attachment(data, name) == said


@settings(max_examples=150, deadline=None, derandomize=True, database=None)
@given(st.binary(max_size=60), st.integers(0, 120), st.sampled_from(["x.pdf", "x.docx", "x.odt", "x.txt"]))
def test_no_bytes_make_it_crash(noise: bytes, at: int, name: str) -> None:
    for whole in (pdf(stream(b"x")), office(**{CORE: "x"}), b""):
        said = refused_attachment(whole[:at] + noise + whole[at:], name)

        assert said is None or said.endswith(".")
