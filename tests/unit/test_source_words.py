"""Which texts of a draft are its drafter's words: exactly those its letters print."""

from pathlib import Path
from typing import Any

import pytest

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.pages import Pages
from rogatory.cli.draft_preview import unfiled
from rogatory.cli.examples import folder
from rogatory.documents.source_words import codes_of, digest_of, names_of, source_texts, words_of
from rogatory.documents.translation import translated, values_of
from rogatory.documents.views import sheet
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType
from schemas.filed import AnyDraft, model_of
from schemas.request import Words
from tests.documents import translations
from tests.documents.dossiers import OPENED

LETTERS = {
    "trafficking.yaml": (DocumentType.LETTER_OF_REQUEST,),
    "extradition.yaml": (DocumentType.PROVISIONAL_ARREST_REQUEST, DocumentType.EXTRADITION_REQUEST),
}
SHAPES = translations.shapes()


def filed(name: str) -> AnyDraft:
    draft, _ = split_sealed(read_draft(folder() / name).draft())
    return draft.model_copy(update={"translation": None})


def put(value: Any, path: str, text: str) -> None:
    *steps, last = path.split("/")
    for step in steps:
        value = value[int(step)] if isinstance(value, list) else value[step]
    value[int(last) if isinstance(value, list) else last] = text


@pytest.mark.parametrize("name", LETTERS)
def test_the_words_are_what_the_letters_print(name: str) -> None:
    values = values_of(filed(name))
    wanted = words_of(values, SHAPES)
    marks = {each.path: f"Zq{number}qz" for number, each in enumerate(source_texts(values, SHAPES))}
    for path, mark in marks.items():
        put(values, path, mark)
    order, dossier = unfiled(model_of(values).model_validate(values), load_lawbook(), OPENED)
    printed = ""
    for document in LETTERS[name]:
        page = sheet(order.model_copy(update={"document": document}), dossier, load_catalogue(), draft=True)
        printed += Pages(Path("templates").resolve()).html(page)
    kinds = {each.path: each.kind for each in source_texts(values, SHAPES)}
    told = {path for path, mark in marks.items() if mark in printed}
    assert {path for path in told if kinds[path] not in (Words.NAME, Words.CODE)} == set(wanted)
    assert len(wanted) > 40


def test_names_addresses_and_numbers_are_no_words() -> None:
    values = values_of(filed("trafficking.yaml"))
    words = words_of(values, SHAPES)
    assert not {"requesting_authority/address", "persons/0/name", "proceedings/file_number"} & set(words)
    assert names_of(values, SHAPES)["persons/0/name"] == "Dorian Vask"
    assert {"OC 211/2026", "V1", "NX44 7700 0918 2244 71"} <= set(codes_of(values, SHAPES))
    assert "measures/0/details/period/from" not in words


def test_nothing_withheld_of_a_protected_person_is_a_word() -> None:
    values = values_of(filed("trafficking.yaml"))
    found = {each.path for each in source_texts(values, SHAPES) if each.path.startswith("persons/2/")}
    assert found == {"persons/2/pseudonym", "persons/2/nationality", "persons/2/location", "persons/2/relation"}
    raw = read_draft(folder() / "trafficking.yaml").value
    assert not any("sealed" in each.path for each in source_texts(raw, SHAPES))


def test_own_clauses_are_words_too() -> None:
    values = values_of(filed("trafficking.yaml")) | {"clauses": {"costs": "Costs are shared."}}
    assert words_of(values, SHAPES)["clauses/costs"] == "Costs are shared."


def test_a_draft_of_any_shape_is_read() -> None:
    assert words_of({}, SHAPES) == {}
    broken = {
        "kind": 3,
        "offences": "none",
        "persons": [None, {"relation": 4}],
        "measures": [{"details": [1]}],
        "facts": 7,
    }
    assert words_of(broken, SHAPES) == {}


def test_the_digest_is_of_words_not_of_line_ends() -> None:
    assert digest_of({"a": "one two"}) == digest_of({"a": "one\n  two"})
    assert digest_of({"a": "one two"}) != digest_of({"a": "one too"})
    assert digest_of({"a": "one"}) != digest_of({"b": "one"})


def test_the_translated_draft_has_each_text_at_its_place() -> None:
    draft = translations.translated(filed("trafficking.yaml"))
    there = translated(draft, SHAPES)
    assert draft.translation is not None
    assert there.language == "fr"
    assert there.translation is None
    assert words_of(values_of(there), SHAPES) == dict(draft.translation.texts)
    assert names_of(values_of(there), SHAPES) == names_of(values_of(draft), SHAPES)


def test_a_long_line_of_a_translation_is_taken() -> None:
    draft = translations.translated(filed("trafficking.yaml"))
    assert draft.translation is not None
    texts = {**draft.translation.texts, "subject": "mot " * 100}
    draft = draft.model_copy(update={"translation": draft.translation.model_copy(update={"texts": texts})})
    assert len(translated(draft, SHAPES).subject) > 300
