"""Limits on use, consent, use, disclosure and duties, at the desk."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from rogatory.acting import new_command_id
from rogatory.desk_acts import DeskActs
from rogatory.errors import NotFoundError, UsageError
from rogatory.use_gate import limits_of
from schemas.commands import Receipt
from schemas.identifiers import Digest, ItemId, Reference, Role
from schemas.use import MOST, DischargeDuty, Disclose, Duty, Limit, LimitUse, NoteConsent, NoteUse

LIMITING = (Role.SIGNATORY, Role.REVIEWER, Role.CUSTODIAN)


class UseActs(DeskActs):
    """What an official does about the use of what was returned."""

    def limit(
        self,
        reference: Reference,
        items: Sequence[ItemId],
        *,
        permitted: Sequence[str],
        conditions: str | None,
        letter: Path | None,
        duty: Duty | None,
        due: date | None,
        limit: Limit | None = None,
        source: str | None = None,
        command_id: str | None = None,
    ) -> list[Receipt]:
        """Records the limits on items, from the law data and the conditions attached, or as a person read them.

        Args:
            reference: the case.
            items: none for all of it.
            permitted: file numbers beyond the request's own.
            conditions: in the words of the requested state's letter.
            letter: that letter.
            duty: what is owed, with `due`.
            due: by when.
            limit: where a person read the law otherwise than the data have it; with `source`.
            source: the provision.
            command_id: to repeat a command.
        """
        self.printable(reference, conditions, *permitted)
        named = list(items) or sorted(self.course(reference).holding.numbers())
        if not named:
            raise NotFoundError(f"There is no item in {reference} yet.")
        own = self.request(reference).draft.proceedings.file_number
        fixed, proof = command_id or new_command_id(), self.keep(reference, letter)[0]
        groups: dict[tuple[Any, ...], list[ItemId]] = {}
        for item in named:
            groups.setdefault(limits_of(self, reference, item, attached=conditions is not None), []).append(item)
        receipts = []
        for number, (found, members) in enumerate(groups.items()):
            for start in range(0, len(members), MOST):
                command = LimitUse(
                    command_id=f"{fixed}-{number}-{start}" if number or start else fixed,
                    by=self.official,
                    role=self.role(*LIMITING),
                    items=tuple(members[start : start + MOST]),
                    limit=limit or found[0],
                    source=source or found[1],
                    exculpatory=found[2],
                    permitted=tuple(dict.fromkeys((own, *permitted))),
                    conditions=conditions,
                    proof=proof,
                    duty=duty,
                    due=due,
                )
                receipts.append(self.sign(reference, command))
        return receipts

    def consent(
        self,
        reference: Reference,
        items: Sequence[ItemId],
        proceedings: str,
        outcome: str,
        on: date,
        letter: Path,
        note: str | None = None,
        command_id: str | None = None,
    ) -> Receipt:
        """Records that consent to another use was asked for, given or refused."""
        self.printable(reference, note, proceedings)
        command = NoteConsent.model_validate(
            {
                "command_id": command_id or new_command_id(),
                "by": self.official,
                "role": self.role(Role.REVIEWER, Role.SIGNATORY),
                "items": tuple(items),
                "proceedings": proceedings,
                "outcome": outcome,
                "on": on,
                "proof": self._kept(reference, letter),
                "note": note,
            }
        )
        return self.sign(reference, command)

    def use(self, item: ItemId, proceedings: str, on: date, how: str, command_id: str | None = None) -> Receipt:
        """Records a use; refused outside the limits on record."""
        reference = item.rpartition("-E")[0]
        self.register.case(reference)
        self.printable(reference, how, proceedings)
        command = NoteUse(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.PROSECUTOR),
            item=item,
            proceedings=proceedings,
            used_on=on,
            how=how,
        )
        return self.sign(reference, command)

    def disclose(
        self,
        item: ItemId,
        proceedings: str,
        *,
        on: date,
        notified: date,
        notice: Path,
        exceptional: str | None,
        command_id: str | None = None,
    ) -> Receipt:
        """Records the disclosure of what exculpates, with the notice to the requested state."""
        reference = item.rpartition("-E")[0]
        self.register.case(reference)
        self.printable(reference, exceptional, proceedings)
        command = Disclose(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            item=item,
            proceedings=proceedings,
            disclosed_on=on,
            notified_on=notified,
            notice=self._kept(reference, notice),
            exceptional=True if exceptional else None,
            why_after=exceptional,
        )
        return self.sign(reference, command)

    def discharge(
        self, item: ItemId, duty: Duty, on: date, certificate: Path | Digest, command_id: str | None = None
    ) -> Receipt:
        """Records that what was owed for an item is done.

        Args:
            item: what it was owed for.
            duty: what was owed.
            on: the day it was done.
            certificate: a file, or the digest of a paper of the case.
            command_id: to repeat a command.
        """
        reference = item.rpartition("-E")[0]
        self.register.case(reference)
        command = DischargeDuty(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(Role.CUSTODIAN),
            item=item,
            duty=duty,
            on=on,
            certificate=self._certificate(reference, certificate),
        )
        return self.sign(reference, command)

    def _certificate(self, reference: Reference, certificate: Path | Digest) -> Digest:
        """Of a paper made in the case the digest as it was signed, so that duty and certificate stay joined."""
        if isinstance(certificate, Path):
            return self._kept(reference, certificate)
        made = self.register.documents(reference)
        paper = next((row for row in made if certificate in {row.digest, row.signed_digest}), None)
        if paper is None:
            raise UsageError(
                f"{certificate[:80]} is no paper of {reference}.", f"See: rogatory case documents {reference}"
            )
        if paper.type != "duty_certificate":
            raise UsageError(
                f"That paper is a {paper.type}, no certificate of a duty.",
                f"rogatory case document {reference} duty_certificate --what",
            )
        return paper.signed_digest or paper.digest

    def _kept(self, reference: Reference, path: Path) -> Digest:
        digest, _ = self.keep(reference, path)
        if digest is None:
            raise UsageError(f"{path} cannot be read.")
        return digest
