"""The papers of a request for extradition: the two letters, their annexes, and how far the dossier is."""

from pydantic import JsonValue

from rogatory.documents.case_view import acts, official_of, signatory_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier, StateCard
from rogatory.documents.law_view import clocks_of
from rogatory.documents.state_names import names_of
from rogatory.documents.wording import the, words
from schemas.assessment import LegalAssessment
from schemas.documents import DocumentOrder
from schemas.extradition import ExtraditionDraft
from schemas.request import Offence

ARRESTING = ("arrest", "notice-of-arrest")
"""Events at the arrest from which periods run that both states watch."""
TOPICS = {
    "speciality": "speciality",
    "reextradition": "reextradition",
    "death_penalty": "death_penalty",
    "retrial": "in_absentia",
    "credit": "deduction",
    "return_to_serve": "nationals",
    "costs": "costs",
}
"""Assurance to the topic of the article it answers to."""


def draft_of(order: DocumentOrder, dossier: Dossier) -> ExtraditionDraft:
    """The draft. Raises MissingFactError where the case is none of extradition."""
    draft = dossier.request.draft
    if not isinstance(draft, ExtraditionDraft):
        raise MissingFactError(f"{order.document} is a document of an extradition, and this request is none.")
    return draft


def sought_of(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What every paper of an extradition shows: the person, the order, the offences, who signs."""
    draft = draft_of(order, dossier)
    return {
        "person": draft.person_sought.model_dump(mode="json"),
        "order": {
            "warrant": draft.warrant.model_dump(mode="json") if draft.warrant else None,
            "judgment": draft.conviction.model_dump(mode="json") if draft.conviction else None,
        },
        "offences": [_offence(number, each, dossier) for number, each in enumerate(draft.offences, 1)],
        "convicted": draft.conviction is not None and draft.warrant is None,
        "arrest": _arrest(dossier),
        "signatory": signatory_of(dossier),
        "protected": [person.shown_as for person in draft.persons if person.protected],
    }


def provisional_arrest_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The request for arrest before the formal one: what it must state, and the periods that will run."""
    return sought_of(order, dossier) | {"clocks": _clocks_from(ARRESTING, dossier)}


def extradition_request(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The formal request and the index of what goes with it."""
    draft = draft_of(order, dossier)
    assessment = dossier.assessment
    consultation = assessment.consultation if assessment else None
    return sought_of(order, dossier) | {
        "annexes": _annexes(order, dossier),
        "bundle": _enclosed(order, dossier),
        "to_follow": [_paper_title(item, dossier) for item in _items(order, "to_follow")],
        "assurances": [_assurance(each.kind, each.text, each.given_by, dossier) for each in draft.assurances],
        "transit": [_third(code, order, dossier) for code in draft.transit_states],
        "competing": [
            {"state": _third(each.state, order, dossier), "about": each.about} for each in draft.competing_requests
        ],
        "arrested_on": order.facts.get("arrested_on") or "",
        "consulted": consultation is not None and consultation.refusal != "not-provided",
    }


def statement_of_offences(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Each offence with time, place, legal description and provision; then the facts."""
    return sought_of(order, dossier)


def law_certificate(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The provisions, the penalties, and why nothing is barred by lapse of time."""
    return sought_of(order, dossier)


def identity_dossier(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who is sought, and how it is known."""
    return sought_of(order, dossier)


def assurance_letter(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The assurances given with the request or, where the order names an act, the one given since."""
    draft, named = draft_of(order, dossier), order.facts.get("act")
    if named is None:
        given: list[JsonValue] = [_assurance(each.kind, each.text, each.given_by, dossier) for each in draft.assurances]
        if not given:
            raise MissingFactError("assurance_letter lacks an assurance.")
        return sought_of(order, dossier) | {"assurances": given, "since": False}
    act = next((each for each in acts(dossier, "give-assurance") if each.command_id == named), None)
    if act is None or "text" not in act.words:
        raise MissingFactError("assurance_letter lacks the words of the assurance.")
    official = official_of(dossier, act.by)
    by = f"{official['name']}, {official['post']}"
    assurance = _assurance(str(act.facts["kind"]), act.words["text"], by, dossier)
    return sought_of(order, dossier) | {"assurances": [assurance], "since": True}


def dossier_status(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Every paper the law asks for: there, supplied since, or missing; and the periods that run."""
    supplied, missing = _supplied(order, dossier), _items(order, "missing")
    named = [*_items(order, "required"), *_items(order, "present"), *supplied]
    rows: list[JsonValue] = [
        {
            "title": _paper_title(item, dossier),
            "source": _paper_source(item, dossier),
            "state": "missing" if item in missing else "supplied" if item in supplied else "present",
            "supplied": _supply(supplied[item], dossier) if item in supplied else {},
        }
        for item in dict.fromkeys(named)
    ]
    return sought_of(order, dossier) | {"rows": rows, "missing": [*missing], "running": running_of(dossier)}


def running_of(dossier: Dossier) -> list[JsonValue]:
    """The periods of law that run now, soonest first."""
    of_law = [each for each in dossier.clocks if each.state == "running" and each.rule != "break-glass"]
    rows = sorted(of_law, key=lambda each: each.due)
    return [
        {
            "what": each.what,
            "from": dossier.words.anchors.get(each.anchor, words(each.anchor)),
            "on": each.anchored_on.isoformat(),
            "estimated": each.estimated,
            "due": each.due.isoformat(),
            "effect": each.effect,
            "then": each.then,
            "source": each.source,
        }
        for each in rows
    ]


def _offence(number: int, offence: Offence, dossier: Dossier) -> dict[str, JsonValue]:
    established: list[JsonValue] = [
        {"title": card.offences[offence.convention_offence], "short": card.short}
        for card in dossier.instruments
        if offence.convention_offence in card.offences
    ]
    return offence.model_dump(mode="json") | {"number": number, "established": established}


def _clocks_from(anchors: tuple[str, ...], dossier: Dossier) -> list[JsonValue]:
    assessment = dossier.assessment
    if assessment is None:
        return []
    running = tuple(each for each in assessment.clocks if each.anchor in anchors)
    return clocks_of(assessment.model_copy(update={"clocks": running}), dossier)


def _arrest(dossier: Dossier) -> dict[str, JsonValue]:
    """The arrest as it was reported, with the place where it may still be read."""
    reported = acts(dossier, "report-arrest")
    if not reported:
        return {}
    facts = reported[-1].facts
    return {
        "on": facts.get("arrested_on"),
        "told_on": facts.get("told_on"),
        "place": reported[-1].words.get("place", ""),
        "estimated": bool(facts.get("estimated")),
    }


def _annexes(order: DocumentOrder, dossier: Dossier) -> list[JsonValue]:
    """Documents of the case that go with the request, by their digests."""
    known = {row.digest: row for row in dossier.documents}
    rows: list[JsonValue] = []
    for digest in _items(order, "annexes"):
        if digest not in known:
            raise MissingFactError(f"{order.document} lacks the annex {digest}.")
        row = known[digest]
        rows.append({"type": row.type, "pages": row.pages, "digest": digest})
    return rows


def _enclosed(order: DocumentOrder, dossier: Dossier) -> list[JsonValue]:
    """Papers of the dossier: those supplied since, with the act's words, and those the draft lists."""
    supplied = _supplied(order, dossier)
    rows: list[JsonValue] = [_supply(act, dossier) for act in supplied.values()]
    rows += [
        {"title": paper.title, "paper": "", "pages": paper.pages, "language": paper.language, "digest": ""}
        for paper in draft_of(order, dossier).dossier
        if paper.item not in supplied
    ]
    return rows


def _supplied(order: DocumentOrder, dossier: Dossier) -> dict[str, Act]:
    """Item to the act that supplied it last."""
    named = order.facts.get("supplied")
    by_id = {act.command_id: act for act in acts(dossier, "supply")}
    given = named if isinstance(named, dict) else {}
    if lost := [item for item, id_ in given.items() if id_ not in by_id]:
        raise MissingFactError(f"{order.document} lacks the act that supplied {lost[0]}.")
    return {item: by_id[str(id_)] for item, id_ in given.items()}


def _supply(act: Act, dossier: Dossier) -> dict[str, JsonValue]:
    item = str(act.facts.get("item"))
    return {
        "title": act.words.get("title", ""),
        "paper": _paper_title(item, dossier),
        "pages": act.facts.get("pages"),
        "language": act.facts.get("language") or "en",
        "digest": act.facts.get("enclosure") or "",
        "on": act.at.isoformat(),
    }


def _items(order: DocumentOrder, fact: str) -> list[str]:
    value = order.facts.get(fact)
    return [str(each) for each in value] if isinstance(value, list) else []


def _paper_title(item: str, dossier: Dossier) -> str:
    asked = _asked(dossier.assessment).get(item)
    return asked[0] if asked else words(item)


def _paper_source(item: str, dossier: Dossier) -> str:
    asked = _asked(dossier.assessment).get(item)
    return asked[1] if asked else ""


def _asked(assessment: LegalAssessment | None) -> dict[str, tuple[str, str]]:
    return {each.item: (each.title, each.source) for each in assessment.dossier} if assessment else {}


def _assurance(kind: str, text: str, given_by: str, dossier: Dossier) -> dict[str, JsonValue]:
    return {
        "kind": kind,
        "title": dossier.words.assurances.get(kind, words(kind)),
        "topic": TOPICS.get(kind, ""),
        "text": text,
        "given_by": given_by,
    }


def _third(code: str, order: DocumentOrder, dossier: Dossier) -> str:
    card, language = third_state(code, dossier), order.language or "en"
    return the(card.name) if language == "en" else names_of(card, language, "requested").name


def third_state(code: str, dossier: Dossier) -> StateCard:
    """The card of a state that is neither of the two; its code for a name where the law data have none."""
    known = dossier.states.get(code)
    return known or StateCard(
        code=code, name=code, short_name=code, ministry="", unit="", addressee="", address=(), contact=(), languages=()
    )
