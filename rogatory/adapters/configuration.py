"""config.json of an installation: one JSON object with a section for each thing that can be set."""

import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rogatory.errors import UsageError

M = TypeVar("M", bound=BaseModel)
CONFIGURATION = "config.json"


def read_configuration(home: Path) -> dict[str, Any]:
    """The whole file; nothing where there is none. Raises UsageError: it is no JSON object."""
    path = home / CONFIGURATION
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (ValueError, OSError) as fault:
        raise UsageError(f"{path} is spoilt: {fault}.", "Mend it, or put it back from your backup.") from fault
    if not isinstance(content, dict):
        raise UsageError(f"{path} holds no JSON object.", "Put it back from your backup.")
    return content


def read_section(home: Path, name: str, model: type[M], hint: str) -> M | None:
    """The section of that name; None where there is none. Raises UsageError naming what is wrong, with the hint."""
    section = read_configuration(home).get(name)
    return None if section is None else as_configured(home, section, model, hint, name)


def as_configured(home: Path, content: object, model: type[M], hint: str, *within: str) -> M:
    """What stands in the file, at that place of it. Raises UsageError naming the first thing that is wrong."""
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join([*within, *(str(part) for part in first["loc"])])
        message = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{home / CONFIGURATION}: {where}: {message}.", hint) from fault
