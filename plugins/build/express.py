"""A build that does only what the last one has not done already.

Four questions, each cheaper than the next: has anything changed at all? Which files must be read?
Which pages must be rendered? Which files must be written? Whatever is not certain is done again.

Only a site whose pages all come from plugins.story and plugins.site is built this way: what another
plugin or a setting of Pelican's own adds to pages could not be recorded. Any other site is built by
Pelican's own generators, as is this one without plugins.build; the bytes are the same.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import getpass
import hashlib
import os
import socket
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pelican import signals
from pelican.generators import Generator

from plugins.build import digests
from plugins.build.digests import SIZE, Untrackable
from plugins.build.doorstep import NEVER_PUBLISH
from plugins.build.exchange import KEPT, PLACEHOLDER, SPARE, Workshop, scan
from plugins.build.handed import Seen
from plugins.build.listing import NEVER, Listing
from plugins.build.record import Damaged, Record, Sheet, Trees
from plugins.story.clock import now
from plugins.story.problems import SiteError
from plugins.story.rules import rules_of

if TYPE_CHECKING:
    from plugins.build.library import Few, Library
    from plugins.build.press import Edition
    from plugins.build.printing import Printer

OURS = {"plugins.story", "plugins.site", "plugins.edition"}
NEEDED = {"plugins.story", "plugins.site"}
MOST = 16  # texts; with more changed, all stories are read and related
# Who looks at a finished edition without asking the desk for stories that have not changed.
LOOK_AT_FILES = {
    "plugins.edition.check",
    "plugins.edition.send_out",
    "plugins.edition.leaks.look_through",
}
COPIES, EXTRA = "copies", "extra/"
TRAVEL = frozenset(("COPIES", "LEDGER"))  # settings that say what goes out with the pages, and nothing to them
YOUNG = 2 * 10**9  # nanoseconds: a file changed so lately may change again within one tick of its clock

# Settings by which Pelican makes pages or files of its own; all must be empty.
PELICANS_OWN = (
    "AUTHOR_FEED_ATOM",
    "AUTHOR_FEED_RSS",
    "AUTHOR_SAVE_AS",
    "CATEGORY_FEED_ATOM",
    "CATEGORY_SAVE_AS",
    "DIRECT_TEMPLATES",
    "FEED_ALL_ATOM",
    "FEED_ALL_RSS",
    "FEED_ATOM",
    "FEED_RSS",
    "JINJA_FILTERS",
    "JINJA_GLOBALS",
    "JINJA_TESTS",
    "OUTPUT_SOURCES",
    "RELATIVE_URLS",
    "STATIC_PATHS",
    "TAG_SAVE_AS",
    "TEMPLATE_PAGES",
    "THEME_TEMPLATES_OVERRIDES",
    "TRANSLATION_FEED_ATOM",
)


def is_plain(settings: Mapping[str, Any]) -> bool:
    """Say whether all that a site prints comes from plugins whose reads are recorded."""
    plugins = settings.get("PLUGINS") or ()
    if not all(isinstance(each, str) for each in plugins) or not NEEDED <= set(plugins) <= OURS:
        return False
    usual = settings.get("ARTICLE_PATHS") == ["articles"] and settings.get("PAGE_PATHS") == ["pages"]
    return (
        usual
        and not any(settings.get(name) for name in PELICANS_OWN)
        and not Path(settings["THEME"], "static").exists()
    )


class World(NamedTuple):
    """The digest of everything but content, and of the code and versions alone."""

    whole: bytes
    code: bytes


def world_of(settings: Mapping[str, Any]) -> World | None:
    """Take in settings, theme, code, versions and machine; None for a site that is not plain.

    Nor for one with a setting whose changes nobody could notice.
    """
    if not is_plain(settings):
        return None
    root = Path(settings["PATH"]).absolute().parent
    theme, private = Path(settings["THEME"]), root / NEVER_PUBLISH
    try:
        said = digests.of_settings(settings, but=unnamed(TRAVEL, theme))
    except Untrackable:
        return None
    code = digests.of_code()
    machine = (str(Path.home()), getpass.getuser(), socket.gethostname(), str(root))
    files = digests.of_files([theme, *([private] if private.exists() else [])])
    return World(digests.digest(said, code, files, repr(machine).encode()), code)


def unnamed(names: Set[str], theme: Path) -> Set[str]:
    """Give the names that no template has; a setting that is not named is not given to templates (shelf.py)."""
    texts = [path.read_bytes() for path in (theme / "templates").rglob("*") if path.is_file()]
    return {name for name in names if not any(name.encode() in text for text in texts)}


class Express:
    """One build of a plain site."""

    def __init__(self, settings: dict[str, Any], workshop: Workshop, world: World, jobs: int) -> None:
        self._settings, self._workshop, self._world, self._jobs = settings, workshop, world, jobs
        self._root = Path(settings["PATH"])
        name = hashlib.sha256(bytes(self._root)).hexdigest()[:8]  # several sites may lie side by side
        self._cache = self._root.absolute().parent / ".cache" / f"desk-{name}"
        seen = workshop.seen or Seen(time.time_ns(), scan(self._root))
        self._young = seen.content.since(seen.when - YOUNG)
        self._content = seen.content.changed(dict.fromkeys(self._young, NEVER))
        self._record = Record(workshop.home)
        self._record.is_there()
        self._last = self._record.trees
        workshop.kept = self._last.folder
        self._printer: Printer | None = None
        self._gone: Set[str] = frozenset()
        self._has_adopted = False
        self.notebook: Any = None
        self._watched: Any = None
        self._few: Few | None = None
        self._stale: dict[str, Sheet] = {}
        self._added: Set[str] = frozenset()

    @property
    def texts(self) -> int:
        """How many texts are to be read: 0 where it is a few."""
        return 0 if self._few else sum(path.endswith(".md") for path in self._content)

    @property
    def pages(self) -> int:
        """How many pages are there already: 0 where a few are written."""
        return 0 if self._few else sum(path.endswith(".html") for path in self._workshop.known)

    # Nothing has changed

    def stands(self) -> dict[str, Any] | None:
        """Give what the last build said, if this one would make the very same edition; else None."""
        is_same = self._last.content == self._content and not self._young
        return self._last.rest if is_same and self._is_intact() else None

    def _is_intact(self) -> bool:
        """Say whether content alone can have changed: not the time, the world, or the last edition's files."""
        rest = self._last.rest
        if not rest or self._last.world != self._world.whole or self._settings.get("LEDGER"):  # it may be gone again
            return False
        return (
            is_within(rest["while"], now())
            and rest["travel"] == self._travel()
            and (self._workshop.output / PLACEHOLDER).is_file()
            and self._workshop.present == self._last.output
        )

    def _travel(self) -> list[bool]:
        return [bool(self._settings.get(name)) for name in sorted(TRAVEL)]

    def seen(self) -> Trees | None:
        """Give what content and edition look like, if that is known; what is too young is unlike all."""
        trees = self._record.trees
        return trees if trees.rest and not self._settings.get("LEDGER") else None

    # A few stories have

    def few_stories(self) -> bool:
        """Find out whether nothing has changed but a few stories, none of which stands in other lists now.

        Then only these are read. Where it is their texts alone, nothing is related; else all are sorted
        into lists (plugins/build/among.py). All pages stand that read nothing of these stories.
        """
        try:
            self._few = self._found_few()
        except Damaged:
            self._forget()
        return self._few is not None

    def read_all(self) -> None:
        """Have all stories read after all."""
        self._few = None

    def _forget(self) -> None:
        """Know nothing of the last edition any more."""
        self._few = None
        self._record.forget()
        self._last = self._record.trees

    def _found_few(self) -> Few | None:
        before = self._last.content
        if not before or before.lacking_in(self._content) or not self._is_intact():
            return None
        paths = sorted(self._young | self._content.unlike(before))
        if not paths or len(paths) > MOST or not receivers_need_no_desk():
            return None
        if not all(is_story(self._root, path) for path in paths):
            return None
        if any(f"/{path}:" in notice for path in paths for notice in self._last.rest["notices"]):
            return None  # what was said of it may hold no more
        rules = rules_of(self._settings, now())
        record = self._record
        printed = {name[2:]: (read.found or b"")[:SIZE] for name, read in record.reads(f"b:{p}" for p in paths).items()}
        self._stale = self._record.sheets(record.readers(f"b:{path}" for path in paths))
        own = self._own(paths)
        beside, is_alone = self._stories_on(own.values()), own.keys() == self._stale.keys()
        few = self._library(rules).few(self._root, paths, beside, printed.get, is_alone=is_alone)
        if few is None:
            return None
        few.addresses.extra.update((path, path[len(EXTRA) :]) for path in self._content.below(EXTRA))
        if few.is_text:
            return None if self._misspells(few) else few
        return few if self._may_be_sorted(few, rules) else None

    def _misspells(self, few: Few) -> bool:
        """Say whether one of these texts spells a name wrongly; then it is told with all else that is wrong."""
        from plugins.story.glossary import Spelt, check_spelling, entries_of

        changed = [few.documents[path] for path in few.paths]
        return any(check_spelling(self._root, changed, entries_of(few.documents.values()), Spelt()))

    def _own(self, paths: list[str]) -> dict[str, Sheet]:
        """Give, of the pages that print these texts, those that print one of them alone."""
        ends = tuple(f" article {path}".encode() for path in paths)
        return {path: sheet for path, sheet in self._stale.items() if sheet.told.endswith(ends)}

    def _copies_among(self) -> dict[str, str]:
        """Name the copies that are among these pages, by the files of their stories: few texts do not tell."""
        start, end = f"{COPIES}/", ".html"
        found = [path for path in self._stale if path.startswith(start) and path.endswith(end)]
        stories = [self._stale[path].told.rpartition(b" article ")[2].decode() for path in found]
        return {story: path[len(start) : -len(end)] for story, path in zip(stories, found, strict=True)}

    def _stories_on(self, pages: Iterable[Sheet]) -> set[str]:
        """Give the stories that some pages name: they are related to each other."""
        return {read[2:] for read in self._record.names_in(pages) if read.startswith("c:")}

    def _may_be_sorted(self, few: Few, rules: Any) -> bool:
        """Say whether all that pages show of the context is known, and nothing is wrong with the few."""
        from plugins.story.desk import FRONT_FILE, TEXT_CHECKS, Desk, appeals_exist, read_document
        from plugins.story.fields import FRONT
        from plugins.story.front import plan_of

        if self._settings.get("SHOW_UNPUBLISHED") or self._settings.get("REDIRECTS"):
            return False
        if self._record.found_from("g:") - {"g:site", "g:corrections"}:
            return False
        new = [*(few.addresses[path] for path in few.paths), *few.lists]
        taken = tuple(f"{EXTRA}{address}" for address in new)
        if any(path.startswith(taken) for path in self._content.below(EXTRA)):
            return False
        if FRONT_FILE in self._content:
            front, problems = read_document(self._root, FRONT_FILE, FRONT, rules, None)
            if front is None or problems:
                return False
            if any(choice.until for choice in plan_of(front.values).choices()):  # it may fall out now
                return False
            few.documents[FRONT_FILE] = front
        desk = Desk(self._root, rules, few.documents)
        files = {few.documents[path].file for path in few.paths}  # nothing was wrong with the others, nor is now
        found = (problem for check in (appeals_exist, *TEXT_CHECKS) for problem in check(desk))
        return not any(problem.path in files for problem in found)

    # Something has

    @contextlib.contextmanager
    def installed(self) -> Iterator[None]:
        """Have the desk read by the library, and templates watched."""
        from plugins.build import cabinet
        from plugins.build.among import Among
        from plugins.build.errands import Notebook
        from plugins.build.reads import Reads, Watched, watch
        from plugins.story.desk import Desk, read_desk
        from plugins.story.glossary import Spelt

        watched = self._watched = Watched(Reads())
        self.notebook = Notebook()

        def read(rules: Any) -> Any:
            if self._few and not is_within(self._last.rest["while"], rules.now):  # an embargo has passed meanwhile
                self._few = None
            if self._few:
                watched.addresses, watched.copies = self._few.addresses, self._copies_among()
                if not self._few.is_text:
                    watched.few = Among(self._few, rules, self._settings, watched.reads)
                return Desk(self._root, rules, self._few.documents)
            spelt = Spelt(frozenset(cabinet.kept(self._cache / "spelt", self._world.code) or ()))
            desk = read_desk(self._root, rules, read=self._library(rules).documents, spelt=spelt)
            if spelt.now != spelt.before:
                cabinet.keep(self._cache / "spelt", self._world.code, sorted(spelt.now))
            return desk

        def prepare(generator: Generator) -> None:
            watch(generator.env, watched)

        self._settings["LIBRARY"] = read
        try:
            with signals.generator_init.connected_to(prepare):
                yield
        finally:
            del self._settings["LIBRARY"]

    def _library(self, rules: Any) -> Library:
        from plugins.build.library import Library

        return Library(self._cache, self._world.code, rules, self._jobs, self._content)

    def instead_of(self, classes: list[type[Generator]]) -> list[type[Generator]]:
        """Give our generators for Pelican's; none for the one that copies what nobody has."""
        from plugins.build.among import ListsAmong
        from plugins.build.errands import INSTEAD, Lists

        instead = [each for each in (INSTEAD.get(each, each) for each in classes) if each is not None]
        is_sorted = self._few and not self._few.is_text
        return [ListsAmong if each is Lists and is_sorted else each for each in instead]

    def printed(self, edition: Edition, tick: Callable[[], None]) -> Edition | None:
        """Print the edition into the spare folder; give it with what is known of its files.

        None if more has changed than a few stories: then everything is to be read and related.
        """
        from plugins.build.printing import Printer, Teller, Wider
        from plugins.build.reads import refuse_clocks
        from plugins.build.shelf import compiled
        from plugins.site.weight import heavy_page

        workshop, errands = self._workshop, self.notebook.errands
        envs = list({id(each.env): each.env for each in errands.values() if each.env}.values())
        if self._world.whole != self._last.world:
            refuse_clocks(envs[0])
        shelf = compiled(envs[0], self._cache / "templates", self._world.whole, self._jobs)
        for env in envs:
            env.bytecode_cache = shelf
        # Who adds to an edition might write into a file of it, and that may be one of the last edition too.
        self._has_adopted = self._has_adopted or (receivers_need_no_desk() and workshop.adopt(self._last.folder))
        if not self._has_adopted:
            self._last.before = Listing()
        context = edition.context
        self._watched.begin(context, self._settings)
        printer = Printer(workshop, self._record, self._jobs)
        tell = Teller(self._settings["DESK"], self._watched, context)
        try:
            if self._few:
                self._print_few(printer, errands, context, tell)
            else:
                needed = shelf.needed(context, self._settings)
                printer.run(errands, needed, tell, world=self._world.whole, tick=tick)
        except Wider:
            self._few = None
            return None
        except Damaged:
            self._forget()
            return None
        if printer.heavy and self._few:
            self._few = None
            return None
        if printer.heavy:
            raise SiteError(
                heavy_page(path, wrong, errands[path].template, self._settings) for path, wrong in printer.heavy.items()
            )
        self._printer = printer
        digests = {path: sheet.data for path, sheet in printer.everything().items()}
        fresh = frozenset(printer.fresh) if self._few else None
        replaced = frozenset(printer.replaced()) if self._few else frozenset()
        made = replace(edition, listing=printer.stamps, digests=digests, fresh=fresh, replaced=replaced)
        self._added = made.added
        return made

    def _print_few(
        self,
        printer: Printer,
        errands: Mapping[str, Any],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
    ) -> None:
        """Print the pages that read something of the few stories. Raise Wider where more may have changed."""
        from plugins.build.printing import Wider

        assert self._few
        if self._few.is_text:
            names = (f"{letter}:{path}" for letter in "sta" for path in self._few.paths)
            around = self._record.reads(["g:site", *names])
            if any(tell(name) != read.found for name, read in around.items()):
                raise Wider
            some = {path: errands[path] for path in self._stale if path in errands}
            if len(some) < len(self._stale) or any(
                errand.told() != self._stale[path].told for path, errand in some.items()
            ):
                raise Wider
            printer.run_some(some, {f"b:{path}" for path in self._few.paths}, context, tell)
            return
        among: Any = self._watched.few
        env = next(errand.env for errand in errands.values() if errand.env)
        self._gone = printer.run_among(
            errands, self._few.paths, context, tell, lambda told, path: among.errand_of(told, path, env)
        )

    def counted(self, edition: Edition) -> dict[str, Any] | None:
        """Give what the last build counted and noted, if it holds still: where only a few stories have changed."""
        if not self._few:
            return None
        stories, pages, _, _, unpublished = self._last.rest["tally"]
        assert edition.listing is not None
        counts = stories + self._few.added, pages, len(edition.listing), edition.listing.size(), unpublished
        return {**self._last.rest, "tally": counts}

    def put_in_place(self, counts: tuple[int, ...], notices: list[str]) -> None:
        """Exchange the editions, unless they are the same, and write down what is known of them."""
        printer, workshop, last = self._printer, self._workshop, self._last
        assert printer
        span = self._while_few() if self._few else self._while()
        rest = {"tally": counts, "notices": notices, "while": span, "travel": self._travel()}
        trees = replace(last, world=self._world.whole, content=self._content, output=printer.stamps, rest=rest)
        stamps = printer.stamps
        is_same = not printer.fresh and workshop.present == last.output and stamps.has_same_names(last.output)
        if is_same and workshop.put_back(stamps):
            trees.output, trees.before = last.output, stamps
        else:
            is_all = receivers_need_no_desk() and not self._settings.get("COPIES")
            workshop.exchange(sealed=stamps, added=self._added, written=printer.written, is_all=is_all)
            trees.before = self._weeded(workshop.keep_last(), printer)
            trees.is_listed = workshop.is_listed
        trees.folder = workshop.kept
        try:
            if self._few:
                self._record.change(printer.sheets, printer.reads, self._gone, trees)
            else:
                sheets = printer.everything()
                self._record.write({path: sheets[path] for path in sorted(sheets)}, printer.reads, trees)
        except Damaged:  # the edition is out; the next build makes all of it again
            self._record.forget()
        else:
            if 2 * len(trees.before) < len(trees.output) and receivers_need_no_desk():
                self._make_twin()

    def _weeded(self, name: str, printer: Printer) -> Listing:
        """Leave of the edition before only what is in the new one too; give the stamps of that.

        So no text outlives its story there, published or not.
        """
        present, last = self._workshop.present, self._last.output
        changed = printer.changed | last.unlike(present) | last.lacking_in(printer.stamps)
        same = last.changed({}, gone=changed)
        for path in present.lacking_in(same) if name else ():
            (self._workshop.home / name / path).unlink(missing_ok=True)
        return same if name else Listing()

    def _make_twin(self) -> None:
        """After a first edition, or one that is all new, lay its twin beside it for the next to change."""
        from plugins.build.printing import twin_of

        workshop, trees = self._workshop, self._record.trees
        folder = workshop.home / workshop.spare.name.replace(SPARE, f"{KEPT}twin-", 1)
        output, before = twin_of(workshop.output, folder, trees.output, self._jobs)
        workshop.kept = folder.name
        self._record.keep(replace(trees, output=output, before=before, folder=folder.name))

    def _while_few(self) -> tuple[float | None, float | None]:
        """Say the same where a few stories have changed: before a new one is due, there was another edition."""
        assert self._few
        first, end = self._last.rest["while"]
        if self._few.is_text:
            return first, end
        moments = [self._few.documents[path]["date"].timestamp() for path in self._few.paths]
        return max([*moments, *([] if first is None else [first])]), end

    def _while(self) -> tuple[float | None, float | None]:
        """Say between which moments an edition of the same content is the same edition."""
        from plugins.site.generator import lapses_from

        desk: Any = self._settings["DESK"]
        stories = [each for each in desk.documents.values() if each.kind == "story"]
        moments = [each["date"] for each in stories if each["date"]]
        moments += [when for each in stories for when, _ in each.updates]
        lapses = lapses_from(self._settings)
        return span([*moments, *([lapses] if lapses else [])], desk.rules.now)


