"""Passkeys in a real Chromium, with its own authenticator in software: made, entered, and a whole case signed."""

import json
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, CDPSession, Page

from rogatory.adapters.keys import put_pin
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.custody import verify_standalone
from rogatory.custody.ledger import parse_line
from rogatory.custody.verify_ledger import verify_lines
from tests.conformance.forger import files_of
from tests.stage import ANSWER
from tests.web.conftest import Served
from tests.web.test_browser import CHROMIUM, PIN, chromium, enter, judged
from tests.web.test_whole_case import QUESTION, STATEMENT
from tests.workflows.steps import brought_to, submitted

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@dataclass
class Person:
    """An official at their own browser, with an authenticator in it."""

    official: str
    page: Page
    devices: CDPSession
    authenticator: str

    async def go(self, path: str) -> Page:
        address = self.page.url.split("/", 3)[:3]
        await self.page.goto("/".join(address) + path)
        return self.page

    async def offer(self, pin: str = "") -> None:
        """Makes a passkey, and offers it to the registrars."""
        page = await self.go("/passkey")
        if pin:
            await page.fill("#pin", pin)
        await page.click("text=Make a passkey")
        await page.wait_for_url("**/passkey?offered=yes")
        assert "on offer to the registrars" in await page.inner_text("[role=status]")

    async def sign(self, form: str = "main form") -> None:
        """Signs what was filled in with the passkey: the page that asks it sends itself."""
        await self.page.click(f'{form} button:has-text("Sign with your passkey")')
        await self.page.wait_for_url("**recorded=**", timeout=60_000)
        assert "on record" in await self.page.inner_text("[role=status]")


@pytest.fixture
def named(served: Served) -> Served:
    """The inbox under its name: a passkey is for a name."""
    return replace(served, address=served.address.replace("127.0.0.1", "localhost"))


async def person(chromium: Browser, named: Served, official: str) -> Person:
    context = await chromium.new_context(locale="en")
    page = await enter(context, named, official)
    devices = await context.new_cdp_session(page)
    await devices.send("WebAuthn.enable")
    made = await devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return Person(official, page, devices, made["authenticatorId"])


async def with_passkeys(chromium: Browser, named: Served, *officials: str) -> dict[str, Person]:
    """Each has made a passkey, and a registrar has entered it."""
    found = {}
    for official in officials:
        found[official] = await person(chromium, named, official)
        await found[official].offer(PIN if official == "signatory" else "")
    registrar = await enter(await chromium.new_context(locale="en"), named, "registrar-1")
    await registrar.goto(f"{named.address}/officials")
    for official in officials:
        await registrar.click(f'[aria-label="Enter the passkey of {official}"]')
        await registrar.wait_for_load_state()
    assert await registrar.locator("text=and a passkey:").count() == len(officials)
    return found


async def test_by_number_no_passkey_is_made(served: Served, chromium: Browser) -> None:
    page = await enter(await chromium.new_context(locale="en"), served, "reviewer-1")
    await page.click("text=Your sessions")
    await page.click("text=Your passkey")
    assert "this address is a number" in await page.inner_text("main")
    assert await page.locator("main button").count() == 0
    href = await page.get_attribute("main p.paper a", "href")
    assert href == served.address.replace("127.0.0.1", "localhost") + "/passkey"


