"""What every road to the other state must do: whole files or none, once, and never other content."""

import hashlib
import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from rogatory.adapters.channel_courier import CourierChannel
from rogatory.adapters.channel_folder import AT_ONCE, FolderChannel
from rogatory.errors import ChangedError, IntegrityError, NotFoundError, UnreachableError
from schemas.tasks import Package

CONTENT = b"sealed" * 1000
TRANSMISSION = "0190a3f2-0000-7000-8000-000000000001"
PACKAGE = Package(transmission=TRANSMISSION, digest=f"sha256:{hashlib.sha256(CONTENT).hexdigest()}", size=len(CONTENT))
Channel = FolderChannel | CourierChannel


@pytest.fixture(params=["folder", "courier"])
def channel(request: pytest.FixtureRequest, tmp_path: Path) -> Channel:
    if request.param == "folder":
        return FolderChannel(tmp_path / "outbox", tmp_path / "inbox")
    return CourierChannel(tmp_path / "outbox")


def sent(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "outbox").glob("*") if not path.name.endswith(".sha256"))


def test_a_package_appears_whole_and_once(channel: Channel, tmp_path: Path) -> None:
    first = channel.send(PACKAGE, iter([CONTENT[:100], CONTENT[100:]]))
    again = channel.send(PACKAGE, iter([CONTENT]))
    assert first == again
    assert first.channel == channel.name
    assert isinstance(first.accepted_at, datetime)
    assert first.accepted_at.tzinfo is not None
    assert sent(tmp_path) == [first.place] == [f"{TRANSMISSION}.asice.age"]
    assert (tmp_path / "outbox" / first.place).read_bytes() == CONTENT


def test_other_content_under_the_same_transmission_is_refused(channel: Channel, tmp_path: Path) -> None:
    channel.send(PACKAGE, iter([CONTENT]))
    other = PACKAGE.model_copy(update={"digest": f"sha256:{hashlib.sha256(b'other').hexdigest()}", "size": 5})
    with pytest.raises(ChangedError):
        channel.send(other, iter([b"other"]))
    assert (tmp_path / "outbox" / sent(tmp_path)[0]).read_bytes() == CONTENT


def test_content_that_is_not_the_package_never_appears(channel: Channel, tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="nothing was sent"):
        channel.send(PACKAGE, iter([CONTENT[:-1]]))
    assert sent(tmp_path) == []


def test_a_source_that_breaks_leaves_nothing(channel: Channel, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield CONTENT[:10]
        raise IntegrityError("damaged")

    with pytest.raises(IntegrityError, match="damaged"):
        channel.send(PACKAGE, broken())
    assert sent(tmp_path) == []


def test_a_folder_that_cannot_be_written_is_said(channel: Channel, tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file in the folder's place")
    with pytest.raises(UnreachableError, match="nothing was sent"):
        channel.send(PACKAGE, iter([CONTENT]))


def test_a_courier_gets_the_digest_on_a_slip(tmp_path: Path) -> None:
    CourierChannel(tmp_path).send(PACKAGE, iter([CONTENT]))
    slip = (tmp_path / f"{TRANSMISSION}.asice.age.sha256").read_text()
    assert slip == f"{PACKAGE.digest[7:]}  {TRANSMISSION}.asice.age\n"


def inbox(tmp_path: Path, *names: str) -> FolderChannel:
    (tmp_path / "inbox").mkdir()
    for age, name in enumerate(reversed(names)):
        path = tmp_path / "inbox" / name
        path.write_bytes(name.encode())
        os.utime(path, (1_800_000_000 - age, 1_800_000_000 - age))
    return FolderChannel(tmp_path / "outbox", tmp_path / "inbox")


def numbered(number: int) -> str:
    return f"0190a3f2-0000-7000-8000-{number:012d}.asice.age"


def test_messages_come_oldest_first_and_only_whole_ones(tmp_path: Path) -> None:
    folder = inbox(tmp_path, numbered(2), numbered(1), f".{numbered(3)}.part", "x.asice.age", "readme.txt")
    (tmp_path / "inbox" / numbered(4)).mkdir()
    (tmp_path / "inbox" / numbered(5)).symlink_to("/etc/passwd")
    waiting = folder.waiting()
    assert [name for name, _ in waiting] == [numbered(2), numbered(1)]
    assert [file.read() for _, file in waiting] == [numbered(2).encode(), numbered(1).encode()]
    for _, file in waiting:
        file.close()


def test_a_message_is_put_away_once(tmp_path: Path) -> None:
    folder = inbox(tmp_path, numbered(1), numbered(2))
    folder.done(numbered(1))
    folder.done(numbered(1))
    folder.set_aside(numbered(2))
    assert folder.waiting() == []
    assert (tmp_path / "inbox" / "done" / numbered(1)).exists()
    assert (tmp_path / "inbox" / "quarantine" / numbered(2)).exists()
    for name in ("../outbox/x", "", numbered(1) + "/.."):
        with pytest.raises(NotFoundError):
            folder.done(name)


def test_an_inbox_that_is_missing_is_empty_and_a_full_one_comes_in_parts(tmp_path: Path) -> None:
    assert FolderChannel(tmp_path / "o", tmp_path / "i").waiting() == []
    folder = inbox(tmp_path, *(numbered(n) for n in range(AT_ONCE + 10)))
    waiting = folder.waiting()
    assert len(waiting) == AT_ONCE
    for _, file in waiting:
        assert isinstance(file, io.BufferedReader)
        file.close()
