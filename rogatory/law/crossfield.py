"""What JSON Schema cannot say of a draft: a small, named vocabulary that rules refer to by `check`.

    states_bound          both states are bound by the instrument on the day        {state, code, short, status_url}
    covered_offence       a Convention offence, or years (parameter) at most        {title, years, least}
    purpose_listed        the measure is of a kind the instrument lists             {type}
    central_authorities   both states' data name a central authority for it         {state, code, short}
    language_accepted     the requested state accepts the language of the draft     {state, language, accepted}
    witness_role          the witness has one of the roles (parameter)              {person, role}
    witness_safe          protection is asked for a victim or protected witness     {person}
    persons_exist         every person id referred to is described                  {person, known}
    ids_unique            no id of a person or measure is used twice                {id, free}
    date_ahead            the date at `field` (parameter) is after today            {date, today}
    periods_in_order      details.period begins before it ends                      {id, from, to}
    states_differ         requesting and requested state differ                     {from, to}

Each yields what is wrong: the path, and the words its rule's message may use (in braces above). A draft may be of any
shape when it comes here: a check says nothing of what it cannot read, since the form's own check does.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from rogatory.law.model import Lawbook, Rule, StateProfile, Treaty
from rogatory.law.yaml_text import Path
from schemas.request import PersonRole


@dataclass(frozen=True)
class Situation:
    """What a check may look at."""

    draft: dict[str, Any]
    element: Any
    """The element judged, with `each`; else the draft."""
    base: Path
    """Where the element stands."""
    rule: Rule
    treaty: Treaty
    lawbook: Lawbook
    today: date


class Breach(NamedTuple):
    """One thing that is wrong: where, and the words for the message."""

    path: Path
    words: Mapping[str, object]


def states_bound(case: Situation) -> Iterator[Breach]:
    """Both states are bound by the instrument on the day; what the data do not say is not known."""
    for number, basis in enumerate(_dicts(case.draft.get("legal_basis"))):
        if basis.get("instrument") != case.treaty.id:
            continue
        for state in _states(case):
            bound = state.bound(case.treaty.id)
            if bound is None or bound.since > case.today:
                words = _names(state) | {"short": case.treaty.short, "status_url": case.treaty.status_url}
                yield Breach(("legal_basis", number, "instrument"), words)


def covered_offence(case: Situation) -> Iterator[Breach]:
    """An offence the Convention establishes, or one punishable by at least `years`."""
    least = case.rule.parameters["years"]
    for number, offence in enumerate(_dicts(case.draft.get("offences"))):
        years = offence.get("max_penalty_years")
        if offence.get("convention_offence") is None and _is_number(years) and years < least:
            words = {"title": offence.get("title", ""), "years": f"{years:g}", "least": least}
            yield Breach(("offences", number, "max_penalty_years"), words)


def purpose_listed(case: Situation) -> Iterator[Breach]:
    """Every measure is of a kind the instrument lists."""
    for number, measure in enumerate(_dicts(case.draft.get("measures"))):
        known = case.lawbook.measures.get(str(measure.get("type")))
        if known is not None and case.treaty.id not in known.purposes:
            yield Breach(("measures", number, "type"), {"type": known.type})


def central_authorities(case: Situation) -> Iterator[Breach]:
    """Both states' data name a central authority for the instrument."""
    for state, field in zip(_states(case), ("from", "to"), strict=False):
        if case.treaty.id not in state.central_authority_for:
            yield Breach((field,), _names(state) | {"short": case.treaty.short})


def language_accepted(case: Situation) -> Iterator[Breach]:
    """The requested state accepts the language of the draft."""
    state = case.lawbook.states.get(str(case.draft.get("to")))
    language = case.draft.get("language", "en")
    if state and isinstance(language, str) and language.split("-")[0] not in {x.split("-")[0] for x in state.languages}:
        words = {"state": state.short_name, "language": language, "accepted": ", ".join(state.languages)}
        yield Breach(("language",), words)


def witness_role(case: Situation) -> Iterator[Breach]:
    """The witness has one of the roles."""
    person = _witness(case)
    role = person.get("role") if person else None
    if person and isinstance(role, str) and role in set(PersonRole) - set(case.rule.parameters["roles"]):
        yield Breach((*case.base, "details", "witness"), {"person": person["id"], "role": role})


