"""The grounds of refusal the law gives for a request, and what the request says to each. Pure.

Which grounds there are, of what nature and by which article, the assessment says; here is only the answer, read from
the request's own fields. A ground to which no field speaks is answered so, and never passed over.
"""

from collections.abc import Callable

from pydantic import JsonValue

from rogatory.documents.citing import shortly
from rogatory.documents.dossier import Dossier
from rogatory.documents.wording import day, language, line, listed, sentence, years
from schemas.assessment import Ground, LegalAssessment, RuleOutcome
from schemas.extradition import ExtraditionDraft
from schemas.request import Draft

NATURES = {"must": "must", "may": "may", "never": "never"}
SILENT = "The request does not speak to it."
Answer = Callable[[Dossier, LegalAssessment], str]


def grounds_of(assessment: LegalAssessment, dossier: Dossier) -> list[dict[str, JsonValue]]:
    """The grounds on which it must or may be refused, each with its article and what the request says to it."""
    rows: list[dict[str, JsonValue]] = []
    for nature in ("must", "may"):
        rows += [_row(each, assessment, dossier) for each in assessment.grounds if each.nature == nature]
    return rows


def never_of(assessment: LegalAssessment) -> list[dict[str, JsonValue]]:
    """What is never a ground of refusal, with its article."""
    return [
        {"title": each.title, "condition": line(each.condition), "source": each.source}
        for each in assessment.grounds
        if each.nature == "never"
    ]


def _row(ground: Ground, assessment: LegalAssessment, dossier: Dossier) -> dict[str, JsonValue]:
    answer = ANSWERS.get(ground.ground)
    given = {each.kind: each for each in assessment.assurances if each.given}
    said = answer(dossier, assessment) if answer else SILENT
    if ground.cured_by:
        cure = given.get(ground.cured_by)
        said += f" The assurance that removes it is {'given' if cure else 'not given'}."
    return {
        "ground": ground.ground,
        "title": ground.title,
        "condition": line(ground.condition),
        "nature": NATURES[ground.nature],
        "rule": ground.rule,
        "source": ground.source,
        "answer": said,
    }


def _conforming(dossier: Dossier, assessment: LegalAssessment) -> str:
    outcomes = [each.outcome for each in assessment.checklist if each.outcome is not RuleOutcome.NOTED]
    count = outcomes.count
    met, beside = count(RuleOutcome.MET), count(RuleOutcome.NOT_APPLICABLE)
    said = f"{met} of {len(outcomes)} rules are met and {beside} do not apply."
    if asked := count(RuleOutcome.PERSON):
        said += f" {asked} need a person's judgment, as asked above."
    if broken := count(RuleOutcome.NOT_MET):
        said += f" {broken} are not met."
    return said


