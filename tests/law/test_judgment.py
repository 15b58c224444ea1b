"""What the law holds against a later step, from the grounds, consultation and limits on use an instrument gives."""

from datetime import UTC, datetime, time
from typing import Any

import pytest

from rogatory.law.model import Fallback, Rule
from rogatory.law.requirements import Requirements
from schemas.assessment import Finding, Severity
from tests.law.invented import DAY, bound, rule, treaty

NOON = datetime.combine(DAY, time(12), UTC)
READ = {"on": "2026-11-22", "where": "the text"}


def judged(step: str, facts: dict[str, Any], *rules: Rule, kind: str = "mutual-assistance") -> list[Finding]:
    xt = treaty("xt", rules=rules)
    return list(Requirements(bound(xt)).judge(step, facts, ("xt",), kind, NOON))


def told(findings: list[Finding]) -> list[str]:
    return [f"{each.rule} {each.path} {each.severity}" for each in findings]


NEVER = {"grounds": ({"ground": "bank_secrecy", "nature": "never"},)}
MAY = {"grounds": ({"ground": "political", "nature": "may"},)}


def test_what_is_never_a_ground_blocks_where_the_article_was_read() -> None:
    facts = {"ground": "bank_secrecy"}
    (found,) = judged("refusal", facts, rule("XT-01", **NEVER, checked=READ))
    assert (found.rule, found.severity, found.path) == ("XT-01", Severity.ERROR, "ground")
    assert "art. 9" in found.message
    assert "bank secrecy" in found.message
    assert told(judged("refusal", facts, rule("XT-01", **NEVER))) == ["XT-01 ground warning"]


def test_a_ground_that_is_given_is_not_held_against_the_refusal() -> None:
    assert judged("refusal", {"ground": "political"}, rule("XT-01", **NEVER), rule("XT-02", **MAY)) == []


def test_a_ground_nobody_gives_warns_where_grounds_are_given_at_all() -> None:
    facts = {"ground": "humanitarian"}
    assert told(judged("refusal", facts, rule("XT-02", **MAY))) == ["HOUSE-19 ground warning"]
    assert judged("refusal", facts, rule("XT-01")) == []
    assert judged("refusal", facts, rule("XT-02", **MAY, kinds=("extradition",))) == []


def test_a_ground_limited_to_a_purpose_is_one_for_that_purpose() -> None:
    limited = {"ground": "execution_of_sentence", "nature": "may", "purposes": ("sentence",)}
    rules = [rule("XT-02", grounds=(limited,), kinds=("extradition",))]
    facts = {"ground": "execution_of_sentence"}
    assert judged("refusal", facts | {"purpose": "sentence"}, *rules, kind="extradition") == []
    assert judged("refusal", facts, *rules, kind="extradition") == []
    found = judged("refusal", facts | {"purpose": "prosecution"}, *rules, kind="extradition")
    assert told(found) == ["HOUSE-19 ground warning"]


def test_never_for_some_measures_is_held_against_a_refusal_of_those() -> None:
    never = {"ground": "dual_criminality", "nature": "never", "purposes": ("statement",)}
    given = rule("XT-01", grounds=(never,))
    assert told(judged("refusal", {"ground": "dual_criminality", "measure": "statement"}, given)) == [
        "XT-01 ground warning"
    ]
    assert judged("refusal", {"ground": "dual_criminality", "measure": "freezing"}, given) == []


@pytest.mark.parametrize("step", ["refusal", "postponement"])
def test_consultation_that_is_required_and_was_not_held(step: str) -> None:
    given = rule("XT-03", consult={step: "required"}, checked=READ)
    assert told(judged(step, {"consulted": False}, given)) == ["XT-03 consulted error"]
    assert judged(step, {"consulted": True}, given) == []
    assert judged(step, {}, given) == []
    assert judged(step, {"consulted": False}, rule("XT-03", consult={step: "where-appropriate"})) == []


def test_consultation_may_be_required_before_some_grounds_only() -> None:
    given = rule("XT-03", consult={"refusal": "required", "grounds": ("ne_bis_in_idem",)})
    ne_bis, political = ({"consulted": False, "ground": ground} for ground in ("ne_bis_in_idem", "political"))
    assert told(judged("refusal", ne_bis, given)) == ["XT-03 consulted warning"]
    assert judged("refusal", political, given) == []


