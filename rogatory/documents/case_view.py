"""What every document shows: the two states, the case, its persons and measures, who is who."""

from collections.abc import Mapping

from pydantic import JsonValue

from rogatory.documents.catalogue import DocumentKind, MissingFactError
from rogatory.documents.dossier import Act, Dossier, StateCard
from rogatory.documents.law_view import law_of, rows_of
from rogatory.documents.state_names import names_of
from schemas.documents import DocumentOrder
from schemas.filed import AnyDraft
from schemas.identifiers import Role
from schemas.request import MeasureRequested, Person

NOT_KNOWN = "not known"
ASKED: dict[str, JsonValue] = {
    "mutual-assistance": {"letter": "letter of request", "what": "mutual legal assistance in criminal matters"},
    "preservation": {"letter": "request for preservation", "what": "the preservation of stored data"},
    "spontaneous-information": {"letter": "letter of information", "what": "information without prior request"},
    "extradition": {"letter": "request for extradition", "what": "extradition"},
}
"""Kind of request to what its letter is called, and what is asked for."""


def common(order: DocumentOrder, dossier: Dossier, kind: DocumentKind) -> dict[str, JsonValue]:
    """The context all templates share."""
    draft = dossier.request.draft
    language = order.language or "en"
    law = law_of(dossier, language)
    if not law["bases"]:
        raise MissingFactError(f"{order.document} lacks legal_basis: the law data have none of the instruments named.")
    return {
        "kind": kind.model_dump(mode="json"),
        "reference": order.reference,
        "version": order.version,
        "at": order.at.isoformat(),
        "demo": dossier.demo,
        "requesting": state_of(dossier.requesting, language, "requesting"),
        "requested": state_of(dossier.requested, language, "requested"),
        "request": draft.model_dump(mode="json", by_alias=True),
        "words_language": draft.language,
        "law": law,
        "asked": ASKED[draft.kind],
        "persons": [person_of(person) for person in draft.persons],
        "measures": [measure_of(number, measure, dossier) for number, measure in enumerate(draft.measures, 1)],
        "foreign_reference": dossier.case.foreign_reference or "",
        "drafter": official_of(dossier, dossier.case.drafter),
        "facts": order.facts,
        "ledger": {"size": dossier.ledger_size, "head": dossier.ledger_head},
        "schedule": None,
        "classification": "CONFIDENTIAL · LAW ENFORCEMENT USE ONLY"
        if draft.confidentiality.required
        else "OFFICIAL · LAW ENFORCEMENT USE ONLY",
    }


def state_of(card: StateCard, language: str = "en", part: str = "requested") -> dict[str, JsonValue]:
    """A state as a letter in that language names it: without a ministry or unit in the law data, as its authority."""
    names = names_of(card, language, part)
    unit = names.unit or names.ministry
    lines = [names.addressee, names.unit, names.ministry if card.unit or card.ministry else ""]
    lines = lines if any(lines) else ["The Central Authority" if language == "en" else names.ministry]
    lines += [line for line in card.address if line not in {card.short_name, card.name}]
    return {
        "code": card.code,
        **names.model_dump(exclude={"unit", "addressee"}),
        "short_name": card.short_name if language == "en" else names.name,
        "unit": "" if unit == names.ministry else unit,
        "own": next((word for word in ("Ministry", "Department", "Office") if word in names.ministry), "authority"),
        "addressee": [*(each for each in lines if each), names.name],
        "contact": [*(each for each in (", ".join(card.address), *card.contact) if each)],
        "named": bool(card.unit or card.ministry),
        "contact_known": bool(card.contact),
    }


