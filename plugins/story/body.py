"""Turn the Markdown of a story into checked, typeset blocks.

A block is HTML or what a fence holds (kinds.py); the theme decides how each looks on a page, in a
feed, on paper.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from dataclasses import dataclass, replace

import markdown
from pelican.utils import slugify

from plugins.story.clean import refused_html
from plugins.story.converter import Converter, Toc
from plugins.story.fence import Beside, Block, Fence, nothing
from plugins.story.glossary import mark_names
from plugins.story.kinds import KINDS
from plugins.story.links import Link, Place, mark_times, resolve
from plugins.story.problems import Problem, did_you_mean
from plugins.story.typography import TAGS, WHOLE, typeset
from plugins.story.updates import mark_updates, newest_first

FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^`]*)$")
INDENTED = re.compile(rf"^[ \t]+(?:`{{3,}}|~{{3,}})[ \t]*(?:{'|'.join(KINDS)})\b[^`]*$")
MARK = "block\ue010{}\ue011"
MARKED = re.compile(r"<p>block\ue010(\d+)\ue011</p>\n?")
ANCHOR = re.compile(r'id="(?<=\sid=")([^"]+)"')
CAPTIONED = re.compile(r'<p>(<img\b[^>]*?) title="([^"]*)"( ?/?>)</p>')
BROKEN_LINK = re.compile(r"\[[^\[\]]+\](?:\[[^\[\]]*\]|\(\S*)")
WITHOUT_ALT = re.compile(r'<img\b(?![^>]*\balt="[^"]*[^"\s][^"]*")[^>]*\bsrc="([^"]*)"')
TAKEN_IDS = ("text", "appeal", "names", "related", "so-far", "sources")  # by theme/templates/
SLUGS = [(r"[^\w\s-]", ""), (r"(?u)\A\s*", ""), (r"(?u)\s*\Z", ""), (r"[-\s_]+", "-")]


@dataclass(frozen=True)
class Html:
    """A piece of a story's text: clean, typeset HTML, its inside links in Pelican's form."""

    html: str
    kind: str = "html"

    @property
    def words(self) -> str:
        """Everything that readers read in it."""
        return self.html


@dataclass(frozen=True)
class Body:
    """The text of a story or page. anchors: the ids that links may lead to.

    updates: when each was made, the newest first, and its line.
    """

    blocks: tuple[Block, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    updates: tuple[tuple[dt.datetime, int], ...] = ()

    @property
    def words(self) -> str:
        """Everything that readers read, drawings' figures and labels too, as HTML."""
        return " ".join(block.words for block in self.blocks)

    @property
    def markup(self) -> str:
        """The HTML alone, without what stands in fences: what stock Pelican calls content."""
        return "".join(block.html for block in self.blocks if isinstance(block, Html))


def anchor(text: str, separator: str) -> str:
    """Make the id of a heading from its words, none of those that the page has already."""
    words = html.unescape(text)
    is_plain = words.isascii() and words.replace(" ", "").isalnum()  # as most are: then a slug is soon made
    slug = "-".join(words.lower().split()) if is_plain else slugify(words, regex_subs=SLUGS)
    made = slug.replace("-", separator)
    return f"{made}{separator}part" if made in TAKEN_IDS else made


def converter() -> markdown.Markdown:
    """Make the Markdown converter of story texts."""
    return Converter(
        anchor,
        extensions=["tables", "def_list", "abbr", "fenced_code", "sane_lists", Toc(slugify=anchor, marker="")],
        extension_configs={"tables": {"use_align_attribute": True}},
        output_format="html",
    )


class BodyReader:
    """Convert one text after another with one Markdown instance."""

    def __init__(self) -> None:
        self.markdown = converter()

    def read(self, place: Place, lang: str, beside: Beside = nothing) -> tuple[Body, list[Problem]]:
        """Convert, check and typeset a text; report everything wrong that one file shows.

        beside: gives a file that lies beside the text's own, and its label for messages.
        """
        text, fences, problems = take_fences(place)
        found, inner_links, wrong_blocks = self.blocks(fences, place, lang, beside)
        markup, too_deep = self.convert(text, place)
        markup, wrong_times = mark_times(markup, place)
        unclean = refused_html(markup, place.text, path=place.file, first_line=place.first_line)
        markup, updates, wrong_updates = mark_updates(markup, place)
        markup, named, wrong_names = mark_names(markup, place)
        markup, links, wrong_links = resolve(markup, place)
        problems += [*wrong_blocks, *too_deep, *wrong_times, *unclean, *wrong_names]
        problems += [*wrong_updates, *wrong_links, *broken_links(markup, place)]
        problems += silent_pictures(markup, place)
        anchors = frozenset(html.unescape(found) for found in ANCHOR.findall(markup))
        styled = typeset(figures(markup), lang)
        blocks = newest_first(styled, lambda part: put_back(part, found)) if updates else put_back(styled, found)
        return Body(tuple(blocks), (*links, *inner_links, *named), anchors, updates), problems

    def blocks(
        self, fences: list[Fence], place: Place, lang: str, beside: Beside
    ) -> tuple[list[Block | None], list[Link], list[Problem]]:
        """Read what stands in fences; None for what cannot be read."""
        links: list[Link] = []
        problems: list[Problem] = []

        def typeset_line(text: str, number: int) -> str:
            at = Place(place.file, place.path, number, text)
            markup, found, wrong = self.line(text, at, lang)
            links.extend(found)
            problems.extend(wrong)
            return markup

        blocks: list[Block | None] = []
        for fence in fences:
            block, wrong = KINDS[fence.kind](replace(fence, lang=lang, typeset=typeset_line, beside=beside))
            blocks.append(block)
            problems += wrong
        return blocks, links, problems

    def convert(self, text: str, place: Place) -> tuple[str, list[Problem]]:
        """Convert Markdown to HTML, unless it is nested deeper than Python-Markdown can follow."""
        try:
            return self.markdown.reset().convert(text), []
        except RecursionError:
            wrong = "lists or quotations are nested too deeply."
            return "", [Problem(place.file, place.first_line, wrong, "Take them apart.")]

    def line(self, text: str, place: Place, lang: str) -> tuple[str, list[Link], list[Problem]]:
        """Convert one line of inline Markdown, such as a standfirst, to typeset HTML."""
        markup, too_deep = self.convert(text, place)
        markup, wrong_times = mark_times(markup, place)
        unclean = refused_html(markup, text, path=place.file, first_line=place.first_line)
        markup, named, _ = mark_names(markup, place)
        markup, links, wrong_links = resolve(markup, place)
        inline = markup.removeprefix("<p>").removesuffix("</p>")
        problems = [*too_deep, *wrong_times, *unclean, *wrong_links, *broken_links(markup, place)]
        if re.search(r"</?(?:p|h\d|ul|ol|li|div|blockquote|pre|table|dl|hr)\b", inline):
            wrong = f"{text[:60]!r} is more than one line of text."
            problems.append(Problem(place.file, place.first_line, wrong, "Write one paragraph."))
        if named:
            wrong = f"{named[0].words!r} is marked as a name."
            problems.append(Problem(place.file, place.first_line, wrong, "Mark it in the text."))
        if "<img" in inline:
            wrong = f"{text[:60]!r} holds a picture."
            problems.append(Problem(place.file, place.first_line, wrong, "Place it in the text."))
        return typeset(inline, lang), links, problems


