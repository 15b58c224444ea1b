"""The checks rules refer to by name, each on the smallest draft it says something of."""

from datetime import date
from typing import Any

import pytest

from rogatory.law.crossfield import CHECKS
from rogatory.law.model import Fact, Lawbook
from rogatory.law.situation import Situation
from rogatory.law.yaml_text import Path
from tests.law.invented import DAY, bound, rule, treaty

XT = treaty("xt", offences={"piracy": "piracy"}, list_offences={3: "trafficking in human beings"})


def breaches(
    check: str, draft: Any, parameters: dict[str, Any] | None = None, *, book: Lawbook | None = None, base: Path = ()
) -> list[str]:
    """The paths of what the check finds, with the draft's own element where the base names one."""
    element = draft
    for part in base:
        element = element[part]
    judged = rule("XT-01", check=check, parameters=parameters or {})
    case = Situation(draft, element, base, judged, XT, book or bound(XT), DAY, (), ("xt",), "mutual-assistance")
    return ["/".join(map(str, each.path)) for each in CHECKS[check](case)]


def offences(*given: dict[str, Any]) -> dict[str, Any]:
    return {"offences": list(given)}


BOTH = {"side": "both", "months": 12}
MORE = {"side": "both", "months": 12, "more_than": True}
ONE, TEN_MONTHS, ELEVEN = {"max_penalty_years": 1}, {"max_penalty_years": 0.84}, {"max_penalty_years": 0.92}


@pytest.mark.parametrize(
    ("given", "parameters", "found"),
    [
        ((ONE,), BOTH, []),
        ((ELEVEN,), BOTH, ["offences/0/max_penalty_years"]),
        # Golden case 7: exactly twelve months is not more than one year.
        ((ONE,), MORE, ["offences/0/max_penalty_years"]),
        (({"max_penalty_years": 1.01},), MORE, []),
        # One that qualifies carries the others; else the one that comes nearest is shown.
        ((ELEVEN, ONE), BOTH, []),
        ((TEN_MONTHS, ELEVEN), BOTH, ["offences/1/max_penalty_years"]),
        (({**ONE, "there": {"max_penalty_years": 0.5}},), BOTH, ["offences/0/there/max_penalty_years"]),
        (({**ONE, "there": {"max_penalty_years": 0.5}},), BOTH | {"side": "requesting"}, []),
        (({**ELEVEN, "there": {"max_penalty_years": 1}},), BOTH | {"side": "requested"}, []),
        # What the penalty is there is not known: not judged.
        (({**ONE, "there": {"title": "theft"}},), BOTH, []),
        (({**ONE, "there": None},), BOTH, []),
        ((), BOTH, []),
        # Four months, written 0.33.
        (({"max_penalty_years": 0.33},), {"side": "both", "months": 4}, []),
        (({"max_penalty_years": 0.32},), {"side": "both", "months": 4}, ["offences/0/max_penalty_years"]),
    ],
)
def test_penalty_threshold(given: tuple[Any, ...], parameters: dict[str, Any], found: list[str]) -> None:
    assert breaches("penalty_threshold", offences(*given), parameters) == found


def test_minimum_penalty() -> None:
    parameters = {"side": "requesting", "months": 36}
    assert breaches("minimum_penalty", offences({"min_penalty_years": 3}), parameters) == []
    found = breaches("minimum_penalty", offences({"min_penalty_years": 1}), parameters)
    assert found == ["offences/0/min_penalty_years"]
    assert breaches("minimum_penalty", offences({"max_penalty_years": 1}), parameters) == []


@pytest.mark.parametrize(
    ("conviction", "of", "found"),
    [
        ({"sentence_months": 4}, "imposed", []),
        ({"sentence_months": 3}, "imposed", ["conviction/sentence_months"]),
        ({"sentence_months": 12, "remaining_months": 3}, "remaining", ["conviction/remaining_months"]),
        ({"sentence_months": 12, "remaining_months": 3}, "imposed", []),
        ({"life": True, "remaining_months": 0}, "remaining", []),
        ({}, "imposed", []),
        (None, "imposed", []),
    ],
)
def test_sentence_threshold(conviction: Any, of: str, found: list[str]) -> None:
    assert breaches("sentence_threshold", {"conviction": conviction}, {"months": 4, "of": of}) == found


