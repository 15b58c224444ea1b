"""Reads the catalogue of documents: ours, and what an installation adds in its folder of templates.

An overlay is a folder with catalogue.yaml and templates of the same shape as ours. It may add types and change those
made on the order of an official; a type that the procedure makes stays as it is, since code relies on it. A template of
the overlay wins over ours of the same name.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from rogatory.documents.catalogue import PROCEDURE, Catalogue, has_own_view
from rogatory.documents.facts import check, lacking
from rogatory.documents.found import FOUND
from rogatory.errors import FindingsError
from rogatory.law.model import Lawbook, Rule
from rogatory.law.schema_faults import Fault, faults, nearest, validator
from rogatory.law.yaml_text import Document, YamlFaultError, parse

NAME = "catalogue.yaml"
LARGEST = 512 * 1024
SHIPPED = Path(str(files("templates")))
PERSONS = {f"p{number}": f"Person {number}" for number in range(1, 1000)}
"""For examples that name a person: any request has its own."""


class CatalogueFault(NamedTuple):
    """One fault of a catalogue file."""

    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        """As compilers say it, so that editors can jump there."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}" + (f"  {self.fix}" if self.fix else "")


class CatalogueError(FindingsError):
    """A catalogue cannot be used; `faults` says where, `str()` gives them line by line."""

    def __init__(self, found: list[CatalogueFault]) -> None:
        super().__init__("\n".join(map(str, found)), "Correct the catalogue of documents.")
        self.faults = found


def load_catalogue(overlay: Path | None = None, lawbook: Lawbook | None = None) -> Catalogue:
    """The catalogue that ships with the program, with what the overlay adds.

    Args:
        overlay: a folder of templates with a catalogue.yaml, e.g. ROGATORY_HOME/templates; one without counts as none.
        lawbook: the law in use; with it every `source` is looked up.

    Raises:
        CatalogueError: with every fault by file, line and column.
    """
    own = _own()
    path = overlay / NAME if overlay else None
    if path is not None and path.is_file():
        own = _with(own, path)
    if lawbook is not None and (found := _unknown_sources(own, lawbook, path)):
        raise CatalogueError(found)
    return own


@cache
def _own() -> Catalogue:
    path = Path(str(files("rogatory.documents") / NAME))
    return Catalogue.model_validate(_sound(path, NAME, overlay=None).value)


def _with(own: Catalogue, path: Path) -> Catalogue:
    document = _sound(path, str(path), overlay=path.parent)
    added = Catalogue.model_validate(document.value)
    return Catalogue(documents={**own.documents, **added.documents}, left_out={**own.left_out, **added.left_out})


