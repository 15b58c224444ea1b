"""From a draft file to what is filed: checked by form and law, its sealed identities taken out."""

from datetime import UTC, datetime
from pathlib import Path

from rogatory.adapters.draft_file import check_draft, read_draft, split_sealed
from rogatory.errors import FindingsError
from rogatory.law.registry import load_lawbook
from schemas.assessment import Finding, Severity
from schemas.filed import AnyDraft


class DraftFindingsError(FindingsError):
    """The draft's findings block; `findings` holds them all."""

    def __init__(self, path: Path, findings: list[Finding]) -> None:
        self.path, self.findings = path, findings
        blocking = sum(f.severity is Severity.ERROR for f in findings)
        super().__init__(
            f"{path}: {blocking} finding{'s' if blocking != 1 else ''} to correct. Nothing was sent.",
            f"See them with: rogatory draft check {path}",
        )


def read_request(path: Path, home: Path) -> tuple[AnyDraft, bytes | None]:
    """The draft without sealed identities, and the sealed annex. Raises DraftFindingsError."""
    lawbook = load_lawbook(home / "law")
    findings = check_draft(path, lawbook, datetime.now(UTC).date())
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise DraftFindingsError(path, findings)
    return split_sealed(read_draft(path).draft())
