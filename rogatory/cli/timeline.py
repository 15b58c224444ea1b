"""rogatory case timeline: the course of a case as a picture; and what `case show --follow` does."""

import shutil
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.output import day, emit, line, mark, minute, next_step, say, stamp, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rogatory.desk import Desk
    from rogatory.documents.course_picture import Bar

EVERY = 1.0
"""Seconds between two looks at the register."""


def timeline(
    reference: str,
    /,
    *,
    svg: Annotated[Path | None, Parameter(help="Also draw it as this SVG file.")] = None,
) -> None:
    """Show the course of a case as a picture: one bar for each wait, and the day it was due."""
    from rogatory.documents import course_picture

    at, now = desk(), datetime.now(UTC)
    row = at.register.case(reference)
    found = course_picture.bars(at.register.tasks(reference=reference, open_only=False), _closed(at, reference), now)
    if svg is not None and found:
        from rogatory.exports import write_whole

        title = f"{reference}, to {row.requested_state}: {row.status}"
        write_whole(svg, course_picture.svg(found, title, now).encode())
    start, end = course_picture.span(found, now) if found else (row.opened_at, row.changed_at)
    path = svg if found else None
    stages = [bar._asdict() for bar in found]
    told = {"reference": reference, "status": row.status, "from": stamp(start), "to": stamp(end)}
    if emit(told | {"path": path, "stages": stages}):
        return
    if not found:
        say(f"{reference} has waited for nobody yet.")
    else:
        _draw(found, now)
    if path is not None:
        say(f"Wrote {path}")
    next_step(f"rogatory case show {reference}")


def follow(reference: str) -> None:
    """Says each new event as it comes, until the case has ended."""
    from rogatory.cli.cases import ASIDE
    from schemas.case import CaseResult

    at, ended = desk(), {result.value for result in CaseResult}
    seen = len(at.register.timeline(reference))
    while at.register.case(reference).status not in ended:
        sys.stdout.flush()
        time.sleep(EVERY)
        events = at.register.timeline(reference)
        for event in events[seen:]:
            if event.event not in ASIDE:
                say(f"  {mark(True)} {minute(event.at):<22} {line(event.by):<14} {line(event.detail)}")
        seen = len(events)
    say(f"{reference} has ended: {at.register.case(reference).status}.")
    next_step(f"rogatory case documents {reference} --save DIR")


def _closed(at: "Desk", reference: str) -> dict[str, datetime]:
    """Task to the moment it ended."""
    from rogatory.custody.ledger import parse_line

    entries = [parse_line(text) for text in at.ledger.lines(reference)]
    return {str(each.facts.get("task")): each.at for each in entries if each.event == "task-closed"}


def _draw(found: "Sequence[Bar]", now: datetime) -> None:
    from rogatory.documents.course_picture import share, span, words

    wide = min(shutil.get_terminal_size((100, 24)).columns, 120)
    room = max(20, wide - 34 - 30)
    within = span(found, now)
    first, last = day(within[0]), day(within[1])
    say(f"{'':34}{first}{' ' * max(1, room - len(first) - len(last))}{last}")
    for bar in found:
        cells = [" "] * room
        start = int(share(bar.opened_at, within) * (room - 1))
        stop = int(share(bar.closed_at or max(now, bar.opened_at), within) * (room - 1))
        cells[start : stop + 1] = ["█" if bar.closed_at else "▒"] * (stop + 1 - start)
        cells[int(share(bar.due, within) * (room - 1))] = "┆"
        title = line(bar.title)[:30]
        said = f"{mark(not bar.late if bar.closed_at else None)} {title}{' ' * (31 - width(title))} "
        sys.stdout.write(said)
        say(f"{''.join(cells)}  {words(bar)}")
    say(f"{'':34}█ ended   ▒ open   ┆ due")
