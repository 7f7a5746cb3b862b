"""How stories relate and are found: sections, topics, lists, feeds, sitemaps, and the theme's tools.

`register` adds the generator of all lists, gives templates their filters and words, and gives
each story its section, topics and bylines. The modules that do it are loaded when they are needed:
a build that finds nothing changed needs none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pelican import Pelican, signals
from pelican.contents import Content
from pelican.generators import Generator


def add_generator(pelican: Pelican) -> type[Generator]:
    """Have Pelican write the lists after stories and pages."""
    from plugins.site.generator import EditionGenerator

    return EditionGenerator


def furnish_templates(generator: Generator) -> None:
    """Give a generator's templates what they may use, and the site."""
    from plugins.site.settings import checked
    from plugins.site.theme import furnish, site_of

    values: dict[str, Any] = checked(generator.settings)
    furnish(generator.env, Path(generator.theme), values)
    generator.env.globals["site"] = site_of(values)


def place(content: Content) -> None:
    """Give a story or page its place in the paper."""
    from plugins.site.places import put_in_place

    put_in_place(content)


def register() -> None:
    """Connect to Pelican."""
    from plugins.site.media import check_media
    from plugins.story.desk import desk_read

    desk_read.connect(check_media)
    signals.get_generators.connect(add_generator)
    signals.generator_init.connect(furnish_templates)
    signals.content_object_init.connect(place)
