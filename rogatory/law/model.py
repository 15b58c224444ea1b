"""The law data as values: instruments with their rules, measures, states, the timetable. No file is read here.

Everything stands in YAML under rogatory/law and, where a deployer has one, in an overlay folder of the same shape;
registry.py reads and checks it, requirements.py applies it to a draft.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from schemas.assessment import Severity
from schemas.identifiers import Digest, Record, Stage, StateCode

Fragment = dict[str, Any] | bool
"""A JSON Schema (2020-12) over a part of the draft."""

HOUSE = "house"
"""Id of the file of house rules: they hold whatever the legal basis."""


class Checked(Record):
    """That a person read the text a value rests on, when and in which edition."""

    on: date
    where: str


class Rule(Record):
    """One requirement of one article, as data.

    Exactly one of `must`, `check` and `person` says how it is decided. Both `applies` and `must` look at the draft, or,
    with `each`, at every element of that list of the draft.
    """

    id: str
    title: str
    article: str
    """As cited, e.g. "art. 18(15)(c)"."""
    source: str
    """Instrument and article, e.g. "UNTOC art. 18(15)(c)"."""
    url: str
    kind: str = Field(alias="class")
    """P present, C constraint, D deadline, G gate, X across fields, N notice."""
    severity: Severity
    checked: Checked | None = None
    """None: nobody has read the article, so the rule may only warn."""
    each: str | None = None
    """The list whose elements are judged one by one, e.g. persons."""
    applies: Fragment = True
    must: Fragment | None = None
    check: str | None = None
    """A cross-field check by name (rogatory/law/crossfield.py)."""
    parameters: dict[str, Any] = {}
    """What the check needs, e.g. {years: 4}."""
    person: str | None = None
    """The question only a reviewer can answer."""
    at: str = ""
    """Where a finding points, from the draft or the element down, e.g. details/route; empty: where the fault is."""
    message: str = ""
    fix: str = ""
    otherwise: str = ""
    """Why it does not apply, for the checklist."""


class Treaty(Record):
    """An instrument: how it is cited, and its rules."""

    id: str
    kind: Literal["convention", "protocol", "house"]
    title: str
    short: str
    citation: str = ""
    mla_article: str = ""
    url: str = ""
    status_url: str = ""
    """Where the depositary shows who is bound."""
    supplements: str | None = None
    """For a protocol: the convention it belongs to."""
    in_force_since: date | None = None
    checked: Checked | None = None
    rules: tuple[Rule, ...]


class Measure(Record):
    """A type of assistance: the details it needs and what proves its execution."""

    type: str
    title: str
    coercive: bool
    purposes: dict[str, str]
    """Instrument id to the provision that lists this assistance, e.g. un-untoc: art. 18(3)(f)."""
    fields: dict[str, Any]
    """JSON Schema of `details`."""
    labels: dict[str, str]
    """Field path to label."""
    return_proof: str
    guide: str = ""
    """What `draft new` says above the measure."""
    example: str = ""
    """YAML of `details` for `draft new`, with comments."""


class Bound(Record):
    """Since when a state is bound by an instrument, and who says so."""

    instrument: str
    since: date
    source: str
    invented: bool = False


class StateProfile(Record):
    """A state: its central authority, what it accepts, what binds it."""

    code: StateCode
    name: str
    short_name: str
    demonym: str = ""
    invented: bool = False
    ministry: str
    unit: str
    addressee: str
    address: tuple[str, ...]
    contact: tuple[str, ...]
    languages: tuple[str, ...]
    """Languages in which it accepts requests; the first is its own."""
    channels: tuple[str, ...]
    central_authority_for: tuple[str, ...]
    """Instruments for which this unit is the designated central authority."""
    bound_by: tuple[Bound, ...]

    def bound(self, instrument: str) -> Bound | None:
        """The entry for the instrument; None means unknown, never "not a party"."""
        return next((each for each in self.bound_by if each.instrument == instrument), None)


class Limit(Record):
    """How long a wait lasts, in calendar days from the entry that opened it."""

    days: int
    remind_after_days: tuple[int, ...]
    escalate_days: int = 0
    """Days after `days` before the wait lapses; 0: it lapses at once."""
    repeat_days: int = 30
    """After the lapse, how often a person is asked to confirm it."""
    source: str


class Lawbook(Record):
    """All law data of this installation, with the digest over every file read."""

    digest: Digest
    treaties: dict[str, Treaty]
    house: Treaty
    measures: dict[str, Measure]
    states: dict[StateCode, StateProfile]
    timetable: dict[Stage, Limit]

    def rules(self, instruments: tuple[str, ...]) -> tuple[tuple[Treaty, Rule], ...]:
        """The rules that bear on a request resting on these instruments: theirs in order, then the house's."""
        books = [self.treaties[each] for each in dict.fromkeys(instruments) if each in self.treaties]
        return tuple((book, rule) for book in [*books, self.house] for rule in book.rules)
