"""The ingest lines of benchmarks/custody.py: what taking content in costs, against bare hashing of the same file.

ingest     a file into the vault: SHA-256, AES-256-GCM, BLAKE3 of what is stored, written to the same file system
hashlib    hashlib.file_digest of that file, which is the least a chain of custody needs
sha256sum  the program of coreutils, which is what an office without us runs
memory     the peak of a process that takes in 0.25, 1 and 4 GB, the 4 GB from a file with a hole

CPU seconds per GB (10^9 bytes) of user and system together, each in a process of its own, the best of three rounds in
which all take turns: wall time tells of the neighbours and of the disk.
"""

import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from rogatory.adapters.vault_keys import VaultKeys

ROUNDS = 3
SIZE = 1_000_000_000
SIZES = (250_000_000, 1_000_000_000, 4_000_000_000)
MOST_OF_HASHLIB, MOST_OF_SHA256SUM, MOST_MEMORY = 2.0, 0.6, 120e6

INGEST = """
import re, sys
from pathlib import Path
from rogatory.adapters.vault_fs import open_vault
vault = open_vault(Path(sys.argv[1]))
with open(sys.argv[2], "rb") as source:
    vault.keep("XV-2026-0001", source)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
HASH = """
import hashlib, sys
with open(sys.argv[1], "rb") as source:
    hashlib.file_digest(source, "sha256")
"""


def children(command: list[str]) -> tuple[float, str]:
    """CPU seconds of a process, and what it wrote."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, out


def home_in(folder: Path) -> Path:
    """A home with keys and an empty vault."""
    home = folder / "home"
    home.mkdir()
    VaultKeys.create(home / "keys")
    return home


def empty(home: Path) -> None:
    """Makes room: what was stored is not needed again."""
    for path in (home / "vault").rglob("*"):
        if path.is_file():
            path.unlink()


def cost(folder: Path) -> dict[str, float]:
    """CPU seconds per GB, by what was run; starting Python, and importing what it needs, is taken off."""
    home, source, nothing = home_in(folder), folder / "source", folder / "nothing"
    nothing.touch()
    with source.open("wb") as file:
        for _ in range(SIZE // 1_000_000):
            file.write(os.urandom(1_000_000))
    python = [sys.executable, "-c"]
    commands = {
        "ingest": [*python, INGEST, str(home)],
        "hashlib": [*python, HASH],
        "sha256sum": ["sha256sum"],
    }
    best = dict.fromkeys(commands, float("inf"))
    for _ in range(ROUNDS):
        for name, command in commands.items():
            started, _ = children([*command, str(nothing)])
            took, _ = children([*command, str(source)])
            best[name] = min(best[name], took - started)
            empty(home)
    source.unlink()
    return {name: seconds / (SIZE / 1e9) for name, seconds in best.items()}


def memory(folder: Path) -> dict[int, int]:
    """Peak resident bytes of a process that takes in so many bytes."""
    home, peaks = home_in(folder), {}
    for size in SIZES:
        source = folder / "hole"
        with source.open("wb") as file:
            file.truncate(size)
        _, out = children([sys.executable, "-c", INGEST, str(home), str(source)])
        peaks[size] = int(out) * 1024
        empty(home)
        source.unlink()
    return peaks


def ingest() -> dict[str, object]:
    """The lines, and whether each aim is met. ROGATORY_BENCH chooses the file system; /dev/shm where there is one."""
    base = os.environ.get("ROGATORY_BENCH") or ("/dev/shm" if Path("/dev/shm").is_dir() else None)
    with tempfile.TemporaryDirectory(dir=base) as folder:
        seconds = cost(Path(folder))
    with tempfile.TemporaryDirectory(dir=base) as folder:
        peaks = memory(Path(folder))
    to_hashlib, to_program = seconds["ingest"] / seconds["hashlib"], seconds["ingest"] / seconds["sha256sum"]
    return {
        "cpu_seconds_per_gb": {name: round(each, 3) for name, each in seconds.items()},
        "of_hashlib": round(to_hashlib, 2),
        "of_sha256sum": round(to_program, 2),
        "hashlib_of_sha256sum": round(seconds["hashlib"] / seconds["sha256sum"], 2),
        "peak_megabytes": {f"{size / 1e9:g} GB": round(peak / 1e6, 1) for size, peak in peaks.items()},
        "sha_extensions": sha_extensions(),
        "met": {
            f"at most {MOST_OF_HASHLIB} of hashlib": to_hashlib <= MOST_OF_HASHLIB,
            f"at most {MOST_OF_SHA256SUM} of sha256sum": to_program <= MOST_OF_SHA256SUM,
            f"under {MOST_MEMORY / 1e6:g} MB for 4 GB": max(peaks.values()) < MOST_MEMORY,
        },
    }


def sha_extensions() -> bool:
    """Whether the processor has instructions for SHA-256: with them hashlib takes a third of the time."""
    information = Path("/proc/cpuinfo")
    return bool(information.exists() and re.search(r"\b(sha_ni|sha2)\b", information.read_text()))
