"""Opening a task: it goes on record, and its deadline is fixed from dated rules."""

from collections.abc import Mapping

from temporalio import activity

from activities.refusals import final_refusals
from rogatory.law.deadlines import deadline
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
        facts = order.entry.facts | {
            "roles": [role.value for role in order.roles],
            "due": deadline(limit, order.entry.at).due_at.isoformat(),
            "source": limit.source,
        }
        with final_refusals():
            receipt = self._ledger.append(order.entry.model_copy(update={"facts": facts}))
        return deadline(limit, receipt.recorded_at)
