"""output/ is one complete edition at every moment: killed, full, doubled, interrupted, or strange."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from plugins.build import exchange
from plugins.build.exchange import PLACEHOLDER, PLACEHOLDER_TEXT, Workshop, survey, swap_folders
from plugins.story.problems import SiteError

ROOT = Path(__file__).resolve().parents[2]
CRASHING = Path(__file__).with_name("crashing.py")


def put_out(output, mark, meanwhile=lambda workshop: None, *, size=1, kind=Workshop, **options):
    """Put out an edition of two files that say the mark; do something just before the exchange."""
    with kind(output, **options) as workshop:
        fill(workshop.spare, mark, size)
        meanwhile(workshop)
        workshop.exchange()
    return workshop


def fail(workshop):
    raise ZeroDivisionError


def fill(tree, mark, size=1):
    (tree / "arms").mkdir()
    for name in ("index.html", "arms/index.html"):
        (tree / name).write_text(mark * size, encoding="utf-8")


def texts(output):
    return {path: (output / path).read_text(encoding="utf-8") for path in survey(output)}


def edition(mark, size=1):
    return {"arms/index.html": mark * size, "index.html": mark * size}


def refusal(output, **options):
    """Give the message of the refusal to begin."""
    with pytest.raises(SiteError) as refused, Workshop(output, **options):
        pass
    return str(refused.value).replace(f"{output.parent}/", "")


@pytest.fixture
def output(tmp_path):
    return tmp_path / "output"


@pytest.fixture
def repository(output):
    """Give an output folder in a Git repository, tracked as ours is."""
    output.mkdir()
    (output / PLACEHOLDER).write_text(PLACEHOLDER_TEXT, encoding="utf-8")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "Begin"]):
        who = ["-c", "user.name=Newsdesk", "-c", "user.email=newsdesk@longwave.example"]
        subprocess.run(["git", *who, *command], cwd=output.parent, check=True)
    return output


def git_status(output):
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    return subprocess.run(command, cwd=output.parent, check=True, capture_output=True, text=True).stdout


def crash(output, *arguments):
    """Run the crash test's own process; give what it counted."""
    command = [sys.executable, str(CRASHING), arguments[0], str(output.parent), *arguments[1:]]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# Killed


def test_a_kill_before_any_file_operation_leaves_one_of_the_two_editions(repository):
    found = crash(repository, "steps", "exchange")

    assert found["kills"] > 60
    assert found["last"] > 30
    assert found["new"] > 10
    assert "none" not in found


def test_without_an_exchange_call_only_the_gap_between_two_renames_shows_no_edition(repository):
    found = crash(repository, "steps", "renames")

    assert found["none"] == 1


@pytest.mark.parametrize("number", [50, pytest.param(1_000, marks=pytest.mark.slow)])
def test_kills_at_random_moments_leave_one_of_the_two_editions(repository, number):
    found = crash(repository, "moments", str(number))

    assert found["kills"] == number
    assert set(found) <= {"kills", "a", "b"}


@pytest.mark.parametrize("moment", ["_set_aside", "_rename_twice"])
def test_an_interrupt_between_or_after_the_two_renames_leaves_the_new_edition(output, moment):
    class Interrupted(Workshop):
        pass

    def interrupted(self, *arguments):
        getattr(Workshop, moment)(self, *arguments)
        raise KeyboardInterrupt

    setattr(Interrupted, moment, interrupted)
    put_out(output, "a")

    with pytest.raises(KeyboardInterrupt):
        put_out(output, "b", kind=Interrupted, swap=lambda one, other: False)

    assert texts(output) == edition("b")


# Full, failing


def test_an_exception_leaves_the_last_edition_and_nothing_else(output):
    put_out(output, "a")

    with pytest.raises(ZeroDivisionError):
        put_out(output, "b", fail)

    assert texts(output) == edition("a")
    assert not list((output.parent / ".output-workshop").glob("next-*"))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small file system")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="tmpfs is Linux's")
@pytest.mark.parametrize("swap", [swap_folders, lambda one, other: False], ids=["exchange", "renames"])
def test_a_full_disk_leaves_the_last_edition(tmp_path, swap):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)], check=True)
    try:
        output = disk / "output"
        put_out(output, "a")
        outcomes = [attempt(output, "bc"[pages % 2], pages, swap) for pages in range(40)]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert sorted(outcomes) == outcomes, "with more room a build that had been possible was not"
    assert set(outcomes) == {"full", "out"}


