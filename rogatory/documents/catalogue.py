"""The catalogue of formal documents as values; the data stand in catalogue.yaml, judged by catalogue.schema.json.

A type is data: who reads it, who signs it, on what authority, which facts it needs. Types of DocumentType have a view
of their own; all others are shown what every document shows, and the facts they were given (views_papers.py).
"""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal, get_args

from pydantic import ConfigDict, Field, JsonValue, field_validator

from rogatory.errors import RogatoryError
from schemas.break_glass import BreakGlassRule
from schemas.documents import DocumentType
from schemas.identifiers import DocumentName, LanguageTag, Record, Role

Step = Literal[
    "intake",
    "drafting",
    "review",
    "approval",
    "translation",
    "signature",
    "transmission",
    "reply",
    "follow-up",
    "execution",
    "return",
    "custody",
    "use",
    "close",
    "dossier",
    "decision",
    "surrender",
    "speciality",
    "prosecution",
    "any",
]
CaseKind = Literal["mutual-assistance", "extradition", "preservation", "spontaneous-information"]
Audience = Literal["internal", "requested-state", "third-state", "court", "person"]
Signature = Literal[
    "none", "seal", "signatory", "prosecutor", "custodian", "translator", "court", "officer", "both-states"
]
FactType = Literal["line", "prose", "date", "moment", "sum", "count", "choice", "digest", "person", "list", "rows"]
PERSON, PROCEDURE = "person", "procedure"
"""Where a fact comes from: whoever orders the document, or the step that makes it; else a name of found.py."""


class MissingFactError(RogatoryError):
    """A document lacks a fact: it is not made, since an empty space on paper would be taken for the fact."""

    exit_code = 3


class Fact(Record):
    """A fact a document needs beyond request and ledger."""

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    type: FactType
    about: str
    """For the person who supplies it."""
    required: bool = True
    source: str = Field(default=PERSON, alias="from")
    choices: dict[str, str] = {}
    """Of a choice: each code and how it is printed."""
    of: FactType | None = None
    """Of a list: the type of its members."""
    fields: "dict[str, Fact]" = {}
    """Of rows: what each row holds."""
    example: JsonValue = None


class LongTable(Record):
    """Where a document's table passes its border, and a schedule takes its place."""

    document: DocumentName
    above: int
    """Rows the document still shows itself."""


class DocumentKind(Record):
    """One type of document."""

    title: str
    number: tuple[str, ...] = ()
    """Its numbers in the list of documents a request needs from its draft to its close, e.g. D07; several at times."""
    step: Step
    kinds: tuple[CaseKind, ...]
    """The kinds of case it belongs to."""
    audience: Audience
    languages: tuple[LanguageTag, ...]
    signature: Signature
    """none: its digest is on the ledger; seal: the central authority's; else the role for whom a field stands on it."""
    source: tuple[str, ...]
    """What it answers to: "topic NAME" of the governing instrument, "house", "house RULE", or "INSTRUMENT ARTICLE"."""
    ordered_by: tuple[Role, ...] = ()
    """The roles that may order it; none where the procedure makes it at its step."""
    schedule: LongTable | None = None
    break_glass: BreakGlassRule | None = None
    """Of a letter: it may go without its reviewers where two others answer for it."""
    facts: dict[str, Fact] = {}

    @field_validator("number", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("kinds", mode="before")
    @classmethod
    def _all(cls, value: object) -> object:
        return get_args(CaseKind) if value == "all" else value

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that the step which makes it must give."""
        return tuple(name for name, fact in self.facts.items() if fact.source == PROCEDURE and fact.required)

    @property
    def asked(self) -> dict[str, Fact]:
        """The facts of whoever orders it; those that come by themselves may be given too, and then count."""
        return {name: fact for name, fact in self.facts.items() if fact.source != PROCEDURE}


class Catalogue(Record):
    """Every type of document."""

    documents: dict[DocumentName, DocumentKind]
    left_out: dict[str, str] = {}
    """Numbers of the list that no type holds, each with the reason."""

    @property
    def urgent(self) -> dict[DocumentName, BreakGlassRule]:
        """The letters for which the glass may be broken."""
        return {name: kind.break_glass for name, kind in self.documents.items() if kind.break_glass}

    def of(self, document: str) -> DocumentKind:
        """The entry of that type. Raises MissingFactError when the catalogue has none."""
        if document not in self.documents:
            raise MissingFactError(f"The catalogue has no {document}.", "Add it to rogatory/documents/catalogue.yaml.")
        return self.documents[document]

    def nearest(self, name: str) -> str:
        """` Did you mean "x"?` for a slip of the keyboard, for its number or a part of its title, else nothing."""
        return did_you_mean([self.numbered(name), *near(name.replace("-", "_").replace(" ", "_"), self.documents)])

    def numbered(self, number: str) -> str:
        """The type that holds a number, e.g. D17; empty where none does."""
        return next((name for name, kind in self.documents.items() if number.upper() in kind.number), "")


def near(name: str, among: Iterable[str]) -> list[str]:
    """The names it may have been meant for, the likeliest first."""
    options = list(among)
    return get_close_matches(name, options, 1, 0.6) or [each for each in options if len(name) > 3 and name in each][:2]


def did_you_mean(names: Iterable[str]) -> str:
    """The question after a slip of the keyboard; nothing where no name is near."""
    named = " or ".join(f'"{each}"' for each in dict.fromkeys(names) if each)
    return f" Did you mean {named}?" if named else ""


def has_own_view(document: str) -> bool:
    """Whether code shows it, and the procedure may make it; an overlay leaves such a type as it is."""
    return document in set(DocumentType)
