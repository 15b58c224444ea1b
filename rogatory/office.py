"""One official's desk, shared by the command line and the inbox.

An act is signed here, with the official's own key, before it is told to the case; the key goes no further.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from rogatory.acting import new_command_id
from rogatory.adapters.ledger_sql import open_stores
from rogatory.break_glass_acts import BreakGlassActs
from rogatory.desk import Desk
from rogatory.errors import ChangedError, UsageError
from rogatory.evidence_acts import EvidenceActs
from rogatory.extradition_acts import ExtraditionActs
from rogatory.paper_acts import PaperActs
from rogatory.ports import AskPin, Signer
from rogatory.profile import Profile
from rogatory.supplements import check_supplement
from schemas.case import OpenRequest
from schemas.commands import (
    Acknowledge,
    AskInformation,
    ConfirmLapse,
    Decide,
    Receipt,
    Reply,
    Send,
    Submit,
    SubmitCorrection,
    Verdict,
    Withdraw,
)
from schemas.filed import FiledRequest
from schemas.identifiers import Role, Stage
from schemas.register import TaskRow, TransmissionRow
from schemas.tasks import REQUESTS


class Office(EvidenceActs, ExtraditionActs, PaperActs, BreakGlassActs):
    """What an official does."""

    @classmethod
    @asynccontextmanager
    async def open(
        cls, profile: Profile, official: str | None, ask_pin: AskPin | None = None, *, signer: Signer | None = None
    ) -> "AsyncIterator[Office]":
        """Opens the desk of an official, who signs with `signer`, else with their key here; `ask_pin` gives its PIN."""
        from rogatory.adapters.key_holders import signer_for  # noqa: PLC0415  cryptography: only for acts
        from rogatory.client import CaseClient, connect  # noqa: PLC0415  temporalio: only for acts

        if official is None:
            raise UsageError("Who acts?", "Add --as OFFICIAL, or set ROGATORY_AS.")
        signer = signer or signer_for(profile.home, official, ask_pin)
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
        check_supplement(self, draft)
        reference = self.register.reserve_reference(draft.from_state, datetime.now(UTC).year, command_id)
        filed = self._file(reference, FiledRequest(draft=draft), annex)
        submit = self._signed(
            Submit(
                command_id=command_id,
                by=self.official,
                role=Role.PROSECUTOR,
                request=filed,
                requested_state=draft.to_state,
                kind=None if draft.kind == "mutual-assistance" else draft.kind,
                supplements=draft.supplements,
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
                kind=draft.kind,
            )
        )
        await self.until(lambda: bool(self._tasks(reference)), f"{reference} to be drawn up")
        return reference

    async def correct(self, reference: str, path: Path, command_id: str | None = None) -> Receipt:
        """Answers a returned letter with a new version of the draft."""
        filed = self.file_draft(reference, path)
        command = SubmitCorrection(
            command_id=command_id or new_command_id(), by=self.official, role=Role.PROSECUTOR, request=filed
        )
        return await self._tell_stage(reference, (Stage.CORRECTION,), command)

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
        self,
        task: str,
        verdict: Verdict | str,
        reason: str | None = None,
        command_id: str | None = None,
        letter: str | None = None,
    ) -> Receipt:
        """Decides on a letter; the signatory's approval signs its PDF.

        `letter` is the digest of what was read, where the reader's form carries it: a decision is on that and no other.
        Raises ChangedError when the task is no review, or is on another letter by now.
        """
        row = self.register.task(task)
        command_id = command_id or new_command_id()
        if first := self.ledger.receipt(task, command_id):
            return first
        if row.stage is not Stage.REVIEW or row.letter is None:
            raise ChangedError(f"{task} is not a review of a letter.")
        if letter is not None and letter != row.letter:
            raise ChangedError(f"The letter of {task} is not the one that was read.", "Read it again, then decide.")
        if reason:
            self._printable(row.reference, reason)
        verdict = Verdict(verdict)
        signing = verdict is Verdict.APPROVE and row.approvals >= row.approvals_needed and row.state != "closed"
        role = self._role(Role.SIGNATORY) if signing else self._role(Role.REVIEWER, Role.SIGNATORY)
        signed = noted = None
        if signing:
            signed, noted = await asyncio.to_thread(self._sign_letter, row)
        command = Decide(
            command_id=command_id,
            by=self.official,
            role=role,
            letter=row.letter,
            verdict=verdict,
            reason=reason,
            signed_letter=signed,
            signature=noted,
        )
        return await self._tell(row.reference, task, command)

    def _sign_letter(self, row: TaskRow) -> tuple[str, str]:
        """The digest of the signed letter, and the level of its signature; nothing is kept unless all went well."""
        from rogatory.adapters.pades import PadesSigner  # noqa: PLC0415  pyHanko: only here
        from rogatory.adapters.timestamps import stamping  # noqa: PLC0415

        assert row.letter
        letter = self.vault.read(row.reference, row.letter)
        home = self.profile.home
        signer = PadesSigner(self.signer, self.anchors.own().root_certificates, lambda: stamping(home))
        me = self.me()
        made = signer.sign_noted(
            letter, "sig-central-authority", f"Letter of request {row.reference}, {me.post}", datetime.now(UTC)
        )
        return self.vault.keep(row.reference, io.BytesIO(made.pdf))[0], made.note

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
        letters = sum(event.event == "send" for event in self.register.timeline(reference))
        sent = await self.until(
            lambda: [t for t in self.register.transmissions(reference) if t.kind in REQUESTS and t.dispatched_at][
                letters - 1 :
            ],
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
        *,
        at_embassy: bool = False,
    ) -> Receipt:
        """Records the requested state's acknowledgement, or that its embassy here took the letter in."""
        command = Acknowledge(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.REVIEWER, Role.SIGNATORY),
            foreign_reference=foreign_reference,
            received_on=received_on,
            at_embassy=at_embassy or None,
            proof=self._proof(reference, proof),
        )
        return await self._tell_stage(reference, self._stages(reference, command.ACT), command)

    async def ask(self, reference: str, question: str, command_id: str | None = None) -> Receipt:
        """Records a question of the requested state that came on paper."""
        self._printable(reference, question)
        command = AskInformation(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self._role(Role.REVIEWER, Role.SIGNATORY),
            question=question,
        )
        return await self._tell_stage(reference, self._waits(reference), command)

    async def reply(
        self, reference: str, answer: str, question_id: str | None = None, command_id: str | None = None
    ) -> Receipt:
        """Answers a question of the requested state; the oldest open one unless another is named."""
        self._printable(reference, answer)
        if command_id and (first := self._first_receipt(reference, self._waits(reference), command_id)):
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
        return await self._tell_stage(reference, self._waits(reference), command)

    def _waits(self, reference: str) -> tuple[Stage, ...]:
        """The stages in which questions come and answers go."""
        return tuple(stage for stage in self._stages(reference, "ask") if stage is not Stage.TRANSMISSION)
