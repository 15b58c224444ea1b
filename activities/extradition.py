"""What an extradition needs of law and request: the periods that run from an event, the codes its course turns on."""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from temporalio import activity

from activities.refusals import final_refusals
from rogatory.law.clocks import due
from rogatory.law.model import StateProfile
from rogatory.ports import CaseLedger, EvidenceVault
from schemas.assessment import Clock, LegalAssessment
from schemas.documents import ANNEXES, DocumentType
from schemas.extradition import ExtraditionDraft
from schemas.extradition_tasks import Brief, BriefOrder, ClockOrder, RunningClock
from schemas.filed import FiledRequest
from schemas.tasks import LedgerEntry

USUAL = {
    "arrest": ("receipt",),
    "notice-of-arrest": ("receipt",),
    "consent": ("decision",),
    "decision": ("surrender",),
    "final-decision": ("surrender",),
    "notification-of-decision": ("surrender",),
    "committal": ("surrender",),
    "at-disposal": ("surrender",),
    "appointed-date": ("surrender",),
    "new-date": ("surrender",),
    "waiver-request": ("waiver",),
    "onward-request": ("onward",),
    "final-discharge": ("departure",),
    "preservation": ("follow-up",),
}
"""Anchor: the event that meets a period counted from it, where its rule names no other."""


class LawClockActivities:
    """The periods are the law's; each is on the ledger, with its day, before it runs."""

    def __init__(self, ledger: CaseLedger, states: Mapping[str, StateProfile]) -> None:
        self._ledger, self._states = ledger, states

    @activity.defn
    def start_clocks(self, order: ClockOrder) -> tuple[RunningClock, ...]:
        """Puts every period on record that runs from the event; a retry finds the first entries."""
        chosen = [clock for clock in order.clocks if clock.anchor == order.anchor]
        chosen = chosen or [clock for clock in order.clocks if order.instead and clock.anchor == order.instead]
        return tuple(self._start(clock, order) for clock in chosen)

    def _start(self, clock: Clock, order: ClockOrder) -> RunningClock:
        running = RunningClock(
            key=f"{order.task}/{clock.instrument}.{clock.id}-{order.run}",
            id=clock.id,
            rule=clock.rule,
            anchor=order.anchor,
            due_at=self._due(clock, order),
            effect=clock.effect,
            then=clock.then,
            source=clock.source,
            until=clock.until or USUAL.get(clock.anchor, ()),
            run=order.run,
            estimated=order.estimated,
        )
        facts = running.model_dump(mode="json", exclude={"due_at"}) | {
            "clock": running.key,
            "task": order.task,
            "what": clock.what,
            "from": order.on.isoformat(),
            "due": running.due_at.isoformat(),
            "url": clock.url,
            "checked_on": clock.checked_on.isoformat() if clock.checked_on else None,
        }
        with final_refusals():
            self._ledger.append(
                LedgerEntry(
                    entry_id=running.key, reference=order.reference, at=order.at, event="clock-started", facts=facts
                )
            )
        return running

    def _due(self, clock: Clock, order: ClockOrder) -> datetime:
        """A period in hours runs from the moment, where it is known; every other from the day."""
        state = self._states.get(order.requested_state)
        start = order.moment if order.moment and clock.unit == "hours" else order.on
        return due(clock, start, holidays=state.holidays if state else (), zone=_zone(state))


def _zone(state: StateProfile | None) -> tzinfo:
    try:
        return ZoneInfo(state.time_zone) if state and state.time_zone else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC  # a profile's own words, e.g. "UTC+1": at most a day's difference, and the date is what counts


class BriefActivities:
    """Reads a filed request; writes nothing."""

    def __init__(self, vault: EvidenceVault) -> None:
        self._vault = vault

    @activity.defn
    def read_brief(self, order: BriefOrder) -> Brief:
        """The codes and numbers the procedure turns on; no word of the request leaves the vault."""
        draft = FiledRequest.model_validate_json(self._vault.read(order.reference, order.request)).draft
        assert isinstance(draft, ExtraditionDraft), "the case was opened for an extradition"
        law = LegalAssessment.model_validate_json(self._vault.read(order.reference, order.assessment))
        given = tuple(dict.fromkeys(assurance.kind for assurance in draft.assurances))
        return Brief(
            provisional=draft.provisional_arrest.requested,
            offences=len(draft.offences),
            required=tuple(dict.fromkeys(paper.item for paper in law.dossier)),
            present=tuple(dict.fromkeys(paper.item for paper in draft.dossier)),
            assurances=given,
            annexes=tuple(each for each in ANNEXES if given or each is not DocumentType.ASSURANCE_LETTER),
        )
