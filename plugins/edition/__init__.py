"""How the edition travels: nothing that must not go out, no address lost, no silent change.

`register` has every finished build looked through and checked against content/published/ before
readers get it. `make publish` lays compressed copies beside it (COPIES = True) and writes down what
goes out (LEDGER = True).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Set
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from plugins.build.press import AskAll, Edition, edition_checked, edition_written
from plugins.edition.leaks import look_through
from plugins.edition.ledger import (
    DATED,
    PAGE,
    WITHDRAWN,
    Line,
    Published,
    Stated,
    is_kept,
    line_of,
    lost,
    read_ledger,
    silent_changes,
    statements,
    updated,
    words,
    write_ledger,
)
from plugins.edition.told import Told
from plugins.site.takeaway import FOLDER as COPIES
from plugins.story import fields
from plugins.story.desk import Desk, Document
from plugins.story.problems import Problem
from plugins.story.typography import headline, plain

# RFC 2606 and RFC 6761 keep these names for examples and tests: nothing is published there.
UNREAL = re.compile(r"(?:^|\.)(?:example|example\.(?:com|net|org)|test|invalid|localhost)$")
COMPRESSED = ".cache/compressed"  # where copies are kept (copies.py)
ARTICLE = re.compile(r"<article\b.*?</article>", re.DOTALL)


def check(edition: Edition) -> list[Problem]:
    """Refuse an edition that loses a published address or, when publishing, changes silently.

    A build that does not publish says what publishing would refuse, while the words are at hand.
    """
    settings = edition.settings
    if settings.get("SHOW_UNPUBLISHED"):
        return []
    desk: Desk = settings["DESK"]
    if edition.fresh is not None:
        refuse_to_judge(edition.fresh, desk)
        return []
    ledger, problems = read_ledger(desk.root)
    silent: list[Problem] = []
    if ledger:
        published = list(everything(edition, desk))
        problems += lost(ledger, [each.line.address for each in published])
        before = partial(page_before, edition.output)
        silent += silent_changes(ledger, published, before, desk.rules.now)
        silent += renamed_copies(ledger, edition, desk)
    if is_publishing(settings):
        return [*problems, *silent]
    notices = settings["NOTICES"]
    notices += [f"`make publish` will refuse this: {problem}" for problem in silent]
    if settings.get("LEDGER"):
        notices.append("SITE_ORIGIN is unset or an example: no ledger of published addresses is kept.")
    return problems


def refuse_to_judge(fresh: Set[str], desk: Desk) -> None:
    """Raise AskAll unless none of the few stories that have changed takes something back.

    All addresses of the last edition are there, and it was checked whole. The names that others' stories
    bear are not known here, but a name that a story still has in its text is not gone.
    """
    stories = [each for each in desk.of_kind(fields.STORY) if each.is_public and each.address in fresh]
    known, problems = read_ledger(desk.root, {path for each in stories for path in (each.address, *each["aliases"])})
    published = (of_story(each, [], Told(None, [])) for each in stories)
    if problems or any(silent_changes(known, published, lambda _: "", desk.rules.now)):
        raise AskAll


def renamed_copies(ledger: Mapping[str, Any], edition: Edition, desk: Desk) -> Iterator[Problem]:
    """Report new stories that would take the number of the copy of one that is published: they are dated before it."""
    copied = {path.split("/")[1][:10] for path in edition.files if path.startswith(f"{COPIES}/")}
    days: dict[dt.date, list[Document]] = defaultdict(list)
    for story in desk.of_kind(fields.STORY):
        if story.is_public and str(story["date"].date()) in copied:
            days[story["date"].date()].append(story)
    for stories in days.values():
        known = {each.slug for each in stories if any(path in ledger for path in (each.address, *each["aliases"]))}
        latest = max((each for each in stories if each.slug in known), key=in_order, default=None)
        for story in stories:
            if latest and story.slug not in known and in_order(story) < in_order(latest):
                wrong = f"the story is dated before {latest.file}, which is published, and would take its copy's name."
                yield Problem(story.file, 1, wrong, f"Give it a Date after {latest['date']:%Y-%m-%d %H:%M} UTC.")


def in_order(story: Document) -> tuple[dt.datetime, str]:
    """Give what the copies of a day are numbered by."""
    return story["date"], story.slug


def record(edition: Edition) -> None:
    """Write down what is about to be published."""
    settings = edition.settings
    if settings.get("SHOW_UNPUBLISHED") or not is_publishing(settings):
        return
    desk: Desk = settings["DESK"]
    ledger, _ = read_ledger(desk.root)
    for name in write_ledger(desk.root, updated(ledger, everything(edition, desk))):
        settings["NOTICES"].append(f"{desk.root.name}/published/{name} has changed: commit it.")


def send_out(edition: Edition) -> None:
    """Do what a publication adds, just before readers get the edition: the copies, and then the ledger."""
    if edition.settings.get("COPIES"):
        from plugins.edition.copies import lay_copies

        lay_copies(edition)
    elif not edition.settings.get("SHOW_UNPUBLISHED") and has_copies(edition):
        from plugins.edition.copies import forget_copies

        forget_copies(edition)
    record(edition)


def has_copies(edition: Edition) -> bool:
    """Say whether copies of an edition are kept; to load what makes them takes long."""
    return (Path(edition.settings["PATH"]).absolute().parent / COMPRESSED).is_dir()


def is_publishing(settings: dict[str, Any]) -> bool:
    """Say whether this build is the one that readers get, at a real origin."""
    return bool(settings.get("LEDGER")) and is_real(settings.get("SITE_ORIGIN", ""))


def is_real(origin: str) -> bool:
    """Say whether an origin is a place where readers can be, not a name kept for examples."""
    host = urlsplit(origin).hostname or ""
    return bool(host) and not UNREAL.search(host)


def everything(edition: Edition, desk: Desk) -> Iterator[Published]:
    """Give each address that the finished edition has and must keep."""
    stories = {each.address: each for each in desk.of_kind(fields.STORY) if each.is_public}
    names = sorted({name for each in stories.values() for name in bylines(each)})
    library = getattr(next(iter(stories.values()), None), "library", None)
    told = Told(library, names)
    for address in filter(is_kept, edition.files):
        story = stories.get(address)
        yield of_story(story, names, told) if story else Published(Line(address, PAGE))
    told.keep()


def of_story(story: Document, names: list[str], told: Told) -> Published:
    """Say what a story states as it is published."""
    stated = partial(all_of, story, names)
    return Published(told.line(story, partial(line_for, story, stated)), story.file, story["aliases"], stated)


def line_for(story: Document, stated: Callable[[], Stated]) -> Line:
    """Make the line of a story."""
    if story.state == WITHDRAWN:
        return Line(story.address, WITHDRAWN)
    notes = [note.when.replace(second=0) for note, _ in fields.noted(story.values)]
    return line_of(story.address, stated(), notes)


def all_of(story: Document, names: list[str]) -> Stated:
    """Read all that a story says."""
    head = headline(story.title, story.lang)
    by = " ".join(plain(name, story.lang) for name in bylines(story))
    markup = f"{head} {story.said} {by}"
    return Stated(words(markup), statements(markup, names))


def bylines(story: Document) -> tuple[str, ...]:
    """Give the names above a story."""
    return tuple(story["authors"] or story["author"])


def page_before(output: Path, address: str) -> str:
    """Give the story of the last edition that is still in output/, for the words of a refusal."""
    path = output / address
    article = ARTICLE.search(path.read_text(encoding="utf-8")) if DATED.match(address) and path.is_file() else None
    return article[0] if article else ""


def register() -> None:
    """Look at each edition when it is whole, and again just before it is out."""
    edition_written.connect(check)
    edition_written.connect(look_through)
    edition_checked.connect(send_out)
