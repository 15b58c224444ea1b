"""The pages in a real Chromium: whole cases decided without script and by keyboard alone; axe, and 320 pixels."""

import re
import shutil
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright

from rogatory.adapters.keys import put_pin
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.custody.verify_ledger import verify_lines
from rogatory.documents.sealed import find_sealed
from tests.web.conftest import CODE, Served, signed_in
from tests.web.every_page import addresses
from tests.workflows.steps import brought_to, corrected

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
PIN = "246 810"
SEALED = ["Xamira Examplova", "Xami"]
"""Of the example's protected person."""
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, [tabindex='0']"
VISIT = """focusable => {
  const at = document.activeElement, style = getComputedStyle(at);
  if (at === document.body || at.id === 'main') return null;
  return [[...document.querySelectorAll(focusable)].indexOf(at), style.outlineStyle !== 'none'];
}"""
COUNT = """focusable => {
  const groups = new Set();
  return [...document.querySelectorAll(focusable)].filter(each => {
    if (each.type !== 'radio') return true;
    const first = !groups.has(each.name); groups.add(each.name); return first;
  }).length;
}"""
FOCUSED = """wanted => {
  const at = document.activeElement;
  return at.id === wanted || at.getAttribute('href') === wanted;
}"""


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        await browser.close()


async def enter(context: BrowserContext, served: Served, official: str) -> Page:
    """Signs in as people do: by the address that `rogatory serve` prints."""
    await context.clear_cookies()
    page = await context.new_page()
    await page.goto(f"{served.address}/sign-in?code={CODE}")
    await page.select_option("#official", official)
    await page.click("main button")
    assert await page.inner_text("h1") in {"Inbox", "Corbeille d’arrivée", "البريد الوارد"}
    return page


async def again(context: BrowserContext, served: Served, official: str, cookies: dict[str, Any]) -> Page:
    """Goes on in an official's session, in another browser: nobody signs in more than ten times a minute."""
    if official not in cookies:
        page = await enter(context, served, official)
        cookies[official] = await context.cookies()
        return page
    await context.clear_cookies()
    await context.add_cookies(cookies[official])
    return await context.new_page()


async def test_four_officials_decide_a_case_and_it_verifies_offline(served: Served, chromium: Browser) -> None:
    """Without script: signed letter and ledger hold before anchors alone."""
    house = served.house
    put_pin(house.profile.home / "officials" / "signatory.key", PIN)
    reference = await brought_to(house, "review")
    task = f"{reference}.review-1"
    context = await chromium.new_context(java_script_enabled=False, locale="en")

    drafter = await enter(context, served, "prosecutor")
    await drafter.goto(f"{served.address}/tasks/{task}")
    assert await drafter.locator("#approve").count() == 0

    for official in ("reviewer-1", "reviewer-2"):
        page = await enter(context, served, official)
        await page.click("text=Review the letter of request")
        await page.check("#approve")
        await page.click("text=Sign this decision")
        assert "on record" in await page.inner_text("[role=status]")
        assert await page.locator("#approve").count() == 0, "nobody decides twice"

    page = await enter(context, served, "signatory")
    await page.goto(f"{served.address}/tasks/{task}")
    shown = await page.inner_text("dd.digest")
    for pin, said in (("", "none was given"), ("111 111", "not the PIN")):
        await page.check("#approve")
        await page.fill("#pin", pin)
        await page.click("text=Sign this decision")
        assert said in await page.inner_text("[role=alert]")
        assert await page.input_value("#pin") == ""
    await page.fill("#pin", PIN)
    await page.click("text=Sign this decision")
    assert "on record" in await page.inner_text("[role=status]")

    await house.task(reference, "transmission")
    letter = next(row for row in house.desk.register.documents(reference) if row.signed_digest)
    assert letter.digest == f"sha256:{shown}"
    assert letter.signed_digest
    anchors = house.desk.anchors.own()
    assert verify_pdf(house.desk.vault.read(reference, letter.signed_digest), anchors).ok
    found = verify_lines(house.desk.ledger.lines(reference), anchors, house.desk.ledger.head(reference))
    # the case goes on, so its ledger is not complete; nothing else is wanting
    assert [check.name for check in found.report.checks if not check.ok] == ["closing entry"]
    decided = [event.by for event in house.desk.register.timeline(reference) if event.event == "decide"]
    assert decided == ["reviewer-1", "reviewer-2", "signatory"]
    logs = b"".join(path.read_bytes() for path in house.profile.home.rglob("*.log"))
    assert PIN.encode() not in logs


async def test_what_was_read_is_what_is_decided(served: Served) -> None:
    reference = await brought_to(served.house, "review")
    row = served.house.desk.register.task(f"{reference}.review-1")
    async with httpx.AsyncClient(base_url=served.address) as client:
        token = await signed_in(client, "reviewer-1")
        form = {"token": token, "command_id": "c-9", "verdict": "approve", "letter": "sha256:" + "0" * 64}
        answer = await client.post(f"/tasks/{row.id}/decide", data=form)
        assert answer.status_code == 409
        assert "not the one that was read" in answer.text
        assert served.house.desk.register.task(row.id).approvals == 0
        assert row.letter
        twice = [await client.post(f"/tasks/{row.id}/decide", data={**form, "letter": row.letter}) for _ in range(2)]
    assert [answer.status_code for answer in twice] == [303, 303]
    assert served.house.events(reference).count("decide") == 1


