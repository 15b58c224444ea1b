"""Heads of our ledger's tree: signed when they leave the house, kept, and held against the ledger ever after.

They are kept twice: in the database, and in a file apart (`heads/latest`), since a database put back to yesterday would
bring yesterday's heads with it.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Row, insert, select, update

from rogatory.adapters.database import reading, write
from rogatory.adapters.ledger_tree import leaves_of, measured, nodes_of, tree_size
from rogatory.adapters.note_keys import note_signer
from rogatory.adapters.tables import CHECKPOINTS
from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.ledger import DIRECTORY
from rogatory.custody.note import (
    LOG,
    Checkpoint,
    NoteKey,
    NoteSigner,
    check_log,
    cosigned_at,
    merge,
    read_checkpoint,
    sign_checkpoint,
)
from rogatory.custody.proofs import Earlier, Proofs, write_proofs
from rogatory.custody.tree import consistency_path, inclusion_path, root_of
from rogatory.errors import IntegrityError

LATEST = "latest"


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head that left the house."""

    size: int
    root: str
    """Hex."""
    note: str
    at: datetime
    witness: str | None
    """Who cosigned it."""
    token: bytes | None
    """Its time stamp (RFC 3161, DER)."""


class LedgerHeads:
    """The heads of one ledger."""

    def __init__(self, engine: Engine, signer: NoteSigner, folder: Path) -> None:
        self._engine, self._signer, self._folder = engine, signer, folder

    @property
    def origin(self) -> str:
        """The name of this ledger in its checkpoints."""
        return self._signer.key.name

    def issue(self, connection: Connection | None = None) -> str:
        """The note over the tree as it stands, kept from now on."""
        if connection is None:
            return write(self._engine, self.issue)
        size = tree_size(connection)
        root = root_of(size, nodes_of(connection))
        kept = connection.execute(select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size)).scalar()
        if kept is not None and read_checkpoint(kept).root == root:
            return str(kept)
        if kept is not None:
            raise IntegrityError(f"A head of {size} lines left the house with another root than the ledger has now.")
        note = sign_checkpoint(size, root, self._signer)
        row = {"size": size, "root": root.hex(), "note": note, "at": datetime.now(UTC)}
        connection.execute(insert(CHECKPOINTS).values(row))
        self._keep_apart(note, size)
        return note

    def prove(self, connection: Connection, reference: str, witness: str | None = None) -> tuple[str, str]:
        """A checkpoint that holds the case's lines, and the proofs of their places; best one that was cosigned.

        With a witness's name, the proof begins where that witness cosigned last.
        """
        leaves = leaves_of(connection, DIRECTORY, reference)
        cosigned = _newest(connection, witness)
        earlier = None
        if cosigned is not None and cosigned.size > max(leaves, default=0):
            note = cosigned.note
        else:
            note = self.issue(connection)
        head, nodes = read_checkpoint(note), nodes_of(connection)
        if cosigned is not None and cosigned.size < head.size:
            earlier = Earlier(cosigned.note, tuple(consistency_path(cosigned.size, head.size, nodes)))
        paths = tuple((index, tuple(inclusion_path(index, head.size, nodes))) for index in leaves)
        tokens = connection.execute(select(CHECKPOINTS.c.token).where(CHECKPOINTS.c.size == head.size)).scalar()
        stamps = (base64.b64decode(tokens),) if tokens else ()
        return note, write_proofs(Proofs(paths, earlier, stamps))

    def take_cosigned(self, text: str, witness: NoteKey) -> Checkpoint:
        """Keeps a head of ours that came back cosigned.

        Raises:
            IntegrityError: it is not ours, not cosigned by that witness, or our ledger no longer continues it, which
                means that the ledger was put back or rewritten.
        """
        note = read_checkpoint(text)
        check_log(note, self._signer.key)
        if cosigned_at(note, witness) is None:
            raise IntegrityError(f"{witness.name} did not cosign this head.")

        def work(connection: Connection) -> None:
            self._keep_apart(text, note.size)
            if tree_size(connection) < note.size or root_of(note.size, nodes_of(connection)) != note.root:
                raise IntegrityError(
                    f"The ledger does not continue the head of {note.size} lines that {witness.name} cosigned.",
                    "It was put back to an older state or rewritten. Stop work, and restore the newest backup.",
                )
            known = connection.execute(select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == note.size)).scalar()
            merged = merge(note, read_checkpoint(known)).text if known else text
            row = {"note": merged, "witness": witness.name, "root": note.root.hex()}
            if connection.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.size == note.size).values(row)).rowcount == 0:
                connection.execute(insert(CHECKPOINTS).values(size=note.size, at=datetime.now(UTC), **row))

        write(self._engine, work)
        return note

    def kept(self) -> Sequence[KeptHead]:
        """Every head that left the house, the smallest first."""
        with reading(self._engine) as connection:
            return [_head(row) for row in connection.execute(select(CHECKPOINTS).order_by(CHECKPOINTS.c.size))]

    def note_token(self, size: int, token: bytes) -> None:
        """Keeps the time stamp of a head."""
        values = {"token": base64.b64encode(token).decode()}
        write(self._engine, lambda it: it.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.size == size).values(values)))

    def faults(self) -> list[str]:
        """What in the ledger contradicts its tree or a head that left the house; reads every line."""
        found, kept = [], list(self.kept())
        apart = self._apart()
        sizes = {one.size for one in kept} | ({apart.size} if apart else set())
        with reading(self._engine) as connection:
            frontier, roots = measured(connection, sizes)
            size = tree_size(connection)
            if size != frontier.size or root_of(size, nodes_of(connection)) != frontier.root:
                found.append(f"the tree of {size} lines is not that of the {frontier.size} lines there are")
        if apart is not None and roots.get(apart.size) != apart.root:
            found.append(
                f"the head of {apart.size} lines kept apart is not one of this ledger: it was put back or rewritten"
            )
        found += [
            f"the head of {one.size} lines that left the house on {one.at:%Y-%m-%d} is contradicted"
            for one in kept
            if roots.get(one.size, b"").hex() != one.root
        ]
        return found

    def check_continues(self) -> None:
        """Raises IntegrityError when the ledger as it stands does not continue the head kept apart; reads few rows."""
        apart = self._apart()
        if apart is None:
            return
        with reading(self._engine) as connection:
            if tree_size(connection) >= apart.size and root_of(apart.size, nodes_of(connection)) == apart.root:
                return
        raise IntegrityError(
            f"The ledger does not continue the head of {apart.size} lines that left the house.",
            "Its database was put back to an older state or rewritten: restore the newest backup.",
        )

    def _apart(self) -> Checkpoint | None:
        path = self._folder / LATEST
        return read_checkpoint(path.read_text(encoding="utf-8")) if path.is_file() else None

    def _keep_apart(self, note: str, size: int) -> None:
        apart = self._apart()
        if apart is None or apart.size <= size:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            replace_file(self._folder / LATEST, note.encode())


def _newest(connection: Connection, witness: str | None) -> KeptHead | None:
    """The largest head that a witness cosigned, or the one named."""
    rows = select(CHECKPOINTS).where(CHECKPOINTS.c.witness.is_not(None)).order_by(CHECKPOINTS.c.size.desc())
    for row in connection.execute(rows):
        if witness is None or any(one.name == witness for one in read_checkpoint(row.note).signatures):
            return _head(row)
    return None


def _head(row: Row[Any]) -> KeptHead:
    token = base64.b64decode(row.token) if row.token else None
    return KeptHead(row.size, row.root, row.note, row.at, row.witness, token)


def open_heads(home: Path, engine: Engine) -> LedgerHeads | None:
    """The heads of an installation's ledger; None where it was founded before there were log keys."""
    signer = note_signer(home, LOG)
    return LedgerHeads(engine, signer, home / "heads") if signer else None
