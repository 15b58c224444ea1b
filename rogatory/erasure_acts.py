"""Erasing at the desk: words that lines disclose, and the whole content of a closed case. What verifies stays."""

from collections.abc import Sequence

from rogatory.acting import new_command_id
from rogatory.custody.ledger import Entry, parse_line
from rogatory.custody.statement import words_of
from rogatory.desk import Desk
from rogatory.desk_acts import DeskActs
from rogatory.errors import NotFoundError
from schemas.commands import Receipt
from schemas.erasure import EraseContent, EraseWords, OrderErasure
from schemas.identifiers import Reference, Role


class ErasureActs(DeskActs):
    """What an official erases, with the basis on record."""

    def erase_words(
        self, reference: Reference, sequence: int, fields: Sequence[str], basis: str, command_id: str | None = None
    ) -> Receipt:
        """Erases the words that a line discloses, all of them where no field is named.

        Raises NotFoundError: the line discloses none of these.
        """
        self.register.case(reference)
        if command_id and (first := self.ledger.receipt(reference, command_id)):
            return first
        line = next((found for found in disclosed_words(self, reference) if found[0].seq == sequence), None)
        lacking = sorted(set(fields) - set(line[1])) if line else sorted(fields)
        if line is None or lacking:
            raise NotFoundError(
                f"Line {sequence} of {reference} discloses no {' and no '.join(lacking) or 'words'}.",
                f"See: rogatory case words {reference}",
            )
        command = EraseWords(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.SIGNATORY, Role.REVIEWER),
            line=f"sha256:{line[0].digest}",
            fields=tuple(fields) or tuple(line[1]),
            basis=basis,
        )
        return self.sign(reference, command)

    def order(self, reference: Reference, basis: str, command_id: str | None = None) -> Receipt:
        """Orders that all content of a closed case be erased."""
        command = OrderErasure(
            command_id=command_id or new_command_id(), by=self.official, role=self.role(Role.SIGNATORY), basis=basis
        )
        return self.sign(reference, command)

    def erase(self, reference: Reference, command_id: str | None = None) -> int:
        """Carries the order out; returns the line of the act. After a crash the same command finishes it."""
        erasures = self.course(reference).erasures
        line = erasures.erased_by
        if line is None:
            command = EraseContent(
                command_id=command_id or new_command_id(),
                by=self.official,
                role=self.role(Role.CUSTODIAN),
                basis=erasures.ordered.basis if erasures.ordered else "none",
            )
            line = self.sign(reference, command).sequence
        self.vault.erase(reference)  # after the line: a key destroyed without one would be a loss nobody answers for
        return line


def disclosed_words(desk: Desk, reference: Reference) -> list[tuple[Entry, list[str]]]:
    """The lines of a case that still disclose words, with the names of their fields. Raises NotFoundError."""
    desk.register.case(reference)
    disclosed = desk.ledger.disclosures(reference)
    entries = map(parse_line, desk.ledger.lines(reference))
    return [
        (entry, sorted(words_of(disclosed[entry.entry_id], entry.act)))
        for entry in entries
        if entry.act and disclosed.get(entry.entry_id)
    ]
