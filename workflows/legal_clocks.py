"""The periods of law that run beside a wait, or beside the whole case.

Each is put on record when it starts, when it is met, and when it runs out, with the rule that sets it; when it runs out
a notice is drawn up. None closes anything: what may or must happen then is for people. Day 40 does not end a case.
"""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta

from pydantic import JsonValue
from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from activities.extradition import LawClockActivities
    from schemas.assessment import Clock
    from schemas.documents import DocumentType
    from schemas.extradition_tasks import ClockOrder, Happening, RunningClock
    from schemas.tasks import TaskOrder

from workflows.docket import Docket, FollowUp
from workflows.options import LEDGER


class LegalClocks:
    """The clocks of one task, or of the case.

    Args:
        docket: the record they are kept on.
        order: whose documents their notices are, as it stands when a notice is drawn up.
        follow_up: who does the work that falls to them, one thing after the other.
    """

    def __init__(self, docket: Docket, order: Callable[[], TaskOrder], follow_up: Callable[[FollowUp], None]) -> None:
        self._docket, self._order, self._follow_up = docket, order, follow_up
        self.running: dict[str, RunningClock] = {}
        self.ran_out: dict[str, RunningClock] = {}
        self._met: set[str] = set()
        self._happened: dict[str, date] = {}
        self._runs: dict[str, int] = {}
        self._watches: set[asyncio.Task[None]] = set()

    def start(self, clocks: tuple[Clock, ...], happened: Happening, instead: str = "") -> None:
        """Starts the periods that run from what happened; `instead` is the anchor of those that then run anew."""
        if any(clock.anchor in {happened.event, instead} for clock in clocks):
            self._follow_up(lambda: self._start(clocks, happened, instead))

    def meet(self, event: str, on: date, run: int | None = None) -> None:
        """An event periods wait for has happened; one that ran out before it was known is met all the same.

        Args:
            event: a word of the law data, e.g. receipt.
            on: its day.
            run: which of several periods it answers; left out, it happens once and also meets what starts later.
        """
        if run is None:
            self._happened[event] = on
        self._follow_up(lambda: self._meet_all(event, on, run))

    def stop(self, anchor: str, reason: str) -> None:
        """Periods counted from that event no longer matter: another day was agreed, the surrender is postponed."""
        self._follow_up(lambda: self._stop_all(anchor, reason))

    def ended(self, *anchors: str) -> bool:
        """Whether a period that by itself ends a right, counted from one of these, has run out."""
        return any(clock.effect == "ends" and clock.anchor in anchors for clock in self.ran_out.values())

    def silence(self) -> None:
        """Nothing runs out any more: the case is closing."""
        self.running.clear()

    async def _start(self, clocks: tuple[Clock, ...], happened: Happening, instead: str) -> None:
        order = self._order()
        self._runs[happened.event] = run = self._runs.get(happened.event, 0) + 1
        started = await workflow.execute_activity_method(
            LawClockActivities.start_clocks,
            ClockOrder(
                reference=order.reference,
                task=self._docket.task,
                requested_state=order.requested_state,
                clocks=clocks,
                anchor=happened.event,
                on=happened.on,
                moment=happened.moment,
                estimated=happened.estimated,
                instead=instead,
                run=run,
                at=workflow.now(),
            ),
            **LEDGER,
        )
        for clock in started:
            self.running[clock.key] = clock
            watch = asyncio.create_task(self._watch(clock))
            self._watches.add(watch)
            watch.add_done_callback(self._watches.discard)
            for event in clock.until:
                if event in self._happened:
                    await self._meet(clock, event, self._happened[event])

    async def _watch(self, clock: RunningClock) -> None:
        left = max(clock.due_at - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(lambda: clock.key not in self.running, timeout=left)
        except TimeoutError:
            self._follow_up(lambda: self._run_out(clock))

    async def _run_out(self, clock: RunningClock) -> None:
        if self.running.pop(clock.key, None) is None:
            return  # met at the last moment
        self.ran_out[clock.key] = clock
        facts = _facts(clock) | {"effect": clock.effect, "then": clock.then, "source": clock.source}
        facts |= {"from": clock.anchor, "estimated": clock.estimated, "due": clock.due_at.isoformat()}
        await self._record("clock-ran-out", clock, facts)
        await self._docket.render(DocumentType.CLOCK_NOTICE, self._order(), f"notice-{_name(clock)}", facts)

    async def _meet_all(self, event: str, on: date, run: int | None) -> None:
        for clock in [*self.running.values(), *self.ran_out.values()]:
            if event in clock.until and run in {None, clock.run}:
                await self._meet(clock, event, on)

    async def _meet(self, clock: RunningClock, event: str, on: date) -> None:
        if clock.key in self._met:
            return
        self._met.add(clock.key)
        self.running.pop(clock.key, None)
        if in_time := on <= clock.due_at.date():
            self.ran_out.pop(clock.key, None)  # it was only not known in time
        facts: dict[str, JsonValue] = {"by": event, "on": on.isoformat(), "in_time": in_time}
        await self._record("clock-met", clock, facts)

    async def _stop_all(self, anchor: str, reason: str) -> None:
        for clock in list(self.running.values()):
            if clock.anchor == anchor:
                self.running.pop(clock.key)
                await self._record("clock-stopped", clock, {"reason": reason})

    async def _record(self, event: str, clock: RunningClock, facts: dict[str, JsonValue]) -> None:
        await self._docket.record(event, f"{event}-{_name(clock)}", _facts(clock) | facts)


def _facts(clock: RunningClock) -> dict[str, JsonValue]:
    return {"clock": clock.key, "rule": clock.rule, "task": clock.key.rsplit("/", 1)[0]}


def _name(clock: RunningClock) -> str:
    return clock.key.rsplit("/", 1)[1]
