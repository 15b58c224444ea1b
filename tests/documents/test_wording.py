"""Dates, sums, sentences and lists, as documents write them; and what changed between two versions."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.documents import wording
from rogatory.documents.difference import differences, in_words
from schemas.request import Draft
from tests.documents.dossiers import dossier, draft

CARDS = dossier().measures


def test_moments_are_told_in_utc() -> None:
    at = datetime(2026, 11, 20, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert wording.moment(at) == "19 November 2026, 23:30:00 UTC"
    assert wording.moment(at.isoformat()) == wording.moment(at.astimezone(UTC))
    assert wording.day(date(2026, 3, 4)) == "4 March 2026"
    assert wording.day("soon") == "soon"


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("a company", "a company."),
        ("It is\nso.", "It is so."),
        ("Is it?", "Is it?"),
        ('He said "yes."', 'He said "yes."'),
        ("section 96 (as amended)", "section 96 (as amended)."),
        ("(It is so.)", "(It is so.)"),
        ("", ""),
    ],
)
def test_a_sentence_ends_once(said: str, written: str) -> None:
    assert wording.sentence(said) == written


@given(st.text(alphabet='ab .?!)"\n', max_size=30))
def test_a_sentence_is_not_ended_twice(text: str) -> None:
    once = wording.sentence(text)
    assert wording.sentence(once) == once


def test_points_are_parted_by_semicolons() -> None:
    assert [wording.point("one;"), wording.point("two"), wording.point("three", True)] == ["one;", "two;", "three."]
    assert wording.point("Who was there?") == "Who was there?"


@pytest.mark.parametrize(
    ("value", "written"), [("1187420.00", "1,187,420.00"), (12, "12"), ("not known; 3 EUR", "not known; 3 EUR")]
)
def test_sums(value: str | float, written: str) -> None:
    assert wording.amount(value) == written


def test_years_lists_languages() -> None:
    assert [wording.years(value) for value in (1, 2.5, 10, 100)] == [
        "1 year",
        "2.5 years",
        "10 years",
        "imprisonment for life",
    ]
    assert [wording.listed(values) for values in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert [wording.language(tag) for tag in ("en", "nb-NO", "tlh")] == ["English", "Norwegian Bokmål", "tlh"]


def changed(**fields: object) -> Draft:
    return draft().model_copy(update=fields)


def test_nothing_changed() -> None:
    assert differences(draft(), draft(), CARDS) == []


def test_a_field_of_a_measure_is_named_by_its_label() -> None:
    measure = draft().measures[0]
    period = {"from": "2024-04-02", "to": "2026-10-31"}
    later = changed(
        measures=(measure.model_copy(update={"details": measure.details | {"period": period}}), *draft().measures[1:])
    )
    assert differences(draft(), later, CARDS) == [("Measure m1, Period: From", "2024-01-11", "2024-04-02")]


def test_one_paragraph_of_the_facts() -> None:
    facts = draft().facts
    assert facts is not None
    parts = wording.paragraphs(facts)
    rows = differences(draft(), changed(facts="\n\n".join([parts[0], "Another account.", *parts[2:]])), CARDS)
    assert rows == [("Facts, paragraph 2", parts[1], "Another account.")]


def test_facts_left_out_are_told_paragraph_by_paragraph() -> None:
    facts = draft().facts
    assert facts is not None
    rows = differences(draft(), changed(facts=None), CARDS)
    assert [was for _, was, _ in rows] == wording.paragraphs(facts)
    assert {now for _, _, now in rows} == {"(nothing)"}


def test_a_person_less_moves_no_other() -> None:
    rows = differences(draft(), changed(persons=draft().persons[1:]), CARDS)
    assert {place.split(",")[0] for place, _, _ in rows} == {"Person p1"}
    assert {now for _, _, now in rows} == {"(nothing)"}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("measures/0/details/period/from", "Measure m1, Period: From"),
        ("persons/1/born", "Person p2, Born"),
        ("offences/0/text", "Offence 1, Text"),
        ("urgency/reply_by", "Urgency: Reply by"),
        ("measures/7", "Measure 7"),
        ("", ""),
    ],
)
def test_where_a_finding_points(path: str, place: str) -> None:
    assert in_words(path, draft(), CARDS) == place
