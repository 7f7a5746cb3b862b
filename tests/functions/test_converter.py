"""Markdown made HTML sooner: the same HTML that Python-Markdown makes, of any text."""

from __future__ import annotations

import hashlib
import inspect

import markdown
import pytest
import smartypants
import typogrify.filters
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import blockparser, blockprocessors, core, htmlparser, inlinepatterns, preprocessors, treeprocessors
from markdown.extensions import abbr, def_list, fenced_code, sane_lists, tables, toc

from plugins.story.body import anchor, converter
from plugins.story.plainly import html_of

# What plugins/story/converter.py, plainly.py, quotes.py and typography.py know the rules of.
KNOWN = [blockparser, blockprocessors, core, htmlparser, inlinepatterns, preprocessors, treeprocessors]
KNOWN += [abbr, def_list, fenced_code, sane_lists, smartypants, tables, toc, typogrify.filters]
THEIR_DIGEST = "13b952ba45b6ad59"

SIGNS = """a word é 1. 2) - * ** _ __ + # ## > : :: ` `` ``` ~~~ [ ] ( ) [a](b) ![a](b.jpg) [a][b] [a]: *[a]:
    <b> </b> <p> <p></p> <x@y.z> <https://x.y> & &amp; &#8; \\ | |- -|- --- === *** ! " ' “ ( <!-- --> <? ?>
    <pre> <div> </div>"""
LINES = [
    "\n",
    "\n\n",
    " ",
    "  \n",
    "    ",
    "\t",
    "\n\n    ",
    "\n: ",
    "\n- ",
    "\n> ",
    "\n| a | b |\n|---|---|\n| c | d |\n",
]
# What the short way (plainly.py) knows, and beside it what it must leave alone.
USUAL = """word Пусть 12 1.5 *word* **word** *two-words.* **a**, [a](b) [wow!](x.md#y) (see "quoted," 's (par) $5 — …"""
UNUSUAL = "! a*b x*y* [a_b](c_d?e=f) [a](b)(c) ![a](b) *[a](b)* [*a*](b) _a_ & <b> ***"
BLOCKS = ["", "", "## ", "- ", "> ", "# ", "1. ", "    ", "[a]: ", "*[a]: ", ": ", "* "]
WORDS = st.sampled_from(USUAL.split()) | st.sampled_from([*USUAL.split(), *UNUSUAL.split()])
PIECE = st.builds(
    "{}{}{}".format,
    st.sampled_from(BLOCKS),
    st.lists(WORDS, min_size=1, max_size=4).map(" ".join),
    st.sampled_from(["\n\n", "\n\n", "\n\n", "\n\n\n", "\n", "\n- ", " \n"]),
)
STORIES = st.lists(PIECE, max_size=5).map("".join)
TEXTS = st.lists(st.sampled_from([*SIGNS.split(), *LINES, "\x02", "\u00a0"]), max_size=16).map("".join)


def plain_markdown() -> markdown.Markdown:
    """Make the converter as Python-Markdown has it."""
    return markdown.Markdown(
        extensions=["tables", "def_list", "abbr", "fenced_code", "sane_lists", "toc"],
        extension_configs={"toc": {"slugify": anchor, "marker": ""}, "tables": {"use_align_attribute": True}},
        output_format="html",
    )


OURS, THEIRS = converter(), plain_markdown()


@settings(max_examples=400, deadline=None, database=None)
@given(TEXTS)
def test_a_text_becomes_the_html_that_python_markdown_makes(text: str) -> None:
    assert OURS.reset().convert(text) == THEIRS.reset().convert(text)


@settings(max_examples=400, deadline=None, database=None)
@given(STORIES)
def test_a_story_becomes_the_html_that_python_markdown_makes(text: str) -> None:
    assert OURS.reset().convert(text) == THEIRS.reset().convert(text)


def test_what_newspapers_write_is_known_without_a_parser() -> None:
    usual = "“We *know*,” said [she](../b.md).\n\n## A head\n\n- one\n- **two**\n\n> “No.”\n\n> Yes.\n\n## A head\n"

    assert html_of(usual, anchor) == THEIRS.reset().convert(usual)


@pytest.mark.parametrize(
    "text", ["a  \nb", "a_b", "a & b", "1. a", "a\n---", "- a\n\n- b", "[a]: b", "| a |", "`a`", "a\tb"]
)
def test_what_may_mean_more_is_left_to_the_parser(text: str) -> None:
    assert html_of(text, anchor) is None


def test_the_rules_that_are_known_are_those_installed() -> None:
    sources = "".join(inspect.getsource(module) for module in KNOWN)

    found = hashlib.sha256(sources.encode()).hexdigest()[:16]

    why = "a release has changed: compare its rules with converter.py, plainly.py, quotes.py, typography.py"
    assert found == THEIR_DIGEST, why
