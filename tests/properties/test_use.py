"""Whatever is recorded in whatever order: no use stands that the limits and consents before it did not open."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.custody.dsse import Opened
from rogatory.custody.ledger import Entry
from rogatory.custody.use import Uses
from rogatory.errors import RefusedError

ITEMS = ["XV-2026-0001-E01", "XV-2026-0001-E02"]
PLACES = ["PX 1", "PX 2", "PX 3"]
STEPS = st.lists(
    st.fixed_dictionaries(
        {
            "act": st.sampled_from(["limit-use", "note-consent", "note-use", "note-use"]),
            "items": st.lists(st.sampled_from(ITEMS), min_size=1, max_size=2, unique=True),
            "proceedings": st.sampled_from(PLACES),
            "limit": st.sampled_from(["automatic", "attached", "undertaken", "none", "unknown"]),
            "permitted": st.lists(st.sampled_from(PLACES), max_size=2, unique=True),
            "outcome": st.sampled_from(["requested", "granted", "refused"]),
            "role": st.sampled_from(["custodian", "signatory"]),
        }
    ),
    max_size=30,
)


def entry(number: int, event: str, facts: dict[str, Any]) -> Entry:
    opened = Opened.__new__(Opened)  # its signatures are the business of other tests
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return Entry("XV-2026-0001", number, "", f"c{number}", at, event, facts, None, None, "", "", opened)


@settings(max_examples=400, deadline=None)
@given(steps=STEPS)
def test_no_use_stands_that_nothing_opened(steps: list[dict[str, Any]]) -> None:
    uses, taken = Uses(), list[tuple[str, dict[str, Any]]]()
    for number, step in enumerate(steps):
        act = step["act"]
        facts = {"items": step["items"]} if act != "note-use" else {"item": step["items"][0], "used_on": "2026-11-20"}
        facts |= {name: step[name] for name in ("proceedings", "limit", "permitted", "outcome", "role")}
        facts |= {"source": "art. 1"}
        try:
            uses.check(act, facts, ITEMS)
        except RefusedError:
            assert act != "note-consent"
            if act == "note-use":
                assert not opened_by(taken, facts["item"], facts["proceedings"])
            continue
        if act == "note-use":
            assert opened_by(taken, facts["item"], facts["proceedings"])
        taken.append((act, facts))
        uses.apply(entry(number, act, facts))


def opened_by(taken: list[tuple[str, dict[str, Any]]], item: str, proceedings: str) -> bool:
    """Said otherwise than the program says it: by reading the record backwards."""
    about = [(act, facts) for act, facts in reversed(taken) if item in facts.get("items", ())]
    limits = next((facts for act, facts in about if act == "limit-use"), None)
    if limits is None:
        return False
    asked = next((f for act, f in about if act == "note-consent" and f["proceedings"] == proceedings), None)
    granted = asked is not None and asked["outcome"] == "granted"
    return limits["limit"] == "none" or proceedings in limits["permitted"] or granted
