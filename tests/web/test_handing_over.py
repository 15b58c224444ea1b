"""Hand-overs and delegations by page: two officials at one screen, each with their own key and PIN."""

from pathlib import Path

import httpx
import pytest

from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.keys import put_pin
from rogatory.desk import Desk
from rogatory.item_acts import ItemActs
from rogatory.profile import Profile
from rogatory.web.app import make_app
from tests.cli.filed_case import REFERENCE, SEALED_NAME, FiledCase
from tests.web.conftest import CODE, signed_in

DISK = f"{REFERENCE}-E01"
FOUND = {"seal_before": "S-1", "container": "none", "place": "Office 4", "condition": "sound", "note": ""}
PIN = "246 810"


@pytest.fixture
def shelf(home: Path) -> httpx.AsyncClient:
    """A browser at an inbox whose one case holds a sealed disk."""
    FiledCase(home)
    profile = Profile(home=home)
    entered = {"description": "Disk, serial WX-1", "place": "Strongroom 2", "seal_after": "S-1"}
    desk = ItemActs(profile, "custodian", signer_for(home, "custodian"))
    desk.enter(REFERENCE, entered, announced_by=None, command_id=None)
    transport = httpx.ASGITransport(make_app(profile, CODE), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1")


async def sent(client: httpx.AsyncClient, token: str, path: str, **fields: str) -> httpx.Response:
    return await client.post(path, data={"token": token, "command_id": f"c{len(fields)}{path[-3:]}", **fields})


async def test_two_officials_hand_a_disk_over_at_one_screen(shelf: httpx.AsyncClient, home: Path) -> None:
    put_pin(home / "officials" / "prosecutor.key", PIN)
    token = await signed_in(shelf, "custodian")
    offered = await sent(shelf, token, f"/items/{DISK}/offer", to="prosecutor", **{**FOUND, "place": "Strongroom 2"})
    assert offered.status_code == 303, offered.text
    wrong = await sent(shelf, token, f"/items/{DISK}/accept", **FOUND, pin="111 111", quantity="1")
    assert (wrong.status_code, 'href="#accept-pin"' in wrong.text) == (403, True)
    assert "111 111" not in wrong.text
    taken = await sent(shelf, token, f"/items/{DISK}/accept", **FOUND, pin=PIN, quantity="1")
    assert taken.status_code == 303, taken.text
    row = Desk(Profile(home=home)).register.exhibit(DISK)
    assert row
    assert (row.holder, row.place, row.seal, row.discrepancy) == ("prosecutor", "Office 4", "S-1", None)
    shown = (await shelf.get(f"/items/{DISK}")).text
    for words in ("offered", "taken over", "S-1", "Office 4", "Strongroom 2", "Disk, serial WX-1"):
        assert words in shown
    assert f'href="/items/{DISK}"' in (await shelf.get(f"/cases/{REFERENCE}")).text


async def test_a_broken_seal_is_told_and_recorded(shelf: httpx.AsyncClient, home: Path) -> None:
    put_pin(home / "officials" / "prosecutor.key", PIN)
    token = await signed_in(shelf, "custodian")
    await sent(shelf, token, f"/items/{DISK}/offer", to="prosecutor", **{**FOUND, "place": "Strongroom 2"})
    broken = {**FOUND, "seal_before": "none", "condition": "packing-damaged", "pin": PIN, "quantity": "1"}
    silent = await sent(shelf, token, f"/items/{DISK}/accept", **broken)
    assert silent.status_code == 422
    assert "does not agree with its record" in silent.text
    naming = await sent(shelf, token, f"/items/{DISK}/accept", **{**broken, "note": f"{SEALED_NAME} cut the seal."})
    assert naming.status_code == 422
    told = await sent(shelf, token, f"/items/{DISK}/accept", **{**broken, "note": "The bag was cut open."})
    assert told.status_code == 303, told.text
    row = Desk(Profile(home=home)).register.exhibit(DISK)
    assert row
    assert (row.discrepancy, set(row.differences)) == ("open", {"seal", "condition"})
    assert "condition" in (await shelf.get(f"/items/{DISK}")).text


async def test_nobody_signs_for_a_receiver_without_a_pin(shelf: httpx.AsyncClient, home: Path) -> None:
    token = await signed_in(shelf, "custodian")
    await sent(shelf, token, f"/items/{DISK}/offer", to="reviewer-1", **{**FOUND, "place": "Strongroom 2"})
    assert "rogatory pin reviewer-1" in (await shelf.get(f"/items/{DISK}")).text
    assert (await sent(shelf, token, f"/items/{DISK}/accept", **FOUND)).status_code == 403
    token = await signed_in(shelf, "signatory")
    assert (await sent(shelf, token, f"/items/{DISK}/accept", **FOUND)).status_code == 403
    token = await signed_in(shelf, "reviewer-1")
    declined = await sent(shelf, token, f"/items/{DISK}/decline", reason="The bag is torn.")
    assert declined.status_code == 303, declined.text
    row = Desk(Profile(home=home)).register.exhibit(DISK)
    assert row
    assert (row.holder, row.state) == ("custodian", "held")


async def test_an_auditor_and_other_sites_hand_nothing_over(shelf: httpx.AsyncClient) -> None:
    token = await signed_in(shelf, "auditor")
    assert (await sent(shelf, token, f"/items/{DISK}/offer", to="prosecutor", **FOUND)).status_code == 403
    token = await signed_in(shelf, "custodian")
    assert (await sent(shelf, "stolen", f"/items/{DISK}/offer", to="prosecutor", **FOUND)).status_code == 403
    assert (await sent(shelf, token, f"/items/{DISK}/destroy", to="prosecutor", **FOUND)).status_code == 422
    assert (await shelf.get(f"/items/{REFERENCE}-E77")).status_code == 404


async def test_a_registrar_enters_what_the_giver_signs(shelf: httpx.AsyncClient, home: Path) -> None:
    lent = {"from": "reviewer-1", "to": "signatory", "role-reviewer": "on", "until": "2099-12-31", "reason": "Leave."}
    token = await signed_in(shelf, "reviewer-1")
    assert (await sent(shelf, token, "/delegations/delegate", **lent)).status_code == 403
    registrar = next(each for each in Desk(Profile(home=home)).ledger.officials() if each.startswith("registrar"))
    token = await signed_in(shelf, registrar)
    unsigned = await sent(shelf, token, "/delegations/delegate", **lent)
    assert (unsigned.status_code, "asks for no PIN" in unsigned.text) == (403, True)
    put_pin(home / "officials" / "reviewer-1.key", PIN)
    assert (await sent(shelf, token, "/delegations/delegate", **lent, pin="000 000")).status_code == 403
    answer = await sent(shelf, token, "/delegations/delegate", **lent, pin=PIN)
    assert answer.status_code == 303, answer.text
    powers = Desk(Profile(home=home)).ledger.directory().powers()
    (name,) = powers.grants
    assert (await sent(shelf, token, "/delegations/absent", official="reviewer-2")).status_code == 303
    assert "reviewer-2 is back" in (await shelf.get("/delegations")).text
    for what in (name.partition("/")[2], "reviewer-2"):
        assert (await sent(shelf, token, "/delegations/end", what=what)).status_code == 303
    powers = Desk(Profile(home=home)).ledger.directory().powers()
    assert (dict(powers.grants), dict(powers.absences)) == ({}, {})


async def test_the_course_of_a_case_is_drawn(look: httpx.AsyncClient) -> None:
    await signed_in(look, "reviewer-1")
    drawn = await look.get(f"/cases/{REFERENCE}/course.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert "Review the letter of request" in drawn.text
    assert f"/cases/{REFERENCE}/course.svg" in (await look.get(f"/cases/{REFERENCE}")).text
