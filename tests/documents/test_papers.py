"""Papers made on the order of an official: each is made in each kind of case, with its facts and never without them."""

import html
import re
from functools import cache

import pytest
from pydantic import JsonValue

from rogatory.adapters.catalogue_data import SHIPPED, load_catalogue
from rogatory.adapters.pages import Pages
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.documents.catalogue import DocumentKind, Fact, MissingFactError
from rogatory.documents.facts import check, lacking
from rogatory.documents.found import FOUND, WORDS
from rogatory.documents.sealed import find_sealed, strings_in
from schemas.documents import DocumentOrder, Sheet
from tests.documents.conftest import Reader
from tests.documents.dossiers import OPENED, SEALED, digest
from tests.documents.papers import PAPERS, examples, ordered_in, paper

CATALOGUE = load_catalogue()
IN_EACH = [(name, kind) for name in PAPERS for kind in CATALOGUE.of(name).kinds]
PAGES = Pages(SHIPPED)


def words(page: Sheet) -> str:
    """What stands in the body of the page."""
    body = PAGES.html(page).partition("<body")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def said(fact: Fact, example: JsonValue) -> list[str]:
    """What of an example must be found on the page: every text of a person, and how a choice is printed."""
    if fact.type == "rows" and isinstance(example, list):
        rows = [row for row in example if isinstance(row, dict)]
        return [text for row in rows for name, each in fact.fields.items() for text in said(each, row.get(name))]
    if fact.type == "list" and isinstance(example, list):
        return [text for each in example for text in said(fact.model_copy(update={"type": fact.of}), each)]
    if fact.type == "choice":
        return [fact.choices[str(example)]]
    if fact.type in {"line", "prose"} and example is not None:
        return [str(example)]
    return []


@pytest.mark.parametrize(("name", "kind"), IN_EACH)
def test_a_paper_says_all_it_was_given(name: str, kind: str) -> None:
    page = paper(name, kind)
    shown = words(page)
    text = shown.casefold()
    assert CATALOGUE.of(name).title.casefold() in text or name in {"note_verbale", "diplomatic_note"}
    for fact, each in CATALOGUE.of(name).facts.items():
        for given in said(each, each.example):
            assert " ".join(given.split()).rstrip(".;").casefold() in text, (fact, given)
    assert find_sealed("\n".join([*strings_in(page.context), *strings_in(page.data)]), SEALED) == 0
    assert "None" not in shown


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_does_without_what_it_does_not_need(name: str) -> None:
    facts = {fact: each.example for fact, each in CATALOGUE.of(name).facts.items() if each.required}
    text = words(paper(name, given=facts))
    assert "None" not in text
    assert ": ." not in text


@pytest.mark.parametrize("name", PAPERS)
def test_every_missing_fact_is_named_with_what_it_is(name: str) -> None:
    facts, given = CATALOGUE.of(name).facts, examples(name)
    for fact in [fact for fact, each in facts.items() if each.required and each.source == "person"]:
        with pytest.raises(
            MissingFactError, match=re.escape(f"{name} lacks the fact {fact}: {facts[fact].about}")
        ) as missing:
            paper(name, given={each: value for each, value in given.items() if each != fact})
        assert missing.value.exit_code == 3


def test_a_missing_fact_of_a_row_is_named_with_its_place() -> None:
    given = examples("dispatch_record") | {"pieces": [{"title": "Letter", "pages": 6, "copies": 1}, {"title": "Note"}]}
    with pytest.raises(
        MissingFactError, match=r"fact pieces/2/pages: its pages\ndispatch_record lacks .* pieces/2/copies"
    ):
        paper("dispatch_record", given=given)


@pytest.mark.parametrize("name", PAPERS)
def test_what_comes_by_itself_is_found_or_asked_for(name: str) -> None:
    """A fact that the fixture's case does not tell is asked for by name; all others are found in it."""
    given = {fact: each.example for fact, each in CATALOGUE.of(name).facts.items() if each.source == "person"}
    found = {fact: each for fact, each in CATALOGUE.of(name).facts.items() if each.source in FOUND and each.required}
    asked = set[str]()
    try:
        paper(name, given=given)
    except MissingFactError as error:
        asked = {line.partition("lacks the fact ")[2].partition(":")[0] for line in str(error).split("\n")}
    assert asked <= set(found)


def test_the_case_tells_what_it_knows() -> None:
    given = {name: value for name, value in examples("dispatch_record").items() if name not in {"sent_at", "channel"}}
    assert "Dispatched on 25 November 2026" in words(paper("dispatch_record", given=given))
    given = {name: value for name, value in examples("question_list").items() if name != "hearings"}
    text = words(paper("question_list", given=given))
    assert "V1 (measure" in text
    given = {name: value for name, value in examples("use_limitation_notice").items() if name != "conditions"}
    assert "attached:" in words(paper("use_limitation_notice", given=given))
    assert set(WORDS) == set(FOUND)


