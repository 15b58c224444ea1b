"""From limits in days to moments."""

from datetime import UTC, datetime, timedelta

from rogatory.law.deadlines import deadline
from rogatory.law.registry import load_lawbook
from schemas.identifiers import Stage

OPENED = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)


def test_a_review_reminds_lapses_and_escalates() -> None:
    found = deadline(load_lawbook().timetable[Stage.REVIEW], OPENED)
    assert found.due_at == datetime(2026, 12, 22, 15, 30, tzinfo=UTC)
    assert found.reminders == (OPENED + timedelta(days=10), OPENED + timedelta(days=20))
    assert found.escalate_to == datetime(2027, 1, 1, 15, 30, tzinfo=UTC)
    assert (found.source, found.repeat_days) == ("house rule", 30)


def test_a_wait_without_escalation_lapses_at_once() -> None:
    found = deadline(load_lawbook().timetable[Stage.EVIDENCE_RETURN], OPENED)
    assert found.escalate_to is None
    assert found.due_at == datetime(2027, 11, 22, 15, 30, tzinfo=UTC)
    assert [(reminder - OPENED).days for reminder in found.reminders] == list(range(30, 365, 30))
