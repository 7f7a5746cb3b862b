"""The parts of a build that does only what is needed: each by itself, with good input and bad."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest
import smartypants
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import DictLoader, Environment, Undefined
from markupsafe import Markup, escape
from pelican import Pelican, signals
from pelican.settings import DEFAULT_CONFIG
from typogrify.filters import widont

from plugins.build import cabinet
from plugins.build.crew import shared
from plugins.build.digests import Untrackable, of_value
from plugins.build.errands import INSTEAD
from plugins.build.express import PELICANS_OWN
from plugins.build.library import Kept, Library
from plugins.build.reads import refuse_clocks
from plugins.build.settings import PELICAN_READS
from plugins.build.shelf import escaped, have_at_hand
from plugins.story.clock import now
from plugins.story.desk import read_desk
from plugins.story.problems import Problem, SiteError
from plugins.story.quotes import DASHES, EM_DASHES, smart
from plugins.story.rules import rules_of
from plugins.story.typography import LITERAL, has_literals, without_widows
from tests.incremental.small_archive import SmallArchive
from tests.newsroom import EDITION, FONAR, LANTERN, ROOT, files_below, pelican, setting_values

SIGNS = (
    """' " &quot; - -- --- ... \\ a s 80s 8 . , ( [ <em> </em> <p> </p> &nbsp; &#8211; &#8217; <code> </code> <!-- é"""
)
ENDS = "</p> </h2> </li> </dt> </dd> <p> <h2> <em> </em> <b> </b> <img> <a> </a> one two three-four é &nbsp; < > , </q>"
ENDED = st.lists(st.sampled_from([*ENDS.split(), " ", " ", "\n", "\xa0", "\t", "  ", "x" * 45]), max_size=20).map(
    "".join
)
MARKS = "- -- --- . / a b-c www. :// @ time: https http x.org 9' _ é"
LITERALS = st.lists(st.sampled_from([*MARKS.split(), " ", "\n"]), max_size=9).map("".join)
SCRAPS = st.lists(st.sampled_from([*SIGNS.split(), " ", "\n", ". . .", '<a href="x--y">']), max_size=14).map("".join)


# Typesetting


@given(SCRAPS, st.sampled_from([DASHES, EM_DASHES]))
def test_quotes_are_those_of_smartypants(text, how):
    assert smart(text, how) == smartypants.smartypants(text, how)


@given(ENDED)
def test_widows_are_those_of_typogrify(markup):
    assert without_widows(markup) == widont(markup)


@given(LITERALS)
def test_a_text_without_signs_of_a_literal_holds_none(text):
    assert has_literals(text) or not LITERAL.search(text)


@pytest.mark.parametrize("value", ["<a>&'", Markup("<b>"), 5, None, Undefined(name="x"), ["<"]])
def test_a_value_is_escaped_as_ever(value):
    assert escaped(value) == str(escape(value))


def test_templates_escape_by_the_name_that_is_given_to_another():
    env = Environment(
        autoescape=True, loader=DictLoader({"a": "{{ '<' ~ x }}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}"})
    )
    have_at_hand(env)

    assert env.get_template("a").root_render_func.__globals__["escape"] is escaped
    assert env.get_template("a").render(x="<") == "&lt;&lt;&lt;"


# Sharing work


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_shared_work_gives_every_result_once(jobs):
    found = dict(shared(list(range(100)), lambda item: (item, str(item)), jobs))

    assert found == {item: (item, str(item)) for item in range(100)}


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_error_of_a_worker_is_raised_as_it_is(jobs):
    def fail(item):
        if item == 41:
            raise SiteError([Problem("content/a.md", 3, "It is wrong.", "Mend it.")])
        return item

    with pytest.raises(SiteError, match=r"content/a\.md:3: It is wrong\. Mend it\."):
        dict(shared(list(range(100)), fail, jobs))


def test_what_a_killed_worker_leaves_is_done_all_the_same():
    here = os.getpid()

    def die(item):
        if item == 50 and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return item

    assert dict(shared(list(range(100)), die, 3)) == {item: item for item in range(100)}


# Keeping


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_store_counts_as_none(tmp_path, seed):
    file, chance = tmp_path / "store", random.Random(seed)
    cabinet.keep(file, b"key", {"a": [1, "two", b"three"]})
    data = bytearray(file.read_bytes())
    assert cabinet.kept(file, b"key") == {"a": [1, "two", b"three"]}
    assert cabinet.kept(file, b"another") is None

    at = chance.randrange(len(data))
    data[at] ^= 1 << chance.randrange(8)
    file.write_bytes(data if seed % 2 else data[:at])

    assert cabinet.kept(file, b"key") is None