def _sound(path: Path, name: str, overlay: Path | None) -> Document:
    """The file, judged by the schema and by what a schema cannot say. Raises CatalogueError."""
    try:
        content = path.read_bytes()
        if len(content) > LARGEST:
            raise CatalogueError(
                [CatalogueFault(name, 1, 1, f"The file is larger than {LARGEST // 1024} KiB.", "split it")]
            )
        document = parse(content.decode("utf-8-sig").replace("\r\n", "\n"))
    except YamlFaultError as error:
        raise CatalogueError([CatalogueFault(name, error.line, error.column, str(error), error.fix)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(
            [CatalogueFault(name, 1, 1, f"The file cannot be read: {error}.", "save it as UTF-8")]
        ) from error
    found = faults(_schema(), document.value)
    if not found:
        found = [*_unsound(document.value, overlay)]
    if found:
        raise CatalogueError([_placed(document, name, fault) for fault in found])
    return document


def _placed(document: Document, name: str, fault: Fault) -> CatalogueFault:
    place = document.place(fault.path, key=fault.at_key)
    return CatalogueFault(name, place.line, place.column, fault.message, fault.fix)


def _unsound(value: dict[str, Any], overlay: Path | None) -> Iterator[Fault]:
    """What is of the right form and yet of no use."""
    catalogue = Catalogue.model_validate(value)
    for name, kind in catalogue.documents.items():
        at = ("documents", name)
        if overlay is not None and has_own_view(name):
            yield Fault(at, f"{name} is made by the procedure and stays as it is.", "choose another name", at_key=True)
            continue
        for number in kind.number:
            if number in catalogue.left_out:
                yield Fault((*at, "number"), f"{number} is left out below.", "remove one of the two")
        for fact, each in kind.facts.items():
            if (each.source == PROCEDURE) == bool(kind.ordered_by):
                said = "is given by the procedure" if each.source == PROCEDURE else "is given by nobody"
                yield Fault(
                    (*at, "facts", fact),
                    f"{name} is {_made(kind.ordered_by)}, and its fact {fact} {said}.",
                    "correct from, or ordered_by",
                )
        if not kind.ordered_by:
            continue
        examples = {fact: each.example for fact, each in kind.facts.items() if each.example is not None}
        checked, wrong = check(kind, examples, PERSONS)
        for each_wrong in [*wrong, *lacking(kind, checked)]:
            said = "lacks an example" if each_wrong.missing else f"has an example that {each_wrong.message}"
            yield Fault(
                (*at, "facts", *each_wrong.path[:1]),
                f"The fact {each_wrong.name} of {name} {said.rstrip('.')}.",
                "give one, as an official would",
            )
        for language in kind.languages:
            if overlay is not None and not _template(name, language, overlay):
                yield Fault(
                    (*at, "languages"),
                    f"{name} has no template in {language}.",
                    f"write {name}/{language}.html.j2 beside this file",
                )


def _made(ordered_by: tuple[object, ...]) -> str:
    return "made on order" if ordered_by else "made by the procedure"


def _template(name: str, language: str, overlay: Path) -> bool:
    folders = [folder / name for folder in (overlay, SHIPPED)]
    return any((folder / f"{each}.html.j2").is_file() for folder in folders for each in (language, "all"))


def _unknown_sources(catalogue: Catalogue, lawbook: Lawbook, overlay: Path | None) -> list[CatalogueFault]:
    found = []
    for name, kind in catalogue.documents.items():
        for number, source in enumerate(kind.source):
            if said := unknown_source(source, lawbook):
                found.append(_source_fault(name, number, said, overlay))
    return found


def _source_fault(name: str, number: int, said: str, overlay: Path | None) -> CatalogueFault:
    """With its place: only then is the file read again."""
    paths = [path for path in (overlay, Path(str(files("rogatory.documents") / NAME))) if path and path.is_file()]
    for path in paths:
        document = parse(path.read_text(encoding="utf-8-sig"))
        if name in document.value["documents"]:
            fault = Fault(
                ("documents", name, "source", number), said, "see rogatory law list, and words.yaml for topics"
            )
            return _placed(document, str(path), fault)
    raise AssertionError(name)


def unknown_source(source: str, lawbook: Lawbook) -> str:
    """Why the law data do not hold a source of a document; empty where they do."""
    first, _, rest = source.partition(" ")
    if first == "topic":
        known = lawbook.words.topics
        return "" if rest in known else f"The law data have no topic {rest}.{nearest(rest, known)}"
    if first == "house":
        rules = [rule.id for rule in lawbook.house.rules]
        return "" if not rest or rest in rules else f"There is no house rule {rest}.{nearest(rest, rules)}"
    if first not in lawbook.treaties:
        return f"The law data have no instrument {first}.{nearest(first, lawbook.treaties)}"
    if not any(_on(rule, rest) for rule in lawbook.treaties[first].rules):
        return f"No rule of {first} rests on {rest}."
    return ""


def _on(rule: Rule, article: str) -> bool:
    return article.split(" ", 1)[-1] in rule.article


@cache
def _schema() -> Any:
    schema = json.loads((files("rogatory.documents") / "catalogue.schema.json").read_text("utf-8"))
    known = schema["$defs"]["fact"]["properties"]["from"]["enum"]
    if set(known) != {PROCEDURE, *FOUND}:
        raise AssertionError("catalogue.schema.json and found.py name different sources of facts")
    return validator(schema)
