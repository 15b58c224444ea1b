"""What the course of a letter of one kind of assistance needs to know of its words."""

from temporalio import activity

from rogatory.ports import EvidenceVault
from schemas.filed import FiledRequest
from schemas.request import Draft
from schemas.sole_letter import Terms, TermsOrder


class SoleLetterActivities:
    """Reads a filed request; writes nothing."""

    def __init__(self, vault: EvidenceVault) -> None:
        self._vault = vault

    @activity.defn
    def read_terms(self, order: TermsOrder) -> Terms:
        """Whether data are to be preserved or information is given, and whether on conditions."""
        draft = FiledRequest.model_validate_json(self._vault.read(order.reference, order.request)).draft
        assert isinstance(draft, Draft), "the case was opened for a letter of assistance"
        return Terms(
            preservation=draft.kind == "preservation",
            conditions=any(measure.details.get("conditions") for measure in draft.measures),
        )