def test_erased_words_are_no_empty_space() -> None:
    from rogatory.documents.views_papers import given_in
    from tests.documents.papers import case_of

    act = ordered_in(case_of("mutual-assistance"), {}).acts[-1].model_copy(update={"words": {}})
    with pytest.raises(MissingFactError, match="their words were erased"):
        given_in(act, _order("note_verbale"))


def test_a_paper_nobody_ordered_is_not_made() -> None:
    from rogatory.documents.views import sheet
    from tests.documents.papers import case_of

    with pytest.raises(MissingFactError, match="lacks the order of an official"):
        sheet(_order("note_verbale"), case_of("mutual-assistance"), CATALOGUE)


def _order(name: str) -> DocumentOrder:
    return DocumentOrder(
        reference="XV-2026-0001", document=name, order_id="x", request=digest("r"), version=1, at=OPENED, facts={}
    )


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("line", "  one  ", "one"),
        ("line", 7, "7"),
        ("date", "2026-11-20", "2026-11-20"),
        ("moment", "2026-11-20T09:30+01:00", "2026-11-20T08:30:00+00:00"),
        ("sum", "EUR 412,600.50", "EUR 412600.50"),
        ("count", "12", 12),
        ("person", "V1", "p2"),
        ("digest", "sha256:" + "0" * 64, "sha256:" + "0" * 64),
    ],
)
def test_a_fact_is_kept_as_its_type_says_and_checks_to_itself(kind: str, value: JsonValue, kept: JsonValue) -> None:
    for given in (value, kept):
        assert check(_kind(kind), {"it": given}, {"p1": "W1", "p2": "V1"}) == ({"it": kept}, [])


@pytest.mark.parametrize(
    ("kind", "value", "why"),
    [
        ("line", "one\ntwo", "several lines"),
        ("line", "x" * 301, "at most 300"),
        ("line", True, "not text"),
        ("prose", {"a": "b"}, "not text"),
        ("date", "20.11.2026", "YYYY-MM-DD"),
        ("date", "2026-02-30", "not a day"),
        ("moment", "2026-11-20T09:30", "lacks the zone"),
        ("sum", "412600", "the currency's code"),
        ("sum", "EUR -5", "not a sum"),
        ("count", "-1", "whole number"),
        ("count", 1.5, "whole number"),
        ("person", "p9", r"no person of the request: p1 \(W1\)"),
        ("digest", "abc", "sha256:"),
        ("choice", "yess", 'Did you mean "yes"'),
        ("list", ["x"] * 201, "at most 200"),
        ("rows", "x", "is no row"),
    ],
)
def test_a_wrong_fact_is_told(kind: str, value: JsonValue, why: str) -> None:
    _, faults = check(_kind(kind), {"it": value}, {"p1": "W1"})
    assert len(faults) == 1
    assert re.search(why, faults[0].message)


@cache
def _kind(type_: str) -> DocumentKind:
    of_its_own: dict[str, dict[str, JsonValue]] = {
        "choice": {"choices": {"yes": "it is", "no": "it is not"}},
        "list": {"of": "line"},
        "rows": {"fields": {"name": {"type": "line", "about": "a name"}}},
    }
    return DocumentKind.model_validate(
        {
            "title": "A paper",
            "step": "any",
            "kinds": "all",
            "audience": "internal",
            "languages": ["en"],
            "signature": "none",
            "source": ["house"],
            "ordered_by": ["prosecutor"],
            "facts": {"it": {"type": type_, "about": "it", **of_its_own.get(type_, {})}},
        }
    )


def test_several_wrong_facts_are_told_at_once() -> None:
    kind = CATALOGUE.of("delay_record")
    kept, faults = check(kind, {"told_on": "soon", "kind_of_delay": "dely", "other": "x"}, {})
    assert [each.name for each in faults] == ["told_on", "kind_of_delay", "other"]
    assert [each.name for each in lacking(kind, kept)] == ["told_on", "told_by", "kind_of_delay", "cause", "effect"]


@pytest.mark.parametrize("name", ["note_verbale", "joint_investigation_agreement", "records_certificate"])
def test_a_paper_is_laid_out(name: str, renderer: WeasyPrintRenderer, reader: Reader) -> None:
    text = reader.words(renderer.render(paper(name)).pdf)
    for said_there in {
        "note_verbale": ("No. NV 114/2026", "INITIALS", "SEAL", "(Article 18(13) of the Convention)"),
        "joint_investigation_agreement": ("FOR THE REPUBLIC OF XAVERIA", "FOR THE KINGDOM OF XENLAND"),
        "records_certificate": ("Model form, enclosed by the requesting State.", "to be stated by the person"),
    }[name]:
        assert said_there in text
    assert ("signature" in text.lower()) is False or name != "note_verbale"
