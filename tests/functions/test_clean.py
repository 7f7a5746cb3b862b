"""Only clean HTML: what a story body may not hold, and the words that say so."""

from __future__ import annotations

import html5lib
import markdown
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.story.address import target
from plugins.story.clean import SCHEMES, TAGS, _is_plainly_clean, _told_at_length, refused_html
from plugins.story.problems import Problem

EXTENSIONS = ["tables", "def_list", "abbr", "fenced_code", "sane_lists", "toc", "attr_list"]


def to_html(body: str) -> str:
    return markdown.markdown(body, extensions=EXTENSIONS, output_format="html")


def refused(body: str) -> list[str]:
    problems = refused_html(to_html(body), body, path="a.md", first_line=7)
    return [str(problem) for problem in problems]


def only(body: str) -> str:
    (said,) = refused(body)
    return said


REMOVE = "Remove it."
THEME = "Remove it. How things look is the theme's business."
UNCLOSED = "in the same paragraph, inside the tag around it."
LITERAL = "write &lt; where you mean the character '<'."
OTHERWISE = (
    "Close each tag, keep lists, tables and headings out of paragraphs, links out of links, "
    "and rows inside a table's head or body."
)

CASES = {
    "script": ("<script>alert(1)</script>", "a script is not allowed: '<script>'. " + REMOVE),
    "script in a line": (
        "x <SCRIPT src='//e'></SCRIPT>",
        "a script is not allowed: \"<SCRIPT src='//e'>\". " + REMOVE,
    ),
    "noscript": (
        "<noscript><img src=x></noscript>",
        "a script is not allowed: '<noscript>'. " + REMOVE,
    ),
    "event handler": (
        'x <b onclick="x">y</b>',
        "an event handler is not allowed: 'onclick=\"x\"'. " + REMOVE,
    ),
    "event handler in an attribute list": (
        "## H {: onclick=x }",
        "an event handler is not allowed: 'onclick=\"x\"'. " + REMOVE,
    ),
    "form": (
        "<form>\n\nx\n\n</form>",
        "a form or a part of one is not allowed: '<form>'. " + REMOVE,
    ),
    "button": (
        "<button>x</button>",
        "a form or a part of one is not allowed: '<button>'. " + REMOVE,
    ),
    "iframe": (
        '<iframe src="https://e.org"></iframe>',
        "a page inside the page is not allowed: '<iframe src=\"https://e.org\">'. "
        "Remove it, and link to that page instead.",
    ),
    "object": (
        "<object>x</object>",
        "an embedded object is not allowed: '<object>'. Remove it, and link to the file instead.",
    ),
    "video": (
        "<video></video>",
        "sound, film or a choice of pictures is not allowed: '<video>'. Remove it, and link to the file instead.",
    ),
    "style element": ("<style>p{}</style>", "a style is not allowed: '<style>'. " + THEME),
    "style attribute": (
        'x <b style="color:red">y</b>',
        "a style is not allowed: 'style=\"color:red\"'. " + THEME,
    ),
    "table with alignment": (
        "|a|\n|-:|\n|1|",
        "a style is not allowed: 'style=\"text-align: right;\"'. " + THEME,
    ),
    "class": (
        'x <b class="big">y</b>',
        "the attribute 'class' is not allowed on <b>: 'class=\"big\"'. " + REMOVE,
    ),
    "target": (
        '<a href="x.md" target="_blank">y</a>',
        "the attribute 'target' is not allowed on <a>: 'target=\"_blank\"'. " + REMOVE,
    ),
    "box": ("<div>\n\nx\n\n</div>", "a box is not allowed: '<div>'. " + THEME),
    "head": (
        '<base href="x">',
        "a tag that belongs in a page's head is not allowed: '<base href=\"x\">'. " + REMOVE,
    ),
    "svg": (
        "<svg><p></svg>",
        "a drawing written into the text is not allowed: '<svg>'. Save it as a file and place it as a picture.",
    ),
    "old tag": (
        "x <plaintext>y",
        "a tag that browsers dropped long ago is not allowed: '<plaintext>'. Use a code block.",
    ),
    "misspelt tag": (
        "x <stong>y</stong>",
        "the tag <stong> is not allowed: '<stong>'. Did you mean 'strong'? "
        "Remove it, or write &lt; where you mean '<'.",
    ),
    "unknown tag": (
        "Dear <name>",
        "the tag <name> is not allowed: '<name>'. Remove it, or write &lt; where you mean '<'.",
    ),
    "first heading": (
        "# H",
        "a second headline is not allowed: '<h1 id=\"h\">'. Start a section with '## ' instead.",
    ),
    "fifth heading": (
        "##### H",
        "a heading this deep is not allowed: '<h5 id=\"h\">'. Use '##', '###' or '####'.",
    ),
    "comment": (
        "x <!-- who said so? --> y",
        "a comment is not allowed: '<!-- who said so? -->'. Remove it: readers can see comments in the page's source.",
    ),
    "comment without an end": (
        "x <!-- secret",
        "'<!--' begins a tag that never ends. End it with '>', or " + LITERAL,
    ),
    "tag without an end": (
        "x <b y",
        "'<b' begins a tag that never ends. End it with '>', or " + LITERAL,
    ),
    "CDATA": ("x <![CDATA[y]]>", "a CDATA section is not allowed: '<![CDATA[y]]>'. " + REMOVE),
    "doctype": (
        "<!DOCTYPE html>",
        "a document type or other declaration is not allowed: '<!DOCTYPE html>'. " + REMOVE,
    ),
    "processing instruction": (
        "<?php x ?>",
        "a processing instruction is not allowed: '<?php x ?>'. " + REMOVE,
    ),
    "not a whole tag": (
        "<p a=`x`>",
        "this is not a whole tag: '<p a='. Mend the tag, or " + LITERAL,
    ),
    "capitals": (
        "<IMG SRC=x.png>",
        "this tag is not written plainly: '<IMG SRC=x.png>'. "
        'Use small letters and put values in double quotes, as in <a href="…">.',
    ),
    "unclosed in a paragraph": (
        "x <b>y",
        f"'<b>' is not closed before '</p>'. Close it with </b> {UNCLOSED}",
    ),
    "unclosed to the end": ("<p>x", f"'<p>' is not closed. Close it with </p> {UNCLOSED}"),
    "never opened": (
        "x</i> y",
        "'</i>' closes a tag that is not open. Remove it, or open the tag before it.",
    ),
    "unknown end tag": (
        "x </script>",
        "'</script>' closes a tag that is not open. Remove it, or open the tag before it.",
    ),
    "list item outside a list": (
        "<li>x</li>",
        "'<li>' does not stand in <ul> or <ol>. Put <ul> or <ol> around it.",
    ),
    "list in a paragraph": (
        "<p>x<ul><li>y</li></ul></p>",
        f"a browser reads this otherwise than it is written: '<ul>'. {OTHERWISE}",
    ),
    "link in a link": (
        '<a href="x.md"><a href="y.md">z</a></a>',
        f"a browser reads this otherwise than it is written: '<a href=\"y.md\">'. {OTHERWISE}",
    ),
    "text in a table": (
        "<table>x<tbody><tr><td>y</td></tr></tbody></table>",
        f"a browser reads this otherwise than it is written: '<table>'. {OTHERWISE}",
    ),
    "malformed address": (
        '<a href="https://[x">y</a>',
        f"a browser reads this otherwise than it is written: '<a href=\"https://[x\">'. {OTHERWISE}",
    ),
    "javascript link": (
        "[x](javascript:alert(1))",
        "an address that starts with 'javascript:' is not allowed: "
        "'href=\"javascript:alert(1)\"'. Link to a page, or remove it.",
    ),
    "javascript link by reference": (
        "[x]: javascript:y\n\n[x]",
        "an address that starts with 'javascript:' is not allowed: "
        "'href=\"javascript:y\"'. Link to a page, or remove it.",
    ),
    "data link": (
        "[x](data:text/html,y)",
        "an address that starts with 'data:' is not allowed: "
        "'href=\"data:text/html,y\"'. Link to a page, or remove it.",
    ),
    "address without its scheme": (
        "[x](//e.org)",
        "an address without its beginning is not allowed: 'href=\"//e.org\"'. Write it out, from https:// on.",
    ),
    "picture elsewhere": (
        "![x](https://e.org/x.png)",
        "a picture from another host is not allowed: 'src=\"https://e.org/x.png\"'. "
        "Put the picture into content/images and name it from there.",
    ),
    "picture elsewhere without a scheme": (
        "![x](//e.org/x.png)",
        "a picture from another host is not allowed: 'src=\"//e.org/x.png\"'. "
        "Put the picture into content/images and name it from there.",
    ),
    "picture elsewhere behind a backslash": (
        r'<img alt="x" src="/\e.org/x.png">',
        "a picture from another host is not allowed: 'src=\"/\\\\e.org/x.png\"'. "
        "Put the picture into content/images and name it from there.",
    ),
    "address with a space": (
        '<a href="x y.md">z</a>',
        "an address with a space, line break or backslash in it: 'href=\"x y.md\"'. "
        "Write the address in one piece; a space is %20.",
    ),
    "impossible language": (
        '<span lang="english!">x</span>',
        "the attribute 'lang' has an impossible value: 'lang=\"english!\"'. It must be a language, as in 'ru'.",
    ),
    "attribute twice": (
        '<a href="x.md" href="y.md">z</a>',
        'an attribute is given twice: \'<a href="x.md" href="y.md">\'. Keep one of them.',
    ),
    "anchor twice": (
        '<h2 id="x">a</h2><h3 id="x">b</h3>',
        "two headings share one anchor: 'x'. Give each its own.",
    ),
    "reference without its semicolon": (
        '<a href="x.md?a=1&copy=2">y</a>',
        "a character reference without its semicolon: '&copy'. Write the semicolon, or write &amp; where you mean '&'.",
    ),
    "direction override": (
        "x\u202ey",
        "a hidden control character (U+202E) is not allowed. Remove it, or retype the text around it.",
    ),
    "control character as a reference": (
        "x &#x8; y",
        "a hidden control character (U+0008) is not allowed. Remove it, or retype the text around it.",
    ),
}


