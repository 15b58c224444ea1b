"""2,000 items through the activity that makes their documents: killed half-way, and taken up again."""

import io
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pytest
from pydantic import JsonValue
from temporalio.testing import ActivityEnvironment

from activities.schedules import Schedules
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.adapters.schedules import TypstSchedules
from rogatory.custody.ledger import parse_line
from rogatory.errors import UsageError
from rogatory.intake import Intake
from schemas.commands import LARGEST_DELIVERY, EvidenceItem, ReceiveEvidence
from schemas.documents import DocumentOrder, DocumentType, Part, RenderedDocument, RenderedPdf, Sheet
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.identifiers import Role
from schemas.register import DocumentRow
from tests.documents.bound_case import REFERENCE, BoundCase, now
from tests.documents.conftest import Reader
from tests.documents.dossiers import digest
from tests.stage import copy_home

pytestmark = pytest.mark.slow
EVIDENCE, CUSTODY = DocumentType.EVIDENCE_SCHEDULE, DocumentType.CUSTODY_SCHEDULE
EXAMPLE = Path(__file__).parents[2] / "examples" / "trafficking.yaml"
ITEMS, DELIVERIES = LARGEST_DELIVERY, 4
DIFFERENT = range(1, 12)
OF_DELIVERY = [(1, 100), (101, 500)]
OF_CASE = [(1, 100), (101, 600), (601, 1100), (1101, 1600), (1601, 2000)]


class KilledError(BaseException):
    """What a worker that is killed does not survive."""


class Mortal(TypstSchedules):
    """Dies after so many parts, once."""

    def __init__(self) -> None:
        super().__init__()
        self.after, self.set = -1, list[int]()

    def parts(self, sheet: Sheet, wanted: Sequence[int] | None = None) -> Iterator[tuple[Part, RenderedPdf]]:
        for part, rendered in super().parts(sheet, wanted):
            if len(self.set) == self.after:
                self.after = -1
                raise KilledError
            self.set.append(part.number)
            yield part, rendered


class LongCase:
    """A case whose evidence came by hand, in DELIVERIES of ITEMS; the first eleven are not what was declared."""

    def __init__(self, home: Path, renderer: WeasyPrintRenderer) -> None:
        draft, annex = split_sealed(read_draft(EXAMPLE).draft())
        self.case = BoundCase(home, draft, annex, renderer)
        self.typst = Mortal()
        self.case.documents._schedules = Schedules(
            self.case.reader, load_catalogue(), self.typst, self.case.vault, self.case.ledger
        )
        self.task = self.case.open("evidence-return")
        self.manifests = [self._received(number) for number in range(DELIVERIES)]
        self.at = now()

    def _received(self, delivery: int) -> str:
        items = tuple(self._item(delivery * ITEMS + number) for number in range(1, ITEMS + 1))
        manifest = DeliveryManifest(reference=REFERENCE, sender="custodian", received_at=now(), items=items)
        kept, _ = self.case.vault.keep(REFERENCE, io.BytesIO(manifest.model_dump_json().encode()))
        self.case.act(
            self.task,
            ReceiveEvidence(
                command_id=f"r{delivery}",
                by="custodian",
                role=Role.CUSTODIAN,
                manifest=kept,
                items=tuple(
                    EvidenceItem(
                        item=each.item,
                        digest=each.digest,
                        size=each.size,
                        declared=each.declared,
                        measure=each.measure,
                    )
                    for each in items
                ),
                complete=delivery == DELIVERIES - 1,
                holder="custodian",
            ),
        )
        return kept

    @staticmethod
    def _item(number: int) -> ManifestItem:
        return ManifestItem(
            item=f"{REFERENCE}-E{number:02}",
            name=f"statement {number}.pdf",
            description="by our custodian's hand",
            size=number,
            digest=digest(f"file {number}"),
            declared=digest("another" if number in DIFFERENT else f"file {number}"),
            measure="m1",
        )

    def make(self, document: DocumentType) -> RenderedDocument:
        """As the workflow orders it."""
        facts: dict[str, JsonValue] = {"task": self.task}
        if document != DocumentType.CUSTODY_FORM:
            facts |= {"delivery": 1, "manifest": self.manifests[0]}
        order = DocumentOrder(
            reference=REFERENCE,
            document=document,
            order_id=f"{self.task}/{document}-1",
            request=self.case.request,
            version=1,
            at=self.at,
            facts=facts,
        )
        return ActivityEnvironment().run(self.case.documents.render_document, order)

    @cached_property
    def inventory(self) -> RenderedDocument:
        """Of the first delivery."""
        return self.make(DocumentType.EVIDENCE_INVENTORY)

    @cached_property
    def form(self) -> RenderedDocument:
        """Made on the second attempt: the first was killed after two parts."""
        self.typst.after, self.typst.set = 2, []
        with pytest.raises(KilledError):
            self.make(DocumentType.CUSTODY_FORM)
        return self.make(DocumentType.CUSTODY_FORM)

    def parts(self, schedule: DocumentType) -> list[tuple[JsonValue, JsonValue]]:
        facts = [parse_line(line).facts for line in self.case.ledger.lines(REFERENCE)]
        return [(each["first"], each["last"]) for each in facts if each.get("type") == schedule]

    def listed(self, document: DocumentType) -> list[DocumentRow]:
        return [row for row in self.case.register.documents(REFERENCE) if row.type == document]

    def text(self, document: RenderedDocument, reader: Reader) -> str:
        return "".join(reader.text(self.case.vault.read(REFERENCE, document.digest), "-raw").split())


