"""Weigh each page: compressed, it must fit into what a connection brings before it is cut.

16,384 bytes, less a handshake of 4,608 and headers of 922, leave 10,854; a page may weigh 10,240
in gzip at level 9, and a host that compresses at level 6 sends hardly more.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from plugins.site.settings import SETTINGS_FILE, setting_line
from plugins.site.takeaway import FOLDER
from plugins.story.fields import STORY
from plugins.story.parts import pages_of
from plugins.story.problems import Problem

LIMIT = 10_240
AROUND = 12  # bytes by which gzip's head and foot are longer than zlib's
QUICK, BEST = 1, 9
# What a page is made of, by name; later ones are looked for in what the ones before have left.
PARTS: Mapping[str, re.Pattern[bytes]] = {
    name: re.compile(pattern.encode(), re.DOTALL)
    for name, pattern in {
        "the styles": r"<style>.*?</style>",
        "the data for search engines": r'<script type="application/ld\+json">.*?</script>',
        "the scripts": r"<script>.*?</script>",
        "the appeal": r'<aside class="appeal.*?</aside>',
        "the drawings": r"<figure.*?</figure>",
        "the list": r'<article class="card.*</article>|<ul class="index.*</ul>',
        "the footer": r'<footer class="footer.*?</footer>',
        "the masthead": r'<header class="masthead.*?</header>',
        "the text": r"<main.*</main>",
    }.items()
}
# What many pages share, from one text to before another.
SAME = (
    (b"<style>", b"</style>"),
    (b"<script>", b"</script>"),
    (b'<aside class="appeal', b"</aside>"),
    (b'<header class="masthead', b"</header>"),
    (b'<footer class="footer', b"</footer>"),
)
SHOWN = 3  # of the parts that weigh most
SETTING_OF = {"list.html": "STORIES_PER_PAGE", "index.html": "FRONT_STORIES"}


def is_page(path: str) -> bool:
    """Say whether a file is a page of the site; what readers take away is a download, and not weighed."""
    return path.endswith(".html") and not path.startswith(f"{FOLDER}/")


def weight(data: bytes, level: int = BEST) -> int:
    """Give how many bytes of gzip a page makes."""
    return len(zlib.compress(data, level)) + AROUND


def is_too_heavy(data: bytes) -> bool:
    """Say whether a page is over the limit; for nearly all, a quick look tells that it is not."""
    return len(data) > LIMIT and at_most(data) > LIMIT and weight(data, QUICK) > LIMIT and weight(data) > LIMIT


def at_most(data: bytes) -> int:
    """Give more than a page weighs, in a quarter of the time: what many pages share is weighed once for all."""
    total = 0
    for opening, closing in SAME:
        start = data.find(opening)
        end = data.find(closing, start)
        if start >= 0 and end >= 0:
            total += weight_of_part(data[start:end])
            data = data[:start] + data[end:]
    return total + weight(data, QUICK)


@lru_cache(maxsize=1024)
def weight_of_part(data: bytes) -> int:
    """Weigh what many pages share."""
    return weight(data)


def weighed(data: bytes) -> str:
    """Say what is wrong with a page that is too heavy, and what weighs most; empty for any other."""
    if not is_too_heavy(data):
        return ""
    heaviest = sorted(shares(data).items(), key=lambda share: -share[1])[:SHOWN]
    most = ", ".join(f"{name} {grams:,}" for name, grams in heaviest)
    return f"the page weighs {weight(data):,} bytes compressed, {LIMIT:,} is the most: {most}."


def shares(data: bytes) -> dict[str, int]:
    """Give by how much each part makes a page heavier."""
    found = {}
    for name, pattern in PARTS.items():
        rest = pattern.sub(b"", data)
        found[name] = weight(data) - weight(rest)
        data = rest
    return found


def heavy_page(path: str, wrong: str, template: str, settings: Mapping[str, Any]) -> Problem:
    """Make the problem of a page that is too heavy, at the place where somebody can mend it."""
    document = next((each for each in settings["DESK"].documents.values() if path in pages_of(each)), None)
    if document is not None:
        remedy = (
            "Divide it by headings ('## …'), or make two stories of it." if document.kind == STORY else "Shorten it."
        )
        return Problem(document.file, document.source.body_line, wrong, remedy)
    name = SETTING_OF.get(template)
    if name:
        where = f"{PurePosixPath('output', path)}: {wrong}"
        return Problem(SETTINGS_FILE, setting_line(settings, name), where, f"Lower {name}, or shorten standfirsts.")
    return Problem(f"output/{path}", 1, wrong, f"Have theme/templates/{template} show less.")
