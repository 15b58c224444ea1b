"""Facts that come by themselves: read from the request, the ledger or the law as they stand when a paper is made."""

from collections.abc import Callable

from pydantic import JsonValue

from rogatory.documents.case_view import acts, signatory_of
from rogatory.documents.catalogue import DocumentKind
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.wording import listed
from schemas.documents import DocumentOrder
from schemas.register import TransmissionRow
from schemas.tasks import REQUESTS

Find = Callable[[DocumentOrder, Dossier], JsonValue]


def found(
    kind: DocumentKind, given: dict[str, JsonValue], order: DocumentOrder, dossier: Dossier
) -> dict[str, JsonValue]:
    """The facts given, and those that come by themselves where they were not given."""
    facts = dict(given)
    for name, fact in kind.asked.items():
        if facts.get(name) in (None, "", []) and fact.source in FOUND:
            facts[name] = FOUND[fact.source](order, dossier)
    return facts


def _today(order: DocumentOrder, _: Dossier) -> JsonValue:
    return order.at.date().isoformat()


def _sent(dossier: Dossier) -> TransmissionRow | None:
    out = [row for row in dossier.transmissions if row.kind in REQUESTS and row.dispatched_at]
    return out[-1] if out else None


def _sent_on(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    row = _sent(dossier)
    return row.dispatched_at.date().isoformat() if row and row.dispatched_at else None


def _sent_at(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    row = _sent(dossier)
    return row.dispatched_at.isoformat() if row and row.dispatched_at else None


def _sent_by(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    row = _sent(dossier)
    return row.channel.replace("-", " ") if row else None


def _tracking(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    sends = acts(dossier, "send")
    return str(sends[-1].facts["tracking"]) if sends and sends[-1].facts.get("tracking") else None


def _received_on(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    said = acts(dossier, "acknowledge")
    return str(said[-1].facts["received_on"]) if said else None


def _their_reference(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    return dossier.case.foreign_reference


def _court(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    return dossier.request.draft.proceedings.court


def _letter(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    signed = [row.signed_digest for row in dossier.documents if row.signed_digest]
    return signed[-1] if signed else None


def _oral(name: str) -> Find:
    def find(_: DocumentOrder, dossier: Dossier) -> JsonValue:
        oral = getattr(dossier.request.draft, "oral_request", None)
        value = getattr(oral, name, None)
        return str(value) if value is not None else None

    return find


def _last(act: str, word: str) -> Find:
    def find(_: DocumentOrder, dossier: Dossier) -> JsonValue:
        done = acts(dossier, act)
        return done[-1].words.get(word) if done else None

    return find


def _conditions(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    return list(dict.fromkeys(each for one in dossier.manifests.values() for each in one.conditions))


def _safe_conduct(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    """The days of safe conduct as the instruments of the request give them; none where they give none in days."""
    clocks = dossier.assessment.clocks if dossier.assessment else ()
    return next((int(each.value) for each in clocks if each.anchor == "no-longer-needed" and each.unit == "days"), None)


def _hearings(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    """The measures that put questions to a person, each with who is heard, as documents name them."""
    shown_as = {person.id: person.shown_as for person in dossier.request.draft.persons}
    hearings: list[JsonValue] = []
    for measure in dossier.request.draft.measures:
        details = measure.details
        ids = dict.fromkeys([str(details.get("witness") or ""), *measure.persons])
        heard = [shown_as[id_] for id_ in ids if id_ in shown_as]
        if details.get("questions") and heard:
            hearings.append(
                {
                    "heard": listed(heard),
                    "measure": measure.id,
                    "topics": details.get("topics") or [],
                    "questions": details["questions"],
                    "papers": details.get("documents") or [],
                }
            )
    return hearings


def _decided_on(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    decided = _last_of(acts(dossier, "report-decision"))
    return decided.facts.get("decided_on") if decided else None


def _surrendered_at(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    handed = _last_of(acts(dossier, "report-surrender"))
    return handed.facts.get("surrendered_at") if handed else None


def _signatory(_: DocumentOrder, dossier: Dossier) -> JsonValue:
    known = signatory_of(dossier)
    return f"{known['name']}, {known['post']}"


def _last_of(done: list[Act]) -> Act | None:
    return done[-1] if done else None


FOUND: dict[str, Find] = {
    "today": _today,
    "sent-on": _sent_on,
    "sent-at": _sent_at,
    "sent-by": _sent_by,
    "tracking": _tracking,
    "received-on": _received_on,
    "their-reference": _their_reference,
    "court": _court,
    "letter": _letter,
    "oral-request-on": _oral("made_on"),
    "oral-request-to": _oral("to"),
    "last-question": _last("ask", "question"),
    "conditions": _conditions,
    "safe-conduct-days": _safe_conduct,
    "hearings": _hearings,
    "decided-on": _decided_on,
    "surrendered-at": _surrendered_at,
    "signatory": _signatory,
}
"""Name, as a fact's `from` gives it, to where it is read; None or nothing where the case does not tell."""

WORDS = {
    "today": "the day of the document",
    "sent-on": "the day the request left",
    "sent-at": "the moment the request left",
    "sent-by": "the channel the request left by",
    "tracking": "the tracking number of the dispatch",
    "received-on": "the acknowledgement of receipt",
    "their-reference": "the requested State's reference",
    "court": "the court named in the request",
    "letter": "the letter as signed",
    "oral-request-on": "the oral request named in the draft",
    "oral-request-to": "the oral request named in the draft",
    "last-question": "the last question the requested State asked",
    "conditions": "the conditions attached to what was received",
    "safe-conduct-days": "the instrument of the request",
    "hearings": "the measures of the request that put questions",
    "decided-on": "the decision reported",
    "surrendered-at": "the surrender reported",
    "signatory": "the directory of officials",
}
"""The same, in words for whoever asks what a document needs."""
