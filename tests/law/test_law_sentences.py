"""The law as sentences: every tests/law/*.yaml is run, so that a lawyer can add a case without Python.

How a case reads is said in rogatory/law/sentences.py. Here `golden` numbers the cases the law files were built on.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from rogatory.cli.examples import example
from rogatory.law.model import HOUSE
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from rogatory.law.sentences import differences
from rogatory.law.yaml_text import parse

FILES = sorted(Path(__file__).parent.glob("*.yaml"))
GOLDEN = {*map(str, range(1, 30)), *(f"E{number}" for number in range(1, 18))}
NO_CASE = {
    # No change of a draft can break it: test_law_files.py takes a central authority out of the data.
    "UNTOC-03",
}
"""Blocking rules that no case shows to fail, each with the reason."""


@cache
def book_of(file: Path) -> dict[str, Any]:
    value = parse(file.read_text(encoding="utf-8")).value
    assert isinstance(value, dict)
    return value


@cache
def requirements() -> Requirements:
    return Requirements(load_lawbook())


def sentences() -> Iterator[Any]:
    for file in FILES:
        book = book_of(file)
        for case in book["cases"]:
            yield pytest.param(book, case, id=f"{file.stem}: {case['name']}")


@pytest.mark.parametrize(("book", "case"), list(sentences()))
def test_the_law_says_so(book: dict[str, Any], case: dict[str, Any]) -> None:
    assert list(differences(book, case, requirements(), lambda name: parse(example(name)).value)) == []


def test_each_instrument_has_its_cases() -> None:
    assert {*load_lawbook().treaties, HOUSE} - {file.stem for file in FILES} == set()
    assert {file.stem for file in FILES if len(book_of(file)["cases"]) < 4} == set()


def test_the_golden_cases_are_all_there() -> None:
    numbers = Counter(case["golden"] for file in FILES for case in book_of(file)["cases"] if "golden" in case)
    assert set(numbers) == GOLDEN


def test_each_blocking_rule_is_shown_to_fail() -> None:
    cases = [case for file in FILES for case in book_of(file)["cases"]]
    said = {finding.split(" ")[0] for case in cases for finding in case.get("findings", ())}
    lawbook = load_lawbook()
    blocking = {
        rule.id
        for _, rule in lawbook.rules(tuple(lawbook.treaties))
        # What a rule on Parties finds is told by the house rules on standing.
        if rule.severity == "error" and rule.check != "states_bound" and (rule.must is not None or rule.check)
    }
    assert blocking - said == NO_CASE
