"""What the central authority reads and records before a letter goes out: internal documents."""

from pydantic import JsonValue

from rogatory.documents.broken_glass import broken_glass
from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.difference import differences, in_words
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.grounds_view import grounds_of, never_of
from rogatory.documents.law_view import clocks_of, unknown_of
from schemas.assessment import LegalAssessment, RuleOutcome, RuleResult, Severity
from schemas.commands import Verdict
from schemas.documents import DocumentOrder
from schemas.identifiers import Role
from schemas.register import TaskRow
from schemas.request import Person
from schemas.tasks import ReviewOrder, ReviewResult

APPROVALS: int = ReviewOrder.model_fields["approvals"].default


def checklist_report(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The law's answer, rule by rule, with the faults to mend."""
    assessment = assessment_of(order, dossier)
    rows = assessment.checklist
    return {
        "law_data": {"digest": assessment.law_digest, "at": assessment.assessed_at.isoformat()},
        "rows": [_row(each) for each in rows],
        "errors": findings_of(assessment, dossier, Severity.ERROR),
        "warnings": findings_of(assessment, dossier, Severity.WARNING),
        "questions": results_of(assessment, RuleOutcome.PERSON),
        "noted": results_of(assessment, RuleOutcome.NOTED),
        "counts": counts_of(assessment),
        "urls": list(dict.fromkeys(each.url for each in rows if each.url)),
    }


def review_memo(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What a reviewer needs to decide on one exact letter."""
    assessment, draft = assessment_of(order, dossier), dossier.request.draft
    letter = order.facts.get("letter")
    if not isinstance(letter, str):
        raise MissingFactError("review_memo lacks the fact letter.")
    drawn = next((row for row in dossier.documents if row.digest == letter), None)
    old = dossier.previous.draft if dossier.previous else None
    if order.previous_request and old is None:
        raise MissingFactError("review_memo lacks the previous request it is to be compared with.")
    changed = differences(old, draft, dossier.measures) if old else []
    return {
        "letter": {"digest": letter, "pages": drawn.pages if drawn else 0},
        "counts": counts_of(assessment),
        "law_digest": assessment.law_digest,
        "offences": [_offence(number, dossier) for number in range(len(draft.offences))],
        "grounds": [*grounds_of(assessment, dossier)],
        "never": [*never_of(assessment)],
        "consultation": assessment.consultation.model_dump(mode="json") if assessment.consultation else {},
        "clocks": clocks_of(assessment, dossier),
        "assurances": [each.model_dump(mode="json") for each in assessment.assurances],
        "papers": [each.model_dump(mode="json") for each in assessment.dossier],
        "unknown": unknown_of(dossier),
        "sources": [each.model_dump(mode="json") for each in dossier.requested.facts],
        "questions": results_of(assessment, RuleOutcome.PERSON),
        "warnings": findings_of(assessment, dossier, Severity.WARNING),
        "victims": [_victim(person, dossier) for person in draft.persons if person.protected or _is_victim(person)],
        "sealed_annex": dossier.request.sealed_annex or "",
        "approvals": order.facts.get("approvals_needed", APPROVALS),
        "signatories": [
            official_of(dossier, official)
            for official, known in sorted(dossier.officials.items())
            if Role.SIGNATORY in known.roles
        ],
        "compared": old is not None,
        "changes": [[place, was, now] for place, was, now in changed],
    }


def return_note(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Why a letter goes back to its drafter: by a person's reasons, by silence, or by the law."""
    task = _task(order, dossier)
    decided = _decisions(order, dossier)
    against = [act for act in decided if act.facts.get("verdict") != Verdict.APPROVE]
    for act in against:
        if not act.words.get("reason"):
            raise MissingFactError(f"return_note lacks the reasons of {act.by}.")
    blocked = dossier.assessment is not None and dossier.assessment.blocking > 0
    if not against and not blocked and (task is None or task.outcome not in {None, ReviewResult.LAPSED}):
        raise MissingFactError("return_note lacks the decision that returned the letter.")
    return {
        "cause": "reasons" if against else "law" if blocked else "lapsed",
        "returned": [act_of(dossier, act) for act in against],
        "approved": [act_of(dossier, act) for act in decided if act not in against],
        "errors": findings_of(dossier.assessment, dossier, Severity.ERROR) if dossier.assessment else [],
        "letter": _letter(decided, task),
        "opened": task.opened_at.isoformat() if task else "",
        "due": task.due.isoformat() if task else "",
        "source": task.source if task else "",
    }


def approval_record(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who decided, when, by which signed statement; raises MissingFactError when four eyes did not see the letter."""
    decided = _decisions(order, dossier)
    drafter = dossier.officials.get(dossier.case.drafter)
    if drafter is None:
        raise MissingFactError(f"The directory knows no official {dossier.case.drafter}.")
    persons = [dossier.officials[act.by].person for act in decided if act.by in dossier.officials]
    signed = [act for act in decided if act.role is Role.SIGNATORY and act.facts.get("signed_letter")]
    if not signed:
        raise MissingFactError("approval_record lacks the signatory's decision.")
    if len(set(persons)) != len(decided) or drafter.person in persons:
        raise MissingFactError("approval_record lacks decisions by distinct persons other than the drafter.")
    task = _task(order, dossier)
    return {
        "decisions": [act_of(dossier, act) | {"verdict": act.facts.get("verdict")} for act in decided],
        "approvals": len([act for act in decided if act.role is Role.REVIEWER]),
        "needed": task.approvals_needed if task and task.approvals_needed else APPROVALS,
        "glass": broken_glass(dossier, str(order.facts["task"])),
        "persons": len(set(persons)),
        "letter": _letter(decided, task),
        "signed_letter": order.facts["signed_letter"],
        "signatory": official_of(dossier, signed[-1].by),
        "signed_at": signed[-1].at.isoformat(),
        "opened": task.opened_at.isoformat() if task else "",
        "due": task.due.isoformat() if task else "",
    }


def assessment_of(order: DocumentOrder, dossier: Dossier) -> LegalAssessment:
    """The assessment the document speaks of; raises MissingFactError without one."""
    if dossier.assessment is None:
        raise MissingFactError(f"{order.document} lacks the assessment.")
    return dossier.assessment


def _row(result: RuleResult) -> dict[str, JsonValue]:
    return result.model_dump(mode="json")


def results_of(assessment: LegalAssessment, outcome: RuleOutcome) -> list[JsonValue]:
    """The lines of the checklist that came out so."""
    return [_row(each) for each in assessment.checklist if each.outcome is outcome]


def findings_of(assessment: LegalAssessment, dossier: Dossier, severity: Severity) -> list[JsonValue]:
    """The findings of that severity, each with its place in plain words."""
    draft, cards = dossier.request.draft, dossier.measures
    return [
        finding.model_dump(mode="json") | {"place": in_words(finding.path, draft, cards)}
        for finding in assessment.findings
        if finding.severity is severity
    ]


def counts_of(assessment: LegalAssessment) -> dict[str, JsonValue]:
    """How many rules came out how."""
    outcomes = [each.outcome for each in assessment.checklist]
    return {
        "rules": len(outcomes),
        "met": outcomes.count(RuleOutcome.MET),
        "not_met": outcomes.count(RuleOutcome.NOT_MET),
        "for_a_person": outcomes.count(RuleOutcome.PERSON),
        "not_applicable": outcomes.count(RuleOutcome.NOT_APPLICABLE),
        "noted": outcomes.count(RuleOutcome.NOTED),
        "blocking": assessment.blocking,
        "warnings": len(assessment.findings) - assessment.blocking,
    }


def _offence(number: int, dossier: Dossier) -> dict[str, JsonValue]:
    """An offence with why an instrument covers it: it establishes it, or the penalty is high enough."""
    offence = dossier.request.draft.offences[number]
    established = [
        f"{card.offences[offence.convention_offence]} ({card.short})"
        for card in dossier.instruments
        if offence.convention_offence in card.offences
    ]
    covering = [
        card.covers
        for card in dossier.instruments
        if card.covers_years is not None and offence.max_penalty_years >= card.covers_years
    ]
    asked = any(card.covers_years is not None or card.offences for card in dossier.instruments)
    found = dossier.assessment.findings if dossier.assessment else ()
    faults = [each.message for each in found if each.path.split("/")[:2] == ["offences", str(number)]]
    uncovered = "" if asked or faults else "no rule asks for a certain offence"
    return {
        "title": offence.title,
        "provision": offence.provision,
        "years": offence.max_penalty_years,
        "covered": next(iter([*established, *covering]), uncovered),
        "faults": [*faults],
    }


def _is_victim(person: Person) -> bool:
    return person.role.value == "victim"


def _victim(person: Person, dossier: Dossier) -> dict[str, JsonValue]:
    shown: list[JsonValue] = [
        f"{measure.id} ({dossier.measures[measure.type].title})"
        for measure in dossier.request.draft.measures
        if person.id in measure.persons and measure.type in dossier.measures
    ]
    return {
        "name": person.shown_as,
        "role": person.role.value,
        "protected": person.protected,
        "age": person.age_status or "",
        "measures": shown,
    }


def _task(order: DocumentOrder, dossier: Dossier) -> TaskRow | None:
    return next((row for row in dossier.tasks if row.id == order.facts["task"]), None)


def _decisions(order: DocumentOrder, dossier: Dossier) -> list[Act]:
    return acts(dossier, "decide", str(order.facts["task"]))


def _letter(decided: list[Act], task: TaskRow | None) -> str:
    for act in decided:
        if isinstance(letter := act.facts.get("letter"), str):
            return letter
    return task.letter or "" if task else ""
