"""Write everything that is not a story or page of its own: front page, lists, feeds, sitemaps.

Pelican's own generators read the stories and write their pages; this one runs after them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from pelican.generators import Generator
from pelican.writers import Writer

from plugins.site.addresses import absolute
from plugins.site.assets import read_scripts
from plugins.site.connections import Connections, Happened, Said
from plugins.site.edition import (
    Edition,
    Feed,
    Front,
    Listing,
    Month,
    Story,
    archive_years,
    by_name,
    front_page,
    gather,
    group_translations,
    last_change,
    newest_first,
    once_per_story,
    paginate,
)
from plugins.site.issue import PACKS, Issue, Pack, gathered
from plugins.site.media import EXTRA, extra_files, pictures_of, write_bytes
from plugins.site.settings import SETTINGS_FILE, checked, expires, setting_line
from plugins.site.structured_data import entry_page, news_article, storyline_page, web_page
from plugins.site.takeaway import FOLDER, in_reach, numbered
from plugins.site.theme import MISSING, SHELF, Site, feeds_of, renderer
from plugins.site.weight import heavy_page, is_page, weighed
from plugins.site.words import speaking
from plugins.story.desk import NONE, Desk, Document, label
from plugins.story.fields import APPEAL
from plugins.story.front import Plan, plan_of
from plugins.story.links import PICTURE_LINK
from plugins.story.parts import later_addresses, pages_of
from plugins.story.problems import Problem, SiteError
from plugins.story.typography import plain

WORKER = "worker.js"
SOON = dt.timedelta(days=30)
HEADERS = "_headers"


@dataclass(frozen=True)
class Text:
    """A piece of HTML that templates treat like a block of a story."""

    html: str
    kind: str = "html"


@dataclass(frozen=True)
class Warnings:
    """What a reader must know before paying, in one language."""

    lang: str
    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Risk:
    """What a reader must know before doing something, in every language that the site and the theme speak."""

    warnings: tuple[Warnings, ...]


@dataclass(frozen=True)
class Appeal:
    """The reader-support message; its warnings stand in every language, the site's first."""

    title: str
    lang: str
    message: Text
    warnings: tuple[Warnings, ...]
    link: str
    link_text: str


@dataclass(frozen=True)
class SyndicationFeed:
    """What a feed holds. updated: of its newest change, or of nothing at the edition's start."""

    title: str
    path: str
    home: str
    updated: dt.datetime
    stories: tuple[Story, ...]


@dataclass(frozen=True)
class Redirect:
    """An address that a story or page once had."""

    path: str
    target: Any


@dataclass(frozen=True)
class Destination:
    """A page that is known by its address alone."""

    path: str

    @property
    def title(self) -> str:
        """What a link to it says."""
        return self.path

    headline = title


