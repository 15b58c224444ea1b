"""Seeded faults on the example (draft_faults.yaml), each with its exact line, column and words."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rogatory.adapters.draft_file import check_draft
from rogatory.cli.examples import example
from rogatory.law.registry import load_lawbook
from rogatory.law.yaml_text import parse
from tests.drafts import untranslated

TODAY = date(2026, 11, 22)
FAULTS: dict[str, dict[str, Any]] = {
    fault["name"]: fault
    for fault in parse((Path(__file__).parent / "draft_faults.yaml").read_text(encoding="utf-8")).value
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_found_where_it_stands(name: str, tmp_path: Path) -> None:
    fault = FAULTS[name]
    text = untranslated()
    assert text.count(fault["old"]) == 1, "the example must hold it once: " + fault["old"]
    text = text.replace(fault["old"], fault["new"])
    path = tmp_path / "request.yaml"
    path.write_text(text, encoding="utf-8")
    found = check_draft(path, load_lawbook(), TODAY)
    said = [each for each in found if each.rule == fault["rule"] and each.message.startswith(fault["message"])]
    assert len(said) == 1, [each.message for each in found]
    if at := fault["at"]:
        assert text.count(at.replace("§", "")) == 1, f"the place must be told apart: {at}"
        start = text.index(at.replace("§", "")) + at.index("§")
        assert (said[0].line, said[0].column) == (text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start))
    assert said[0].fix.startswith(fault["fix"])
    assert said[0].severity == "error"
    assert (said[0].source != "") == (fault["rule"] != "form")


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_gives_no_more_than_its_own_findings(name: str, tmp_path: Path) -> None:
    path = tmp_path / "request.yaml"
    path.write_text(untranslated().replace(FAULTS[name]["old"], FAULTS[name]["new"]), encoding="utf-8")
    found = check_draft(path, load_lawbook(), TODAY)
    places = [(each.line, each.column, each.rule) for each in found]
    assert places == sorted(places)
    # One fault may miss a field and leave a name unknown: two findings; never a flood.
    assert len(found) <= 3, [each.message for each in found]
    assert all("{" not in each.message + each.fix for each in found)


def test_a_missing_field_is_shown_at_its_group(tmp_path: Path) -> None:
    path = tmp_path / "request.yaml"
    text = untranslated().replace("      institution: Norholm Handelsbank, Norholm, Xenland\n", "")
    path.write_text(text, encoding="utf-8")
    (found,) = check_draft(path, load_lawbook(), TODAY)
    start = text.index("details:\n      branch")
    assert (found.line, found.column) == (text.count("\n", 0, start) + 1, 5)
    assert found.message == '"institution" is missing.'
    assert found.fix == "add institution: The bank or other institution that holds the records"
    assert found.path == "measures/0/details/institution"


def test_what_is_missing_and_demanded_by_the_law_is_said_once_with_the_article(tmp_path: Path) -> None:
    path = tmp_path / "request.yaml"
    text = example("minimal-bank-records.yaml")
    start = text.index("purpose:")
    path.write_text(text[:start] + text[text.index("persons:") :], encoding="utf-8")
    (found,) = check_draft(path, load_lawbook(), TODAY)
    assert (found.rule, found.source, found.path, found.severity) == (
        "UNTOC-13",
        "UNTOC art. 18(15)(f)",
        "purpose",
        "error",
    )
