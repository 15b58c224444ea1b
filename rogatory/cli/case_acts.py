"""rogatory case: the status query, and the acts of a letter of one kind of assistance alone."""

from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, acting, receipt_shown
from rogatory.cli.extradition_act import Proof
from rogatory.cli.extradition_case import the_day
from rogatory.cli.output import day, line, minute, next_step, say
from schemas.extradition_acts import AskStatus
from schemas.sole_letter import AnswerConditions, ReportNotPreserved, ReportPreserved

Note = Annotated[str | None, Parameter(name="--note", help="In words.")]


async def query(
    reference: str,
    /,
    *,
    note: Annotated[str | None, Parameter(help="In words; it goes into the letter.")] = None,
    command_id: CommandId = None,
) -> None:
    """Ask the requested state how the matter stands; a letter goes out."""
    async with acting(command_id) as (office, given):
        receipt = await office.act(reference, AskStatus, note=note, command_id=given)
    if receipt_shown(receipt, reference=reference):
        return
    say(f"Asked how the matter stands, on record as line {receipt.sequence}; the letter goes out.")
    next_step(f"rogatory case show {reference}")


async def preserved(
    reference: str,
    /,
    *,
    on: Annotated[str, Parameter(help="The day since which the data are preserved, YYYY-MM-DD.")],
    their_ref: Annotated[str | None, Parameter(help="Their number of the case.")] = None,
    place: Annotated[str | None, Parameter(help="Who keeps the data, or where.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record that the data are preserved; the periods of the law run from there."""
    since = the_day(on, "--on")
    async with acting(command_id) as (office, given):
        receipt = await office.act(
            reference,
            ReportPreserved,
            preserved_on=since,
            foreign_reference=their_ref,
            place=place,
            proof=proof,
            command_id=given,
        )
    if receipt_shown(receipt, reference=reference, preserved_on=since):
        return
    say(f"Preserved since {day(since)}, {minute(receipt.recorded_at)}. rogatory case deadlines lists the periods.")
    next_step(f"ask for the data, then   rogatory case followed-up {reference} --by REF")


async def not_preserved(
    reference: str, /, *, reason: Reason, proof: Proof = None, command_id: CommandId = None
) -> None:
    """Record that the data are not preserved; whether to go on is then for you to decide."""
    async with acting(command_id) as (office, given):
        receipt = await office.act(reference, ReportNotPreserved, reason=reason, proof=proof, command_id=given)
        task = next((row.id for row in office.register.tasks(reference=reference)), "TASK")
    if receipt_shown(receipt, reference=reference):
        return
    say(f"Not preserved, on record as line {receipt.sequence}. The wait stays open until you decide.")
    next_step(f"rogatory task confirm {task}   (to end it), or   rogatory case query {reference} --note TEXT")


async def followed_up(
    reference: str,
    /,
    *,
    by: Annotated[str, Parameter(help="Our reference of the request that asks for the data.")],
    command_id: CommandId = None,
) -> None:
    """Name the request for assistance that asks for the preserved data; it must be out."""
    async with acting(command_id) as (office, given):
        receipt = await office.followed_up(reference, by, command_id=given)
    if receipt_shown(receipt, reference=reference, by=by):
        return
    say(f"Followed up by {line(by)}: {reference} closes, {minute(receipt.recorded_at)}.")
    next_step(f"rogatory case show {reference}")


async def conditions(
    reference: str,
    /,
    *,
    accepted: Annotated[bool, Parameter(negative="--declined", help="Whether they were accepted.")],
    note: Note = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record whether the conditions on which information was given were accepted."""
    async with acting(command_id) as (office, given):
        receipt = await office.act(
            reference, AnswerConditions, accepted=accepted, note=note, proof=proof, command_id=given
        )
    if receipt_shown(receipt, reference=reference, accepted=accepted):
        return
    say(f"The conditions were {'accepted' if accepted else 'declined'}: {reference} closes.")
    next_step(f"rogatory case show {reference}")
