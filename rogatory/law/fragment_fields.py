"""Whether the fields a rule's fragments name exist in what it looks at: over a misspelt field it would never fail."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from rogatory.law.law_sound import unknown
from rogatory.law.schema_faults import Fault
from rogatory.law.yaml_text import Path
from schemas.filed import DRAFTS

SHAPES: dict[str, Any] = {
    "line": {"type": "string", "minLength": 1, "maxLength": 300, "pattern": r"\S"},
    "prose": {"type": "string", "minLength": 1, "maxLength": 40000, "pattern": r"\S"},
    "lines": {"type": "array", "maxItems": 200, "items": {"$ref": "#/$defs/prose"}},
}
"""What measures, particulars and facts may refer to as #/$defs/NAME; the limits of the rest of the draft
(schemas/request.py)."""


TEXTS = {"#/$defs/line", "#/$defs/prose", "#/$defs/lines"}


def texts_of(fields: Any, under: str = "") -> tuple[str, ...]:
    """Paths, without numbers, of what is text in the fields of a measure or an instrument, e.g. accounts/holder."""
    if not isinstance(fields, dict):
        return ()
    if fields.get("$ref") in TEXTS:
        return (under,)
    below = [(f"{under}/{name}" if under else name, each) for name, each in fields.get("properties", {}).items()]
    below += [(under, fields["items"])] if "items" in fields else []
    return tuple(path for at, each in below for path in texts_of(each, at))


class Shape(NamedTuple):
    """A JSON Schema with the definitions its references mean."""

    schema: dict[str, Any]
    defs: dict[str, Any]

    def below(self, schema: Any) -> "Shape":
        """A part of it, with references followed; of an optional value, the value."""
        while True:
            if not isinstance(schema, dict):
                return Shape({}, self.defs)
            if "$ref" in schema:
                schema = self.defs.get(schema["$ref"].rpartition("/")[2], {})
            elif "anyOf" in schema:
                schema = next((each for each in schema["anyOf"] if each.get("type") != "null"), {})
            else:
                return Shape(schema, self.defs)


@cache
def draft_shape(kind: str) -> Shape:
    """The shape of a draft of that kind."""
    schema = DRAFTS[kind].model_json_schema(by_alias=True)
    return Shape(schema, schema["$defs"])


def fields_exist(at: Path, fragment: Any, shape: Shape) -> Iterator[Fault]:
    """A fault for every field named in the fragment that the shape does not have.

    Args:
        at: where the fragment stands in its file.
        fragment: a JSON Schema known to be one.
        shape: what it looks at, references followed.
    """
    if not isinstance(fragment, dict):
        return
    if "$ref" in fragment:
        yield Fault((*at, "$ref"), "A rule may not refer elsewhere.", "write the schema out")
    known = shape.schema.get("properties")
    for name, below in fragment.get("properties", {}).items():
        if known is not None and name not in known:
            yield unknown((*at, "properties", name), name, "field of the draft here", known, at_key=True)
        else:
            yield from fields_exist((*at, "properties", name), below, shape.below(known[name] if known else {}))
    for number, name in enumerate(fragment.get("required", [])):
        if known is not None and name not in known:
            yield unknown((*at, "required", number), name, "field of the draft here", known)
    element = shape.below(shape.schema.get("items", {}))
    words = {"items": element, "contains": element} | dict.fromkeys(("not", "if", "then", "else"), shape)
    for word, below in words.items():
        yield from fields_exist((*at, word), fragment.get(word), below)
    for word in ("anyOf", "oneOf", "allOf"):
        for number, option in enumerate(fragment.get(word, [])):
            yield from fields_exist((*at, word, number), option, shape)
