"""Start Pelican for a build that the front door has handed on, and leave out what such a build never uses.

Docutils reads reStructuredText, and loading it takes a quarter of the time that Pelican takes to load. The
door hands on only builds of a newsroom like this one, whose desk refuses whatever is not Markdown, and whose
feeds are templates. So while Pelican loads, stand-ins are there for what it takes from docutils and from two
other packages; afterwards these are there for whoever asks for them, and Pelican's reader of reStructuredText
is given no files.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

# What pelican.readers, utils and writers of Pelican 4.12 import, and from which modules they take names.
STAND_INS: dict[str, dict[str, object]] = {
    "docutils": {},
    "docutils.core": {},
    "docutils.io": {},
    "docutils.parsers": {},
    "docutils.parsers.rst": {},
    "docutils.parsers.rst.languages": {"get_language": None},
    "docutils.writers": {},
    "docutils.writers.html4css1": {"HTMLTranslator": object, "Writer": object},
    "pelican.rstdirectives": {},  # all it does is to teach docutils
    "watchfiles": {"Change": None, "DefaultFilter": object},  # for --autoreload
    "feedgenerator": {"Atom1Feed": None, "Rss201rev2Feed": None, "get_tag_uri": None},  # for Pelican's own feeds
}


@contextmanager
def stand_ins() -> Iterator[None]:
    """Have stand-ins in the place of packages for a while."""
    for name, held in STAND_INS.items():
        module = ModuleType(name)
        module.__path__ = []  # as a package has
        vars(module).update(held)
        sys.modules[name] = module
    try:
        yield
    finally:
        for name in STAND_INS:
            del sys.modules[name]


def main() -> None:
    """Load Pelican and have it build."""
    gc.disable()  # nothing that is loaded is rubbish; the press looks for rubbish where that pays
    with stand_ins():
        import pelican.readers
    pelican.readers.RstReader.file_extensions = []
    pelican.main()


if __name__ == "__main__":
    main()
