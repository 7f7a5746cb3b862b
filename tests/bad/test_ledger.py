"""Published addresses stay, and published statements change only in the open: content/published/."""

# ruff: noqa: E501 - a message stands on one line, as it is printed
from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from plugins.edition import is_real
from plugins.edition.ledger import LINE, Statement
from tests.bad.paper import Paper, PressRoom, picture
from tests.newsroom import ROOT
from tests.tools import need

NOW = "2025-09-01 12:00"
TREATY = "articles/2025/08/treaty.md"
VISIT = "articles/2025/08/visit.md"
STORIES: dict[str, str | bytes] = {
    TREATY: (
        "Title: The treaty of 1987\n"
        "Kicker: Since 1988\n"
        "Date: 2025-08-01 09:00\n"
        "Category: Arms\n"
        "Tags: Treaties\n"
        "Authors: Ann Lund\n"
        "Summary: It ended in 2019.\n"
        "\n"
        'It banned missiles that reach 500--5,500 km. The ministry spoke of "a new reality", and Bo Ek was there.\n'
        "\n"
        '![A launcher.](../../../images/launcher.jpg "A launcher in 1991")\n'
        "\n"
        "``` ranges\n"
        "Title: Two limits\n"
        "Description: Two circles.\n"
        "500 km: the lower\n"
        "5,500 km: the upper\n"
        "```\n"
    ),
    VISIT: "Title: A visit\nDate: 2025-08-02 09:00\nCategory: Press\nTags: Visits\nAuthors: Bo Ek\n\nNobody counted.\n",
    "images/launcher.jpg": picture(),
    "pages/about.md": "Title: About us\n\nWho we are.\n",
}
REFUSED = f"content/{TREATY}:1: "
AFTER = "2025-09-02 08:00"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, press_room: PressRoom) -> Paper:
    """A newspaper that has published once."""
    paper = Paper.found(tmp_path_factory.mktemp("published"), STORIES)
    done = press_room.publish(paper, NOW)
    assert done.status == 0, done.err
    return paper


@pytest.fixture
def paper(tmp_path: Path, published: Paper) -> Paper:
    """Another newspaper that has published once, to be changed."""
    return published.copy(tmp_path / "paper")


def ledger(paper: Paper) -> dict[str, list[str]]:
    """Give the lines of each file of the ledger."""
    folder = paper.root / "content" / "published"
    return {path.name: path.read_text(encoding="utf-8").split("\n") for path in sorted(folder.glob("*"))}


def kinds(paper: Paper) -> dict[str, str]:
    """Give the kind of each address in the ledger."""
    rows = [line.split("\t") for lines in ledger(paper).values() for line in lines if line]
    return {address: kind for address, kind, *_ in rows}


def add(paper: Paper, field: str, story: str = TREATY) -> Paper:
    """Add a field above a story."""
    return paper.edit(story, "Category:", f"{field}\nCategory:")


# --- What is written down ---------------------------------------------------------------------------


def test_a_new_newspaper_begins_without_a_ledger(tmp_path: Path) -> None:
    assert ledger(Paper.found(tmp_path, STORIES)) == {}


def test_publishing_writes_each_kept_address_once_and_sorted(published: Paper) -> None:
    files = ledger(published)
    rows = {name: lines[:-1] for name, lines in files.items()}
    found = {path for path in published.output if path.endswith(".html") or path.startswith("feeds/")}
    kept = {path for path in found if path != "404.html" and not path.startswith("copies/")}
    kept = {path for path in kept if not path.endswith((".br", ".gz"))}

    assert list(files) == ["2025.tsv", "site.tsv"]
    assert [lines[-1] for lines in files.values()] == ["", ""]
    assert [line for lines in rows.values() for line in lines if not LINE.match(line)] == []
    assert {name: [line.split("\t")[0] for line in lines] for name, lines in rows.items()} == {
        "2025.tsv": sorted(path for path in kept if path.startswith("2025/")),
        "site.tsv": sorted(path for path in kept if not path.startswith("2025/")),
    }


