"""What a JSON Schema finds, in words a prosecutor or a lawyer can act on."""

import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from rogatory.law.yaml_text import Path

_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list (lines that begin with -)",
    "object": "a group of fields (name: value)",
    "null": "nothing",
}


class Fault(NamedTuple):
    """One fault: where, what, and what to write instead."""

    path: Path
    message: str
    fix: str
    at_key: bool = False
    """The field's name is at fault, not its value."""
    missing: bool = False
    """The last part of the path is not in the file."""


def validator(schema: dict[str, Any] | bool) -> Draft202012Validator:
    """A validator of 2020-12 that also judges dates; the schema itself is taken as sound (law_file.py judges it)."""
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(judge: Draft202012Validator, value: Any, base: Path = ()) -> list[Fault]:
    """Every fault of a value, in the order of the file as far as the value keeps it."""
    return [fault for error in judge.iter_errors(value) for fault in _say(error, base)]


def nearest(got: object, among: Iterable[str]) -> str:
    """` Did you mean "x"?` for a slip of the keyboard, else nothing."""
    options = list(among)
    plain = {_plain(option): option for option in options}
    match = difflib.get_close_matches(_plain(str(got)[:80]), list(plain), 1, 0.6)
    return f' Did you mean "{plain[match[0]]}"?' if match else ""


def one_of(options: Iterable[object]) -> str:
    """The values that may be written."""
    return "one of: " + ", ".join(_yaml(option) for option in options)


def shown(value: object) -> str:
    """A value as it stands in the file, shortened."""
    text = _yaml(value) if not isinstance(value, dict | list) else "a list" if isinstance(value, list) else "a group"
    return text if len(text) <= 60 else text[:57] + "..."


def _say(error: ValidationError, base: Path) -> Iterator[Fault]:  # noqa: PLR0912  (one branch a keyword)
    path: Path = (*base, *error.absolute_path)
    name = str(next((part for part in reversed(path) if isinstance(part, str)), "this file"))
    schema: dict[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    got: Any = error.instance
    limit: Any = error.validator_value
    match error.validator:
        case "required":
            for field in _named(error, [each for each in limit if each not in got]):
                yield Fault((*path, field), f'"{field}" is missing.', _hint(schema, field), missing=True)
        case "additionalProperties" | "unevaluatedProperties":
            known = list(schema.get("properties", {}))
            for field in got:
                if field not in known:
                    yield Fault(
                        (*path, field),
                        f'"{field}" is not a field here.{nearest(field, known)}',
                        "one of: " + ", ".join(known) if known else "remove it",
                        at_key=True,
                    )
        case "type":
            kinds = [limit] if isinstance(limit, str) else list(limit)
            fix = "write " + " or ".join(_KINDS.get(kind, kind) for kind in kinds)
            if "string" in kinds and isinstance(got, int | float) and not isinstance(got, bool):
                fix = f'put it in quotes: "{got}"'
            said = "is empty" if got is None else f"is {shown(got)}"
            yield Fault(path, f"{name} {said}.", fix)
        case "enum":
            yield Fault(
                path, f'"{shown(got)}" is not allowed for {name}.{nearest(got, map(str, limit))}', one_of(limit)
            )
        case "const":
            yield Fault(path, f"{name} must be {_yaml(limit)}.", f"write {_yaml(limit)}")
        case "minLength" | "minItems" | "minProperties":
            unit = {"minLength": "characters", "minItems": "entries", "minProperties": "fields"}[str(error.validator)]
            count = len(got)
            said = "is empty" if not count else f"has {count} {unit}; at least {limit} are needed"
            yield Fault(path, f"{name} {said}.", _example(schema) or "fill it in")
        case "maxLength" | "maxItems":
            unit = "characters" if error.validator == "maxLength" else "entries"
            yield Fault(path, f"{name} has {len(got)} {unit}; at most {limit} are taken.", "shorten it")
        case "minimum" | "exclusiveMinimum" | "maximum" | "exclusiveMaximum":
            bound = {"minimum": "at least", "exclusiveMinimum": "more than", "maximum": "at most"}
            said = f"{bound.get(str(error.validator), 'less than')} {limit}"
            yield Fault(path, f"{name} is {shown(got)}; it must be {said}.", f"write a number of {said}")
        case "format":
            yield Fault(
                path, f'"{shown(got)}" is not a {limit}.', "write YYYY-MM-DD" if limit == "date" else "correct it"
            )
        case "pattern":
            yield Fault(
                path, f'"{shown(got)}" is not written as {name} must be.', _example(schema) or f"matching {limit}"
            )
        case "uniqueItems":
            yield Fault(path, f"{name} names the same thing twice.", "keep one of them")
        case _:
            yield Fault(
                path, str(schema.get("$comment") or f"{name} does not fit what is asked here."), _example(schema)
            )


def _named(error: ValidationError, missing: list[str]) -> list[str]:
    """The one missing field this error is about: the library reports each on its own."""
    said = re.match(r"'([^']+)' is a required", error.message)
    return [field for field in missing if said is None or field == said[1]]


def _hint(schema: dict[str, Any], field: str) -> str:
    described = schema.get("properties", {}).get(field)
    if isinstance(described, dict):
        if described.get("description"):
            return f"add {field}: {_first_sentence(str(described['description']))}"
        if example := _example(described):
            return f"add {field}; {example}"
    return f"add {field}:"


def _first_sentence(text: str) -> str:
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _example(schema: dict[str, Any]) -> str:
    examples = schema.get("examples")
    return f"e.g. {_yaml(examples[0])}" if examples else ""


def _plain(text: str) -> str:
    return text.casefold().replace("-", "_").replace(" ", "_")


def _yaml(value: object) -> str:
    if value is None:
        return "nothing"
    return str(value).lower() if isinstance(value, bool) else str(value)
