"""Read a built page as a browser does, and find things in it by a few CSS selectors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib

STEP = re.compile(r"^(?P<tag>\*|[a-z][a-z0-9]*)?(?P<rest>(?:[.#][\w-]+|\[[^\]]+\])*)$")
CONDITION = re.compile(r"\.(?P<name>[\w-]+)|#(?P<id>[\w-]+)|\[(?P<key>[\w:-]+)(?:=\"?(?P<value>[^\]\"]*)\"?)?\]")


class Page:
    """One HTML page. path: from the top of the site. text: its source. root: its tree."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.data = data
        self.text = data.decode("utf-8")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        self.root = Element("document")
        self.root.append(parser.parse(self.text))
        self.errors = [f"{place}: {code}" for place, code, _ in parser.errors]

    def select(self, selector: str) -> list[Element]:
        """Find elements: "main article h1", "a[rel=author]", "#appeal", ".card"."""
        return select(self.root, selector)

    def one(self, selector: str) -> Element:
        """Find the one element there must be."""
        found = self.select(selector)
        assert len(found) == 1, f"{self.path} has {len(found)} of {selector!r}"
        return found[0]

    def words(self, selector: str) -> list[str]:
        """Give the text of each element found."""
        return [words(element) for element in self.select(selector)]

    def attributes(self, selector: str, name: str) -> list[str]:
        """Give one attribute of each element found that has it."""
        return [element.attrib[name] for element in self.select(selector) if name in element.attrib]

    @property
    def policy(self) -> dict[str, list[str]]:
        """The Content-Security-Policy of the page, by directive."""
        (content,) = self.attributes("meta[http-equiv=Content-Security-Policy]", "content")
        return {name: sources for name, *sources in (rule.split() for rule in content.split(";"))}

    @property
    def data_for_machines(self) -> list[dict[str, Any]]:
        """Every piece of JSON-LD on the page."""
        scripts = self.select("script[type=application/ld+json]")
        return [json.loads(script.text or "") for script in scripts]


def select(root: Element, selector: str) -> list[Element]:
    """Find the elements below one, in the order of the page; no element twice."""
    found = [root]
    for step in selector.split():
        inside = {id(match): match for parent in found for match in children(parent) if fits(match, step)}
        found = list(inside.values())
    return found


def children(root: Element) -> Iterator[Element]:
    """Give every element below one."""
    return (element for element in root.iter() if element is not root and isinstance(element.tag, str))


def fits(element: Element, step: str) -> bool:
    """Say whether an element is what one step of a selector asks for."""
    shape = STEP.match(step)
    assert shape, f"{step!r} is no selector"
    if shape["tag"] not in (None, "*", element.tag.rpartition("}")[2]):
        return False
    return all(holds(element, condition) for condition in CONDITION.finditer(shape["rest"]))


def holds(element: Element, condition: re.Match[str]) -> bool:
    """Say whether an element has a class, an id or an attribute."""
    if condition["name"]:
        return condition["name"] in element.get("class", "").split()
    key = "id" if condition["id"] else condition["key"]
    value = condition["id"] or condition["value"]
    return key in element.attrib and (value is None or element.attrib[key] == value)


def words(element: Element) -> str:
    """Give the text of an element on one line, as a reader reads it: scripts and styles are none."""
    return " ".join("".join(spoken(element)).split())


def spoken(element: Element) -> Iterator[str]:
    """Give the pieces of text in an element."""
    if element.tag not in ("script", "style"):
        yield element.text or ""
        for child in element:
            yield from spoken(child)
            yield child.tail or ""
