"""One law file: from its text to its record, with every fault named by line and column. Pure."""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from rogatory.law.crossfield import CHECKS
from rogatory.law.model import Limit, Measure, StateProfile, Treaty
from rogatory.law.schema_faults import Fault, faults, nearest, validator
from rogatory.law.yaml_text import Document, Path, YamlFaultError, parse
from schemas.identifiers import Stage
from schemas.request import Draft

SHAPES: dict[str, Any] = {
    "line": {"type": "string", "minLength": 1, "maxLength": 300, "pattern": r"\S"},
    "prose": {"type": "string", "minLength": 1, "maxLength": 40000, "pattern": r"\S"},
    "lines": {"type": "array", "maxItems": 200, "items": {"$ref": "#/$defs/prose"}},
}
"""What measures may refer to as #/$defs/NAME; the same limits as the rest of the draft (schemas/request.py)."""


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
    """treaty | measure | state | timetable"""
    document: Document

    def fault(self, fault: Fault) -> LawFault:
        """The fault with its place."""
        place = self.document.place(fault.path, key=fault.at_key)
        return LawFault(self.name, place.line, place.column, fault.message, fault.fix)


def kind_of(name: str) -> str:
    """The kind of a law file by its place; raises ValueError with what to do."""
    folder, _, file = name.replace("\\", "/").rpartition("/")
    if file in ("timetable.yaml", "house.yaml"):
        return "timetable" if file == "timetable.yaml" else "treaty"
    if kind := {"treaties": "treaty", "measures": "measure", "states": "state"}.get(folder.rpartition("/")[2]):
        return kind
    raise ValueError(f"{name} stands in none of the folders treaties, measures, states.")


def read(name: str, text: str) -> tuple[LawFile | None, list[LawFault]]:
    """Parses a file and judges it by the schema of its kind; the record can be made if there are no faults."""
    try:
        kind = kind_of(name)
        document = parse(text)
    except YamlFaultError as error:
        return None, [LawFault(name, error.line, error.column, str(error), error.fix)]
    except ValueError as error:
        return None, [LawFault(name, 1, 1, str(error), "move it there")]
    file = LawFile(name, kind, document)
    found = faults(schema_of(kind), document.value)
    if not found:
        found = list(_SOUND[kind](document.value))
    stem = name.replace("\\", "/").rpartition("/")[2].removesuffix(".yaml")
    field = {"treaty": "id", "measure": "type", "state": "code"}.get(kind)
    if field and not found and document.value[field] != stem:
        said = document.value[field]
        found.append(Fault((field,), f'The file is called {stem}, its {field} is "{said}".', f"call it {said}.yaml"))
    return file, [file.fault(each) for each in found]


@cache
def schema_of(kind: str) -> Draft202012Validator:
    """The validator of a kind of law file."""
    return validator(json.loads((files("rogatory.law") / f"{kind}.schema.json").read_text("utf-8")))


