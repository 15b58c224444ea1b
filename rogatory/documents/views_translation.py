"""A letter in two languages, and the certificate of its translator."""

from collections.abc import Callable

from pydantic import JsonValue

from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Dossier
from rogatory.documents.translation import TRANSLATED_LETTERS, binding_of, complete, in_translation, shapes_of
from schemas.documents import DocumentOrder, DocumentType, Sheet

Make = Callable[[DocumentOrder, Dossier], Sheet]
"""One document in one language."""


def translation_certificate(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Who vouches for the translation, and the digests of the words on both sides."""
    draft = dossier.request.draft
    if draft.translation is None:
        raise MissingFactError("translation_certificate lacks a translation.")
    complete(draft, shapes_of(dossier))
    return {
        "translator": draft.translation.translator.model_dump(mode="json"),
        "binding": binding_of(draft, shapes_of(dossier)),
        "letter_type": str(order.facts.get("letter") or DocumentType.LETTER_OF_REQUEST),
    }


def in_words_of(language: str, order: DocumentOrder, dossier: Dossier) -> Dossier:
    """The case in the drafter's words or, for a document in the language of their translation, in the translator's."""
    draft = dossier.request.draft
    wanted = draft.translation is not None and draft.translation.into == language != draft.language
    if not wanted or order.document == DocumentType.TRANSLATION_CERTIFICATE:
        return dossier
    complete(draft, shapes_of(dossier))
    return in_translation(dossier)


def with_translation(made: Sheet, order: DocumentOrder, dossier: Dossier, make: Make) -> Sheet:
    """A letter with its translation as a part of it, where the request has one; every other document as it is.

    Raises:
        MissingFactError: the translation lacks a text, or is of other words than the request has now.
    """
    draft = dossier.request.draft
    translation = draft.translation
    if translation is None or order.document not in {*TRANSLATED_LETTERS, DocumentType.TRANSLATION_CERTIFICATE}:
        return made
    made = made.model_copy(update={"data": made.data | {"translation": binding_of(draft, shapes_of(dossier))}})
    if order.document == DocumentType.TRANSLATION_CERTIFICATE or made.language == translation.into:
        return made
    other = make(order.model_copy(update={"language": translation.into}), dossier)
    context = other.context | {"translation_of": made.language, "arrangement": translation.arrangement}
    other = other.model_copy(update={"data": made.data, "context": context})
    return made.model_copy(update={"translation": other, "arrangement": translation.arrangement})


def with_letter(made: Sheet, order: DocumentOrder, dossier: Dossier, make: Make) -> Sheet:
    """The reviewers' memorandum with the letter in its fixed wording, where the drafter has words of their own."""
    draft = dossier.request.draft
    if order.document != DocumentType.REVIEW_MEMO or not draft.clauses:
        return made
    drawn = next((row.type for row in dossier.documents if row.digest == order.facts.get("letter")), None)
    usual = DocumentType.EXTRADITION_REQUEST if draft.kind == "extradition" else DocumentType.LETTER_OF_REQUEST
    plain = draft.model_copy(update={"clauses": {}, "translation": None})
    before = dossier.model_copy(update={"request": dossier.request.model_copy(update={"draft": plain})})
    fixed = order.model_copy(update={"document": drawn or usual, "language": None})
    return made.model_copy(update={"letter": make(fixed, before)})
