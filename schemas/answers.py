"""What was asked, granted, received and is missing: acts on the measures of a request."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from schemas.commands import Command
from schemas.identifiers import Digest, ItemId, MeasureId, Reference, Text

FormId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{2,59}$")]
"""A form of evidence, as rogatory/law/evidence_forms.yaml names it."""
ElementId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,39}$")]


class Granted(StrEnum):
    """What the requested state did with a measure."""

    GRANTED = "granted"
    PARTLY = "partly"
    REFUSED = "refused"
    POSTPONED = "postponed"
    NOTHING_FOUND = "nothing-found"


class Settled(StrEnum):
    """How the requesting state leaves a measure."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """What is missing is not asked for again."""
    SUPPLEMENTED = "supplemented"
    """What is missing is asked for by a supplementary request."""


class TieItem(Command):
    """An item is tied to the measure that asked for it."""

    ACT = "tie-item"

    item: ItemId
    measure: MeasureId


class ReportMeasure(Command):
    """What the requested state did with a measure, by its letter."""

    ACT = "report-measure"
    WITHHELD = frozenset({"note"})

    measure: MeasureId
    outcome: Granted
    on: date
    procedure_followed: bool | None = None
    """Whether the procedure requested was followed (UNTOC 18(17)); left out where that is not known."""
    proof: Digest | None = None
    """Its letter, in the vault."""
    note: Text | None = None


class CheckForm(Command):
    """A certificate that came back is held against the form the court needs, element by element, by a person."""

    ACT = "check-form"
    WITHHELD = frozenset({"note"})

    measure: MeasureId
    form: FormId
    item: ItemId
    """The certificate or record."""
    present: Annotated[tuple[ElementId, ...], Field(max_length=40)] = ()
    lacking: Annotated[tuple[ElementId, ...], Field(max_length=40)] = ()
    note: Text | None = None


class SettleMeasure(Command):
    """The prosecutor leaves a measure: complete, incomplete, or asked for again."""

    ACT = "settle-measure"
    WITHHELD = frozenset({"reason"})

    measure: MeasureId
    outcome: Settled
    reason: Text
    by_request: Reference | None = None
    """The supplementary request."""


ANSWER_ACTS: tuple[type[Command], ...] = (TieItem, ReportMeasure, CheckForm, SettleMeasure)