async def test_a_whole_case_is_signed_by_passkeys_and_verifies_offline(
    named: Served, chromium: Browser, tmp_path: Path
) -> None:
    house = named.house
    put_pin(house.profile.home / "officials" / "signatory.key", PIN)
    reference = await submitted(house)
    task = await house.task(reference, "review")
    people = await with_passkeys(chromium, named, "prosecutor", "reviewer-1", "reviewer-2", "signatory", "custodian")
    for official in ("reviewer-1", "reviewer-2"):
        page = await people[official].go(f"/tasks/{task}")
        await page.check("#approve")
        await people[official].sign()
    page = await people["signatory"].go(f"/tasks/{task}")
    await page.check("#approve")
    await page.click("text=Sign with your passkey")
    assert "a passkey has none" in await page.inner_text("[role=alert]")
    assert await page.is_checked("#approve")
    await page.fill("#pin", PIN)
    await page.click("text=Sign this decision")
    assert "on record" in await page.inner_text("[role=status]")

    page = await people["signatory"].go(f"/tasks/{await house.task(reference, 'transmission')}")
    await page.select_option("#send-channel", "courier")
    await page.fill("#send-dispatched_on", "2026-11-23")
    await people["signatory"].sign("form[action$=send]")
    task = await house.task(reference, "transmission")
    page = await people["reviewer-1"].go(f"/tasks/{task}")
    await page.fill("#acknowledge-foreign_reference", "XN-CA-2026-0009")
    await page.fill("#acknowledge-received_on", "2026-11-25")
    await people["reviewer-1"].sign("form[action$=acknowledge]")
    task = await house.task(reference, "evidence-return")
    page = await people["reviewer-1"].go(f"/tasks/{task}")
    await page.fill("#ask-question", QUESTION)
    await people["reviewer-1"].sign("form[action$=ask]")
    page = await people["prosecutor"].go(f"/tasks/{task}")
    await page.fill("#reply-answer", ANSWER)
    await people["prosecutor"].sign("form[action$=reply]")

    page = await people["custodian"].go(f"/cases/{reference}/evidence")
    (tmp_path / "statement.csv").write_bytes(STATEMENT)
    await page.set_input_files("#files", tmp_path / "statement.csv")
    await page.click("main form button")
    await page.wait_for_selector("#measure")
    await page.select_option("#measure", "m1")
    await page.check("#complete")
    await people["custodian"].sign()
    task = await house.task(reference, "custody-sign-off")
    for official in ("custodian", "prosecutor"):
        await people[official].go(f"/tasks/{task}")
        await people[official].sign("form[action$=sign-off]")
    await house.until(lambda: "request-closed" in house.events(reference))

    anchors = house.desk.anchors.own()
    letter = next(row for row in house.desk.register.documents(reference) if row.signed_digest)
    assert letter.signed_digest
    assert verify_pdf(house.desk.vault.read(reference, letter.signed_digest), anchors).ok
    record = house.desk.ledger.record(reference)
    found = verify_lines(record.lines, anchors, record.head)
    assert found.report.ok, [check for check in found.report.checks if not check.ok]
    for name, content in files_of(record).items():
        (tmp_path / name).write_bytes(content)
    verify_standalone.verify(tmp_path, [json.loads(anchors.model_dump_json())])  # type: ignore[no-untyped-call]
    assert not set(verify_standalone.NO) - {"cosigned"}, verify_standalone.NO
    acts = [
        (entry.event, "webauthn" in json.loads(entry.act)["signatures"][0], entry.facts.get("by"))
        for entry in map(parse_line, record.lines)
        if entry.act and entry.chain == reference
    ]
    bare = [(event, by) for event, asserted, by in acts if not asserted]
    assert bare == [("request-opened", "prosecutor"), ("decide", "signatory")], acts  # one typed, one in the PDF too
    assert sum(asserted for _, asserted, _ in acts) == 9


async def test_what_an_authenticator_refuses_is_on_no_record_and_may_be_tried_again(
    named: Served, chromium: Browser
) -> None:
    house = named.house
    reference = await brought_to(house, "review")
    one = (await with_passkeys(chromium, named, "reviewer-1"))["reviewer-1"]
    page = await one.go(f"/tasks/{reference}.review-1")
    await one.devices.send("WebAuthn.setUserVerified", {"authenticatorId": one.authenticator, "isUserVerified": False})
    await page.check("#return")
    await page.fill("#reason", "The account is not named.")
    await page.click("text=Sign with your passkey")
    await page.locator("#told", has_text="did not sign").wait_for()
    await judged(page, 1280)
    await page.set_viewport_size({"width": 320, "height": 720})
    await judged(page, 320)
    assert house.events(reference).count("decide") == 0
    await one.devices.send("WebAuthn.setUserVerified", {"authenticatorId": one.authenticator, "isUserVerified": True})
    await page.click("text=Use your passkey")
    await page.wait_for_url("**recorded=**")
    assert house.events(reference).count("decide") == 1