@pytest.mark.parametrize(("body", "said"), CASES.values(), ids=CASES)
def test_what_may_not_be_published_is_refused_in_words(body: str, said: str) -> None:
    assert f"a.md:7: {said}" in refused(body)


CLEAN = {
    "all of Markdown": (
        "Term\n: Meaning\n\n- a\n- **b**\n\n1. _c_\n\n> quoted\n\n***\n\n## Head\n\n"
        '![p](x.png "cap") `<script>` ~ [l](../y.md#z "t")\n\nline  \nbreak &nbsp; &mdash; AT&T\n'
    ),
    "code": "```\n<script onclick=x><!-- c -->\n```\n\n    <b>\n\nand `<!--` in a line",
    "escaped": "a &lt;b and &lt;!-- c and 3 < 5 & 6 > 4",
    "tables": "|a|b|\n|-|-|\n|1|2|",
    "foreign words": 'x <span lang="ru">слово</span> <bdi>y</bdi>',
    "figure": '<figure><img src="a.png" alt="x"><figcaption>y</figcaption></figure>',
    "figures": 'H<sub>2</sub>O, <kbd>Ctrl</kbd>, <abbr title="x">y</abbr>, <q>z</q>',
    "time": '<time datetime="2025-W31">the week before</time> and [Monday](time:2025-08-04)',
    "autolinks": "<https://e.org/?a=1&b=2> <newsdesk@e.org>",
    "raw table": '<table><thead><tr><th scope="col">x</th></tr></thead></table>',
    "preformatted": "<pre>\nx\n</pre>",
    "Arabic marks": "\u200fעברית\u200e and soft\u00adhyphen",
    "a word like a scheme": "[x](javascript.md)",
    "nothing": "",
}


