"""A large content on its way to an S3 store over a road that breaks: what the store took is not sent again."""

import io
import json
import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rogatory.adapters.vault_s3 import PART
from rogatory.errors import UnreachableError
from rogatory.ports import Origin
from tests.contracts.s3_store import S3Server
from tests.contracts.vault_place import CASE, Place, path_of

CONTENT = random.Random(1).randbytes(6 * PART + 99)
ORIGIN = Origin("/a/disk.E01")


class Road:
    """A road to the store that counts what is sent on it, and breaks for good after so many bytes."""

    def __init__(self, endpoint: str) -> None:
        parts = urlsplit(endpoint)
        self._to = (parts.hostname or "", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.sent, self.breaks_after = 0, 1 << 60
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """No one comes through any more."""
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            if self.sent >= self.breaks_after:
                near.close()
                continue
            far = socket.create_connection(self._to)
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, to: socket.socket, counted: bool) -> None:
        try:
            while content := source.recv(1 << 16):
                self.sent += len(content) if counted else 0
                if self.sent >= self.breaks_after:
                    break
                to.sendall(content)
        except OSError:
            pass
        for each in (source, to):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def far(s3: S3Server, tmp_path: Path) -> Place:
    """A vault in the store."""
    return Place(tmp_path, s3, "evidence", f"{tmp_path.name.replace('_', '-').lower()[:40].strip('-')}/")


@contextmanager
def road_to(far: Place, s3: S3Server, breaks_after: int) -> Iterator[Road]:
    """The home's vault lies behind a road that breaks."""
    config, road = far.home / "config.json", Road(s3.endpoint)
    before = config.read_text()
    said = json.loads(before)
    said["vault"]["endpoint"] = road.endpoint
    config.write_text(json.dumps(said))
    road.breaks_after = breaks_after
    try:
        yield road
    finally:
        road.close()
        config.write_text(before)


def test_a_road_that_breaks_costs_only_what_was_under_way(far: Place, s3: S3Server) -> None:
    with road_to(far, s3, 4 * PART) as road:
        with pytest.raises(UnreachableError, match="nothing is sealed") as told:
            far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
        assert "run the same command to go on" in told.value.hint
    assert list(far.vault.holdings(CASE)) == []
    assert len(far.sending()) == 1
    (left,) = far.vault.unfinished()
    assert left.size > len(CONTENT)
    with road_to(far, s3, 1 << 60) as road:
        digest, _ = far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
        assert road.sent < len(CONTENT) - 1.5 * PART  # at least two parts were not sent again
    assert far.vault.read(CASE, digest) == CONTENT
    assert far.vault.check(CASE, digest)
    assert (far.unfinished(), far.sending()) == ([], [])


def test_who_stops_between_two_parts_goes_on_with_the_next(far: Place) -> None:
    sealed, asked = 0, 0

    def stop(more: int) -> None:
        nonlocal sealed, asked
        sealed += more
        asked += not more
        if asked == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        far.vault.keep(CASE, io.BytesIO(CONTENT), stop, ORIGIN)
    assert sealed == len(CONTENT)
    (record,) = (far.home / "vault" / "unfinished").glob("*/sending.json")
    assert sorted(json.loads(record.read_text())["sent"]) == ["1", "2", "3", "4"]
    digest, _ = far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    assert far.vault.read(CASE, digest) == CONTENT


def stopped(far: Place) -> Path:
    """On its way, two parts of it sent; the record of that."""
    asked = 0

    def stop(more: int) -> None:
        nonlocal asked
        asked += not more
        if asked == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        far.vault.keep(CASE, io.BytesIO(CONTENT), stop, ORIGIN)
    (record,) = (far.home / "vault" / "unfinished").glob("*/sending.json")
    return record


def test_what_the_store_has_otherwise_than_it_said_is_sent_again(far: Place) -> None:
    record = stopped(far)
    known = json.loads(record.read_text())
    other = far.put_part(known["key"], known["upload"], 1, bytes(PART))  # someone else, into the same upload
    assert other != known["sent"]["1"]
    digest, _ = far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    assert far.vault.check(CASE, digest)
    assert far.vault.read(CASE, digest) == CONTENT


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"key": 1}', '{"key": "x", "part": 1, "upload": "y", "sent": {}}'])
def test_a_record_that_is_spoilt_means_to_begin_sending_anew(far: Place, spoilt: str) -> None:
    record = stopped(far)
    record.write_text(spoilt)
    digest, _ = far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    assert far.vault.read(CASE, digest) == CONTENT


def test_an_upload_the_store_removed_is_begun_anew(far: Place) -> None:
    known = json.loads(stopped(far).read_text())
    far.abort(known["key"], known["upload"])
    assert far.sending() == []
    digest, _ = far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    assert far.vault.read(CASE, digest) == CONTENT


@pytest.mark.parametrize("stored", [False, True])
def test_an_upload_that_nobody_could_note_is_dropped_once_the_content_is_there(far: Place, stored: bool) -> None:
    known = json.loads(stopped(far).read_text())
    other = far.begin(known["key"].removesuffix(known["key"][-3:]) + "abc")  # of other content: none of ours
    lost = far.begin(known["key"])
    far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    if stored:  # killed after it was made, and run once more
        lost = far.begin(known["key"])
        far.again().keep(CASE, io.BytesIO(CONTENT), None, ORIGIN)
    assert lost not in far.sending()
    assert far.sending() == [other]


@pytest.mark.parametrize("how", ["swept", "changed", "erased"])
def test_what_is_dropped_here_is_dropped_in_the_store(far: Place, how: str) -> None:
    stopped(far)
    assert len(far.sending()) == 1
    if how == "swept":
        assert far.vault.sweep(older_than=-1) == 1
    elif how == "erased":
        far.vault.erase(CASE)
    else:
        other = b"?" + CONTENT[1:]
        digest, _ = far.vault.keep(CASE, io.BytesIO(other), None, ORIGIN)
        assert list(far.stored()) == [path_of(CASE, digest)]
    assert (far.unfinished(), far.sending()) == ([], [])
