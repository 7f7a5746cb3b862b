"""The benchmark is fair: the same stories, lists and feeds come out of all three, and it measures what it says."""

import html
import json
import os
import re
import statistics
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from tests.benchmarks import measure, plot, table
from tests.benchmarks.archive import FIRST, SECTIONS, YEARS, Archive
from tests.benchmarks.contestant import ROOT
from tests.benchmarks.race import STORY_PAGE, environment

COUNT = 60
OUTPUTS = {"ours": "ours/output", "stock": "stock/output", "hugo": "hugo/public"}
PEERS = ("stock", "hugo")
TAG = re.compile(r"<[^>]*>")
STORY_HREF = re.compile(r'href="[^"]*?([a-z0-9-]+-\d+)\.html"')
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"^(?:- |> |## )|\*", re.MULTILINE)
ONE_FORM = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "\xa0": " ", "…": "..."})


def words_of(text):
    """Give text in one form, whoever set its quotes and dashes."""
    return " ".join(text.translate(ONE_FORM).replace("--", "-").split())


@pytest.fixture(scope="session")
def raced(tmp_path_factory):
    """Run the whole benchmark over a small archive; the built sites and the figures."""
    folder = tmp_path_factory.mktemp("bench")
    command = [sys.executable, "-m", "tests.benchmarks", "--count", str(COUNT), "--repeat", "1", "--keep"]
    done = subprocess.run(
        [*command, "--folder", str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if "Hugo could not be installed" in done.stdout and os.environ.get("CI") != "true":
        pytest.skip("Hugo could not be installed")
    assert done.returncode == 0, done.stdout
    figures = json.loads((ROOT / f".cache/bench/{COUNT}.json").read_text(encoding="utf-8"))
    return {name: folder / path for name, path in OUTPUTS.items()}, figures


@pytest.fixture(scope="session")
def sites(raced):
    """Each built site: its files' texts, by path."""
    return {name: dict(texts(folder)) for name, folder in raced[0].items()}


def texts(folder):
    """Read a built site."""
    for path in sorted(folder.rglob("*.*ml")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8")


def stories_at_the_end():
    """Give the archive as the edits of the benchmark leave it."""
    archive = Archive(COUNT)
    stories = [archive.story(number) for number in range(COUNT + 2) if number != COUNT]
    edited = stories[COUNT // 2 + 1]
    line = "Edit 1: this paragraph was added after the story had been published for some years."
    stories[edited.number] = replace(edited, body=(*edited.body, line))
    corrected = stories[COUNT // 3 + 1]
    stories[corrected.number] = replace(corrected, title="Inquiry 1 finds what the council had missed")
    return stories


def lists_of(site):
    """Give the stories that each list names, over all its pages, by the list's name; the front page is none."""
    found = defaultdict(set)
    for path, text in site.items():
        if path.endswith(".html") and path != "index.html" and not STORY_PAGE.fullmatch(path):
            name = re.sub(r"(/page/\d+)?(/index)?\.html$", "", path)
            month = re.sub(r"^months/(\d{4})-(\d{2})$", r"\1/\2", name)
            found[month] |= set(STORY_HREF.findall(text))
    return {name: stories for name, stories in found.items() if stories}


def feeds_of(site):
    """Give the stories of each feed, in order, by the feed's name and kind."""
    found = {}
    for path, text in site.items():
        kind = re.search(r"atom|rss", path)
        if path.endswith(".xml") and kind:
            name = re.sub(r"feeds/|[./]?(?:atom|rss)\.xml$", "", path) or "all"
            root = ElementTree.fromstring(text)
            links = [
                entry.find("{*}link").get("href") or entry.find("{*}link").text
                for entry in [*root.iter("{http://www.w3.org/2005/Atom}entry"), *root.iter("item")]
            ]
            found[name, kind[0]] = [link.rpartition("/")[2] for link in links]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", OUTPUTS)
def test_every_word_of_every_story_is_in_the_output(sites, name):
    for story in stories_at_the_end():
        page = words_of(html.unescape(TAG.sub("", sites[name][f"{story.path}.html"])))
        blocks = [story.title, story.kicker, story.standfirst, *story.body, *story.topics, *story.authors]
        lines = [line for block in blocks for line in MARKS.sub("", LINK.sub(r"\1", block)).split("\n")]

        missing = [line for line in lines if words_of(line) not in page]

        assert missing == []


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_has_the_same_stories_and_no_others(sites, peer):
    ours, theirs = ({path for path in sites[name] if STORY_PAGE.fullmatch(path)} for name in ("ours", peer))

    assert theirs == ours == {f"{story.path}.html" for story in stories_at_the_end()}


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS)
def test_a_peers_lists_name_the_same_stories(sites, peer):
    ours, theirs = lists_of(sites["ours"]), lists_of(sites[peer])

    assert theirs == ours
    assert len(ours) > len(SECTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS)
def test_a_peers_feeds_hold_the_same_stories(sites, peer):
    ours, theirs = feeds_of(sites["ours"]), feeds_of(sites[peer])

    assert theirs == ours
    assert len(ours) == 2 + 2 * len(SECTIONS)


@pytest.mark.slow
@pytest.mark.parametrize("peer", PEERS)
def test_a_peers_pages_weigh_about_the_same(raced, peer):
    made = raced[1]["made"]

    assert made[peer]["story_bytes"] == pytest.approx(made["ours"]["story_bytes"], rel=0.15)
    assert made[peer]["files"] == pytest.approx(made["ours"]["files"], rel=0.1)


@pytest.mark.slow
def test_every_row_has_its_figures(raced):
    rows = raced[1]["rows"]

    assert list(rows) == ["cold", "nothing", "body", "headline", "added", "template", "publish", "again"]
    assert [list(row) for row in rows.values()] == [list(OUTPUTS)] * 6 + [["ours"]] * 2
    assert all(
        one["wall"] > 0 and one["cpu"] > 0 and one["memory"] > 10e6 for row in rows.values() for one in row.values()
    )


def test_an_archive_is_the_same_every_time():
    assert list(Archive(20)) == list(Archive(20))
    assert list(Archive(20)) != list(Archive(20, seed=5))


def test_an_archive_is_what_it_says():
    stories = list(Archive(400))

    assert statistics.mean(len(" ".join(story.body).split()) for story in stories) == pytest.approx(450, rel=0.03)
    assert len({story.path for story in stories}) == len({story.date for story in stories}) == 400
    assert {story.section for story in stories} == set(SECTIONS)
    assert len({author for story in stories for author in story.authors}) == 40
    assert 150 < len({topic for story in stories for topic in story.topics}) <= 200
    assert FIRST <= stories[0].date < stories[-1].date < FIRST + YEARS


def test_links_lead_to_earlier_stories():
    archive = Archive(50)
    paths = [archive.path(number) for number in range(50)]

    for story in archive:
        for path in re.findall(r"\(story:([^)#]+)", "\n".join(story.body)):
            assert path in paths[: story.number]


@pytest.mark.parametrize(
    ("value", "other", "words"),
    [
        (47.1, 16.6, "2.8"),
        (16.6, 16.6, "1.0"),
        (0.87, 16.6, "1/19"),
        (8.5, 16.6, "1/2.0"),
        (148, 1.2, "123"),
        (1, 0, ""),
    ],
)
def test_a_ratio_reads_both_ways(value, other, words):
    assert table.ratio(value, other) == words


@pytest.mark.parametrize(("value", "words"), [(0.41, "0.41 s"), (8.5, "8.50 s"), (16.6, "16.6 s"), (148.2, "148 s")])
def test_a_time_has_three_figures(value, words):
    assert table.seconds(value) == words


def test_a_plot_is_well_formed_and_always_the_same():
    series = {("ours", "cold"): [(1000, 4.0), (130_000, 900.0)], ("hugo", "cold"): [(1000, 1.5), (10_000, 16.0)]}

    drawing = plot.draw(series)

    assert drawing == plot.draw(dict(reversed(series.items())))
    assert len(ElementTree.fromstring(drawing).findall("{*}polyline")) == 2


WASTEFUL = """
import os, time
held = bytearray(60_000_000)
if (child := os.fork()) == 0:
    end = time.process_time() + 0.3
    while time.process_time() < end: pass
    os._exit(0)
os.waitpid(child, 0)
"""


def test_a_measurement_counts_children_and_shared_memory_once(tmp_path):
    command = [sys.executable, "-I", "-c", WASTEFUL]

    taken = measure.run(command, tmp_path, environment(), 60, tmp_path / "log")

    assert taken.status == 0
    assert taken.wall >= 0.3
    assert taken.cpu >= 0.3
    assert 60e6 < taken.memory < 110e6


def test_what_takes_too_long_is_stopped(tmp_path):
    command = [sys.executable, "-I", "-c", "import time; time.sleep(60)"]

    taken = measure.run(command, tmp_path, environment(), 0.3, tmp_path / "log")

    assert taken.status is None
    assert taken.wall < 10
