"""Papers ordered by an official: made in the case, beside its procedure and after its close."""

import asyncio
import json
import os
import re
import shlex
from pathlib import Path

import pytest

from activities.documents import DocumentActivities
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.cli import main
from rogatory.cli import paper as command
from rogatory.custody.ledger import parse_line
from rogatory.custody.verify_ledger import verify_lines
from rogatory.documents.catalogue import MissingFactError
from rogatory.errors import FindingsError, RefusedError, UsageError
from rogatory.paper_acts import FactError
from schemas.case import CaseResult
from schemas.documents import DocumentOrder, RenderedDocument
from schemas.tasks import LedgerEntry
from tests.documents.papers import examples
from tests.documents.test_catalogue import ENTRY, GUIDE, TEMPLATE
from tests.stage import now
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse
from tests.workflows.extradition_steps import stand_in

DELAY = {
    "told_on": "2026-12-08",
    "told_by": "Office for International Legal Assistance",
    "kind_of_delay": "delay",
    "cause": "The bank has moved its archive.",
    "effect": "The court was told.",
}


def titles(house: SkippingHouse, reference: str) -> list[str]:
    return [row.type for row in house.desk.register.documents(reference)]


@pytest.mark.usefixtures("papers_only")
async def test_a_paper_is_made_kept_sealed_and_on_the_ledger(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    facts = examples("note_verbale")
    row = await house.signatory.order_document(reference, "note_verbale", facts, command_id="n1")
    assert (row.type, row.signatures) == ("note_verbale", ("service",))
    pdf = house.desk.vault.read(reference, row.digest)
    report = verify_pdf(pdf, house.desk.anchors.own(), "note")
    assert report.ok, report.checks
    entries = [entry for entry in map(parse_line, house.desk.ledger.lines(reference)) if entry.chain == reference]
    ordered = next(entry for entry in entries if entry.event == "order-document")
    assert ordered.facts["document"] == "note_verbale"
    assert ordered.facts["by"] == "signatory"
    assert "Xenholm" not in ordered.line  # the facts are withheld: only their digest is signed
    made = next(entry for entry in entries if entry.event == "document-made" and entry.facts["type"] == "note_verbale")
    assert made.facts["ordered"] == "n1"
    assert any("A paper is ordered: note verbale" in each.detail for each in house.desk.register.timeline(reference))
    # the same order again is the same paper
    again = await house.signatory.order_document(reference, "note_verbale", facts, command_id="n1")
    assert again.digest == row.digest
    assert titles(house, reference).count("note_verbale") == 1


@pytest.mark.usefixtures("blank")
async def test_what_cannot_be_made_is_not_ordered(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    with pytest.raises(MissingFactError, match="delay_record lacks the fact effect: what follows here") as lacking:
        await house.prosecutor.order_document(reference, "delay_record", DELAY | {"effect": ""})
    assert lacking.value.exit_code == 3
    with pytest.raises(FactError, match=r'delay_record, fact told_bye: it is no fact here\. Did you mean "told_by"'):
        await house.prosecutor.order_document(reference, "delay_record", DELAY | {"told_bye": "X"})
    with pytest.raises(FactError, match="would steer or hide"):
        await house.prosecutor.order_document(reference, "delay_record", DELAY | {"cause": "moved \u202eevihcra"})
    with pytest.raises(FindingsError, match="name a protected person"):
        await house.prosecutor.order_document(reference, "delay_record", DELAY | {"cause": "Xamira Examplova asked."})
    with pytest.raises(UsageError, match=r'no document "delay_recrod"\. Did you mean "delay_record"'):
        await house.prosecutor.order_document(reference, "delay_recrod", DELAY)
    with pytest.raises(UsageError, match="made by itself, at its step"):
        await house.prosecutor.order_document(reference, "letter_of_request", {})
    with pytest.raises(UsageError, match="belongs to cases of the kind extradition"):
        await house.prosecutor.order_document(reference, "bundle_index", {})
    with pytest.raises(UsageError, match="in the language xx"):
        await house.prosecutor.order_document(reference, "delay_record", DELAY, language="xx")
    # what the case does not tell yet is found out by the worker, before anything is on record
    given = {name: value for name, value in examples("dispatch_record").items() if name not in {"sent_at", "channel"}}
    with pytest.raises(FindingsError, match="dispatch_record lacks the fact sent_at: when it left") as unsent:
        await house.prosecutor.order_document(reference, "dispatch_record", given)
    assert unsent.value.exit_code == 3
    assert "order-document" not in house.events(reference)


@pytest.mark.usefixtures("blank")
async def test_who_may_order_is_policy(house: SkippingHouse) -> None:
    reference = await steps.submitted(house)
    with pytest.raises(RefusedError, match="prosecutor is not a signatory") as refused:
        await house.prosecutor.order_document(reference, "reciprocity_undertaking", examples("reciprocity_undertaking"))
    assert refused.value.kind == "Forbidden"
    with pytest.raises(RefusedError, match="is not a prosecutor"):
        await house.custodian.order_document(reference, "delay_record", DELAY)
    assert "order-document" not in house.events(reference)
    assert {each.act for each in house.desk.ledger.refusals(reference)} == {"order-document"}


@pytest.mark.usefixtures("blank")
async def test_papers_go_out_after_the_close_and_the_ledger_still_verifies(
    house: SkippingHouse, tmp_path: Path
) -> None:
    reference = await steps.submitted(house)
    for step in (steps.approved, steps.sent, steps.acknowledged, steps.received, steps.signed_off):
        await step(house, reference)
    outcome = await house.prosecutor.client.outcome(reference)
    assert outcome.result is CaseResult.COMPLETED
    row = await house.signatory.order_document(reference, "other_use_request", examples("other_use_request"))
    assert house.desk.register.case(reference).status == "completed"
    assert titles(house, reference)[-1] == row.type == "other_use_request"
    # a fact found in the case: nobody gave the day and the channel of the dispatch
    given = {name: value for name, value in examples("dispatch_record").items() if name not in {"sent_at", "channel"}}
    proof = tmp_path / "receipt.txt"
    proof.write_bytes(b"courier's receipt")
    found = await house.prosecutor.order_document(reference, "dispatch_record", given | {"proof_digest": str(proof)})
    assert found.number == row.number + 1
    lines, head = house.desk.ledger.lines(reference), house.desk.ledger.head(reference)
    facts = verify_lines(lines, house.desk.anchors.own(), head)
    assert facts.report.ok, [check for check in facts.report.checks if not check.ok]
    assert facts.course.closed
    # nothing else follows the close
    with pytest.raises(RefusedError, match="is closed; nothing follows"):
        house.desk.ledger.append(
            LedgerEntry(
                entry_id=f"{reference}/x",
                reference=reference,
                at=now(),
                event="document-made",
                facts={"type": "closing_letter", "ordered": "never ordered"},
            )
        )


@pytest.fixture
def blank(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank pages, where what is tested is the procedure."""
    stand_in(monkeypatch)


def test_facts_of_a_command_line_and_a_file(tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("told_on: 2026-12-08\npieces:\n  - {title: Letter, pages: 6}\n", encoding="utf-8")
    given = command.given_facts(
        ("told-on=2026-12-09", "offers=One", "offers=Two=2", "rows={title: Note, pages: 1}"), file
    )
    assert given == {
        "told_on": "2026-12-09",
        "pieces": [{"title": "Letter", "pages": 6}],
        "offers": ["One", "Two=2"],
        "rows": {"title": "Note", "pages": 1},
    }
    file.write_text("told_on: [\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"facts\.yaml:\d+:\d+: "):
        command.given_facts((), file)
    with pytest.raises(UsageError, match="is not NAME=VALUE"):
        command.given_facts(("told_on",), None)
    with pytest.raises(UsageError, match="cannot be read"):
        command.given_facts((), tmp_path / "none.yaml")


@pytest.fixture
def papers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers as they are, and blank pages for the documents of the procedure, which others test."""
    drawn = DocumentActivities._make
    stand_in(monkeypatch)
    blank = DocumentActivities._make

    def make(self: DocumentActivities, order: DocumentOrder) -> RenderedDocument:
        return (drawn if "ordered" in order.facts else blank)(self, order)

    monkeypatch.setattr(DocumentActivities, "_make", make)


@pytest.fixture
def own_type(home: Path, tmp_path: Path) -> Path:
    """The guide's type in the installation's folder, and its facts beside; returns the folder to work in."""
    template = home / "templates" / TEMPLATE[0]
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE[1], encoding="utf-8")
    (home / "templates" / "catalogue.yaml").write_text(ENTRY, encoding="utf-8")
    facts = re.search(r"^```yaml\n# facts\.yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
    assert facts
    (tmp_path / "facts.yaml").write_text(facts[1], encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("papers_only")
async def test_the_guide_is_typed_as_it_stands(
    own_type: Path, house: SkippingHouse, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The whole command line, against the worker of the house: a lawyer's own type, and what goes wrong with it."""
    reference = await steps.submitted(house)
    for name in [name for name in os.environ if name.startswith(("TEMPORAL_", "ROGATORY_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ROGATORY_HOME", str(house.profile.home))
    monkeypatch.setenv("ROGATORY_TASK_QUEUE", house.profile.task_queue)
    monkeypatch.setenv("TEMPORAL_ADDRESS", house.temporal.service_client.config.target_host)
    monkeypatch.chdir(own_type)

    async def typed(line: str) -> tuple[int, str, str]:
        code = await asyncio.to_thread(main.run, shlex.split(line.replace("XV-2026-0001", reference)))
        return code, *capsys.readouterr()

    lines = [line for line in GUIDE.splitlines() if line.startswith("rogatory case document ")]
    what, make = [line.removeprefix("rogatory ") + " --as reviewer-1" for line in lines]
    assert "\nrogatory case catalogue\n" in GUIDE
    code, out, err = await typed("case catalogue")
    assert (code, "Notice of a Court Date" in out, err) == (0, True, "")
    code, out, err = await typed(what)
    assert code == 0, err
    assert "what must have arrived by then" in out
    assert "found: the court named in the request" in out
    code, out, err = await typed(make)
    assert code == 0, err
    assert "Made: court date notice, " in out
    assert ", sealed" in out
    made = Path("notice.pdf").read_bytes()
    row = house.desk.register.documents(reference)[-1]
    assert house.desk.vault.read(reference, row.digest) == made
    assert verify_pdf(made, house.desk.anchors.own(), "notice").ok
    document = f"case document {reference} court_date_notice --as reviewer-1"
    code, _, err = await typed(f"{document} --fact needed=Papers")
    assert (code, "lacks the fact sits_on: the day of the hearing" in err) == (3, True)
    code, _, err = await typed(f"{document} --facts facts.yaml --fact sits_on=soon")
    assert (code, "court_date_notice, fact sits_on: it is not a day" in err) == (2, True)
    Path("wrong.yaml").write_text("sits_on: 2027-04-14\nneeded: [One]\ncosts: 1250\n", encoding="utf-8")
    code, _, err = await typed(f"{document} --facts wrong.yaml")
    assert (code, "wrong.yaml:3:8: court_date_notice, fact costs: it is not a sum" in err) == (2, True)
    code, _, err = await typed(f"case document {reference} court_date_notise --what")
    assert (code, 'Did you mean "court_date_notice"?' in err) == (2, True)
    code, _, err = await typed(f"{document} --facts facts.yaml --as custodian")
    assert (code, "custodian" in err) == (4, True)
    code, _, err = await typed("case document XV-2026-9999 court_date_notice --as reviewer-1")
    assert code == 5
    code, out, _ = await typed(f"case documents {reference} --available")
    assert code == 0
    assert "court_date_notice" in out
    assert "bundle_index" not in out  # of an extradition
    code, out, _ = await typed(f"{document} --facts facts.yaml --json")
    shown = json.loads(out)
    assert (code, shown["type"], shown["signatures"]) == (0, "court_date_notice", ["service"])
    assert house.events(reference).count("order-document") == 2
