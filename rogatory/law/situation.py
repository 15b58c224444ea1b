"""What a cross-field check may look at, what it yields, and how it reads a draft of any shape."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from rogatory.law.model import Lawbook, Rule, StateProfile, Treaty
from rogatory.law.yaml_text import Path
from schemas.assessment import Basis


@dataclass(frozen=True)
class Situation:
    """What a check may look at."""

    draft: dict[str, Any]
    """The draft; at a later step, the facts of that step."""
    element: Any
    """The element judged, with `each` or `over`; else the draft."""
    base: Path
    """Where the element stands."""
    rule: Rule
    treaty: Treaty
    """The instrument, or the house, whose rule it is."""
    lawbook: Lawbook
    today: date
    bases: tuple[Basis, ...] = ()
    """The instruments the draft names, the governing one first."""
    instruments: tuple[str, ...] = ()
    """Their ids; at a later step, those the case rests on."""
    kind: str = ""
    """Of the request."""

    @property
    def governing(self) -> Treaty | None:
        """The instrument that governs, or else the first named."""
        return self.lawbook.treaties[self.instruments[0]] if self.instruments else None

    @property
    def requested(self) -> StateProfile | None:
        """The requested state's profile."""
        return self.lawbook.states.get(str(self.draft.get("to")))


class Breach(NamedTuple):
    """One thing that is wrong: where, and the words for the message."""

    path: Path
    words: Mapping[str, object]


def dicts(value: object) -> list[dict[str, Any]]:
    """The list's elements by position; what is no mapping counts as empty."""
    return [each if isinstance(each, dict) else {} for each in value] if isinstance(value, list) else []


def each_of(case: Situation, field: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements of a list of the draft with their numbers; of a rule that goes through the list, the one judged."""
    for number, element in enumerate(dicts(case.draft.get(field))):
        if case.base[:1] != (field,) or case.base == (field, number):
            yield number, element


def details_of(measure: Mapping[str, Any]) -> dict[str, Any]:
    """A measure's details; empty where they are none."""
    details = measure.get("details")
    return details if isinstance(details, dict) else {}


def at(value: Any, path: str) -> Any:
    """What stands at a path such as details/period/from; None where nothing does."""
    for part in path.split("/"):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def states(case: Situation) -> list[StateProfile]:
    """The profiles of the requesting and the requested state, as far as there are any."""
    profiles = [case.lawbook.states.get(str(case.draft.get(field))) for field in ("from", "to")]
    return [profile for profile in profiles if profile is not None]


def names(state: StateProfile) -> dict[str, object]:
    """A state's name and code, for messages."""
    return {"state": state.short_name, "code": state.code}


def is_number(value: object) -> bool:
    """Whether it is a number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def day(value: object) -> date | None:
    """The day a text says; None where it says none."""
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
