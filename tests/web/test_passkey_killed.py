"""The inbox is killed while an act waits for a passkey: nothing was signed, and the form can be sent again."""

import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.web.conftest import Served
from tests.web.test_browser import CHROMIUM, chromium
from tests.web.test_passkey_signing import with_passkeys
from tests.workflows.steps import brought_to

__all__ = ["chromium"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here: apt-get install chromium"),
]


class Inbox:
    """`rogatory serve` in a process of its own, at one port."""

    def __init__(self, served: Served) -> None:
        with socket.socket() as door:
            door.bind(("127.0.0.1", 0))
            self.port = door.getsockname()[1]
        house = served.house.profile
        self._environment = {**os.environ, "ROGATORY_HOME": str(house.home), "TEMPORAL_ADDRESS": str(house.address)}
        self._process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """The code to sign in with."""
        command = [str(Path(sys.executable).with_name("rogatory")), "--json", "serve", "--port", str(self.port)]
        self._process = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout
        said = "".join(iter(self._process.stdout.readline, "}\n"))
        return str(re.findall(r'code=([^"]+)"', said)[0])

    def kill(self) -> None:
        """As when the machine loses its power."""
        assert self._process
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


async def test_an_act_that_waited_when_the_inbox_was_killed_is_on_no_record(
    served: Served, chromium: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, inbox = served.house, Inbox(served)
    reference = await brought_to(house, "review")
    monkeypatch.setattr("tests.web.test_browser.CODE", inbox.start())
    named = replace(served, address=f"http://localhost:{inbox.port}")
    try:
        one = (await with_passkeys(chromium, named, "reviewer-1"))["reviewer-1"]
        page = await one.go(f"/tasks/{reference}.review-1")
        await page.check("#return")
        await page.fill("#reason", "The account is not named.")
        await page.route("**/assertions/*", lambda route: route.abort())  # it waits for the person
        async with page.expect_request("**/assertions/*") as sent:
            await page.click("text=Sign with your passkey")
        waiting = await sent.value
        inbox.kill()
        assert house.events(reference).count("decide") == 0
        inbox.start()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = await page.request.post(waiting.url, data=waiting.post_data, headers=kind)
        assert (answer.status, "no longer awaited" in await answer.text()) == (404, True)
        assert house.events(reference).count("decide") == 0
        await page.unroute("**/assertions/*")
        await page.goto(f"{named.address}/tasks/{reference}.review-1")  # signed in still: the session is on the disk
        await page.check("#return")
        await page.fill("#reason", "The account is not named.")
        await one.sign()
        assert house.events(reference).count("decide") == 1
    finally:
        inbox.kill()
