"""Physical items and copies as documents show them: place, seals, condition, and each event with what it found."""

from pydantic import JsonValue

from rogatory.documents.case_view import official_of
from rogatory.documents.dossier import Act, Dossier
from schemas.register import ExhibitRow

EVENTS = frozenset(
    {
        "enter-item",
        "seal-item",
        "open-item",
        "store-item",
        "examine-item",
        "copy-item",
        "offer-item",
        "accept-item",
        "decline-item",
        "return-item",
        "destroy-item",
        "settle-item",
        "correct-item",
        "attach-scan",
    }
)


def things(dossier: Dossier) -> list[JsonValue]:
    """Each thing or copy of the case with its events, in order of their numbers."""
    return [_thing(row, dossier) for row in dossier.exhibits]


def _thing(row: ExhibitRow, dossier: Dossier) -> dict[str, JsonValue]:
    concerning = [act for act in dossier.acts if act.act in EVENTS and row.item in _named(act)]
    entered = next((act for act in concerning if act.act == "enter-item"), None)
    words = entered.words if entered else {}
    return {
        "item": row.item,
        "description": words.get("description", ""),
        "source": words.get("source", ""),
        "form": row.form,
        "kind": row.kind or "",
        "parent": row.parent or "",
        "measure": row.measure or "",
        "digest": row.digest or "",
        "quantity": row.quantity,
        "place": row.place,
        "container": row.container or "",
        "seal": row.seal or "",
        "condition": row.condition,
        "holder": _party(row.holder, dossier),
        "state": row.state,
        "differences": list(dict.fromkeys(row.differences)),
        "discrepancy": row.discrepancy or "",
        "events": [_event(act, row, dossier) | {"corrects": _corrected(act, concerning)} for act in concerning],
    }


def _event(act: Act, row: ExhibitRow, dossier: Dossier) -> dict[str, JsonValue]:
    facts = act.facts
    differs = facts.get("differs")
    to = facts.get("to")
    return {
        "act": act.act,
        "sequence": act.sequence,
        "happened_at": str(facts.get("happened_at") or act.at.isoformat()),
        "recorded_at": act.at.isoformat(),
        "by": _party(act.by, dossier),
        "role": act.role.value,
        "to": _party(str(to), dossier) if to else {},
        "announced": act.act == "enter-item" and facts.get("holder") != act.by,
        "born": facts.get("copy_item") == row.item,
        "copy": str(facts.get("copy_item") or ""),
        "place": str(facts.get("place") or ""),
        "container": str(facts.get("container") or ""),
        "condition": str(facts.get("condition") or ""),
        "transport": str(facts.get("transport") or ""),
        "tracking": str(facts.get("tracking") or ""),
        "digest": str(facts.get("digest") or ""),
        "seal_before": str(facts.get("seal_before") or ""),
        "seal_after": str(facts.get("seal_after") or ""),
        "tool": str(facts.get("tool") or ""),
        "differs": list(differs) if isinstance(differs, list) else [],
        "keep": bool(facts.get("keep")),
        "old": str(facts.get("old") or ""),
        "new": str(facts.get("new") or ""),
        "note": act.words.get("note", ""),
        "reason": act.words.get("reason", ""),
        "witness": act.words.get("witness", ""),
        "recipient": act.words.get("recipient", ""),
        "statement": act.statement,
    }


def _corrected(act: Act, concerning: list[Act]) -> str:
    """The number of the line that a correction corrects."""
    return next((str(each.sequence) for each in concerning if each.line == act.facts.get("line")), "")


def _named(act: Act) -> set[JsonValue]:
    return {value for name in ("item", "copy_item") if isinstance(value := act.facts.get(name), str)}


def _party(official: str, dossier: Dossier) -> dict[str, JsonValue]:
    return official_of(dossier, official) | {"service": False}
