"""What goes to the requested state, and what comes back in words."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts, signatory_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Dossier
from rogatory.documents.wording import capital, words
from schemas.case import CaseResult
from schemas.commands import Verdict
from schemas.documents import DocumentOrder, DocumentType
from schemas.identifiers import Role
from schemas.tasks import REQUESTS

LETTERS: dict[str, str] = {
    DocumentType.LETTER_OF_REQUEST: "Letter of Request",
    DocumentType.PROVISIONAL_ARREST_REQUEST: "Request for Provisional Arrest",
    DocumentType.EXTRADITION_REQUEST: "Request for Extradition",
    DocumentType.PRESERVATION_REQUEST: "Request for the Preservation of Stored Data",
    DocumentType.SPONTANEOUS_INFORMATION: "Information without Prior Request",
}
ABROAD = {CaseResult.COMPLETED, CaseResult.UNANSWERED, CaseResult.SURRENDERED, CaseResult.PROSECUTED_ABROAD}
"""Results of which the other state is told by letter; of the others a note is kept."""


def letter_of_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The letter: its signatory, and which of its undertakings the measures call for."""
    draft = dossier.request.draft
    types = {measure.type for measure in draft.measures}
    return {
        "signatory": signatory_of(dossier),
        "bank_data": "bank_records" in types,
        "returns": [measure.id for measure in draft.measures if measure.details.get("return_to_victims") is True],
        "protected": [person.shown_as for person in draft.persons if person.protected],
    }


def preservation_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The letter that asks for stored data to be preserved."""
    draft = dossier.request.draft
    return {
        "signatory": signatory_of(dossier),
        "protected": [person.shown_as for person in draft.persons if person.protected],
    }


def spontaneous_information(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The letter that tells without being asked: how many conditions it attaches, and whether more is held back."""
    details = [measure.details for measure in dossier.request.draft.measures]
    conditions = [each for one in details for each in _listed(one.get("conditions"))]
    return preservation_request(order, dossier) | {
        "conditions": len(conditions),
        "held_back": any(one.get("held_back") is True for one in details),
    }


def transmittal_letter(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The enclosures with their digests, and how they travel."""
    letter = next((row for row in dossier.documents if order.facts["letter"] in {row.digest, row.signed_digest}), None)
    if letter is None:
        raise MissingFactError("transmittal_letter lacks the letter it transmits.")
    documents = {row.digest: row for row in dossier.documents}
    annexes: list[JsonValue] = [
        {"title": LETTERS.get(row.type, capital(words(row.type))), "pages": row.pages, "digest": row.digest}
        for digest in _listed(order.facts.get("annexes"))
        if (row := documents.get(str(digest)))
    ]
    return {
        "letter": {
            "title": LETTERS.get(letter.type, capital(words(letter.type))),
            "provisional": letter.type == DocumentType.PROVISIONAL_ARREST_REQUEST,
            "digest": order.facts["letter"],
            "pages": letter.pages,
            "version": letter.version,
        },
        "annexes": annexes,
        "papers": _papers(order, dossier),
        "signatory": signatory_of(dossier),
        "enclosures": [enclosure.model_dump(mode="json") for enclosure in dossier.request.draft.enclosures],
        "tracking": order.facts.get("tracking") or "",
        "seal": order.facts.get("seal") or "",
        "dispatched_on": order.facts.get("dispatched_on") or "",
    }


def acknowledgement(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The requested state's acknowledgement, as recorded."""
    recorded = acts(dossier, "acknowledge")
    if not recorded:
        raise MissingFactError("acknowledgement lacks the act that recorded it.")
    sent = [row for row in dossier.transmissions if row.kind in REQUESTS]
    return {
        "acknowledged": act_of(dossier, recorded[-1]),
        "by_machine": recorded[-1].role is Role.SYSTEM,
        "transmission": sent[-1].model_dump(mode="json") if sent else {},
    }


def information_reply(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """One question and its answer."""
    question = next((a for a in acts(dossier, "ask") if a.command_id == order.facts["question"]), None)
    reply = next((a for a in acts(dossier, "reply") if a.command_id == order.facts["reply"]), None)
    if question is None or "question" not in question.words:
        raise MissingFactError("information_reply lacks the question.")
    if reply is None or "answer" not in reply.words:
        raise MissingFactError("information_reply lacks the answer.")
    return {"question": act_of(dossier, question), "reply": act_of(dossier, reply), "signatory": signatory_of(dossier)}


def withdrawal_notice(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What is withdrawn."""
    sent = [row for row in dossier.transmissions if row.kind in REQUESTS]
    return {
        "transmission": sent[-1].model_dump(mode="json") if sent else {},
        "signatory": signatory_of(dossier),
        "protected": [person.shown_as for person in dossier.request.draft.persons if person.protected],
    }


def closing_letter(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The result, and the limits on use that remain: a letter where the other state is to be told, else a note."""
    result = CaseResult(str(order.facts["result"]))
    kept = [item for item in dossier.items if item.state != "excluded"]
    conditions = [condition for one in dossier.manifests.values() for condition in one.conditions]
    sent = [row for row in dossier.transmissions if row.kind in REQUESTS]
    refused = [act for act in acts(dossier, "decide") if act.facts.get("verdict") == Verdict.REFUSE]
    counted: list[JsonValue] = [
        [measure.id, dossier.measures[measure.type].title, sum(item.measure == measure.id for item in kept)]
        for measure in dossier.request.draft.measures
        if measure.type in dossier.measures
    ]
    return {
        "result": result.value,
        "abroad": bool(sent) and result in ABROAD,
        "items": len(kept),
        "excluded": len(dossier.items) - len(kept),
        "by_measure": counted,
        "attached": any(measure.details.get("conditions") for measure in dossier.request.draft.measures),
        "unassigned": sum(item.measure is None for item in kept),
        "conditions": list(dict.fromkeys(conditions)),
        "sent": bool(sent),
        "sent_on": sent[0].dispatched_at.isoformat() if sent and sent[0].dispatched_at else "",
        "opened_at": dossier.case.opened_at.isoformat(),
        "refused": [act_of(dossier, act) for act in refused] if result is CaseResult.REFUSED else [],
        "protected": [person.shown_as for person in dossier.request.draft.persons if person.protected],
        "signatory": signatory_of(dossier),
    }


def _papers(order: DocumentOrder, dossier: Dossier) -> list[JsonValue]:
    """Papers in the vault that travel with a formal request: as whoever supplied them called them."""
    named = order.facts.get("enclosed")
    titles = {str(act.facts.get("enclosure")): act.words.get("title") for act in acts(dossier, "supply")}
    pages = {str(act.facts.get("enclosure")): act.facts.get("pages") for act in acts(dossier, "supply")}
    return [
        {"title": titles.get(digest) or capital(words(str(item))), "pages": pages.get(digest), "digest": digest}
        for digest, item in (named.items() if isinstance(named, dict) else ())
    ]


def _listed(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []
