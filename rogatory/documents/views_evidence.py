"""What the evidence unit writes: inventory, receipt, discrepancies, the record of custody, its certificate."""

from itertools import pairwise

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from schemas.documents import DocumentOrder
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.identifiers import Role
from schemas.register import ItemRow

CUSTODY = ("receive", "offer", "accept", "refuse-custody", "resolve")


def delivery(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """One delivery: what came, what was declared, what differs, and what is still to come for each measure."""
    manifest = dossier.manifests.get(str(order.facts["manifest"]))
    if manifest is None:
        raise MissingFactError(f"{order.document} lacks the manifest of the delivery.")
    items = [_item(item, dossier) for item in manifest.items]
    return {
        "number": order.facts["delivery"],
        "sender": _party(dossier, manifest.sender),
        "received_at": manifest.received_at.isoformat(),
        "by_machine": manifest.message is not None,
        "package": manifest.message or "",
        "note": manifest.note,
        "conditions": list(manifest.conditions),
        "items": list(items),
        "discrepant": [item for item in items if not item["matches"]],
        "undeclared": [item for item in items if not item["declared"]],
        "total": sum(item.size for item in manifest.items),
        "reconciliation": _reconciliation(dossier),
    }


def custody_form(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Every event of every item, and whether each receiver is the next giver."""
    forms: list[JsonValue] = []
    for row in dossier.items:
        events = [_event(act, row, dossier) for act in dossier.acts if act.act in CUSTODY and _concerns(act, row)]
        if not events:
            raise MissingFactError(f"custody_form lacks the receipt of {row.item}.")
        gaps = [
            f"event {number} was given by {after['from']}, received before by {before['to']}"
            for number, (before, after) in enumerate(pairwise(events), 2)
            if after["act"] == "accept" and before["holder"] != after["from"]
        ]
        forms.append({"item": row.item, **_known(row, dossier), "events": list(events), "gaps": list(gaps)})
    return {"forms": forms, "signed": [act_of(dossier, act) for act in acts(dossier, "sign-off")]}


def sign_off_certificate(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who vouched for what, and what the four claims rest on."""
    signed = acts(dossier, "sign-off", str(order.facts["task"]))
    if len(signed) < 2:
        raise MissingFactError("sign_off_certificate lacks the signatures of a custodian and of the prosecutor.")
    kept = order.facts["kept"]
    wanted = kept if isinstance(kept, list) else []
    conditions = [condition for one in dossier.manifests.values() for condition in one.conditions]
    return {
        "signed": [act_of(dossier, act) for act in signed],
        "kept": [{"item": row.item, **_known(row, dossier)} for row in dossier.items if row.item in wanted],
        "excluded": [{"item": row.item, **_known(row, dossier)} for row in dossier.items if row.item not in wanted],
        "resolved": [act_of(dossier, act) for act in acts(dossier, "resolve")],
        "handovers": len(acts(dossier, "accept")),
        "conditions": list(dict.fromkeys(conditions)),
        "from_package": any(one.message for one in dossier.manifests.values()),
    }


def _item(item: ManifestItem, dossier: Dossier) -> dict[str, JsonValue]:
    row = next((row for row in dossier.items if row.item == item.item), None)
    return {
        "item": item.item,
        "name": item.name,
        "description": item.description,
        "media_type": item.media_type,
        "size": item.size,
        "digest": item.digest,
        "declared": item.declared or "",
        "matches": item.declared in {None, item.digest},
        "measure": item.measure or "",
        "source": item.source,
        "holder": _party(dossier, row.holder) if row else "",
    }


def _known(row: ItemRow, dossier: Dossier) -> dict[str, JsonValue]:
    manifest: DeliveryManifest | None = dossier.manifests.get(row.manifest)
    known = next((item for item in manifest.items if item.item == row.item), None) if manifest else None
    if known is None:
        raise MissingFactError(f"The manifest of {row.item} is missing.")
    return {
        "name": known.name,
        "description": known.description,
        "source": known.source,
        "size": row.size,
        "digest": row.digest,
        "declared": row.declared or "",
        "measure": row.measure or "",
        "holder": _party(dossier, row.holder),
        "state": row.state,
    }


def _concerns(act: Act, row: ItemRow) -> bool:
    if act.act == "receive":
        return act.facts.get("manifest") == row.manifest
    return act.facts.get("item") == row.item


def _event(act: Act, row: ItemRow, dossier: Dossier) -> dict[str, JsonValue]:
    facts, by = act.facts, _party(dossier, act.by)
    given = taken = by
    if act.act == "receive":
        given = dossier.requested.unit if act.role is Role.SYSTEM else by
        taken = _party(dossier, str(facts["holder"]))
    elif act.act == "offer":
        taken = _party(dossier, str(facts["to"]))
    elif act.act == "accept":
        given = _giver(act, row, dossier)
    return {
        "act": act.act,
        "at": act.at.isoformat(),
        "from": given,
        "to": taken,
        "holder": taken if act.act in {"receive", "accept"} else given,
        "by": by,
        "digest": str(facts.get("digest") or row.digest),
        "sequence": act.sequence,
        "statement": act.statement,
        "words": act.words.get("reason", ""),
        "keep": bool(facts.get("keep")),
    }


def _giver(act: Act, row: ItemRow, dossier: Dossier) -> str:
    """Who held the item before: the last who received or accepted it."""
    before = [a for a in dossier.acts if a.sequence < act.sequence and _concerns(a, row)]
    for earlier in reversed(before):
        if earlier.act == "accept":
            return _party(dossier, earlier.by)
        if earlier.act == "receive":
            return _party(dossier, str(earlier.facts.get("holder")))
    return ""


def _party(dossier: Dossier, official: str) -> str:
    if official == "service":
        return "Case service of the central authority"
    known = official_of(dossier, official)
    return f"{known['name']}, {known['post']}"


def _reconciliation(dossier: Dossier) -> list[JsonValue]:
    """For each measure: what was asked, and how many items came for it so far."""
    rows: list[JsonValue] = []
    for measure in dossier.request.draft.measures:
        card = dossier.measures.get(measure.type)
        came = [item for item in dossier.items if item.measure == measure.id and item.state != "excluded"]
        rows.append({"id": measure.id, "title": card.title if card else measure.type, "items": len(came)})
    return rows
