"""Hand Pelican the stories and pages that the desk has read and checked.

The names a template finds on a story or page: title (plain text), headline (typeset),
kicker, standfirst, standfirst_text, key_points, blocks, parts, date, modified (None if never), lang, based_on,
sources, notes, reason, unpublished ("", "draft" or "held"; only the preview shows these).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican.readers import BaseReader
from pelican.urlwrappers import Author, Category, Tag

from plugins.story.body import Body
from plugins.story.desk import Desk, Document
from plugins.story.fence import Block
from plugins.story.fields import PART_WORDS, STORY
from plugins.story.parts import Part, parts_of, whole
from plugins.story.problems import Problem, SiteError
from plugins.story.sources import Reference
from plugins.story.typography import headline, plain, without_tags

SHOWN = {"published": "published", "withdrawn": "hidden", "draft": "skip", "held": "skip", "skip": "skip"}


@dataclass(frozen=True)
class PrintedNote:
    """A correction, clarification or update as readers see it; when is in UTC."""

    kind: str
    when: dt.datetime
    text: Markup
    substantive: bool


class StoryReader(BaseReader):
    """Give Pelican the content of one file, from the desk in settings["DESK"]."""

    enabled = True
    file_extensions = ["md"]  # noqa: RUF012 - Pelican's own interface

    def read(self, source_path: str) -> tuple[str, dict[str, Any]]:
        """Return the HTML and the metadata of a file. Raise SiteError if the desk has not seen it."""
        desk: Desk = self.settings["DESK"]
        path = Path(os.path.relpath(source_path, desk.root)).as_posix()
        document = desk.documents.get(path)
        if document is None or document.body is None:
            if document is not None:
                return "", {"status": "skip"}
            wrong = "the file came while the site was being built."
            raise SiteError([Problem(f"{desk.root.name}/{path}", 1, wrong, "Build again.")])
        return content_of(document), metadata_of(document, self.settings)


def content_of(document: Document) -> str:
    """Give the HTML that stock Pelican calls content.

    Its pictures are addressed from the top of the site, so that Pelican copies none of them: they
    are published without their metadata by plugins.site.
    """
    return document.body.markup.replace("{static}/", "/") if document.body else ""


def metadata_of(document: Document, settings: dict[str, Any]) -> dict[str, Any]:
    """Give the metadata of a story or page under Pelican's names and ours."""
    wanted = SHARED | (OF_STORIES if document.kind == STORY else OF_PAGES)
    found = {name: make(document, settings) for name, make in wanted.items()}
    optional = {"authors", "modified", "template"}
    return {name: value for name, value in found.items() if value or name not in optional}


def status_of(document: Document, settings: Mapping[str, Any]) -> str:
    """Give what Pelican is to do with a document."""
    is_shown = settings.get("SHOW_UNPUBLISHED") and waits(document)
    return "published" if is_shown else SHOWN[document.state]


def waits(document: Document) -> bool:
    """Say whether a document is not published yet."""
    return document.state in ("draft", "held")


def modified_of(document: Document) -> dt.datetime | None:
    """Give when a story was updated, by its field or its newest update; None if that is when it appeared."""
    moments = [document["modified"], *(when for when, _ in document.updates[:1])]
    modified = max((moment for moment in moments if moment), default=None)
    return modified if modified != document["date"] else None


def authors_of(document: Document, settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the names above a story: the site's own where it has none."""
    return tuple(document["authors"] or document["author"] or filter(None, [settings.get("AUTHOR")]))


def typeset_sources(sources: Iterable[Reference], lang: str) -> list[Reference]:
    """Give sources their quotes and dashes."""
    return [typeset_source(source, lang) for source in sources]


def typeset_source(source: Reference, lang: str) -> Reference:
    """Give a source's words their quotes and dashes."""
    return replace(
        source,
        name=plain(source.name, lang),
        note=plain(source.note, lang),
        reason=plain(source.reason, lang),
        unseen=plain(source.unseen, lang),
    )


def notes(document: Document) -> tuple[PrintedNote, ...]:
    """Give the notes on a story, newest first."""
    written = (*document["correction"], *document["clarification"], *document["update"])
    printed = (
        PrintedNote(note.kind, note.when, Markup(text), note.substantive)
        for note, text in zip(written, document.notes, strict=True)
    )
    return tuple(sorted(printed, key=lambda note: note.when, reverse=True))


def blocks_of(body: Body | None) -> tuple[Block, ...]:
    """Give the blocks of a text: taken once, for a text is fetched each time that it is asked for."""
    return body.blocks if body else ()


def parts_in(document: Document, settings: Mapping[str, Any]) -> tuple[Part, ...]:
    """Give the parts that a story's text is divided into, or the one that it is."""
    blocks = blocks_of(document.body)
    if not document.parts:
        return (whole(document.address, blocks),)
    return parts_of(document.address, blocks, settings.get("PART_WORDS", PART_WORDS))


Make = Callable[[Document, Mapping[str, Any]], Any]

# What templates find on stories and pages, and how each is made. In Pelican's metadata "authors",
# "modified" and "template" are missing where they are empty.
SHARED: dict[str, Make] = {
    "title": lambda document, _: plain(document.title, document.lang),
    "headline": lambda document, _: Markup(headline(document.title, document.lang)),
    "slug": lambda document, _: document.slug,
    "lang": lambda document, _: document.lang,
    "summary": lambda document, _: document.standfirst,
    "standfirst": lambda document, _: Markup(document.standfirst),
    "standfirst_text": lambda document, _: without_tags(document.standfirst),
    "blocks": lambda document, _: blocks_of(document.body),
    "status": status_of,
    "unpublished": lambda document, _: document.state if waits(document) else "",
    "document": lambda document, _: document,
    "save_as": lambda document, _: document.address,
    "url": lambda document, _: document.address,
}
OF_STORIES: dict[str, Make] = {
    "date": lambda document, _: document["date"],
    "kicker": lambda document, _: plain(document["kicker"], document.lang),
    "key_points": lambda document, _: document.key_points,
    "category": lambda document, settings: Category(document["category"], settings),
    "tags": lambda document, settings: [Tag(name, settings) for name in document["tags"]],
    "authors": lambda document, settings: [Author(name, settings) for name in authors_of(document, settings)],
    "based_on": lambda document, _: typeset_sources(document["based_on"], document.lang),
    "sources": lambda document, _: typeset_sources(document["source"], document.lang),
    "parts": lambda document, settings: parts_in(document, settings),
    "notes": lambda document, _: notes(document) if document.notes else (),
    "is_live": lambda document, _: bool(document.updates),
    "reason": lambda document, _: Markup(document.reason),
    "modified": lambda document, _: modified_of(document),
    "template": lambda document, _: "withdrawn" if document.state == "withdrawn" else "",
}
OF_PAGES: dict[str, Make] = {
    "template": lambda document, _: document["template"],
    "order": lambda document, _: document["order"],
}
