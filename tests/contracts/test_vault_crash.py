"""The vault when things go wrong: killed writers, full disks, broken sources, broken roads, much content."""

import hashlib
import io
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

from rogatory.adapters.vault_form import CHUNK
from rogatory.errors import UnreachableError
from tests.contracts.vault_place import CASE, Place

INGEST = """
import sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
vault = open_vault(Path(sys.argv[1]))
print("ready", flush=True)
with open(sys.argv[2], "rb", buffering=0) as source:
    print(vault.keep("XV-2026-0001", source)[0], flush=True)
"""
KILLS = {"disk": 25, "s3": 12}
UNHARMED = 3
SIZE = 24 << 20


@pytest.mark.slow
def test_threat_17_killed_while_taking_in_it_shows_the_whole_or_nothing(place: Place) -> None:
    """kill -9 at times that cover the whole of an ingest: sealing, uploading, publishing."""
    source = place.home / "source"
    content = random.Random(4).randbytes(SIZE)
    source.write_bytes(content)
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    kills = KILLS["s3" if (place.home / "config.json").exists() else "disk"]
    took, outcomes = float("inf"), {"whole": 0, "absent": 0}
    for attempt in range(1 - UNHARMED, kills + 1):
        command = [sys.executable, "-c", INGEST, str(place.home), str(source)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        began = time.monotonic()
        if attempt < 1:  # these end by themselves, and tell how long it takes; the first warms the store
            process.communicate()
            took = min(took, time.monotonic() - began)
        else:
            time.sleep(took * 1.1 * attempt / kills)
            process.send_signal(signal.SIGKILL)
            process.communicate()
        if place.vault.has(CASE, digest):
            assert place.vault.check(CASE, digest)
            assert hashlib.sha256(b"".join(place.vault.stream(CASE, digest))).hexdigest() == digest[7:]
            outcomes["whole"] += 1
            for path in place.stored():
                place.remove(path)
        else:
            assert list(place.vault.holdings(CASE)) == []
            outcomes["absent"] += 1
    assert outcomes["absent"] >= kills // 3, outcomes  # else too few were killed in the middle
    left = len(place.drafts())
    assert place.vault.sweep() == 0  # too young
    assert place.vault.sweep(older_than=-1) == left
    with source.open("rb") as file:  # repeated, it is taken in as if nothing had been
        assert place.vault.keep(CASE, file)[0] == digest
    assert place.drafts() == []
    assert place.vault.check(CASE, digest)


def test_a_live_writers_draft_is_not_swept(place: Place) -> None:
    inside, go_on = threading.Event(), threading.Event()

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            inside.set()
            go_on.wait(10)
            return super().read(size)

    kept: list[object] = []
    writer = threading.Thread(target=lambda: kept.append(place.vault.keep(CASE, Slow(b"slow"))))
    writer.start()
    inside.wait(10)
    (draft,) = place.drafts()
    assert place.vault.sweep(older_than=-1) == 0
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


def test_threat_17_a_file_that_may_not_grow_leaves_nothing(place: Place) -> None:
    """A limit on the size of files, which the system refuses as it refuses a full disk, and which needs no root."""
    command = [sys.executable, "-c", LIMITED, str(place.home)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "disk is full; nothing was stored" in said.stdout
    assert place.drafts() == []
    assert [place.vault.read(CASE, digest) for digest in place.vault.digests(CASE)] == [b"fits"]


FULL = """
import io, os, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
from rogatory.errors import UnreachableError
vault = open_vault(Path(sys.argv[1]))
vault.keep("XV-2026-0001", io.BytesIO(b"fits"))
try:
    vault.keep("XV-2026-0001", io.BytesIO(os.urandom(16 << 20)))
except UnreachableError as error:
    print(error)
print(len(list((Path(sys.argv[1]) / "vault" / "tmp").iterdir())), "drafts")
print([vault.read("XV-2026-0001", digest) for digest in vault.digests("XV-2026-0001")])
vault.keep("XV-2026-0001", io.BytesIO(bytes(3 << 20)))
print("goes on")
"""


def test_threat_17_a_full_disk_leaves_nothing_and_what_fits_goes_on(place: Place) -> None:
    """A file system of 8 MiB, mounted in a name space of its own: the disk is really full (ENOSPC)."""
    vault = place.home / "vault"
    mount = 'mount -t tmpfs -o size=8m none "$0" && mkdir "$0/tmp" && exec "$1" -c "$2" "$3"'
    inside = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(vault), sys.executable, FULL]
    said = subprocess.run([*inside, str(place.home)], capture_output=True, text=True, check=False)
    if said.returncode and "not permitted" in said.stderr.lower() + said.stdout.lower():
        return  # a machine that gives no name spaces: there the test above, with a limit on sizes, stands for this one
    assert "disk is full; nothing was stored" in said.stdout, said.stderr
    assert "0 drafts" in said.stdout
    assert "[b'fits']" in said.stdout
    assert "goes on" in said.stdout


def test_a_source_that_breaks_leaves_nothing(place: Place) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 2 * CHUNK:
                raise OSError(5, "Input/output error")
            return super().read(size)

    with pytest.raises(UnreachableError, match="source cannot be read"):
        place.vault.keep(CASE, Broken(bytes(5 * CHUNK)))
    assert place.drafts() == []
    assert list(place.vault.digests(CASE)) == []


def test_who_stops_an_ingest_leaves_nothing(place: Place) -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.vault.keep(CASE, io.BytesIO(bytes(5 * CHUNK)), stop)
    assert place.drafts() == []
    assert list(place.vault.digests(CASE)) == []


MEASURED = """
import re, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
vault = open_vault(Path(sys.argv[1]))
with open(sys.argv[2], "rb") as source:
    digest, size = vault.keep("XV-2026-0001", source)
for chunk in vault.stream("XV-2026-0001", digest): pass
vault.check("XV-2026-0001", digest)
print(size, re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def test_memory_is_the_same_for_much_as_for_little(place: Place) -> None:
    peaks = {}
    for size in (16 << 20, 192 << 20):
        source = place.home / f"source-{size}"
        with source.open("wb") as file:
            file.truncate(size)  # a hole: it reads as zeros
        command = [sys.executable, "-c", MEASURED, str(place.home), str(source)]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        assert int(said[0]) == size
        peaks[size] = int(said[1])
    assert peaks[192 << 20] < 120 * 1024, peaks  # KiB
    assert peaks[192 << 20] - peaks[16 << 20] < 24 * 1024, peaks
