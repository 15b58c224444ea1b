"""When periods have run: the day of the event is not counted, the last day is, to its end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.law.clocks import due, run
from schemas.assessment import Clock

EAST = ZoneInfo("Etc/GMT-9")


def clock(value: int, unit: str, anchor: str = "arrest", id_: str = "release") -> Clock:
    given_: dict[str, Any] = {"value": value, "unit": unit, "anchor": anchor, "id": id_}
    words = {"what": "a period", "effect": "must", "then": "it ends", "instrument": "xt", "source": "", "url": ""}
    return Clock(rule="XT-01", **given_, **words)


ENDS = [
    # Golden case 6: eighteen and forty days from an arrest.
    (clock(18, "days"), date(2026, 3, 1), date(2026, 3, 19)),
    (clock(40, "days"), date(2026, 3, 1), date(2026, 4, 10)),
    # Golden case 25: two months from 5 March.
    (clock(2, "months"), date(2026, 3, 5), date(2026, 5, 5)),
    (clock(1, "months"), date(2026, 1, 31), date(2026, 2, 28)),
    (clock(1, "months"), date(2028, 1, 31), date(2028, 2, 29)),
    (clock(12, "months"), date(2026, 12, 31), date(2027, 12, 31)),
    (clock(2, "weeks"), date(2026, 3, 1), date(2026, 3, 15)),
    # Over a weekend; 24 and 25 December are holidays.
    (clock(5, "working-days"), date(2026, 12, 21), date(2026, 12, 30)),
    (clock(1, "working-days"), date(2026, 12, 25), date(2026, 12, 28)),
    # Counted backwards from the day of appearance.
    (clock(50, "days", "appearance"), date(2026, 12, 1), date(2026, 10, 12)),
    (clock(2, "months", "appearance"), date(2026, 1, 31), date(2025, 11, 30)),
]
HOLIDAYS = {date(2026, 12, 24), date(2026, 12, 25)}


@pytest.mark.parametrize(("period", "anchor", "last"), ENDS)
def test_the_last_day_of_a_period(period: Clock, anchor: date, last: date) -> None:
    end = due(period, anchor, holidays=HOLIDAYS, zone=EAST)
    assert end.isoformat() == f"{last.isoformat()}T23:59:59+09:00"


def test_the_day_is_that_of_the_requested_state() -> None:
    arrest = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)  # 2 March in the east
    assert due(clock(18, "days"), arrest, zone=EAST).date() == date(2026, 3, 20)
    assert due(clock(18, "days"), arrest).date() == date(2026, 3, 19)


def test_hours_are_exact_and_go_through_a_change_of_the_clocks() -> None:
    zone = ZoneInfo("Europe/Zurich")
    before = datetime(2026, 3, 28, 12, 0, tzinfo=zone)  # summer time begins in the night that follows
    end = due(clock(24, "hours"), before, zone=zone)
    assert end.isoformat() == "2026-03-29T13:00:00+02:00"
    assert end - before.astimezone(UTC) == timedelta(hours=24)
    assert due(clock(1, "days"), before, zone=zone).isoformat() == "2026-03-29T23:59:59+02:00"


def test_a_moment_without_a_zone_is_none() -> None:
    with pytest.raises(ValueError, match="without time zone"):
        due(clock(1, "days"), datetime(2026, 3, 1, 12, 0))  # noqa: DTZ001


def test_on_the_last_day_a_period_still_runs() -> None:
    clocks = [clock(18, "days", id_="may"), clock(40, "days", id_="must"), clock(5, "days", "consent", "consented")]
    anchors = {"arrest": date(2026, 3, 1)}

    def at(on: date | datetime) -> tuple[list[str], list[str], list[str]]:
        found = run(clocks, anchors, on)
        return [c.id for c, _ in found.fired], [c.id for c, _ in found.running], [c.id for c in found.waiting]

    assert at(date(2026, 3, 19)) == ([], ["may", "must"], ["consented"])
    assert at(datetime(2026, 3, 19, 23, 0, tzinfo=UTC)) == ([], ["may", "must"], ["consented"])
    assert at(date(2026, 3, 20)) == (["may"], ["must"], ["consented"])
    assert at(date(2026, 4, 11)) == (["may", "must"], [], ["consented"])


DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
UNITS = st.sampled_from(["hours", "days", "working-days", "weeks", "months"])
ZONES = st.sampled_from([UTC, EAST, ZoneInfo("Europe/Zurich"), ZoneInfo("America/New_York"), ZoneInfo("Etc/GMT+12")])


@given(DAYS, st.integers(1, 400), UNITS, ZONES)
def test_a_longer_period_never_ends_before_a_shorter(day: date, value: int, unit: str, zone: Any) -> None:
    assert due(clock(value, unit), day, zone=zone) <= due(clock(value + 1, unit), day, zone=zone)


@given(DAYS, st.integers(0, 400), st.integers(1, 400), UNITS, ZONES)
def test_a_later_event_never_ends_a_period_before(day: date, gap: int, value: int, unit: str, zone: Any) -> None:
    later = day + timedelta(days=gap)
    assert due(clock(value, unit), day, zone=zone) <= due(clock(value, unit), later, zone=zone)


@given(DAYS, st.integers(1, 400), UNITS, ZONES)
def test_a_period_ends_after_its_event_and_is_told_once(day: date, value: int, unit: str, zone: Any) -> None:
    period = clock(value, unit)
    end = due(period, day, zone=zone)
    assert end.astimezone(UTC) > datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
    for moment, fired in ((end - timedelta(seconds=1), 0), (end, 1)):
        found = run([period], {"arrest": day}, moment, zone=zone)
        assert (len(found.fired), len(found.running), len(found.waiting)) == (fired, 1 - fired, 0)


@given(DAYS, st.integers(1, 60), st.sets(DAYS, max_size=30))
def test_working_days_end_on_one_and_are_counted_in_full(day: date, value: int, holidays: set[date]) -> None:
    last = due(clock(value, "working-days"), day, holidays=holidays).date()
    assert last.weekday() < 5
    assert last not in holidays
    between = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    assert sum(each.weekday() < 5 and each not in holidays for each in between) == value


@given(DAYS, st.integers(1, 400))
def test_days_and_weeks_are_calendar_days(day: date, value: int) -> None:
    assert due(clock(value, "days"), day).date() - day == timedelta(days=value)
    assert due(clock(value, "weeks"), day) == due(clock(7 * value, "days"), day)
