"""The places a vault can be in: each test of the contract runs on all of them."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts import s3_store
from tests.contracts.vault_place import Place

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[s3_store.S3Server]:
    """A real S3 store."""
    if not s3_store.PROGRAM:
        pytest.skip(s3_store.MISSING)
    with s3_store.s3_server(tmp_path_factory.mktemp("s3") / "store") as server:
        server.bucket("evidence")
        yield server


@pytest.fixture(params=["disk", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """An empty vault, once on a disk and once in an S3 store."""
    if request.param == "disk":
        return Place(tmp_path)
    return Place(tmp_path, request.getfixturevalue("s3"), "evidence", f"t{next(_NUMBERS)}/")
