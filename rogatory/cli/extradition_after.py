"""rogatory extradition, after the surrender: what may be charged, consent asked for, and how it ends."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, desk
from rogatory.cli.extradition_act import Proof, show_it, tell
from rogatory.cli.extradition_case import day_of, extradition, the_day
from rogatory.cli.output import day, line
from schemas.extradition_acts import (
    ProposeCharge,
    ReportDeparture,
    ReportDischarge,
    ReportOutcome,
    ReportReextradition,
    ReportWaiver,
    RequestReextradition,
    RequestWaiver,
)

Title = Annotated[str, Parameter(help="The offence, by its name in our law.")]
Provision = Annotated[str, Parameter(help="The statute and section.")]
Granted = Annotated[bool, Parameter(name="--granted", negative="--refused", help="Whether it consents.")]
WhichWaiver = Annotated[str, Parameter(name="--waiver", help="The request for consent, by its id.")]


async def charge(
    reference: str,
    /,
    *,
    title: Title,
    provision: Provision,
    offence: Annotated[int | None, Parameter(help="Its number in the request, if it is one of those.")] = None,
    waiver: Annotated[str | None, Parameter(help="The request for consent that covers it, by its id.")] = None,
    command_id: CommandId = None,
) -> None:
    """Propose a charge; on record only where the rule of speciality allows it (else exit 4, with the rule)."""
    if offence is not None:
        extradition(desk(), reference).number(offence)
    done = await tell(
        reference, ProposeCharge, command_id, title=title, provision=provision, offence=offence, waiver=waiver
    )
    done.shown(f"{line(title)}: speciality allows this charge.", show_it(reference), offence=offence, waiver=waiver)


async def waiver(
    reference: str,
    /,
    *,
    title: Title,
    provision: Provision,
    facts: Annotated[str, Parameter(help="What the person is to be charged with, in words.")],
    statement: Annotated[bool, Parameter(help="The person's statement on it is on a legal record.")],
    record: Annotated[Path | None, Parameter(help="That record, as PDF; it goes along.")] = None,
    command_id: CommandId = None,
) -> None:
    """Ask the state that surrendered the person for consent to another charge."""
    done = await tell(
        reference,
        RequestWaiver,
        command_id,
        title=title,
        provision=provision,
        facts=facts,
        statement_recorded=statement,
        statement_record=record,
    )
    id_ = done.receipt.command_id
    then = f"when the answer comes,  rogatory extradition charge {reference} --title T --provision P --waiver {id_}"
    done.shown(f"Consent is asked for; the letter goes out. Its id: {id_}.", then, waiver=id_)


async def waiver_answer(
    reference: str,
    /,
    *,
    waiver_: WhichWaiver,
    granted: Granted,
    reasons: Annotated[str | None, Parameter(help="In words.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record the answer to a request for consent to another charge."""
    done = await tell(
        reference, ReportWaiver, command_id, waiver=waiver_, granted=granted, reasons=reasons, proof=proof
    )
    then = f"rogatory extradition charge {reference} --title T --provision P --waiver {waiver_}"
    said = "Consent is given." if granted else "Consent is refused."
    done.shown(said, then if granted else show_it(reference), waiver=waiver_, granted=granted)


async def onward(
    reference: str,
    /,
    *,
    to: Annotated[str, Parameter(help="The third state, by its code.")],
    about: Annotated[str, Parameter(help="Who asks for the person, and for what.")],
    command_id: CommandId = None,
) -> None:
    """Ask for consent to send the person on to a third state."""
    done = await tell(reference, RequestReextradition, command_id, to=to.upper(), about=about)
    id_ = done.receipt.command_id
    then = f"rogatory extradition onward-answer {reference} --request {id_} --granted   (or --refused)"
    done.shown(f"Consent to re-extradition is asked for. Its id: {id_}.", then, onward=id_, to=to.upper())


async def onward_answer(
    reference: str,
    /,
    *,
    request: Annotated[str, Parameter(help="The request for consent, by its id.")],
    granted: Granted,
    reasons: Annotated[str | None, Parameter(help="In words.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record the answer to a request for consent to re-extradition."""
    done = await tell(
        reference, ReportReextradition, command_id, onward=request, granted=granted, reasons=reasons, proof=proof
    )
    said = "Consent to re-extradition is given." if granted else "Consent to re-extradition is refused."
    done.shown(said, show_it(reference), onward=request, granted=granted)


async def discharge(
    reference: str,
    /,
    *,
    on: Annotated[str, Parameter(help="The day from which the person is free to leave, YYYY-MM-DD.")],
    command_id: CommandId = None,
) -> None:
    """Record the final discharge: the period runs after which speciality ends."""
    free = the_day(on, "--on")
    done = await tell(reference, ReportDischarge, command_id, free_to_leave_on=free)
    done.shown(f"Free to leave on {day(free)}.", f"rogatory extradition clocks {reference}", free_to_leave_on=free)


async def departure(
    reference: str,
    /,
    *,
    left: Annotated[str, Parameter(help="The day on which the person left, YYYY-MM-DD.")],
    came_back: Annotated[str | None, Parameter(help="The day of coming back, which ends speciality.")] = None,
    command_id: CommandId = None,
) -> None:
    """Record that a discharged person left, or left and came back."""
    gone, back = the_day(left, "--left"), day_of(came_back, "--came-back")
    done = await tell(reference, ReportDeparture, command_id, left_on=gone, returned_on=back)
    said = f"Left on {day(gone)}" + (f", came back on {day(back)}: speciality has ended." if back else ".")
    done.shown(said, show_it(reference), left_on=gone, returned_on=back)


async def outcome(
    reference: str,
    kind: Literal["convicted", "acquitted", "discontinued", "sentence-served"],
    /,
    *,
    on: Annotated[str, Parameter(help="The day, YYYY-MM-DD.")],
    final: Annotated[bool, Parameter(help="It is final.")],
    done: Annotated[bool, Parameter(name="--nothing-owed", negative="--still-owed", help="Whether the case closes.")],
    months: Annotated[int | None, Parameter(help="The sentence, in months.")] = None,
    life: Annotated[bool, Parameter(negative="", help="A sentence for life.")] = False,
    death: Annotated[bool, Parameter(negative="", help="The death penalty.")] = False,
    note: Annotated[str | None, Parameter(help="In words.")] = None,
    command_id: CommandId = None,
) -> None:
    """Record how the proceedings ended; the case closes once nothing is owed any more.

    Parameters
    ----------
    kind: Literal["convicted", "acquitted", "discontinued", "sentence-served"]
        How they ended.
    """
    told = await tell(
        reference,
        ReportOutcome,
        command_id,
        kind=kind,
        decided_on=the_day(on, "--on"),
        final=final,
        sentence_months=months,
        life=life,
        death=death,
        obligations_done=done,
        note=note,
    )
    ends = "Nothing is owed any more; the case closes." if done else "The case stays open: something is owed still."
    told.shown(f"{kind.capitalize()}. {ends}", f"rogatory case show {reference}", kind=kind, obligations_done=done)