@pytest.mark.parametrize("body", CLEAN.values(), ids=CLEAN)
def test_what_a_story_needs_passes(body: str) -> None:
    assert refused(body) == []


DISGUISED = {
    "entity": '<a href="&#106;avascript:x">y</a>',
    "named entities": '<a href="javascript&colon;x">y</a>',
    "tab inside": '<a href="java&Tab;script:x">y</a>',
    "line break inside": '<a href="java\nscript:x">y</a>',
    "line break as an entity": '<a href="java&#10;script:x">y</a>',
    "control before": '<a href="&#1;javascript:x">y</a>',
    "space before": '<a href="  javascript:x">y</a>',
    "capitals": '<a href="JaVaScRiPt:x">y</a>',
    "vbscript": '<a href="vbscript:x">y</a>',
    "unquoted": "<a href=javascript:x>y</a>",
    "in a citation": '<q cite="javascript:x">y</q>',
    "second attribute": '<a title=">" href="javascript:x">y</a>',
    "slash for a space": "<b/onclick=x>y</b>",
    "handler after a quote": '<b title="x"onclick="y">z</b>',
    "backtick": "<b title=`onclick=x`>y</b>",
    "unclosed quote": '<b title="x>y</b><b onclick=z>',
    "handler hidden by a comment": "<!--><b onclick=x>-->",
    "handler hidden by a strange comment end": "<!-- --!><b onclick=x>y</b>-->",
    "script inside an allowed tag": "<b><script>x</script></b>",
    "namespace confusion": "<math><mtext><table><mglyph><style><b onclick=x>",
    "noscript confusion": '<noscript><p title="</noscript><b onclick=x>">',
    "null in a tag": "<scr\x00ipt>x</script>",
    "nested tag": "<<script>x</script>",
    "remote picture behind backslashes": r'<img alt="x" src="\\e.org/x.png">',
    "remote picture behind a tab": '<img alt="x" src="/&Tab;/e.org/x.png">',
    "several sizes": '<img alt="x" src="a.png" srcset="//e.org/a.png 2x">',
    "data picture": '<img alt="x" src="data:image/png;base64,AA==">',
    "form attribute": '<b formaction="x">y</b>',
    "xlink": '<a xlink:href="javascript:x">y</a>',
    "element of old": '<p background="//e.org/x.png">y</p>',
    "meta refresh": '<meta http-equiv="refresh" content="0;url=//e.org">',
    "custom element": "<x-y>z</x-y>",
}


