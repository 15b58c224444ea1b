"""One ledger entry as an event for people, in plain English; codes and digests only, no words about persons."""

from collections.abc import Callable

from pydantic import JsonValue

from rogatory.custody.ledger import Entry
from schemas.register import TimelineEvent

PROCEDURE = "procedure"
"""Who acts when no person does."""
Facts = dict[str, JsonValue]


def event_of_entry(entry: Entry) -> TimelineEvent:
    """The event; `event` is the ledger's own code, `by` an official's id or "procedure"."""
    words = WORDS.get(entry.event)
    detail = words(entry.facts) if words else entry.event.replace("-", " ").capitalize()
    return TimelineEvent(
        at=entry.at,
        sequence=entry.seq,
        event=entry.event,
        # of a period that was met, `by` names the event that met it
        by=PROCEDURE if entry.event == "clock-met" else _said(entry.facts, "by") or PROCEDURE,
        detail=f"{detail}, on behalf of {giver}" if (giver := _said(entry.facts, "on_behalf_of")) else detail,
        documents=tuple(
            value
            for name in ("digest", "letter", "signed_letter", "package", "manifest", "proof")
            if isinstance(value := entry.facts.get(name), str) and value.startswith("sha256:")
        ),
    )


def _said(facts: Facts, name: str) -> str:
    value = facts.get(name)
    return "" if value is None else str(value)


def _items(facts: Facts) -> int:
    items = facts.get("items")
    return len(items) if isinstance(items, list) else items if isinstance(items, int) else 0


def _counted(number: int, one: str) -> str:
    return f"1 {one}" if number == 1 else f"{number} {one}s"


def _assessed(facts: Facts) -> str:
    return (
        f"Law checked: {_said(facts, 'met')} points met, {_said(facts, 'warnings')} to look at, "
        f"{_said(facts, 'blocking')} that block"
    )


def _document(facts: Facts) -> str:
    pages = facts.get("pages")
    kind = _said(facts, "type").replace("_", " ").capitalize()
    return f"{kind}, {_counted(pages, 'page')}" if isinstance(pages, int) else kind


def _task(facts: Facts) -> str:
    stage = _said(facts, "awaits") or _said(facts, "stage").replace("-", " ")
    due = _said(facts, "due")[:10]
    return f"{stage.capitalize()}, due {due}" if due else stage.capitalize()


def _decide(facts: Facts) -> str:
    verdict, role = _said(facts, "verdict"), _said(facts, "role")
    if verdict == "approve":
        if facts.get("signed_letter"):
            return f"Letter signed, PAdES {facts['signature']}" if facts.get("signature") else "Letter signed"
        return f"Letter approved as {role}"
    return f"Letter returned by {role}" if verdict == "return" else f"Request refused by {role}"


def _send(facts: Facts) -> str:
    tracking = _said(facts, "tracking")
    return f"By {_said(facts, 'channel')}" + (f", tracking {tracking}" if tracking else "")


def _receive(facts: Facts) -> str:
    more = "no more is to come" if facts.get("complete") else "more may come"
    return f"{_counted(_items(facts), 'item')}, held by {_said(facts, 'holder')}; {more}"


def _resolve(facts: Facts) -> str:
    return f"{_said(facts, 'item')} {'kept, the discrepancy on record' if facts.get('keep') else 'excluded'}"


def _decision(facts: Facts) -> str:
    granted, refused, demanded = (_items({"items": facts.get(name)}) for name in ("granted", "refused", "demanded"))
    said = [f"granted for {_counted(granted, 'offence')}"] if granted else []
    said += [f"refused for {_counted(refused, 'offence')}"] if refused else []
    said += [f"{_counted(demanded, 'assurance')} demanded first"] if demanded else []
    return f"Extradition {', '.join(said)}"


def _clock(facts: Facts) -> str:
    """A period by its rule and source, with its day."""
    return f"{_said(facts, 'source') or _said(facts, 'rule')}, {_said(facts, 'due')[:10]}"


def _met(facts: Facts) -> str:
    when = "in time" if facts.get("in_time") else "after the period had run out"
    return f"{_said(facts, 'rule')} met by {_said(facts, 'by').replace('-', ' ')} on {_said(facts, 'on')}, {when}"


def _cosigned(facts: Facts) -> str:
    return f"{_said(facts, 'state')} cosigned the ledger at {_counted(int(str(facts.get('size', 0))), 'line')}"


def _entered(facts: Facts) -> str:
    how = "entered" if facts.get("holder") == facts.get("by") else f"announced by {_said(facts, 'holder')}"
    return f"{_said(facts, 'item')} {how}{_seal(facts)}{_differs(facts)}"


