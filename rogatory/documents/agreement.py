"""Whether a translation says what its source says, as far as a machine can tell: names, dates, sums, numbers.

Every date, sum, number and reference found in one text must be found in the other. What is stated exactly and needs no
translating blocks; names and bare numbers warn, since names are transliterated and small numbers written in words.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from rogatory.documents.sealed import plain
from rogatory.documents.stated import DOLLAR, Kind, Stated, Value, stated_in
from rogatory.documents.stated_dates import Day
from rogatory.documents.wording import paragraphs

BLOCKING = frozenset({Kind.DATE, Kind.SUM, Kind.ACCOUNT, Kind.CODE, Kind.MAIL, Kind.PHONE})
REPEATED = frozenset({Kind.CODE, Kind.MAIL, Kind.PHONE, Kind.ACCOUNT, Kind.REFERENCE})
"""Kinds of which it is enough that they stand there: a translation may say "the same file"."""


VAGUE = {
    DOLLAR: ("USD", "CAD", "AUD", "NZD", "HKD", "SGD", "TWD"),
    "franc": ("CHF", "XAF", "XOF"),
    "yuan or yen": ("CNY", "JPY"),
}
"""Names of money that several states use, and whose they may be."""


class Disagreement(NamedTuple):
    """One thing the two texts do not have in common."""

    message: str
    fix: str
    blocking: bool


def disagreements(
    source: str,
    translation: str,
    languages: tuple[str, str],
    *,
    codes: Sequence[str] = (),
    names: Mapping[str, str] | None = None,
) -> list[Disagreement]:
    """What is missing from a translation, and what it adds.

    Args:
        source: a text of the request.
        translation: the same text in the other language.
        languages: the tags of the two.
        codes: see stated.stated_in.
        names: names of persons, companies and places to how the translation writes them.
    """
    found: list[Disagreement] = []
    ours, theirs = len(paragraphs(source)), len(paragraphs(translation))
    if ours != theirs:
        said = f"The translation has {_count(theirs)}, the original {ours}: their numbers would differ."
        found.append(Disagreement(said, "part the paragraphs as the original does, by an empty line", True))
    missing, added = _apart(stated_in(source, languages[0], codes), stated_in(translation, languages[1], codes))
    found += [_told(each, "is missing from the translation") for each in missing]
    found += [_told(each, "is in the translation only") for each in added]
    return found + _names_apart(source, translation, names or {})


def _apart(ours: list[Stated], theirs: list[Stated]) -> tuple[list[Stated], list[Stated]]:
    """What only one of them states; an article in one may be a bare number in the other."""
    missing: list[Stated] = []
    left = _once(theirs)
    for each in _once(ours):
        match = next((other for other in left if _same(each, other)), None)
        match = match or next((other for other in left if _alike(each, other)), None)
        if match is None:
            missing.append(each)
        else:
            left.remove(match)
    return missing, left


def _once(stated: list[Stated]) -> list[Stated]:
    seen: Counter[tuple[Kind, Value]] = Counter()
    kept = []
    for each in stated:
        seen[each.kind, each.value] += 1
        if each.kind not in REPEATED or seen[each.kind, each.value] == 1:
            kept.append(each)
    return kept


def _same(one: Stated, other: Stated) -> bool:
    bare = {Kind.ARTICLE, Kind.NUMBER}
    return one.value == other.value and (one.kind is other.kind or {one.kind, other.kind} <= bare)


def _alike(one: Stated, other: Stated) -> bool:
    """Whether one states less of the same: a day without its year, dollars without their state."""
    if isinstance(one.value, Day) and isinstance(other.value, Day):
        years = {one.value.year, other.value.year}
        return one.value[1:] == other.value[1:] and None in years
    if isinstance(one.value, str | Decimal | Day) or isinstance(other.value, str | Decimal | Day):
        return False
    if one.kind is other.kind is Kind.SUM:
        (amount, currency), (same, vague) = one.value, other.value
        return amount == same and (currency in VAGUE.get(str(vague), ()) or vague in VAGUE.get(str(currency), ()))
    return False


def _told(each: Stated, where: str) -> Disagreement:
    written = each.said if isinstance(each.value, str) else f"{each.said} ({_value(each)})"
    return Disagreement(
        f"The {each.kind} {written if each.kind in (Kind.DATE, Kind.SUM) else each.said} {where}.",
        "write what the original says, no more and no less",
        each.kind in BLOCKING,
    )


def _value(each: Stated) -> str:
    if isinstance(each.value, tuple) and not isinstance(each.value, Day):
        amount, currency = each.value
        return f"{amount:,f} {currency}"
    return str(each.value)


def _names_apart(source: str, translation: str, names: Mapping[str, str]) -> list[Disagreement]:
    here, there = f" {plain(source)} ", f" {plain(translation)} "
    found = []
    for name, written in names.items():
        stands, kept = f" {plain(name).strip()} " in here, _stands(written, translation, there)
        if stands and not kept:
            said = f"The name {name} is not in the translation" + (f" as {written}." if written != name else ".")
            found.append(Disagreement(said, "keep the name, or write its form in this script at its own path", False))
        if kept and not stands and len(plain(written).strip()) >= 4:
            found.append(Disagreement(f"The name {written} is in the translation only.", "take it out", False))
    return found


def _stands(name: str, text: str, folded: str) -> bool:
    """Whether a name stands in a text; in scripts that bend names or write them without spaces, its beginning."""
    if f" {plain(name).strip()} " in folded:
        return True
    if re.search(r"[\u0400-\u04ff]", name):
        return all(part[: max(3, len(part) - 2)] in folded for part in plain(name).split())
    return bool(re.search(r"[\u0600-\u06ff\u3400-\u9fff]", name)) and plain(name).strip() in folded


def _count(number: int) -> str:
    return f"{number} paragraph" if number == 1 else f"{number} paragraphs"
