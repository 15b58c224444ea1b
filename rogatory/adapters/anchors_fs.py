"""Trust anchors in files: `anchors/own.json`, and one file per state we deal with, such as `anchors/XN.json`."""

import json
import re
from pathlib import Path

from pydantic import ValidationError

from rogatory.adapters.vault_keys import replace_file
from rogatory.errors import IntegrityError, NotFoundError, UsageError
from schemas.custody import TrustAnchors

_STATE = re.compile(r"[A-Z]{2}")
MAX_ANCHORS = 1 << 20
"""Bytes of a file of anchors."""


class FileAnchors:
    """Implements `ports.Anchors` over the folder `anchors` of a home."""

    def __init__(self, home: Path) -> None:
        self._folder = home / "anchors"

    def own(self) -> TrustAnchors:
        """Our own anchors. Raises NotFoundError before `rogatory init`."""
        return self._read("own", "Run `rogatory init` first.")

    def peer(self, state: str) -> TrustAnchors:
        """The other state's. Raises NotFoundError."""
        if not _STATE.fullmatch(state):
            raise NotFoundError(f"{state[:20]!r} is not a state's code.", "Write two capital letters, such as XN.")
        anchors = self._read(state, f"Their central authority hands them over; put them in {self._folder}.")
        if anchors.state != state:
            raise IntegrityError(f"anchors/{state}.json holds the anchors of {anchors.state}.", "Restore it.")
        return anchors

    def peers(self) -> tuple[str, ...]:
        """The states whose anchors we hold, in order of code."""
        return tuple(sorted(path.stem for path in self._folder.glob("*.json") if _STATE.fullmatch(path.stem)))

    def set_own(self, anchors: TrustAnchors) -> None:
        """Writes our own anchors."""
        self._write("own", anchors)

    def set_peer(self, anchors: TrustAnchors) -> None:
        """Writes another state's anchors; compare their fingerprints on paper first."""
        self._write(anchors.state, anchors)

    def _read(self, name: str, hint: str) -> TrustAnchors:
        path = self._folder / f"{name}.json"
        if not path.is_file():
            raise NotFoundError(f"There are no trust anchors at {path}.", hint)
        return read_anchors(path)

    def _write(self, name: str, anchors: TrustAnchors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        replace_file(self._folder / f"{name}.json", (anchors.model_dump_json(indent=1) + "\n").encode())


def read_anchors(path: Path) -> TrustAnchors:
    """The anchors in one file. Raises UsageError when it holds none, naming what is wrong with it."""
    hint = "Name a file of trust anchors, such as anchors/own.json, or a home."
    try:
        if path.stat().st_size > MAX_ANCHORS:
            raise UsageError(f"{path} is too large to be trust anchors.", hint)
        return TrustAnchors.model_validate(json.loads(path.read_bytes()))
    except ValidationError as fault:
        first = fault.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise UsageError(f"{path} holds no trust anchors: {where}: {first['msg']}.", hint) from fault
    except (ValueError, RecursionError) as fault:
        raise UsageError(f"{path} is not JSON.", hint) from fault
    except OSError as fault:
        raise NotFoundError(f"{path} cannot be read: {fault.strerror}.", hint) from fault
