"""Compressed copies: what they hold, that they are the same every time, and when one is made anew."""

from __future__ import annotations

import gzip
import shutil
import zlib
from dataclasses import replace
from pathlib import Path

import brotli
import pytest

from plugins.build.press import Edition
from plugins.build.printing import data_digest
from plugins.edition import copies
from plugins.edition.copies import COPIERS, brotlied, forget_copies, gzipped, is_text, lay_copies
from plugins.story.problems import SiteError
from tests.functions.test_weight import noise

PAGE = b"<p>The ferry runs again.</p>" * 200


@pytest.fixture
def edition(tmp_path: Path) -> Edition:
    """An edition that is about to go out, with one before it."""
    for folder in ("content", "spare", "output"):
        (tmp_path / folder).mkdir()
    write(tmp_path / "spare", {"index.html": PAGE, "robots.txt": b"User-agent: *\n", "pier.jpg": b"\xff\xd8"})
    return Edition(tmp_path / "spare", tmp_path / "output", {"PATH": str(tmp_path / "content")}, {})


def write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


def go_out(edition: Edition) -> Edition:
    """Put an edition out; give the next one, of the same files without their copies."""
    output, tree = edition.output.rename(edition.output.with_name("before")), edition.tree
    for path in output.iterdir():
        path.unlink()
    output.rmdir()
    tree.rename(edition.output)
    tree.mkdir()
    files = {path.name: path.read_bytes() for path in edition.output.iterdir() if path.suffix not in COPIERS}
    write(tree, files)
    return edition


def test_copies_hold_what_the_file_holds() -> None:
    assert gzip.decompress(gzipped(PAGE)) == brotli.decompress(brotlied(PAGE)) == PAGE


def test_a_copy_says_nothing_of_when_and_from_which_file_it_was_made() -> None:
    head = gzipped(PAGE)[:10]

    assert head[3] == 0  # no name, no comment
    assert head[4:8] == bytes(4)  # no time


def test_copies_are_smaller_than_what_hosts_make() -> None:
    text = noise(400) * 20 + noise(9_000, 2)

    assert len(brotlied(text)) < len(gzipped(text)) < len(zlib.compress(text, 9)) + 12


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.html", True),
        ("feeds/all.atom.xml", True),
        ("robots.txt", True),
        ("worker.js", True),
        ("map.svg", True),
        ("pier.jpg", False),
        ("issue.epub", False),
        ("index.html.gz", False),
        ("_headers", False),
    ],
)
def test_texts_have_copies(path: str, expected: bool) -> None:
    assert is_text(path) == expected


def test_copies_lie_beside_texts_alone(edition: Edition) -> None:
    lay_copies(edition)

    names = sorted(path.name for path in edition.tree.iterdir())
    assert names == [
        *("index.html", "index.html.br", "index.html.gz", "pier.jpg"),
        *("robots.txt", "robots.txt.br", "robots.txt.gz"),
    ]


def test_a_copy_is_made_again_only_if_its_file_has_changed(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_copies(edition)
    go_out(edition)
    (edition.tree / "robots.txt").write_bytes(b"User-agent: none\n")
    made: list[bytes] = []
    counting = {ending: lambda data, make=make: made.append(data) or make(data) for ending, make in COPIERS.items()}
    monkeypatch.setattr(copies, "COPIERS", counting)

    lay_copies(edition)

    assert made == [b"User-agent: none\n"] * 2
    assert (edition.tree / "index.html.gz").read_bytes() == gzipped(PAGE)
    assert gzip.decompress((edition.tree / "robots.txt.gz").read_bytes()) == b"User-agent: none\n"


@pytest.mark.parametrize("how", ["changed", "shut", "gone", "forgotten", "made otherwise"])
def test_a_copy_that_is_not_as_it_was_made_is_made_again(edition: Edition, tmp_path: Path, how: str) -> None:
    lay_copies(edition)
    go_out(edition)
    (kept,) = (tmp_path / ".cache/compressed").iterdir()
    for path in kept.glob("*.br"):
        if how == "changed":
            path.write_bytes(path.read_bytes()[::-1])
        elif how == "shut":
            path.chmod(0o600)
        elif how == "gone":
            path.unlink()
    if how == "forgotten":
        shutil.rmtree(kept)
    elif how == "made otherwise":
        kept.rename(kept.with_name("brotli-0-zopfli-0"))

    lay_copies(edition)

    assert (edition.tree / "index.html.br").read_bytes() == brotlied(PAGE)
    assert {path.stat().st_mode & 0o777 for path in edition.tree.glob("*.br")} == {0o644}
    assert [path.name for path in (tmp_path / ".cache/compressed").iterdir()] == [kept.name]


def test_copies_outlive_editions_without_them_and_no_file(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    digests = {path: data_digest(path, (edition.tree / path).read_bytes()) for path in edition.files}
    lay_copies(replace(edition, digests=digests))
    go_out(edition)

    forget_copies(replace(edition, digests={"index.html": digests["index.html"]}))
    monkeypatch.setattr(copies, "COPIERS", dict.fromkeys(COPIERS, lambda data: b"made anew"))
    lay_copies(edition)

    assert (edition.tree / "index.html.gz").read_bytes() == gzipped(PAGE)
    assert (edition.tree / "robots.txt.gz").read_bytes() == b"made anew"


def test_of_a_few_files_that_changed_the_copies_are_forgotten(edition: Edition, tmp_path: Path) -> None:
    lay_copies(edition)

    gone = data_digest("index.html", PAGE)
    forget_copies(replace(edition, fresh=frozenset(["index.html"]), replaced=frozenset([gone])))

    (kept,) = (tmp_path / ".cache/compressed").iterdir()
    assert len(list(kept.iterdir())) == 2
    assert [path for path in kept.iterdir() if path.name.startswith(gone.hex())] == []


def test_where_files_have_no_second_names_copies_are_copied(edition: Edition, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr("os.link", refuse)
    lay_copies(edition)

    copy = edition.tree / "index.html.gz"
    assert (copy.read_bytes(), copy.stat().st_nlink) == (gzipped(PAGE), 1)


def test_an_editors_own_compressed_file_stays(edition: Edition) -> None:
    (edition.tree / "robots.txt.gz").write_bytes(b"an editor's")

    lay_copies(edition)

    assert (edition.tree / "robots.txt.gz").read_bytes() == b"an editor's"


def test_a_page_whose_copy_would_not_arrive_whole_is_refused(edition: Edition) -> None:
    (edition.tree / "index.html").write_bytes(noise(30_000))

    with pytest.raises(SiteError, match=r"output/index\.html\.gz:1: the copy weighs 1\d,\d{3} bytes, 10,240 is"):
        lay_copies(edition)
