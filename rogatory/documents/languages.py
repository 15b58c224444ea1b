"""Dates, times, sums, lists and sentences in the other languages of documents, by CLDR; English is in wording.py."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Literal

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from rogatory.documents import wording
from rogatory.documents.wording import FILTERS

LANGUAGES = ("en", "fr", "es", "ar", "ru", "zh")
"""The languages formal documents can be made in."""
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})
STOPS = (".", "!", "?", "…", "。", "！", "？", "؟")
CLOSING = "\"'”’)»」』）"
STOP, SEMICOLON = ".", ";"
MARKS = (("\u0600", "\u06ff", ".", "؛"), ("\u3040", "\u9fff", "。", "；"))
"""First and last letter of a script, with its full stop and its semicolon: a user's words may be in another script."""
EASTERN_ARABIC = str.maketrans("0123456789.,", "٠١٢٣٤٥٦٧٨٩٫٬")
"""Digits and separators of sums; references, articles and digests keep the digits they are known by."""

DAYS = {"ru": "d MMMM y 'года'"}
"""Where a date ends in an abbreviation, and its stop would be taken for the sentence's: the word in full."""
SHORTENED = {
    "ar": frozenset({"year", "month", "day", "week", "byte"}),
    "zh": frozenset({"year", "month", "day", "week", "hour"}),
}
"""Units whose whole name CLDR gives as the short one too; Babel then knows no long one, or an incomplete one."""

Gettext = Callable[[str], str]


def direction(language: str) -> str:
    """The direction its text runs in: ltr or rtl."""
    return "rtl" if language.split("-", maxsplit=1)[0] in RIGHT_TO_LEFT else "ltr"


def filters_of(language: str, gettext: Gettext) -> dict[str, Callable[..., object]]:
    """The filters by which templates write in that language.

    Args:
        language: one of LANGUAGES.
        gettext: gives fixed words in that language.
    """
    return FILTERS if language == "en" else FILTERS | _Tongue(language, gettext).filters()


class _Tongue:
    """How one language writes what English writes by wording.py; the names are those of its functions."""

    def __init__(self, language: str, gettext: Gettext) -> None:
        self._language, self._gettext = language, gettext
        self._locale = Locale.parse(language)

    def filters(self) -> dict[str, Callable[..., object]]:
        return {
            "day": self.day,
            "moment": self.moment,
            "amount": self.amount,
            "years": self.years,
            "months": self.months,
            "period": self.period,
            "listed": self.listed,
            "sentence": self.sentence,
            "point": self.point,
            "size": self.size,
            "language": self.language,
            "yes": self.yes,
            "the": str,
            "entitled": str,
        }

    def day(self, value: str | date) -> str:
        try:
            on = value if isinstance(value, date) else date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
        said = self._digits(format_date(on, DAYS.get(self._language, "long"), locale=self._locale))
        return said.replace("1 ", "1er ", 1) if self._language == "fr" and on.day == 1 else said

    def moment(self, value: str | datetime) -> str:
        at = (value if isinstance(value, datetime) else datetime.fromisoformat(value)).astimezone(UTC)
        said = self._gettext("%(day)s, %(time)s UTC")
        return said % {"day": self.day(at.date()), "time": self._digits(f"{at:%H:%M:%S}")}

    def amount(self, value: str | float) -> str:
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            return str(value)
        places = max(0, -int(number.as_tuple().exponent))
        pattern = "#,##0" + ("." + "0" * places if places else "")
        # Babel writes Arabic with Latin separators; the Eastern ones take their place with the digits.
        if self._language == "ar":
            return f"{number:,}".translate(EASTERN_ARABIC)
        return format_decimal(number, format=pattern, locale=self._locale)

    def years(self, value: float) -> str:
        if value >= 100:
            return self._gettext("imprisonment for life")
        number = int(value) if value == int(value) else value
        return self._measured(number, "year")

    def months(self, value: int) -> str:
        whole, rest = divmod(value, 12)
        parts = [self._measured(count, unit) for count, unit in ((whole, "year"), (rest, "month")) if count]
        return self.listed(parts) if parts else self._gettext("no time")

    def listed(self, values: list[str]) -> str:
        return format_list(values, locale=self._locale)

    def sentence(self, value: str) -> str:
        one = wording.line(value)
        return one if not one or one.rstrip(CLOSING)[-1:] in STOPS else one + _marks(one)[0]

    def point(self, value: str, last: bool = False) -> str:
        one = wording.line(value).rstrip(";,；؛，،")
        if one[-1:] in STOPS:
            return one
        stop, semicolon = _marks(one)
        if self._language == "fr" and semicolon == SEMICOLON:
            semicolon = "\u202f;"  # as French sets it
        return one + (stop if last else semicolon)

    def size(self, value: int) -> str:
        return self._measured(value, "byte")

    def period(self, value: int, unit: str) -> str:
        if unit == "working-days":
            return self._gettext("working days: %(number)s") % {"number": self.amount(value)}
        return self._measured(value, unit.removesuffix("s"))

    def language(self, tag: str) -> str:
        return str(self._locale.languages.get(tag.split("-", maxsplit=1)[0].lower(), tag))

    def yes(self, value: object) -> str:
        return self._gettext("Yes") if value else self._gettext("No")

    def _measured(self, value: float, unit: str) -> str:
        length: Literal["short", "long"] = "short" if unit in SHORTENED.get(self._language, ()) else "long"
        kind = "digital" if unit == "byte" else "duration"
        return self._digits(format_unit(value, f"{kind}-{unit}", length=length, locale=self._locale))

    def _digits(self, text: str) -> str:
        return text.translate(EASTERN_ARABIC) if self._language == "ar" else text


def _marks(text: str) -> tuple[str, str]:
    """The full stop and the semicolon of the script a text ends in."""
    letter = next((char for char in reversed(text) if char.isalpha()), "")
    return next(((stop, mark) for first, last, stop, mark in MARKS if first <= letter <= last), (STOP, SEMICOLON))
