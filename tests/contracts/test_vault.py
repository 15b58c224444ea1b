"""The vault's promises: whole or absent, encrypted, verified, written once, flat in memory."""

import hashlib
import io
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from rogatory.adapters.vault_fs import CHUNK, DirectoryVault, open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.errors import IntegrityError, NotFoundError, UnreachableError, UsageError

CASE, OTHER = "XV-2026-0001", "XV-2026-0002"
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 17]


@pytest.fixture
def vault(tmp_path: Path) -> DirectoryVault:
    VaultKeys.create(tmp_path / "keys")
    return open_vault(tmp_path)


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "vault").rglob("*") if path.is_file()]


def leftovers(tmp_path: Path) -> list[Path]:
    return list((tmp_path / "vault" / "tmp").iterdir())


@pytest.mark.parametrize("size", SIZES)
def test_what_is_kept_comes_back(vault: DirectoryVault, tmp_path: Path, size: int) -> None:
    content, counted = random.Random(size).randbytes(size), list[int]()
    digest, measured = vault.keep(CASE, io.BytesIO(content), counted.append)
    assert (digest, measured) == (f"sha256:{hashlib.sha256(content).hexdigest()}", size)
    assert sum(counted) == size
    assert vault.has(CASE, digest)
    assert vault.read(CASE, digest) == content
    assert all(len(chunk) <= CHUNK for chunk in vault.stream(CASE, digest))
    assert list(vault.digests(CASE)) == [digest]
    assert vault.damaged(CASE) == ()
    (path,) = stored(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o400
    assert size < 16 or content[:16] not in path.read_bytes()


class Trickle(io.RawIOBase):
    """A source that gives a little at a time, as a socket does."""

    def __init__(self, content: bytes) -> None:
        self._left = content

    def read(self, size: int = -1) -> bytes:
        given, self._left = self._left[: min(size, 70_001)], self._left[min(size, 70_001) :]
        return given


def test_a_source_that_gives_little_at_a_time_is_read_to_its_end(vault: DirectoryVault) -> None:
    content = random.Random(1).randbytes(2 * CHUNK + 5)
    digest, size = vault.keep(CASE, Trickle(content))  # type: ignore[arg-type]
    assert (size, vault.read(CASE, digest)) == (len(content), content)


def test_the_same_bytes_are_stored_once_a_case(vault: DirectoryVault, tmp_path: Path) -> None:
    first = vault.keep(CASE, io.BytesIO(b"same"))
    inode = stored(tmp_path)[0].stat().st_ino
    assert vault.keep(CASE, io.BytesIO(b"same")) == first
    assert [path.stat().st_ino for path in stored(tmp_path)] == [inode]
    vault.keep(OTHER, io.BytesIO(b"same"))
    assert len({path.read_bytes() for path in stored(tmp_path)}) == 2  # another case, another key


def test_every_flipped_or_missing_byte_is_noticed(vault: DirectoryVault, tmp_path: Path) -> None:
    digest, _ = vault.keep(CASE, io.BytesIO(random.Random(2).randbytes(2 * CHUNK + 100)))
    (path,) = stored(tmp_path)
    sound, dice = path.read_bytes(), random.Random(3)
    positions = [*range(60), *(dice.randrange(len(sound)) for _ in range(40)), len(sound) - 1]
    damaged = []
    for position in positions:
        flipped = bytearray(sound)
        flipped[position] ^= 1 << dice.randrange(8)
        damaged.append(bytes(flipped))
    second = 51 + CHUNK + 16
    damaged += [
        sound[:-1], sound + b"\0", sound[:second], sound[:51], sound[:10], b"",
        sound[:51] + sound[second : second + CHUNK + 16] + sound[51:second] + sound[second + CHUNK + 16 :],
    ]  # fmt: skip
    unnoticed = 0
    path.chmod(0o600)
    for content in damaged:
        path.write_bytes(content)
        try:
            vault.read(CASE, digest)
            unnoticed += 1
        except IntegrityError:
            pass
    assert (len(damaged), unnoticed) == (108, 0)
    assert vault.damaged(CASE) == (digest,)
    with pytest.raises(IntegrityError):  # the sender must not be told that his copy is safe
        vault.keep(CASE, io.BytesIO(random.Random(2).randbytes(2 * CHUNK + 100)))


def test_content_moved_under_another_digest_or_case_is_noticed(vault: DirectoryVault, tmp_path: Path) -> None:
    digest, _ = vault.keep(CASE, io.BytesIO(b"one"))
    other = f"sha256:{hashlib.sha256(b'two').hexdigest()}"
    (path,) = stored(tmp_path)
    elsewhere = tmp_path / "vault" / CASE / other[7:9] / other[7:]
    elsewhere.parent.mkdir(exist_ok=True)
    elsewhere.write_bytes(path.read_bytes())
    with pytest.raises(IntegrityError):
        vault.read(CASE, other)
    vault.keep(OTHER, io.BytesIO(b"x"))
    foreign = tmp_path / "vault" / OTHER / digest[7:9] / digest[7:]
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_bytes(path.read_bytes())
    with pytest.raises(IntegrityError):
        vault.read(OTHER, digest)


def test_what_is_not_there_is_said_at_once(vault: DirectoryVault) -> None:
    absent = "sha256:" + "0" * 64
    for action in (vault.read, vault.stream):
        with pytest.raises(NotFoundError):
            action(CASE, absent)
    assert not vault.has(CASE, absent)
    for reference in ("../../etc", "XV-2026-0001/..", "", "xv-2026-0001"):
        with pytest.raises(NotFoundError, match="reference"):
            vault.keep(reference, io.BytesIO(b""))
        with pytest.raises(NotFoundError):
            vault.has(reference, absent)
    with pytest.raises(NotFoundError, match="digest"):
        vault.has(CASE, "sha256:../../../../etc/passwd")


INGEST = """
import sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
vault = open_vault(Path(sys.argv[1]))
print("ready", flush=True)
with open(sys.argv[2], "rb", buffering=0) as source:
    print(vault.keep("XV-2026-0001", source)[0], flush=True)
"""


@pytest.mark.slow
def test_killed_while_taking_in_it_keeps_the_whole_or_nothing(vault: DirectoryVault, tmp_path: Path) -> None:
    source = tmp_path / "source"
    content = random.Random(4).randbytes(96 << 20)
    source.write_bytes(content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    outcomes = {"whole": 0, "absent": 0}
    for attempt in range(12):
        command = [sys.executable, "-c", INGEST, str(tmp_path), str(source)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.04 * attempt)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        if vault.has(CASE, digest):
            assert hashlib.sha256(b"".join(vault.stream(CASE, digest))).hexdigest() == digest[7:]
            outcomes["whole"] += 1
        else:
            assert list(vault.digests(CASE)) == []
            outcomes["absent"] += 1
    assert outcomes["absent"] >= 2, outcomes  # else nothing was killed in the middle
    left = len(leftovers(tmp_path))
    assert vault.sweep() == 0  # too young
    assert vault.sweep(older_than=-1) == left
    assert vault.keep(CASE, source.open("rb"))[0] == digest
    assert leftovers(tmp_path) == []


def test_a_live_writers_draft_is_not_swept(vault: DirectoryVault, tmp_path: Path) -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            inside.set()
            go_on.wait(10)
            return super().read(size)

    kept: list[object] = []
    writer = threading.Thread(target=lambda: kept.append(vault.keep(CASE, Slow(b"slow"))))
    writer.start()
    inside.wait(10)
    (draft,) = leftovers(tmp_path)
    assert vault.sweep(older_than=-1) == 0
    assert draft.exists()
    go_on.set()
    writer.join()
    assert kept


LIMITED = """
import io, resource, signal, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
from rogatory.errors import UnreachableError
vault = open_vault(Path(sys.argv[1]))
vault.keep("XV-2026-0001", io.BytesIO(b"fits"))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))
try:
    vault.keep("XV-2026-0001", io.BytesIO(bytes(8 << 20)))
except UnreachableError as error:
    print(error)
"""


def test_a_full_disk_leaves_nothing(vault: DirectoryVault, tmp_path: Path) -> None:
    """A limit on the size of files, which the system refuses as it refuses a full disk, and which needs no root."""
    said = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "disk is full; nothing was stored" in said.stdout
    assert leftovers(tmp_path) == []
    digests = list(vault.digests(CASE))
    assert [vault.read(CASE, digest) for digest in digests] == [b"fits"]


def test_a_source_that_breaks_leaves_nothing(vault: DirectoryVault, tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 2 * CHUNK:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(UnreachableError, match="source cannot be read"):
        vault.keep(CASE, Broken(bytes(5 * CHUNK)))
    assert leftovers(tmp_path) == []
    assert list(vault.digests(CASE)) == []


def test_many_at_once_keep_one(vault: DirectoryVault, tmp_path: Path) -> None:
    contents = [random.Random(n % 3).randbytes(CHUNK + n % 3) for n in range(18)]
    results: list[str] = []
    lock = threading.Lock()

    def keep(content: bytes) -> None:
        digest, _ = open_vault(tmp_path).keep(CASE, io.BytesIO(content))
        with lock:
            results.append(digest)

    threads = [threading.Thread(target=keep, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 18
    assert sorted(set(results)) == list(vault.digests(CASE))
    assert len(set(results)) == 3
    assert vault.damaged(CASE) == ()
    assert leftovers(tmp_path) == []


MEASURED = """
import hashlib, io, resource, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
class Zeros(io.RawIOBase):
    left = 200 << 20
    def read(self, size=-1):
        size = min(size, self.left); self.left -= size
        return bytes(size)
vault = open_vault(Path(sys.argv[1]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
digest, size = vault.keep("XV-2026-0001", Zeros())
assert size == 200 << 20
for chunk in vault.stream("XV-2026-0001", digest): pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_memory_stays_flat(vault: DirectoryVault, tmp_path: Path) -> None:
    command = [sys.executable, "-c", MEASURED, str(tmp_path)]
    grown = int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert grown < 16 * 1024, f"{grown} KiB for 200 MiB"


# keys


def test_erasing_a_case_leaves_its_content_unreadable(vault: DirectoryVault, tmp_path: Path) -> None:
    gone, _ = vault.keep(CASE, io.BytesIO(b"to be erased"))
    stays, _ = vault.keep(OTHER, io.BytesIO(b"stays"))
    VaultKeys(tmp_path / "keys").destroy(CASE)
    with pytest.raises(NotFoundError, match="no key"):
        vault.read(CASE, gone)
    assert vault.read(OTHER, stays) == b"stays"


def test_a_new_master_key_rewrites_no_content(vault: DirectoryVault, tmp_path: Path) -> None:
    digest, _ = vault.keep(CASE, io.BytesIO(b"content"))
    vault.keep(OTHER, io.BytesIO(b"content"))
    before = {path: path.read_bytes() for path in stored(tmp_path)}
    wrapped = (tmp_path / "keys" / "cases" / f"{CASE}.json").read_bytes()
    assert VaultKeys(tmp_path / "keys").rotate() == 2
    assert (tmp_path / "keys" / "cases" / f"{CASE}.json").read_bytes() != wrapped
    assert {path: path.read_bytes() for path in stored(tmp_path)} == before
    assert vault.read(CASE, digest) == b"content"
    (tmp_path / "keys" / "cases" / f"{CASE}.json").write_bytes(wrapped)  # from a backup older than the new key
    assert vault.read(CASE, digest) == b"content"


def test_key_files_are_private_and_never_made_twice(vault: DirectoryVault, tmp_path: Path) -> None:
    vault.keep(CASE, io.BytesIO(b""))
    for path in (tmp_path / "keys").rglob("*.json"):
        assert path.stat().st_mode & 0o077 == 0, path
    with pytest.raises(UsageError, match="already"):
        VaultKeys.create(tmp_path / "keys")


@pytest.mark.parametrize("spoilt", [b"", b"{}", b"[]", b'{"master":"k9","wrapped":"AAAA"}', b"\xff"])
def test_a_damaged_key_file_is_named(vault: DirectoryVault, tmp_path: Path, spoilt: bytes) -> None:
    vault.keep(CASE, io.BytesIO(b"x"))
    path = tmp_path / "keys" / "cases" / f"{CASE}.json"
    path.write_bytes(spoilt)
    with pytest.raises(IntegrityError, match="XV-2026-0001"):
        vault.keep(CASE, io.BytesIO(b"y"))
    (tmp_path / "keys" / "vault.json").write_bytes(spoilt)
    with pytest.raises(IntegrityError):
        vault.keep(OTHER, io.BytesIO(b"y"))


def test_a_home_without_keys_is_told_to_init(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no vault key ring") as caught:
        open_vault(tmp_path).keep(CASE, io.BytesIO(b"x"))
    assert "init" in caught.value.hint