def _moved(what: str) -> Callable[[Facts], str]:
    return lambda facts: f"{_said(facts, 'item')} {what}{_seal(facts)}{_differs(facts)}"


def _seal(facts: Facts) -> str:
    return f", under seal {facts['seal_after']}" if facts.get("seal_after") else ", without a seal"


def _differs(facts: Facts) -> str:
    differs = facts.get("differs")
    return f"; differs: {', '.join(map(str, differs))}" if isinstance(differs, list) and differs else ""


WORDS: dict[str, Callable[[Facts], str]] = {
    "head-cosigned": _cosigned,
    "request-opened": lambda facts: f"Request filed for {_said(facts, 'requested_state')}",
    "assessed": _assessed,
    "document-made": _document,
    "version-filed": lambda facts: f"Version {_said(facts, 'version')} takes the place of the one before",
    "task-opened": _task,
    "reminded": lambda facts: f"Reminder {_said(facts, 'number')}",
    "escalated": lambda facts: f"Time ran out; now due {_said(facts, 'due')[:10]}",
    "lapsed": lambda _: "Time ran out; a person decides",
    "task-closed": lambda facts: f"Ended: {_said(facts, 'outcome')}",
    "package-made": lambda facts: f"Package of the {_said(facts, 'kind')} sealed and encrypted",
    "dispatched": lambda facts: f"The {_said(facts, 'kind')} went out by {_said(facts, 'channel')}",
    "custody-checked": lambda facts: f"{_counted(_items(facts), 'item')} measured again, ledger verified",
    "request-closed": lambda facts: f"Closed: {_said(facts, 'result')}",
    "unprintable": lambda facts: f"Version {_said(facts, 'version')} cannot be set as it is written",
    "decide": _decide,
    "break-glass": lambda facts: f"Glass broken by {_said(facts, 'unit')}: the letter is to go without its reviewers",
    "review-break-glass": lambda facts: f"The broken glass was reviewed: {_said(facts, 'verdict').replace('-', ' ')}",
    "go-on": lambda _: "The case goes on though the broken glass was not upheld",
    "reassign": lambda facts: (
        f"{_said(facts, 'assigned_task')} moved from {_said(facts, 'released')} to {_said(facts, 'to')}"
    ),
    "correct": lambda _: "A corrected request was filed",
    "send": _send,
    "acknowledge": lambda facts: f"Received on {_said(facts, 'received_on')} as {_said(facts, 'foreign_reference')}",
    "ask": lambda _: "The requested state asks for information",
    "reply": lambda _: "A question was answered",
    "receive": _receive,
    "offer": lambda facts: f"{_said(facts, 'item')} offered to {_said(facts, 'to')}",
    "accept": lambda facts: f"{_said(facts, 'item')} measured and taken over",
    "refuse-custody": lambda facts: f"{_said(facts, 'item')} not taken over",
    "resolve": _resolve,
    "enter-item": _entered,
    "seal-item": _moved("sealed"),
    "open-item": _moved("opened"),
    "store-item": lambda facts: f"{_said(facts, 'item')} stored in {_said(facts, 'place')}{_differs(facts)}",
    "examine-item": lambda facts: f"{_said(facts, 'item')} examined with {_said(facts, 'tool')}",
    "copy-item": lambda facts: f"{_said(facts, 'copy_item')} made of {_said(facts, 'item')}: {_said(facts, 'kind')}",
    "offer-item": lambda facts: f"{_said(facts, 'item')} offered to {_said(facts, 'to')}{_seal(facts)}",
    "accept-item": _moved("taken over"),
    "decline-item": _moved("not taken over"),
    "return-item": _moved("returned"),
    "destroy-item": lambda facts: f"{_said(facts, 'item')} destroyed before {_said(facts, 'witnessed_by')}",
    "settle-item": _resolve,
    "correct-item": lambda facts: (
        f"{_said(facts, 'item')}: {_said(facts, 'field').replace('_', ' ')} is "
        f"{_said(facts, 'new')}, not {_said(facts, 'old')}"
    ),
    "attach-scan": lambda facts: f"A scan joined to {_said(facts, 'item')} by its label",
    "tie-item": lambda facts: f"{_said(facts, 'item')} belongs to measure {_said(facts, 'measure')}",
    "report-measure": lambda facts: f"Measure {_said(facts, 'measure')}: {_said(facts, 'outcome').replace('-', ' ')}",
    "check-form": lambda facts: f"{_said(facts, 'item')} held against the form {_said(facts, 'form')}",
    "settle-measure": lambda facts: f"Measure {_said(facts, 'measure')} left as {_said(facts, 'outcome')}",
    "limit-use": lambda facts: f"Use limited: {_said(facts, 'limit')}, {_said(facts, 'source')}",
    "note-consent": lambda facts: f"Consent to use in {_said(facts, 'proceedings')}: {_said(facts, 'outcome')}",
    "note-use": lambda facts: f"{_said(facts, 'item')} used in {_said(facts, 'proceedings')}",
    "disclose": lambda facts: (
        f"{_said(facts, 'item')} disclosed, which exculpates; notice {_said(facts, 'notified_on')}"
    ),
    "discharge-duty": lambda facts: f"{_said(facts, 'item')}: duty to {_said(facts, 'duty')} done",
    "erase-words": lambda facts: f"Words erased: {_said(facts, 'basis')}",
    "order-erasure": lambda facts: f"The erasure of all content is ordered: {_said(facts, 'basis')}",
    "erase-content": lambda facts: f"All content erased: {_said(facts, 'basis')}",
    "sign-off": lambda facts: f"{_counted(_items(facts), 'item')} vouched for as {_said(facts, 'role')}",
    "re-attest": lambda facts: f"Line {_said(facts, 'number')}, by a suspect key, is vouched for anew",
    "withdraw": lambda _: "The request is withdrawn",
    "order-document": lambda facts: f"A paper is ordered: {_said(facts, 'document').replace('_', ' ')}",
    "confirm-lapse": lambda _: "It was confirmed that nothing came in time",
    "clock-started": lambda facts: f"A period runs: {_clock(facts)} ({_said(facts, 'effect')})",
    "clock-ran-out": lambda facts: f"A period ran out: {_clock(facts)}; {_said(facts, 'then')}",
    "clock-met": _met,
    "clock-stopped": lambda facts: f"{_said(facts, 'rule')} runs no more: {_said(facts, 'reason')}",
    "assurance-breached": lambda facts: f"An assurance given was not kept: {_said(facts, 'kind').replace('_', ' ')}",
    "report-arrest": lambda facts: f"Arrested on {_said(facts, 'arrested_on')}",
    "report-not-found": lambda _: "The person was not found",
    "supply": lambda facts: f"A paper of the dossier is ready: {_said(facts, 'item').replace('_', ' ')}",
    "file-formal": lambda _: "The formal request is filed",
    "ask-status": lambda _: "The requested state is asked how the matter stands",
    "report-consent": lambda facts: f"The person consented on {_said(facts, 'given_on')}",
    "report-decision": _decision,
    "give-assurance": lambda facts: f"An assurance is given: {_said(facts, 'kind').replace('_', ' ')}",
    "request-prosecution": lambda _: "Prosecution in the requested state is asked for",
    "appoint": lambda facts: f"Surrender appointed for {_said(facts, 'on')}",
    "report-not-collected": lambda _: "The person was not taken over",
    "agree-date": lambda facts: f"New day agreed: {_said(facts, 'on')}",
    "report-postponed": lambda facts: f"Surrender: {_said(facts, 'kind')}",
    "report-surrender": lambda facts: f"Surrendered on {_said(facts, 'surrendered_at')[:10]}",
    "report-return": lambda facts: f"Returned on {_said(facts, 'returned_on')}",
    "request-transit": lambda facts: f"Transit through {_said(facts, 'through')} is asked for",
    "propose-charge": lambda _: "A charge is within what speciality allows",
    "request-waiver": lambda _: "Consent to another charge is asked for",
    "report-waiver": lambda facts: f"Consent to another charge {'given' if facts.get('granted') else 'refused'}",
    "request-reextradition": lambda facts: f"Consent to re-extradition to {_said(facts, 'to')} is asked for",
    "report-reextradition": lambda facts: f"Consent to re-extradition {'given' if facts.get('granted') else 'refused'}",
    "report-discharge": lambda facts: f"Free to leave on {_said(facts, 'free_to_leave_on')}",
    "report-departure": lambda facts: f"Left on {_said(facts, 'left_on')}",
    "report-preserved": lambda facts: f"The data were preserved on {_said(facts, 'preserved_on')}",
    "report-not-preserved": lambda _: "The data were not preserved",
    "answer-conditions": lambda facts: f"The conditions were {'accepted' if facts.get('accepted') else 'declined'}",
    "follow-up": lambda facts: f"{_said(facts, 'request')}, sent on {_said(facts, 'sent_on')}, asks for the data",
    "report-outcome": lambda facts: f"Outcome: {_said(facts, 'kind').replace('-', ' ')}",
}
