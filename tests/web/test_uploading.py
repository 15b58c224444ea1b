"""The page that takes evidence in, in Chromium: without script, and with it over a connection that is cut."""

import hashlib
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Route

from tests.web.conftest import Served
from tests.web.test_browser import CHROMIUM, chromium, enter, judged
from tests.workflows.steps import brought_to

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


@pytest.fixture
async def awaited(served: Served) -> str:
    """A case whose evidence is awaited."""
    return await brought_to(served.house, "evidence-return")


def disk(folder: Path) -> tuple[Path, str]:
    content = bytes(range(256)) * 75_000  # three parts
    path = folder / "disk.raw"
    path.write_bytes(content)
    return path, hashlib.sha256(content).hexdigest()


async def test_without_script_two_files_are_sent_and_signed(
    served: Served, chromium: Browser, awaited: str, tmp_path: Path
) -> None:
    path, digest = disk(tmp_path)
    (tmp_path / "note.txt").write_text("read me")
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    page = await enter(context, served, "custodian")
    await page.goto(f"{served.address}/cases/{awaited}")
    await page.click("text=Take evidence in")
    await page.set_input_files("#files", [path, tmp_path / "note.txt"])
    await page.click("main form button")
    assert digest in re.sub(r"\s", "", await page.inner_text("main"))
    assert served.house.desk.register.items(awaited) == []
    await page.click("text=Sign the receipt")
    assert "on record" in await page.inner_text("[role=status]")
    assert served.house.desk.register.items(awaited)[0].digest == f"sha256:{digest}"


async def test_with_script_a_cut_upload_goes_on(
    served: Served, chromium: Browser, awaited: str, tmp_path: Path
) -> None:
    path, digest = disk(tmp_path)
    context = await chromium.new_context(locale="en")
    page = await enter(context, served, "custodian")
    await page.goto(f"{served.address}/cases/{awaited}/evidence")
    sent: list[str] = []
    down = True

    async def wire(route: Route) -> None:
        sent.append(route.request.url.rpartition("/")[2])
        await (route.abort() if down and sent[-1] == "1" else route.continue_())

    await page.route(re.compile("/parts/[0-9a-f]{32}/[0-9]+$"), wire)
    await page.evaluate("WAITS.fill(0.05)")
    await page.set_input_files("#files", path)
    await page.click("main form button")
    await page.wait_for_selector("#how-far:has-text('Stopped')")
    assert await page.get_attribute("#how-far", "aria-live") == "polite"
    assert await page.is_visible("progress")
    assert 40 < float(await page.evaluate("document.getElementById('bar').value")) < 50
    assert len(list(served.house.desk.vault.unfinished())) == 1
    down = False
    sent.clear()
    await page.reload()  # a day later
    await page.set_input_files("#files", path)
    await page.click("main form button")
    await page.wait_for_selector("text=Sign the receipt")
    assert sent == ["1", "2"], "what came is not sent twice"
    assert digest in re.sub(r"\s", "", await page.inner_text("main"))
    await page.click("text=Sign the receipt")
    assert "on record" in await page.inner_text("[role=status]")


async def test_what_is_refused_is_told_at_once(served: Served, chromium: Browser, awaited: str, tmp_path: Path) -> None:
    path = tmp_path / "exe\u202egpj.raw"
    path.write_bytes(b"1")
    page = await enter(await chromium.new_context(locale="en"), served, "custodian")
    await page.goto(f"{served.address}/cases/{awaited}/evidence")
    await page.set_input_files("#files", path)
    await page.click("main form button")
    await page.wait_for_selector("#how-far:has-text('no name that can stand')")
    assert await page.is_enabled("main form button")


async def test_the_page_is_for_everyone(served: Served, chromium: Browser, awaited: str, tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("read me")
    for language in ("en", "fr", "ar"):
        context = await chromium.new_context(locale=language, viewport={"width": 1280, "height": 800})
        page = await enter(context, served, "custodian")
        for width in (1280, 320):
            await page.set_viewport_size({"width": width, "height": 800})
            await page.goto(f"{served.address}/cases/{awaited}/evidence")
            assert await page.get_attribute("html", "lang") == language
            await judged(page, width)
            await page.screenshot(path=tmp_path / f"choose-{language}-{width}.png", full_page=True)
            await page.set_input_files("#files", tmp_path / "note.txt")
            await page.click("main form button")
            await page.wait_for_selector("#measure")
            await judged(page, width)
            await page.screenshot(path=tmp_path / f"sign-{language}-{width}.png", full_page=True)
        await context.close()
