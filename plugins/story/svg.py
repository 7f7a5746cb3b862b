"""Only clean drawings go out: what an SVG file may not hold is refused.

An SVG file is a document, not a picture: opened on its own it can run scripts, load what it names
and carry its maker's name and folders. `refused_svg` lets through drawing elements, references
inside the file, and embedded PNG, JPEG and WebP pictures that are free of metadata.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from plugins.story.address import target
from plugins.story.problems import Problem

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"
XML = "http://www.w3.org/XML/1998/namespace"

# Elements that draw, name or arrange. Not among them: script, foreignObject, everything that moves
# (animation can set an address to javascript:), sound, film, and outside fonts and colour profiles.
# fmt: off
ELEMENTS = frozenset({
    "a", "circle", "clipPath", "defs", "desc", "ellipse", "feBlend", "feColorMatrix",
    "feComponentTransfer", "feComposite", "feConvolveMatrix", "feDiffuseLighting",
    "feDisplacementMap", "feDistantLight", "feDropShadow", "feFlood", "feFuncA", "feFuncB",
    "feFuncG", "feFuncR", "feGaussianBlur", "feImage", "feMerge", "feMergeNode", "feMorphology",
    "feOffset", "fePointLight", "feSpecularLighting", "feSpotLight", "feTile", "feTurbulence",
    "filter", "g", "image", "line", "linearGradient", "marker", "mask", "path", "pattern",
    "polygon", "polyline", "radialGradient", "rect", "stop", "style", "svg", "switch", "symbol",
    "text", "textPath", "title", "tspan", "use", "view",
})
# fmt: on
_FORBIDDEN: Mapping[str, str] = {
    "script": "a script",
    "handler": "a script",
    "foreignObject": "a page inside the drawing",
    "iframe": "a page inside the drawing",
    "animate": "an animation",
    "animateMotion": "an animation",
    "animateTransform": "an animation",
    "animateColor": "an animation",
    "set": "an animation",
    "discard": "an animation",
    "audio": "sound or film",
    "video": "sound or film",
}
_REMOVE = "Remove it."
_EDITOR = "Save it anew as an optimised SVG, without metadata, comments and editor's data; then look into the file."
_PICTURE = re.compile(r"data:image/(png|jpeg|webp);base64,([A-Za-z0-9+/=\s]+)")
_URL = re.compile(r"""url\s*\(\s*(["']?)(.*?)\1\s*\)""", re.IGNORECASE | re.DOTALL)
_CSS_LOADS = re.compile(
    r"@import|@namespace|@font-face|(?<![\w-])(?:(?:-webkit-)?image-set|image|src|cross-fade|"
    r"element|paint|expression)\s*\(|-moz-binding|behavior\s*:",
    re.IGNORECASE,
)

Cleaned = Callable[[bytes, str], bytes]


def refused_svg(text: str, *, path: str, cleaned: Cleaned | None = None) -> list[Problem]:
    """Tell what may not be published in an SVG file; empty when all of it may.

    cleaned: gives back a picture's bytes without metadata, given its bytes and its file name, or
    raises ValueError; an embedded picture passes only if that changes nothing. Without it, no
    embedded picture passes.
    """
    reader = _Reader(path, cleaned)
    try:
        reader.read(text)
    except expat.ExpatError as error:
        wrong = f"this is not well-formed XML: {expat.ErrorString(error.code)}."
        reader.tell(wrong, "Save the drawing anew.", line=error.lineno)
    return sorted(set(reader.problems))


@dataclass
class _Reader:
    """Walks through one file. Editor's data is told once, however much of it there is."""

    path: str
    cleaned: Cleaned | None
    problems: list[Problem] = field(default_factory=list)
    has_editor_data: bool = False
    open: list[str] = field(default_factory=list)
    style: list[str] = field(default_factory=list)

    def read(self, text: str) -> None:
        """Parse the whole file. Raise ExpatError where it is not well-formed."""
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.buffer_text = True
        self.parser.XmlDeclHandler = self.declared
        self.parser.StartDoctypeDeclHandler = self.document_type
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.CommentHandler = self.comment
        self.parser.StartNamespaceDeclHandler = self.namespace
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters
        self.parser.Parse(text.removeprefix("\ufeff").encode("utf-8", "surrogatepass"), True)

    def tell(self, wrong: str, remedy: str = _REMOVE, *, line: int = 0) -> None:
        at = line or self.parser.CurrentLineNumber
        self.problems.append(Problem(self.path, at, wrong, remedy))

    def tell_editor_data(self, what: str) -> None:
        if not self.has_editor_data:
            self.tell(f"editor's data is not allowed in a drawing: {what!r}.", _EDITOR)
        self.has_editor_data = True

    def declared(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding and encoding.lower() not in {"utf-8", "us-ascii"}:
            self.tell(f"the drawing is declared as {encoding!r}.", "Save it as UTF-8.")

    def document_type(self, name: str, *_rest: object) -> None:
        self.tell(f"a document type is not allowed in a drawing: {'<!DOCTYPE ' + name!r}.")

    def instruction(self, name: str, _content: str) -> None:
        self.tell(f"a processing instruction is not allowed in a drawing: {'<?' + name!r}.")

    def comment(self, content: str) -> None:
        self.tell_editor_data(f"<!--{_short(content)}-->")

    def namespace(self, prefix: str | None, uri: str | None) -> None:
        if uri not in {SVG, XLINK, XML, None, ""}:
            self.tell_editor_data(f"xmlns:{prefix or ''}={_short(uri or '')}")

    def start(self, full_name: str, attributes: Mapping[str, str]) -> None:
        uri, _, name = full_name.rpartition(" ")
        if not self.open and (uri, name) != (SVG, "svg"):
            self.tell(f"this is not a drawing: it starts with {'<' + name!r}.", "Save it as SVG.")
        elif name in _FORBIDDEN:
            self.tell(f"{_FORBIDDEN[name]} is not allowed in a drawing: {'<' + name + '>'!r}.")
        elif uri != SVG or name == "metadata":
            self.tell_editor_data(f"<{name}>")
        elif name not in ELEMENTS:
            self.tell(f"the tag <{name}> is not allowed in a drawing.")
        self.open.append(name)
        for key, value in attributes.items():
            self.attribute(key, value)

    def attribute(self, full_name: str, value: str) -> None:
        uri, _, name = full_name.rpartition(" ")
        written = f"{name}={_short(value)}"
        if uri not in {XLINK, XML, ""} or name.lower().startswith("data-"):
            self.tell_editor_data(written)
        elif name.lower().startswith("on"):
            self.tell(f"an event handler is not allowed in a drawing: {written!r}.")
        elif name.lower() in {"href", "src", "base", "ping"}:
            self.reference(name, value)
        else:
            self.css(value, written)

    def reference(self, name: str, value: str) -> None:
        written = f"{name}={_short(value)}"
        if name.lower() == "href" and re.fullmatch(r"#[^\s#]+", value):
            return
        picture = _PICTURE.fullmatch(value)
        if picture and name.lower() == "href":
            self.embedded(picture[1], picture[2])
        elif target(value)[0] in {"javascript", "vbscript"}:
            self.tell(f"a script is not allowed in a drawing: {written!r}.")
        else:
            self.tell(f"a drawing may not refer to anything outside itself: {written!r}.")

    def embedded(self, kind: str, text: str) -> None:
        try:
            picture = base64.b64decode(re.sub(r"\s", "", text), validate=True)
            is_clean = self.cleaned is not None and self.cleaned(picture, f"x.{kind}") == picture
        except ValueError:  # binascii.Error is one too
            is_clean = False
        if not is_clean:
            wrong = f"the {kind.upper()} picture inside the drawing may carry metadata."
            self.tell(wrong, "Clean it before embedding it, or place it as a picture of its own.")

    def css(self, value: str, written: str) -> None:
        """Check a style, or an attribute that may be read as one."""
        for match in _URL.finditer(value):
            address = match[2].strip()
            if picture := _PICTURE.fullmatch(address):
                self.embedded(picture[1], picture[2])
            elif not re.fullmatch(r"#[^\s#()\\]+", address):
                self.tell(f"a drawing may not refer to anything outside itself: {written!r}.")
        rest = _URL.sub("", value)
        is_hidden = "\\" in rest and (written.startswith("style") or "(" in rest)
        if is_hidden or _CSS_LOADS.search(rest) or re.search(r"url\s*\(|/\*", rest, re.IGNORECASE):
            self.tell(f"a drawing may not load or hide anything by its styles: {written!r}.")

    def characters(self, text: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style.append(text)

    def end(self, _full_name: str) -> None:
        if self.open.pop() == "style":
            self.css(text := "".join(self.style), f"style: {_short(text)}")
            self.style.clear()


def _short(text: str, most: int = 60) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= most else f"{one_line[: most - 1]}…"


_ROOT = re.compile(r"<svg\b([^>]*)>")
_LENGTH = r'\b{}\s*=\s*["\']\s*([0-9.]+)(?:px)?\s*["\']'
_VIEW_BOX = re.compile(r'\bviewBox\s*=\s*["\']\s*[-0-9.]+[\s,]+[-0-9.]+[\s,]+([0-9.]+)[\s,]+([0-9.]+)')


def drawn_size(text: str) -> tuple[int, int]:
    """Give a drawing's width and height in CSS pixels, else its view box's; (0, 0) if unknown."""
    root = _ROOT.search(text)
    about = root[1] if root else ""
    stated = [re.search(_LENGTH.format(name), about) for name in ("width", "height")]
    sides = [found[1] for found in stated if found]
    if len(sides) < 2 and (box := _VIEW_BOX.search(about)):
        sides = [box[1], box[2]]
    try:
        width, height = (max(1, round(float(side))) for side in sides)
    except ValueError:
        return 0, 0
    return width, height
