"""rogatory extradition, the surrender: day and place, what comes between, the handover, transit."""

from typing import Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason
from rogatory.cli.extradition_act import Proof, show_it, tell
from rogatory.cli.extradition_case import day_of, moment_of, the_day
from rogatory.cli.output import day, line, minute
from schemas.extradition_acts import (
    AgreeNewDate,
    AppointSurrender,
    ReportNotCollected,
    ReportPostponed,
    ReportReturn,
    ReportSurrender,
    RequestTransit,
)

Day = Annotated[str, Parameter(help="The day, YYYY-MM-DD.")]
Place = Annotated[str, Parameter(help="Where.")]


async def appoint(
    reference: str,
    /,
    *,
    on: Day,
    place: Place,
    at_disposal: Annotated[str | None, Parameter(help="From when the person is at our disposal.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record the day and place appointed for the surrender; the time to take the person over runs from there."""
    done = await tell(
        reference,
        AppointSurrender,
        command_id,
        on=the_day(on, "--on"),
        at_disposal_on=day_of(at_disposal, "--at-disposal"),
        place=place,
        proof=proof,
    )
    done.shown(f"Appointed: {day(the_day(on, '--on'))}.", f"rogatory extradition clocks {reference}", on=on)


async def not_collected(
    reference: str,
    /,
    *,
    reason: Reason,
    beyond_control: Annotated[
        bool, Parameter(negative="", help="By circumstances beyond the control of the state that was prevented.")
    ] = False,
    command_id: CommandId = None,
) -> None:
    """Record that the person was not taken over on the day; the requested state is told."""
    done = await tell(reference, ReportNotCollected, command_id, reason=reason, beyond_control=beyond_control)
    done.shown(
        "Not taken over; the notice goes out. The periods run on until a new day is agreed.",
        f"rogatory extradition new-date {reference} --on DATE",
        beyond_control=beyond_control,
    )


async def new_date(
    reference: str,
    /,
    *,
    on: Day,
    place: Annotated[str | None, Parameter(help="Where, if elsewhere.")] = None,
    command_id: CommandId = None,
) -> None:
    """Record the new day on which both states agree."""
    agreed = the_day(on, "--on")
    done = await tell(reference, AgreeNewDate, command_id, on=agreed, place=place)
    done.shown(f"New day: {day(agreed)}; the notice goes out.", f"rogatory extradition clocks {reference}", on=agreed)


async def postponed(
    reference: str,
    /,
    *,
    reason: Reason,
    kind: Annotated[
        Literal["postponed", "temporary"], Parameter(help="Put off, or made for a time only.")
    ] = "postponed",
    until: Annotated[str | None, Parameter(help="Until when, if it is known.")] = None,
    return_by: Annotated[str | None, Parameter(help="Of a temporary surrender: the day of return.")] = None,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record that the surrender is postponed, or is to be made for a time."""
    done = await tell(
        reference,
        ReportPostponed,
        command_id,
        kind=kind,
        until=day_of(until, "--until"),
        return_by=day_of(return_by, "--return-by"),
        reason=reason,
        proof=proof,
    )
    done.shown(f"Surrender: {kind}.", show_it(reference), kind=kind)


async def surrendered(
    reference: str,
    /,
    *,
    at: Annotated[str, Parameter(help="The moment, with its zone: 2026-11-22T09:30+01:00.")],
    place: Place,
    days_detained: Annotated[int, Parameter(help="Days in detention there, to be deducted from the sentence.")],
    medical: Annotated[str | None, Parameter(help="State of health, medicines.")] = None,
    property_: Annotated[
        bool, Parameter(name="--property", negative="", help="Property comes with the person, or will follow.")
    ] = False,
    temporary: Annotated[bool, Parameter(negative="", help="For a time only.")] = False,
    proof: Proof = None,
    command_id: CommandId = None,
) -> None:
    """Record that the person was handed over to our officers."""
    moment = moment_of(at, "--at")
    assert moment is not None
    done = await tell(
        reference,
        ReportSurrender,
        command_id,
        surrendered_at=moment,
        place=place,
        days_detained=days_detained,
        medical=medical,
        temporary=temporary,
        property_announced=property_,
        proof=proof,
    )
    then = (
        f"rogatory evidence add {reference} FILE... --complete" if property_ and not temporary else show_it(reference)
    )
    if temporary:
        then = f"rogatory extradition returned {reference} --on DATE"
    done.shown(f"Surrendered {minute(moment)}; {days_detained} days to be deducted.", then, surrendered_at=moment)


async def returned(reference: str, /, *, on: Day, command_id: CommandId = None) -> None:
    """Record that a person surrendered for a time was returned."""
    back = the_day(on, "--on")
    done = await tell(reference, ReportReturn, command_id, returned_on=back)
    done.shown(f"Returned on {day(back)}.", show_it(reference), returned_on=back)


async def transit(
    reference: str,
    /,
    *,
    through: Annotated[str, Parameter(help="The state, by its code, e.g. XB.")],
    route: Annotated[str, Parameter(help="By what way, with dates and flight numbers.")],
    command_id: CommandId = None,
) -> None:
    """Draw up the request to a third state to let the person pass; it goes there on paper."""
    done = await tell(reference, RequestTransit, command_id, through=through.upper(), route=route)
    done.shown(
        f"Transit through {line(through.upper())}: the request is drawn up, and goes there on paper.",
        f"rogatory case documents {reference} --save DIR",
        through=through.upper(),
    )
