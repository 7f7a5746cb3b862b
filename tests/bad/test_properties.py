"""Whatever editors write, no page runs, loads or breaks anything: hostile stories, made up by Hypothesis.

Each example is a handful of stories. What the desk refuses is left out; the rest is built by the real
theme in one go, and every page, feed and sitemap is read as browsers and feed readers read it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import html5lib
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from plugins.site.assets import read_scripts, stylesheet
from plugins.story.desk import Desk, Document, read_desk
from plugins.story.frontmatter import is_forbidden
from plugins.story.typography import plain
from tests.bad.paper import RULES, Paper, PressRoom, lay_out
from tests.newsroom import ROOT, setting_values
from tests.page import Page

ATOM = "{http://www.w3.org/2005/Atom}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
LOADING = ("src", "srcset", "poster", "data", "background", "action", "formaction", "manifest", "ping", "srcdoc")
ADDRESSES = (*LOADING, "href", "cite", "xlink:href", "longdesc", "profile", "usemap", "codebase", "classid")
NEVER = {
    "iframe",
    "frame",
    "object",
    "embed",
    "applet",
    "form",
    "base",
    "template",
    "portal",
    "audio",
    "video",
    "source",
}
FOLLOWED = {"canonical", "alternate", "license", "icon"}
DESK = "Desk <i onclick=x>"
SPACE_AND_CONTROLS = re.compile(r"[\x00-\x20]")

# What breaks out of a tag, an attribute, a script, a style, a comment, JSON, XML, Jinja or Markdown.
SPITE = [
    *("<script>alert(1)</script>", "</script>", "</title>", "</style>", "</textarea>", "<!--", "-->", "--!>"),
    *("]]>", "<![CDATA[", '"', "'", "&", "&amp;", "&lt;script&gt;", "&#60;script&#62;", "&quot;", "&#x22;", "&nbsp"),
    *('"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)", '" autofocus onfocus="alert(1)', "javascript:"),
    *("{{ 7 * 7 }}", "{% raw %}", "{#", "#}", "${1}", "%3Cscript%3E", "\\", "\\u003cscript>", "\\<script>", "\\`"),
    *(
        "<b>",
        "</b>",
        "<svg/onload=alert(1)>",
        "<math><mtext>",
        "<table><td>",
        "<template>",
        "<noscript>",
        "<plaintext>",
    ),
    *('<a href="javascript:alert(1)">x</a>', "[x](javascript:alert(1))", "[x](JaVa&#9;script:alert(1))"),
    *("![x](https://evil.example/x.png)", "![x](//evil.example/x.png)", '<img src="https://evil.example/x.png">'),
    *("[x](https://example.org/?a=1&b=2)", "<https://example.org/>", "https://example.org/a--b", "a@b.example"),
    *('<iframe src="https://evil.example">', '<base href="https://evil.example/">', "<link rel=stylesheet href=//e.x>"),
    *('<meta http-equiv=refresh content="0;url=https://evil.example">', 'style="background:url(//evil.example)"'),
    *("onclick=alert(1)", "<form action=//evil.example>", "<scr<script>ipt>", "<x:script>", "<time datetime='2025'>"),
    *("[x](time:2025-08-04)", '<span lang="ru">x</span>', '<span title="a > b">x</span>', "*", "**", "_", "`", "~~"),
    *("--", "---", "...", "'90s", "5'10\"", "<", ">", "|", "\u00ad", "\u200b", "\u200f", "😀", "ё", "ﬁ", "İ", "\xa0"),
    *('src="{static}/images/x.jpg"', "{filename}/articles/2025/08/s0.md", "drawing\u00a0", "[1]: https://example.org"),
    *("*[HTML]: <b>", "]: ", "](", "![", "<!DOCTYPE", "<?xml", "-", "+", "1.", "#", "##", "Title: x", "\t"),
]
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")).filter(
    lambda each: not is_forbidden(each)
)
SCRAPS = st.one_of(st.sampled_from(SPITE), st.sampled_from(SPITE), st.text(LETTERS, min_size=1, max_size=8))
LINES = (
    st.lists(SCRAPS, min_size=1, max_size=5)
    .map(lambda scraps: " ".join("".join(scraps).split())[:150])
    .filter(lambda line: any(map(str.isalnum, line)))
)
NAMES = LINES.map(lambda line: re.sub(r"[,;|\[\]]", "", line)[:40].strip()).filter(
    lambda name: any(map(str.isalnum, name))
)
URLS = st.sampled_from(
    [
        "https://example.org/",
        "https://example.org/?a=1&b=2#c",
        "https://example.org/%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
        "https://example.org/'onmouseover='alert(1)",
        "https://example.org/;javascript:alert(1)",
    ]
)
SOURCES = (
    st.tuples(NAMES, URLS, NAMES)
    .map(" | 2025-08-01 | ".join)
    .map(lambda row: re.sub(r"(https://\S+) \| 2025-08-01 \|", r"\1 |", row))
)
BLOCKS = st.one_of(
    LINES,
    LINES.map(lambda line: f"## {line}"),
    LINES.map(lambda line: f"> {line}"),
    LINES.map(lambda line: f"- {line}"),
    LINES.map(lambda line: f"    {line}"),
    LINES.map(lambda line: f"```\n{line}\n```"),
    LINES.map(lambda line: f"`` {line} ``"),
    LINES.map(lambda line: f"| a | b |\n|---|---|\n| {line} | x |"),
    LINES.map(lambda line: f"Term\n:   {line}"),
    LINES.map(lambda line: f'[{line}](https://example.org/ "{line}")'),
    LINES.map(lambda line: f"<mark>{line}</mark>"),
    st.tuples(LINES, LINES, LINES).map(
        lambda words: "``` ranges\nTitle: {}\nDescription: {}\n5 km: {}\n```".format(*words)
    ),
    st.tuples(LINES, LINES, LINES).map(lambda words: "``` claims\nTitle: {}\nOn: {}\nA: x\nB: {}\n```".format(*words)),
    LINES.map(lambda line: f"``` known 2025-08-05\n{line}\n```"),
)


@st.composite
def hostile_fields(draw: st.DrawFn) -> str:
    """Make a story with hostile fields and a plain text."""
    fields = [
        ("Title", draw(LINES)),
        ("Kicker", draw(LINES)),
        *(("Key-point", f"{number} {draw(LINES)}") for number in range(3)),
        ("Tags", draw(NAMES)),
        ("Authors", draw(NAMES)),
        ("Based-on", draw(SOURCES)),
        ("Source", draw(SOURCES)),
    ]
    if draw(st.booleans()):
        fields += [("Summary", draw(LINES)), ("Correction", f"2025-08-06 10:00 UTC | {draw(LINES)}")]
    rows = [f"{name}: {value}" for name, value in fields]
    return "\n".join([*rows, "Date: 2025-08-05 09:00", "Category: Arms", "", "A plain text."])


@st.composite
def hostile_text(draw: st.DrawFn) -> str:
    """Make a story with plain fields and a hostile text."""
    blocks = draw(st.lists(BLOCKS, min_size=1, max_size=4))
    separator = draw(st.sampled_from(["\n\n", "\n\n", "\n"]))
    return "Title: Plain\nDate: 2025-08-05 09:00\nCategory: Arms\n\n" + separator.join(blocks) + "\n"


# A whole build for each example: shrinking a failure would take minutes.
BOUNDED = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[*HealthCheck],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
LARGER = settings(BOUNDED, max_examples=100, derandomize=False)


class Spite:
    """A newspaper whose stories are replaced again and again, and what its theme may put into a page."""

    def __init__(self, paper: Paper, press_room: PressRoom) -> None:
        self.paper, self.press_room = paper, press_room
        conf = setting_values(paper.root / "pelicanconf.py")
        self.scripts = set(read_scripts(ROOT / "theme").values())
        self.style = stylesheet(ROOT / "theme", conf["ACCENT"])

    def print(self, stories: list[str]) -> Desk:
        """Publish what the desk accepts of these stories; give the desk."""
        content = self.paper.root / "content"
        shutil.rmtree(content / "articles", ignore_errors=True)
        lay_out(content, {f"articles/2025/08/s{number}.md": text for number, text in enumerate(stories)})
        while wrong := read_desk(content, replace(RULES, author=DESK)).problems:
            for file in {problem.path for problem in wrong}:
                (content.parent / file).unlink()
        desk = read_desk(content, replace(RULES, author=DESK))
        built = self.press_room.build(self.paper, now="2025-09-01 12:00")
        assert built.status == 0, built.err
        return desk


@pytest.fixture(scope="module")
def spite(tmp_path_factory: pytest.TempPathFactory, press_room: PressRoom) -> Spite:
    """A newspaper to be filled with spite: pages of each kind, and names that are hostile too."""
    pages: Mapping[str, str | bytes] = {
        "pages/corrections.md": "Title: Corrections\nTemplate: corrections\n\nThey stand here.\n",
        "pages/privacy.md": "Title: Privacy\nTemplate: privacy\n\nNothing is kept.\n",
    }
    names = 'SITENAME = "</title><b>&"\nTAGLINE = "\\"><script>alert(1)</script>"\nAUTHOR = "Desk <i onclick=x>"\n'
    return Spite(Paper.found(tmp_path_factory.mktemp("spite"), pages, names), press_room)


@BOUNDED
@given(stories=st.lists(hostile_fields(), min_size=3, max_size=8))
def test_no_field_can_run_load_or_break_anything(spite: Spite, stories: list[str]) -> None:
    see_that_nothing_is_hostile(spite, spite.print(stories))


@BOUNDED
@given(stories=st.lists(hostile_text(), min_size=4, max_size=12))
def test_no_text_can_run_load_or_break_anything(spite: Spite, stories: list[str]) -> None:
    see_that_nothing_is_hostile(spite, spite.print(stories))


@pytest.mark.slow
@LARGER
@given(stories=st.lists(st.one_of(hostile_fields(), hostile_text()), min_size=4, max_size=12))
def test_no_story_of_many_can_run_load_or_break_anything(spite: Spite, stories: list[str]) -> None:
    see_that_nothing_is_hostile(spite, spite.print(stories))


def see_that_nothing_is_hostile(spite: Spite, desk: Desk) -> None:
    """Read everything that was published, and see that it says what was written and does nothing."""
    output = spite.paper.output
    pages = {path: Page(path, data) for path, data in output.items() if path.endswith(".html")}
    for page in pages.values():
        assert list(hostile(page.root, "", spite)) == [], page.path
    for path, data in output.items():
        if path.endswith(".xml"):
            see_feed(ElementTree.fromstring(data), spite)
    stories = [each for each in desk.documents.values() if each.kind == "story"]
    for story in stories:
        see_data(pages[story.address], story)
    titles = {plain(story.title, story.lang) for story in stories}
    feed = ElementTree.fromstring(output["feeds/all.atom.xml"])
    assert {title.text for title in feed.iterfind(f"{ATOM}entry/{ATOM}title")} == titles


def hostile(root: Element, origin: str, spite: Spite) -> Iterator[str]:
    """Find what a browser would run or load beyond what the theme puts into each page."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            yield f"a comment: {element.text!r}"
            continue
        tag = element.tag.rpartition("}")[2]
        if tag in NEVER:
            yield f"<{tag}>"
        if tag == "script" and not is_ours(element, spite):
            yield f"a script: {element.text!r}"
        if tag == "style" and element.text != spite.style:
            yield f"a style: {element.text!r}"
        if tag == "link" and element.get("rel") not in FOLLOWED:
            yield f"a link of relation {element.get('rel')!r}"
        if tag == "meta" and element.get("http-equiv", "Content-Security-Policy") != "Content-Security-Policy":
            yield f"a <meta> that acts: {element.get('http-equiv')!r}"
        for name, value in element.attrib.items():
            yield from hostile_attribute(name, value, origin)


