"""The measures of a case as the ledger tells: what was granted, which forms were checked, how each was left.

1. An item is tied to one measure at a time; the last tie holds, and every tie stays on record.
2. Of reports on a measure the last one holds; a form is checked against an item of the case.
3. A measure left is opened again by a later report on it; only then is it left anew.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError

Facts = Mapping[str, JsonValue]


@dataclass
class FormCheck:
    """One check of a form."""

    form: str
    item: str
    lacking: tuple[str, ...]
    line: int


@dataclass
class MeasureAnswer:
    """One measure."""

    measure: str
    outcome: str | None = None
    """granted | partly | refused | postponed | nothing-found"""
    on: str | None = None
    procedure_followed: bool | None = None
    forms: dict[str, FormCheck] = field(default_factory=dict)
    """By form: the last check of it."""
    settled: str | None = None
    """complete | incomplete | supplemented"""
    by_request: str | None = None


class Answers:
    """The measures of one case."""

    def __init__(self) -> None:
        self.measures: dict[str, MeasureAnswer] = {}
        self.ties: dict[str, str] = {}
        """Item: the measure it was tied to after it came."""

    def check(self, act: str, facts: Facts, items: Collection[str]) -> None:
        """Returns when the act fits. Raises RefusedError: NotFound, Invalid, AlreadyDecided."""
        item = facts.get("item")
        if item is not None and item not in items:
            raise RefusedError("NotFound", f"There is no item {item} in this case.")
        measure = self.measures.get(str(facts.get("measure")))
        if act == "settle-measure":
            if measure and measure.settled:
                raise RefusedError(
                    "AlreadyDecided", f"{measure.measure} was left as {measure.settled}.", "A new report reopens it."
                )
            if (facts.get("outcome") == "supplemented") != (facts.get("by_request") is not None):
                raise RefusedError("Invalid", "What is supplemented names the supplementary request, and nothing else.")
        present, lacking = _texts(facts, "present"), _texts(facts, "lacking")
        if act == "check-form" and (set(present) & set(lacking) or not present + lacking):
            raise RefusedError("Invalid", "Each element of the form is either present or lacking.")

    def apply(self, entry: Entry) -> None:
        """Takes in what is on the ledger."""
        facts = entry.facts
        name = str(facts.get("measure"))
        if entry.event == "tie-item":
            self.ties[str(facts.get("item"))] = name
        if entry.event not in {"report-measure", "check-form", "settle-measure"}:
            return
        found = self.measures.setdefault(name, MeasureAnswer(name))
        if entry.event == "report-measure":
            found.outcome, found.on = str(facts.get("outcome")), str(facts.get("on"))
            followed = facts.get("procedure_followed")
            found.procedure_followed = followed if isinstance(followed, bool) else None
            found.settled = found.by_request = None
        elif entry.event == "check-form":
            form = str(facts.get("form"))
            found.forms[form] = FormCheck(form, str(facts.get("item")), _texts(facts, "lacking"), entry.seq)
        else:
            found.settled = str(facts.get("outcome"))
            request = facts.get("by_request")
            found.by_request = str(request) if request else None


def _texts(facts: Facts, name: str) -> tuple[str, ...]:
    value = facts.get(name)
    return tuple(map(str, value)) if isinstance(value, list) else ()
