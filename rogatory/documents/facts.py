"""Facts given with an order: checked by the type the catalogue gives them, and as templates show them.

Checked facts are plain values that check to themselves: texts; days as 2026-11-20; moments in UTC; sums as
"EUR 1250.00"; counts as numbers; lists and rows of these. So they can be signed, kept, and read again.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from pydantic import JsonValue

from rogatory.documents.catalogue import DocumentKind, Fact, did_you_mean, near

LINE, PROSE, MOST = 300, 12_000, 200
"""Characters of a line and of a prose text, members of a list."""
SUM = re.compile(r"([A-Z]{3})\s*([0-9][0-9 ,']*(?:\.[0-9]{1,4})?)")
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
Path = tuple[str | int, ...]
Persons = Mapping[str, str]
"""Id of each person of the request: how documents name them."""


class FactFault(NamedTuple):
    """A fact that is not there, or not what it must be."""

    path: Path
    message: str
    missing: bool = False

    @property
    def name(self) -> str:
        """E.g. parties/2/name: rows are counted from one."""
        return "/".join(str(part + 1) if isinstance(part, int) else part for part in self.path)


class _NotSoError(ValueError):
    """Why a value is not of its type."""


def check(
    kind: DocumentKind, given: Mapping[str, JsonValue], persons: Persons
) -> tuple[dict[str, JsonValue], list[FactFault]]:
    """The facts as they are kept, and what is wrong with them; what is missing is `lacking`'s to say.

    Args:
        kind: of the document.
        given: by name; texts from a command line, or plain values from a file.
        persons: of the request, for facts that name one.
    """
    return _group(kind.asked, given, persons, ())


def lacking(kind: DocumentKind, facts: Mapping[str, JsonValue], *, found_later: bool = False) -> list[FactFault]:
    """The required facts that are not among checked facts; with `found_later` but for those that come by themselves."""
    return list(_lacking(kind.asked, facts, (), found_later=found_later))


def shown(
    kind: DocumentKind, facts: Mapping[str, JsonValue], person: Callable[[str], JsonValue]
) -> dict[str, JsonValue]:
    """Checked facts as templates show them: every fact has its name, None or an empty list where it was not given.

    A sum becomes {currency, amount}, a choice {code, label}, a person what documents show of them.
    """
    return {name: _shown(fact, facts.get(name), person) for name, fact in kind.asked.items()}


def _group(
    facts: Mapping[str, Fact], given: Mapping[str, JsonValue], persons: Persons, path: Path
) -> tuple[dict[str, JsonValue], list[FactFault]]:
    kept: dict[str, JsonValue] = {}
    faults: list[FactFault] = []
    for name, value in given.items():
        if name not in facts:
            known = ", ".join(facts) or "none"
            faults.append(
                FactFault((*path, name), f"is no fact here.{did_you_mean(near(name, facts))} It takes: {known}.")
            )
        elif value not in (None, "", []):
            kept[name] = _value(facts[name], value, persons, (*path, name), faults)
    return kept, faults


def _value(fact: Fact, value: JsonValue, persons: Persons, path: Path, faults: list[FactFault]) -> JsonValue:
    if fact.type in {"list", "rows"}:
        members = value if isinstance(value, list) else [value]
        if len(members) > MOST:
            faults.append(FactFault(path, f"has {len(members)} entries; at most {MOST} are taken."))
            return []
        if fact.type == "rows":
            return [_row(fact, each, persons, (*path, number), faults) for number, each in enumerate(members)]
        member = fact.model_copy(update={"type": fact.of or "line"})
        return [_value(member, each, persons, (*path, number), faults) for number, each in enumerate(members)]
    try:
        return _ONE[fact.type](value, fact, persons)
    except _NotSoError as error:
        faults.append(FactFault(path, str(error)))
        return None


def _row(fact: Fact, value: JsonValue, persons: Persons, path: Path, faults: list[FactFault]) -> JsonValue:
    if not isinstance(value, dict):
        faults.append(FactFault(path, f"is no row; write it as fields: {', '.join(fact.fields)}."))
        return {}
    row, more = _group(fact.fields, value, persons, path)
    faults += more
    return row


def _lacking(
    facts: Mapping[str, Fact], given: Mapping[str, JsonValue], path: Path, *, found_later: bool
) -> Iterator[FactFault]:
    for name, fact in facts.items():
        value = given.get(name)
        if value in (None, "", []):
            if fact.required and not (found_later and fact.source != "person"):
                yield FactFault((*path, name), fact.about, missing=True)
        elif fact.type == "rows" and isinstance(value, list):
            for number, row in enumerate(value):
                if isinstance(row, dict):
                    yield from _lacking(fact.fields, row, (*path, name, number), found_later=found_later)


def _text(value: JsonValue, most: int) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _NotSoError("is not text.")
    text = str(value).strip()
    if not text:
        raise _NotSoError("is empty.")
    if len(text) > most:
        raise _NotSoError(f"has {len(text)} characters; at most {most} are taken.")
    return text


def _line(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    text = _text(value, LINE)
    if "\n" in text:
        raise _NotSoError("has several lines; one is taken.")
    return text


def _prose(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    return _text(value, PROSE)


def _date(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    try:
        return date.fromisoformat(_text(value, LINE)).isoformat()
    except ValueError:
        raise _NotSoError("is not a day; write it as YYYY-MM-DD, e.g. 2026-11-20.") from None


def _moment(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    try:
        at = datetime.fromisoformat(_text(value, LINE))
    except ValueError:
        raise _NotSoError("is not a moment; write it with its zone, e.g. 2026-11-20T09:30+01:00.") from None
    if at.tzinfo is None:
        raise _NotSoError("lacks the zone; write e.g. 2026-11-20T09:30+01:00, or Z for UTC.")
    return at.astimezone(UTC).isoformat()


def _sum(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    found = SUM.fullmatch(_text(value, LINE))
    try:
        amount = Decimal(re.sub(r"[ ,']", "", found[2])) if found else None
    except InvalidOperation:
        amount = None
    if found is None or amount is None:
        raise _NotSoError("is not a sum; write the currency's code and the amount, e.g. EUR 1250.00.")
    return f"{found[1]} {amount:f}"


def _count(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    text = _text(value, LINE)
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise _NotSoError("is not a whole number.")
    return int(text)


def _choice(value: JsonValue, fact: Fact, _: Persons) -> JsonValue:
    text = _text(value, LINE)
    if text not in fact.choices:
        raise _NotSoError(f"is none of: {', '.join(fact.choices)}.{did_you_mean(near(text, fact.choices)[:1])}")
    return text


def _digest(value: JsonValue, _: Fact, __: Persons) -> JsonValue:
    text = _text(value, LINE)
    if not DIGEST.fullmatch(text):
        raise _NotSoError("is not a digest; write sha256: and 64 hexadecimal digits, or the path of a file to measure.")
    return text


def _person(value: JsonValue, _: Fact, persons: Persons) -> JsonValue:
    text = _text(value, LINE)
    found = text if text in persons else next((id_ for id_, name in persons.items() if name == text), None)
    if found is None:
        known = ", ".join(f"{id_} ({name})" for id_, name in persons.items()) or "it names none"
        raise _NotSoError(f"is no person of the request: {known}.")
    return found


_ONE: dict[str, Callable[[JsonValue, Fact, Persons], JsonValue]] = {
    "line": _line,
    "prose": _prose,
    "date": _date,
    "moment": _moment,
    "sum": _sum,
    "count": _count,
    "choice": _choice,
    "digest": _digest,
    "person": _person,
}


def _shown(fact: Fact, value: JsonValue, person: Callable[[str], JsonValue]) -> JsonValue:
    if fact.type == "rows":
        rows = value if isinstance(value, list) else []
        return [
            {name: _shown(each, row.get(name), person) for name, each in fact.fields.items()}
            for row in rows
            if isinstance(row, dict)
        ]
    if fact.type == "list":
        member = fact.model_copy(update={"type": fact.of or "line"})
        return [_shown(member, each, person) for each in (value if isinstance(value, list) else [])]
    if value is None:
        return None
    if fact.type == "sum":
        currency, _, amount = str(value).partition(" ")
        return {"currency": currency, "amount": amount}
    if fact.type == "choice":
        return {"code": value, "label": fact.choices[str(value)]}
    return person(str(value)) if fact.type == "person" else value
