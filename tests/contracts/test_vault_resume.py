"""Content whose way into the vault was stopped: the same command goes on, and never with other content."""

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rogatory.adapters.vault_form import CHUNK, HEADER
from rogatory.adapters.vault_unfinished import UNFINISHED_AGE
from rogatory.errors import UnreachableError
from rogatory.ports import Origin
from tests.contracts.vault_place import CASE, OTHER, Place, path_of

SIZE = 20 * (1 << 20) + 77
NAME = "/cases/Zyx-Victim/disk.E01"


class Stop(BaseException):
    """Stands for Ctrl-C."""


class After:
    """Stops once so many bytes were counted."""

    def __init__(self, limit: int) -> None:
        self.limit, self.done = limit, 0

    def __call__(self, more: int) -> None:
        self.done += more
        if self.done >= self.limit:
            raise Stop


def content_of(seed: int, size: int = SIZE) -> bytes:
    return random.Random(seed).randbytes(size)


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def stopped(place: Place, content: bytes, limit: int = 12 << 20, name: str = NAME) -> bytes:
    """Takes in as far as that; returns what was written."""
    with pytest.raises(Stop):
        place.vault.keep(CASE, io.BytesIO(content), After(limit), Origin(name))
    (draft,) = place.unfinished()
    return draft.read_bytes()


def never() -> None:
    raise AssertionError("the source is what it was")


def test_what_was_stopped_goes_on_where_it_stopped(place: Place) -> None:
    content = content_of(1)
    written = stopped(place, content)
    assert len(written) > 11 << 20
    assert list(place.vault.holdings(CASE)) == []
    (left,) = place.vault.unfinished()
    assert (left.reference, left.size) == (CASE, len(written))
    assert (left.removed_at - left.changed_at).total_seconds() == UNFINISHED_AGE
    counted = list[int]()
    kept = place.again().keep(CASE, io.BytesIO(content), counted.append, Origin(NAME, never))
    assert kept == (digest_of(content), SIZE)
    assert sum(counted) == SIZE
    assert place.vault.read(CASE, kept[0]) == content
    assert place.vault.check(CASE, kept[0])
    assert place.stored()[path_of(CASE, kept[0])].startswith(written)  # the same key, the same bytes
    assert list(place.vault.unfinished()) == []
    assert (place.unfinished(), place.sending()) == ([], [])


@pytest.mark.parametrize("cut", [0, 10, HEADER, HEADER + 1, HEADER + CHUNK + 16, HEADER + 2 * CHUNK + 5])
def test_wherever_it_was_cut_it_goes_on(place: Place, cut: int) -> None:
    """kill -9 leaves any number of bytes."""
    content = content_of(2, 3 * CHUNK + 9)
    written = stopped(place, content, 3 * CHUNK)
    (draft,) = place.unfinished()
    with draft.open("r+b") as file:
        file.truncate(cut)
    digest, _ = place.again().keep(CASE, io.BytesIO(content), None, Origin(NAME, never))
    assert place.vault.read(CASE, digest) == content
    same = place.stored()[path_of(CASE, digest)][:HEADER] == written[:HEADER]
    assert same == (cut >= HEADER)


def changes(content: bytes) -> list[bytes]:
    """The first byte, one in the middle, the last that was stored, shorter, longer, nothing."""
    found = []
    for at in (0, 5 << 20, (11 << 20) + 5):
        other = bytearray(content)
        other[at] ^= 1
        found.append(bytes(other))
    return [*found, content[: 9 << 20], content[:12345], b""]


@pytest.mark.parametrize("number", range(6))
def test_a_source_that_changed_is_taken_in_from_its_start_under_another_key(place: Place, number: int) -> None:
    content = content_of(3)
    other = changes(content)[number]
    written = stopped(place, content)
    told, counted = list[str](), list[int]()
    kept = place.again().keep(CASE, io.BytesIO(other), counted.append, Origin(NAME, lambda: told.append("changed")))
    assert kept == (digest_of(other), len(other))
    assert told == ["changed"]
    assert sum(counted) == len(other)
    assert place.vault.read(CASE, kept[0]) == other
    stored = place.stored()[path_of(CASE, kept[0])]
    assert stored[:HEADER] != written[:HEADER]  # never two contents under one key and nonce
    assert len(place.stored()) == 1


def test_a_source_that_grew_after_all_of_it_was_written_is_noticed(place: Place) -> None:
    content = content_of(4, 2 * CHUNK + 9)
    stopped(place, content, len(content))
    told = list[str]()
    digest, _ = place.vault.keep(CASE, io.BytesIO(content + b"x"), None, Origin(NAME, lambda: told.append("changed")))
    assert told == ["changed"]
    assert place.vault.read(CASE, digest) == content + b"x"


