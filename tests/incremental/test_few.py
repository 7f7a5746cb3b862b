"""The short way for a few changed stories takes nothing that the long way would not."""

from __future__ import annotations

import os
import time
from unittest.mock import ANY

import pytest

from tests.incremental.runner import Runner
from tests.incremental.small_archive import SmallArchive

FIELDS = "Title: {title}\nDate: {date}\nCategory: Arms\nTags: Radio\nAuthors: Ann Lee\n\n{text}\n"
LATER = "2026-06-01 12:00"
HOUR = 3600
OLD = 0.06  # seconds until a file is trusted (runner.py)
# A clock that goes two minutes further after so many looks at it.
LEAPING = """\
        LOOKS = globals().setdefault("LOOKS", [])
        LOOKS.append(text)
        leap = len(LOOKS) > int(os.environ.get("LEAP_AFTER", "1000"))
        return parse_moment(text) + dt.timedelta(minutes=2 * leap)
"""

# An editor who saves a story just after it was read.
SAVING = """\
    if b"Zanzibar" in (root / path).read_bytes():
        (root / path).write_bytes((root / path).read_bytes().replace(b"Zanzibar", b"Mombasa"))
    if document is None:
"""


@pytest.fixture
def archive(tmp_path):
    small = SmallArchive(tmp_path)
    small.now = LATER  # all are out
    for path in small.stories():
        small.field(path, "Status", "published")
        small.field(path, "Category", "Arms")
        small.field(path, "Tags", "Radio")
        small.field(path, "Authors", "Ann Lee")
    assert small.build()[0] == 0
    yield small
    small.end()


def published(archive, name, date, text="Zanzibar."):
    """Write a story, newer than all others, into a month that has some."""
    month = archive.stories()[-1].parent
    folder = month.relative_to(archive.root / "content")
    archive.write(f"{folder}/{name}.md", FIELDS.format(title=name, date=date, text=text))
    return month / f"{name}.md"


def holds(archive):
    """Build; say whether the edition is what stock Pelican makes, or as it was where that refuses."""
    before = archive.files()
    wanted, said, edition = archive.stock()
    status, ours = archive.build()
    assert (status == 0) == (wanted == 0), (ours, said)
    assert archive.files() == (before if wanted else edition), ours
    return wanted == 0


def newest(archive):
    """Give a date after that of every story in the last month."""
    month = archive.stories()[-1].parent
    return f"{month.parent.name}-{month.name}-28 10:00"


def test_a_story_that_was_read_and_deleted_before_an_edition_is_nowhere(archive):
    story = published(archive, "secret", newest(archive))
    os.utime(story, times=(time.time() + HOUR, time.time() + HOUR))  # too young to be trusted
    archive.write("notes.txt", "This is refused.")
    assert archive.build()[0] == 1
    story.unlink()
    (archive.root / "content/notes.txt").unlink()
    archive.field(archive.stories()[-1], "Title", "Another headline")

    assert holds(archive)
    assert not [path for path, data in archive.files().items() if b"Zanzibar" in data]


@pytest.mark.parametrize("name", [".hidden", "._made-by-a-desktop"])
def test_what_is_no_file_of_an_editor_is_no_story(archive, name):
    before = archive.files()
    published(archive, name, newest(archive))

    assert archive.build()[0] == 0
    assert archive.files() == before


def test_a_story_may_be_no_link(archive):
    story = published(archive, "linked", newest(archive))
    outside = story.rename(archive.root / "outside.md")
    story.symlink_to(outside)

    assert not holds(archive)


def test_the_lock_of_an_editor_keeps_nobody_from_building(archive):
    lock = archive.stories()[-1].parent / ".#locked.md"
    archive.field(archive.stories()[-1], "Title", "Another headline")
    lock.symlink_to("nobody@nowhere.1:2")

    assert archive.build()[0] == 0
    lock.unlink()
    assert archive.files() == archive.stock()[2]


def test_a_pipe_is_refused_and_not_waited_for(archive):
    os.mkfifo(archive.stories()[-1].parent / "pipe.md")

    assert not holds(archive)


@pytest.mark.parametrize(("first", "second"), [("tale-2", "tale"), ("tale", "tale-2")])
def test_a_later_part_of_a_story_takes_nobodys_page(archive, first, second):
    long = "\n\n".join(
        f"## Part {number}\n\n" + "Many words stand here, one after the other. " * 9 for number in range(6)
    )
    texts = {"tale": long, "tale-2": "Zanzibar."}
    date = newest(archive)
    published(archive, first, date, texts[first])
    assert archive.build()[0] == 0
    published(archive, second, f"{date[:-5]}11:00", texts[second])

    assert not holds(archive)


@pytest.mark.parametrize("leap_after", range(9))
def test_an_embargo_that_passes_while_a_build_goes_on_is_wholly_in_it_or_not_at_all(archive, leap_after):
    archive.runner.end()
    archive.edit(archive.root / "plugins/story/clock.py", r"^        return parse_moment\(text\)$", LEAPING)
    archive.runner = Runner(archive.root)
    archive.now = "2026-06-01 11:59"
    published(archive, "held", LATER)
    assert archive.build()[0] == 0
    archive.field(archive.stories()[0], "Title", "Another headline")

    status, said = archive.runner.build("pelicanconf.py", "output", NOW=archive.now, LEAP_AFTER=str(leap_after))

    before = archive.stock()[2]
    archive.now = LATER
    assert (status, archive.files() in (before, archive.stock()[2])) == (0, True), said


