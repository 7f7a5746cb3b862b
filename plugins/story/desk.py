"""The desk: everything in content/, read once, checked file by file and against each other.

`make check`, the build and the preview all work from what `read_desk` gives.
"""

from __future__ import annotations

import datetime as dt
import os
import posixpath
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from blinker import signal
from markupsafe import Markup
from pelican.utils import slugify

from plugins.story.body import SLUGS, Body, BodyReader
from plugins.story.chart import data_files
from plugins.story.fence import Beside
from plugins.story.fields import (
    APPEAL,
    ENTRY,
    FRONT,
    PAGE,
    SLUG,
    STORY,
    STORYLINE,
    Rules,
    Values,
    noted,
    read_fields,
)
from plugins.story.front import plan_of
from plugins.story.frontmatter import Source, decode, split
from plugins.story.glossary import FOLDER, Spelt, check_entry, check_glossary, check_spelling, entries_of
from plugins.story.links import ANCHOR_LINK, FILE_LINK, PICTURE_LINK, STORY_LINK, Link, Place
from plugins.story.parts import anchors_of_parts, pages_of
from plugins.story.problems import Problem, did_you_mean, nearest
from plugins.story.quotations import check_quotations
from plugins.story.storylines import FOLDER as STORYLINES
from plugins.story.storylines import check_storylines
from plugins.story.typography import headline

FOLDERS = {"articles": STORY, "pages": PAGE, "appeals": APPEAL, FOLDER: ENTRY, STORYLINES: STORYLINE}
FRONT_FILE = "front.md"
PLACES = (*FOLDERS, "images", "extra", "published", FRONT_FILE)
RESERVED = {"index", "404", "archive", "shelf"}
OWN = {"index.html", "404.html", "shelf.html", "archive/index.html", "topics/index.html"}
NUMBERED = re.compile(r"(?:^|/)page/\d+/index\.html$")
WELL_KNOWN = "extra/.well-known"  # RFC 8615
DROPPINGS = ("~", ".swp", ".swo", ".bak", ".tmp", ".orig")
NONE = "none"


# Sent with a Desk whose texts have been read: receivers give the Problems that they find in it.
desk_read = signal("desk_read")


