"""Python-Markdown, that tries a rule only where the sign it is about stands; with the same result.

It would try each of its fifteen kinds of blocks on each paragraph, and each of its fourteen patterns
on each line. Most paragraphs of a newspaper are of one kind, and hold no sign at all. All rules, and
all that is made of a text, are Python-Markdown's own. A test holds the two together on random texts,
and fails where a release changes a rule.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Self
from xml.etree.ElementTree import Element

import markdown
from markdown.blockparser import BlockParser
from markdown.extensions.toc import TocExtension, TocTreeprocessor
from markdown.preprocessors import Preprocessor
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString

from plugins.story.plainly import Anchor, html_of

LINE_BREAK = "  \n"
# What must stand in a text for a pattern to match anything there: one of these.
SIGNS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": (LINE_BREAK,),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
}
ANY_SIGN = re.compile(r"[`\\\[<&*_]")  # but a line break's
BEFORE = {"fenced_code_block": ("```", "~~~"), "html_block": ("<", "&")}  # the same of what goes through all lines
QUOTES = frozenset("\"'“«„‘(")


class Inline(InlineProcessor):
    """Inline markup, its patterns tried only where their signs stand."""

    def __init__(self, md: markdown.Markdown) -> None:
        super().__init__(md)
        patterns: Any = md.inlinePatterns
        in_order = sorted(patterns._priority, key=lambda each: -each.priority)
        named = ((patterns[each.name], SIGNS[each.name]) for each in in_order)
        self._rules = [(pattern, signs[0], signs[-1]) for pattern, signs in named]

    def _InlineProcessor__handleInline(self, data: str, patternIndex: int = 0) -> str:  # noqa: N802, N803
        """Put placeholders for what patterns make of a text, from the pattern of this number on."""
        if isinstance(data, AtomicString) or not (ANY_SIGN.search(data) or LINE_BREAK in data):
            return data
        apply = self._InlineProcessor__applyPattern  # type: ignore[attr-defined]
        for at in range(patternIndex, len(self._rules)):
            pattern, sign, other = self._rules[at]
            is_matched, start = True, 0
            while is_matched and (sign in data or other in data):
                data, is_matched, start = apply(pattern, data, at, start)
        return data


class Where(Preprocessor):
    """A step that is taken only where one of its signs stands."""

    def __init__(self, step: Preprocessor, signs: Sequence[str]) -> None:
        super().__init__(step.md)
        self._step, self._signs = step, signs

    def run(self, lines: list[str]) -> list[str]:
        """Take the step."""
        text = "\n".join(lines)
        return self._step.run(lines) if any(sign in text for sign in self._signs) else lines


class Headings(TocTreeprocessor):
    """Ids of headings without the table of contents, which nobody reads here."""

    def build_toc_div(self, toc_list: list[Any]) -> Element:
        """Make an empty table."""
        return Element("div")


class Toc(TocExtension):
    """Python-Markdown's `toc`, for its headings alone."""

    TreeProcessorClass = Headings


def parse_blocks(parser: BlockParser, parent: Element, blocks: list[str]) -> None:
    """Do as `parser.parseBlocks(parent, blocks)`; one line that begins with a letter is a paragraph."""
    paragraph = parser.blockprocessors["paragraph"]
    while blocks:
        if is_paragraph(blocks[0]):
            paragraph.run(parent, blocks)
            continue
        for processor in parser.blockprocessors:
            if processor.test(parent, blocks[0]) and processor.run(parent, blocks) is not False:
                break


def is_paragraph(block: str) -> bool:
    """Say whether no other kind of block begins like this, nor can begin on a second line."""
    first = block[:1]
    return (first.isalpha() or first in QUOTES) and "\n" not in block


class Converter(markdown.Markdown):
    """Python-Markdown, sooner. anchor: makes the ids of headings."""

    def __init__(self, anchor: Anchor, **options: Any) -> None:
        self._anchor = anchor
        super().__init__(**options)
        steps: Any = self.preprocessors
        for name, priority in [(each.name, each.priority) for each in steps._priority if each.name in BEFORE]:
            steps.register(Where(steps[name], BEFORE[name]), name, priority)
        self.treeprocessors.register(Inline(self), "inline", 20)

    def convert(self, source: str) -> str:
        """Make HTML of a text: at once, where it is of the plainest kind."""
        plain = html_of(source, self._anchor)
        return super().convert(source) if plain is None else plain

    def build_parser(self) -> Self:
        """Build the parser, and have it ask first whether a block is a paragraph."""
        super().build_parser()
        self.parser.parseBlocks = partial(parse_blocks, self.parser)  # type: ignore[method-assign]
        return self
