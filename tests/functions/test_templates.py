"""What the tests' builds remember of templates is what Jinja would make of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, Environment, meta, nodes, pass_context

from tests.templates import remember


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which Jinja keeps what it compiles until the end of the test."""
    for owner, name in ((Environment, "compile"), (Environment, "parse"), (meta, "find_undeclared_variables")):
        monkeypatch.setattr(owner, name, getattr(owner, name))
    monkeypatch.setattr(nodes._FilterTestCommon, "as_const", nodes._FilterTestCommon.as_const)
    remember(tmp_path / "memory")
    return tmp_path / "memory"


def rendered(source: str, file: str = "a.html", filters: dict | None = None) -> str:
    """Render a template of a file in an environment of its own."""
    env = Environment(autoescape=True)
    env.filters |= filters or {}

    class Files(DictLoader):
        def get_source(self, environment: Environment, template: str) -> tuple:
            return source, file, None

    env.loader = Files({})
    made = env.get_template("a.html")
    assert made.filename == file
    return made.render(x="<b>")


def test_a_template_is_compiled_once_and_gives_the_same(memory: Path) -> None:
    assert [rendered("{{ x }}", file) for file in ("one/a.html", "other/a.html")] == ["&lt;b&gt;"] * 2
    assert len(list(memory.iterdir())) == 1


def test_a_tree_that_is_compiled_serves_others_as_it_was(memory: Path) -> None:
    env = Environment(autoescape=True)
    tree = env.parse("{{ 1 + 1 }} {{ x }} {% if y %}{% endif %}", "a.html", "a.html")
    before = repr(tree)

    codes = [env.compile(tree, "a.html", "a.html") for _ in range(2)]

    assert repr(tree) == before
    assert codes[0] == codes[1] == env.compile("{{ 1 + 1 }} {{ x }} {% if y %}{% endif %}", "a.html", "a.html")
    assert [meta.find_undeclared_variables(tree) for _ in range(2)] == [{"x", "y"}] * 2


def test_another_text_is_another_template(memory: Path) -> None:
    assert [rendered("{{ x }}"), rendered("{{ x|length }}")] == ["&lt;b&gt;", "3"]
    assert len(list(memory.iterdir())) == 2


def test_a_filter_that_is_called_otherwise_is_another(memory: Path) -> None:
    @pass_context
    def with_context(context: object, value: str) -> str:
        return f"{type(context).__name__} {value}"

    plain, other = (rendered("{{ x|told }}", filters={"told": each}) for each in (str.upper, with_context))

    assert (plain, other) == ("&lt;B&gt;", "Context &lt;b&gt;")


def test_what_a_filter_makes_of_a_constant_is_not_remembered(memory: Path) -> None:
    said = [rendered("{{ 'a'|told }}", filters={"told": lambda value, n=n: value * n}) for n in (1, 2)]

    assert said == ["a", "aa"]
    assert not memory.exists()
