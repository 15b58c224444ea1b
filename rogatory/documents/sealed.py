"""A protected person's name must not occur in what a document shows: found in any case, spacing or accents."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from schemas.request import SealedIdentity


def plain(text: str) -> str:
    """Folds case, accents and spacing, so that a name is found however it is written."""
    text = text.casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", " ", text)


def find_sealed(text: str, names: Sequence[str]) -> int:
    """Returns how many of the names, whole or by a part of four letters or more, occur as words in the text."""
    lines = (plain(line).strip() for line in text.split("\n"))  # line by line: most hold nothing to decompose
    words = f" {' '.join(line for line in lines if line)} "
    return sum(any(f" {part} " in words for part in parts_of(name)) for name in names)


def find_parted(text: str, names: Sequence[str]) -> bool:
    """Whether one of the names occurs with its letters apart, as a line end parts it, or in a script without spaces.

    Of a script with capitals the letters must be words of their own: "Xami" is not in "réexaminée".
    """
    words = plain(text)
    unspaced = words.replace(" ", "")
    return any(_parted(plain(name).replace(" ", ""), words, unspaced) for name in names)


def _parted(name: str, words: str, unspaced: str) -> bool:
    if name not in unspaced:
        return False
    cased = any(letter.upper() != letter for letter in name)
    return not cased or bool(re.search(rf"(?<!\w){' ?'.join(map(re.escape, name))}(?!\w)", words))


def parts_of(name: str) -> list[str]:
    """The whole name, and its parts of four letters or more (shorter ones are too often other words)."""
    whole = plain(name).strip()
    return [whole, *(part for part in whole.split() if len(part) >= 4)]


def strings_in(value: JsonValue) -> Iterator[str]:
    """Every text in a plain value, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)


def sealed_names(annex: bytes) -> list[str]:
    """The names in a sealed annex, which is a JSON object of person id to SealedIdentity."""
    identities = [SealedIdentity.model_validate(value) for value in json.loads(annex).values()]
    return [name for identity in identities for name in (identity.name, *identity.also_known_as)]
