"""Checks of the legal basis and of what the requested state's profile says."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rogatory.law.basis import NO_STATE, candidates, code_of, gives_way
from rogatory.law.model import Fact, GroundData, StateProfile, Treaty
from rogatory.law.situation import Breach, Situation, at, dicts, each_of, names, states
from rogatory.law.standing import REFUSED, SHOWN
from rogatory.law.yaml_text import Path
from schemas.assessment import Basis, Standing

SAID = {
    Standing.UNKNOWN: "the data are silent",
    Standing.CONFLICT: "the sources contradict each other",
    Standing.NOT_BOUND: "a source says that it is not",
    Standing.NOT_IN_FORCE: "it is not in force",
    Standing.NOT_BINDING: "it binds nobody",
    Standing.AS_KNOWN: "known for an earlier day only",
}


def states_bound(case: Situation) -> Iterator[Breach]:
    """Both states are bound by the instrument on the day, or an official asserts it; unknown is not known.

    Its breaches are shown on the checklist beside the article; what follows is told once, by the house rules.
    """
    yield from _standing(case, lambda basis: basis.instrument == case.treaty.id and basis.standing not in SHOWN)


def basis_standing(case: Situation) -> Iterator[Breach]:
    """No instrument of the draft has one of the `standings`."""
    wanted = set(case.rule.parameters["standings"])
    yield from _standing(case, lambda basis: basis.standing.value in wanted)


def basis_fallback(case: Situation) -> Iterator[Breach]:
    """The governing instrument is not one whose paragraphs give way to another treaty that binds both states."""
    governing = case.governing
    if governing is None or governing.fallback is None:
        return
    path = _place(case, governing.id)
    if path is None or dicts(case.draft["legal_basis"])[int(path[1])].get("agreed"):
        return
    for other in _alternatives(case):
        treaty = case.lawbook.treaties[other.instrument]
        if treaty.precedence in ("bilateral", "union", "regional") and gives_way(governing, treaty):
            words = {"short": governing.short, "article": governing.fallback.article}
            yield Breach(path, {**words, "other": treaty.short, "id": treaty.id})
            return


def basis_carries(case: Situation) -> Iterator[Breach]:
    """The governing instrument carries this kind of request."""
    governing, kind = case.governing, str(case.draft.get("kind"))
    path = _place(case, governing.id) if governing else None
    if governing is not None and path is not None and kind not in governing.carries:
        yield Breach(path, {"short": governing.short, "kind": kind.replace("-", " ")})


def offence_words(case: Situation) -> Iterator[Breach]:
    """Every word of convention_offence is one an instrument of the draft establishes."""
    treaties = [case.lawbook.treaties[id_] for id_ in case.instruments]
    parents = [case.lawbook.treaties[each.supplements] for each in treaties if each.supplements]
    known = {word for treaty in [*treaties, *parents] for word in treaty.offences}
    for number, offence in each_of(case, "offences"):
        word = offence.get("convention_offence")
        if isinstance(word, str) and treaties and word not in known:
            holders = [each.id for each in case.lawbook.treaties.values() if word in each.offences]
            words = {"word": word, "known": ", ".join(sorted(known)) or "none", "holders": ", ".join(holders) or "none"}
            yield Breach(("offences", number, "convention_offence"), words)


def reciprocity_given(case: Situation) -> Iterator[Breach]:
    """Where the request rests on what binds nobody, reciprocity is undertaken."""
    governing = case.governing
    undertakings = case.draft.get("undertakings")
    given = isinstance(undertakings, dict) and undertakings.get("reciprocity", True) is True
    if governing is not None and governing.kind in ("scheme", "reciprocity") and not given:
        yield Breach(("undertakings", "reciprocity"), {"short": governing.short})


def purpose_listed(case: Situation) -> Iterator[Breach]:
    """Every measure is of a kind the instrument lists."""
    for number, measure in each_of(case, "measures"):
        known = case.lawbook.measures.get(str(measure.get("type")))
        if known is not None and case.treaty.id not in known.purposes:
            yield Breach(("measures", number, "type"), {"type": known.type})


def central_authorities(case: Situation) -> Iterator[Breach]:
    """Both states' data name a central authority for the instrument."""
    for state, field in zip(states(case), ("from", "to"), strict=False):
        named = _facts_for(state, "central_authority", case.treaty)
        if case.treaty.id not in state.central_authority_for and not named:
            yield Breach((field,), names(state) | {"short": case.treaty.short})


def language_accepted(case: Situation) -> Iterator[Breach]:
    """The requested state accepts the language of the draft or of its translation; data that name none say nothing."""
    state, language = case.requested, case.draft.get("language", "en")
    if state is None or not isinstance(language, str):
        return
    found = [fact.value for fact in _facts_for(state, "languages", case.treaty) if isinstance(fact.value, list)]
    accepted = list(state.languages) or [str(each) for value in found for each in value]
    spoken = {each.split("-")[0] for each in (language, at(case.draft, "translation/into")) if isinstance(each, str)}
    if accepted and not spoken & {each.split("-")[0] for each in accepted}:
        yield Breach(("language",), names(state) | {"language": language, "accepted": ", ".join(accepted)})


def profile_allows(case: Situation) -> Iterator[Breach]:
    """The requested state has not excluded the `option` the instrument leaves to it."""
    state, option = case.requested, case.rule.parameters["option"]
    if state is not None and state.allows.get(option) is False:
        yield Breach(("to",), names(state) | {"option": option, "short": case.treaty.short})


