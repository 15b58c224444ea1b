"""Trust and verification as values: the directory of officials, trust anchors, and what a verification found."""

from datetime import datetime

from schemas.identifiers import OfficialId, Record, Role, StateCode


class Official(Record):
    """An official as the ledger's directory knows them at one index of the ledger."""

    official: OfficialId
    person: str
    """Opaque id of the person; one person may hold several keys and posts."""
    name: str
    post: str
    roles: tuple[Role, ...]
    keyid: str
    """SHA-256 of the public key's SubjectPublicKeyInfo, in hex."""
    public_key: str
    """SubjectPublicKeyInfo, PEM."""
    certificate: str
    """X.509, PEM: the certificate that also signs PDFs."""
    state: StateCode


class TrustAnchors(Record):
    """What a verifier takes on faith: given on paper or in advance, never taken from the thing verified."""

    authority: str
    """Whose ledger and packages these vouch for."""
    state: StateCode
    demo: bool
    registrars: dict[str, str]
    """Key id: public key (PEM) of each registrar."""
    threshold: int
    """How many registrars must sign a change of the directory."""
    root_certificates: tuple[str, ...]
    """PEM; for signatures in PDFs and packages."""
    package_recipient: str | None = None
    """age recipient of the central authority, to which packages for it are encrypted."""


class Check(Record):
    """One thing that was verified."""

    name: str
    ok: bool
    detail: str


class VerificationReport(Record):
    """Four answers that are never mixed: intact, signed, trusted, complete."""

    subject: str
    kind: str
    """pdf | ledger | package | folder"""
    intact: bool
    signed: bool
    trusted: bool
    complete: bool
    demo: bool = False
    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        """All four."""
        return self.intact and self.signed and self.trusted and self.complete


class Peer(Record):
    """The other state's authority as our registrars entered it."""

    state: StateCode
    official: OfficialId
    anchors: TrustAnchors
    registered_at: datetime
