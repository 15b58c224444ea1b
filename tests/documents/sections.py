"""Each section on a type of assistance by itself, for whatever a draft may hold."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import templates
from activities.cards import cards_of
from rogatory.adapters.pages import Pages
from rogatory.documents.case_view import completed, state_of
from rogatory.law.registry import load_lawbook
from schemas.documents import Sheet
from tests.law.filled import filled

ROOT = Path(str(templates.__file__)).parent
SECTIONS = sorted(path.parent.name for path in (ROOT / "measures").glob("*/all.html.j2"))
LAWBOOK = load_lawbook()
MEASURES = LAWBOOK.measures
STATES = cards_of(LAWBOOK).states
ALONE = """{% import "_macros/blocks.html.j2" as blocks with context %}
{% include ["measures/" ~ measure.type ~ "/all.html.j2", "measures/all.html.j2"] %}"""


def variants(type_: str) -> Iterator[dict[str, Any]]:
    """The details as they stand in the example, then with everything, then with each other value a choice allows."""
    card = MEASURES[type_]
    yield filled(card.example, card.fields, whole=False)
    whole = filled(card.example, card.fields, whole=True)
    yield whole
    for name, field in card.fields["properties"].items():
        for choice in field.get("enum", [True, False] if field.get("type") == "boolean" else []):
            yield whole | {name: choice}


class Sections:
    """The HTML of sections, as a letter in some language takes them in; the draft is in English."""

    def __init__(self, folder: Path) -> None:
        (folder / "section").mkdir()
        (folder / "section" / "all.html.j2").write_text(ALONE)
        self._pages = Pages(ROOT, folder)

    def html(self, type_: str, details: dict[str, Any], language: str = "en") -> str:
        """The section of one measure that concerns V1."""
        card = MEASURES[type_]
        measure = {
            "id": "m1",
            "type": type_,
            "persons": ["V1"],
            "shown": {"p1": "V1"},
            "details": completed(dict(details), card.labels),
            "return_proof": card.return_proof,
        }
        context = {
            "measure": measure,
            "law": {"cite": {}},
            "request": {},
            "words_language": "en",
            "requesting": state_of(STATES["XV"], language, "requesting"),
            "requested": state_of(STATES["XN"], language, "requested"),
        }
        at = datetime(2026, 11, 22, 9, tzinfo=UTC)
        sheet = Sheet(document="section", language=language, title="Section", context=context, data={}, dated=at)
        return self._pages.html(sheet)
