"""Compressed copies beside each text file, for hosts that send those: `story.html.gz`, `story.html.br`.

`make publish` makes them (COPIES = True). Both libraries are locked, so that the same page gives the
same bytes everywhere. A copy is made when its file has changed, and else taken from the last edition.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import brotli
from zopfli import zopfli

from plugins.build import cabinet
from plugins.build.crew import jobs_wanted, shared
from plugins.build.press import Edition
from plugins.site.weight import LIMIT, is_page
from plugins.story.problems import Problem, SiteError

TEXTS = {".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest", ".xml"}
CACHE = Path(".cache/copies")
KEY = f"copies 1, brotli {version('brotli')}, zopfli {version('zopfli')}".encode()


def gzipped(data: bytes) -> bytes:
    """Compress for every browser: two in a hundred smaller than gzip's best, in 3 ms a page; no time, no name."""
    made: bytes = zopfli.compress(data, numiterations=1, blocksplitting=0, gzip_mode=1)
    return made


def brotlied(data: bytes) -> bytes:
    """Compress for browsers on https: a sixth smaller than gzip's best, in 15 ms a page."""
    made: bytes = brotli.compress(data, mode=brotli.MODE_TEXT, quality=11)
    return made


COPIERS: Mapping[str, Callable[[bytes], bytes]] = {".gz": gzipped, ".br": brotlied}


def is_text(path: str) -> bool:
    """Say whether a file is sent compressed."""
    return PurePosixPath(path).suffix in TEXTS


def lay_copies(edition: Edition) -> None:
    """Lay copies beside the texts of a finished edition. Raise SiteError for pages that are too heavy even so."""
    cache = Path(edition.settings["PATH"]).absolute().parent / CACHE
    before: dict[str, tuple[str, str]] = cabinet.kept(cache, KEY) or {}
    files = edition.files
    texts = [path for path in files if is_text(path)]

    def lay(path: str) -> list[tuple[str, str, str, int]]:
        data = (edition.tree / path).read_bytes()
        names = [path + ending for ending in COPIERS if path + ending not in files]  # an editor's own stays
        return [(name, *copied(edition, name, data, before)) for name in names]

    laid = [row for _, rows in shared(texts, lay, jobs_wanted()) for row in rows]
    refuse_heavy_copies({name: size for name, _, _, size in laid})
    with contextlib.suppress(OSError):  # without it all copies are made anew
        cabinet.keep(cache, KEY, {name: (source, copy) for name, source, copy, _ in laid})


def copied(edition: Edition, name: str, data: bytes, before: Mapping[str, tuple[str, str]]) -> tuple[str, str, int]:
    """Lay one copy; give the digests of the file and of the copy, and the copy's size."""
    source = sha256(data).hexdigest()
    copy = last_copy(edition.output / name, source, before.get(name))
    if copy is None:
        copy = COPIERS[PurePosixPath(name).suffix](data)
    (edition.tree / name).write_bytes(copy)
    return source, sha256(copy).hexdigest(), len(copy)


def last_copy(file: Path, source: str, known: tuple[str, str] | None) -> bytes | None:
    """Give the copy that the last edition has, if it was made of this very file and is as it was made."""
    if known is None or known[0] != source:
        return None
    try:
        copy = file.read_bytes()
    except OSError:
        return None
    return copy if sha256(copy).hexdigest() == known[1] else None


def refuse_heavy_copies(sizes: Mapping[str, int]) -> None:
    """Raise SiteError for copies of pages that would not arrive whole; the pages have been weighed before."""
    remedy = "Shorten the page."
    problems = [
        Problem(f"output/{name}", 1, f"the copy weighs {size:,} bytes, {LIMIT:,} is the most.", remedy)
        for name, size in sizes.items()
        if size > LIMIT and is_page(name.removesuffix(PurePosixPath(name).suffix))
    ]
    if problems:
        raise SiteError(problems)
