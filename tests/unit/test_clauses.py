"""Clauses in the drafter's own words: known by name, compared word by word, shown to the reviewers."""

import itertools
import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rogatory.adapters.clause_data import load_clauses
from rogatory.adapters.clause_pages import fixed_clauses
from rogatory.adapters.draft_file import check_draft
from rogatory.cli.examples import example
from rogatory.documents.clauses import changes, joined
from rogatory.law.registry import load_lawbook
from schemas.assessment import Finding

TEMPLATES = Path(__file__).parents[2] / "templates"
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("letter", ["letter_of_request", "provisional_arrest_request", "extradition_request"])
def test_the_data_name_the_clauses_of_each_letter(letter: str) -> None:
    marked = re.findall(r'blocks\.clause\("([a-z_]+)"', (TEMPLATES / letter / "all.html.j2").read_text("utf-8"))
    assert sorted(marked) == sorted(name for name, clause in load_clauses().items() if letter in clause.documents)


def found(tmp_path: Path, clauses: str, name: str = "minimal-bank-records.yaml") -> list[Finding]:
    path = tmp_path / "draft.yaml"
    path.write_text(f"{example(name)}clauses:\n{clauses}", encoding="utf-8")
    return check_draft(path, load_lawbook(), TODAY)


def test_an_unknown_clause_is_named_with_its_line(tmp_path: Path) -> None:
    lines = len(example("minimal-bank-records.yaml").splitlines())
    (finding,) = found(tmp_path, "  use_limit: Used for nothing else.\n")
    assert (finding.line, finding.column, finding.severity) == (lines + 2, 3, "error")
    assert finding.message == '"use_limit" is not a clause of the letter. Did you mean "use_limitation"?'
    assert "one of: assistance, bank_secrecy" in finding.fix


def test_a_clause_of_another_letter_is_unknown_here(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "  speciality: Nobody is tried for more.\n")
    assert "is not a clause of the letter" in finding.message


def test_a_letter_without_clauses_says_so(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, "  costs: Each bears its own.\n", "preservation.yaml")
    assert finding.message == "The letter of a request of the kind preservation has no clause to word otherwise."


def test_what_the_law_requires_may_be_reworded_with_a_warning(tmp_path: Path) -> None:
    findings = found(tmp_path, "  use_limitation: It is used here only.\n  costs: Each bears its own.\n")
    assert [(each.rule, each.severity, each.path) for each in findings] == [
        ("clause", "warning", "clauses/use_limitation")
    ]


def test_a_clause_is_never_empty(tmp_path: Path) -> None:
    findings = found(tmp_path, "  costs: ''\n  farewell: 7\n")
    assert [(each.rule, each.path) for each in findings] == [("form", "clauses/costs"), ("form", "clauses/farewell")]


WORDS = st.lists(st.sampled_from(["this", "authority", "undertakes", "that", "it", "is", "used", "only", "."])).map(
    " ".join
)


@given(WORDS, WORDS)
def test_the_runs_are_both_texts(fixed: str, own: str) -> None:
    runs = changes(fixed, own)
    assert joined(runs, leaving_out="in") == fixed
    assert joined(runs, leaving_out="out") == own
    assert all(one.what != other.what for one, other in itertools.pairwise(runs))


def test_equal_wordings_have_no_change() -> None:
    assert [each.what for each in changes("as it is", "as  it\nis")] == ["kept"]


def test_the_fixed_words_are_read_from_the_page() -> None:
    costs = '<p class="n"><span class="run">Costs.</span> A &amp; B<span class="fn">note</span>.</p>\n<p>C</p>'
    page = f"<p>x</p><!--clause costs-->{costs}<!--/clause--><!--clause penalty--><!--/clause-->"
    assert fixed_clauses(page) == {"costs": "Costs. A & B.\nC", "penalty": ""}
