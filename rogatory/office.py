"""One official's desk: what a person can see (Desk) and do (Office), shared by the command line and the inbox.

An act is signed here, with the official's own key, before it is told to the case; the key goes no further.
"""

import asyncio
import io

import secrets
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.vault_fs import DirectoryVault, open_vault
from rogatory.custody.statement import sign_command
from rogatory.errors import ChangedError, NotFoundError, RefusedError, UnreachableError, UsageError
from rogatory.exports import Exports
from rogatory.profile import Profile
from schemas.case import OpenRequest
from schemas.commands import (
    AcceptCustody,
    Acknowledge,
    AskInformation,
    Command,
    ConfirmLapse,
    Decide,
    OfferCustody,
    Receipt,
    RefuseCustody,
    Reply,
    ResolveDiscrepancy,
    Send,
    SignOff,
    Submit,
    SubmitCorrection,
    Verdict,
    Withdraw,
)
from schemas.custody import Official
from schemas.identifiers import Role, Stage
from schemas.register import ItemRow, TaskRow, TransmissionRow
from schemas.request import FiledRequest

if TYPE_CHECKING:
    from rogatory.adapters.keys import FileSigner
    from rogatory.client import CaseClient
    from rogatory.intake import Progress

C = TypeVar("C", bound=Command)
T = TypeVar("T")
AWAITED = 30.0  # seconds to wait for what follows an act, such as its document


def new_command_id() -> str:
    """A random id: the server compares ids only, so counters would collide."""
    return secrets.token_hex(16)


