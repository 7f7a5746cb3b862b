"""Only clean drawings: what an SVG file may not hold, and the words that say so."""

from __future__ import annotations

import base64
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from plugins.site.pictures import publishable
from plugins.story.svg import drawn_size, refused_svg

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">\n'
EDITOR = "Save it anew as an optimised SVG, without metadata, comments and editor's data; then look into the file."
OUTSIDE = "a drawing may not refer to anything outside itself: "
STYLES = "a drawing may not load or hide anything by its styles: "


def drawing(inside: str) -> str:
    return f"{OPEN}{inside}\n</svg>\n"


def refused(text: str) -> list[str]:
    return [str(problem) for problem in refused_svg(text, path="content/images/a.svg")]


def embedded(**metadata: object) -> str:
    out = io.BytesIO()
    Image.new("RGB", (2, 2)).save(out, "JPEG", **metadata)
    return base64.b64encode(publishable(out.getvalue(), "x.jpg") if not metadata else out.getvalue()).decode("ascii")


CASES = {
    "script": (
        drawing("<script>x</script>"),
        "2: a script is not allowed in a drawing: '<script>'. Remove it.",
    ),
    "script of another namespace": (
        drawing('<h:script xmlns:h="http://www.w3.org/1999/xhtml"/>'),
        "2: a script is not allowed in a drawing: '<script>'. Remove it.",
    ),
    "event handler": (
        drawing('<rect onclick="x"/>'),
        "2: an event handler is not allowed in a drawing: 'onclick=x'. Remove it.",
    ),
    "javascript link": (
        drawing('<a href="java&#10;script:x"/>'),
        "2: a script is not allowed in a drawing: 'href=java script:x'. Remove it.",
    ),
    "page inside": (
        drawing("<foreignObject/>"),
        "2: a page inside the drawing is not allowed in a drawing: '<foreignObject>'. Remove it.",
    ),
    "animation of an address": (
        drawing('<a><set attributeName="href" to="javascript:x"/></a>'),
        "2: an animation is not allowed in a drawing: '<set>'. Remove it.",
    ),
    "unknown tag": (
        drawing("<blink/>"),
        "2: the tag <blink> is not allowed in a drawing. Remove it.",
    ),
    "outside picture": (
        drawing('<image xlink:href="https://e.org/x.png"/>'),
        f"2: {OUTSIDE}'href=https://e.org/x.png'. Remove it.",
    ),
    "file beside it": (drawing('<use href="b.svg#x"/>'), f"2: {OUTSIDE}'href=b.svg#x'. Remove it."),
    "base": (
        drawing('<g xml:base="https://e.org/"/>'),
        f"2: {OUTSIDE}'base=https://e.org/'. Remove it.",
    ),
    "fill from outside": (
        drawing('<rect fill="url(https://e.org/x#y)"/>'),
        f"2: {OUTSIDE}'fill=url(https://e.org/x#y)'. Remove it.",
    ),
    "import": (
        drawing('<style>@import "x.css";</style>'),
        f"2: {STYLES}'style: @import \"x.css\";'. Remove it.",
    ),
    "escaped address": (
        drawing(r'<rect style="fill:u\72l(x)"/>'),
        rf"2: {STYLES}'style=fill:u\\72l(x)'. Remove it.",
    ),
    "image set": (
        drawing("<rect style=\"fill:image-set('x.png' 1x)\"/>"),
        f"2: {STYLES}\"style=fill:image-set('x.png' 1x)\". Remove it.",
    ),
    "editor's attributes": (
        drawing('<g xmlns:inkscape="http://www.inkscape.org/x" inkscape:label="Anna"/>'),
        f"2: editor's data is not allowed in a drawing: 'xmlns:inkscape=http://www.inkscape.org/x'. {EDITOR}",
    ),
    "layer names": (
        drawing('<g data-name="Anna"/>'),
        f"2: editor's data is not allowed in a drawing: 'data-name=Anna'. {EDITOR}",
    ),
    "metadata": (
        drawing("<metadata>x</metadata>"),
        f"2: editor's data is not allowed in a drawing: '<metadata>'. {EDITOR}",
    ),
    "comment": (
        drawing("<!-- Generator: Adobe -->"),
        f"2: editor's data is not allowed in a drawing: '<!--Generator: Adobe-->'. {EDITOR}",
    ),
    "document type": (
        f'<!DOCTYPE svg [<!ENTITY x "y">]>\n{drawing("&x;")}',
        "1: a document type is not allowed in a drawing: '<!DOCTYPE svg'. Remove it.",
    ),
    "stylesheet": (
        f'<?xml-stylesheet href="x.css"?>\n{drawing("")}',
        "1: a processing instruction is not allowed in a drawing: '<?xml-stylesheet'. Remove it.",
    ),
    "another encoding": (
        f'<?xml version="1.0" encoding="windows-1251"?>\n{drawing("")}',
        "1: the drawing is declared as 'windows-1251'. Save it as UTF-8.",
    ),
    "page": (
        "<html></html>",
        "1: this is not a drawing: it starts with '<html'. Save it as SVG.",
    ),
    "not well-formed": (
        "<svg xmlns='http://www.w3.org/2000/svg'>\n<g>\n</svg>",
        "3: this is not well-formed XML: mismatched tag. Save the drawing anew.",
    ),
    "empty": ("", "1: this is not well-formed XML: no element found. Save the drawing anew."),
    "picture that nobody cleaned": (
        drawing(f'<image href="data:image/jpeg;base64,{embedded()}"/>'),
        "2: the JPEG picture inside the drawing may carry metadata. "
        "Clean it before embedding it, or place it as a picture of its own.",
    ),
}


