"""The small site in English: a harbour town's newspaper. `tests/newsroom.py` builds it."""

import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1]))

from pelicanconf import *  # noqa: E402, F403

# Names and settings are as hostile as a newsroom's own may be: escaping must hold everywhere.
SITENAME = "Lantern & Son"
TAGLINE = 'News <of> a "harbour" town'
AUTHOR = "Lantern desk"
DEFAULT_LANG = "en"
LANGUAGES = ("en", "ru")
SECTIONS = (
    ("harbour", "Harbour"),
    ("arts", "Arts & <Letters>"),
    ("weather", "Weather"),  # no story stands in it
)
ACCENT = {"light": "#0b5563", "dark": "#7fd6e6"}
SITE_ORIGIN = "https://lantern.example/paper"
DEMONSTRATION = False
CONTENT_LICENSE = ""
CONTENT_LICENSE_NAME = ""
SECURITY_CONTACT = "mailto:desk@lantern.example"
SECURITY_EXPIRES = "2199-12-31"
STORIES_PER_PAGE = 2
FRONT_STORIES = 2
FEED_STORIES = 5

PATH = str(here / "en")
OUTPUT_PATH = str(here.parents[1] / "preview" / "lantern")
