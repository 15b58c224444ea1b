"""Certificates say what the ledger shows, leave to a person what a person attests, and keep the four claims apart."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue

import templates
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.documents import catalogue
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views import sheet
from rogatory.law.evidence_forms import evidence_forms
from schemas.documents import DocumentOrder, Sheet
from schemas.identifiers import Role
from tests.documents.dossiers import OPENED, REFERENCE, digest
from tests.documents.papers import ORDERED, ordered_in
from tests.documents.test_papers import words
from tests.documents.test_things import COPY, DISK, with_things

FILE = f"{REFERENCE}-E01"
FOUR = ("Origin", "Integrity", "Custody", "Time")


def act(number: int, verb: str, by: str, role: Role, said: dict[str, str] | None = None, **facts: JsonValue) -> Act:
    return Act(
        sequence=950 + number,
        at=OPENED,
        task=REFERENCE,
        act=verb,
        by=by,
        role=role,
        command_id=f"s{number}",
        facts=facts,
        words=said or {},
        statement=digest(f"settled {number}"),
        line=digest(f"settled line {number}"),
    )


def settled_case() -> Dossier:
    """The case with a disk and its image, two measures left, one of them short, and a use inside its limits."""
    case = with_things()
    mine, theirs = ("prosecutor", Role.PROSECUTOR), ("reviewer-1", Role.REVIEWER)
    in_use: dict[str, Any] = {"item": FILE, "proceedings": "PX 88/2026"}
    limits: dict[str, Any] = {"limit": "automatic", "source": "un-untoc art. 18(19)", "permitted": ["PX 88/2026"]}
    again: dict[str, Any] = {"outcome": "supplemented", "by_request": "XV-2026-0002"}
    days: dict[str, Any] = {"disclosed_on": "2027-06-10", "notified_on": "2027-06-08"}
    granted: dict[str, Any] = {"outcome": "granted", "on": "2027-05-20", "proceedings": "PX 12/27"}
    told = (
        act(1, "report-measure", *theirs, measure="m1", outcome="granted", on="2027-02-01"),
        act(2, "settle-measure", *mine, {"reason": "All is here."}, measure="m1", outcome="complete"),
        act(3, "report-measure", *theirs, measure="m2", outcome="partly", on="2027-02-01"),
        act(4, "check-form", *mine, measure="m2", form="us-3505", item=FILE, lacking=["punishable"]),
        act(5, "settle-measure", *mine, {"reason": "The rest is asked for again."}, measure="m2", **again),
        act(6, "limit-use", "custodian", Role.CUSTODIAN, items=[FILE], duty="return", due="2027-11-01", **limits),
        act(7, "note-use", *mine, {"how": "read out at trial"}, used_on="2027-06-14", **in_use),
        act(8, "note-use", *mine, {"how": "put to a witness"}, used_on="2028-01-10", **in_use),
        act(9, "note-consent", *theirs, items=[FILE], **granted),
        act(10, "disclose", *mine, item=FILE, proceedings="PX 12/27", **days),
    )
    return case.model_copy(update={"acts": (*case.acts, *told)})


def order_in(case: Dossier, name: str, given: dict[str, JsonValue]) -> Sheet:
    order = DocumentOrder(
        reference=case.reference,
        document=name,
        order_id=f"{case.reference}.document-{ORDERED}",
        request=digest("request 2"),
        version=1,
        at=OPENED,
        facts={"ordered": ORDERED},
    )
    return sheet(order, ordered_in(case, given), load_catalogue())


def text(name: str, **given: JsonValue) -> str:
    needed = {fact: each.example for fact, each in load_catalogue().of(name).facts.items() if each.required}
    return words(order_in(settled_case(), name, needed | given))


def test_no_template_and_no_catalogue_calls_evidence_admissible() -> None:
    """Whether evidence is admitted is for the court; the law data may quote the word, papers of ours may not."""
    folders = [Path(str(templates.__file__)).parent, Path(str(catalogue.__file__)).parent]
    kinds = {".j2", ".typ", ".yaml", ".po"}
    files = [each for folder in folders for each in folder.rglob("*") if each.suffix in kinds]
    assert len(files) > 100
    banned = re.compile(r"\b(in)?admissib", re.IGNORECASE)
    assert [each.name for each in files if banned.search(each.read_text(encoding="utf-8"))] == []


def test_the_four_claims_stand_apart_each_with_its_source_and_what_it_does_not_prove() -> None:
    page = text("custody_certificate")
    places = [page.index(f" {claim} Shown.") for claim in FOUR]
    assert places == sorted(places)
    for start, end in zip(places, [*places[1:], len(page)], strict=True):
        claim = page[start:end]
        assert claim.count("Source.") == claim.count("Not proven.") == 1
    assert "No head of the ledger cosigned by another State is on record" in page


def test_a_certificate_says_who_held_what_from_when_to_when_by_line() -> None:
    shown: Any = order_in(settled_case(), "custody_certificate", {}).context["certified"]
    held = {each["item"]: each["periods"] for each in shown}
    assert [(each["holder"]["id"], each["since_line"], each["until_line"]) for each in held[DISK]] == [
        ("custodian", 901, 903),
        ("prosecutor", 903, 905),
    ]
    (copy,) = held[COPY]
    assert (copy["holder"]["id"], copy["since_line"], copy["until_line"]) == ("prosecutor", 904, 0)
    assert [each["holder"]["id"] for each in held[FILE]] == ["xn-authority", "custodian", "prosecutor"]
    assert "the record does not join, or something differed, for" in text("custody_certificate").casefold()


def test_a_certificate_for_chosen_items_names_no_other() -> None:
    page = text("custody_certificate", only=[FILE])
    assert DISK not in page
    with pytest.raises(MissingFactError, match="E99, which is no item of this case"):
        text("custody_certificate", only=[f"{REFERENCE}-E99"])


@pytest.mark.parametrize("form", [each for each in evidence_forms() if each != "house-video-record"])
def test_a_form_has_exactly_the_elements_of_its_data_and_attests_none(form: str) -> None:
    page, data = text("evidence_certificate", form=form), evidence_forms()[form]
    assert page.count("to be initialled") == len(data.elements)
    for said in (*data.elements.values(), *data.complete, data.cite, data.source):
        assert said.casefold() in page.casefold()
    assert ("its text was not read for this form" in page) is (data.checked is None)
    assert (digest("account-opening.pdf").removeprefix("sha256:")[:8] in page) is data.digests
    assert set(data.marks) <= set(data.elements)


def test_section_3505_has_its_four_elements_and_a_field_for_the_penalty() -> None:
    page = text("evidence_certificate", form="us-3505")
    assert [mark for mark in ("(A)", "(B)", "(C)", "(D)", "(E)") if f" {mark} " in page] == ["(A)", "(B)", "(C)", "(D)"]
    assert "that punishes a false statement in this certificate to be stated by the person who certifies" in page


def test_the_indian_certificate_has_two_parts_and_asks_for_the_algorithm() -> None:
    page = text("evidence_certificate", form="in-bsa-63")
    assert "Part A" in page
    assert "Part B" in page
    assert "its algorithm" in page
    assert "SHA-256" in page


def test_the_choices_of_the_catalogue_are_the_forms_of_the_data() -> None:
    choices = load_catalogue().of("evidence_certificate").facts["form"].choices
    assert set(choices) == set(evidence_forms()) - {"house-video-record"}  # minutes, which a court draws up
    assert all(evidence_forms()[form].title.casefold() == title for form, title in choices.items())


def test_the_closure_note_says_what_is_missing_and_how_it_was_left() -> None:
    page = text("closure_note")
    assert "complete (line 952)" in page
    assert "asked for again by XV-2026-0002 (line 955)" in page
    assert f"lacks: {evidence_forms()['us-3505'].elements['punishable']}" in page
    assert "The rest is asked for again." in page
    assert "Not closed: nobody has left" in page
    every = [measure.id for measure in settled_case().request.draft.measures]
    left = order_in(settled_case(), "closure_note", {}).context["open"]
    assert left == [each for each in every if each not in {"m1", "m2"}]


def test_a_later_report_opens_a_measure_of_the_note_again() -> None:
    case = settled_case()
    later = act(20, "report-measure", "reviewer-1", Role.REVIEWER, measure="m1", outcome="partly", on="2027-03-01")
    case = case.model_copy(update={"acts": (*case.acts, later)})
    left = order_in(case, "closure_note", {}).context["open"]
    assert isinstance(left, list)
    assert "m1" in left


def test_a_use_report_lists_every_use_consent_and_disclosure_of_its_days() -> None:
    page = text("use_report")
    for said in ("read out at trial", "put to a witness", "PX 12/27", "10 June 2027", "8 June 2027", "(line 956)"):
        assert said in page
    page = text("use_report", since="2027-06-01", until="2027-12-31")
    assert "read out at trial" in page
    assert "put to a witness" not in page
    assert "granted" not in page.partition("Consent to other uses")[2].partition("Disclosure")[0]


def test_a_duty_stands_with_its_day_and_lateness_is_said() -> None:
    page = text("duty_certificate", item=FILE)
    assert "1 November 2027" in page
    assert "It was done after its day." in page
    assert "No act of the ledger shows it yet" in page
    assert "after its day" not in text("duty_certificate", item=FILE, done_on="2027-10-31")
    assert "No duty of this kind is on the ledger" in text("duty_certificate", item=FILE, duty="destroy")
    assert "taken by Fjordpost Bank" in text("duty_certificate", item=DISK)
