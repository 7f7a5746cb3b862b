"""This edition's own pages in a real browser: the lead, the drawing, and the pages in Russian."""

from __future__ import annotations

import pytest

from tests.browser.host import Host
from tests.browser.reader import SCHEMES, WIDTHS, Visit, overflows, violations

PATHS = {
    "lead": "2025/08/russia-ends-missile-moratorium.html",
    "drawing": "2025/08/missile-ranges.html",
    "support-in-russian": "support-ru.html",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_a_page_of_this_edition_is_open_to_everybody(visit: Visit, host: Host, path: str) -> None:
    page = visit.go(f"{host.origin}/edition/{path}")
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found[f"{width} {scheme}"] = violations(page) + overflows(page)

    assert {how: what for how, what in found.items() if what} == {}
    assert visit.complaints == []
