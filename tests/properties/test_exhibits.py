"""Whatever people do with a thing, its record joins: hands, seals and times, or a difference that somebody noted."""

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rogatory.custody.dsse import Opened
from rogatory.custody.exhibits import GONE, Exhibit, Exhibits, earlier
from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError
from schemas.custody import Official
from schemas.identifiers import Role
from schemas.items import Difference

CASE = "XV-2026-0001"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
ROLES = {"anna": Role.CUSTODIAN, "bela": Role.CUSTODIAN, "cleo": Role.PROSECUTOR, "abroad": Role.FOREIGN_AUTHORITY}
PEOPLE = sorted(set(ROLES) - {"abroad"})
OFFICIALS = {
    name: Official(
        official=name,
        person=f"p-{name}",
        name=name,
        post="",
        roles=(role,),
        keyid="0" * 64,
        public_key="",
        certificate="",
        state="XV",
    )
    for name, role in ROLES.items()
}
ACTS = [
    "seal-item",
    "open-item",
    "store-item",
    "examine-item",
    "copy-item",
    "offer-item",
    "accept-item",
    "decline-item",
    "return-item",
    "destroy-item",
    "settle-item",
]
SEALS = st.sampled_from([None, "S-1", "S-2", "S-3"])
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "act": st.sampled_from(ACTS),
            "by": st.sampled_from(PEOPLE),
            "to": st.sampled_from([*PEOPLE, "nobody"]),
            "seal_before": SEALS,
            "seal_after": SEALS,
            "container": st.sampled_from([None, "Bag 1", "Bag 2"]),
            "condition": st.sampled_from(["sound", "damaged"]),
            "hour": st.integers(-2, 40),
            "agrees": st.booleans(),
            "differs": st.sets(st.sampled_from([each.value for each in Difference])),
        }
    ),
    max_size=25,
)


def entry(number: int, event: str, facts: dict[str, Any]) -> Entry:
    opened = Opened.__new__(Opened)  # its signatures are the business of other tests
    at = START + timedelta(days=9, minutes=number)
    return Entry(CASE, number, "", f"{CASE}/c{number}", at, event, facts, None, None, "", "", opened)


def facts_of(step: dict[str, Any], item: Exhibit, number: int) -> dict[str, Any]:
    """What the person says; half the time it agrees with the record, so that lives get long."""
    said = {name: step[name] for name in ("by", "to", "seal_before", "seal_after", "container", "condition")}
    hour = number if step["agrees"] else step["hour"]
    if step["agrees"]:
        said |= {"seal_before": item.seal, "container": item.container, "condition": item.condition}
        if step["act"] not in {"seal-item", "open-item"}:
            said["seal_after"] = item.seal
    said = {name: value for name, value in said.items() if value is not None}
    return said | {
        "item": item.item,
        "role": ROLES[step["by"]].value,
        "person": f"p-{step['by']}",
        "happened_at": (START + timedelta(hours=hour)).isoformat(),
        "place": "P",
        "quantity": 1,
        "copy_item": f"{CASE}-E{number + 10:02}",
        "kind": "image",
        "keep": True,
        "witnessed_by": "cleo",
        "differs": sorted(step["differs"]),
    }


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(holder=st.sampled_from(["anna", "abroad"]), steps=STEPS)
def test_the_record_of_a_thing_joins(holder: str, steps: list[dict[str, Any]]) -> None:
    exhibits = Exhibits(CASE)
    name = f"{CASE}-E01"
    first = {
        "item": name,
        "by": "anna",
        "role": "custodian",
        "holder": holder,
        "seal_after": "S-1",
        "container": "Bag 1",
        "condition": "sound",
        "happened_at": START.isoformat(),
        "place": "P",
    }
    exhibits.check("enter-item", first, OFFICIALS, {})
    lines = [entry(0, "enter-item", first)]
    exhibits.apply(lines[0])
    item = exhibits.items[name]
    for number, step in enumerate(steps, 1):
        act, facts = step["act"], facts_of(step, item, number)
        before = Exhibit(**{**vars(item), "differences": list(item.differences)})
        try:
            exhibits.check(act, facts, OFFICIALS, {})
        except RefusedError:
            assert vars(item) == vars(before)
            continue
        lines.append(entry(number, act, facts))
        exhibits.apply(lines[-1])
        if act == "settle-item":
            continue
        found = set(item.differences[len(before.differences) :])
        assert before.state not in GONE
        # receiver equals next giver
        if act in {"accept-item", "decline-item"}:
            assert before.offered_to in {None, facts["by"]}
            assert before.offered_to or before.state == "announced" or act == "decline-item" or "holder" in found
        else:
            assert facts["by"] == before.holder
        assert item.holder == (facts["by"] if act == "accept-item" else before.holder)
        # the seal found is the seal left, or the difference is on record, and open
        assert facts.get("seal_before") == before.seal or "seal" in found
        assert not (act in {"examine-item", "copy-item"} and before.seal)
        # time never goes back unnoticed
        assert not earlier(facts, before.happened_at) or "time" in found
        assert (item.discrepancy == "open") == (bool(found) or before.discrepancy == "open")
    again = Exhibits(CASE)
    for line in lines:
        again.apply(line)
    assert again.items == exhibits.items
