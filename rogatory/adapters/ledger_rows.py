"""Rows of the ledger's tables, as entries and receipts."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select

from rogatory.adapters.database import drop_log, reading
from rogatory.adapters.ledger_tree import add_leaf
from rogatory.adapters.tables import DISCLOSURES, LEDGER
from rogatory.custody.course import Course
from rogatory.custody.directory import Directory
from rogatory.custody.ledger import Entry, event_of, line_digest, parse_line
from rogatory.custody.statement import clear_facts, words_of
from rogatory.custody.tree import leaf_hash
from rogatory.errors import RefusedError
from schemas.commands import Command, Receipt
from schemas.erasure import ERASURE_ACTS, EraseContent, EraseWords


def find_entry(connection: Connection, entry_id: str, *, signed: bool) -> Entry | None:
    """The entry of that id: a person's act (signed) or the procedure's."""
    line = connection.execute(
        select(LEDGER.c.line).where((LEDGER.c.entry_id == entry_id) & (LEDGER.c.signed == signed))
    ).scalar()
    return parse_line(line) if line else None


def chain_lines(connection: Connection, *chains: str) -> list[str]:
    """The lines of these chains, verbatim, in ledger order."""
    rows = select(LEDGER.c.line).where(LEDGER.c.chain.in_(chains)).order_by(LEDGER.c.position)
    return list(connection.execute(rows).scalars())


def every_line(engine: Engine) -> tuple[list[bytes], list[tuple[str, int]]]:
    """All lines of the ledger, verbatim, in ledger order; and the chain and number by which each is found."""
    with reading(engine) as connection:
        found = select(LEDGER.c.line, LEDGER.c.chain, LEDGER.c.seq).order_by(LEDGER.c.position)
        rows = connection.execute(found).all()
    return [row.line.encode("utf-8", "surrogateescape") for row in rows], [(row.chain, row.seq) for row in rows]


def last_line(connection: Connection, chain: str) -> str | None:
    """The last line of a chain, verbatim."""
    found = select(LEDGER.c.line).where(LEDGER.c.chain == chain).order_by(LEDGER.c.seq.desc()).limit(1)
    return connection.execute(found).scalar()


def line_time(at: datetime, course: Course, directory: Directory) -> datetime:
    """When a line is written: never before what it follows."""
    return max(known for known in (at, course.last, directory.latest) if known)


def insert_entry(connection: Connection, entry: Entry) -> None:
    """Writes one line, and its leaf into the tree."""
    row = {
        "chain": entry.chain,
        "seq": entry.seq,
        "entry_id": entry.entry_id,
        "signed": entry.act is not None,
        "at": entry.at,
        "line": entry.line,
    }
    position = connection.execute(insert(LEDGER).values(row)).inserted_primary_key
    assert position is not None  # the table has one
    add_leaf(connection, int(position[0]), leaf_hash(entry.line))


def check_same(connection: Connection, first: Entry, command: Command, task: str, reference: str) -> None:
    """Returns when the act says what the recorded one says: in clear, and in words that were not erased.

    An act signed twice has two statements with other salts, so these are not compared.

    Raises:
        RefusedError: DuplicateCommand.
    """
    said = clear_facts(command) | {"task": task, "by": command.by, "role": command.role.value}
    same = first.chain == reference and first.event == event_of(command.ACT)
    same = same and {name: first.facts.get(name) for name in said} == said
    rows = select(DISCLOSURES.c.disclosure).where(DISCLOSURES.c.entry_id == first.entry_id)
    words = words_of(list(connection.execute(rows).scalars()), first.act) if first.act else {}
    if not same or any(getattr(command, field, None) != value for field, value in words.items()):
        raise RefusedError("DuplicateCommand", f"Command {command.command_id} is on record with other content.")


def keep_words(connection: Connection, reference: str, entry_id: str, command: Command) -> None:
    """Keeps what a verified command discloses, by field; deletes what it erases."""
    for disclosure in command.disclosures:
        for field in words_of([disclosure], command.statement):
            keep_disclosures(connection, reference, entry_id, {field: disclosure})
    _erase_words(connection, reference, command)


def _erase_words(connection: Connection, reference: str, command: Command) -> None:
    """Deletes the words that a command erases. Raises RefusedError NotFound where they are not there."""
    words = delete(DISCLOSURES).where(DISCLOSURES.c.chain == reference)
    if isinstance(command, EraseContent):
        connection.execute(words)
    elif isinstance(command, EraseWords):
        lines = select(LEDGER.c.entry_id, LEDGER.c.line).where((LEDGER.c.chain == reference) & LEDGER.c.signed)
        meant = [row.entry_id for row in connection.execute(lines) if f"sha256:{line_digest(row.line)}" == command.line]
        words = words.where(DISCLOSURES.c.entry_id.in_(meant) & DISCLOSURES.c.field.in_(command.fields))
        if connection.execute(words).rowcount != len(set(command.fields)):
            raise RefusedError(
                "NotFound", "That line discloses no such words.", f"See: rogatory case words {reference}"
            )


def forget(engine: Engine, command: Command) -> None:
    """After an act that erases is committed: lets go of what the database keeps of the words beside its tables."""
    if isinstance(command, ERASURE_ACTS):
        drop_log(engine)


def keep_disclosures(connection: Connection, chain: str, entry_id: str, disclosures: Mapping[str, str]) -> None:
    """Keeps the disclosures of one entry, by field."""
    for field, disclosure in disclosures.items():
        row = {"chain": chain, "entry_id": entry_id, "field": field, "disclosure": disclosure}
        connection.execute(insert(DISCLOSURES).values(row))


def receipt_of(entry: Entry, command_id: str) -> Receipt:
    """The receipt an entry gives."""
    return Receipt(
        command_id=command_id, sequence=entry.seq, recorded_at=entry.at, person=str(entry.facts.get("person", ""))
    )