def take_fences(place: Place) -> tuple[str, list[Fence], list[Problem]]:
    """Take the fences that are more than code out of a text, leaving a mark where each stood."""
    if "```" not in place.text and "~~~" not in place.text:
        return place.text, [], []
    kept: list[str] = []
    fences: list[Fence] = []
    problems: list[Problem] = []
    lines = place.text.split("\n")
    number = 0
    while number < len(lines):
        opened = FENCE.match(lines[number])
        end = closing(lines, number, opened["fence"]) if opened else number + 1
        line = place.first_line + number
        misplaced = misfenced(lines[number], place.file, line, is_closed=end > 0)
        problems += misplaced
        end = end or number + 1
        kind, argument = named(opened)
        if kind in KINDS and not misplaced:
            kept += ["", MARK.format(len(fences)), ""]
            inner = lines[number + 1 : end - 1]
            fences.append(Fence(kind, argument, inner, place.file, line))
        else:
            kept += lines[number:end]
        number = end
    return "\n".join(kept), fences, problems


def named(opened: re.Match[str] | None) -> tuple[str, str]:
    """Give the kind of a fence and what follows it on its line; empty where there are none."""
    kind, _, argument = (opened["info"] if opened else "").strip().partition(" ")
    return kind, argument.strip()


def closing(lines: list[str], number: int, fence: str) -> int:
    """Give the number after the line that closes a fence; 0 if nothing does."""
    for at in range(number + 1, len(lines)):
        if lines[at].rstrip() == fence:
            return at + 1
    return 0


def misfenced(line: str, path: str, number: int, *, is_closed: bool) -> list[Problem]:
    """Report a block that is never closed, and one that would be printed as code."""
    opened, indented = FENCE.match(line), INDENTED.match(line)
    kind, _ = named(opened)
    near = did_you_mean(kind, KINDS).strip() if kind not in KINDS else ""
    if opened and not is_closed:
        wrong = f"{line.strip()[:60]!r} opens a block that is not closed."
        remedy = f"Close it with a line {opened['fence'][:60]!r}."
    elif near:
        wrong, remedy = f"unknown block {kind[:60]!r}.", near
    elif indented:
        wrong, remedy = "a block begins at the start of a line.", "Take the spaces before it away."
    else:
        return []
    return [Problem(path, number, wrong, remedy)]


def put_back(markup: str, blocks: list[Block | None]) -> list[Block]:
    """Put what stood in fences back between the pieces of text."""
    parts = MARKED.split(markup)
    found: list[Block] = []
    for at, part in enumerate(parts):
        block = blocks[int(part)] if at % 2 else Html(part.strip("\n")) if part.strip() else None
        if block:
            found.append(block)
    return found


def figures(markup: str) -> str:
    """Make a picture that stands alone and has a title a figure with that caption."""
    return CAPTIONED.sub(r"<figure>\1\3<figcaption>\2</figcaption></figure>", markup)


def broken_links(markup: str, place: Place) -> list[Problem]:
    """Report what was meant for a link and would be printed as it was typed."""
    if "[" not in markup:
        return []
    text = TAGS.sub("", WHOLE.sub("", markup))
    remedy = "Write [words](address), or &#91; where you mean the character '['."
    return [
        Problem(place.file, place.line_of(found), f"{found[:60]!r} is not a whole link.", remedy)
        for found in map(html.unescape, BROKEN_LINK.findall(text))
    ]


def silent_pictures(markup: str, place: Place) -> list[Problem]:
    """Report pictures without words for those who do not see them."""
    if "<img" not in markup:
        return []
    return [
        Problem(
            place.file,
            place.line_of(source.rpartition("/")[2]),
            f"the picture {source.rpartition('/')[2]!r} has no text alternative.",
            "Write what it shows: ![what it shows](…).",
        )
        for source in map(html.unescape, WITHOUT_ALT.findall(markup))
    ]