def test_what_was_stored_and_is_damaged_is_not_gone_on_from(place: Place) -> None:
    content = content_of(5)
    stopped(place, content)
    (draft,) = place.unfinished()
    with draft.open("r+b") as file:  # as a power cut leaves it: the length is there, the bytes are not
        file.seek(8 << 20)
        file.write(bytes(1 << 20))
    told = list[str]()
    digest, _ = place.vault.keep(CASE, io.BytesIO(content), None, Origin(NAME, lambda: told.append("changed")))
    assert (told, place.vault.read(CASE, digest)) == (["changed"], content)


def test_other_sources_and_other_cases_do_not_meet(place: Place) -> None:
    one, two = content_of(6), content_of(7)
    stopped(place, one)
    place.vault.keep(CASE, io.BytesIO(two), None, Origin("/another", never))
    place.vault.keep(OTHER, io.BytesIO(two), None, Origin(NAME, never))
    assert [left.reference for left in place.vault.unfinished()] == [CASE]
    assert place.vault.keep(CASE, io.BytesIO(one), None, Origin(NAME, never))[0] == digest_of(one)


def test_threat_29_no_name_and_no_content_stands_in_clear_where_it_waits(place: Place) -> None:
    content = content_of(8)
    stopped(place, content)
    place.vault.uploads.begin(CASE, f"person/{NAME}", 1000)
    for path in (place.home / "vault" / "unfinished").rglob("*"):
        assert "Zyx-Victim" not in str(path)
        if path.is_file():
            assert b"Zyx-Victim" not in path.read_bytes()  # three letters alone stand in any ciphertext of 20 MiB
            assert content[:16] not in path.read_bytes()
            assert path.stat().st_mode & 0o077 == 0


def test_what_nobody_goes_on_with_is_removed_after_its_time(place: Place) -> None:
    content = content_of(9)
    stopped(place, content)
    assert place.vault.sweep() == 0
    (draft,) = place.unfinished()
    day_before = time.time() - UNFINISHED_AGE + 24 * 3600
    for path in (draft, draft.parent):
        os.utime(path, (day_before, day_before))
    place.again()  # which sweeps
    assert place.unfinished() == [draft]
    for path in (draft, draft.parent):
        os.utime(path, (day_before - 25 * 3600, day_before - 25 * 3600))
    place.again()
    assert place.unfinished() == []
    assert list(place.vault.unfinished()) == []


def test_what_is_erased_is_not_gone_on_with(place: Place) -> None:
    content = content_of(10)
    stopped(place, content)
    place.vault.keep(OTHER, io.BytesIO(b"stays"))
    place.vault.erase(CASE)
    assert place.unfinished() == []
    written = stopped(place, content)
    (draft,) = place.unfinished()
    place.keys.destroy(CASE)  # on a machine that did not see the folder
    digest, _ = place.vault.keep(CASE, io.BytesIO(content), None, Origin(NAME))
    assert not place.stored()[path_of(CASE, digest)].startswith(written[:HEADER])
    assert place.vault.read(CASE, digest) == content
    assert draft.exists()  # under the id of the key that is gone; it is swept in its time


def test_one_at_a_time_goes_on_with_a_source(place: Place) -> None:
    inside, go_on = threading.Event(), threading.Event()

    def wait(_: int) -> None:
        inside.set()
        go_on.wait(20)

    content, kept = content_of(11), list[object]()
    writer = threading.Thread(
        target=lambda: kept.append(place.vault.keep(CASE, io.BytesIO(content), wait, Origin(NAME)))
    )
    writer.start()
    inside.wait(20)
    try:
        with pytest.raises(UnreachableError, match="Another process"):
            place.again().keep(CASE, io.BytesIO(content), None, Origin(NAME))
        assert place.vault.sweep(older_than=-1) == 0  # nor is it swept
    finally:
        go_on.set()
        writer.join()
    assert kept == [(digest_of(content), SIZE)]


def test_killed_just_after_it_was_published_it_never_touches_what_stands(place: Place) -> None:
    if place.in_store:
        return  # there the draft is a file apart
    content = content_of(12)
    stopped(place, content, SIZE)
    digest, _ = place.vault.keep(CASE, io.BytesIO(content))
    (published,) = (place.home / "vault" / CASE).glob("??/*")
    (draft,) = place.unfinished()
    draft.unlink()
    draft.hardlink_to(published)
    before = published.read_bytes()
    other, _ = place.vault.keep(CASE, io.BytesIO(content[:-1] + b"?"), None, Origin(NAME))
    assert published.read_bytes() == before
    assert published.stat().st_mode & 0o777 == 0o400
    assert {digest, other} == set(place.vault.digests(CASE))
    assert place.vault.damaged(CASE) == ()


