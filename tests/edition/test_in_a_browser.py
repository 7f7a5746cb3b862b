"""This edition's own pages in a real browser: the lead, the drawing, and the pages in Russian."""

from __future__ import annotations

import pytest

from tests.browser.host import Host
from tests.browser.reader import Visit, barriers

PATHS = {
    "lead": "2025/08/russia-ends-missile-moratorium.html",
    "drawing": "2025/08/missile-ranges.html",
    "support-in-russian": "support-ru.html",
}


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS.keys())
def test_a_page_of_this_edition_is_open_to_everybody(visit: Visit, host: Host, path: str) -> None:
    page = visit.go(f"{host.origin}/edition/{path}")

    assert barriers(page) == {}
    assert visit.complaints == []