class EditionGenerator(Generator):
    """Relate the stories that Pelican has read, and write the pages that show them together."""

    def generate_context(self) -> None:
        """Work out the edition and give templates what they need to know of it."""
        self.values = checked(self.settings)
        desk: Desk = self.settings["DESK"]
        self.edition = self._edition()
        self.pages = sorted(self._pages(), key=lambda page: page.path)
        group_translations(self.pages, lambda page: page.slug)
        self._appeals(desk)
        self._pictures(desk)
        self._connect(desk)
        self._describe()
        self.context |= {
            "site": self._site(),
            "addresses": self._addresses(desk) | {f"{EXTRA}/{path}": path for path in self.extra},
            "copies": self._copies(),
            "pictures": self.pictures,
            "corrections": self._corrections(),
        }

    def _addresses(self, desk: Desk) -> dict[str, str]:
        """Give the page of each file, and of each anchor on a later part of a story."""
        addresses = {path: each.address for path, each in desk.documents.items()}
        for path, each in desk.documents.items():
            if each.parts:
                addresses |= later_addresses(path, each.address, each.parts)
        return addresses

    def _connect(self, desk: Desk) -> None:
        """Tell each story what other files say of what it names."""
        self.connections = Connections(desk, self._stories(), self.pages)
        for story in self._stories():
            self._relate(story)
        self.connections.forget()
        for story in self.context["hidden_articles"]:
            story.names, story.quoted, story.so_far, story.related = (), {}, None, ()

    def _relate(self, story: Story) -> None:
        story.names = self.connections.notes_of(story)
        story.quoted = self.connections.quoted(story)
        story.so_far = self.connections.so_far(story)
        story.related = self.connections.related(story)

    def _describe(self) -> None:
        """Tell each story when it changed, and each story and page what it says to machines."""
        for story in self._all_stories():
            story.changed = last_change(story)
            story.jsonld = news_article(story, self.values, self._pictures_in(story))
        for page in self.pages:
            page.jsonld = web_page(page, self.values)

    def _stories(self) -> list[Story]:
        """Give the published stories of every language."""
        return list(self.context["articles"])

    @cached_property
    def newest(self) -> list[Story]:
        """The published stories of every language, the newest first."""
        return newest_first(self._stories())

    def _all_stories(self) -> list[Story]:
        """Give every story with a page, withdrawn ones too."""
        return [*self._stories(), *self.context["hidden_articles"]]

    def _pages(self) -> list[Any]:
        return [*self.context["pages"], *self.context["hidden_pages"]]

    def _edition(self) -> Edition:
        stories = self._stories()
        group_translations(stories, lambda story: (story.date.year, story.date.month, story.slug))
        return gather(once_per_story(stories, self.values["DEFAULT_LANG"]))

    def _site(self) -> Site:
        """Fill in the pages that every page links to."""
        lang = self.values["DEFAULT_LANG"]
        home = [page for page in self.pages if page.lang == lang]
        by_template = {page.template: page for page in reversed(home)}
        listed = sorted((page for page in home if page.order), key=lambda page: (page.order, page.path))
        site: Site = self.env.globals["site"]  # type: ignore[assignment]
        return replace(
            site,
            footer=tuple(listed),
            support=by_template.get("support"),
            privacy=by_template.get("privacy"),
            corrections=by_template.get("corrections"),
            issue=Issue.path if self.edition.date and site.origin and self.values["TAKE_AWAY_DAYS"] else "",
        )

    def _appeals(self, desk: Desk) -> None:
        """Give each story the appeal that follows it, and each support page its warnings."""
        documents = desk.of_kind(APPEAL)
        slugs = list(dict.fromkeys(document.slug for document in documents))
        lang = self.values["DEFAULT_LANG"]
        appeals = {slug: appeal_of(documents, slug, lang) for slug in slugs}
        usual = slugs[0] if slugs else NONE
        self._give_appeals(lambda story: appeals.get(story["appeal"] or usual))
        for page in self.pages:
            shown = page.template == "support" and slugs
            page.appeal = appeal_of(documents, slugs[0], page.lang) if shown else None

    def _give_appeals(self, chosen: Callable[[Document], Appeal | None]) -> None:
        for story in self._all_stories():
            story.appeal = chosen(story.document)

    def _pictures(self, desk: Desk) -> None:
        """Read what goes out beside the pages."""
        documents = [content.document for content in (*self._stories(), *self.pages)]
        documents += desk.of_kind(APPEAL)
        self.pictures = pictures_of(desk, documents)
        self.extra = extra_files(desk)

    def _pictures_in(self, story: Story) -> list[str]:
        return [link.target for link in story.document.links if link.kind == PICTURE_LINK]

    def _copies(self) -> dict[str, str]:
        """Name the copies of the stories that readers can take away, by the paths of the stories' files."""
        if not self.values["SITE_ORIGIN"]:
            return {}
        found = in_reach(self._stories(), self.values["TAKE_AWAY_DAYS"], self.edition.date)
        return {path: self.names[path] for path in (story.document.path for story in found) if path in self.names}

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of each story's copy, whether it has one or not, by the path of the story's file."""
        shown = (each for each in self._all_stories() if not each.unpublished)
        return numbered(shown, self.values["DEFAULT_LANG"])

    def _corrections(self) -> list[tuple[Story, Any]]:
        """List every note on every story, the newest first."""
        noted = [(story, note) for story in self.edition.stories for note in story.notes]
        return sorted(noted, key=lambda pair: pair[1].when, reverse=True)

    def generate_output(self, writer: Writer) -> None:
        """Write the lists, the front page, the feeds, the sitemaps, and the files beside them."""
        self.writer = writer
        self.rendered: dict[str, str] = {}
        self._parts()
        self._front()
        for listing in self._listings():
            for page in paginate(listing, self.values["STORIES_PER_PAGE"]):
                self._write(page.path, "list.html", listing=page)
        self._glossary()
        self._storylines()
        self._overviews()
        self._write(MISSING, "404.html", missing=self.env.globals["site"])
        self._shelf()
        self._refuse_redirects_over_pages()
        for redirect in self._redirects():
            self._write(redirect.path, "redirect.html", target=redirect.target)
        if self.values["SITE_ORIGIN"]:
            self._feeds()
            self._sitemaps()
            self._take_away()
        self._robots()
        self._headers()
        self._refuse_redirects_to_nowhere()
        self.settings.setdefault("NOTICES", []).extend(self._notices())
        for picture in self.pictures.values():
            for path, data in picture.files.items():
                self._write_bytes(path, data)
        self._refuse_extra_over_own()
        for path, data in self.extra.items():
            self._write_bytes(path, data)
        self._refuse_heavy_pages()

    def _refuse_heavy_pages(self) -> None:
        """Raise SiteError for every page of the site that would not arrive whole."""
        texts = {each.path: f"{each.template}.html" for each in (*self._all_stories(), *self.pages)}
        pages = {path: template for path, template in {**texts, **self.rendered}.items() if is_page(path)}
        folder = Path(self.writer.output_path)
        wrong = {path: weighed((folder / path).read_bytes()) for path in pages}
        if any(wrong.values()):
            raise SiteError(heavy_page(path, what, pages[path], self.settings) for path, what in wrong.items() if what)

    def _write(self, path: str, template: str, **more: Any) -> None:
        self.rendered[path] = template
        self.writer.write_file(path, self.env.get_template(template), self.context, **more)

    def _write_bytes(self, path: str, data: bytes) -> None:
        write_bytes(Path(self.writer.output_path), path, data)

    def _is_written(self, path: str) -> bool:
        """Say whether a file of the edition has been written by now."""
        return Path(self.writer.output_path, path).is_file()

    def _is_taken(self, path: str) -> bool:
        """Say whether a file or a folder of the edition has this address by now."""
        return Path(self.writer.output_path, path).exists()

    def _parts(self) -> None:
        """Write the later parts of stories; the first is the story's own page."""
        for story in self._stories():
            for path in pages_of(story.document)[1:]:
                self._write(path, "article.html", article=story)

    def _front(self) -> None:
        self.front = self._front_page()
        self._write("index.html", "index.html", front=self.front)

    def _shelf(self) -> None:
        """Write the page on which readers keep stories, and the worker that opens what they kept.

        Both stay where there is no shelf any more: the worker then wipes what an earlier one kept.
        """
        theme, langs = Path(self.theme), (self.values["DEFAULT_LANG"], *self.values["LANGUAGES"])
        spoken = speaking(theme, langs)
        warnings = tuple(Warnings(lang, words.shelf_risk_title, tuple(words.shelf_risk)) for lang, words in spoken)
        self._write(SHELF, "shelf.html", risk=Risk(warnings))
        worker = "worker" if self.values["SHELF"] else "retire"
        self._write_bytes(WORKER, read_scripts(theme)[worker].encode())

    def _front_page(self) -> Front:
        desk: Desk = self.settings["DESK"]
        day = self.edition.date.date() if self.edition.date else None
        plan, stale = plan_of(desk.front.values).fresh(day) if desk.front else (Plan(), [])
        chosen = (plan.lead.path if plan.lead else None, [choice.path for choice in plan.seconds])
        lang = self.values["DEFAULT_LANG"]
        packages = [(plain(each.title, lang), [choice.path for choice in each.stories]) for each in plan.packages]
        sections = self.context["site"].sections
        front, fallen = front_page(self.edition, chosen, sections, self.values["FRONT_STORIES"], packages)
        notices = self.settings.setdefault("NOTICES", [])
        notices += [f"front.md: {path} is not published and left out." for path in fallen]
        notices += [f"front.md: {choice.path} stood until {choice.until} and is left out." for choice in stale]
        return front

    def _listings(self) -> Iterator[Listing]:
        """Give every list of stories, whole."""
        edition, origin = self.edition, self.values["SITE_ORIGIN"]
        for section in self.context["site"].sections:
            stories = tuple(edition.sections.get(section.slug, ()))
            title = f"{section.name} — {self.values['SITENAME']}"
            feeds = feeds_of(f"feeds/{section.slug}", title, origin)
            yield Listing(section.name, "section", section.path, stories, section=section, feeds=feeds)
        for topic in by_name(edition.topics):
            yield Listing(topic.name, "topic", topic.path, tuple(edition.topics[topic]))
        for byline in by_name(edition.authors):
            yield Listing(byline.name, "author", byline.path, tuple(edition.authors[byline]))
        for month in self._months():
            stories = tuple(edition.months[(month.year, month.month)])
            yield Listing(month.name, "month", month.path, stories)

    def _months(self) -> list[Month]:
        words: Any = self.env.globals["words"]
        return [Month(year, month, words.month(year, month)) for year, month in self.edition.months]

    def _overviews(self) -> None:
        topics = by_name(self.edition.topics)
        self._write("topics/index.html", "topics.html", topics=topics)
        self._write(
            "archive/index.html",
            "archive.html",
            years=archive_years(self._months()),
            topics_path="topics/index.html",
            authors=by_name(self.edition.authors),
            storylines=[line for line, _ in self.connections.storylines],
            entries=sorted((entry for entry, _ in self.connections.shown), key=lambda entry: entry.name.casefold()),
        )

    def _glossary(self) -> None:
        """Write the page of each entry that something published leads to."""
        for entry, records in self.connections.shown:
            listing = Listing(entry.name, "entry", entry.path, tuple(records))
            for page in paginate(listing, self.values["STORIES_PER_PAGE"]):
                said = [each for each in page.stories if isinstance(each, Said)]
                events = [each for each in page.stories[::-1] if isinstance(each, Happened)]
                stories = [each for each in page.stories if not isinstance(each, Said | Happened)]
                data = entry_page(entry, said, self.values)
                self._write(
                    page.path,
                    "entry.html",
                    entry=entry,
                    listing=page,
                    said=said,
                    events=events,
                    stories=stories,
                    jsonld=data,
                )

    def _storylines(self) -> None:
        """Write the page of each storyline that something published belongs to."""
        for line, stories in self.connections.storylines:
            listing = Listing(line.title, "storyline", line.path, tuple(stories))
            for page in paginate(listing, self.values["STORIES_PER_PAGE"]):
                data = storyline_page(line, self.values)
                self._write(page.path, "storyline.html", storyline=line, listing=page, jsonld=data)

    def _redirects(self) -> Iterator[Redirect]:
        for content in (*self._all_stories(), *self.pages):
            for path in self._aliases(content):
                yield Redirect(path, content)
        for path, target in self.values["REDIRECTS"].items():
            yield Redirect(path, Destination(target))

    def _aliases(self, content: Any) -> Iterable[str]:
        """Give the addresses that a story or page once had."""
        aliases: Iterable[str] = content.document["aliases"]
        return aliases

    def _refuse_redirects_over_pages(self) -> None:
        """Raise SiteError for addresses in REDIRECTS where something stands already."""
        redirects = self.values["REDIRECTS"]
        taken = {path for path in redirects if self._is_written(path) or path == redirects[path]}
        for content in (*self._all_stories(), *self.pages):
            taken |= set(content.document["aliases"]) & set(redirects)
        self._refuse(f"REDIRECTS: {path!r} is an address that the site has." for path in sorted(taken))

    def _refuse_redirects_to_nowhere(self) -> None:
        """Raise SiteError for addresses in REDIRECTS that lead to no page of this edition."""
        targets = sorted(set(self.values["REDIRECTS"].values()))
        self._refuse(f"REDIRECTS: there is no page {path!r}." for path in targets if not self._is_written(path))

    def _refuse_extra_over_own(self) -> None:
        """Raise SiteError for files of content/extra/ that would take the place of the site's own."""
        folder, remedy = label(self.settings["DESK"].root, EXTRA), "Give it another name."
        problems = [
            Problem(f"{folder}/{path}", 1, f"the site has a {path!r} of its own.", remedy)
            for path in self.extra
            if self._is_taken(path)
        ]
        if problems:
            raise SiteError(problems)

    def _refuse(self, wrongs: Iterable[str]) -> None:
        """Raise SiteError for what is wrong with REDIRECTS, if anything is."""
        line = setting_line(self.settings, "REDIRECTS")
        remedy = "Write {'old/address.html': 'address.html'}, from what is no longer there to what is."
        problems = [Problem(SETTINGS_FILE, line, wrong, remedy) for wrong in wrongs]
        if problems:
            raise SiteError(problems)

    def _take_away(self) -> None:
        """Write the copies of stories, each as one page and as plain text."""
        copies = self.context["copies"]
        for story in self._stories():
            name = copies.get(story.document.path)
            if name:
                self._write(f"{FOLDER}/{name}.html", "copies/story.html", article=story)
                self._write(f"{FOLDER}/{name}.txt", "copies/story.txt", article=story)
        if self.context["site"].issue:
            self._issue()

    def _issue(self) -> None:
        """Write the issue, as pages and as a book."""
        sections = self.context["site"].sections
        issue = gathered(self.front, self.edition, sections, self.names)
        if issue:
            for path, pack in PACKS.items():
                self._write_packed(path, pack, issue)

    def _write_packed(self, path: str, pack: Pack, issue: Issue) -> None:
        self._write_bytes(path, pack(renderer(self.env, self.context), issue))

    def _feeds(self) -> None:
        """Write the feeds of the site and of each section, Atom and RSS."""
        site = self.context["site"]
        self._feed(site.feeds, "index.html", self.newest)
        for section in site.sections:
            title = f"{section.name} — {site.name}"
            feeds = feeds_of(f"feeds/{section.slug}", title, site.origin)
            self._feed(feeds, section.path, self.edition.sections.get(section.slug, []))

    def _feed(self, feeds: Iterable[Feed], home: str, stories: list[Story]) -> None:
        shown = tuple(stories[: self.values["FEED_STORIES"]])
        updated = max((last_change(story) for story in shown), default=self._start())
        for feed in feeds:
            kind = "atom" if "atom" in feed.type else "rss"
            held = SyndicationFeed(feed.title, feed.path, home, updated, shown)
            self._write(feed.path, f"feeds/{kind}.xml", feed=held)

    def _start(self) -> dt.datetime:
        """Give the date of an empty feed: the edition's, or the first there can be."""
        return self.edition.date or dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

    def _sitemaps(self) -> None:
        """Write one sitemap for each year and one for pages, and the index that names them."""
        origin = self.values["SITE_ORIGIN"]
        years: dict[str, list[Story]] = {}
        for story in self.newest:
            years.setdefault(str(story.date.year), []).append(story)
        self._write("sitemaps/pages.xml", "sitemap.xml", entries=self._page_entries())
        for year, stories in years.items():
            self._sitemap(year, stories)
        rows: list[tuple[str, dt.datetime | None]] = [("sitemaps/pages.xml", None)]
        rows += [(f"sitemaps/{year}.xml", max(map(last_change, stories))) for year, stories in years.items()]
        maps = [(absolute(path, origin), moment) for path, moment in rows]
        self._write("sitemap.xml", "sitemap_index.xml", sitemaps=maps)

    def _sitemap(self, year: str, stories: list[Story]) -> None:
        entries = [(absolute(story.path, self.values["SITE_ORIGIN"]), last_change(story)) for story in stories]
        self._write(f"sitemaps/{year}.xml", "sitemap.xml", entries=entries)

    def _page_entries(self) -> list[tuple[str, dt.datetime | None]]:
        """List the pages that are no stories: the front page, sections and pages."""
        origin, site = self.values["SITE_ORIGIN"], self.context["site"]
        paths = ["index.html", *(section.path for section in site.sections)]
        paths += [page.path for page in self.pages]
        paths += [line.path for line, _ in self.connections.storylines]
        paths += [entry.path for entry, _ in self.connections.shown]
        return [(absolute(path, origin), None) for path in paths]

    def _notices(self) -> Iterator[str]:
        """Say what is left out, and what lapses soon."""
        if not self.values["SITE_ORIGIN"]:
            yield "SITE_ORIGIN is not set: canonical links, feeds, sitemap and copies are left out."
        lapses = lapses_from(self.settings)
        if lapses and self.settings["DESK"].rules.now > lapses:
            yield f"SECURITY_EXPIRES: security.txt lapses on {lapses + SOON:%Y-%m-%d}. Set a later date."

    def _headers(self) -> None:
        """Write the headers for hosts that read them from a file, unless the newsroom has its own."""
        if HEADERS not in self.extra:
            self._write(HEADERS, "headers.txt")

    def _robots(self) -> None:
        self._write("robots.txt", "robots.txt")
        if self.values["SECURITY_CONTACT"]:
            security = {"contact": self.values["SECURITY_CONTACT"], "expires": expires(self.values)}
            self._write(".well-known/security.txt", "security.txt", security=security)


def lapses_from(settings: Mapping[str, Any]) -> dt.datetime | None:
    """Give the moment from which editors are told that security.txt lapses soon; None if it never does."""
    lapses = expires(checked(settings))
    return lapses - SOON if lapses else None


def appeal_of(documents: list[Document], slug: str, lang: str) -> Appeal:
    """Make the appeal of this slug in a language, or in the first it is written in."""
    written = [document for document in documents if document.slug == slug]
    written.sort(key=lambda document: (document.lang != lang, document.lang))
    first = written[0]
    warnings = tuple(warnings_of(each) for each in written)
    title, link_text = plain(first.title, first.lang), plain(first["link_text"], first.lang)
    message = Text(first.body.markup if first.body else "")
    return Appeal(title, first.lang, message, warnings, first["link"], link_text)


def warnings_of(document: Document) -> Warnings:
    """Give what an appeal warns of, in its own language."""
    lang = document.lang
    lines = tuple(plain(line, lang) for line in document["warning"])
    return Warnings(lang, plain(document["warning_title"], lang), lines)
