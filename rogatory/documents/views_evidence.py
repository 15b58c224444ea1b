"""What the evidence unit writes: inventory, receipt, discrepancies, the record of custody, its certificate."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.handovers import gaps
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
        concerning = _concerning(row, dossier)
        events: list[JsonValue] = [_event(act, row, dossier) for act in concerning]
        forms.append({"item": row.item, **_known(row, dossier), "events": events, "gaps": _gaps(row, dossier)})
    return {"forms": forms, "signed": [act_of(dossier, act) for act in acts(dossier, "sign-off")]}


def sign_off_certificate(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who vouched for what, and what the four claims rest on; raises MissingFactError for a claim not borne out."""
    kept = order.facts["kept"]
    wanted = kept if isinstance(kept, list) else []
    rows = [row for row in dossier.items if row.item in wanted]
    signed = _vouched(acts(dossier, "sign-off", str(order.facts["task"])), rows)
    for row in rows:
        if broken := _gaps(row, dossier):
            raise MissingFactError(f"sign_off_certificate lacks an unbroken record of {row.item}: {broken[0]}.")
    conditions = [condition for one in dossier.manifests.values() for condition in one.conditions]
    sealed = [row.item for row in rows if dossier.manifests[row.manifest].message]
    by_hand: list[JsonValue] = [row.item for row in rows if row.item not in sealed]
    return {
        "signed": [act_of(dossier, act) for act in signed],
        "kept": [{"item": row.item, **_known(row, dossier)} for row in rows],
        "excluded": [{"item": row.item, **_known(row, dossier)} for row in dossier.items if row.item not in wanted],
        "resolved": [act_of(dossier, act) for act in acts(dossier, "resolve")],
        "handovers": sum(act.facts.get("item") in wanted for act in acts(dossier, "accept")),
        "conditions": list(dict.fromkeys(conditions)),
        "from_package": len(sealed),
        "by_hand": by_hand,
    }


def _vouched(signed: list[Act], rows: list[ItemRow]) -> list[Act]:
    """The sign-offs, when a custodian and a prosecutor, two persons, each named every item kept."""
    lacking = "sign_off_certificate lacks the signatures of a custodian and of a prosecutor, two persons"
    if {act.role for act in signed} != {Role.CUSTODIAN, Role.PROSECUTOR}:
        raise MissingFactError(f"{lacking}.")
    if len({act.facts.get("person") or act.by for act in signed}) != len(signed):
        raise MissingFactError(f"{lacking}: one person signed twice.")
    for act in signed:
        named = act.facts.get("items")
        if not isinstance(named, list) or {row.digest for row in rows} != {str(each) for each in named}:
            raise MissingFactError(f"{lacking}, over the very items kept: {act.by} signed for others.")
    return signed


def _concerning(row: ItemRow, dossier: Dossier) -> list[Act]:
    found = [act for act in dossier.acts if act.act in CUSTODY and _concerns(act, row)]
    if not found:
        raise MissingFactError(f"The receipt of {row.item} is missing.")
    return found


def _gaps(row: ItemRow, dossier: Dossier) -> list[JsonValue]:
    foreign = frozenset(id_ for id_, known in dossier.officials.items() if Role.FOREIGN_AUTHORITY in known.roles)
    return [*gaps(_concerning(row, dossier), row, lambda official: _party(dossier, official), foreign)]


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
