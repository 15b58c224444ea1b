"""A PKCS#11 token in software (SoftHSM 2), made for one test."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
PIN, SO_PIN = "482915", "00112233"


def missing() -> str:
    """What this machine lacks for tokens; empty when it has all."""
    if not shutil.which("softhsm2-util") or module() is None:
        return "tokens need SoftHSM: apt install softhsm2"
    if not shutil.which("pkcs11-tool"):
        return "tokens are made with OpenSC: apt install opensc"
    return ""


def module() -> str | None:
    return next((path for path in MODULES if Path(path).is_file()), None)


class SoftTokens:
    """A folder of tokens. PKCS#11 libraries read their configuration from the environment, once a process."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        (folder / "tokens").mkdir(parents=True)
        configuration = folder / "softhsm2.conf"
        configuration.write_text(f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\n")
        patch.setenv("SOFTHSM2_CONF", str(configuration))
        self._folder = folder

    def make(self, label: str) -> None:
        """An empty token."""
        _run("softhsm2-util", "--init-token", "--free", "--label", label, "--pin", PIN, "--so-pin", SO_PIN)

    def take(self, label: str, key: Path, name: str, number: str = "01") -> None:
        """Takes a key out of a file into the token: as a demonstration may, and an authority never."""
        pem = key.read_bytes()
        _run(*("softhsm2-util", "--import", str(key), "--token", label, "--label", name, "--id", number, "--pin", PIN))
        assert key.read_bytes() == pem
        key.unlink()

    def generate(self, label: str, name: str) -> None:
        """Makes a key in the token, which no one ever sees."""
        library = module()
        assert library
        _run(
            *("pkcs11-tool", "--module", library, "--token-label", label, "--login", "--pin", PIN, "--keypairgen"),
            *("--key-type", "EC:prime256v1", "--label", name, "--id", "02"),
        )

    def without_pin(self, label: str) -> None:
        """A token that was set up, and whose holder has no PIN yet."""
        library = module()
        assert library
        listed = subprocess.run(
            ["pkcs11-tool", "--module", library, "--list-slots"], capture_output=True, text=True, check=True
        ).stdout
        slots = re.findall(r"^Slot (\d+) .*\n((?:  .*\n)+)", listed, flags=re.MULTILINE)
        free = next(number for number, state in slots if "uninitialized" in state)
        _run(
            *("pkcs11-tool", "--module", library, "--slot-index", free, "--init-token", "--label", label),
            *("--so-pin", SO_PIN),
        )


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=dict(os.environ))
    assert done.returncode == 0, done.stdout + done.stderr
