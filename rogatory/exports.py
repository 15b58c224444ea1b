"""Copies for people outside: numbered PDFs, the ledger with its signed head, the evidence package."""

import os
import tempfile
from pathlib import Path

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.package_zip import STANDALONE, standalone_verifier
from rogatory.adapters.register_sql import SqlRegister
from rogatory.errors import UsageError
from rogatory.ports import EvidenceVault
from schemas.documents import DRAFTED, DocumentType
from schemas.register import DocumentRow


class Exports:
    """Writes whole files or none, and never over a file that says something else."""

    def __init__(
        self, home: Path, ledger: SqlLedger, register: SqlRegister, vault: EvidenceVault, anchors: FileAnchors
    ) -> None:
        self._home, self._ledger, self._register = home, ledger, register
        self._vault, self._anchors = vault, anchors

    def documents(self, reference: str, folder: Path) -> list[Path]:
        """Writes the documents as NN-type.pdf in order of making; the letter in its signed form once there is one."""
        self._register.case(reference)
        paths = []
        for row in self._register.documents(reference):
            content = self._vault.read(reference, self.digest_to_show(row))
            paths.append(write_whole(folder / self.file_name(row), content))
        return paths

    def digest_to_show(self, row: DocumentRow) -> str:
        """The document's digest; of a signed letter, the digest of the signed one."""
        return row.signed_digest or row.digest

    @staticmethod
    def file_name(row: DocumentRow) -> str:
        """NN-type.pdf, with the version of a letter that was corrected."""
        versioned = row.type in DRAFTED | {DocumentType.CHECKLIST_REPORT, DocumentType.REVIEW_MEMO}
        suffix = f"-v{row.version}" if versioned and row.version > 1 else ""
        return f"{row.number:02d}-{row.type.replace('_', '-')}{suffix}.pdf"

    def ledger(self, reference: str, folder: Path) -> Path:
        """Writes ledger.jsonl and head.json, and checkpoint.txt with proofs.json: the record's place in the tree."""
        self._register.case(reference)
        record = self._ledger.record(reference)
        write_whole(folder / "head.json", f"{record.head}\n".encode())
        if record.checkpoint is not None and record.proofs is not None:
            write_whole(folder / "checkpoint.txt", record.checkpoint.encode())
            write_whole(folder / "proofs.json", f"{record.proofs}\n".encode())
        write_whole(folder / STANDALONE, standalone_verifier())
        return write_whole(folder / "ledger.jsonl", ("\n".join(record.lines) + "\n").encode())

    def anchors(self, folder: Path) -> Path:
        """Writes our trust anchors, which whoever verifies must have from us by another way."""
        return write_whole(folder / "anchors.json", (self._anchors.own().model_dump_json(indent=1) + "\n").encode())

    def evidence(self, reference: str, folder: Path) -> Path:
        """Writes the evidence package (ASiC-E that unpacks to a BagIt bag), which verifies offline."""
        from rogatory.adapters.evidence_package import export_case  # noqa: PLC0415  pyHanko: only here

        self._register.case(reference)
        return export_case(
            self._home, reference, folder, ledger=self._ledger, register=self._register, vault=self._vault
        )


def write_whole(path: Path, content: bytes) -> Path:
    """Writes by rename, so that a reader never sees half a file. Raises UsageError where it may not write."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).chmod(0o644)
        Path(file.name).replace(path)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", "Name another folder.") from error
    return path
