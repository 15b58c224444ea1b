"""What the evidence unit writes: inventory, receipt, discrepancies, the record of custody, its certificate."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.custody_acts import CustodyActs
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.handovers import gaps
from rogatory.documents.things import things
from schemas.documents import DocumentOrder
from schemas.evidence import ManifestItem
from schemas.identifiers import Role
from schemas.register import ItemRow


def delivery(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """One delivery: what came, what was declared, what differs, and what is still to come for each measure."""
    asked = order.facts["manifest"]
    manifest = dossier.manifests.get(str(asked))
    if manifest is None:
        raise MissingFactError(f"{order.document} lacks the manifest of the delivery.")
    received = next((act for act in acts(dossier, "receive") if act.facts.get("manifest") == asked), None)
    if received is None:
        raise MissingFactError(f"{order.document} lacks the act that received the delivery.")
    holder = _party(dossier, str(received.facts["holder"]))
    items = [_item(item, holder, dossier) for item in manifest.items]
    return {
        "number": order.facts["delivery"],
        "recorded": act_of(dossier, received),
        "complete": bool(received.facts.get("complete")),
        "holder": holder,
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
        "things": things(dossier),
        **_reconciliation(dossier, received),
    }


def custody_form(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Every event of every item, and whether each receiver is the next giver."""
    forms: list[JsonValue] = []
    held = CustodyActs(dossier)
    for row in dossier.items:
        concerning = [*held.concerning(row), *held.signed_for(row)]
        events: list[JsonValue] = [_event(act, row, dossier, held) for act in concerning]
        broken = _gaps(row, dossier, held)
        forms.append({"item": row.item, **_known(row, dossier, held), "events": events, "gaps": broken})
    return {
        "forms": forms,
        "things": things(dossier),
        "signed": [act_of(dossier, act) for act in acts(dossier, "sign-off")],
    }


