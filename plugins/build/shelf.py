"""The shelf: the theme's templates, compiled once for all builds with this theme, code and settings."""

from __future__ import annotations

import marshal
from pathlib import Path

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket

from plugins.build import cabinet


class Shelf(BytecodeCache):
    """Gives Jinja the compiled templates; keeps nothing itself."""

    def __init__(self, compiled: dict[str, bytes]) -> None:
        self._compiled = compiled

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template's code, if it is there."""
        code = self._compiled.get(bucket.key)
        if code is not None:
            bucket.code = marshal.loads(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Take nothing: all templates are compiled at once."""

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Know a template by its name."""
        return name


def compiled(env: Environment, file: Path, key: bytes) -> Shelf:
    """Give all templates of an environment, compiling them if they are not kept under this key."""
    kept = cabinet.kept(file, key)
    if kept is None:
        kept = {name: code_of(env, name) for name in sorted(env.list_templates())}
        cabinet.keep(file, key, kept)
    return Shelf(kept)


def code_of(env: Environment, name: str) -> bytes:
    """Compile a template."""
    assert env.loader is not None
    source, path, _ = env.loader.get_source(env, name)
    return marshal.dumps(env.compile(source, name, path))
