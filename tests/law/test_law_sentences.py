"""The law as sentences: every tests/law/*.yaml is run, so that a lawyer can add a case without Python.

A file names the example its cases change (`draft`), the day (`today`), and, where they are not the example's own, the
instruments of the legal basis (`basis`). A case is one of

    change, findings, outcomes    a draft: every finding as "RULE path"; how single rules came out on the checklist
    step, facts, findings         a later step: what the law holds against it
    clocks                        periods: which have run and which still run on a day, as "RULE clock"
    between                       two states: which instrument governs, the standing of others, and which are not offered

`only` compares just the findings of rules whose id begins so; `golden` numbers the cases the law files were built on.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rogatory.cli.examples import example
from rogatory.law.basis import candidates
from rogatory.law.clocks import run
from rogatory.law.model import HOUSE, Lawbook
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.law.yaml_text import parse
from schemas.assessment import Clock, Standing

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
GOLDEN = {*map(str, range(1, 30)), *(f"E{number}" for number in range(1, 18))}
NO_CASE = {
    # No change of a draft can break it: test_law_files.py takes a central authority out of the data.
    "UNTOC-03",
}
"""Blocking rules that no case shows to fail, each with the reason."""
Case = dict[str, Any]


@cache
def book_of(file: Path) -> Case:
    value = parse(file.read_text(encoding="utf-8")).value
    assert isinstance(value, dict)
    return value


@cache
def requirements() -> Requirements:
    return Requirements(load_lawbook())


def sentences(kind: str) -> Iterator[Any]:
    for file in FILES:
        book = book_of(file)
        for case in book["cases"]:
            kinds = [each for each in ("step", "clocks", "between") if each in case] or ["draft"]
            if kind in kinds:
                yield pytest.param(book, case, id=f"{file.stem}: {case['name']}")


@pytest.mark.parametrize(("book", "case"), list(sentences("draft")))
def test_of_a_draft_the_law_says_so(book: Case, case: Case) -> None:
    draft = parse(example(case.get("draft", book["draft"]))).value
    if basis := case.get("basis", book.get("basis")):
        draft["legal_basis"] = [{"instrument": id_} for id_ in basis]
    answer = requirements().assess(changed(draft, case.get("change", {})), moment(case.get("today", book["today"])))
    if "findings" in case:
        found = [f"{each.rule} {each.path}" for each in answer.findings]
        assert sorted(compared(found, book, case)) == sorted(case["findings"])
    outcomes = {result.rule: result.outcome.value for result in answer.checklist}
    expected = case.get("outcomes", {})
    assert {rule: outcomes.get(rule) for rule in expected} == expected


@pytest.mark.parametrize(("book", "case"), list(sentences("step")))
def test_of_a_later_step_the_law_says_so(book: Case, case: Case) -> None:
    basis, at = tuple(case.get("basis", book.get("basis", ()))), moment(case.get("today", book["today"]))
    kind = case.get("kind", "mutual-assistance")
    answer = requirements().judge(case["step"], case["facts"], basis, kind, at)
    found = [f"{each.rule} {each.path}" for each in answer]
    assert sorted(compared(found, book, case)) == sorted(case["findings"])


@pytest.mark.parametrize(("book", "case"), list(sentences("clocks")))
def test_of_periods_the_law_says_so(book: Case, case: Case) -> None:
    said = case["clocks"]
    anchors = {word: day_or_moment(when) for word, when in said["anchors"].items()}
    clocks = [
        clock
        for clock in clocks_of(requirements().lawbook, said["basis"], said["kind"])
        if clock.anchor in anchors and any(clock.rule.startswith(each) for each in only(book, case))
    ]
    found = run(clocks, anchors, day_or_moment(said["on"]))
    for name in ("fired", "running"):
        if name in said:
            assert sorted(f"{clock.rule} {clock.id}" for clock, _ in getattr(found, name)) == sorted(said[name])


@pytest.mark.parametrize(("book", "case"), list(sentences("between")))
def test_between_two_states_the_law_says_so(book: Case, case: Case) -> None:
    said = case["between"]
    day = date.fromisoformat(said["on"])
    measures = tuple(said.get("measures", ()))
    found = candidates(requirements().lawbook, said["from"], said["to"], day, said["kind"], measures)
    if "governs" in said:
        assert next((basis.instrument for basis in found if basis.governing), None) == said["governs"]
    standings = {basis.instrument: basis.standing.value for basis in found}
    expected = said.get("standing", {})
    assert {id_: standings.get(id_) for id_ in expected} == expected
    offered = {id_ for id_ in standings if standings[id_] not in {Standing.NOT_BOUND, Standing.NOT_IN_FORCE}}
    assert not offered & set(said.get("absent", ()))


def test_each_instrument_has_its_cases() -> None:
    assert {file.stem for file in FILES} >= {*load_lawbook().treaties, HOUSE}
    assert {file.stem for file in FILES if len(book_of(file)["cases"]) < 4} == set()


def test_the_golden_cases_are_all_there() -> None:
    numbers = Counter(case["golden"] for file in FILES for case in book_of(file)["cases"] if "golden" in case)
    assert set(numbers) == GOLDEN


def test_each_blocking_rule_is_shown_to_fail() -> None:
    said = {
        finding.split(" ")[0]
        for file in FILES
        for case in book_of(file)["cases"]
        for finding in case.get("findings", ())
    }
    lawbook = load_lawbook()
    blocking = {
        rule.id
        for _, rule in lawbook.rules(tuple(lawbook.treaties))
        if rule.severity == "error" and rule.check != "states_bound" and (rule.must is not None or rule.check)
    }
    assert blocking - said - NO_CASE == set()
    assert NO_CASE <= blocking - said


def clocks_of(lawbook: Lawbook, instruments: list[str], kind: str) -> list[Clock]:
    return [
        Clock(
            rule=rule.id, instrument=treaty.id, source=rule.source, url=rule.url, checked_on=None, **clock.model_dump()
        )
        for treaty, rule in lawbook.rules(tuple(instruments))
        if kind in rule.kinds
        for clock in rule.clocks
    ]


def only(book: Case, case: Case) -> tuple[str, ...]:
    """The prefixes of the rules compared; all where neither the case nor its file names any."""
    return tuple(case.get("only", book.get("only", ("",))))


def compared(found: list[str], book: Case, case: Case) -> list[str]:
    return [each for each in found if each.startswith(only(book, case))]


def moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def day_or_moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def changed(draft: Any, change: Case) -> Case:
    """The draft with each path set; None takes a field or element away, the last ones first."""
    for path, value in sorted(change.items(), key=lambda item: item[1] is None):
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        node = draft
        for part in way:
            node = node[part]
        if value is None:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    assert isinstance(draft, dict)
    return draft
