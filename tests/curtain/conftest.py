"""What the tests behind the cut share: an ordinary chain of certificates, and newspapers as they are published."""

from __future__ import annotations

from collections.abc import Callable
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


@pytest.fixture
def place(tmp_path: Path, chain: tuple[Path, Path]) -> Callable[[Site], Place]:
    """Give a server the place where it finds a newspaper."""

    def at(site: Site) -> Place:
        root = tmp_path / "output"
        for path, data in site.files.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
            if is_text(path):
                for ending, compressed in COPIERS.items():
                    Path(f"{file}{ending}").write_bytes(compressed(data))
        return Place(tmp_path, root, *chain)

    return at
