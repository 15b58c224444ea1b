"""When a period that the law sets has run. Pure.

One rule for all that are not counted in hours (dies a quo non computatur): the day of the event is not counted, the
last day is, to its end. Eighteen days from an arrest on 1 March run to the end of 19 March; on 19 March they still run,
on 20 March they have run. A period in months ends with the day of the same number, or with the last of the month where
it has no such day. Working days leave out Saturdays, Sundays and the holidays given; no other period is moved by them,
since no instrument here says so. Days begin and end in the time zone given: the requested state's. Hours are exact.
"""

import calendar
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from schemas.assessment import Clock

BACKWARDS = frozenset({"appearance"})
"""Anchors that lie at the end of the period: the papers come so long before the day of appearance."""
_LAST = time(23, 59, 59)
_SATURDAY = 5


def due(
    clock: Clock, anchor: datetime | date, *, holidays: Collection[date] = frozenset(), zone: tzinfo = UTC
) -> datetime:
    """The last second of the period; of one counted in hours, the moment at which it has run.

    Args:
        clock: the period.
        anchor: the event: aware; or only its day, which then begins at midnight in `zone`.
        holidays: days that are no working days, besides Saturdays and Sundays.
        zone: of the requested state.

    Returns:
        An aware datetime in `zone`, so that its date is the last day as a letter would name it. For an anchor that lies
        at the end (see BACKWARDS), the last second at which enough time is left.
    """
    moment = _moment(anchor, zone)
    sign = -1 if clock.anchor in BACKWARDS else 1
    if clock.unit == "hours":
        return (moment.astimezone(UTC) + sign * timedelta(hours=clock.value)).astimezone(zone)
    day = moment.date()
    if clock.unit == "months":
        day = _months_later(day, sign * clock.value)
    elif clock.unit == "working-days":
        day = _working_days_later(day, sign * clock.value, holidays)
    else:
        day += sign * timedelta(days=clock.value * (7 if clock.unit == "weeks" else 1))
    return datetime.combine(day, _LAST, zone)


@dataclass(frozen=True)
class Running:
    """Clocks by where they stand at a moment, each with the last second of its period."""

    fired: tuple[tuple[Clock, datetime], ...]
    """Their periods have run."""
    running: tuple[tuple[Clock, datetime], ...]
    waiting: tuple[Clock, ...]
    """Their events are not known to have happened."""


def run(
    clocks: Iterable[Clock],
    anchors: Mapping[str, datetime | date],
    on: datetime | date,
    *,
    holidays: Collection[date] = frozenset(),
    zone: tzinfo = UTC,
) -> Running:
    """Where each clock stands.

    Args:
        clocks: e.g. those of an assessment.
        anchors: word of an event to when it happened; see words.yaml, anchors.
        on: the moment asked about, aware; or a day, which means its first moment in `zone`: on the last day of a
            period it still runs.
        holidays: see `due`.
        zone: see `due`.
    """
    now = _moment(on, zone)
    fired: list[tuple[Clock, datetime]] = []
    running: list[tuple[Clock, datetime]] = []
    waiting: list[Clock] = []
    for clock in clocks:
        if clock.anchor not in anchors:
            waiting.append(clock)
            continue
        end = due(clock, anchors[clock.anchor], holidays=holidays, zone=zone)
        (fired if end <= now else running).append((clock, end))
    return Running(tuple(fired), tuple(running), tuple(waiting))


def _moment(value: datetime | date, zone: tzinfo) -> datetime:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("a moment without time zone")
        return value.astimezone(zone)
    return datetime.combine(value, time(), zone)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _working_days_later(day: date, days: int, holidays: Collection[date]) -> date:
    step = timedelta(days=1 if days > 0 else -1)
    left = abs(days)
    while left:
        day += step
        if day.weekday() < _SATURDAY and day not in holidays:
            left -= 1
    return day
