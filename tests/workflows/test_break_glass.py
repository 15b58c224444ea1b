"""A request for provisional arrest that goes without its reviewers; and the letters that do not."""

from datetime import UTC, datetime, timedelta

import pytest

from rogatory.adapters.delegating import delegate
from rogatory.adapters.officials import appoint, signer_for
from rogatory.adapters.pdf_text import text_of
from rogatory.break_glass_acts import GlassJudging
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import ChangedError, RefusedError
from schemas.documents import DocumentType
from schemas.identifiers import Role
from tests.workflows import extradition_steps as extradite
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse

WHY = "He flies at six, and the second reviewer does not answer."


async def test_it_goes_out_is_named_on_paper_and_is_reviewed(house: SkippingHouse) -> None:
    reference = await extradite.submitted(house)
    review = await house.task(reference, "review")
    await house.reviewer_1.break_glass(review, WHY)
    with pytest.raises(ChangedError):
        await house.signatory.decide(review, "approve")  # one alone changes nothing
    await house.custodian.break_glass(review, WHY)
    await house.signatory.decide(review, "approve")
    await steps.sent(house, reference)
    await house.until(lambda: [t for t in house.desk.register.transmissions(reference) if t.dispatched_at])
    record = next(row for row in house.desk.register.documents(reference) if row.type == DocumentType.APPROVAL_RECORD)
    said = " ".join(text_of(house.desk.vault.read(reference, record.digest)).split())
    assert "signed without its reviewers" in said
    assert "Broken glass." in said
    assert "unit evidence" in said
    assert WHY in said
    report = verify_lines(house.desk.ledger.lines(reference), house.desk.anchors.own(), None).report
    assert (report.intact, report.signed, report.trusted) == (True, True, True)
    assert WHY not in "".join(house.desk.ledger.lines(reference))
    owed = [row.id for row in house.desk.register.clocks(reference=reference) if row.rule == "break-glass"]
    assert owed == ["review-break-glass"]
    home = house.profile.home
    judge = GlassJudging(house.profile, "registrar-1", signer_for(home, "registrar-1"))
    judge.review(reference, "upheld", "Both were called; the flight was real.")
    assert not [row for row in house.desk.register.clocks(reference=reference) if row.rule == "break-glass"]


async def test_no_misuse_of_it_reaches_the_signatory(house: SkippingHouse) -> None:
    ordinary = await steps.submitted(house)
    waits = await house.task(ordinary, "review")
    with pytest.raises(RefusedError, match="no type that may do without its reviewers"):
        await house.reviewer_1.break_glass(waits, WHY)
    reference = await extradite.submitted(house)
    review = await house.task(reference, "review")
    home, now = house.profile.home, datetime.now(UTC)
    with pytest.raises(RefusedError, match="drafter"):
        await house.prosecutor.break_glass(review, WHY)
    first = await house.reviewer_1.break_glass(review, WHY, "glass-1")
    assert await house.reviewer_1.break_glass(review, WHY, "glass-1") == first  # repeated: the same act
    with pytest.raises(RefusedError, match="decided already"):
        await house.reviewer_1.break_glass(review, WHY)
    given = {"post": "On duty", "person": "xv-person-31", "now": now}
    appoint(home, "night-1", name="Uma Reed", roles=(Role.REVIEWER,), unit="mutual-assistance", **given)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="Both would be of the unit"):
        await house.office("night-1").break_glass(review, WHY)
    given["person"] = house.desk.ledger.officials()["reviewer-1"].person
    appoint(home, "night-2", name="Uma Reed", roles=(Role.REVIEWER,), unit="evidence", **given)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="done this already"):
        await house.office("night-2").break_glass(review, WHY)
    given["person"] = "xv-person-32"
    until = (now + timedelta(days=900)).date()
    lent = {"roles": (Role.REVIEWER,), "cases": (), "until": until, "deputy": False, "reason": "Leave.", "now": now}
    appoint(home, "night-4", name="Wyn Tarn", roles=(Role.PROSECUTOR,), **given)  # type: ignore[arg-type]
    delegate(home, signer_for(home, "reviewer-2"), "reviewer-2", "night-4", **lent)  # type: ignore[arg-type]
    with pytest.raises(RefusedError, match="no unit"):
        await house.office("night-4").break_glass(review, WHY)
    await house.custodian.break_glass(review, WHY)
    with pytest.raises(ChangedError):
        await house.reviewer_2.break_glass(review, WHY)
    assert house.desk.register.task(review).roles == (Role.SIGNATORY,)
