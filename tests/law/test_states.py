"""The profiles of states that ship: invented ones are whole, of real ones only what a source says."""

from datetime import date
from pathlib import Path

import pytest

import rogatory.law
from rogatory.law.law_file import LawFault, read, state_of
from rogatory.law.model import StateProfile

FOLDER = Path(rogatory.law.__file__).parent / "states"
PROFILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.yaml"))}
REAL = {
    *("AD", "AL", "AM", "AU", "CA", "CH", "EE", "ES", "GB", "IE", "LS", "LT", "LV", "RO", "SI", "US", "ZA"),
}
INVENTED = {"XB", "XN", "XV"}
UNKNOWN_TO_MOST = {"allows"}
"""Fields that an invented profile may lack."""
FIELDS = {"central_authority", "languages", "certification", "channels", "provisional_arrest", "declarations"}


def profile(code: str) -> StateProfile:
    """The profile as it ships."""
    file, faults = read(f"states/{code}.yaml", PROFILES[code])
    assert faults == []
    assert file is not None
    return state_of(file.value)


def changed(code: str, old: str, new: str) -> list[LawFault]:
    """The faults of a profile with one place changed."""
    assert PROFILES[code].count(old) == 1
    return read(f"states/{code}.yaml", PROFILES[code].replace(old, new))[1]


def test_the_profiles_that_ship() -> None:
    assert set(PROFILES) == REAL | INVENTED


@pytest.mark.parametrize("code", sorted(REAL))
def test_of_a_real_state_only_facts_are_said_each_with_its_source(code: str) -> None:
    state = profile(code)
    said = state.model_dump(exclude_defaults=True)
    assert set(said) == {"code", "name", "short_name", "facts"}
    assert not state.invented
    assert set(state.facts) <= FIELDS
    for facts in state.facts.values():
        for fact in facts:
            assert fact.value
            assert fact.source.startswith(("https://", "http://"))
            assert fact.date_read == date(2026, 11, 22)
            assert fact.source_age
            assert fact.trust.startswith(("official", "unofficial copy", "reprint"))


def test_a_copy_that_is_not_official_is_never_called_official() -> None:
    trust = {fact.source: fact.trust for code in REAL for facts in profile(code).facts.values() for fact in facts}
    unofficial = {source for source, said in trust.items() if "zaki.ru" in source or "govwire" in source}
    assert unofficial
    assert not [source for source in unofficial if trust[source].startswith("official")]


@pytest.mark.parametrize("code", sorted(INVENTED))
def test_an_invented_state_is_whole_and_says_that_it_is_invented(code: str) -> None:
    state = profile(code)
    assert state.invented
    missing = set(StateProfile.model_fields) - set(state.model_dump(exclude_defaults=True))
    assert missing <= UNKNOWN_TO_MOST | {"facts"}
    assert all(each.invented and each.source == "invented for this example" for each in state.bound_by)
    assert all(".example" in line for line in (state.contact[0], state.contact_24_7))
    assert state.last_verified == date(2026, 11, 22)
    assert list(state.holidays) == sorted(state.holidays)
    assert {day.year for day in state.holidays} == {2026, 2027, 2028}


def test_what_binds_the_invented_states() -> None:
    bound = {code: {each.instrument for each in profile(code).bound_by} for code in INVENTED}
    everywhere = {
        *("un-untoc", "un-untoc-trafficking", "un-uncac", "un-1988-drugs"),
        *("coe-ets-024", "coe-ets-098", "coe-ets-209", "coe-ets-185"),
    }
    assert bound["XN"] == everywhere
    # With Xenland no treaty on mutual assistance stands in the way of UNTOC 18(9)-(29); with Xelbania one does.
    european = {"coe-ets-030", "coe-ets-099", "coe-ets-182", "coe-cets-197", "coe-cets-198"}
    assert bound["XV"] == bound["XB"] == everywhere | european
    assert all(profile(code).central_authority_for[0] == "un-untoc" for code in INVENTED)
    assert all(
        set(profile(code).central_authority_for) == bound[code] - {"coe-cets-197"} for code in INVENTED
    )  # CETS 197 designates none of its own


def test_only_xenland_lets_no_foreign_order_reach_a_provider() -> None:
    assert {code: profile(code).allows for code in sorted(INVENTED)} == {
        "XB": {"bud2_art7": True},
        "XN": {"bud2_art7": False},
        "XV": {},
    }


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("evidence_standard: record-of-the-case", "evidence_standard: prima", '"prima" is not allowed'),
        ("service_lead_days: 40", "service_lead_days: forty", "service_lead_days is forty."),
        ("  - 2027-05-03", "  - 3 May 2027", '"3 May 2027" is not a date.'),
        ("  bud2_art7: false", "  bud2_art7: no", "bud2_art7 is no."),
        ("last_verified: 2026-11-22", "last_verified: yesterday", '"yesterday" is not a date.'),
        ("copies: 2", "copys: 2", '"copys" is not a field here. Did you mean "copies"?'),
    ],
)
def test_a_faulty_profile_is_refused(old: str, new: str, message: str) -> None:
    assert [fault.message[: len(message)] for fault in changed("XN", old, new)] == [message]


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("      source: https://www.fedlex.admin.ch/eli/cc/1985/724_724_724/20240924/de\n", '"source" is missing.'),
        ("      date_read: 2026-11-22\n      source_age: consolidated text as at 2024-09-24\n", None),
    ],
)
def test_a_fact_without_its_source_or_day_is_refused(old: str, message: str | None) -> None:
    start = PROFILES["CH"].index("  declarations:")
    head, tail = PROFILES["CH"][:start], PROFILES["CH"][start:]
    assert tail.count(old) == 1
    faults = read("states/CH.yaml", head + tail.replace(old, ""))[1]
    assert [fault.message for fault in faults] == [message or '"date_read" is missing.']
