"""Why a request is returned, field by field: the decision's one reason, made of what each row of the form says."""

from collections.abc import Mapping

from pydantic import BaseModel

ROWS = 4
"""Fields that one form can name; more are told in the reason at large."""


def fields_of(draft: BaseModel) -> list[str]:
    """The fields of a request that are filled in, as its draft file names them, two levels deep."""
    found = []
    for name, value in draft.model_dump(mode="json", by_alias=True, exclude_none=True).items():
        found.append(name)
        if isinstance(value, dict):
            found += [f"{name}.{inner}" for inner in value]
        elif isinstance(value, list):
            found += [f"{name}[{number}]" for number, _ in enumerate(value, 1)]
    return found


def reasons_by_field(form: Mapping[str, str]) -> dict[str, str]:
    """What the rows of the form say, by the names of its controls."""
    names = (f"{part}-{number}" for number in range(1, ROWS + 1) for part in ("field", "why"))
    return {name: form[name].strip() for name in names if form.get(name, "").strip()}


def told(rows: Mapping[str, str], reason: str) -> str:
    """The reason that goes on record: a line for each field, then the words at large."""
    lines = [
        f"{rows.get(f'field-{number}', 'request')}: {why}"
        for number in range(1, ROWS + 1)
        if (why := rows.get(f"why-{number}"))
    ]
    return "\n".join([*lines, reason]).strip()
