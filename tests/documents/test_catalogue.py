"""The catalogue: every document of the list is held, each entry is sound, and a fault is told with its place."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from rogatory.adapters.catalogue_data import SHIPPED, CatalogueError, load_catalogue, unknown_source
from rogatory.adapters.pages import Pages
from rogatory.custody.policy import MAY
from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.listing import markdown
from rogatory.documents.views import VIEWS
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType
from tests.documents.papers import PAPERS, paper

CATALOGUE = load_catalogue()
DOCS = Path(__file__).parents[2] / "docs"
GUIDE = (DOCS / "adding-a-template.md").read_text(encoding="utf-8")
ENTRY = "".join(re.findall(r"^```yaml\n# templates/catalogue\.yaml\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL))
TEMPLATE = re.findall(r"^```jinja\n\{# templates/(\S+) #\}\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)[0]
"""Its place in the folder of templates, and its text."""
NUMBERS = [*(f"D{number:02}" for number in range(1, 54)), *(f"X{number:02}" for number in range(1, 20))]


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    """The overlay of the guide, as it stands there."""
    folder = tmp_path / "templates"
    template = folder / TEMPLATE[0]
    template.parent.mkdir(parents=True)
    template.write_text(TEMPLATE[1], encoding="utf-8")
    (folder / "catalogue.yaml").write_text(ENTRY, encoding="utf-8")
    return folder


@pytest.mark.parametrize("number", NUMBERS)
def test_every_document_of_the_list_is_held_or_left_out_with_a_reason(number: str) -> None:
    held = [name for name, kind in CATALOGUE.documents.items() if number in kind.number]
    assert bool(held) != (number in CATALOGUE.left_out), held
    assert all(len(reason) > 60 for reason in CATALOGUE.left_out.values())


def test_no_number_is_invented() -> None:
    assert {number for kind in CATALOGUE.documents.values() for number in kind.number} <= set(NUMBERS)


def test_every_type_has_a_view_and_every_language_a_template() -> None:
    assert set(DocumentType) <= set(CATALOGUE.documents)
    for name, kind in CATALOGUE.documents.items():
        assert (name in VIEWS) != bool(kind.ordered_by), name
        for language in kind.languages if kind.ordered_by else ():
            assert any((SHIPPED / name / f"{each}.html.j2").is_file() for each in (language, "all")), name


def test_every_source_is_held_in_the_law_data() -> None:
    lawbook = load_lawbook()
    assert load_catalogue(lawbook=lawbook) == CATALOGUE
    assert unknown_source("topic use_limitation", lawbook) == ""
    assert unknown_source("house HOUSE-06", lawbook) == ""
    assert unknown_source("un-untoc art. 18(19)", lawbook) == ""
    assert 'no topic use_limit. Did you mean "use_limitation"' in unknown_source("topic use_limit", lawbook)
    assert "no house rule HOUSE-0" in unknown_source("house HOUSE-0", lawbook)
    assert "no instrument un-untok" in unknown_source("un-untok art. 18(19)", lawbook)
    assert "No rule of un-untoc rests on art. 99" in unknown_source("un-untoc art. 99", lawbook)


def test_whoever_may_order_a_paper_may_order_papers() -> None:
    assert {role for kind in CATALOGUE.documents.values() for role in kind.ordered_by} <= MAY["order-document"]


def test_what_binds_is_ordered_by_the_signatory_alone() -> None:
    """An undertaking, an agreement, an acceptance: never by whoever drafts."""
    binding = {name for name, kind in CATALOGUE.documents.items() if kind.ordered_by == ("signatory",)}
    assert binding == {
        "reciprocity_undertaking",
        "criminal_matter_certificate",
        "conditions_acceptance",
        "confidentiality_decision",
        "safe_conduct_letter",
        "transfer_order",
        "joint_investigation_agreement",
        "other_use_request",
        "asset_sharing_agreement",
        "temporary_surrender_agreement",
    }


def test_the_page_for_people_is_current() -> None:
    """Write it anew with: rogatory case catalogue --out docs/documents.md"""
    assert (DOCS / "documents.md").read_text(encoding="utf-8") == markdown(CATALOGUE)
    assert len(PAPERS) >= 46


def test_a_lawyers_type_is_made_like_ours(overlay: Path) -> None:
    catalogue = load_catalogue(overlay, load_lawbook())
    assert set(catalogue.documents) - set(CATALOGUE.documents) == {"court_date_notice"}
    page = paper("court_date_notice", catalogue=catalogue)
    html = Pages(SHIPPED, overlay).html(page)
    assert "The bank records." in html
    assert "14 April 2027" in html
    assert "1,250.00" in html
    given: dict[str, JsonValue] = {"sits_on": "2027-04-14"}
    with pytest.raises(MissingFactError, match="court_date_notice lacks the fact needed: what must have arrived"):
        paper("court_date_notice", catalogue=catalogue, given=given)


def test_a_lawyers_wording_wins_over_ours(overlay: Path) -> None:
    ours = overlay / "delay_record" / "en.html.j2"
    ours.parent.mkdir()
    ours.write_text("<p>As we say it here: {{ given.cause }}</p>", encoding="utf-8")
    assert Pages(SHIPPED, overlay).html(paper("delay_record")).startswith("<p>As we say it here: The bank has moved")


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("wrong", "right", "told"),
    [
        ("follow-up", "followup", r'"followup" is not allowed for step\. Did you mean "follow-up"\?'),
        ("title: Notice of a Court Date", "titel: Notice", r'"titel" is not a field here\. Did you mean "title"\?'),
        ("type: date", "type: day", r'"day" is not allowed for type\.'),
        ("from: court", "from: registry", r'"registry" is not allowed for from\.'),
        ("[topic promptness", "[topics promptness", r"is not written as"),
        ("ordered_by: [prosecutor, reviewer]", "ordered_by: [clerk]", r'"clerk" is not allowed'),
        ("kinds: [mutual-assistance, extradition]", "kinds: everything", r"kinds is all, or a list of"),
        ("2027-04-14", "14 April", r"The fact sits_on of court_date_notice has an example that is not a day"),
        (", example: 2027-04-14", "", r"The fact sits_on of court_date_notice lacks an example"),
        (
            "{type: line, from: court,",
            "{type: line, from: procedure,",
            r"made on order, and its fact court is given by",
        ),
        ("languages: [en]", "languages: [en, fr]", r"court_date_notice has no template in fr"),
        ("  court_date_notice:", "  letter_of_request:", r"letter_of_request is made by the procedure and stays"),
        ("sits_on: {", "items: {", r"A fact may not be called items"),
        ("{type: list, of: line,", "{type: list,", r'"of" is missing'),
        ("[mutual-assistance, extradition]", "[mutual-assistance, extradition", r"not YAML"),
    ],
)
def test_a_slip_in_a_catalogue_is_told_with_its_place(overlay: Path, wrong: str, right: str, told: str) -> None:
    path = overlay / "catalogue.yaml"
    text = path.read_text(encoding="utf-8")
    assert wrong in text
    path.write_text(text.replace(wrong, right, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=told) as fault:
        load_catalogue(overlay)
    assert fault.value.exit_code == 3
    line = text[: text.index(wrong)].count("\n") + 1
    assert fault.value.faults[0].file == str(path)
    if told not in {"not YAML", "A fact may not be called items"}:  # told where the list ends, and for the whole group
        assert line in {each.line for each in fault.value.faults}


def test_a_source_that_the_law_does_not_hold_is_told_with_its_place(overlay: Path) -> None:
    path = overlay / "catalogue.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("topic promptness", "topic prompt"), encoding="utf-8")
    load_catalogue(overlay)
    with pytest.raises(CatalogueError, match=rf"{re.escape(str(path))}:\d+:\d+: The law data have no topic prompt\."):
        load_catalogue(overlay, load_lawbook())


def test_a_number_may_not_be_held_and_left_out(overlay: Path) -> None:
    path = overlay / "catalogue.yaml"
    text = path.read_text(encoding="utf-8").replace("    step:", "    number: D06\n    step:")
    path.write_text(text + "left_out: {D06: It is never set as a document}\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match="D06 is left out below"):
        load_catalogue(overlay)


def test_a_file_that_is_none_is_told(overlay: Path) -> None:
    (overlay / "catalogue.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_catalogue(overlay)
    assert load_catalogue(overlay / "nowhere") == CATALOGUE
