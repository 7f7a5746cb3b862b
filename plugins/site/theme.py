"""What templates may use: the site, its words, the filters; strict, and from this theme alone."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, DictLoader, Environment, FileSystemLoader, pass_context
from jinja2.ext import Extension
from jinja2.runtime import Context
from markupsafe import Markup

from plugins.site.addresses import INSIDE_SIGN, Locate, absolute, localise, path_of, relative
from plugins.site.assets import Policy, data_address, icon, read_scripts, script_element, stylesheet
from plugins.site.edition import Feed, Page, Section
from plugins.site.plaintext import plain_text
from plugins.site.structured_data import as_json, rfc3339
from plugins.site.takeaway import FOLDER
from plugins.site.words import Words, fill, read_words, speaking
from plugins.story.parts import Part, pages_of, whole

MISSING = "404.html"
FEEDS = "feeds/"
SHELF = "shelf.html"
COPIES = f"{FOLDER}/"
INDENT = re.compile(r"^[ \t]+", re.MULTILINE)
# A picture in a text, as plugins.story leaves it; how much room a page gives it.
PICTURE = re.compile(
    r"""<img\b(?:[^>"']|"[^"]*"|'[^']*')*?\ssrc="\{static\}/(?P<path>[^"#]*)"(?:[^>"']|"[^"]*"|'[^']*')*>"""
)
ROOM = "(min-width: 40rem) 40rem, 100vw"
# Pelican loads these before it finds that its own lists are switched off.
ASKED_FOR = dict.fromkeys(["archives.html", "author.html", "category.html", "tag.html"], "")


class WithoutIndent(Extension):
    """Leave out what indents a template: white space at the start of lines, which readers would download."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        """Give a template's source without the white space at the start of its lines."""
        return INDENT.sub("", source)


@dataclass(frozen=True)
class Site:
    """The newspaper, as templates see it. Whatever is unset is empty or None."""

    name: str
    tagline: str
    lang: str
    origin: str
    onion: str
    demonstration: str
    accent: Mapping[str, str]
    sections: tuple[Section, ...]
    licence: str
    licence_name: str
    icon: Markup
    shelf: str = ""
    issue: str = ""
    feeds: tuple[Feed, ...] = ()
    footer: tuple[Page, ...] = ()
    support: Page | None = None
    privacy: Page | None = None
    corrections: Page | None = None


def site_of(values: Mapping[str, Any]) -> Site:
    """Make the site of its settings; feeds need an origin, pages are filled in when read."""
    note = fill(values["DEMONSTRATION_NOTE"], name=values["SITENAME"])
    return Site(
        name=values["SITENAME"],
        tagline=values["TAGLINE"],
        lang=values["DEFAULT_LANG"],
        origin=values["SITE_ORIGIN"],
        onion=values["ONION_ORIGIN"],
        demonstration=note if values["DEMONSTRATION"] else "",
        accent=values["ACCENT"],
        sections=tuple(Section(slug, name) for slug, name in values["SECTIONS"]),
        licence=values["CONTENT_LICENSE"],
        licence_name=values["CONTENT_LICENSE_NAME"],
        icon=icon(values["ACCENT"]),
        shelf=SHELF if values["SHELF"] else "",
        feeds=feeds_of("feeds/all", values["SITENAME"], values["SITE_ORIGIN"]),
    )


def feeds_of(stem: str, title: str, origin: str) -> tuple[Feed, ...]:
    """Give the two feeds of a list, Atom and RSS; none without an origin."""
    if not origin:
        return ()
    return (
        Feed(title, f"{stem}.atom.xml", "application/atom+xml"),
        Feed(title, f"{stem}.rss.xml", "application/rss+xml"),
    )


@pass_context
def href(context: Context, target: Any) -> str:
    """Link to a path or to anything that has one, relative to the page being written.

    The 404 page knows no depth: its links start at the origin or, without one, at the root. From a
    copy that travels they lead to what travels with it, and else to the public address.
    """
    path, page = path_of(target), context["output_file"]
    if is_copy(page):
        return carried(context, path)
    if page == MISSING and not path.startswith("#"):
        return absolute(path, context["site"].origin)
    return relative(path, page)


@pass_context
def part(context: Context, story: Any) -> Part:
    """Give the part of a story that the page being written holds: all of one that is not divided, and in copies."""
    page = context["output_file"]
    if is_copy(page):
        return whole(page, story.blocks)
    parts: tuple[Part, ...] = story.parts
    return next((each for each in parts if each.path == page), parts[0])


@pass_context
def body(context: Context, block: Any) -> Markup:
    """Give a block of text with its links relative to the page being written; in feeds, from the public origin."""
    page = context["output_file"]
    if page.startswith(FEEDS):
        return Markup(absolute_body(context, block))
    if is_copy(page):
        return located(context, block, lambda path: carried(context, path), is_whole=True)
    return located(context, choices(context, block), lambda path: relative(path, page))


@pass_context
def absolute_body(context: Context, block: Any) -> Markup:
    """Give a block of text with its links from the public origin, for feeds."""
    origin = context["site"].origin
    return located(context, block, lambda path: absolute(path, origin))


