"""The shelf: the theme's templates, compiled once for all builds with this theme, code and settings."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, Template, meta
from jinja2.bccache import Bucket
from jinja2.environment import TemplateModule
from jinja2.utils import missing
from markupsafe import Markup, escape
from markupsafe._speedups import _escape_inner

from plugins.build import cabinet
from plugins.build.crew import shared


class Shelf(BytecodeCache):
    """Gives Jinja the compiled templates; keeps nothing itself."""

    def __init__(self, kept: Mapping[str, tuple[bytes, tuple[str, ...]]]) -> None:
        self._compiled = {name: code for name, (code, _) in kept.items()}
        self.names = {name: names for name, (_, names) in kept.items()}  # that each looks up

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


def compiled(env: Environment, file: Path, key: bytes, jobs: int) -> Shelf:
    """Give all templates of an environment, compiling them if they are not kept under this key."""
    kept = cabinet.kept(file, key)
    if kept is None:
        names = env.list_templates()
        kept = {names[at]: code for at, code in shared(names, partial(code_of, env), jobs)}
        cabinet.keep(file, key, kept)
    return Shelf(kept)


def code_of(env: Environment, name: str) -> tuple[bytes, tuple[str, ...]]:
    """Compile a template; give its code, and the names that it looks up."""
    assert env.loader is not None
    source, path, _ = env.loader.get_source(env, name)
    tree = env.parse(source, name, path)
    names = tuple(sorted(meta.find_undeclared_variables(tree)))
    return marshal.dumps(env.compile(tree, name, path)), names


def texts_in(code: CodeType) -> Iterator[str]:
    """Give every text that stands in compiled code: each name that it looks up is one."""
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from texts_in(constant)
        elif isinstance(constant, tuple):
            yield from (each for each in constant if isinstance(each, str))


class AtHand(Template):
    """A template whose macros, once imported, serve all pages: they look names up in the page being printed.

    Jinja would make the macros of the fifteen components that a page imports anew for each page.
    """

    def render(self, *args: Any, **kwargs: Any) -> str:
        """Render a page."""
        values = dict(*args, **kwargs)
        page = hand_of(self.environment).page
        page.clear()
        page.update(self.globals, **values)
        return super().render(values)

    def make_module(self, *args: Any, **kwargs: Any) -> TemplateModule:
        """Give the macros; those at hand unless they look up what the template that imports them has set itself."""
        hand, name = hand_of(self.environment), self.name or ""
        if not hand.is_of_page(name, *args, **kwargs):
            hand.made_apart += 1
            return super().make_module(*args, **kwargs)
        if name not in hand.modules:
            before = hand.made_apart
            module = TemplateModule(self, self.new_context(hand.page, shared=True))
            if hand.made_apart > before:  # it imports such itself
                return module
            hand.modules[name] = module
        return hand.modules[name]


class Hand:
    """What an environment has at hand. page: the context of the page being printed; modules: imported templates."""

    def __init__(self, env: Environment) -> None:
        self._env = env
        self.page: dict[str, Any] = {}
        self.modules: dict[str, TemplateModule] = {}
        self.made_apart = 0

    def is_of_page(self, template: str, seen: Any = None, is_shared: Any = None, own: Any = None) -> bool:
        """Say whether all that a template looks up is the page's.

        As Jinja asks for a module: seen, own: names that the template that imports it sees, and has set itself.
        """
        shelf, page = self._env.bytecode_cache, self.page
        names = shelf.names.get(template) if isinstance(shelf, Shelf) and is_shared else None
        return names is not None and all(
            own.get(name, missing) is missing and seen.get(name, missing) is page.get(name, missing) for name in names
        )


def hand_of(env: Environment) -> Hand:
    """Give what an environment has at hand."""
    hand: Hand = env.at_hand  # type: ignore[attr-defined]
    return hand


def have_at_hand(env: Environment) -> None:
    """Have each template looked for and each component made once, globals one table and not two, texts escaped at once.

    Jinja goes through all globals for each of the fifteen templates that make a page, and
    markupsafe makes a Markup of each of its hundred and seventy values: a sixth of the time of a page.
    """
    env.extend(at_hand=Hand(env))
    env.template_class = AtHand
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