@pytest.mark.parametrize("settings", [EDITION, LANTERN, FONAR])
def test_a_document_comes_out_of_the_library_as_it_went_in(tmp_path, settings):
    values = {**DEFAULT_CONFIG, **setting_values(ROOT / settings)}
    root, rules = Path(values["PATH"]), rules_of(values, now())
    wanted = read_desk(root, rules)

    for _ in range(2):  # read, then fetched
        found = read_desk(root, rules, read=Library(tmp_path, b"key", rules, 2).documents)
        assert found.problems == wanted.problems
        assert list(found.documents) == list(wanted.documents)
        for path, document in wanted.documents.items():
            same = found.documents[path]
            kept = {"source", "body", "summary_links"} if isinstance(same, Kept) else set()
            told = {name: value for name, value in vars(document).items() if name not in kept}
            assert {name: getattr(same, name) for name in told} == told
            assert same.links == document.links
            if document.body:
                assert (same.body.blocks, same.body.anchors) == (document.body.blocks, document.body.anchors)


# Recording


@pytest.mark.parametrize(
    "template",
    ["{{ article.date.now() }}", "{{ article.date['today']() }}", "{{ articles | random }}", "{{ lipsum() }}"],
)
def test_a_template_may_not_ask_the_clock_or_chance(template):
    class Loader:
        def list_templates(self):
            return ["article.html"]

        def get_source(self, env, name):
            return "\n" + template, name, None

    env = Environment()
    env.loader = Loader()

    with pytest.raises(SiteError, match=r"theme/templates/article\.html:2: '\w+' gives another value in each build"):
        refuse_clocks(env)


def test_a_value_whose_changes_cannot_be_told_has_no_digest():
    with pytest.raises(Untrackable):
        of_value([object()])


