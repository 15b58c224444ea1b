"""The law a document speaks of: its bases, the articles to print, the limits on use; all from the recorded assessment.

No instrument and no article is named in a template: an instrument's own words come from here, and what its law data do
not say is not printed.
"""

import re
from collections.abc import Mapping
from datetime import date

from pydantic import JsonValue

from rogatory.documents.citing import numbered, pieces_of, plain
from rogatory.documents.dossier import Dossier, InstrumentCard, StateCard
from rogatory.documents.state_names import names_of
from rogatory.documents.wording import capital, day, entitled, line, listed, the
from schemas.assessment import Basis, LegalAssessment, Standing, StateStanding
from schemas.request import SOLE_MEASURES, LegalBasis

UNBOUND = frozenset({Standing.UNKNOWN, Standing.CONFLICT, Standing.NOT_BOUND, Standing.NOT_IN_FORCE})
"""Standings that a letter passes over in silence and the memo to the reviewers does not."""


def law_of(dossier: Dossier, language: str = "en") -> dict[str, JsonValue]:
    """The context `law`; empty `bases` where the law data have none of the instruments named."""
    assessment = dossier.assessment
    found = bases_of(dossier)
    bases: list[JsonValue] = [_basis(each, found, dossier, language) for each in found]
    use = assessment.use if assessment else None
    promised = dossier.request.draft.undertakings.use_limitation
    return {
        "governing": bases[0] if bases else {},
        "bases": bases,
        "cite": _citations(assessment, found),
        "use": {
            "limit": use.limit if use else "none",
            "exculpatory": use.exculpatory if use and use.limit != "none" else "",
            "promised": promised,
            "bound": promised or (use is not None and use.limit == "automatic"),
        },
    }


def bases_of(dossier: Dossier) -> tuple[Basis, ...]:
    """The bases as assessed, the governing one first; from the cards where an old assessment has none."""
    if dossier.assessment and dossier.assessment.bases:
        return tuple(sorted(dossier.assessment.bases, key=lambda each: not each.governing))
    return tuple(
        Basis(
            instrument=card.id,
            title=card.title,
            short=card.short,
            called=card.called,
            citation=card.citation,
            article=card.carries.get(_law_kind(dossier), ""),
            kind=card.kind,
            url=card.url,
            governing=number == 0,
            standing=Standing.UNKNOWN,
            states=(),
        )
        for number, card in enumerate(dossier.instruments)
    )


def _law_kind(dossier: Dossier) -> str:
    """The kind of request as the law knows it."""
    kind = dossier.request.draft.kind
    return "mutual-assistance" if kind in SOLE_MEASURES else kind


def bound_since(basis: Basis, names: Mapping[str, str]) -> list[JsonValue]:
    """Since when each state is bound, with the source and the day it speaks for; empty where the data do not show it.

    Args:
        basis: as assessed.
        names: state code to its name in the document's language.
    """
    known = [each for each in basis.states if each.standing in {Standing.BOUND, Standing.AS_KNOWN}]
    if basis.standing not in {Standing.BOUND, Standing.AS_KNOWN} or len(known) < 2:
        return []
    return [
        {
            "state": names.get(one.state, one.state),
            "since": one.since.isoformat() if one.since else "",
            # How it was read is for the memo, not for a letter.
            "source": re.sub(r"\s*\(.*\)$", "", line(one.source)).removesuffix("."),
            "as_of": one.as_of.isoformat() if one.standing is Standing.AS_KNOWN and one.as_of else "",
        }
        for one in known
    ]


def state_standing(one: StateStanding | None) -> str:
    """What the data say of one state, in a cell of a table."""
    if one is None:
        return "not in the law data"
    said = {
        Standing.BOUND: _since(one.since),
        Standing.AS_KNOWN: f"{_since(one.since)}; what came later is not known",
        Standing.ASSERTED: "asserted",
        Standing.CONFLICT: "the sources contradict each other",
        Standing.UNKNOWN: "not in the law data",
        Standing.NOT_BOUND: f"bound until {day(one.until)}" if one.until else "not bound",
        Standing.NOT_IN_FORCE: "not in force",
        Standing.NOT_BINDING: "binds nobody",
    }[one.standing]
    return capital(said)


def clocks_of(assessment: LegalAssessment, dossier: Dossier) -> list[JsonValue]:
    """The periods the law sets, each with the event it runs from and its article."""
    return [
        {
            "what": clock.what,
            "value": clock.value,
            "unit": clock.unit,
            "runs": dossier.words.anchors.get(clock.anchor) or clock.anchor.replace("-", " "),
            "then": clock.then,
            "effect": clock.effect,
            "source": clock.source,
            "read": clock.checked_on is not None,
        }
        for clock in assessment.clocks
    ]


