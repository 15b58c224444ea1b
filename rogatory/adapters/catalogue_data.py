"""Reads the catalogue of documents."""

from importlib.resources import files
from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from rogatory.documents.catalogue import Catalogue
from rogatory.errors import UsageError


def load_catalogue(path: Path | None = None) -> Catalogue:
    """The catalogue that ships with the program, or the one given. Raises UsageError naming the fault's place."""
    where = path or Path(str(files("rogatory.documents") / "catalogue.yaml"))
    try:
        return Catalogue.model_validate(YAML(typ="safe", pure=True).load(where.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UsageError(f"{where.name}: {place}: {first['msg']}.", "Correct the catalogue.") from error
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise UsageError(f"{where} cannot be read as a catalogue: {error}.", "Correct the catalogue.") from error
