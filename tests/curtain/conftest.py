"""What the tests with real servers share: an ordinary chain of certificates, and newspapers as they are published."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from plugins.edition.copies import COPIERS, is_text
from tests.curtain.certificates import make_chain
from tests.curtain.servers import Place
from tests.newsroom import Site


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The chain that a server sends, and its key."""
    return make_chain(tmp_path_factory.mktemp("chain"))


@pytest.fixture(scope="session")
def lasting_place(chain: tuple[Path, Path]) -> Iterator[Callable[[Site], Place]]:
    """Give servers the places where they find newspapers, for as long as the tests run."""
    with ExitStack() as stack:
        yield lambda site: lay_out(Path(stack.enter_context(tempfile.TemporaryDirectory())), site, chain)


@pytest.fixture
def place(chain: tuple[Path, Path]) -> Iterator[Callable[[Site], Place]]:
    """Give a server the place where it finds a newspaper."""
    with ExitStack() as stack:
        yield lambda site: lay_out(Path(stack.enter_context(tempfile.TemporaryDirectory())), site, chain)


def lay_out(home: Path, site: Site, chain: tuple[Path, Path]) -> Place:
    """Write a newspaper into a folder that any server may read, with its compressed copies."""
    home.chmod(0o755)
    for path, data in site.files.items():
        file = home / "output" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        if is_text(path):
            for ending, compressed in COPIERS.items():
                Path(f"{file}{ending}").write_bytes(compressed(data))
    return Place(home, home / "output", *chain)