@pytest.mark.parametrize(
    ("one", "other"),
    [("1", 1), ((1, 2), [1, 2]), ((1, (2, 3)), (1, 2, 3)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ("", None), (1, True)],
)
def test_values_that_a_template_can_tell_apart_have_different_digests(one, other):
    assert of_value(one) != of_value(other)


# Pelican, and doing without


def test_pelican_has_no_generator_that_nobody_stands_in_for():
    settings = {**DEFAULT_CONFIG, "TEMPLATE_PAGES": {}, "OUTPUT_SOURCES": False}
    press = Pelican.__new__(Pelican)
    press.settings = settings

    with signals.get_generators.muted():
        assert set(Pelican._get_generator_classes(press)) <= INSTEAD.keys()


def test_the_settings_that_rule_a_quick_build_out_are_pelicans():
    assert set(PELICANS_OWN) <= DEFAULT_CONFIG.keys() | PELICAN_READS


@pytest.mark.parametrize(
    "settings", [EDITION, pytest.param(LANTERN, marks=pytest.mark.slow), pytest.param(FONAR, marks=pytest.mark.slow)]
)
def test_without_plugins_build_the_bytes_are_the_same(tmp_path, settings):
    stock = tmp_path / "stockconf.py"
    lines = [
        "import runpy, sys",
        f"sys.path.insert(0, {str(ROOT)!r})",
        f"globals().update({{k: v for k, v in runpy.run_path({str(ROOT / settings)!r}).items() if k.isupper()}})",
        "del PELICAN_CLASS",
        'PLUGINS = ["plugins.story", "plugins.site"]',
    ]
    stock.write_text("\n".join(lines), encoding="utf-8")

    slow = pelican(str(stock), tmp_path / "slow")
    quick = pelican(settings, tmp_path / "quick")

    assert (slow.returncode, quick.returncode) == (0, 0), slow.stdout + quick.stdout
    assert dict(files_below(tmp_path / "quick")) == dict(files_below(tmp_path / "slow"))


# A whole archive


@pytest.fixture
def archive(tmp_path):
    small = SmallArchive(tmp_path)
    yield small
    small.end()


def test_a_deleted_draft_leaves_no_word_behind(archive):
    fields = "Title: Secret\nDate: 2025-01-01\nCategory: Arms\nStatus: draft\n"
    archive.write("articles/2025/01/secret.md", f"{fields}\nZanzibar.\n")
    preview = "-e", "SHOW_UNPUBLISHED=true"
    for _ in range(2):
        archive.build()
        archive.runner.build("pelicanconf.py", "preview", options=preview, NOW=archive.now)
    assert holding(archive.root, b"Zanzibar") != []

    (archive.root / "content/articles/2025/01/secret.md").unlink()
    archive.build()
    archive.runner.build("pelicanconf.py", "preview", options=preview, NOW=archive.now)

    assert holding(archive.root, b"Zanzibar") == []


def holding(root, words):
    """Give the files that hold some words."""
    return [path for path in root.rglob("*") if path.is_file() and words in path.read_bytes()]


def test_a_build_that_finds_nothing_changed_touches_nothing(archive):
    archive.build()
    archive.build()
    before = {path: path.stat() for path in archive.root.rglob("*") if path.name not in (".said", "lock")}

    status, said = archive.build()

    after = {path: path.stat() for path in archive.root.rglob("*") if path.name not in (".said", "lock")}
    assert (status, "Edition  " in said) == (0, True)
    unlike = [path for path in before if before[path].st_ctime_ns != after[path].st_ctime_ns and path.is_file()]
    assert [path.name for path in unlike] == []


def test_a_text_that_changes_alone_has_only_its_own_page_written(archive):
    archive.build()
    story = archive.stories()[0]
    story.write_text(story.read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8")
    before = archive.files()

    archive.build()

    after = archive.files()
    assert len([path for path in after if after[path] != before[path]]) >= 1
    assert after == archive.stock()[2]


def test_a_text_outside_of_feeds_and_issue_changes_its_page_and_its_copies_alone(archive):
    archive.now = "2026-12-01 12:00"  # all are out
    archive.edit(archive.root / "pelicanconf.py", r"^FEED_STORIES = 3$", "FEED_STORIES = 1")
    assert archive.build()[0] == 0
    before = archive.files()
    story = archive.stories()[0]  # the oldest
    story.write_text(story.read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8")

    assert archive.build()[0] == 0

    after = archive.files()
    changed = sorted(path for path in after if after[path] != before[path])
    assert [path.rpartition("/")[2] for path in changed if not path.startswith("copies/")] == [f"{story.stem}.html"]
    assert [path.rpartition(".")[2] for path in changed if path.startswith("copies/")] == ["html", "txt"]
    assert after == archive.stock()[2]


@pytest.mark.slow
def test_a_story_that_gets_too_old_loses_its_copies_and_keeps_its_page(archive):
    archive.now = "2026-12-01 12:00"
    assert archive.build()[0] == 0
    before = archive.files()
    archive.field(archive.stories()[-1], "Modified", "2026-05-09 09:00")

    assert archive.build()[0] == 0

    after = archive.files()
    gone = before.keys() - after.keys()
    assert gone
    assert all(path.startswith("copies/2025-0") and path < "copies/2025-05-09" for path in gone)
    assert not [path for path in after if "copies/2" in path and path < "copies/2025-05-09"]
    assert after == archive.stock()[2]


@pytest.mark.slow
def test_a_few_stories_that_change_or_come_are_sorted_in_among_all(archive):
    chance = random.Random(5)
    archive.now = "2025-12-01 12:00"
    for path in archive.stories():
        archive.field(path, "Status", "published")
    archive.build()
    for change in (
        "headline",
        "standfirst",
        "kicker",
        "updated",
        "correction",
        "source",
        "newest",
        "newest",
        *("front", "newest", "updated", "headline") * 4,
    ):
        time.sleep(0.06)
        vars(SmallArchive)[change](archive, chance)
        status, said = archive.build()
        assert (status, archive.files()) == (0, archive.stock()[2]), (change, said)


def test_what_a_preview_has_read_is_published_all_the_same(archive):
    archive.build()
    for change in (archive.body, archive.headline):
        change(random.Random(2))
        archive.runner.build("pelicanconf.py", "preview", options=("-e", "SHOW_UNPUBLISHED=true"), NOW=archive.now)
        archive.build()
        assert archive.files() == archive.stock()[2]


def test_whatever_a_template_reads_that_nobody_can_watch_is_refused(archive):
    template = archive.root / "theme/templates/article.html"
    template.write_text(
        template.read_text(encoding="utf-8") + "{% block x %}{{ LIBRARY }}{% endblock %}", encoding="utf-8"
    )
    base = archive.root / "theme/templates/base.html"
    base.write_text(base.read_text(encoding="utf-8") + "{% block x %}{% endblock %}", encoding="utf-8")

    status, said = archive.build()

    assert status == 1
    assert "theme/templates/article.html:1: 'LIBRARY' is read here, and changes" in said


def test_a_text_that_changes_beside_a_link_to_a_file_keeps_the_link(archive):
    story = archive.stories()[0]
    archive.field(story, "Status", "published")
    with story.open("a", encoding="utf-8") as file:
        file.write("\n[A file](../../../extra/hello.txt).\n")
    archive.now = "2025-12-01 12:00"
    archive.build()
    for line in ("\nMore.\n", "\nStill more.\n"):
        time.sleep(0.06)
        with story.open("a", encoding="utf-8") as file:
            file.write(line)
        status, said = archive.build()
        assert (status, archive.files()) == (0, archive.stock()[2]), said
