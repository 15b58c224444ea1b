"""The JSON Schema of a draft, for editors and other programs: pydantic's, with the details of each measure joined in.

The details are joined by if/then on the type, not by oneOf: so any validator names the true fault instead of "not valid
under any of the given schemas".
"""

from typing import Any

from rogatory.law.fragment_fields import SHAPES
from rogatory.law.model import Lawbook
from schemas.filed import model_of

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def draft_schema(lawbook: Lawbook, kind: str = "mutual-assistance") -> dict[str, Any]:
    """The schema (2020-12) of a draft of that kind under this lawbook: its measures, instruments and their fields."""
    schema = model_of({"kind": kind}).model_json_schema(by_alias=True)
    shapes = schema["$defs"]
    if "MeasureRequested" in shapes:
        _join_measures(shapes, lawbook)
    shapes |= SHAPES
    shapes["LegalBasis"]["properties"]["instrument"]["enum"] = sorted(lawbook.treaties)
    name = kind if kind == "extradition" else "draft"
    return {"$schema": DIALECT, "$id": f"urn:rogatory:{name}:1", **schema}


def _join_measures(shapes: dict[str, Any], lawbook: Lawbook) -> None:
    measure = shapes["MeasureRequested"]
    types = sorted(lawbook.measures)
    measure["properties"]["type"] = {
        "enum": types,
        "description": "What is asked for: "
        + "; ".join(f"{type_} ({lawbook.measures[type_].title})" for type_ in types),
    }
    measure["allOf"] = [
        {
            "if": {"properties": {"type": {"const": type_}}, "required": ["type"]},
            "then": {"properties": {"details": {"$ref": f"#/$defs/details_{type_}"}}},
        }
        for type_ in types
    ]
    shapes |= {
        f"details_{type_}": {"title": lawbook.measures[type_].title, **lawbook.measures[type_].fields}
        for type_ in types
    }