def treaty_of(value: dict[str, Any]) -> Treaty:
    """The record of a sound treaty file: editions and sources written out in each rule."""

    def checked(raw: Any) -> Any:
        return raw and {"on": raw["on"], "where": value["editions"][raw["where"]]}

    rules = [
        {
            "url": value.get("url", ""),
            "source": f"{value['short']} {rule['article']}".strip(),
            **rule,
            "checked": checked(rule["checked"]),
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


def timetable_of(value: dict[str, Any]) -> dict[Stage, Limit]:
    """The limits of a sound timetable file."""
    return {Stage(stage): Limit.model_validate(limit) for stage, limit in value["stages"].items()}


def _treaty_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say of a treaty file."""
    if value.get("checked") and value["checked"]["where"] not in value["editions"]:
        yield _unknown(("checked", "where"), value["checked"]["where"], "edition", value["editions"])
    seen: dict[str, int] = {}
    for number, rule in enumerate(value["rules"]):
        at: Path = ("rules", number)
        if rule["id"] in seen:
            yield Fault((*at, "id"), f'The rule "{rule["id"]}" is there twice.', "give each rule an id of its own")
        seen[rule["id"]] = number
        checked = rule["checked"]
        if checked and checked["where"] not in value["editions"]:
            yield _unknown((*at, "checked", "where"), checked["where"], "edition", value["editions"])
        if rule["severity"] == "error" and not checked:
            yield Fault(
                (*at, "severity"),
                f"{rule['id']} blocks, but nobody has recorded reading its article.",
                "write severity: warning, or read the article and write checked: {on: date, where: edition}",
            )
        yield from _decided_one_way(at, rule)
        for part in ("applies", "must"):
            if part in rule:
                yield from _fragment_sound((*at, part), rule[part], rule.get("each"))


def _decided_one_way(at: Path, rule: dict[str, Any]) -> Iterator[Fault]:
    ways = [way for way in ("must", "check", "person") if way in rule]
    if len(ways) != 1:
        said = " and ".join(ways) or "nothing"
        yield Fault((*at, "id"), f"{rule['id']} is decided by {said}.", "give exactly one of must, check, person")
    if "check" in rule and rule["check"] not in CHECKS:
        yield _unknown((*at, "check"), rule["check"], "check", CHECKS)
    if "person" not in rule and rule.get("must") is not True:
        for word in ("message", "fix"):
            if word not in rule:
                yield Fault((*at, "id"), f'{rule["id"]} has no "{word}" for the prosecutor.', f"add {word}:")


def _fragment_sound(at: Path, fragment: Any, each: str | None) -> Iterator[Fault]:
    try:
        Draft202012Validator.check_schema(fragment)
    except SchemaError as error:
        yield Fault((*at, *error.absolute_path), f"This is no JSON Schema: {error.message}", "see json-schema.org")
        return
    shape = _draft_schema()
    if each:
        shape = _resolved(_resolved(shape)["properties"][each])
        shape = shape["items"]
    yield from _fields_exist(at, fragment, shape)


def _fields_exist(at: Path, fragment: Any, shape: dict[str, Any]) -> Iterator[Fault]:
    """A rule over a misspelt field would never fail: each field it names must be one of the draft's."""
    if not isinstance(fragment, dict):
        return
    if "$ref" in fragment:
        yield Fault((*at, "$ref"), "A rule may not refer elsewhere.", "write the schema out")
    shape = _resolved(shape)
    known = shape.get("properties")
    for name, below in fragment.get("properties", {}).items():
        if known is not None and name not in known:
            yield _unknown((*at, "properties", name), name, "field of the draft here", known, at_key=True)
        else:
            yield from _fields_exist((*at, "properties", name), below, known[name] if known else {})
    for number, name in enumerate(fragment.get("required", [])):
        if known is not None and name not in known:
            yield _unknown((*at, "required", number), name, "field of the draft here", known)
    words = {"items": shape.get("items", {}), "contains": shape.get("items", {})}
    for word, below in (words | dict.fromkeys(("not", "if", "then", "else"), shape)).items():
        yield from _fields_exist((*at, word), fragment.get(word), below)
    for word in ("anyOf", "oneOf", "allOf"):
        for number, option in enumerate(fragment.get(word, [])):
            yield from _fields_exist((*at, word, number), option, shape)


@cache
def _draft_schema() -> dict[str, Any]:
    return Draft.model_json_schema()


def _resolved(shape: dict[str, Any]) -> dict[str, Any]:
    """The schema a reference of pydantic's means; of an optional value, the value."""
    if "$ref" in shape:
        return _resolved(_draft_schema()["$defs"][shape["$ref"].rpartition("/")[2]])
    if "anyOf" in shape:
        return _resolved(next(each for each in shape["anyOf"] if each.get("type") != "null"))
    return shape


def _unknown(path: Path, got: object, what: str, among: Iterable[str], *, at_key: bool = False) -> Fault:
    options = list(among)
    return Fault(path, f'"{got}" is no {what}.{nearest(got, options)}', "one of: " + ", ".join(options), at_key=at_key)


def _measure_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say of a measure file."""
    try:
        Draft202012Validator.check_schema(value["fields"])
    except SchemaError as error:
        yield Fault(("fields", *error.absolute_path), f"This is no JSON Schema: {error.message}", "see json-schema.org")
        return
    yield from _labels_sound(value)
    try:
        example = parse(value["example"]).value
    except YamlFaultError as error:
        yield Fault(("example",), f"The example is not YAML: {error}", error.fix)
        return
    for field in value["fields"]["required"]:
        if not isinstance(example, dict) or field not in example:
            yield Fault(("example",), f'The example lacks "{field}".', "show every required field")


def _labels_sound(value: dict[str, Any]) -> Iterator[Fault]:
    for path in value["labels"]:
        shape = value["fields"]
        for part in path.split("/"):
            shape = shape.get("items", shape).get("properties", {}).get(part)
            if shape is None:
                yield _unknown(("labels", path), path, "field", value["fields"]["properties"], at_key=True)
                break
    for field in value["fields"]["properties"]:
        if field not in value["labels"]:
            yield Fault(("labels",), f'The field "{field}" has no label.', f"add {field}: under labels", at_key=True)


def _state_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say of a state file: XA to XZ are user-assigned, all other codes are real states'."""
    invented = "XA" <= value["code"] <= "XZ"
    if invented != value.get("invented", False):
        fix = "write invented: true" if invented else "take a code from XA to XZ, or leave invented out"
        yield Fault(("code",), f"{value['code']} is {'an invented' if invented else 'a real'} state's code.", fix)


def _timetable_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say of a timetable file."""
    for stage, limit in value["stages"].items():
        days = limit["remind_after_days"]
        if days != sorted(days) or (days and days[-1] >= limit["days"]):
            yield Fault(
                ("stages", stage, "remind_after_days"),
                f"{stage}: reminders must rise and come before day {limit['days']}.",
                "e.g. [10, 20]",
            )


_SOUND: dict[str, Callable[[dict[str, Any]], Iterator[Fault]]] = {
    "treaty": _treaty_sound,
    "measure": _measure_sound,
    "state": _state_sound,
    "timetable": _timetable_sound,
}
