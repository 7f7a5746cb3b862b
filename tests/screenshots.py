"""Take the pictures in docs/pictures/ anew: the front page and its first story, by day and by night.

Run by `make screenshots`.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.host import serving
from tests.browser.reader import SCHEMES, launch, reading
from tests.newsroom import EDITION, ROOT, build
from tests.tools import PACKAGES, find

FOLDER = ROOT / "docs" / "pictures"
WINDOW = {"width": 1120, "height": 840}
COLOURS = 24
LARGEST = 60_000  # bytes


def main() -> None:
    """Build the edition, look at it, and write the pictures."""
    executable = find("chromium")
    if not executable:
        raise SystemExit(f"The pictures need Chromium: on Debian `sudo apt-get install {PACKAGES['chromium']}`.")
    with tempfile.TemporaryDirectory() as folder, serving() as host, sync_playwright() as playwright:
        home = host.mount("/", build(EDITION, Path(folder) / "output"))
        browser = launch(playwright, executable)
        FOLDER.mkdir(parents=True, exist_ok=True)
        for scheme in SCHEMES:
            for name, picture in looks(browser, home, scheme).items():
                path = FOLDER / f"{name}-{scheme}.png"
                path.write_bytes(small(picture))
                print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")
        browser.close()


def looks(browser: Browser, home: str, scheme: str) -> dict[str, bytes]:
    """Give a picture of the front page and of the story that leads it."""
    with reading(browser, viewport=WINDOW, color_scheme=scheme) as visit:
        page = visit.go(f"{home}index.html")
        front = page.screenshot()
        page.click("main article a")
        return {"front": front, "story": page.screenshot()}


def small(picture: bytes) -> bytes:
    """Make a picture small enough for a repository; the rare colours, the accent above all, are kept."""
    image = (
        Image.open(io.BytesIO(picture))
        .convert("RGB")
        .quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    )
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    data = file.getvalue()
    if len(data) > LARGEST:
        raise SystemExit(f"A picture has {len(data)} bytes; {LARGEST} are allowed.")
    return data


if __name__ == "__main__":
    main()
