"""rogatory officials: who may act, by which key."""

import re
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import emit, line, next_step, say, table
from rogatory.cli.session import profile
from rogatory.errors import NotFoundError, UsageError
from schemas.custody import Passkey
from schemas.identifiers import Role

SuspectFrom = Annotated[
    str | None,
    Parameter(help="Case and line, e.g. XV-2026-0001/17, from which on their former keys are suspect."),
]
ALONE = {Role.SYSTEM, Role.REGISTRAR, Role.FOREIGN_AUTHORITY}


def list_() -> None:
    """List the officials, and how the directory came to know them."""
    from rogatory.adapters.officials import open_ledger

    directory = open_ledger(profile().home).directory()
    officials = list(directory.officials().values())
    rows = [
        {
            "id": one.official,
            "roles": " ".join(one.roles),
            "post": one.post,
            "unit": one.unit,
            "state": one.state,
            "key": one.keyid,
            "passkey": one.passkey.keyid if one.passkey else None,
        }
        for one in officials
    ]
    powers = directory.powers()
    lent: list[dict[str, object]] = [
        {"id": name.partition("/")[2], **grant.model_dump(mode="json", by_alias=True, exclude={"persons"})}
        for name, grant in powers.grants.items()
    ]
    absent = sorted(powers.absences.values())
    if emit({"changes": directory.size, "officials": rows, "delegations": lent, "absent": absent}):
        return
    table(
        ["Official", "Roles", "Unit", "State", "Key"],
        [
            [one.official, " ".join(one.roles), one.unit or "-", one.state, one.keyid[:16] + _beside(one.passkey)]
            for one in officials
        ],
    )
    for each in lent:
        kind = "deputy" if each["deputy"] else "delegate"
        where = f" in {_listed(each['cases'])}" if each["cases"] else ""
        until = each["until"] or "ended"
        say(f"{each['id']}: {each['to']}, {kind} of {each['from']} as {_listed(each['roles'])}{where} until {until}")
    if absent:
        say(f"Absent: {', '.join(absent)}")
    say(f"After {directory.size} changes, each signed by the registrars.")


def _beside(passkey: Passkey | None) -> str:
    return f", and a passkey {passkey.keyid[:16]}" if passkey else ""