def unknown_of(dossier: Dossier) -> list[JsonValue]:
    """What the law data do not say and a reviewer should know before the letter goes out."""
    requested, said = dossier.requested, []
    for basis in bases_of(dossier):
        doubtful = [one.state for one in basis.states if one.standing in {Standing.UNKNOWN, Standing.CONFLICT}]
        if basis.standing in {Standing.UNKNOWN, Standing.CONFLICT}:
            which = (
                f"for {listed([names.short_name for names in _named(dossier) if names.code in doubtful])} "
                if doubtful
                else ""
            )
            where = f" ({basis.status_url})" if basis.status_url else ""
            said.append(f"Whether {entitled(basis.title)} is in force {which}today{where}.")
        elif basis.standing is Standing.AS_KNOWN:
            said.append(f"What changed for {entitled(basis.title)} after the day its source speaks for.")
    if not requested.address:
        said.append(
            f"The address of the central authority of {the(requested.name)}: the letter names it without one. "
            "Supply it before the letter goes out."
        )
    if not (requested.unit or requested.ministry):
        said.append(f"Which authority is the central authority of {the(requested.name)} for this request.")
    if not requested.languages:
        said.append(f"In which languages {the(requested.name)} accepts this request.")
    if not (dossier.requesting.unit or dossier.requesting.ministry):
        said.append("The name of our own central authority: the letterhead does without it.")
    return [*said]


def rows_of(values: Mapping[str, JsonValue], labels: Mapping[str, str], under: str = "") -> list[list[str]]:
    """Particulars as rows of label and value; what lies within another is labelled by both, e.g. Period: From."""
    rows: list[list[str]] = []
    for name, value in values.items():
        path = f"{under}/{name}" if under else name
        label = labels.get(path) or capital(name.replace("_", " "))
        if isinstance(value, dict):
            rows += [[f"{label}: {inner}", said] for inner, said in rows_of(value, labels, path)]
        elif value not in (None, [], ""):
            rows.append([label, _value(value)])
    return rows


def _basis(basis: Basis, among: tuple[Basis, ...], dossier: Dossier, language: str) -> JsonValue:
    card = next((each for each in dossier.instruments if each.id == basis.instrument), None)
    asked = next((each for each in dossier.request.draft.legal_basis if each.instrument == basis.instrument), None)
    parts = zip(_named(dossier), ("requesting", "requested"), strict=True)
    names = {
        each.code: the(each.short_name) if language == "en" else names_of(each, language, part).name
        for each, part in parts
    }
    states = {each.state: each for each in basis.states}
    return {
        "instrument": basis.instrument,
        "title": basis.title,
        "titled": entitled(basis.title),
        "short": basis.short,
        "called": called(basis, among),
        "defined": len(among) > 1 and called(basis, among) not in {entitled(basis.title), ""},
        "citation": basis.citation,
        "article": basis.article,
        "under": list(numbered(pieces_of(basis.article), brief=False)) if plain(basis.article) else [],
        "kind": basis.kind,
        "url": basis.url,
        "status_url": basis.status_url,
        "governing": basis.governing,
        "standing": basis.standing.value,
        "binding": basis.standing is not Standing.NOT_BINDING,
        "doubtful": basis.standing in UNBOUND,
        "since": bound_since(basis, names),
        "vouched": _vouched(basis, asked),
        "agreed": line(asked.agreed) if asked and asked.agreed else "",
        "note": line(asked.note) if asked and asked.note else "",
        "why": line(basis.why),
        "states": [_state(each.code, states.get(each.code)) for each in _named(dossier)],
        "particulars": _particulars(asked, card),
    }


def called(basis: Basis, among: tuple[Basis, ...]) -> str:
    """How to name an instrument within a sentence: as its law data call it, unless another basis is called the same."""
    alone = sum(each.called == basis.called for each in among) == 1
    return basis.called if basis.called and (alone or basis.governing) else entitled(basis.title)


def _citations(assessment: LegalAssessment | None, bases: tuple[Basis, ...]) -> dict[str, JsonValue]:
    by_id = {each.instrument: each for each in bases}
    cite: dict[str, JsonValue] = {}
    for each in assessment.citations if assessment else ():
        basis = by_id.get(each.instrument)
        cite.setdefault(
            each.topic,
            {
                "article": each.article,
                "governing": basis is not None and basis.governing,
                "called": called(basis, bases) if basis else f"the {each.short}",
                "titled": entitled(basis.title) if basis else f"the {each.short}",
                "short": each.short,
            },
        )
    return cite


def _vouched(basis: Basis, asked: LegalBasis | None) -> JsonValue:
    """Who vouches that it binds both states; None unless the request rests on that."""
    if basis.standing is not Standing.ASSERTED:
        return None
    if asked is None or asked.asserted is None:
        return {"official": line(basis.asserted_by), "on": "", "source": ""} if basis.asserted_by else None
    said = asked.asserted
    source = line(said.source).removesuffix(".")
    return {"official": line(said.official), "on": said.on.isoformat(), "source": source}


def _state(code: str, one: StateStanding | None) -> JsonValue:
    return {
        "code": code,
        "said": state_standing(one),
        "doubtful": one is None or one.standing in UNBOUND,
        "source": line(one.source) if one else "",
        "as_of": one.as_of.isoformat() if one and one.as_of else "",
        "note": line(one.note) if one else "",
    }


def _particulars(asked: LegalBasis | None, card: InstrumentCard | None) -> list[JsonValue]:
    rows = rows_of(asked.particulars, card.labels if card else {}) if asked else []
    return [[label, value] for label, value in rows]


def _named(dossier: Dossier) -> tuple[StateCard, StateCard]:
    return dossier.requesting, dossier.requested


def _since(since: date | None) -> str:
    return f"since {day(since)}" if since else "since a day the source does not give"


def _value(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "; ".join(_value(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')}: {_value(each)}" for name, each in value.items())
    said = line(str(value))
    return day(said) if len(said) == len("2026-11-20") else said
