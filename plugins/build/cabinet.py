"""Files that a build keeps for the next one: whole and its own, or as if they were not there."""

from __future__ import annotations

import contextlib
import hashlib
import marshal
from pathlib import Path
from typing import Any

MAGIC = b"longwave-kept-1\n"


def keep(path: Path, key: bytes, value: Any) -> None:
    """Write a value (of what `marshal` can write) whole or not at all."""
    payload = marshal.dumps(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(MAGIC + check(key, payload))
        file.write(payload)
    fresh.replace(path)


def kept(path: Path, key: bytes) -> Any:
    """Read what was kept under this key; None where it is missing, damaged, cut off or another's."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    start = len(MAGIC) + hashlib.blake2b().digest_size
    payload = data[start:]
    if data[:start] != MAGIC + check(key, payload):
        return None
    with contextlib.suppress(ValueError, EOFError, TypeError):
        return marshal.loads(payload)
    return None


def mark(path: Path) -> bytes:
    """Give what tells one state of a file from any other; empty where there is none."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(len(MAGIC) + hashlib.blake2b().digest_size)[len(MAGIC) :]
    return b""


def check(key: bytes, payload: bytes) -> bytes:
    """Give the digest that ties a payload to its key."""
    return hashlib.blake2b(payload, key=hashlib.blake2b(key).digest()).digest()
