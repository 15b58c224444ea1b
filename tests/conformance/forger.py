"""How records of the corpus are written and forged."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from rogatory.adapters.officials import signer_for
from rogatory.custody.dsse import canonical, sign_envelope
from rogatory.custody.ledger import ENTRY, HEAD, parse_head, parse_line
from rogatory.ports import Signer
from schemas.custody import CaseRecord
from tests.contracts.test_witness import Pair

FILES = ("ledger.jsonl", "head.json", "checkpoint.txt", "proofs.json")
Files = dict[str, bytes]


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

    def __init__(self, pair: Pair, files: Files) -> None:
        self.home, self.files = pair.bench.home, files
        self.service = signer_for(self.home, "service")

    def place(self, event: str) -> int:
        return next(n for n, line in enumerate(lines_of(self.files)) if parse_line(line).event == event)

    def forge(self, event: str, *, signer: Signer | None = None, **changes: Any) -> Files:
        lines, place = lines_of(self.files), self.place(event)
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
