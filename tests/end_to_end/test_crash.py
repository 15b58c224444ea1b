"""kill -9 of the worker, and of server and worker, at every step of a case: nothing lost, nothing twice, one package.

At each step the act is told, the victims are killed a moment later, started again, and the same act is repeated under
its id until it is answered. Then the ledger is read.
"""

import asyncio
import collections
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import date
from pathlib import Path

import pytest

from rogatory.adapters.embedded import EmbeddedServer
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import RogatoryError
from rogatory.profile import Profile
from tests.stage import ANSWER, ROOT, House, connected

pytestmark = pytest.mark.slow
Act = Callable[[House, str, str], Awaitable[object]]
"""House, reference, command id."""


class Machines:
    """A server and a worker as processes of their own, to be killed and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.server = EmbeddedServer(home)
        self.worker: subprocess.Popen[bytes] | None = None

    async def start(self, *which: str) -> None:
        if "server" in which:
            self.server = EmbeddedServer(self.home)
            await self.server.start()
        if "worker" in which:
            log = (self.home / "logs" / "worker.log").open("ab")
            with log:
                self.worker = subprocess.Popen(  # noqa: ASYNC220  it starts at once
                    [sys.executable, str(ROOT / "worker.py")],
                    env=os.environ | {"ROGATORY_HOME": str(self.home)},
                    stdout=log,
                    stderr=log,
                )

    async def kill(self, *which: str) -> None:
        if "worker" in which and self.worker:
            self.worker.kill()
            self.worker.wait()
        if "server" in which and self.server.pid:
            os.kill(self.server.pid, signal.SIGKILL)
            await self.server.stop()  # reaps it and lets go of the lock

    async def end(self) -> None:
        if self.worker and self.worker.poll() is None:
            self.worker.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self.worker.wait(15)
            self.worker.kill()
        await self.server.stop()


@asynccontextmanager
async def machines(home: Path) -> AsyncIterator[Machines]:
    (home / "logs").mkdir(exist_ok=True)
    running = Machines(home)
    await running.start("server", "worker")
    try:
        yield running
    finally:
        await running.end()


async def house_of(home: Path) -> House:
    return await connected(Profile.load({"ROGATORY_HOME": str(home)}))


def review(official: str, verdict: str, reason: str | None = None) -> Act:
    async def act(house: House, reference: str, command_id: str) -> object:
        task = await open_or_first(house, reference, "review", command_id)
        return await house.office(official).decide(task, verdict, reason, command_id=command_id)

    return act


async def open_or_first(house: House, reference: str, stage: str, command_id: str) -> str:
    """The open task; or, for an act repeated after its stage has moved on, the task it was recorded in."""
    for row in house.desk.register.tasks(reference=reference, open_only=False):
        if row.stage == stage and house.desk.ledger.receipt(row.id, command_id):
            return row.id
    return await house.task(reference, stage)


async def correct(house: House, reference: str, command_id: str) -> object:
    corrected = house.draft(change=lambda text: text + "\n# corrected\n")
    if (house.profile.home / "corrected").exists():
        corrected = Path((house.profile.home / "corrected").read_text())
    else:
        text = corrected.read_text().replace("reciprocity: true", "reciprocity: false")
        corrected.write_text(text)
        (house.profile.home / "corrected").write_text(str(corrected))
    return await house.prosecutor.correct(reference, corrected, command_id=command_id)


async def transmit(house: House, reference: str, command_id: str) -> object:
    return await house.signatory.transmit(
        reference, "courier", dispatched_on=date(2026, 11, 23), tracking="XV 1", command_id=command_id
    )


async def acknowledge(house: House, reference: str, command_id: str) -> object:
    return await house.reviewer_1.acknowledge(reference, "XN-7", date(2026, 11, 24), command_id=command_id)


async def ask(house: House, reference: str, command_id: str) -> object:
    return await house.reviewer_1.ask(reference, "Under which number is the company registered?", command_id=command_id)


async def reply(house: House, reference: str, command_id: str) -> object:
    return await house.prosecutor.reply(reference, ANSWER, command_id=command_id)


async def add_evidence(house: House, reference: str, command_id: str) -> object:
    task = await open_or_first(house, reference, "evidence-return", command_id)
    if receipt := house.desk.ledger.receipt(task, command_id):
        return receipt
    files = house.files(statement_csv=b"date,amount\n2025-03-01,100.00\n")
    return await house.custodian.add_evidence(reference, files, complete=True, command_id=command_id)


def sign_off(official: str) -> Act:
    async def act(house: House, reference: str, command_id: str) -> object:
        await open_or_first(house, reference, "custody-sign-off", command_id)
        return await house.office(official).sign_off(reference, command_id=command_id)

    return act


STEPS: list[tuple[str, Act]] = [
    ("return", review("reviewer-2", "return", "Name the account-opening papers.")),
    ("correct", correct),
    ("approve-1", review("reviewer-1", "approve")),
    ("approve-2", review("reviewer-2", "approve")),
    ("sign", review("signatory", "approve")),
    ("transmit", transmit),
    ("acknowledge", acknowledge),
    ("ask", ask),
    ("reply", reply),
    ("evidence", add_evidence),
    ("sign-off-1", sign_off("custodian")),
    ("sign-off-2", sign_off("prosecutor")),
]
DELAYS = (0.0, 0.03, 0.1, 0.25)


async def insist(home: Path, act: Callable[[House], Awaitable[object]], patience: float = 90) -> None:
    """Repeats an act until it is answered; a refusal that is no "not yet" fails the test."""
    end = asyncio.get_running_loop().time() + patience
    while True:
        try:
            await act(await house_of(home))
            return
        except (RogatoryError, AssertionError) as error:
            if isinstance(error, RogatoryError) and error.exit_code in {2, 3, 4, 7}:
                raise
            if asyncio.get_running_loop().time() > end:
                raise
            await asyncio.sleep(0.2)


@pytest.mark.parametrize("victims", [("worker",), ("worker", "server")], ids=["worker", "server-and-worker"])
async def test_a_case_survives_kill_minus_nine_at_every_step(home: Path, victims: tuple[str, ...]) -> None:
    async with machines(home) as running:
        submitted: list[str] = []

        async def submit(house: House) -> object:
            if not (home / "first.yaml").exists():
                (home / "first.yaml").write_text(house.draft().read_text())
            reference = await house.prosecutor.submit(home / "first.yaml", command_id="submit")
            submitted.append(reference)
            return reference

        await told_and_killed(running, submit, victims, 0.1)
        reference = submitted[-1]
        assert set(submitted) == {reference}
        for number, (name, act) in enumerate(STEPS):
            await told_and_killed(
                running,
                lambda house, act=act, name=name: act(house, reference, name),  # type: ignore[misc]
                victims,
                DELAYS[number % len(DELAYS)],
            )
        house = await house_of(home)
        await house.until(lambda: house.desk.register.case(reference).archive, 90)
        expect_whole(house, reference)


async def told_and_killed(
    running: Machines, act: Callable[[House], Awaitable[object]], victims: tuple[str, ...], delay: float
) -> None:
    telling = asyncio.ensure_future(act(await house_of(running.home)))
    await asyncio.sleep(delay)
    await running.kill(*victims)
    telling.cancel()
    with suppress(asyncio.CancelledError, RogatoryError, AssertionError, RuntimeError):
        await telling
    await running.start(*victims)
    await insist(running.home, act)


def expect_whole(house: House, reference: str) -> None:
    """Every act once, in a ledger that verifies to its end; each package made once and out once."""
    from rogatory.custody.ledger import parse_line

    lines = house.desk.ledger.lines(reference)
    report = verify_lines(lines, house.desk.anchors.own(), house.desk.ledger.head(reference)).report
    assert report.ok, [check for check in report.checks if not check.ok]
    entries = [entry for entry in map(parse_line, lines) if entry.chain == reference]
    acts = collections.Counter(entry.entry_id.rsplit("/", 1)[-1] for entry in entries if entry.act)
    assert acts == dict.fromkeys(["submit", *(name for name, _ in STEPS)], 1)
    for event, expected in (("package-made", 2), ("dispatched", 2), ("request-closed", 1)):
        assert sum(entry.event == event for entry in entries) == expected, event
    outbox = house.profile.home / "outbox" / "XN" / "courier"
    assert len(list(outbox.glob("*.asice.age"))) == 2  # the request and the reply
    documents = house.desk.register.documents(reference)
    orders = [(row.type, row.version, row.task) for row in documents]
    assert len(orders) == len(set(orders)), "a document was made twice"


@pytest.mark.parametrize("step", ["review", "transmission"])
async def test_a_withdrawal_survives_kill_minus_nine(home: Path, step: str) -> None:
    async with machines(home) as running:
        house = await house_of(home)
        reference = await house.prosecutor.submit(house.draft())
        await house.task(reference, "review")
        if step == "transmission":
            for name, act in STEPS[2:5]:
                await act(house, reference, name)
            await house.task(reference, "transmission")

        async def withdraw(house: House) -> object:
            return await house.prosecutor.withdraw(reference, "Convicted at home.", command_id="w")

        await told_and_killed(running, withdraw, ("worker", "server"), 0.05)
        house = await house_of(home)
        await house.until(lambda: house.desk.register.case(reference).archive, 60)
        assert house.events(reference)[-2:] == ["withdraw", "request-closed"]


async def test_a_wait_terminated_by_an_operator_opens_anew_as_the_next_round(home: Path) -> None:
    """On the real server: the time-skipping one does not tell a parent of a termination."""
    async with machines(home):
        house = await house_of(home)
        reference = await house.prosecutor.submit(house.draft())
        task = await house.task(reference, "review")
        await house.temporal.get_workflow_handle(task).terminate("by hand")
        again = await house.until(
            lambda: [t.id for t in house.desk.register.tasks(reference=reference) if t.id != task and t.state == "open"]
        )
        assert again == [f"{reference}.review-2"]
        await house.reviewer_1.decide(again[0], "approve")
