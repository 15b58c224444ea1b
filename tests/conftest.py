"""What all tests share: one founded home, copied for each test that needs one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stage import copy_home, found_home


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home as `rogatory init` makes it; do not write to it, copy it."""
    yield found_home(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    return copy_home(founded, tmp_path / "home")
