"""Hand-over: the simulator cosigns on receipt, its acknowledgement carries the head back, and our ledger records it."""

import asyncio
import io
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.officials import authority_card, signer_for
from rogatory.adapters.package_check import open_verified
from rogatory.adapters.package_key import package_identity, package_recipient
from rogatory.adapters.package_zip import build_package, encrypt_package
from rogatory.custody.ledger import parse_line
from rogatory.custody.note import WITNESS, read_key
from rogatory.custody.package import COSIGNED, PackageMessage
from rogatory.mailroom import Mailroom
from rogatory.simulator.authority import RequestedState
from rogatory.simulator.docket import Docket
from rogatory.simulator.founding import exchange_anchors, found
from schemas.custody import TrustAnchors
from tests.properties.ledger_steps import Bench


class Road:
    """Our home, the simulator, and the folders between."""

    def __init__(self, folder: Path) -> None:
        self.bench, self.theirs = Bench(folder), folder / "xn-home"
        recipient = package_recipient(self.bench.home)
        anchors = FileAnchors(self.bench.home)
        anchors.set_own(anchors.own().model_copy(update={"package_recipient": recipient}))
        found(self.theirs)
        exchange_anchors(self.bench.home, self.theirs)
        self.bench.ledger = self.bench.open_ledger()
        self.xn: TrustAnchors = authority_card(self.theirs)[0]
        self.outbox, self.inbox, self.said = folder / "out", folder / "in", list[str]()
        for box in (self.outbox, self.inbox):
            box.mkdir()
        docket = Docket(self.theirs, self.inbox)
        self.state = RequestedState(self.theirs, self.outbox, docket, self.said.append)

    def send(self, kind: str = "provisional-arrest") -> None:
        witness = read_key(str(self.xn.witness_key), WITNESS).name
        record = self.bench.ledger.record(self.bench.reference, witness)
        message = PackageMessage(
            kind=kind,
            sender="XV",
            to="XN",
            reference=self.bench.reference,
            transmission=str(uuid.uuid4()),
            at=datetime.now(UTC),
        )
        plain, sealed = io.BytesIO(), io.BytesIO()
        build_package(plain, message, [], signer_for(self.bench.home, "service"), record=record)
        plain.seek(0)
        encrypt_package(plain, sealed, str(self.xn.package_recipient))
        (self.outbox / f"{message.transmission}.asice.age").write_bytes(sealed.getvalue())

    def receive(self) -> None:
        """Takes the acknowledgements in, as the mailroom does before it tells the case."""
        anchors, nothing = FileAnchors(self.bench.home), None
        given: Any = nothing
        mailroom = Mailroom(
            given, given, self.bench.ledger, given, given, anchors, given, given, self.bench.ledger.heads
        )
        for path in sorted(self.inbox.glob("*.asice.age")):
            with open_verified(path, package_identity(self.bench.home), self.xn) as opened:
                assert COSIGNED in opened.paths
                mailroom._note_cosigned(opened)
            path.unlink()


def test_the_receipt_carries_the_cosigned_head_and_the_ledger_records_it(tmp_path: Path) -> None:
    road = Road(tmp_path)
    road.bench.submit()
    road.send()
    asyncio.run(asyncio.to_thread(road.state.work))
    road.receive()
    entries = [parse_line(line) for line in road.bench.ledger.lines(road.bench.reference)]
    recorded = [entry for entry in entries if entry.event == "head-cosigned"]
    assert len(recorded) == 1
    heads = road.bench.ledger.heads
    assert heads is not None
    assert heads.kept()[-1].witness == read_key(str(road.xn.witness_key), WITNESS).name
    assert recorded[0].facts["size"] == heads.kept()[-1].size
    assert recorded[0].facts["note"] == heads.kept()[-1].note
    road.send("provisional-arrest")  # the next one is shown from the head cosigned last
    road.state.work()
    road.receive()
    entries = [parse_line(line) for line in road.bench.ledger.lines(road.bench.reference)]
    assert [entry.event for entry in entries].count("head-cosigned") == 2
    assert not [said for said in road.said if "not-cosigned" in said]
    assert road.bench.holds()
    assert heads.faults() == []
