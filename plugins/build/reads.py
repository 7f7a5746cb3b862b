"""Record what each page reads while it is rendered, so that the next build knows which pages stand.

A read is a text: a letter for what kind it is, a colon, and what was read.

    c:articles/…  how a story or page looks in a list (headline, date, section …)
    b:articles/…  anything else of it: its text, its notes, what it says to machines
    t:articles/…  its translations        a:articles/…  its appeal
    s:articles/…  what other files say of what it names, and which stories stand around it
    g:corrections a name of the context   w:addresses:articles/…  one entry of a table there

What reaches a page in another way is no read but part of its errand (plugins/build/errands.py), or
of the world: settings, theme, code and versions. Whatever fits in nowhere, templates may not use.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from jinja2 import Environment
from jinja2 import nodes as jinja_nodes
from jinja2.runtime import Context
from jinja2.utils import missing

from plugins.build.digests import NO_INPUT, Known, Untrackable, digest, of_value
from plugins.build.library import Kept
from plugins.build.shelf import have_at_hand
from plugins.site.media import Picture
from plugins.site.places import IN_PAGES, IN_STORIES
from plugins.story.desk import Document
from plugins.story.fields import STORY
from plugins.story.problems import Problem, SiteError
from plugins.story.reader import OF_PAGES, OF_STORIES, SHARED

LOOKS = frozenset(
    [
        "title",
        "headline",
        "slug",
        "lang",
        "summary",
        "standfirst",
        "standfirst_text",
        "status",
        "unpublished",
        "save_as",
        "url",
        "path",
        "date",
        "kicker",
        "category",
        "tags",
        "authors",
        "modified",
        "template",
        "order",
        "section",
        "topics",
        "bylines",
    ]
)
# What reads a clock, chance or the machine, by any name that templates could use for it.
CLOCKS = {"now", "utcnow", "today", "fromtimestamp"}
CHANCE = {"random"}
NAMES_OF_CHANCE = {"lipsum"}
MOST_HELD = 1500  # stories whose values are kept at hand; a list shows a few dozen


class Reads:
    """The reads of the page that is being rendered; none are kept while no page is.

    later: what is made of a story or page only when a page asks for it, by attribute.
    """

    def __init__(self) -> None:
        self.now: set[str] = set()
        self._held: deque[dict[str, Any]] = deque()
        self._made: dict[tuple[str, str], Any] | None = None
        self.later: dict[str, Callable[[Any], Any]] = {}

    def begin(self) -> None:
        """Forget what the last page read."""
        self.now = set()
        self._made = {}

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Keep apart what is read meanwhile: not for the page, but to work out what it is given."""
        held, self.now = self.now, set()
        try:
            yield
        finally:
            self.now = held

    def hold(self, values: dict[str, Any]) -> None:
        """Take in that values are held for a story; let those go that have been held longest."""
        self._held.append(values)
        if len(self._held) > MOST_HELD:
            self._held.popleft().clear()

    def made(self, printed: Printed, name: str, make: Callable[[Any], Any]) -> Any:
        """Give what is made only when asked for, once a page."""
        if self._made is None:
            return make(printed)
        key = (printed.name_(), name)
        if key not in self._made:
            self._made[key] = make(printed)
        return self._made[key]


