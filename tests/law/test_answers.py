"""What an assessment says beyond its findings: citations, clocks, grounds, consultation, use, assurances, dossier."""

from datetime import UTC, datetime, time
from typing import Any

from rogatory.law.model import Fallback, Rule, Treaty
from rogatory.law.requirements import Requirements
from schemas.assessment import LegalAssessment, RuleOutcome
from tests.law.invented import DAY, bound, rule, treaty

NOON = datetime.combine(DAY, time(12), UTC)
MLA, EXTRADITION = "mutual-assistance", "extradition"


def draft(*instruments: str, kind: str = MLA, **fields: Any) -> dict[str, Any]:
    basis = [{"instrument": each} for each in instruments]
    return {"kind": kind, "from": "XV", "to": "XN", "legal_basis": basis, **fields}


def assessed(value: dict[str, Any], *treaties: Treaty) -> LegalAssessment:
    return Requirements(bound(*treaties)).assess(value, NOON)


def of(*rules: Rule, id_: str = "xt", **fields: Any) -> Treaty:
    return treaty(id_, rules=rules, carries={MLA: "article 1", EXTRADITION: "article 2"}, **fields)


def test_a_topic_is_cited_from_the_governing_instrument_or_else_the_next() -> None:
    one = of(
        rule("XA-01", topic="facts", article="art. 5(2)"), rule("XA-02", topic="facts", article="art. 6"), id_="xa"
    )
    other = of(rule("XB-01", topic="facts"), rule("XB-02", topic="language", article="art. 14"), id_="xb")
    answer = assessed(draft("xa", "xb"), one, other)
    assert [(each.topic, each.article, each.instrument, each.rule) for each in answer.citations] == [
        ("facts", "5(2)", "xa", "XA-01"),
        ("language", "14", "xb", "XB-02"),
    ]
    assert answer.citation("language") == answer.citations[1]
    assert answer.citation("video") is None


def test_what_gives_way_is_neither_cited_nor_counted() -> None:
    clock = {"id": "reply", "what": "x", "value": 3, "unit": "days", "anchor": "receipt", "effect": "must", "then": "x"}
    values = {"clocks": (clock,), "grounds": ({"ground": "political", "nature": "may"},)}
    paragraph = rule("XU-01", topic="facts", fallback=True, **values)
    universal = of(paragraph, id_="xu", fallback=Fallback(article="art. 18(7)"))
    regional = of(id_="xr", precedence="regional")
    alone = assessed(draft("xu"), universal, regional)
    assert (len(alone.citations), len(alone.grounds)) == (1, 1)
    assert [each.id for each in alone.clocks if each.instrument == "xu"] == ["reply"]
    beside = assessed(draft("xr", "xu"), universal, regional)
    assert (beside.citations, beside.grounds) == ((), ())
    assert [each.id for each in beside.clocks if each.instrument == "xu"] == []


def test_rules_of_later_steps_are_not_on_the_checklist_and_their_values_hold() -> None:
    later = rule(
        "XT-09", step="refusal", must={"required": ["reasons"]}, grounds=({"ground": "age", "nature": "must"},)
    )
    answer = assessed(draft("xt"), of(later, rule("XT-01", says="A period runs.")))
    assert [each.ground for each in answer.grounds] == ["age"]
    ours = [(each.rule, each.outcome, each.note) for each in answer.checklist if each.rule.startswith("XT")]
    assert ours == [("XT-01", RuleOutcome.NOTED, "A period runs.")]


def test_grounds_for_other_purposes_are_left_out() -> None:
    grounds = (
        {"ground": "dual_criminality", "nature": "may", "purposes": ("freezing",)},
        {"ground": "political", "nature": "may", "cured_by": "fair_trial"},
    )
    xt = of(rule("XT-01", grounds=grounds))
    answer = assessed(draft("xt", measures=[{"type": "bank_records", "details": {}}]), xt)
    assert [(each.ground, each.cured_by) for each in answer.grounds] == [("political", "fair_trial")]
    assert answer.grounds[0].title == "a political offence"
    answer = assessed(draft("xt", measures=[{"type": "freezing", "details": {}}]), xt)
    assert [each.ground for each in answer.grounds] == ["dual_criminality", "political"]


