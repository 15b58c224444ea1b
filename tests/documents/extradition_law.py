"""What the law says of the example extradition, put together by hand, so that documents are tested apart from it."""

from datetime import date
from functools import cache
from pathlib import Path

from rogatory.adapters.draft_file import read_draft, split_sealed
from schemas.assessment import (
    AssuranceDue,
    Basis,
    Citation,
    Clock,
    Consultation,
    DossierItem,
    Ground,
    LegalAssessment,
    Standing,
    StateStanding,
)
from schemas.extradition import ExtraditionDraft
from tests.documents.dossiers import assess

EXAMPLE = Path(__file__).parents[2] / "examples" / "extradition.yaml"
ARTICLES = {
    "channel": "12(1)",
    "dossier": "12(2)(a)",
    "offence": "12(2)(b)",
    "persons": "12(2)(c)",
    "supplementary": "13",
    "provisional_arrest": "16(2)",
    "decision": "18(1), 18(3)",
    "reasons": "18(2)",
    "deduction": "18(3)",
    "surrender": "18(4)-(5)",
    "postponed_surrender": "19",
    "property": "20",
    "transit": "21",
    "speciality": "14(1)",
    "reextradition": "15",
    "costs": "24",
    "nationals": "6(2)",
    "death_penalty": "11",
    "threshold": "2(1)",
}
PAPERS = (
    ("arrest_warrant", "the warrant of arrest, in original or authenticated copy", "12(2)(a)", True),
    ("statement_of_offences", "a statement of the offences", "12(2)(b)", True),
    ("law_text", "the text of the provisions", "12(2)(c)", True),
    ("description", "a description of the person", "12(2)(c)", False),
)


@cache
def draft() -> ExtraditionDraft:
    """The example as filed: without its sealed identities."""
    filed, _ = split_sealed(read_draft(EXAMPLE).draft())
    assert isinstance(filed, ExtraditionDraft)
    return filed


def basis(instrument: str, title: str, short: str, called: str, *, governing: bool = False, article: str = "") -> Basis:
    return Basis(
        instrument=instrument,
        title=title,
        short=short,
        called=called,
        citation="",
        article=article,
        kind="convention",
        url="",
        governing=governing,
        standing=Standing.BOUND,
        states=tuple(
            StateStanding(state=state, standing=Standing.BOUND, since=date(1997, 9, 1), source="invented")
            for state in ("XV", "XN")
        ),
    )


def clock(id_: str, what: str, value: int, anchor: str, effect: str, then: str, article: str) -> Clock:
    return Clock.model_validate(
        {
            "rule": "XECE-11",
            "id": id_,
            "what": what,
            "value": value,
            "unit": "days",
            "anchor": anchor,
            "effect": effect,
            "then": then,
            "instrument": "coe-ets-024",
            "source": f"ETS 024 art. {article}",
            "url": "https://www.coe.int/",
            "checked_on": "2026-11-22",
        }
    )


@cache
def law() -> LegalAssessment:
    """What the request is told, by hand."""
    return assess(draft()).model_copy(
        update={
            "bases": (
                basis(
                    "coe-ets-024",
                    "European Convention on Extradition",
                    "ETS 024",
                    "the Convention",
                    governing=True,
                    article="article 1",
                ),
                basis(
                    "coe-ets-209",
                    "Third Additional Protocol to the European Convention on Extradition",
                    "CETS 209",
                    "the Third Additional Protocol",
                ),
            ),
            "citations": (
                *(
                    Citation(topic=topic, article=article, instrument="coe-ets-024", short="ETS 024", rule="XECE-01")
                    for topic, article in ARTICLES.items()
                ),
                Citation(topic="simplified", article="4", instrument="coe-ets-209", short="CETS 209", rule="X-01"),
            ),
            "clocks": (
                clock("release-may", "provisional arrest", 18, "arrest", "may", "the person may be freed", "16(4)"),
                clock("release-must", "provisional arrest", 40, "arrest", "must", "the person must be freed", "16(4)"),
                clock("freed-must", "taking over", 30, "appointed-date", "must", "the person must be freed", "18(4)"),
            ),
            "grounds": (
                Ground(
                    ground="political",
                    title="a political offence",
                    nature="must",
                    rule="X-1",
                    source="ETS 024 art. 3(1)",
                ),
                Ground(
                    ground="nationality",
                    title="the person is a national",
                    nature="may",
                    rule="X-2",
                    source="ETS 024 6(1)",
                ),
            ),
            "consultation": Consultation(
                refusal="where-appropriate", postponement="not-provided", rule="X-3", source="UNTOC art. 16(16)"
            ),
            "use": None,
            "assurances": (
                AssuranceDue(
                    kind="speciality",
                    title="no proceedings for other earlier offences without consent",
                    why="always",
                    given=True,
                    rule="X-4",
                    source="ETS 024 art. 14(1)",
                ),
            ),
            "dossier": tuple(
                DossierItem(item=item, title=title, present=present, rule="X-5", source=f"ETS 024 art. {article}")
                for item, title, article, present in PAPERS
            ),
        }
    )