def test_publishing_says_what_to_commit(tmp_path: Path, press_room: PressRoom) -> None:
    done = press_room.publish(Paper.found(tmp_path, STORIES), NOW)

    assert [note for note in done.notes if "commit" in note] == [
        "content/published/2025.tsv has changed: commit it.",
        "content/published/site.tsv has changed: commit it.",
    ]


def test_publishing_again_unchanged_changes_nothing(paper: Paper, press_room: PressRoom) -> None:
    before, stamps = ledger(paper), times(paper)

    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    assert (ledger(paper), times(paper)) == (before, stamps)
    assert [note for note in done.notes if "commit" in note] == []


def times(paper: Paper) -> list[int]:
    """Give when each file of the ledger was written."""
    return [path.stat().st_mtime_ns for path in sorted((paper.root / "content" / "published").iterdir())]


def test_make_html_never_writes_the_ledger(paper: Paper, press_room: PressRoom) -> None:
    before, stamps = ledger(paper), times(paper)
    paper.write({"articles/2025/08/third.md": "Title: A third\nDate: 2025-08-03\nCategory: Arms\n\nThree.\n"})

    done = press_room.build(paper, now=AFTER)

    assert done.status == 0, done.err
    assert (ledger(paper), times(paper)) == (before, stamps)


def test_make_html_begins_no_ledger(tmp_path: Path, press_room: PressRoom) -> None:
    paper = Paper.found(tmp_path, STORIES)

    assert press_room.build(paper, now=NOW).status == 0
    assert not (paper.root / "content" / "published").exists()


@pytest.mark.parametrize(
    ("origin", "is_one"),
    [
        ("", False),
        ("https://paper.example", False),
        ("https://www.paper.example/folder", False),
        ("https://example.org", False),
        ("https://www.example.com", False),
        ("https://paper.test", False),
        ("https://paper.invalid", False),
        ("https://localhost", False),
        ("https://paper.org", True),
        ("https://paper.org/folder", True),
        ("https://myexample.org", True),
        ("http://paperpaperpaperpaperpaperpaper.onion", True),
    ],
)
def test_names_kept_for_examples_are_no_origins(origin: str, is_one: bool) -> None:
    assert is_real(origin) == is_one


def test_nothing_is_written_down_for_an_origin_that_nobody_can_reach(tmp_path: Path, press_room: PressRoom) -> None:
    paper = Paper.found(tmp_path, STORIES, 'SITE_ORIGIN = "https://paper.example"\n')

    done = press_room.publish(paper, NOW)

    assert done.status == 0, done.err
    assert not (paper.root / "content" / "published").exists()


def test_a_refused_edition_writes_nothing_down(paper: Paper, press_room: PressRoom) -> None:
    before = ledger(paper)
    paper.write({"articles/2025/08/third.md": "Title: A third\nDate: 2025-08-03\nCategory: Arms\n\nThree.\n"})
    paper.edit(TREATY, "in 1991", "in 1992")

    assert press_room.publish(paper, AFTER).status == 1
    assert ledger(paper) == before


def test_a_held_story_and_a_draft_are_not_in_the_ledger(paper: Paper, press_room: PressRoom) -> None:
    story = "Title: {0}\nDate: {1}\nCategory: Arms\nStatus: {2}\n\nText.\n"
    paper.write(
        {
            "articles/2025/08/zheld.md": story.format("Held", "2199-01-01", "published"),
            "articles/2025/08/zdraft.md": story.format("Draft", "2025-08-03", "draft"),
        }
    )

    assert press_room.publish(paper, AFTER).status == 0
    assert [address for address in kinds(paper) if "zheld" in address or "zdraft" in address] == []


# --- Lost addresses ---------------------------------------------------------------------------------

LOST_STORY = (
    "content/published/2025.tsv:3: the published address '2025/08/visit.html' would be lost. "
    "Write 'Aliases: 2025/08/visit.html' above the story that takes its place, "
    "or bring the story back with 'Status: withdrawn' and a reason."
)


