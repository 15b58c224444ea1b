"""Whether a draft would be returned: the letter the requested state could write, written to oneself before."""

from pydantic import JsonValue

from rogatory.documents.dossier import Dossier
from rogatory.documents.grounds_view import grounds_of, never_of
from rogatory.documents.law_view import clocks_of, unknown_of
from rogatory.documents.views_review import assessment_of, counts_of, findings_of, results_of
from schemas.assessment import RuleOutcome, Severity
from schemas.documents import DocumentOrder


def deficiency_letter(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """What is missing or wrong, what could be refused, what asks for consultation; then what is in order."""
    assessment = assessment_of(order, dossier)
    return {
        "counts": counts_of(assessment),
        "errors": findings_of(assessment, dossier, Severity.ERROR),
        "warnings": findings_of(assessment, dossier, Severity.WARNING),
        "questions": results_of(assessment, RuleOutcome.PERSON),
        "met": results_of(assessment, RuleOutcome.MET),
        "grounds": [*grounds_of(assessment, dossier)],
        "never": [*never_of(assessment)],
        "consultation": assessment.consultation.model_dump(mode="json") if assessment.consultation else {},
        "clocks": clocks_of(assessment, dossier),
        "assurances": [each.model_dump(mode="json") for each in assessment.assurances],
        "papers": [each.model_dump(mode="json") for each in assessment.dossier],
        "unknown": unknown_of(dossier),
    }
