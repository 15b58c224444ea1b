"""Says of an official's former keys that they may have been in wrong hands."""

import re
from datetime import datetime
from pathlib import Path

from rogatory.adapters.officials import change_directory, open_ledger
from rogatory.custody.directory import SUSPECTED
from rogatory.errors import UsageError
from schemas.commands import Receipt
from schemas.directory import Suspicion
from schemas.identifiers import OfficialId

PLACE = re.compile(r"([A-Z]{2}-\d{4}-\d{4}|directory)/(\d{1,9})")


def check_place(home: Path, place: str) -> tuple[str, int]:
    """Chain and number of a line, as typed. Raises UsageError, NotFoundError: there is no such line."""
    found = PLACE.fullmatch(place)
    if found is None:
        raise UsageError(f'"{place[:40]}" is no place in the ledger.', "Write case and line: XV-2026-0001/17")
    chain, number = found[1], int(found[2])
    open_ledger(home).place(chain, number)
    return chain, number


def suspect(home: Path, official: OfficialId, place: tuple[str, int], *, now: datetime) -> tuple[Suspicion, Receipt]:
    """Has the registrars say that what the former keys of that official signed from that line on is suspect.

    Raises NotFoundError: no such line, or no former key of theirs.
    """
    ledger = open_ledger(home)
    said = ledger.suspicion(official, *place)
    return said, change_directory(home, ledger, SUSPECTED, said.model_dump(mode="json"), now)
