"""The assessment as the procedure asks for it: from the vault, into the vault, the same for a retry."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from temporalio.testing import ActivityEnvironment

from activities.assessment import AssessmentActivities
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.cli.examples import folder
from rogatory.errors import NotFoundError
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.ports import EvidenceVault
from schemas.assessment import AssessmentNote, LegalAssessment, RuleOutcome
from schemas.filed import FiledRequest
from schemas.tasks import AssessOrder

REFERENCE = "XV-2026-0001"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path: Path) -> EvidenceVault:
    VaultKeys.create(tmp_path / "keys")
    return open_vault(tmp_path)


def _assessed(vault: EvidenceVault, content: bytes) -> AssessmentNote:
    digest, _ = vault.keep(REFERENCE, io.BytesIO(content))
    order = AssessOrder(reference=REFERENCE, request=digest, version=1, at=AT)
    activities = AssessmentActivities(vault, Requirements(load_lawbook()))
    return ActivityEnvironment().run(activities.assess_request, order)


def test_the_example_is_assessed_and_kept(vault: EvidenceVault) -> None:
    draft, _ = split_sealed(read_draft(folder() / "trafficking.yaml").draft())
    content = FiledRequest(draft=draft).model_dump_json().encode()
    note = _assessed(vault, content)
    kept = LegalAssessment.model_validate_json(vault.read(REFERENCE, note.assessment))
    assert (note.blocking, note.warnings, note.law_digest) == (0, 0, load_lawbook().digest)
    assert kept.instruments == ("un-untoc", "un-untoc-trafficking")
    assert kept.assessed_at == AT
    outcomes = [result.outcome for result in kept.checklist]
    assert note.met == outcomes.count(RuleOutcome.MET) > 30
    assert RuleOutcome.NOT_MET not in outcomes
    assert all(result.source and result.title for result in kept.checklist)
    assert _assessed(vault, content) == note


def test_what_blocks_and_what_warns_is_counted(vault: EvidenceVault) -> None:
    draft, _ = split_sealed(read_draft(folder() / "trafficking.yaml").draft())
    weak = draft.model_copy(update={"scope": None, "dual_criminality": None, "language": "es", "translation": None})
    note = _assessed(vault, FiledRequest(draft=weak).model_dump_json().encode())
    kept = LegalAssessment.model_validate_json(vault.read(REFERENCE, note.assessment))
    assert [(found.rule, found.path) for found in kept.findings] == [
        ("UNTOC-01a", "scope"),
        ("UNTOC-06", "language"),
        ("UNTOC-21", "dual_criminality"),
    ]
    assert (note.blocking, note.warnings, kept.blocking) == (2, 1, 2)


def test_details_that_are_not_as_the_measure_asks_block_whoever_filed_them(vault: EvidenceVault) -> None:
    draft, _ = split_sealed(read_draft(folder() / "minimal-bank-records.yaml").draft())
    measure = draft.measures[0].model_copy(update={"details": {"institution": "A bank"}})
    note = _assessed(
        vault, FiledRequest(draft=draft.model_copy(update={"measures": (measure,)})).model_dump_json().encode()
    )
    assert note.blocking == 7


def test_a_request_the_vault_has_lost_is_waited_for(vault: EvidenceVault) -> None:
    order = AssessOrder(reference=REFERENCE, request="sha256:" + "0" * 64, version=1, at=AT)
    with pytest.raises(NotFoundError):  # no final refusal: the workflow tries again until an operator restored it
        ActivityEnvironment().run(AssessmentActivities(vault, Requirements(load_lawbook())).assess_request, order)
