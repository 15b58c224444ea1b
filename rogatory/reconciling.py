"""Asked, granted, received, missing: one row for each measure of a request, from its draft and its ledger."""

from dataclasses import asdict, dataclass
from typing import Any

from rogatory.custody.course import Course
from rogatory.custody.exhibits import Exhibit
from rogatory.custody.holding import ItemCustody
from rogatory.law.evidence_forms import asked_in, form_of
from schemas.identifiers import ItemId, MeasureId
from schemas.request import Draft, RequestDraft

NOTHING_TO_COME = {"refused", "nothing-found"}


@dataclass(frozen=True)
class MeasureRow:
    """One measure."""

    measure: MeasureId
    type: str
    granted: str | None
    """What the requested state did; None: it has not said."""
    granted_on: str | None
    procedure_followed: bool | None
    items: tuple[ItemId, ...]
    """Files, things and copies that came for it and were not excluded."""
    in_doubt: tuple[ItemId, ...]
    """Of these, those that differ from what was declared or recorded, undecided."""
    forms: dict[str, str]
    """Form asked for: not-returned | checked | lacking: ELEMENT, ELEMENT."""
    missing: tuple[str, ...]
    """In words, what is still to come or to be done; empty: nothing."""
    settled: str | None
    """complete | incomplete | supplemented"""
    by_request: str | None

    @property
    def open(self) -> bool:
        """Whether nobody left it yet."""
        return self.settled is None

    def shown(self) -> dict[str, Any]:
        """As programs read it."""
        return asdict(self) | {"open": self.open}


def reconciled(draft: RequestDraft, course: Course) -> tuple[list[MeasureRow], list[ItemId]]:
    """The rows, and the items no measure of the request asked for."""
    measures = draft.measures if isinstance(draft, Draft) else ()
    procedures = [each.what for each in draft.procedure] if isinstance(draft, Draft) else []
    asked = {measure.id for measure in measures}
    rows = [_row(measure.id, measure.type, procedures, course) for measure in measures]
    holding = course.holding
    every: dict[str, ItemCustody | Exhibit] = {**holding.items, **holding.exhibits.items}
    stray = [name for name, item in every.items() if item.state != "excluded" and item.measure not in asked]
    return rows, sorted(stray)


def _row(measure: str, type_: str, procedures: list[str], course: Course) -> MeasureRow:
    holding = course.holding
    every: dict[str, ItemCustody | Exhibit] = {**holding.items, **holding.exhibits.items}
    came = {name: item for name, item in every.items() if item.measure == measure and item.state != "excluded"}
    answer = course.answers.measures.get(measure)
    announced = [name for name, item in came.items() if item.state == "announced"]
    doubt = [name for name, item in came.items() if item.discrepancy == "open"]
    forms: dict[str, str] = {}
    for form in asked_in(procedures, measure):
        check = answer.forms.get(form.id) if answer else None
        lacking = f"lacking: {', '.join(check.lacking)}" if check and check.lacking else "checked"
        forms[form.id] = lacking if check else "not-returned"
    for form_id, check in (answer.forms if answer else {}).items():
        forms.setdefault(form_id, f"lacking: {', '.join(check.lacking)}" if check.lacking else "checked")
    granted = answer.outcome if answer else None
    missing = []
    if granted not in NOTHING_TO_COME:
        if granted is None:
            missing.append("the requested state has not said what it did")
        if granted == "postponed":
            missing.append("it is postponed")
        if not set(came) - set(announced):
            missing.append("nothing was received")
        missing += [f"{name} is announced and has not arrived" for name in announced]
        missing += [f"{name} differs, and nobody decided" for name in doubt]
        missing += [f"form {name}: {_in_words(name, how)}" for name, how in forms.items() if how != "checked"]
    return MeasureRow(
        measure=measure,
        type=type_,
        granted=granted,
        granted_on=answer.on if answer else None,
        procedure_followed=answer.procedure_followed if answer else None,
        items=tuple(sorted(came)),
        in_doubt=tuple(sorted(doubt)),
        forms=forms,
        missing=tuple(missing),
        settled=answer.settled if answer else None,
        by_request=answer.by_request if answer else None,
    )


def _in_words(form: str, how: str) -> str:
    if how == "not-returned":
        return "asked for, and nothing was held against it yet"
    known = form_of(form).elements
    lacking = how.removeprefix("lacking: ").split(", ")
    return "it lacks " + "; ".join(known.get(each, each) for each in lacking)
