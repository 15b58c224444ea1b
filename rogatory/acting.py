"""What every act of an official shares: who they are, in what role, signed with their key, told to the case."""

import asyncio
import io
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from rogatory.custody.course import STAGES
from rogatory.custody.statement import sign_command
from rogatory.desk import Desk
from rogatory.errors import RefusedError, UnreachableError, UsageError
from rogatory.ports import Signer
from rogatory.profile import Profile
from rogatory.supplements import check_supplement
from schemas.commands import Command, Receipt
from schemas.custody import Official
from schemas.filed import FiledRequest
from schemas.identifiers import Role, Stage
from schemas.register import TaskRow
from schemas.request import SOLE_MEASURES

if TYPE_CHECKING:
    from rogatory.client import CaseClient

C = TypeVar("C", bound=Command)
T = TypeVar("T")
EXTRADITION = frozenset(
    {
        Stage.ARREST,
        Stage.DOSSIER,
        Stage.EXTRADITION_DECISION,
        Stage.SURRENDER,
        Stage.SPECIALITY,
        Stage.PROSECUTION_ABROAD,
    }
)
"""Stages of an extradition only."""
AWAITED = 180.0  # seconds to wait for what follows an act that a worker has just obeyed: a busy one takes long


def stages_of(kind: str, act: str) -> tuple[Stage, ...]:
    """The stages an act belongs to in a case of that kind, in the order of the procedure."""
    others = EXTRADITION if kind != "extradition" else frozenset[Stage]()
    others |= {Stage.EVIDENCE_RETURN} if kind in SOLE_MEASURES else {Stage.ANSWER}
    return tuple(stage for stage in Stage if stage in STAGES[act] and stage not in others)


def new_command_id() -> str:
    """A random id: the server compares ids only, so counters would collide."""
    return secrets.token_hex(16)


class Acting(Desk):
    """A desk with an official at it."""

    def __init__(self, profile: Profile, official: str, client: "CaseClient", signer: Signer) -> None:
        super().__init__(profile)
        self.official, self.client, self.signer = official, client, signer

    def me(self) -> Official:
        """This official, by the directory. Raises RefusedError when it does not know them."""
        officials = self.ledger.officials()
        if self.official not in officials:
            raise RefusedError("Forbidden", f"The directory knows no official {self.official}.")
        return officials[self.official]

    def _role(self, *wanted: Role) -> Role:
        """The first of these roles that is the official's own, else that they are lent, else the first wanted."""
        return self.role_of(self.me(), wanted)

    def _signed(self, command: C, reference: str, task: str) -> C:
        said = self.in_stead(command, reference)
        return sign_command(said, reference=reference, task=task, signer=self.signer, at=datetime.now(UTC))

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

    def file_draft(self, reference: str, path: Path) -> str:
        """Checks a new version of a case's draft and keeps it in the vault; returns its digest.

        Raises:
            UsageError: it is of another kind than the case. FindingsError: the draft or the law blocks.
        """
        from rogatory.adapters.filing import read_request  # noqa: PLC0415  the law: only here

        case = self.register.case(reference)
        draft, annex = read_request(path, self.profile.home)
        if draft.kind != case.kind:
            raise UsageError(
                f"{path} is a draft of another kind: {draft.kind}.", f"{reference} is of the kind {case.kind}."
            )
        check_supplement(self, draft, case)
        return self._file(reference, FiledRequest(draft=draft, version=case.version + 1), annex)

    def _file(self, reference: str, filed: FiledRequest, annex: bytes | None) -> str:
        if annex:
            digest, _ = self.vault.keep(reference, io.BytesIO(annex))
            filed = filed.model_copy(update={"sealed_annex": digest})
        content = filed.model_dump_json(by_alias=True).encode()
        return self.vault.keep(reference, io.BytesIO(content))[0]

    def _stages(self, reference: str, act: str) -> tuple[Stage, ...]:
        """The stages an act belongs to in a case of that kind, in the order of the procedure."""
        return stages_of(self.register.case(reference).kind, act)  # a clear "no such case" before any waiting

    def _tasks(self, reference: str, stage: Stage | None = None) -> list[TaskRow]:
        return [row for row in self.register.tasks(reference=reference) if stage in (None, row.stage)]

    async def _awaited_task(self, reference: str, stage: Stage) -> TaskRow:
        task = await self.client.open_task(reference, (stage.value,))
        return self.register.task(task)

    async def until(self, found: Callable[[], T], what: str, patience: float = AWAITED) -> T:
        """Waits until `found` answers with something: the worker does what follows an act. Raises UnreachableError."""
        end = time.monotonic() + patience
        while not (result := found()):
            if time.monotonic() > end:
                raise UnreachableError(f"Waited {patience:.0f} s for {what}.", "Is a worker running? Nothing is lost.")
            await asyncio.sleep(0.05)
        return result
