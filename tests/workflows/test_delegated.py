"""A case decided in another's stead: the delegate's signature stands on the letter, and it passes the last gate."""

from datetime import UTC, datetime, timedelta

import pytest

from rogatory.adapters.delegating import delegate
from rogatory.adapters.officials import signer_for
from rogatory.custody.ledger import parse_line
from rogatory.errors import RefusedError
from schemas.identifiers import Role
from tests.workflows import steps
from tests.workflows.conftest import SkippingHouse


async def test_a_delegate_signs_the_letter_and_it_is_sent(house: SkippingHouse) -> None:
    home, now = house.profile.home, datetime.now(UTC)
    reference = await steps.submitted(house)
    review = await house.task(reference, "review")
    for giver, role in (("signatory", Role.SIGNATORY), ("reviewer-2", Role.REVIEWER)):
        delegate(
            home,
            signer_for(home, giver),
            giver,
            "custodian",
            roles=(role,),
            cases=(reference,),
            until=(now + timedelta(days=900)).date(),
            deputy=False,
            reason="On leave.",
            now=now,
        )
    await house.office("reviewer-1").decide(review, "approve", "In order.")
    await house.office("reviewer-2").decide(review, "approve", "In order.")
    await house.office("custodian").decide(review, "approve", "In order.")
    await steps.sent(house, reference)
    signed = next(
        entry.facts
        for entry in map(parse_line, house.desk.ledger.lines(reference))
        if entry.event == "decide" and entry.facts["role"] == "signatory"
    )
    assert (signed["by"], signed["on_behalf_of"]) == ("custodian", "signatory")


async def test_who_decided_through_another_does_not_decide_again(house: SkippingHouse) -> None:
    home, now = house.profile.home, datetime.now(UTC)
    reference = await steps.submitted(house)
    review, last = await house.task(reference, "review"), (now + timedelta(days=900)).date()
    given = {"roles": (Role.REVIEWER,), "cases": (), "until": last, "deputy": False, "reason": "Leave.", "now": now}
    delegate(home, signer_for(home, "reviewer-1"), "reviewer-1", "custodian", **given)  # type: ignore[arg-type]
    await house.office("custodian").decide(review, "approve", "In order.")
    with pytest.raises(RefusedError, match="done this already"):
        await house.office("reviewer-1").decide(review, "approve", "In order.")
