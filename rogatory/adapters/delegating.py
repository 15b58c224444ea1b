"""Has the registrars enter delegations, deputies and absences, and end them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from pydantic import JsonValue

from rogatory.adapters.officials import change_directory, open_ledger
from rogatory.custody.directory import entry_id_of
from rogatory.custody.dsse import parse_canonical
from rogatory.custody.powers import ABSENT, DELEGATED, ENDED, sign_word
from rogatory.custody.statement import disclose, disclosure_digest
from rogatory.errors import NotFoundError, RefusedError, UsageError
from rogatory.ports import Signer
from schemas.commands import Receipt
from schemas.identifiers import OfficialId, Reference, Role


def delegate(
    home: Path,
    signer: Signer,
    delegator: OfficialId,
    to: OfficialId,
    *,
    roles: Sequence[Role],
    cases: Sequence[Reference],
    until: date | None,
    deputy: bool,
    reason: str,
    now: datetime,
) -> tuple[str, Receipt]:
    """Enters a delegation, signed by the delegator and the registrars; returns its id, by which it is ended.

    The reason may name persons: the directory carries its salted digest only.

    Raises:
        NotFoundError: one of the two is not in the directory. UsageError: the last day is past.
        RefusedError: the rules of rogatory/custody/powers.py forbid it.
    """
    ledger = open_ledger(home)
    officials = ledger.officials()
    for name in (delegator, to):
        if name not in officials:
            raise NotFoundError(f"The directory knows no {name[:40]}.", "See: rogatory officials list")
    if until is not None and until < now.date():
        raise UsageError(f"{until} is past.", "Name the last day of the delegation.")
    for reference in cases:
        ledger.head(reference)  # a clear "no such case"
    disclosure = disclose("reason", reason)
    facts: dict[str, JsonValue] = {
        "from": delegator,
        "to": to,
        "persons": [officials[delegator].person, officials[to].person],
        "roles": [*sorted(role.value for role in set(roles))],
        "cases": [*sorted(set(cases))] or None,
        "until": until.isoformat() if until else None,
        "deputy": deputy,
        "_sd": {"reason": disclosure_digest(disclosure)},
    }
    command_id = f"{DELEGATED}-{secrets.token_hex(4)}"
    facts["word"] = parse_canonical(sign_word(facts, command_id, signer).encode())
    words = {"reason": disclosure}
    return command_id, change_directory(home, ledger, DELEGATED, facts, now, command_id=command_id, words=words)


def note_absence(home: Path, official: OfficialId, *, now: datetime) -> tuple[str, Receipt]:
    """Puts an absence on record: from now on their deputies may act. Raises NotFoundError, RefusedError."""
    ledger = open_ledger(home)
    if official not in ledger.officials():
        raise NotFoundError(f"The directory knows no {official[:40]}.", "See: rogatory officials list")
    if official in ledger.directory().powers().absences.values():
        raise RefusedError("AlreadyDecided", f"{official} is on record as absent.")
    command_id = f"{ABSENT}-{secrets.token_hex(4)}"
    return command_id, change_directory(home, ledger, ABSENT, {"absent": official}, now, command_id=command_id)


def end(home: Path, what: str, *, now: datetime) -> Receipt:
    """Ends a delegation or an absence, by its id or the absent official's name. Raises NotFoundError."""
    ledger = open_ledger(home)
    powers = ledger.directory().powers()
    named = next((entry_id for entry_id, who in powers.absences.items() if who == what), entry_id_of(what))
    if named not in powers.grants and named not in powers.absences:
        raise NotFoundError(f"No delegation or absence {what[:40]} is in force.", "See: rogatory officials list")
    return change_directory(home, ledger, ENDED, {"ends": named}, now)
