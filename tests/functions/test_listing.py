"""Listings say what tables of all files would say."""

import os
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from plugins.build.door import scan
from plugins.build.listing import NEVER, Listing

NAMES = st.sampled_from(["a", "a.html", "b", "é", "\udce9", "Z", ".x"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)
TIMES = st.integers(-(2**62), 2**62)
NUMBERS = st.integers(0, 2**64 - 1)
STAMPS = st.tuples(NUMBERS, TIMES, NUMBERS, TIMES)
TABLES = st.dictionaries(PATHS, STAMPS | st.just(NEVER), max_size=12)


@given(TABLES)
def test_a_listing_holds_what_it_was_given(table: dict[str, tuple[int, int, int, int]]) -> None:
    listing = Listing.of(table)
    assert dict(listing) == table
    assert len(listing) == len(table)
    assert listing.size() == sum(stamp[0] for stamp in table.values())
    assert bool(listing) is bool(table)
    assert set(listing.below("a/")) == {path for path in table if path.startswith("a/")}
    assert all(path in listing for path in table)
    assert "a/none" not in listing
    assert listing.get("none") is None


@given(TABLES, TABLES)
def test_two_listings_differ_where_two_tables_do(
    one: dict[str, tuple[int, int, int, int]], two: dict[str, tuple[int, int, int, int]]
) -> None:
    mine, theirs = Listing.of(one), Listing.of(two)
    assert (mine == theirs) is (one == two)
    assert mine.unlike(theirs) == {path for path in one.keys() | two.keys() if one.get(path) != two.get(path)}
    assert mine.lacking_in(theirs) == one.keys() - two.keys()
    assert mine.has_same_names(theirs) is (one.keys() == two.keys())


@given(TABLES, TABLES, st.sets(PATHS))
def test_a_changed_listing_is_the_table_with_these_changes(
    table: dict[str, tuple[int, int, int, int]], put: dict[str, tuple[int, int, int, int]], gone: set[str]
) -> None:
    listing = Listing.of(table)
    changed = {path: stamp for path, stamp in table.items() if path not in gone} | put
    assert listing.changed(put, gone) == Listing.of(changed)
    assert dict(listing) == table


@given(TABLES, TIMES)
def test_what_has_changed_since_a_moment_is_told_by_either_time(
    table: dict[str, tuple[int, int, int, int]], moment: int
) -> None:
    late = {path for path, (_, mtime, _, ctime) in table.items() if max(mtime, ctime) > moment}
    assert Listing.of(table).since(moment) == late


def test_a_tree_is_listed_as_it_lies_there(tmp_path: Path) -> None:
    for path in (".gitignore", "a", "sub/.gitignore", "sub/below/b", "Z"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    (tmp_path / "empty").mkdir()
    (tmp_path / "link").symlink_to("a")
    os.utime(tmp_path / "a", ns=(0, -5))
    listing = Listing(scan(str(tmp_path)))
    assert set(listing) == {"a", "sub/.gitignore", "sub/below/b", "Z", "link"}
    found = (tmp_path / "a").lstat()
    assert listing["a"] == (1, -5, found.st_ino, found.st_ctime_ns)
    assert listing == Listing.of(dict(listing))
