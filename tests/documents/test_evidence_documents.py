"""What the evidence unit's five documents say: items, both digests, names, UTC times, what a discrepancy entails."""

import re
import subprocess
from datetime import timedelta

import pytest

from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from schemas.documents import DocumentType
from schemas.evidence import ManifestItem
from schemas.identifiers import Role
from schemas.register import TimelineEvent
from tests.documents.conftest import Reader
from tests.documents.dossiers import ITEMS, MANIFEST, OPENED, REFERENCE, digest, dossier, item, manifest, sheet_of

INVENTORY = DocumentType.EVIDENCE_INVENTORY
RECEIPT = DocumentType.EVIDENCE_RECEIPT
REPORT = DocumentType.DISCREPANCY_REPORT
FORM = DocumentType.CUSTODY_FORM
CERTIFICATE = DocumentType.SIGN_OFF_CERTIFICATE
DELIVERY = (INVENTORY, RECEIPT, REPORT)
FAMILY = (*DELIVERY, FORM, CERTIFICATE)
LISTING = (INVENTORY, RECEIPT, FORM, CERTIFICATE)
Documents = dict[DocumentType, bytes]


def hexadecimal(value: str) -> str:
    return value.removeprefix("sha256:")


def joined(text: str) -> str:
    """The text without white space: a digest may be broken over two lines of a narrow column."""
    return "".join(text.split())


def acts_changed(case: Dossier, verb: str, **update: object) -> Dossier:
    acts = tuple(act.model_copy(update=update) if act.act == verb else act for act in case.acts)
    return case.model_copy(update={"acts": acts})


def named(**update: str) -> Dossier:
    """The case with another name, description or source for its first file."""
    items = (manifest().items[0].model_copy(update=update), *manifest().items[1:])
    return dossier().model_copy(update={"manifests": {MANIFEST: manifest().model_copy(update={"items": items})}})


def all_as_declared() -> Dossier:
    case = dossier()
    items = tuple(each.model_copy(update={"declared": each.digest}) for each in manifest().items)
    rows = tuple(each.model_copy(update={"declared": each.digest, "discrepancy": None}) for each in case.items)
    return case.model_copy(
        update={"items": rows, "manifests": {MANIFEST: manifest().model_copy(update={"items": items})}}
    )


@pytest.mark.parametrize("document", LISTING)
def test_every_item_is_there_with_its_digest(document: DocumentType, documents: Documents, reader: Reader) -> None:
    text = joined(reader.text(documents[document], "-raw"))
    for number, (name, *_) in enumerate(ITEMS, 1):
        assert item(number) in text
        assert name in text
        assert hexadecimal(digest(name)) in text


@pytest.mark.parametrize("document", FAMILY)
def test_a_discrepancy_shows_both_digests(document: DocumentType, documents: Documents, reader: Reader) -> None:
    text = joined(reader.text(documents[document], "-raw"))
    assert item(2) in text
    assert hexadecimal(digest("an earlier export")) in text
    if document is CERTIFICATE:
        assert "thesecondexportreplacedthefirst" in text
    assert hexadecimal(digest("statements-2024-2026.csv")) in text


def test_the_consequence_of_a_discrepancy_is_said(documents: Documents, reader: Reader) -> None:
    report = reader.words(documents[REPORT])
    assert "1 of 4 items is not what the sender declared." in report
    assert "Custody cannot be signed off until the prosecutor has decided, with a reason" in report
    assert "Ilka Torrend" in report
    assert "Custody cannot be signed off until a person has decided on it" in reader.words(documents[INVENTORY])
    assert "not signed off before a reasoned decision" in reader.words(documents[RECEIPT])


