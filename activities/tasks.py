"""Opening a task: it goes on record, and its deadline is fixed from dated rules."""

from collections.abc import Mapping
from datetime import timedelta

from temporalio import activity

from activities.refusals import final_refusals
from rogatory.law.model import Limit
from rogatory.ports import CaseLedger
from schemas.identifiers import Stage
from schemas.tasks import Deadline, OpenTask


class TaskActivities:
    """The timetable is the law's; its clock starts at the entry first written."""

    def __init__(self, ledger: CaseLedger, timetable: Mapping[Stage, Limit]) -> None:
        self._ledger, self._timetable = ledger, timetable

    @activity.defn
    def open_task(self, order: OpenTask) -> Deadline:
        """Records the opening; a retry finds the first entry and counts from its moment."""
        limit = self._timetable[order.stage]
        due = order.entry.at + timedelta(days=limit.days)
        facts = order.entry.facts | {
            "roles": [role.value for role in order.roles],
            "due": due.isoformat(),
            "source": limit.source,
        }
        with final_refusals():
            receipt = self._ledger.append(order.entry.model_copy(update={"facts": facts}))
        opened = receipt.recorded_at
        due = opened + timedelta(days=limit.days)
        return Deadline(
            due_at=due,
            reminders=tuple(opened + timedelta(days=day) for day in limit.remind_after_days),
            source=limit.source,
            escalate_to=due + timedelta(days=limit.escalate_days) if limit.escalate_days else None,
            repeat_days=limit.repeat_days,
        )
