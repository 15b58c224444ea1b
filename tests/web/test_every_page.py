"""No page is left unjudged; each is light, and prints as a paper."""

import io
from pathlib import Path

import httpx
import pypdfium2
import pytest
from playwright.async_api import Browser, ViewportSize

from rogatory.profile import Profile
from rogatory.web.app import make_app
from rogatory.web.rendering import HERE, LANGUAGES
from tests.cli.opened_case import REFERENCE, TASK
from tests.web.conftest import CODE, Served, signed_in
from tests.web.every_page import JUDGED, pages_of
from tests.web.test_browser import CHROMIUM, chromium, enter
from tests.workflows.steps import brought_to

__all__ = ["chromium"]
HEAVIEST = 150_000
"""Bytes of a page with its style sheet, without pictures of pages."""
FITS = """() => [...document.querySelectorAll('main *')].filter(
  each => !each.closest('thead, .unseen')
    && getComputedStyle(each).display !== 'inline' && getComputedStyle(each).position !== 'absolute'
    && each.getBoundingClientRect().width > 0 && each.scrollWidth > each.clientWidth + 1
).map(each => each.outerHTML.slice(0, 120))"""
A4: ViewportSize = {"width": 688, "height": 1000}
"""Pixels of a page within its margins: 182 mm at 96 to the inch."""


def test_every_page_is_judged(home: Path) -> None:
    assert pages_of(make_app(Profile(home=home), CODE)) == set(JUDGED)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_page_is_light(look: httpx.AsyncClient, language: str) -> None:
    await signed_in(look, "reviewer-1")
    style = sum(path.stat().st_size for path in (HERE / "static").iterdir())
    for path in ("/", "/cases", f"/cases/{REFERENCE}", f"/tasks/{TASK}", "/delegations", "/officials", "/deadlines"):
        page = await look.get(path, params={"lang": language})
        assert page.status_code == 200, path
        assert len(page.content) + style < HEAVIEST, path
        assert f'dir="{"rtl" if language == "ar" else "ltr"}"' in page.text.split("<head>")[0]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium")
async def test_a_case_prints_as_a_paper(served: Served, chromium: Browser) -> None:
    """Neither navigation nor buttons, nothing cut at the edge."""
    reference = await brought_to(served.house, "custody-sign-off")
    context = await chromium.new_context(locale="en", viewport=A4)
    page = await enter(context, served, "custodian")
    for path in (f"/cases/{reference}", f"/items/{reference}-E01"):
        await page.goto(served.address + path)
        await page.emulate_media(media="print")
        assert await page.evaluate(FITS) == [], path
        printed = pypdfium2.PdfDocument(io.BytesIO(await page.pdf(prefer_css_page_size=True)))
        text = "\n".join(sheet.get_textpage().get_text_range() for sheet in printed)
        assert reference in text
        for words in ("Sign out", "Your sessions", "Skip to the content", "Sign the offer", "Français"):
            assert words not in text, (path, words)
        assert "custodian" in text
