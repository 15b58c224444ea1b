"""What pydantic finds wrong with the form of a draft, in words a prosecutor can act on."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from rogatory.law.requirements import FORM, path_of
from rogatory.law.schema_faults import nearest, shown
from rogatory.law.yaml_text import Path
from schemas.assessment import Finding, Severity
from schemas.filed import DRAFTS, model_of

# Where a pattern refuses a value: what to write.
_WRITE = {
    "id": {"persons": "p and a number, e.g. p1", "measures": "m and a number, e.g. m1"},
    "persons": {"": "ids of persons of this draft, e.g. [p1]"},
    "language": {"": "a language tag, e.g. en"},
    "instrument": {"": "the id of an instrument; see: rogatory law list"},
    "type": {"": "a type of assistance; see: rogatory draft types"},
}
_OTHER_NAMES = {"UK": "GB", "ENGLAND": "GB", "GREAT BRITAIN": "GB", "USA": "US", "HOLLAND": "NL", "RUSSIA": "RU"}

MOST = 200
"""Nobody mends more at once, and each takes time to place."""


class Form(NamedTuple):
    """One fault of form."""

    path: Path
    message: str
    fix: str
    at_key: bool = False
    weak: bool = False
    """What the law says of the same place, or of what is missing there, says it better."""

    def finding(self) -> Finding:
        """As a finding, without its place."""
        return Finding(
            path=path_of(self.path), severity=Severity.ERROR, rule=FORM, source="", message=self.message, fix=self.fix
        )


def form_faults(error: ValidationError, value: dict[str, Any], states: Mapping[str, str]) -> list[Form]:
    """The faults of a draft's form.

    Args:
        error: what pydantic raised over the draft as strict JSON.
        value: the draft's plain values.
        states: names of states beyond ISO 3166 to their codes.
    """
    return [
        _say(each, _path(each["loc"], value), states, str(value.get("kind")))
        for each in error.errors(include_url=False)[:MOST]
        if not (each["type"] == "too_short" and each["input"])  # its entries are at fault, and said so themselves
    ]


def _path(loc: tuple[int | str, ...], value: Any) -> Path:
    """The part of pydantic's location that is in the file: it also names branches of unions, which are not."""
    path: list[int | str] = []
    node = value
    for number, part in enumerate(loc):
        if isinstance(node, dict) and isinstance(part, str):
            if part not in node and number < len(loc) - 1:
                continue
            path.append(part)
            node = node.get(part)
        elif isinstance(node, list) and isinstance(part, int) and part < len(node):
            path.append(part)
            node = node[part]
    return tuple(path)


