"""A disk by courier, its list by wire: one custody line from the other state's announcement to our acceptance."""

import asyncio
import io
import json
from datetime import UTC, datetime
from typing import Any, BinaryIO

import pytest

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.officials import signer_for
from rogatory.adapters.package_zip import OpenedPackage
from rogatory.announced import ON_ITS_WAY
from rogatory.custody.ledger import parse_line
from rogatory.custody.package import PackageMessage
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import NotFoundError, RefusedError
from rogatory.mailroom import Mailroom
from rogatory.simulator.disk import FILES, SEAL, WAYBILL, announcement, listing
from schemas.identifiers import Role
from schemas.items import EnterItem
from tests.cli.filed_case import REFERENCE, FiledCase
from tests.cli.test_case_acts import Run, run
from tests.cli.test_items import case, told

__all__ = ["case", "run"]
HANDED = datetime(2026, 11, 20, 9, tzinfo=UTC)
LIST, DISK = f"{REFERENCE}-E01", f"{REFERENCE}-E02"


class Wire:
    """The mailroom of a case, given messages that were opened and verified before."""

    def __init__(self, case: FiledCase) -> None:
        self.message = said()
        given: Any = self

        def open_sealed(_: BinaryIO) -> OpenedPackage:
            opened: OpenedPackage = given
            return opened

        self.room = Mailroom(
            given,
            given,
            case.ledger,
            case.register,
            case.vault,
            FileAnchors(case.home),
            signer_for(case.home, "service"),
            open_sealed,
        )

    def done(self, _: str) -> None:
        """Nothing lies in an inbox here."""

    def stream(self) -> BinaryIO:
        return io.BytesIO(self.message.model_dump_json().encode())

    def brings(self, message: PackageMessage) -> None:
        self.message = message
        asyncio.run(self.room.take_in(message.transmission, io.BytesIO()))


def said(**changes: object) -> PackageMessage:
    return PackageMessage(
        kind="announcement",
        sender="XN",
        to="XV",
        reference=REFERENCE,
        transmission="0b4c0000-0000-4000-8000-000000000001",
        at=HANDED,
        fields=json.loads(json.dumps(announcement(HANDED) | changes)),
    )


@pytest.fixture
def wire(case: FiledCase) -> Wire:
    return Wire(case)


def test_a_disk_announced_by_wire_is_one_line_until_a_custodian_takes_it(run: Run, case: FiledCase, wire: Wire) -> None:
    case.received({"disk-files.sha256": listing().content})
    wire.brings(said(holder="custodian"))  # who holds it is the sender, whatever the fields say
    wire.brings(said(holder="custodian"))  # repeated after a crash: once on the ledger
    row = case.register.exhibit(DISK)
    assert row is not None
    assert (row.state, row.holder, row.seal, row.place, row.manifest) == (
        "announced",
        "xn-authority",
        SEAL,
        ON_ITS_WAY,
        LIST,
    )
    (entered,) = [each for each in map(parse_line, case.ledger.lines(REFERENCE)) if each.event == "enter-item"]
    assert (entered.facts["tracking"], entered.facts["transport"]) == (WAYBILL, "courier")
    assert case.vault.read(REFERENCE, str(entered.facts["proof"]))
    told(run("custody", "accept", DISK, "--seal-found", SEAL, "--place", "Strongroom 2", "--as", "custodian"))
    missing = told(run("custody", "show", DISK))
    assert all(name in missing for name in FILES)
    told(run("custody", "open", DISK, "--as", "custodian"))
    row = case.register.exhibit(DISK)
    assert row is not None
    assert (row.state, row.holder, row.differences) == ("held", "custodian", ())
    assert verify_lines(case.ledger.lines(REFERENCE), case.ledger.anchors, None).report.trusted


def test_another_seal_than_the_one_announced_is_a_difference_until_it_is_decided(
    run: Run, case: FiledCase, wire: Wire
) -> None:
    case.received({"disk-files.sha256": listing().content})
    wire.brings(said())
    accept = ("custody", "accept", DISK, "--seal-found", "XN 9999", "--as", "custodian")
    code, _, err = run(*accept)
    assert (code, "seal" in err) == (2, True)  # not without a note
    told(run(*accept, "--note", "The seal bears another number than the waybill."))
    row = case.register.exhibit(DISK)
    assert row is not None
    assert (row.differences, row.discrepancy) == (("seal",), "open")


def test_an_announcement_waits_for_the_list_it_names(case: FiledCase, wire: Wire) -> None:
    with pytest.raises(NotFoundError, match="has not come yet"):
        wire.brings(said())
    assert case.register.exhibits(REFERENCE) == []
    case.received({"disk-files.sha256": listing().content})
    wire.brings(said())
    assert len(case.register.exhibits(REFERENCE)) == 1


@pytest.mark.parametrize("changes", [{"tracking": None}, {"quantity": 0}, {"seal": "a\nb"}, {"happened_at": "soon"}])
def test_a_malformed_announcement_is_refused_by_field(case: FiledCase, wire: Wire, changes: dict[str, Any]) -> None:
    case.received({"disk-files.sha256": listing().content})
    with pytest.raises(RefusedError, match=next(iter(changes))):
        wire.brings(said(**changes))
    assert case.register.exhibits(REFERENCE) == []


def test_the_service_enters_nothing_that_no_other_state_announced(case: FiledCase) -> None:
    entry = EnterItem(
        command_id="x1",
        by="service",
        role=Role.SYSTEM,
        item=LIST,
        holder="service",
        description="Disk",
        place="Strongroom 2",
        happened_at=HANDED,
    )
    with pytest.raises(RefusedError, match="cannot be entered"):
        case.act(entry)