def data_of(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """case.json: what a machine reads in place of the page; no sealed identity is part of a filed request."""
    return {
        "reference": order.reference,
        "document": str(order.document),
        "language": order.language,
        "version": order.version,
        "dated": order.at.isoformat(),
        "request_digest": order.request,
        "request": request_data(dossier.request.draft),
        "facts": order.facts,
        "ledger": {"size": dossier.ledger_size, "head": dossier.ledger_head},
        "demo": dossier.demo,
    }


def request_data(draft: AnyDraft) -> dict[str, JsonValue]:
    """The request as data, without what documents withhold of a protected person even where it is not sealed."""
    data: dict[str, JsonValue] = draft.model_dump(mode="json", by_alias=True, exclude_none=True)
    withheld = {"name", "sealed", "born", "identifiers"}
    shown = [
        person.model_dump(mode="json", exclude_none=True, exclude=withheld if person.protected else None)
        for person in draft.persons
    ]
    return data | {"persons": [*shown]}


def person_of(person: Person) -> dict[str, JsonValue]:
    """A person as documents show them: a protected one by pseudonym alone."""
    rows: list[JsonValue] = []
    natural = person.kind == "natural"
    known = [
        ("Date of birth" if natural else "Date of incorporation", None if person.protected else person.born),
        ("Nationality" if natural else "Law of incorporation", person.nationality),
        ("Location", person.location),
        ("Identifiers", None if person.protected else person.identifiers),
        ("Connection with the case", person.relation),
    ]
    for label, value in known:
        if value:
            rows.append([label, value])
        elif not person.protected and label not in {"Identifiers", "Connection with the case"}:
            rows.append([label, NOT_KNOWN])
    if person.age_status and person.age_status != "adult":
        rows.append(["Age", "child" if person.age_status == "child" else "presumed to be a child"])
    return {
        "id": person.id,
        "name": person.shown_as,
        "role": person.role.value,
        "protected": person.protected,
        "natural": natural,
        "rows": rows,
    }


def measure_of(number: int, measure: MeasureRequested, dossier: Dossier) -> dict[str, JsonValue]:
    """A measure with its title, its persons by shown name, and its details."""
    card = dossier.measures.get(measure.type)
    if card is None:
        raise MissingFactError(f"The law data have no measure {measure.type}.")
    shown = {person.id: person.shown_as for person in dossier.request.draft.persons}
    return {
        "number": number,
        "id": measure.id,
        "type": measure.type,
        "title": card.title,
        "coercive": card.coercive,
        "return_proof": card.return_proof,
        "persons": [shown[person] for person in measure.persons if person in shown],
        "details": completed(measure.details, card.labels),
        "shown": dict(shown),
        "rows": [[label, said] for label, said in rows_of(measure.details, card.labels)],
    }


def completed(details: dict[str, JsonValue], labels: Mapping[str, str]) -> dict[str, JsonValue]:
    """The details with None for what was left out, as far as a label names it: templates ask for nothing unknown."""
    whole: dict[str, JsonValue] = {name: None for name in labels if "/" not in name} | details
    for name, value in whole.items():
        below = {path.removeprefix(f"{name}/"): label for path, label in labels.items() if path.startswith(f"{name}/")}
        if isinstance(value, dict):
            whole[name] = completed(value, below)
        elif isinstance(value, list):
            whole[name] = [completed(each, below) if isinstance(each, dict) else each for each in value]
    return whole


def flat(value: JsonValue) -> str:
    """A value of a measure in one line, for a measure without a wording of its own."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(flat(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {flat(each)}" for name, each in value.items())
    return "" if value is None else str(value)


def official_of(dossier: Dossier, official: str) -> dict[str, JsonValue]:
    """An official's name and post. Raises MissingFactError for one the directory does not know."""
    known = dossier.officials.get(official)
    if known is None:
        raise MissingFactError(f"The directory knows no official {official}.")
    return {"id": official, "name": known.name, "post": known.post}


def act_of(dossier: Dossier, act: Act) -> dict[str, JsonValue]:
    """One signed act as documents show it."""
    return {
        "sequence": act.sequence,
        "at": act.at.isoformat(),
        "act": act.act,
        "by": official_of(dossier, act.by),
        "role": act.role.value,
        "facts": act.facts,
        "words": dict(act.words),
        "statement": act.statement,
        "line": act.line,
    }


def acts(dossier: Dossier, verb: str, task: str | None = None) -> list[Act]:
    """The acts of that verb, in order; of one task, or of all."""
    return [act for act in dossier.acts if act.act == verb and task in (None, act.task)]


def draft_of(dossier: Dossier) -> AnyDraft:
    """The request in force."""
    return dossier.request.draft


def signatory_of(dossier: Dossier) -> dict[str, JsonValue]:
    """Who signs for the central authority: who has signed, else who may."""
    signed = [act for act in acts(dossier, "decide") if act.role is Role.SIGNATORY]
    if signed:
        return official_of(dossier, signed[-1].by)
    able = [official for official, known in dossier.officials.items() if Role.SIGNATORY in known.roles]
    if not able:
        raise MissingFactError("The directory has no signatory of the central authority.")
    return official_of(dossier, able[0])


def act_named(order: DocumentOrder, dossier: Dossier) -> Act:
    """The act the order names. Raises MissingFactError when the dossier has none."""
    named = order.facts.get("act")
    found = next((act for act in dossier.acts if act.command_id == named), None)
    if found is None:
        raise MissingFactError(f"{order.document} lacks the act {named}.")
    return found
