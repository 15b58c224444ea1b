"""Verifies an exported case as a whole: each PDF against the ledger, the packages, and whether anything is missing."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from rogatory.adapters.package_check import verify_package
from rogatory.adapters.package_zip import STANDALONE
from rogatory.adapters.pdf_signatures import signer_keys, verify_pdf
from rogatory.custody.findings import Findings
from rogatory.custody.verify_ledger import LedgerFacts
from rogatory.errors import RogatoryError
from rogatory.verification.bundles import bundle_data, verify_bundle
from rogatory.verification.ledgers import CHECKPOINT_FILE, HEAD_FILE, PROOFS_FILE, verify_ledger
from schemas.custody import TrustAnchors, VerificationReport
from schemas.identifiers import hex_of

LEDGER_FILE = "ledger.jsonl"
MAX_FILES = 5000
MAX_PDF = 256 << 20
PACKAGES = (".asice", ".asice.age")


def verify_folder(
    folder: Path, anchors: TrustAnchors | Sequence[TrustAnchors], identity: str | None = None
) -> VerificationReport:
    """The folder's ledger, PDFs and packages, and each document the ledger names. Links are not followed."""
    return _FolderCheck(folder, anchors, identity).run()


@dataclass
class _Recorded:
    """A document as the ledger records it."""

    name: str
    digest: str
    """Hex, of the bytes before any official signed them."""
    size: int
    signed: str | None = None
    """Hex, of the letter with the signatory's signature."""
    signer: str | None = None
    """The signatory's key id."""
    found: list[str] = field(default_factory=list)


