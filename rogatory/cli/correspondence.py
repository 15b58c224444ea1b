"""rogatory case correspondence: the register of what came in and what went out."""

from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.output import day, emit, line, next_step, say, table
from rogatory.errors import UsageError
from schemas.register import Direction

WAYS = {"in": "came", "out": "went"}


def correspondence(
    *,
    incoming: Annotated[bool, Parameter(negative="", help="Only what came in.")] = False,
    outgoing: Annotated[bool, Parameter(negative="", help="Only what went out.")] = False,
    find: Annotated[
        str,
        Parameter(help="A reference of either side, a number such as 2026/17, a tracking number, a digest."),
    ] = "",
    limit: int = 100,
    offset: int = 0,
) -> None:
    """List what came in and went out in all cases, the last first: each piece has one running number a year.

    It holds what belongs to our own requests; requests of other states are not taken in here.
    """
    if incoming and outgoing:
        raise UsageError("--incoming and --outgoing leave nothing out together.", "Leave both away to see all.")
    if limit < 1 or offset < 0:
        raise UsageError("--limit is at least 1 and --offset at least 0.", "E.g. --limit 50 --offset 50")
    way = Direction.IN if incoming else Direction.OUT if outgoing else None
    rows = desk().register.correspondence(" ".join(find.split()), direction=way, limit=limit, offset=offset)
    if emit(rows):
        return
    if not rows:
        say(f"Nothing holds {line(find)}." if find.strip() else "Nothing came or went yet.")
        next_step("rogatory case list")
        return
    table(
        ("Number", "", "Date", "What", "Stands", "Case", "Their reference", "Channel"),
        [
            [
                f"{row.year}/{row.number}",
                WAYS[row.direction],
                day(row.at),
                row.kind.replace("-", " "),
                row.standing.replace("-", " "),
                row.reference,
                row.foreign_reference or "",
                " ".join(filter(None, (row.channel, row.mark))),
            ]
            for row in rows
        ],
    )
    open_ = next((row for row in rows if row.standing == "to-answer"), rows[0])
    next_step(f"rogatory case show {open_.reference}")
