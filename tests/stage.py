"""An installation of XV for tests: real keys, ledger, vault and documents; the requested state's keys beside it."""

import asyncio
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from temporalio.client import Client

from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.officials import signer_for
from rogatory.cli.examples import example
from rogatory.client import CaseClient, connect
from rogatory.desk import Desk
from rogatory.office import Office
from rogatory.profile import Profile

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
ACTORS = ("prosecutor", "reviewer-1", "reviewer-2", "signatory", "custodian")
ANSWER = "The company is entered in the register of the Kingdom of Xenland under number XN-4471902."


class House:
    """One home and its officials, over any Temporal client."""

    def __init__(self, profile: Profile, client: Client) -> None:
        self.profile, self.temporal = profile, client
        self.desk = Desk(profile)

    def office(self, official: str) -> Office:
        ledger, _ = open_stores(self.profile.home)
        return Office(
            self.profile,
            official,
            CaseClient(self.temporal, self.profile, ledger),
            signer_for(self.profile.home, official),
        )

    @cached_property
    def prosecutor(self) -> Office:
        return self.office("prosecutor")

    @cached_property
    def reviewer_1(self) -> Office:
        return self.office("reviewer-1")

    @cached_property
    def reviewer_2(self) -> Office:
        return self.office("reviewer-2")

    @cached_property
    def signatory(self) -> Office:
        return self.office("signatory")

    @cached_property
    def custodian(self) -> Office:
        return self.office("custodian")

    def draft(self, name: str = "trafficking.yaml", change: Callable[[str], str] = lambda text: text) -> Path:
        path = self.profile.home / "drafts" / f"{time.monotonic_ns()}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(change(example(name)), encoding="utf-8")
        return path

    def files(self, **content: bytes) -> list[Path]:
        folder = self.profile.home / "incoming" / str(time.monotonic_ns())
        folder.mkdir(parents=True)
        paths = []
        for name, data in content.items():
            path = folder / name.replace("_", ".")
            path.write_bytes(data)
            paths.append(path)
        return paths

    async def task(self, reference: str, stage: str, patience: float = 90) -> str:
        """The id of the open task of that stage; waits for it."""
        return (
            await self.until(
                lambda: [t for t in self.desk.register.tasks(reference=reference) if t.stage == stage], patience
            )
        )[0].id

    async def until(self, found: Callable[[], T], patience: float = 90) -> T:
        end = time.monotonic() + patience
        while not (result := found()):
            assert time.monotonic() < end, "waited in vain"
            await asyncio.sleep(0.05)
        return result

    def events(self, reference: str) -> list[str]:
        from rogatory.custody.ledger import parse_line

        entries = [parse_line(line) for line in self.desk.ledger.lines(reference)]
        return [entry.event for entry in entries if entry.chain == reference]


async def connected(profile: Profile) -> House:
    return House(profile, await connect(profile))


def found_home(folder: Path) -> Path:
    """Founds XV's home, with XN's keys in `requested-state`; takes about a second."""
    from rogatory.cli.setup import found_installation

    found_installation(folder, simulator=folder / "requested-state")
    return folder


def copy_home(template: Path, target: Path) -> Path:
    shutil.copytree(template, target)
    return target


def now() -> datetime:
    return datetime.now(UTC)


def at(profile: Profile, address: str) -> Profile:
    return replace(profile, address=address)
