"""The law data as values: instruments with their rules, measures, states, the timetable. No file is read here.

Everything stands in YAML under rogatory/law and, where a deployer has one, in an overlay folder of the same shape;
registry.py reads and checks it, requirements.py applies it to a draft.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from schemas.assessment import Severity
from schemas.documents import StateNames
from schemas.identifiers import Digest, Record, Stage, StateCode

Fragment = dict[str, Any] | bool
"""A JSON Schema (2020-12) over a part of the draft."""

HOUSE = "house"
"""Id of the file of house rules: they hold whatever the legal basis."""


class Checked(Record):
    """That a person read the text a value rests on, when and in which edition."""

    on: date
    where: str


class ClockData(Record):
    """A period: never a constant in code, for it differs by treaty (40, 45, 60 days) and by the event it runs from."""

    id: str
    what: str
    value: int
    unit: Literal["hours", "days", "working-days", "weeks", "months"]
    anchor: str
    """A word of anchors.yaml."""
    effect: Literal["may", "must", "ends", "minimum"]
    then: str
    until: tuple[str, ...] = ()
    """The events that meet it, words of anchors: e.g. receipt, embassy-filing; empty: the usual one of its anchor."""


class GroundData(Record):
    """A ground of refusal a rule gives, or forbids."""

    ground: str
    """A word of grounds.yaml."""
    nature: Literal["may", "must", "never"]
    condition: str = ""
    cured_by: str = ""
    """A word of assurances.yaml."""
    purposes: tuple[str, ...] = ()
    """Only for these: types of assistance, or prosecution, sentence. Empty: for all."""


class ConsultData(Record):
    """Whether consultation comes before a refusal or a postponement."""

    refusal: Literal["required", "where-appropriate", "not-provided"] = "not-provided"
    postponement: Literal["required", "where-appropriate", "not-provided"] = "not-provided"
    grounds: tuple[str, ...] = ()
    """Only before these grounds; empty: before all."""


class UseData(Record):
    """How far what comes back may be used."""

    limit: Literal["automatic", "if-attached", "none"]
    exculpatory: Literal["after-notice", "with-consent"]


class DossierData(Record):
    """A paper an extradition request must contain."""

    item: str
    title: str
    statuses: tuple[str, ...] = ()
    """For persons of these statuses (accused, convicted-unsentenced, convicted, in-absentia, escaped); empty: all."""
    provisional: bool = False
    """Asked for already with the request for provisional arrest."""


class AssuranceData(Record):
    """An assurance that is due where the rule applies."""

    kind: str
    """A word of assurances.yaml."""
    why: str


class Rule(Record):
    """One requirement of one article, as data.

    How it is decided: by exactly one of `demand`, `must`, `check`, `person`; or by none, and then it is noted and says
    in `says` what holds. `applies` and `must` look at the draft, or with `each` at every element of that list, or with
    `over: particulars` at the particulars the draft gives for this very instrument. A rule of a later `step` looks at
    the facts of that step (steps.yaml) instead.
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
    kinds: tuple[str, ...] = ()
    """For these kinds of request; written out by the reader: by default the first kind the instrument carries."""
    step: str = "draft"
    """When it bites: draft, or a word of steps.yaml, e.g. refusal."""
    topic: str = ""
    """The topic of the letter this article is printed beside (topics.yaml)."""
    fallback: bool = False
    """Gives way where another treaty on mutual assistance binds both (the instrument's `fallback`)."""
    demand: str | None = None
    """A requirement of demands.yaml that many instruments share."""
    each: str | None = None
    """The list whose elements are judged one by one, e.g. persons."""
    over: str | None = None
    """`particulars`: what the draft says for this instrument alone."""
    applies: Fragment = True
    must: Fragment | None = None
    check: str | None = None
    """A cross-field check by name (rogatory/law/crossfield.py)."""
    parameters: dict[str, Any] = {}
    """What the check needs, e.g. {years: 4}."""
    person: str | None = None
    """The question only a reviewer can answer."""
    says: str = ""
    """For a rule that is only noted: what it says, in our words."""
    at: str = ""
    """Where a finding points, from the draft or the element down, e.g. details/route; empty: where the fault is."""
    message: str = ""
    fix: str = ""
    otherwise: str = ""
    """Why it does not apply, for the checklist."""
    clocks: tuple[ClockData, ...] = ()
    grounds: tuple[GroundData, ...] = ()
    consult: ConsultData | None = None
    use: UseData | None = None
    dossier: tuple[DossierData, ...] = ()
    assurance: AssuranceData | None = None


class Fallback(Record):
    """An instrument whose paragraphs on assistance give way to another treaty, unless both states agree."""

    article: str


class NotBound(Record):
    """A state of which a source says that the instrument does not bind it."""

    state: StateCode
    source: str


