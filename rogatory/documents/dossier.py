"""Everything a document may show of a case, gathered beforehand so that views stay pure."""

from datetime import datetime

from pydantic import JsonValue

from schemas.assessment import LegalAssessment
from schemas.custody import Official
from schemas.documents import StateNames
from schemas.evidence import DeliveryManifest
from schemas.filed import FiledRequest
from schemas.identifiers import Digest, OfficialId, Record, Reference, Role, StateCode
from schemas.register import (
    CaseRow,
    ClockRow,
    DocumentRow,
    ExhibitRow,
    ItemRow,
    MessageRow,
    TaskRow,
    TimelineEvent,
    TransmissionRow,
)


class StateFact(Record):
    """What one source says of a state; where sources are all there is, no letter chooses between them."""

    field: str
    """E.g. central_authority."""
    value: str
    scope: str
    """For which instrument or matter."""
    source: str
    age: str
    """What day or edition the source speaks for."""
    trust: str


class StateCard(Record):
    """A state as it stands on a letter."""

    code: StateCode
    name: str
    """E.g. Republic of Xandria."""
    short_name: str
    ministry: str
    """This and what follows is empty where no source says it."""
    unit: str
    """The central authority."""
    addressee: str
    """E.g. The Director."""
    address: tuple[str, ...]
    contact: tuple[str, ...]
    languages: tuple[str, ...]
    demonym: str = ""
    names: dict[str, StateNames] = {}
    facts: tuple[StateFact, ...] = ()


class InstrumentCard(Record):
    """An instrument as it is cited."""

    id: str
    title: str
    short: str
    called: str
    """E.g. the Convention."""
    kind: str
    citation: str
    """Done at, on; in force."""
    carries: dict[str, str]
    """Kind of request to the article it is made under."""
    url: str
    labels: dict[str, str] = {}
    """Field path of the particulars to label."""
    texts: tuple[str, ...] = ()
    """Field paths of the particulars that are text."""
    offences: dict[str, str] = {}
    """Offences it establishes: word to title and article."""
    covers_years: float | None = None
    """The maximum penalty, in years, from which it covers an offence it does not establish itself."""
    covers: str = ""
    """What it then says, with its article."""


class FormCard(Record):
    """A form of evidence that a court needs, as a certificate prints it."""

    id: str
    title: str
    cite: str
    source: str
    checked: str | None
    """The day its text was read; None: not read, which the certificate says."""
    unknown: str
    elements: dict[str, str]
    marks: dict[str, str]
    """Element to its letter or part in the text, e.g. (A)."""
    complete: tuple[str, ...]
    """What else the person who certifies states."""
    digests: bool
    """Whether each file stands on it with its digest."""


class LawWords(Record):
    """The words law files use, as printed."""

    anchors: dict[str, str] = {}
    """Events from which periods run."""
    grounds: dict[str, str] = {}
    """Of refusal."""
    assurances: dict[str, str] = {}
    forms: dict[str, FormCard] = {}


class MeasureCard(Record):
    """A type of assistance as it is named."""

    type: str
    title: str
    coercive: bool
    labels: dict[str, str]
    """Field path to label."""
    return_proof: str
    texts: tuple[str, ...] = ()
    """Field paths of what is text."""


class Act(Record):
    """One signed act on the case's ledger, with the words disclosed to the reader."""

    sequence: int
    at: datetime
    task: str
    act: str
    by: OfficialId
    role: Role
    command_id: str
    facts: dict[str, JsonValue]
    words: dict[str, str]
    """Withheld fields and what they say."""
    statement: Digest
    """SHA-256 of the signed envelope."""
    line: Digest


class Dossier(Record):
    """One case, as far as its documents speak of it."""

    reference: Reference
    case: CaseRow
    request: FiledRequest
    previous: FiledRequest | None = None
    assessment: LegalAssessment | None = None
    requesting: StateCard
    requested: StateCard
    instruments: tuple[InstrumentCard, ...]
    measures: dict[str, MeasureCard]
    words: LawWords = LawWords()
    states: dict[StateCode, StateCard] = {}
    """Other states the document names: through which a person passes, to which one is sent on."""
    officials: dict[OfficialId, Official]
    acts: tuple[Act, ...]
    events: tuple[TimelineEvent, ...]
    tasks: tuple[TaskRow, ...]
    documents: tuple[DocumentRow, ...]
    items: tuple[ItemRow, ...]
    exhibits: tuple[ExhibitRow, ...] = ()
    """Physical items, and copies."""
    manifests: dict[Digest, DeliveryManifest]
    messages: tuple[MessageRow, ...]
    transmissions: tuple[TransmissionRow, ...]
    clocks: tuple[ClockRow, ...] = ()
    """Periods of law that run or have run in the case."""
    ledger_size: int
    ledger_head: str
    """SHA-256 of the case's last ledger line, hex."""
    demo: bool