def lost_page(number: int, address: str) -> str:
    return (
        f"content/published/site.tsv:{number}: the published address '{address}' would be lost. "
        f"Add '{address}' to REDIRECTS in pelicanconf.py, with the page that takes its place."
    )


def number_of(paper: Paper, address: str) -> int:
    """Give the line of an address in site.tsv."""
    lines = ledger(paper)["site.tsv"]
    return next(at for at, line in enumerate(lines, start=1) if line.startswith(f"{address}\t"))


@pytest.mark.parametrize("settings", ["pelicanconf.py", "publishconf.py"])
def test_a_build_that_would_lose_addresses_is_refused(paper: Paper, press_room: PressRoom, settings: str) -> None:
    output = paper.output
    paper.remove(VISIT)

    done = press_room.build(paper, settings, AFTER)

    assert done.status == 1
    assert done.problems == [
        LOST_STORY,
        lost_page(number_of(paper, "authors/bo-ek.html"), "authors/bo-ek.html"),
        lost_page(number_of(paper, "topics/visits/index.html"), "topics/visits/index.html"),
    ]
    assert paper.output == output


@pytest.mark.parametrize(
    "fields", ["Status: draft", "Status: skip", "Slug: elsewhere"], ids=["draft", "skipped", "renamed"]
)
def test_a_published_story_cannot_vanish_by_a_field(paper: Paper, press_room: PressRoom, fields: str) -> None:
    add(paper, fields, VISIT)

    assert LOST_STORY in press_room.build(paper, now=AFTER).problems


