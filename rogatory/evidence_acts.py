"""Evidence and custody: taking in, handing over, deciding on what differs, signing off."""

import asyncio
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from rogatory.acting import Acting, new_command_id
from rogatory.errors import NotFoundError
from schemas.commands import (
    AcceptCustody,
    OfferCustody,
    Receipt,
    RefuseCustody,
    ResolveDiscrepancy,
    SignOff,
)
from schemas.identifiers import Role, Stage
from schemas.register import ItemRow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rogatory.intake import Progress, Stored

HOLDING = (Stage.EVIDENCE_RETURN, Stage.CUSTODY_SIGN_OFF)


class EvidenceActs(Acting):
    """What an official does with evidence."""

    async def add_evidence(
        self,
        reference: str,
        files: list[Path],
        *,
        declared: Path | None = None,
        measure: str | None = None,
        description: str | None = None,
        complete: bool = False,
        from_item: str | None = None,
        progress: "Progress | None" = None,
        changed: "Callable[[str], None] | None" = None,
        command_id: str | None = None,
    ) -> list[ItemRow]:
        """Streams files into the vault and records their receipt; the official becomes their custodian.

        Read from a physical item, they are held against the manifest announced for it, and stay tied to it.
        """
        from rogatory.carriers import carrier_of  # noqa: PLC0415  only here
        from rogatory.intake import Intake  # noqa: PLC0415  only here

        carrier = carrier_of(self, reference, from_item, self.official) if from_item else None
        measure = measure or (carrier.measure if carrier else None)

        role = self._role(Role.CUSTODIAN)
        task = await self.client.open_task(reference, (Stage.EVIDENCE_RETURN.value,))
        intake = Intake(self.vault, self.register)
        command = await asyncio.to_thread(
            intake.files,
            reference,
            files,
            sender=self.official,
            declared=declared,
            measure=measure,
            description=description or "",
            carrier=carrier,
            complete=complete,
            holder=self.official,
            role=role,
            command_id=command_id or new_command_id(),
            progress=progress,
            changed=changed,
        )
        await self._tell(reference, task, command)
        numbers = {item.item for item in command.items}
        return [row for row in self.register.items(reference) if row.item in numbers]

    async def add_stored(
        self,
        reference: str,
        files: "Sequence[Stored]",
        *,
        note: str,
        measure: str | None = None,
        description: str = "",
        complete: bool = False,
        command_id: str | None = None,
    ) -> Receipt:
        """As add_evidence, of files whose content came into the vault before; `note` says by which way."""
        from rogatory.intake import Intake  # noqa: PLC0415  only here

        command_id = command_id or new_command_id()
        if first := self._first_receipt(reference, (Stage.EVIDENCE_RETURN,), command_id):
            return first
        task = await self.client.open_task(reference, (Stage.EVIDENCE_RETURN.value,))
        command = await asyncio.to_thread(
            Intake(self.vault, self.register).stored,
            reference,
            files,
            by=self.official,
            role=self._role(Role.CUSTODIAN),
            measure=measure,
            description=description,
            note=note,
            complete=complete,
            command_id=command_id,
        )
        return await self._tell(reference, task, command)

    async def resolve(self, item: str, keep: bool, reason: str, command_id: str | None = None) -> Receipt:
        """Decides what becomes of an item that is not what was declared."""
        row = self.register.item(item)
        self._printable(row.reference, reason)
        command = ResolveDiscrepancy(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.PROSECUTOR),
            item=item,
            keep=keep,
            reason=reason,
        )
        return await self._tell_stage(row.reference, (Stage.CUSTODY_SIGN_OFF,), command)

    async def offer(self, item: str, to: str, command_id: str | None = None) -> Receipt:
        """Offers an item to another official."""
        row = self.register.item(item)
        if to not in self.ledger.officials():
            raise NotFoundError(f"There is no official {to}.")
        command = OfferCustody(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.CUSTODIAN, Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            item=item,
            digest=row.digest,
            to=to,
        )
        return await self._tell_stage(row.reference, HOLDING, command)

    async def accept(self, item: str, command_id: str | None = None) -> Receipt:
        """Takes an item over, having measured it anew."""
        row = self.register.item(item)
        measured = await asyncio.to_thread(self._measure, row)
        command = AcceptCustody(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.CUSTODIAN, Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            item=item,
            digest=measured,
        )
        return await self._tell_stage(row.reference, HOLDING, command)

    async def refuse_custody(self, item: str, reason: str, command_id: str | None = None) -> Receipt:
        """Does not take an item over."""
        row = self.register.item(item)
        self._printable(row.reference, reason)
        command = RefuseCustody(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.CUSTODIAN, Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            item=item,
            reason=reason,
        )
        return await self._tell_stage(row.reference, HOLDING, command)

    async def sign_off(self, reference: str, command_id: str | None = None) -> Receipt:
        """Vouches, as custodian or as prosecutor, that the items held are the items received."""
        items = [row.digest for row in self.register.items(reference) if row.state != "excluded"]
        command = SignOff(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.CUSTODIAN, Role.PROSECUTOR),
            items=tuple(sorted(set(items))),
        )
        return await self._tell_stage(reference, (Stage.CUSTODY_SIGN_OFF,), command)

    def _measure(self, row: ItemRow) -> str:
        """The digest of what the vault holds for the item, read byte by byte."""
        measured = hashlib.sha256()
        for chunk in self.vault.stream(row.reference, row.digest):
            measured.update(chunk)
        return f"sha256:{measured.hexdigest()}"