class Printed(Known):
    """A story or page as templates and plugins.site see it, made of its document as it is asked for.

    Each attribute is recorded when it is read; what plugins.site sets on it, it keeps.
    """

    __slots__ = (
        "_body_read",
        "_document",
        "_given",
        "_looks_read",
        "_makers",
        "_name",
        "_reads",
        "_settings",
        "_values",
    )

    def __init__(self, document: Document, settings: Mapping[str, Any], reads: Reads) -> None:
        hold = object.__setattr__
        hold(self, "_document", document)
        hold(self, "_settings", settings)
        hold(self, "_reads", reads)
        hold(self, "_given", {})
        hold(self, "_values", {})
        hold(self, "_makers", STORY_MAKERS if document.kind == STORY else PAGE_MAKERS)
        hold(self, "_name", ("known", document.path))
        hold(self, "_looks_read", f"c:{document.path}")
        hold(self, "_body_read", f"b:{document.path}")

    def name_(self) -> str:
        """Give the path of the file."""
        path: str = self._document.path
        return path

    @property
    def date(self) -> Any:
        """When the story appeared: asked for so often that it has a way of its own."""
        self._reads.now.add(self._looks_read)
        values = self._document.values.values
        if "date" not in values:
            raise AttributeError("date")
        return values["date"]

    @property
    def path(self) -> str:
        """Where its page lies."""
        self._reads.now.add(self._looks_read)
        address: str = self._document.address
        return address

    def __getattr__(self, name: str) -> Any:
        values = self._values
        if name in values:
            self._reads.now.add(self._looks_read if name in LOOKS else self._body_read)
            return values[name]
        if name in self._given or name in GIVEN:
            return self._gift(name)
        make = self._makers.get(name)
        if make is None:
            raise AttributeError(name)
        self._reads.now.add(self._looks_read if name in LOOKS else self._body_read)
        value = make(self._document, self._settings)
        if name not in HEAVY:
            if not values:
                self._reads.hold(values)
            values[name] = value
        return value

    def _gift(self, name: str) -> Any:
        letter = GIVEN.get(name, "b")
        self._reads.now.add(f"{letter}:{self._document.path}")
        if name in self._given:
            return self._given[name]
        make = self._reads.later.get(name)
        return self._reads.made(self, name, make) if make else ABSENT.get(name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._given[name] = value

    def told(self, letter: str) -> Any:
        """Give what reads of a kind find now: the translations, the appeal, or what stands around the story."""
        if letter == "s":
            return tuple(self._given.get(name) or () for name in SURROUNDINGS)
        return self._given.get("translations") or () if letter == "t" else self._given.get("appeal")


def looks_of(document: Document) -> bytes:
    """Give the digest of how a document looks in lists."""
    return (document.looks if isinstance(document, Kept) else b"") + document.state.encode()


def whole_of(document: Document) -> bytes:
    """Give the digest of all of a document."""
    return (document.whole if isinstance(document, Kept) else b"") + document.state.encode()


Makers = dict[str, Callable[[Document, Mapping[str, Any]], Any]]
STORY_MAKERS: Makers = {
    **SHARED,
    **OF_STORIES,
    **IN_STORIES,
    "template": lambda document, settings: OF_STORIES["template"](document, settings) or "article",
}
PAGE_MAKERS: Makers = {**SHARED, **OF_PAGES, **IN_PAGES}
GIVEN = {
    "translations": "t",
    "appeal": "a",
    "names": "s",
    "quoted": "s",
    "so_far": "s",
    "related": "s",
    "jsonld": "b",
    "changed": "b",
}
SURROUNDINGS = [name for name, letter in GIVEN.items() if letter == "s"]
ABSENT: dict[str, Any] = {"translations": [], "names": (), "quoted": {}}
HEAVY = {"blocks", "parts"}  # made anew each time, so that texts take no room


class Table(Mapping[str, Any]):
    """A table of the context, such as the addresses of all files, that records which entries are read."""

    def __init__(self, name: str, entries: Mapping[str, Any], reads: Reads) -> None:
        self._name, self._entries, self._reads = name, entries, reads

    def __getitem__(self, key: str) -> Any:
        self._reads.now.add(f"w:{self._name}:{key}")
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        raise Untrackable(f"all of {self._name}")

    def __len__(self) -> int:
        return len(self._entries)

    def names(self) -> set[str]:
        """Name the reads of all entries that there are."""
        return {f"w:{self._name}:{key}" for key in self._entries}

    def told(self, key: str) -> bytes | None:
        """Give the digest of an entry as it is now."""
        return of_value(tellable(self._entries[key])) if key in self._entries else None


def tellable(value: Any) -> Any:
    """Give a value that a digest can be made of: of a picture its size, and its bytes by their digest."""
    return (value.width, value.height, digest(value.data)) if isinstance(value, Picture) else value


class RecordingContext(Context):
    """Jinja's context, that records the names that a template looks up."""

    def resolve_or_missing(self, key: str) -> Any:
        """Look a name up and record it, if it is one that may change from build to build."""
        watched: Watched = self.environment.watched  # type: ignore[attr-defined]
        if key in watched.names:
            watched.reads.now.add(f"g:{key}")
        if key in self.vars:  # as Jinja's does: asked for a hundred times a page
            return self.vars[key]
        return self.parent.get(key, missing)


class Watched:
    """What of the context is watched. names: those that are neither settings nor a page's own."""

    def __init__(self, reads: Reads) -> None:
        self.reads = reads
        self.names: frozenset[str] = frozenset()
        self.addresses: Mapping[str, str] | None = None  # of all files, where the desk holds a few only
        self.copies: Mapping[str, str] = {}  # of those few
        self.few: Any = None  # the few stories that have changed among all, if that is all that has
        self._context: Mapping[str, Any] = {}

    def begin(self, context: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
        """Watch a context: every name in it but the settings, which belong to the world."""
        self._context = context
        tables = {name for name, value in context.items() if isinstance(value, Table)}
        self.names = frozenset(context.keys() - (settings.keys() - NO_INPUT) - tables)

    def told(self, name: str) -> bytes | None:
        """Give the digest of a name's value now; raise Untrackable if its changes cannot be told."""
        return of_value(self._context[name]) if name in self._context else None

    def entry(self, rest: str) -> bytes | None:
        """Give the digest of an entry of a table now: "addresses:articles/…"."""
        table, _, key = rest.partition(":")
        found = self._context.get(table)
        return found.told(key) if isinstance(found, Table) else None


def watch(env: Environment, watched: Watched) -> None:
    """Have an environment's templates record what they read, and take from them what cannot be recorded."""
    env.extend(watched=watched)
    env.context_class = RecordingContext
    have_at_hand(env)
    env.auto_reload = False  # no template changes within a build: do not look at its file for each page
    for name in NAMES_OF_CHANCE:
        env.globals.pop(name, None)
    for name in CHANCE:
        env.filters.pop(name, None)


def refuse_clocks(env: Environment) -> None:
    """Raise SiteError for templates that ask the clock or chance: nobody could tell when their pages age."""
    problems = []
    for name in env.list_templates():
        source, file, _ = env.loader.get_source(env, name) if env.loader else ("", "", None)
        if not source:
            continue
        for node in env.parse(source, name, file).find_all(
            (jinja_nodes.Getattr, jinja_nodes.Getitem, jinja_nodes.Filter, jinja_nodes.Name)
        ):
            if word := unsteady(node):
                wrong = f"{word!r} gives another value in each build."
                problems.append(Problem(f"theme/templates/{name}", node.lineno, wrong, "Have a plugin give the value."))
    if problems:
        raise SiteError(problems)


def unsteady(node: jinja_nodes.Node) -> str:
    """Give the name by which a piece of a template asks for what cannot be recorded; empty if it does not."""
    if isinstance(node, jinja_nodes.Getattr) and node.attr in CLOCKS:
        return node.attr
    if isinstance(node, jinja_nodes.Getitem) and isinstance(node.arg, jinja_nodes.Const) and node.arg.value in CLOCKS:
        return str(node.arg.value)
    if isinstance(node, jinja_nodes.Filter) and node.name in CHANCE:
        return node.name
    if isinstance(node, jinja_nodes.Name) and node.name in NAMES_OF_CHANCE:
        return node.name
    return ""