def test_listed_offence() -> None:
    def listed(number: int | None, years: float) -> list[str]:
        return breaches(
            "listed_offence", offences({"listed_category": number, "max_penalty_years": years}), {"years": 3}
        )

    assert listed(3, 3) == []
    assert listed(3, 2.9) == ["offences/0/max_penalty_years"]
    assert listed(4, 3) == ["offences/0/listed_category"]
    assert listed(None, 1) == []


def test_covered_offence() -> None:
    def covered(word: str | None, years: float) -> list[str]:
        offence = {"convention_offence": word, "max_penalty_years": years}
        return breaches("covered_offence", offences(offence), {"years": 4})

    assert covered("piracy", 1) == covered(None, 4) == []
    # A word of another instrument does not make it one of this.
    assert covered("bribery", 1) == covered(None, 3.9) == ["offences/0/max_penalty_years"]


def test_dual_criminality_coercive() -> None:
    def addressed(type_: str, parameters: dict[str, Any] | None = None, **more: Any) -> list[str]:
        return breaches("dual_criminality_coercive", {"measures": [{"id": "m1", "type": type_}], **more}, parameters)

    assert addressed("bank_records") == ["dual_criminality/statement"]
    assert addressed("bank_records", dual_criminality={"statement": "theft"}) == []
    assert addressed("bank_records", {"only": ["freezing"]}) == []
    assert addressed("freezing", {"only": ["freezing"]}) == ["dual_criminality/statement"]
    assert addressed("spontaneous_information") == []
    assert addressed("nothing_known") == []


def test_profile_allows() -> None:
    def allowed(option: str, to: object = "XN") -> list[str]:
        return breaches("profile_allows", {"to": to}, {"option": option})

    assert allowed("bud2_art7") == ["to"]  # the invented state of the examples has excluded it
    assert allowed("something_else") == allowed("bud2_art7", "QQ") == allowed("bud2_art7", None) == []


def test_lead_time() -> None:
    def summons(day: str) -> list[str]:
        return breaches("lead_time", {"to": "XN", "measures": [{"id": "m1", "details": {"appearance_on": day}}]})

    assert bound(XT).states["XN"].service_lead_days == 40
    assert summons("2027-01-01") == []
    assert summons("2026-12-31") == ["measures/0/details/appearance_on"]
    assert summons("soon") == []


def test_measure_type_needs() -> None:
    draft: Any = {"measures": [{"type": "freezing", "details": {"property": []}}, {"type": "bank_records"}]}
    needs = {"type": "freezing", "field": "property"}
    assert breaches("measure_type_needs", draft, needs) == ["measures/0/details/property"]
    draft["measures"][0]["details"] = {"property": ["a house"]}
    assert breaches("measure_type_needs", draft, needs) == []
    assert breaches("measure_type_needs", draft, {"type": "bank_records", "field": "period/from"}) == [
        "measures/1/details/period/from"
    ]


def test_words_avoided() -> None:
    patterns = {"patterns": [r"\bpenalt(y|ies)\b", r"\bcoerc"]}
    words = {"fields": ["text", "notes", "inner/text"], **patterns}
    assert breaches("words_avoided", {"text": "Failing this, PENALTIES apply."}, words) == ["text"]
    assert breaches("words_avoided", {"notes": ["fine", "with coercion"]}, words) == ["notes/1"]
    assert breaches("words_avoided", {"inner": {"text": "a penalty"}}, words) == ["inner/text"]
    assert breaches("words_avoided", {"text": 7, "notes": [None]}, words) == []
    each = breaches(
        "words_avoided",
        {"persons": [{}, {"relation": "a penalty"}]},
        {"fields": ["relation"], **patterns},
        base=("persons", 1),
    )
    assert each == ["persons/1/relation"]


def test_sum_within() -> None:
    names = {"sum": "recovered", "limit": "order_amount"}
    assert breaches("sum_within", {"recovered": 10, "order_amount": 10}, names) == []
    assert breaches("sum_within", {"recovered": 10.01, "order_amount": 10}, names) == ["recovered"]
    assert breaches("sum_within", {"recovered": 10}, names) == []


