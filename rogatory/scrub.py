"""Whether the vault holds what the ledger names, as it was written; and what lies there that no line names.

Nothing is deleted or mended here: whoever reads the answer decides.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import ValidationError

from rogatory.custody.ledger import BARE, Entry, digests_in, parse_line
from rogatory.errors import IntegrityError, NotFoundError
from rogatory.ports import CaseLedger, EvidenceVault, Register
from schemas.evidence import DeliveryManifest
from schemas.filed import FiledRequest
from schemas.identifiers import Digest, Reference

OWED = (
    "request",
    "assessment",
    "letter",
    "signed_letter",
    "manifest",
    "package",
    "proof",
    "enclosure",
    "statement_record",
    "certificate",
    "notice",
)
"""Facts whose digest is of something in the vault. Others are not: of the law's data, of what a sender declared ..."""


@dataclass(frozen=True)
class Fault:
    """Something that is not as it should be."""

    reference: Reference
    sha256: str
    what: str
    """The item, document or record it is, in codes."""
    problem: str
    """damaged, lost, key-lost, or not-erased."""
    detail: str


@dataclass
class Scrubbed:
    """What a scrub found."""

    cases: int = 0
    checked: int = 0
    """Contents read to their end and found sound, or damaged."""
    size: int = 0
    """Bytes read."""
    faults: list[Fault] = field(default_factory=list)
    unchecked: list[Fault] = field(default_factory=list)
    """Contents that only their key could tell of, and it is not here."""


@dataclass(frozen=True)
class Orphan:
    """Something that no line of the ledger names, and nothing that a line names."""

    reference: Reference
    sha256: str
    size: int
    stored_at: datetime


@dataclass
class Names:
    """What a case's ledger names."""

    owed: dict[Digest, str] = field(default_factory=dict)
    """What must be in the vault, and what it is."""
    known: set[Digest] = field(default_factory=set)
    """Every digest on a line, and in the records that lines name."""
    unread: list[Digest] = field(default_factory=list)
    """Records that could not be read: what they name is not known."""
    erased_by: int | None = None
    """The line by which all content before it was erased on purpose."""


