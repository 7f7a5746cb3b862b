"""Where a story stands in the paper: its path, its section, its topics, its bylines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pelican.contents import Article, Content, Page

from plugins.site.edition import Byline, Section, Topic
from plugins.story.desk import Document, slug_of
from plugins.story.reader import authors_of


def put_in_place(content: Content) -> None:
    """Give a story or page its path; a story its section, topics and bylines too."""
    if not isinstance(content, Article | Page):
        return
    found: Any = content
    for name, make in (IN_STORIES if isinstance(content, Article) else IN_PAGES).items():
        setattr(found, name, make(found.document, found.settings))
    found.appeal = found.jsonld = None
    if isinstance(content, Article):
        found.modified = getattr(found, "modified", None)


def section_of(document: Document, settings: Mapping[str, Any]) -> Section:
    """Give a story's section, with the slug that the settings set for it."""
    slugs = {name: slug for slug, name in settings["SECTIONS"]}
    return section_named(slugs[document["category"]], document["category"])


@cache
def section_named(slug: str, name: str) -> Section:
    """Give a section; one object for all its stories."""
    return Section(slug, name)


@cache
def topic_named(name: str) -> Topic:
    """Give a topic; one object for all its stories."""
    return Topic(slug_of(name), name)


@cache
def byline_named(name: str) -> Byline:
    """Give an author; one object for all the stories."""
    return Byline(slug_of(name), name)


# What templates find on stories and pages because of their place in the paper, and how it is made.
IN_PAGES: dict[str, Callable[[Document, Mapping[str, Any]], Any]] = {"path": lambda document, _: document.address}
IN_STORIES: dict[str, Callable[[Document, Mapping[str, Any]], Any]] = IN_PAGES | {
    "section": section_of,
    "topics": lambda document, _: [topic_named(name) for name in document["tags"]],
    "bylines": lambda document, settings: [byline_named(name) for name in authors_of(document, settings)],
}
