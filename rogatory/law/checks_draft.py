"""Checks of a draft's inner order: persons, ids, dates, words, sums."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from rogatory.law.situation import Breach, Situation, at, day, details_of, dicts, each_of, is_number, names
from rogatory.law.yaml_text import Path
from schemas.request import PersonRole


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
    known = dict.fromkeys(str(person["id"]) for person in dicts(case.draft.get("persons")) if "id" in person)
    for number, measure in each_of(case, "measures"):
        named = measure.get("persons")
        for place, person in enumerate(named if isinstance(named, list) else []):
            if isinstance(person, str) and person not in known:
                yield Breach(("measures", number, "persons", place), _not_known(person, known))
        for field in ("witness", "addressee"):
            person = details_of(measure).get(field)
            if isinstance(person, str) and person not in known:
                yield Breach(("measures", number, "details", field), _not_known(person, known))


def ids_unique(case: Situation) -> Iterator[Breach]:
    """No id of a person or measure is used twice."""
    for field in ("persons", "measures"):
        ids = [each.get("id") for each in dicts(case.draft.get(field))]
        taken = {id_ for id_ in ids if isinstance(id_, str)}
        free = next(f"{field[0]}{n}" for n in range(1, len(ids) + 2) if f"{field[0]}{n}" not in taken)
        seen: set[str] = set()
        for number, id_ in enumerate(ids):
            if isinstance(id_, str):
                if id_ in seen:
                    yield Breach((field, number, "id"), {"id": id_, "free": free})
                seen.add(id_)


def date_ahead(case: Situation) -> Iterator[Breach]:
    """The date at `field` is after today."""
    path: Path = tuple(case.rule.parameters["field"].split("/"))
    found = day(at(case.draft, case.rule.parameters["field"]))
    if found is not None and found <= case.today:
        yield Breach(path, {"date": found.isoformat(), "today": case.today.isoformat()})


def periods_in_order(case: Situation) -> Iterator[Breach]:
    """A period begins before it ends."""
    for number, measure in each_of(case, "measures"):
        period = details_of(measure).get("period")
        first, last = day(at(period, "from")), day(at(period, "to"))
        if first and last and last < first:
            words = {"id": measure.get("id", ""), "from": first.isoformat(), "to": last.isoformat()}
            yield Breach(("measures", number, "details", "period", "to"), words)


def states_differ(case: Situation) -> Iterator[Breach]:
    """Requesting and requested state differ."""
    one, other = case.draft.get("from"), case.draft.get("to")
    if isinstance(one, str) and one == other:
        yield Breach(("to",), {"from": one, "to": other})


def measure_type_needs(case: Situation) -> Iterator[Breach]:
    """A measure of `type` has `field` among its details."""
    wanted, field = case.rule.parameters["type"], case.rule.parameters["field"]
    for number, measure in each_of(case, "measures"):
        if measure.get("type") == wanted and at(details_of(measure), field) in (None, "", [], {}):
            path: Path = ("measures", number, "details", *field.split("/"))
            yield Breach(path, {"id": measure.get("id", ""), "field": field})


def lead_time(case: Situation) -> Iterator[Breach]:
    """Papers for an appearance reach the requested state as long before as its profile says it needs."""
    state = case.requested
    if state is None or state.service_lead_days is None:
        return
    for number, measure in each_of(case, "measures"):
        appears = day(details_of(measure).get("appearance_on"))
        if appears is not None and appears - case.today < timedelta(days=state.service_lead_days):
            words = {
                **names(state),
                "id": measure.get("id", ""),
                "date": appears.isoformat(),
                "days": state.service_lead_days,
                "left": (appears - case.today).days,
            }
            yield Breach(("measures", number, "details", "appearance_on"), words)


def words_avoided(case: Situation) -> Iterator[Breach]:
    """No text at one of `fields` holds one of `patterns`, whatever its case; a list is read entry by entry."""
    for field in case.rule.parameters["fields"]:
        found = at(case.element, field)
        texts = list(enumerate(found)) if isinstance(found, list) else [(None, found)]
        for number, text in texts:
            for pattern in case.rule.parameters["patterns"]:
                if isinstance(text, str) and (match := re.search(pattern, text, re.IGNORECASE)):
                    path: Path = (*case.base, *field.split("/"), *([] if number is None else [number]))
                    yield Breach(path, {"words": match[0], "field": field})
                    break


def sum_within(case: Situation) -> Iterator[Breach]:
    """The number at `sum` is not above the number at `limit`."""
    total, limit = (at(case.element, case.rule.parameters[name]) for name in ("sum", "limit"))
    if is_number(total) and is_number(limit) and total > limit:
        words = {"sum": f"{total:,}", "limit": f"{limit:,}"}
        yield Breach((*case.base, *case.rule.parameters["sum"].split("/")), words)


def _witness(case: Situation) -> dict[str, Any] | None:
    details = case.element.get("details") if isinstance(case.element, dict) else None
    if not isinstance(details, dict):
        return None
    named = details.get("witness")
    return next((each for each in dicts(case.draft.get("persons")) if named and each.get("id") == named), None)


def _not_known(person: str, known: Iterable[str]) -> dict[str, object]:
    return {"person": person, "known": ", ".join(known) or "none yet"}
