"""A whole case through the pages, as four officials, in Chromium without script; at its end it verifies offline."""

import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from rogatory.adapters.keys import put_pin
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.custody.verify_ledger import verify_lines
from tests.stage import ANSWER
from tests.web.conftest import Served
from tests.web.test_browser import CHROMIUM, PIN, again, chromium
from tests.workflows.steps import submitted

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
QUESTION = "Under which number is the company registered?"
STATEMENT = b"date,amount\n2025-03-01,100.00\n"


async def signed(page: Page, button: str) -> None:
    await page.click(f'main form button:has-text("{button}")')
    await page.wait_for_load_state()
    assert await page.locator("[role=alert]").count() == 0, await page.inner_text("main")
    assert "on record" in await page.inner_text("[role=status]")


async def test_four_officials_carry_a_case_from_review_to_its_end(
    served: Served, chromium: Browser, tmp_path: Path
) -> None:
    house = served.house
    put_pin(house.profile.home / "officials" / "signatory.key", PIN)
    reference = await submitted(house)
    task = await house.task(reference, "review")
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    cookies: dict[str, Any] = {}

    async def at(official: str, task: str) -> Page:
        page = await again(context, served, official, cookies)
        await page.goto(f"{served.address}/tasks/{task}")
        return page

    for official in ("reviewer-1", "reviewer-2", "signatory"):
        page = await at(official, task)
        await page.check("#approve")
        if official == "signatory":
            await page.fill("#pin", PIN)
        await signed(page, "Sign this decision")

    task = await house.task(reference, "transmission")
    page = await at("prosecutor", task)
    assert await page.locator("main form").count() == 0, "who drafted it does not send it"
    page = await at("signatory", task)
    await page.select_option("#send-channel", "courier")
    await page.fill("#send-dispatched_on", "23/11/2026")
    await page.fill("#send-tracking", "XV 88-201")
    await page.fill("#send-pin", PIN)
    await page.click("text=Sign and send")
    assert "is no day" in await page.inner_text("[role=alert]")
    assert await page.input_value("#send-tracking") == "XV 88-201"
    assert await page.input_value("#send-channel") == "courier"
    await page.fill("#send-dispatched_on", "2026-11-23")
    await page.fill("#send-pin", PIN)
    await signed(page, "Sign and send")
    assert await page.locator("#send-channel").count() == 0, "no second click sends it again"

    page = await at("reviewer-1", task)
    await page.click("text=Sign the acknowledgement")
    assert "Their reference: this must be filled in." in await page.inner_text("[role=alert]")
    await page.fill("#acknowledge-foreign_reference", "XN-CA-2026-0009")
    await page.fill("#acknowledge-received_on", "2026-11-25")
    await signed(page, "Sign the acknowledgement")

    task = await house.task(reference, "evidence-return")
    page = await at("reviewer-1", task)
    assert await page.locator("#acknowledge-received_on").count() == 0, "it is acknowledged once"
    await page.fill("#ask-question", QUESTION)
    await signed(page, "Sign the question")
    page = await at("prosecutor", task)
    assert QUESTION in await page.inner_text("blockquote")
    await page.fill("#reply-answer", ANSWER)
    await signed(page, "Sign and send the answer")
    assert await page.locator("#reply-answer").count() == 0

    put_pin(house.profile.home / "officials" / "custodian.key", PIN)
    page = await at("custodian", task)
    await page.click("text=Take evidence in")
    (tmp_path / "statement.csv").write_bytes(STATEMENT)
    await page.set_input_files("#files", tmp_path / "statement.csv")
    await page.click("main form button")
    assert sha256(STATEMENT).hexdigest() in re.sub(r"\s", "", await page.inner_text("main"))
    await page.select_option("#measure", "m1")
    await page.check("#complete")
    await page.fill("#pin", PIN)
    await signed(page, "Sign the receipt")

    task = await house.task(reference, "custody-sign-off")
    page = await at("custodian", task)
    await page.fill("#sign-off-pin", PIN)
    await signed(page, "Sign off")
    page = await at("prosecutor", task)
    await signed(page, "Sign off")
    await house.until(lambda: "request-closed" in house.events(reference))

    anchors = house.desk.anchors.own()
    letter = next(row for row in house.desk.register.documents(reference) if row.signed_digest)
    assert letter.signed_digest
    assert verify_pdf(house.desk.vault.read(reference, letter.signed_digest), anchors).ok
    found = verify_lines(house.desk.ledger.lines(reference), anchors, house.desk.ledger.head(reference))
    assert found.report.ok, [check for check in found.report.checks if not check.ok]
    acts = [event.event for event in house.desk.register.timeline(reference) if event.by != "procedure"]
    for act in ("decide", "send", "acknowledge", "ask", "reply", "receive", "sign-off"):
        assert act in acts, acts
    logs = b"".join(path.read_bytes() for path in house.profile.home.rglob("*.log"))
    assert PIN.encode() not in logs
