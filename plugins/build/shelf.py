"""The shelf: the theme's templates, compiled once for all builds with this theme, code and settings."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, Template
from jinja2.bccache import Bucket
from markupsafe import Markup, escape
from markupsafe._speedups import _escape_inner

from plugins.build import cabinet


class Shelf(BytecodeCache):
    """Gives Jinja the compiled templates; keeps nothing itself."""

    def __init__(self, compiled: dict[str, bytes]) -> None:
        self._compiled = compiled

    def needed(self, context: Mapping[str, Any], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Give of a context what is no setting, and the settings that a template may name.

        Jinja copies the context for each template that makes a page, and Pelican's has two hundred settings.
        """
        named = {name for code in self._compiled.values() for name in texts_in(marshal.loads(code))}
        return {name: value for name, value in context.items() if name not in settings or name in named}

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


def texts_in(code: CodeType) -> Iterator[str]:
    """Give every text that stands in compiled code: each name that it looks up is one."""
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from texts_in(constant)
        elif isinstance(constant, tuple):
            yield from (each for each in constant if isinstance(each, str))


def have_at_hand(env: Environment) -> None:
    """Have each template looked for once, its globals one table and not two, and texts escaped at once.

    Jinja goes through all globals for each of the fifteen templates that make a page, and
    markupsafe makes a Markup of each of its hundred and seventy values: a sixth of the time of a page.
    """
    usual = env.get_template
    found: dict[Any, Template] = {}

    def get_template(name: Any, parent: str | None = None, globals: Any = None) -> Template:
        template = found.get(name) if globals is None else None
        if template is None:
            template = usual(name, parent, globals)
            if globals is None:
                template.globals = dict(template.globals)
                template.root_render_func.__globals__["escape"] = escaped
                found[name] = template
        return template

    env.get_template = get_template  # type: ignore[method-assign]


def escaped(value: Any) -> str:
    """Do as markupsafe's `escape`, for a template that joins what it is given: what it gives need be no Markup."""
    kind = type(value)
    if kind is str:
        return _escape_inner(value)
    return value if kind is Markup else escape(value)
