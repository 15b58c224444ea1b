"""What the data say of whether an instrument binds a state: silence is no denial, and a list speaks for its day."""

from datetime import date
from typing import Any

import pytest

from rogatory.law.model import Bound, NotBound, Party
from rogatory.law.standing import pair_standing, state_standing
from schemas.assessment import Standing
from tests.law.invented import DAY, STATES, bound, lawbook, party, treaty

LATER = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("rows", "on", "standing", "note"),
    [
        ((party("XN"),), DAY, Standing.BOUND, ""),
        ((party("XN"),), LATER, Standing.AS_KNOWN, ""),
        ((party("XN", since=LATER),), DAY, Standing.NOT_BOUND, "not before 2026-12-01"),
        ((party("XN", until=date(2020, 1, 31)),), date(2020, 1, 31), Standing.BOUND, ""),
        ((party("XN", until=date(2020, 1, 31)),), date(2020, 2, 1), Standing.NOT_BOUND, "no longer since 2020-01-31"),
        ((party("XN", since=None),), DAY, Standing.UNKNOWN, "a party since an unknown day"),
        ((party("XN", conflict=True, declarations="two dates"),), DAY, Standing.CONFLICT, "two dates"),
        ((party("XV"),), DAY, Standing.UNKNOWN, "the data are silent"),
        ((), DAY, Standing.UNKNOWN, "the data are silent"),
        # Left, and came back.
        (
            (party("XN", until=date(2010, 5, 1)), party("XN", since=date(2015, 5, 1))),
            date(2016, 1, 1),
            Standing.BOUND,
            "",
        ),
        (
            (party("XN", until=date(2010, 5, 1)), party("XN", since=date(2015, 5, 1))),
            date(2012, 1, 1),
            Standing.NOT_BOUND,
            "no longer since 2010-05-01",
        ),
    ],
)
def test_a_list_of_parties(rows: tuple[Party, ...], on: date, standing: Standing, note: str) -> None:
    xt = treaty("xt")
    found = state_standing(lawbook(xt, xt=rows), xt, "XN", on)
    assert (found.standing, found.note) == (standing, note)
    assert bool(found.source) == bool([row for row in rows if row.state == "XN"])


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"in_force": False, "status": "not yet"}, Standing.NOT_IN_FORCE),
        ({"in_force_since": LATER}, Standing.NOT_IN_FORCE),
        ({"kind": "scheme"}, Standing.NOT_BINDING),
        ({"kind": "model"}, Standing.NOT_BINDING),
        ({"kind": "reciprocity"}, Standing.NOT_BINDING),
        ({"not_bound": (NotBound(state="XN", source="a source"),)}, Standing.NOT_BOUND),
    ],
)
def test_what_the_instrument_itself_says(fields: dict[str, Any], standing: Standing) -> None:
    xt = treaty("xt", **fields)
    assert state_standing(bound(xt), xt, "XN", DAY).standing is standing


def test_the_profile_of_a_state_comes_before_the_list() -> None:
    xt = treaty("xt", not_bound=(NotBound(state="XN", source="a source"),))
    book = lawbook(xt)
    since = Bound(instrument="xt", since=date(2026, 11, 22), source="note of the embassy")
    profile = book.states["XN"].model_copy(update={"bound_by": (since,)})
    book = book.model_copy(update={"states": book.states | {"XN": profile}})
    found = state_standing(book, xt, "XN", DAY)
    assert (found.standing, found.source, found.as_of) == (Standing.BOUND, "note of the embassy", None)
    assert state_standing(book, xt, "XN", date(2026, 11, 21)).standing is Standing.NOT_BOUND


def test_a_list_of_members_binds_from_when_the_instrument_does() -> None:
    xt = treaty("xt", parties="members", in_force_since=date(2017, 5, 22))
    book = lawbook(xt, members=(party("XN", since=date(1973, 1, 1)),))
    found = state_standing(book, xt, "XN", DAY)
    assert (found.standing, found.since) == (Standing.BOUND, date(2017, 5, 22))
    assert state_standing(book, xt, "XN", date(2017, 5, 21)).standing is Standing.NOT_IN_FORCE


def test_a_protocol_binds_only_with_the_convention_it_supplements() -> None:
    xt, protocol = treaty("xt"), treaty("xt-protocol", kind="protocol", supplements="xt")
    book = lawbook(xt, protocol, xt_protocol=(party("XV"), party("XN")), xt=(party("XV"),))
    assert state_standing(book, protocol, "XV", DAY).standing is Standing.BOUND
    found = state_standing(book, protocol, "XN", DAY)
    assert (found.standing, found.note) == (Standing.UNKNOWN, "XT: the data are silent")
    # And of what the protocol itself is silent on, the convention says nothing.
    assert state_standing(lawbook(xt, protocol, xt=(party("XN"),)), protocol, "XN", DAY).standing is Standing.UNKNOWN


ASSERTED = [
    (party("XN"), Standing.BOUND),
    (party("XN", as_of=date(2020, 1, 1)), Standing.ASSERTED),
    (party("XN", since=None), Standing.ASSERTED),
    (party("XN", conflict=True), Standing.ASSERTED),
    (party("AA"), Standing.ASSERTED),
    (party("XN", until=date(2020, 1, 1)), Standing.NOT_BOUND),
]


@pytest.mark.parametrize(("row", "standing"), ASSERTED)
def test_an_assertion_mends_silence_age_and_conflict_but_no_denial(row: Party, standing: Standing) -> None:
    xt = treaty("xt")
    book = lawbook(xt, xt=(party("XV"), row))
    both, states = pair_standing(book, xt, STATES, DAY, asserted=True)
    assert both is standing
    # What the data say of each state stays as it was.
    assert [each.standing for each in states] == [state_standing(book, xt, state, DAY).standing for state in STATES]


def test_an_assertion_brings_nothing_into_force() -> None:
    xt = treaty("xt", in_force=False, status="not yet")
    assert pair_standing(bound(xt), xt, STATES, DAY, asserted=True)[0] is Standing.NOT_IN_FORCE


def test_the_weaker_standing_is_the_pairs() -> None:
    xt = treaty("xt")
    assert pair_standing(bound(xt), xt, STATES, DAY)[0] is Standing.BOUND
    assert pair_standing(lawbook(xt, xt=(party("XV"),)), xt, STATES, DAY)[0] is Standing.UNKNOWN
    rows = (party("XV", as_of=date(2020, 1, 1)), party("XN"))
    assert pair_standing(lawbook(xt, xt=rows), xt, STATES, DAY)[0] is Standing.AS_KNOWN