AUTOMATIC = {"limit": "automatic", "exculpatory": "after-notice"}
STRICT = {"limit": "automatic", "exculpatory": "with-consent"}
ATTACHED = {"limit": "if-attached", "exculpatory": "after-notice"}


@pytest.mark.parametrize(
    ("use", "facts", "path"),
    [
        (AUTOMATIC, {"same_proceedings": True}, None),
        (AUTOMATIC, {}, None),
        (AUTOMATIC, {"same_proceedings": False}, "consent"),
        (AUTOMATIC, {"same_proceedings": False, "consent": False}, "consent"),
        (AUTOMATIC, {"same_proceedings": False, "consent": True}, None),
        (ATTACHED, {"same_proceedings": False}, None),
        (ATTACHED, {"same_proceedings": False, "limit_attached": True}, "consent"),
        (AUTOMATIC, {"exculpatory": True, "notice": True, "same_proceedings": False}, None),
        (AUTOMATIC, {"exculpatory": True}, "notice"),
        (AUTOMATIC, {"exculpatory": True, "consent": True}, None),
        (STRICT, {"exculpatory": True, "notice": True}, "consent"),
        (STRICT, {"exculpatory": True, "consent": True}, None),
    ],
)
def test_the_use_of_what_came_back(use: dict[str, str], facts: dict[str, Any], path: str | None) -> None:
    found = judged("use", facts, rule("XT-04", use=use, checked=READ))
    assert told(found) == ([f"XT-04 {path} error"] if path else [])


def test_an_exception_is_a_rule_that_does_not_apply() -> None:
    applies = {"not": {"properties": {"serious_threat": {"const": True}}, "required": ["serious_threat"]}}
    given = rule("XT-04", use=AUTOMATIC, step="use", applies=applies)
    assert told(judged("use", {"same_proceedings": False}, given)) == ["XT-04 consent warning"]
    assert judged("use", {"same_proceedings": False, "serious_threat": True}, given) == []


def test_a_rule_that_is_decided_at_the_step_speaks_once() -> None:
    must = {"required": ["reasons"]}
    given = rule(
        "XT-05", step="refusal", must=must, at="reasons", message="No reasons.", consult={"refusal": "required"}
    )
    assert told(judged("refusal", {"consulted": False}, given)) == ["XT-05 reasons warning"]
    assert told(judged("refusal", {"consulted": False, "reasons": "none"}, given)) == ["XT-05 consulted warning"]


def test_rules_of_another_step_or_kind_say_nothing() -> None:
    must = {"required": ["reasons"]}
    assert judged("refusal", {}, rule("XT-05", step="postponement", must=must)) == []
    assert judged("refusal", {}, rule("XT-05", step="refusal", must=must, kinds=("extradition",))) == []
    assert judged("refusal", {}, rule("XT-05", must=must)) == []


def test_the_first_instrument_that_speaks_of_use_decides() -> None:
    one = treaty("xa", rules=(rule("XA-01", use={"limit": "none", "exculpatory": "after-notice"}),))
    other = treaty("xb", rules=(rule("XB-01", use=STRICT),))
    law = Requirements(bound(one, other))
    facts = {"same_proceedings": False}
    assert law.judge("use", facts, ("xa", "xb"), "mutual-assistance", NOON) == ()
    assert told(list(law.judge("use", facts, ("xb", "xa"), "mutual-assistance", NOON))) == ["XB-01 consent warning"]


def test_fallback_rules_give_way_here_too() -> None:
    paragraph = rule("XU-19", use=STRICT, fallback=True)
    universal = treaty("xu", fallback=Fallback(article="art. 18(7)"), rules=(paragraph,))
    law = Requirements(bound(treaty("xr", precedence="regional"), universal))
    facts = {"same_proceedings": False}
    assert law.judge("use", facts, ("xr", "xu"), "mutual-assistance", NOON) == ()
    assert len(law.judge("use", facts, ("xu",), "mutual-assistance", NOON)) == 1


def test_facts_are_those_of_the_step() -> None:
    assert told(judged("refusal", {"grond": "political"})) == ["form grond error"]
    assert told(judged("refusal", {"consulted": "no"})) == ["form consulted error"]
    with pytest.raises(KeyError):
        judged("refused", {})
