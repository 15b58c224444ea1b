"""Collects checks and keeps the four answers apart: intact, signed, trusted, complete."""

from collections.abc import Iterable, Sequence
from typing import Literal

from rogatory.custody.names import safe_name
from schemas.custody import Check, SignatureFinding, TrustAnchors, VerificationReport

Answer = Literal["intact", "signed", "trusted", "complete"]
Kind = Literal["pdf", "ledger", "package", "folder", "item", "unknown"]


class Findings:
    """A report in the making: an answer is yes until a check that bears on it fails."""

    def __init__(self, subject: str, kind: Kind) -> None:
        self.subject = safe_name(subject, 200)
        self.kind = kind
        self.demo = False
        self.signers: list[str] = []
        """Key ids of those whose signatures were looked at."""
        self.signatures: list[SignatureFinding] = []
        """The signatures in PDFs, one by one."""
        self.completeness: str | None = None
        """Of the first ledger among it: who vouches for its end."""
        self.cosigned = False
        self._checks: list[Check] = []
        self._no: set[Answer] = set()

    def add(self, name: str, ok: bool, detail: str, *bears_on: Answer) -> bool:
        """Notes one check and the answers it decides if it fails; names and details are made safe to print."""
        self._checks.append(Check(name=safe_name(name, 200), ok=ok, detail=safe_name(detail, 600)))
        if not ok:
            self._no.update(bears_on)
        return ok

    def include(self, report: VerificationReport, prefix: str) -> None:
        """Takes over another report's checks and its noes."""
        for check in report.checks:
            self._checks.append(check.model_copy(update={"name": safe_name(f"{prefix}: {check.name}", 300)}))
        answers: tuple[tuple[Answer, bool], ...] = (
            ("intact", report.intact),
            ("signed", report.signed),
            ("trusted", report.trusted),
            ("complete", report.complete),
        )
        self._no.update(answer for answer, yes in answers if not yes)
        self.signatures += report.signatures
        if self.completeness is None:
            self.completeness, self.cosigned = report.completeness, report.cosigned
        self.demo = self.demo or report.demo

    def says_yes(self, answer: Answer) -> bool:
        """Whether nothing so far denies the answer."""
        return answer not in self._no

    def report(self) -> VerificationReport:
        """The finished report."""
        if self.demo and not any(check.name == "demo keys" for check in self._checks):
            self._checks.append(
                Check(name="demo keys", ok=True, detail="DEMO KEYS: made for trying out; they bind nobody")
            )
        return VerificationReport(
            subject=self.subject,
            kind=self.kind,
            intact="intact" not in self._no,
            signed="signed" not in self._no,
            trusted="trusted" not in self._no,
            complete="complete" not in self._no,
            demo=self.demo,
            completeness=self.completeness,
            cosigned=self.cosigned and "intact" not in self._no,
            checks=tuple(self._checks),
            signatures=tuple(self.signatures),
        )


def several(anchors: TrustAnchors | Iterable[TrustAnchors]) -> tuple[TrustAnchors, ...]:
    """The anchors as a tuple, one or many."""
    return (anchors,) if isinstance(anchors, TrustAnchors) else tuple(anchors)


def roots_of(anchors: TrustAnchors | Sequence[TrustAnchors]) -> dict[str, TrustAnchors]:
    """Each root certificate (PEM) and whose it is."""
    return {pem: one for one in several(anchors) for pem in one.root_certificates}


def stamp_roots_of(anchors: TrustAnchors | Sequence[TrustAnchors]) -> tuple[str, ...]:
    """The certificates (PEM) that vouch for time stamps; they vouch for no signer."""
    return tuple(pem for one in several(anchors) for pem in (*one.root_certificates, *one.timestamp_roots))
