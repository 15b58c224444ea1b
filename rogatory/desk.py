"""What a person can see of an installation without a Temporal server: register, ledger, vault, and copies of them."""

from functools import cached_property
from pathlib import Path

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.course import Course
from rogatory.custody.ledger import parse_line
from rogatory.exports import Exports
from rogatory.ports import EvidenceVault
from rogatory.profile import Profile
from schemas.filed import FiledRequest
from schemas.identifiers import Reference


class Desk:
    """What can be seen without a Temporal server."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.ledger, self.register = open_stores(profile.home)

    @cached_property
    def vault(self) -> EvidenceVault:
        """The vault of this installation."""
        return open_vault(self.profile.home)

    @cached_property
    def anchors(self) -> FileAnchors:
        """Whom this installation trusts."""
        return FileAnchors(self.profile.home)

    @cached_property
    def exports(self) -> Exports:
        """Copies for people outside."""
        return Exports(self.profile.home, self.ledger, self.register, self.vault, self.anchors)

    def request(self, reference: str) -> FiledRequest:
        """The request in force, without sealed identities."""
        row = self.register.case(reference)
        return FiledRequest.model_validate_json(self.vault.read(reference, row.request))

    def course(self, reference: Reference) -> Course:
        """The case folded from its lines: what stands now. Raises NotFoundError."""
        self.register.case(reference)
        course = Course(reference)
        for entry in map(parse_line, self.ledger.lines(reference)):
            if entry.chain == reference:
                course.apply(entry)
        return course

    def save_documents(self, reference: str, folder: Path) -> list[Path]:
        """Writes the documents as numbered PDFs; returns their paths in order."""
        return self.exports.documents(reference, folder)

    def export_ledger(self, reference: str, folder: Path) -> Path:
        """Writes the case's ledger lines and their signed head; returns the ledger's path."""
        return self.exports.ledger(reference, folder)

    def export_evidence(self, reference: str, folder: Path) -> Path:
        """Writes the evidence package, which verifies offline; returns its path."""
        return self.exports.evidence(reference, folder)
