"""Reads which clauses of a letter a drafter may word themselves."""

from functools import cache
from importlib.resources import files
from pathlib import Path

from ruamel.yaml import YAML

from rogatory.documents.clauses import Clause


@cache
def load_clauses() -> dict[str, Clause]:
    """The clauses that ship with the program, by name; a fault in the file is a bug of ours."""
    path = Path(str(files("rogatory.documents") / "clauses.yaml"))
    data = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    return {name: Clause.model_validate({"name": name, **each}) for name, each in data["clauses"].items()}
