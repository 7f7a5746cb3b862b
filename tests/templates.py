"""Remember what templates compile to: for processes that build one small site after another.

Compiling the theme is two thirds of such a build, and it is the same theme each time. A template's code
depends on its text, its name and how Jinja is set up, and all of that is what it is remembered by. What
a template makes of a constant by a filter while it is compiled could depend on more: such code is not kept.
"""

from __future__ import annotations

import hashlib
import marshal
import os
from pathlib import Path
from typing import Any

import jinja2
from jinja2 import Environment, meta, nodes
from jinja2.utils import _PassArg, internalcode

SET_UP = (
    *("block_start_string", "block_end_string", "variable_start_string", "variable_end_string", "autoescape"),
    *("comment_start_string", "comment_end_string", "line_statement_prefix", "line_comment_prefix", "trim_blocks"),
    *("lstrip_blocks", "newline_sequence", "keep_trailing_newline", "optimized", "is_async", "finalize", "sandboxed"),
)


def remember(folder: Path) -> None:
    """Have this process keep compiled templates in a folder, which others may share."""
    usual_compile, usual_parse = Environment.compile, Environment.parse
    usual_value, usual_names = nodes._FilterTestCommon.as_const, meta.find_undeclared_variables
    known: dict[str, bytes] = {}
    trees: dict[str, nodes.Template] = {}
    is_kept = [True]

    def kept(key: str) -> bytes:
        known[key] = known.get(key) or read(folder / key)
        return known[key]

    def value(self: Any, eval_ctx: Any = None) -> Any:
        found = usual_value(self, eval_ctx)
        is_kept[0] = False
        return found

    @internalcode
    def parse(self: Environment, source: str, name: Any = None, filename: Any = None) -> nodes.Template:
        key = key_of(self, source, name or "")
        if key not in trees:
            trees[key] = usual_parse(self, source, name, filename)
            trees[key].remembered = (key, source)
        return trees[key]

    @internalcode
    def compile(
        self: Environment, source: Any, name: Any = None, filename: Any = None, *more: Any, **options: Any
    ) -> Any:
        # Compiling changes a tree: one that others are given too is made anew of its text.
        text = source if isinstance(source, str) else getattr(source, "remembered", ("", source))[1]
        if not isinstance(text, str) or not name or not filename or more or options:
            return usual_compile(self, text, name, filename, *more, **options)
        key = key_of(self, text, name)
        if kept(key):
            return marshal.loads(kept(key)).replace(co_filename=filename)
        is_kept[0] = True
        code = usual_compile(self, text, name, filename)
        if is_kept[0]:
            known[key] = marshal.dumps(code)
            keep(folder / key, known[key])
        return code

    def names(tree: nodes.Template) -> set[str]:
        key = f"{getattr(tree, 'remembered', [''])[0]}.names"
        if key == ".names":
            return usual_names(tree)
        if not kept(key):
            known[key] = marshal.dumps(sorted(usual_names(tree)))
            keep(folder / key, known[key])
        return set(marshal.loads(kept(key)))

    Environment.parse, Environment.compile = parse, compile  # type: ignore[method-assign]
    nodes._FilterTestCommon.as_const = value  # type: ignore[method-assign]
    meta.find_undeclared_variables = names


def key_of(env: Environment, source: str, name: str) -> str:
    """Name all that a template's code depends on, by a digest."""
    called = [
        (each, str(_PassArg.from_obj(function)))
        for table in (env.filters, env.tests)
        for each, function in sorted(table.items())
    ]
    set_up = [getattr(env, each) for each in SET_UP]
    all_of_it = (jinja2.__version__, source, name, called, set_up, sorted(env.extensions), sorted(env.policies))
    return hashlib.sha256(repr(all_of_it).encode()).hexdigest()


def read(path: Path) -> bytes:
    """Read a file; nothing if it is not there."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def keep(path: Path, data: bytes) -> None:
    """Write a file that is whole whenever it is there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(path)
