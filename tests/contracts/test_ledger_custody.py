"""Evidence changes hands by an offer and an acceptance, and is signed off only when nothing is in doubt."""

from pathlib import Path

import pytest

from schemas.commands import RefuseCustody, ResolveDiscrepancy
from schemas.identifiers import Role
from tests.properties.ledger_steps import Bench, digest, refused


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_items_from_abroad_are_taken_over_by_a_custodian_only(bench: Bench) -> None:
    task, (one, two) = bench.with_evidence(), bench.items()
    assert refused(lambda: bench.accept(task, one, "prosecutor")) == "Forbidden"
    assert refused(lambda: bench.accept(task, one, digest=two.digest)) == "EvidenceMismatch"
    bench.accept(task, one)
    again = {"command_id": "again"}
    assert refused(lambda: bench.accept(task, one, **again)) == "WrongStage"


def test_only_the_holder_offers_and_only_the_named_recipient_accepts(bench: Bench) -> None:
    task, (one, two) = bench.held(), bench.items()
    assert refused(lambda: bench.offer(task, one, "prosecutor", "reviewer-1")) == "Forbidden"
    assert refused(lambda: bench.offer(task, one, "custodian", "prosecutor", digest=two.digest)) == "EvidenceMismatch"
    for to in ("custodian", "service", "nobody"):
        assert refused(lambda to=to: bench.offer(task, one, "custodian", to)) == "Invalid"  # type: ignore[misc]
    bench.offer(task, one, "custodian", "prosecutor")
    assert refused(lambda: bench.offer(task, one, "custodian", "signatory", command_id="o2")) == "AlreadyDecided"
    assert refused(lambda: bench.accept(task, one, "signatory")) == "Forbidden"
    assert refused(lambda: bench.accept(task, one, "prosecutor", digest=digest("f"))) == "EvidenceMismatch"
    assert bench.register.item(one.item).holder == "custodian"  # the giver stays responsible
    bench.accept(task, one, "prosecutor")
    assert bench.register.item(one.item).holder == "prosecutor"
    assert refused(lambda: bench.offer(task, one, "custodian", "signatory", command_id="o3")) == "Forbidden"


def test_an_offer_refused_leaves_the_item_with_its_holder(bench: Bench) -> None:
    task, (one, _) = bench.held(), bench.items()
    bench.offer(task, one, "custodian", "prosecutor")
    fields = {"command_id": "r", "item": one.item, "reason": "The seal is broken."}
    wrong = RefuseCustody.model_validate(fields | {"by": "signatory", "role": Role.SIGNATORY})
    assert refused(lambda: bench.act(task, wrong)) == "Forbidden"
    bench.act(task, RefuseCustody.model_validate(fields | {"by": "prosecutor", "role": Role.PROSECUTOR}))
    row = bench.register.item(one.item)
    assert (row.holder, row.offered_to, row.state) == ("custodian", None, "held")


def test_items_are_numbered_once_and_held_by_who_received_them(bench: Bench) -> None:
    task = bench.awaiting_evidence()
    one, two = bench.items()
    assert refused(lambda: bench.act(task, bench.delivery(items=(one, one)))) == "Superseded"
    stranger = one.model_copy(update={"item": "XV-2026-0002-E01"})
    assert refused(lambda: bench.act(task, bench.delivery(items=(stranger,)))) == "Invalid"
    for holder in ("nobody", "prosecutor", "service"):
        assert refused(lambda holder=holder: bench.act(task, bench.delivery(holder=holder))) == "Forbidden"  # type: ignore[misc]
    bench.act(
        task, bench.delivery(items=(one,), by="custodian", role=Role.CUSTODIAN, holder="custodian", complete=False)
    )
    assert refused(lambda: bench.act(task, bench.delivery("receive-2", items=(one, two)))) == "Superseded"
    bench.act(task, bench.delivery("receive-3", items=(two,)))
    assert [row.holder for row in bench.register.items(bench.reference)] == ["custodian", "xn-authority"]


def test_sign_off_covers_all_that_is_kept_and_nothing_in_doubt(bench: Bench) -> None:
    task, (one, _) = bench.held(), bench.items()
    assert refused(lambda: bench.sign_off(task, "custodian")) == "DiscrepancyOpen"
    bench.resolve(task, keep=False)
    assert refused(lambda: bench.sign_off(task, "custodian")) == "EvidenceMismatch"
    only = {"items": [one.digest]}
    bench.offer(task, one, "custodian", "prosecutor")
    assert refused(lambda: bench.sign_off(task, "custodian", **only)) == "WrongStage"
    bench.accept(task, one, "prosecutor")
    bench.sign_off(task, "custodian", **only)
    assert refused(lambda: bench.sign_off(task, "custodian", command_id="twice", **only)) == "FourEyes"
    assert bench.register.task(task).roles == (Role.PROSECUTOR,)
    bench.sign_off(task, "prosecutor", **only)
    assert [row.state for row in bench.register.items(bench.reference)] == ["signed-off", "excluded"]
    assert bench.holds()


def test_a_discrepancy_is_decided_once(bench: Bench) -> None:
    task = bench.held()
    bench.resolve(task)
    assert bench.resolve(task).sequence  # a repeat
    again = ResolveDiscrepancy(
        command_id="resolve-2",
        by="prosecutor",
        role=Role.PROSECUTOR,
        item=f"{bench.reference}-E02",
        keep=False,
        reason="No.",
    )
    assert refused(lambda: bench.act(task, again)) == "AlreadyDecided"
