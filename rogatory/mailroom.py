"""Takes in what the requested state sends: opened, verified against its anchors, told to its case, then put away.

A message is put away only once its act is on the ledger, so that a crash between the two repeats the message and not
the act: the command id is the message's own transmission id. What does not verify is
set aside and reported, never used.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from pydantic import JsonValue, ValidationError

from rogatory.adapters.heads import LedgerHeads
from rogatory.adapters.package_zip import OpenedPackage
from rogatory.announced import KIND as ANNOUNCEMENT
from rogatory.announced import entry_of
from rogatory.client import CaseClient
from rogatory.custody.course import STAGES
from rogatory.custody.note import WITNESS, read_key
from rogatory.custody.package import COSIGNED, PackageMessage
from rogatory.custody.statement import sign_command
from rogatory.errors import ChangedError, IntegrityError, NotFoundError, RefusedError, RogatoryError, UnreachableError
from rogatory.intake import Arrival, Intake
from rogatory.ports import Anchors, CaseLedger, Courier, EvidenceVault, Register, Signer
from schemas.commands import Acknowledge, AskInformation, Command, ReceiveEvidence
from schemas.extradition_acts import TOLD
from schemas.identifiers import Reference, Role, Stage
from schemas.items import EnterItem
from schemas.sole_letter import TOLD as TOLD_OF_A_LETTER
from schemas.tasks import LedgerEntry

log = logging.getLogger("rogatory.mailroom")
MAX_NOTE = 1 << 16
INTERVAL = 1.0  # seconds between two looks into the inbox
REPORTS: dict[str, type[Command]] = {kind.ACT: kind for kind in (*TOLD, *TOLD_OF_A_LETTER)}
"""What the requested state tells of an extradition, or of a letter of its own kind, by the verb in its message."""


@dataclass(frozen=True)
class Mailroom:
    """One channel's inbound side."""

    courier: Courier
    client: CaseClient
    ledger: CaseLedger
    register: Register
    vault: EvidenceVault
    anchors: Anchors
    signer: Signer
    """The service's key: it records what came; it decides nothing."""
    open_sealed: Callable[[BinaryIO], OpenedPackage]
    heads: LedgerHeads | None = None
    """Of our ledger: they come back cosigned."""

    async def serve(self, stop: asyncio.Event) -> None:
        """Looks into the inbox until told to stop; no message, whatever is wrong with it, ends the looking."""
        told: set[str] = set()
        while not stop.is_set():
            try:
                for name, content in await asyncio.to_thread(self.courier.waiting):
                    await self._look_at(name, content, told)
            except Exception as error:  # noqa: BLE001  a full disk or a locked database passes; the mail stays there
                log.warning("inbox cannot be read", extra={"kind": type(error).__name__})
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), INTERVAL)

    async def _look_at(self, name: str, content: BinaryIO, told: set[str]) -> None:
        try:
            await self.take_in(name, content)
        except (ChangedError, NotFoundError, UnreachableError) as error:
            # Not now: its case is between two stages, or the server is away. It stays in the inbox, told once.
            if name not in told:
                log.info("message waits", extra={"message_id": name, "kind": type(error).__name__})
                told.add(name)
        except RogatoryError as error:
            log.warning("message set aside", extra={"message_id": name, "kind": type(error).__name__})
            await asyncio.to_thread(self.courier.set_aside, name)

    async def take_in(self, name: str, content: BinaryIO) -> None:
        """Verifies one message and tells its case. Raises RogatoryError when it is not to be used."""
        with content:
            opened = await asyncio.to_thread(self.open_sealed, content)
        message = opened.message
        reference, transmission = message.reference, message.transmission
        self.register.case(reference)
        await asyncio.to_thread(self._note_cosigned, opened)
        done = self._done_before(reference, transmission)
        if not done:
            sealed, _ = await asyncio.to_thread(self.vault.keep, reference, opened.stream())
            command = await asyncio.to_thread(self._command, opened, sealed)
            if isinstance(command, EnterItem):
                await asyncio.to_thread(self._enter, reference, command)
            elif command is not None:
                task = await self.client.open_task(reference, self._stages(message, command))
                signed = sign_command(command, reference=reference, task=task, signer=self.signer, at=datetime.now(UTC))
                await self.client.tell_task(task, signed)
        await asyncio.to_thread(self.courier.done, name)
        log.info("message taken in", extra={"message_id": transmission, "reference": reference, "kind": message.kind})

    def _enter(self, reference: Reference, command: EnterItem) -> None:
        """Straight onto the ledger: a thing may be on its way whatever stage the case is in."""
        at = datetime.now(UTC)
        signed = sign_command(command, reference=reference, task=reference, signer=self.signer, at=at)
        try:
            self.ledger.append_act(reference, reference, signed, at)
        except RefusedError as error:
            if error.kind == "Superseded":  # someone took its number meanwhile: it is numbered anew at the next look
                raise ChangedError(str(error)) from error
            raise

    def _note_cosigned(self, opened: OpenedPackage) -> None:
        """Keeps the head that the other state cosigned, and enters it on the case's chain; never stops a message."""
        message = opened.message
        try:
            key = self.anchors.peer(message.sender).witness_key
            if self.heads is None or key is None or COSIGNED not in opened.paths:
                return
            text = opened.read(COSIGNED, MAX_NOTE).decode("utf-8", "replace")
            note = self.heads.take_cosigned(text, read_key(key, WITNESS))
            facts: dict[str, JsonValue] = {"state": message.sender, "size": note.size, "root": note.root.hex()}
            entry_id = f"{message.reference}/cosigned-{note.size}"
            if self.ledger.recorded(entry_id) is None:
                entry = LedgerEntry(
                    entry_id=entry_id,
                    reference=message.reference,
                    at=datetime.now(UTC),
                    event="head-cosigned",
                    facts=facts | {"note": text},
                )
                self.ledger.append(entry)
        except RefusedError:
            return  # the case was closed meanwhile: the head is kept all the same
        except IntegrityError as error:
            # Either the other state sent nonsense, or our ledger was put back or rewritten: `rogatory doctor` tells.
            log.error(
                "cosigned head contradicts", extra={"message_id": message.transmission, "kind": type(error).__name__}
            )

    def _done_before(self, reference: str, transmission: str) -> bool:
        tasks = self.register.tasks(reference=reference, open_only=False)
        return any(self.ledger.receipt(place, transmission) for place in (reference, *(task.id for task in tasks)))

    def _stages(self, message: PackageMessage, command: Command) -> tuple[str, ...]:
        """The stages a message may be for; a question while the letter's receipt is awaited waits with the letter.

        An acknowledgement of the request for provisional arrest is none of the formal request, whose receipt meets
        periods of law.
        """
        stages = STAGES[command.ACT]
        if not isinstance(command, Acknowledge):
            stages = stages - {Stage.TRANSMISSION}
        else:
            sent = self.register.transmissions(message.reference)
            kind = next((each.kind for each in sent if each.transmission == message.in_reply_to), None)
            stages = stages - {
                "provisional-arrest": {Stage.EXTRADITION_DECISION},
                "request": {Stage.ARREST},
            }.get(kind or "", set())
        return tuple(stage.value for stage in Stage if stage in stages)

    def _command(self, opened: OpenedPackage, sealed: str) -> Command | None:
        message = opened.message
        if message.kind == "acknowledgement":
            return Acknowledge(
                command_id=message.transmission,
                by="service",
                role=Role.SYSTEM,
                foreign_reference=message.foreign_reference or "not given",
                received_on=message.at.date(),
                proof=sealed,
            )
        if message.kind == "question":
            return AskInformation(
                command_id=message.transmission, by="service", role=Role.SYSTEM, question=message.text, proof=sealed
            )
        if message.kind == "evidence":
            return self._evidence(opened, sealed)
        if message.kind == ANNOUNCEMENT:
            return entry_of(message, sealed, self.register)
        if message.kind == "report":
            return _report(message, sealed)
        log.warning("message of unknown kind", extra={"message_id": message.transmission, "kind": message.kind[:30]})
        return None

    def _evidence(self, opened: OpenedPackage, sealed: str) -> ReceiveEvidence:
        message = opened.message
        sender = f"{message.sender.lower()}-authority"
        arrivals = [
            Arrival(
                name=item.name,
                open=_member(opened, item.path),
                size=item.size,
                declared=f"sha256:{item.sha256}",
                description=item.description,
                media_type=item.media_type,
                measure=item.measure,
                source=item.source,
            )
            for item in message.items
        ]
        return Intake(self.vault, self.register).delivery(
            message.reference,
            arrivals,
            sender=sender,
            message=sealed,
            complete=message.complete,
            holder=sender,
            by="service",
            role=Role.SYSTEM,
            command_id=message.transmission,
            note=message.text,
            conditions=message.conditions,
        )


def _report(message: PackageMessage, sealed: str) -> Command:
    """The act of a report. Raises RefusedError when its fields are not those of the act."""
    kind = REPORTS.get(message.act or "")
    if kind is None:
        raise RefusedError("Invalid", f"The requested state reports {message.act}, which is not known here.")
    said = {name: value for name, value in message.fields.items() if name not in Command.model_fields}
    said |= {"command_id": message.transmission, "by": "service", "role": Role.SYSTEM.value}
    if "proof" in kind.model_fields:
        said["proof"] = sealed
    try:
        return kind.model_validate_json(json.dumps(said))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise RefusedError("Invalid", f"The report {message.act} is malformed at {where}.") from error


def _member(opened: OpenedPackage, path: str) -> Callable[[], BinaryIO]:
    return lambda: opened.open(path)
