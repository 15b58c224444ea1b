"""rogatory case deadlines: the board of what is due."""

from datetime import UTC, datetime, time
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.output import due, emit, next_step, say, stamp, table


def deadlines(
    *,
    within: Annotated[int | None, Parameter(help="Only what is due within so many days, and what is late.")] = None,
) -> None:
    """List what is due in all cases, soonest first: tasks, periods of law that run, and what is owed for items."""
    now = datetime.now(UTC)
    at = desk()
    tasks, clocks = at.register.tasks(), at.register.clocks()
    found: list[tuple[datetime, dict[str, object]]] = [
        (
            task.due,
            {
                "reference": task.reference,
                "what": task.title,
                "due": stamp(task.due),
                "source": task.source,
                "task": task.id,
            },
        )
        for task in tasks
    ]
    found += [
        (
            clock.due,
            {
                "reference": clock.reference,
                "what": clock.what,
                "due": stamp(clock.due),
                "source": clock.source,
                "clock": clock.clock,
                "effect": clock.effect,
                "then": clock.then,
                "state": clock.state,
            },
        )
        for clock in clocks
    ]
    found += [
        (
            datetime.combine(owed.due, time.max, UTC),
            {
                "reference": owed.reference,
                "what": f"{owed.duty.capitalize()} {owed.item}",
                "due": stamp(datetime.combine(owed.due, time.max, UTC)),
                "source": owed.source,
                "item": owed.item,
            },
        )
        for owed in at.register.duties()
    ]
    rows = sorted((each for each in found if within is None or (each[0] - now).days < within), key=lambda each: each[0])
    if emit([row for _, row in rows]):
        return
    if not rows:
        say("Nothing is due.")
        return
    table(
        ("Case", "What", "Due", "Then", "Under"),
        [[row["reference"], row["what"], due(moment, now), _then(row), row["source"]] for moment, row in rows],
    )
    first = rows[0][1]
    next_step(
        f"rogatory task show {first['task']}"
        if "task" in first
        else f"rogatory evidence duties {first['reference']}"
        if "item" in first
        else f"rogatory extradition clocks {first['reference']}"
    )


def _then(row: dict[str, object]) -> str:
    """What the running out of a period of law means; a task's is that a person decides."""
    from rogatory.cli.extradition_case import CLOCK_WORDS

    return f"{CLOCK_WORDS.get(str(row['effect']), row['effect'])}: {row['then']}" if "clock" in row else ""