def test_a_published_story_cannot_be_held_back_again(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(VISIT, "Date: 2025-08-02", "Date: 2199-08-02")

    assert LOST_STORY in press_room.build(paper, now=AFTER).problems


def test_an_alias_mends_a_lost_address(paper: Paper, press_room: PressRoom) -> None:
    add(paper, "Slug: elsewhere\nAliases: 2025/08/visit.html", VISIT)

    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    page = paper.read("output/2025/08/visit.html")
    assert '<meta http-equiv="refresh" content="0;url=elsewhere.html">' in page
    assert '<link rel="canonical" href="https://paper.org/2025/08/elsewhere.html">' in page
    assert {kinds(paper)["2025/08/visit.html"], kinds(paper)["2025/08/elsewhere.html"]} == {"page", "story"}


def test_a_withdrawal_mends_a_lost_address(paper: Paper, press_room: PressRoom) -> None:
    add(paper, "Status: withdrawn\nReason: It did not happen.", VISIT)
    paper.set('REDIRECTS = {"authors/bo-ek.html": "about.html", "topics/visits/index.html": "topics/index.html"}')

    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    assert "It did not" in paper.read("output/2025/08/visit.html")
    assert "Nobody counted" not in paper.read("output/2025/08/visit.html")
    assert kinds(paper)["2025/08/visit.html"] == "withdrawn"


def test_a_withdrawn_story_cannot_vanish_either(paper: Paper, press_room: PressRoom) -> None:
    add(paper, "Status: withdrawn\nReason: It did not happen.", VISIT)
    paper.set('REDIRECTS = {"authors/bo-ek.html": "about.html", "topics/visits/index.html": "topics/index.html"}')
    assert press_room.publish(paper, AFTER).status == 0

    paper.remove(VISIT)

    assert press_room.publish(paper, AFTER).problems == [LOST_STORY]


def test_a_page_that_would_be_lost_is_refused_and_mended_by_an_alias(paper: Paper, press_room: PressRoom) -> None:
    text = paper.read("content/pages/about.md")
    paper.remove("pages/about.md")
    assert press_room.build(paper, now=AFTER).problems == [lost_page(number_of(paper, "about.html"), "about.html")]

    paper.write({"pages/who.md": text.replace("Title:", "Aliases: about.html\nTitle:")})

    assert press_room.build(paper, now=AFTER).status == 0


def test_a_feed_that_would_be_lost_is_refused_with_what_can_be_done(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(VISIT, "Category: Press", "Category: Arms").set('SECTIONS = (("arms", "Arms"),)')

    said = press_room.build(paper, now=AFTER).problems

    assert [line.partition(": ")[2] for line in said if "feeds/" in line] == [
        f"the published address 'feeds/press.{kind}.xml' would be lost. "
        "Bring back its section, or SITE_ORIGIN: nothing can lead a feed reader elsewhere."
        for kind in ("atom", "rss")
    ]


def test_numbered_pages_of_lists_may_go(tmp_path: Path, press_room: PressRoom) -> None:
    names = [f"articles/2025/08/{letter}.md" for letter in "abcde"]
    story = "Title: Story {0}\nDate: 2025-08-0{1}\nCategory: Arms\n\nText.\n"
    stories = {name: story.format(name[-4], at) for at, name in enumerate(names, start=1)}
    paper = Paper.found(tmp_path, {**stories, "pages/about.md": "Title: About us\n\nWho we are.\n"})
    assert press_room.publish(paper, NOW).status == 0
    assert "arms/page/1/index.html" in paper.output

    for name in names[:3]:
        add(paper, "Status: withdrawn\nReason: A slip.", name)
    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    assert "arms/page/1/index.html" not in paper.output
    assert [address for address in kinds(paper) if "/page/" in address] == []


# --- Silent changes ---------------------------------------------------------------------------------

# What is changed; what is said of it; the words of the note that the refusal offers.
CHANGES = {
    "a figure that is changed": ("in 1991", "in 1992", "'1991'", "1991 was wrong, it is 1992"),
    "a figure in the headline": ("treaty of 1987", "treaty of 1986", "'1987'", "1987 was wrong, it is 1986"),
    "a figure in the standfirst": ("ended in 2019", "ended in 2018", "'2019'", "2019 was wrong, it is 2018"),
    "a quotation": (
        '"a new reality"',
        '"a new era"',
        "'a new reality'",
        "a new reality was wrong, it is a new era",
    ),
    "a quotation that is no longer one": (
        '"a new reality"',
        "a new reality",
        "'a new reality'",
        "a new reality was wrong, it is …",
    ),
    "a name in the text": ("Bo Ek was", "Bo Berg was", "'Bo Ek'", "Bo Ek was wrong, it is …"),
    "a figure that is taken out": ("It ended in 2019.", "It ended.", "'2019'", "2019 was wrong, it is …"),
}
PASTED = re.compile(r"add the line '(?P<line>Correction: .+)'\.$")


@pytest.mark.parametrize(("old", "new", "gone", "words"), CHANGES.values(), ids=CHANGES.keys())
def test_what_silently_goes_is_refused_with_the_line_to_paste_and_that_line_mends_it(
    paper: Paper, press_room: PressRoom, old: str, new: str, gone: str, words: str
) -> None:
    paper.edit(TREATY, old, new)

    done = press_room.publish(paper, AFTER)

    assert done.problems == [
        f"{REFUSED}{gone} is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | {words}'."
    ]
    pasted = PASTED.search(done.problems[0])
    assert pasted
    done = press_room.publish(add(paper, pasted["line"]), AFTER)
    assert done.status == 0, done.err
    assert "Correction" in paper.read("output/2025/08/treaty.html")


@pytest.mark.parametrize(
    "words",
    ["#1", "1) + 2*3*4", "a_1_b", "3<4&5>2", '"1. a <b> *c* [d](e) `f`"', '"- x"', '"> x"', '"+ x"', "C:\\\\2"],
    ids=str,
)
def test_the_line_to_paste_mends_whatever_is_gone(paper: Paper, press_room: PressRoom, words: str) -> None:
    written = (
        words.replace("&", "&amp;").replace("<", "&lt;").replace("[", "&#91;").replace("*", "\\*").replace("_", "\\_")
    )
    paper.edit(VISIT, "Nobody counted.", f"Nobody counted {written} there.")
    assert press_room.publish(paper, NOW).status == 0
    paper.edit(VISIT, f"{written} there", "there")
    (said,) = press_room.publish(paper, AFTER).problems

    pasted = PASTED.search(said)
    assert pasted
    done = press_room.publish(add(paper, pasted["line"], VISIT), AFTER)

    assert done.status == 0, done.err


def test_a_figure_that_still_stands_elsewhere_in_the_story_is_not_gone(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(TREATY, "reach 500--5,500 km", "reach far")

    assert press_room.publish(paper, AFTER).status == 0


def test_several_things_gone_are_told_together(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(TREATY, "It ended in 2019.", "It ended.").edit(TREATY, '"a new reality"', "something new")

    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}'2019', 'a new reality' are gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | 2019 and a new reality was wrong, it is …'."
    ]


def test_a_byline_that_silently_goes_is_refused(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(TREATY, "Ann Lund", "Bo Ek").set('REDIRECTS = {"authors/ann-lund.html": "about.html"}')

    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}'Ann Lund' is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | Ann Lund was wrong, it is …'."
    ]


def test_without_the_last_edition_the_refusal_gives_numbers(paper: Paper, press_room: PressRoom) -> None:
    paper.edit(TREATY, "in 1991", "in 1992")
    (paper.root / "output" / "2025" / "08" / "treaty.html").unlink()

    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}1 figure, quotation, name or note is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | … was wrong, it is 1992'."
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Nobody counted.", "Nobody counted, and 12 were there.", id="a figure is added"),
        pytest.param("Nobody counted.", 'Nobody counted, "at all".', id="a quotation is added"),
        pytest.param("Nobody counted.", "Nobody counted. Ann Lund was there.", id="a name is added"),
        pytest.param("Nobody counted.", "Nobody took any count.", id="other words are changed"),
        pytest.param("Title: A visit", "Title: The visit", id="the headline is changed"),
    ],
)
def test_additions_and_other_words_pass(paper: Paper, press_room: PressRoom, old: str, new: str) -> None:
    done = press_room.publish(paper.edit(VISIT, old, new), AFTER)

    assert done.status == 0, done.err


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("500--5,500 km", "**500--5,500** km", id="emphasis"),
        pytest.param('"a new reality"', "“a new reality”", id="quotation marks already typeset"),
        pytest.param("It banned", "  It banned", id="space"),
        pytest.param("Kicker: Since 1988", "Kicker: Since then", id="the kicker"),
    ],
)
def test_what_reads_the_same_passes(paper: Paper, press_room: PressRoom, old: str, new: str) -> None:
    done = press_room.publish(paper.edit(TREATY, old, new), AFTER)

    assert done.status == 0, done.err