def sign_off_certificate(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who vouched for what, and what the four claims rest on; raises MissingFactError for a claim not borne out."""
    kept = order.facts["kept"]
    wanted = set(map(str, kept)) if isinstance(kept, list) else set()
    held = CustodyActs(dossier)
    rows = [row for row in dossier.items if row.item in wanted]
    signed = _vouched(acts(dossier, "sign-off", str(order.facts["task"])), rows)
    for row in rows:
        if broken := gaps(held.concerning(row), row, _foreign(dossier)):
            gap = f"{broken[0].found} at line {broken[0].line}"
            raise MissingFactError(f"sign_off_certificate lacks an unbroken record of {row.item}: {gap}.")
    conditions = [condition for one in dossier.manifests.values() for condition in one.conditions]
    sealed = [row.item for row in rows if dossier.manifests[row.manifest].message]
    by_hand: list[JsonValue] = [row.item for row in rows if not dossier.manifests[row.manifest].message]
    senders = dict.fromkeys(one.sender for one in dossier.manifests.values() if one.message)
    checked: list[JsonValue] = [
        event.sequence
        for event in dossier.events
        if event.event == "custody-checked" and event.sequence < max(act.sequence for act in signed)
    ]
    return {
        "signed": [act_of(dossier, act) for act in signed],
        "kept": [{"item": row.item, **_known(row, dossier, held)} for row in rows],
        "excluded": [
            {"item": row.item, **_known(row, dossier, held)} for row in dossier.items if row.item not in wanted
        ],
        "resolved": [act_of(dossier, act) for act in acts(dossier, "resolve")],
        "handovers": sum(act.facts.get("item") in wanted for act in acts(dossier, "accept")),
        "conditions": list(dict.fromkeys(conditions)),
        "from_package": len(sealed),
        "by_hand": by_hand,
        "senders": [_party(dossier, sender) for sender in senders],
        "measured_again": checked if len(checked) >= len(signed) else [],
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


def _gaps(row: ItemRow, dossier: Dossier, held: CustodyActs) -> list[JsonValue]:
    return [
        {
            "found": gap.found,
            "line": gap.line,
            "other": gap.other,
            "by": _party(dossier, gap.by) if gap.by else {},
            "holder": _party(dossier, gap.holder) if gap.holder else {},
        }
        for gap in gaps(held.concerning(row), row, _foreign(dossier))
    ]


def _foreign(dossier: Dossier) -> frozenset[str]:
    return frozenset(id_ for id_, known in dossier.officials.items() if Role.FOREIGN_AUTHORITY in known.roles)


def _item(item: ManifestItem, holder: dict[str, JsonValue], dossier: Dossier) -> dict[str, JsonValue]:
    return {
        "item": item.item,
        "name": item.name,
        "description": item.description,
        "media_type": item.media_type,
        "size": item.size,
        "digest": item.digest,
        "declared": item.declared or "",
        "declared_size": item.declared_size,
        "matches": item.declared in {None, item.digest},
        **_asked(item.measure, dossier),
        "source": item.source,
        "holder": holder,
    }


def _known(row: ItemRow, dossier: Dossier, held: CustodyActs) -> dict[str, JsonValue]:
    known = held.known(row)
    return {
        "name": known.name,
        "description": known.description,
        "source": known.source,
        "size": row.size,
        "digest": row.digest,
        "declared": row.declared or "",
        "media_type": known.media_type,
        **_asked(row.measure, dossier),
        "holder": _party(dossier, row.holder),
        "state": row.state,
    }


def _event(act: Act, row: ItemRow, dossier: Dossier, held: CustodyActs) -> dict[str, JsonValue]:
    facts, by = act.facts, _party(dossier, act.by)
    given = taken = dict[str, JsonValue]()
    if act.act == "receive":
        given = _party(dossier, dossier.manifests[row.manifest].sender)
        taken = _party(dossier, str(facts["holder"]))
    elif act.act == "offer":
        given, taken = by, _party(dossier, str(facts["to"]))
    elif act.act in {"accept", "refuse-custody"}:
        before = held.holder_before(act, row)
        given, taken = _party(dossier, before) if before else {}, by
    return {
        "act": act.act,
        "at": act.at.isoformat(),
        "from": given,
        "to": taken,
        "by": by,
        "role": act.role.value,
        "digest": held.digest_in(act, row),
        "sequence": act.sequence,
        "statement": act.statement,
        "words": act.words.get("reason", ""),
        "keep": bool(facts.get("keep")),
    }


def _party(dossier: Dossier, official: str) -> dict[str, JsonValue]:
    """Who acted: an official by name and post, or the case service, which has neither."""
    known: dict[str, JsonValue] = {"id": official, "name": "", "post": ""}
    return (known if official == "service" else official_of(dossier, official)) | {"service": official == "service"}


def _asked(measure: str | None, dossier: Dossier) -> dict[str, JsonValue]:
    """The measure that asked for an item, and its title, e.g. m1 and Bank records; empty when none was named."""
    asked = next((each for each in dossier.request.draft.measures if each.id == measure), None)
    card = dossier.measures.get(asked.type) if asked else None
    return {"measure": measure or "", "measure_title": card.title if card else ""}


def _reconciliation(dossier: Dossier, received: Act) -> dict[str, JsonValue]:
    """What was asked for, and how many items came for it, up to and with this delivery."""
    known = {act.facts.get("manifest") for act in acts(dossier, "receive") if act.sequence <= received.sequence}
    came = [item for item in dossier.items if item.manifest in known]
    rows: list[JsonValue] = []
    outstanding: list[JsonValue] = []
    for measure in dossier.request.draft.measures:
        card = dossier.measures.get(measure.type)
        number = sum(item.measure == measure.id for item in came)
        proof = card.return_proof if card else ""
        rows.append({"id": measure.id, "title": card.title if card else measure.type, "items": number, "proof": proof})
        if not number:
            outstanding.append(measure.id)
    asked = {measure.id for measure in dossier.request.draft.measures}
    return {
        "reconciliation": rows,
        "outstanding": outstanding,
        "unasked": [item.item for item in came if item.measure not in asked],
    }
