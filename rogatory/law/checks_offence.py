"""Checks of offences and sentences against what an instrument asks: thresholds, lists, dual criminality.

Penalties are compared in months. A draft writes years, perhaps with two decimals (four months: 0.33), so "at least"
forgives what such rounding can lose, a twentieth of a month; "more than" forgives nothing.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rogatory.law.basis import establishes
from rogatory.law.situation import Breach, Situation, each_of, is_number
from rogatory.law.yaml_text import Path

_ROUNDING = 0.05


def covered_offence(case: Situation) -> Iterator[Breach]:
    """An offence the instrument or its protocols establish, or one punishable by at least `years`."""
    least = case.rule.parameters["years"]
    own = establishes(case.lawbook, case.treaty)
    for number, offence in each_of(case, "offences"):
        years = offence.get("max_penalty_years")
        if str(offence.get("convention_offence")) not in own and is_number(years) and years < least:
            words = {"title": offence.get("title", ""), "years": f"{years:g}", "least": least}
            yield Breach(("offences", number, "max_penalty_years"), words)


def penalty_threshold(case: Situation) -> Iterator[Breach]:
    """At least one offence is punishable by `months` (with `more_than`, by more) on the `side` named, or on both.

    That one suffices is the accessory rule: others may be added to it. What the penalty is there may be unknown, and is
    not judged then.
    """
    months, more = case.rule.parameters["months"], case.rule.parameters.get("more_than", False)
    yield from _none_reaches(case, "max_penalty_years", months, more=more)


def minimum_penalty(case: Situation) -> Iterator[Breach]:
    """At least one offence carries a minimum penalty of `months` on the `side` named, or on both, where known."""
    yield from _none_reaches(case, "min_penalty_years", case.rule.parameters["months"], more=False)


def sentence_threshold(case: Situation) -> Iterator[Breach]:
    """The sentence `of` which it asks (imposed, or remaining) is at least `months`; for life, or unknown: passes."""
    conviction = case.draft.get("conviction")
    if not isinstance(conviction, dict) or conviction.get("life") is True:
        return
    field = {"imposed": "sentence_months", "remaining": "remaining_months"}[case.rule.parameters["of"]]
    served, least = conviction.get(field), case.rule.parameters["months"]
    if is_number(served) and served < least:
        yield Breach(("conviction", field), {"months": served, "least": least})


def listed_offence(case: Situation) -> Iterator[Breach]:
    """An offence given a number of the instrument's list is in it, and punishable by at least `years`."""
    least = case.rule.parameters["years"]
    for number, offence in each_of(case, "offences"):
        listed, years = offence.get("listed_category"), offence.get("max_penalty_years")
        if not is_number(listed):
            continue
        words = {"title": offence.get("title", ""), "number": listed, "least": least}
        if case.treaty.list_offences and listed not in case.treaty.list_offences:
            yield Breach(("offences", number, "listed_category"), {**words, "years": years})
        elif is_number(years) and years < least:
            yield Breach(("offences", number, "max_penalty_years"), {**words, "years": f"{years:g}"})


def dual_criminality_coercive(case: Situation) -> Iterator[Breach]:
    """Where a coercive measure is asked for (of the types in `only`, if given), dual criminality is addressed."""
    if case.draft.get("dual_criminality"):
        return
    only = case.rule.parameters.get("only")
    for _, measure in each_of(case, "measures"):
        known = case.lawbook.measures.get(str(measure.get("type")))
        if known is not None and known.coercive and (only is None or known.type in only):
            words = {"id": measure.get("id", ""), "title": known.title, "type": known.type}
            yield Breach(("dual_criminality", "statement"), words)
            return


def _none_reaches(case: Situation, field: str, months: int, *, more: bool) -> Iterator[Breach]:
    sides = {"both": ("here", "there"), "requesting": ("here",), "requested": ("there",)}[case.rule.parameters["side"]]
    short: list[tuple[float, Path, Mapping[str, object]]] = []
    for number, offence in each_of(case, "offences"):
        missed = [side for side in sides if _falls_short(_years(offence, side, field), months, more=more)]
        if not missed:
            return
        years = _years(offence, missed[0], field)
        words = {"title": offence.get("title", ""), "months": f"{years * 12:g}", "least": months}
        path: Path = ("offences", number, *(["there"] if missed[0] == "there" else []), field)
        short.append((years, path, words))
    if short:
        _, place, said = max(short, key=lambda each: each[0])
        yield Breach(place, said)


def _falls_short(years: float | None, months: int, *, more: bool) -> bool:
    if years is None:
        return False
    return years * 12 <= months if more else years * 12 + _ROUNDING < months


def _years(offence: Mapping[str, Any], side: str, field: str) -> Any:
    there = offence.get("there")
    years = offence.get(field) if side == "here" else there.get(field) if isinstance(there, dict) else None
    return years if is_number(years) else None
