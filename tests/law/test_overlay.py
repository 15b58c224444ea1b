"""An overlay's change of one file, and what it does to a request."""

from datetime import UTC, datetime
from pathlib import Path

from rogatory.cli.examples import example
from rogatory.law.requirements import assess
from rogatory.law.yaml_text import parse
from tests.law.test_law_files import UNTOC, with_overlay


def test_without_a_central_authority_in_the_data_the_request_is_blocked(tmp_path: Path) -> None:
    lawbook = with_overlay(
        tmp_path,
        "states/XN.yaml",
        lambda text: text.replace("central_authority_for: [un-untoc, ", "central_authority_for: ["),
    )
    answer = assess(parse(example("trafficking.yaml")).value, lawbook, datetime(2026, 11, 22, tzinfo=UTC))
    assert [(found.rule, found.path, found.message) for found in answer.findings] == [
        ("UNTOC-03", "to", "The data name no central authority of Xenland for the UNTOC.")
    ]
    assert answer.blocking == 1
    assert answer.law_digest == lawbook.digest


def test_a_rule_added_by_a_lawyer_is_applied(tmp_path: Path) -> None:
    rule = """
  - id: UNTOC-99
    title: Enclosures are few
    article: art. 18(14)
    class: C
    severity: warning
    checked: null
    each: enclosures
    must: {properties: {pages: {maximum: 5}}}
    message: '"{title}" is long.'
    fix: send an extract
"""
    lawbook = with_overlay(tmp_path, UNTOC, lambda text: text.rstrip() + "\n" + rule)
    answer = assess(parse(example("trafficking.yaml")).value, lawbook, datetime(2026, 11, 22, tzinfo=UTC))
    assert [(found.rule, found.path, found.source) for found in answer.findings] == [
        ("UNTOC-99", "enclosures/1/pages", "UNTOC art. 18(14)")
    ]
    assert answer.findings[0].message.startswith('"Order of the investigating judge')
