"""What a person can see of an installation without a Temporal server: register, ledger, vault, and copies of them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.course import Course
from rogatory.custody.ledger import Entry, parse_line
from rogatory.custody.statement import words_of
from rogatory.exports import Exports
from rogatory.ports import EvidenceVault
from rogatory.profile import Profile
from schemas.commands import Command
from schemas.custody import Official
from schemas.filed import FiledRequest
from schemas.identifiers import OfficialId, Reference, Role, Stage
from schemas.register import TaskRow

C = TypeVar("C", bound=Command)


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

    def returned(self, reference: Reference) -> tuple[Entry, list[str]] | None:
        """The decision that sent the request back to its drafter, while it is theirs to correct, and its reasons.

        A reason about one field begins with the field's name; erased words are no more among them.
        """
        if self.register.case(reference).status != Stage.CORRECTION:
            return None
        decisions = [entry for entry in map(parse_line, self.ledger.lines(reference)) if entry.event == "decide"]
        last = decisions[-1] if decisions else None
        if last is None or last.act is None or last.facts.get("verdict") != "return":
            return None
        words = words_of(self.ledger.disclosures(reference).get(last.entry_id, ()), last.act)
        return last, words.get("reason", "").splitlines()

    def lent(self, official: OfficialId) -> tuple[Role, ...]:
        """The roles that others lend them now, in some case."""
        directory, now = self.ledger.directory(), datetime.now(UTC)
        officials, powers = directory.officials(), directory.powers()
        return tuple(role for role in Role if powers.givers(official, officials, role, None, now))

    def not_given_away(self, rows: Sequence[TaskRow], official: OfficialId) -> list[TaskRow]:
        """The tasks without those that were given to others, with no place left for this official."""
        given = self.register.assigned([row.id for row in rows])
        return [row for row in rows if row.id not in given or self._admits(row, official)]

    def _admits(self, row: TaskRow, official: OfficialId) -> bool:
        directory, now, course = self.ledger.directory(), datetime.now(UTC), self.course(row.reference)
        officials, powers = directory.officials(), directory.powers()
        me = officials.get(official)
        if me is None:
            return False
        for role in {*me.roles, *row.roles}:  # an answer may be another role's than the task waits for
            givers = powers.givers(official, officials, role, row.reference, now)
            principals = [officials[giver].person for giver in givers] + ([None] if role in me.roles else [])
            for person in principals:
                if course.admits(row.id, {"role": role, "person": me.person, "principal": person}, officials):
                    return True
        return False

    def role_of(self, official: Official, wanted: Sequence[Role]) -> Role:
        """In which role they act: one of their own before one lent; the first where none fits, and is then refused."""
        held = [*official.roles, *self.lent(official.official)]
        fitting = [role for role in wanted if role in official.roles] or [role for role in wanted if role in held]
        return next(iter(fitting), wanted[0])

    def in_stead(self, command: C, reference: Reference) -> C:
        """The command on behalf of whoever lends the role, where it is not the official's own."""
        directory, now = self.ledger.directory(), datetime.now(UTC)
        officials = directory.officials()
        me = officials.get(command.by)
        if me is None or command.role in me.roles:
            return command
        givers = directory.powers().givers(command.by, officials, command.role, reference, now)
        return command.model_copy(update={"on_behalf_of": givers[0]}) if givers else command

    def save_documents(self, reference: str, folder: Path) -> list[Path]:
        """Writes the documents as numbered PDFs; returns their paths in order."""
        return self.exports.documents(reference, folder)

    def export_ledger(self, reference: str, folder: Path) -> Path:
        """Writes the case's ledger lines and their signed head; returns the ledger's path."""
        return self.exports.ledger(reference, folder)

    def export_evidence(self, reference: str, folder: Path) -> Path:
        """Writes the evidence package, which verifies offline; returns its path."""
        return self.exports.evidence(reference, folder)
