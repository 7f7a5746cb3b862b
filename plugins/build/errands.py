"""Errands: what is to be printed and with what, gathered first and run afterwards, if at all.

Pelican's generators are asked for each page as ever; a writer that only notes what it is given
takes the place of the one that renders. Three generators stand in for Pelican's own, which read and
sort stories in time that grows with their square; plugins.site's runs as it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment
from pelican.generators import ArticlesGenerator, Generator, PagesGenerator, StaticGenerator

from plugins.build.digests import digest, of_value
from plugins.build.reads import Printed, Reads, Table, Watched
from plugins.site.edition import last_change
from plugins.site.generator import EditionGenerator
from plugins.site.issue import Issue, Pack
from plugins.site.structured_data import news_article, web_page
from plugins.site.theme import renderer
from plugins.site.weight import is_page
from plugins.story.desk import Desk
from plugins.story.fields import PAGE, STORY
from plugins.story.reader import status_of


@dataclass(frozen=True)
class Errand:
    """A file to be made: by a template from some values, or of bytes that are there already.

    pack: makes a file of several pages of the issue among the values.
    """

    path: str
    template: str = ""
    env: Environment | None = None
    values: Mapping[str, Any] | None = None
    data: bytes = b""
    pack: Pack | None = None

    @property
    def is_page(self) -> bool:
        """Say whether it is a page of the site, that must not be too heavy; what is there already is a download."""
        return bool(self.template) and is_page(self.path)

    def told(self) -> bytes:
        """Give the digest of what the errand says, stories and pages by name."""
        if self.env is None:
            return digest(b"data", self.data)
        for name, value in (self.values or {}).items():
            if isinstance(value, Printed) and self.values and len(self.values) == 1:
                return f"{self.template} {name} {value.name_()}".encode()
        return of_value((self.template, self.values))

    def made(self, context: Mapping[str, Any]) -> bytes:
        """Make the file's bytes."""
        if self.env is None:
            return self.data
        if self.pack:
            issue: Issue = (self.values or {})["issue"]
            return self.pack(renderer(self.env, context), issue)
        values = {**context, "output_file": self.path, **(self.values or {})}
        return self.env.get_template(self.template).render(values).encode("utf-8")


class Notebook:
    """What notes errands instead of running them, by path."""

    def __init__(self) -> None:
        self.errands: dict[str, Errand] = {}

    def note(self, errand: Errand) -> None:
        """Note an errand; raise RuntimeError where another has its address."""
        if errand.path in self.errands:
            raise RuntimeError(f"two pages have one address, {errand.path!r}")
        self.errands[errand.path] = errand


class Stories(ArticlesGenerator):
    """Hand on the desk's stories; Pelican's own generator would read and compare each with each."""

    def generate_context(self) -> None:
        """Sort the stories by what is done with them, in the order of their addresses."""
        found = printed(self, STORY)
        self.articles, self.hidden_articles = found["published"], found["hidden"]
        self.context |= {"articles": self.articles, "hidden_articles": self.hidden_articles}

    def check_disabled_readers(self) -> None:
        """Look for no files of other readers: the desk has refused them."""

    def refresh_metadata_intersite_links(self) -> None:
        """Nothing to do: no field of a story holds a link of Pelican's."""

    def generate_output(self, writer: Notebook) -> None:
        """Note a page for each story."""
        few = few_of(self)
        stories = few.stories() if few else [*self.articles, *self.hidden_articles]
        ask_for_templates(self, stories)
        for story in stories:
            writer.note(Errand(story.path, f"{story.template}.html", self.env, {"article": story}))


class Pages(PagesGenerator):
    """Hand on the desk's pages."""

    def generate_context(self) -> None:
        """Sort the pages by what is done with them, in the order of their addresses."""
        found = printed(self, PAGE)
        self.pages, self.hidden_pages = found["published"], found["hidden"]
        self.context |= {"pages": self.pages, "hidden_pages": self.hidden_pages}

    def check_disabled_readers(self) -> None:
        """Look for no files of other readers: the desk has refused them."""

    def refresh_metadata_intersite_links(self) -> None:
        """Nothing to do, as for stories."""

    def generate_output(self, writer: Notebook) -> None:
        """Note each page."""
        pages = [*self.pages, *self.hidden_pages]
        ask_for_templates(self, pages)
        for page in pages:
            writer.note(Errand(page.path, f"{page.template}.html", self.env, {"page": page}))