def test_consultation_and_use_are_those_of_the_governing_instrument() -> None:
    limit = {"limit": "automatic", "exculpatory": "after-notice"}
    one = of(id_="xa")
    other = of(rule("XB-01", use=limit), rule("XB-02", consult={"refusal": "required"}), id_="xb")
    answer = assessed(draft("xb", "xa"), one, other)
    assert answer.use is not None
    assert answer.consultation is not None
    assert (answer.use.rule, answer.consultation.rule) == ("XB-01", "XB-02")
    assert (answer.consultation.refusal, answer.consultation.postponement) == ("required", "not-provided")
    answer = assessed(draft("xa", "xb"), one, other)
    assert (answer.use, answer.consultation) == (None, None)
    # A protocol speaks for the convention it supplements.
    protocol = treaty("xb", kind="protocol", supplements="xa", rules=other.rules)
    assert assessed(draft("xa", "xb"), one, protocol).use is not None


def test_an_assurance_is_due_where_the_rule_applies_and_given_in_its_own_way() -> None:
    due = rule(
        "XT-01",
        kinds=(MLA, EXTRADITION),
        applies={"properties": {"death_penalty_possible": {"const": False}}},
        assurance={"kind": "death_penalty", "why": "the article asks for it"},
    )
    again = rule("XT-02", kinds=(MLA, EXTRADITION), assurance={"kind": "death_penalty", "why": "here too"})
    xt = of(due, again)

    def given(value: dict[str, Any]) -> list[tuple[str, bool]]:
        return [(each.rule, each.given) for each in assessed(value, xt).assurances]

    assert given(draft("xt")) == [("XT-01", False)]
    assert given(draft("xt", undertakings={"death_penalty_excluded": True})) == [("XT-01", True)]
    assert given(draft("xt", kind=EXTRADITION, assurances=[{"kind": "death_penalty"}])) == [("XT-01", True)]
    assert given(draft("xt", death_penalty_possible=True)) == [("XT-02", False)]


def test_the_dossier_is_that_of_the_persons_status() -> None:
    papers = (
        {"item": "arrest_warrant", "title": "The warrant", "statuses": ("accused",)},
        {"item": "judgment", "title": "The judgment", "statuses": ("convicted",)},
        {"item": "facts", "title": "The acts"},
    )
    xt = of(
        rule("XT-01", kinds=(EXTRADITION,), dossier=papers), rule("XT-02", kinds=(EXTRADITION,), dossier=papers[2:])
    )
    value = draft("xt", kind=EXTRADITION, person_sought={"status": "convicted"}, dossier=[{"item": "judgment"}])
    assert [(each.item, each.present, each.rule) for each in assessed(value, xt).dossier] == [
        ("judgment", True, "XT-01"),
        ("facts", False, "XT-01"),
    ]
    assert assessed(draft("xt"), xt).dossier == ()


def test_rules_and_articles_are_those_of_the_kind() -> None:
    xt = of(rule("XT-01", topic="facts"), rule("XT-02", topic="dossier", kinds=(EXTRADITION,)))
    assistance, extradition = assessed(draft("xt"), xt), assessed(draft("xt", kind=EXTRADITION), xt)
    assert (assistance.kind, assistance.bases[0].article, assistance.citations[0].rule) == (MLA, "article 1", "XT-01")
    assert (extradition.kind, extradition.bases[0].article) == (EXTRADITION, "article 2")
    assert [each.rule for each in extradition.citations] == ["XT-02"]


def test_particulars_are_judged_by_the_instruments_own_fields() -> None:
    fields = {
        "type": "object",
        "additionalProperties": False,
        "required": ["issuer"],
        "properties": {"issuer": {"$ref": "#/$defs/line"}, "days": {"type": "integer"}},
    }
    over = rule(
        "XT-01", over="particulars", must={"properties": {"days": {"minimum": 5}}}, at="days", severity="warning"
    )
    xt, plain = of(over, fields=fields), of(id_="xp")

    def told(particulars: Any, instrument: str = "xt") -> list[str]:
        value = draft(instrument)
        value["legal_basis"][0] |= {} if particulars is None else {"particulars": particulars}
        found = assessed(value, xt, plain).findings
        return [f"{each.rule} {each.path}" for each in found if each.path.startswith("legal_basis")]

    assert told({"issuer": "a judge", "days": 5}) == []
    assert told({"issuer": "a judge", "days": 4}) == ["XT-01 legal_basis/0/particulars/days"]
    assert told(None) == ["form legal_basis/0/particulars/issuer"]
    assert told({"issuer": "a judge", "dais": 5}) == ["form legal_basis/0/particulars/dais"]
    assert told({"issuer": "a judge"}, "xp") == ["form legal_basis/0/particulars"]
    assert told(None, "xp") == []
