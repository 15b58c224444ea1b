"""What certificates and notes on order read from the ledger, beside the facts they are given.

Each function answers with plain values only, taken from signed acts: what the ledger does not show is said to be absent
or left for a person to state, never supplied.
"""

from collections.abc import Callable, Iterator
from datetime import date

from pydantic import JsonValue

from rogatory.documents.broken_glass import broken_glass
from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.custody_acts import CustodyActs
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.handovers import gaps
from rogatory.documents.things import EVENTS
from schemas.documents import DocumentOrder
from schemas.identifiers import Role
from schemas.register import ExhibitRow, ItemRow

Facts = dict[str, JsonValue]
Reading = Callable[[DocumentOrder, Dossier, Facts], Facts]

TAKES = {"receive", "accept", "enter-item", "accept-item"}
"""Acts after which another holds the item."""
ENDS = {"return-item", "destroy-item"}
BY_DUTY = {"return": "return-item", "destroy": "destroy-item"}


def custody_certificate(order: DocumentOrder, dossier: Dossier, facts: Facts) -> Facts:
    """Who held what from when to when, and the four claims apart. Raises MissingFactError for an unknown item."""
    named = _texts(facts.get("only"))
    _known(order, dossier, named)
    held = CustodyActs(dossier)
    files = [row for row in dossier.items if not named or row.item in named]
    things = [row for row in dossier.exhibits if not named or row.item in named]
    if not files and not things:
        raise MissingFactError(f"{order.document} lacks an item of evidence: none has come in this case.")
    lines = [_file(row, dossier, held) for row in files] + [_thing(row, dossier) for row in things]
    manifests = {row.manifest: dossier.manifests[row.manifest] for row in files if row.manifest in dossier.manifests}
    return {
        "certified": [*lines],
        "whole": not named,
        "sealed_packages": sum(one.message is not None for one in manifests.values()),
        "by_hand": sum(one.message is None for one in manifests.values()),
        "measured": sum(bool(each["digest"]) for each in lines),
        "unmeasured": [each["item"] for each in lines if not each["digest"]],
        "otherwise": [each["item"] for each in lines if each["declared"] not in {"", each["digest"]}],
        "broken": [each["item"] for each in lines if each["gaps"]],
        "signed": [act_of(dossier, act) for act in acts(dossier, "sign-off")],
        "glass": broken_glass(dossier),
        "checked": [event.sequence for event in dossier.events if event.event == "custody-checked"],
        "cosigned": [
            {"line": event.sequence, "at": event.at.isoformat()}
            for event in dossier.events
            if event.event == "head-cosigned"
        ],
    }


def evidence_certificate(order: DocumentOrder, dossier: Dossier, facts: Facts) -> Facts:
    """The elements of a form as the law data have them, and the digests of the files it is to cover."""
    form = dossier.words.forms.get(str(facts["form"]))
    if form is None:
        raise MissingFactError(f"{order.document} lacks its form: the law data have no {facts['form']}.")
    named = _texts(facts.get("only"))
    _known(order, dossier, named)
    held = CustodyActs(dossier)
    rows: list[JsonValue] = [
        {
            "item": row.item,
            "name": held.known(row).name,
            "size": row.size,
            "digest": row.digest,
            "lines": [act.sequence for act in held.concerning(row) if held.digest_in(act, row) == row.digest],
        }
        for row in dossier.items
        if row.state != "excluded" and (not named or row.item in named)
    ]
    return {"form": form.model_dump(mode="json"), "files": rows}


def closure_note(order: DocumentOrder, dossier: Dossier, _: Facts) -> Facts:
    """Per measure what was asked, granted, received, missing, and how it was left."""
    measures = [_measure(measure.id, dossier) for measure in dossier.request.draft.measures]
    if not measures:
        raise MissingFactError(f"{order.document} lacks a measure: the request asks for none.")
    asked = {measure.id for measure in dossier.request.draft.measures}
    every = _every(dossier)
    return {
        "rows": [*measures],
        "glass": broken_glass(dossier),
        "open": [each["id"] for each in measures if not each["left"]],
        "untied": [*sorted(row.item for row in every if row.state != "excluded" and row.measure not in asked)],
    }