class Lists(EditionGenerator):
    """plugins.site's generator: tables that record, and machines' data only where a page carries it."""

    def generate_context(self) -> None:
        """Work out the edition, and have templates' lookups recorded."""
        super().generate_context()
        watched: Watched = self.env.watched  # type: ignore[attr-defined]
        reads = watched.reads
        if watched.addresses is not None:
            self.context["addresses"] = watched.addresses
        for name in ("addresses", "copies", "pictures"):
            self.context[name] = Table(name, self.context[name], reads)

    def _copies(self) -> dict[str, str]:
        return dict(self.env.watched.copies) if self._has_few() else super()._copies()  # type: ignore[attr-defined]

    def _describe(self) -> None:
        reads: Reads = self.env.watched.reads  # type: ignore[attr-defined]
        reads.later = {"changed": last_change, "jsonld": self._data_of}

    def _data_of(self, content: Any) -> dict[str, Any]:
        is_story = content.document.kind == STORY
        return (
            news_article(content, self.values, self._pictures_in(content))
            if is_story
            else web_page(content, self.values)
        )

    def _is_written(self, path: str) -> bool:
        notebook: Any = self.writer
        return path in notebook.errands

    def _is_taken(self, path: str) -> bool:
        notebook: Any = self.writer
        return path in notebook.errands or any(each.startswith(f"{path}/") for each in notebook.errands)

    def _refuse_redirects_over_pages(self) -> None:
        if not self._has_few():
            super()._refuse_redirects_over_pages()

    def _refuse_redirects_to_nowhere(self) -> None:
        if not self._has_few():
            super()._refuse_redirects_to_nowhere()

    def _has_few(self) -> bool:
        """Say whether only the stories are here whose text has changed; then no address has."""
        watched: Watched = self.env.watched  # type: ignore[attr-defined]
        return watched.addresses is not None

    def _refuse_heavy_pages(self) -> None:
        """Leave that to whoever renders them (plugins/build/printing.py)."""

    def _write(self, path: str, template: str, **more: Any) -> None:
        notebook: Any = self.writer
        notebook.note(Errand(path, template, self.env, more))

    def _issue(self) -> None:
        if not self._has_few():
            super()._issue()

    def _write_packed(self, path: str, pack: Pack, issue: Issue) -> None:
        notebook: Any = self.writer
        notebook.note(Errand(path, "copies/issue.html", self.env, {"issue": issue}, pack=pack))

    def _write_bytes(self, path: str, data: bytes) -> None:
        notebook: Any = self.writer
        notebook.note(Errand(path, data=data))


# Whose work each does. Nobody's: the generator that copies STATIC_PATHS, of which there are none.
INSTEAD: dict[type[Generator], type[Generator] | None] = {
    ArticlesGenerator: Stories,
    PagesGenerator: Pages,
    EditionGenerator: Lists,
    StaticGenerator: None,
}


def ask_for_templates(generator: Generator, contents: list[Printed]) -> None:
    """Have Pelican say in its own words which template is missing, if one is."""
    there = set(generator.env.list_templates())
    for name in sorted({each.template for each in contents}):
        if f"{name}.html" not in there:
            generator.get_template(name)


def few_of(generator: Any) -> Any:
    """Give the few stories that have changed among all, if that is all that has (plugins/build/among.py)."""
    return generator.env.watched.few


def printed(generator: Any, kind: str) -> dict[str, list[Printed]]:
    """Give the stories or pages by what Pelican calls their status, in the order of their addresses."""
    few = few_of(generator)
    if few and kind == STORY:
        sorted_out: dict[str, list[Printed]] = few.by_status()
        return sorted_out
    desk: Desk = generator.settings["DESK"]
    reads: Reads = generator.env.watched.reads
    found: dict[str, list[Printed]] = {"published": [], "hidden": [], "skip": []}
    documents = [each for each in desk.documents.values() if each.kind == kind]
    for document in sorted(documents, key=lambda each: each.address):
        found[status_of(document, generator.settings)].append(Printed(document, generator.settings, reads))
    return found
