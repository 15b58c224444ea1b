"""Numbers of items: files, things and copies of a case are counted together."""

from rogatory.errors import UsageError
from rogatory.ports import Register
from schemas.identifiers import ItemId, Reference

LAST = 9999
"""An item's number has four digits at most."""


def first_free(register: Register, reference: Reference) -> int:
    """The number after the highest given in the case."""
    given = [row.item for row in register.items(reference)] + [row.item for row in register.exhibits(reference)]
    return 1 + max((int(item.rpartition("-E")[2]) for item in given), default=0)


def numbered(reference: Reference, number: int) -> ItemId:
    """The item of that number, such as XV-2026-0001-E01. Raises UsageError when all are used up."""
    if number > LAST:
        raise UsageError(f"All {LAST} numbers of items of {reference} are used up.")
    return f"{reference}-E{number:02d}"
