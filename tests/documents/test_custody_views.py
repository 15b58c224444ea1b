"""The custody form tells every gap, and the certificate is not made for what the signed acts do not bear out."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

import templates
from rogatory.adapters.pages import Pages
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from schemas.documents import DocumentType
from schemas.identifiers import Role
from tests.documents.dossiers import MANIFEST, SIGN_OFF, digest, dossier, item, manifest, sheet_of

Change = Callable[[list[Act]], list[Act]]


def with_acts(change: Change) -> Dossier:
    case = dossier()
    return case.model_copy(update={"acts": tuple(change(list(case.acts)))})


def only(acts: list[Act], verb: str, of: str, number: int = 0) -> Act:
    return [act for act in acts if act.act == verb and act.facts.get("item") == of][number]


def swapped(acts: list[Act], old: Act, **update: object) -> list[Act]:
    return [act.model_copy(update=update) if act is old else act for act in acts]


def without_the_offer(acts: list[Act]) -> list[Act]:
    gone = only(acts, "offer", item(1))
    return [act for act in acts if act is not gone]


def offered_by_another(acts: list[Act]) -> list[Act]:
    return swapped(acts, only(acts, "offer", item(1)), by="reviewer-1")


def another_digest(acts: list[Act]) -> list[Act]:
    old = only(acts, "accept", item(1), 1)
    return swapped(acts, old, facts=old.facts | {"digest": digest("another file")})


def earlier(acts: list[Act]) -> list[Act]:
    old = only(acts, "accept", item(1), 1)
    return swapped(acts, old, at=old.at - timedelta(days=90))


def never_accepted(acts: list[Act]) -> list[Act]:
    gone = only(acts, "accept", item(1), 1)
    return [act for act in acts if act is not gone]


def taken_over_by_no_custodian(acts: list[Act]) -> list[Act]:
    return swapped(acts, only(acts, "accept", item(1)), role=Role.REVIEWER)


GAPS = {
    without_the_offer: "accepted what was not offered to them",
    offered_by_another: "Bastian Quill, Legal Officer, Central Authority offered what Petra Vint",
    another_digest: "Ilka Torrend, Senior Public Prosecutor measured another digest",
    earlier: "is earlier than line",
    never_accepted: "the register names Ilka Torrend",
    taken_over_by_no_custodian: "accepted what was not offered to them",
}
PAGES = Pages(Path(str(templates.__file__)).parent)


def gaps_of(case: Dossier) -> dict[str, list[object]]:
    forms = sheet_of(DocumentType.CUSTODY_FORM, case).context["forms"]
    assert isinstance(forms, list)
    return {form["item"]: form["gaps"] for form in forms}  # type: ignore[index,call-overload,misc]


def printed(case: Dossier) -> str:
    """The words of the form."""
    page = PAGES.html(sheet_of(DocumentType.CUSTODY_FORM, case))
    return " ".join(unescape(re.sub("<[^>]+>", "", page)).split())


def test_a_case_that_went_well_has_no_gap() -> None:
    assert set(gaps_of(dossier())) == {item(number) for number in range(1, 5)}
    assert not any(gaps_of(dossier()).values())


def test_a_decision_between_offer_and_acceptance_is_no_gap() -> None:
    def decided_between(acts: list[Act]) -> list[Act]:
        offer = only(acts, "offer", item(1))
        between = only(acts, "resolve", item(2)).model_copy(
            update={"facts": {"item": item(1), "keep": True}, "at": offer.at, "sequence": offer.sequence + 1}
        )
        place = acts.index(offer) + 1
        return [*acts[:place], between, *acts[place:]]

    assert not any(gaps_of(with_acts(decided_between)).values())


@pytest.mark.parametrize(("change", "told"), GAPS.items(), ids=[change.__name__ for change in GAPS])
def test_a_gap_is_told_and_no_certificate_is_made_over_it(change: Change, told: str) -> None:
    case = with_acts(change)
    assert len(gaps_of(case)[item(1)]) == 1
    assert told in printed(case)
    assert told not in printed(dossier())
    with pytest.raises(MissingFactError, match=f"unbroken record of {item(1)}"):
        sheet_of(DocumentType.SIGN_OFF_CERTIFICATE, case)


def one_signature(acts: list[Act]) -> list[Act]:
    return [act for act in acts if not (act.act == "sign-off" and act.role is Role.PROSECUTOR)]


def one_person_twice(acts: list[Act]) -> list[Act]:
    return [
        act.model_copy(update={"facts": act.facts | {"person": "person-2"}}) if act.act == "sign-off" else act
        for act in acts
    ]


def two_custodians(acts: list[Act]) -> list[Act]:
    return [act.model_copy(update={"role": Role.CUSTODIAN}) if act.act == "sign-off" else act for act in acts]


def for_other_items(acts: list[Act]) -> list[Act]:
    last = acts[-1]
    return swapped(acts, last, facts=last.facts | {"items": [digest("another file")]})


@pytest.mark.parametrize("change", [one_signature, one_person_twice, two_custodians, for_other_items])
def test_no_certificate_without_two_persons_who_signed_for_these_items(change: Change) -> None:
    assert change(list(dossier().acts)) != list(dossier().acts)
    with pytest.raises(MissingFactError, match="signatures of a custodian and of a prosecutor"):
        sheet_of(DocumentType.SIGN_OFF_CERTIFICATE, with_acts(change))


def test_the_certificate_claims_a_seal_only_for_what_came_sealed() -> None:
    context = sheet_of(DocumentType.SIGN_OFF_CERTIFICATE).context
    assert (context["from_package"], context["by_hand"]) == (4, [])
    case = dossier()
    second = digest("manifest 2")
    by_hand = manifest().model_copy(update={"message": None, "items": manifest().items[3:]})
    items = (*case.items[:3], case.items[3].model_copy(update={"manifest": second}))
    received = next(act for act in case.acts if act.act == "receive")
    again = received.model_copy(update={"facts": received.facts | {"manifest": second}})
    place = case.acts.index(received) + 1
    case = case.model_copy(
        update={
            "items": items,
            "manifests": {MANIFEST: manifest(), second: by_hand},
            "acts": (*case.acts[:place], again, *case.acts[place:]),
        }
    )
    context = sheet_of(DocumentType.SIGN_OFF_CERTIFICATE, case, task=SIGN_OFF).context
    assert (context["from_package"], context["by_hand"]) == (3, [item(4)])
