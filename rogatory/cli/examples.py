"""The drafts that ship with the program, between two invented states."""

import re
from pathlib import Path

import rogatory
from rogatory.errors import NotFoundError


def folder() -> Path:
    """Where they lie: beside the package in a checkout, inside it in a wheel."""
    package = Path(rogatory.__file__).parent
    installed = package / "_app" / "examples"
    return installed if installed.is_dir() else package.parent / "examples"


def example(name: str) -> str:
    """The text of one. Raises NotFoundError."""
    path = folder() / name
    if not path.is_file():
        raise NotFoundError(f"There is no example {name}.")
    return path.read_text(encoding="utf-8")


def weakened(text: str) -> str:
    """A first version that a careful reviewer returns: it does not ask who the beneficial owner is."""
    return re.sub(r"(?m)^(\s*beneficial_ownership:) true\b", r"\1 false", text, count=1)
