"""What the prosecutor writes: what a request of either kind says, and the request for mutual legal assistance.

`RequestDraft` is the common part, `Draft` the request for assistance in the words of UNTOC article 18(15); the fields
of each measure stand under `details` and are checked by the JSON Schema kept beside the measure
(rogatory/law/measures). A value that is not known is written `not known`, never left out, where the law asks for it
"where possible" (article 18(15)(e)). Extradition: schemas/extradition.py; a draft as filed: schemas/filed.py.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from schemas.identifiers import Digest, LanguageTag, MeasureId, MeasureType, PersonId, Reference, StateCode


class Words(StrEnum):
    """What a translation of the request does with a text of it; read from the type of its field."""

    TRANSLATED = "translated"
    FOR_ASSISTANCE = "for-assistance"
    """Translated too, but the letter of a request for a person does not print it."""
    FOR_A_PERSON = "for-a-person"
    """Translated too, but only the letter of a request for a person prints it."""
    NAME = "name"
    """A name or an address: it stays, or is written in the script of the translation."""
    CODE = "code"
    """A number, an address of electronic mail: it stays as it is."""
    ASIDE = "aside"
    """No letter prints it: it is for the house, or for an annex in a language of its own."""


_LINE = StringConstraints(min_length=1, max_length=300, strip_whitespace=True)
_PROSE = StringConstraints(min_length=1, max_length=40_000, strip_whitespace=True)
Line = Annotated[str, _LINE, Words.TRANSLATED]
Prose = Annotated[str, _PROSE, Words.TRANSLATED]
AssistanceLine = Annotated[str, _LINE, Words.FOR_ASSISTANCE]
AssistanceProse = Annotated[str, _PROSE, Words.FOR_ASSISTANCE]
PersonLine = Annotated[str, _LINE, Words.FOR_A_PERSON]
Name = Annotated[str, _LINE, Words.NAME]
Code = Annotated[str, _LINE, Words.CODE]
LineAside = Annotated[str, _LINE, Words.ASIDE]
ProseAside = Annotated[str, _PROSE, Words.ASIDE]


ClauseName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{2,39}$")]
"""A clause of the letter, e.g. use_limitation; rogatory/documents/clauses.yaml has them."""


class DraftPart(BaseModel):
    """A part of the draft; a field it does not know is a fault, since it would be lost from the letter."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Contact(DraftPart):
    """Who answers questions about the request."""

    name: Name
    post: Line
    email: Code
    phone: Code
    hours: Line | None = None
    """When they can be reached, with the time zone."""


class Authority(DraftPart):
    """An authority, with its functions (UNTOC 18(15)(a)-(b))."""

    name: Line
    functions: Line
    """What it does in these proceedings, e.g. "conducts the investigation and will conduct any prosecution"."""
    address: Name | None = None
    official: Line | None = None
    """The official in charge, with title."""
    contact: Contact | None = None


class Assertion(DraftPart):
    """Who vouches that an instrument binds both states where the law data do not show it; printed as asserted."""

    official: Line
    """Name and post."""
    on: date
    source: Line
    """What the official rests on, e.g. the depositary's page read that day, or a note of the other state."""


class LegalBasis(DraftPart):
    """An instrument the request rests on; the first is the governing one."""

    instrument: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{2,40}$")]
    """Its id: `rogatory law between FROM TO` shows them, e.g. un-untoc."""
    note: LineAside | None = None
    asserted: Assertion | None = None
    """Needed where the law data do not show that it binds both states."""
    agreed: Line | None = None
    """Where and when both states agreed to apply what would otherwise give way (e.g. UNTOC 18(7)), if they did."""
    particulars: dict[str, JsonValue] = {}
    """What this instrument asks for beyond the common draft: `rogatory law show ID` lists it."""


class ProceedingsStage(StrEnum):
    """Where the domestic proceedings stand."""

    INVESTIGATION = "investigation"
    PROSECUTION = "prosecution"
    TRIAL = "trial"
    JUDGMENT = "judgment"
    CONFISCATION = "confiscation"


class Proceedings(DraftPart):
    """The investigation, prosecution or judicial proceeding to which the request relates (UNTOC 18(15)(b))."""

    title: Line
    """How the proceedings are cited, e.g. "The State v. A. B. and others"."""
    file_number: Code
    court: AssistanceLine | None = None
    nature: Prose
    """Its subject and nature: since when, for what, against whom, by what orders so far."""
    stage: ProceedingsStage
    opened_on: date | None = None


