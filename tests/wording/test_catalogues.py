"""The wording catalogues say in each language what the templates say in English, no more and no less."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.wording_catalogues import WordingError, wording_of
from rogatory.documents.languages import LANGUAGES
from tests.wording.extract import LOCALE, messages

PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
COUNTS = {"%(count)s", "%(number)s"}
"""What a form for one may leave out: "one page"."""
OFFERED = sorted({language for kind in load_catalogue().documents.values() for language in kind.languages} - {"en"})


def catalogue(language: str) -> Catalog:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def test_every_language_of_the_catalogue_is_one_we_write() -> None:
    assert set(OFFERED) <= set(LANGUAGES)
    assert len(OFFERED) >= 4


@pytest.mark.parametrize("language", OFFERED)
def test_every_message_is_translated(language: str) -> None:
    known = catalogue(language)
    lacking = []
    for context, text, where in messages():
        english = text if isinstance(text, str) else text[0]
        found = known.get(english, context=context)
        said = found is not None and not found.fuzzy and all(forms(found)) and len(forms(found)) > 0
        # Titles are given only where they are authentic; what a single treaty calls things may stay English, marked so.
        if not said and context != "instrument" and not where.startswith("rogatory/law/treaties"):
            lacking.append(f"{where}: {english}")
    assert not lacking


@pytest.mark.parametrize("language", OFFERED)
def test_a_translation_has_the_places_of_its_english(language: str) -> None:
    wrong = []
    for message in catalogue(language):
        if not message.id:
            continue
        english = (message.id,) if isinstance(message.id, str) else message.id
        wanted = {place for each in english for place in PLACE.findall(each)}
        for form in filter(None, forms(message)):
            places = set(PLACE.findall(form))
            plural = not isinstance(message.id, str)
            if places - wanted or (wanted - places) - (COUNTS if plural else set()) or "%" in PLACE.sub("", form):
                wrong.append(f"{english[0]}: {form}")
            if "<" in form:
                wrong.append(f"markup: {form}")
    assert not wrong


def test_the_template_of_the_catalogues_is_what_the_templates_hold() -> None:
    with (LOCALE / "rogatory.pot").open("rb") as file:
        kept = {
            (each.context, each.id if isinstance(each.id, str) else each.id[0]) for each in read_po(file) if each.id
        }
    assert kept == {(context, text if isinstance(text, str) else text[0]) for context, text, _ in messages()}


def test_a_message_without_translation_ends_the_document(tmp_path: Path) -> None:
    (tmp_path / "fr.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n', encoding="utf-8")
    with pytest.raises(WordingError, match='no fr for "Letter of Request"'):
        wording_of("fr", tmp_path).gettext("Letter of Request")
    with pytest.raises(WordingError, match="no wording in the language es"):
        wording_of("es", tmp_path)


def test_french_marks_are_set_with_spaces_that_do_not_break() -> None:
    french = wording_of("fr", LOCALE)
    assert french.gettext("Official in charge:").endswith("\u00a0:")
    assert "\u202f;" in french.gettext("DEMONSTRATION: signed with demonstration keys; of no legal effect.")


def test_a_number_takes_the_form_of_its_language() -> None:
    russian = wording_of("ru", LOCALE)
    pages = [russian.ngettext("%(number)s page", "%(number)s pages", count) for count in (1, 2, 5, 21)]
    assert pages == ["%(number)s страница", "%(number)s страницы", "%(number)s страниц", "%(number)s страница"]