@dataclass(frozen=True)
class Document:
    """One checked file of content.

    path: from the top of content/. file: the path that messages name.
    state: published, draft, held, withdrawn or skip. address: where its page lies in output/
    (empty for what has none). body and standfirst are empty when fields alone were checked.
    beside: the files of data that its text may ask for, from the top of content/.
    parts: of a story that is divided, the anchors of each part.
    updates: when each was made, the newest first, and its line.
    """

    kind: str
    path: str
    file: str
    values: Values
    slug: str
    lang: str
    state: str
    address: str
    source: Source
    body: Body | None = None
    standfirst: str = ""
    notes: tuple[str, ...] = ()
    reason: str = ""
    summary_links: tuple[Link, ...] = ()
    beside: tuple[str, ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    updates: tuple[tuple[dt.datetime, int], ...] = ()

    def __getitem__(self, key: str) -> Any:
        return self.values[key]

    def line(self, key: str) -> int:
        """Give the line of a field."""
        return self.values.line(key)

    @property
    def title(self) -> str:
        """The title as the editor wrote it."""
        return str(self.values["title"] or "")

    @property
    def key_points(self) -> tuple[Markup, ...]:
        """The key points, as HTML."""
        return tuple(Markup(headline(point, self.lang)) for point in self.values.values.get("key_point", ()))

    @property
    def said(self) -> str:
        """Everything it says between headline and notes, as HTML."""
        return " ".join([self.standfirst, *self.key_points, self.body.words if self.body else ""])

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link in the text and the standfirst."""
        return (*self.summary_links, *(self.body.links if self.body else ()))

    @property
    def is_public(self) -> bool:
        """Say whether readers can open its page."""
        return self.state in ("published", "withdrawn")


Read = tuple[str, Document | None, list[Problem]]
Reading = Callable[[Path, list[tuple[str, str]], Rules], Iterable[Read]]


@dataclass
class Desk:
    """All content of the site, by path from the top of content/, in the order of the paths.

    spelt: texts known to spell all names right.
    """

    root: Path
    rules: Rules
    documents: dict[str, Document] = field(default_factory=dict)
    spelt: Spelt = field(default_factory=Spelt)
    problems: list[Problem] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Document]:
        """Give the documents of a kind, by path."""
        return [each for each in self.documents.values() if each.kind == kind]

    @property
    def front(self) -> Document | None:
        """The front page's plan, where there is one."""
        return self.documents.get(FRONT_FILE)

    @property
    def held(self) -> list[Document]:
        """The stories that wait for their time, soonest first."""
        waiting = [each for each in self.documents.values() if each.state == "held"]
        return sorted(waiting, key=lambda each: (each["date"], each.path))


def read_one_by_one(root: Path, files: list[tuple[str, str]], rules: Rules, *, bodies: bool = True) -> Iterator[Read]:
    """Read one file after the other; give for each its path, what it says and what is wrong."""
    reader = BodyReader() if bodies else None
    for path, kind in files:
        yield path, *read_document(root, path, kind, rules, reader)


def read_desk(
    root: Path, rules: Rules, *, bodies: bool = True, read: Reading | None = None, spelt: Spelt | None = None
) -> Desk:
    """Read and check everything in content/ (root).

    bodies: convert and check the texts too, and the links between them. read: what reads the files,
    one by one here if nothing is given. spelt: texts known to spell all names right. Problems are
    collected in the desk; nothing is raised for what an editor wrote.
    """
    desk = Desk(root, rules, spelt=spelt or Spelt())
    data: list[str] = []
    files = sorted(content_files(root, desk.problems, data))
    found = read(root, files, rules) if read else read_one_by_one(root, files, rules, bodies=bodies)
    for path, document, problems in found:
        desk.problems += problems
        if document:
            desk.documents[path] = document
    desk.problems += unread_data(desk, data)
    for check in (same_address, same_name, front_page, appeals_exist, updates_due, *(TEXT_CHECKS if bodies else ())):
        desk.problems += check(desk)
    if bodies:
        for _, found in desk_read.send(desk):
            desk.problems += found
    return desk


def content_files(root: Path, problems: list[Problem], data: list[str]) -> Iterator[tuple[str, str]]:
    """Find the content files and their kinds; report what may not lie there. data: takes the files of data."""
    for folder, kind in FOLDERS.items():
        for path in walk(root, folder, problems):
            if path.endswith(".md"):
                yield path, kind
            elif path.endswith(".csv"):
                data.append(path)
            else:
                wrong = f"{path.rpartition('/')[2]!r} is not a Markdown file (.md)."
                remedy = "Move pictures to content/images/ and other files to content/extra/."
                problems.append(Problem(label(root, path), 1, wrong, remedy))
    for entry in os.scandir(root) if root.is_dir() else ():
        if entry.name == FRONT_FILE and entry.is_file(follow_symlinks=False):
            yield FRONT_FILE, FRONT
        elif entry.name == FRONT_FILE:
            problems.append(no_file(root, FRONT_FILE, "not an ordinary file"))
        elif entry.name not in PLACES and not is_dropping(entry.name):
            wrong = f"nothing reads {entry.name!r}."
            remedy = f"{did_you_mean(entry.name, PLACES)}Here lie {', '.join(PLACES)}."
            problems.append(Problem(label(root, entry.name), 1, wrong, remedy))


def unread_data(desk: Desk, data: list[str]) -> Iterator[Problem]:
    """Report files of data that no chart asks for."""
    asked = {path for each in desk.documents.values() for path in each.beside}
    for path in data:
        if path not in asked:
            wrong = f"no chart reads {path.rpartition('/')[2]!r}."
            remedy = f"Write 'Data: {path.rpartition('/')[2]}' in a chart of a story in its folder, or delete it."
            yield Problem(label(desk.root, path), 1, wrong, remedy)


def walk(root: Path, folder: str, problems: list[Problem]) -> Iterator[str]:
    """Give the ordinary files below a folder; pass over hidden and editors' own ones.

    Links, pipes and devices are reported, never opened.
    """
    if (root / folder).is_symlink():
        problems.append(no_file(root, folder, "a symbolic link"))
        return
    try:
        entries = sorted(os.scandir(root / folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        return
    except NotADirectoryError:
        problems.append(Problem(label(root, folder), 1, "this is not a folder.", "Make it one, or delete it."))
        return
    for entry in entries:
        path = f"{folder}/{entry.name}"
        if is_dropping(entry.name) and path != WELL_KNOWN:
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            yield from walk(root, path, problems)
        elif stat.S_ISREG(mode):
            yield path
        else:
            what = "a symbolic link" if stat.S_ISLNK(mode) else "not an ordinary file"
            problems.append(no_file(root, path, what))


def no_file(root: Path, path: str, what: str) -> Problem:
    """Report what lies in content/ and is no file that could be published."""
    return Problem(label(root, path), 1, f"this is {what}.", "Put the file itself there.")


def is_dropping(name: str) -> bool:
    """Say whether a file is hidden or left behind by an editor."""
    is_autosaved = name.startswith("#") and name.endswith("#")
    return is_autosaved or name.startswith(".") or name.lower().endswith(DROPPINGS) or name == "Thumbs.db"


def label(root: Path, path: str) -> str:
    """Name a file of content/ for a message."""
    return f"{root.name}/{path}"


def read_document(
    root: Path,
    path: str,
    kind: str,
    rules: Rules,
    reader: BodyReader | None,
    *,
    bytes_of: Callable[[Path], bytes] = Path.read_bytes,
) -> tuple[Document | None, list[Problem]]:
    """Read one file; give what it says (None if it cannot be read at all) and what is wrong.

    bytes_of: reads the file, and the files of data beside it that its text names.
    """
    file = label(root, path)
    text, problems = decode(bytes_of(root / path), file)
    if not text and problems:
        return None, problems
    source, strays = split(text, file)
    values, wrong = read_fields(source, kind, rules)
    problems = [*problems, *strays, *wrong]
    if kind == FRONT:
        return Document(kind, path, file, values, "", rules.lang, "published", "", source), problems
    lang = values["lang"] or rules.lang
    slug = values["slug"] or slug_of(Path(path).stem)
    if not SLUG.match(slug):
        remedy = "Rename the file, or add a line 'Slug: …'."
        problems.append(Problem(file, 1, f"the file name {path.rpartition('/')[2]!r} makes no address.", remedy))
    state = state_of(kind, values, rules)
    address = address_of(kind, values["date"] if kind == STORY else None, slug, lang, rules)
    data = tuple(posixpath.join(posixpath.dirname(path), name) for name in data_files(source.body))
    document = Document(kind, path, file, values, slug, lang, state, address, source, beside=data)
    if reader is None or state == "skip":
        return document, problems

    def beside(name: str) -> tuple[str, bytes] | None:
        place = posixpath.join(posixpath.dirname(path), name)
        return (label(root, place), bytes_of(root / place)) if is_own_file(root, place) else None

    return with_body(document, reader, problems, beside, part_words=rules.part_words)


def with_body(
    document: Document, reader: BodyReader, problems: list[Problem], beside: Beside, *, part_words: int
) -> tuple[Document, list[Problem]]:
    """Convert and check the text of a document, and its fields that hold Markdown. beside: reads files of data."""

    source = document.source
    place = Place(document.file, document.path, source.body_line, source.body)
    body, wrong = reader.read(place, document.lang, beside)
    problems = [*problems, *wrong]
    links: list[Link] = []

    def inline(text: str, line: int) -> str:
        at = Place(document.file, document.path, line, text)
        markup, found, unclean = reader.line(text, at, document.lang) if text else ("", [], [])
        problems.extend(unclean)
        links.extend(found)
        return markup

    values = document.values.values
    read = Document(
        **{
            **document.__dict__,
            "body": body,
            "standfirst": inline(values.get("summary") or "", document.line("summary")),
            "notes": tuple(inline(note.text, line) for note, line in noted(document.values)),
            "reason": inline(values.get("reason") or "", document.line("reason")),
            "summary_links": tuple(links),
            "parts": anchors_of_parts(body.blocks, part_words) if document.kind == STORY else (),
            "updates": body.updates,
        }
    )
    return read, [*problems, *empty(read), *misplaced_updates(read)]


def misplaced_updates(document: Document) -> Iterator[Problem]:
    """Report updates of what is no story, and those that come before it."""
    for when, line in document.updates:
        if document.kind != STORY:
            yield Problem(document.file, line, "only stories have updates.", "Write the heading without a time.")
        elif document["date"] and when < document["date"]:
            wrong = f"the update of {when:%Y-%m-%d %H:%M} is before the story's Date."
            yield Problem(document.file, line, wrong, "Correct one of the two.")


def empty(document: Document) -> list[Problem]:
    """Report a text that is not there, or is not what it should be."""
    if document.kind == ENTRY:
        return list(check_entry(document))
    if quoted := list(check_quotations(document)):
        return quoted
    if document.source.body.strip() or document.state in ("draft", "withdrawn") or document.kind != STORY:
        return []
    remedy = "Write it, or set 'Status: draft'."
    return [Problem(document.file, document.source.body_line, "the story has no text.", remedy)]


@cache
def slug_of(text: str) -> str:
    """Make a slug of a name: lower case, Latin letters, digits and hyphens."""
    return text if SLUG.fullmatch(text) else slugify(text, regex_subs=SLUGS)


def state_of(kind: str, values: Values, rules: Rules) -> str:
    """Work out whether a document goes out: a published story waits for its date."""
    status = "published" if kind in (APPEAL, ENTRY, STORYLINE) else str(values["status"] or "draft")
    if kind == STORY and status == "published" and values["date"] and values["date"] > rules.now:
        return "held"
    return status


def address_of(kind: str, date: dt.datetime | None, slug: str, lang: str, rules: Rules) -> str:
    """Give the place of a document's page in output/; empty where it has none."""
    name = slug if lang == rules.lang else f"{slug}-{lang}"
    if kind == STORY:
        return f"{date:%Y/%m}/{name}.html" if date else ""
    if kind == ENTRY:
        return f"{FOLDER}/{name}.html"
    if kind == STORYLINE:
        return f"{STORYLINES}/{name}.html"
    return f"{name}.html" if kind == PAGE else ""


def same_address(desk: Desk) -> Iterator[Problem]:
    """Report two documents with one address, also where only the case differs, and aliases too.

    Two appeals need different slugs or languages for the same reason.
    """
    taken: dict[str, tuple[str, int]] = {}
    own = own_addresses(desk)
    for each in desk.documents.values():
        if each.state == "skip" or not (each.address or each.kind == APPEAL):
            continue
        at = (each.file, each.line("slug"))
        if each.address in own or (each.kind == PAGE and each.slug in RESERVED):
            wrong = f"the address {each.address!r} is the site's own."
            yield Problem(*at, wrong, "Choose another slug.")
        address = each.address or f"{APPEAL} {each.slug} ({each.lang})"
        for page in [address, *pages_of(each)[1:]]:
            yield from claim(taken, page, at, "Change the Slug of one of them.")
    for each in desk.documents.values():
        for address in each.values.values.get("aliases", ()):
            at, remedy = (each.file, each.line("aliases")), "An alias must be an address that no page has now."
            if address in own or NUMBERED.search(address):
                yield Problem(*at, f"the address {address!r} is the site's own.", remedy)
            yield from claim(taken, address, at, remedy)


def own_addresses(desk: Desk) -> set[str]:
    """Give the addresses at which the site itself writes its lists."""
    stories = [each for each in desk.of_kind(STORY) if each.state == "published"]
    months = {f"{each['date']:%Y/%m}/index.html" for each in stories if each["date"]}
    topics = {topic_list(name) for each in stories for name in each["tags"]}
    authors = {author_list(name) for each in stories for name in bylines(each, desk.rules)}
    return OWN | months | topics | authors | {f"{section}/index.html" for section in desk.rules.sections}


def topic_list(name: str) -> str:
    """Give the address of a topic's list."""
    return f"topics/{slug_of(name)}/index.html"


def author_list(name: str) -> str:
    """Give the address of an author's list."""
    return f"authors/{slug_of(name)}.html"


def bylines(story: Document, rules: Rules) -> tuple[str, ...]:
    """Give the names above a story: its authors, or the one that the settings name for all."""
    return story["authors"] or story["author"] or tuple(filter(None, [rules.author]))


def claim(taken: dict[str, tuple[str, int]], address: str, at: tuple[str, int], remedy: str) -> Iterator[Problem]:
    """Note who has an address; report it where somebody has it already."""
    first = taken.setdefault(address.casefold(), at)
    if first != at:
        yield Problem(*at, f"the address {address!r} is taken by {first[0]}.", remedy)


def same_name(desk: Desk) -> Iterator[Problem]:
    """Report topics and authors that are written in two ways but have one address."""
    stories = [each for each in desk.of_kind(STORY) if each.state != "skip"]
    for noun, names_of in (("topics", lambda each: each["tags"]), ("authors", lambda each: bylines(each, desk.rules))):
        first: dict[str, tuple[str, str]] = {}
        right: set[str] = set()
        for each in stories:
            for name in names_of(each):
                if name in right:
                    continue
                slug = slug_of(name)
                known, file = first.setdefault(slug, (name, each.file))
                at = (each.file, naming(each, name))
                if not slug:
                    yield Problem(*at, f"{name!r} makes no address.", "Use letters or digits.")
                elif known != name:
                    wrong = f"the {noun} {name!r} and {known!r} ({file}) have one address, {slug!r}."
                    yield Problem(*at, wrong, "Write them alike, or tell them apart by a word.")
                else:
                    right.add(name)


def naming(document: Document, name: str) -> int:
    """Give the line of a story that names a topic or an author; 1 where the settings name it."""
    keys = [key for key in ("tags", "authors", "author") if name in document[key]]
    return document.line(keys[0]) if keys else 1


def front_page(desk: Desk) -> Iterator[Problem]:
    """Report stories that the front page names and that are not there."""
    if desk.front is None:
        return
    chosen = [choice.path for choice in plan_of(desk.front.values).choices()]
    stories = [each.path for each in desk.of_kind(STORY)]
    for path in chosen:
        line = line_naming(desk.front.source, path)
        if path not in stories:
            near = did_you_mean(path, stories)
            remedy = f"{near}Name a file as in 'articles/2025/08/story.md'."
            yield Problem(desk.front.file, line, f"there is no story {path!r}.", remedy)
        elif chosen.count(path) > 1:
            yield Problem(desk.front.file, line, f"{path!r} is named twice.", "Name it once.")


def line_naming(source: Source, text: str) -> int:
    """Find the field whose value holds a text."""
    return next((entry.line for entry in source.entries if text in entry.value), 1)


def updates_due(desk: Desk) -> Iterator[Problem]:
    """Report updates of published stories that lie in the future: no page can wait for them alone."""
    for each in desk.documents.values():
        for when, line in each.updates if each.state == "published" else ():
            if when > desk.rules.now:
                wrong = f"the update of {when:%Y-%m-%d %H:%M} lies in the future."
                yield Problem(each.file, line, wrong, "Correct its time, or add it then.")


def appeals_exist(desk: Desk) -> Iterator[Problem]:
    """Report stories that name an appeal that is not there."""
    slugs = {each.slug for each in desk.of_kind(APPEAL)}
    for each in desk.of_kind(STORY):
        wanted = each["appeal"]
        if wanted and wanted not in {NONE, *slugs}:
            there = f" or one of: {', '.join(sorted(slugs))}" if slugs else ""
            remedy = f"{did_you_mean(wanted, slugs)}Write 'none'{there}."
            yield Problem(each.file, each.line("appeal"), f"there is no appeal {wanted!r}.", remedy)


def dangling(desk: Desk) -> Iterator[Problem]:
    """Report links to what is not there, or not published."""
    checks: dict[str, Callable[[Desk, Document, Link], Iterable[Problem]]] = {
        STORY_LINK: story_link,
        FILE_LINK: file_link,
        ANCHOR_LINK: anchor_link,
        PICTURE_LINK: picture_link,
    }
    for each in desk.documents.values():
        for link in each.links:
            if link.kind in checks:
                yield from checks[link.kind](desk, each, link)


def story_link(desk: Desk, document: Document, link: Link) -> Iterator[Problem]:
    """Check a link to another document: it is there, it is public, it has the anchor."""
    found = desk.documents.get(link.target)
    if found is None or not found.address:
        others = [path for path, each in desk.documents.items() if each.address and each is not document]
        near = nearest(link.target, others)
        meant = f"Did you mean {as_linked(near, document)!r}? " if near else ""
        remedy = f"{meant}Correct or remove the link."
        yield Problem(document.file, link.line, f"the link to {link.target!r} leads nowhere.", remedy)
    elif document.is_public and not found.is_public:
        wrong = f"the link leads to {link.target!r}, which is not published ({found.state})."
        yield Problem(document.file, link.line, wrong, "Publish it first, or remove the link.")
    elif link.fragment and found.body and link.fragment not in found.body.anchors:
        yield no_anchor(document, link, found)


def as_linked(path: str, document: Document) -> str:
    """Write a path from the top of content/ as a link from a document."""
    return posixpath.relpath(path, posixpath.dirname(document.path))


def is_own_file(root: Path, path: str) -> bool:
    """Say whether a path below content/ is an ordinary file there, reached through no symbolic link."""
    return (root / path).is_file() and (root / path).resolve() == root.resolve() / path


def file_link(desk: Desk, document: Document, link: Link) -> Iterator[Problem]:
    """Check that a file that readers may take is an ordinary one in content/extra/."""
    parts = link.target.removeprefix(f"{WELL_KNOWN}/").split("/")
    if not is_own_file(desk.root, link.target) or any(map(is_dropping, parts)):
        wrong = f"there is no file {link.target!r}."
        yield Problem(document.file, link.line, wrong, "Put it in content/extra/, or remove the link.")


def anchor_link(desk: Desk, document: Document, link: Link) -> Iterator[Problem]:
    """Check a link within one text."""
    if document.body and link.fragment not in document.body.anchors:
        yield no_anchor(document, link, document)


def no_anchor(document: Document, link: Link, found: Document) -> Problem:
    """Report a link to a part of a text that is not there."""
    anchors = sorted(found.body.anchors) if found.body else []
    remedy = did_you_mean(link.fragment, anchors) or f"The text has: {', '.join(anchors) or 'none'}. "
    wrong = f"{found.path!r} has no part '#{link.fragment}'."
    return Problem(document.file, link.line, wrong, remedy.strip())


def spelling(desk: Desk) -> Iterable[Problem]:
    """Report names that are spelt otherwise than in the glossary."""
    return check_spelling(desk.root, desk.documents.values(), entries_of(desk.documents.values()), desk.spelt)


def picture_link(desk: Desk, document: Document, link: Link) -> Iterator[Problem]:
    """Check that a picture is an ordinary file in content/images/."""
    path = desk.root / link.target
    inside = path.resolve() == desk.root.resolve() / link.target
    if not inside or (path.exists() and not path.is_file()):
        wrong = f"the picture {link.target!r} is not an ordinary file in content/images/."
        yield Problem(document.file, link.line, wrong, "Put the file itself there.")
    elif not path.exists():
        known = [f"images/{each.name}" for each in path.parent.glob("*")] if path.parent.is_dir() else []
        remedy = f"{did_you_mean(link.target, known)}Put the file in content/images/."
        yield Problem(document.file, link.line, f"there is no picture {link.target!r}.", remedy)


# What can be checked of texts only once all files are read.
TEXT_CHECKS: tuple[Callable[[Desk], Iterable[Problem]], ...] = (dangling, check_glossary, check_storylines, spelling)
