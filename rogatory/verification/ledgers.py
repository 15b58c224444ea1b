"""Verifies an exported ledger: `ledger.jsonl`, with its signed head in `head.json` beside it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from rogatory.adapters.anchoring import judge_stamp
from rogatory.custody.findings import several, stamp_roots_of
from rogatory.custody.ledger import MAX_LEDGER, lines_in
from rogatory.custody.verify_ledger import LedgerFacts, verify_lines
from rogatory.custody.verify_place import with_place
from rogatory.errors import IntegrityError
from schemas.custody import TrustAnchors

HEAD_FILE, CHECKPOINT_FILE, PROOFS_FILE = "head.json", "checkpoint.txt", "proofs.json"
MAX_HEAD = 1 << 20
NOBODY = TrustAnchors(authority="nobody", state="XX", demo=False, registrars={}, threshold=1, root_certificates=())
"""What is verified without trust anchors is trusted by nobody."""


def verify_ledger(path: Path, anchors: TrustAnchors | Sequence[TrustAnchors]) -> LedgerFacts:
    """The ledger in a file, judged by those anchors whose registrars entered its officials.

    Raises:
        IntegrityError: the file is too large, has too many lines, or is not text.
        OSError: it cannot be read.
    """
    lines = lines_in(_read(path, MAX_LEDGER), path.name)
    head_file = path.with_name(HEAD_FILE)
    head = _read_text(head_file, MAX_HEAD).strip("\n") if head_file.is_file() else None
    note, proofs = path.with_name(CHECKPOINT_FILE), path.with_name(PROOFS_FILE)
    placed = (_read_text(note, MAX_HEAD), _read_text(proofs, MAX_LEDGER).strip("\n")) if note.is_file() else None
    return judge_record(lines, anchors, head, placed)


def judge_record(
    lines: Sequence[str],
    anchors: TrustAnchors | Sequence[TrustAnchors],
    head: str | None,
    placed: tuple[str, str] | None,
) -> LedgerFacts:
    """As judge_lines, and by checkpoint and proofs, if there are any, the lines' place in the whole ledger's tree."""
    facts = judge_lines(lines, anchors, head)
    return replace(
        facts,
        report=with_place(
            facts, lines, several(anchors), head, placed, partial(judge_stamp, roots=stamp_roots_of(anchors))
        ),
    )


def judge_lines(lines: Sequence[str], anchors: TrustAnchors | Sequence[TrustAnchors], head: str | None) -> LedgerFacts:
    """The lines under each of the anchors; what the first that trusts them says, else what the first says."""
    judged = None
    for one in several(anchors) or (NOBODY,):
        facts = verify_lines(lines, one, head)
        if facts.report.trusted:
            return facts
        judged = judged or facts
    assert judged is not None  # the loop ran at least once
    return judged


def _read(path: Path, limit: int) -> bytes:
    if path.stat().st_size > limit:
        raise IntegrityError(f"{path.name} has more than {limit} bytes.", "A ledger of one case is smaller.")
    return path.read_bytes()


def _read_text(path: Path, limit: int) -> str:
    try:
        return _read(path, limit).decode()
    except UnicodeDecodeError as fault:
        raise IntegrityError(f"{path.name} is not UTF-8 text.", "Export the ledger anew.") from fault