def _interests(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    declining = assessment.citation("confidentiality")
    where = f" ({shortly(declining.short, declining.article)})" if declining else ""
    promised = [
        words
        for said, words in [
            (draft.undertakings.use_limitation, "use is limited to the proceedings named"),
            (draft.undertakings.death_penalty_excluded, "the death penalty is excluded"),
            (draft.undertakings.reciprocity, "reciprocity is offered"),
            (draft.confidentiality.required, f"confidentiality is asked for{where}"),
        ]
        if said
    ]
    said = f"The request says: {'; '.join(promised)}." if promised else "The request gives no undertaking."
    return said if draft.undertakings.death_penalty_excluded else f"{said} The death penalty is not excluded."


def _coercive(dossier: Dossier, assessment: LegalAssessment) -> str:
    measures = dossier.request.draft.measures
    named = [each.id for each in measures if each.type in dossier.measures and dossier.measures[each.type].coercive]
    said = f"Coercive: {', '.join(named)}. " if named else "No measure is coercive. " if measures else ""
    return said + _dual(dossier, assessment)


def _dual(dossier: Dossier, assessment: LegalAssessment) -> str:
    stated = dossier.request.draft.dual_criminality
    there = [
        f"{each.there.title} ({each.there.provision})"
        for each in dossier.request.draft.offences
        if each.there is not None
    ]
    said = f" The same conduct there: {listed(there)}." if there else ""
    if stated:
        return f"On dual criminality: {line(stated.statement)}{said}"
    return said.strip() or "Nothing is said on dual criminality."


def _procedure(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    asked = len(draft.procedure) if isinstance(draft, Draft) else 0
    following = assessment.citation("execution")
    where = f" ({shortly(following.short, following.article)})" if following else ""
    said = (
        f"{asked} particular procedure{'' if asked == 1 else 's'} asked for, with reasons; "
        f"followed only where not contrary to the law of the requested State{where}."
        if asked
        else "No particular procedure is asked for."
    )
    accepted = [language(tag) for tag in dossier.requested.languages]
    known = f"accepted: {listed(accepted)}" if accepted else "which it accepts is not in the law data"
    also = f", with a translation into {language(draft.translation.into)}" if draft.translation else ""
    return f"{said} The letter is in {language(draft.language)}{also}; {known}."


def _bank(dossier: Dossier, assessment: LegalAssessment) -> str:
    asked = [each.id for each in dossier.request.draft.measures if each.type == "bank_records"]
    return f"Bank records are asked for in {listed(asked)}." if asked else "No bank records are asked for."


def _offences(dossier: Dossier, assessment: LegalAssessment) -> str:
    return f"The offences named: {listed([each.title for each in dossier.request.draft.offences])}."


def _penalties(dossier: Dossier, assessment: LegalAssessment) -> str:
    most = max(each.max_penalty_years for each in dossier.request.draft.offences)
    return f"The highest maximum penalty of the offences named is {years(most)}."


def _death(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    said = "The death penalty is excluded." if draft.undertakings.death_penalty_excluded else "It is not excluded."
    if isinstance(draft, ExtraditionDraft):
        carries = "An offence named carries it." if draft.death_penalty_possible else "No offence named carries it."
        return f"{carries} {said}"
    return said


def _life(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    if not isinstance(draft, ExtraditionDraft):
        return SILENT
    return f"{'An' if draft.life_sentence_possible else 'No'} offence named carries a sentence for life."


def _reciprocity(dossier: Dossier, assessment: LegalAssessment) -> str:
    return "Reciprocity is offered." if dossier.request.draft.undertakings.reciprocity else "It is not offered."


def _lapse(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    dates = [
        f"{each.title} becomes time-barred here on {day(each.limitation_date)}"
        for each in draft.offences
        if each.limitation_date
    ]
    stated = (
        [sentence(draft.limitation_statement)]
        if isinstance(draft, ExtraditionDraft) and draft.limitation_statement
        else []
    )
    return " ".join([*stated, *([f"{'; '.join(dates)}."] if dates else [])]) or SILENT


def _nationality(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    if not isinstance(draft, ExtraditionDraft):
        return SILENT
    known = draft.person_sought.national_of_requested
    if known is None:
        return "Whether the person is a national of the requested State is not known."
    return f"The person is {'' if known else 'not '}a national of the requested State, as far as the request says."


def _absentia(dossier: Dossier, assessment: LegalAssessment) -> str:
    draft = dossier.request.draft
    if not isinstance(draft, ExtraditionDraft) or draft.conviction is None:
        return "No judgment of conviction is relied on."
    if not draft.conviction.in_absentia:
        return "The judgment was given in the person's presence."
    absence = draft.conviction.absence
    return (
        sentence(absence.explanation)
        if absence and absence.explanation
        else "It was, and how the rights were kept is not said."
    )


def _order(dossier: Dossier, assessment: LegalAssessment) -> str:
    routes = [each for each in dossier.request.draft.measures if each.details.get("route") == "enforce_order"]
    return (
        f"Enforcement of an order is asked for in {listed([each.id for each in routes])}."
        if routes
        else "Enforcement of an order is not asked for."
    )


def _children(dossier: Dossier, assessment: LegalAssessment) -> str:
    named = [each.shown_as for each in dossier.request.draft.persons if each.age_status not in {None, "adult"}]
    return f"A child, or presumed so: {listed(named)}." if named else "No person is described as a child."


ANSWERS: dict[str, Answer] = {
    "non_conforming": _conforming,
    "manifest_error": _conforming,
    "sovereignty_security_order": _interests,
    "domestic_prohibition": _coercive,
    "scope_of_measure": _coercive,
    "contrary_to_mla_law": _procedure,
    "dual_criminality": _dual,
    "bank_secrecy": _bank,
    "political": _offences,
    "military": _offences,
    "fiscal": _offences,
    "not_covered": _offences,
    "measure_limited": _penalties,
    "de_minimis": _penalties,
    "disproportionate": _penalties,
    "death_penalty": _death,
    "life_sentence": _life,
    "reciprocity_missing": _reciprocity,
    "lapse_of_time": _lapse,
    "nationality": _nationality,
    "in_absentia": _absentia,
    "order_not_final": _order,
    "age": _children,
}
