"""The case ledger in SQL: lines appended in one transaction with the register they change.

Nothing is recorded that a verifier would later refuse: signature, directory, policy, persons and custody are checked
inside the transaction, against the lines as they stand in it.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pydantic import JsonValue
from sqlalchemy import Connection, Engine, select
from sqlalchemy.sql.functions import max as maximum

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.database import open_database, reading, write
from rogatory.adapters.heads import LedgerHeads, open_heads
from rogatory.adapters.key_holders import SERVICE, signer_for
from rogatory.adapters.ledger_rows import (
    chain_lines,
    check_same,
    find_entry,
    forget,
    insert_entry,
    keep_disclosures,
    keep_words,
    last_line,
    line_time,
    receipt_of,
)
from rogatory.adapters.projection import project
from rogatory.adapters.refusals_sql import Refusals
from rogatory.adapters.register_sql import SqlRegister
from rogatory.adapters.reservations import note_reference
from rogatory.adapters.suspicion_sql import check_suspicion, first_acts, place_of
from rogatory.adapters.tables import DISCLOSURES, LEDGER
from rogatory.custody.course import Course
from rogatory.custody.directory import SUSPECTED, Directory, entry_id_of
from rogatory.custody.ledger import (
    ACT_EVENTS,
    DIRECTORY,
    EVENT,
    ZERO,
    Entry,
    Mark,
    act_facts,
    build_head,
    build_line,
    event_of,
    line_digest,
    parse_line,
)
from rogatory.custody.note import read_checkpoint
from rogatory.custody.policy import permit
from rogatory.custody.statement import clear_facts, read_statement, verify_command
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from rogatory.ports import Signer
from schemas.commands import Command, Receipt, Submit
from schemas.custody import CaseRecord, Official, TrustAnchors
from schemas.directory import Suspicion
from schemas.identifiers import OfficialId, Reference
from schemas.tasks import LedgerEntry

T = TypeVar("T")

COURSES = 64
"""Cases kept folded in memory; each is used only if the database still ends where it does."""


class SqlLedger(Refusals):
    """Implements ports.CaseLedger."""

    def __init__(
        self,
        engine: Engine,
        signer: Signer,
        anchors: TrustAnchors,
        *,
        patience: float = 3.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        heads: LedgerHeads | None = None,
    ) -> None:
        """`patience`: seconds an act waits for the line that opens its task, which is written at the same time."""
        self.heads = heads
        self._engine, self._signer, self.anchors = engine, signer, anchors
        self._patience, self._now = patience, now
        self._lock = threading.Lock()
        self._courses: OrderedDict[str, Course] = OrderedDict()
        self._known: Directory | None = None

    # append

    def append(self, entry: LedgerEntry) -> Receipt:
        """Records a fact of the procedure. Idempotent by entry id.

        Raises:
            RefusedError: NotSigned (only an official's act makes this event), DuplicateCommand, NotFound, WrongStage.
        """
        if entry.event in ACT_EVENTS:
            raise RefusedError("NotSigned", f"{entry.event} is recorded by a signed act only.")
        if not EVENT.fullmatch(entry.event) or entry.at.tzinfo is None:
            raise RefusedError("Invalid", "An entry has an event in lower case and a time with its zone.")

        def work(connection: Connection) -> Receipt:
            if first := find_entry(connection, entry.entry_id, signed=False):
                if (first.chain, first.event, first.facts) != (entry.reference, entry.event, entry.facts):
                    raise RefusedError("DuplicateCommand", f"{entry.entry_id} is on record with other content.")
                return receipt_of(first, entry.entry_id)
            directory = self._directory(connection)
            course = self._course(connection, entry.reference, directory)
            try:
                course.check(entry.event, entry.facts, directory)
            except RefusedError:
                self._keep(course)
                raise
            line = self._add(connection, course, directory, (entry.entry_id, entry.at, entry.event, entry.facts, None))
            return receipt_of(line, entry.entry_id)

        return write(self._engine, work)

    def append_act(self, task: str, reference: Reference, command: Command, at: datetime) -> Receipt:
        """Verifies a signed act against the directory as it stands and records it. Idempotent by task and command id.

        Raises:
            RefusedError: NotSigned, Forged, Forbidden, FourEyes, DuplicateCommand, DuplicateReference, NotFound,
                WrongStage, Superseded, EvidenceMismatch, AlreadyDecided, DiscrepancyOpen, Invalid. It is logged.
        """

        def work(connection: Connection) -> Receipt:
            if first := find_entry(connection, f"{task}/{command.command_id}", signed=True):
                check_same(connection, first, command, task, reference)
                return receipt_of(first, command.command_id)
            directory, course, facts = self._admitted(connection, task, reference, command, at)
            entry_id = f"{task}/{command.command_id}"
            content = (entry_id, at, event_of(command.ACT), facts, command.statement)
            line = self._add(connection, course, directory, content)
            if isinstance(command, Submit):
                note_reference(connection, reference)
            keep_words(connection, reference, entry_id, command)
            return receipt_of(line, command.command_id)

        receipt = self._attempt(task, reference, command, work)
        forget(self._engine, command)
        return receipt

    def check_act(self, task: str, reference: Reference, command: Command) -> None:
        """As append_act, but records nothing. Raises as append_act does."""

        def work(connection: Connection) -> None:
            if first := find_entry(connection, f"{task}/{command.command_id}", signed=True):
                check_same(connection, first, command, task, reference)
                return
            self._keep(self._admitted(connection, task, reference, command, self._now())[1])

        self._attempt(task, reference, command, work)

    def append_change(
        self,
        event: str,
        facts: Mapping[str, JsonValue],
        command_id: str,
        envelope: str,
        at: datetime,
        words: Mapping[str, str] | None = None,
    ) -> Receipt:
        """Records a change of the directory, signed by registrars, and its withheld words. Idempotent by command id.

        Raises:
            RefusedError: Forbidden (too few registrars, a key of somebody else, a record at odds with itself),
                DuplicateCommand, Superseded (a suspicion that leaves out acts).
        """
        entry_id = entry_id_of(command_id)

        def work(connection: Connection) -> Receipt:
            if first := find_entry(connection, entry_id, signed=True):
                if (first.event, first.facts) != (event, dict(facts)):
                    raise RefusedError("DuplicateCommand", f"{entry_id} is on record with other content.")
                return receipt_of(first, command_id)
            entries = [parse_line(line) for line in chain_lines(connection, DIRECTORY)]
            prev = entries[-1].digest if entries else ZERO
            latest = connection.execute(select(maximum(LEDGER.c.at))).scalar()
            moment = max(at, latest) if latest else at  # later than any line that did not know of it
            line = build_line(DIRECTORY, len(entries), prev, entry_id, moment, event, facts, envelope, self._signer)
            entry = parse_line(line)
            try:
                Directory.of([*entries, entry], self.anchors)
            except IntegrityError as error:
                raise RefusedError("Forbidden", str(error)) from error
            if event == SUSPECTED:
                check_suspicion(connection, entry)
            insert_entry(connection, entry)
            keep_disclosures(connection, DIRECTORY, entry_id, words or {})
            return receipt_of(entry, command_id)

        return write(self._engine, work)

    # read

    def receipt(self, task: str, command_id: str) -> Receipt | None:
        """The receipt of an act recorded before."""
        with reading(self._engine) as connection:
            first = find_entry(connection, f"{task}/{command_id}", signed=True)
        return receipt_of(first, command_id) if first else None

    def recorded(self, entry_id: str) -> dict[str, JsonValue] | None:
        """The facts of the entry of that id, of the procedure's before a person's."""
        with reading(self._engine) as connection:
            first = find_entry(connection, entry_id, signed=False) or find_entry(connection, entry_id, signed=True)
        return first.facts if first else None

    def lines(self, reference: Reference) -> Sequence[str]:
        """The directory's and the case's lines, verbatim, in ledger order."""
        with reading(self._engine) as connection:
            return chain_lines(connection, DIRECTORY, reference)

    def head(self, reference: Reference) -> str:
        """The signed head of the case's chain as it stands. Raises NotFoundError."""
        with reading(self._engine) as connection:
            return self._head(connection, reference, None)

    def record(self, reference: Reference, witness: str | None = None) -> CaseRecord:
        """Lines, head, checkpoint and proofs of one moment, to be given away. Raises NotFoundError."""

        def work(connection: Connection) -> CaseRecord:
            note = proofs = tree = None
            if self.heads is not None:
                note, proofs = self.heads.prove(connection, reference, witness)
                checkpoint = read_checkpoint(note)
                tree = (checkpoint.size, checkpoint.root.hex())
            head = self._head(connection, reference, tree)
            lines = chain_lines(connection, DIRECTORY, reference)
            return CaseRecord(lines=tuple(lines), head=head, checkpoint=note, proofs=proofs)

        return write(self._engine, work)

    def _head(self, connection: Connection, reference: Reference, tree: tuple[int, str] | None) -> str:
        line = last_line(connection, reference)
        if line is None:
            raise NotFoundError(f"There is no case {reference}.")
        last, mark = parse_line(line), self._directory(connection).mark
        at = max(self._now(), last.at)
        return build_head(reference, last.seq + 1, last.digest, at=at, directory=mark, signer=self._signer, tree=tree)

    def officials(self) -> dict[OfficialId, Official]:
        """The directory as it stands."""
        return dict(self.directory().officials())

    def directory(self) -> Directory:
        """The directory, verified against our own trust anchors. Raises IntegrityError."""
        with reading(self._engine) as connection:
            return self._directory(connection)

    def place(self, chain: str, number: int) -> int:
        """The place of a line in the tree of all lines. Raises NotFoundError."""
        with reading(self._engine) as connection:
            return place_of(connection, chain, number)

    def suspicion(self, official: OfficialId, chain: str, number: int) -> Suspicion:
        """What their former keys signed from that line of the ledger on. Raises NotFoundError: no such line, or key."""
        with reading(self._engine) as connection:
            directory = self._directory(connection)
            position = place_of(connection, chain, number)
            keys = directory.keys_of(official).difference(*(one.key_ids() for one in directory.officials().values()))
            if not keys:
                raise NotFoundError(f"The directory knows no former key of {official[:40]}.")
            lines = first_acts(connection, keys, position)
        return Suspicion(official=official, keys=tuple(sorted(keys)), position=position, lines=tuple(lines))

    def disclosures(self, reference: Reference) -> dict[str, tuple[str, ...]]:
        """By entry id: the withheld words that were not erased."""
        found: dict[str, tuple[str, ...]] = {}
        rows = (
            select(DISCLOSURES.c.entry_id, DISCLOSURES.c.disclosure)
            .where(DISCLOSURES.c.chain == reference)
            .order_by(DISCLOSURES.c.entry_id, DISCLOSURES.c.field)
        )
        with reading(self._engine) as connection:
            for entry_id, disclosure in connection.execute(rows):
                found[entry_id] = (*found.get(entry_id, ()), disclosure)
        return found

    # inside a transaction

    def _attempt(self, task: str, reference: str, command: Command, work: Callable[[Connection], T]) -> T:
        deadline = time.monotonic() + self._patience
        while True:
            try:
                return write(self._engine, work)
            except RefusedError as error:
                if error.kind == "NotOpened" and time.monotonic() < deadline:
                    time.sleep(0.05)
                    continue
                kind = "WrongStage" if error.kind == "NotOpened" else error.kind
                self.refuse(reference, task, command.by, kind, command.ACT)
                raise RefusedError(kind, str(error), error.hint) from error

    def _admitted(
        self, connection: Connection, task: str, reference: str, command: Command, at: datetime
    ) -> tuple[Directory, Course, dict[str, JsonValue]]:
        """Signature, directory, policy, persons and custody, in that order; returns the facts to be recorded."""
        directory = self._directory(connection)
        officials = directory.officials()
        official = officials.get(command.by)
        if official is None:
            raise RefusedError("Forbidden", f"The directory knows no {command.by}.")
        verify_command(command, reference=reference, task=task, official=official)
        if not reference.startswith(f"{self.anchors.state}-"):
            raise RefusedError("Invalid", f"{reference} is no reference of {self.anchors.state}.")
        course = self._course(connection, reference, directory)
        try:
            known = course.tasks.get(task)
            said = clear_facts(command) | {"by": command.by, "role": command.role.value}
            principal = directory.powers().principal(said, officials, reference, line_time(at, course, directory))
            permit(command, official, course.drafter, known.done if known else [], principal)
            person = principal.person if principal else None
            facts = act_facts(read_statement(command.statement), official.person, person)
            course.check(event_of(command.ACT), facts, directory)
        except RefusedError:
            self._keep(course)
            raise
        return directory, course, facts

    def _add(
        self,
        connection: Connection,
        course: Course,
        directory: Directory,
        content: tuple[str, datetime, str, Mapping[str, JsonValue], str | None],
    ) -> Entry:
        entry_id, at, event, facts, act = content
        moment = line_time(at, course, directory)
        line = build_line(
            course.reference,
            course.size,
            course.head,
            entry_id,
            moment,
            event,
            facts,
            act,
            self._signer,
            directory.mark,
        )
        entry = parse_line(line)
        insert_entry(connection, entry)
        course.apply(entry)
        project(connection, entry, course)
        self._keep(course)  # should the commit fail, its head is not the database's, and it is folded again
        return entry

    def _course(self, connection: Connection, reference: str, directory: Directory) -> Course:
        with self._lock:
            course = self._courses.pop(reference, None) or Course(reference)
        rows = (
            select(LEDGER.c.line)
            .where((LEDGER.c.chain == reference) & (LEDGER.c.seq >= max(course.size - 1, 0)))
            .order_by(LEDGER.c.seq)
        )
        lines = list(connection.execute(rows).scalars())
        if course.size:
            if not lines or line_digest(lines[0]) != course.head:
                return self._course(connection, reference, directory)
            del lines[0]
        for line in lines:
            entry = parse_line(line)
            mark = entry.directory or Mark(0, ZERO)
            if not directory.stood(mark) or not directory.recorded(entry, mark.size):
                raise IntegrityError(f"{reference}: line {entry.seq} is not signed by the service's key.")
            course.apply(entry)
        course.holding.changes()
        course.holding.exhibits.changes()
        return course

    def _keep(self, course: Course) -> None:
        with self._lock:
            self._courses[course.reference] = course
            while len(self._courses) > COURSES:
                self._courses.popitem(last=False)

    def _directory(self, connection: Connection) -> Directory:
        line = last_line(connection, DIRECTORY)
        head = line_digest(line) if line else ZERO
        known = self._known
        if known is None or known.mark.head != head:
            entries = [parse_line(text) for text in chain_lines(connection, DIRECTORY)]
            known = self._known = Directory.of(entries, self.anchors)
        return known


def open_stores(home: Path) -> tuple[SqlLedger, SqlRegister]:
    """Ledger and register of an installation; creates or migrates the database. Raises UsageError: none is here."""
    if not (home / "anchors" / "own.json").is_file():
        raise UsageError(f"There is nothing in {home} yet.", "Make it with: rogatory init")
    engine = open_database(home / "ledger.sqlite")
    ledger = SqlLedger(engine, signer_for(home, SERVICE), FileAnchors(home).own(), heads=open_heads(home, engine))
    return ledger, SqlRegister(engine)
