"""What a schema cannot say of one law file by itself; what it says of other files is law_links.py's. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from rogatory.law.crossfield import CHECKS, PARAMETERS
from rogatory.law.parties_file import parties_sound
from rogatory.law.schema_faults import Fault, faults, nearest, validator
from rogatory.law.yaml_text import Path, YamlFaultError, parse

WAYS = ("demand", "must", "check", "person")
"""How a rule may be decided; by none of them, it is noted."""


def unknown(path: Path, got: object, what: str, among: Iterable[str], *, at_key: bool = False) -> Fault:
    """A name that nothing bears."""
    options = sorted(among)
    many = len(options) > 60
    return Fault(
        path,
        f'"{got}" is no {what}.{nearest(got, options)}',
        f"there are {len(options)}; see the file that lists them" if many else "one of: " + ", ".join(options),
        at_key=at_key,
    )


def schema_sound(at: Path, fragment: Any) -> Iterator[Fault]:
    """Whether a fragment is a JSON Schema, of keywords there are: a misspelt one would hold of everything."""
    try:
        Draft202012Validator.check_schema(fragment)
    except SchemaError as error:
        yield Fault((*at, *error.absolute_path), f"This is no JSON Schema: {error.message}", "see json-schema.org")
    else:
        yield from _keywords_known(at, fragment)


_OF_SCHEMAS = ("properties", "patternProperties", "dependentSchemas")
_LIST_OF_SCHEMAS = ("anyOf", "oneOf", "allOf", "prefixItems")
_SCHEMA = (
    *("items", "contains", "not", "if", "then", "else"),
    *("additionalProperties", "propertyNames", "unevaluatedProperties"),
)
_PLAIN = (
    *("type", "const", "enum", "required", "format", "pattern", "minLength", "maxLength", "minItems", "maxItems"),
    *("minContains", "maxContains", "uniqueItems", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
    *("multipleOf", "minProperties", "maxProperties", "dependentRequired"),
    *("$ref", "$comment", "title", "description", "examples", "default"),
)


def _keywords_known(at: Path, fragment: Any) -> Iterator[Fault]:
    if not isinstance(fragment, dict):
        return
    for keyword, value in fragment.items():
        below: Path = (*at, keyword)
        if keyword in _OF_SCHEMAS:
            for name, each in value.items():
                yield from _keywords_known((*below, name), each)
        elif keyword in _LIST_OF_SCHEMAS:
            for number, each in enumerate(value):
                yield from _keywords_known((*below, number), each)
        elif keyword in _SCHEMA:
            yield from _keywords_known(below, value)
        elif keyword not in _PLAIN:
            known = (*_OF_SCHEMAS, *_LIST_OF_SCHEMAS, *_SCHEMA, *_PLAIN)
            yield unknown(below, keyword, "keyword of JSON Schema", known, at_key=True)


def _treaty_sound(value: dict[str, Any]) -> Iterator[Fault]:
    if value.get("checked") and value["checked"]["where"] not in value["editions"]:
        yield unknown(("checked", "where"), value["checked"]["where"], "edition", value["editions"])
    if (value.get("in_force") is False or value["kind"] in ("scheme", "model")) and "status" not in value:
        said = "It is not in force" if value.get("in_force") is False else f"A {value['kind']} binds nobody"
        yield Fault(("id",), f'{said}, and no "status" says what is known.', "add status: with a sentence")
    seen: set[str] = set()
    clocks: set[str] = set()
    for number, rule in enumerate(value["rules"]):
        at: Path = ("rules", number)
        if rule["id"] in seen:
            yield Fault((*at, "id"), f'The rule "{rule["id"]}" is there twice.', "give each rule an id of its own")
        seen.add(rule["id"])
        checked = rule["checked"]
        if checked and checked["where"] not in value["editions"]:
            yield unknown((*at, "checked", "where"), checked["where"], "edition", value["editions"])
        if rule["severity"] == "error" and not checked:
            yield Fault(
                (*at, "severity"),
                f"{rule['id']} blocks, but nobody has recorded reading its article.",
                "write severity: warning, or read the article and write checked: {on: date, where: edition}",
            )
        yield from _decided_one_way(at, rule)
        for part in ("applies", "must"):
            if part in rule:
                yield from schema_sound((*at, part), rule[part])
        for place, clock in enumerate(rule.get("clocks", [])):
            if clock["id"] in clocks:
                said = f'The clock "{clock["id"]}" is there twice.'
                yield Fault((*at, "clocks", place, "id"), said, "give each clock of an instrument an id of its own")
            clocks.add(clock["id"])
    if "fields" in value:
        faulty = list(schema_sound(("fields",), value["fields"]))
        yield from faulty or _labels_sound(value)


def _decided_one_way(at: Path, rule: dict[str, Any]) -> Iterator[Fault]:
    ways = [way for way in WAYS if way in rule]
    if len(ways) > 1:
        yield Fault((*at, "id"), f"{rule['id']} is decided by {' and '.join(ways)}.", f"give one of {', '.join(WAYS)}")
    if not ways and "says" not in rule:
        fix = f"give exactly one of {', '.join(WAYS)}; or says: for a rule that is only noted"
        yield Fault((*at, "id"), f"{rule['id']} is decided by nothing.", fix)
    if "each" in rule and "over" in rule:
        yield Fault((*at, "over"), f"{rule['id']} looks at each and over at once.", "keep one of them")
    if rule.get("step", "draft") != "draft" and ("each" in rule or "over" in rule):
        yield Fault((*at, "step"), f"{rule['id']} looks at facts: it has neither each nor over.", "leave them out")
    yield from check_sound(at, rule)
    if ("must" in rule and rule["must"] is not True) or "check" in rule:
        for word in ("message", "fix"):
            if word not in rule:
                yield Fault((*at, "id"), f'{rule["id"]} has no "{word}" for the prosecutor.', f"add {word}:")


def check_sound(at: Path, rule: dict[str, Any]) -> Iterator[Fault]:
    """Whether the check exists and has what it needs."""
    if "check" not in rule:
        return
    if rule["check"] not in CHECKS:
        yield unknown((*at, "check"), rule["check"], "check", CHECKS)
    else:
        needed = validator(PARAMETERS.get(rule["check"], not rule.get("parameters")))
        yield from faults(needed, rule.get("parameters", {}), (*at, "parameters"))


def _measure_sound(value: dict[str, Any]) -> Iterator[Fault]:
    faulty = list(schema_sound(("fields",), value["fields"]))
    if faulty:
        yield from faulty
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
    labels = value.get("labels", {})
    for path in labels:
        shape = value["fields"]
        for part in path.split("/"):
            shape = shape.get("items", shape).get("properties", {}).get(part)
            if shape is None:
                yield unknown(("labels", path), path, "field", value["fields"]["properties"], at_key=True)
                break
    for field in value["fields"]["properties"]:
        if field not in labels:
            yield Fault(("labels",), f'The field "{field}" has no label.', f"add {field}: under labels", at_key=True)


def _state_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """XA to XZ are user-assigned, all other codes are real states'."""
    invented = "XA" <= value["code"] <= "XZ"
    if invented != value.get("invented", False):
        fix = "write invented: true" if invented else "take a code from XA to XZ, or leave invented out"
        yield Fault(("code",), f"{value['code']} is {'an invented' if invented else 'a real'} state's code.", fix)


