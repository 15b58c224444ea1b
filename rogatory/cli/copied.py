"""A new draft in the words of an earlier request: `rogatory draft new --from REF`."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rogatory.cli.new_draft import Choices
    from schemas.filed import FiledRequest

HEAD = """\
# yaml-language-server: $schema={schema}
# Copied from {reference}, version {version}. Read every line: what was true then may not be now. Not copied: the
# translation, the day to reply by, what it supplements, and the identities of protected persons (sealed:).
# Check it at any time:  rogatory draft check FILE
"""


def copied_draft(reference: str, filed: "FiledRequest", given: "Choices", schema: str) -> str:
    """The YAML text of the copy.

    Args:
        reference: the earlier case.
        filed: its request in force.
        given: what the flags say otherwise: file number, legal basis, requested state, supplements, urgency.
        schema: the schema's path as the draft's folder sees it.
    """
    import io

    from ruamel.yaml import YAML

    values: dict[str, Any] = filed.draft.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    for gone in ("translation", "supplements"):
        values.pop(gone, None)
    urgency = values.get("urgency")
    if isinstance(urgency, dict):
        urgency.pop("reply_by", None)
    for person in values.get("persons", ()):
        if person.get("protected"):
            person["sealed"] = {"name": "TODO"}
    if given.to:
        values["to"] = given.to.upper()
    if given.basis:
        values["legal_basis"] = [{"instrument": each} for each in given.basis]
    if given.file_number:
        values["proceedings"]["file_number"] = given.file_number
    if given.supplements:
        values["supplements"] = given.supplements
    if given.urgent:
        values["urgency"] = {"level": "urgent", "reason": (urgency or {}).get("reason", "TODO")}
    yaml, out = YAML(), io.StringIO()
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump(_literal({"schema_version": 1, **values}), out)
    return HEAD.format(schema=schema, reference=reference, version=filed.version) + out.getvalue()


def _literal(value: Any) -> Any:
    """Texts of several lines as blocks, as a person would write them."""
    from ruamel.yaml.scalarstring import LiteralScalarString

    if isinstance(value, dict):
        return {key: _literal(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_literal(each) for each in value]
    return LiteralScalarString(value) if isinstance(value, str) and "\n" in value else value
