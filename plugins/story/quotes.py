"""smartypants' quotes, dashes and ellipses, several times as fast and with the same result.

smartypants builds its patterns anew for each text and tries every rule on every word. Here the
patterns are made once, a rule is tried only where the character that it is about stands, and a text
with anything unusual in it goes to smartypants itself. A test holds the two together.
"""

from __future__ import annotations

import re

import smartypants

_TAG = re.compile(r"(<[^>]*>)")
_SKIPPED = re.compile(rf"<!--|</?(?:{'|'.join(smartypants.tags_to_skip)})", re.IGNORECASE)
_ESCAPED = tuple((rf"\{character}", f"&#{ord(character)};") for character in "\\\"'.-`")

_PUNCTUATION = r"""[!"#\$\%'()*+,-.\/:;<=>?\@\[\\\]\^_`{|}~]"""
_CLOSING = r"[^\ \t\r\n\[\{\(\-]"
# "&&": smartypants' own pattern has a comment sign where it means a character reference.
_BEFORE_OPENING = r"(\s|&nbsp;|--|&[mn]dash;|&&\#x201[34];)"

_BOTH = ((re.compile(r""""'(?=\w)"""), "&#8220;&#8216;"), (re.compile(r"""'"(?=\w)"""), "&#8216;&#8220;"))
_SINGLE = tuple(
    (re.compile(pattern, re.VERBOSE), by)
    for pattern, by in (
        (r"\b'(?=\d{2}s)", "&#8217;"),
        (rf"{_BEFORE_OPENING}'(?=\w)", r"\1&#8216;"),
        (rf"({_CLOSING})'(?!\s|s\b|\d)", r"\1&#8217;"),
        (rf"({_CLOSING})'(\s|s\b)", r"\1&#8217;\2"),
    )
)
_DOUBLE = tuple(
    (re.compile(pattern, re.VERBOSE), by)
    for pattern, by in (
        (rf'{_BEFORE_OPENING}"(?=\w)', r"\1&#8220;"),
        (r'"(?=\s)', "&#8221;"),
        (rf'^"(?={_PUNCTUATION})', "&#8221;"),
        (rf'({_CLOSING})"', r"\1&#8221;"),
    )
)
# The same rules with the quote first, before what must precede it: so re finds quotes without trying each
# character. The two differ only where one quote's neighbour is a quote, or ends a reference.
_CROWDED = re.compile(r"""'(?:'|s'|\s')|""|;["']""")
_PRECEDED = r"[^\ \t\r\n\[{(\-]"
_LONE_SINGLE = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"'(?<=\w')(?=\d{2}s)", "&#8217;"),
        (r"'(?<=\s')(?=\w)", "&#8216;"),
        (rf"'(?<={_PRECEDED}')(?!\d)", "&#8217;"),
    )
)
_LONE_DOUBLE = tuple(
    (re.compile(pattern, re.DOTALL), by)
    for pattern, by in (
        (r'"(?<=\s")(?=\w)', "&#8220;"),
        (r'"(?=\s)', "&#8221;"),
        (rf'"(?<!.")(?={_PUNCTUATION})', "&#8221;"),
        (rf'"(?<={_PRECEDED}")', "&#8221;"),
    )
)
_CHARACTERS = {"&#8211;": "–", "&#8212;": "—", "&#8216;": "‘", "&#8217;": "’"} | {
    "&#8220;": "“",
    "&#8221;": "”",
    "&#8230;": "…",
}
_WRITTEN = re.compile("|".join(_CHARACTERS))
QUOTES = smartypants.Attr.q | smartypants.Attr.e | smartypants.Attr.w | smartypants.Attr.u
DASHES = QUOTES | smartypants.Attr.D  # -- is an en dash, --- an em dash
EM_DASHES = QUOTES | smartypants.Attr.d  # -- is an em dash


def smart(markup: str, how: int) -> str:
    """Do as `smartypants.smartypants(markup, how)`; how: DASHES or EM_DASHES."""
    return smart_parts(_TAG.split(markup), how)


def smart_parts(parts: list[str], how: int) -> str:
    """Do the same with a text that is parted already: between its tags, and each tag."""
    markup = "".join(parts)
    if not _may_change(markup):
        return markup
    if _SKIPPED.search(markup) or how not in (DASHES, EM_DASHES):
        return str(smartypants.smartypants(markup, how))
    before = ""
    for at in range(0, len(parts), 2):
        text = parts[at]
        if text:
            if _may_change(text):
                parts[at] = _text(text, before, how)
            before = text[-1]
    return "".join(parts)


def _may_change(text: str) -> bool:
    """Say whether any rule may have something to do in a text."""
    return (
        "'" in text
        or '"' in text
        or "--" in text
        or "..." in text
        or "\\" in text
        or "&quot;" in text
        or "&#8" in text
        or ". . ." in text
    )


def _text(text: str, before: str, how: int) -> str:
    """Do a text without tags. before: the last character of the text before it, tags apart."""
    if "\\" in text:
        for written, meant in _ESCAPED:
            text = text.replace(written, meant)
    text = text.replace("&quot;", '"')
    if "--" in text:
        text = (
            text.replace("---", "&#8212;").replace("--", "&#8211;") if how == DASHES else text.replace("--", "&#8212;")
        )
    if "..." in text or ". . ." in text:
        text = text.replace("...", "&#8230;").replace(". . .", "&#8230;")
    if text in ("'", '"'):
        is_after_word = bool(before) and not before.isspace()
        text = {"'": ("&#8216;", "&#8217;"), '"': ("&#8220;", "&#8221;")}[text][is_after_word]
    else:
        text = _quotes(text)
    if "&#8" in text:
        text = _WRITTEN.sub(lambda match: _CHARACTERS[match[0]], text)
    return text


def _quotes(text: str) -> str:
    """Turn straight quotes into references to round ones."""
    has_single, has_double = "'" in text, '"' in text
    if has_single and has_double:
        for pattern, by in _BOTH:
            text = pattern.sub(by, text)
    is_crowded = _CROWDED.search(text) is not None
    if has_single:
        for pattern, by in _SINGLE if is_crowded else _LONE_SINGLE:
            text = pattern.sub(by, text)
        text = text.replace("'", "&#8216;")
    if has_double:
        for pattern, by in _DOUBLE if is_crowded else _LONE_DOUBLE:
            text = pattern.sub(by, text)
        text = text.replace('"', "&#8220;")
    return text