@pytest.mark.parametrize(("text", "said"), CASES.values(), ids=CASES)
def test_what_may_not_be_published_is_refused_in_words(text: str, said: str) -> None:
    assert f"content/images/a.svg:{said}" in refused(text)


@pytest.mark.parametrize(
    "inside",
    [
        '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)"/>',
        '<g id="x"><use href="#y" xlink:href="#y"/><a href="#z"><text xml:lang="ru">слово</text></a></g>',
        "<style>.a{fill:url(#b);stroke:red}</style><path class='a' style='mask:url(\"#c\")' d='M0 0'/>",
        "<title>How far</title><desc>Three circles</desc>",
    ],
    ids=["gradient", "references inside", "styles", "words"],
)
def test_a_plain_drawing_passes(inside: str) -> None:
    assert refused(f'<?xml version="1.0" encoding="UTF-8"?>\n{drawing(inside)}') == []


@pytest.mark.parametrize("text", [drawing("x").replace("\n", "\r\n"), "\ufeff" + drawing("x")])
def test_line_ends_and_a_byte_order_mark_are_no_offence(text: str) -> None:
    assert refused(text) == []


def test_an_embedded_picture_passes_once_it_is_clean() -> None:
    clean = drawing(f'<image href="data:image/jpeg;base64,{embedded()}"/>')
    dirty = drawing(f'<image href="data:image/jpeg;base64,{embedded(comment=b"Anna")}"/>')

    assert refused_svg(clean, path="a.svg", cleaned=publishable) == []
    assert len(refused_svg(dirty, path="a.svg", cleaned=publishable)) == 1


def test_editor_data_is_told_once() -> None:
    text = drawing("<!-- a -->\n<!-- b -->\n" + '<g data-name="x"/>' * 50)

    assert len(refused(text)) == 1


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="300" height="200"', (300, 200)),
        ('viewBox="0 0 640 480.4"', (640, 480)),
        ('width="100%" viewBox="0,0,64,48"', (64, 48)),
        ('width="30.6px" height="20px" viewBox="0 0 1 1"', (31, 20)),
        ("", (0, 0)),
    ],
    ids=["stated", "from the view box", "percent", "pixels", "unknown"],
)
def test_a_drawing_knows_its_size(attributes: str, size: tuple[int, int]) -> None:
    text = f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}></svg>'

    assert drawn_size(text) == size


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(max_size=40))
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    assert isinstance(refused(text), list)
    assert isinstance(refused(drawing(text)), list)