def attempt(output, mark, pages, swap):
    """Try to put out an edition with some pages of 4,096 bytes free; say what came of it."""
    with Path(output.parent, "ballast").open("wb") as ballast:
        fill_up(ballast, leaving=pages * 4096)
    before = texts(output)
    wanted = edition(mark, size=20_000)
    try:
        put_out(output, mark, size=20_000, swap=swap)
    except OSError as full:
        if full.errno != errno.ENOSPC:
            raise
        wanted = before
    assert texts(output) == wanted
    assert (output / PLACEHOLDER).read_text(encoding="utf-8") == PLACEHOLDER_TEXT
    return "full" if wanted == before else "out"


def fill_up(file, leaving):
    """Write until the disk is full, then give some bytes back."""
    size = shutil.disk_usage(file.name).free
    file.write(b"\0" * max(0, size - leaving))


def test_what_cannot_be_removed_is_said_and_does_not_undo_the_edition(output, monkeypatch):
    put_out(output, "a")

    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(shutil, "rmtree", refuse)
    workshop = put_out(output, "b")

    assert texts(output) == edition("b")
    assert workshop.leftover.endswith(".output-workshop/ could not be emptied: Permission denied.")


# Two at once


def test_a_second_build_waits_for_the_first_and_says_so(output):
    said = []
    first = Workshop(output).__enter__()
    threading.Timer(0.3, first.__exit__, (None, None, None)).start()

    put_out(output, "b", say=said.append)

    assert texts(output) == edition("b")
    assert len(said) == 1
    assert f"Another build (process {os.getpid()}) is writing" in said[0]
    assert said[0].endswith("waiting up to 60 seconds for it.")


def test_a_second_build_gives_up_in_words(output):
    with Workshop(output):
        message = refusal(output, say=[].append, patience=0)

    assert message == (
        f"output:1: Another build (process {os.getpid()}) is still writing this folder. "
        "Wait for it to end, or end it; then build again.\n1 problem: nothing was published."
    )


def test_a_lock_of_a_workshop_that_was_deleted_keeps_nobody_out(output):
    with Workshop(output) as first:
        shutil.rmtree(first.home)

        put_out(output, "b", patience=0)

    assert texts(output) == edition("b")


# What may be replaced


def test_a_folder_that_nobody_built_is_refused_and_untouched(output):
    output.mkdir()
    (output / "thesis.txt").write_text("years of work", encoding="utf-8")

    message = refusal(output)

    assert message.startswith(
        "output:1: The folder holds 1 file that no build made ('thesis.txt'). "
        "Empty it if nothing in it is needed, or name another with `pelican -o`."
    )
    assert texts(output) == {"thesis.txt": "years of work"}


@pytest.mark.parametrize("name", ["CNAME", ".git/config", "arms/notes.txt"])
def test_a_file_put_into_an_edition_by_hand_is_refused_by_name(output, name):
    put_out(output, "a")
    (output / name).parent.mkdir(exist_ok=True)
    (output / name).write_text("by hand", encoding="utf-8")

    message = refusal(output)

    assert message == (
        f"output/{name}:1: No build made this file, and the next edition would not have it. "
        "Move it to content/extra/ to publish it with every edition, or delete it.\n"
        "1 problem: nothing was published."
    )
    assert texts(output)[name] == "by hand"


def test_many_files_put_in_by_hand_are_counted(output):
    put_out(output, "a")
    for number in range(8):
        (output / f"{number}.txt").touch()

    message = refusal(output)

    assert message.count("No build made this file") == 5
    assert "output:1: No build made 3 more files." in message


def test_a_file_put_in_by_hand_during_a_build_is_not_lost(output):
    put_out(output, "a")

    def by_hand(workshop):
        (output / "CNAME").write_text("longwave.example", encoding="utf-8")

    with pytest.raises(SiteError, match="No build made this file"):
        put_out(output, "b", by_hand)

    assert texts(output) == {**edition("a"), "CNAME": "longwave.example"}


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", "arms/._index.html", "index.html~"])
def test_what_a_desktop_drops_is_in_nobodys_way(output, name):
    put_out(output, "a")
    (output / name).touch()

    put_out(output, "b")

    assert texts(output) == edition("b")


def test_an_emptied_folder_is_built_into(output):
    put_out(output, "a")
    for name in survey(output):
        (output / name).unlink()

    put_out(output, "b")

    assert texts(output) == edition("b")


def test_a_symbolic_link_is_refused(output):
    (output.parent / "elsewhere").mkdir()
    output.symlink_to("elsewhere")

    assert refusal(output).startswith("output:1: The output folder is a symbolic link")


def test_a_file_is_refused(output):
    output.touch()

    assert refusal(output).startswith("output:1: There is a file where the output folder should be.")


def test_a_mount_point_is_refused(output):
    assert refusal(Path("/proc")).startswith("/proc:1: A file system is mounted on the output folder")