@pytest.mark.parametrize("kind", ["Correction", "Clarification", "Update"])
def test_any_newer_note_mends_a_change(paper: Paper, press_room: PressRoom, kind: str) -> None:
    paper.edit(TREATY, "in 1991", "in 1992")

    done = press_room.publish(add(paper, f"{kind}: 2025-09-02 07:00 UTC | The year."), AFTER)

    assert done.status == 0, done.err


def noted(paper: Paper, press_room: PressRoom, *notes: str) -> Paper:
    """Give a newspaper that has published these notes."""
    for note in notes:
        add(paper, note)
    done = press_room.publish(paper, AFTER)
    assert done.status == 0, done.err
    return paper


FIRST = "Correction: 2025-09-02 07:00 UTC | One."
SECOND = "Update: 2025-09-02 07:30:45 UTC | Two."


def test_an_old_note_does_not_mend_a_new_change(paper: Paper, press_room: PressRoom) -> None:
    noted(paper, press_room, SECOND).edit(TREATY, "in 1991", "in 1992")

    assert len(press_room.publish(paper, AFTER).problems) == 1
    assert len(press_room.publish(add(paper, FIRST), AFTER).problems) == 1
    done = press_room.publish(add(paper, "Correction: 2025-09-02 07:31 UTC | Three."), AFTER)
    assert done.status == 0, done.err