def test_without_a_discrepancy_none_is_told(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    case = all_as_declared()
    inventory = reader.words(renderer.render(sheet_of(INVENTORY, case)).pdf)
    assert "Each is what its sender declared" in inventory
    assert "cannot be signed off" not in inventory
    receipt = reader.words(renderer.render(sheet_of(RECEIPT, case)).pdf)
    assert "Every digest is the one you declared" in receipt
    assert "not as you declared" not in receipt


def test_an_item_of_which_nothing_was_declared_is_told_beside_a_discrepancy(
    documents: Documents, reader: Reader
) -> None:
    assert f"no digest had been declared ({item(4)})" in reader.words(documents[RECEIPT])
    assert "For 1 of them the sender declared no digest" in reader.words(documents[INVENTORY])


@pytest.mark.parametrize("document", [INVENTORY, RECEIPT, REPORT])
def test_a_delivery_gives_its_time_in_utc(document: DocumentType, documents: Documents, reader: Reader) -> None:
    assert "8 February 2027, 08:30:00 UTC" in reader.words(documents[document])


def test_the_inventory_tells_who_sent_what_for_which_measure(documents: Documents, reader: Reader) -> None:
    words = reader.words(documents[INVENTORY])
    for part in (
        "Office for International Legal Assistance, Central Authority of the Kingdom of Xenland",
        "measure m1, Bank records; source: Norholm Handelsbank",
        "4 items, 736,188,159 bytes in all.",
        "The recording is shown in court in closed session only.",
        "No: declared complete",
        "business records certificate",
    ):
        assert part in words


def test_what_was_asked_for_and_has_not_come_is_named(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    case = dossier()
    rows = tuple(each.model_copy(update={"measure": "m1"}) if each.measure == "m2" else each for each in case.items)
    case = case.model_copy(update={"items": rows})
    assert sheet_of(INVENTORY, case).context["outstanding"] == ["m2"]
    words = reader.words(renderer.render(sheet_of(INVENTORY, case)).pdf)
    assert "Nothing has come yet for measure m2. The delivery was nevertheless declared complete" in words
    more = acts_changed(case, "receive", facts=receipt_of(case).facts | {"complete": False})
    assert "nothing has been received yet; it is awaited" in reader.words(renderer.render(sheet_of(RECEIPT, more)).pdf)


def test_a_later_delivery_does_not_change_an_earlier_inventory() -> None:
    case, second = dossier(), digest("manifest 2")
    received = receipt_of(case)
    later = received.model_copy(update={"sequence": 900, "facts": received.facts | {"manifest": second}})
    row = case.items[2].model_copy(update={"item": item(5), "manifest": second})
    case = case.model_copy(
        update={
            "acts": (*case.acts, later),
            "items": (*case.items, row),
            "manifests": {MANIFEST: manifest(), second: manifest()},
        }
    )
    assert sheet_of(INVENTORY, case).context == sheet_of(INVENTORY).context | {
        "ledger": sheet_of(INVENTORY).context["ledger"]
    }


def receipt_of(case: Dossier) -> Act:
    return next(act for act in case.acts if act.act == "receive")


def test_the_receipt_records_conditions_and_accepts_none(documents: Documents, reader: Reader) -> None:
    words = reader.words(documents[RECEIPT])
    assert "You attached this condition, which is recorded" in words
    assert "accepted" not in words


def test_the_form_gives_each_event_with_names_time_line_and_digests(documents: Documents, reader: Reader) -> None:
    text = reader.text(documents[FORM], "-raw")
    words, whole = " ".join(text.split()), joined(text)
    for act in dossier().acts:
        if act.act in {"receive", "offer", "accept", "resolve", "sign-off"}:
            assert f"{act.at:%H:%M:%S} UTC" in words
            assert hexadecimal(act.statement) in whole
    for part in (
        "From Petra Vint, Evidence Custodian, Regional Court of Saint Aubel (signs)",
        "to Ilka Torrend, Senior Public Prosecutor (signs)",
        "discrepancy: kept",
        "Reason: The bank confirmed that the second export replaced the first",
        "signed off",
    ):
        assert part in words
    assert whole.count(f"Measured{hexadecimal(digest('account-opening.pdf'))}") == 3


def test_a_refusal_names_the_holder_and_who_did_not_take_it(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    case = dossier()
    acts = list(case.acts)
    offer = next(act for act in acts if act.act == "offer")
    refusal = offer.model_copy(
        update={
            "act": "refuse-custody",
            "by": "reviewer-1",
            "role": Role.REVIEWER,
            "facts": {"item": item(1)},
            "words": {"reason": "The seal number is not the one on the offer."},
            "statement": digest("refusal"),
        }
    )
    earlier = offer.model_copy(update={"facts": offer.facts | {"to": "reviewer-1"}})
    place = acts.index(offer)
    case = case.model_copy(update={"acts": (*acts[:place], earlier, refusal, *acts[place:])})
    forms = sheet_of(FORM, case).context["forms"]
    assert isinstance(forms, list)
    assert isinstance(forms[0], dict)
    assert forms[0]["gaps"] == []
    words = reader.words(renderer.render(sheet_of(FORM, case)).pdf)
    assert "to Bastian Quill, Legal Officer, Central Authority (signs)" in words
    assert "The seal number is not the one on the offer." in words
    assert hexadecimal(digest("refusal")) in words


def test_an_item_taken_in_by_hand_has_no_invented_giver(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    case = dossier()
    received = receipt_of(case)
    by_hand = received.model_copy(
        update={"by": "custodian", "role": Role.CUSTODIAN, "facts": received.facts | {"holder": "custodian"}}
    )
    other = manifest().model_copy(update={"message": None, "sender": "custodian"})
    rows = (case.items[3].model_copy(update={"holder": "custodian"}),)
    case = case.model_copy(update={"acts": (by_hand,), "items": rows, "manifests": {MANIFEST: other}})
    words = " ".join(reader.text(renderer.render(sheet_of(FORM, case)).pdf, "-raw").split())
    assert "Taken in by hand; who gave it is not recorded Signed by Petra Vint" in words
    assert "No gap" in words


def test_the_certificate_keeps_four_claims_apart(documents: Documents, reader: Reader) -> None:
    words = reader.words(documents[CERTIFICATE])
    for part in (
        "Origin. The items came in packages sealed by the central authority of the Kingdom of Xenland",
        "This does not prove who made their contents",
        "This does not prove anything about the time before receipt",
        "Custody. 5 hand-overs",
        "This does not prove what a holder did with a copy",
        "No independent time stamp was taken: this does not prove that the clock was right",
        "Article 18(19) of the United Nations Convention against Transnational Organized Crime",
        "the ledger of the case had 64 lines",
        "Petra Vint",
        "Ilka Torrend",
        "18:30:00 UTC",
    ):
        assert part in words
    assert dossier().ledger_head in joined(reader.text(documents[CERTIFICATE], "-raw"))


def test_measured_again_is_claimed_only_when_the_ledger_has_it(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    claim = "Immediately before each signature every item was read in full"
    case = dossier()

    def said(*lines: int) -> str:
        checked = tuple(
            TimelineEvent(at=OPENED, sequence=line, event="custody-checked", by="service", detail="") for line in lines
        )
        changed = case.model_copy(update={"events": (*case.events, *checked)})
        return reader.words(renderer.render(sheet_of(CERTIFICATE, changed)).pdf)

    both = said(50, 53)
    assert claim in both
    assert "before each signature (lines 50, 53 of the ledger)" in both
    for too_few in ((), (50,), (50, 600)):
        assert claim not in said(*too_few)


@pytest.mark.parametrize("document", FAMILY)
def test_none_says_admissible(document: DocumentType, documents: Documents, reader: Reader) -> None:
    assert "admissib" not in reader.text(documents[document]).lower()


MARKUP = '<script>alert(1)</script><img src="file:///etc/passwd">{{ 7*7 }}&amp;.pdf'
RIGHT = 210 - 22  # mm: the page less its right margin


@pytest.mark.parametrize("document", LISTING)
def test_markup_in_a_name_is_only_letters(document: DocumentType, renderer: WeasyPrintRenderer, reader: Reader) -> None:
    pdf = renderer.render(sheet_of(document, named(name=MARKUP))).pdf
    assert joined(MARKUP) in joined(reader.text(pdf, "-raw"))


@pytest.mark.parametrize("document", FAMILY)
def test_a_long_word_from_outside_stays_on_the_page(document: DocumentType, renderer: WeasyPrintRenderer) -> None:
    word = "a" * 200
    case = named(name=word, description=word, source=word)
    other = case.manifests[MANIFEST].model_copy(update={"note": word, "conditions": (word,)})
    case = case.model_copy(update={"manifests": {MANIFEST: other}})
    case = acts_changed(case, "resolve", words={"reason": word})
    if document is REPORT:
        second = other.items[1].model_copy(update={"name": word, "description": word})
        items = (other.items[0], second, *other.items[2:])
        case = case.model_copy(update={"manifests": {MANIFEST: other.model_copy(update={"items": items})}})
    pages = renderer.render(sheet_of(document, case)).pdf
    ran = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=pages, check=True, capture_output=True, timeout=60)
    ends = [float(end) / 72 * 25.4 for end in re.findall(r'xMax="([\d.]+)"', ran.stdout.decode())]
    assert len(ends) > 100
    assert max(ends) < RIGHT + 0.5


@pytest.mark.parametrize("document", DELIVERY)
def test_a_missing_manifest_is_named(document: DocumentType) -> None:
    with pytest.raises(MissingFactError, match=f"{document} lacks the manifest of the delivery"):
        sheet_of(document, dossier().model_copy(update={"manifests": {}}))


@pytest.mark.parametrize("document", DELIVERY)
def test_a_delivery_no_act_received_is_not_documented(document: DocumentType) -> None:
    case = dossier()
    acts = tuple(act for act in case.acts if act.act != "receive")
    with pytest.raises(MissingFactError, match=f"{document} lacks the act that received the delivery"):
        sheet_of(document, case.model_copy(update={"acts": acts}))


def many(number: int) -> Dossier:
    """The case with so many items, received by hand-over each; the last is not what was declared."""
    case, received = dossier(), receipt_of(dossier())
    items = tuple(
        ManifestItem(
            item=f"{REFERENCE}-E{each:03}",
            name=f"statement-{each}.pdf",
            size=1000 + each,
            digest=digest(f"file {each}"),
            declared=digest("another" if each == number else f"file {each}"),
            measure="m1",
        )
        for each in range(1, number + 1)
    )
    rows = tuple(
        case.items[1].model_copy(
            update={"item": each.item, "digest": each.digest, "size": each.size, "declared": each.declared}
        )
        for each in items
    )
    accepted = tuple(
        received.model_copy(
            update={
                "act": "accept",
                "by": "custodian",
                "role": Role.CUSTODIAN,
                "sequence": received.sequence + place,
                "at": received.at + timedelta(minutes=place),
                "facts": {"item": row.item, "digest": row.digest},
            }
        )
        for place, row in enumerate(rows, 1)
    )
    return case.model_copy(
        update={
            "items": rows,
            "acts": (received, *accepted),
            "manifests": {MANIFEST: manifest().model_copy(update={"items": items})},
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("document", [INVENTORY, RECEIPT, FORM])
def test_two_hundred_items_are_laid_out(document: DocumentType, renderer: WeasyPrintRenderer, reader: Reader) -> None:
    made = renderer.render(sheet_of(document, many(200)))
    text = joined(reader.text(made.pdf, "-raw"))
    assert all(f"{REFERENCE}-E{number:03}" in text for number in range(1, 201))
    assert all(hexadecimal(digest(f"file {number}")) in text for number in (1, 100, 200))
    assert made.pages > 10
