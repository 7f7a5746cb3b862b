"""Markdown made HTML sooner: the same HTML that Python-Markdown makes, of any text."""

from __future__ import annotations

import hashlib
import inspect

import markdown
import smartypants
import typogrify.filters
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown import blockparser, blockprocessors, core, htmlparser, inlinepatterns, preprocessors, treeprocessors
from markdown.extensions import abbr, def_list, fenced_code, sane_lists, tables, toc

from plugins.story.body import anchor, converter

# What plugins/story/converter.py, quotes.py and typography.py know the rules of.
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


def test_the_rules_that_are_known_are_those_installed() -> None:
    sources = "".join(inspect.getsource(module) for module in KNOWN)

    found = hashlib.sha256(sources.encode()).hexdigest()[:16]

    assert found == THEIR_DIGEST, "a release has changed: compare its rules with converter.py, quotes.py, typography.py"
