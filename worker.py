"""Composition root: profile, adapters, activities, worker. `python worker.py` runs it against the profile's server."""

import asyncio
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial

from temporalio.client import Client
from temporalio.worker import Worker

import rogatory  # noqa: F401  first: in a wheel it tells Python where the flat packages are
from activities.archive import ArchiveActivities
from activities.assessment import AssessmentActivities
from activities.cards import cards_of
from activities.custody import CustodyActivities
from activities.documents import DocumentActivities
from activities.dossier import DossierReader
from activities.extradition import BriefActivities, LawClockActivities
from activities.ledger import LedgerActivities
from activities.papers import PaperActivities
from activities.schedules import Schedules
from activities.sole_letter import SoleLetterActivities
from activities.tasks import TaskActivities
from activities.transmission import TransmissionActivities
from rogatory.adapters.anchoring import anchor
from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.channel_courier import CourierChannel
from rogatory.adapters.channel_folder import FolderChannel
from rogatory.adapters.key_holders import signer_for
from rogatory.adapters.ledger_sql import open_stores
from rogatory.adapters.packages import Packages
from rogatory.adapters.pades import PadesSigner
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.render_guard import GuardedRenderer
from rogatory.adapters.schedules import TypstSchedules
from rogatory.adapters.timestamps import stamping
from rogatory.adapters.vault_fs import open_vault
from rogatory.client import CaseClient, TemporalHistories, connect
from rogatory.errors import RogatoryError
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.mailroom import Mailroom
from rogatory.ports import Channel, Renderer
from rogatory.profile import Profile
from workflows.answer import Answer
from workflows.arrest import Arrest
from workflows.correction import Correction
from workflows.custody_sign_off import CustodySignOff
from workflows.dossier import Dossier
from workflows.evidence_return import EvidenceReturn
from workflows.extradition import ExtraditionRequest
from workflows.extradition_decision import ExtraditionDecision
from workflows.mutual_assistance import MutualAssistanceRequest
from workflows.paper import Paper
from workflows.prosecution_abroad import ProsecutionAbroad
from workflows.review import Review
from workflows.sole_letter import SoleLetter
from workflows.speciality import Speciality
from workflows.surrender import Surrender
from workflows.transmission import Transmission

SHARED: list[type] = [Review, Correction, Transmission, EvidenceReturn, CustodySignOff]
ASSISTANCE: list[type] = [MutualAssistanceRequest]
EXTRADITION: list[type] = [
    ExtraditionRequest,
    Arrest,
    Dossier,
    ExtraditionDecision,
    Surrender,
    Speciality,
    ProsecutionAbroad,
]
SOLE_LETTERS: list[type] = [SoleLetter, Answer]
PAPERS: list[type] = [Paper]
ANCHOR_EVERY = 60.0  # seconds between two tries to have a head stamped
WORKFLOWS = [*ASSISTANCE, *SHARED, *EXTRADITION, *SOLE_LETTERS, *PAPERS]


def build(client: Client, profile: Profile, renderer: Renderer | None = None) -> tuple[Worker, list[Mailroom]]:
    """Wires one installation: its worker, and a mailroom for each state it hears from; documents are laid out here."""
    home = profile.home
    ledger, register = open_stores(home)
    if ledger.heads is not None:
        ledger.heads.check_continues()  # a database put back to yesterday is not worked on
    vault, anchors = open_vault(home), FileAnchors(home)
    vault.require_protection()
    service = signer_for(home, "service")
    lawbook = load_lawbook(home / "law")
    packages = Packages(home, ledger, register, vault, anchors, service)
    folders = {state: FolderChannel(home / "outbox" / state, home / "inbox" / state) for state in anchors.peers()}
    channels: dict[tuple[str, str], Channel] = {("folder", state): folder for state, folder in folders.items()}
    channels |= {("courier", state): CourierChannel(home / "outbox" / state / "courier") for state in folders}
    reader = DossierReader(ledger, register, vault, anchors, cards_of(lawbook))
    seal = PadesSigner(service, anchors.own().root_certificates, partial(stamping, home))
    catalogue = load_catalogue(home / "templates", lawbook)
    renderer = renderer or WeasyPrintRenderer(overlay=home / "templates")
    schedules = Schedules(reader, catalogue, TypstSchedules(overlay=home / "templates"), vault, ledger)
    documents = DocumentActivities(reader, catalogue, renderer, seal, vault, ledger, schedules)
    outward = {name for name, kind in catalogue.documents.items() if kind.audience == "requested-state"}
    transmission = TransmissionActivities(ledger, vault, anchors, packages, channels, outward, catalogue.urgent)
    acts = LedgerActivities(ledger)
    worker = Worker(
        client,
        task_queue=profile.task_queue,
        workflows=WORKFLOWS,
        activities=[
            acts.append_to_ledger,
            acts.record_act,
            acts.check_act,
            acts.outgoing_channel,
            TaskActivities(ledger, lawbook.timetable, catalogue.urgent).open_task,
            AssessmentActivities(vault, Requirements(lawbook)).assess_request,
            BriefActivities(vault).read_brief,
            SoleLetterActivities(vault).read_terms,
            LawClockActivities(ledger, lawbook.states).start_clocks,
            documents.render_document,
            PaperActivities(reader, catalogue, ledger).order_paper,
            transmission.check_gate,
            transmission.make_package,
            transmission.deliver,
            CustodyActivities(ledger, vault, anchors).verify_custody,
            ArchiveActivities(ledger, register, vault, TemporalHistories(client)).archive_case,
        ],
        activity_executor=ThreadPoolExecutor(max_workers=4),
        max_concurrent_activities=4,
        graceful_shutdown_timeout=timedelta(seconds=10),
        sticky_queue_schedule_to_start_timeout=timedelta(seconds=2),  # how long a case waits for a worker that died
    )
    cases = CaseClient(client, profile, ledger)
    mailrooms = [
        Mailroom(
            folder, cases, ledger, register, vault, anchors, service, partial(packages.open_from, state), ledger.heads
        )
        for state, folder in folders.items()
    ]
    return worker, mailrooms


async def serve(profile: Profile, stop: asyncio.Event) -> None:
    """Runs worker and mailrooms until told to stop; what is at work is finished. Documents are made in children."""
    client = await connect(profile)
    with GuardedRenderer(overlay=profile.home / "templates") as renderer:
        worker, mailrooms = build(client, profile, renderer)
        async with worker:
            mail = [asyncio.create_task(mailroom.serve(stop)) for mailroom in mailrooms]
            mail.append(asyncio.create_task(keep_anchored(profile, stop)))
            await stop.wait()
            for task in mail:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task


async def keep_anchored(profile: Profile, stop: asyncio.Event) -> None:
    """Has heads of the ledger stamped, and tries again where the authority was silent; nothing waits for it."""
    heads = open_stores(profile.home)[0].heads
    while heads is not None and not stop.is_set():
        with suppress(RogatoryError):
            await asyncio.to_thread(anchor, profile.home, heads)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), ANCHOR_EVERY)


async def run() -> int:
    """`python worker.py`."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    profile = Profile.load()
    try:
        print(f"rogatory worker on {profile.address}, queue {profile.task_queue}", flush=True)
        await serve(profile, stop)
    except RogatoryError as error:
        print(f"rogatory: {error}\n{error.hint}".rstrip(), file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    code = asyncio.run(run())
    sys.stdout.flush()
    os._exit(code)  # without finalising: the SDK's threads abort the interpreter there now and then
