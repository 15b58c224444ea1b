"""Trust and verification as values: the directory of officials, trust anchors, and what a verification found."""

from datetime import datetime

from schemas.identifiers import OfficialId, Record, Role, StateCode


class Passkey(Record):
    """A WebAuthn credential whose assertions count as its holder's signature; it signs no PDF."""

    keyid: str
    """SHA-256 of the public key's SubjectPublicKeyInfo, in hex."""
    public_key: str
    """SubjectPublicKeyInfo, PEM; P-256."""
    credential: str
    """Its id, base64url."""
    relying_party: str
    """The name of the installation it was made for."""


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
    unit: str | None = None
    """The unit of the authority they belong to, as a code; who has none breaks no glass."""
    passkey: Passkey | None = None

    def key_ids(self) -> frozenset[str]:
        """The ids of the keys they sign with."""
        return frozenset({self.keyid, self.passkey.keyid} if self.passkey else {self.keyid})


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
    timestamp_roots: tuple[str, ...] = ()
    """PEM; vouch for time stamps only, beside the root certificates. Empty: the authority's own root does."""
    log_key: str | None = None
    """The verifier key (C2SP vkey, Ed25519) of its ledger's checkpoints; None: it signs none."""
    witness_key: str | None = None
    """The verifier key with which it cosigns the checkpoints of others (cosignature/v1); None: it cosigns none."""


class Check(Record):
    """One thing that was verified."""

    name: str
    ok: bool
    detail: str


class CaseRecord(Record):
    """The record of one case as it stands at one moment, verbatim, to be given away."""

    lines: tuple[str, ...]
    """The directory's and the case's lines, in ledger order."""
    head: str
    """The signed head of the case's chain."""
    checkpoint: str | None = None
    """A C2SP checkpoint of the whole ledger's tree; None in an installation without a log key."""
    proofs: str | None = None
    """That each line stands in that tree, and what other states cosigned: see rogatory/custody/proofs.py."""


class StampFinding(Record):
    """A time stamp, as found in a PDF."""

    authority: str
    """Whom its certificate names."""
    at: datetime
    trusted: bool
    """A root given vouches for the authority, and the stamp is over these bytes."""
    ends: datetime
    """When its certificate ends: until then it must be renewed by another archive time stamp."""


class SignatureFinding(Record):
    """One signature or archive time stamp of a PDF: what was found, each answer apart."""

    file: str
    field: str
    kind: str
    """certification | approval | archive time stamp"""
    signer: str
    reason: str | None = None
    """What the signer states as reason."""
    claimed_at: datetime | None = None
    """When, by the signer's own word."""
    intact: bool
    """The bytes it covers are unchanged."""
    valid: bool
    """It was made over them by the key its certificate names."""
    trusted: bool
    """A root given vouches for that certificate, as of `as_of`."""
    as_of: datetime | None = None
    revocation: str
    """good | revoked | unknown, by the lists the PDF carries."""
    coverage: str
    """pyHanko's name: ENTIRE_FILE, ENTIRE_REVISION, CONTIGUOUS_BLOCK_FROM_START, UNCLEAR."""
    modification: str
    """Of what came after it: NONE, LTA_UPDATES, FORM_FILLING, ANNOTATIONS, OTHER."""
    permitted: bool
    """Whether the certification allows what came after."""
    level: str | None = None
    """Of a signature: B-B, B-T, B-LT, B-LTA (ETSI EN 319 142-1); None where it is not intact and valid."""
    timestamp: StampFinding | None = None
    """A signature's own time stamp, or the archive time stamp itself."""


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
    completeness: str | None = None
    """Of a ledger: who besides its own service vouches for its end, or that completeness is not proven."""
    cosigned: bool = False
    """Another state cosigned a head of the ledger that holds its last line."""
    checks: tuple[Check, ...]
    signatures: tuple[SignatureFinding, ...] = ()
    """Of each PDF verified, in order of signing."""

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
