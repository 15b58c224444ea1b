"""What the procedure needs from the world. Each Protocol has its adapter under rogatory/adapters."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol, runtime_checkable

from pydantic import JsonValue

from schemas.case import CaseResult
from schemas.commands import Command, Receipt
from schemas.custody import CaseRecord, Official, TrustAnchors
from schemas.documents import Part, RenderedPdf, Sheet, SignedPdf
from schemas.identifiers import Digest, OfficialId, Reference
from schemas.register import (
    CaseRow,
    ClockRow,
    CorrespondenceRow,
    Direction,
    DocumentRow,
    DutyRow,
    ExhibitRow,
    ItemRow,
    MessageRow,
    TaskRow,
    TimelineEvent,
    TransmissionRow,
)
from schemas.tasks import DeliveryReceipt, LedgerEntry, Package, PackageOrder
from schemas.vault import Holding, Protection, Unfinished, Upload

Progress = Callable[[int], None]
"""Called with the number of bytes done since the last call; with less than none where it begins anew."""
AskPin = Callable[[str], str]
"""Asks a person for the PIN of the token named; only where there is a person. Empty: not given."""


@dataclass(frozen=True)
class Origin:
    """Where content comes from, by which it is known again when the same command is given after a stop."""

    name: str
    """The same each time, e.g. a path; it is stored nowhere."""
    changed: Callable[[], None] = lambda: None
    """Told where the source is not what it was at the stop, and is taken in from its start."""


class Renderer(Protocol):
    """Lays out one sheet: no network, no file outside the templates; the same sheet gives the same bytes."""

    def render(self, sheet: Sheet) -> RenderedPdf:
        """The PDF/A-3a of the sheet. Raises RenderError on any denied fetch, missing fact or missing glyph."""


class ScheduleRenderer(Protocol):
    """Sets long tables in parts, with the guarantees of Renderer and memory that does not grow with their length."""

    def parts(self, sheet: Sheet, wanted: Sequence[int] | None = None) -> Iterator[tuple[Part, RenderedPdf]]:
        """The parts of those numbers, in order. Raises RenderError as Renderer does."""


class EvidenceVault(Protocol):
    """Content under its own SHA-256, encrypted per case, written once, never partial (architecture 4)."""

    @property
    def place(self) -> str:
        """Where the content lies, for a person."""

    def keep(
        self, reference: Reference, source: BinaryIO, progress: Progress | None = None, origin: Origin | None = None
    ) -> tuple[Digest, int]:
        """Streams the bytes in; returns their digest and size. The same bytes twice are stored once.

        With an origin the source is one that can be read again (`seek`): stopped half-way, what was stored of it is
        kept, and the next call with the same origin goes on from there, having proven that it is the same content.
        """

    @property
    def uploads(self) -> "Uploads":
        """The way in for content that comes in parts."""

    def unfinished(self) -> Iterator[Unfinished]:
        """What was stopped on its way in and can be gone on with, by case; no reader sees it."""

    def read(self, reference: Reference, digest: Digest) -> bytes:
        """The bytes, verified. Raises NotFoundError, IntegrityError."""

    def stream(self, reference: Reference, digest: Digest) -> Iterator[bytes]:
        """The bytes in chunks; raises IntegrityError no later than at the end if they are not what the digest says."""

    def has(self, reference: Reference, digest: Digest) -> bool:
        """Whether something is stored under the digest (not whether it is sound)."""

    def check(self, reference: Reference, digest: Digest) -> bool:
        """Without a key: whether it is as it was written; False where it has no check sum (written before there was).

        Raises NotFoundError, IntegrityError.
        """

    def cases(self) -> Iterator[Reference]:
        """The cases something is held of, in order."""

    def holdings(self, reference: Reference) -> Iterator[Holding]:
        """Everything the case holds, in order of digest; nothing of it is read."""

    def digests(self, reference: Reference) -> Iterator[Digest]:
        """The digests of everything the case holds, in order."""

    def damaged(self, reference: Reference) -> tuple[Digest, ...]:
        """Reads everything the case holds with its key, and returns what is not what its digest says."""

    def key_held(self, reference: Reference) -> bool | None:
        """Whether the case's key is here; None where no keys are. Raises IntegrityError if it is damaged."""

    def erase(self, reference: Reference) -> None:
        """Destroys the case's key, and with it every copy of its content; no error where there is none any more."""

    def protection(self) -> Protection:
        """Asks the store, and tries, whether what is stored can be deleted before its time."""

    def require_protection(self) -> None:
        """Raises UnreachableError where the configuration demands an object lock and the store enforces none."""

    def sweep(self, older_than: float = ...) -> int:
        """Removes what killed writers left behind, once older than so many seconds; returns how many.

        Without an age, what can be gone on with stays until the day that `unfinished` tells.
        """


