"""The law's answer to a draft, as a value: recorded once, so that correcting a treaty file changes no open case.

One value drives `draft check`, the checklist, the review memo and the paragraphs of the letter that name the law:
findings and checklist (what is missing), bases (what carries the request), citations (which article to print for which
topic), clocks, grounds, consultation, use, assurances, dossier (what the law will ask for later).
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from schemas.identifiers import Digest, LanguageTag, Record, StateCode


class Severity(StrEnum):
    """Whether a finding blocks; only a rule whose text was read and recorded may."""

    ERROR = "error"
    WARNING = "warning"


class Finding(Record):
    """One fault of a draft: what is wrong, where, on whose authority, and what to write instead."""

    line: int = 0
    """1-based; 0 when the fault is not in one place, or the draft did not come from a file."""
    column: int = 0
    path: str
    """Where in the draft, e.g. measures/0/details/period/from."""
    severity: Severity
    rule: str
    """Its id, e.g. UNTOC-10; `form` for the shape of the file."""
    source: str
    """The article, e.g. "UNTOC art. 18(15)(c)"; empty for the shape of the file."""
    message: str
    fix: str


class RuleOutcome(StrEnum):
    """How one rule came out for one draft."""

    MET = "met"
    NOT_MET = "not-met"
    NOT_APPLICABLE = "not-applicable"
    PERSON = "for-a-person"
    """No machine decides it: a reviewer must."""
    NOTED = "noted"
    """It asks nothing of the draft but holds for the case: a clock, a ground of refusal, a limit on use."""


class RuleResult(Record):
    """One line of the checklist report."""

    rule: str
    title: str
    source: str
    url: str
    checked_on: date | None = None
    """When the article's text was read; None means the rule can only warn."""
    severity: Severity
    outcome: RuleOutcome
    note: str = ""


class Standing(StrEnum):
    """What is known of whether an instrument binds both states on a day."""

    BOUND = "bound"
    """The data show it for that very day."""
    AS_KNOWN = "as-known"
    """The data show it for an earlier day; later changes are unknown and the letter says so."""
    ASSERTED = "asserted"
    """The data do not show it; a named official asserts it, and it is printed as asserted."""
    CONFLICT = "conflict"
    """The sources contradict each other: a person must look."""
    UNKNOWN = "unknown"
    """The data are silent, which never means that a state is not bound."""
    NOT_BOUND = "not-bound"
    """A source says that a state is not bound, or no longer or not yet on that day."""
    NOT_IN_FORCE = "not-in-force"
    NOT_BINDING = "not-binding"
    """A scheme, a model, reciprocity: it binds nobody, and may still carry a request."""


class StateStanding(Record):
    """What the data say of one state and one instrument."""

    state: StateCode
    standing: Standing
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    """The day the source speaks for."""
    source: str = ""
    note: str = ""
    """Declarations, conflicts, how the date was found."""


class Basis(Record):
    """An instrument the request rests on, or could rest on."""

    instrument: str
    title: str
    short: str
    called: str
    """How a letter calls it after naming it once, e.g. "the Convention"."""
    citation: str
    article: str
    """Under which the request is made, e.g. "article 18"; empty where there is none."""
    kind: str
    """convention, protocol, directive, scheme ...; see rogatory/law/model.py"""
    url: str
    status_url: str = ""
    governing: bool
    standing: Standing
    states: tuple[StateStanding, ...]
    """The requesting state's, then the requested state's."""
    asserted_by: str = ""
    """The official who asserts that it binds both, with the source given."""
    why: str = ""
    """Why it governs, or gives way, in one sentence with its article."""


class Citation(Record):
    """The provision to print beside a topic of the letter."""

    topic: str
    """See rogatory/law/topics.yaml."""
    article: str
    """As printed, e.g. "18(15)(c)"."""
    instrument: str
    short: str
    rule: str


class Clock(Record):
    """A period the law sets, from an event to what then may or must happen."""

    rule: str
    id: str
    """Unique in the instrument, e.g. release-may."""
    what: str
    """What the period is for, e.g. "provisional arrest without the request"."""
    value: int
    unit: Literal["hours", "days", "working-days", "weeks", "months"]
    anchor: str
    """The event it runs from, e.g. arrest; see rogatory/law/anchors.yaml."""
    effect: Literal["may", "must", "ends", "minimum"]
    then: str
    """What may or must happen when it has run, e.g. "the person must be released"."""
    until: tuple[str, ...] = ()
    """The events that meet it, e.g. receipt of the request; empty: the usual one of its anchor."""
    instrument: str
    source: str
    url: str
    checked_on: date | None = None


class Ground(Record):
    """A ground on which assistance or extradition may, must, or may never be refused."""

    ground: str
    """A word of rogatory/law/grounds.yaml, e.g. bank_secrecy."""
    title: str
    nature: Literal["may", "must", "never"]
    condition: str = ""
    rule: str
    source: str
    cured_by: str = ""
    """The assurance that removes it, if one can."""


class Consultation(Record):
    """Whether the requested state must consult before it refuses or postpones."""

    refusal: Literal["required", "where-appropriate", "not-provided"]
    postponement: Literal["required", "where-appropriate", "not-provided"]
    rule: str
    source: str


class UseLimit(Record):
    """How far what comes back may be used."""

    limit: Literal["automatic", "if-attached", "none"]
    exculpatory: Literal["after-notice", "with-consent"]
    """How what exculpates an accused person may be disclosed."""
    rule: str
    source: str


class AssuranceDue(Record):
    """An assurance the facts call for."""

    kind: str
    title: str
    why: str
    given: bool
    rule: str
    source: str


class DossierItem(Record):
    """A paper an extradition request must contain, for the status of the person sought."""

    item: str
    """E.g. arrest_warrant."""
    title: str
    present: bool
    """Whether the draft lists it as enclosed."""
    rule: str
    source: str


class LegalAssessment(Record):
    """The whole answer, with the digest of the law data that gave it."""

    law_digest: Digest
    kind: str = "mutual-assistance"
    instruments: tuple[str, ...]
    """Ids, the governing one first."""
    instrument_titles: tuple[str, ...]
    assessed_at: datetime
    findings: tuple[Finding, ...]
    checklist: tuple[RuleResult, ...]
    bases: tuple[Basis, ...] = ()
    """The instruments the draft names, the governing one first."""
    citations: tuple[Citation, ...] = ()
    """At most one a topic: of the governing instrument where it has one, else of the next."""
    clocks: tuple[Clock, ...] = ()
    grounds: tuple[Ground, ...] = ()
    consultation: Consultation | None = None
    use: UseLimit | None = None
    assurances: tuple[AssuranceDue, ...] = ()
    dossier: tuple[DossierItem, ...] = ()

    @property
    def blocking(self) -> int:
        """The number of findings that block."""
        return sum(finding.severity is Severity.ERROR for finding in self.findings)

    def citation(self, topic: str) -> Citation | None:
        """The provision to print beside a topic."""
        return next((each for each in self.citations if each.topic == topic), None)


class AssessmentNote(Record):
    """What the procedure needs of an assessment; the whole stands in the vault."""

    assessment: Digest
    law_digest: Digest
    blocking: int
    warnings: int
    met: int
    clocks: tuple[Clock, ...] = ()
    """Legal clocks of the governing instrument: codes and numbers only."""
    translation: LanguageTag | None = None
    """The language the request was translated into; the translator's certificate goes with the letter."""