@pytest.fixture(scope="module")
def long(founded: Path, tmp_path_factory: pytest.TempPathFactory, renderer: WeasyPrintRenderer) -> LongCase:
    return LongCase(copy_home(founded, tmp_path_factory.mktemp("long") / "home"), renderer)


def test_the_inventory_names_each_part_by_its_digest(long: LongCase, reader: Reader) -> None:
    text = long.text(long.inventory, reader)
    assert long.inventory.pages < 10
    assert long.parts(EVIDENCE) == OF_DELIVERY
    assert all(row.digest.removeprefix("sha256:") in text for row in long.listed(EVIDENCE))
    assert "Thetablehas500rows." in text
    assert f"{REFERENCE}-E499" not in text


def test_the_parts_are_in_the_vault_as_the_ledger_says(long: LongCase, reader: Reader) -> None:
    assert long.inventory
    last = long.listed(EVIDENCE)[-1]
    text = reader.text(long.case.vault.read(REFERENCE, last.digest), "-raw")
    assert f"{REFERENCE}-E500" in text
    assert "by our custodian" not in text  # the requested state may read it


def test_the_same_order_is_the_same_document(long: LongCase) -> None:
    first = long.inventory
    assert long.make(DocumentType.EVIDENCE_INVENTORY) == first
    assert long.parts(EVIDENCE) == OF_DELIVERY


@pytest.mark.parametrize("document", [DocumentType.EVIDENCE_RECEIPT, DocumentType.DISCREPANCY_REPORT])
def test_other_documents_of_the_delivery_share_its_schedule(
    long: LongCase, document: DocumentType, reader: Reader
) -> None:
    assert long.inventory
    text = long.text(long.make(document), reader)
    assert long.parts(EVIDENCE) == OF_DELIVERY
    named = long.listed(EVIDENCE)[0].digest.removeprefix("sha256:") in text
    assert named == (document == DocumentType.EVIDENCE_RECEIPT)
    assert f"{REFERENCE}-E11" in text  # what differs is still told, as it is little


def test_a_worker_killed_half_way_loses_nothing(long: LongCase, reader: Reader) -> None:
    text = long.text(long.form, reader)
    assert long.typst.set == [1, 2, 3, 4, 5]  # none of them twice
    assert long.parts(CUSTODY) == OF_CASE
    assert len({row.digest for row in long.listed(CUSTODY)}) == len(OF_CASE)
    assert all(row.digest.removeprefix("sha256:") in text for row in long.listed(CUSTODY))
    assert "Nogapinanyrecord" in text


def test_more_than_a_delivery_holds_is_refused_before_anything_is_stored(long: LongCase, tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.txt" for number in range(LARGEST_DELIVERY + 1)]
    for file in files:
        file.write_bytes(b"one more")
    with pytest.raises(UsageError, match="501 items are too many for one delivery, which holds 500 at most"):
        Intake(long.case.vault, long.case.register).files(
            REFERENCE,
            files,
            sender="custodian",
            declared=None,
            measure=None,
            description="",
            complete=False,
            holder="custodian",
            role=Role.CUSTODIAN,
            command_id="c1",
        )
    assert not long.case.vault.has(REFERENCE, digest("one more"))
