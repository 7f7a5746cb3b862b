"""The desk: what lies in content/ is read once, in order, and nothing outside of it is opened."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from plugins.site.check import check
from plugins.story.desk import Desk, is_dropping, read_desk
from plugins.story.fields import Rules
from plugins.story.new import new_story
from plugins.story.problems import Problem, SiteError, did_you_mean

NOW = dt.datetime(2025, 9, 1, 12, 0, tzinfo=dt.UTC)
RULES = Rules({"arms": "Arms"}, ("en", "ru"), "en", NOW, "Newsdesk")
STORY = "Title: A\nDate: 2025-08-05 09:00\nCategory: Arms\n{more}\n\nText.\n"


def desk(root: Path, *, bodies: bool = True, **more: str) -> Desk:
    for name, fields in more.items():
        path = root / "articles" / "2025" / "08" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(STORY.format(more=fields), encoding="utf-8")
    return read_desk(root, RULES, bodies=bodies)


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        pytest.param("Kicker: x", "published", id="nothing-said"),
        pytest.param("Status: draft", "draft", id="draft"),
        pytest.param("Status: SKIP", "skip", id="skip-in-capitals"),
        pytest.param("Status: withdrawn\nReason: r", "withdrawn", id="withdrawn"),
    ],
)
def test_a_storys_state_follows_from_its_status(tmp_path: Path, fields: str, state: str) -> None:
    assert desk(tmp_path, a=fields).documents["articles/2025/08/a.md"].state == state


@pytest.mark.parametrize(
    ("now", "state"),
    [(dt.timedelta(seconds=-1), "held"), (dt.timedelta(0), "published"), (dt.timedelta(days=1), "published")],
    ids=["before", "at-its-minute", "after"],
)
def test_a_story_is_held_until_its_minute(tmp_path: Path, now: dt.timedelta, state: str) -> None:
    desk(tmp_path, a="Kicker: x")
    date = dt.datetime(2025, 8, 5, 9, 0, tzinfo=dt.UTC)

    found = read_desk(tmp_path, Rules(RULES.sections, ("en",), "en", date + now))

    assert found.documents["articles/2025/08/a.md"].state == state


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        pytest.param("Kicker: x", "2025/08/a.html", id="by-its-file"),
        pytest.param("Slug: other-name", "2025/08/other-name.html", id="by-its-slug"),
        pytest.param("Lang: ru", "2025/08/a-ru.html", id="in-another-language"),
        pytest.param("Lang: en", "2025/08/a.html", id="in-the-sites-language"),
    ],
)
def test_a_storys_address_follows_from_its_date_and_slug(tmp_path: Path, fields: str, address: str) -> None:
    assert desk(tmp_path, a=fields).documents["articles/2025/08/a.md"].address == address


def test_documents_stand_in_the_order_of_their_paths(tmp_path: Path) -> None:
    found = desk(tmp_path, b="Kicker: x", a="Kicker: x", c="Kicker: x")

    assert [path[-4] for path in found.documents] == ["a", "b", "c"]


def test_held_stories_come_soonest_first(tmp_path: Path) -> None:
    late = STORY.replace("2025-08-05", "2025-12-01")
    soon = STORY.replace("2025-08-05", "2025-10-01")
    desk(tmp_path, a="Kicker: x")
    for name, text in (("b", late), ("c", soon)):
        (tmp_path / "articles" / "2025" / "08" / f"{name}.md").write_text(
            text.format(more="Kicker: x"), encoding="utf-8"
        )

    held = read_desk(tmp_path, RULES).held

    assert [each.path[-4] for each in held] == ["c", "b"]


@pytest.mark.parametrize(
    "name", [".a.md", "a.md~", "#a.md#", ".#a.md", "a.md.swp", "a.BAK", "Thumbs.db", ".DS_Store", "a.orig"]
)
def test_what_editors_and_desktops_drop_is_passed_over(tmp_path: Path, name: str) -> None:
    desk(tmp_path, a="Kicker: x")
    (tmp_path / "articles" / name).write_bytes(b"\xff secret")

    found = read_desk(tmp_path, RULES)

    assert is_dropping(name)
    assert (list(found.documents), found.problems) == (["articles/2025/08/a.md"], [])


def test_a_link_out_of_content_is_reported_and_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.md"
    secret.write_text(STORY.format(more="Kicker: secret"), encoding="utf-8")
    root = tmp_path / "content"
    (root / "articles").mkdir(parents=True)
    (root / "articles" / "a.md").symlink_to(secret)
    (root / "pages").symlink_to(tmp_path)

    found = read_desk(root, RULES)

    assert found.documents == {}
    assert list(map(str, found.problems)) == [
        "content/articles/a.md:1: this is a symbolic link. Put the file itself there.",
        "content/pages:1: this is a symbolic link. Put the file itself there.",
    ]


def test_a_pipe_is_reported_and_hangs_nothing(tmp_path: Path) -> None:
    root = tmp_path / "content"
    (root / "articles").mkdir(parents=True)
    os.mkfifo(root / "articles" / "a.md")

    found = read_desk(root, RULES)

    assert list(map(str, found.problems)) == [
        "content/articles/a.md:1: this is not an ordinary file. Put the file itself there.",
    ]


def test_without_content_nothing_is_wrong(tmp_path: Path) -> None:
    found = read_desk(tmp_path / "content", RULES)

    assert (found.documents, found.problems) == ({}, [])


def test_fields_alone_are_checked_without_reading_texts(tmp_path: Path) -> None:
    found = desk(tmp_path, bodies=False, a="Status: publised", b="Slug: a")
    (tmp_path / "articles" / "2025" / "08" / "c.md").write_text("Title: C\n\n<script>\n", encoding="utf-8")

    wrongs = [problem.wrong for problem in read_desk(tmp_path, RULES, bodies=False).problems]

    assert len(found.problems) == 2
    assert [wrong for wrong in wrongs if "script" in wrong] == []
    assert all(document.body is None for document in found.documents.values())


def test_problems_are_sorted_counted_and_told_once() -> None:
    late = Problem("b.md", 2, "Wrong.", "Mend it.")
    error = SiteError([late, Problem("b.md", 10, "W.", "M."), Problem("a.md", 3, "W.", "M."), late])

    assert str(error) == "a.md:3: W. M.\nb.md:2: Wrong. Mend it.\nb.md:10: W. M.\n3 problems: nothing was published."
    assert isinstance(error, SystemExit)
    assert error.code not in (0, None)


@pytest.mark.parametrize(
    ("word", "near"),
    [("Corection", "Did you mean 'Correction'? "), ("CORRECTION", "Did you mean 'Correction'? "), ("Zebra", "")],
    ids=["misspelt", "capitals", "far"],
)
def test_the_nearest_known_word_is_offered(word: str, near: str) -> None:
    assert did_you_mean(word, ["Correction", "Category"]) == near


def test_a_new_story_lies_in_the_right_place_and_is_ready_to_fill(tmp_path: Path) -> None:
    path = new_story(tmp_path, 'What "happened" & why: $PATH', "ARMS", RULES)

    assert path == tmp_path / "articles" / "2025" / "09" / "what-happened-why-path.md"
    assert path.read_text(encoding="utf-8").startswith(
        'Title: What "happened" & why: $PATH\nKicker:\nDate: 2025-09-01 12:00\nCategory: Arms\n'
    )
    assert [str(problem) for problem in read_desk(tmp_path, RULES).problems] == []


def test_a_new_story_is_a_draft(tmp_path: Path) -> None:
    new_story(tmp_path, "A", "arms", RULES)

    assert [each.state for each in read_desk(tmp_path, RULES).documents.values()] == ["draft"]


def test_a_new_story_is_never_written_over_another(tmp_path: Path) -> None:
    path = new_story(tmp_path, "A story", "arms", RULES)
    path.write_text("Mine.", encoding="utf-8")

    with pytest.raises(SystemExit, match=r"is there already\. Choose another title"):
        new_story(tmp_path, "A Story", "arms", RULES)

    assert path.read_text(encoding="utf-8") == "Mine."


@pytest.mark.parametrize(
    ("title", "section", "said"),
    [
        pytest.param("", "arms", "A story needs a title", id="no-title"),
        pytest.param("   ", "arms", "A story needs a title", id="blank-title"),
        pytest.param("A\u202eB", "arms", "A story needs a title", id="invisible-title"),
        pytest.param("🚀", "arms", "makes no address", id="title-without-letters"),
        pytest.param("A", "armss", "Did you mean 'Arms'", id="misspelt-section"),
        pytest.param("A", "", "is not a section", id="no-section"),
        pytest.param("A" * 301, "arms", "Keep it to 300 at most", id="long-title"),
    ],
)
def test_a_new_story_that_cannot_be_is_refused(tmp_path: Path, title: str, section: str, said: str) -> None:
    with pytest.raises(SystemExit, match=said):
        new_story(tmp_path, title, section, RULES)

    assert list(tmp_path.rglob("*.md")) == []


def test_the_content_of_this_checkout_is_right() -> None:
    assert check("pelicanconf.py", bodies=True).documents
