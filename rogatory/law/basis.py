"""Which instruments can carry a request between two states, and which governs. Pure.

    candidates(lawbook, from_, to, on, kind)   every instrument that carries that kind, ordered by which would govern
    bases_of(lawbook, draft, on)               those a draft names, with what the data say of each

The order: bilateral before union, regional, universal, schemes, and what governs nothing by itself; a convention before
its protocols; what lists the assistance asked for, or establishes the offence, before what does not; a text before the
one it replaces. The data never say that nothing binds two states: they say what they know, instrument by instrument.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from rogatory.law.model import Lawbook, Treaty
from rogatory.law.standing import REFUSED, SHOWN, pair_standing
from schemas.assessment import Basis, Standing, StateStanding

PRECEDENCE = ("bilateral", "union", "regional", "universal", "scheme", "none")
ASSISTANCE = ("convention", "protocol", "bilateral", "agreement", "directive", "framework-decision", "regulation")
"""Kinds of instrument before which another's paragraphs on assistance may give way."""
NO_STATE = "ZZ"
"""Stands for a state the draft does not name; a code no state will have (ISO 3166-1, user-assigned)."""
_CARRIES_UNBOUND = ("scheme", "reciprocity")


def candidates(
    lawbook: Lawbook,
    from_: str,
    to: str,
    on: date,
    kind: str,
    measures: tuple[str, ...] = (),
    offences: tuple[str, ...] = (),
) -> tuple[Basis, ...]:
    """Every instrument that carries this kind of request, in the order of which would govern; at most one does.

    Args:
        lawbook: the law data.
        from_: the requesting state.
        to: the requested state.
        on: the day asked about.
        kind: mutual-assistance or extradition.
        measures: types of assistance asked for, if known.
        offences: words of convention_offence, if known.
    """
    able = [treaty for treaty in lawbook.treaties.values() if kind in treaty.carries]
    found = {treaty.id: pair_standing(lawbook, treaty, (from_, to), on) for treaty in able}
    replaced = {
        old: treaty for treaty in able for old in treaty.replaces if found[treaty.id][0] in SHOWN | {Standing.UNKNOWN}
    }

    def order(treaty: Treaty) -> tuple[object, ...]:
        holder = lawbook.treaties.get(treaty.supplements or "", treaty)
        return (
            not _can_carry(holder, measures),
            PRECEDENCE.index(holder.precedence),
            holder.id in replaced,
            not set(offences) <= establishes(lawbook, holder)
            if offences
            else bool(holder.offences) and not _open(holder),
            not _lists(lawbook, holder, measures),
            holder.id,
            treaty.id != holder.id,
            treaty.id,
        )

    ranked = sorted(able, key=order)
    fit = [
        treaty
        for treaty in ranked
        if (treaty.precedence != "none" or treaty.kind in _CARRIES_UNBOUND)
        and _can_carry(treaty, measures)
        and not (treaty.id in replaced and found[replaced[treaty.id].id][0] in SHOWN)
    ]
    governing = _governing(fit, {id_: standing for id_, (standing, _) in found.items()})
    return tuple(
        _basis(
            treaty,
            kind,
            found[treaty.id],
            governs=treaty.id == governing,
            why=_why(
                lawbook, treaty, found[treaty.id], measures, replaced.get(treaty.id), lawbook.treaties.get(governing)
            ),
        )
        for treaty in ranked
    )


def bases_of(lawbook: Lawbook, draft: Mapping[str, Any], on: date) -> tuple[Basis, ...]:
    """The instruments a draft names, the governing one first: by the draft's own order, of those that can govern.

    A draft may be of any shape: what cannot be read is left out.
    """
    from_, to = (code_of(draft.get(field)) for field in ("from", "to"))
    kind = str(draft.get("kind"))
    named: dict[str, Mapping[str, Any]] = {}
    for basis in draft["legal_basis"] if isinstance(draft.get("legal_basis"), list) else []:
        if isinstance(basis, dict) and str(basis.get("instrument")) in lawbook.treaties:
            named.setdefault(str(basis["instrument"]), basis)
    treaties = [lawbook.treaties[id_] for id_ in named]
    found = {
        treaty.id: pair_standing(lawbook, treaty, (from_, to), on, asserted=bool(named[treaty.id].get("asserted")))
        for treaty in treaties
    }
    standings = {id_: standing for id_, (standing, _) in found.items()}
    fit = sorted(treaties, key=lambda treaty: treaty.precedence == "none")
    governing = _governing(fit, standings)
    ranked = sorted(treaties, key=lambda treaty: treaty.id != governing)
    return tuple(
        _basis(
            treaty,
            kind,
            found[treaty.id],
            governs=treaty.id == governing,
            why=_why(lawbook, treaty, found[treaty.id], (), None, lawbook.treaties.get(governing)),
            asserted_by=_asserted_by(named[treaty.id].get("asserted")),
        )
        for treaty in ranked
    )


def gives_way(treaty: Treaty, governing: Treaty | None) -> bool:
    """Whether the instrument's fallback paragraphs give way to the one that governs: another treaty on assistance."""
    return (
        treaty.fallback is not None
        and governing is not None
        and treaty.id not in {governing.id, governing.supplements}
        and governing.fallback is None
        and governing.kind in ASSISTANCE
        and "mutual-assistance" in governing.carries
    )


