"""The example of a measure with every TODO written, and every optional line taken: what a prosecutor could file."""

import re
from typing import Any

from rogatory.law.fragment_fields import SHAPES
from rogatory.law.yaml_text import parse

FITTING = {
    "date": "2027-03-01",
    "^(0|[1-9]": "1250000.00",
    "^[A-Z]{3}$": "EUR",
    r"^\d{4}-": "2026-10-05T21:14:09Z",
    r"^p\d": "p1",
    r"^m\d": "m1",
}
"""By format, or by how a pattern begins."""


def filled(example: str, fields: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    """The details an example stands for.

    Args:
        example: of the measure, as `draft new` prints it.
        fields: its JSON Schema.
        whole: with the optional lines too, which stand there as comments.
    """
    text = re.sub(r"^( *)# (?=[a-z_]+:|  )", r"\1", example, flags=re.MULTILINE) if whole else example
    written = _written(parse(text).value, fields)
    assert isinstance(written, dict)
    return written


def _written(value: Any, schema: dict[str, Any]) -> Any:
    schema = SHAPES[schema["$ref"].rpartition("/")[2]] | schema if "$ref" in schema else schema
    if isinstance(value, dict):
        return {name: _written(each, schema.get("properties", {}).get(name, {})) for name, each in value.items()}
    if isinstance(value, list):
        return [_written(each, schema.get("items", {})) for each in value]
    if value != "TODO":
        return value
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") in ("boolean", "integer", "number"):
        return True if schema["type"] == "boolean" else schema.get("minimum", 1)
    said = schema.get("format", schema.get("pattern", ""))
    return next((fit for begins, fit in FITTING.items() if said.startswith(begins)), "as the file shows")
