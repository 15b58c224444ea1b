"""What the doctor looks at of signing: the time-stamping authority, archive time stamps that end, keys on tokens."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from rogatory.cli.doctor import Finding, all_cases
from rogatory.cli.output import day

if TYPE_CHECKING:
    from rogatory.profile import Profile

RENEW_WITHIN = timedelta(days=365)
"""How long before it ends an archive time stamp is spoken of as due."""
_UNTIL = re.compile(r"^B-LTA until (\d{4}-\d{2}-\d{2})$")


def time_stamps(where: "Profile") -> Finding:
    """Asks for one stamp and verifies it; says why where there is no authority."""
    from rogatory.adapters.timestamps import stamping, tried

    found = stamping(where.home)
    if isinstance(found, str):
        fix = "Name an authority with: rogatory timestamps https://..."
        return Finding("Time stamps", None, f"signatures are PAdES B-B: {found}", fix)
    made = tried(found)
    detail = f"{found.host}, {made.authority}, certificate ends {day(made.ends)}"
    if made.lists_end is not None:
        detail += f"; revocation lists count until {day(made.lists_end)}"
    return Finding("Time stamps", True, f"signatures are PAdES B-LTA: {detail}")


def archive_stamps(where: "Profile") -> Finding:
    """Which letter's or document's archive time stamp ends first, by the ledger."""
    from rogatory.desk import Desk

    desk = Desk(where)
    ends = [(end, reference) for reference in all_cases(desk.register) for end in _ends(desk.ledger.lines(reference))]
    if not ends:
        return Finding("Archive stamps", None, "no document has one")
    end, reference = min(ends)
    left = end - datetime.now(UTC).date()
    detail = f"{len(ends)} documents; the first to end is in {reference}, {day(end)}"
    fix = "Before that day, export the case and add an archive time stamp with a PAdES tool: docs/signatures.md"
    return Finding("Archive stamps", left > RENEW_WITHIN, detail, fix)


def tokens(where: "Profile") -> Finding:
    """Whether each token named in config.json is there; no PIN is asked for or used."""
    from rogatory.adapters.signing_settings import read_settings

    named = read_settings(where.home).signers
    if not named:
        return Finding("Tokens", None, "no key is on a token: keys are files of this home")
    from rogatory.adapters.tokens import find_token

    for settings in named.values():
        find_token(settings)
    return Finding("Tokens", True, f"there: {', '.join(f'{who} on {on.token}' for who, on in named.items())}")


def _ends(lines: Sequence[str]) -> Iterator[date]:
    from rogatory.custody.ledger import parse_line

    for text in lines:
        if found := _UNTIL.match(str(parse_line(text).facts.get("signature"))):
            yield date.fromisoformat(found[1])
