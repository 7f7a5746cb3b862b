"""A reader with a real browser: visits pages, and notes whatever a reader should not have to meet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright, Request

WIDTHS = (320, 768, 1280)
SCHEMES = ("light", "dark")
HEIGHT = 900
# Nothing that a browser does of itself shall reach the network.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-domain-reliability",
    "--disable-sync",
    "--font-render-hinting=none",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--no-first-run",
    "--no-pings",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def launch(playwright: Playwright, executable: str) -> Browser:
    """Start a Chromium."""
    return playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)


@dataclass
class Visit:
    """One reader's browser, without a past. complaints: console errors and failures; asked: every address asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def go(self, address: str, **options: Any) -> Page:
        """Open a page."""
        self.page.goto(address, **options)
        return self.page

    def begin_anew(self) -> None:
        """Forget what was noted, and sit down at a desk by day."""
        self.complaints.clear()
        self.asked.clear()
        self.page.set_viewport_size({"width": 1280, "height": HEIGHT})
        self.page.emulate_media(media="null", color_scheme="light")

    def stored(self) -> dict[str, Any]:
        """Give everything that the browser keeps of what it visited."""
        state = self.page.context.storage_state()
        keys = self.page.evaluate("() => [Object.entries(localStorage), Object.entries(sessionStorage)]")
        return {"cookies": state["cookies"], "local": dict(keys[0]), "session": dict(keys[1])}


def failure(request: Request) -> list[str]:
    """Name a request that failed; one that the browser broke off because its reader went on did not."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure}: {request.url}"]


@contextmanager
def reading(browser: Browser, **options: Any) -> Iterator[Visit]:
    """Give a browser without a past; options: Playwright's, as in java_script_enabled=False."""
    settings = {"viewport": {"width": 1280, "height": HEIGHT}, "locale": "en-GB", "timezone_id": "UTC"} | options
    context = browser.new_context(**settings)
    visit = Visit(context.new_page())
    visit.page.on("console", lambda message: visit.complaints.append(message.text) if message.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on("requestfailed", lambda request: visit.complaints.extend(failure(request)))
    context.on("request", lambda request: visit.asked.append(request.url))
    try:
        yield visit
    finally:
        context.close()


def violations(page: Page) -> list[str]:
    """Name what axe-core holds against a page, by WCAG 2.2 A and AA and by good practice."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        "rules => axe.run({ runOnly: { type: 'tag', values: rules }, resultTypes: ['violations'] })", RULES
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} {node['html'][:120]}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


def overflows(page: Page) -> list[str]:
    """Name what makes a page wider than its window; empty if nothing does."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          return [...document.querySelectorAll("body *")]
            .filter((each) => each.getBoundingClientRect().right > width + 1)
            .map((each) => `${each.tagName}.${each.className}`);
        }"""
    )


def text(page: Page) -> list[str]:
    """Give what a reader sees of a page, line by line, without what scripts add, show or replace."""
    page.evaluate(
        """() => document.querySelectorAll(
          "button, small, noscript, [role=status], [role=status] + div").forEach((each) =>
          each.closest("aside p") && each.tagName === "BUTTON" ? each.parentNode.remove() : each.remove())"""
    )
    lines = page.inner_text("body").split("\n")
    return [" ".join(line.split()) for line in lines if line.strip()]


def barriers(page: Page) -> dict[str, list[str]]:
    """Look at a page at every width, by day and by night; give what keeps somebody out, by where it was found."""
    found: dict[str, list[str]] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            found[f"{width} {scheme}"] = violations(page) + overflows(page)
    return {where: what for where, what in found.items() if what}
