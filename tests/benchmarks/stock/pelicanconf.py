"""Stock Pelican with typogrify: its usual settings, and the same pages as ours. The benchmark writes given.json."""

import json
from pathlib import Path

given = json.loads((Path(__file__).parent / "given.json").read_text(encoding="utf-8"))

SITENAME = given["SITENAME"]
SITEURL = ORIGIN = given["ORIGIN"]
RELATIVE_URLS = True
TAGLINE = given["TAGLINE"]
STATIONS = given["SECTIONS"]
FRONT_STORIES = given["FRONT_STORIES"]
TIMEZONE = "UTC"
DEFAULT_LANG = "en"

PATH = "content"
ARTICLE_PATHS = ["articles"]
PAGE_PATHS = ["pages"]
STATIC_PATHS = []
THEME = "theme"
TEMPLATE_EXTENSIONS = [".html", ".xml", ".txt"]
DIRECT_TEMPLATES = ["index", "tags", "archives", "404", "sitemap", "robots"]
INDEX_SAVE_AS = "index.html"
TAGS_SAVE_AS = "topics/index.html"
ARCHIVES_SAVE_AS = "archive/index.html"
SITEMAP_SAVE_AS = "sitemap.xml"
ROBOTS_SAVE_AS = "robots.txt"

ARTICLE_URL = ARTICLE_SAVE_AS = "{date:%Y}/{date:%m}/{slug}.html"
PAGE_URL = PAGE_SAVE_AS = "{slug}.html"
CATEGORY_URL = CATEGORY_SAVE_AS = "{slug}/index.html"
TAG_URL = TAG_SAVE_AS = "topics/{slug}/index.html"
AUTHOR_URL = AUTHOR_SAVE_AS = "authors/{slug}.html"
MONTH_ARCHIVE_URL = MONTH_ARCHIVE_SAVE_AS = "{date:%Y}/{date:%m}/index.html"
DEFAULT_PAGINATION = given["STORIES_PER_PAGE"]
PAGINATED_TEMPLATES = {"category": None, "tag": None, "author": None, "period_archives": None}
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/page/{number}/index.html", "{base_name}/page/{number}/index.html"),
)

FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"
CATEGORY_FEED_RSS = "feeds/{slug}.rss.xml"
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = TRANSLATION_FEED_ATOM = None
FEED_MAX_ITEMS = given["FEED_STORIES"]
RSS_FEED_SUMMARY_ONLY = False

TYPOGRIFY = True
TYPOGRIFY_DASHES = "oldschool"
MARKDOWN = {
    "extensions": ["tables", "def_list", "abbr", "fenced_code", "sane_lists", "toc", "meta"],
    "output_format": "html",
}
