"""Compressed copies beside each text file, for hosts that send those: `story.html.gz`, `story.html.br`.

`make publish` makes them (COPIES = True). Both libraries are locked, so that the same page gives the
same bytes everywhere. What was made is kept in .cache/ by the digest of the file that it is a copy of, for
as long as an edition has that file, whatever is built meanwhile; the edition's copies are second names for it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath

import brotli
from zopfli import zopfli

from plugins.build.crew import jobs_wanted, shared
from plugins.build.press import Edition
from plugins.build.printing import data_digest, link, plain_bytes
from plugins.edition import COMPRESSED
from plugins.site.weight import LIMIT, is_page
from plugins.story.problems import Problem, SiteError

TEXTS = {".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest", ".xml"}
MADE_BY = f"brotli-{version('brotli')}-zopfli-{version('zopfli')}"
READABLE = 0o644
SIZE = 64  # letters of a digest


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


class Kept:
    """The copies that were made before: files named by the digests of their sources and of themselves."""

    def __init__(self, edition: Edition) -> None:
        self._cache = Path(edition.settings["PATH"]).absolute().parent / COMPRESSED
        self._folder = self._cache / MADE_BY

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of the files by the digests of their sources, and endings."""
        found = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        return {name[:SIZE] + PurePosixPath(name).suffix: name for name in found}

    def find(self, source: str, ending: str) -> tuple[str, int] | None:
        """Give the name and size of a copy that is as it was made."""
        name = self._names.get(source + ending)
        if name is None:
            return None
        copy, _ = plain_bytes(str(self._folder / name))
        return (name, len(copy)) if name == name_of(source, copy, ending) else None

    def take(self, source: str, copy: bytes, ending: str) -> tuple[str, int]:
        """Keep a copy; give its name and size."""
        name = name_of(source, copy, ending)
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = self._folder / f"{name}.new"
        fresh.write_bytes(copy)
        fresh.chmod(READABLE)
        fresh.replace(self._folder / name)
        return name, len(copy)

    def lay(self, name: str, file: Path) -> None:
        """Put a copy into an edition."""
        try:
            link(str(self._folder / name), str(file))
        except OSError:  # no second names here
            file.write_bytes((self._folder / name).read_bytes())
            file.chmod(READABLE)

    def keep_only(self, names: set[str]) -> None:
        """Forget all copies but some, and those of other libraries."""
        for path in self._cache.iterdir() if self._cache.is_dir() else ():
            if path.name != MADE_BY:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            if path.name not in names:
                path.unlink()

    def keep_of(self, sources: set[str]) -> None:
        """Forget the copies of all files but some."""
        self.keep_only({name for name in self._names.values() if name[:SIZE] in sources})

    def forget_of(self, sources: Iterable[str]) -> None:
        """Forget the copies of some files."""
        for source in sources:
            for ending in COPIERS:
                if name := self._names.get(source + ending):
                    (self._folder / name).unlink(missing_ok=True)


def name_of(source: str, copy: bytes, ending: str) -> str:
    """Name a copy."""
    return f"{source}-{sha256(copy).hexdigest()}{ending}"


def lay_copies(edition: Edition) -> None:
    """Lay copies beside the texts of a finished edition. Raise SiteError for pages that are too heavy even so."""
    kept, files = Kept(edition), edition.files
    texts = [path for path in files if is_text(path)]

    def lay(path: str) -> list[tuple[str, str, int]]:
        endings = [ending for ending in COPIERS if path + ending not in files]  # an editor's own stays
        return [(path + ending, *laid(edition, path, ending, kept)) for ending in endings]

    rows = [row for _, rows in shared(texts, lay, jobs_wanted()) for row in rows]
    kept.keep_only({name for _, name, _ in rows})
    edition.added.update(path for path, _, _ in rows)
    refuse_heavy_copies({path: size for path, _, size in rows})


def laid(edition: Edition, path: str, ending: str, kept: Kept) -> tuple[str, int]:
    """Lay one copy; give the name that it is kept by, and its size."""
    file = edition.tree / path
    source = (edition.digests.get(path) or data_digest(path, file.read_bytes())).hex()
    found = kept.find(source, ending)
    if found is None:
        found = kept.take(source, COPIERS[ending](file.read_bytes()), ending)
    kept.lay(found[0], edition.tree / (path + ending))
    return found


def forget_copies(edition: Edition) -> None:
    """Keep no copy of a file that an edition without copies has not."""
    kept = Kept(edition)
    if edition.fresh is None:
        kept.keep_of({digest.hex() for digest in edition.digests.values()})
    else:
        kept.forget_of(digest.hex() for digest in edition.replaced)


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
