"""rogatory transmit, ack, ask, reply: the letter to the requested state, and the exchange that follows."""

from datetime import date
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, acting, receipt_shown
from rogatory.cli.output import day, emit, line, minute, next_step, say, short
from rogatory.cli.working import working
from rogatory.errors import UsageError


async def transmit(
    reference: str,
    /,
    *,
    channel: Annotated[str, Parameter(help="courier (paper or a carrier by hand), or folder (the sealed package).")],
    tracking: Annotated[str | None, Parameter(help="The courier's number.")] = None,
    seal: Annotated[str | None, Parameter(help="The number on the seal of the bag.")] = None,
    dispatched: Annotated[str | None, Parameter(help="For a courier: the day it left, YYYY-MM-DD.")] = None,
    proof: Annotated[Path | None, Parameter(help="A file that proves the dispatch.")] = None,
    note: Annotated[str | None, Parameter(help="In words; it goes on record.")] = None,
    command_id: CommandId = None,
) -> None:
    """Send the signed letter; every approval is verified once more before it leaves."""
    left = _date(dispatched, "--dispatched")
    async with acting(command_id) as (office, given):
        with working("Packing and sending"):
            sent = await office.transmit(
                reference,
                channel,
                dispatched_on=left,
                tracking=tracking,
                seal=seal,
                proof=proof,
                note=note,
                command_id=given,
            )
        requested = office.register.case(reference).requested_state
    if emit(sent.model_dump(mode="json") | {"command_id": given}):
        return
    if sent.package:
        say(f"Package   {sent.transmission}.asice.age   sha256 {short(sent.package)}…")
    if sent.place:
        say(f"Where     {line(sent.place)}")
    say(f"Sent to {requested} by {line(sent.channel)}, {minute(sent.dispatched_at or sent.prepared_at)}.")
    next_step(f"when {requested} answers,  rogatory ack {reference} --their-ref R --received DATE")


async def ack(
    reference: str,
    /,
    *,
    their_ref: Annotated[str, Parameter(name=("--their-ref", "--foreign-reference"), help="Their number of the case.")],
    received: Annotated[str, Parameter(help="The day they received the letter, YYYY-MM-DD.")],
    proof: Annotated[Path | None, Parameter(help="Their message, as a file.")] = None,
    at_embassy: Annotated[
        bool, Parameter(negative="", help="Extradition: their embassy here took the letter in, on that day.")
    ] = False,
    command_id: CommandId = None,
) -> None:
    """Record the requested state's acknowledgement."""
    on = _date(received, "--received")
    assert on is not None
    async with acting(command_id) as (office, given):
        receipt = await office.acknowledge(reference, their_ref, on, proof, given, at_embassy=at_embassy)
        row = office.register.case(reference)
    if receipt_shown(receipt, reference=reference, foreign_reference=their_ref, received_on=on):
        return
    say(f"Acknowledged by {row.requested_state}, received on {day(on)}, as {line(their_ref)}.")
    if row.kind == "extradition":
        next_step(f"rogatory extradition clocks {reference}")
    elif row.kind != "mutual-assistance":
        next_step(f"rogatory case show {reference}")
    else:
        next_step(f"when evidence comes,  rogatory evidence add {reference} FILE...")


async def ask(reference: str, /, *, question: str, command_id: CommandId = None) -> None:
    """Record a question of the requested state that came on paper.

    Parameters
    ----------
    question: str
        What they ask, in words.
    """
    async with acting(command_id) as (office, given):
        receipt = await office.ask(reference, question, given)
    if receipt_shown(receipt, reference=reference, question_id=receipt.command_id):
        return
    say(f"Question {receipt.command_id} recorded, line {receipt.sequence}.")
    next_step(f"rogatory reply {reference} --answer TEXT")


async def reply(
    reference: str,
    /,
    *,
    answer: Annotated[str | None, Parameter(help="The answer, in words.")] = None,
    file: Annotated[Path | None, Parameter(help="A text file with the answer, UTF-8.")] = None,
    question: Annotated[str | None, Parameter(help="The id of the question; the oldest open one otherwise.")] = None,
    command_id: CommandId = None,
) -> None:
    """Answer a question of the requested state."""
    text = _answer(answer, file)
    async with acting(command_id) as (office, given):
        receipt = await office.reply(reference, text, question, given)
        open_still = [row for row in office.register.messages(reference) if row.answered_at is None]
    if receipt_shown(receipt, reference=reference, open_questions=len(open_still)):
        return
    say(f"Answered {minute(receipt.recorded_at)}, on record as line {receipt.sequence}; the reply goes out.")
    next_step(f"rogatory case show {reference}")


def _answer(answer: str | None, file: Path | None) -> str:
    if (answer is None) == (file is None):
        raise UsageError("Give the answer once.", 'Either --answer "TEXT" or --file FILE.')
    if answer is not None:
        return answer
    assert file is not None
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file} is not UTF-8 text.", "Save it as UTF-8 and repeat the command.") from error


def _date(text: str | None, flag: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'{flag}: "{text}" is not a date.', "Write it as YYYY-MM-DD, e.g. 2026-11-22.") from error