def _listed(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def add(
    official: str,
    /,
    *,
    name: Annotated[str, Parameter(help="The official's name, as it stands in the certificate.")],
    post: Annotated[str, Parameter(help="Their post.")],
    role: Annotated[tuple[Role, ...], Parameter(help="What they may do; may be given several times.")],
    person: Annotated[str, Parameter(help="An opaque id of the person; one who has another post has the same.")],
    unit: Annotated[str | None, Parameter(help="The code of their unit; who has none breaks no glass.")] = None,
) -> None:
    """Enter an official of the demonstration, with a new key.

    A deputy is an official of their own with the same roles: two posts of one person are never two pairs of eyes.
    """
    from rogatory.adapters.officials import appoint

    if not role or ALONE & set(role):
        raise UsageError("Name roles such as reviewer, signatory, custodian or prosecutor.", "E.g. --role reviewer")
    if not 1 <= len(name) <= 60 or not name.isprintable() or not 1 <= len(post) <= 60 or not post.isprintable():
        raise UsageError("Name and post have 1 to 60 printable characters.")
    if unit is not None and not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", unit):
        raise UsageError("A unit is a code of small letters, digits and dashes.", "E.g. --unit mutual-assistance")
    now = datetime.now(UTC)
    made = appoint(profile().home, official, name=name, post=post, roles=role, person=person, now=now, unit=unit)
    if not emit({"id": made.official, "roles": list(made.roles), "key": made.keyid}):
        say(f"{made.official} entered as {' and '.join(made.roles)}, key {made.keyid[:16]}.")


def rotate(official: str, /, *, suspect_from: SuspectFrom = None) -> None:
    """Give an official a new key; the old one signs nothing from then on.

    The new key proves that its holder has it; what the old key signed before stays valid at its place.
    """
    from rogatory.adapters.officials import rotate as changed

    place = _place(suspect_from)
    made = changed(profile().home, official, now=datetime.now(UTC))
    doubt = _suspected(official, place)
    if not emit({"id": made.official, "key": made.keyid, **doubt}):
        say(f"{line(made.official)} signs with key {made.keyid[:16]} from now on.")
        _told(doubt, suspect_from)


def revoke(official: str, /, *, suspect_from: SuspectFrom = None) -> None:
    """Take an official out of the directory: what they sign from now on is refused.

    Of an official who is out already, --suspect-from says only from where on their keys are suspect.
    """
    from rogatory.adapters.officials import open_ledger
    from rogatory.adapters.officials import revoke as removed

    home, place = profile().home, _place(suspect_from)
    out = place is not None and official not in open_ledger(home).officials()
    receipt = None if out else removed(home, official, now=datetime.now(UTC))
    doubt = _suspected(official, place)
    if not emit({"id": official, "change": receipt.sequence if receipt else None, **doubt}):
        if receipt:
            say(f"{line(official)} may not act any more, by change {receipt.sequence} of the directory.")
        _told(doubt, suspect_from)


def passkey(
    official: str,
    /,
    *,
    remove: Annotated[bool, Parameter(negative=(), help="Take it away: it signs nothing from then on.")] = False,
    suspect_from: SuspectFrom = None,
) -> None:
    """Enter the passkey an official offered, or take theirs away.

    They make and offer it in the inbox: Your sessions, Your passkey. What it signed stays valid at its place.
    """
    from rogatory.adapters import passkeys

    home, place, now = profile().home, _place(suspect_from), datetime.now(UTC)
    if place is not None and not remove:
        raise UsageError("Only a passkey that is taken away can be suspect.", "Add --remove.")
    if remove:
        receipt = passkeys.remove(home, official, now=now)
        if receipt is None:
            if place is not None:
                raise NotFoundError(f"{line(official)} had only offered a passkey: it signed nothing that is suspect.")
            if not emit({"id": official, "passkey": None, "change": None}):
                say(f"The offer of {line(official)} was dropped; the directory has no passkey of theirs.")
            return
        doubt = _suspected(official, place)
        if not emit({"id": official, "passkey": None, "change": receipt.sequence, **doubt}):
            say(f"The passkey of {line(official)} signs nothing from now on, by change {receipt.sequence}.")
            _told(doubt, suspect_from)
        return
    made, receipt = passkeys.enter_offered(home, official, now=now)
    assert made.passkey
    if not emit({"id": official, "passkey": made.passkey.keyid, "change": receipt.sequence}):
        name, where = made.passkey.keyid[:16], line(made.passkey.relying_party)
        say(f"{line(official)} signs with passkey {name} too, at {where}.")


def re_attest(
    reference: str,
    number: int,
    /,
    *,
    note: Annotated[str, Parameter(help="What was checked, and how; it goes on record.")],
    command_id: CommandId = None,
) -> None:
    """Vouch, having checked it, for an act that a suspect key signed.

    Parameters
    ----------
    number: int
        The line of the case that records the act; rogatory verify names it.
    """
    from rogatory.attesting import Attesting

    with at_desk(Attesting) as desk:
        receipt = desk.re_attest(reference, number, note, command_id)
        left = desk.course(reference).acts.suspect(desk.ledger.directory())
    if receipt_shown(receipt, reference=reference, line=number, suspect=[act.number for act in left]):
        return
    say(f"Line {number} of {reference} is vouched for, by line {receipt.sequence}.")
    if left:
        next_step(f'rogatory officials re-attest {reference} {left[0].number} --note "..."   ({len(left)} suspect)')


def _place(typed: str | None) -> tuple[str, int] | None:
    """Where a suspicion begins; looked up before anything is changed."""
    from rogatory.adapters.suspecting import check_place

    return check_place(profile().home, typed) if typed is not None else None


def _suspected(official: str, place: tuple[str, int] | None) -> dict[str, object]:
    from rogatory.adapters.suspecting import suspect

    if place is None:
        return {}
    said, receipt = suspect(profile().home, official, place, now=datetime.now(UTC))
    return {"suspect_keys": list(said.keys), "cases": len(said.lines), "suspicion": receipt.sequence}


def _told(doubt: dict[str, object], place: str | None) -> None:
    if doubt:
        say(f"Their former keys are suspect from {place} on: acts in {doubt['cases']} cases.")
        next_step("rogatory verify FOLDER names the lines; another official checks each: rogatory officials re-attest")
