"""Every setting of the newspaper. Change the name, sections, colours and origin here."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from jinja2 import StrictUndefined  # noqa: E402

from plugins.build.press import Press as PELICAN_CLASS  # noqa: E402, F401 - plugins.build: one whole edition or none
from plugins.site.settings import OURS as KNOWN_SETTINGS  # noqa: E402, F401

# The newspaper
SITENAME = "Longwave"
TAGLINE = "News across closed borders"
DEFAULT_LANG = "en"
LANGUAGES = ("en", "ru")
SECTIONS = (
    ("russia", "Russia"),
    ("arms", "Arms"),
    ("press", "Press"),
    ("network", "Network"),
)
AUTHOR = f"{SITENAME} newsdesk"
ACCENT = {"light": "#a8321a", "dark": "#ff9b7a"}

# Where it is published: "https://host" or "https://host/folder"; empty until there is a host
# (.example is nobody's: with it the site is complete, and nothing counts as published).
SITE_ORIGIN = f"https://{'-'.join(SITENAME.lower().split())}.example"
# The same as an onion service, "http://….onion": Tor Browser then offers it on every page
ONION_ORIGIN = ""

# What it says of itself
DEMONSTRATION = True
DEMONSTRATION_NOTE = (
    "A demonstration edition: {name} is not a news outlet, is not connected with The Moscow Times "
    "and collects no money. Facts as of August 2025."
)
CONTENT_LICENSE = "https://creativecommons.org/licenses/by/4.0/"
CONTENT_LICENSE_NAME = "CC BY 4.0"

# security.txt (RFC 9116): made when there is a contact
SECURITY_CONTACT = ""
SECURITY_EXPIRES = ""

# Whether readers may keep stories on their devices; False wipes what they have kept (docs/publishing.md)
SHELF = True

# Addresses that moved and are no story's: {"topics/old/index.html": "topics/new/index.html"}
REDIRECTS: dict[str, str] = {}

# Whether a missing private/never-publish.txt stops the build
NEVER_PUBLISH_REQUIRED = False

# Lists
STORIES_PER_PAGE = 15
FRONT_STORIES = 4
FEED_STORIES = 20

# Copies to take away: of the stories of so many days before the edition's date; 0: none, "all": of every story
TAKE_AWAY_DAYS = 365

# Words on one page of a story; a longer one is divided at its headings
PART_WORDS = 900

# How Pelican works here; a newsroom need not change anything below
PATH = str(ROOT / "content")
Path(PATH).mkdir(exist_ok=True)  # Git keeps no empty folder
OUTPUT_PATH = str(ROOT / "output")
THEME = str(ROOT / "theme")
PLUGINS = ["plugins.story", "plugins.site", "plugins.edition"]
SITEURL = ""
TIMEZONE = "UTC"
ARTICLE_PATHS = ["articles"]
PAGE_PATHS = ["pages"]
STATIC_PATHS: list[str] = []
ARTICLE_TRANSLATION_ID = False
PAGE_TRANSLATION_ID = False
ARTICLE_ORDER_BY = "path"
PAGE_ORDER_BY = "path"
DIRECT_TEMPLATES: list[str] = []
CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
TYPOGRIFY = False  # plugins.story typesets, without the damage
CACHE_CONTENT = LOAD_CONTENT_CACHE = False
JINJA_ENVIRONMENT = {
    "autoescape": True,
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}
