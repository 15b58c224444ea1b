"""The law's answer to a filed request, given once and kept in the vault."""

import io
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue
from temporalio import activity

from rogatory.ports import EvidenceVault
from schemas.assessment import AssessmentNote, LegalAssessment, RuleOutcome
from schemas.filed import FiledRequest
from schemas.tasks import AssessOrder


class Law(Protocol):
    """What worker.py makes of the law files (rogatory/law/requirements.py, Requirements): no file is read here."""

    def assess(self, draft: dict[str, JsonValue], at: datetime) -> LegalAssessment:
        """Every rule that bears on the draft, and how it came out."""


class AssessmentActivities:
    """One activity over the vault and the law data worker.py loaded."""

    def __init__(self, vault: EvidenceVault, law: Law) -> None:
        self._vault, self._law = vault, law

    @activity.defn
    def assess_request(self, order: AssessOrder) -> AssessmentNote:
        """Reads the FiledRequest, applies the law of `order.at`, stores the LegalAssessment as JSON in the vault.

        A retry gives the same bytes, hence the same digest. Whatever fails here is tried again: a vault that has lost
        or damaged the request is for an operator to restore, and no reason for the case to end.
        """
        filed = FiledRequest.model_validate_json(self._vault.read(order.reference, order.request))
        draft = filed.draft.model_dump(mode="json", by_alias=True, exclude_none=True)
        assessment = self._law.assess(draft, order.at)
        content = assessment.model_dump_json().encode()
        digest, _ = self._vault.keep(order.reference, io.BytesIO(content))
        return AssessmentNote(
            assessment=digest,
            law_digest=assessment.law_digest,
            blocking=assessment.blocking,
            warnings=len(assessment.findings) - assessment.blocking,
            met=sum(result.outcome is RuleOutcome.MET for result in assessment.checklist),
            clocks=assessment.clocks,
            translation=filed.draft.translation.into if filed.draft.translation else None,
        )
