"""Promise 3, any host: the same bytes read right from a host of any form, with no dead link and no foreign request."""

from __future__ import annotations

from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.browser.forms import FORMS, ONION, Form, serving
from tests.browser.reader import ARGUMENTS, reading
from tests.newsroom import Site
from tests.page import Page
from tests.pages.test_links import links
from tests.tools import need

HERE = "http://host.test"
forms = pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())


def crawl(form: Form, site: Site) -> tuple[set[str], list[str]]:
    """Follow every link from the front page; give what was found there, as files of the site, and the dead links."""
    waiting, seen, found, dead = [f"{HERE}{form.folder}{form.start}"], set(), set(), []
    by_bytes = {data: path for path, data in site.files.items()}
    while waiting:
        address = asked = waiting.pop()
        answer = form.answer(site.files, urlsplit(address).path)
        for _ in range(3):
            if answer.location:
                address = urljoin(address, answer.location)
                answer = form.answer(site.files, urlsplit(address).path)
        if answer.status != 200:
            dead.append(asked)
            continue
        found.add(by_bytes[answer.data])
        if answer.media.startswith("text/html"):
            for link in links(Page(address, answer.data)):
                there = urldefrag(urljoin(address, link)).url
                if there.startswith(HERE) and there not in seen:
                    seen.add(there)
                    waiting.append(there)
    return found, dead


@pytest.mark.parametrize(
    "form",
    [
        pytest.param(form, id=name, marks=() if name in ("drops-html", "no-folder-indexes") else pytest.mark.slow)
        for name, form in FORMS.items()
    ],
)
def test_every_link_leads_somewhere_on_a_host_of_any_form(lantern: Site, form: Form) -> None:
    found, dead = crawl(form, lantern)

    assert dead == []
    assert found == crawl(FORMS["root"], lantern)[0]
    assert len(found) > 30


@pytest.mark.slow
@forms
@pytest.mark.parametrize("name", ["fonar", "edition"])
def test_every_link_of_every_newspaper_leads_somewhere(request: pytest.FixtureRequest, name: str, form: Form) -> None:
    found, dead = crawl(form, request.getfixturevalue(name))

    assert dead == []
    assert len(found) > 5


def walk(browser: Browser, form: Form, origin: str) -> None:
    """Read a few pages as a reader does, by their links."""
    with reading(browser) as visit:
        page = visit.go(f"{origin}{form.folder}{form.start}")
        said = [page.inner_text("h1")]
        for link in ("nav >> text=Harbour", "a[rel=next]", "main article a", "header >> text=Lantern & Son"):
            page.click(link)
            page.wait_for_load_state()
            said.append(page.inner_text("h1"))
        page.click("footer >> text=Privacy")
        page.wait_for_load_state()
        said.append(page.inner_text("h1"))

        assert said[0] == said[4] == "Lantern & Son"
        assert said[1] == said[2] == "Harbour"
        assert "Privacy" in said[5]
        assert visit.complaints == []
        assert {urlsplit(each).netloc for each in visit.asked if not each.startswith("data:")} == {
            urlsplit(origin).netloc
        }
        assert visit.stored() == {"cookies": [], "local": {}, "session": {}}


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in FORMS if name != "onion"])
def test_a_reader_walks_a_host_of_any_form(browser: Browser, lantern: Site, name: str) -> None:
    form = FORMS[name]
    with serving(form, lantern.files) as port:
        walk(browser, form, f"http://{form.host}:{port}")
        missing_page_is_right(browser, form, f"http://{form.host}:{port}")


def missing_page_is_right(browser: Browser, form: Form, origin: str) -> None:
    """From a page that is not there, deep down, the front page can be reached."""
    with reading(browser) as visit:
        page = visit.go(f"{origin}{form.folder}no/such/page.html")
        if form.folder == "/any/sub/folder/":  # neither the origin's folder nor IPFS: the script cannot know it
            assert "Lantern" in page.inner_text("header")
            return
        page.click("main >> text=Harbour")
        page.wait_for_load_state()
        assert page.inner_text("h1") == "Harbour"
        assert page.url.startswith(f"{origin}{form.folder}")


@pytest.mark.slow
def test_a_reader_walks_an_onion_service(browser: Browser, lantern: Site) -> None:
    form = FORMS["onion"]
    with serving(form, lantern.files) as port:
        rules = f"--host-resolver-rules=MAP {ONION} 127.0.0.1:{port}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        arguments = [each for each in ARGUMENTS if not each.startswith("--host-resolver-rules")]
        onion = browser.browser_type.launch(executable_path=need("chromium"), args=[*arguments, rules])
        try:
            walk(onion, form, f"http://{ONION}")
            missing_page_is_right(onion, form, f"http://{ONION}")
        finally:
            onion.close()