class Treaty(Record):
    """An instrument: how it is cited, what it can carry, and its rules."""

    id: str
    kind: Literal[
        "convention", "protocol", "bilateral", "agreement", "directive", "framework-decision", "regulation",
        "scheme", "model", "reciprocity", "house",
    ]  # fmt: skip
    title: str
    short: str
    called: str = ""
    """How a letter calls it once named, e.g. "the Convention"."""
    citation: str = ""
    carries: dict[str, str] = {}
    """Kind of request to the article it is made under, e.g. mutual-assistance: article 18; empty: no article named."""
    url: str = ""
    status_url: str = ""
    """Where the depositary shows who is bound."""
    supplements: str | None = None
    """For a protocol: the instrument it belongs to."""
    in_force: bool = True
    in_force_since: date | None = None
    status: str = ""
    """For one that is not in force, or binds nobody: what is known, in a sentence."""
    precedence: Literal["bilateral", "union", "regional", "universal", "scheme", "none"] = "universal"
    """Which governs where several bind both: the narrower before the wider; none: never by itself."""
    fallback: Fallback | None = None
    carries_only: tuple[str, ...] = ()
    """Types of assistance, where it carries these and no others; empty: all that is not in carries_not."""
    carries_not: tuple[str, ...] = ()
    """Types of assistance it does not carry."""
    replaces: tuple[str, ...] = ()
    """Instruments that no longer apply between two states both bound by this one."""
    parties: str | None = None
    """The list of parties that decides who is bound, where it is not the instrument's own (parties/<id>.csv)."""
    not_bound: tuple[NotBound, ...] = ()
    offences: dict[str, str] = {}
    """Offences it establishes: word used in convention_offence to title and article."""
    list_offences: dict[int, str] = {}
    """Its list of categories without dual criminality: number to its own wording."""
    fields: dict[str, Any] = {}
    """JSON Schema of the `particulars` a draft gives under this basis, beyond the common draft."""
    labels: dict[str, str] = {}
    """Field path of the particulars to label."""
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
    """Since when a state is bound by an instrument, as its profile says: for invented states and an operator's own."""

    instrument: str
    since: date
    source: str
    invented: bool = False


class Party(Record):
    """A row of a list of parties: what its source said on the day it speaks for."""

    state: StateCode
    since: date | None = None
    """None: a party since an unknown day."""
    until: date | None = None
    declarations: str = ""
    basis: str = ""
    """How `since` was found: stated in the source, or computed from the deposit."""
    source: str
    as_of: date
    conflict: bool = False


class Fact(Record):
    """One value of a state's profile, with where it comes from."""

    value: Any
    source: str
    date_read: date
    source_age: str = ""
    """What day or edition the source speaks for, in its own words."""
    trust: str = ""
    """official, unofficial copy ...; a value that is not official prints a notice."""
    scope: str = ""
    """For which instrument or matter, e.g. "UNTOC art. 18(14)"."""
    note: str = ""


class StateProfile(Record):
    """A state: its central authority, what it accepts, what binds it. Empty means unknown, never "none"."""

    code: StateCode
    name: str
    short_name: str
    demonym: str = ""
    names: dict[str, StateNames] = {}
    """By language, where a letter in it is to name the state as that language does."""
    invented: bool = False
    ministry: str = ""
    unit: str = ""
    addressee: str = ""
    address: tuple[str, ...] = ()
    contact: tuple[str, ...] = ()
    contact_24_7: str = ""
    languages: tuple[str, ...] = ()
    """Languages in which it accepts requests; the first is its own."""
    channels: tuple[str, ...] = ()
    central_authority_for: tuple[str, ...] = ()
    """Instruments for which this unit is the designated central authority."""
    bound_by: tuple[Bound, ...] = ()
    certification: str = ""
    evidence_standard: Literal["", "none", "record-of-the-case", "prima-facie"] = ""
    death_penalty: Literal["", "abolished", "retained", "abolished-in-practice"] = ""
    nationals: Literal["", "extradites", "may-refuse", "does-not-extradite"] = ""
    service_lead_days: int | None = None
    copies: int | None = None
    cost_rules: str = ""
    use_limitation: str = ""
    holidays: tuple[date, ...] = ()
    time_zone: str = ""
    allows: dict[str, bool] = {}
    """Options an instrument leaves to each state, e.g. bud2_art7: false."""
    last_verified: date | None = None
    facts: dict[str, tuple[Fact, ...]] = {}
    """Field to the values found, each with its source: of real states nothing else is said."""

    def bound(self, instrument: str) -> Bound | None:
        """The profile's own entry for the instrument; None means unknown here, never "not a party"."""
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


class Demand(Record):
    """A requirement many instruments share, so that each only adds its article: the same keys as a rule's."""

    title: str
    each: str | None = None
    over: str | None = None
    applies: Fragment = True
    must: Fragment | None = None
    check: str | None = None
    parameters: dict[str, Any] = {}
    at: str = ""
    message: str
    fix: str
    otherwise: str = ""
    topic: str = ""


class Step(Record):
    """A later step of a case at which rules bite: the facts they look at."""

    title: str
    fields: dict[str, Any]
    """JSON Schema of the facts."""


class Words(Record):
    """The vocabulary law files use: word to what it means, as printed."""

    topics: dict[str, str]
    anchors: dict[str, str]
    grounds: dict[str, str]
    assurances: dict[str, str]


class Lawbook(Record):
    """All law data of this installation, with the digest over every file read."""

    digest: Digest
    treaties: dict[str, Treaty]
    house: Treaty
    measures: dict[str, Measure]
    states: dict[StateCode, StateProfile]
    parties: dict[str, tuple[Party, ...]]
    """Instrument to the rows of its list; no list: nothing is known of who is bound."""
    demands: dict[str, Demand]
    steps: dict[str, Step]
    words: Words
    timetable: dict[Stage, Limit]

    def rules(self, instruments: tuple[str, ...]) -> tuple[tuple[Treaty, Rule], ...]:
        """The rules that bear on a request resting on these instruments: theirs in order, then the house's."""
        books = [self.treaties[each] for each in dict.fromkeys(instruments) if each in self.treaties]
        return tuple((book, rule) for book in [*books, self.house] for rule in book.rules)
