"""What the tests of bad input share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.bad.paper import PressRoom


@pytest.fixture(scope="session")
def press_room() -> Iterator[PressRoom]:
    """A process that builds newspapers."""
    room = PressRoom()
    yield room
    room.close()
