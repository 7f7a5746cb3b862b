"""What all tests share: the newspapers, each built once, a browser, and a last line that says what was not tried."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.host import Host, serving
from tests.browser.reader import Visit, launch, reading
from tests.forks import FORKS
from tests.newsroom import EDITION, FONAR, LANTERN, SHARED, Site, built_once
from tests.tools import closing_line, find, need


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of this run a folder that they share; xdist's workers have it from who began."""
    config.add_cleanup(FORKS.close)
    if not hasattr(config, "workerinput"):
        shared = tempfile.mkdtemp(prefix="shared-")
        config.add_cleanup(lambda: shutil.rmtree(shared, ignore_errors=True))
        os.environ[SHARED] = shared


@pytest.fixture(scope="session")
def lantern() -> Site:
    """The small site in English: every kind of page, hostile names, and what must not be published."""
    return built_once("lantern", LANTERN)


@pytest.fixture(scope="session")
def fonar() -> Site:
    """The small site in Russian, a demonstration."""
    return built_once("fonar", FONAR)


@pytest.fixture(scope="session")
def edition() -> Site:
    """What content/ holds."""
    return built_once("edition", EDITION)


@pytest.fixture(scope="session")
def homeless() -> Site:
    """The small site before it has a host: SITE_ORIGIN is empty."""
    return built_once("homeless", LANTERN, "--extra-settings", 'SITE_ORIGIN=""')


@pytest.fixture(scope="session")
def preview() -> Site:
    """The small site as its editors see it: drafts and held stories shown."""
    return built_once("preview", LANTERN, "--extra-settings", "SHOW_UNPUBLISHED=true")


@pytest.fixture(scope="session", params=["lantern", "fonar", "edition"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each newspaper in turn."""
    built: Site = request.getfixturevalue(request.param)
    return built


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Browser]:
    """A Chromium; without one the test is skipped.

    `make test` takes the one without windows, if it is there: the same engine, and a page opens in a
    third of the time. With ALL=1, which selects nothing, it is the one that readers have.
    """
    executable = (find("chromium-headless-shell") if pytestconfig.option.markexpr else "") or need("chromium")
    with sync_playwright() as playwright:
        started = launch(playwright, executable)
        yield started
        started.close()


@pytest.fixture(scope="session")
def host(browser: Browser, lantern: Site, fonar: Site, edition: Site) -> Iterator[Host]:
    """A host with the small site at its root and in a folder, and the others beside it."""
    with serving() as started:
        for folder, site in {
            "/": lantern,
            "/a/b/": lantern,
            "/fonar/": fonar,
            "/edition/": edition,
        }.items():
            started.mount(folder, site)
        yield started


@pytest.fixture(scope="session")
def long_visit(browser: Browser) -> Iterator[Visit]:
    """One browser for tests that store nothing: opening one costs more than most tests."""
    with reading(browser) as visit:
        yield visit


@pytest.fixture
def visit(long_visit: Visit) -> Visit:
    """A browser at a desk, by day, without complaints so far."""
    long_visit.begin_anew()
    return long_visit


@pytest.fixture(scope="session")
def long_plain_visit(browser: Browser) -> Iterator[Visit]:
    """One browser without scripts."""
    with reading(browser, java_script_enabled=False) as visit:
        yield visit


@pytest.fixture
def plain(long_plain_visit: Visit) -> Visit:
    """A browser at a desk with scripts off."""
    long_plain_visit.begin_anew()
    return long_plain_visit


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> Iterator[None]:
    """End the run by saying what could not be tried here."""
    result = yield
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    line = closing_line([str(report.longrepr[2]) for report in skipped if isinstance(report.longrepr, tuple)])
    if line:
        reporter.write_line(line, yellow=True)
    return result
