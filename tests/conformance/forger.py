"""How records of the corpus are written and forged."""

import base64
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from rogatory.adapters.officials import signer_for
from rogatory.custody.dsse import canonical, sign_envelope
from rogatory.custody.ledger import ENTRY, HEAD, parse_head, parse_line
from rogatory.ports import Signer
from schemas.custody import CaseRecord

FILES = ("ledger.jsonl", "head.json", "checkpoint.txt", "proofs.json")
Files = dict[str, bytes]


Index = dict[str, dict[str, JsonValue]]


class Corpus:
    """What is built."""

    def __init__(self) -> None:
        self.records: dict[str, Files] = {}
        self.index: Index = {}

    def add(
        self,
        name: str,
        files: Files,
        denies: str | None,
        why: str,
        *,
        cosigned: bool = False,
        check: str | None = None,
        small: bool = True,
    ) -> None:
        """What is in the files, and what a verifier must say of it.

        Args:
            name: of its folder.
            files: by name.
            denies: the answer that must be no; None: it verifies.
            why: in words.
            cosigned: whether the record's end is vouched for by another state.
            check: of a bad one, the check of `rogatory verify` that fails.
            small: False where the verifier of 200 lines does not look at what is wrong, and so verifies it.
        """
        assert name not in self.index
        target = "package.asice" if "package.asice" in files else "ledger.jsonl"
        self.records[name] = files
        said: dict[str, JsonValue] = {"verify": target, "denies": denies, "cosigned": cosigned, "reason": why}
        self.index[name] = said | ({"check": check} if check else {}) | ({} if small else {"small_verifier": False})


def files_of(record: CaseRecord, *, tree: bool = True) -> Files:
    """As `rogatory case export` writes them."""
    found = {
        "ledger.jsonl": "".join(f"{line}\n" for line in record.lines).encode(),
        "head.json": f"{record.head}\n".encode(),
    }
    if tree:
        found |= {"checkpoint.txt": str(record.checkpoint).encode(), "proofs.json": f"{record.proofs}\n".encode()}
    return found


def lines_of(files: Files) -> list[str]:
    return files["ledger.jsonl"].decode().splitlines()


def with_lines(files: Files, lines: Sequence[str], *, tree: bool = False) -> Files:
    kept = files if tree else {name: files[name] for name in FILES[:2]}
    return kept | {"ledger.jsonl": "".join(f"{line}\n" for line in lines).encode()}


class Forger:
    """One who holds the service's key: rewrites a line and chains and signs all that follow, head included."""

    def __init__(self, home: Path, files: Files) -> None:
        self.home, self.files = home, files
        self.service = signer_for(self.home, "service")

    def place(self, event: str) -> int:
        return next(n for n, line in enumerate(lines_of(self.files)) if parse_line(line).event == event)

    def forge(self, event: str, *, signer: Signer | None = None, **changes: Any) -> Files:
        return self.forge_at(self.place(event), signer=signer, **changes)

    def forge_at(self, place: int, *, signer: Signer | None = None, **changes: Any) -> Files:
        lines = lines_of(self.files)
        chain, prev = parse_line(lines[place]).chain, parse_line(lines[place]).prev
        for number in range(place, len(lines)):
            entry = parse_line(lines[number])
            if entry.chain == chain:
                payload = dict(entry.opened.payload) | {"prev": prev} | (changes if number == place else {})
                one = signer if signer is not None and number == place else self.service
                lines[number] = sign_envelope(ENTRY, payload, [one])
                prev = parse_line(lines[number]).digest
        return with_lines(self.files | {"head.json": self.head(lines)}, lines)

    def head(self, lines: Sequence[str], signer: Signer | None = None, **changes: Any) -> bytes:
        old, last = parse_head(self.files["head.json"].decode().strip()), parse_line(lines[-1])
        payload: dict[str, Any] = {key: value for key, value in old.opened.payload.items() if key != "tree"}
        payload |= {"head": last.digest, "size": last.seq + 1} | changes
        return f"{sign_envelope(HEAD, payload, [signer or self.service])}\n".encode()


def flipped(text: bytes, place: int, bit: int = 0) -> bytes:
    raw = bytearray(text)
    raw[place] ^= 1 << bit
    return bytes(raw)


def altered(line: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The envelope changed below its base64, and canonical again: only the signature is wrong."""
    outer = json.loads(line)
    payload = json.loads(base64.b64decode(outer["payload"]))
    change(payload)
    return canonical(outer | {"payload": base64.b64encode(canonical(payload)).decode()}).decode()
