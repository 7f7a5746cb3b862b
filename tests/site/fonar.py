"""The small site in Russian: the same shape, another language. `tests/newsroom.py` builds it."""

import sys
from pathlib import Path

here = Path(__file__).resolve().parent
sys.path.insert(0, str(here.parents[1]))

from pelicanconf import *  # noqa: E402, F403

SITENAME = "Фонарь"
TAGLINE = "Новости портового города"
AUTHOR = "Редакция «Фонаря»"
DEFAULT_LANG = "ru"
LANGUAGES = ("ru", "en")
SECTIONS = (
    ("port", "Порт"),
    ("gorod", "Город"),
)
ACCENT = {"light": "#7a1f5c", "dark": "#f0a6d6"}
SITE_ORIGIN = "https://fonar.example"
ONION_ORIGIN = f"http://{'longwave' * 7}.onion/fonar"
DEMONSTRATION = True
DEMONSTRATION_NOTE = "Пробный выпуск: {name} — не издание и денег не собирает."
CONTENT_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
CONTENT_LICENSE_NAME = "CC BY 4.0"
SECURITY_CONTACT = ""
SECURITY_EXPIRES = ""
STORIES_PER_PAGE = 15
FRONT_STORIES = 4
FEED_STORIES = 20

PATH = str(here / "ru")
OUTPUT_PATH = str(here.parents[1] / "preview" / "fonar")
