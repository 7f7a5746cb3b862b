"""How stories relate and are found: sections, topics, lists, feeds, sitemaps, and the theme's tools.

`register` adds the generator of all lists, gives templates their filters and words, and gives
each story its section, topics and bylines.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from plugins.site.edition import Byline, Section, Topic
from plugins.site.generator import EditionGenerator
from plugins.site.media import check_media
from plugins.site.settings import checked
from plugins.site.theme import furnish, site_of
from plugins.story.desk import desk_read, slug_of


def add_generator(pelican: Pelican) -> type[EditionGenerator]:
    """Have Pelican write the lists after stories and pages."""
    return EditionGenerator


def furnish_templates(generator: Generator) -> None:
    """Give a generator's templates what they may use, and the site."""
    values = checked(generator.settings)
    furnish(generator.env, Path(generator.theme), values)
    generator.env.globals["site"] = site_of(values)


def place(content: Content) -> None:
    """Give a story or page its path; a story its section, topics and bylines too."""
    if isinstance(content, Article | Page):
        found: Any = content
        found.path = found.save_as
        found.appeal = found.jsonld = None
    if isinstance(content, Article):
        found.modified = getattr(found, "modified", None)
        found.section = section_of(found)
        found.topics = [Topic(slug_of(str(tag)), str(tag)) for tag in found.tags]
        found.bylines = [Byline(slug_of(str(author)), str(author)) for author in found.authors if str(author)]


def section_of(story: Any) -> Section:
    """Give a story's section, with the slug that the settings set for it."""
    slugs = {name: slug for slug, name in story.settings["SECTIONS"]}
    return Section(slugs[str(story.category)], str(story.category))


def register() -> None:
    """Connect to Pelican."""
    desk_read.connect(check_media)
    signals.get_generators.connect(add_generator)
    signals.generator_init.connect(furnish_templates)
    signals.content_object_init.connect(place)