async def test_another_ones_answer_signs_nothing_and_the_form_comes_back(named: Served, chromium: Browser) -> None:
    """Two officials at once: each answers only what their own session waits for, with their own passkey."""
    house = named.house
    reference = await brought_to(house, "review")
    people = await with_passkeys(chromium, named, "reviewer-1", "reviewer-2")
    posted: dict[str, str] = {}
    for official, one in people.items():
        page = await one.go(f"/tasks/{reference}.review-1")
        await page.check("#return")
        await page.fill("#reason", f"The account is not named, says {official}.")
        await page.route("**/assertions/*", lambda route: route.abort())
        async with page.expect_request("**/assertions/*") as sent:
            await page.click("text=Sign with your passkey")
        posted[official] = (await sent.value).url
        posted[f"{official} form"] = (await sent.value).post_data or ""
    thief, owner = people["reviewer-2"].page, people["reviewer-1"].page
    form, kind = posted["reviewer-2 form"], {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await thief.request.post(posted["reviewer-1"], data=form, headers=kind)
    assert (answer.status, "no longer awaited" in await answer.text()) == (404, True)
    theirs = posted["reviewer-1 form"].split("&")
    others = dict(each.split("=", 1) for each in form.split("&"))
    mixed = "&".join(
        each if each.startswith("token=") else f"{each.split('=')[0]}={others[each.split('=')[0]]}" for each in theirs
    )
    answer = await owner.request.post(posted["reviewer-1"], data=mixed, headers=kind)
    text = await answer.text()
    assert (answer.status, "Nothing was signed" in text) == (403, True), text
    assert "The account is not named, says reviewer-1." in text
    answer = await owner.request.post(posted["reviewer-1"], data=posted["reviewer-1 form"], headers=kind)
    assert answer.status == 404, "what was refused is over"
    assert house.events(reference).count("decide") == 0
    answer = await thief.request.post(posted["reviewer-2"], data="token=" + others["token"], headers=kind)
    assert (answer.status, "by a script" in await answer.text()) == (400, True)
    answer = await thief.request.post(posted["reviewer-2"], data=form, headers=kind, max_redirects=0)
    assert answer.status == 303
    assert house.events(reference).count("decide") == 1


async def test_a_passkey_taken_away_signs_no_more(named: Served, chromium: Browser) -> None:
    house = named.house
    put_pin(house.profile.home / "officials" / "reviewer-1.key", PIN)
    reference = await brought_to(house, "review")
    one = await person(chromium, named, "reviewer-1")
    page = await one.go("/passkey")
    for width in (320, 1280):
        await page.set_viewport_size({"width": width, "height": 800})
        await judged(page, width)
    await page.fill("#pin", "111 111")
    await page.click("text=Make a passkey")
    assert "not the PIN" in await page.inner_text("[role=alert]")
    await one.offer(PIN)
    registrar = await enter(await chromium.new_context(locale="en"), named, "registrar-1")
    await registrar.goto(f"{named.address}/officials")
    await registrar.click("text=Enter it")
    page = await one.go(f"/tasks/{reference}.review-1")
    await page.check("#approve")
    await registrar.click("text=Take the passkey away")
    await registrar.wait_for_load_state()
    await page.click("text=Sign with your passkey")
    assert "no passkey at this address" in await page.inner_text("[role=alert]")
    assert await page.locator("text=Sign with your passkey").count() == 0
    assert house.events(reference).count("decide") == 0
    reader = await one.page.request.post(
        f"{named.address}/officials/reviewer-1/passkey/remove", form={"token": "x", "command_id": "c"}
    )
    assert reader.status == 403