def is_ours(script: Element, spite: Spite) -> bool:
    """Say whether a script is one of the theme's, or data."""
    if script.get("type") == "application/ld+json":
        return set(script.attrib) == {"type"}
    return not script.attrib and script.text in spite.scripts


def hostile_attribute(name: str, value: str, origin: str) -> Iterator[str]:
    """Find what an attribute would run or load."""
    address = SPACE_AND_CONTROLS.sub("", value).replace("\\", "/")
    scheme = urlsplit(address).scheme if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address) else ""
    if name.lower().startswith("on") or name in ("style", "srcdoc"):
        yield f"{name}={value!r}"
    if name in ADDRESSES and scheme not in ("", "https", "mailto") and not address.startswith("data:image/svg+xml,"):
        yield f"{name}={value!r}"
    if name in LOADING and (scheme or address.startswith("//")) and not (origin and address.startswith(f"{origin}/")):
        yield f"{name}={value!r} loads from elsewhere"
    if name in ADDRESSES and address.startswith(("{", "//")):
        yield f"{name}={value!r} leads nowhere"


def see_feed(feed: Element, spite: Spite) -> None:
    """See that what a feed carries as HTML does nothing either."""
    origin = "https://paper.org"
    for content in (*feed.iter(f"{ATOM}content"), *feed.iter(CONTENT)):
        fragment = html5lib.parseFragment(content.text or "", namespaceHTMLElements=False)
        assert list(hostile(fragment, origin, spite)) == []


def see_data(page: Page, story: Document) -> None:
    """See that a page's data for machines says what was written."""
    (data,) = page.data_for_machines
    title = plain(story.title, story.lang)
    assert data["headline"] == title
    assert data.get("keywords", []) == list(story["tags"])
    assert [author["name"] for author in data["author"]] == list(story["authors"] or [DESK])
    assert [source["url"] for source in data.get("isBasedOn", [])] == [each.url for each in story["based_on"]]
    assert page.words("h1") == [" ".join(title.split())]
    assert page.words("head title") == [" ".join(f"{title} – </title><b>&".split())]
