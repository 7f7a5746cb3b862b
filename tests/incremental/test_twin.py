"""The edition that is kept beside the output folder shares its files, and nothing is ever written into one."""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack

import pytest

from tests.incremental.runner import Runner
from tests.incremental.small_archive import SmallArchive


@pytest.fixture
def archive(tmp_path):
    small = SmallArchive(tmp_path)
    small.now = "2026-06-01 12:00"
    yield small
    small.end()


def twin(archive):
    """Give the edition that is kept."""
    (found,) = archive.root.glob(".output-workshop/kept-*")
    return found


def numbers(tree):
    """Give the number of each file, which tells whether two names are of one file."""
    return {path.relative_to(tree).as_posix(): path.stat().st_ino for path in tree.rglob("*.html")}


def another_word(archive):
    """Change a text, a headline and the page of all stories, each with its build, and have the last one refused."""
    story = archive.stories()[-1]
    story.write_text(story.read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8")
    yield 0
    archive.field(story, "Title", "Another headline")
    yield 0
    archive.edit(archive.root / "theme/templates/partials/story.html", r"<article", "<p>New.</p><article")
    yield 0
    (archive.root / "private").mkdir(exist_ok=True)
    (archive.root / "private/never-publish.txt").write_text("headline\n", encoding="utf-8")
    yield 1


def test_no_build_writes_into_a_file_of_an_edition(archive):
    assert archive.build()[0] == 0
    assert numbers(archive.output) == numbers(twin(archive))
    with ExitStack() as opened:
        held = {}
        for wanted in another_word(archive):
            for tree in (archive.output, *archive.root.glob(".output-workshop/kept-*")):
                for path in tree.rglob("*.html"):
                    file = opened.enter_context(path.open("rb"))
                    held[file] = file.read()
            status, said = archive.build()
            assert status == wanted, said
        for file, data in held.items():
            file.seek(0)
            assert file.read() == data


def test_a_refused_edition_costs_no_right_page(archive):
    assert archive.build()[0] == 0
    for wanted in another_word(archive):
        assert archive.build()[0] == wanted
    (archive.root / "private/never-publish.txt").unlink()

    assert archive.build()[0] == 0
    assert archive.files() == archive.stock()[2]


def test_a_deleted_edition_comes_back_from_its_twin(archive):
    assert archive.build()[0] == 0
    before = numbers(archive.output)
    for path in archive.output.iterdir():
        if path.name != ".gitignore":
            shutil.rmtree(path) if path.is_dir() else path.unlink()

    assert archive.build()[0] == 0
    assert numbers(archive.output) == before
    assert archive.files() == archive.stock()[2]
    assert numbers(archive.output) == numbers(twin(archive))


def test_a_twin_that_was_changed_is_not_put_out(archive):
    assert archive.build()[0] == 0
    page = twin(archive) / "index.html"
    status = page.stat()
    page.write_bytes(page.read_bytes().swapcase())
    os.utime(page, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert archive.build()[0] == 0
    assert archive.files() == archive.stock()[2]


def test_what_a_killed_build_was_making_costs_no_right_page(archive):
    assert archive.build()[0] == 0
    twin(archive).rename(archive.root / ".output-workshop/next-killed")

    assert archive.build()[0] == 0
    assert archive.files() == archive.stock()[2]
    assert numbers(archive.output) == numbers(twin(archive))


def test_a_page_that_servers_may_not_read_is_put_out_readable(archive):
    assert archive.build()[0] == 0
    (archive.output / "index.html").chmod(0o600)

    assert archive.build()[0] == 0
    assert {path.stat().st_mode & 0o777 for path in archive.output.rglob("*.html")} == {0o644}


def test_where_files_have_no_second_names_they_are_copied(archive):
    archive.runner.end()
    refuses = "raise PermissionError(1, 'no links here')"
    archive.edit(archive.root / "plugins/build/printing.py", r"os\.link\(file, name, follow_symlinks=False\)$", refuses)
    archive.runner = Runner(archive.root)
    assert archive.build()[0] == 0
    assert not set(numbers(archive.output).values()) & set(numbers(twin(archive)).values())
    assert numbers(archive.output).keys() == numbers(twin(archive)).keys()

    story = archive.stories()[-1]
    story.write_text(story.read_text(encoding="utf-8") + "\nOne word more.\n", encoding="utf-8")
    time.sleep(0.01)
    assert archive.build()[0] == 0
    assert archive.files() == archive.stock()[2]