async def test_no_sealed_name_is_found_or_written(served: Served) -> None:
    reference = await brought_to(served.house, "review")
    row = served.house.desk.register.task(f"{reference}.review-1")
    assert row.letter
    async with httpx.AsyncClient(base_url=served.address) as client:
        token = await signed_in(client, "reviewer-1")
        for words, there in (("Xamira", False), ("examplova", False), ("greenhouses of saint", True)):
            found = (await client.get("/cases", params={"q": words})).text
            assert (f'href="/cases/{reference}"' in found) is there, words
        form = {"token": token, "command_id": "c-9", "verdict": "return", "letter": row.letter}
        answer = await client.post(f"/tasks/{row.id}/decide", data={**form, "reason": "Say where Xamira lives."})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert served.house.events(reference).count("decide") == 0


async def test_a_wrong_pin_is_tried_five_times(served: Served) -> None:
    put_pin(served.house.profile.home / "officials" / "reviewer-1.key", PIN)
    reference = await brought_to(served.house, "review")
    row = served.house.desk.register.task(f"{reference}.review-1")
    assert row.letter
    async with httpx.AsyncClient(base_url=served.address) as client:
        token = await signed_in(client, "reviewer-1")
        form = {"token": token, "command_id": "c-9", "verdict": "approve", "letter": row.letter}
        said = [
            (await client.post(f"/tasks/{row.id}/decide", data={**form, "pin": pin})).text
            for pin in [*("000000",) * 5, PIN]
        ]
    assert all("not the PIN" in text for text in said[:5])
    assert "Too many attempts" in said[5]
    assert served.house.events(reference).count("decide") == 0


async def test_every_page_for_everyone(served: Served, chromium: Browser) -> None:
    """axe finds nothing, nothing scrolls sideways at 320 px, every control is reached by Tab and shows it."""
    house = served.house
    reference = await brought_to(house, "review")
    await house.reviewer_2.decide(f"{reference}.review-1", "return", "Say it shorter.")
    await house.task(reference, "correction")
    await house.prosecutor.correct(reference, house.draft(change=corrected))
    review = await house.task(reference, "review")
    full = await brought_to(house, "custody-sign-off")
    sending = await house.task(await brought_to(house, "transmission"), "transmission")
    asked_about = await brought_to(house, "evidence-return")
    await house.reviewer_1.ask(asked_about, "Under which number is the company registered?")
    waiting = await house.task(asked_about, "evidence-return")
    pages = [*addresses(review=review, reference=reference, full=full), "/nowhere"]
    cookies: dict[str, Any] = {}
    for language, reading in (("en", "ltr"), ("fr", "ltr"), ("ar", "rtl")):
        for width in (1280, 320):
            context = await chromium.new_context(locale=language, viewport={"width": width, "height": 800})
            asked: list[str] = []
            context.on("request", partial(_noted, asked))
            page = await context.new_page()
            await page.goto(f"{served.address}/sign-in")
            await judged(page, width)
            page = await again(context, served, "reviewer-1", cookies)
            for path in pages:
                await page.goto(served.address + path)
                assert await page.get_attribute("html", "lang") == language
                assert await page.get_attribute("html", "dir") == reading
                assert not find_sealed(await page.content(), SEALED), path
                await judged(page, width)
            await page.goto(f"{served.address}/tasks/{review}")
            await page.click("form[action$=decide] button")
            assert await page.locator("[role=alert]").count() == 1
            await judged(page, width)
            for official, path in (
                ("custodian", f"/items/{full}-E01"),
                ("custodian", f"/tasks/{full}.custody-sign-off-1"),
                ("registrar-1", "/delegations"),
                ("signatory", f"/tasks/{waiting}"),
                ("signatory", f"/tasks/{review}"),
                ("signatory", f"/tasks/{sending}"),
            ):
                page = await again(context, served, official, cookies)
                await page.goto(served.address + path)
                assert await page.locator("main form").count() > 0, path
                await judged(page, width)
            await page.fill("#send-dispatched_on", "tomorrow")
            await page.click("main form button")
            assert "is no day" in await page.inner_text("[role=alert]")
            await judged(page, width)
            assert all(url.startswith(served.address) for url in asked)
            await context.close()


def _noted(asked: list[str], request: Request) -> None:
    asked.append(request.url)


async def judged(page: Page, width: int) -> None:
    """axe, reflow, keyboard."""
    found = await Axe().run(page)
    faults = [(each["id"], each["nodes"][0]["html"]) for each in found.response["violations"]]
    assert not faults, (page.url, faults)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    wanted, visited = await page.evaluate(COUNT, FOCUSABLE), set()
    await page.evaluate("document.activeElement.blur()")
    for _ in range(wanted + 2):
        await page.keyboard.press("Tab")
        at = await page.evaluate(VISIT, FOCUSABLE)
        if at is None:
            break
        assert at[1], (page.url, "no visible focus", at)
        visited.add(at[0])
    assert len(visited) == wanted, (page.url, len(visited), wanted)


async def test_a_decision_by_keyboard_alone(served: Served, chromium: Browser) -> None:
    reference = await brought_to(served.house, "review")
    context = await chromium.new_context(locale="en")
    page = await context.new_page()
    await page.goto(f"{served.address}/sign-in?code={CODE}")
    await until(page, "official")
    await page.keyboard.type("Ines")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"{served.address}/")
    await until(page, f"/tasks/{reference}.review-1")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("review-1$"))
    await until(page, "approve")
    await page.keyboard.press("ArrowDown")
    assert await page.is_checked("#return")
    await until(page, "reason")
    await page.keyboard.type("Say which period the records are for.")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile("recorded="))
    assert "decide" in served.house.events(reference)


async def until(page: Page, wanted: str) -> None:
    """Presses Tab until the control of that id, or the link to that address, has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate(FOCUSED, wanted):
            return
    pytest.fail(f"Tab does not come to {wanted}")