class Uploads(Protocol):
    """Content that comes in parts, in any order, in separate requests, to any process of this machine.

    Whoever serves it sees to it that the person may add to the case, and names that person in the origin.
    """

    def begin(self, reference: Reference, origin: str, size: int) -> Upload:
        """Begins, or finds again what was begun: the answer names the parts that are missing.

        Args:
            origin: the same each time, e.g. person, name, size and date of the file; it is stored nowhere.
            size: bytes of the whole. Another than before: what was there is dropped.

        Raises:
            UsageError: no content has such a size. UnreachableError: the disk cannot be written.
        """

    def put(self, reference: Reference, upload: str, part: int, content: bytes) -> None:
        """Stores a part; it is on the disk when this returns. The same part again changes nothing.

        Raises:
            UsageError: there is no such part, or it has another size.
            ChangedError: other bytes came as this part before.
            NotFoundError: there is no such upload. UnreachableError: the disk is full or cannot be written.
        """

    def finish(self, reference: Reference, upload: str, progress: Progress | None = None) -> tuple[Digest, int]:
        """Reads all parts once more, and makes them the vault's content; returns its digest and size.

        Raises:
            UsageError: a part is missing. IntegrityError: a part is not as it came, and counts as missing now.
            NotFoundError, UnreachableError.
        """

    def abandon(self, reference: Reference, upload: str) -> None:
        """Drops what came; no error where there is nothing."""


class CaseLedger(Protocol):
    """Signed lines in SQL, exported verbatim; the record that outlives Temporal."""

    def append(self, entry: LedgerEntry) -> Receipt:
        """Records a fact of the procedure, signed by the service key. Idempotent by entry id."""

    def append_act(self, task: str, reference: Reference, command: Command, at: datetime) -> Receipt:
        """Verifies a signed act against the directory as it stands and records it. Idempotent by task and command id.

        Raises:
            RefusedError: Forged (statement does not match or does not verify), Forbidden (role), FourEyes (person).
        """

    def check_act(self, task: str, reference: Reference, command: Command) -> None:
        """As append_act, but records nothing. Raises as append_act does."""

    def head(self, reference: Reference) -> str:
        """The signed head of the case's chain as it stands: a DSSE envelope."""

    def record(self, reference: Reference, witness: str | None = None) -> CaseRecord:
        """Lines, head, checkpoint and proofs of one moment, to be given away; to a witness, from its last head on."""

    def receipt(self, task: str, command_id: str) -> Receipt | None:
        """The receipt of an act recorded before, for a command repeated after its stage has moved on."""

    def recorded(self, entry_id: str) -> dict[str, JsonValue] | None:
        """The facts of the entry of that id, if it was recorded."""

    def disclosures(self, reference: Reference) -> dict[str, tuple[str, ...]]:
        """By entry id: the withheld words that were not erased."""

    def lines(self, reference: Reference) -> Sequence[str]:
        """The directory's and the case's lines, verbatim, in ledger order."""

    def officials(self) -> dict[OfficialId, Official]:
        """The directory as it stands."""

    def refuse(self, reference: str, task: str, by: str, kind: str, act: str) -> None:
        """Logs a refused attempt: codes only."""


