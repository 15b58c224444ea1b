"""Cosigns the heads of other states' ledgers, each only if it continues the one cosigned before (C2SP tlog-witness).

A head that does not is refused and kept: two heads of one log that contradict each other prove that the log's key
signed two histories. What we cosigned last goes back with each of our messages, so that the other side learns of it
even if its database was put back to yesterday.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, insert, select

from rogatory.adapters.database import reading, write
from rogatory.adapters.note_keys import note_signer
from rogatory.adapters.tables import WITNESSED
from rogatory.custody.note import LOG, WITNESS, Checkpoint, NoteSigner, check_log, cosign, read_checkpoint, read_key
from rogatory.custody.proofs import Proofs, read_proofs
from rogatory.custody.tree import check_consistency
from rogatory.errors import IntegrityError, RefusedError

ALARMS = frozenset({"SplitView", "Inconsistent"})
"""Refusals that prove misconduct of the log; the others may come from messages that overtook each other."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A head that was refused."""

    origin: str
    size: int
    kind: str
    """SplitView | Inconsistent | Older | NotShown"""
    at: datetime
    note: str


class Witness:
    """Cosigns for one installation."""

    def __init__(
        self, engine: Engine, signer: NoteSigner, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._engine, self._signer, self._now = engine, signer, now

    def consider(self, text: str, proofs: str, log_key: str) -> str:
        """The head cosigned, or that which was cosigned before if it is the same.

        Args:
            text: the checkpoint.
            proofs: the proof that came with it; its earlier head must be the one cosigned last.
            log_key: the vkey of the log, from its authority's anchors.

        Raises:
            IntegrityError: the checkpoint is malformed or not the log's.
            RefusedError: SplitView (same size, other root), Inconsistent (the proof fails), Older (fewer lines than
                were cosigned), NotShown (no proof from the head cosigned last). It is kept.
        """
        note, proof = read_checkpoint(text), read_proofs(proofs)
        check_log(note, read_key(log_key, LOG))

        def work(connection: Connection) -> str | RefusedError:
            last = _newest(connection, note.origin)
            if last is not None and (last.size, last.root) == (note.size, note.root):
                return last.text
            refused = _refusal(note, proof, last)
            row = {"origin": note.origin, "size": note.size, "root": note.root.hex(), "at": self._now()}
            if refused is not None:
                connection.execute(insert(WITNESSED).values(note=text, refused=refused.kind, **row))
                return refused
            cosigned = cosign(note, self._signer, self._now())
            connection.execute(insert(WITNESSED).values(note=cosigned, **row))
            return cosigned

        found = write(self._engine, work)
        if isinstance(found, RefusedError):
            raise found
        return found

    def newest(self, origin: str) -> str | None:
        """The newest head of that log that we cosigned."""
        with reading(self._engine) as connection:
            last = _newest(connection, origin)
        return last.text if last else None

    def alarms(self) -> list[Alarm]:
        """The heads that were refused, oldest first."""
        rows = select(WITNESSED).where(WITNESSED.c.refused.is_not(None)).order_by(WITNESSED.c.number)
        with reading(self._engine) as connection:
            return [Alarm(row.origin, row.size, row.refused, row.at, row.note) for row in connection.execute(rows)]


def open_witness(home: Path, engine: Engine) -> Witness | None:
    """The witness of an installation; None where it has no witness key."""
    signer = note_signer(home, WITNESS)
    return Witness(engine, signer) if signer else None


def _refusal(note: Checkpoint, proof: Proofs, last: Checkpoint | None) -> RefusedError | None:
    if last is None:
        return None
    about = f"{note.origin}: the head of {note.size} lines"
    if note.size == last.size:
        return RefusedError("SplitView", f"{about} is not the one cosigned before: the log shows two histories.")
    if note.size < last.size:
        return RefusedError("Older", f"{about} is older than that of {last.size} lines cosigned before.")
    try:
        shown = read_checkpoint(proof.earlier.note) if proof.earlier else None
        if proof.earlier is None or shown is None or shown.size != last.size:
            return RefusedError("NotShown", f"{about} comes without proof that it continues that of {last.size} lines.")
        check_consistency(last.size, last.root, note.size, note.root, proof.earlier.consistency)
    except IntegrityError as error:
        return RefusedError("Inconsistent", f"{about} does not continue that of {last.size} lines: {error}.")
    return None


def _newest(connection: Connection, origin: str) -> Checkpoint | None:
    rows = (
        select(WITNESSED.c.note)
        .where((WITNESSED.c.origin == origin) & WITNESSED.c.refused.is_(None))
        .order_by(WITNESSED.c.size.desc())
        .limit(1)
    )
    found = connection.execute(rows).scalar()
    return read_checkpoint(found) if found is not None else None
