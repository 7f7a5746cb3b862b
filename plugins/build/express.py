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
import socket
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pelican import signals
from pelican.generators import Generator

from plugins.build import digests
from plugins.build.digests import Stamp, Untrackable
from plugins.build.doorstep import NEVER_PUBLISH
from plugins.build.exchange import KEPT, PLACEHOLDER, SPARE, Workshop, scan
from plugins.build.record import Record, recorded
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
YOUNG = 2.0  # seconds: a file changed so lately may change again within one tick of its clock

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
        said = digests.of_settings(settings)
    except Untrackable:
        return None
    code = digests.of_code()
    machine = (str(Path.home()), getpass.getuser(), socket.gethostname(), str(root))
    files = digests.of_files([theme, *([private] if private.exists() else [])])
    return World(digests.digest(said, code, files, repr(machine).encode()), code)


class Express:
    """One build of a plain site."""

    def __init__(self, settings: dict[str, Any], workshop: Workshop, world: World, jobs: int) -> None:
        self._settings, self._workshop, self._world, self._jobs = settings, workshop, world, jobs
        self._root = Path(settings["PATH"])
        name = hashlib.sha256(bytes(self._root)).hexdigest()[:8]  # several sites may lie side by side
        self._cache = self._root.absolute().parent / ".cache" / f"desk-{name}"
        self._content = old_enough(scan(self._root))
        self._last = recorded(workshop.home)
        workshop.kept = self._last.folder
        self._record = Record()
        self._written: list[str] = []
        self._is_new = True
        self.notebook: Any = None
        self._watched: Any = None
        self._few: Few | None = None
        self._stale: list[str] = []

    @property
    def files(self) -> list[str]:
        """The files that hold texts."""
        return [path for path in self._content if path.endswith(".md")]

    # Nothing has changed

    def stands(self) -> dict[str, Any] | None:
        """Give what the last build said, if this one would make the very same edition; else None."""
        rest = self._last.rest
        is_same = rest and rest["content"] == self._content and None not in self._content.values()
        return rest if is_same and self._is_intact() else None

    def _is_intact(self) -> bool:
        """Say whether content alone can have changed: not the time, the world, or the last edition's files."""
        rest, sheets, present = self._last.rest, self._last.sheets, self._workshop.present
        if not rest or self._last.world != self._world.whole or self._settings.get("LEDGER"):  # it may be gone again
            return False
        first, end = rest["while"]
        at = now().timestamp()
        return (
            (first is None or first <= at)
            and (end is None or at < end)
            and (self._workshop.output / PLACEHOLDER).is_file()
            and len(present) == len(sheets)
            and all(present.get(path) == sheet.stamp for path, sheet in sheets.items())
        )

    def seen(self) -> tuple[dict[str, Stamp], dict[str, Stamp], tuple[float | None, float | None]] | None:
        """Give the stamps of content and edition, and while they hold; None where one is too young to be trusted."""
        record = self._record if self._record.rest else self._last
        content = {path: stamp for path, stamp in self._content.items() if stamp}
        if not record.rest or len(content) < len(self._content) or self._settings.get("LEDGER"):
            return None
        return content, {path: sheet.stamp for path, sheet in record.sheets.items()}, record.rest["while"]

    # A few stories have

    def few_stories(self) -> bool:
        """Find out whether nothing has changed but a few stories, none of which stands in other lists now.

        Then only these are read. Where it is their texts alone, nothing is related; else all are sorted
        into lists (plugins/build/among.py). All pages stand that read nothing of these stories.
        """
        before: dict[str, Any] = self._last.rest.get("content") or {}
        if not before or before.keys() - self._content.keys() or not self._is_intact():
            return False
        paths = [path for path, stamp in self._content.items() if stamp is None or stamp != before.get(path)]
        is_stories = all(path.startswith("articles/") and path.endswith(".md") for path in paths)
        if not paths or len(paths) > MOST or not is_stories or not receivers_need_no_desk():
            return False
        if any(path.startswith("published/") for path in before):  # the ledger compares all stories
            return False
        rules = rules_of(self._settings, now())
        library = self._library(rules)
        if library.mark() != self._last.rest.get("library"):  # it has read more than this edition was printed from
            return False
        few = library.few(self._root, paths, self._stories_on(self._pages_of(paths)))
        if few:
            few.addresses.update((path, path[len(EXTRA) :]) for path in self._content if path.startswith(EXTRA))
        if few and few.is_text:
            self._stale = self._pages_of(paths)
            few = few if None not in self._stale and not self._misspells(few) else None
        elif few and not self._may_be_sorted(few, rules):
            few = None
        self._few = few
        return few is not None

    def _misspells(self, few: Few) -> bool:
        """Say whether one of these texts spells a name wrongly; then it is told with all else that is wrong."""
        from plugins.story.glossary import Spelt, check_spelling, entries_of

        changed = [few.documents[path] for path in few.paths]
        return any(check_spelling(self._root, changed, entries_of(few.documents.values()), Spelt()))

    def _pages_of(self, paths: list[str]) -> list[str]:
        """Give the pages that print these stories' texts; nothing certain where one prints more than that."""
        wanted = {f"b:{path}" for path in paths}
        numbers = {at for at, read in enumerate(self._last.reads) if read in wanted}
        own = {f" article {path}".encode() for path in paths}
        stale = [path for path, sheet in self._last.sheets.items() if not numbers.isdisjoint(sheet.reads)]
        ends = tuple(own)
        return [path if self._last.sheets[path].told.endswith(ends) else None for path in stale]  # type: ignore[misc]

    def _copies_among(self, paths: list[str]) -> dict[str, str]:
        """Name the copies that are among these pages, by the files of their stories: few texts do not tell."""
        start, end = f"{COPIES}/", ".html"
        found = [path for path in paths if path.startswith(start) and path.endswith(end)]
        stories = [self._last.sheets[path].told.rpartition(b" article ")[2].decode() for path in found]
        return {story: path[len(start) : -len(end)] for story, path in zip(stories, found, strict=True)}

    def _stories_on(self, pages: list[str]) -> set[str]:
        """Give the stories that some pages name: they are related to each other."""
        names, sheets = list(self._last.reads), self._last.sheets
        reads = {names[at] for path in pages if path in sheets for at in sheets[path].reads}
        return {read[2:] for read in reads if read.startswith("c:")}

    def _may_be_sorted(self, few: Few, rules: Any) -> bool:
        """Say whether all that pages show of the context is known, and nothing is wrong with the few."""
        from plugins.story.desk import FRONT_FILE, TEXT_CHECKS, Desk, appeals_exist, read_document
        from plugins.story.fields import FRONT
        from plugins.story.front import plan_of

        known = {"g:site", "g:corrections"}
        if self._settings.get("SHOW_UNPUBLISHED") or self._settings.get("REDIRECTS"):
            return False
        if any(read.startswith("g:") and read not in known for read in self._last.reads):
            return False
        new = [few.addresses[path] for path in few.paths]
        taken = [f"extra/{address}" for address in new]
        if any(path.startswith(tuple(taken)) for path in self._content):
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
            if self._few:
                if not self._few.is_text:
                    watched.few = Among(self._few, rules, self._settings, watched.reads)
                return Desk(self._root, rules, self._few.documents)
            spelt = Spelt(frozenset(cabinet.kept(self._cache / "spelt", self._world.code) or ()))
            desk = read_desk(self._root, rules, read=self._library(rules).documents, spelt=spelt)
            if spelt.now != spelt.before:
                cabinet.keep(self._cache / "spelt", self._world.code, sorted(spelt.now))
            return desk

        if self._few:
            watched.addresses, watched.copies = self._few.addresses, self._copies_among(self._stale)

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
        shelf = compiled(envs[0], self._cache / "templates", self._world.whole)
        for env in envs:
            env.bytecode_cache = shelf
        if not workshop.adopt(self._last.folder):
            self._last.before = {}
        context = edition.context
        self._watched.begin(context, self._settings)
        printer = Printer(workshop.spare, workshop.output, workshop.present, self._last, self._jobs)
        tell = Teller(self._settings["DESK"], self._watched, context)
        if self._few:
            try:
                reads = self._print_few(printer, errands, context, tell)
            except Wider:
                self._few = None
                return None
        else:
            needed = shelf.needed(context, self._settings)
            reads = printer.run(errands, needed, tell, world=self._world.whole, tick=tick)
        if printer.heavy and self._few:
            self._few = None
            return None
        if printer.heavy:
            raise SiteError(
                heavy_page(path, wrong, errands[path].template, self._settings) for path, wrong in printer.heavy.items()
            )
        sheets = dict(sorted(printer.sheets.items()))
        self._written = printer.written
        self._is_new = bool(printer.fresh) or sheets.keys() != workshop.present.keys()
        self._record = Record(self._world.whole, reads, sheets)
        sizes = {path: sheet.stamp[0] for path, sheet in sheets.items()}
        return replace(edition, sizes=sizes, digests={path: sheet.data for path, sheet in sheets.items()})

    def _print_few(
        self,
        printer: Printer,
        errands: Mapping[str, Any],
        context: Mapping[str, Any],
        tell: Callable[[str], bytes | None],
    ) -> dict[str, bytes | None]:
        """Print the pages that read something of the few stories. Raise Wider where more may have changed."""
        from plugins.build.printing import Wider

        assert self._few
        if self._few.is_text:
            around = (f"s:{path}" for path in self._few.paths)
            if any(tell(read) != self._last.reads[read] for read in around if read in self._last.reads):
                raise Wider
            some = {path: errands[path] for path in self._stale if path in errands}
            if len(some) < len(self._stale) or any(
                errand.told() != self._last.sheets[path].told for path, errand in some.items()
            ):
                raise Wider
            return printer.run_some(some, {f"b:{path}" for path in self._few.paths}, context, tell)
        among: Any = self._watched.few
        env = next(errand.env for errand in errands.values() if errand.env)
        return printer.run_among(
            errands, self._few.paths, context, tell, lambda told, path: among.errand_of(told, path, env)
        )

    def counted(self, files: Mapping[str, int]) -> dict[str, Any] | None:
        """Give what the last build counted and noted, if it holds still: where only a few stories have changed."""
        if not self._few:
            return None
        stories, pages, _, _, unpublished = self._last.rest["tally"]
        counts = stories + self._few.added, pages, len(files), sum(files.values()), unpublished
        return {**self._last.rest, "tally": counts}

    def put_in_place(self, counts: tuple[int, ...], notices: list[str]) -> None:
        """Exchange the editions, unless they are the same, and write down what is known of them."""
        workshop, record, sheets = self._workshop, self._record, self._record.sheets
        span = self._while_few() if self._few else self._while()
        mark = self._library(rules_of(self._settings, now())).mark()
        record.rest = {
            "tally": counts,
            "notices": notices,
            "while": span,
            "content": self._content,
            "library": mark,
        }
        if not self._is_new and workshop.put_back(sheets.keys()):
            record.before = {path: (sheet.data, sheet.stamp) for path, sheet in sheets.items()}
            last = self._last.sheets
            record.sheets = {path: sheet._replace(stamp=last[path].stamp) for path, sheet in sheets.items()}
        else:
            workshop.exchange(sealed=sheets.keys(), written=self._written)
            record.before = self._weeded(workshop.keep_last())
        record.folder = workshop.kept
        record.keep(workshop.home)
        if 2 * len(record.before) < len(sheets):
            self._make_twin()

    def _weeded(self, name: str) -> dict[str, tuple[bytes, Stamp]]:
        """Leave of the edition before only what is in the new one too; give the digests and stamps of that.

        So no text outlives its story there, published or not.
        """
        last, present = self._last.sheets, self._workshop.present
        same = {
            path: (last[path].data, last[path].stamp)
            for path, sheet in self._record.sheets.items()
            if path in last and last[path].data == sheet.data and last[path].stamp == present.get(path)
        }
        for path in present.keys() - same.keys() if name else ():
            (self._workshop.home / name / path).unlink(missing_ok=True)
        return same if name else {}

    def _make_twin(self) -> None:
        """After a first edition, or one that is all new, lay its twin beside it for the next to change."""
        from plugins.build.printing import copied

        workshop, record = self._workshop, self._record
        folder = workshop.home / workshop.spare.name.replace(SPARE, f"{KEPT}twin-", 1)
        record.before = copied(workshop.output, folder, record.sheets, self._jobs)
        record.folder = workshop.kept = folder.name
        record.keep(workshop.home)

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


def receivers_need_no_desk() -> bool:
    """Say whether all who look at a finished edition are known to look at its files only."""
    from plugins.build.press import edition_checked, edition_written

    names = [
        f"{receiver.__module__}.{receiver.__name__}"
        for signal in (edition_written, edition_checked)
        for receiver in signal.receivers_for(None)
    ]
    return set(names) <= LOOK_AT_FILES


def old_enough(stamps: Mapping[str, Stamp]) -> dict[str, Stamp | None]:
    """Give stamps, but None for those of files that changed a moment ago."""
    young = time.time_ns() - int(YOUNG * 1e9)
    return {path: None if stamp[1] > young or stamp[3] > young else stamp for path, stamp in stamps.items()}


def span(moments: Iterable[dt.datetime], now: dt.datetime) -> tuple[float | None, float | None]:
    """Give the time around now in which none of some moments comes: from, and up to."""
    times = [moment.timestamp() for moment in moments]
    here = now.timestamp()
    return max((at for at in times if at <= here), default=None), min((at for at in times if at > here), default=None)
