"""One law file: from its text to its record, with every fault named by line and column. Pure."""

import json
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator

from rogatory.law.law_sound import SOUND
from rogatory.law.model import HOUSE, Demand, Limit, Measure, Party, StateProfile, Step, Treaty, Words
from rogatory.law.parties_file import parse_parties
from rogatory.law.schema_faults import Fault, faults, validator
from rogatory.law.yaml_text import Document, YamlFaultError, parse
from schemas.identifiers import Stage

ROOT_FILES = {
    "house.yaml": "treaty",
    "timetable.yaml": "timetable",
    "words.yaml": "words",
    "steps.yaml": "steps",
    "demands.yaml": "demands",
}
"""Files that stand beside the folders, and their kinds."""
FOLDERS = {"treaties": "treaty", "measures": "measure", "states": "state", "parties": "parties"}
_KEY = {"treaty": "id", "measure": "type", "state": "code"}
"""The field that must say the file's own name."""
BOTH_KINDS = ("mutual-assistance", "extradition")


class LawFault(NamedTuple):
    """One fault of one law file."""

    file: str
    line: int
    column: int
    message: str
    fix: str

    def __str__(self) -> str:
        """As compilers say it, so that editors can jump there."""
        return f"{self.file}:{self.line}:{self.column}: {self.message}" + (f"  {self.fix}" if self.fix else "")


class LawFile(NamedTuple):
    """A law file as parsed."""

    name: str
    kind: str
    """treaty | measure | state | parties | timetable | words | steps | demands"""
    value: Any
    """Plain values."""
    text: str

    @property
    def stem(self) -> str:
        """The file's name without folder and ending, e.g. un-untoc."""
        return stem_of(self.name)

    def fault(self, fault: Fault) -> LawFault:
        """The fault with its place: only then are places asked for, since sound files are kept without them."""
        place = _parsed(self.kind, self.text).place(fault.path, key=fault.at_key)
        return LawFault(self.name, place.line, place.column, fault.message, fault.fix)


def kind_of(name: str) -> str:
    """The kind of a law file by its place; raises ValueError with what to do."""
    folder, _, file = name.replace("\\", "/").rpartition("/")
    kind = ROOT_FILES.get(file) or FOLDERS.get(folder.rpartition("/")[2])
    if kind is None:
        raise ValueError(f"{name} stands in none of the folders {', '.join(FOLDERS)}.")
    return kind


def stem_of(name: str) -> str:
    """A file's name without folder and ending."""
    return name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]


def read(name: str, text: str) -> tuple[LawFile | None, list[LawFault]]:
    """Parses a file and judges it by the schema of its kind; references to other files are law_links.py's."""
    try:
        kind = kind_of(name)
        document = _parsed(kind, text)
    except YamlFaultError as error:
        return None, [LawFault(name, error.line, error.column, str(error), error.fix)]
    except ValueError as error:
        return None, [LawFault(name, 1, 1, str(error), "move it there")]
    file = LawFile(name, kind, document.value, text)
    found = faults(schema_of(kind), file.value)
    if not found:
        found = list(SOUND[kind](file.value))
    field = _KEY.get(kind)
    if field and not found and file.value[field] != file.stem:
        said = file.value[field]
        found.append(
            Fault((field,), f'The file is called {file.stem}, its {field} is "{said}".', f"call it {said}.yaml")
        )
    return file, [file.fault(each) for each in found]


@lru_cache(maxsize=8)
def _parsed(kind: str, text: str) -> Document:
    return parse_parties(text) if kind == "parties" else parse(text)


@cache
def schema_of(kind: str) -> Draft202012Validator:
    """The validator of a kind of law file."""
    return validator(json.loads((files("rogatory.law") / f"{kind}.schema.json").read_text("utf-8")))


def merged(rule: dict[str, Any], demands: dict[str, Any]) -> dict[str, Any]:
    """The rule with what its demand says beneath it: the rule's own keys win.

    Args:
        rule: as the file has it.
        demands: name to demand, as demands.yaml has them.
    """
    return {**demands[rule["demand"]], **rule} if "demand" in rule else rule


def kinds_of(rule: dict[str, Any], treaty: dict[str, Any]) -> tuple[str, ...]:
    """For which kinds of request a rule holds: as it says, else the first the instrument carries; the house's, all."""
    if "kinds" in rule:
        return tuple(rule["kinds"])
    return BOTH_KINDS if treaty["id"] == HOUSE else tuple(treaty["carries"])[:1]


def treaty_of(value: dict[str, Any], demands: dict[str, Any]) -> Treaty:
    """The record of a sound treaty file: demands, editions, kinds and sources written out in each rule."""

    def checked(raw: Any) -> Any:
        return raw and {"on": raw["on"], "where": value["editions"][raw["where"]]}

    rules = [
        {
            "url": value.get("url", ""),
            "source": f"{value['short']} {rule['article']}".strip(),
            **merged(rule, demands),
            "checked": checked(rule["checked"]),
            "kinds": kinds_of(rule, value),
        }
        for rule in value["rules"]
    ]
    return Treaty.model_validate({**value, "checked": checked(value.get("checked")), "rules": rules})


def measure_of(value: dict[str, Any]) -> Measure:
    """The record of a sound measure file."""
    return Measure.model_validate(value)


def state_of(value: dict[str, Any]) -> StateProfile:
    """The record of a sound state file."""
    return StateProfile.model_validate(value)


def parties_of(value: dict[str, Any]) -> tuple[Party, ...]:
    """The rows of a sound list of parties."""
    return tuple(Party.model_validate(row) for row in value["rows"])


def timetable_of(value: dict[str, Any]) -> dict[Stage, Limit]:
    """The limits of a sound timetable file."""
    return {Stage(stage): Limit.model_validate(limit) for stage, limit in value["stages"].items()}


def demands_of(value: dict[str, Any]) -> dict[str, Demand]:
    """The demands of a sound demands file."""
    return {name: Demand.model_validate(each) for name, each in value.items()}


def steps_of(value: dict[str, Any]) -> dict[str, Step]:
    """The steps of a sound steps file."""
    return {name: Step.model_validate(each) for name, each in value.items()}


def words_of(values: list[dict[str, Any]]) -> Words:
    """The vocabulary of sound words files; a later one adds to an earlier one."""
    lists = ("topics", "anchors", "grounds", "assurances")
    return Words.model_validate(
        {name: {word: text for value in values for word, text in value.get(name, {}).items()} for name in lists}
    )
