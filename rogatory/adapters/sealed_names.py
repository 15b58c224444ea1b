"""Finds what is sealed elsewhere in a draft, with its line: a protected person is named nowhere in the open."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from rogatory.documents.sealed import parts_of, plain
from rogatory.law.yaml_text import Document, Path

_TOLD = {"name": "the name", "also_known_as": "another name"}
_WHOLE = {"address": "the address", "contact": "the contact", "born": "the date of birth"}
MOST = 20


class Leak(NamedTuple):
    """One place where something sealed stands in the open; what it says is not repeated."""

    path: Path
    line: int
    column: int
    person: str
    what: str
    pseudonym: str


def leaks_in(value: dict[str, Any], document: Document, text: str) -> list[Leak]:
    """Every place, in order of lines, at most 20.

    Names are found whole or by a part of four letters or more, in any case and with or without accents; address,
    contact and date of birth only as a whole.
    """
    found: list[Leak] = []
    lines = text.split("\n")
    texts = [(path, words) for path, words in texts_in(value, ()) if not ("sealed" in path and path[0] == "persons")]
    for id_, pseudonym, what, terms in _sealed(value):
        for path, words in texts:
            folded = f" {plain(words).strip()} "
            hits = [term for term in terms if f" {term} " in folded]
            if hits:
                line, column = _where(document, path, lines, hits)
                found.append(Leak(path, line, column, id_, what, pseudonym))
    return sorted(set(found), key=lambda leak: (leak.line, leak.column, leak.what))[:MOST]


def _sealed(value: dict[str, Any]) -> Iterator[tuple[str, str, str, list[str]]]:
    """Person id, pseudonym, what it is, and the folded terms to look for."""
    persons = value.get("persons")
    for person in persons if isinstance(persons, list) else []:
        sealed = person.get("sealed") if isinstance(person, dict) else None
        if not isinstance(sealed, dict):
            continue
        id_, pseudonym = str(person.get("id", "a person")), str(person.get("pseudonym") or "")
        own = set(plain(pseudonym).split())
        for field, what in _TOLD.items():
            names = sealed.get(field)
            for name in names if isinstance(names, list) else [names]:
                # A pseudonym may share a word with the name only by mistake: that mistake is told too.
                if isinstance(name, str) and (terms := [part for part in parts_of(name) if part]):
                    yield id_, "" if own & set(terms) else pseudonym, what, terms
        for field, what in _WHOLE.items():
            text = sealed.get(field)
            if isinstance(text, str) and len(term := plain(text).strip()) >= 6 and term != "not known":
                yield id_, pseudonym, what, [term]


def texts_in(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text among the values, with its path."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from texts_in(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from texts_in(each, (*path, number))
    elif isinstance(value, str):
        yield path, value


def _where(document: Document, path: Path, lines: list[str], terms: list[str]) -> tuple[int, int]:
    """The first line and column where one of the terms stands; the value's own where it runs over line ends."""
    place = document.place(path)
    wanted = [term.split() for term in terms]
    for number in range(place.line, min(place.last_line, len(lines)) + 1):
        line = lines[number - 1]
        start = place.column - 1 if number == place.line else 0
        words = [(at.start(), plain(at[0]).strip()) for at in re.finditer(r"[^\W_]+", line) if at.start() >= start]
        for index, (column, _) in enumerate(words):
            for term in wanted:
                if [word for _, word in words[index : index + len(term)]] == term:
                    return number, column + 1
    return place.line, place.column
