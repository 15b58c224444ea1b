"""Dates, times, sums and paragraphs as documents write them, in English."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from rogatory.documents.citing import cited

LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "nb": "Norwegian Bokmål",
    "ru": "Russian",
    "zh": "Chinese",
}


def day(value: str | date) -> str:
    """E.g. 20 November 2026. Takes a date, or ISO 8601 with or without a time; other words stay as they are."""
    try:
        on = value if isinstance(value, date) else date.fromisoformat(value[:10])
    except ValueError:
        return str(value)
    return f"{on.day} {on:%B %Y}"


def moment(value: str | datetime) -> str:
    """E.g. 20 November 2026, 09:30:05 UTC."""
    at = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    at = at.astimezone(UTC)
    return f"{day(at.date())}, {at:%H:%M:%S} UTC"


def amount(value: str | float) -> str:
    """E.g. 412,600.00; words that are no number stay as they are."""
    try:
        return f"{Decimal(str(value)):,}"
    except InvalidOperation:
        return str(value)


def years(value: float) -> str:
    """E.g. ten years as "10 years"; a life sentence is written 100."""
    if value >= 100:
        return "imprisonment for life"
    number = int(value) if value == int(value) else value
    return f"{number} year" if number == 1 else f"{number} years"


def months(value: int) -> str:
    """A term of so many months: 30 as 2 years and 6 months."""
    whole, rest = divmod(value, 12)
    parts = [
        f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in ((whole, "year"), (rest, "month")) if count
    ]
    return " and ".join(parts) or "no time"


def period(value: int, unit: str) -> str:
    """A period of the law, e.g. 18 days, 1 working day."""
    name = unit.replace("-", " ")
    return f"{value} {name.removesuffix('s') if value == 1 else name}"


def paragraphs(value: str) -> list[str]:
    """The paragraphs of a prose text: parted by an empty line."""
    return [" ".join(part.split()) for part in value.split("\n\n") if part.strip()]


def line(value: str) -> str:
    """A text on one line: line breaks and runs of spaces become one space."""
    return " ".join(value.split())


def sentence(value: str) -> str:
    """A text on one line that ends as a sentence does: words that end without a stop are given one."""
    one = line(value)
    return one if not one or one.rstrip("\"'”’)»")[-1:] in ".!?…" else f"{one}."


def point(value: str, last: bool = False) -> str:
    """One of several lettered points: what ends without a mark is given a semicolon, the last one a stop."""
    one = line(value).removesuffix(";").removesuffix(",")
    if one[-1:] in ".!?…":
        return one
    return f"{one}{'.' if last else ';'}"


def capital(value: str) -> str:
    """A phrase with its first letter large, the others as they are."""
    return value[:1].upper() + value[1:]


def listed(values: list[str]) -> str:
    """E.g. a, b and c."""
    if len(values) < 2:
        return "".join(values)
    return f"{', '.join(values[:-1])} and {values[-1]}"


NAMED_WITH_THE = re.compile(
    r"\b(Republic|Kingdom|Federation|Confederation|Union|States?|Emirates|Principality|Duchy|Commonwealth|Sultanate|"
    r"Islands|Netherlands|Bahamas|Gambia|Philippines|Democratic|Federal|See|Community)\b"
)
"""States whose names hold one of these take an article: the Republic of Xaveria; but Canada, Côte d'Ivoire."""
BY_NUMBER = re.compile(r"(Council |Commission )?(Framework Decision|Directive|Regulation|Decision)\b|[Rr]eciprocity")
"""Instruments of the Union go by their number, without an article: Directive 2014/41/EU."""


def the(name: str) -> str:
    """A name within a sentence, with its article where English gives it one."""
    if name.lower().startswith("the ") or not NAMED_WITH_THE.search(name):
        return name
    return f"the {name}"


def entitled(title: str) -> str:
    """An instrument's title within a sentence: the European Convention on Extradition; Directive 2014/41/EU."""
    return title if title.lower().startswith("the ") or BY_NUMBER.match(title) else f"the {title}"


def digits(value: str) -> str:
    """A digest's hexadecimal digits, without the name of its algorithm."""
    return value.removeprefix("sha256:")


def size(value: int) -> str:
    """E.g. 1,204,518 bytes."""
    return f"{value:,} byte{'' if value == 1 else 's'}"


def language(tag: str) -> str:
    """A language by its English name; the tag itself where we know none (BCP 47)."""
    return LANGUAGES.get(tag.split("-", maxsplit=1)[0].lower(), tag)


def yes(value: object) -> str:
    """Yes or no."""
    return "Yes" if value else "No"


def words(value: str) -> str:
    """A code as words: account-holder becomes account holder."""
    return value.replace("-", " ").replace("_", " ")


FILTERS: dict[str, Callable[..., object]] = {
    "day": day,
    "moment": moment,
    "amount": amount,
    "years": years,
    "months": months,
    "period": period,
    "paragraphs": paragraphs,
    "line": line,
    "sentence": sentence,
    "point": point,
    "capital": capital,
    "listed": listed,
    "the": the,
    "entitled": entitled,
    "cited": cited,
    "digits": digits,
    "size": size,
    "language": language,
    "yes": yes,
    "words": words,
}
