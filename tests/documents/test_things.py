"""The custody form and the inventory show things: place, seals, condition, and what did not agree with the record."""

from datetime import timedelta

import pytest

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views import sheet
from schemas.documents import DocumentType
from schemas.identifiers import Role
from schemas.register import ExhibitRow
from tests.documents.conftest import Reader
from tests.documents.dossiers import OPENED, REFERENCE, digest, dossier, order, sheet_of

DISK, COPY = f"{REFERENCE}-E21", f"{REFERENCE}-E22"
AT = "2026-12-20T14:30:00+01:00"


def act(number: int, verb: str, by: str = "custodian", **facts: object) -> Act:
    words = {name: str(facts.pop(name)) for name in ("description", "note", "recipient") if name in facts}
    said = {"item": DISK, "by": by, "happened_at": AT, "place": "Strongroom 2", "seal_before": "S-1"} | facts
    return Act.model_validate(
        {
            "sequence": 900 + number,
            "at": OPENED + timedelta(days=60, hours=number),
            "task": REFERENCE,
            "act": verb,
            "by": by,
            "role": Role.CUSTODIAN,
            "command_id": f"t{number}",
            "facts": said,
            "words": words,
            "statement": digest(f"thing {number}"),
            "line": digest(f"thing line {number}"),
        }
    )


def row(item: str, **changes: object) -> ExhibitRow:
    fields = dict.fromkeys(ExhibitRow.model_fields) | {
        "item": item,
        "reference": REFERENCE,
        "form": "physical",
        "quantity": 1,
        "seal": "S-2",
        "container": "Bag 7",
        "condition": "packing-damaged",
        "place": "Strongroom 3",
        "holder": "prosecutor",
        "state": "held",
        "differences": (),
        "scans": 0,
        "entered_at": OPENED,
        "happened_at": AT,
    }
    return ExhibitRow.model_validate(fields | changes)


def with_things() -> Dossier:
    acts = (
        act(1, "enter-item", description="Disk, black, serial WX-1", holder="custodian", seal_after="S-1"),
        act(2, "offer-item", to="prosecutor", seal_after="S-1"),
        act(3, "accept-item", "prosecutor", seal_before="S-9", seal_after="S-9", differs=["seal"], note="Not the one."),
        act(4, "copy-item", "prosecutor", copy_item=COPY, kind="image", digest=digest("image"), tool="dd 9.1"),
        act(5, "return-item", "prosecutor", recipient="Fjordpost Bank", seal_after="S-2"),
    )
    exhibits = (
        row(DISK, differences=("seal",), discrepancy="kept"),
        row(COPY, form="digital", parent=DISK, kind="image", digest=digest("image"), seal=None, container=None),
    )
    case = dossier()
    return case.model_copy(update={"acts": (*case.acts, *acts), "exhibits": exhibits})


def test_the_custody_form_tells_place_seals_and_condition(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    words = reader.words(renderer.render(sheet_of(DocumentType.CUSTODY_FORM, with_things())).pdf)
    for said in (
        f"{DISK}: Disk, black, serial WX-1",
        "Kept at Strongroom 3",
        "Container Bag 7",
        "Condition packing damaged",
        "Seal found: S-9; seal left: S-9; place: Strongroom 2",
        "Differs from the record: the seal. Not the one.",
        "Gap: the seal.",
        f"forensic image of {DISK}",
        "Taken by: Fjordpost Bank",
        "20 December 2026",
        "13:30",
    ):
        assert said in words, said


def test_the_inventory_shows_how_things_are_kept(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    words = reader.words(renderer.render(sheet_of(DocumentType.EVIDENCE_INVENTORY, with_things())).pdf)
    for said in (f"{DISK}: Disk, black, serial WX-1", "Kept at Strongroom 3", "Seal S-2", "Seal none"):
        assert said in words, said


@pytest.mark.parametrize("language", ["fr", "es", "ar", "ru", "zh"])
def test_things_are_told_in_every_language(renderer: WeasyPrintRenderer, reader: Reader, language: str) -> None:
    told = order(DocumentType.CUSTODY_FORM).model_copy(update={"language": language})
    words = reader.words(renderer.render(sheet(told, with_things(), load_catalogue())).pdf)
    assert "Strongroom 3" in words
    assert "Kept at" not in words
    assert "seal left" not in words