class Office(Desk):
    """What an official does."""

    def __init__(self, profile: Profile, official: str, client: "CaseClient", signer: "FileSigner") -> None:
        super().__init__(profile)
        self.official, self.client, self.signer = official, client, signer

    @classmethod
    @asynccontextmanager
    async def open(cls, profile: Profile, official: str | None) -> "AsyncIterator[Office]":
        """Opens the desk of an official whose key is here."""
        from rogatory.adapters.officials import signer_for  # noqa: PLC0415  cryptography: only for acts
        from rogatory.client import CaseClient, connect  # noqa: PLC0415  temporalio: only for acts

        if official is None:
            raise UsageError("Who acts?", "Add --as OFFICIAL, or set ROGATORY_AS.")
        signer = signer_for(profile.home, official)
        ledger, _ = open_stores(profile.home)
        yield cls(profile, official, CaseClient(await connect(profile), profile, ledger), signer)

    @staticmethod
    @contextmanager
    def desk(profile: Profile) -> Iterator[Desk]:
        """Opens a desk to look only."""
        yield Desk(profile)

    # the request

    async def submit(self, path: Path, command_id: str | None = None) -> str:
        """Checks and files a draft, starts its case, and waits for the first letter; returns the reference.

        Raises FindingsError with the findings when the draft or the law blocks.
        """
        from rogatory.adapters.filing import read_request  # noqa: PLC0415  the law: only here

        command_id = command_id or new_command_id()
        draft, annex = read_request(path, self.profile.home)
        reference = self.register.reserve_reference(draft.from_state, datetime.now(UTC).year, command_id)
        filed = self._file(reference, FiledRequest(draft=draft), annex)
        submit = self._signed(
            Submit(
                command_id=command_id,
                by=self.official,
                role=Role.PROSECUTOR,
                request=filed,
                requested_state=draft.to_state,
            ),
            reference,
            reference,
        )
        await self.client.submit(
            OpenRequest(
                reference=reference,
                drafter=self.official,
                requested_state=draft.to_state,
                request=filed,
                submit=submit,
            )
        )
        await self.until(lambda: bool(self._tasks(reference)), f"{reference} to be drawn up")
        return reference

    async def correct(self, reference: str, path: Path, command_id: str | None = None) -> Receipt:
        """Answers a returned letter with a new version of the draft."""
        from rogatory.adapters.filing import read_request  # noqa: PLC0415  the law: only here

        version = self.register.case(reference).version
        draft, annex = read_request(path, self.profile.home)
        filed = self._file(reference, FiledRequest(draft=draft, version=version + 1), annex)
        command = SubmitCorrection(
            command_id=command_id or new_command_id(), by=self.official, role=Role.PROSECUTOR, request=filed
        )
        return await self._tell_stage(reference, (Stage.CORRECTION,), command)

    def _file(self, reference: str, filed: FiledRequest, annex: bytes | None) -> str:
        if annex:
            digest, _ = self.vault.keep(reference, io.BytesIO(annex))
            filed = filed.model_copy(update={"sealed_annex": digest})
        content = filed.model_dump_json(by_alias=True).encode()
        return self.vault.keep(reference, io.BytesIO(content))[0]

    async def withdraw(self, reference: str, reason: str, command_id: str | None = None) -> Receipt:
        """Withdraws the request at any stage."""
        self._printable(reference, reason)
        row = self.register.case(reference)
        command = Withdraw(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=Role.PROSECUTOR if row.drafter == self.official else self._role(Role.SIGNATORY, Role.PROSECUTOR),
            reason=reason,
        )
        return await self._tell(reference, reference, command)

    # review

    async def decide(
        self, task: str, verdict: Verdict | str, reason: str | None = None, command_id: str | None = None
    ) -> Receipt:
        """Decides on a letter; the signatory's approval signs its PDF."""
        row = self.register.task(task)
        command_id = command_id or new_command_id()
        if first := self.ledger.receipt(task, command_id):
            return first
        if row.stage is not Stage.REVIEW or row.letter is None:
            raise ChangedError(f"{task} is not a review of a letter.")
        if reason:
            self._printable(row.reference, reason)
        verdict = Verdict(verdict)
        signing = verdict is Verdict.APPROVE and row.approvals >= row.approvals_needed and row.state != "closed"
        role = self._role(Role.SIGNATORY) if signing else self._role(Role.REVIEWER, Role.SIGNATORY)
        signed = None
        if signing:
            signed = await asyncio.to_thread(self._sign_letter, row)
        command = Decide(
            command_id=command_id,
            by=self.official,
            role=role,
            letter=row.letter,
            verdict=verdict,
            reason=reason,
            signed_letter=signed,
        )
        return await self._tell(row.reference, task, command)

    def _sign_letter(self, row: TaskRow) -> str:
        from rogatory.adapters.pades import PadesSigner  # noqa: PLC0415  pyHanko: only here

        assert row.letter
        letter = self.vault.read(row.reference, row.letter)
        signer = PadesSigner(self.signer, self.anchors.own().root_certificates)
        me = self.me()
        pdf = signer.sign(
            letter, "sig-central-authority", f"Letter of request {row.reference}, {me.post}", datetime.now(UTC)
        )
        return self.vault.keep(row.reference, io.BytesIO(pdf))[0]

    async def confirm_lapse(self, task: str, reason: str | None = None, command_id: str | None = None) -> Receipt:
        """Confirms that a wait ended without an answer."""
        row = self.register.task(task)
        if reason:
            self._printable(row.reference, reason)
        command = ConfirmLapse(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.SIGNATORY, Role.REVIEWER, Role.PROSECUTOR),
            reason=reason,
        )
        return await self._tell(row.reference, task, command)

    # transmission

    async def transmit(
        self,
        reference: str,
        channel: str,
        *,
        dispatched_on: date | None = None,
        tracking: str | None = None,
        seal: str | None = None,
        proof: Path | None = None,
        note: str | None = None,
        command_id: str | None = None,
    ) -> TransmissionRow:
        """Sends the signed letter; waits until its one package is out."""
        if note:
            self._printable(reference, note)
        letter = next((t.letter for t in self._tasks(reference, Stage.TRANSMISSION) if t.letter), None)
        if letter is None:
            letter = (await self._awaited_task(reference, Stage.TRANSMISSION)).letter
        assert letter
        command = Send(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.SIGNATORY, Role.REVIEWER),
            letter=letter,
            channel=channel,
            dispatched_on=dispatched_on,
            tracking=tracking,
            seal=seal,
            proof=self._proof(reference, proof),
            note=note,
        )
        await self._tell_stage(reference, (Stage.TRANSMISSION,), command)
        sent = await self.until(
            lambda: [t for t in self.register.transmissions(reference) if t.kind == "request" and t.dispatched_at],
            "the package to be out",
        )
        return sent[-1]

    async def acknowledge(
        self,
        reference: str,
        foreign_reference: str,
        received_on: date,
        proof: Path | None = None,
        command_id: str | None = None,
    ) -> Receipt:
        """Records the requested state's acknowledgement."""
        command = Acknowledge(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.REVIEWER, Role.SIGNATORY),
            foreign_reference=foreign_reference,
            received_on=received_on,
            proof=self._proof(reference, proof),
        )
        return await self._tell_stage(reference, (Stage.TRANSMISSION, Stage.EVIDENCE_RETURN), command)

    async def ask(self, reference: str, question: str, command_id: str | None = None) -> Receipt:
        """Records a question of the requested state that came on paper."""
        self._printable(reference, question)
        command = AskInformation(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.REVIEWER, Role.SIGNATORY),
            question=question,
        )
        return await self._tell_stage(reference, (Stage.EVIDENCE_RETURN,), command)

    async def reply(
        self, reference: str, answer: str, question_id: str | None = None, command_id: str | None = None
    ) -> Receipt:
        """Answers a question of the requested state; the oldest open one unless another is named."""
        self._printable(reference, answer)
        if command_id and (row := self._tasks(reference, Stage.EVIDENCE_RETURN)):
            if first := self.ledger.receipt(row[0].id, command_id):
                return first
        if question_id is None:
            unanswered = [m.question_id for m in self.register.messages(reference) if m.answered_at is None]
            if not unanswered:
                raise ChangedError(f"{reference} has no open question.")
            question_id = unanswered[0]
        command = Reply(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            question_id=question_id,
            answer=answer,
        )
        return await self._tell_stage(reference, (Stage.EVIDENCE_RETURN,), command)

    # evidence and custody

    async def add_evidence(
        self,
        reference: str,
        files: list[Path],
        *,
        declared: Path | None = None,
        measure: str | None = None,
        description: str | None = None,
        complete: bool = False,
        progress: "Progress | None" = None,
        command_id: str | None = None,
    ) -> list[ItemRow]:
        """Streams files into the vault and records their receipt; the official becomes their custodian."""
        from rogatory.intake import Intake  # noqa: PLC0415  only here

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
            complete=complete,
            holder=self.official,
            role=role,
            command_id=command_id or new_command_id(),
            progress=progress,
        )
        await self._tell(reference, task, command)
        numbers = {item.item for item in command.items}
        return await self.until(
            lambda: [row for row in self.register.items(reference) if row.item in numbers] if numbers else [None],
            "the receipt to be recorded",
        )

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
        return await self._tell_stage(row.reference, (Stage.EVIDENCE_RETURN, Stage.CUSTODY_SIGN_OFF), command)

    async def accept(self, item: str, command_id: str | None = None) -> Receipt:
        """Takes an item over, having measured it anew."""
        row = self.register.item(item)
        measured = await asyncio.to_thread(self.vault.measure, row.reference, row.digest)
        command = AcceptCustody(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.CUSTODIAN, Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY),
            item=item,
            digest=measured,
        )
        return await self._tell_stage(row.reference, (Stage.EVIDENCE_RETURN, Stage.CUSTODY_SIGN_OFF), command)

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
        return await self._tell_stage(row.reference, (Stage.EVIDENCE_RETURN, Stage.CUSTODY_SIGN_OFF), command)

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

    # what all acts share

    def me(self) -> Official:
        """This official, by the directory. Raises RefusedError when it does not know them."""
        officials = self.ledger.officials()
        if self.official not in officials:
            raise RefusedError("Forbidden", f"The directory knows no official {self.official}.")
        return officials[self.official]

    def _role(self, *wanted: Role) -> Role:
        """The first of these roles that the official holds; the first wanted when none: the ledger then refuses it."""
        held = self.me().roles
        return next((role for role in wanted if role in held), wanted[0])

    def _signed(self, command: C, reference: str, task: str) -> C:
        return sign_command(command, reference=reference, task=task, signer=self.signer, at=datetime.now(UTC))

    async def _tell_stage(self, reference: str, stages: tuple[Stage, ...], command: Command) -> Receipt:
        if first := self._first_receipt(reference, stages, command.command_id):
            return first
        self.register.case(reference)  # a clear "no such case" before any waiting
        task = await self.client.open_task(reference, tuple(stage.value for stage in stages))
        return await self._tell(reference, task, command)

    def _first_receipt(self, reference: str, stages: tuple[Stage, ...], command_id: str) -> Receipt | None:
        """A repeated act whose stage has moved on gets its first receipt."""
        for row in self.register.tasks(reference=reference, open_only=False):
            if row.stage in stages and (receipt := self.ledger.receipt(row.id, command_id)):
                return receipt
        return None

    async def _tell(self, reference: str, task: str, command: Command) -> Receipt:
        return await self.client.tell_task(task, self._signed(command, reference, task))

    def _printable(self, reference: str, text: str) -> None:
        """Refuses words that would name a protected person, or that no document could show."""
        from rogatory.words import check_words  # noqa: PLC0415  only for acts with words

        check_words(self.vault, reference, self.request(reference), text)

    def _proof(self, reference: str, proof: Path | None) -> str | None:
        if proof is None:
            return None
        try:
            with proof.open("rb") as file:
                return self.vault.keep(reference, file)[0]
        except OSError as error:
            raise UsageError(f"{proof} cannot be read: {error.strerror}.") from error

    def _tasks(self, reference: str, stage: Stage | None = None) -> list[TaskRow]:
        return [row for row in self.register.tasks(reference=reference) if stage in (None, row.stage)]

    async def _awaited_task(self, reference: str, stage: Stage) -> TaskRow:
        task = await self.client.open_task(reference, (stage.value,))
        return self.register.task(task)

    async def until(self, found: Callable[[], T], what: str, patience: float = AWAITED) -> T:
        """Waits until `found` answers with something; what follows an act is done by the worker. Raises UnreachableError."""
        end = time.monotonic() + patience
        while not (result := found()):
            if time.monotonic() > end:
                raise UnreachableError(f"Waited {patience:.0f} s for {what}.", "Is a worker running? Nothing is lost.")
            await asyncio.sleep(0.05)
        return result



