"""A whole case on a real ledger, step by step: what the tests of the ledger start from."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.database import open_database
from rogatory.adapters.heads import open_heads
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.officials import add_peer, authority_card, found_authority, signer_for
from rogatory.adapters.register_sql import SqlRegister
from rogatory.custody.statement import sign_command
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import RefusedError
from schemas.commands import (
    AcceptCustody,
    Acknowledge,
    AskInformation,
    Command,
    Decide,
    EvidenceItem,
    OfferCustody,
    Receipt,
    ReceiveEvidence,
    Reply,
    ResolveDiscrepancy,
    Send,
    SignOff,
    Submit,
    Verdict,
)
from schemas.identifiers import Role
from schemas.tasks import LedgerEntry

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROLES = {
    "prosecutor": Role.PROSECUTOR,
    "reviewer-1": Role.REVIEWER,
    "reviewer-2": Role.REVIEWER,
    "signatory": Role.SIGNATORY,
    "custodian": Role.CUSTODIAN,
    "service": Role.SYSTEM,
}


def digest(letter: str) -> str:
    return "sha256:" + letter * 64


LETTER, SIGNED = digest("a"), digest("b")


@cache
def template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="rogatory-test-"))
    found_authority(folder / "xv", now=START)
    found_authority(folder / "xn", state="XN", authority="Justice Department of Xenland", now=START)
    add_peer(folder / "xv", *authority_card(folder / "xn"), now=START)
    return folder


def refused(act: Callable[[], object]) -> str:
    """The kind of the refusal that the act meets."""
    with pytest.raises(RefusedError) as error:
        act()
    return error.value.kind


class Bench:
    """One home of XV, its ledger and register; time goes on by a minute with each step."""

    def __init__(self, folder: Path, *, patience: float = 0.0) -> None:
        self.home = folder / "home"
        shutil.copytree(template() / "xv", self.home)
        self.patience = patience
        self.minutes = 0
        self.reference = "XV-2026-0001"
        self.engine = open_database(self.home / "ledger.sqlite")
        self.ledger = self.open_ledger()
        self.register = SqlRegister(self.engine)

    def open_ledger(self) -> SqlLedger:
        signer = signer_for(self.home, "service")
        anchors = FileAnchors(self.home).own()
        heads = open_heads(self.home, self.engine)
        return SqlLedger(self.engine, signer, anchors, patience=self.patience, now=lambda: self.now, heads=heads)

    @property
    def now(self) -> datetime:
        self.minutes += 1
        return START + timedelta(minutes=self.minutes)

    def task(self, stage: str, number: int = 1) -> str:
        return f"{self.reference}.{stage}-{number}"

    def sign(self, task: str, command: Command, *, key: str | None = None, reference: str | None = None) -> Command:
        signer = signer_for(self.home, key or command.by)
        return sign_command(command, reference=reference or self.reference, task=task, signer=signer, at=self.now)

    def act(self, task: str, command: Command, *, key: str | None = None) -> Receipt:
        return self.ledger.append_act(task, self.reference, self.sign(task, command, key=key), self.now)

    def fact(self, entry_id: str, event: str, **facts: JsonValue) -> Receipt:
        entry = LedgerEntry(
            entry_id=f"{self.reference}/{entry_id}", reference=self.reference, at=self.now, event=event, facts=facts
        )
        return self.ledger.append(entry)

    def submit(self) -> Receipt:
        command = Submit(
            command_id="submit-1", by="prosecutor", role=Role.PROSECUTOR, request=digest("1"), requested_state="XN"
        )
        return self.act(self.reference, command)

    def open(self, stage: str, *roles: str, number: int = 1, **facts: JsonValue) -> str:
        task = self.task(stage, number)
        due = (START + timedelta(days=30)).isoformat()
        opening: dict[str, JsonValue] = {"task": task, "stage": stage, "round": number, "roles": list(roles)}
        self.fact(f"opened-{stage}-{number}", "task-opened", **opening, due=due, source="test", **facts)
        return task

    def open_review(self, number: int = 1, letter: str = LETTER) -> str:
        return self.open("review", "reviewer", "signatory", number=number, letter=letter, approvals_needed=2)

    def decision(self, by: str, command_id: str | None = None, /, **changes: object) -> Decide:
        fields = {
            "command_id": command_id or f"decide-{by}",
            "by": by,
            "role": ROLES.get(by, Role.REVIEWER),
            "letter": LETTER,
            "verdict": Verdict.APPROVE,
            "signed_letter": SIGNED if by == "signatory" else None,
            "reason": "In order.",
        }
        return Decide.model_validate(fields | changes)

    def submitted_and_under_review(self) -> str:
        self.submit()
        self.fact("assessed-1", "assessed", assessment=digest("2"), blocking=0, warnings=2, met=14, version=1)
        self.fact(
            "letter",
            "document-made",
            type="letter_of_request",
            language="en",
            digest=LETTER,
            pages=4,
            size=90_000,
            version=1,
        )
        return self.open_review()

    def reviewed(self) -> str:
        review = self.submitted_and_under_review()
        for official in ("reviewer-1", "reviewer-2", "signatory"):
            self.act(review, self.decision(official))
        self.fact("closed-review", "task-closed", task=review, outcome="approved")
        return review

    def transmitted(self) -> str:
        self.reviewed()
        task = self.open("transmission", "reviewer", "signatory", letter=SIGNED)
        self.act(
            task,
            Send(
                command_id="send-1", by="reviewer-1", role=Role.REVIEWER, letter=SIGNED, channel="folder", note="To XN."
            ),
        )
        about: dict[str, JsonValue] = {
            "transmission": "00000000-0000-4000-8000-000000000001",
            "kind": "request",
            "channel": "folder",
        }
        self.fact("package", "package-made", **about | {"package": digest("3"), "size": 4000})
        self.fact("dispatched", "dispatched", **about | {"place": "outbox/XN", "accepted_at": START.isoformat()})
        self.act(
            task,
            Acknowledge(
                command_id="ack-1",
                by="service",
                role=Role.SYSTEM,
                foreign_reference="XN/2026/77",
                received_on=START.date(),
                proof=digest("4"),
            ),
        )
        self.fact("closed-transmission", "task-closed", task=task, outcome="acknowledged")
        return task

    def items(self) -> tuple[EvidenceItem, ...]:
        one = EvidenceItem(
            item=f"{self.reference}-E01", digest=digest("5"), size=10, declared=digest("5"), measure="m1"
        )
        two = EvidenceItem(item=f"{self.reference}-E02", digest=digest("6"), size=20, declared=digest("7"))
        return one, two

    def delivery(self, command_id: str = "receive-1", **changes: object) -> ReceiveEvidence:
        fields = {
            "command_id": command_id,
            "by": "service",
            "role": Role.SYSTEM,
            "manifest": digest("8"),
            "items": self.items(),
            "complete": True,
            "holder": "xn-authority",
        }
        return ReceiveEvidence.model_validate(fields | changes)

    def awaiting_evidence(self) -> str:
        self.transmitted()
        return self.open("evidence-return", "custodian", "prosecutor", letter=SIGNED)

    def with_evidence(self) -> str:
        task = self.awaiting_evidence()
        self.act(task, AskInformation(command_id="ask-1", by="service", role=Role.SYSTEM, question="Which account?"))
        self.act(
            task,
            Reply(
                command_id="reply-1",
                by="prosecutor",
                role=Role.PROSECUTOR,
                question_id="ask-1",
                answer="The one named.",
            ),
        )
        self.act(task, self.delivery())
        return task

    def accept(self, task: str, item: EvidenceItem, by: str = "custodian", **changes: object) -> Receipt:
        fields = {"command_id": f"accept-{by}-{item.item}", "by": by, "role": ROLES[by]}
        command = AcceptCustody.model_validate(fields | {"item": item.item, "digest": item.digest} | changes)
        return self.act(task, command)

    def offer(self, task: str, item: EvidenceItem, by: str, to: str, **changes: object) -> Receipt:
        fields = {"command_id": f"offer-{by}-{item.item}", "by": by, "role": ROLES[by], "to": to}
        command = OfferCustody.model_validate(fields | {"item": item.item, "digest": item.digest} | changes)
        return self.act(task, command)

    def sign_off(self, task: str, by: str, **changes: object) -> Receipt:
        fields = {"command_id": f"sign-off-{by}", "by": by, "role": ROLES[by], "items": [digest("5"), digest("6")]}
        return self.act(task, SignOff.model_validate(fields | changes))

    def held(self) -> str:
        returned = self.with_evidence()
        for item in self.items():
            self.accept(returned, item)
        self.fact("closed-return", "task-closed", task=returned, outcome="complete")
        return self.open("custody-sign-off", "custodian", "prosecutor", items=2)

    def resolve(self, task: str, *, keep: bool = True) -> Receipt:
        return self.act(
            task,
            ResolveDiscrepancy(
                command_id="resolve-1",
                by="prosecutor",
                role=Role.PROSECUTOR,
                item=f"{self.reference}-E02",
                keep=keep,
                reason="The sender corrected the list.",
            ),
        )

    def completed(self) -> None:
        task = self.held()
        self.offer(task, self.items()[0], "custodian", "prosecutor")
        self.accept(task, self.items()[0], "prosecutor")
        self.resolve(task)
        self.sign_off(task, "custodian")
        self.sign_off(task, "prosecutor")
        self.fact("closed-sign-off", "task-closed", task=task, outcome="signed-off")
        self.fact("closed", "request-closed", result="completed")

    def holds(self) -> bool:
        """Whether the ledger verifies but for completeness."""
        report = verify_lines(self.ledger.lines(self.reference), self.ledger.anchors, None).report
        return report.intact and report.signed and report.trusted
