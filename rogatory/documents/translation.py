"""The same request in the words of its translation, and what binds the two together."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, JsonValue

from rogatory.documents.catalogue import MissingFactError
from rogatory.documents.dossier import Dossier
from rogatory.documents.source_words import Shapes, digest_of, names_of, words_of
from schemas.documents import DocumentType
from schemas.filed import AnyDraft
from schemas.identifiers import Digest

TRANSLATED_LETTERS = frozenset(
    {
        DocumentType.LETTER_OF_REQUEST,
        DocumentType.PROVISIONAL_ARREST_REQUEST,
        DocumentType.EXTRADITION_REQUEST,
    }
)
"""Letters of which the translation is a part."""
KINDS = frozenset({"mutual-assistance", "extradition"})
"""Kinds of request whose letters they are."""


V = TypeVar("V")


def values_of(draft: AnyDraft) -> dict[str, Any]:
    """A draft's plain values, as its file says them."""
    return draft.model_dump(mode="json", by_alias=True, exclude_none=True)


def shapes_of(dossier: Dossier) -> Shapes:
    """Which texts the case's measures and instruments ask for."""
    return Shapes(
        {type_: card.texts for type_, card in dossier.measures.items()},
        {card.id: card.texts for card in dossier.instruments},
    )


def source_digest(draft: AnyDraft, shapes: Shapes) -> Digest:
    """SHA-256 of the words a translation has to say again, as the draft has them now."""
    return digest_of(words_of(values_of(draft), shapes))


def translated(draft: AnyDraft, shapes: Shapes) -> AnyDraft:
    """The draft in the language of its translation: each text of the translation at its path, all else as it is.

    A path that is none of the drafter's words is left out: what a protected person must not be known by is among them.
    """
    translation = draft.translation
    if translation is None:
        return draft
    values = values_of(draft)
    allowed = {**words_of(values, shapes), **names_of(values, shapes)}
    into = draft.model_copy(update={"language": translation.into, "translation": None})
    for path, text in translation.texts.items():
        if path in allowed:
            into = _put(into, tuple(path.split("/")), text)
    return into


def in_translation(dossier: Dossier) -> Dossier:
    """The case as its documents tell it in the language of the translation."""
    draft = translated(dossier.request.draft, shapes_of(dossier))
    return dossier.model_copy(update={"request": dossier.request.model_copy(update={"draft": draft})})


def complete(draft: AnyDraft, shapes: Shapes) -> None:
    """Returns when the translation says every text of the words as they are now.

    Raises:
        MissingFactError: it lacks a text, or the words have changed since; the draft check says which.
    """
    translation = draft.translation
    if translation is None:
        return
    words = words_of(values_of(draft), shapes)
    lacking = next((path for path in words if path not in translation.texts), None)
    if lacking:
        raise MissingFactError(f"The translation lacks {lacking}.", "See: rogatory draft check FILE")
    if translation.of != digest_of(words):
        raise MissingFactError(
            "The words of the request have changed since they were translated.",
            f"Run: rogatory draft translate FILE --into {translation.into}",
        )


def binding_of(draft: AnyDraft, shapes: Shapes) -> dict[str, JsonValue]:
    """What binds a translation to its source, for case.json and for the certificate; empty where there is none."""
    translation = draft.translation
    if translation is None:
        return {}
    return {
        "from": draft.language,
        "into": translation.into,
        "source": source_digest(draft, shapes),
        "digest": digest_of(translation.texts),
        "texts": len(translation.texts),
    }


def _put(value: V, steps: tuple[str, ...], text: str) -> V:
    """The value with the text at the end of the steps; lengths are not judged again: languages differ in them."""
    if not steps:
        return text  # type: ignore[return-value]  # where the path ends a text stands
    first, rest = steps[0], steps[1:]
    made: Any
    if isinstance(value, BaseModel):
        made = value.model_copy(update={first: _put(getattr(value, first), rest, text)})
    elif isinstance(value, Mapping):
        made = {**value, first: _put(value[first], rest, text)}
    elif isinstance(value, (tuple, list)):
        number = int(first)
        made = type(value)([*value[:number], _put(value[number], rest, text), *value[number + 1 :]])
    else:
        made = text
    return made  # type: ignore[no-any-return]