def use_report(order: DocumentOrder, dossier: Dossier, facts: Facts) -> Facts:
    """Each use, consent and disclosure on the ledger within the days given, and the limits of those items."""
    since, until = _day(facts.get("since")), _day(facts.get("until"))

    def within(act: Act, name: str) -> bool:
        day = _day(act.facts.get(name))
        return day is not None and (since is None or day >= since) and (until is None or day <= until)

    uses = [act for act in acts(dossier, "note-use") if within(act, "used_on")]
    consents = [act for act in acts(dossier, "note-consent") if within(act, "on")]
    disclosures = [act for act in acts(dossier, "disclose") if within(act, "disclosed_on")]
    return {
        "on_record": [act_of(dossier, act) for act in uses],
        "consents": [act_of(dossier, act) for act in consents],
        "disclosures": [act_of(dossier, act) for act in disclosures],
        "limits": [act_of(dossier, act) for act in acts(dossier, "limit-use")],
    }


def duty_certificate(order: DocumentOrder, dossier: Dossier, facts: Facts) -> Facts:
    """The duty as recorded, with its day, and the acts that show it done. Raises MissingFactError: no such item."""
    item, duty = str(facts["item"]), str(facts["duty"])
    _known(order, dossier, [item])
    owed = [act for act in acts(dossier, "limit-use") if _names(act, item) and act.facts.get("duty")]
    last = owed[-1] if owed and owed[-1].facts["duty"] == duty else None
    done = [act for act in dossier.acts if act.act == BY_DUTY.get(duty) and act.facts.get("item") == item]
    due, on = _day(last.facts.get("due")) if last else None, _day(facts.get("done_on"))
    row = next(each for each in _every(dossier) if each.item == item)
    return {
        "digest_of_item": row.digest or "",
        "owed": act_of(dossier, last) if last else None,
        "late": bool(duty != "retain" and due and on and on > due),
        "early": bool(duty == "retain" and due and on and on < due),
        "shown_by": [_done(act, dossier) for act in done],
    }


READINGS: dict[str, Reading] = {
    "custody_certificate": custody_certificate,
    "evidence_certificate": evidence_certificate,
    "closure_note": closure_note,
    "use_report": use_report,
    "duty_certificate": duty_certificate,
}
"""Papers that tell more of the ledger than every paper does."""


def _file(row: ItemRow, dossier: Dossier, held: CustodyActs) -> Facts:
    foreign = frozenset(id_ for id_, known in dossier.officials.items() if Role.FOREIGN_AUTHORITY in known.roles)
    concerning = held.concerning(row)
    return {
        "item": row.item,
        "name": held.known(row).name,
        "source": held.known(row).source,
        "digest": row.digest,
        "declared": row.declared or "",
        "state": row.state,
        "periods": [*_periods(concerning, dossier)],
        "gaps": [f"{gap.found} at line {gap.line}" for gap in gaps(concerning, row, foreign)],
    }


def _thing(row: ExhibitRow, dossier: Dossier) -> Facts:
    concerning = [act for act in dossier.acts if act.act in EVENTS and _about(act, row.item)]
    entered = next((act for act in concerning if act.act == "enter-item"), None)
    return {
        "item": row.item,
        "name": entered.words.get("description", "") if entered else f"{row.kind or 'part'} of {row.parent}",
        "source": entered.words.get("source", "") if entered else "",
        "digest": row.digest or "",
        "declared": "",
        "state": row.state,
        "periods": [*_periods(concerning, dossier)],
        "gaps": [f"{each} does not agree with the record" for each in dict.fromkeys(row.differences)],
    }


def _periods(concerning: list[Act], dossier: Dossier) -> Iterator[Facts]:
    """Each holder with the acts that began and ended the holding; the last is open unless the item left."""
    taken: Act | None = None
    for act in concerning:
        begins = act.act in TAKES or (act.act == "copy-item" and taken is None)
        if taken is not None and (begins or act.act in ENDS):
            yield _period(taken, act, dossier)
            taken = None
        if begins:
            taken = act
    if taken is not None:
        yield _period(taken, None, dossier)