def _say(  # noqa: PLR0912  (one branch a kind of error)
    error: ErrorDetails, path: Path, states: Mapping[str, str], of: str
) -> Form:
    kind, got, limits = error["type"], error["input"], error.get("ctx", {})
    name = str(next((part for part in reversed(path) if isinstance(part, str)), "this file"))
    if kind == "missing":
        return Form(path, f'"{name}" is missing.', f"add {name}: {_meaning(path, of)}".rstrip(), weak=True)
    if kind == "extra_forbidden":
        known = fields_at(path[:-1], of)
        fix = "one of: " + ", ".join(known)
        return Form(path, f'"{name}" is not a field here.{nearest(name, known)}', fix, at_key=True)
    if got is None:
        return Form(path, f"{name} is empty.", f"write {_meaning(path, of) or 'it'}, or remove the line")
    if kind in ("literal_error", "enum"):
        options = [word.strip(" '") for word in str(limits["expected"]).replace(" or ", ", ").split(",")]
        options = list(DRAFTS) if path == ("kind",) else options
        return Form(
            path, f'"{shown(got)}" is not allowed for {name}.{nearest(got, options)}', "one of: " + ", ".join(options)
        )
    if kind == "string_pattern_mismatch":
        if name in ("from", "to"):
            return Form(path, f'"{shown(got)}" is not a country code.', _country(str(got), states))
        words = _WRITE.get(name, {})
        fix = words.get(str(path[0])) or words.get("") or f"matching {limits.get('pattern')}"
        weak = name in ("type", "instrument")  # the law data say which there are
        return Form(path, f'"{shown(got)}" is not written as {name} must be.', f"write {fix}", weak=weak)
    if kind == "string_type":
        if isinstance(got, bool | int | float):
            written = str(got).lower() if isinstance(got, bool) else str(got)
            return Form(path, f"{name} is {written}, but must be text.", f'put it in quotes: "{written}"')
        return Form(path, f"{name} is {shown(got)}, but must be text.", "write one text")
    if kind in ("string_too_short", "too_short"):
        return Form(path, f"{name} is empty.", "write at least one entry" if kind == "too_short" else "fill it in")
    if kind in ("string_too_long", "too_long"):
        unit = "characters" if kind == "string_too_long" else "entries"
        count = len(got) if isinstance(got, str | list) else "too many"
        return Form(path, f"{name} has {count} {unit}; at most {limits.get('max_length')} are taken.", "shorten it")
    if kind.startswith("date_"):
        return Form(path, f'"{shown(got)}" is not a date.', "write YYYY-MM-DD, a day that exists")
    if kind == "bool_type":
        return Form(path, f"{name} is {shown(got)}.", "write true or false")
    if kind in ("int_type", "float_type", "int_from_float"):
        fix = "write a whole number" if kind.startswith("int") else "write a number, without quotes or unit"
        return Form(path, f"{name} is {shown(got)}, but must be a number.", fix)
    if kind in ("greater_than", "greater_than_equal", "less_than_equal", "less_than"):
        bound = next(iter(limits.values()), "")
        said = {"greater_than": "more than", "greater_than_equal": "at least", "less_than_equal": "at most"}
        return Form(path, f"{name} is {shown(got)}; it must be {said.get(kind, 'less than')} {bound}.", "correct it")
    if kind in ("tuple_type", "list_type"):
        return Form(
            path, f"{name} is {shown(got)}, but must be a list.", "begin each entry with - on a line of its own"
        )
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        known = fields_at(path, of)
        return Form(
            path, f"{name} is {shown(got)}, but has fields of its own.", "one of: " + ", ".join(known) if known else ""
        )
    return Form(path, f"{name}: {error['msg'][0].lower()}{error['msg'][1:]}.", "correct it")


def _country(text: str, states: Mapping[str, str]) -> str:
    """What to write for a country given by name."""
    wanted = re.sub(r"\s+", " ", text.strip())
    for name, code in states.items():
        if wanted.casefold() in (name.casefold(), code.casefold()):
            return f'write "{code}" for {name}'
    import pycountry  # noqa: PLC0415  (only who writes a name pays for the list of names)

    try:
        found = pycountry.countries.lookup(_OTHER_NAMES.get(wanted.upper(), wanted))
        return f'write "{found.alpha_2}" for {getattr(found, "common_name", found.name)}'
    except LookupError:
        names = {country.name: country.alpha_2 for country in pycountry.countries}
        guess = nearest(wanted, [*names, *states]).removeprefix(' Did you mean "').removesuffix('"?')
        if guess:
            return f'write "{states.get(guess) or names[guess]}" for {guess}'
        return "two letters of ISO 3166-1, e.g. NO for Norway"


def fields_at(path: Path, kind: str) -> list[str]:
    """The fields a draft of that kind knows at a path; none where it does not say."""
    return list(_shape_at(path, kind).get("properties", {}))


def _meaning(path: Path, kind: str) -> str:
    """The first sentence on a field, from its docstring."""
    text = str(
        _shape_at(path[:-1], kind).get("properties", {}).get(path[-1] if path else "", {}).get("description", "")
    )
    return text.split(". ", maxsplit=1)[0].split("\n", maxsplit=1)[0].rstrip(".").lower()[:100]


@cache
def _schema(kind: str) -> dict[str, Any]:
    return model_of({"kind": kind}).model_json_schema()


def _shape_at(path: Path, kind: str) -> dict[str, Any]:
    schema = _schema(kind)
    shape: dict[str, Any] = schema
    for part in path:
        shape = shape.get("items", {}) if isinstance(part, int) else shape.get("properties", {}).get(part, {})
        shape = next((each for each in shape.get("anyOf", []) if each.get("type") != "null"), shape)
        if "$ref" in shape:
            shape = schema["$defs"][shape["$ref"].rpartition("/")[2]]
    return shape
