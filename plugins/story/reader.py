"""Hand Pelican the stories and pages that the desk has read and checked.

The names a template finds on a story or page: title (plain text), headline (typeset),
kicker, standfirst, standfirst_text, blocks, date, modified (None if never), lang, based_on,
sources, notes, reason, unpublished ("", "draft" or "held"; only the preview shows these).
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from markupsafe import Markup
from pelican.readers import BaseReader
from pelican.urlwrappers import Author, Category, Tag

from plugins.story.desk import Desk, Document
from plugins.story.fields import STORY, Reference
from plugins.story.problems import Problem, SiteError
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
    preview = bool(settings.get("SHOW_UNPUBLISHED"))
    waiting = document.state in ("draft", "held")
    shared: dict[str, Any] = {
        "title": plain(document.title, document.lang),
        "headline": Markup(headline(document.title, document.lang)),
        "slug": document.slug,
        "lang": document.lang,
        "summary": document.standfirst,
        "standfirst": Markup(document.standfirst),
        "standfirst_text": without_tags(document.standfirst),
        "blocks": document.body.blocks if document.body else (),
        "status": "published" if preview and waiting else SHOWN[document.state],
        "unpublished": document.state if waiting else "",
        "document": document,
        "save_as": document.address,
        "url": document.address,
    }
    return shared | (story(document, settings) if document.kind == STORY else page(document))


def story(document: Document, settings: dict[str, Any]) -> dict[str, Any]:
    """Give the metadata that stories alone have."""
    names = document["authors"] or document["author"] or tuple(filter(None, [settings.get("AUTHOR")]))
    found: dict[str, Any] = {
        "date": document["date"],
        "kicker": plain(document["kicker"], document.lang),
        "category": Category(document["category"], settings),
        "tags": [Tag(name, settings) for name in document["tags"]],
        "based_on": [typeset_source(source, document.lang) for source in document["based_on"]],
        "sources": [typeset_source(source, document.lang) for source in document["source"]],
        "notes": notes(document),
        "reason": Markup(document.reason),
    }
    if names:
        found["authors"] = [Author(name, settings) for name in names]
    if document["modified"] and document["modified"] != document["date"]:
        found["modified"] = document["modified"]
    if document.state == "withdrawn":
        found["template"] = "withdrawn"
    return found


def typeset_source(source: Reference, lang: str) -> Reference:
    """Give a source's name and note their quotes and dashes."""
    return replace(source, name=plain(source.name, lang), note=plain(source.note, lang))


def notes(document: Document) -> tuple[PrintedNote, ...]:
    """Give the notes on a story, newest first."""
    written = (*document["correction"], *document["clarification"], *document["update"])
    printed = (
        PrintedNote(note.kind, note.when, Markup(text), note.substantive)
        for note, text in zip(written, document.notes, strict=True)
    )
    return tuple(sorted(printed, key=lambda note: note.when, reverse=True))


def page(document: Document) -> dict[str, Any]:
    """Give the metadata that pages alone have."""
    return {"template": document["template"], "order": document["order"]}
