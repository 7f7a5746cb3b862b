"""Weighing a page: what is over the limit, by how much, and which part of it weighs most."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from plugins.site import weight as weighing
from plugins.site.weight import LIMIT, is_too_heavy, shares, weighed, weight


def noise(length: int, seed: int = 1) -> bytes:
    """Make up letters of which nearly none can be saved: about half a byte each is left of them."""
    return "".join(random.Random(seed).choices("abcdefghijklmnop", k=length)).encode()


PAGE = b'<style>%s</style><main>%s<figure><svg>%s</svg></figure></main><aside class="appeal wrapper">%s</aside>'


def test_a_page_weighs_what_gzip_makes_of_it() -> None:
    data = noise(20_000)

    assert weight(data) == len(gzip.compress(data, 9, mtime=0))


@pytest.mark.parametrize("length", [0, 100, LIMIT, LIMIT + 1, 18_000, 17_900, 17_950, 30_000])
def test_a_page_is_too_heavy_exactly_if_it_weighs_more_than_the_limit(length: int) -> None:
    data = noise(length)

    assert is_too_heavy(data) == (len(gzip.compress(data, 9, mtime=0)) > LIMIT)


def test_a_page_that_is_small_as_it_is_is_not_compressed_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zlib, "compress", None)

    assert weighed(b"x" * LIMIT) == ""


def test_a_quick_look_is_enough_for_a_page_that_is_light(monkeypatch: pytest.MonkeyPatch) -> None:
    levels: list[int] = []
    monkeypatch.setattr(weighing, "weight", lambda data, level=9: levels.append(level) or 5_000)

    assert weighed(b"x" * 30_000) == ""
    assert levels == [1]


def test_the_parts_that_weigh_most_are_named_the_heaviest_first() -> None:
    data = PAGE % (noise(2_000, 2), noise(16_000, 3), noise(6_000, 4), noise(3_000, 5))

    said = weighed(data)

    assert said.startswith(f"the page weighs {weight(data):,} bytes compressed, 10,240 is the most: the text ")
    names = [part.rstrip(" 0123456789,.") for part in said.partition(": ")[2].split(", the ")]
    assert names == ["the text", "drawings", "appeal"]


def test_the_shares_of_a_page_are_about_what_each_part_weighs_alone() -> None:
    found = shares(PAGE % (noise(2_000, 2), noise(16_000, 3), noise(6_000, 4), noise(3_000, 5)))

    assert found["the drawings"] == pytest.approx(weight(noise(6_000, 4)), rel=0.1)
    assert found["the text"] == pytest.approx(weight(noise(16_000, 3)), rel=0.1)
    assert found["the footer"] == 0
