"""Which instrument governs: the narrower before the wider, and never one that is not shown to bind both."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from rogatory.law.basis import bases_of, candidates
from rogatory.law.model import Fallback, Lawbook
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from schemas.assessment import Basis, RuleOutcome, Standing
from tests.law.invented import DAY, bound, lawbook, party, rule, treaty

MLA = "mutual-assistance"
_NOON = datetime.combine(DAY, time(12), UTC)
REGIONAL = treaty("xr", precedence="regional")
UNIVERSAL = treaty("xu", fallback=Fallback(article="art. 18(7)"))


def order(book: Lawbook, *measures: str, offences: tuple[str, ...] = ()) -> list[str]:
    return [basis.instrument for basis in candidates(book, "XV", "XN", DAY, MLA, measures, offences)]


def governing(found: tuple[Basis, ...]) -> list[str]:
    return [basis.instrument for basis in found if basis.governing]


def test_the_narrower_comes_before_the_wider() -> None:
    classes = ("none", "scheme", "universal", "regional", "union", "bilateral")
    book = bound(*(treaty(f"x-{name}", precedence=name) for name in classes))
    assert order(book) == [f"x-{name}" for name in reversed(classes)]
    assert governing(candidates(book, "XV", "XN", DAY, MLA)) == ["x-bilateral"]


def test_what_is_not_shown_to_bind_both_does_not_govern() -> None:
    book = lawbook(REGIONAL, UNIVERSAL, xu=(party("XV"), party("XN")), xr=(party("XV"),))
    found = candidates(book, "XV", "XN", DAY, MLA)
    assert governing(found) == ["xu"]
    assert [(basis.instrument, basis.standing, basis.why) for basis in found] == [
        ("xr", Standing.UNKNOWN, "The data do not show that it binds XN."),
        ("xu", Standing.BOUND, "It governs: no narrower instrument is shown to bind both States."),
    ]


def test_where_nothing_is_known_nothing_governs() -> None:
    assert governing(candidates(lawbook(REGIONAL, UNIVERSAL), "XV", "XN", DAY, MLA)) == []


def test_where_nothing_is_shown_to_bind_a_scheme_may_carry_the_request() -> None:
    scheme = treaty("xs", kind="scheme", precedence="scheme", status="agreed by ministers")
    book = lawbook(REGIONAL, scheme, treaty("xm", kind="model", precedence="none"))
    assert governing(candidates(book, "XV", "XN", DAY, MLA)) == ["xs"]
    assert governing(candidates(bound(REGIONAL, scheme), "XV", "XN", DAY, MLA)) == ["xr"]
    assert governing(candidates(lawbook(treaty("xm", kind="model")), "XV", "XN", DAY, MLA)) == []


def test_where_nothing_else_is_shown_reciprocity_carries_the_request() -> None:
    book = lawbook(REGIONAL, treaty("xrec", kind="reciprocity", precedence="none", status="No treaty."))
    assert governing(candidates(book, "XV", "XN", DAY, MLA)) == ["xrec"]


def test_a_convention_comes_before_its_protocols_and_they_do_not_part() -> None:
    protocol = treaty("xa-protocol", kind="protocol", supplements="xr", precedence="none")
    book = bound(UNIVERSAL, protocol, REGIONAL)
    assert order(book) == ["xr", "xa-protocol", "xu"]
    found = candidates(book, "XV", "XN", DAY, MLA)
    assert found[1].why == "It supplements the XR and is cited with it."
    assert found[2].why == "Its paragraphs on assistance give way to the XR (art. 18(7))."


def test_only_what_carries_the_kind_is_offered() -> None:
    book = bound(REGIONAL, treaty("xe", carries={"extradition": "article 2"}))
    assert order(book) == ["xr"]
    (found,) = candidates(book, "XV", "XN", DAY, "extradition")
    assert (found.instrument, found.article) == ("xe", "article 2")


def test_what_lists_the_assistance_comes_before_what_does_not() -> None:
    book = bound(treaty("xa"), treaty("xb"))
    measure = book.measures["bank_records"].model_copy(update={"purposes": {"xb": "art. 3"}})
    book = book.model_copy(update={"measures": book.measures | {"bank_records": measure}})
    assert order(book) == ["xa", "xb"]
    assert order(book, "bank_records") == ["xb", "xa"]


@pytest.mark.parametrize("limit", [{"carries_only": ("freezing",)}, {"carries_not": ("bank_records",)}])
def test_what_cannot_carry_the_assistance_does_not_govern(limit: dict[str, Any]) -> None:
    order_ = treaty("xo", kind="regulation", precedence="union", **limit)
    book = bound(order_, REGIONAL)
    assert governing(candidates(book, "XV", "XN", DAY, MLA, ("freezing",))) == ["xo"]
    found = candidates(book, "XV", "XN", DAY, MLA, ("freezing", "bank_records"))
    assert governing(found) == ["xr"]
    assert found[1].why == "It does not carry all of the assistance asked for."


def test_what_establishes_the_offence_comes_before_what_does_not() -> None:
    open_ = treaty("xc", offences={"gangs": "gangs"}, rules=(rule("XC-01", check="covered_offence"),))
    book = bound(treaty("xa", offences={"drugs": "drugs"}), treaty("xb", offences={"piracy": "piracy"}), open_)
    assert order(book) == ["xc", "xa", "xb"]
    assert order(book, offences=("piracy",)) == ["xb", "xa", "xc"]


def test_a_newer_text_replaces_the_older_between_its_parties() -> None:
    old, new = treaty("xa", precedence="regional"), treaty("xz", precedence="regional", replaces=("xa",))
    found = candidates(bound(old, new), "XV", "XN", DAY, MLA)
    assert governing(found) == ["xz"]
    assert found[1].why == "Between States both bound by it, the XZ replaces it."
    half = lawbook(
        old, new, xa=(party("XV"), party("XN")), xz=(party("XV", since=DAY), party("XN", until=party("XN").since))
    )
    assert governing(candidates(half, "XV", "XN", DAY, MLA)) == ["xa"]


def draft(*instruments: str | dict[str, Any]) -> dict[str, Any]:
    named = [each if isinstance(each, dict) else {"instrument": each} for each in instruments]
    return {"kind": MLA, "from": "XV", "to": "XN", "legal_basis": named, "language": "en"}


ASSERTION = {"official": "A. B., Legal Adviser", "on": "2026-11-20", "source": "a note"}


def test_a_draft_names_its_bases_in_its_own_order() -> None:
    book = bound(REGIONAL, UNIVERSAL)
    assert governing(bases_of(book, draft("xu", "xr"), DAY)) == ["xu"]
    assert [basis.instrument for basis in bases_of(book, draft("xu", "xr", "nowhere"), DAY)] == ["xu", "xr"]


def test_the_governing_one_comes_first_whatever_the_draft_says() -> None:
    book = lawbook(REGIONAL, UNIVERSAL, xu=(party("XV"), party("XN")))
    assert [basis.instrument for basis in bases_of(book, draft("xr", "xu"), DAY)] == ["xu", "xr"]


def test_an_assertion_lets_it_govern_and_is_told() -> None:
    book = lawbook(REGIONAL)
    assert governing(bases_of(book, draft("xr"), DAY)) == []
    (found,) = bases_of(book, draft({"instrument": "xr", "asserted": ASSERTION}), DAY)
    assert (found.governing, found.standing) == (True, Standing.ASSERTED)
    assert found.asserted_by == "A. B., Legal Adviser, 2026-11-20, a note"
    assert [state.standing for state in found.states] == [Standing.UNKNOWN, Standing.UNKNOWN]


@pytest.mark.parametrize("value", [{}, {"legal_basis": 7}, {"legal_basis": [7, {"instrument": []}]}])
def test_a_draft_of_any_shape_has_bases(value: dict[str, Any]) -> None:
    assert bases_of(bound(REGIONAL), value, DAY) == ()


@pytest.mark.parametrize("code", [3, None, "Xaveria", ["XV"]])
def test_of_a_state_the_draft_does_not_name_nothing_is_said(code: object) -> None:
    value = draft("xr") | {"from": code}
    assert [basis.instrument for basis in bases_of(bound(REGIONAL), value, DAY)] == ["xr"]
    found = {each.rule for each in Requirements(bound(REGIONAL)).assess(value, _NOON).findings}
    assert not found & {"HOUSE-10", "HOUSE-11"}


def test_fallback_paragraphs_give_way_unless_agreed_upon() -> None:
    paragraph = rule("XU-13", must={"required": ["purpose"]}, fallback=True, severity="error")
    book = bound(REGIONAL, UNIVERSAL.model_copy(update={"rules": (paragraph,)}))
    requirements = Requirements(book)

    def came_out(*instruments: str | dict[str, Any]) -> tuple[RuleOutcome, str]:
        answer = requirements.assess(draft(*instruments), _NOON)
        result = next(each for each in answer.checklist if each.rule == "XU-13")
        assert (result.outcome is RuleOutcome.NOT_MET) == ("XU-13" in {each.rule for each in answer.findings})
        return result.outcome, result.note

    assert came_out("xu")[0] is RuleOutcome.NOT_MET
    assert came_out("xu", "xr")[0] is RuleOutcome.NOT_MET
    assert came_out("xr", "xu") == (RuleOutcome.NOT_APPLICABLE, "gives way to the XR (XU art. 18(7))")
    assert came_out("xr", {"instrument": "xu", "agreed": "by exchange of notes"})[0] is RuleOutcome.NOT_MET


def test_a_refused_basis_is_told_with_one_that_binds_both() -> None:
    refused = treaty("xf", precedence="union", in_force=False, status="Not in force.")
    (found,) = [
        each
        for each in Requirements(bound(refused, REGIONAL)).assess(draft("xf"), _NOON).findings
        if each.rule == "HOUSE-11"
    ]
    assert found.message == "The XF cannot carry this request. It is not in force: Not in force."
    assert found.fix == "choose another instrument; xr (XR) is shown to bind both"


def test_an_investigation_order_to_denmark_is_refused_and_the_1959_convention_named() -> None:
    order_ = draft("eu-eio-2014-41") | {"from": "DE", "to": "DK"}
    found = Requirements(load_lawbook()).assess(order_, _NOON).findings
    (refusal,) = [each for each in found if each.rule == "HOUSE-11"]
    assert refusal.path == "legal_basis/0/instrument"
    assert "coe-ets-030 (European Convention on Mutual Assistance)" in refusal.fix
