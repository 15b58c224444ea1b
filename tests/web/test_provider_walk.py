"""The sign-in as people see it: Chromium without script, the real provider's pages, and `rogatory serve` as a program.

The inbox is at 127.0.0.1 and the provider at localhost: two sites to a browser, so cookies behave as they do between
an inbox and a provider of different names.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.async_api import Browser, Page

from tests.web.provider_here import PASSWORD, ProviderHere
from tests.web.signing_in_there import ABSENT, WHY, configured
from tests.web.test_browser import CHROMIUM, chromium

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(ABSENT, reason=WHY),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


@contextmanager
def serving(home: Path, *words: str) -> Iterator[dict[str, Any]]:
    """`rogatory serve` as a program; yields what it says of itself as JSON."""
    process = subprocess.Popen(
        [sys.executable, "-m", "rogatory", "--json", "serve", *words],
        env=os.environ | {"ROGATORY_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        yield json.loads(said)
    finally:
        process.terminate()
        process.wait(20)


async def give(page: Page, official: str, password: str) -> None:
    """Fills in the provider's pages: first who, then the password."""
    if await page.locator("input[name=login]").count():
        await page.fill("input[name=login]", official)
        await page.click("button[type=submit][name=answer]")
    await page.fill("input[name=password]", password)
    await page.click("button[type=submit]:has-text('Sign in'), button[type=submit][name=answer]")


async def test_an_official_signs_in_and_out_at_the_provider(
    home: Path, provider: ProviderHere, chromium: Browser
) -> None:
    address = f"http://127.0.0.1:{provider.inbox}"
    configured(home, provider.issuer, address)
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    with serving(home, "--port", str(provider.inbox)) as said:
        assert (said["address"], said["sign_in"]) == (address, provider.issuer)
        page = await context.new_page()
        await page.goto(address)
        assert page.url == f"{address}/sign-in"
        assert provider.issuer in await page.inner_text("main")
        await page.click("text=Go on to sign in")
        assert page.url.startswith(provider.issuer)

        await give(page, "signatory", "a wrong password")
        assert page.url.startswith(provider.issuer)
        assert "rogatory_session" not in {each["name"] for each in await context.cookies()}

        await give(page, "signatory", PASSWORD)
        await page.wait_for_url(f"{address}/")
        assert await page.inner_text("h1") == "Inbox"
        assert "Mara Sorrel" in await page.inner_text("header")
        cookies = {each["name"]: each for each in await context.cookies() if each["name"].startswith("rogatory")}
        assert set(cookies) == {"rogatory_session"}
        assert cookies["rogatory_session"]["sameSite"] == "Strict"

        await page.click("text=Sign out")
        await page.wait_for_url(f"{provider.issuer}/**")
        await page.click("button[name=answer][value=logout]")
        await page.wait_for_url(f"{address}/sign-in")
        assert "rogatory_session" not in {each["name"] for each in await context.cookies()}
        await page.goto(f"{address}/cases")
        assert page.url == f"{address}/sign-in"
        await page.click("text=Go on to sign in")
        assert await page.locator("input[name=login]").count() == 1, "the provider's own session ended too"


async def test_a_stranger_to_the_directory_sees_a_plain_page(
    home: Path, provider: ProviderHere, chromium: Browser
) -> None:
    address = f"http://127.0.0.1:{provider.inbox}"
    configured(home, provider.issuer, address)
    context = await chromium.new_context(java_script_enabled=False, locale="en")
    with serving(home, "--port", str(provider.inbox)):
        page = await context.new_page()
        await page.goto(f"{address}/sign-in/start")
        await give(page, "stranger", PASSWORD)
        assert page.url.startswith(f"{address}/sign-in/answer")
        assert "The directory does not know you." in await page.inner_text("main")
        assert "stranger" not in await page.content()
        await page.goto(f"{address}/officials")
        assert page.url == f"{address}/sign-in"


async def test_over_tls_the_cookie_is_the_hosts_own(home: Path, provider: ProviderHere, chromium: Browser) -> None:
    """On every address of this machine, with the inbox's own certificate."""
    address = f"https://127.0.0.1:{provider.secure}"
    _certificate(home / "keys")
    configured(home, provider.issuer, address, certificate="keys/inbox.crt", key="keys/inbox.key")
    context = await chromium.new_context(java_script_enabled=False, locale="en", ignore_https_errors=True)
    with serving(home, "--port", str(provider.secure), "--listen", "0.0.0.0") as said:
        assert said["host"] == "0.0.0.0"
        page = await context.new_page()
        await page.goto(f"{address}/sign-in/start")
        await give(page, "reviewer-1", PASSWORD)
        await page.wait_for_url(f"{address}/")
        assert await page.inner_text("h1") == "Inbox"
        cookies = {each["name"]: each for each in await context.cookies() if "rogatory" in each["name"]}
        session = cookies["__Host-rogatory_session"]
        assert (session["secure"], session["httpOnly"], session["sameSite"]) == (True, True, "Strict")
        assert set(cookies) == {"__Host-rogatory_session"}
        answer = await page.goto(f"{address}/cases")
        assert answer is not None
        assert answer.headers["strict-transport-security"] == "max-age=31536000"
        await page.click("text=Sign out")
        await page.wait_for_url(f"{provider.issuer}/**")
        assert "__Host-rogatory_session" not in {each["name"] for each in await context.cookies()}


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
async def test_the_pages_of_the_sign_in_are_accessible(
    home: Path, provider: ProviderHere, chromium: Browser, language: str
) -> None:
    address = f"http://127.0.0.1:{provider.inbox}"
    configured(home, provider.issuer, address)
    context = await chromium.new_context(locale=language, viewport={"width": 320, "height": 800})
    with serving(home, "--port", str(provider.inbox)):
        page = await context.new_page()
        for path in ("/sign-in", "/sign-in/answer"):
            await page.goto(f"{address}{path}?lang={language}")
            found = await Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert await page.evaluate("document.documentElement.scrollWidth") <= 320


def _certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "inbox")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "inbox.crt").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    (folder / "inbox.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "inbox.key").chmod(0o600)
