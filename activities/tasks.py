"""Opening a task: it goes on record, and its deadline is fixed from dated rules."""

from collections.abc import Mapping

from pydantic import JsonValue
from temporalio import activity

from activities.refusals import final_refusals
from rogatory.custody.ledger import parse_line
from rogatory.law.deadlines import deadline
from rogatory.law.model import Limit
from rogatory.ports import CaseLedger
from schemas.break_glass import BreakGlassRule
from schemas.identifiers import Stage
from schemas.tasks import Deadline, OpenTask


class TaskActivities:
    """The timetable is the law's; its clock starts at the entry first written."""

    def __init__(
        self, ledger: CaseLedger, timetable: Mapping[Stage, Limit], urgent: Mapping[str, BreakGlassRule]
    ) -> None:
        self._ledger, self._timetable = ledger, timetable
        self._urgent = urgent
        """By type, the letters for which the glass may be broken."""

    @activity.defn
    def open_task(self, order: OpenTask) -> Deadline:
        """Records the opening; a retry finds the first entry and counts from its moment."""
        limit = self._timetable[order.stage]
        facts = order.entry.facts | {
            "roles": [role.value for role in order.roles],
            "due": deadline(limit, order.entry.at).due_at.isoformat(),
            "source": limit.source,
        }
        if order.stage is Stage.REVIEW:
            facts |= self._break_glass(order)
        with final_refusals():
            receipt = self._ledger.append(order.entry.model_copy(update={"facts": facts}))
        return deadline(limit, receipt.recorded_at)

    def _break_glass(self, order: OpenTask) -> dict[str, JsonValue]:
        """Says on the line that opens it whether the review may lose its reviewers: a verifier has no catalogue."""
        letter = order.entry.facts.get("letter")
        lines = self._ledger.lines(order.entry.reference)
        types = [str(e.facts.get("type")) for e in map(parse_line, lines) if e.facts.get("digest") == letter]
        rule = self._urgent.get(types[-1]) if types else None
        return {"break_glass": {"type": types[-1], "hours": rule.review_within_hours}} if rule else {}
