"""The register in SQL: lists sorted and paged, projected from the ledger and rebuilt from it at any time."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Connection, Select, String, cast, delete, insert, or_, select

from rogatory.adapters.correspondence_sql import SqlCorrespondence
from rogatory.adapters.database import reading, write
from rogatory.adapters.projection import project
from rogatory.adapters.reservations import reserve
from rogatory.adapters.tables import (
    ARCHIVES,
    ASSIGNED,
    CASES,
    CLOCKS,
    DOCUMENTS,
    DUTIES,
    EXHIBITS,
    ITEMS,
    LEDGER,
    MESSAGES,
    PROJECTED,
    TASKS,
    TRANSMISSIONS,
)
from rogatory.adapters.timeline import event_of_entry
from rogatory.custody.course import Course
from rogatory.custody.ledger import DIRECTORY, parse_line
from rogatory.errors import NotFoundError
from schemas.identifiers import Digest, Reference
from schemas.register import (
    CaseRow,
    ClockRow,
    DocumentRow,
    DutyRow,
    ExhibitRow,
    ItemRow,
    MessageRow,
    TaskRow,
    TimelineEvent,
    TransmissionRow,
)

Row = Mapping[str, object]


class SqlRegister(SqlCorrespondence):
    """Implements ports.Register."""

    def reserve_reference(self, state: str, year: int, command_id: str) -> Reference:
        """The next free reference; the same command id gets the same one."""
        return write(self._engine, lambda connection: reserve(connection, state, year, command_id))

    def case(self, reference: Reference) -> CaseRow:
        """Raises NotFoundError."""
        rows = self._rows(_cases().where(CASES.c.reference == reference))
        if not rows:
            raise NotFoundError(f"There is no case {reference}.", "List them with: rogatory case list")
        return CaseRow.model_validate(rows[0])

    def cases(self, *, status: str | None = None, limit: int = 100, offset: int = 0) -> list[CaseRow]:
        """Cases, the last changed first."""
        found = _cases().order_by(CASES.c.changed_at.desc(), CASES.c.reference).limit(limit).offset(offset)
        if status is not None:
            found = found.where(CASES.c.status == status)
        return [CaseRow.model_validate(row) for row in self._rows(found)]

    def supplements(self, reference: Reference) -> list[CaseRow]:
        """The requests that add to it, in order of their references."""
        found = _cases().where(CASES.c.supplements == reference).order_by(CASES.c.reference)
        return [CaseRow.model_validate(row) for row in self._rows(found)]

    def find_cases(
        self, words: str, *, drafter: str | None = None, status: str | None = None, limit: int = 50, offset: int = 0
    ) -> list[CaseRow]:
        """Cases whose reference, or the other state's reference, holds the words, in any case; the last changed first.

        Empty words find all; `drafter` keeps to the cases of one official.
        """
        found = _cases().order_by(CASES.c.changed_at.desc(), CASES.c.reference).limit(limit).offset(offset)
        if words:
            held = (each.icontains(words, autoescape=True) for each in (CASES.c.reference, CASES.c.foreign_reference))
            found = found.where(or_(*held))
        if drafter is not None:
            found = found.where(CASES.c.drafter == drafter)
        if status is not None:
            found = found.where(CASES.c.status == status)
        return [CaseRow.model_validate(row) for row in self._rows(found)]

    def open_tasks(
        self, *, roles: Sequence[str] = (), drafter: str | None = None, limit: int = 50, offset: int = 0
    ) -> list[TaskRow]:
        """Open and lapsed tasks, due soonest first: of any of these roles, and of one drafter's cases where named."""
        found = select(TASKS).order_by(TASKS.c.due, TASKS.c.id)
        if roles:
            held = cast(TASKS.c.roles, String)
            found = found.where(or_(*(held.contains(f'"{role}"') for role in roles)))
        if drafter is not None:
            found = found.where(TASKS.c.reference.in_(select(CASES.c.reference).where(CASES.c.drafter == drafter)))
        # A query for each state, so that the index gives the rows in order: both at once would sort the whole table.
        last = offset + limit
        both = (found.where(TASKS.c.state == state).limit(last) for state in ("open", "lapsed"))
        rows = [TaskRow.model_validate(row) for each in both for row in self._rows(each)]
        return sorted(rows, key=lambda row: (row.due, row.id))[offset:last]

    def tasks(self, *, reference: Reference | None = None, open_only: bool = True, limit: int = 500) -> list[TaskRow]:
        """Tasks, due soonest first; a lapsed task is open: it waits for a person."""
        found = select(TASKS).order_by(TASKS.c.due, TASKS.c.id).limit(limit)
        if reference is not None:
            found = found.where(TASKS.c.reference == reference)
        if open_only:
            found = found.where(TASKS.c.state != "closed")
        return [TaskRow.model_validate(row) for row in self._rows(found)]

    def assigned(self, tasks: Sequence[str]) -> set[str]:
        """Those of these tasks that were given to somebody."""
        return {str(row["task"]) for row in self._rows(select(ASSIGNED).where(ASSIGNED.c.task.in_(tasks)))}

    def task(self, task: str) -> TaskRow:
        """Raises NotFoundError."""
        rows = self._rows(select(TASKS).where(TASKS.c.id == task))
        if not rows:
            raise NotFoundError(f"There is no task {task}.", "List them with: rogatory task list")
        return TaskRow.model_validate(rows[0])

    def documents(self, reference: Reference) -> list[DocumentRow]:
        """Documents in order of making."""
        found = select(DOCUMENTS).where(DOCUMENTS.c.reference == reference).order_by(DOCUMENTS.c.number)
        return [DocumentRow.model_validate(row) for row in self._rows(found)]

    def items(self, reference: Reference) -> list[ItemRow]:
        """Evidence items in order of number."""
        rows = self._rows(select(ITEMS).where(ITEMS.c.reference == reference))
        items = [ItemRow.model_validate(row) for row in rows]
        return sorted(items, key=lambda item: (len(item.item), item.item))  # E9 comes before E10

    def item(self, item: str) -> ItemRow:
        """Raises NotFoundError."""
        rows = self._rows(select(ITEMS).where(ITEMS.c.item == item))
        if not rows:
            raise NotFoundError(f"There is no item {item}.", "List them with: rogatory evidence list REF")
        return ItemRow.model_validate(rows[0])

    def exhibits(self, reference: Reference) -> list[ExhibitRow]:
        """Physical items and copies, in order."""
        found = select(EXHIBITS).where(EXHIBITS.c.reference == reference).order_by(EXHIBITS.c.item)
        return [ExhibitRow.model_validate(row) for row in self._rows(found)]

    def exhibit(self, item: str) -> ExhibitRow | None:
        """The physical item or copy of that number; None when it is no such item."""
        rows = self._rows(select(EXHIBITS).where(EXHIBITS.c.item == item))
        return ExhibitRow.model_validate(rows[0]) if rows else None

    def duties(self) -> list[DutyRow]:
        """What is still owed for items of all cases, due soonest first."""
        return [
            DutyRow.model_validate(row | {"due": date.fromisoformat(str(row["due"]))})
            for row in map(dict, self._rows(select(DUTIES).order_by(DUTIES.c.due, DUTIES.c.item)))
        ]

    def messages(self, reference: Reference) -> list[MessageRow]:
        """Questions in order."""
        found = select(MESSAGES).where(MESSAGES.c.reference == reference).order_by(MESSAGES.c.number)
        return [MessageRow.model_validate(row) for row in self._rows(found)]

    def transmissions(self, reference: Reference) -> list[TransmissionRow]:
        """What was sent, in order."""
        found = select(TRANSMISSIONS).where(TRANSMISSIONS.c.reference == reference).order_by(TRANSMISSIONS.c.number)
        return [TransmissionRow.model_validate(row) for row in self._rows(found)]

    def clocks(self, *, reference: Reference | None = None, open_only: bool = True) -> list[ClockRow]:
        """Periods of law, due soonest first; open are those that run, and those that ran out unmet."""
        found = select(CLOCKS).order_by(CLOCKS.c.due, CLOCKS.c.clock)
        if reference is not None:
            found = found.where(CLOCKS.c.reference == reference)
        if open_only:
            found = found.where(CLOCKS.c.state.in_(("running", "ran-out")))
        return [ClockRow.model_validate(row) for row in self._rows(found)]

    def timeline(self, reference: Reference) -> list[TimelineEvent]:
        """The case's ledger lines as events for people."""
        lines = select(LEDGER.c.line).where(LEDGER.c.chain == reference).order_by(LEDGER.c.seq)
        with reading(self._engine) as connection:
            return [event_of_entry(parse_line(line)) for line in connection.execute(lines).scalars()]

    def set_archive(self, reference: Reference, manifest: Digest) -> None:
        """Notes the export of a closed case."""

        def work(connection: Connection) -> None:
            connection.execute(delete(ARCHIVES).where(ARCHIVES.c.reference == reference))
            connection.execute(insert(ARCHIVES).values(reference=reference, manifest=manifest))

        write(self._engine, work)

    def rebuild(self) -> int:
        """Empties the register and projects the whole ledger again; returns the number of lines."""

        def work(connection: Connection) -> int:
            for table in PROJECTED:
                connection.execute(delete(table))
            courses: dict[str, Course] = {}
            lines = connection.execute(select(LEDGER.c.line).order_by(LEDGER.c.position)).scalars().all()
            for line in lines:
                entry = parse_line(line)
                if entry.chain == DIRECTORY:
                    continue
                course = courses.setdefault(entry.chain, Course(entry.chain))
                course.apply(entry)
                project(connection, entry, course)
            return len(lines)

        return write(self._engine, work)

    def _rows(self, found: Select[tuple[object, ...]]) -> list[Row]:
        with reading(self._engine) as connection:
            return [row._asdict() for row in connection.execute(found)]


def _cases() -> Select[tuple[object, ...]]:
    archived = CASES.outerjoin(ARCHIVES, ARCHIVES.c.reference == CASES.c.reference)
    return select(CASES, ARCHIVES.c.manifest.label("archive")).select_from(archived)