@pytest.mark.parametrize("body", DISGUISED.values(), ids=DISGUISED)
def test_disguises_do_not_help(body: str) -> None:
    assert refused(body) != []
    assert refused_html(body, body, path="a.md", first_line=1) != []


LINES = {
    "the second of two": ("one <b>x</b>\n\ntwo <b>y\n", "'<b>' is not closed", 9),
    "after the same in code": (
        "`<script>`\n\n```\n<script>\n```\n\n    <script>\n\nx <script>y</script>",
        "a script",
        15,
    ),
    "a tag over two lines": ('x\n\n<a\nhref="javascript:x">y</a>', "an address", 9),
    "an attribute list": ("x\n\n## H {: onclick=x }", "an event handler", 9),
    "a reference": ("x [y]\n\nz\n\n[y]: javascript:z", "an address", 11),
    "an escaped address": ("x\n\n[y](data:a&b)", "an address", 9),
    "what is not in the source": ("x\n\n|a|\n|-:|\n|1|", "a style", 7),
    "an open comment": ("x\n\ny <!-- z\n\nw", "'<!--' begins", 9),
}


@pytest.mark.parametrize(("body", "wrong", "line"), LINES.values(), ids=LINES)
def test_a_problem_stands_at_its_line(body: str, wrong: str, line: int) -> None:
    problems = refused_html(to_html(body), body, path="a.md", first_line=7)

    found = [problem for problem in problems if problem.wrong.startswith(wrong)]

    assert [problem.line for problem in found] == [line] * len(found)
    assert found


def test_all_problems_come_in_one_run_in_order() -> None:
    body = "x <!-- a -->\n\n<script>y</script>\n\n[z](javascript:w)\n"

    problems = refused_html(to_html(body), body, path="content/articles/a.md", first_line=5)

    assert [(problem.path, problem.line) for problem in problems] == [
        ("content/articles/a.md", 5),
        ("content/articles/a.md", 7),
        ("content/articles/a.md", 9),
    ]


def test_a_long_offence_is_quoted_in_part() -> None:
    said = only(f"x <!-- {'y' * 500} -->")

    assert "…'. Remove it" in said
    assert len(said) < 250


def test_a_hidden_character_is_not_printed() -> None:
    (problem,) = refused_html("<p>a\u202eb</p>", "a\u202eb", path="a.md", first_line=1)

    assert isinstance(problem, Problem)
    assert "\u202e" not in str(problem)


# --- Whatever the text ----------------------------------------------------------------------------