def is_story(root: Path, path: str) -> bool:
    """Say whether the desk reads a file of content/ as a story: a plain file, and no editor's own."""
    from plugins.story.desk import is_dropping

    if not (path.startswith("articles/") and path.endswith(".md")) or any(map(is_dropping, path.split("/"))):
        return False
    with contextlib.suppress(OSError):
        return stat.S_ISREG(os.lstat(root / path).st_mode)
    return False


def receivers_need_no_desk() -> bool:
    """Say whether all who look at a finished edition are known to look at its files only."""
    from plugins.build.press import edition_checked, edition_written

    names = [
        f"{receiver.__module__}.{receiver.__name__}"
        for signal in (edition_written, edition_checked)
        for receiver in signal.receivers_for(None)
    ]
    return set(names) <= LOOK_AT_FILES


def is_within(span: tuple[float | None, float | None], moment: dt.datetime) -> bool:
    """Say whether a moment lies in a time: from, and up to."""
    first, end = span
    return (first is None or first <= moment.timestamp()) and (end is None or moment.timestamp() < end)


def span(moments: Iterable[dt.datetime], now: dt.datetime) -> tuple[float | None, float | None]:
    """Give the time around now in which none of some moments comes: from, and up to."""
    times = [moment.timestamp() for moment in moments]
    here = now.timestamp()
    return max((at for at in times if at <= here), default=None), min((at for at in times if at > here), default=None)