def test_the_top_of_the_disk_is_refused():
    assert refusal(Path("/")).startswith("/:1: This cannot be an output folder.")


def test_a_folder_that_cannot_be_renamed_is_refused_in_words(output):
    def busy(one, other):
        raise OSError(errno.EBUSY, "Device or resource busy")

    put_out(output, "a")

    with pytest.raises(SiteError, match=r"cannot be renamed here \(Device or resource busy\)"):
        put_out(output, "b", swap=busy)
    assert texts(output) == edition("a")


# What an edition is


@pytest.mark.parametrize("umask", [0o077, 0o000, 0o027], ids=oct)
@pytest.mark.parametrize("content", [PLACEHOLDER_TEXT, "*\n!.gitignore\n# our own\n", None])
def test_permissions_and_gitignore_are_always_the_same(output, umask, content):
    output.mkdir()
    if content is not None:
        (output / PLACEHOLDER).write_text(content, encoding="utf-8")
    usual = os.umask(umask)
    try:
        put_out(output, "a")
    finally:
        os.umask(usual)

    modes = {path.relative_to(output).as_posix(): stat.S_IMODE(path.stat().st_mode) for path in output.rglob("*")}
    assert stat.S_IMODE(output.stat().st_mode) == 0o755
    assert modes == {".gitignore": 0o644, "arms": 0o755, "arms/index.html": 0o644, "index.html": 0o644}
    assert (output / PLACEHOLDER).read_text(encoding="utf-8") == (content or PLACEHOLDER_TEXT)


def test_the_default_gitignore_is_the_tracked_one():
    tracked = ROOT / "output" / PLACEHOLDER

    assert tracked.read_text(encoding="utf-8") == PLACEHOLDER_TEXT


def test_a_file_that_shares_its_bytes_with_content_gets_its_own(output):
    source = output.parent / "picture.svg"
    source.write_text("<svg/>", encoding="utf-8")
    source.chmod(0o600)

    with Workshop(output) as workshop:
        os.link(source, workshop.spare / "picture.svg")
        workshop.exchange()
    source.write_text("changed in place", encoding="utf-8")

    assert texts(output) == {"picture.svg": "<svg/>"}
    assert stat.S_IMODE(source.stat().st_mode) == 0o600


@pytest.mark.parametrize("make", [lambda path: path.symlink_to("/etc"), os.mkfifo], ids=["link", "pipe"])
def test_what_is_no_plain_file_is_refused(output, make):
    put_out(output, "a")

    with pytest.raises(SiteError, match="not a plain file"):
        put_out(output, "b", lambda workshop: make(workshop.spare / "odd"))

    assert texts(output) == edition("a")


def test_files_of_the_last_edition_do_not_stay(output):
    put_out(output, "a")

    with Workshop(output) as workshop:
        (workshop.spare / "only.html").write_text("b", encoding="utf-8")
        workshop.exchange()

    assert texts(output) == {"only.html": "b"}


def test_an_edition_whose_folder_was_deleted_is_made_anew(output):
    put_out(output, "a")
    shutil.rmtree(output)

    put_out(output, "b")

    assert texts(output) == edition("b")


def test_a_folder_in_a_folder_that_does_not_exist_yet(tmp_path):
    put_out(tmp_path / "a" / "b" / "site", "a")

    assert texts(tmp_path / "a" / "b" / "site") == edition("a")


def test_git_sees_no_change_during_and_after_builds(repository):
    seen = []

    def look_and_fail(workshop):
        seen.append(git_status(repository))
        raise ZeroDivisionError

    put_out(repository, "a")
    with pytest.raises(ZeroDivisionError):
        put_out(repository, "b", look_and_fail)
    seen.append(git_status(repository))

    assert seen == ["", ""]


# The system's calls


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the number is Linux's")
def test_the_call_is_found_by_number_where_the_library_does_not_name_it(tmp_path, monkeypatch):
    class Nameless:
        def __init__(self, library):
            self.syscall = library.syscall

    real = exchange.ctypes.CDLL
    monkeypatch.setattr(exchange.ctypes, "CDLL", lambda *args, **options: Nameless(real(*args, **options)))
    one, other = tmp_path / "one", tmp_path / "other"
    (one / "first").mkdir(parents=True)
    other.mkdir()

    assert swap_folders(one, other)
    assert (other / "first").is_dir()


def test_an_exchange_that_fails_is_an_error_that_names_the_folder(tmp_path):
    (tmp_path / "one").mkdir()

    with pytest.raises(FileNotFoundError) as error:
        swap_folders(tmp_path / "one", tmp_path / "missing")
    assert error.value.filename == str(tmp_path / "missing")
