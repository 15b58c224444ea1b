"""The inventory of rules: each is held by the law data or left out with a reason, and the page in docs says so."""

from pathlib import Path

from rogatory.law.coverage import coverage, markdown
from rogatory.law.registry import load_lawbook

PAGE = Path(__file__).parents[2] / "docs" / "law-coverage.md"


def test_every_rule_of_the_inventory_is_held_or_left_out_with_a_reason() -> None:
    covered = coverage(load_lawbook())
    assert len({each.id for each in covered}) == len(covered) > 460
    assert [each.id for each in covered if not each.rules and not each.reason] == []
    assert [each.id for each in covered if each.rules and each.reason] == []


def test_the_page_is_what_the_command_writes() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(coverage(load_lawbook())), (
        "run: rogatory law coverage --out docs/law-coverage.md"
    )
