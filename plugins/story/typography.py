"""Typeset text as a newspaper does: quotes, dashes, apostrophes and no widows, by typogrify.

What typogrify gets wrong (addresses printed in text, '90s, feet and inches, options such as
--all) is set apart before it and put back after it. Russian gets its own quotes and dash.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache

from typogrify.filters import typogrify, widont

from plugins.story.quotes import DASHES, EM_DASHES, smart_parts

UNTOUCHED = ("pre", "code", "kbd", "samp", "svg", "textarea", "script", "style")
WHOLE = re.compile(rf"<(?P<tag>{'|'.join(UNTOUCHED)})\b.*?</(?P=tag)>", re.DOTALL | re.IGNORECASE)
TAGS = re.compile(r"(<[^>]*>)")
# Addresses, mail addresses, options and file names: nothing in them is punctuation.
LITERAL = re.compile(
    r"""(?:https?://|www\.|time:)[^\s<>"]+ | (?<![\w.+-])[\w.+-]++@[\w-]++(?:\.[\w-]++)+
    | (?<!\S)--?[A-Za-z][\w-]* | (?<!\w)(?<!--)\w++(?:--\w++)++(?=[./]) """,
    re.VERBOSE,
)
ELISION = re.compile(r"'(?<!\w')(?=\d\ds?\b|(?:tis|twas|em|cause|til)\b)", re.IGNORECASE)
# A hyphen where an option or a file name of LITERAL may stand.
HYPHENED = re.compile(r"-(?:(?<!\S-)-?[A-Za-z]|(?<=\w-)-\w++(?:--\w++)*+[./])")
# Inside these typogrify leaves text alone; without one its filter for widows is all that is left.
LEFT_ALONE = re.compile(r"<(?:pre|code)", re.IGNORECASE)
# The apostrophe stands first in these, before what must precede it: so re finds it without trying each character.
FEET = re.compile(r"'(?<=\d')(\d{1,2})(?:\"|&quot;)")
ENDING = re.compile(r"(</(?:p|h[1-6]|li|dt|dd)>)")  # where typogrify looks for widows
NEAR = 40  # characters: no word of a text is likely to be longer
HELD, FREED = "\ue000", "\ue001"
KEPT = re.compile(f"{HELD}(\\d+){FREED}")


def typeset(markup: str, lang: str) -> str:
    """Typeset a piece of HTML in the given language (BCP 47); tags and literals stay as they are."""
    kept: list[str] = []
    outside = WHOLE.sub(lambda match: hold(match[0], kept), markup)
    parts = TAGS.split(outside)
    if "'" in outside or "-" in outside or has_literals(outside):
        parts[::2] = [guard(part, kept) for part in parts[::2]]
    styled = smart_parts(parts, EM_DASHES if is_russian(lang) else DASHES)
    if is_russian(lang):
        styled = russian(styled)
    if LEFT_ALONE.search(styled):
        styled = typogrify(styled, amp=False, smartypants=False, caps=False, initial_quotes=False)
    else:
        styled = without_widows(styled)
    whole = styled.replace("&nbsp;", "\xa0")
    return KEPT.sub(lambda match: kept[int(match[1])], whole) if kept else whole


def guard(text: str, kept: list[str]) -> str:
    """Set apart what must not be typeset, and mend what typogrify would get wrong."""
    if has_literals(text):
        text = LITERAL.sub(lambda match: hold(match[0], kept), text)
    if "'" not in text:
        return text
    text = FEET.sub("\u2032\\1\u2033", text)
    return ELISION.sub("\u2019", text)


def has_literals(text: str) -> bool:
    """Say whether LITERAL may match somewhere in a text; asking costs a hundredth of trying."""
    return (
        "@" in text
        or "://" in text
        or "www." in text
        or "time:" in text
        or ("-" in text and HYPHENED.search(text) is not None)
    )


def without_widows(markup: str) -> str:
    """Do as typogrify's `widont(markup)`, showing it only what has a tag among its last words.

    It would try each character of a text.
    """
    parts = ENDING.split(markup)
    for at in range(0, len(parts), 2):
        text = parts[at]
        if text.rfind("<") > text.rfind(">"):  # a tag that is not whole: only typogrify knows
            return str(widont(markup))
        near = text[-NEAR:].rpartition(">")[2]
        words = near.rsplit(None, 1)
        if len(words) == 2 and "<" not in near:
            space = near[len(near.rstrip()) :]
            parts[at] = f"{text[: len(text) - len(near)]}{words[0]}&nbsp;{words[1]}{space}"
        elif text:
            end = "".join(parts[at + 1 : at + 2])
            parts[at] = widont(text + end).removesuffix(end)
    return "".join(parts)


def hold(text: str, kept: list[str]) -> str:
    """Put a text aside, leaving a mark that typogrify passes over."""
    kept.append(text)
    return f"{HELD}{len(kept) - 1}{FREED}"


def is_russian(lang: str) -> bool:
    """Say whether a language tag is Russian."""
    return lang.split("-")[0].lower() == "ru"


def russian(text: str) -> str:
    """Give text its Russian quotes, and keep each dash on the line of the word before it."""
    quoted = text.replace("\u201c", "\u00ab").replace("\u201d", "\u00bb")
    return quoted.replace(" \u2014 ", "\xa0\u2014 ")


@lru_cache(maxsize=16384)  # a list shows stories of any time
def headline(text: str, lang: str) -> str:
    """Typeset a plain-text title as HTML."""
    return typeset(html.escape(text, quote=False), lang)


@lru_cache(maxsize=4096)
def plain(text: str, lang: str) -> str:
    """Give a plain-text title its quotes and dashes, for places where no markup may stand."""
    return html.unescape(headline(text, lang)).replace("\xa0", " ")


def without_tags(markup: str) -> str:
    """Reduce a piece of HTML to its plain text, on one line."""
    return " ".join(html.unescape(TAGS.sub("", markup)).split())
