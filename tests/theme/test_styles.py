"""STYLE 4: layers, tokens, flat rules, and nothing newer than the floor of browsers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plugins.site.assets import LAYERS
from tests.newsroom import ROOT, Site
from tests.theme.floor import Rule, rules, too_new

CSS = ROOT / "theme" / "css"
FILES = sorted(CSS.glob("*/*.css"))
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(|\b(?:black|white|red|green|blue|gr[ae]y|silver|navy)\b")


def name(path: Path) -> str:
    return path.relative_to(CSS).as_posix()


def own_rules(path: Path) -> list[Rule]:
    return list(rules(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("css", "found"),
    [
        pytest.param("@layer base { p { margin: 0 } }", ["p: @layer"], id="layer"),
        pytest.param("@layer reset, base;", ["@layer reset, base: @layer"], id="layer-order"),
        pytest.param("@container (min-width: 20rem) { p { margin: 0 } }", ["p: @container"], id="container"),
        pytest.param(".card { color: red; .title { color: blue } }", [".title: nesting"], id="nesting"),
        pytest.param(
            ".card { color: red; & a { color: blue } }", ["& a: nesting", "& a: &"], id="nesting-with-ampersand"
        ),
        pytest.param(".card { @media print { color: red } }", ["@media print: nesting"], id="nested-media"),
        pytest.param(":is(h1, h2) { margin: 0 }", [":is(h1, h2): :is("], id="is"),
        pytest.param(":where(h1) { margin: 0 }", [":where(h1): :where("], id="where"),
        pytest.param("p:has(img) { margin: 0 }", ["p:has(img): :has("], id="has"),
        pytest.param("p:not(.a, .b) { margin: 0 }", ["p:not(.a, .b): :not(.a,"], id="list-in-not"),
        pytest.param(
            "a:hover, a:focus-visible { outline: 0 }",
            ["a:hover, a:focus-visible: a new pseudo-class in a list with older selectors"],
            id="focus-visible-in-a-list",
        ),
        pytest.param(".row { display: flex; gap: 1rem }", [".row: gap outside a grid"], id="gap-in-flex"),
        pytest.param(".row { column-gap: 1rem }", [".row: column-gap outside a grid"], id="gap-alone"),
        pytest.param("p { margin-inline: 1em }", ["p: margin-inline"], id="logical-margin"),
        pytest.param("p { padding-block-start: 1em }", ["p: padding-block-start"], id="logical-padding"),
        pytest.param("p { border-inline-start: 1px solid }", ["p: border-inline-start"], id="logical-border"),
        pytest.param("p { inset: 0 }", ["p: inset"], id="inset"),
        pytest.param("p { max-inline-size: 60ch }", ["p: max-inline-size"], id="logical-size"),
        pytest.param("img { aspect-ratio: 3 / 2 }", ["img: aspect-ratio"], id="aspect-ratio"),
        pytest.param("p { color: color-mix(in srgb, red, blue) }", ["p: color-mix("], id="color-mix"),
        pytest.param("p { color: light-dark(red, blue) }", ["p: light-dark("], id="light-dark"),
        pytest.param("p { font-size: clamp(1rem, 2vw, 2rem) }", ["p: clamp("], id="clamp"),
        pytest.param("p { min-height: 100dvh }", ["p: 100dvh"], id="dynamic-viewport"),
        pytest.param("p { overflow: clip }", ["p: overflow: clip"], id="overflow-clip"),
        pytest.param(
            "@media (width >= 45rem) { p { margin: 0 } }", ["p: range in @media (width >= 45rem)"], id="media-range"
        ),
        pytest.param("p { grid-template-columns: subgrid }", ["p: subgrid"], id="subgrid"),
        pytest.param("p { text-wrap: balance }", ["p: balance"], id="balance"),
    ],
)
def test_css_newer_than_the_floor_is_found(css: str, found: list[str]) -> None:
    assert too_new(css) == found


@pytest.mark.parametrize(
    "css",
    [
        pytest.param("p { font-size: 1rem; font-size: clamp(1rem, 2vw, 2rem) }", id="clamp-after-a-fallback"),
        pytest.param("p { min-height: 100vh; min-height: 100dvh }", id="new-unit-after-a-fallback"),
        pytest.param("@supports (text-wrap: balance) { h1 { text-wrap: balance } }", id="asked-first"),
        pytest.param(".row { display: grid; gap: 1rem }", id="gap-in-a-grid"),
        pytest.param(".row { columns: 14rem; column-gap: 1rem }", id="gap-between-columns"),
        pytest.param(":focus:not(:focus-visible) { outline: 0 }", id="focus-visible-alone"),
        pytest.param(
            "p { width: calc(100% - 2rem); height: min(100%, 60ch); background: linear-gradient(red, blue) }",
            id="older-functions",
        ),
        pytest.param("@media (min-width: 45rem) { p { margin: 0 } }", id="older-media"),
        pytest.param(':root { --clamp: ""; } p::before { content: "& :is( @layer" }', id="in-a-string"),
        pytest.param("/* @layer, :has( */ p { margin: 0 }", id="in-a-comment"),
        pytest.param("a[href^=http]::after { content: attr(href) }", id="attribute"),
    ],
)
def test_css_of_the_floor_or_with_a_fallback_passes(css: str) -> None:
    assert too_new(css) == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_stylesheet_is_newer_than_the_floor(path: Path) -> None:
    assert too_new(path.read_text(encoding="utf-8")) == []


def test_what_ships_is_not_newer_than_the_floor_either(site: Site) -> None:
    styles = {style.text or "" for page in site.pages.values() for style in page.select("style")}

    assert [what for style in styles for what in too_new(style)] == []


def test_every_stylesheet_lies_in_a_layer() -> None:
    folders = {path.parent.name for path in CSS.rglob("*.css")}

    assert folders <= set(LAYERS)
    assert sorted(CSS.rglob("*.css")) == FILES


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name != "tokens"], ids=name)
def test_raw_colours_stand_in_the_tokens_alone(path: Path) -> None:
    raw = [
        (rule.selector, key, value)
        for rule in own_rules(path)
        for key, value in rule.declarations
        if COLOUR.search(re.sub(r"var\([^)]*\)", "", value))
    ]

    assert raw == []


@pytest.mark.parametrize("path", FILES, ids=name)
def test_selectors_are_flat_and_without_ids_and_nothing_shouts(path: Path) -> None:
    selectors = [rule.selector for rule in own_rules(path) if not rule.selector.startswith("@")]
    shouting = [
        (rule.selector, value) for rule in own_rules(path) for _, value in rule.declarations if "!important" in value
    ]

    assert [selector for selector in selectors if re.search(r"#[A-Za-z]", selector)] == []
    assert shouting == []


@pytest.mark.parametrize("path", [path for path in FILES if path.parent.name == "components"], ids=name)
def test_a_component_styles_its_own_class_and_says_in_which_template_it_is(path: Path) -> None:
    templates = "\n".join(each.read_text(encoding="utf-8") for each in (ROOT / "theme" / "templates").rglob("*.html"))
    scripts = "\n".join(each.read_text(encoding="utf-8") for each in (ROOT / "theme" / "js").glob("*.js"))
    classes = {found for rule in own_rules(path) for found in re.findall(r"\.([a-z][\w-]*)", rule.selector)}

    unused = {each for each in classes if not re.search(rf"\b{re.escape(each)}(?![\w-])", templates + scripts)}
    built = {each for each in unused if "--" in each and each.partition("--")[0] + "--" in templates}
    assert unused - built == set()


def test_one_property_stands_on_a_line() -> None:
    crowded = [
        (name(path), number)
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), start=1)
        if line.count(";") > 1 and not line.lstrip().startswith(("/*", "*"))
    ]

    assert crowded == []


def test_the_browsers_bars_have_the_papers_colours() -> None:
    tokens = (CSS / "tokens" / "tokens.css").read_text(encoding="utf-8")
    base = (ROOT / "theme" / "templates" / "base.html").read_text(encoding="utf-8")
    papers = re.findall(r"--paper: (#[0-9a-f]{6})", tokens)[:2]

    assert re.findall(r'name="theme-color" content="(#[0-9a-f]{6})"', base) == papers


def test_the_sites_accent_is_in_what_ships(lantern: Site, fonar: Site) -> None:
    for site, light, dark in ((lantern, "#0b5563", "#7fd6e6"), (fonar, "#7a1f5c", "#f0a6d6")):
        (style,) = {style.text or "" for page in site.pages.values() for style in page.select("style")}
        assert (style.count(light), style.count(dark)) == (1, 1)
        assert "ACCENT" not in style