def test_the_newest_note_may_not_go(paper: Paper, press_room: PressRoom) -> None:
    noted(paper, press_room, FIRST, SECOND).edit(TREATY, f"{SECOND}\n", "")

    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}the note of 2025-09-02 07:30 UTC is gone. Put it back: a published correction stays."
    ]


def test_an_older_note_may_not_go_silently(paper: Paper, press_room: PressRoom) -> None:
    noted(paper, press_room, FIRST, SECOND).edit(TREATY, f"{FIRST}\n", "")

    said = press_room.publish(paper, AFTER).problems

    assert len(said) == 1
    assert said[0].startswith(f"{REFUSED}1 figure, quotation, name or note is gone from the published story")


def test_a_moved_story_is_held_against_what_it_was(paper: Paper, press_room: PressRoom) -> None:
    add(paper, "Slug: pact\nAliases: 2025/08/treaty.html").edit(TREATY, "in 1991", "in 1992")

    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}'1991' is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | 1991 was wrong, it is 1992'."
    ]


def test_a_name_that_nobody_writes_under_any_more_is_not_gone_from_other_stories(
    paper: Paper, press_room: PressRoom
) -> None:
    paper.edit(VISIT, "Authors: Bo Ek", "Authors: Bo Berg\nCorrection: 2025-09-02 07:00 UTC | The byline.")
    paper.set('REDIRECTS = {"authors/bo-ek.html": "authors/bo-berg.html"}')

    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err


def test_make_html_does_not_judge_changes(paper: Paper, press_room: PressRoom) -> None:
    done = press_room.build(paper.edit(TREATY, "in 1991", "in 1992"), now=AFTER)

    assert done.status == 0, done.err


# --- Two people's ledgers ---------------------------------------------------------------------------


def git(paper: Paper, *arguments: str) -> str:
    """Run Git in a newspaper; give what it says."""
    who = ["-c", "user.name=Desk", "-c", "user.email=desk@paper.example", "-c", "init.defaultBranch=main"]
    command = [need("git"), *who, *arguments]
    done = subprocess.run(command, cwd=paper.root, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def extra(name: str, day: int, section: str = "Arms") -> dict[str, str | bytes]:
    return {
        f"articles/2025/08/{name}.md": f"Title: {name}\nDate: 2025-08-{day:02}\nCategory: {section}\nTags: {name}\n\n{name}.\n"
    }


def test_two_branches_that_both_published_merge(paper: Paper, press_room: PressRoom) -> None:
    git(paper, "init", "--quiet")
    git(paper, "add", "content", ".gitattributes")
    git(paper, "commit", "--quiet", "--message", "Begin")
    for branch, stories in (("one", extra("treaty-talks", 11)), ("two", extra("treaty-text", 12, "Press"))):
        git(paper, "switch", "--quiet", "--create", branch, "main")
        assert press_room.publish(paper.write(stories), AFTER).status == 0
        git(paper, "add", "content")
        git(paper, "commit", "--quiet", "--message", f"Publish {branch}")

    git(paper, "merge", "--quiet", "--message", "Merge", "one")
    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    addresses = [line.split("\t")[0] for lines in ledger(paper).values() for line in lines if line]
    assert {"2025/08/treaty-talks.html", "2025/08/treaty-text.html"} <= set(addresses)
    assert len(addresses) == len(set(addresses))
    assert all(lines[:-1] == sorted(lines[:-1]) for lines in ledger(paper).values())


def test_lines_that_are_none_are_refused_each_with_its_number(paper: Paper, press_room: PressRoom) -> None:
    file = paper.root / "content" / "published" / "2025.tsv"
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join(["<<<<<<< HEAD", *lines, "=======", ">>>>>>> one", "nonsense\tx", ""]), encoding="utf-8")

    done = press_room.build(paper, now=AFTER)

    keep, history = "Delete it and keep the lines of both sides.", "Take it from Git's history."
    assert done.problems == [
        f"content/published/2025.tsv:1: '<<<<<<< HEAD' is no line of the ledger. {keep}",
        f"content/published/2025.tsv:{len(lines) + 2}: '=======' is no line of the ledger. {keep}",
        f"content/published/2025.tsv:{len(lines) + 3}: '>>>>>>> one' is no line of the ledger. {keep}",
        f"content/published/2025.tsv:{len(lines) + 4}: 'nonsense\\tx' is no line of the ledger. {history}",
    ]


