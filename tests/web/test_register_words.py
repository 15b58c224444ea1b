"""The words of requests are found in every case, some hundred of them at a time."""

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.adapters.vault_fs import open_vault
from rogatory.custody.statement import sign_command
from rogatory.web import lists
from schemas.commands import Submit
from schemas.identifiers import Role
from tests.cli.opened_case import REQUEST, filed_request
from tests.web.conftest import signed_in

CASES = 7


@pytest.fixture
def many(look: httpx.AsyncClient, home: Path) -> httpx.AsyncClient:
    """Seven cases with the same words."""

    ledger, _ = open_stores(home)
    signer, now = signer_for(home, "prosecutor"), datetime.now(UTC)
    for number in range(2, CASES + 1):
        reference = f"XV-2026-{number:04}"
        open_vault(home).keep(reference, io.BytesIO(filed_request()))
        submit = Submit(command_id="c1", by="prosecutor", role=Role.PROSECUTOR, request=REQUEST, requested_state="XN")
        ledger.append_act(
            reference, reference, sign_command(submit, reference=reference, task=reference, signer=signer, at=now), now
        )
    return look


def found(page: str) -> list[str]:
    return sorted(set(re.findall(r'href="/cases/(XV-2026-\d{4})"', page)))


def further(page: str) -> str | None:
    link = re.search(r'href="(/cases\?q=[^"]*looked=\d+)"', page)
    return link[1].replace("&amp;", "&") if link else None


@pytest.mark.parametrize(("searched", "a_page"), [(2, 50), (3, 50), (500, 2), (500, 50), (7, 7)])
async def test_each_case_is_found_once_however_many_there_are(
    many: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, searched: int, a_page: int
) -> None:
    monkeypatch.setattr(lists, "SEARCHED", searched)
    monkeypatch.setattr(lists, "A_PAGE", a_page)
    await signed_in(many, "reviewer-1")
    address: str | None = "/cases?q=bank"
    said: list[str] = []
    for _ in range(CASES + 1):
        if address is None:
            break
        answer = await many.get(address)
        assert answer.status_code == 200
        said += found(answer.text)
        address = further(answer.text)
    assert address is None
    assert sorted(said) == [f"XV-2026-{number:04}" for number in range(1, CASES + 1)]


async def test_what_is_not_said_is_not_found_further_on(
    many: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "SEARCHED", 4)
    await signed_in(many, "reviewer-1")
    first = (await many.get("/cases?q=zanzibar")).text
    assert "No case was found." in first
    address = further(first)
    assert address == "/cases?q=zanzibar&looked=5"
    last = (await many.get(address)).text
    assert (found(last), further(last), "No case was found." in last) == ([], None, True)
    assert further((await many.get("/cases")).text) is None