class _FolderCheck:
    def __init__(self, folder: Path, anchors: TrustAnchors | Sequence[TrustAnchors], identity: str | None) -> None:
        self.folder, self.anchors, self.identity = folder, anchors, identity
        self.found = Findings(folder.name or str(folder), "folder")
        self.recorded: list[_Recorded] = []
        self.has_ledger = False

    def run(self) -> VerificationReport:
        """Ledger first: the others are judged by it."""
        files, whole = _files(self.folder)
        if not whole:
            self.found.add("files", False, f"more than {MAX_FILES} files: not all were looked at", "complete")
        ledgers = [path for path in files if path.name == LEDGER_FILE]
        for path in ledgers[:1]:
            self.check_ledger(path)
        if len(ledgers) != 1:
            detail = f"{len(ledgers)} files named {LEDGER_FILE}: without exactly one, nobody can say what is missing"
            self.found.add("ledger", False, detail, "complete")
        pdfs = [path for path in files if path.suffix.lower() == ".pdf"]
        packages = [path for path in files if path.name.lower().endswith(PACKAGES)]
        for path in pdfs:
            self.check_pdf(path)
        for path in packages:
            name = self.shown(path)
            report = verify_package(path, self.anchors, identity=self.identity, subject=name)
            self.found.include(report, name)
        self.check_missing()
        if not (ledgers or pdfs or packages):
            self.found.add("contents", False, "nothing here can be verified", "intact", "signed", "trusted", "complete")
        known = {LEDGER_FILE, HEAD_FILE, CHECKPOINT_FILE, PROOFS_FILE, STANDALONE}
        others = [p for p in files if p not in pdfs and p not in packages and p.name not in known]
        if others:
            self.found.add("other files", True, f"{len(others)} not looked at: {self.shown(others[0])} ...")
        return self.found.report()

    def check_ledger(self, path: Path) -> None:
        """The ledger, and from it the documents there must be."""
        try:
            facts = verify_ledger(path, self.anchors)
        except (RogatoryError, OSError) as fault:
            self.found.add("ledger", False, str(fault), "intact", "signed", "trusted", "complete")
            return
        self.found.include(facts.report, "ledger")
        self.has_ledger = facts.report.intact and facts.report.signed
        self.recorded = _documents(facts)

    def check_pdf(self, path: Path) -> None:
        """One PDF: the ledger vouches for its digest, or its own signatures must do."""
        name = self.shown(path)
        try:
            if path.stat().st_size > MAX_PDF:
                self.found.add(name, False, f"more than {MAX_PDF} bytes: not looked at", "intact")
                return
            pdf = path.read_bytes()
        except OSError as fault:
            self.found.add(name, False, f"cannot be read: {fault.strerror}", "intact")
            return
        digest = sha256(pdf).hexdigest()
        record = next((one for one in self.recorded if digest in {one.digest, one.signed}), None)
        if record is not None:
            record.found.append(digest)
        if record is not None and digest == record.signed:
            self.check_signed(name, pdf, record)
        elif record is not None:
            self.found.add(name, True, f"as the ledger records it: {record.name}")
        elif (bundle := bundle_data(pdf)) is not None:  # derived from the ledger, so not on it; its originals are
            known = {each for one in self.recorded for each in (one.digest, one.signed) if each}
            report = verify_bundle(pdf, bundle, self.anchors, name, known if self.has_ledger else None)
            self.found.include(report, name)
        else:
            why = "the ledger records no such document" if self.has_ledger else "there is no ledger to compare it with"
            self.found.add(name, False, why, "complete", *(("intact",) if self.has_ledger else ()))
            self.found.include(verify_pdf(pdf, self.anchors, name), name)

    def check_signed(self, name: str, pdf: bytes, record: _Recorded) -> None:
        """A letter with its signature: the bytes reviewed, and after them the signatory's signature and no other."""
        self.found.include(verify_pdf(pdf, self.anchors, name), name)
        prefix = sha256(pdf[: record.size]).hexdigest() == record.digest
        detail = f"begins with the bytes reviewed: {record.name}" if prefix else "is not the letter that was reviewed"
        self.found.add(f"{name}: letter reviewed", prefix, detail, "intact")
        signed_by = signer_keys(pdf)
        mine = signed_by[-1:] == (record.signer,)
        detail = "by the signatory who decided" if mine else "not by the signatory who decided"
        self.found.add(f"{name}: signatory", mine, detail, "signed", "trusted")

    def check_missing(self) -> None:
        """Each document of the ledger must be there, a letter that was signed in its signed form."""
        if not self.recorded:
            return
        missing = [one.name for one in self.recorded if (one.signed or one.digest) not in one.found]
        shown = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
        detail = f"missing: {shown}" if missing else f"all {len(self.recorded)} documents of the ledger are here"
        self.found.add("documents", not missing, detail, "complete")

    def shown(self, path: Path) -> str:
        """The path within the folder."""
        return str(path.relative_to(self.folder))


def _documents(facts: LedgerFacts) -> list[_Recorded]:
    recorded: list[_Recorded] = []
    for entry in facts.entries:
        said = entry.facts
        if entry.event == "document-made":
            digest, size, kind = said.get("digest"), said.get("size"), said.get("type")
            if isinstance(digest, str) and isinstance(size, int):
                recorded.append(_Recorded(f"{len(recorded) + 1:02d} {kind}", hex_of(digest), size))
        elif entry.event == "decide" and isinstance(said.get("signed_letter"), str):
            # A damaged ledger may speak of more lines of the directory than there are; it was reported above.
            known = min(entry.directory.size if entry.directory else 0, facts.directory.size)
            officials = facts.directory.officials(known)
            official = officials.get(str(said.get("by")))
            for one in recorded:
                if f"sha256:{one.digest}" == said.get("letter"):
                    one.signed = hex_of(str(said["signed_letter"]))
                    one.signer = official.keyid if official else None
    return recorded


def _files(folder: Path) -> tuple[list[Path], bool]:
    """Ordinary files in the folder and its folders, at most MAX_FILES; whether these are all."""
    files: list[Path] = []
    for root, folders, names in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(names):
            path = Path(root, name)
            if path.is_symlink() or not path.is_file():
                continue
            if len(files) == MAX_FILES:
                return files, False
            files.append(path)
    return files, True