class Register(Protocol):
    """Lists, sorted and paged, projected from the ledger."""

    def reserve_reference(self, state: str, year: int, command_id: str) -> Reference:
        """The next free reference; the same command id gets the same one."""

    def case(self, reference: Reference) -> CaseRow:
        """Raises NotFoundError."""

    def cases(self, *, status: str | None = None, limit: int = 100, offset: int = 0) -> list[CaseRow]:
        """Cases, the last changed first."""

    def supplements(self, reference: Reference) -> list[CaseRow]:
        """The requests that add to it, in order of their references."""

    def tasks(self, *, reference: Reference | None = None, open_only: bool = True, limit: int = 500) -> list[TaskRow]:
        """Tasks, due soonest first."""

    def task(self, task: str) -> TaskRow:
        """Raises NotFoundError."""

    def documents(self, reference: Reference) -> list[DocumentRow]:
        """Documents in order of making."""

    def items(self, reference: Reference) -> list[ItemRow]:
        """Evidence items in order."""

    def item(self, item: str) -> ItemRow:
        """Raises NotFoundError."""

    def exhibits(self, reference: Reference) -> list[ExhibitRow]:
        """Physical items and copies, in order."""

    def exhibit(self, item: str) -> ExhibitRow | None:
        """The physical item or copy of that number; None when it is no such item."""

    def duties(self) -> list[DutyRow]:
        """What is still owed for items of all cases, due soonest first."""

    def messages(self, reference: Reference) -> list[MessageRow]:
        """Questions in order."""

    def transmissions(self, reference: Reference) -> list[TransmissionRow]:
        """What was sent, in order."""

    def correspondence(
        self,
        words: str = "",
        *,
        reference: Reference | None = None,
        direction: Direction | None = None,
        drafter: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> list[CorrespondenceRow]:
        """What came in and went out, the last first, whose references, marks or digests hold the words."""

    def clocks(self, *, reference: Reference | None = None, open_only: bool = True) -> list[ClockRow]:
        """Periods of law, due soonest first; open are those that run, and those that ran out unmet."""

    def timeline(self, reference: Reference) -> list[TimelineEvent]:
        """The case's ledger lines as events for people."""

    def set_archive(self, reference: Reference, manifest: Digest) -> None:
        """Notes the export of a closed case."""

    def rebuild(self) -> int:
        """Empties the register and projects the whole ledger again; returns the number of lines."""


class Signer(Protocol):
    """One official's key. It never leaves its holder: not Temporal, not a payload, not a log."""

    @property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""

    @property
    def certificate(self) -> str:
        """X.509, PEM."""

    def sign(self, message: bytes) -> bytes:
        """ECDSA P-256 over SHA-256, DER."""


@runtime_checkable
class Asserting(Protocol):
    """One official's passkey: its signature comes with what the authenticator and the browser said."""

    @property
    def keyid(self) -> str:
        """SHA-256 of the SubjectPublicKeyInfo, hex."""

    def assertion(self, message: bytes) -> tuple[bytes, bytes, bytes]:
        """Its answer to the message as challenge: the signature (ECDSA, DER), authenticator data, client data."""


class PdfSigner(Protocol):
    """Signs a PDF by incremental revisions (PAdES B-LTA where time stamps are to be had, else B-B)."""

    def sign(self, pdf: bytes, field: str, reason: str, at: datetime) -> bytes:
        """Fills the field; a field that is not there is added invisibly. The input bytes stay as prefix."""

    def sign_noted(self, pdf: bytes, field: str, reason: str, at: datetime) -> SignedPdf:
        """As `sign`, with the level reached. Raises UnreachableError when the time-stamping authority is silent."""


class Packager(Protocol):
    """Makes sealed packages for another state."""

    def make(self, order: PackageOrder, documents: dict[Digest, bytes], lines: Sequence[str]) -> Package:
        """Seals, encrypts to the requested state, and stores it in the vault before it says so."""

    def check_letter(self, signed: bytes, signer: Official, anchors: TrustAnchors) -> None:
        """Raises IntegrityError unless the letter's PDF signature is intact and the signatory's."""


class Channel(Protocol):
    """A road to the other state; safety never depends on it: packages are sealed and encrypted whatever it is."""

    name: str

    def send(self, package: Package, content: Iterator[bytes]) -> DeliveryReceipt:
        """Idempotent on the transmission id: the same id again sends nothing twice."""


class Courier(Protocol):
    """Reads what the other state sent."""

    def waiting(self) -> list[tuple[str, BinaryIO]]:
        """Messages not yet taken in, by name, oldest first."""

    def done(self, name: str) -> None:
        """Marks a message as taken in."""

    def set_aside(self, name: str) -> None:
        """Keeps a message that does not verify where no one uses it by mistake."""


class HistorySource(Protocol):
    """Temporal's histories of a case, for the archive."""

    async def histories(self, reference: Reference) -> dict[str, str]:
        """Workflow id and run: history as JSON, payloads still encrypted."""


class Anchors(Protocol):
    """Whom this installation trusts."""

    def own(self) -> TrustAnchors:
        """Our own anchors."""

    def peer(self, state: str) -> TrustAnchors:
        """The other state's. Raises NotFoundError."""


class Clock(Protocol):
    """The time, outside workflows."""

    def now(self) -> datetime:
        """Aware, UTC."""


__all__ = [
    "Anchors",
    "AskPin",
    "CaseLedger",
    "CaseResult",
    "Channel",
    "Clock",
    "Courier",
    "EvidenceVault",
    "HistorySource",
    "Origin",
    "PdfSigner",
    "Progress",
    "Register",
    "Renderer",
    "ScheduleRenderer",
    "Signer",
    "Uploads",
]
