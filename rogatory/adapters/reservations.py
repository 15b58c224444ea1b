"""References of cases: reserved once, never given twice."""

from sqlalchemy import Connection, insert, select
from sqlalchemy.sql.functions import max as maximum

from rogatory.adapters.tables import RESERVATIONS
from rogatory.errors import UsageError
from schemas.identifiers import Reference

LAST = 9999
"""A reference has four digits."""


def reserve(connection: Connection, state: str, year: int, command_id: str) -> Reference:
    """The next free reference of that state and year; the same command id gets the same one.

    Raises:
        UsageError: the year's references are used up.
    """
    kept = select(RESERVATIONS.c.reference).where(RESERVATIONS.c.command_id == command_id)
    if found := connection.execute(kept).scalar():
        return str(found)
    of_year = (RESERVATIONS.c.state == state) & (RESERVATIONS.c.year == year)
    number = (connection.execute(select(maximum(RESERVATIONS.c.number)).where(of_year)).scalar() or 0) + 1
    if number > LAST:
        raise UsageError(f"All {LAST} references of {state} in {year} are used up.")
    return _note(connection, (state, year, number), command_id)


def note_reference(connection: Connection, reference: Reference) -> None:
    """Keeps the reference of a case opened without a reservation from being given to another."""
    state, year, number = reference.split("-")
    taken = select(RESERVATIONS.c.reference).where(RESERVATIONS.c.reference == reference)
    if connection.execute(taken).scalar() is None:
        _note(connection, (state, int(year), int(number)), f"opened-{reference}")


def _note(connection: Connection, key: tuple[str, int, int], command_id: str) -> Reference:
    state, year, number = key
    reference = f"{state}-{year:04d}-{number:04d}"
    row = {"reference": reference, "state": state, "year": year, "number": number, "command_id": command_id}
    connection.execute(insert(RESERVATIONS).values(row))
    return reference
