"""Papers tell of a letter that went without its reviewers, and how that was judged."""

import pytest
from pydantic import JsonValue

from rogatory.documents.broken_glass import broken_glass
from rogatory.documents.dossier import Act, Dossier
from schemas.identifiers import Role
from tests.documents.dossiers import REFERENCE
from tests.documents.test_certificates import act, order_in, settled_case
from tests.documents.test_papers import words

REVIEW = f"{REFERENCE}.review-1"


def of_review(number: int, by: str, role: Role, unit: str) -> Act:
    broken = act(
        number, "break-glass", by, role, {"reason": "He flies at six."}, letter="sha256:" + "a" * 64, unit=unit
    )
    return broken.model_copy(update={"task": REVIEW})


def glass_case(*, pair: bool = True, verdict: str | None = None, gone_on: bool = False) -> Dossier:
    case = settled_case()
    more = [of_review(20, "reviewer-1", Role.REVIEWER, "mutual-assistance")]
    if pair:
        more.append(of_review(21, "custodian", Role.CUSTODIAN, "evidence"))
    if verdict:
        said: dict[str, JsonValue] = {"review": REVIEW, "verdict": verdict}
        more.append(act(22, "review-break-glass", "reviewer-2", Role.SIGNATORY, {"note": "Seen."}, **said))
    if gone_on:
        more.append(act(23, "go-on", "signatory", Role.SIGNATORY, {"reason": "Approved since."}, review=REVIEW))
    return case.model_copy(update={"acts": (*case.acts, *more)})


@pytest.mark.parametrize("document", ["custody_certificate", "closure_note"])
@pytest.mark.parametrize(
    ("verdict", "gone_on", "said"),
    [
        (None, False, "The review that is owed has not been made."),
        ("upheld", False, "It was reviewed and upheld by"),
        ("not-upheld", False, "Nobody has decided yet whether the case goes on."),
        ("not-upheld", True, "decided to go on (line 973)"),
    ],
)
def test_a_broken_glass_is_told_with_its_judgment(document: str, verdict: str | None, gone_on: bool, said: str) -> None:
    text = words(order_in(glass_case(verdict=verdict, gone_on=gone_on), document, {}))
    assert said in text
    assert "unit evidence, line 971" in text


@pytest.mark.parametrize("document", ["custody_certificate", "closure_note"])
def test_where_none_was_broken_nothing_is_said_of_it(document: str) -> None:
    assert "Broken glass" not in words(order_in(settled_case(), document, {}))
    assert "Broken glass" not in words(order_in(glass_case(pair=False), document, {}))


def test_one_act_alone_breaks_nothing() -> None:
    assert broken_glass(glass_case(pair=False)) == []
    assert len(broken_glass(glass_case())) == 1
