"""Where things are: links relative to the page that holds them, or from the public origin.

A page never knows the host or folder it is read from; only canonical links, feeds, sitemaps and
structured data know the origin.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from posixpath import relpath
from typing import Any
from urllib.parse import quote

OUTSIDE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
PLAIN = re.compile(r"^[A-Za-z0-9/._~#-]*$")
PLAIN_NAME = re.compile(r"[A-Za-z0-9._~-]*\Z")
NO_NAMES = frozenset(("", ".", ".."))
SAFE = "/.-_~"
INSIDE_SIGN = '="{'
# What stands before the value comes after it here: so re finds `="{` without trying each character.
INSIDE = re.compile(
    r'''="\{(?:(?<=href="\{)(?P<form>filename)|(?<=src="\{)static)\}/(?P<path>[^"#]*)(?P<part>#[^"]*)?"'''
)

Locate = Callable[[str], str]
Describe = Callable[[str], str]


def relative(path: str, page: str) -> str:
    """Give the link to a path of the site from a page of the site, naming the file.

    Addresses outside and anchors are given back as they are.
    """
    if "#" not in path:
        return path if is_outside(path) else from_folder(path, page.rpartition("/")[0])
    if path.startswith("#") or is_outside(path):
        return path
    bare, hash_, part = path.partition("#")
    if bare == page and hash_:
        return f"#{part}"
    return from_folder(bare, page.rpartition("/")[0]) + hash_ + part


@lru_cache(maxsize=16384)
def is_outside(path: str) -> bool:
    """Say whether an address leads to another site."""
    return OUTSIDE.match(path) is not None


@lru_cache(maxsize=16384)
def from_folder(path: str, folder: str) -> str:
    """Give the link to a path of the site from the pages of a folder."""
    there, slash, name = path.rpartition("/")
    way = way_between(folder, there + slash)
    if way is None or name in NO_NAMES:
        return quote(relpath(path, folder or "."), safe=SAFE)
    return way + (name if PLAIN_NAME.match(name) else quote(name, safe=SAFE))


@lru_cache(maxsize=16384)
def way_between(folder: str, there: str) -> str | None:
    """Give what leads from one folder to another, before the name of a file; None where a folder's name is unusual.

    There are far fewer folders than files. there: ends with a slash, or is empty for the top.
    """
    parts, above = there.split("/")[:-1], folder.split("/") if folder else []
    if not NO_NAMES.isdisjoint((*parts, *above)):
        return None
    shared = 0
    while shared < min(len(above), len(parts)) and parts[shared] == above[shared]:
        shared += 1
    return "../" * (len(above) - shared) + quote("".join(f"{part}/" for part in parts[shared:]), safe=SAFE)


def absolute(path: str, origin: str) -> str:
    """Give the public address of a path of the site: the file's, and "/" for the front page."""
    if OUTSIDE.match(path):
        return path
    if path == "index.html":
        return f"{origin}/"
    return f"{origin}/{path if PLAIN.match(path) else quote(path, safe='/.-_~#')}"


def path_of(target: Any) -> str:
    """Give the path of what a template links to: a path, or anything that has one."""
    return target if isinstance(target, str) else str(target.path)


def localise(
    markup: str,
    addresses: Mapping[str, str],
    locate: Locate,
    attributes: Describe,
    source: Locate | None = None,
) -> str:
    """Turn the inside links of a text into addresses.

    addresses: the page of each content file, by its path from the top of content/, and of each
    anchor that lies on a later part of a story, by "path#anchor". locate: makes
    an address of a path in output/. attributes: gives what stands beside a picture's src, such
    as its size. source: makes a picture's address, where that is not located like a page's. Raise
    KeyError for a file without a page.
    """
    if INSIDE_SIGN not in markup:
        return markup
    source = source or locate

    def replace(match: re.Match[str]) -> str:
        path, part = html.unescape(match["path"]), match["part"] or ""
        if not match["form"]:
            return f'="{html.escape(source(path))}"{attributes(path)}'
        page = (part and addresses.get(path + part)) or addresses[path]
        return f'="{html.escape(locate(page + part))}"'

    return INSIDE.sub(replace, markup)
