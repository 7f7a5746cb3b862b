"""The press: Pelican's own build, but it goes out whole and right, or not at all.

In pelicanconf.py, as the class itself (Pelican cannot import a dotted name below `plugins`):

    from plugins.build.press import Press as PELICAN_CLASS

`pelican`, `pelican -o folder` and `pelican --autoreload` then build into a spare folder beside the
output folder and exchange the two at the end (plugins/build/exchange.py). Whatever stock Pelican
logs and passes over stops the build with exit status 1: a story it drops, a plugin that does not
load, a template that the theme lacks, a file that cannot be copied, a misspelt setting. A warning
counts like an error if Pelican or a plugin of the site's gives it; LOG_FILTER allows what is meant.

Two signals, both sent with an `Edition`. `edition_written`: receivers look at it and return the
`Problem`s they find; all of them are shown. Where an edition is of a few changed stories (`fresh`), they
may raise AskAll instead. `edition_checked`: no problem was found and the
exchange comes next; the place for what must happen just before an edition is out. An exception
in either keeps the last edition. Both may add files to `edition.tree`, but write into none that is there.
"""

from __future__ import annotations

import contextlib
import gc
import inspect
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pelican
from blinker import signal
from jinja2 import ChoiceLoader, FileSystemLoader
from pelican import Pelican, signals
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator

from plugins.build import doorstep
from plugins.build.complaints import Complaints, Noted, overheard
from plugins.build.crew import jobs_wanted
from plugins.build.exchange import Workshop, shown, sizes, survey
from plugins.build.express import Express, world_of
from plugins.build.handed import taken
from plugins.build.listing import Listing
from plugins.build.report import Progress, Tally, Terse, count, edition_lines, in_time, preview_lines, print_lines
from plugins.build.settings import place, published_folders, settings_modules, unknown_settings
from plugins.story.problems import Problem, SiteError

edition_written = signal("edition_written")
edition_checked = signal("edition_checked")


@dataclass(frozen=True)
class Edition:
    """A whole edition that is not out yet.

    tree: the folder it lies in. output: the folder whose place it will take, with the last edition.
    settings: Pelican's. context: the templates'. digests: the SHA-256 of path, a zero byte and
    content of each file, where it is known already. listing: its files, where they are known. fresh: the
    files that the last edition in the output folder did not have as they are, where that edition was
    checked for the same; else None. replaced: the digests of those of its files that have changed or are
    gone, where fresh is given. added: files that receivers have added and that are fit to go out as they are,
    plain and readable by all; all others that they add are made so.
    """

    tree: Path
    output: Path
    settings: dict[str, Any]
    context: dict[str, Any]
    digests: Mapping[str, bytes] = field(default_factory=dict)
    listing: Listing | None = None
    fresh: frozenset[str] | None = None
    replaced: frozenset[bytes] = frozenset()
    added: set[str] = field(default_factory=set)

    @property
    def files(self) -> dict[str, int]:
        """Sizes by path, in the order of the paths, as the tree is now."""
        return survey(self.tree) if self.listing is None else sizes(self.listing)


class AskAll(Exception):
    """An edition of which only a few stories were read cannot be judged; it is made again, of all."""


class Stopped(SystemExit):
    """The build has ended without a new edition; the message is all there is to say. Status 1."""


def without_fallback(generator: Generator) -> None:
    """Take Pelican's `simple` theme away: a template that is missing is missing.

    `{% extends "!simple/…" %}` still finds it.
    """
    choice = generator.env.loader
    if isinstance(choice, ChoiceLoader):  # unless a plugin has put its own in the place
        own, *others = choice.loaders
        choice.loaders = [own, *(each for each in others if not isinstance(each, FileSystemLoader))]


def is_reloading() -> bool:
    """Say whether Pelican's --autoreload has called: then the process waits for the next change."""
    frame = inspect.currentframe()
    while frame is not None:
        if frame.f_code is pelican.autoreload.__code__:
            return True
        frame = frame.f_back
    return False


def wrong_settings(settings: dict[str, Any], output: Path, modules: list[dict[str, Any]]) -> list[Problem]:
    """Name the settings that are unknown, or that an edition cannot have."""
    files = [Path(each["__file__"]) for each in modules]
    problems = unknown_settings(settings, settings.get("KNOWN_SETTINGS") or (), files)
    if settings.get("SHOW_UNPUBLISHED") and output.resolve() in published_folders(modules):
        wrong = f"SHOW_UNPUBLISHED would put drafts into {shown(output)}/, where readers get them."
        remedy = "See them with `make dev`, or name another folder with `pelican -o`."
        problems.append(Problem(*place("SHOW_UNPUBLISHED", files), wrong, remedy))
    if settings["OUTPUT_RETENTION"]:
        wrong = "OUTPUT_RETENTION keeps nothing: every edition is a new folder."
        remedy = "Remove it, and put what every edition needs into content/extra/."
        problems.append(Problem(*place("OUTPUT_RETENTION", files), wrong, remedy))
    return problems


