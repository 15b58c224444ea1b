"""Corrections of the record: a new line says what an older one should have said, and both stay.

1. What is corrected is named by its line and field, with what the line says; a correction is corrected in its turn.
2. It takes another person than the one who signed the line.
3. Where the wrong value still stands, the right one stands from now on; what came between is not judged anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.ledger import Entry, persons_of
from rogatory.errors import RefusedError
from schemas.items import Condition

Facts = Mapping[str, JsonValue]
STANDING = {
    "place": "place",
    "container": "container",
    "seal_after": "seal",
    "condition": "condition",
    "happened_at": "happened_at",
}
"""Facts that say how an item stands, and its attribute."""


@dataclass(frozen=True)
class _Line:
    item: str
    persons: frozenset[str]
    facts: Facts


class Corrections:
    """The lines about items that may be corrected, and what they were corrected to."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._now: dict[tuple[str, str], str] = {}

    def note(self, entry: Entry) -> None:
        """Takes in a line about an item, or a correction of one."""
        facts = entry.facts
        if entry.event == "correct-item":
            self._now[str(facts.get("line")), str(facts.get("field"))] = str(facts.get("new"))
        else:
            self._lines[f"sha256:{entry.digest}"] = _Line(str(facts.get("item")), persons_of(facts), facts)

    def check(self, facts: Facts) -> None:
        """Returns when the correction fits. Raises RefusedError: NotFound, FourEyes, Superseded, Invalid."""
        item, name, new = str(facts.get("item")), str(facts.get("field")), str(facts.get("new"))
        line = self._lines.get(str(facts.get("line")))
        if line is None or line.item != item:
            raise RefusedError("NotFound", f"No such line is about {item}.", f"See: rogatory custody show {item}")
        said = self.says(str(facts.get("line")), name)
        if said is None or said != facts.get("old"):
            raise RefusedError("Superseded", f"That line says {said or 'nothing'} for {name}, not {facts.get('old')}.")
        if new == said:
            raise RefusedError("Invalid", f"That line says {said} for {name} already.")
        if name == "condition" and new not in set(Condition):
            raise RefusedError("Invalid", f"{new} is no condition.", f"One of: {', '.join(Condition)}.")
        if name == "happened_at" and not _is_moment(new):
            raise RefusedError("Invalid", f"{new} is no time with its zone.", "Write it as 2026-11-20T14:30+01:00.")
        if persons_of(facts) & line.persons:
            raise RefusedError("FourEyes", "Who signed a line does not correct it.", "Another official must.")

    def says(self, line: str, name: str) -> str | None:
        """What a line says in a field, as corrected; None where it has no such words."""
        value = self._lines[line].facts.get(name) if line in self._lines else None
        return self._now.get((line, name), value if isinstance(value, str) else None)


def corrected(item: object, facts: Facts) -> None:
    """Lets the right value stand where the wrong one still did."""
    attribute = STANDING.get(str(facts.get("field")))
    if attribute and getattr(item, attribute) == facts.get("old"):
        setattr(item, attribute, str(facts.get("new")))


def _is_moment(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
