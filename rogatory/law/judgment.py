"""What the values of rules hold against a later step: the ground of a refusal, consultation, a use. Pure.

These follow from data alone (grounds, consult, use), so no instrument need write them out as rules of their own. The
other state's refusal is not undone by a finding: it says what to put into the reply.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from rogatory.law.model import Lawbook, Rule, Treaty
from schemas.assessment import Finding, Severity

Bearing = tuple[Treaty, Rule]


def judged(lawbook: Lawbook, step: str, facts: dict[str, Any], rules: list[Bearing]) -> Iterator[Finding]:
    """The findings at this step.

    Args:
        lawbook: for the words of grounds.
        step: refusal, postponement, use; at any other step nothing follows.
        facts: of the step, as far as known.
        rules: those that bear on the case, of the governing instrument first; of this very step, those that apply.
    """
    if step in ("refusal", "postponement"):
        yield from _never_a_ground(lawbook, facts, rules)
        yield from _consultation(step, facts, rules)
    elif step == "use":
        yield from _use(facts, rules)


def _never_a_ground(lawbook: Lawbook, facts: dict[str, Any], rules: list[Bearing]) -> Iterator[Finding]:
    named = facts.get("ground")
    for treaty, rule in rules:
        for ground in rule.grounds:
            if ground.ground != named or ground.nature != "never" or not concerned(ground.purposes, facts):
                continue
            title = lawbook.words.grounds.get(ground.ground, ground.ground)
            condition = f" ({ground.condition})" if ground.condition else ""
            yield _finding(
                rule,
                "ground",
                f"The {treaty.short} does not allow a refusal on this ground ({rule.article}): {title}{condition}.",
                f"answer with {rule.source}, and ask for the request to be executed",
            )
            return


def concerned(purposes: tuple[str, ...], facts: dict[str, Any]) -> bool:
    """Whether a ground limited to some types of assistance, or to a purpose, is about what was refused."""
    return not purposes or facts.get("measure") in purposes or facts.get("purpose") in purposes


def _consultation(step: str, facts: dict[str, Any], rules: list[Bearing]) -> Iterator[Finding]:
    """By the first instrument that speaks of it: where it requires consultation, and there was none."""
    if facts.get("consulted") is not False:
        return
    first = _first(rules, "consult")
    for treaty, rule in rules:
        consult = rule.consult
        if consult is None or treaty.id != first or (consult.grounds and facts.get("ground") not in consult.grounds):
            continue
        if (consult.refusal if step == "refusal" else consult.postponement) == "required":
            yield _finding(
                rule,
                "consulted",
                f"The {treaty.short} requires consultation before a {step} ({rule.article}), and there was none.",
                f"answer with {rule.source}, and ask to be consulted",
            )
            return


def _use(facts: dict[str, Any], rules: list[Bearing]) -> Iterator[Finding]:
    """By the first instrument that limits use; what exculpates an accused person has a way of its own."""
    first = _first(rules, "use")
    consent = facts.get("consent") is True
    for treaty, rule in rules:
        if rule.use is None or treaty.id != first:
            continue
        if facts.get("exculpatory") is True:
            if rule.use.exculpatory == "with-consent" and not consent:
                said = f"The {treaty.short} allows no disclosure without prior consent ({rule.article})"
                yield _finding(rule, "consent", f"{said}, of what exculpates an accused person either.", _ASK)
            elif rule.use.exculpatory == "after-notice" and facts.get("notice") is not True and not consent:
                said = f"What exculpates an accused person is disclosed after notice ({treaty.short} {rule.article})."
                yield _finding(rule, "notice", said, "notify the requested State before, or if need be without delay")
        elif facts.get("same_proceedings") is False and not consent:
            attached = rule.use.limit == "if-attached" and facts.get("limit_attached") is True
            if rule.use.limit == "automatic" or attached:
                said = f"Use in other proceedings needs the prior consent of the requested State ({rule.source})."
                yield _finding(rule, "consent", said, _ASK)
        return


_ASK = "ask the requested State for its consent, and wait for it"


def _first(rules: Iterable[Bearing], values: str) -> str:
    """The first instrument, the governing one before others, with a rule that carries such values."""
    return next((treaty.id for treaty, rule in rules if getattr(rule, values) is not None), "")


def _finding(rule: Rule, path: str, message: str, fix: str) -> Finding:
    """A finding of the rule: it blocks where the article was read."""
    severity = Severity.ERROR if rule.checked else Severity.WARNING
    return Finding(path=path, severity=severity, rule=rule.id, source=rule.source, message=message, fix=fix)