def choices(context: Context, block: Any) -> str:
    """Give a block or a line of text whose pictures are to be chosen from by format and width."""
    markup: str = getattr(block, "html", block)
    if "<img" not in markup:
        return markup
    pictures, page = context["pictures"], context["output_file"]

    def choice(match: re.Match[str]) -> str:
        drawn = pictures[html.unescape(match["path"])].drawn.webp
        if not drawn:
            return match[0]
        if len(drawn) == 1:
            srcset = relative(drawn[0].path, page)
        else:
            widths = ", ".join(f"{relative(each.path, page)} {each.width}w" for each in drawn)
            srcset = f'{widths}" sizes="{ROOM}'
        return f'<picture><source type="image/webp" srcset="{srcset}">{match[0]}</picture>'

    return PICTURE.sub(choice, markup)


def located(context: Context, block: Any, locate: Locate, *, is_whole: bool = False) -> Markup:
    """Give a block or a line of text with its links located, and each picture with its size.

    The size keeps a page from jumping when a picture comes, or never comes. is_whole: the pictures
    are to be in the text itself.
    """
    markup: str = getattr(block, "html", block)
    if INSIDE_SIGN not in markup:
        return Markup(markup)
    pictures = context["pictures"]

    def size(path: str) -> str:
        shown = pictures[path].shown
        late = "" if is_whole else ' loading="lazy" decoding="async"'
        return f' width="{shown.width}" height="{shown.height}"{late}' if shown.width else late

    def source(path: str) -> str:
        shown = pictures[path].shown
        return data_address(shown.data, shown.path) if is_whole else locate(shown.path)

    return Markup(localise(markup, context["addresses"], locate, size, source))


def is_copy(page: str) -> bool:
    """Say whether a page is a copy that readers take away."""
    return page.startswith(COPIES)


def carried(context: Context, path: str) -> str:
    """Link from a copy to what travels with it (`along`: names by path), and else to the public address.

    A story's copy that travels alone has nothing but itself.
    """
    if path.startswith("#"):
        return path
    bare, hash_, part = path.partition("#")
    along = context.get("along") or dict.fromkeys(pages_of(context["article"].document), "")
    if bare in along:
        return f"{along[bare]}{hash_}{part}" or "#"
    return absolute(path, context["site"].origin)


def renderer(env: Environment, context: Mapping[str, Any]) -> Callable[..., str]:
    """Give what renders a template as part of a file; it takes the file's path, and values by name."""

    def render(template: str, page: str, **values: Any) -> str:
        return env.get_template(template).render({**context, "output_file": page, **values})

    return render


@pass_context
def copy(context: Context, story: Any) -> str:
    """Give the path of a story's copies, without its ending; empty where it has none."""
    name = context["copies"].get(story.document.path)
    return f"{FOLDER}/{name}" if name else ""


@pass_context
def to_absolute(context: Context, target: Any) -> str:
    """Give the public address of a path or of anything that has one."""
    return absolute(path_of(target), context["site"].origin)


def as_plain_text(markup: str, words: Words) -> str:
    """Make plain text of what a template shows, its notes under a heading in some language."""
    return plain_text(markup, words["links"])


@pass_context
def to_onion(context: Context, path: str) -> str:
    """Give the address of a page on the onion service; of the 404 page, which is no place, the front page's."""
    return absolute("index.html" if path == MISSING else path, context["site"].onion)


@pass_context
def feed_id(context: Context, story: Any) -> str:
    """Give the id of a feed's entry, a tag URI (RFC 4151): it stays when the story changes."""
    host = context["site"].origin.partition("//")[2].partition("/")[0]
    return f"tag:{host},{story.date:%Y-%m-%d}:/{story.path}"


def rfc822(moment: dt.datetime) -> str:
    """Write a moment as RSS asks (RFC 822 with a four-digit year), in GMT."""
    return format_datetime(moment.astimezone(dt.UTC), usegmt=True)


def iso(moment: dt.datetime) -> str:
    """Write a moment for `<time datetime>`, to the minute, in UTC."""
    return f"{moment.astimezone(dt.UTC).isoformat()[:16]}Z"


def day(moment: dt.date) -> str:
    """Write a day for `<time datetime>`."""
    return moment.isoformat()[:10]


def furnish(env: Environment, theme: Path, values: Mapping[str, Any]) -> None:
    """Give an environment of templates everything of ours that they may use.

    Templates are looked for in this theme alone: a missing one is an error, never another theme's.
    """
    words = read_words(theme, values["DEFAULT_LANG"])
    spoken = dict(speaking(theme, values["LANGUAGES"]))
    css = stylesheet(theme, values["ACCENT"])
    scripts = read_scripts(theme)
    env.add_extension(WithoutIndent)
    env.loader = ChoiceLoader([FileSystemLoader(theme / "templates"), DictLoader(ASKED_FOR)])
    env.filters |= {
        "absolute": to_absolute,
        "absolute_body": absolute_body,
        "body": body,
        "copy": copy,
        "date": words.date,
        "day": day,
        "feed_id": feed_id,
        "fill": fill,
        "href": href,
        "iso": iso,
        "json": as_json,
        "moment": words.moment,
        "onion": to_onion,
        "part": part,
        "plain_text": as_plain_text,
        "rfc822": rfc822,
        "rfc3339": rfc3339,
        "when": words.when,
    }
    env.globals |= {
        "css": Markup(css),
        "policy": Policy(css, scripts),
        "script": partial(script_element, scripts),
        "words": words,
        "words_in": lambda lang: spoken.get(lang, words),
    }