def profile_current(case: Situation) -> Iterator[Breach]:
    """What the requested state's profile says is official, and was read or verified in the last `months`."""
    state, months = case.requested, case.rule.parameters["months"]
    if state is None or state.invented:
        return
    if state.last_verified is not None and _months(state.last_verified, case.today) <= months:
        return  # someone went through the whole profile
    doubts = {
        field.replace("_", " "): doubt
        for field, facts in state.facts.items()
        for fact in facts
        if (doubt := _doubt(fact, case.today, months))
    }
    if not state.facts and state.last_verified is None:
        doubts["all of it"] = "no day of verification"
    if doubts:
        told = "; ".join(f"{field} ({doubt})" for field, doubt in doubts.items())
        yield Breach(("to",), names(state) | {"doubts": told})


def ground_listed(case: Situation) -> Iterator[Breach]:
    """A ground of refusal is one the governing instrument or its family gives for such a request, if it gives any."""
    ground, governing = case.draft.get("ground"), case.governing
    if governing is None or ground not in case.lawbook.words.grounds:
        return
    family = [case.lawbook.treaties[id_] for id_ in case.instruments]
    rules = [
        rule
        for treaty in family
        if governing.id in (treaty.id, treaty.supplements) or governing.supplements == treaty.id
        for rule in treaty.rules
        if case.kind in rule.kinds
    ]
    known = {each.ground for rule in rules for each in rule.grounds if each.nature != "never"}
    given = {each.ground for rule in rules for each in rule.grounds if _may_concern(each, case.draft)}
    never = {
        each.ground for treaty in family for rule in treaty.rules for each in rule.grounds if each.nature == "never"
    }
    if known and ground not in given | never:
        words = {"short": governing.short, "ground": case.lawbook.words.grounds[str(ground)]}
        yield Breach(("ground",), {**words, "known": ", ".join(sorted(known))})


def _may_concern(ground: GroundData, facts: Mapping[str, Any]) -> bool:
    """Whether the ground may be about what was refused; what is not known may be anything."""
    said = [facts[field] for field in ("measure", "purpose") if field in facts]
    return not ground.purposes or not said or any(each in ground.purposes for each in said)


def _standing(case: Situation, picks: Any) -> Iterator[Breach]:
    for basis in case.bases:
        path = _place(case, basis.instrument)
        if path is None or not picks(basis) or NO_STATE in {each.state for each in basis.states}:
            continue
        at_fault = [each for each in basis.states if each.standing is basis.standing] or list(basis.states)
        who = " and ".join(dict.fromkeys(_name(case, each.state) for each in at_fault))
        yield Breach(
            path,
            {
                "state": who,
                "short": basis.short,
                "status_url": basis.status_url or basis.url,
                "standing": SAID.get(basis.standing, basis.standing.value),
                "why": basis.why.rstrip("."),
                "as_of": " and ".join(str(each.as_of) for each in at_fault if each.as_of),
                "alternative": _alternative(case, basis) if basis.standing in REFUSED else "",
            },
        )


def _alternative(case: Situation, instead_of: Basis) -> str:
    other = next((each for each in _alternatives(case) if each.instrument != instead_of.instrument), None)
    return f"{other.instrument} ({other.short}) is shown to bind both" if other else "see: rogatory law between"


def _alternatives(case: Situation) -> list[Basis]:
    """Instruments shown to bind both states, in the order in which they would govern."""
    from_, to = (code_of(case.draft.get(field)) for field in ("from", "to"))
    if NO_STATE in (from_, to):
        return []
    types = tuple(str(measure.get("type")) for measure in dicts(case.draft.get("measures")))
    found = candidates(case.lawbook, from_, to, case.today, case.kind, types)
    return [each for each in found if each.standing in SHOWN]


def _place(case: Situation, instrument: str) -> Path | None:
    """Where the draft names the instrument."""
    named = [basis.get("instrument") for basis in dicts(case.draft.get("legal_basis"))]
    return ("legal_basis", named.index(instrument), "instrument") if instrument in named else None


def _name(case: Situation, code: str) -> str:
    profile = case.lawbook.states.get(code)
    return profile.short_name if profile else code


def _facts_for(state: StateProfile, field: str, treaty: Treaty) -> list[Fact]:
    """What was found of a field for this very instrument."""
    return [fact for fact in state.facts.get(field, ()) if _about(fact, treaty)]


def _about(fact: Fact, treaty: Treaty) -> bool:
    """Whether the fact was declared for the instrument: its scope begins with how the instrument is cited."""
    series = re.search(r"(?:ets|cets)-(\d+)$", treaty.id)
    cited = [treaty.short, *([f"{kind} {int(series[1])}" for kind in ("ETS", "CETS")] if series else [])]
    return any(re.match(rf"{re.escape(each)}\b", fact.scope) for each in cited)


def _doubt(fact: Fact, today: date, months: int) -> str:
    if fact.trust and not fact.trust.startswith("official"):
        return fact.trust.partition(";")[0]
    if _months(fact.date_read, today) > months:
        return f"read on {fact.date_read.isoformat()}"
    spoken = re.search(r"\d{4}-\d{2}-\d{2}", fact.source_age)
    if spoken and _months(date.fromisoformat(spoken[0]), today) > months:
        return f"of {spoken[0]}"
    return ""


def _months(first: date, last: date) -> int:
    """Whole months from one day to another."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)
