"""What the central authority reads and records before a letter goes out: internal documents."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts, official_of
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.difference import differences, in_words
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.wording import language, listed
from schemas.assessment import LegalAssessment, RuleOutcome, RuleResult, Severity
from schemas.commands import Verdict
from schemas.documents import DocumentOrder
from schemas.identifiers import Role
from schemas.register import TaskRow
from schemas.request import Offence, Person
from schemas.tasks import ReviewOrder, ReviewResult

APPROVALS: int = ReviewOrder.model_fields["approvals"].default
SERIOUS = 4
"""Years of imprisonment at the maximum that make a crime serious (UNTOC art. 2(b))."""
CONVENTION = {
    "organised-group": "participation in an organized criminal group (Convention, art. 5)",
    "laundering": "laundering of proceeds of crime (Convention, art. 6)",
    "corruption": "corruption (Convention, art. 8)",
    "obstruction": "obstruction of justice (Convention, art. 23)",
    "trafficking": "trafficking in persons (Protocol, art. 3 and 5)",
}


def checklist_report(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The law's answer, rule by rule, with the faults to mend."""
    assessment = _assessment(order, dossier)
    rows = assessment.checklist
    return {
        "law": {"digest": assessment.law_digest, "at": assessment.assessed_at.isoformat()},
        "rows": [_row(each) for each in rows],
        "errors": _findings(assessment, dossier, Severity.ERROR),
        "warnings": _findings(assessment, dossier, Severity.WARNING),
        "questions": _questions(assessment),
        "counts": _counts(assessment),
        "urls": list(dict.fromkeys(each.url for each in rows if each.url)),
    }


def review_memo(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What a reviewer needs to decide on one exact letter."""
    assessment, draft = _assessment(order, dossier), dossier.request.draft
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
        "counts": _counts(assessment),
        "law_digest": assessment.law_digest,
        "offences": [_offence(each) for each in draft.offences],
        "risks": _risks(assessment, dossier),
        "questions": _questions(assessment),
        "warnings": _findings(assessment, dossier, Severity.WARNING),
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
        "errors": _findings(dossier.assessment, dossier, Severity.ERROR) if dossier.assessment else [],
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
        "decisions": [
            act_of(dossier, act) | {"verdict": act.facts.get("verdict"), "keyid": dossier.officials[act.by].keyid}
            for act in decided
        ],
        "approvals": len([act for act in decided if act.role is Role.REVIEWER]),
        "needed": task.approvals_needed if task and task.approvals_needed else APPROVALS,
        "persons": len(set(persons)),
        "letter": _letter(decided, task),
        "signed_letter": order.facts["signed_letter"],
        "signatory": official_of(dossier, signed[-1].by),
        "signed_at": signed[-1].at.isoformat(),
        "opened": task.opened_at.isoformat() if task else "",
        "due": task.due.isoformat() if task else "",
    }


def _assessment(order: DocumentOrder, dossier: Dossier) -> LegalAssessment:
    if dossier.assessment is None:
        raise MissingFactError(f"{order.document} lacks the assessment.")
    return dossier.assessment


def _row(result: RuleResult) -> dict[str, JsonValue]:
    return result.model_dump(mode="json")


def _questions(assessment: LegalAssessment) -> list[JsonValue]:
    return [_row(each) for each in assessment.checklist if each.outcome is RuleOutcome.PERSON]


def _findings(assessment: LegalAssessment, dossier: Dossier, severity: Severity) -> list[JsonValue]:
    draft, cards = dossier.request.draft, dossier.measures
    return [
        finding.model_dump(mode="json") | {"place": in_words(finding.path, draft, cards)}
        for finding in assessment.findings
        if finding.severity is severity
    ]


def _counts(assessment: LegalAssessment) -> dict[str, JsonValue]:
    outcomes = [each.outcome for each in assessment.checklist]
    return {
        "rules": len(outcomes),
        "met": outcomes.count(RuleOutcome.MET),
        "not_met": outcomes.count(RuleOutcome.NOT_MET),
        "for_a_person": outcomes.count(RuleOutcome.PERSON),
        "not_applicable": outcomes.count(RuleOutcome.NOT_APPLICABLE),
        "blocking": assessment.blocking,
        "warnings": len(assessment.findings) - assessment.blocking,
    }


def _offence(offence: Offence) -> dict[str, JsonValue]:
    known = offence.convention_offence
    return {
        "title": offence.title,
        "provision": offence.provision,
        "years": offence.max_penalty_years,
        "serious": offence.max_penalty_years >= SERIOUS,
        "convention": CONVENTION[known] if known else "",
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


def _risks(assessment: LegalAssessment, dossier: Dossier) -> list[JsonValue]:
    """The grounds of refusal of UNTOC art. 18(21), each with what the request says to it."""
    draft, counts = dossier.request.draft, _counts(assessment)
    conforming = f"{counts['met']} of {counts['rules']} rules are met and {counts['not_applicable']} do not apply."
    if counts["for_a_person"]:
        conforming += f" {counts['for_a_person']} need a person's judgment, as asked above."
    if counts["not_met"]:
        conforming += f" {counts['not_met']} are not met."
    promised = [
        words
        for said, words in [
            (draft.undertakings.use_limitation, "use is limited to the proceedings named"),
            (draft.undertakings.death_penalty_excluded, "the death penalty is excluded"),
            (draft.undertakings.reciprocity, "reciprocity is offered"),
            (draft.confidentiality.required, "confidentiality is asked for, and may be declined under art. 18(20)"),
        ]
        if said
    ]
    interests = f"The request says: {'; '.join(promised)}." if promised else "The request gives no undertaking."
    if not draft.undertakings.death_penalty_excluded:
        interests += " The death penalty is not excluded."
    coercive = [m.id for m in draft.measures if m.type in dossier.measures and dossier.measures[m.type].coercive]
    barred = f"Coercive: {', '.join(coercive)}. " if coercive else "No measure is coercive. "
    barred += (
        f"On dual criminality: {draft.dual_criminality.statement}"
        if draft.dual_criminality
        else "Nothing is said on dual criminality."
    )
    asked = len(draft.procedure)
    contrary = (
        f"{asked} particular procedure{'' if asked == 1 else 's'} asked for, with reasons; "
        "followed only where not contrary to the law of the requested State (art. 18(17))."
        if asked
        else "No particular procedure is asked for."
    )
    accepted = [language(tag) for tag in dossier.requested.languages]
    contrary += f" The letter is in {language(draft.language)}; accepted: {listed(accepted)}."
    return [
        ["(a)", "The request is not in conformity with Article 18.", conforming],
        ["(b)", "Execution is likely to prejudice sovereignty, security, ordre public or other interests.", interests],
        ["(c)", "Domestic law would bar the action for a similar offence of the requested State's own.", barred],
        ["(d)", "To grant it would be contrary to its law on mutual legal assistance.", contrary],
    ]


def _task(order: DocumentOrder, dossier: Dossier) -> TaskRow | None:
    return next((row for row in dossier.tasks if row.id == order.facts["task"]), None)


def _decisions(order: DocumentOrder, dossier: Dossier) -> list[Act]:
    return acts(dossier, "decide", str(order.facts["task"]))


def _letter(decided: list[Act], task: TaskRow | None) -> str:
    for act in decided:
        if isinstance(letter := act.facts.get("letter"), str):
            return letter
    return task.letter or "" if task else ""
