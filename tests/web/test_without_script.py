"""A browser that runs no script at all sees what others see, and every form of every page is sent."""

import shutil

import pytest
from playwright.async_api import Browser, Page

from rogatory.desk import Desk
from tests.web.conftest import Served
from tests.web.every_page import addresses
from tests.web.test_browser import chromium, enter
from tests.workflows.steps import brought_to

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("chromium") is None, reason="there is no Chromium here: apt-get install chromium"),
]
FORMS = """() => [...document.forms].map(form =>
  [new URL(form.action).pathname, form.method, form.querySelectorAll('button:not([type=button])').length])"""
SEARCHES = {"/cases", "/correspondence"}
"""The only forms that change nothing."""
OFFICIALS = ("reviewer-1", "custodian", "prosecutor", "registrar-1", "auditor")


async def test_every_page_and_form_without_script(served: Served, chromium: Browser) -> None:
    house = served.house
    review = await brought_to(house, "review")
    awaited = await brought_to(house, "evidence-return")
    full = await brought_to(house, "custody-sign-off")
    pages = addresses(review=f"{review}.review-1", reference=awaited, full=full)
    seen: set[str] = set()
    for official in OFFICIALS:
        plain = await enter(await chromium.new_context(java_script_enabled=False, locale="en"), served, official)
        scripted = await enter(await chromium.new_context(locale="en"), served, official)
        for path in pages:
            texts = []
            for page in (plain, scripted):
                await page.goto(served.address + path)
                texts.append(await page.inner_text("main"))
            assert texts[0] == texts[1] or path == "/sessions", path
            assert texts[0].strip(), path
            for action, method, buttons in await scripted.evaluate(FORMS):
                assert buttons >= 1, (path, action, "no button sends it")
                assert method == "post" or action in SEARCHES, (path, action)
                seen.add(action.rpartition("/")[2])
        await plain.context.close()
        await scripted.context.close()
    changing = {"decide", "offer", "evidence", "sign-off", "delegate", "absent", "sign-out", "end"}
    assert seen == changing | {"cases", "correspondence"} | (seen & {"accept"})


async def test_the_forms_of_lists_are_sent_without_script(served: Served, chromium: Browser) -> None:
    """Decisions, hand-overs and uploads have tests of their own."""
    reference = await brought_to(served.house, "review")

    async def at(official: str) -> Page:
        return await enter(await chromium.new_context(java_script_enabled=False, locale="en"), served, official)

    page = await at("registrar-1")
    await page.goto(f"{served.address}/delegations")
    await page.select_option("form[action$=absent] select", "reviewer-2")
    await page.click("form[action$=absent] button")
    assert set(Desk(served.house.profile).ledger.directory().powers().absences.values()) == {"reviewer-2"}

    page = await at("reviewer-1")
    await page.goto(f"{served.address}/cases")
    await page.fill("form[action='/cases'] input[name=q]", reference)
    await page.press("form[action='/cases'] input[name=q]", "Enter")
    assert reference in await page.inner_text("main")
    await page.goto(f"{served.address}/correspondence")
    await page.fill("form[action='/correspondence'] input[name=q]", "nothing-like-it")
    await page.press("form[action='/correspondence'] input[name=q]", "Enter")
    assert "Nothing was found." in await page.inner_text("main")
    await page.click("text=Français")
    assert await page.get_attribute("html", "lang") == "fr"
    await page.click("text=English")
    await page.click("text=Sign out")
    await page.goto(f"{served.address}/")
    assert page.url.endswith("/sign-in")
