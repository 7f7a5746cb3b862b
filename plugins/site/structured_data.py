"""Describe stories and pages to machines as JSON-LD (schema.org), from the same values as the page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from plugins.site.addresses import absolute
from plugins.site.edition import last_change
from plugins.story.parts import part_address

CONTEXT = "https://schema.org"
TO_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def rfc3339(moment: dt.datetime) -> str:
    """Write a moment as RFC 3339 asks, in UTC with seconds."""
    return f"{moment.astimezone(dt.UTC).isoformat()[:19]}Z"


def as_json(data: Any) -> Markup:
    """Write JSON that may stand inside a script element.

    The characters that could end the element or start a comment are written as escapes, as the
    HTML standard advises (https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements).
    """
    text = TO_JSON.encode(data)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def news_article(story: Any, values: Mapping[str, Any], pictures: list[str]) -> dict[str, Any]:
    """Describe a story as a NewsArticle, by what the page does not say to machines otherwise.

    pictures: paths of those in it.
    """
    origin = values["SITE_ORIGIN"]
    data: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "LiveBlogPosting" if story.is_live else "NewsArticle",
        "headline": story.title,
        "inLanguage": story.lang,
        "datePublished": rfc3339(story.date),
        "dateModified": rfc3339(last_change(story)),
        "articleSection": story.section.name,
        "author": [author(byline, values) for byline in story.bylines],
        "publisher": publisher(values),
        "isAccessibleForFree": True,
    }
    optional = {
        "abstract": [point.unescape().replace("\xa0", " ") for point in story.key_points],
        "keywords": [topic.name for topic in story.topics],
        "isBasedOn": [work(source) for source in story.based_on if source.url],
        "citation": [work(source) for source in story.sources if source.url],
        "correction": [correction(note) for note in story.notes if note.kind != "update"],
        "isPartOf": series(story.so_far, origin) if story.so_far else {},
        "mentions": [thing(note.name, note.kind, note.path, origin) for note in story.names],
        "hasPart": [quotation(each) | {"spokenByCharacter": speaker(each, origin)} for each in figures(story)],
        "image": [absolute(path, origin) for path in pictures] if origin else [],
        "coverageStartTime": rfc3339(story.date) if story.is_live else "",
        "liveBlogUpdate": [update(block, story, origin) for block in story.blocks if block.kind == "update"]
        if story.is_live
        else [],
        "mainEntityOfPage": absolute(story.path, origin) if origin else "",
        "license": values["CONTENT_LICENSE"],
    }
    return data | {name: value for name, value in optional.items() if value}


# What schema.org calls the kinds of entries; it has no type for treaties and weapons.
THINGS = {"person": "Person", "organisation": "Organization", "treaty": "Thing", "weapon": "Thing"}


def thing(name: str, kind: str, path: str, origin: str) -> dict[str, Any]:
    """Describe whom or what a story names."""
    return {"@type": THINGS[kind], "name": name} | ({"url": absolute(path, origin)} if origin else {})


def quotation(said: Any) -> dict[str, Any]:
    """Describe a quotation."""
    date = {} if said.day.about else {"dateCreated": said.day.iso}
    return {"@type": "Quotation", "text": said.words.striptags().strip("“”«»"), "inLanguage": said.lang} | date


def speaker(said: Any, origin: str) -> dict[str, Any]:
    """Describe whoever is quoted."""
    return thing(said.speaker.name, said.speaker.kind, said.speaker.path, origin)


def figures(story: Any) -> list[Any]:
    """Give the quotations that a story shows as figures."""
    if not story.quoted:
        return []
    return [story.quoted[block.said] for block in story.blocks if block.kind == "quotation"]


def series(line: Any, origin: str) -> dict[str, Any]:
    """Describe a storyline."""
    url = {"url": absolute(line.path, origin)} if origin else {}
    return {"@type": "CreativeWorkSeries", "name": line.title} | url


def storyline_page(line: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe the page of a storyline and what happened in it."""
    events = [
        {"@type": "Event", "name": Markup(event.words).striptags()}
        | ({} if event.day.about else {"startDate": event.day.iso})
        for event in line.events
    ]
    data = {"@context": CONTEXT, **series(line, values["SITE_ORIGIN"]), "inLanguage": line.lang}
    return data | ({"about": events} if events else {})


def entry_page(entry: Any, said: Iterable[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe who or what the page of an entry is about, and what it said."""
    about = thing(entry.name, entry.kind, entry.path, values["SITE_ORIGIN"])
    optional = {
        "description": Markup(entry.text).striptags(),
        "alternateName": list(entry.also),
        "jobTitle": [role.words for role in entry.roles if role.until is None],
        "sameAs": [source.url for source in entry.sources if source.url],
        "@reverse": {"spokenByCharacter": quotes} if (quotes := [quotation(each) for each in said]) else {},
    }
    return {"@context": CONTEXT, **about} | {name: value for name, value in optional.items() if value}


def update(block: Any, story: Any, origin: str) -> dict[str, str]:
    """Describe an update of a live story."""
    parts = enumerate(story.document.parts, start=1)
    page = part_address(story.path, next((number for number, anchors in parts if block.anchor in anchors), 1))
    address = f"{absolute(page, origin)}#{block.anchor}" if origin else ""
    headline = Markup(block.title).striptags().replace("\xa0", " ")
    found = {"@type": "BlogPosting", "headline": headline, "datePublished": rfc3339(block.when)}
    return found | ({"url": address} if address else {})


def web_page(page: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Describe a page."""
    origin = values["SITE_ORIGIN"]
    data = {"@context": CONTEXT, "@type": "WebPage", "name": page.title, "inLanguage": page.lang}
    return data | ({"url": absolute(page.path, origin)} if origin else {})


def author(byline: Any, values: Mapping[str, Any]) -> dict[str, str]:
    """Describe an author: the newsroom itself (AUTHOR) is an organisation, anybody else a person."""
    kind = "Organization" if byline.name == values["AUTHOR"] else "Person"
    origin = values["SITE_ORIGIN"]
    return {"@type": kind, "name": byline.name} | ({"url": absolute(byline.path, origin)} if origin else {})


def publisher(values: Mapping[str, Any]) -> dict[str, str]:
    """Describe the newspaper; a demonstration is no news organisation."""
    kind = "Organization" if values["DEMONSTRATION"] else "NewsMediaOrganization"
    url = {"url": absolute("index.html", values["SITE_ORIGIN"])} if values["SITE_ORIGIN"] else {}
    return {"@type": kind, "name": values["SITENAME"]} | url


def work(source: Any) -> dict[str, str]:
    """Describe what a story rests on."""
    date = {"datePublished": source.date.isoformat()} if source.date else {}
    copy = {"archivedAt": source.archived} if source.archived else {}
    return {"@type": "CreativeWork", "name": source.name, "url": source.url} | date | copy


def correction(note: Any) -> dict[str, str]:
    """Describe a correction or clarification."""
    return {
        "@type": "CorrectionComment",
        "datePublished": rfc3339(note.when),
        "text": Markup(note.text).striptags(),
    }
