"""Digests of what a page is made from: values, files, settings, code and versions.

Two values have one digest only if no template could tell them apart.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import is_dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any

import markupsafe
import pelican

SIZE = 16  # bytes of a digest
Stamp = tuple[int, int, int, int]

# What a build changes itself, or where the output lies: no page depends on it.
NO_INPUT = frozenset(("OUTPUT_PATH", "NOTICES", "DESK", "LIBRARY"))


class Untrackable(TypeError):
    """A value of a kind whose changes nobody could notice."""


class Known:
    """A base for objects that stand for themselves by their `_name`, from build to build: stories and pages."""

    __slots__ = ()


def digest(*parts: bytes) -> bytes:
    """Give the digest of some bytes, each part apart."""
    hashed = hashlib.blake2b(digest_size=SIZE)
    for part in parts:
        hashed.update(len(part).to_bytes(8, "little"))
        hashed.update(part)
    return hashed.digest()


def of_value(value: Any) -> bytes:
    """Give the digest of a value. Raise Untrackable where it holds what cannot be told."""
    return digest(repr(plain(value)).encode("utf-8", "surrogatepass"))


def plain(value: Any) -> Any:
    """Reduce a value to texts, numbers and tuples that say all of it."""
    kind = type(value)
    if kind is str or kind is int or value is None or kind is bool or kind is float or kind is bytes:
        return value
    reduce = _KINDS.get(kind)
    if reduce is not None:
        return reduce(value)
    if isinstance(value, Known):
        _KINDS[kind] = attrgetter("_name")
        return _KINDS[kind](value)
    if is_dataclass(value) and not isinstance(value, type):
        return (kind.__qualname__, *((name, plain(each)) for name, each in vars(value).items()))
    if isinstance(value, Mapping):
        return _mapping(value)
    for known in (dt.datetime, dt.date):  # a clock that a test has shifted gives others of their kind
        if isinstance(value, known):
            return _KINDS[known](value)
    if isinstance(value, tuple):
        return (kind.__qualname__, *(plain(each) for each in value))
    if isinstance(value, Path):
        return ("path", str(value))
    if isinstance(value, type):
        return ("code", value.__module__, value.__qualname__)
    raise Untrackable(kind.__qualname__)


def _many(values: Iterable[Any]) -> Any:
    return ("many", *(plain(each) for each in values))


def _mapping(values: Mapping[Any, Any]) -> Any:
    return ("mapping", *((plain(key), plain(each)) for key, each in values.items()))


def _set(values: Iterable[Any]) -> Any:
    return ("set", *sorted(repr(plain(each)) for each in values))


_KINDS: dict[type, Callable[[Any], Any]] = {
    markupsafe.Markup: lambda value: ("markup", str(value)),
    tuple: _many,
    list: lambda values: ("list", _many(values)),
    dict: _mapping,
    set: _set,
    frozenset: _set,
    dt.datetime: lambda value: ("moment", value.isoformat(), str(value.tzinfo)),
    dt.date: lambda value: ("day", value.isoformat()),
    dt.timedelta: lambda value: ("span", value.total_seconds()),
}


def stamp_of(status: os.stat_result) -> Stamp:
    """Give what differs after any change of a file.

    The time of the last change of its entry (ctime) cannot be set: a restored time of change
    (mtime) does not hide a new text.
    """
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_ctime_ns


def of_files(folders: Iterable[Path], ending: str = "") -> bytes:
    """Give the digest of every file below some folders, names and bytes."""
    parts: list[bytes] = []
    for folder in folders:
        for path in sorted(folder.rglob(f"*{ending}") if folder.is_dir() else [folder]):
            if path.is_file() and "__pycache__" not in path.parts:
                parts += [str(path).encode(), path.read_bytes()]
    return digest(*parts)


def of_settings(settings: Mapping[str, Any], but: Set[str] = frozenset()) -> bytes:
    """Give the digest of all settings but some. Raise Untrackable for a setting that no digest can tell."""
    rows = [(name, plain(value)) for name, value in sorted(settings.items()) if name not in NO_INPUT | but]
    return digest(repr(rows).encode("utf-8", "surrogatepass"))


def of_versions() -> bytes:
    """Give the digest of Python's version and of everything installed beside Pelican, by its version."""
    beside = Path(pelican.__file__).parents[1]
    with os.scandir(beside) as entries:
        installed = sorted(each.name for each in entries if each.name.endswith((".dist-info", ".egg-info")))
    return digest(sys.version.encode(), sys.platform.encode(), *(name.encode() for name in installed))


def of_code() -> bytes:
    """Give the digest of the newsroom's own plugins and of all that they stand on."""
    return digest(of_files([Path(__file__).parents[1]], ".py"), of_versions())
