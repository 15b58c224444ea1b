"""What all tests share: one founded home, copied for each test that needs one."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home as `rogatory init` makes it; do not write to it, copy it."""
    from tests.stage import found_home  # here: tests that need no home load nothing heavy

    return found_home(tmp_path_factory.mktemp("founded") / "home")


@pytest.fixture
def home(founded: Path, tmp_path: Path) -> Path:
    """A home of the test's own."""
    from tests.stage import copy_home

    return copy_home(founded, tmp_path / "home")