def witness_safe(case: Situation) -> Iterator[Breach]:
    """Protection is asked for where the witness is a victim or protected."""
    person = _witness(case)
    if person is None or not (person.get("protected") is True or person.get("role") == "victim"):
        return
    if not case.element["details"].get("protection_measures"):
        yield Breach((*case.base, "details", "protection_measures"), {"person": person["id"]})


def persons_exist(case: Situation) -> Iterator[Breach]:
    """Every person id referred to is described."""
    known = dict.fromkeys(str(person["id"]) for person in _dicts(case.draft.get("persons")) if "id" in person)
    for number, measure in enumerate(_dicts(case.draft.get("measures"))):
        named = measure.get("persons")
        for place, person in enumerate(named if isinstance(named, list) else []):
            if isinstance(person, str) and person not in known:
                yield Breach(("measures", number, "persons", place), _not_known(person, known))
        details = measure.get("details")
        witness = details.get("witness") if isinstance(details, dict) else None
        if isinstance(witness, str) and witness not in known:
            yield Breach(("measures", number, "details", "witness"), _not_known(witness, known))


def ids_unique(case: Situation) -> Iterator[Breach]:
    """No id of a person or measure is used twice."""
    for field in ("persons", "measures"):
        ids = [each.get("id") for each in _dicts(case.draft.get(field))]
        taken = {id_ for id_ in ids if isinstance(id_, str)}
        free = next(f"{field[0]}{n}" for n in range(1, len(ids) + 2) if f"{field[0]}{n}" not in taken)
        seen: set[str] = set()
        for number, id_ in enumerate(ids):
            if isinstance(id_, str):
                if id_ in seen:
                    yield Breach((field, number, "id"), {"id": id_, "free": free})
                seen.add(id_)


def date_ahead(case: Situation) -> Iterator[Breach]:
    """The date is after today."""
    path: Path = tuple(case.rule.parameters["field"].split("/"))
    value: Any = case.draft
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    day = _day(value)
    if day is not None and day <= case.today:
        yield Breach(path, {"date": day.isoformat(), "today": case.today.isoformat()})


def periods_in_order(case: Situation) -> Iterator[Breach]:
    """A period begins before it ends."""
    for number, measure in enumerate(_dicts(case.draft.get("measures"))):
        details = measure.get("details")
        period = details.get("period") if isinstance(details, dict) else None
        if not isinstance(period, dict):
            continue
        first, last = _day(period.get("from")), _day(period.get("to"))
        if first and last and last < first:
            words = {"id": measure.get("id", ""), "from": first.isoformat(), "to": last.isoformat()}
            yield Breach(("measures", number, "details", "period", "to"), words)


def states_differ(case: Situation) -> Iterator[Breach]:
    """Requesting and requested state differ."""
    one, other = case.draft.get("from"), case.draft.get("to")
    if isinstance(one, str) and one == other:
        yield Breach(("to",), {"from": one, "to": other})


CHECKS: dict[str, Callable[[Situation], Iterator[Breach]]] = {
    check.__name__: check
    for check in (
        states_bound,
        covered_offence,
        purpose_listed,
        central_authorities,
        language_accepted,
        witness_role,
        witness_safe,
        persons_exist,
        ids_unique,
        date_ahead,
        periods_in_order,
        states_differ,
    )
}


def _dicts(value: object) -> list[dict[str, Any]]:
    """The list's elements by position; what is no mapping counts as empty."""
    return [each if isinstance(each, dict) else {} for each in value] if isinstance(value, list) else []


def _states(case: Situation) -> list[StateProfile]:
    profiles = [case.lawbook.states.get(str(case.draft.get(field))) for field in ("from", "to")]
    return [profile for profile in profiles if profile is not None]


def _names(state: StateProfile) -> dict[str, object]:
    return {"state": state.short_name, "code": state.code}


def _witness(case: Situation) -> dict[str, Any] | None:
    details = case.element.get("details") if isinstance(case.element, dict) else None
    if not isinstance(details, dict):
        return None
    named = details.get("witness")
    return next((each for each in _dicts(case.draft.get("persons")) if named and each.get("id") == named), None)


def _not_known(person: str, known: Iterable[str]) -> dict[str, object]:
    return {"person": person, "known": ", ".join(known) or "none yet"}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _day(value: object) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
