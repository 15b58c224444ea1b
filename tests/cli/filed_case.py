"""A case whose request really lies in the vault, on a real ledger and without a server."""

import io
from datetime import UTC, datetime
from pathlib import Path

from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.statement import sign_command
from schemas.commands import Command, Receipt, ReceiveEvidence, Submit
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.filed import FiledRequest
from schemas.identifiers import Role
from schemas.tasks import LedgerEntry

REFERENCE = "XV-2026-0001"
EXAMPLE = Path(__file__).parents[2] / "examples" / "trafficking.yaml"
SEALED_NAME = "Xamira Examplova"


class FiledCase:
    """One case of the example request; its steps."""

    def __init__(self, home: Path, reference: str = REFERENCE, example: Path = EXAMPLE) -> None:
        self.home, self.reference = home, reference
        self.ledger, self.register = open_stores(home)
        self.vault = open_vault(home)
        draft, sealed = split_sealed(read_draft(example).draft())
        annex = self.vault.keep(reference, io.BytesIO(sealed))[0] if sealed else None
        filed = FiledRequest(draft=draft, sealed_annex=annex)
        self.request = self.keep(filed.model_dump_json(by_alias=True).encode())
        submit = Submit(
            command_id="c1", by="prosecutor", role=Role.PROSECUTOR, request=self.request, requested_state="XN"
        )
        self.act(submit)

    def keep(self, content: bytes) -> str:
        return self.vault.keep(self.reference, io.BytesIO(content))[0]

    def act(self, command: Command, task: str | None = None) -> Receipt:
        signer, at, task = signer_for(self.home, command.by), datetime.now(UTC), task or self.reference
        signed = sign_command(command, reference=self.reference, task=task, signer=signer, at=at)
        return self.ledger.append_act(task, self.reference, signed, at)

    def fact(self, entry_id: str, event: str, **facts: object) -> None:
        entry = {
            "entry_id": f"{self.reference}/{entry_id}",
            "reference": self.reference,
            "at": datetime.now(UTC),
            "event": event,
            "facts": facts,
        }
        self.ledger.append(LedgerEntry.model_validate(entry))

    def received(
        self, files: dict[str, bytes], measure: str | None = "m1", conditions: tuple[str, ...] = (), number: int = 1
    ) -> list[str]:
        """Files taken in by the custodian; returns their item numbers."""
        task = f"{self.reference}.evidence-return-{number}"
        if task not in {row.id for row in self.register.tasks(reference=self.reference)}:
            opening = {"task": task, "stage": "evidence-return", "round": number, "roles": ["custodian"]}
            self.fact(f"opened-{number}", "task-opened", **opening, due=datetime.now(UTC).isoformat(), source="test")
        first = 1 + len(self.register.items(self.reference)) + len(self.register.exhibits(self.reference))
        rows = [
            ManifestItem(
                item=f"{self.reference}-E{place:02}", name=name, size=len(data), digest=self.keep(data), measure=measure
            )
            for place, (name, data) in enumerate(files.items(), first)
        ]
        manifest = DeliveryManifest(
            reference=self.reference,
            sender="custodian",
            received_at=datetime.now(UTC),
            conditions=conditions,
            items=tuple(rows),
        )
        fields = {"command_id": f"r{first}", "by": "custodian", "role": Role.CUSTODIAN, "holder": "custodian"}
        items = [row.model_dump(include={"item", "digest", "size", "measure"}) for row in rows]
        more = {"manifest": self.keep(manifest.model_dump_json().encode()), "items": items, "complete": False}
        self.act(ReceiveEvidence.model_validate(fields | more), task)
        return [row.item for row in rows]
