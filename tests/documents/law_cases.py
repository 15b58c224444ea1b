"""Law for documents, written out by hand: what a letter prints does not hang on what the law data hold today."""

from datetime import date

from schemas.assessment import (
    Basis,
    Citation,
    Clock,
    Consultation,
    Ground,
    LegalAssessment,
    Standing,
    StateStanding,
    UseLimit,
)
from tests.documents.dossiers import assessment

TODAY = date(2026, 11, 20)
UNTOC = {
    "central_authority": "18(13)",
    "facts": "18(15)(c)",
    "transnational": "3(2)",
    "organised_group": "2(a), 18(1)",
    "dual_criminality": "18(9)",
    "purpose": "18(15)(f)",
    "procedure": "18(15)(d)",
    "execution": "18(17)",
    "promptness": "18(24)",
    "status": "18(24)",
    "withdrawal": "18(24)",
    "reasons": "18(23)",
    "confidentiality": "18(20)",
    "use_limitation": "18(19)",
    "exculpatory": "18(19)",
    "bank_secrecy": "18(8)",
    "return_of_assets": "14(2)",
    "costs": "18(28)",
    "authenticity": "18(14)",
    "oral": "18(14)",
    "information": "18(16)",
    "video": "18(18)",
    "protection": "24(2)",
    "freezing": "13(2)",
}
MLA_1959 = {
    "channel": "15(1)",
    "facts": "14(2)",
    "purpose": "14(1)(b)",
    "procedure": "3(1)",
    "costs": "20",
    "reasons": "19",
}


def standing(state: str, how: Standing, since: date | None, source: str, as_of: date | None = None) -> StateStanding:
    return StateStanding(state=state, standing=how, since=since, as_of=as_of, source=source)


def untoc(governing: bool = True) -> Basis:
    return Basis(
        instrument="un-untoc",
        title="United Nations Convention against Transnational Organized Crime",
        short="UNTOC",
        called="the Convention",
        citation="Done at New York on 15 November 2000; in force since 29 September 2003; "
        "United Nations, Treaty Series, vol. 2225, p. 209.",
        article="article 18",
        kind="convention",
        url="https://www.unodc.org/",
        status_url="https://treaties.un.org/",
        governing=governing,
        standing=Standing.BOUND,
        states=(
            standing("XV", Standing.BOUND, date(2004, 6, 16), "invented for this example"),
            standing("XN", Standing.BOUND, date(2003, 9, 29), "invented for this example"),
        ),
    )


def mla_1959(how: Standing = Standing.AS_KNOWN) -> Basis:
    return Basis(
        instrument="coe-ets-030",
        title="European Convention on Mutual Assistance in Criminal Matters",
        short="ETS 030",
        called="the Convention",
        citation="Done at Strasbourg on 20 April 1959; in force since 12 June 1962; ETS No. 030.",
        article="article 3",
        kind="convention",
        url="https://www.coe.int/",
        governing=True,
        standing=how,
        states=(
            standing("XV", how, date(1990, 1, 1), "list of parties", date(2025, 3, 1)),
            standing("XN", how, None, "list of parties", date(2025, 3, 1)),
        ),
        why="It governs as the narrower of the two (article 26).",
    )


def unbinding(kind: str, title: str, called: str, article: str = "") -> Basis:
    return Basis(
        instrument=kind,
        title=title,
        short=title,
        called=called,
        citation="",
        article=article,
        kind=kind,
        url="",
        governing=True,
        standing=Standing.NOT_BINDING,
        states=tuple(standing(state, Standing.NOT_BINDING, None, "") for state in ("XV", "XN")),
    )


def cited(basis: Basis, articles: dict[str, str]) -> tuple[Citation, ...]:
    return tuple(
        Citation(topic=topic, article=article, instrument=basis.instrument, short=basis.short, rule="X-01")
        for topic, article in articles.items()
    )


GROUNDS = (
    ("non_conforming", "may", "UNTOC art. 18(21)(a)"),
    ("sovereignty_security_order", "may", "UNTOC art. 18(21)(b)"),
    ("domestic_prohibition", "may", "UNTOC art. 18(21)(c)"),
    ("contrary_to_mla_law", "may", "UNTOC art. 18(21)(d)"),
    ("dual_criminality", "may", "UNTOC art. 18(9)"),
    ("bank_secrecy", "never", "UNTOC art. 18(8)"),
    ("fiscal", "never", "UNTOC art. 18(22)"),
)


def assessed(*bases: Basis, citations: tuple[Citation, ...] = (), **update: object) -> LegalAssessment:
    """The example's assessment with this law in place of the law data's."""
    law: dict[str, object] = {
        "bases": bases,
        "citations": citations,
        "clocks": (),
        "grounds": (),
        "consultation": None,
        "use": None,
        "assurances": (),
        "dossier": (),
    }
    return assessment().model_copy(update=law | update)


def under_untoc() -> LegalAssessment:
    """What a request under article 18 of UNTOC is told."""
    return assessed(
        untoc(),
        citations=cited(untoc(), UNTOC),
        use=UseLimit(limit="automatic", exculpatory="after-notice", rule="UNTOC-17", source="UNTOC art. 18(19)"),
        consultation=Consultation(
            refusal="required", postponement="required", rule="UNTOC-26", source="UNTOC art. 18(26)"
        ),
        grounds=tuple(
            Ground(ground=ground, title=ground.replace("_", " "), nature=nature, rule="UNTOC-24", source=source)
            for ground, nature, source in GROUNDS
        ),
        clocks=(
            Clock(
                rule="UNTOC-28",
                id="presence",
                what="safe conduct",
                value=15,
                unit="days",
                anchor="no-longer-needed",
                effect="ends",
                then="safe conduct ends",
                instrument="un-untoc",
                source="UNTOC art. 18(27)",
                url="https://www.unodc.org/",
                checked_on=TODAY,
            ),
        ),
    )
