"""The register of incoming and outgoing: searched, filtered, turned, and seen by whom the cases are seen."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.ledger_sql import open_stores
from rogatory.web.pages import A_PAGE
from schemas.tasks import LedgerEntry
from tests.cli.opened_case import REFERENCE
from tests.web.conftest import signed_in


@pytest.fixture
def sent(look: httpx.AsyncClient, home: Path) -> httpx.AsyncClient:
    """With two packages more than a page holds, of which the last one has not gone out."""
    ledger, _ = open_stores(home)
    for number in range(A_PAGE + 2):
        about = {"transmission": f"t-{number}", "kind": "reply", "channel": "folder"}
        made = about | {"package": "sha256:" + f"{number:064x}", "size": 5}
        gone = about | {"place": "outbox", "accepted_at": datetime.now(UTC).isoformat()}
        for event, facts in (("package-made", made), ("dispatched", gone))[: 2 if number <= A_PAGE else 1]:
            entry = {"entry_id": f"{REFERENCE}/{event}-{number}", "reference": REFERENCE, "event": event}
            ledger.append(LedgerEntry.model_validate(entry | {"at": datetime.now(UTC), "facts": facts}))
    return look


async def shown(client: httpx.AsyncClient, query: str = "") -> str:
    answer = await client.get(f"/correspondence{query}")
    assert answer.status_code == 200
    return answer.text


async def test_all_that_went_out_is_listed_in_pages(sent: httpx.AsyncClient) -> None:
    await signed_in(sent, "reviewer-1")
    year, first = datetime.now(UTC).year, await shown(sent)
    assert f"{year}/{A_PAGE + 2}<" in first
    assert first.count("prepared, not yet sent") == 1
    assert first.count(f'href="/cases/{REFERENCE}"') == A_PAGE
    assert "page=2" in first
    second = await shown(sent, "?page=2")
    assert f"{year}/1<" in second
    assert second.count(f'href="/cases/{REFERENCE}"') == 2
    assert "Nothing was found." in await shown(sent, "?way=in")
    assert "way=out&amp;q=xv" in (out := await shown(sent, "?way=out&q=xv"))
    assert 'name="way" value="out"' in out
    assert (await shown(sent, f"?q={year}/7")).count(f'href="/cases/{REFERENCE}"') == 1
    assert "Nothing was found." in await shown(sent, "?q=%3Cscript%3E&way=sideways")
    assert "<script>" not in await shown(sent, "?q=%3Cscript%3E")


async def test_a_prosecutor_sees_what_belongs_to_their_own_cases(sent: httpx.AsyncClient) -> None:
    await signed_in(sent, "prosecutor")
    assert REFERENCE in await shown(sent)
    await signed_in(sent, "registrar-1")  # neither drafter nor central authority
    assert REFERENCE not in await shown(sent)
    assert "Nothing was found." in await shown(sent, f"?q={REFERENCE}")


async def test_nobody_sees_it_without_signing_in(sent: httpx.AsyncClient) -> None:
    assert (await sent.get("/correspondence")).status_code == 303
