"""The published schemas of what commands write as JSON."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from rogatory.cli.main import COMMANDS

FILE = Path(__file__).parents[2] / "schemas" / "json" / "output.schema.json"
UNSPOKEN = {"demo", "worker"}
"""They play or serve, and write no document."""
TREE = frozenset(COMMANDS)
"""Without the commands that a test adds for itself."""


@cache
def schemas() -> dict[str, Any]:
    """The whole file."""
    document: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return document


@cache
def validator(name: str) -> Draft202012Validator:
    """Of one definition."""
    return Draft202012Validator(schemas() | {"$ref": f"#/$defs/{name}"})


def command_of(arguments: Sequence[str]) -> str | None:
    """The command a line names, wherever its global flags stand; None where it names none."""
    words = [word for before, word in zip(["", *arguments], arguments, strict=False) if before != "--as"]
    words = [word for word in words if not word.startswith("-")]
    return next((path for path in (" ".join(words[:2]), *words[:1]) if path in TREE), None)


def check(arguments: Sequence[str], document: Any) -> None:
    """Raises AssertionError where the document is not what is published for its command."""
    failed = isinstance(document, dict) and "error" in document
    path = command_of(arguments)
    if path is None and not failed:  # a command made for one test
        return
    name = "error" if failed or path is None else path.replace(" ", "-")
    faults = [f"{error.json_path}: {error.message}"[:400] for error in validator(name).iter_errors(document)]
    assert not faults, f"{' '.join(arguments)}: not as published: {faults[:3]}"