class Scrub:
    """Compares vault and ledger, case by case."""

    def __init__(self, ledger: CaseLedger, register: Register, vault: EvidenceVault) -> None:
        self._ledger, self._register, self._vault = ledger, register, vault

    def cases(self) -> list[Reference]:
        """Every case that the ledger or the vault knows."""
        found: list[Reference] = []
        while page := self._register.cases(limit=500, offset=len(found)):
            found += [row.reference for row in page]
        return sorted({*found, *self._vault.cases()})

    def run(
        self, references: Sequence[Reference], *, opened: bool, progress: Callable[[int], None] | None = None
    ) -> Scrubbed:
        """Checks everything the cases hold, and that they hold what their ledger names.

        Args:
            opened: decrypt each content too, which also finds what was replaced together with its check sum.
            progress: called with the stored bytes done since the last call.
        """
        result = Scrubbed()
        for reference in references:
            self._case(result, reference, opened, progress or (lambda _: None))
        return result

    def orphans(self, references: Sequence[Reference]) -> tuple[list[Orphan], list[tuple[Reference, str]]]:
        """What the cases hold and nothing names, the oldest first; and the records that could not be read."""
        found, unread = [], []
        for reference in references:
            held = list(self._vault.holdings(reference))  # first: what is stored meanwhile is named in a moment
            names = self.names(reference)
            unread += [(reference, digest.removeprefix("sha256:")) for digest in names.unread]
            found += [
                Orphan(reference, holding.digest.removeprefix("sha256:"), holding.size, holding.stored_at)
                for holding in held
                if holding.digest not in names.known
            ]
        return sorted(found, key=lambda orphan: orphan.stored_at), unread

    def names(self, reference: Reference) -> Names:
        """What the case's ledger names, directly or by a record it names."""
        names = Names()
        for line in self._ledger.lines(reference):
            entry = parse_line(line)
            if entry.chain == reference:
                names.known |= set(digests_in(entry.facts))
                names.owed |= {digest: what for digest, what in _owed(entry) if digest not in names.owed}
                if entry.event == "erase-content":
                    names.owed, names.erased_by = {}, entry.seq
        if names.erased_by is not None:
            return names
        try:
            archive = self._register.case(reference).archive
        except NotFoundError:
            return names
        for row in self._register.documents(reference):
            names.owed[row.digest] = f"document {row.number}, {row.type}"
        if archive:
            names.owed[archive] = "archive"
            names.known.add(archive)
        for digest, what in list(names.owed.items()):
            if what in ("request", "archive") or what.startswith("manifest"):
                self._follow(names, reference, digest, what)
        return names

    def _follow(self, names: Names, reference: Reference, digest: Digest, what: str) -> None:
        try:
            content = self._vault.read(reference, digest)
            if what == "request":
                annex = FiledRequest.model_validate_json(content).sealed_annex
                further = {annex: "sealed identities"} if annex else {}
            elif what == "archive":
                further = {}
            else:
                message = DeliveryManifest.model_validate_json(content).message
                further = {message: "package received"} if message else {}
        except (NotFoundError, IntegrityError, ValidationError):
            names.unread.append(digest)
            return
        names.known |= {f"sha256:{found}" for found in BARE.findall(content.decode(errors="replace"))}
        names.owed |= further

    def _case(self, result: Scrubbed, reference: Reference, opened: bool, progress: Callable[[int], None]) -> None:
        result.cases += 1
        names, held = self.names(reference), set[Digest]()
        key_held = self._key_held(result, reference)
        for holding in self._vault.holdings(reference):
            held.add(holding.digest)
            gone = names.erased_by is not None and holding.digest not in names.owed
            what = names.owed.get(holding.digest, f"erased by line {names.erased_by}" if gone else "named by no line")
            try:
                summed = bool(opened and key_held and not gone) or self._vault.check(reference, holding.digest)
                if gone:
                    pass  # noise, which its check sum tells of at most
                elif key_held and (opened or not summed):
                    for _ in self._vault.stream(reference, holding.digest):  # looks at the check sum too
                        pass
                elif opened or not summed:
                    detail = "its key is not here" + (
                        "" if summed else ", and it was written before there were check sums"
                    )
                    result.unchecked.append(_fault(reference, holding.digest, what, "unchecked", detail))
                    if not summed:
                        continue
            except IntegrityError as error:
                result.faults.append(_fault(reference, holding.digest, what, "damaged", error.hint))
            except NotFoundError:
                result.faults.append(_fault(reference, holding.digest, what, "lost", "gone while it was looked at"))
            result.checked += 1
            result.size += holding.size
            progress(holding.size)
        for digest, what in names.owed.items():
            if digest not in held:
                detail = f"the ledger names it, and {self._vault.place} has it not: restore it from a backup"
                result.faults.append(_fault(reference, digest, what, "lost", detail))
        result.faults += _key_fault(reference, names, key_held) if held else ()

    def _key_held(self, result: Scrubbed, reference: Reference) -> bool | None:
        try:
            return self._vault.key_held(reference)
        except IntegrityError as error:
            result.faults.append(Fault(reference, "", "the case's key", "damaged", f"{error} {error.hint}"))
            return None


def _owed(entry: Entry) -> Iterator[tuple[Digest, str]]:
    facts = entry.facts
    for name in OWED:
        for digest in digests_in(facts.get(name)):
            yield digest, name
    if entry.event == "document-made":
        for digest in digests_in(facts.get("digest")):
            yield digest, str(facts.get("type"))
    items = facts.get("items") if entry.event == "receive" else None
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict):
            for digest in digests_in(item.get("digest")):
                yield digest, str(item.get("item"))


def _key_fault(reference: Reference, names: Names, held: bool | None) -> list[Fault]:
    """What is wrong with a case's key: gone without a line that says so, or here in spite of one."""
    if names.erased_by is None and held is False:
        detail = f"nothing of {reference} can be read: restore keys/cases from a backup"
        return [Fault(reference, "", "the case's key", "key-lost", detail)]
    if names.erased_by is not None and held and not names.owed:
        detail = f"line {names.erased_by} erased the content, and its key is here: rogatory case erase {reference}"
        return [Fault(reference, "", "the case's key", "not-erased", detail)]
    return []


def _fault(reference: Reference, digest: Digest, what: str, problem: str, detail: str) -> Fault:
    return Fault(reference, digest.removeprefix("sha256:"), what, problem, detail)
