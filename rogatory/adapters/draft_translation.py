"""What is wrong with a draft's own clauses and with its translation, each at its line.

- A clause is one the letter has; where the law requires it, its rewording is a warning.
- A translation says every text the letter prints, of the words as they are now, and nothing else.
- Names, dates, sums and numbers agree in both (rogatory/documents/agreement.py).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rogatory.adapters.clause_data import load_clauses
from rogatory.documents.agreement import disagreements
from rogatory.documents.languages import LANGUAGES
from rogatory.documents.source_words import Shapes, codes_of, digest_of, names_of, source_texts, words_of
from rogatory.documents.translation import KINDS
from rogatory.law.findings import Raised, form_fault, path_of
from rogatory.law.fragment_fields import texts_of
from rogatory.law.model import Lawbook
from rogatory.law.schema_faults import nearest
from rogatory.law.yaml_text import Path
from schemas.assessment import Finding, Severity
from schemas.request import Words

CLAUSE, TRANSLATION, AGREEMENT = "clause", "translation", "agreement"
MISSING = 5
"""Texts told to be missing at once; the command lists them all."""
MOST = 60
"""Findings of agreement told at once."""


def shapes_of(lawbook: Lawbook) -> Shapes:
    """Which texts every measure and instrument asks for."""
    return Shapes(
        {type_: texts_of(measure.fields) for type_, measure in lawbook.measures.items()},
        {id_: texts_of(treaty.fields) for id_, treaty in lawbook.treaties.items()},
    )


def words_raised(values: Mapping[str, Any], lawbook: Lawbook) -> list[Raised]:
    """Every finding on clauses and translation.

    Args:
        values: the draft's plain values, of any shape.
        lawbook: the law data in use.
    """
    raised = [*_clauses(values)]
    if isinstance(values.get("translation"), dict):
        raised += _translation(values, values["translation"], shapes_of(lawbook))
    return raised


def _clauses(values: Mapping[str, Any]) -> Iterator[Raised]:
    own, kind = values.get("clauses"), str(values.get("kind"))
    known = {name: clause for name, clause in load_clauses().items() if clause.of_kind(kind)}
    for name in own if isinstance(own, dict) else ():
        path: Path = ("clauses", name)
        if not known:
            said = f"The letter of a request of the kind {kind} has no clause to word otherwise."
            yield form_fault(path, said, "remove it", at_key=True)
        elif name not in known:
            said = f'"{name}" is not a clause of the letter.{nearest(name, known)}'
            yield form_fault(path, said, f"one of: {', '.join(sorted(known))}", at_key=True)
        elif known[name].required:
            said = (
                f'The clause "{name}" is worded otherwise, which the letter cannot do without: {known[name].required}.'
            )
            yield _raised(path, said, "a reviewer will compare the two", CLAUSE, Severity.WARNING, key=True)


def _translation(values: Mapping[str, Any], given: Mapping[str, Any], shapes: Shapes) -> Iterator[Raised]:
    into, kind = given.get("into"), str(values.get("kind"))
    own = str(values.get("language") or "en")
    texts = given.get("texts")
    if kind not in KINDS:
        said = f"The letter of a request of the kind {kind} is made in one language."
        yield _raised(("translation",), said, "remove the translation", TRANSLATION, key=True)
        return
    if not isinstance(into, str) or not isinstance(texts, dict):
        return
    if into == own:
        said = f"The request is in {into} already."
        yield _raised(("translation", "into"), said, "name the language of the translation", TRANSLATION)
        return
    if into not in LANGUAGES:
        said = f'The fixed words of the letter are not there in "{into}".{nearest(into, LANGUAGES)}'
        yield _raised(("translation", "into"), said, f"one of: {', '.join(LANGUAGES)}", TRANSLATION)
        return
    words = words_of(values, shapes)
    if given.get("of") != digest_of(words):  # which texts that concerns is for the command to find
        said = "The words of the request have changed since they were translated."
        fix = f"run: rogatory draft translate FILE --into {into}"
        yield _raised(("translation", "of"), said, fix, TRANSLATION)
        return
    yield from _complete(texts, words, names_of(values, shapes))
    yield from _agreeing(values, texts, words, (own, into), shapes)


def _complete(texts: Mapping[str, Any], words: Mapping[str, str], names: Mapping[str, str]) -> Iterator[Raised]:
    """A text for every text, and no other."""
    for path in texts:
        if path not in words and path not in names:
            said = f'"{path}" is no text that the letter prints.{nearest(path, words)}'
            yield _raised(("translation", "texts", path), said, "remove it", TRANSLATION, key=True)
    for path in [path for path in words if path not in texts][:MISSING]:
        said = f"The translation lacks {path}."
        yield _raised(("translation", "texts"), said, f"add {path}: its translation", TRANSLATION, key=True)


def _agreeing(
    values: Mapping[str, Any],
    texts: Mapping[str, Any],
    words: Mapping[str, str],
    languages: tuple[str, str],
    shapes: Shapes,
) -> Iterator[Raised]:
    codes, names = codes_of(values, shapes), names_written(values, texts, shapes)
    told = 0
    for path, text in texts.items():
        if path not in words or not isinstance(text, str) or "TODO" in text:
            continue
        for each in disagreements(words[path], text, languages, codes=codes, names=names):
            severity = Severity.ERROR if each.blocking else Severity.WARNING
            yield _raised(("translation", "texts", path), f"{path}: {each.message}", each.fix, AGREEMENT, severity)
            told += 1
        if told >= MOST:
            return


def names_written(values: Mapping[str, Any], texts: Mapping[str, Any], shapes: Shapes) -> dict[str, str]:
    """Names and their parts that are words by themselves, to how the translation writes them.

    A person goes by the whole name or by its last word; a company by the whole name.
    """
    found: dict[str, str] = {}
    persons = {f"persons/{number}/name" for number, each in enumerate(_dicts(values)) if each.get("kind") != "legal"}
    persons |= {"person_sought/name"}
    for each in source_texts(values, shapes):
        if each.kind is not Words.NAME or not each.path.endswith(("/name", "/holder")):
            continue
        written = texts.get(each.path)
        written = written if isinstance(written, str) else each.text
        found.setdefault(each.text, written)
        if each.path in persons and len(each.text.split()) > 1 and written.split():
            found.setdefault(each.text.split()[-1], written.split()[-1])
            found.pop(each.text)
    return found


def _dicts(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    persons = values.get("persons")
    return [each if isinstance(each, dict) else {} for each in persons] if isinstance(persons, list) else []


def _raised(
    path: Path, message: str, fix: str, rule: str, severity: Severity = Severity.ERROR, *, key: bool = False
) -> Raised:
    found = Finding(path=path_of(path), severity=severity, rule=rule, source="", message=message, fix=fix)
    return Raised(path, found, key)
