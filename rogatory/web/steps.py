"""What a case waits for besides a decision, as forms on the page of its task: sent, acknowledged, asked, signed off.

Each is the same act, by the same office, as on the command line; who may do it, the ledger says. A proof in a file is
joined there.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date

from rogatory.acting import stages_of
from rogatory.custody.course import STAGES
from rogatory.custody.policy import MAY
from rogatory.desk import Desk
from rogatory.errors import UsageError
from rogatory.office import Office
from rogatory.web.people import Reader
from schemas.identifiers import CommandId, Stage
from schemas.register import CaseRow, TaskRow

CHANNELS = ("folder", "courier")
Said = Callable[[str], str | None]
"""What a field of the form says; None when it is empty."""
Act = Callable[[Office, TaskRow, Said, CommandId], Awaitable[object]]


@dataclass(frozen=True)
class Field:
    """A control of a form."""

    name: str
    kind: str
    """line, text, day, tick, channel or question."""
    needed: bool = False


@dataclass(frozen=True)
class Step:
    """One act, what its form asks, and when it is offered."""

    act: str
    fields: tuple[Field, ...]
    do: Act
    offered: Callable[[Desk, Reader, TaskRow, CaseRow], bool] = lambda desk, reader, row, case: True


async def _send(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    channel = said("channel")
    if channel not in CHANNELS:
        raise UsageError("Choose a channel.")
    return await office.transmit(
        row.reference,
        channel,
        dispatched_on=_day(said, "dispatched_on"),
        tracking=said("tracking"),
        seal=said("seal"),
        note=said("note"),
        command_id=command_id,
    )


async def _acknowledge(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    received = _day(said, "received_on")
    assert received
    return await office.acknowledge(
        row.reference,
        said("foreign_reference") or "",
        received,
        command_id=command_id,
        at_embassy=said("at_embassy") is not None,
    )


async def _ask(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    return await office.ask(row.reference, said("question") or "", command_id)


async def _reply(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    return await office.reply(row.reference, said("answer") or "", said("question_id"), command_id)


async def _sign_off(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    return await office.sign_off(row.reference, command_id)


async def _confirm(office: Office, row: TaskRow, said: Said, command_id: CommandId) -> object:
    return await office.confirm_lapse(row.id, said("reason"), command_id)


def _sent(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    return any(each.event == "send" for each in desk.register.timeline(row.reference))


def _unsent(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    """A letter that was lost is sent again on the command line: here it would happen by a second click."""
    return not _sent(desk, reader, row, case)


def _silent(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    return case.foreign_reference is None and _sent(desk, reader, row, case)


def _unanswered(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    return any(each.answered_at is None for each in desk.register.messages(row.reference))


def _not_yet(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    """Nobody signs off twice."""
    signed = (each for each in desk.register.timeline(row.reference) if each.event == "sign-off")
    return not any(each.by == reader.official and each.at >= row.opened_at for each in signed)


def _lapsed(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> bool:
    return row.state == "lapsed"


STEPS: Mapping[str, Step] = {
    step.act: step
    for step in (
        Step(
            "send",
            (
                Field("channel", "channel", needed=True),
                Field("dispatched_on", "day"),
                Field("tracking", "line"),
                Field("seal", "line"),
                Field("note", "text"),
            ),
            _send,
            _unsent,
        ),
        Step(
            "acknowledge",
            (
                Field("foreign_reference", "line", needed=True),
                Field("received_on", "day", needed=True),
                Field("at_embassy", "tick"),
            ),
            _acknowledge,
            _silent,
        ),
        Step("reply", (Field("question_id", "question"), Field("answer", "text", needed=True)), _reply, _unanswered),
        Step("ask", (Field("question", "text", needed=True),), _ask, _sent),
        Step("sign-off", (), _sign_off, _not_yet),
        Step("confirm-lapse", (Field("reason", "text"),), _confirm, _lapsed),
    )
}


def steps_for(desk: Desk, reader: Reader, row: TaskRow, case: CaseRow) -> list[Step]:
    """The acts to offer the reader on that task; whether one stands, the ledger says."""
    if reader.reads_only or row.state == "closed" or row.stage is Stage.REVIEW:
        return []
    if not desk.not_given_away([row], reader.official):
        return []
    return [
        step
        for step in STEPS.values()
        if {role.value for role in MAY[step.act]} & reader.roles
        and (step.act not in STAGES or row.stage in stages_of(case.kind, step.act))  # a wait may end at any stage
        and step.offered(desk, reader, row, case)
    ]


def _day(said: Said, name: str) -> date | None:
    typed = said(name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise UsageError(f'"{typed}" is no day.', "Write it as 2026-12-31.") from error
