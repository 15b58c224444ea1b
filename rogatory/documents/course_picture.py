"""The course of a case as a picture: one bar for each wait, from its opening to its end or today. Pure.

    bars(tasks, closed, now)    the waits of a case, as bars
    svg(bars, title)            the picture, with its words for those who do not see it

No meaning is carried by colour alone: what is open is hatched, what is late says so, each bar has its days in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from schemas.register import TaskRow

WIDE, LABEL, WORDS, ROW, HEAD = 960, 270, 200, 30, 44
"""Pixels: the picture, its column of titles, its column of words, a row, and what is above the first."""


class Bar(NamedTuple):
    """One wait."""

    task: str
    stage: str
    title: str
    opened_at: datetime
    due: datetime
    closed_at: datetime | None
    """None while it is open."""
    state: str
    outcome: str | None
    days: int
    """Whole days it took, or has taken so far."""
    late: bool
    """It ended after its day, or is open and past it."""


def bars(tasks: Iterable[TaskRow], closed: Mapping[str, datetime], now: datetime) -> list[Bar]:
    """The waits in the order they opened.

    Args:
        tasks: all tasks of the case.
        closed: task id to the moment it ended, from the ledger.
        now: until when open waits are drawn.
    """
    made = []
    for task in sorted(tasks, key=lambda each: (each.opened_at, each.id)):
        ended = closed.get(task.id)
        until = ended or max(now, task.opened_at)
        made.append(
            Bar(
                task.id,
                task.stage.value,
                task.title,
                task.opened_at,
                task.due,
                ended,
                task.state,
                task.outcome,
                (until - task.opened_at).days,
                until > task.due,
            )
        )
    return made


def span(of: Sequence[Bar], now: datetime) -> tuple[datetime, datetime]:
    """From the first opening to the last end, or to the last day due where a wait is open."""
    ends = [bar.closed_at or max(now, bar.due) for bar in of]
    return min(bar.opened_at for bar in of), max(ends)


def share(moment: datetime, within: tuple[datetime, datetime]) -> float:
    """Where a moment lies in a span, 0 to 1."""
    whole = (within[1] - within[0]).total_seconds()
    return min(1.0, max(0.0, (moment - within[0]).total_seconds() / whole)) if whole else 0.0


def words(bar: Bar) -> str:
    """E.g. "12 days, approved" or "3 days so far, late"."""
    took = "1 day" if bar.days == 1 else f"{bar.days} days"
    said = f"{took}, {bar.outcome or 'ended'}" if bar.closed_at else f"{took} so far"
    return said + (", late" if bar.late else "")


def svg(of: Sequence[Bar], title: str, now: datetime) -> str:
    """The picture as SVG 1.1, by itself: no script, no font, nothing from outside."""
    within = span(of, now)
    room = WIDE - LABEL - WORDS
    tall = HEAD + ROW * len(of) + 16
    told = "; ".join(f"{bar.title}: from {bar.opened_at:%Y-%m-%d}, {words(bar)}" for bar in of)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDE}" height="{tall}" viewBox="0 0 {WIDE} {tall}"'
            ' role="img" aria-labelledby="t d" font-family="sans-serif" font-size="13" fill="#1a1a1a">'
        ),
        f'<title id="t">{escape(title)}</title><desc id="d">{escape(told)}.</desc>',
        (
            '<defs><pattern id="open" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
            '<rect width="6" height="6" fill="#fff"/><rect width="3" height="6" fill="#1d4f91"/></pattern></defs>'
        ),
        f'<rect width="{WIDE}" height="{tall}" fill="#fff"/>',
        f'<text x="{LABEL}" y="24">{within[0]:%Y-%m-%d}</text>',
        f'<text x="{LABEL + room}" y="24" text-anchor="end">{within[1]:%Y-%m-%d}</text>',
    ]
    for number, bar in enumerate(of):
        top = HEAD + ROW * number
        left = LABEL + room * share(bar.opened_at, within)
        right = LABEL + room * share(bar.closed_at or max(now, bar.opened_at), within)
        due = LABEL + room * share(bar.due, within)
        fill = "#1d4f91" if bar.closed_at else "url(#open)"
        parts += [
            f'<text x="8" y="{top + 17}">{escape(_fitting(bar.title))}</text>',
            (
                f'<rect x="{left:.1f}" y="{top + 5}" width="{max(right - left, 3):.1f}" height="16" fill="{fill}"'
                ' stroke="#1d4f91"/>'
            ),
            f'<path d="M{due:.1f} {top + 1}v24" stroke="#8a1c1c" stroke-width="2"/>',
            f'<text x="{LABEL + room + 10}" y="{top + 17}">{escape(words(bar))}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _fitting(title: str, most: int = 36) -> str:
    return title if len(title) <= most else title[: most - 1] + "…"