def _timetable_sound(value: dict[str, Any]) -> Iterator[Fault]:
    for stage, limit in value["stages"].items():
        days = limit["remind_after_days"]
        if days != sorted(days) or (days and days[-1] >= limit["days"]):
            yield Fault(
                ("stages", stage, "remind_after_days"),
                f"{stage}: reminders must rise and come before day {limit['days']}.",
                "e.g. [10, 20]",
            )


def _steps_sound(value: dict[str, Any]) -> Iterator[Fault]:
    for name, step in value.items():
        yield from schema_sound((name, "fields"), step["fields"])


def _demands_sound(value: dict[str, Any]) -> Iterator[Fault]:
    for name, demand in value.items():
        yield from check_sound((name,), demand)
        for part in ("applies", "must"):
            if part in demand:
                yield from schema_sound((name, part), demand[part])
        for word in ("message", "fix"):
            if not demand[word] and demand.get("must") is not True:
                yield Fault((name, word), f'"{name}" has no {word} for the prosecutor.', "write it")


def _nothing(_: dict[str, Any]) -> Iterator[Fault]:
    yield from ()


SOUND: dict[str, Callable[[dict[str, Any]], Iterator[Fault]]] = {
    "treaty": _treaty_sound,
    "measure": _measure_sound,
    "state": _state_sound,
    "parties": parties_sound,
    "timetable": _timetable_sound,
    "words": _nothing,
    "steps": _steps_sound,
    "demands": _demands_sound,
}
"""By kind of file."""