def test_of_two_lines_for_one_address_the_one_with_the_newer_note_holds(paper: Paper, press_room: PressRoom) -> None:
    before = paper.read("content/published/2025.tsv").splitlines()
    noted(paper.edit(TREATY, "in 1991", "in 1992"), press_room, FIRST)
    after = paper.read("content/published/2025.tsv").splitlines()
    both = "\n".join(sorted({*before, *after})) + "\n"
    (paper.root / "content" / "published" / "2025.tsv").write_text(both, encoding="utf-8")

    done = press_room.publish(paper, AFTER)

    assert done.status == 0, done.err
    assert paper.read("content/published/2025.tsv").splitlines() == after


# --- What each story stated is kept from build to build ---------------------------------------------


@pytest.fixture
def known(paper: Paper, press_room: PressRoom) -> Paper:
    """A newspaper where it is kept what each story stated: it has published here, not in the folder it comes from."""
    shutil.rmtree(paper.root / ".cache")
    assert press_room.publish(paper, NOW).status == 0
    return paper


def store(paper: Paper) -> Path:
    """Find what the last build kept of what stories state."""
    (found,) = (paper.root / ".cache").glob("desk-*/told")
    return found


def test_what_is_kept_of_stories_holds_no_words(published: Paper) -> None:
    kept = store(published).read_bytes()
    digests = re.findall(r"\b[0-9a-f]{8}\b", published.read("content/published/2025.tsv"))

    assert digests
    assert [each for each in digests if each.encode() not in kept] == []
    assert [words for words in (b"treaty", b"2025/08", b"1987", b"Lund") if words in kept] == []


@pytest.mark.slow
def test_a_figure_changed_behind_a_restored_time_is_noticed(known: Paper, press_room: PressRoom) -> None:
    file = known.root / "content" / TREATY
    time.sleep(2.1)  # a file so young would have been read in any case
    assert press_room.publish(known, AFTER).status == 0
    status = file.stat()
    known.edit(TREATY, "in 1991", "in 1992")
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file.stat().st_size == status.st_size

    assert press_room.publish(known, AFTER).problems == [
        f"{REFUSED}'1991' is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | 1991 was wrong, it is 1992'."
    ]


def test_a_story_that_is_as_it_was_is_held_against_a_ledger_that_is_not(known: Paper, press_room: PressRoom) -> None:
    file = known.root / "content" / "published" / "2025.tsv"
    text = file.read_text(encoding="utf-8")
    (stated,) = re.findall(r"^2025/08/treaty\.html\t.*\n", text, re.MULTILINE)
    file.write_text(text.replace(stated, stated.replace("\n", " ffffffff\n")), encoding="utf-8")

    assert press_room.publish(known, AFTER).problems == [
        f"{REFUSED}1 figure, quotation, name or note is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | … was wrong, it is …'."
    ]

    file.write_text(text.replace(stated, ""), encoding="utf-8")
    assert press_room.publish(known, AFTER).status == 0
    assert file.read_text(encoding="utf-8") == text


@pytest.mark.slow
def test_a_name_that_is_new_is_found_in_stories_that_are_as_they_were(known: Paper, press_room: PressRoom) -> None:
    known.edit(VISIT, "Nobody counted.", "Cy Dahl counted.")
    assert press_room.publish(known, AFTER).status == 0
    name = Statement("name", "Cy Dahl").digest
    assert name not in known.read("content/published/2025.tsv")

    known.write(
        {"articles/2025/08/zlast.md": ANOTHER.format(time="10:00").replace("Press\n", "Press\nAuthors: Cy Dahl\n")}
    )
    assert press_room.publish(known, AFTER).status == 0
    assert re.search(rf"^2025/08/visit\.html\t.*\b{name}\b", known.read("content/published/2025.tsv"), re.MULTILINE)


