"""The words of a request that are its drafter's own and stand on its letter: what a translation has to say again.

Which texts these are is read from the types of the draft's fields (schemas/request.py, Words) and from the fields that
measures and instruments ask for; a path is written as findings write it, e.g. measures/0/details/relevance.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import rfc8785

from schemas.filed import model_of
from schemas.identifiers import Digest
from schemas.request import DraftPart, LegalBasis, MeasureRequested, SealedIdentity, Translation, Words

KEPT = {
    "name": Words.NAME,
    "holder": Words.NAME,
    "address": Words.NAME,
    "number": Words.CODE,
    "identifier": Words.CODE,
    "identifiers/value": Words.CODE,
    "time_zone": Words.CODE,
}
"""Texts of measures and particulars that are no words, by the end of their path."""
HIDDEN = frozenset({"name", "born", "identifiers"})
"""What no document shows of a protected person."""


@dataclass(frozen=True)
class Shapes:
    """The paths of texts, without numbers, that a type of measure or an instrument asks for, by its name."""

    measures: Mapping[str, tuple[str, ...]]
    instruments: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SourceText:
    """A text of the request as it is filed."""

    path: str
    text: str
    kind: Words


def source_texts(values: Mapping[str, Any], shapes: Shapes) -> list[SourceText]:
    """Every text of a draft with what a translation does with it, in the order of the fields.

    Args:
        values: the draft's plain values by alias; of any shape, since a draft is also judged while it has faults.
        shapes: of the measures and instruments it names.
    """
    return list(_of_model(model_of(values), values, "", shapes))


def words_of(values: Mapping[str, Any], shapes: Shapes) -> dict[str, str]:
    """Path to text of what the letter prints in the drafter's own words."""
    also = Words.FOR_A_PERSON if values.get("kind") == "extradition" else Words.FOR_ASSISTANCE
    wanted = {Words.TRANSLATED, also}
    return {each.path: each.text for each in source_texts(values, shapes) if each.kind in wanted}


def names_of(values: Mapping[str, Any], shapes: Shapes) -> dict[str, str]:
    """Path to name or address: a translation may write them in its own script."""
    return {each.path: each.text for each in source_texts(values, shapes) if each.kind is Words.NAME}


def codes_of(values: Mapping[str, Any], shapes: Shapes) -> list[str]:
    """File numbers, telephone numbers, addresses of electronic mail: exact wherever they are repeated."""
    return [each.text for each in source_texts(values, shapes) if each.kind is Words.CODE]


def digest_of(texts: Mapping[str, str]) -> Digest:
    """SHA-256 of texts by path, as canonical JSON (RFC 8785) with white space made one space."""
    said = {path: " ".join(text.split()) for path, text in texts.items()}
    return f"sha256:{hashlib.sha256(rfc8785.dumps(said)).hexdigest()}"


def _of_model(model: type[DraftPart], values: Mapping[str, Any], at: str, shapes: Shapes) -> Iterator[SourceText]:
    hidden = HIDDEN if values.get("protected") is True else frozenset()
    for name, (kind, inner) in _fields(model).items():
        value = values.get(name)
        if value is None or name in hidden:
            continue
        path = f"{at}{name}"
        if name == "details" and model is MeasureRequested:
            yield from _of_data(value, path, "", shapes.measures.get(str(values.get("type")), ()))
        elif name == "particulars" and model is LegalBasis:
            yield from _of_data(value, path, "", shapes.instruments.get(str(values.get("instrument")), ()))
        else:
            yield from _of_value(kind, inner, value, path, shapes)


def _of_value(
    kind: Words | None, inner: type[DraftPart] | None, value: Any, path: str, shapes: Shapes
) -> Iterator[SourceText]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _of_value(kind, inner, each, f"{path}/{number}", shapes)
    elif isinstance(value, dict):
        if inner is not None:
            yield from _of_model(inner, value, f"{path}/", shapes)
        elif kind is not None:  # texts by a name of their own, such as clauses
            for name, each in value.items():
                yield from _of_value(kind, None, each, f"{path}/{name}", shapes)
    elif isinstance(value, str) and kind is not None and value.strip():
        yield SourceText(path, value.strip(), kind)


def _of_data(value: Any, path: str, under: str, texts: tuple[str, ...]) -> Iterator[SourceText]:
    """Texts of values whose fields are data of the law, as far as `texts` names them."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _of_data(each, f"{path}/{name}", f"{under}/{name}" if under else name, texts)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _of_data(each, f"{path}/{number}", under, texts)
    elif isinstance(value, str) and value.strip() and under in texts:
        ends = (under, "/".join(under.split("/")[-2:]), under.rpartition("/")[2])
        kind = next((KEPT[end] for end in ends if end in KEPT), Words.TRANSLATED)
        yield SourceText(path, value.strip(), kind)


@cache
def _fields(model: type[DraftPart]) -> dict[str, tuple[Words | None, type[DraftPart] | None]]:
    """Each field by the name a draft writes: what a translation does with its text, or the part it holds."""
    aliases = {name: field.alias or name for name, field in model.model_fields.items()}
    hints = get_type_hints(model, include_extras=True)
    held = {aliases[name]: _held(hints[name]) for name in aliases}
    return {name: each for name, each in held.items() if each != (None, None) or name in ("details", "particulars")}


def _held(hint: Any) -> tuple[Words | None, type[DraftPart] | None]:
    if hint in (SealedIdentity, Translation):
        return None, None
    if isinstance(hint, type) and issubclass(hint, DraftPart):
        return None, hint
    for each in getattr(hint, "__metadata__", ()):
        if isinstance(each, Words):
            return each, None
    inner = [hint.__origin__] if hasattr(hint, "__metadata__") else []
    if get_origin(hint) in (Union, UnionType, tuple, dict):
        inner += get_args(hint)
    return next((found for each in inner if (found := _held(each)) != (None, None)), (None, None))
