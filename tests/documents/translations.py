"""Requests with a translation, and fixed words in a language of the tests: each message behind a mark.

The real catalogues are filled by translators; what is tested here holds in any language.
"""

import shutil
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from activities.cards import cards_of
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.dossier import Dossier
from rogatory.documents.source_words import Shapes, digest_of, words_of
from rogatory.documents.translation import TRANSLATED_LETTERS, values_of
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType
from schemas.filed import AnyDraft
from schemas.request import Translation, Translator
from tests.documents.dossiers import EXAMPLE, dossier
from tests.wording.extract import messages

TEMPLATES = Path(__file__).parents[2] / "templates"
MARK = {"fr": "fr·", "ar": "ع·"}
"""What stands before every fixed word of the test's languages."""
BODY = {"fr": "Traduit", "ar": "نص مترجم"}
"""What stands before every translated text."""


@cache
def shapes() -> Shapes:
    cards = cards_of(load_lawbook())
    return Shapes(
        {type_: card.texts for type_, card in cards.measures.items()},
        {id_: card.texts for id_, card in cards.instruments.items()},
    )


def translated(draft: AnyDraft, into: str = "fr", arrangement: str = "after") -> AnyDraft:
    """The draft with a translation of each of its words: the same behind a mark, its paragraphs kept."""
    words = words_of(values_of(draft.model_copy(update={"translation": None})), shapes())
    texts = {path: "\n\n".join(f"{BODY[into]} {part}" for part in text.split("\n\n")) for path, text in words.items()}
    translation = Translation(
        into=into,
        arrangement=arrangement,
        translator=Translator(
            name="Odile Varenne", qualification="sworn translator for French", certificate_no="T-2019-0417"
        ),
        of=digest_of(words),
        texts=texts,
    )
    return draft.model_copy(update={"translation": translation})


def with_translation(dossier: Dossier, into: str = "fr", arrangement: str = "after") -> Dossier:
    draft = translated(dossier.request.draft, into, arrangement)
    return dossier.model_copy(update={"request": dossier.request.model_copy(update={"draft": draft})})


def in_french(arrangement: str) -> Dossier:
    """The case of the example with the French translation the example has."""
    draft, _ = split_sealed(read_draft(EXAMPLE).draft())
    assert draft.translation is not None
    arranged = draft.translation.model_copy(update={"arrangement": arrangement})
    case = dossier()
    filed = case.request.model_copy(update={"draft": draft.model_copy(update={"translation": arranged})})
    return case.model_copy(update={"request": filed})


@cache
def catalogue() -> Catalogue:
    """The catalogue of documents as it is when the wording is there in the languages of the tests."""
    own = load_catalogue()
    types = {*TRANSLATED_LETTERS, DocumentType.TRANSLATION_CERTIFICATE}
    told = {
        name: kind.model_copy(update={"languages": ("en", *MARK)}) if name in types else kind
        for name, kind in own.documents.items()
    }
    return own.model_copy(update={"documents": told})


def templates(folder: Path) -> Path:
    """Our templates with wording in the languages of the tests."""
    root = folder / "templates"
    shutil.copytree(TEMPLATES, root, ignore=shutil.ignore_patterns("fonts", "locale", "__pycache__"))
    (root / "locale").mkdir()
    for language, mark in MARK.items():
        told = Catalog(locale=language)
        for context, text, _ in messages():
            said = (text,) if isinstance(text, str) else text
            marked = tuple(f"{mark}{each}" for each in said)
            forms = marked if len(marked) == 1 else tuple(marked[-1] for _ in range(told.num_plurals))
            told.add(text, forms[0] if len(said) == 1 else forms, context=context)
        with (root / "locale" / f"{language}.po").open("wb") as file:
            write_po(file, told)
    return root