@pytest.mark.parametrize("is_new", [True, False])
def test_a_story_saved_while_it_is_read_is_read_again(archive, is_new):
    story = published(archive, "raced", newest(archive), "Nairobi.")
    archive.runner.end()
    archive.edit(archive.root / "plugins/build/library.py", r"^    if document is None:\n", SAVING)
    archive.runner = Runner(archive.root)
    if not is_new:
        assert archive.build()[0] == 0
    story.write_text(story.read_text(encoding="utf-8").replace("Nairobi", "Zanzibar"), encoding="utf-8")
    assert archive.build()[0] == 0
    assert archive.build()[0] == 0

    assert archive.files() == archive.stock()[2]
    assert [path for path, data in archive.files().items() if b"Mombasa" in data]


def test_a_file_put_where_a_story_once_was_is_refused_and_not_lost(archive):
    story = published(archive, "gone", newest(archive))
    assert archive.build()[0] == 0
    page = next(archive.output.rglob("gone.html"))
    story.unlink()
    for number in range(3):
        archive.field(archive.stories()[0], "Title", f"Headline {number}")
        assert archive.build()[0] == 0
    page.write_text("By hand", encoding="utf-8")
    archive.field(archive.stories()[0], "Title", "Another headline")

    status, said = archive.build()

    assert (status, page.read_text(encoding="utf-8")) == (1, "By hand"), said


def settled(archive):
    """Build until every file is old enough to be trusted."""
    for _ in range(2):
        time.sleep(OLD)
        assert archive.build() == (0, ANY)


@pytest.mark.parametrize(
    ("field", "value"),
    [("Tags", "Radio, Rivers"), ("Authors", "Nora Vik"), ("Date", "2026-05-31 10:00"), ("Title", "No new list")],
)
def test_a_story_that_brings_a_list_goes_the_short_way(archive, field, value):
    settled(archive)
    archive.field(published(archive, "bringer", f"{newest(archive)[:-5]}12:00"), field, value)

    assert is_short(archive, said=False)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "articles/2025/01/rival.md",
            FIELDS.replace("Radio", "rivers").format(title="Rival", date="2025-01-09", text="."),
        ),
        ("extra/topics/rivers/index.html/more.txt", "More."),
        (
            "articles/2025/01/mover.md",
            "Aliases: topics/rivers/index.html\n" + FIELDS.format(title="M", date="2025-01-09", text="."),
        ),
        ("pages/rivers.md", "Title: Rivers\n\nNo list.\n"),
    ],
    ids=["a topic of nearly that name", "a file", "an alias", "nobody"],
)
def test_a_list_that_a_story_brings_takes_nobodys_place(archive, file, text):
    archive.write(file, text)
    settled(archive)
    archive.field(published(archive, "bringer", f"{newest(archive)[:-5]}12:00"), "Tags", "Rivers")

    assert holds(archive) is (file == "pages/rivers.md")


# With a ledger

PUBLISHED = ("-e", 'SITE_ORIGIN="https://small.org"', "LEDGER=true")


@pytest.fixture
def kept(archive):
    """An archive that has published a story, and has built since."""
    story = published(archive, "treaty", newest(archive), "It reaches 500 km, said Ann Lee.")
    status, said = archive.runner.build("pelicanconf.py", "output", options=PUBLISHED, NOW=archive.now)
    assert (status, "has changed: commit it." in said) == (0, True), said
    settled(archive)
    return story


def is_short(archive, said):
    """Build; say whether only a few rows of the record were changed, and what it said."""
    record = archive.root / ".output-workshop/edition"
    before = record.stat().st_ino
    status, words = archive.build()
    time.sleep(OLD)
    assert (status, archive.files()) == (0, archive.stock()[2])
    assert (REFUSED in words) is said, words
    return record.stat().st_ino == before


REFUSED = "`make publish` will refuse this: "


def rewrite(story, old, new):
    text = story.read_text(encoding="utf-8")
    assert old in text
    story.write_text(text.replace(old, new), encoding="utf-8")


def test_a_published_story_that_takes_nothing_back_goes_the_short_way(archive, kept):
    rewrite(kept, "said", "or more, said")
    assert is_short(archive, said=False)
    archive.field(kept, "Title", "A treaty")
    assert is_short(archive, said=False)
    published(archive, "another", f"{newest(archive)[:-5]}12:00")
    assert is_short(archive, said=False)


@pytest.mark.parametrize(
    ("old", "new"), [("500", "400"), (", said Ann Lee", ""), ("500 km", "500&nbsp;km. \u201cNo\u201d")]
)
def test_what_a_published_story_takes_back_is_said_as_ever(archive, kept, old, new):
    takes_back = old != "500 km" and old != ", said Ann Lee"
    rewrite(kept, old, new)
    assert is_short(archive, said=takes_back) is not takes_back
    rewrite(kept, new, old) if new else rewrite(kept, " km", " km, said Ann Lee")
    is_short(archive, said=False)


def test_an_edition_that_was_published_is_not_rendered_again(archive, kept):
    archive.runner.end()
    noting = 'Path(__file__).parents[2].joinpath("rendered").open("a").write(self.path)\n        if self.env is None:'
    errands = archive.root / "plugins/build/errands.py"
    archive.edit(
        errands, r"if self\.env is None:\n            return self\.data", f"{noting}\n            return self.data"
    )
    archive.edit(errands, r"^from typing import Any$", "from pathlib import Path\nfrom typing import Any")
    archive.runner = Runner(archive.root)
    settled(archive)
    (archive.root / "rendered").unlink()
    for options in (("-e", "LEDGER=true", "COPIES=true"), (), ("-e", "COPIES=true"), ()):
        status, said = archive.runner.build("pelicanconf.py", "output", options=options, NOW=archive.now)
        assert status == 0, said
    assert not (archive.root / "rendered").exists()
    assert archive.files() == archive.stock()[2]