def establishes(lawbook: Lawbook, treaty: Treaty) -> set[str]:
    """The offences an instrument establishes, with those of its protocols, by their words in convention_offence."""
    return {word for each in _family(lawbook, treaty) for word in each.offences}


def _governing(ranked: list[Treaty], standings: Mapping[str, Standing]) -> str:
    """The first that is shown to bind both; else the first that carries requests though it binds nobody; else none."""
    shown = [treaty.id for treaty in ranked if standings[treaty.id] in SHOWN]
    unbound = [treaty.id for treaty in ranked if treaty.kind in _CARRIES_UNBOUND]
    return next(iter([*shown, *unbound]), "")


def _can_carry(treaty: Treaty, measures: Iterable[str]) -> bool:
    """Whether it can carry all of these measures: some instruments exclude a few, some name the only ones."""
    return all(
        type_ not in treaty.carries_not and (not treaty.carries_only or type_ in treaty.carries_only)
        for type_ in measures
    )


def _lists(lawbook: Lawbook, treaty: Treaty, measures: tuple[str, ...]) -> bool:
    """Whether the instrument, or one that supplements it, lists every measure."""
    family = _family(lawbook, treaty)
    return all(any(_listed(lawbook, each, type_) for each in family) for type_ in measures)


def _family(lawbook: Lawbook, treaty: Treaty) -> list[Treaty]:
    return [treaty, *(each for each in lawbook.treaties.values() if each.supplements == treaty.id)]


def _listed(lawbook: Lawbook, treaty: Treaty, type_: str) -> bool:
    return type_ in lawbook.measures and treaty.id in lawbook.measures[type_].purposes


def _open(treaty: Treaty) -> bool:
    """Whether it also covers offences by their penalty alone."""
    return any(rule.check == "covered_offence" for rule in treaty.rules)


def _basis(
    treaty: Treaty,
    kind: str,
    found: tuple[Standing, tuple[StateStanding, StateStanding]],
    *,
    governs: bool,
    why: str,
    asserted_by: str = "",
) -> Basis:
    return Basis(
        instrument=treaty.id,
        title=treaty.title,
        short=treaty.short,
        called=treaty.called,
        citation=treaty.citation,
        article=treaty.carries.get(kind, ""),
        kind=treaty.kind,
        url=treaty.url,
        status_url=treaty.status_url,
        governing=governs,
        standing=found[0],
        states=found[1],
        asserted_by=asserted_by,
        why=why,
    )


def _why(
    lawbook: Lawbook,
    treaty: Treaty,
    found: tuple[Standing, tuple[StateStanding, StateStanding]],
    measures: tuple[str, ...],
    newer: Treaty | None,
    governing: Treaty | None,
) -> str:
    """Why it governs, or does not, in a sentence."""
    standing, states = found
    states = tuple({each.state: each for each in states}.values())  # type: ignore[assignment]
    if standing in REFUSED | {Standing.UNKNOWN, Standing.CONFLICT, Standing.NOT_BINDING}:
        return _not_shown(treaty, standing, states)
    if not _can_carry(treaty, measures):
        return "It does not carry all of the assistance asked for."
    if newer is not None:
        return f"Between States both bound by it, the {newer.short} replaces it."
    parent = lawbook.treaties.get(treaty.supplements or "")
    if governing is not None and treaty.id == governing.id:
        return f"It governs: {_class(treaty)}."
    if parent is not None:
        return f"It supplements the {parent.short} and is cited with it."
    if gives_way(treaty, governing) and governing is not None and treaty.fallback is not None:
        return f"Its paragraphs on assistance give way to the {governing.short} ({treaty.fallback.article})."
    return f"It may be cited beside the {governing.short}." if governing is not None else ""


def _not_shown(treaty: Treaty, standing: Standing, states: tuple[StateStanding, ...]) -> str:
    where = [each for each in states if each.standing is standing]
    who = " and ".join(each.state for each in where)
    notes = [each.note.partition(";")[0] or each.source for each in where]
    note = next((each for each in notes if each), "").rstrip(".")
    if standing is Standing.NOT_BINDING:
        return f"It binds nobody, and may carry a request by agreement. {treaty.status}".strip()
    said = {
        Standing.NOT_IN_FORCE: "It is not in force",
        Standing.NOT_BOUND: f"It does not bind {who}",
        Standing.UNKNOWN: f"The data do not show that it binds {who}",
        Standing.CONFLICT: f"The sources contradict each other on {who}",
    }[standing]
    return f"{said}: {note}." if note and standing is not Standing.UNKNOWN else f"{said}."


def _class(treaty: Treaty) -> str:
    return {
        "bilateral": "an agreement between these two States comes before any other",
        "union": "a Union instrument comes before regional and universal conventions",
        "regional": "a regional convention comes before a universal one",
        "universal": "no narrower instrument is shown to bind both States",
        "scheme": "no treaty is shown to bind both States",
        "none": "no other instrument named is shown to bind both States",
    }[treaty.precedence]


def code_of(value: object) -> str:
    """A state's code, or one that no state has."""
    return value if isinstance(value, str) and re.fullmatch("[A-Z]{2}", value) else NO_STATE


def _asserted_by(asserted: object) -> str:
    if not isinstance(asserted, dict):
        return ""
    return ", ".join(str(asserted[field]) for field in ("official", "on", "source") if asserted.get(field))
