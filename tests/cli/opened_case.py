"""A case on the ledger without a server: what the commands that only look need."""

import io
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.statement import sign_command
from schemas.commands import Submit
from schemas.filed import FiledRequest
from schemas.identifiers import Role
from schemas.tasks import LedgerEntry

REFERENCE = "XV-2026-0001"
TASK = f"{REFERENCE}.review-1"
LETTER = "sha256:" + "5" * 64
ASSESSMENT = "sha256:" + "4" * 64
EXAMPLE = Path(__file__).parents[2] / "examples" / "minimal-bank-records.yaml"


def filed_request() -> bytes:
    """The request of the case, as it is kept in the vault."""
    return FiledRequest(draft=split_sealed(read_draft(EXAMPLE).draft())[0]).model_dump_json().encode()


REQUEST = f"sha256:{sha256(filed_request()).hexdigest()}"


def opened_case(home: Path, days: int = 5) -> None:
    """Submitted by the prosecutor, assessed, its letter made, its review open and due in so many days."""
    ledger, _ = open_stores(home)
    open_vault(home).keep(REFERENCE, io.BytesIO(filed_request()))
    now = datetime.now(UTC)
    submit = Submit(command_id="c1", by="prosecutor", role=Role.PROSECUTOR, request=REQUEST, requested_state="XN")
    signer = signer_for(home, "prosecutor")
    ledger.append_act(
        REFERENCE, REFERENCE, sign_command(submit, reference=REFERENCE, task=REFERENCE, signer=signer, at=now), now
    )
    due = (now + timedelta(days=days)).isoformat()
    events: list[tuple[str, dict[str, object]]] = [
        (
            "assessed",
            {"assessment": ASSESSMENT, "law_digest": ASSESSMENT, "blocking": 0, "warnings": 1, "met": 17, "version": 1},
        ),
        (
            "document-made",
            {
                "type": "letter_of_request",
                "language": "en",
                "digest": LETTER,
                "pages": 3,
                "size": 61_000,
                "version": 1,
                "signed_by": [],
            },
        ),
        (
            "task-opened",
            {
                "task": TASK,
                "stage": "review",
                "round": 1,
                "roles": ["reviewer", "signatory"],
                "due": due,
                "reminders": [],
                "source": "house rule: 5 days",
                "version": 1,
                "letter": LETTER,
                "approvals_needed": 2,
            },
        ),
    ]
    for number, (event, facts) in enumerate(events):
        entry = {
            "entry_id": f"{REFERENCE}/e{number}",
            "reference": REFERENCE,
            "at": now,
            "event": event,
            "facts": facts,
        }
        ledger.append(LedgerEntry.model_validate(entry))
