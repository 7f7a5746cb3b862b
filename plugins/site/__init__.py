"""How stories relate and are found: sections, topics, lists, feeds, sitemaps, and the theme's tools.

`register` adds the generator of all lists, gives templates their filters and words, and gives
each story its section, topics and bylines.
"""

from __future__ import annotations

from pathlib import Path

from pelican import Pelican, signals
from pelican.contents import Article, Content, Page
from pelican.generators import Generator

from plugins.site.edition import Byline, Section, Topic
from plugins.site.generator import EditionGenerator
from plugins.site.settings import checked
from plugins.site.theme import furnish, site_of
from plugins.story.desk import slug_of


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
    if not isinstance(content, Article | Page):
        return
    content.path = content.save_as
    content.appeal = content.jsonld = None
    if isinstance(content, Article):
        content.modified = getattr(content, "modified", None)
        content.section = Section(section_slug(content), str(content.category))
        content.topics = [Topic(slug_of(str(tag)), str(tag)) for tag in getattr(content, "tags", [])]
        content.bylines = [
            Byline(slug_of(str(author)), str(author)) for author in getattr(content, "authors", [])
        ]


def section_slug(content: Article) -> str:
    """Give the slug that the settings set for a story's section."""
    slugs = {name: slug for slug, name in content.settings["SECTIONS"]}
    return str(slugs[str(content.category)])


def register() -> None:
    """Connect to Pelican."""
    signals.get_generators.connect(add_generator)
    signals.generator_init.connect(furnish_templates)
    signals.content_object_init.connect(place)