BITS = st.sampled_from(
    [
        *(
            "<script>",
            "</script>",
            "<b>",
            "</b>",
            "<i ",
            "<a href=",
            "<img src=",
            "<p>",
            "</p>",
            "<table>",
        ),
        *(
            "<tr>",
            "<td>",
            "<svg>",
            "<math>",
            "<style>",
            "</style>",
            "<title>",
            "<textarea>",
            "<select>",
        ),
        *(
            "<!--",
            "-->",
            "--!>",
            "<![CDATA[",
            "]]>",
            "<?",
            "?>",
            "<!",
            "<",
            ">",
            "/>",
            "</",
            "/",
            "=",
            '"',
        ),
        *(
            "'",
            "`",
            "``` \n",
            "&",
            "&#106;",
            "&lt;",
            "&quot;",
            "&Tab;",
            ";",
            "javascript:",
            "data:",
            "//e.org",
        ),
        *(
            "onclick=x",
            " onload=",
            "style=",
            "srcset=",
            "\n",
            "\n\n",
            "    ",
            "\t",
            "\x0c",
            "\x00",
            "\u00a0",
        ),
        *(
            "](",
            "[",
            "![",
            ")",
            "{: ",
            "}",
            "*",
            "_",
            "|",
            "-|-",
            "# ",
            "- ",
            "> ",
            "1. ",
            "\\",
            "x",
            "Ы",
        ),
        *(
            "<noscript>",
            "<template>",
            "<iframe>",
            "<h2>",
            "<ul><li>",
            "<pre>\n",
            "<time>",
            "<span lang=ru>",
        ),
    ]
)
TEXTS = st.lists(BITS | st.text(max_size=4), max_size=25).map("".join)


def dangers(html: str) -> list[str]:
    """What a reader's browser could do with HTML, as a parser of the WHATWG's kind reads it."""
    found = []
    for element in html5lib.parseFragment(html, container="div", namespaceHTMLElements=False).iter():
        name = element.tag if isinstance(element.tag, str) else "comment"
        if name not in TAGS | {"DOCUMENT_FRAGMENT"}:
            found.append(f"<{name}>")
        for key, value in element.attrib.items():
            key = key if isinstance(key, str) else key[-1]
            scheme, is_remote = target(value)
            if key.startswith("on") or key in {"style", "srcset", "formaction", "target"}:
                found.append(key)
            elif key in {"href", "src", "cite"}:
                is_fine = not is_remote if not scheme else key != "src" and scheme in SCHEMES
                found += [] if is_fine else [value]
    return found


def see_that_nothing_passes_that_is_dangerous(html: str, body: str) -> None:
    if not refused_html(html, body, path="a.md", first_line=1):
        assert dangers(html) == []


SOME = settings(max_examples=100, deadline=None, derandomize=True, database=None)
MANY = settings(SOME, max_examples=1_000, derandomize=False)


@SOME
@given(TEXTS)
def test_no_text_makes_a_dangerous_page(body: str) -> None:
    see_that_nothing_passes_that_is_dangerous(to_html(body), body)


@SOME
@given(TEXTS)
def test_no_html_that_passes_is_dangerous(html: str) -> None:
    see_that_nothing_passes_that_is_dangerous(html, html)


@pytest.mark.slow
@MANY
@given(TEXTS)
def test_no_text_of_many_is_dangerous(text: str) -> None:
    see_that_nothing_passes_that_is_dangerous(to_html(text), text)
    see_that_nothing_passes_that_is_dangerous(text, text)


TIDY_BITS = """<p> </p> <em> </em> a &amp; &lt; &lt &#8; <br> <li> </li> <ul> </ul> </a> </h2> <h1> <pre> </pre>
    < > \u202e "> <td> <A> <svg>"""
WITH_ATTRIBUTES = ['<h2 id="a">', '<h2 id="b">', '<a href="x.md">', '<a href="//x">', '<a title="', '<p id="a">']
TIDY = st.lists(st.sampled_from([*TIDY_BITS.split(), *WITH_ATTRIBUTES, " ", "\n", "\xa0"]), max_size=12).map("".join)


@settings(max_examples=600, deadline=None, derandomize=True, database=None)
@given(TIDY | TEXTS)
def test_the_short_way_passes_nothing_that_the_long_way_refuses(html: str) -> None:
    if _is_plainly_clean(html):
        assert _told_at_length(html, html, path="a.md", first_line=1) == []


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(st.text(alphabet=st.characters(blacklist_categories=["Cc", "Cs"]), max_size=60))
def test_escaped_text_always_passes(text: str) -> None:
    escaped = "".join(f"&#{ord(sign)};" if not sign.isalnum() else sign for sign in text)
    hidden = any(sign in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069" for sign in text)
    nothing = any(ord(sign) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(sign) <= 0xFDEF for sign in text)

    problems = refused_html(f"<p>{escaped}</p>", text, path="a.md", first_line=1)

    assert bool(problems) == hidden or nothing
