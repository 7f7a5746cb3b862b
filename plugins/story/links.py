"""Find and resolve the links of a story: to other stories, to pictures, to the outside.

Links between content files are kept as Pelican writes them, `{filename}/articles/…md#part` and
`{static}/images/…`, always from the top of content/, until a page is rendered and knows where
it stands.
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from plugins.story.address import wrong_with_address
from plugins.story.moments import is_machine_date
from plugins.story.problems import Problem

ATTRIBUTE = re.compile(r'(?P<before><(?P<tag>a|img)\b[^>]*?\s(?P<name>href|src)=")(?P<value>[^"]*)"')
TIME_TAG = re.compile(r'<time\b[^>]*? datetime="(?P<when>\d{4}-[^"]*)"')
TIME_LINK = re.compile(r'<a href="time:(?P<when>[^"]*)">(?P<words>.*?)</a>', re.DOTALL)
MAIL = re.compile(r"^mailto:[^\s@]+@[^\s@]+\.[^\s@]+$")
FORGED = re.compile(r'(?P<tag><[^>]*>)|="\{')
SCHEME = re.compile(r"^[a-zA-Z][a-zA-Z0-9+.-]*:")
PELICAN_FORM = re.compile(r"^[{|](?:filename|static|attach)[}|]")
PICTURES = (".jpg", ".jpeg", ".png", ".webp", ".avif", ".gif", ".svg")

STORY_LINK, PICTURE_LINK, ANCHOR_LINK, FILE_LINK, OUTSIDE_LINK = "story", "picture", "anchor", "file", "outside"
NAME_LINK = "name"  # glossary:medvedev


@dataclass(frozen=True)
class Link:
    """A link in a story. target: a path from the top of content/ (empty for an anchor in the
    same text), the id of an entry, or a whole address outside. fragment: the anchor, without '#'.
    words: what a mark of a name stands on; empty for all other links."""

    kind: str
    target: str
    fragment: str
    line: int
    words: str = ""


@dataclass(frozen=True)
class Place:
    """Where a text stands: the file for messages, its path below content/, its first line."""

    file: str
    path: str
    first_line: int
    text: str

    def line_of(self, needle: str) -> int:
        """Find the line on which something is written; the first line where it cannot be found."""
        at = self.text.find(needle)
        if at < 0:
            return self.first_line
        return self.first_line + self.text.count("\n", 0, at)


def mark_times(markup: str, place: Place) -> tuple[str, list[Problem]]:
    """Turn `[Monday](time:2025-08-04)` into `<time datetime="2025-08-04">Monday</time>`."""
    remedy = "Write a day (time:2025-08-04), month (2025-08), year or week (2025-W31)."
    problems = [
        Problem(place.file, place.line_of(when), f"{when!r} is not a date.", remedy)
        for when in TIME_TAG.findall(markup)
        if not is_machine_date(when)
    ]

    def mark(match: re.Match[str]) -> str:
        when = match["when"]
        if not is_machine_date(when):
            line = place.line_of(f"time:{html.unescape(when)}")
            problems.append(Problem(place.file, line, f"'time:{when}' is not a date.", remedy))
        return f'<time datetime="{when}">{match["words"]}</time>'

    return TIME_LINK.sub(mark, markup), problems


def resolve(markup: str, place: Place) -> tuple[str, list[Link], list[Problem]]:
    """Resolve every link and picture in a piece of HTML.

    Return the HTML with its inside links from the top of content/, the links, and the problems
    that can be seen without knowing other files.
    """
    links: list[Link] = []
    problems: list[Problem] = []

    def replace(match: re.Match[str]) -> str:
        value = html.unescape(match["value"])
        line = place.line_of(value)
        found = picture(value, place) if match["tag"] == "img" else target(value, place)
        if isinstance(found, tuple):
            problems.append(Problem(place.file, line, *found))
            return match[0]
        if found.kind != NAME_LINK:
            links.append(Link(found.kind, found.target, found.fragment, line))
        return f'{match["before"]}{html.escape(written(found, place))}"{relation(found)}'

    if '="{' in markup:  # in code that shows a link, nothing may look like a resolved one
        markup = FORGED.sub(lambda match: match["tag"] or "=&quot;{", markup)
    return ATTRIBUTE.sub(replace, markup), links, problems


def written(link: Link, place: Place) -> str:
    """Write a resolved link down in Pelican's form; an anchor names its own file, for feeds carry it away."""
    fragment = f"#{link.fragment}" if link.fragment else ""
    form = {
        STORY_LINK: "{filename}/",
        FILE_LINK: "{filename}/",
        ANCHOR_LINK: "{filename}/" + place.path,
        NAME_LINK: "{filename}/" + place.path + "#" + note_id(""),
        PICTURE_LINK: "{static}/",
    }
    return f"{form.get(link.kind, '')}{link.target}{fragment}"


def note_id(name: str) -> str:
    """Give the id of the note on a name; no heading's anchor begins like it."""
    return f"_{name}"


def relation(link: Link) -> str:
    """Give what else stands in a link: where its note leads back to, or what keeps the reader's trail to ourselves."""
    if link.kind == NAME_LINK:
        return f' class="name" id="{html.escape(link.target)}_"'
    return ' rel="noreferrer"' if link.kind == OUTSIDE_LINK and link.target[:4] == "http" else ""


def target(value: str, place: Place) -> Link | tuple[str, str]:
    """Understand what a link leads to; give a Link, or what is wrong and what to do."""
    if value.startswith("glossary:"):
        return Link(NAME_LINK, value.removeprefix("glossary:"), "", 0)
    if value.startswith("#"):
        return Link(ANCHOR_LINK, "", unquote(value[1:]), 0)
    if MAIL.match(value):
        return Link(OUTSIDE_LINK, value, "", 0)
    if SCHEME.match(value) or value.startswith("//"):
        wrong = wrong_with_address(value)
        if wrong:
            return f"the link {wrong}", "Write the whole https address."
        return Link(OUTSIDE_LINK, value, "", 0)
    path, _, fragment = value.partition("#")
    inside = from_top(path, place.path)
    if inside is not None and inside.startswith("extra/"):
        return Link(FILE_LINK, inside, unquote(fragment), 0)
    if inside is None or not inside.endswith(".md"):
        return (
            f"the link {value!r} leads nowhere.",
            "Link to another story by its file, as in '../07/treaty.md', or to a whole https address.",
        )
    return Link(STORY_LINK, inside, unquote(fragment), 0)


def picture(value: str, place: Place) -> Link | tuple[str, str]:
    """Understand where a picture lies; give a Link, or what is wrong and what to do."""
    inside = None if SCHEME.match(value) else from_top(value, place.path)
    if inside is None or not inside.startswith("images/"):
        return (
            f"the picture {value!r} is not in content/images/.",
            "Put the file there and write '../../../images/name.jpg' (from where this file is).",
        )
    if not inside.lower().endswith(PICTURES):
        return f"the picture {value!r} is of no known kind.", f"Use one of {', '.join(PICTURES)}."
    return Link(PICTURE_LINK, inside, "", 0)


def from_top(value: str, path: str) -> str | None:
    """Turn a link into a path from the top of content/; None where it leads out of it."""
    bare = PELICAN_FORM.sub("", value)
    link = unquote(urlsplit(bare).path)
    if bare != value and link.startswith("/"):
        joined = link.lstrip("/")
    elif link.startswith("/") or not link:
        return None
    else:
        joined = posixpath.join(posixpath.dirname(path), link)
    whole = posixpath.normpath(joined)
    return None if whole.startswith("..") else whole
