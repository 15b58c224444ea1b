"""rogatory officials delegate, absent, end: who may act in another's stead."""

from datetime import UTC, date, datetime
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import ask_pin
from rogatory.cli.output import emit, line, next_step, say
from rogatory.cli.session import profile
from rogatory.errors import UsageError
from schemas.identifiers import Role


def delegate(
    delegator: str,
    to: str,
    /,
    *,
    role: Annotated[tuple[Role, ...], Parameter(help="A role of the delegator's own; may be given several times.")],
    reason: Annotated[str, Parameter(help="In words; the directory carries their digest only.")],
    until: Annotated[str | None, Parameter(help="The last day, YYYY-MM-DD; a deputy needs none.")] = None,
    case: Annotated[tuple[str, ...], Parameter(negative="", help="Only in this case; may be repeated.")] = (),
    deputy: Annotated[bool, Parameter(negative="", help="Only while the delegator is on record as absent.")] = False,
) -> None:
    """Let an official act in another's stead; signed by the delegator and the registrars.

    The delegate signs with their own key, on behalf of the delegator. Both count as one who acted: a delegation never
    makes two pairs of eyes of one.
    """
    from rogatory.adapters.delegating import delegate as lend
    from rogatory.adapters.key_holders import signer_for

    if not role:
        raise UsageError("Which role is delegated?", "E.g. --role reviewer")
    if until is None and not deputy:
        raise UsageError("Until when?", "Add --until 2026-12-31, or --deputy for absences only.")
    if not 1 <= len(reason) <= 4000:
        raise UsageError("The reason has 1 to 4000 characters.")
    home, now = profile().home, datetime.now(UTC)
    signer = signer_for(home, delegator, ask_pin)
    last = _day(until) if until else None
    name, receipt = lend(
        home, signer, delegator, to, roles=role, cases=case, until=last, deputy=deputy, reason=reason, now=now
    )
    if not emit({"id": name, "from": delegator, "to": to, "roles": list(role), "change": receipt.sequence}):
        when = f"while {delegator} is absent" if deputy else f"until {until}"
        say(f"{line(to)} may act as {' and '.join(role)} on behalf of {line(delegator)} {when}; {name}.")
        next_step(f"rogatory officials absent {delegator}" if deputy else f"rogatory officials end {name}   (earlier)")


def absent(official: str, /) -> None:
    """Put an absence on record: from now on the official's deputies may act."""
    from rogatory.adapters.delegating import note_absence

    name, receipt = note_absence(profile().home, official, now=datetime.now(UTC))
    if not emit({"id": name, "absent": official, "change": receipt.sequence}):
        say(f"{line(official)} is absent, by change {receipt.sequence} of the directory.")
        next_step(f"rogatory officials end {official}   (when they are back)")


def end(what: str, /) -> None:
    """End a delegation, by its id, or an absence, by the official's.

    Parameters
    ----------
    what: str
        As rogatory officials list shows it.
    """
    from rogatory.adapters.delegating import end as ended

    receipt = ended(profile().home, what, now=datetime.now(UTC))
    if not emit({"ended": what, "change": receipt.sequence}):
        say(f"{line(what)} ended, by change {receipt.sequence} of the directory.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'"{text}" is no day.', "Write it as 2026-12-31.") from error
