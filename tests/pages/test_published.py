"""What a publication adds: compressed copies beside the same files; and headers for hosts that read a file of them."""

from __future__ import annotations

import gzip
from pathlib import Path

import brotli
import pytest

from plugins.edition.copies import COPIERS, is_text
from tests.newsroom import LANTERN, Site, build, built_once

USUAL_STORY = 9_000  # with headers and handshake, what a server sends before it waits for an answer


@pytest.fixture(scope="session")
def published() -> Site:
    """The small site as `make publish` makes it."""
    return built_once("published", LANTERN, "--extra-settings", "COPIES=true")


def test_the_files_are_those_of_any_build_and_copies_are_added(lantern: Site, published: Site) -> None:
    added = {path: data for path, data in published.files.items() if path not in lantern.files}

    assert {path: published.files[path] for path in lantern.files} == lantern.files
    assert set(added) == {path + ending for path in lantern.files if is_text(path) for ending in COPIERS}


def test_every_copy_holds_its_file(published: Site) -> None:
    for path, data in published.files.items():
        if is_text(path):
            assert gzip.decompress(published.files[f"{path}.gz"]) == data, path
            assert brotli.decompress(published.files[f"{path}.br"]) == data, path


def test_a_story_fits_a_servers_first_flight(edition: Site) -> None:
    stories = [page for page in edition.pages.values() if page.select("meta[property=og:type][content=article]")]
    weights = {page.path: len(COPIERS[".br"](page.data)) for page in stories}

    assert {path: weight for path, weight in weights.items() if weight > USUAL_STORY} == {}


def test_headers_for_hosts_stand_in_a_file(lantern: Site) -> None:
    everywhere, worker = lantern.text("_headers").split("/worker.js\n")

    assert everywhere.startswith("/*\n  Cache-Control: max-age=300\n")
    assert "frame-ancestors 'none'" in everywhere
    assert worker.rstrip() == "  Cache-Control: no-cache"


@pytest.mark.slow
def test_a_second_publication_is_the_same(tmp_path: Path) -> None:
    builds = (build(LANTERN, tmp_path / "output", "--extra-settings", "COPIES=true") for _ in range(2))

    once, again = (each.files for each in builds)

    assert again == once
