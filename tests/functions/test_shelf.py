"""Templates at hand: a component made once serves each page as if it were made for it."""

from __future__ import annotations

from pathlib import Path

from jinja2 import DictLoader, Environment

from plugins.build.shelf import compiled, hand_of, have_at_hand

TEMPLATES = {
    "page.html": '{% from "sign.html" import sign with context %}{% set here = place %}{{ sign("<") }}',
    "own.html": '{% set here = place %}{% from "sign.html" import sign with context %}{{ sign("<") }}',
    "sign.html": '{% from "mark.html" import mark with context %}'
    "{% macro sign(x) %}{{ mark(x) }}{{ here }}{% endmacro %}",
    "mark.html": "{% macro mark(x) %}{{ x }} on {{ name }}{% endmacro %}",
}


def env(folder: Path | None = None) -> Environment:
    """Make an environment, with templates at hand if there is a folder for them."""
    made = Environment(loader=DictLoader(TEMPLATES), autoescape=True)
    if folder:
        have_at_hand(made)
        made.bytecode_cache = compiled(made, folder / "kept", b"key", 1)
    return made


def test_each_page_is_as_jinja_makes_it(tmp_path: Path) -> None:
    ours, theirs = env(tmp_path), env()
    pages = [("own.html", "a"), ("page.html", "b"), ("own.html", "c"), ("page.html", "d"), ("page.html", "e")]

    for template, name in pages:
        values = {"name": name, "place": f"here {name}", "here": "nowhere"}
        assert ours.get_template(template).render(values) == theirs.get_template(template).render(values)


def test_a_component_is_made_once_unless_it_sees_what_a_template_sets(tmp_path: Path) -> None:
    ours = env(tmp_path)
    hand = hand_of(ours)

    for name in "abc":
        ours.get_template("page.html").render({"name": name, "place": "x", "here": "y"})
    made = dict(hand.modules)
    ours.get_template("own.html").render({"name": "d", "place": "x", "here": "y"})

    assert made.keys() == {"sign.html", "mark.html"}
    assert hand.modules == made
    assert hand.made_apart == 1
