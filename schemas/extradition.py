"""The request for extradition, in the words of the European Convention on Extradition (articles 12 and 16) and its kin.

`ExtraditionDraft` is one draft for both papers of the procedure: the request for provisional arrest, where one is made,
and the formal request that follows it. Numbers of law (40, 45, 60 days; one year, four months) stand in no field: they
are data of the instruments named under `legal_basis`.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from schemas.identifiers import LanguageTag, StateCode
from schemas.request import (
    Code,
    DraftPart,
    Line,
    LineAside,
    MeasureRequested,
    Name,
    Procedure,
    Prose,
    ProseAside,
    RequestDraft,
)

Day = date
"""For fields called `date`."""
Months = Annotated[int, Field(ge=0, le=1200)]
"""A term of deprivation of liberty, in months."""
DossierWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,59}$")]
"""A paper of the dossier by its word in the law data, e.g. arrest_warrant."""
AssuranceWord = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,39}$")]
"""An assurance by its word in the law data, e.g. death_penalty."""


class PersonStatus(StrEnum):
    """Where the person stands in the proceedings; it decides which papers the request must contain."""

    ACCUSED = "accused"
    """Not tried."""
    CONVICTED_UNSENTENCED = "convicted-unsentenced"
    CONVICTED = "convicted"
    """And sentenced."""
    IN_ABSENTIA = "in-absentia"
    """Convicted in their absence."""
    ESCAPED = "escaped"
    """From custody or from serving the sentence."""


class Purpose(StrEnum):
    """What the person is sought for."""

    PROSECUTION = "prosecution"
    SENTENCE = "sentence"
    """To serve a sentence or a detention order."""


class PersonSought(DraftPart):
    """The person claimed, described so that they can be found and not mistaken (European Convention 12(2)(c))."""

    name: Name
    also_known_as: tuple[Name, ...] = ()
    born: Line | None = None
    """Date of birth, or `not known`."""
    birthplace: Line | None = None
    nationality: Line | None = None
    """Or `not known`."""
    sex: Literal["female", "male", "other", "not-known"] | None = None
    description: Prose | None = None
    """Height, build, hair, eyes, marks; how the person speaks and dresses."""
    documents: tuple[Line, ...] = ()
    """Passports and identity cards, with number and issuer."""
    photograph: bool = False
    """A photograph is enclosed."""
    fingerprints: bool = False
    """Fingerprints are enclosed."""
    location: Line | None = None
    """Where in the requested state the person is believed to be, and from what source."""
    languages: tuple[LanguageTag, ...] = ()
    """What the person understands, e.g. nb; for the interpreter."""
    status: PersonStatus
    national_of_requested: bool | None = None
    """Whether the person is a national of the requested state; left out when that is not known."""


class Warrant(DraftPart):
    """The order on which the person may be arrested (European Convention 12(2)(a))."""

    kind: Line
    """What it is, e.g. "arrest warrant"."""
    issued_by: Line
    issued_on: date
    number: Code | None = None
    enforceable: bool
    """It is in force and can be executed today."""


class Absence(DraftPart):
    """How the rights of a person were kept who was not present at the trial."""

    statement: Literal["summoned", "aware", "counsel", "served", "to-be-served"]
    """Summoned in person; aware of the trial by other means; defended by a mandated counsel; served with the decision
    and did not contest it; or to be served with it after surrender, with a right to a retrial."""
    date: Day | None = None
    """When summoned, served or represented."""
    warned: bool | None = None
    """The person was told that a decision may be given in their absence."""
    retrial_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    """Within how many days of service a retrial or an appeal may be asked for."""
    explanation: Prose | None = None
    """How the condition was met."""


class Conviction(DraftPart):
    """The judgment of conviction, and the sentence if there is one (European Convention 12(2)(a))."""

    court: Line
    decided_on: date
    file_number: Code
    sentence_months: Months | None = None
    """The term imposed; left out where none was imposed yet, or for life."""
    remaining_months: Months | None = None
    """What remains to be served."""
    life: bool = False
    final: bool
    enforceable: bool
    in_absentia: bool = False
    summoned: Line | None = None
    """How and when the person was summoned to the trial."""
    absence: Absence | None = None
    """For a judgment in absentia."""


class ProvisionalArrest(DraftPart):
    """Whether arrest is asked for before the formal request, and what such a request must say (16(1)-(3))."""

    requested: bool
    reason: Prose | None = None
    """Why it is urgent."""
    channel: Literal["central-authority", "diplomatic", "interpol", "other-written"] | None = None
    existence_of_warrant: bool = False
    """It is stated that a warrant or an enforceable judgment exists."""
    will_follow: bool = False
    """It is stated that a formal request will follow."""


class AssuranceGiven(DraftPart):
    """An assurance given with the request: a document, and a duty for as long as the person is held."""

    kind: AssuranceWord
    text: ProseAside
    given_by: LineAside
    """Post and authority."""


class DossierPaper(DraftPart):
    """A paper of the dossier that is ready; what is still missing may be supplied before the formal request."""

    item: DossierWord
    title: Line
    pages: Annotated[int, Field(ge=1, le=10_000)]
    language: LanguageTag = "en"


class PropertySought(DraftPart):
    """Property to be handed over with the person, or without them if they cannot be (European Convention 20)."""

    description: Line
    kind: Literal["evidence", "proceeds"]
    location: Line | None = None


class CompetingRequest(DraftPart):
    """Another state's request for the same person, as far as it is known."""

    state: StateCode
    about: Line
    """For what acts, and how it is known."""


class ExtraditionDraft(RequestDraft):
    """A request for extradition, as its prosecutor drafts it."""

    kind: Literal["extradition"]
    purpose: Purpose
    person_sought: PersonSought
    warrant: Warrant | None = None
    """For an accused person, or one convicted and not yet sentenced."""
    conviction: Conviction | None = None
    """For a convicted person."""
    identity_evidence: ProseAside | None = None
    """How it is known that the person sought is the person described."""
    evidence_statement: Prose | None = None
    """The evidence against the person, where the requested state asks for it (prima facie, record of the case)."""
    limitation_statement: Prose | None = None
    """Why prosecution or punishment is not barred by lapse of time, with what interrupted it."""
    provisional_arrest: ProvisionalArrest
    assurances: tuple[AssuranceGiven, ...] = ()
    dossier: tuple[DossierPaper, ...] = ()
    """The papers that are ready."""
    property_sought: tuple[PropertySought, ...] = ()
    transit_states: tuple[StateCode, ...] = ()
    """Through which the person may have to be taken."""
    death_penalty_possible: bool
    """An offence named here carries the death penalty."""
    life_sentence_possible: bool
    """An offence named here carries a sentence for life."""
    consent_known: bool | None = None
    """Whether the person consents to surrender; left out when nothing is known."""
    competing_requests: tuple[CompetingRequest, ...] = ()

    @property
    def measures(self) -> tuple[MeasureRequested, ...]:
        """None: what is asked for is a person, and with the person property."""
        return ()

    @property
    def procedure(self) -> tuple[Procedure, ...]:
        """None: no evidence is taken, so no procedure is asked for."""
        return ()