INGEST = """
import sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
from rogatory.ports import Origin
vault = open_vault(Path(sys.argv[1]))
print("ready", flush=True)
def changed(): print("CHANGED", flush=True)
with open(sys.argv[2], "rb", buffering=0) as source:
    print(vault.keep("XV-2026-0001", source, None, Origin(sys.argv[2], changed))[0], flush=True)
"""


@pytest.mark.slow
def test_threat_17_killed_again_and_again_it_comes_to_its_end(place: Place) -> None:
    """kill -9 at growing times; each run goes on with what the last one left."""
    source, content = place.home / "source", content_of(13, 64 << 20)
    source.write_bytes(content)
    went_on, pause, said = 0, 0.05, ""
    for _ in range(60):
        before = place.unfinished()[0].read_bytes() if place.unfinished() else b""
        command = [sys.executable, "-c", INGEST, str(place.home), str(source)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pause)
        pause *= 1.3
        process.send_signal(signal.SIGKILL)
        said += process.communicate()[0]
        if place.vault.has(CASE, digest_of(content)):
            break
        after = place.unfinished()[0].read_bytes() if place.unfinished() else b""
        assert after.startswith(before) or len(before) < HEADER
        went_on += len(before) > HEADER
    place.vault.keep(CASE, io.BytesIO(content), None, Origin(str(source), never))
    assert "CHANGED" not in said
    assert went_on
    assert place.vault.check(CASE, digest_of(content))
    assert hashlib.sha256(place.vault.read(CASE, digest_of(content))).hexdigest() == digest_of(content)[7:]
    assert (place.unfinished(), place.sending()) == ([], [])


LIMITED = """
import resource, signal, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
from rogatory.errors import UnreachableError
from rogatory.ports import Origin
vault = open_vault(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (6 << 20, 6 << 20))
try:
    with open(sys.argv[2], "rb") as source:
        vault.keep("XV-2026-0001", source, None, Origin(sys.argv[2]))
except UnreachableError as error:
    print(error, error.hint)
"""


def test_threat_17_a_full_disk_keeps_what_it_has_and_goes_on_when_there_is_room(place: Place) -> None:
    source, content = place.home / "source", content_of(14)
    source.write_bytes(content)
    command = [sys.executable, "-c", LIMITED, str(place.home), str(source)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "disk is full; nothing is sealed" in said
    assert "run the same command to go on" in said
    (draft,) = place.unfinished()
    written = draft.read_bytes()
    assert len(written) == 6 << 20
    with source.open("rb") as file:
        digest, _ = place.vault.keep(CASE, file, None, Origin(str(source), never))
    assert place.stored()[path_of(CASE, digest)].startswith(written)
    assert place.vault.read(CASE, digest) == content


MEASURED = """
import re, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
from rogatory.ports import Origin
vault, done = open_vault(Path(sys.argv[1])), 0
def stop(more):
    global done
    done += more
    if done > 150 << 20: raise KeyboardInterrupt
try:
    with open(sys.argv[2], "rb") as source: vault.keep("XV-2026-0001", source, stop, Origin("x"))
except KeyboardInterrupt: print("stopped")
with open(sys.argv[2], "rb") as source: vault.keep("XV-2026-0001", source, None, Origin("x"))
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_going_on_takes_no_more_memory(place: Place) -> None:
    source = place.home / "source"
    with source.open("wb") as file:
        file.truncate(192 << 20)
    command = [sys.executable, "-c", MEASURED, str(place.home), str(source)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert said[0] == "stopped"
    assert int(said[1]) < 120 * 1024  # KiB


def test_the_folder_is_listed_in_order_and_strange_names_are_left_alone(place: Place) -> None:
    stopped(place, content_of(15))
    folder = place.home / "vault" / "unfinished"
    for name in ("note", "XV-2026-0001.x", "XV-2026-0001." + "0" * 31):
        (folder / name).mkdir()
    assert len(list(place.vault.unfinished())) == 1
    assert place.vault.sweep(older_than=-1) == 1
    assert {path.name for path in Path(folder).iterdir()} == {"note", "XV-2026-0001.x", "XV-2026-0001." + "0" * 31}