class Offence(DraftPart):
    """An offence, with the law that makes it one."""

    title: Line
    provision: Line
    """Statute and section, e.g. "Criminal Code, section 232(2)"."""
    text: AssistanceProse
    """The provision's words, in translation if need be."""
    max_penalty_years: Annotated[float, Field(gt=0, le=100)]
    """Maximum deprivation of liberty, in years; a life sentence is written 100."""
    convention_offence: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]{2,39}$")] | None = None
    """An offence an instrument of the legal basis establishes, by its word (`rogatory law show ID`): laundering."""
    listed_category: Annotated[int, Field(ge=1, le=32)] | None = None
    """Its number among the 32 categories of the Union's instruments, e.g. 3 trafficking in human beings."""
    min_penalty_years: Annotated[float, Field(ge=0, le=100)] | None = None
    limitation_date: date | None = None
    committed: PersonLine | None = None
    """When, e.g. "between 2 March and 9 April 2026"."""
    place: PersonLine | None = None
    participation: PersonLine | None = None
    """In what part the person took, e.g. as principal."""
    there: "OffenceThere | None" = None
    """What the same conduct is in the requested state."""


class OffenceThere(DraftPart):
    """The same conduct under the law of the requested state; labels need not agree, conduct must."""

    title: PersonLine
    provision: PersonLine
    max_penalty_years: Annotated[float, Field(gt=0, le=100)] | None = None
    min_penalty_years: Annotated[float, Field(ge=0, le=100)] | None = None


class Scope(DraftPart):
    """Why the Convention applies (UNTOC 2, 3 and 18(1))."""

    transnational: Prose | None = None
    """In what way the offence is transnational."""
    organised_group: Prose | None = None
    """The reasonable grounds to suspect that an organized criminal group is involved."""


class PersonRole(StrEnum):
    """What a person is in the proceedings."""

    SUSPECT = "suspect"
    ACCUSED = "accused"
    WITNESS = "witness"
    VICTIM = "victim"
    EXPERT = "expert"
    ACCOUNT_HOLDER = "account-holder"
    THIRD_PARTY = "third-party"


class SealedIdentity(DraftPart):
    """Who a protected person is; goes into a separate sealed annex and never into a document of the case."""

    name: Line
    also_known_as: tuple[Line, ...] = ()
    born: Line | None = None
    nationality: Line | None = None
    address: Line | None = None
    contact: Line | None = None


class Person(DraftPart):
    """A person concerned: identity, location, nationality (UNTOC 18(15)(e)); a value or `not known`."""

    id: PersonId
    role: PersonRole
    kind: Literal["natural", "legal"] = "natural"
    name: Name | None = None
    """Left out for a protected person, who goes by the pseudonym."""
    pseudonym: Code | None = None
    protected: bool = False
    """Victims of trafficking are protected by default (Palermo Protocol 6(1))."""
    sealed: SealedIdentity | None = None
    age_status: Literal["adult", "child", "presumed-child"] | None = None
    born: AssistanceLine | None = None
    """Date of birth or of incorporation, or `not known`."""
    nationality: AssistanceLine | None = None
    location: AssistanceLine | None = None
    identifiers: AssistanceLine | None = None
    """Passport, register or tax number."""
    relation: AssistanceLine | None = None
    """How the person is concerned by the proceedings."""

    @property
    def shown_as(self) -> str:
        """The name documents may show: the pseudonym of a protected person."""
        return self.pseudonym or self.id if self.protected else self.name or self.pseudonym or self.id


class MeasureRequested(DraftPart):
    """One measure of assistance; `details` holds the fields its type asks for."""

    id: MeasureId
    type: MeasureType
    persons: tuple[PersonId, ...] = ()
    details: dict[str, JsonValue]


class Urgency(DraftPart):
    """A deadline suggested to the requested state, with reasons (UNTOC 18(24))."""

    level: Literal["routine", "urgent"] = "routine"
    reply_by: date | None = None
    reason: Prose | None = None


class OralRequest(DraftPart):
    """A request first made orally in urgency, to be confirmed in writing (UNTOC 18(14))."""

    made_on: date
    to: Line
    """Who took it, by post and authority."""


class Confidentiality(DraftPart):
    """Whether the fact and substance of the request must be kept confidential (UNTOC 18(20))."""

    required: bool
    reason: Prose | None = None


