"""Write HTML as XHTML, as the pages of a book must be: well-formed, with names that XML allows.

Pictures inside a page (data: addresses) are handed out, to become files of the book.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from plugins.site.markup import VOID, Element, tree

NAME = re.compile(r"[A-Za-z_][\w.-]*")
ODD = re.compile(r"[^\w.-]")
UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no characters to XML
DROPPED = frozenset(["align", "loading", "valign"])  # not in XHTML
NAMES = frozenset(["aria-controls", "aria-describedby", "aria-details", "aria-labelledby", "for", "headers", "id"])
SPACES = {
    "html": {"xmlns": "http://www.w3.org/1999/xhtml", "xmlns:epub": "http://www.idpf.org/2007/ops"},
    "svg": {"xmlns": "http://www.w3.org/2000/svg"},
}
Picture = Callable[[str], str]


def xhtml(markup: str, picture: Picture) -> str:
    """Write a page of HTML as XHTML. picture: gives the file of a picture by its address, empty for one left out."""
    page = "".join(written(tree(markup), picture))
    return f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n{page.strip()}\n'


def written(element: Element, picture: Picture) -> Iterator[str]:
    """Write what is in an element."""
    for each in element.inside:
        if isinstance(each, str):
            yield html.escape(UNFIT.sub("", each), quote=False)
        elif each.name == "img" and not picture(each.attributes["src"]):
            yield f"[{html.escape(each.attributes.get('alt', ''), quote=False)}]"
        else:
            yield f"<{each.name}{attributes(each, picture)}"
            yield "/>" if each.name in VOID else ">"
            if each.name not in VOID:
                yield from written(each, picture)
                yield f"</{each.name}>"


def attributes(element: Element, picture: Picture) -> str:
    """Write the attributes of an element."""
    found = dict(SPACES.get(element.name, {}))
    for name, value in element.attributes.items():
        if name in NAMES:
            found[name] = " ".join(map(xml_name, value.split()))
        elif name == "src" and element.name == "img":
            found[name] = picture(value)
        elif name == "href":
            bare, hash_, part = value.partition("#")
            found[name] = value if "://" in value or not hash_ else f"{bare}#{xml_name(part)}"
        elif name not in DROPPED:
            found[name] = value
        if name == "lang":
            found["xml:lang"] = value
    return "".join(f' {name}="{html.escape(UNFIT.sub("", value))}"' for name, value in found.items())


def xml_name(text: str) -> str:
    """Make a name that XML allows of an id; what is one already stays."""
    return text if NAME.fullmatch(text) else f"_{ODD.sub('_', text)}"
