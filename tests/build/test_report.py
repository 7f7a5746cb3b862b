"""What a build says: short, aligned, counted right, each notice once."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from rich.console import Console

from plugins.build.report import (
    Progress,
    Tally,
    Terse,
    count,
    edition_lines,
    preview_lines,
    print_lines,
    progress_count,
    weight,
)

MADE = Tally(stories=1, pages=2, files=1_204, size=1_300_000, seconds=2.04)


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 stories"), (1, "1 story"), (2, "2 stories"), (12_345, "12,345 stories")]
)
def test_things_are_counted_in_words(number, words):
    assert count(number, "story") == words


@pytest.mark.parametrize(
    ("size", "words"),
    [(0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (312_480, "312 KB"), (1_250_000_000, "1,250.0 MB")],
)
def test_a_size_is_given_in_a_unit_that_fits(size, words):
    assert weight(size) == words


@pytest.mark.parametrize(
    ("done", "total", "words"),
    [(0, 5, ""), (3, 0, "3"), (3, None, "3"), (1_200, 3_000, "1,200 of 3,000"), (6, 5, "6")],
)
def test_progress_never_claims_more_than_it_knows(done, total, words):
    assert progress_count(done, total) == words


def test_the_end_of_a_build_says_how_much_where_and_what_next(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert edition_lines(MADE, tmp_path / "output", ["Held.", "No origin.", "Held."]) == [
        ("", ""),
        ("Edition", "1 story, 2 pages, 1,204 files, 1.3 MB, in 2.0 s"),
        ("Where", "output/"),
        ("Open", "output/index.html"),
        ("Serve", "make serve, then http://127.0.0.1:8000/"),
        ("Publish", "copy what is in output/ to any web host"),
        ("", ""),
        ("Note", "Held."),
        ("Note", "No origin."),
    ]


def test_a_folder_elsewhere_is_named_whole_and_quoted():
    lines = dict(edition_lines(MADE, Path("/some where/site"), []))

    assert lines["Where"] == "'/some where/site'/"


@pytest.mark.parametrize(
    ("unpublished", "words"),
    [(0, "1 story, 2 pages, in 2.0 s"), (1, "1 story (1 not published), 2 pages, in 2.0 s")],
)
def test_a_preview_takes_a_line(unpublished, words):
    made = Tally(stories=1, pages=2, files=3, size=4, seconds=2.04, unpublished=unpublished)

    assert preview_lines(made, []) == [("Preview", words)]


def test_lines_are_aligned_and_never_wrapped_or_read_as_markup(capsys):
    print_lines([("Note", "[bold]" + "x" * 300), ("Edition", "1 story"), ("", "")])

    assert capsys.readouterr().out == f"Note     [bold]{'x' * 300}\nEdition  1 story\n\n"


def test_a_log_gets_a_line_for_each_step_and_counts_only_long_ones(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr("plugins.build.report.time", SimpleNamespace(monotonic=lambda: now[0]))
    with Progress(is_live=False) as progress:
        progress.step("Writing pages", 3)
        for now[0] in (0.5, 1.5, 3.0, 7.0):
            progress.tick("signal", more="arguments")

    assert capsys.readouterr().out == "Writing pages\nWriting pages: 2 of 3\nWriting pages: 4\n"


def test_a_quiet_build_shows_no_step(capsys):
    with Progress(is_live=True, is_quiet=True) as progress:
        progress.step("Writing pages")
        progress.tick()
        progress.say("Waiting.")

    assert capsys.readouterr().out == ""


def test_a_moving_line_shows_what_is_done_and_then_goes():
    screen = Console(force_terminal=True, width=80, file=io.StringIO())
    with Progress(is_live=True, console=screen) as progress:
        progress.step("Reading content", 2)
        progress.step("Writing pages")
        progress.say("Another build is writing output/.")

    shown = screen.file.getvalue()
    assert "Reading content" in shown
    assert "Writing pages" in shown
    assert "Another build is writing output/.\n" in shown
    assert shown.endswith("\x1b[2K")


def test_pelicans_own_last_line_and_spinner_are_left_out(capsys):
    terse = Terse(Console(width=80))

    with terse.status("Generating..."):
        terse.print("Done: Processed 1 article")
        terse.print("Serving site at")

    assert capsys.readouterr().out == "Serving site at\n"
    assert terse.width == 80