class Procedure(DraftPart):
    """A particular procedure to be followed (UNTOC 18(15)(d), 18(17))."""

    what: Prose
    reason: Prose


class Undertakings(DraftPart):
    """What the requesting state binds itself to."""

    use_limitation: bool = True
    """Material is used only for the stated proceedings without prior consent (UNTOC 18(19))."""
    reciprocity: bool = True
    death_penalty_excluded: bool
    """None of the offences carries the death penalty, or it will not be imposed."""


class DualCriminality(DraftPart):
    """Why the conduct would also be an offence in the requested state (UNTOC 18(9))."""

    statement: Prose


class Translator(DraftPart):
    """Who vouches for a translation."""

    name: LineAside
    qualification: LineAside
    """E.g. "sworn translator for French, Court of Appeal of Port Xaver"."""
    certificate_no: LineAside | None = None
    sworn_on: date | None = None


class Translation(DraftPart):
    """The request's own words in another language, by a translator who vouches for them.

    `rogatory draft translate FILE --into LANGUAGE` writes it; the fixed words of the letter come from the program.
    """

    into: LanguageTag
    arrangement: Literal["after", "parallel"] = "after"
    """The translation after the whole original, or beside it paragraph by paragraph."""
    translator: Translator
    of: Digest
    """Of the words translated: a request changed since has another."""
    texts: Annotated[dict[str, Prose], Field(min_length=1, max_length=5000)]
    """Where the words stand in the request, e.g. offences/0/title, to what they are in that language."""


class Enclosure(DraftPart):
    """A paper that goes with the letter."""

    title: Line
    pages: Annotated[int, Field(ge=1, le=10_000)]


SOLE_MEASURES = {"preservation": "preservation", "spontaneous-information": "spontaneous_information"}
"""Kind of a letter that asks for one thing, or tells one: the type of its measures. Its law is that of assistance."""


class RequestDraft(DraftPart):
    """What a request says whatever it asks for."""

    schema_version: Literal[1]
    kind: str
    from_state: Annotated[StateCode, Field(alias="from")]
    """The requesting state."""
    to_state: Annotated[StateCode, Field(alias="to")]
    """The requested state, e.g. NO for Norway."""
    language: LanguageTag = "en"
    subject: Line
    """One line, without the name of a protected person."""
    legal_basis: Annotated[tuple[LegalBasis, ...], Field(min_length=1)]
    requesting_authority: Authority
    conducting_authority: Authority | None = None
    """Left out when the requesting authority itself conducts the proceedings."""
    proceedings: Proceedings
    offences: Annotated[tuple[Offence, ...], Field(min_length=1)]
    scope: Scope | None = None
    facts: Prose | None = None
    """Summary of the relevant facts (UNTOC 18(15)(c)): who, what, when, where, how, and how each is known."""
    persons: tuple[Person, ...] = ()
    dual_criminality: DualCriminality | None = None
    urgency: Urgency = Urgency()
    confidentiality: Confidentiality
    undertakings: Undertakings
    supplements: Reference | None = None
    """For a supplementary request: our reference of the request it adds to."""
    prior_contacts: Prose | None = None
    enclosures: tuple[Enclosure, ...] = ()
    clauses: dict[ClauseName, Prose] = {}
    """The drafter's own words for fixed clauses of the letter, by the clause's name; the reviewers see what differs."""
    translation: Translation | None = None
    """The request's own words in a language the requested state reads."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        use_attribute_docstrings=True,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
    )


class Draft(RequestDraft):
    """A request for mutual legal assistance, or a letter of one kind of it alone, as its prosecutor drafts it."""

    kind: Literal["mutual-assistance", "preservation", "spontaneous-information"]
    """The latter two hold measures of their own type only: SOLE_MEASURES."""
    link: Prose
    """Why the evidence or property is believed to be in the requested state."""
    purpose: Prose
    """What the evidence or action is sought for (UNTOC 18(15)(f)); use is limited to it."""
    measures: Annotated[tuple[MeasureRequested, ...], Field(min_length=1, max_length=40)]
    procedure: tuple[Procedure, ...] = ()
    electronic_evidence: bool = False
    """The offence was committed by means of a computer system, or its evidence is in electronic form."""
    oral_request: OralRequest | None = None
    """Where the request was first made orally and this letter confirms it."""
