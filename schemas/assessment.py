"""The law's answer to a draft, as a value: recorded once, so that correcting a treaty file changes no open case."""

from datetime import date, datetime
from enum import StrEnum

from schemas.identifiers import Digest, Record


class Severity(StrEnum):
    """Whether a finding blocks; only a rule whose text was read and recorded may."""

    ERROR = "error"
    WARNING = "warning"


class Finding(Record):
    """One fault of a draft: what is wrong, where, on whose authority, and what to write instead."""

    line: int = 0
    """1-based; 0 when the fault is not in one place, or the draft did not come from a file."""
    column: int = 0
    path: str
    """Where in the draft, e.g. measures/0/details/period/from."""
    severity: Severity
    rule: str
    """Its id, e.g. UNTOC-10; `form` for the shape of the file."""
    source: str
    """The article, e.g. "UNTOC art. 18(15)(c)"; empty for the shape of the file."""
    message: str
    fix: str


class RuleOutcome(StrEnum):
    """How one rule came out for one draft."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    PERSON = "for-a-person"
    """No machine decides it: a reviewer must."""


class RuleResult(Record):
    """One line of the checklist report."""

    rule: str
    title: str
    source: str
    url: str
    checked_on: date | None = None
    """When the article's text was read; None means the rule can only warn."""
    severity: Severity
    outcome: RuleOutcome
    note: str = ""


class LegalAssessment(Record):
    """The whole answer, with the digest of the law data that gave it."""

    law_digest: Digest
    instruments: tuple[str, ...]
    """Ids, the governing one first."""
    instrument_titles: tuple[str, ...]
    assessed_at: datetime
    findings: tuple[Finding, ...]
    checklist: tuple[RuleResult, ...]

    @property
    def blocking(self) -> int:
        """The number of findings that block."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)


class AssessmentNote(Record):
    """What the procedure needs of an assessment; the whole stands in the vault."""

    assessment: Digest
    law_digest: Digest
    blocking: int
    warnings: int
    met: int
