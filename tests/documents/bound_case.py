"""A case with real documents on a real ledger and in a real vault, made without a server: what a bundle is made of."""

import io
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue
from temporalio.testing import ActivityEnvironment

from activities.cards import cards_of
from activities.documents import DocumentActivities
from activities.dossier import DossierReader
from activities.schedules import Schedules
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.schedules import TypstSchedules
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.statement import sign_command
from rogatory.desk import Desk
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.profile import Profile
from schemas.commands import Command, Decide, Submit, Verdict
from schemas.documents import DocumentOrder, DocumentType, RenderedPdf
from schemas.extradition_acts import SupplyItem
from schemas.filed import AnyDraft, FiledRequest
from schemas.identifiers import Role
from schemas.tasks import LedgerEntry

REFERENCE = "XV-2026-0001"


class BoundCase:
    """A case of a home, step by step, by the program's own activities."""

    def __init__(
        self, home: Path, draft: AnyDraft, annex: bytes | None = None, renderer: WeasyPrintRenderer | None = None
    ) -> None:
        self.renderer = renderer or WeasyPrintRenderer()
        self.home, self.draft = home, draft
        self.ledger, self.register = open_stores(home)
        self.vault = open_vault(home)
        self.desk = Desk(Profile(home=home))
        lawbook = load_lawbook()
        self.reader = DossierReader(self.ledger, self.register, self.vault, self.desk.anchors, cards_of(lawbook))
        roots = self.desk.anchors.own().root_certificates
        seal = PadesSigner(signer_for(home, "service"), roots)
        schedules = Schedules(self.reader, load_catalogue(), TypstSchedules(), self.vault, self.ledger)
        self.documents = DocumentActivities(
            self.reader, load_catalogue(), self.renderer, seal, self.vault, self.ledger, schedules
        )
        self.number = 0
        self.request = self.file(draft, annex)
        kind = None if draft.kind == "mutual-assistance" else draft.kind
        self.act(
            REFERENCE,
            Submit(
                command_id="c0",
                by="prosecutor",
                role=Role.PROSECUTOR,
                request=self.request,
                requested_state=draft.to_state,
                kind=kind,
            ),
        )
        assessed = Requirements(lawbook).assess(draft.model_dump(mode="json", by_alias=True, exclude_none=True), now())
        self.assessment = self.vault.keep(REFERENCE, io.BytesIO(assessed.model_dump_json().encode()))[0]
        self.event(
            "assessed",
            assessment=self.assessment,
            law_digest=assessed.law_digest,
            blocking=assessed.blocking,
            warnings=1,
            met=1,
            version=1,
        )

    def file(self, draft: AnyDraft, annex: bytes | None) -> str:
        sealed = self.vault.keep(REFERENCE, io.BytesIO(annex))[0] if annex else None
        filed = FiledRequest(draft=draft, sealed_annex=sealed).model_dump_json().encode()
        return self.vault.keep(REFERENCE, io.BytesIO(filed))[0]

    def act(self, task: str, command: Command) -> None:
        signer = signer_for(self.home, command.by)
        at = now()
        signed = sign_command(command, reference=REFERENCE, task=task, signer=signer, at=at)
        self.ledger.append_act(task, REFERENCE, signed, at)

    def event(self, event: str, **facts: JsonValue) -> None:
        self.number += 1
        self.ledger.append(
            LedgerEntry(entry_id=f"{REFERENCE}/e{self.number}", reference=REFERENCE, at=now(), event=event, facts=facts)
        )

    def make(self, document: DocumentType, **facts: JsonValue) -> str:
        """Has the document drawn up as the workflow would; returns its digest."""
        self.number += 1
        order = DocumentOrder(
            reference=REFERENCE,
            document=document,
            order_id=f"{REFERENCE}/d{self.number}",
            request=self.request,
            version=1,
            at=now(),
            facts=facts,
        )
        return ActivityEnvironment().run(self.documents.render_document, order).digest

    def made(self, document: DocumentType, rendered: RenderedPdf) -> None:
        """A document as it is given, recorded like any other."""
        digest, size = self.vault.keep(REFERENCE, io.BytesIO(rendered.pdf))
        self.event(
            "document-made",
            type=document.value,
            language="en",
            digest=digest,
            pages=rendered.pages,
            size=size,
            version=1,
            signed_by=[],
            task=None,
        )

    def open(self, stage: str, **facts: JsonValue) -> str:
        task = f"{REFERENCE}.{stage}-1"
        self.event(
            "task-opened",
            task=task,
            stage=stage,
            round=1,
            roles=["reviewer", "signatory"],
            due=now().isoformat(),
            reminders=[],
            source="house rule: 5 days",
            version=1,
            **facts,
        )
        return task

    def sign(self, letter: str) -> None:
        """Two reviewers approve and the signatory signs."""
        task = self.open("review", letter=letter, approvals_needed=2)
        for reviewer in ("reviewer-1", "reviewer-2"):
            decided = Decide(
                command_id=reviewer, by=reviewer, role=Role.REVIEWER, letter=letter, verdict=Verdict.APPROVE
            )
            self.act(task, decided)
        roots = self.desk.anchors.own().root_certificates
        signer = PadesSigner(signer_for(self.home, "signatory"), roots)
        pdf = signer.sign(self.vault.read(REFERENCE, letter), "sig-central-authority", "Letter of request", now())
        signed = self.vault.keep(REFERENCE, io.BytesIO(pdf))[0]
        self.act(
            task,
            Decide(
                command_id="signatory",
                by="signatory",
                role=Role.SIGNATORY,
                letter=letter,
                verdict=Verdict.APPROVE,
                signed_letter=signed,
            ),
        )

    def supply(self, item: str, title: str, paper: bytes, pages: int) -> None:
        """A paper of the dossier, as someone else made it."""
        task = self.open("dossier")
        digest = self.vault.keep(REFERENCE, io.BytesIO(paper))[0]
        self.act(
            task,
            SupplyItem(
                command_id=f"s-{item}",
                by="prosecutor",
                role=Role.PROSECUTOR,
                item=item,
                title=title,
                enclosure=digest,
                pages=pages,
                language="en",
            ),
        )


def now() -> datetime:
    return datetime.now(UTC)
