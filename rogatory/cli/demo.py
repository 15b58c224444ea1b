"""`rogatory demo`: two whole cases between two invented states, on a real server, in real time."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, TypeVar

from cyclopts import Parameter

from rogatory.cli.demo_extradition import REFUSED
from rogatory.cli.output import say
from rogatory.errors import IntegrityError, UnreachableError

if TYPE_CHECKING:
    from rogatory.desk import Desk
    from rogatory.office import Office
    from rogatory.profile import Profile
    from schemas.custody import VerificationReport

T = TypeVar("T")
LETTER_NAMES = ("letter-of-request", "extradition-request")
LIMIT = 400.0  # seconds: a demo that hangs says so
QUESTION_ANSWER = (
    "Yes. The proceedings are still at the stage of investigation, under the same file number; nobody has been "
    "indicted since the letter was signed. The material will be used in these proceedings only; should "
    "another use become necessary, your consent will be asked beforehand (Article 18(19) of the Convention)."
)
RETURNED = (
    "Section on bank records: say which account-opening papers are needed, and ask expressly for the declaration of "
    "beneficial ownership, so that the bank need not be asked a second time."
)


@dataclass(frozen=True)
class People:
    """Everyone at their desk."""

    prosecutor: "Office"
    reviewer_1: "Office"
    reviewer_2: "Office"
    signatory: "Office"
    custodian: "Office"


def demo(
    *,
    only: Annotated[
        Literal["assistance", "extradition"] | None, Parameter(help="Play this one only; else both.")
    ] = None,
    out: Annotated[Path, Parameter(help="Where documents, ledger and evidence package are written.")] = Path("out"),
    draft: Annotated[Path | None, Parameter(help="Another draft from XV to XN than the example.")] = None,
    keep: Annotated[bool, Parameter(negative="", help="Go on until Ctrl-C: decide in the inbox what is left.")] = False,
) -> int:
    """Play two cases: a prosecutor of XV asks XN for bank records, a statement and a freeze; then for a person.

    Everything is real: the Temporal server, the signatures, the PDFs, the channel (a folder), the requested state's
    program, the verification. Only the states, the persons and the keys are invented. A third request is left under
    review, for you to decide in the inbox.
    """
    return asyncio.run(Demo(out.absolute(), only, keep=keep).play(draft))


class Demo:
    """The stage, and the people of the first case, played in order."""

    def __init__(self, out: Path, only: str | None = None, *, keep: bool = False) -> None:
        self.out, self.only, self.keep = out, only, keep
        self.home = Path(os.environ.get("ROGATORY_HOME") or out / "home").absolute()
        self.began = time.monotonic()
        self.simulator: subprocess.Popen[bytes] | None = None
        self.address = self.left = ""

    async def play(self, draft: Path | None) -> int:
        """The cases; returns the exit code."""
        from rogatory.adapters.embedded import EmbeddedServer
        from rogatory.adapters.logs import log_to
        from rogatory.cli.setup import stop_on_signals
        from rogatory.profile import Profile
        from rogatory.web.beside import inbox

        os.environ["ROGATORY_HOME"] = str(self.home)
        say("A demonstration. XV and XN, all persons and all keys are invented; everything else is real.\n")
        self.found()
        log_to(self.home / "logs", "demo")
        async with EmbeddedServer(self.home), self.time_stamps():
            profile = Profile.load()
            self.told("Temporal server", f"{profile.address}, SQLite file under {self.shown(self.home)}")
            stop = stop_on_signals() if self.keep else asyncio.Event()
            from worker import serve

            serving = asyncio.create_task(serve(profile, stop))
            try:
                with inbox(profile, 8080) as self.address:
                    self.told("Inbox", self.address)
                    self.simulator = self.start_simulator()
                    references = await self.until_done(serving, self.limited(profile, draft))
                    if self.keep:
                        code = await asyncio.to_thread(self.show, profile, references)
                        await stop.wait()
                        return code
            finally:
                stop.set()
                self.stop_simulator()
                await asyncio.gather(serving, return_exceptions=True)
        return self.show(profile, references)

    async def limited(self, profile: "Profile", draft: Path | None) -> list[str]:
        """The cases, and an end to waiting for them. Raises UnreachableError."""
        try:
            async with asyncio.timeout(LIMIT):
                return await self.cases(profile, draft)
        except TimeoutError as error:
            where = self.home / "logs"
            raise UnreachableError(
                f"The demo did not finish within {LIMIT:.0f} s.", f"Look into {where}, and run it again."
            ) from error

    async def until_done(self, serving: "asyncio.Task[None]", case: "Awaitable[T]") -> T:
        """The case's result; a worker that fails is told at once."""
        playing = asyncio.ensure_future(case)
        await asyncio.wait({serving, playing}, return_when=asyncio.FIRST_COMPLETED)
        if not playing.done():
            playing.cancel()
            await serving
        return await playing

    # the parts of the stage

    def found(self) -> None:
        """Keys, ledger and vault of XV, and the requested state's own."""
        from rogatory.cli.setup import found_installation

        made = found_installation(self.home, simulator=self.home / "requested-state")
        self.told("Officials and keys", "made: DEMO, not for use" if made else f"found in {self.shown(self.home)}")

    @asynccontextmanager
    async def time_stamps(self) -> AsyncIterator[None]:
        """The time-stamping authority of the demonstration, which makes its letters PAdES B-LTA."""
        from rogatory.adapters.timestamp_authority import serving

        with serving(self.home) as stamps:
            if stamps:
                self.told("Time-stamping authority", f"{stamps.url} (RFC 3161): DEMO, a key in this folder")
            yield

    def start_simulator(self) -> "subprocess.Popen[bytes]":
        """The requested state, a program of its own with its own keys, which sees nothing but the folder."""
        log = (self.home / "logs" / "requested-state.log").open("ab")
        with log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "rogatory.simulator",
                    "--home",
                    str(self.home / "requested-state"),
                    "--in",
                    str(self.home / "outbox" / "XN"),
                    "--out",
                    str(self.home / "inbox" / "XN"),
                    "--pace",
                    "0.2",
                    "--refuse",
                    REFUSED,
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def stop_simulator(self) -> None:
        """Ends it as an operator would."""
        if self.simulator and self.simulator.poll() is None:
            self.simulator.send_signal(signal.SIGTERM)
            try:
                self.simulator.wait(10)
            except subprocess.TimeoutExpired:
                self.simulator.kill()

    # the cases

    async def cases(self, profile: "Profile", draft: Path | None) -> list[str]:
        """Those to be played, one after the other."""
        references = []
        async with self.people(profile) as people:
            if self.only != "extradition":
                references.append(await self.assistance(people, draft))
            if self.only != "assistance":
                say()
                from rogatory.cli.demo_extradition import ExtraditionPlayed
                from rogatory.cli.examples import folder

                references.append(await ExtraditionPlayed(self, people).play(folder() / "extradition.yaml"))
            self.left = await self.leave(people)
        return references

    async def leave(self, people: People) -> str:
        """Submits a third request and leaves it under review; returns its reference."""
        from rogatory.cli.examples import folder

        say()
        reference = await self.submit(people.prosecutor, folder() / "minimal-bank-records.yaml")
        await self.task(people.prosecutor, reference, "review")
        self.told("Left for you", f"{reference} waits for two reviewers and the signatory")
        return reference

    @asynccontextmanager
    async def people(self, profile: "Profile") -> AsyncIterator[People]:
        """Their desks."""
        from rogatory.office import Office

        at_desk = Office.open
        async with (
            at_desk(profile, "prosecutor") as prosecutor,
            at_desk(profile, "reviewer-1") as reviewer_1,
            at_desk(profile, "reviewer-2") as reviewer_2,
            at_desk(profile, "signatory") as signatory,
            at_desk(profile, "custodian") as custodian,
        ):
            yield People(prosecutor, reviewer_1, reviewer_2, signatory, custodian)

    async def assistance(self, people: People, draft: Path | None) -> str:
        """Reads as the people act."""
        first, corrected = self.drafts(draft)
        prosecutor, reviewer_1, reviewer_2 = people.prosecutor, people.reviewer_1, people.reviewer_2
        signatory, custodian = people.signatory, people.custodian
        reference = await self.submit(prosecutor, first)
        self.told("Request submitted", f"{reference}, by the prosecutor; law checked, letter drawn")
        if corrected:
            await reviewer_1.decide(await self.task(prosecutor, reference, "review"), "return", RETURNED)
            self.told("Returned for correction", "by reviewer-1, with reasons")
            await prosecutor.correct(reference, corrected)
            self.told("Corrected", "version 2; the review memo shows what changed")
        review = await self.task(prosecutor, reference, "review")
        await reviewer_1.decide(review, "approve")
        await reviewer_2.decide(review, "approve")
        self.told("Approved", "by two persons of the central authority, over the digest of the exact PDF")
        await signatory.decide(review, "approve")
        self.told("Signed", "by the signatory (PAdES); the drafter could not have")
        await self.task(prosecutor, reference, "transmission")
        sent = await signatory.transmit(reference, "folder")
        self.told("Transmitted", f"one sealed package, {sent.transmission}")
        await self.task(prosecutor, reference, "evidence-return")
        self.told("Acknowledged", f"by XN as {prosecutor.register.case(reference).foreign_reference}")
        await prosecutor.until(lambda: prosecutor.register.messages(reference), "XN's question")
        self.told("Question received", "XN asks for additional information (UNTOC art. 18(16))")
        await prosecutor.reply(reference, QUESTION_ANSWER)
        self.told("Answered", "the reply went out as a letter")
        await self.task(prosecutor, reference, "custody-sign-off")
        items = [row.item for row in prosecutor.register.items(reference)]
        self.told("Evidence returned", f"{len(items)} items, each as XN declared it")
        await self.hand_over(items, custodian, prosecutor)
        await custodian.sign_off(reference)
        await prosecutor.sign_off(reference)
        self.told("Custody signed off", "by the custodian and the prosecutor, after every item was measured again")
        await prosecutor.until(lambda: prosecutor.register.case(reference).archive, "the case to close and be archived")
        self.told("Closed", "closing letter made, case exported to the vault")
        return reference

    async def hand_over(self, items: list[str], custodian: "Office", prosecutor: "Office") -> None:
        """The custodian takes everything over; one item goes on to the prosecutor and back, as for a hearing."""
        for item in items:
            await custodian.accept(item)
        await custodian.offer(items[0], "prosecutor")
        await prosecutor.accept(items[0])
        await prosecutor.offer(items[0], "custodian")
        await custodian.accept(items[0])
        self.told("Handed over", f"{len(items)} items to the custodian; {items[0]} to the prosecutor and back")

    async def submit(self, office: "Office", draft: Path) -> str:
        """Files a draft; on a busy machine its letter takes longer than a person's patience, so it asks again."""
        from rogatory.acting import new_command_id

        command_id = new_command_id()
        try:
            return await office.submit(draft, command_id)
        except UnreachableError:
            return await office.submit(draft, command_id)

    async def task(self, office: "Office", reference: str, stage: str) -> str:
        """Waits until the case stands at that stage; returns the task's id."""
        tasks = await office.until(
            lambda: [t for t in office.register.tasks(reference=reference) if t.stage == stage], f"the {stage} task"
        )
        return tasks[0].id

    def drafts(self, draft: Path | None) -> tuple[Path, Path | None]:
        """The draft given, or the example in a first version that its reviewer returns, and in its corrected one."""
        if draft is not None:
            return draft, None
        from rogatory.cli.examples import example, weakened

        corrected = example("trafficking.yaml")
        folder = self.out / "drafts"
        folder.mkdir(parents=True, exist_ok=True)
        second = folder / "request-corrected.yaml"
        second.write_text(corrected, encoding="utf-8")
        first = folder / "request.yaml"
        first.write_text(weakened(corrected), encoding="utf-8")
        return first, second

    # what is left behind

    def show(self, profile: "Profile", references: list[str]) -> int:
        """Writes documents, ledgers and packages, verifies them, and shows that one flipped byte is found."""
        from rogatory.cli.verify import show_report
        from rogatory.office import Office
        from rogatory.verification import load_anchors, verify_path

        with Office.desk(profile) as desk:
            written = [self.write(desk, reference) for reference in references]
            anchors_file = desk.exports.anchors(self.out)
        anchors = [load_anchors(anchors_file), load_anchors(self.home / "anchors" / "XN.json")]
        reports = []
        for reference in references:
            folder = self.out / reference
            reports.append(verify_path(folder, anchors))
            say(f"\nrogatory verify {self.shown(folder)}")
            show_report(reports[-1], every=False)
        if self.only != "assistance":
            say("The extradition is open, so its record cannot be complete yet, and says so.")
        flipped = self.flip_one_byte(written[0])
        spoilt = verify_path(flipped, anchors)
        say(f"\nrogatory verify {self.shown(flipped)}        (a copy of the letter with one byte flipped)")
        show_report(spoilt, every=False)
        return self.verdict(reports, spoilt, references)

    def write(self, desk: "Desk", reference: str) -> list[Path]:
        """Everything of one case, into a folder of its own; returns the documents."""
        from rogatory.cli.cases import ASIDE

        folder = self.out / reference
        person = desk.register.case(reference).kind == "extradition"
        say(f"\nTimeline of {reference}")
        for event in desk.register.timeline(reference):
            if not (person and event.event in ASIDE):
                say(f"  {event.at:%H:%M:%S}  {event.by:<12} {event.detail}")
        documents = desk.save_documents(reference, folder)
        desk.export_ledger(reference, folder)
        package = desk.export_evidence(reference, folder)
        say(f"\nWritten to {self.shown(folder)}: {len(documents)} PDFs, ledger.jsonl, head.json, {package.name}")
        return documents

    def verdict(self, reports: "list[VerificationReport]", spoilt: "VerificationReport", references: list[str]) -> int:
        """All must come out as they should."""
        sound = all(report.intact and report.signed and report.trusted for report in reports)
        complete = self.only == "extradition" or reports[0].complete  # an extradition stays open
        if not (sound and complete) or spoilt.ok:
            raise IntegrityError("The demonstration's own record does not verify, or a flipped byte went unnoticed.")
        say(f"\nDone in {time.monotonic() - self.began:.0f} s.")
        rogatory = f"ROGATORY_HOME={self.shown(self.home)} {self.shown(Path(sys.executable).parent / 'rogatory')}"
        say(f"Next: {rogatory} case show {references[0]}")
        if self.only != "assistance":
            say(f"      {rogatory} extradition show {references[-1]}")
        if self.keep:
            say(f"Inbox: {self.address}        # {self.left} waits for you; Ctrl-C ends the demonstration")
        else:
            say(f"      {rogatory} up        # prints the address of the inbox, where {self.left} waits for you")
        return 0

    def flip_one_byte(self, documents: list[Path]) -> Path:
        """A copy of the signed letter with one bit of one byte changed, well inside what was signed."""
        letter = next(path for path in reversed(documents) if path.stem.split("-", 1)[1].startswith(LETTER_NAMES))
        content = bytearray(letter.read_bytes())
        content[len(content) // 3] ^= 0x01
        target = self.out / "tampered" / letter.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return target

    def told(self, step: str, detail: str) -> None:
        """One line per step, with the seconds since the start."""
        sign = "✓" if step.strip() == step and step else " "
        say(f"  {time.monotonic() - self.began:5.1f} s  {sign} {step:<24} {detail}")

    @staticmethod
    def shown(path: Path) -> str:
        """The path as a person would type it here."""
        try:
            return str(path.relative_to(Path.cwd()))
        except ValueError:
            return str(path)