def _period(taken: Act, ended: Act | None, dossier: Dossier) -> Facts:
    receives = taken.act in {"receive", "enter-item"}
    holder = str(taken.facts.get("holder") or taken.by) if receives else taken.by
    service: Facts = {"id": holder, "name": "the case service", "post": ""}
    return {
        "holder": service if holder == "service" else official_of(dossier, holder),
        "since": _claimed(taken),
        "since_line": taken.sequence,
        "until": _claimed(ended) if ended else "",
        "until_line": ended.sequence if ended else 0,
    }


def _claimed(act: Act) -> str:
    """When it happened, as whoever acted stated; else when it was recorded."""
    return str(act.facts.get("happened_at") or act.at.isoformat())


def _measure(measure: str, dossier: Dossier) -> Facts:
    asked = next(each for each in dossier.request.draft.measures if each.id == measure)
    card = dossier.measures.get(asked.type)
    of_it = [act for act in dossier.acts if act.facts.get("measure") == measure]
    reports = [act for act in of_it if act.act == "report-measure"]
    answer = reports[-1] if reports else None
    settled = [act for act in of_it if act.act == "settle-measure"]
    # A later report opens a measure again (rogatory/custody/answers.py).
    left = settled[-1] if settled and (answer is None or answer.sequence < settled[-1].sequence) else None
    checks = {str(act.facts.get("form")): act for act in of_it if act.act == "check-form"}
    came = [row for row in _every(dossier) if row.measure == measure and row.state != "excluded"]
    return {
        "id": measure,
        "title": card.title if card else asked.type,
        "answer": act_of(dossier, answer) if answer else None,
        "items": [row.item for row in came if row.state != "announced"],
        "missing": [*_missing(measure, answer, came, checks, dossier)],
        "left": act_of(dossier, left) if left else None,
    }


def _missing(
    measure: str, answer: Act | None, came: list[ItemRow | ExhibitRow], checks: dict[str, Act], dossier: Dossier
) -> Iterator[str]:
    """In words, what is still to come or to be done for a measure."""
    outcome = str(answer.facts.get("outcome")) if answer else None
    if outcome in {"refused", "nothing-found"}:
        return
    if outcome is None:
        yield "the requested State has not said what it did"
    if outcome == "postponed":
        yield "execution is postponed"
    if all(row.state == "announced" for row in came):
        yield "nothing was received"
    for row in came:
        if row.state == "announced":
            yield f"{row.item} is announced and has not arrived"
        if _undecided(row, dossier):
            yield f"{row.item} differs from what was declared or recorded, and nobody decided"
    for name, act in checks.items():
        known = dossier.words.forms.get(name)
        for element in _texts(act.facts.get("lacking")):
            said = known.elements.get(element, element) if known else element
            yield f"{known.title if known else name} lacks: {said}"
    procedures = [each.what for each in getattr(dossier.request.draft, "procedure", ())]
    for known in dossier.words.forms.values():
        asked = any(each.startswith(f"For measure {measure}:") and known.cite in each for each in procedures)
        if asked and known.id not in checks:
            yield f"{known.title} was asked for, and nothing was held against it"


def _undecided(row: ItemRow | ExhibitRow, dossier: Dossier) -> bool:
    if isinstance(row, ExhibitRow):
        return row.discrepancy == "open"
    decided = any(act.facts.get("item") == row.item for act in acts(dossier, "resolve"))
    return row.declared not in {None, row.digest} and not decided


def _done(act: Act, dossier: Dossier) -> Facts:
    return act_of(dossier, act) | {
        "happened_at": _claimed(act),
        "recipient": act.words.get("recipient", ""),
        "witness": act.words.get("witness", ""),
    }


def _every(dossier: Dossier) -> list[ItemRow | ExhibitRow]:
    return [*dossier.items, *dossier.exhibits]


def _known(order: DocumentOrder, dossier: Dossier, named: list[str]) -> None:
    there = {row.item for row in _every(dossier)}
    if unknown := [each for each in named if each not in there]:
        raise MissingFactError(
            f"{order.document} names {unknown[0]}, which is no item of this case.",
            f"See: rogatory evidence list {order.reference}",
        )


def _names(act: Act, item: str) -> bool:
    return item in _texts(act.facts.get("items"))


def _about(act: Act, item: str) -> bool:
    return item in (act.facts.get("item"), act.facts.get("copy_item"))


def _texts(value: JsonValue) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []


def _day(value: JsonValue) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
