"""The sections of the letter on each type of assistance: they print whatever a draft may hold, and no code stays."""

import itertools
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.pdf import WeasyPrintRenderer
from rogatory.cli.draft_preview import unfiled
from rogatory.documents.views import sheet
from rogatory.law.registry import load_lawbook
from rogatory.law.yaml_text import parse
from schemas.request import Draft
from tests.documents.conftest import Reader
from tests.documents.sections import MEASURES, SECTIONS, Sections, variants
from tests.drafts import untranslated
from tests.law.filled import filled

CODES = re.compile(r"\b[a-z]+_[a-z_]+\b|\bNone\b|\bTrue\b|\bFalse\b|TODO")
"""Names of fields and values of the program, which no letter may show."""


def printed(page: str) -> str:
    """The words of a section."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", page)).split())


@pytest.fixture(scope="module")
def sections(tmp_path_factory: pytest.TempPathFactory) -> Sections:
    return Sections(tmp_path_factory.mktemp("sections"))


@pytest.mark.parametrize("type_", SECTIONS)
def test_a_section_prints_whatever_the_draft_may_hold(type_: str, sections: Sections) -> None:
    shown = [printed(sections.html(type_, details)) for details in variants(type_)]
    for words in shown:
        assert not CODES.findall(words)
        assert " p1" not in words
        assert ".." not in words
        assert len(words) > 150
    assert len(shown[1]) >= len(shown[0])


@pytest.mark.parametrize("type_", SECTIONS)
def test_nothing_that_was_written_is_lost(type_: str, sections: Sections) -> None:
    """Every text of the details stands in the section: it is given a mark of its own and looked for."""
    marks = map(str, itertools.count(7001))

    def marked(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: marked(each) for name, each in value.items()}
        if isinstance(value, list):
            return [marked(each) for each in value]
        return f"word{next(marks)}" if value == "as the file shows" else value

    card = MEASURES[type_]
    details = marked(filled(card.example, card.fields, whole=True))
    words = printed(sections.html(type_, details))
    wanted = re.findall("word[0-9]+", str(details))
    assert wanted
    assert [each for each in wanted if each not in words.casefold()] == []


def test_a_letter_with_every_section(renderer: WeasyPrintRenderer, reader: Reader) -> None:
    raw = parse(untranslated()).value
    raw["measures"] = [
        {
            "id": f"m{number}",
            "type": type_,
            "persons": ["p1"],
            "details": filled(MEASURES[type_].example, MEASURES[type_].fields, whole=True),
        }
        for number, type_ in enumerate(SECTIONS, 1)
    ]
    order, dossier = unfiled(Draft.model_validate(raw), load_lawbook(), datetime(2026, 11, 22, 9, tzinfo=UTC))
    words = reader.words(renderer.render(sheet(order, dossier, load_catalogue(), draft=True)).pdf)
    for number, type_ in enumerate(SECTIONS, 1):
        assert f"{MEASURES[type_].title} (measure m{number})" in words
    assert "2026-10-05 21:14:09 UTC" in words
    assert "up to EUR 1,250,000.00" in words
