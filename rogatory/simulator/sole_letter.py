"""What the simulator answers to a letter of one kind of assistance alone: one report, if any is called for."""

from datetime import datetime

from pydantic import JsonValue

from rogatory.simulator.docket import SimulatedCase
from rogatory.simulator.evidence import Measure
from rogatory.simulator.extradition import Report
from schemas.request import SOLE_MEASURES


def alone_in(case: JsonValue) -> str:
    """The kind of such a letter, from its case.json; empty for every other."""
    request = case.get("request") if isinstance(case, dict) else None
    kind = request.get("kind") if isinstance(request, dict) else None
    return kind if isinstance(kind, str) and kind in SOLE_MEASURES else ""


def answer_to(case: SimulatedCase, measures: list[Measure], now: datetime) -> Report | None:
    """Data are preserved on the day; conditions are accepted; information without conditions is only acknowledged."""
    if case.alone == "preservation":
        return Report("preserved", "report-preserved", {"preserved_on": now.date().isoformat()})
    if any(measure.details.get("conditions") for measure in measures):
        return Report("conditions", "answer-conditions", {"accepted": True})
    return None
