"""After any change at all, an edition is byte for byte what stock Pelican makes of the site from nothing."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.incremental.small_archive import SmallArchive, changes

NAMES = list(changes())


def hold(archive: SmallArchive, story: str) -> bool:
    """Build, and compare with what stock Pelican makes; where that refuses, we must.

    Say whether there is an edition.
    """
    before = archive.files()
    wanted, wanted_said, edition = archive.stock()
    status, said = archive.build()
    assert (status == 0) == (wanted == 0), f"{story}\nstock {wanted}: {wanted_said}\nours {status}: {said}"
    now = archive.files()
    if wanted:
        assert now == before, story
        return False
    assert now.keys() == edition.keys(), (story, now.keys() ^ edition.keys())
    assert [path for path in now if now[path] != edition[path]] == [], story
    return True


def run(folder: Path, steps: list[tuple[str, int]]) -> None:
    """Go through changes on a new site, comparing after each."""
    archive = SmallArchive(folder)
    archive.jobs = 1 + steps[0][1] % 2
    every = changes()
    try:
        assert hold(archive, "first")
        told, before = "first", archive.taken_down()
        for name, seed in steps:
            every[name](archive, random.Random(seed))
            told += f", {name}"
            if not hold(archive, told):
                archive.restore(before)
            before = archive.taken_down()
    finally:
        archive.end()


def drawn(site: int) -> list[tuple[str, int]]:
    """Draw ten changes, the same for a number at any time."""
    chance = random.Random(site)
    return [(chance.choice(NAMES), chance.getrandbits(32)) for _ in range(10)]


@pytest.mark.parametrize("site", range(5))
def test_fifty_changes_each_give_the_edition_of_a_clean_build(tmp_path, site):
    run(tmp_path, drawn(site))


@pytest.mark.slow
@pytest.mark.parametrize("site", range(5, 105))
def test_a_thousand_changes_each_give_the_edition_of_a_clean_build(tmp_path, site):
    run(tmp_path, drawn(site))


@pytest.mark.slow
def test_a_story_and_its_translation_keep_the_appeal_in_another_section(tmp_path):
    run(tmp_path / "archive", [*[("add", 0)] * 5, ("delete", 0), ("translation", 25334930), ("section", 385)])


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_kind_of_change_gives_the_edition_of_a_clean_build(tmp_path, name):
    run(tmp_path, [(name, 1), ("nothing", 1), (name, 2), ("body", 3)])
