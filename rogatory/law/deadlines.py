"""From the timetable to dates: when a wait lapses, when to remind, when to escalate."""

from datetime import datetime, timedelta

from rogatory.law.model import Limit
from schemas.tasks import Deadline


def deadline(limit: Limit, opened: datetime) -> Deadline:
    """The deadline of a wait that was opened at `opened` (aware; calendar days of 24 hours are counted from it)."""
    due = opened + timedelta(days=limit.days)
    return Deadline(
        due_at=due,
        reminders=tuple(opened + timedelta(days=day) for day in limit.remind_after_days),
        source=limit.source,
        escalate_to=due + timedelta(days=limit.escalate_days) if limit.escalate_days else None,
        repeat_days=limit.repeat_days,
    )
