"""Draws the pictures of docs/inbox.md: `python -m tests.web.gallery` (needs Chromium)."""

import asyncio
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, async_playwright

from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.keys import put_pin
from rogatory.item_acts import ItemActs
from tests.stage import ROOT, found_home
from tests.web.conftest import Served, whole
from tests.web.test_browser import CHROMIUM, enter
from tests.workflows.steps import brought_to, corrected

LARGEST = 200_000
"""Bytes of a picture."""
LOOKS = (
    ("inbox", "reviewer-1", "/", "en", 1280),
    ("inbox-task", "reviewer-1", "/tasks/{task}", "en", 1280),
    ("inbox-narrow", "reviewer-1", "/tasks/{task}", "en", 320),
    ("inbox-case", "reviewer-1", "/cases/{full}", "en", 1280),
    ("inbox-hand-over", "custodian", "/items/{disk}", "en", 1280),
    ("inbox-arabic", "reviewer-1", "/", "ar", 1280),
    ("inbox-correspondence", "reviewer-1", "/correspondence", "en", 1280),
    ("inbox-delegations", "registrar-1", "/delegations", "en", 1280),
)
"""Name of the picture, who looks, at what, in which language, how wide."""


async def drawn(folder: Path, home: Path) -> None:
    """Brings cases to where they show something, and takes the pictures."""
    async with whole(home) as served, async_playwright() as playwright:
        house = served.house
        reference = await brought_to(house, "review")
        await house.reviewer_2.decide(f"{reference}.review-1", "return", "Say it shorter.")
        await house.task(reference, "correction")
        await house.prosecutor.correct(reference, house.draft(change=corrected))
        task = await house.task(reference, "review")
        full = await brought_to(house, "custody-sign-off")
        put_pin(home / "officials" / "prosecutor.key", "246 810")
        desk = ItemActs(house.profile, "custodian", signer_for(home, "custodian"))
        thing = {"description": "Disk, serial WX-1", "place": "Strongroom 2", "seal_after": "S-1"}
        disk = desk.enter(full, thing, announced_by=None, command_id=None)[0].item
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, official, path, language, width in LOOKS:
            address = path.format(task=task, full=full, disk=disk)
            await _taken(browser, served, folder / f"{name}.png", official, address, language, width)
        await browser.close()


async def _taken(
    browser: Browser, served: Served, file: Path, official: str, address: str, language: str, width: int
) -> None:
    context = await browser.new_context(
        locale=language, viewport={"width": width, "height": 900 if width > 500 else 720}
    )
    page = await enter(context, served, official)
    await page.goto(served.address + address, wait_until="networkidle")
    await page.screenshot(path=file)
    await context.close()
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(128).save(file, optimize=True)
    if (size := file.stat().st_size) > LARGEST:
        raise SystemExit(f"{file} has {size} bytes, more than {LARGEST}.")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(drawn(ROOT / "docs", found_home(Path(folder) / "home")))
