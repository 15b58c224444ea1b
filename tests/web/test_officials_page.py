"""The page of officials: what is spoilt of one of them keeps nobody from seeing the others."""

from pathlib import Path

import httpx

from tests.web.conftest import signed_in


async def test_a_spoilt_offer_of_a_passkey_is_told_where_it_stands(look: httpx.AsyncClient, home: Path) -> None:
    offered = home / "passkeys" / "reviewer-1.json"
    offered.parent.mkdir()
    offered.write_text('{"passkey": 7}')
    await signed_in(look, "registrar-1")
    shown = await look.get("/officials")
    assert (shown.status_code, shown.text.count("cannot be read")) == (200, 1)
    assert "reviewer-2" in shown.text
    assert "Enter it" not in shown.text
    await signed_in(look, "reviewer-1")
    shown = await look.get("/passkey", headers={"host": "localhost"})
    assert "What you offered cannot be read: make it anew." in shown.text
    offered.unlink()
    assert "cannot be read" not in (await look.get("/officials")).text