def test_a_store_that_is_damaged_changes_nothing(known: Paper, press_room: PressRoom) -> None:
    before, kept = ledger(known), store(known).read_bytes()
    wrong = re.sub(rb"\b[0-9a-f]{8}(?= )", b"ffffffff", kept)
    assert wrong != kept
    store(known).write_bytes(wrong)

    done = press_room.publish(known, AFTER)

    assert (done.status, ledger(known), store(known).read_bytes()) == (0, before, kept), done.err


@pytest.mark.slow
def test_a_site_without_a_library_is_judged_and_written_down_alike(paper: Paper, press_room: PressRoom) -> None:
    before = ledger(paper)
    shutil.rmtree(paper.root / ".cache")
    paper.set('JINJA_GLOBALS = {"more": 1}')  # built by Pelican's own generators
    paper.edit(TREATY, "in 1991", "in 1992")
    assert press_room.publish(paper, AFTER).problems == [
        f"{REFUSED}'1991' is gone from the published story without a note. "
        f"Put it back, or add the line 'Correction: {AFTER} UTC | 1991 was wrong, it is 1992'."
    ]

    paper.edit(TREATY, "in 1992", "in 1991")
    shutil.rmtree(paper.root / "content" / "published")
    assert press_room.publish(paper, AFTER).status == 0
    assert ledger(paper) == before
    assert list((paper.root / ".cache").glob("desk-*/told")) == []


@pytest.mark.slow
def test_stories_are_read_again_by_other_code(tmp_path: Path) -> None:
    paper = Paper.found(tmp_path, STORIES)
    (paper.root / "plugins").unlink()
    shutil.copytree(ROOT / "plugins", paper.root / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    publish = ("--settings", "publishconf.py", "--fatal=warnings")
    for _ in range(2):
        done = paper.run("pelican", *publish, NOW=NOW)
        assert done.status == 0, done.err
    source = paper.root / "plugins" / "edition" / "ledger.py"
    code = source.read_text(encoding="utf-8")
    assert code.count(".hexdigest()[:8]") == 1
    source.write_text(code.replace(".hexdigest()[:8]", ".hexdigest()[8:16]"), encoding="utf-8")

    done = paper.run("pelican", *publish, NOW=AFTER)

    assert done.status == 1
    assert f"{REFUSED}" in done.err
    assert "are gone from the published story without a note." in done.err


# --- Copies keep their names ------------------------------------------------------------------------

ANOTHER = "Title: Another visit\nDate: 2025-08-02 {time}\nCategory: Press\n\nNobody counted.\n"
EARLY = (
    "content/articles/2025/08/another.md:1: the story is dated before content/articles/2025/08/visit.md, which is "
    "published, and would take its copy's name. Give it a Date after 2025-08-02 09:00 UTC."
)


def test_a_story_that_would_take_the_name_of_anothers_copy_is_refused(paper: Paper, press_room: PressRoom) -> None:
    paper.write({"articles/2025/08/another.md": ANOTHER.format(time="08:00")})

    assert press_room.publish(paper, AFTER).problems == [EARLY]
    built = press_room.build(paper, now=AFTER)
    assert (built.status, f"`make publish` will refuse this: {EARLY}" in built.notes) == (0, True)


def test_a_later_story_of_the_day_is_published(paper: Paper, press_room: PressRoom) -> None:
    paper.write({"articles/2025/08/another.md": ANOTHER.format(time="09:01")})

    assert press_room.publish(paper, AFTER).status == 0
    assert "A visit" in paper.read("output/copies/2025-08-02-1.txt")
    assert "Another visit" in paper.read("output/copies/2025-08-02-2.txt")