def test_a_check_within_each_looks_at_that_element_alone() -> None:
    draft = offences(ELEVEN, ELEVEN)
    assert breaches("penalty_threshold", draft, BOTH, base=("offences", 1)) == ["offences/1/max_penalty_years"]


def of_a_real_state(**fields: Any) -> Lawbook:
    book = bound(XT)
    profile = book.states["CH"].model_copy(update={"facts": {}, "last_verified": None, **fields})
    return book.model_copy(update={"states": {"CH": profile}})


def fact(value: object, scope: str = "", **fields: Any) -> Fact:
    given: dict[str, Any] = {"source": "https://a.example/", "date_read": DAY, "trust": "official", "scope": scope}
    return Fact(value=value, **(given | fields))


@pytest.mark.parametrize(
    ("facts", "language", "found"),
    [
        ((fact(["de", "fr"], "XT art. 16"),), "de-CH", []),
        ((fact(["de", "fr"], "XT art. 16"),), "en", ["language"]),
        # Declared for another instrument: for this one nothing is known.
        ((fact(["de", "fr"], "UNTOC art. 18(14)"),), "en", []),
        ((fact("an official language", "XT art. 16"),), "en", []),
        ((), "en", []),
    ],
)
def test_a_language_is_accepted_for_the_instrument_it_was_declared_for(
    facts: tuple[Fact, ...], language: str, found: list[str]
) -> None:
    book = of_a_real_state(facts={"languages": facts})
    assert breaches("language_accepted", {"to": "CH", "language": language}, book=book) == found


def test_a_central_authority_is_known_from_what_was_declared_for_the_instrument() -> None:
    draft = {"from": "CH", "to": "CH"}
    assert breaches("central_authorities", draft, book=of_a_real_state()) == ["from", "to"]
    declared = of_a_real_state(facts={"central_authority": (fact("an office", "XT art. 18(13)"),)})
    assert breaches("central_authorities", draft, book=declared) == []


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"facts": {"channels": (fact("courier"),)}}, []),
        ({"facts": {"channels": (fact("courier", trust="unofficial copy"),)}}, ["to"]),
        ({"facts": {"channels": (fact("courier", date_read=date(2025, 11, 22)),)}}, []),
        ({"facts": {"channels": (fact("courier", date_read=date(2025, 10, 22)),)}}, ["to"]),
        ({"facts": {"channels": (fact("courier", source_age="declaration of 2011-09-22"),)}}, ["to"]),
        ({}, ["to"]),
        ({"last_verified": DAY, "facts": {"channels": (fact("courier", trust="unofficial copy"),)}}, []),
        ({"last_verified": date(2025, 1, 1), "facts": {"channels": (fact("courier", trust="unofficial"),)}}, ["to"]),
    ],
)
def test_a_profile_is_official_and_recent_or_it_is_told(fields: dict[str, Any], found: list[str]) -> None:
    assert breaches("profile_current", {"to": "CH"}, {"months": 12}, book=of_a_real_state(**fields)) == found


SHAPES: list[Any] = [None, 7, "text", [], [None], [[]], {}, {"a": 1}]
PARAMETERS: dict[str, Any] = {
    "side": "both",
    "months": 12,
    "years": 4,
    "of": "imposed",
    "option": "x",
    "roles": [],
    "standings": [],
    "field": "urgency/reply_by",
    "type": "freezing",
    "fields": ["facts"],
    "patterns": ["x"],
    "sum": "a",
    "limit": "b",
}


@pytest.mark.parametrize("check", sorted({*CHECKS} - {"states_differ"}))
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_check_says_nothing_of_what_it_cannot_read(check: str, shape: Any) -> None:
    fields = ("from", "to", "persons", "measures", "offences", "conviction", "undertakings", "legal_basis", "language")
    measure = {"id": shape, "type": shape, "details": shape, "persons": shape}
    for draft in (dict.fromkeys(fields, shape), {"measures": [measure]}):
        assert breaches(check, {**draft, "dual_criminality": {"statement": "x"}}, PARAMETERS) == []
