"""The view of every type without one of its own: what all documents show, the case at hand, and the facts given.

A lawyer's template finds here, beside what case_view.common gives: `given` (the facts, each under its name), `person`,
`offences` and `order` in an extradition, `sent`, `held`, `items`, `conditions`, `protected`, `signatory`, and `ordered`
(who ordered the paper, and when).
"""

import json

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, person_of, signatory_of
from rogatory.documents.catalogue import DocumentKind, MissingFactError
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.facts import FactFault, check, lacking, shown
from rogatory.documents.found import found
from rogatory.documents.views_certificates import READINGS
from rogatory.documents.views_extradition import sought_of
from rogatory.documents.wording import capital, words
from schemas.documents import DocumentOrder
from schemas.extradition import ExtraditionDraft
from schemas.tasks import REQUESTS

Given = dict[str, JsonValue]
FOR_A_PERSON = "OFFICIAL · FOR THE PERSON NAMED"
"""In the place of the classification, on a paper that someone outside the authorities carries."""


def paper(order: DocumentOrder, dossier: Dossier, kind: DocumentKind) -> Given:
    """The context of a paper. Raises MissingFactError naming every fact that is neither given nor found."""
    ordered = _ordered(order, dossier)
    facts = facts_for(order, dossier, kind, given_in(ordered, order))
    people = {person.id: person for person in dossier.request.draft.persons}
    reading = READINGS.get(order.document)
    for_person: Given = {"classification": FOR_A_PERSON} if kind.audience == "person" else {}
    return (
        _case(order, dossier)
        | for_person
        | (reading(order, dossier, facts) if reading else {})
        | {
            "given": shown(kind, facts, lambda id_: person_of(people[id_])),
            "ordered": act_of(dossier, ordered),
        }
    )


def given_in(ordered: Act, order: DocumentOrder) -> Given:
    """The facts that came with the order. Raises MissingFactError where their words were erased."""
    if "given" not in ordered.words:
        raise MissingFactError(f"{order.document} lacks the facts given with the order: their words were erased.")
    given: Given = json.loads(ordered.words["given"])
    return given


def facts_for(order: DocumentOrder, dossier: Dossier, kind: DocumentKind, given: Given) -> Given:
    """The facts of a paper, checked: those given, and those that come by themselves. Raises MissingFactError."""
    persons = {person.id: person.shown_as for person in dossier.request.draft.persons}
    kept, faults = check(kind, given, persons)
    facts = found(kind, kept, order, dossier)
    faults += lacking(kind, facts)
    if faults:
        raise MissingFactError("\n".join(told(order.document, fault) for fault in faults))
    return facts


def told(document: str, fault: FactFault) -> str:
    """A fault with its document and fact: status_letter lacks the fact asked_on: the day it was asked."""
    if fault.missing:
        return f"{document} lacks the fact {fault.name}: {fault.message}"
    return f"{document}, fact {fault.name}: it {fault.message}"


def _ordered(order: DocumentOrder, dossier: Dossier) -> Act:
    named = order.facts.get("ordered")
    act = next((each for each in dossier.acts if each.act == "order-document" and each.command_id == named), None)
    if act is None:
        raise MissingFactError(f"{order.document} lacks the order of an official: the ledger has none by that id.")
    return act


def _case(order: DocumentOrder, dossier: Dossier) -> Given:
    """The case as papers speak of it."""
    draft = dossier.request.draft
    nobody: Given = {"person": None, "arrest": None}
    sought = sought_of(order, dossier) if isinstance(draft, ExtraditionDraft) else nobody
    return sought | {
        "signatory": signatory_of(dossier),
        "protected": [person.shown_as for person in draft.persons if person.protected],
        "sent": [
            {"kind": row.kind, "on": row.dispatched_at.isoformat(), "channel": row.channel}
            for row in dossier.transmissions
            if row.kind in REQUESTS and row.dispatched_at
        ],
        "held": [
            {
                "number": row.number,
                "type": row.type,
                "title": capital(words(row.type)),
                "pages": row.pages,
                "digest": row.signed_digest or row.digest,
                "version": row.version,
                "on": row.made_at.isoformat(),
            }
            for row in dossier.documents
        ],
        "items": _items(dossier),
        "conditions": list(dict.fromkeys(each for one in dossier.manifests.values() for each in one.conditions)),
    }


def _items(dossier: Dossier) -> list[JsonValue]:
    """The items of evidence that were not excluded, as they were named when they came."""
    named = {item.item: item for one in dossier.manifests.values() for item in one.items}
    return [
        {
            "item": row.item,
            "name": named[row.item].name if row.item in named else row.item,
            "description": named[row.item].description if row.item in named else "",
            "size": row.size,
            "digest": row.digest,
            "measure": row.measure or "",
            "state": row.state,
        }
        for row in dossier.items
        if row.state != "excluded"
    ]
