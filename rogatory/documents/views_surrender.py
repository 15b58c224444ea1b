"""What an extradition brings after the formal request: answers, notices, the handover, and what is asked for later."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_named, act_of, acts, state_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views_extradition import draft_of, running_of, sought_of, third_state
from rogatory.documents.wording import the, words
from schemas.documents import DocumentOrder
from schemas.extradition import ExtraditionDraft
from schemas.tasks import REQUESTS


def clock_notice(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """A period that ran out: by which rule, from which event, and what may or must happen now."""
    row = next((each for each in dossier.clocks if each.clock == order.facts["clock"]), None)
    anchor = str(order.facts["from"])
    return _matter(order, dossier) | {
        "what": row.what if row else "",
        "ran_from": dossier.words.anchors.get(anchor, words(anchor)),
        "anchored_on": row.anchored_on.isoformat() if row else "",
        "url": row.url if row else "",
        "running": running_of(dossier),
    }


def status_query(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """A question on how the matter stands."""
    act = act_named(order, dossier)
    return _matter(order, dossier) | {"note": act.words.get("note", ""), "sent": _sent(dossier)}


def consent_record(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The person's consent as it was reported, and whether what the law asks of it was there."""
    act = act_named(order, dossier)
    return sought_of(order, dossier) | {"consent": act_of(dossier, act), "before": act.words.get("before", "")}


def decision_notice(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The decision, offence by offence, with reasons, conditions and the days to be deducted."""
    act, draft = act_named(order, dossier), draft_of(order, dossier)
    refused = {each["offence"]: str(each["ground"]) for each in _dicts(order.facts["refused"])}
    granted, demanded = _listed(order.facts["granted"]), _listed(order.facts["demanded"])
    rows: list[JsonValue] = [
        {
            "number": number,
            "title": offence.title,
            "granted": number in granted,
            "ground": dossier.words.grounds.get(refused[number], words(refused[number])) if number in refused else "",
        }
        for number, offence in enumerate(draft.offences, 1)
    ]
    return sought_of(order, dossier) | {
        "decision": act_of(dossier, act),
        "rows": rows,
        "granted_any": bool(granted),
        "nationality": "nationality" in refused.values(),
        "demanded": [dossier.words.assurances.get(str(kind), words(str(kind))) for kind in demanded],
        "running": running_of(dossier),
    }


def surrender_notice(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Not collected, a new day, postponed, or for a time."""
    act = act_named(order, dossier)
    appointed = [each for each in acts(dossier, "appoint") if each.sequence < act.sequence]
    return sought_of(order, dossier) | {
        "by": act_of(dossier, act)["by"],
        "reason": act.words.get("reason", ""),
        "place": act.words.get("place", ""),
        "appointed_on": appointed[-1].facts.get("on") if appointed else "",
        "until": order.facts.get("until") or "",
        "return_by": order.facts.get("return_by") or "",
        "on": order.facts.get("on") or "",
        "beyond_control": bool(order.facts.get("beyond_control")),
        "running": running_of(dossier),
    }


def handover_protocol(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who was handed over, when and where, in what health, with what."""
    act, draft = act_named(order, dossier), draft_of(order, dossier)
    decided = _granted(dossier)
    return sought_of(order, dossier) | {
        "handover": act_of(dossier, act),
        "place": act.words.get("place", ""),
        "medical": act.words.get("medical", ""),
        "decided_on": decided.facts.get("decided_on") if decided else "",
        "property": [each.model_dump(mode="json") for each in draft.property_sought],
    }


def transit_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """To a third state, which is asked to let the person pass."""
    act, draft = act_named(order, dossier), draft_of(order, dossier)
    if "route" not in act.words:
        raise MissingFactError("transit_request lacks the route.")
    days = [*acts(dossier, "appoint"), *acts(dossier, "agree-date")]
    latest = max(days, key=lambda each: each.sequence, default=None)
    decided = _granted(dossier)
    return sought_of(order, dossier) | {
        "third": state_of(third_state(str(order.facts["through"]), dossier)),
        "route": act.words["route"],
        "day": latest.facts.get("on") if latest else "",
        "decided_on": decided.facts.get("decided_on") if decided else "",
        "nationality": draft.person_sought.nationality or "",
    }


def speciality_waiver_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Consent is asked for to proceed for another offence."""
    act = act_named(order, dossier)
    if lost := [name for name in ("title", "provision", "facts") if name not in act.words]:
        raise MissingFactError(f"speciality_waiver_request lacks the words {lost[0]}.")
    return sought_of(order, dossier) | {
        "other": dict(act.words),
        "record": act.facts.get("statement_record") or "",
        "surrendered_at": _surrendered(dossier),
    }


def reextradition_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Consent is asked for to send the person on to a third state."""
    act = act_named(order, dossier)
    if "about" not in act.words:
        raise MissingFactError("reextradition_request lacks what it is about.")
    return sought_of(order, dossier) | {
        "third": the(third_state(str(order.facts["to"]), dossier).name),
        "about": act.words["about"],
        "surrendered_at": _surrendered(dossier),
    }


def prosecution_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """A person not extradited as a national is to be prosecuted there."""
    act = act_named(order, dossier)
    decided = acts(dossier, "report-decision")
    return sought_of(order, dossier) | {
        "note": act.words.get("note", ""),
        "decided_on": decided[-1].facts.get("decided_on") if decided else "",
    }


def _matter(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What a paper of any kind of request shows: with the person where one is sought."""
    if isinstance(dossier.request.draft, ExtraditionDraft):
        return sought_of(order, dossier)
    return {"person": None, "arrest": None}


def _granted(dossier: Dossier) -> Act | None:
    return next((act for act in reversed(acts(dossier, "report-decision")) if act.facts.get("granted")), None)


def _surrendered(dossier: Dossier) -> JsonValue:
    handed = acts(dossier, "report-surrender")
    return handed[-1].facts.get("surrendered_at") if handed else ""


def _sent(dossier: Dossier) -> list[JsonValue]:
    """What was asked for and when it left."""
    return [
        {"kind": row.kind, "on": row.dispatched_at.isoformat()}
        for row in dossier.transmissions
        if row.kind in REQUESTS and row.dispatched_at
    ]


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _dicts(value: JsonValue) -> list[dict[str, JsonValue]]:
    return [each for each in _listed(value) if isinstance(each, dict)]