def tally(generators: list[Generator], files: dict[str, int]) -> Tally:
    """Count what a build made; the seconds are not known yet."""
    stories, pages = [], []
    for each in generators:
        if isinstance(each, ArticlesGenerator):
            stories += [*each.articles, *each.translations, *each.hidden_articles]
        elif isinstance(each, PagesGenerator):
            pages += [*each.pages, *each.translations, *each.hidden_pages]
    return Tally(
        stories=len(stories),
        pages=len(pages),
        files=len(files),
        size=sum(files.values()),
        unpublished=sum(bool(getattr(story, "unpublished", "")) for story in stories),
    )


class Press(Pelican):
    """Pelican that puts out one complete edition, or says why not and leaves the last one."""

    def __init__(self, settings: dict[str, Any]) -> None:
        """Load the plugins; what fails is kept for `run`, for --listen constructs a Press too."""
        module: Any = pelican
        if not isinstance(module.console, Terse):
            module.console = Terse(module.console)
        self._as_given = settings.copy()  # plugins add to the settings what only they read
        self._at_start = Complaints(settings)
        self._at_start.take_earlier_warnings()
        self._is_loaded = False
        self._express: Express | None = None
        self._marks: doorstep.Marks | None = None
        with overheard(self._at_start), Noted(self._at_start):
            Pelican.__init__(self, settings)

    def init_plugins(self) -> None:
        """Load no plugins yet: a build that finds nothing changed, and --listen, need none."""
        self.plugins: list[Any] = []

    def _load_plugins(self) -> None:
        """Load and register the plugins, once; those that wait for a Pelican get this one."""
        if not self._is_loaded:
            self._is_loaded = True
            Pelican.init_plugins(self)
            signals.initialized.send(self)

    def run(self) -> None:
        """Build, check, exchange and report; raise Stopped with all that is wrong.

        Under --autoreload nothing is raised: it is printed, and the next change is waited for.
        """
        workshop = Workshop(Path(self.output_path), handed=taken())
        try:
            self._put_out(workshop)
            if not is_reloading():
                gc.freeze()  # nor is rubbish looked for as the process ends: all of it goes back at once
        except KeyboardInterrupt:
            if is_reloading():
                raise
            raise Stopped(f"Stopped by Ctrl-C. {standing(workshop)}") from None
        except Stopped as stopped:
            if not is_reloading():
                raise
            print(stopped, file=sys.stderr, flush=True)

    def _put_out(self, workshop: Workshop) -> None:
        """Put an edition out, or raise Stopped."""
        began = time.monotonic()
        notices: list[str] = []
        self.settings["NOTICES"] = notices
        complaints = Complaints(self.settings)
        complaints.take(self._at_start)
        log = logging.getLogger("pelican")
        is_quiet = not log.isEnabledFor(logging.ERROR)
        is_live = sys.stdout.isatty() and not log.isEnabledFor(logging.INFO)
        made: Tally | None = None
        with (
            Noted(complaints),
            overheard(complaints),
            Progress(is_live=is_live, is_quiet=is_quiet) as progress,
        ):
            made = self._make(workshop, complaints, progress)
        if made is None or complaints:
            raise Stopped(last_words(complaints, workshop))
        if is_quiet:
            return
        if workshop.leftover:
            notices.append(workshop.leftover)
        made = replace(made, seconds=time.monotonic() - began)
        is_preview = self.settings.get("SHOW_UNPUBLISHED")
        lines = preview_lines(made, notices) if is_preview else edition_lines(made, workshop.output, notices)
        print_lines(lines)
        self._leave_note(workshop, lines)

    def _leave_note(self, workshop: Workshop, lines: list[tuple[str, str]]) -> None:
        """Tell the front door what to compare and say next time, if nothing is in doubt."""
        trees = self._express.seen() if self._express and self._marks and not workshop.leftover else None
        if self._marks and trees:
            doorstep.leave(
                self._marks,
                content=Path(self.settings["PATH"]),
                output=workshop.output,
                workshop=workshop.home,
                trees=trees,
                said=[(label, in_time(text)) for label, text in lines],
            )

    def _make(self, workshop: Workshop, complaints: Complaints, progress: Progress) -> Tally | None:
        """Make, check and exchange an edition; None if there are complaints that were not raised."""
        self._marks = doorstep.marks_of(self._as_given)
        problems = wrong_settings(self._as_given, workshop.output, settings_modules(type(self)))
        world = None if problems or complaints else world_of(self._as_given)
        if world is None:
            self._load_plugins()
        refuse(problems)
        if complaints:
            return None
        workshop.say = progress.say
        with workshop, unswept() if world else contextlib.nullcontext():
            express = self._express = Express(self.settings, workshop, world, jobs_wanted()) if world else None
            if express and (said := express.stands()):
                self.settings["NOTICES"] += said["notices"]
                return Tally(*said["tally"])
            self._load_plugins()
            if complaints:
                return None
            if express:
                express.few_stories()
            edition, generators = self._build_into(workshop, progress)
            if complaints:
                return None
            progress.step("Checking the edition")
            try:
                problems = found(edition)
            except AskAll:
                assert express
                express.read_all()
                edition, generators = self._build_into(workshop, progress)
                problems = found(edition)
            refuse(problems)
            edition_checked.send(edition)
            if express and (said := express.counted(edition)):
                made = Tally(*said["tally"])
                self.settings["NOTICES"][:] = said["notices"]
            else:
                made = tally(generators, edition.files)
            if complaints:
                return None
            progress.step("Putting it in place")
            if express:
                express.put_in_place(made.counts, list(self.settings["NOTICES"]))
            else:
                workshop.exchange()
        return made

    def _build_into(self, workshop: Workshop, progress: Progress) -> tuple[Edition, list[Generator]]:
        """Run Pelican with the spare folder as its output; give the edition and Pelican's generators."""
        made: list[Generator] = []
        express = self._express
        self.settings["NOTICES"].clear()

        def keep(generators: list[Generator]) -> None:
            made.extend(generators)
            pages = express.pages if express else sum(path.endswith(".html") for path in workshop.known)
            progress.step("Writing pages", pages)

        receivers = (
            (signals.generator_init, without_fallback),
            (signals.all_generators_finalized, keep),
            (signals.article_generator_preread, progress.tick),
            (signals.page_generator_preread, progress.tick),
            (signals.content_written, progress.tick),
        )
        with contextlib.ExitStack() as connections:
            for each, receiver in receivers:
                connections.enter_context(each.connected_to(receiver))
            connections.enter_context(self._output_at(workshop.spare))
            if express:
                connections.enter_context(express.installed())
            texts = express.texts if express else sum(1 for _ in Path(self.path).rglob("*.md"))
            progress.step("Reading content", texts)
            Pelican.run(self)
            edition = Edition(workshop.spare, workshop.output, self.settings, made[0].context)
            printed = express.printed(edition, progress.tick) if express else edition
        return (printed, made) if printed else self._build_into(workshop, progress)

    def _get_generator_classes(self) -> list[type[Generator]]:
        """Give Pelican's and the plugins' generators, or what does their work sooner."""
        classes: list[type[Generator]] = Pelican._get_generator_classes(self)
        return self._express.instead_of(classes) if self._express else classes

    def _get_writer(self) -> Any:
        """Give Pelican's writer, or what only notes what there is to write."""
        return self._express.notebook if self._express else Pelican._get_writer(self)

    @contextlib.contextmanager
    def _output_at(self, folder: Path) -> Iterator[None]:
        """Have Pelican, its writers and all content write into another folder for a while."""
        usual, is_emptied = self.output_path, self.delete_outputdir
        self.output_path = self.settings["OUTPUT_PATH"] = str(folder)
        self.delete_outputdir = False
        try:
            yield
        finally:
            self.output_path = self.settings["OUTPUT_PATH"] = usual
            self.delete_outputdir = is_emptied


@contextlib.contextmanager
def unswept() -> Iterator[None]:
    """Have Python look for no rings of rubbish: with all stories in memory each look takes long.

    Processes that share the work do look.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def refuse(problems: list[Problem]) -> None:
    """Raise SiteError if there are problems."""
    if problems:
        raise SiteError(problems)


def found(edition: Edition) -> list[Problem]:
    """Ask every check for the problems it finds in an edition."""
    return [each for _, problems in edition_written.send(edition) for each in problems or ()]


def last_words(complaints: Complaints, workshop: Workshop) -> str:
    """Word a build that was stopped: every complaint, how many, and what output/ holds."""
    problems = count(len(complaints), "problem")
    outcome = "." if workshop.is_out else ": nothing was published."
    return "\n".join([*complaints.lines(), f"{problems}{outcome} {standing(workshop)}"])


def standing(workshop: Workshop) -> str:
    """Say what the output folder holds after a build was stopped."""
    folder = f"{shown(workshop.output)}/"
    if workshop.is_out:
        return f"{folder} holds the new edition all the same."
    if workshop.made():
        return f"{folder} still holds the last good edition."
    return f"{folder} is as it was: it holds no edition."
