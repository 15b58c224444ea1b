"""Letters of one kind of assistance alone, on paper: from examples/preservation.yaml and examples/information.yaml."""

from pathlib import Path

from pydantic import JsonValue

from activities.cards import cards_of
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.documents.dossier import Dossier
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType
from schemas.filed import FiledRequest
from schemas.request import Draft
from tests.documents.dossiers import Record, assess, digest, dossier

EXAMPLES = Path(__file__).parents[2] / "examples"
FILES = {
    DocumentType.PRESERVATION_REQUEST: "preservation.yaml",
    DocumentType.SPONTANEOUS_INFORMATION: "information.yaml",
}
FACTS: dict[DocumentType, dict[str, JsonValue]] = {letter: {} for letter in FILES}


def draft_of(letter: DocumentType) -> Draft:
    """The example the letter is drawn from."""
    filed, _ = split_sealed(read_draft(EXAMPLES / FILES[letter]).draft())
    assert isinstance(filed, Draft)
    return filed


def dossier_of(letter: DocumentType, draft: Draft | None = None) -> Dossier:
    """The case at its beginning, with the example's words or others."""
    draft = draft or draft_of(letter)
    cards, case = cards_of(load_lawbook()), dossier()
    return case.model_copy(
        update={
            "case": case.case.model_copy(update={"kind": draft.kind}),
            "request": FiledRequest(draft=draft),
            "assessment": assess(draft),
            "instruments": tuple(cards.instruments[basis.instrument] for basis in draft.legal_basis),
            "measures": {each.type: cards.measures[each.type] for each in draft.measures},
            "acts": tuple(_asked().acts),
            "items": (),
            "manifests": {},
        }
    )


def _asked() -> Record:
    """The status query: its act is c02."""
    record = Record()
    record.act("submit", "XV-2026-0001", "prosecutor", request=digest("request 2"), requested_state="XN")
    record.act("ask-status", "XV-2026-0001.answer-1", "reviewer-1", {"note": "Is the account still in use?"})
    return record
