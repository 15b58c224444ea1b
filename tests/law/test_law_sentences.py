"""The law as sentences: every tests/law/*.yaml is run, so that a lawyer can add a case without Python."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from rogatory.cli.examples import example
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import assess
from rogatory.law.yaml_text import parse

FILES = sorted(Path(__file__).parent.glob("*.yaml"))


def sentences() -> Iterator[Any]:
    for file in FILES:
        book = parse(file.read_text(encoding="utf-8")).value
        for case in book["cases"]:
            yield pytest.param(book, case, id=f"{file.stem}: {case['name']}")


@pytest.mark.parametrize(("book", "case"), list(sentences()))
def test_the_law_says_so(book: dict[str, Any], case: dict[str, Any]) -> None:
    draft = changed(parse(example(book["draft"])).value, case["change"])
    at = datetime.combine(date.fromisoformat(case.get("today", book["today"])), time(12), UTC)
    answer = assess(draft, load_lawbook(), at)
    assert sorted(f"{found.rule} {found.path}" for found in answer.findings) == sorted(case["findings"])
    outcomes = {result.rule: result.outcome.value for result in answer.checklist}
    expected = case.get("outcomes", {})
    assert {rule: outcomes[rule] for rule in expected} == expected


def test_each_instrument_and_each_blocking_rule_has_its_cases() -> None:
    books = [parse(file.read_text(encoding="utf-8")).value for file in FILES]
    assert {file.stem for file in FILES} >= {*load_lawbook().treaties, "house"}
    assert all(len(book["cases"]) >= 4 for book in books)
    said = " ".join(str(finding) for book in books for case in book["cases"] for finding in case["findings"])
    lawbook = load_lawbook()
    blocking = {rule.id for _, rule in lawbook.rules(tuple(lawbook.treaties)) if rule.severity == "error"}
    # No change of a draft can break UNTOC-03: test_law_files.py takes a central authority out of the data.
    assert {rule for rule in blocking if f"{rule} " not in said} == {"UNTOC-03"}


def changed(draft: Any, change: dict[str, Any]) -> dict[str, Any]:
    """The draft with each path set; None takes a field or element away, the last ones first."""
    for path, value in sorted(change.items(), key=lambda item: item[1] is None):
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        node = draft
        for part in way:
            node = node[part]
        if value is None:
            del node[last]
        else:
            node[last] = value
    assert isinstance(draft, dict)
    return draft
