"""Dates in a text, in the words of its language: 9 February 2026, le 9 février 2026, 9 فبراير 2026, 2026年2月9日.

Months are those of CLDR (through Babel) in every width and case it has; Russian months are taken by their stem, since
CLDR lacks some cases; Arabic ones in the names of every region. A day or a month without a year takes the year of the
date it is joined to: "10 February to 30 June 2026" are two days of that year, as is 2026年2月10日至6月30日.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

REGIONS = {"ar": ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_MR"), "zh": ("zh", "zh_Hant"), "fr": ("fr", "fr_CA")}
"""Whose names of months and separators are tried; any other language stands for itself."""
ALSO = {"ar": {"أوت": 8, "ماي": 5, "شباط": 2, "أيار": 5, "حزيران": 6, "تموز": 7, "آب": 8, "أيلول": 9}}
FIRST = {
    "fr": {"premier": 1},
    "es": {"primero": 1},
    "en": {"first": 1},
    "ar": {"الأول": 1, "أول": 1},
    "ru": {"первого": 1, "первое": 1},
}
JOINED = (
    r"(?:,|–|-|and|or|to|until|et|ou|à|au|jusqu['’]au|jusqu['’]en"
    r"|y|e|o|u|al|a|hasta|и|или|по|до|و|أو|إلى|حتى|und|oder|bis)"
)
OF = r"(?:(?:day\s+)?of|de|du|del|d['’]|von|من|شهر|لشهر)"
BEFORE_YEAR = r"(?:,|of|de|del|du|l['’]an|من|عام|سنة|لعام|لسنة)"
MARK = r"(?:st|nd|rd|th|er|ère|re|º|ª|°|\.º|\.°|-?го|-?е|\.)"
HAN = {"〇": 0, "零": 0} | {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}
HAN_NUMBER = r"(?:\d{1,4}|[〇零一二三四五六七八九十]{1,4})"
HAN_JOINED = r"\s*(?:和|及|与|、|至|到|或)\s*"


class Day(NamedTuple):
    """A date as far as it is stated."""

    year: int | None
    month: int
    day: int | None

    def __str__(self) -> str:
        """As YYYY-MM-DD, with ? for what is not stated."""
        day = "" if self.day is None else f"-{self.day:02}"
        return f"{self.year or '????'}-{self.month:02}{day}"


class Found(NamedTuple):
    """A date and where it stands in the text."""

    day: Day
    start: int
    end: int


def base_of(language: str) -> str:
    """The language itself, without script or region: zh of zh-Hant."""
    return language.split("-", maxsplit=1)[0].lower()


def dates_in(text: str, language: str) -> list[Found]:
    """Every date of the text, in order.

    Args:
        text: digits as ASCII (see stated.legible).
        language: a language tag; where CLDR does not know it, only dates in digits are found.
    """
    found = list(_han(text)) if language.split("-", maxsplit=1)[0] in ("zh", "ja") else []
    taken = [(each.start, each.end) for each in found]
    for pattern, read in (*_patterns(language), *_IN_DIGITS):
        for match in pattern.finditer(text):
            if all(match.end() <= start or match.start() >= end for start, end in taken):
                made = [each for each in read(match) if _sound(each.day)]
                found += made
                taken += [(match.start(), match.end())] if made else []
    return _with_years(text, sorted(found, key=lambda each: each.start))


def _with_years(text: str, found: list[Found]) -> list[Found]:
    """Each date without a year given that of the date it is joined to: the next one, else the one before."""
    dated = list(found)
    for order in (range(len(dated) - 2, -1, -1), range(1, len(dated))):
        step = 1 if order.step < 0 else -1
        for number in order:
            one, other = dated[number], dated[number + step]
            between = text[min(one.end, other.end) : max(one.start, other.start)]
            if one.day.year is None and other.day.year is not None and _JOINS.fullmatch(between):
                dated[number] = one._replace(day=one.day._replace(year=other.day.year))
    return dated


_JOINS = re.compile(rf"\s*(?:{JOINED}|{HAN_JOINED})?(?:\s*(?:the|le|el|du|de|{OF}))*\s*", re.IGNORECASE)


def _sound(day: Day) -> bool:
    return 1 <= day.month <= 12 and (day.day is None or 1 <= day.day <= 31)


def _from_year_first(match: re.Match[str]) -> Iterator[Found]:
    yield Found(Day(int(match[1]), int(match[2]), int(match[3])), match.start(), match.end())


def _from_day_first(match: re.Match[str]) -> Iterator[Found]:
    day, month = int(match[1]), int(match[2])
    if month > 12:
        day, month = month, day
    yield Found(Day(int(match[3]), month, day), match.start(), match.end())


_IN_DIGITS = (
    (re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"), _from_year_first),
    (re.compile(r"(?<!\d)(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?!\d)"), _from_day_first),
)


@cache
def _months(base: str) -> tuple[str, dict[str, int]]:
    """A pattern for the names of months, and what each name, folded, means."""
    names = dict(ALSO.get(base, {}))
    for tag in REGIONS.get(base, (base,)):
        try:
            tables = Locale.parse(tag).months
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                names |= {name.rstrip(".").casefold(): number for number, name in tables[context][width].items()}
    names = {name: number for name, number in names.items() if not any(c.isdigit() for c in name)}
    if base == "ru":
        names = {re.sub(r"[аьйяе]$", "", name) if len(name) > 3 else name: n for name, n in names.items()} | {"ма": 5}
        return rf"(?:{_either(names)})[а-яё]{{0,2}}", names
    if base == "en":
        return _either(name.capitalize() for name in names), names
    return _either(names), names


def _either(names: Iterable[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))


Read = Callable[[re.Match[str]], Iterable[Found]]


@cache
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], Read], ...]:
    """Patterns of dates with the month in words, for a language that writes them between spaces."""
    base = language.split("-", maxsplit=1)[0]
    month, names = _months(base)
    if not names or base in ("zh", "ja"):
        return ()
    first = FIRST.get(base, {})
    edge, end = ("", "") if base == "ar" else (r"(?<![^\W\d_])", r"(?![^\W\d_])")
    named = rf"{edge}({month}){end}\.?(?:\s*[/(]\s*(?:{month})\)?)?"
    year = rf"(?:\s*{BEFORE_YEAR})?\s*(?<!\d)(\d{{4}})(?!\d)"
    day = rf"(?:(?<!\d)\d{{1,2}}(?!\d){MARK}?{''.join(f'|{word}' for word in first)})"
    days = rf"({day}(?:\s*{JOINED}\s*(?:the|le|el)?\s*{day})*)"
    joined = rf"\s*{JOINED}\s*(?:{OF}\s*)?{edge}(?:{month}){end}\.?{year}"
    reader = _Reader(names, first)
    flags = 0 if base == "en" else re.IGNORECASE  # in English a small letter makes another word: 31 may
    return (
        (re.compile(rf"{days}\s*(?:{OF})?\s*{named}(?:{year})?", flags), reader.days),
        (re.compile(rf"{named}\s+({day}),?\s+(\d{{4}})(?!\d)", flags), reader.month_first),
        (re.compile(rf"{named}{year}", flags), reader.month),
        (re.compile(rf"{named}(?={joined})", flags), reader.month),
    )


class _Reader:
    """What the patterns of a language found, as dates."""

    def __init__(self, months: dict[str, int], first: dict[str, int]) -> None:
        self._months, self._first = months, first

    def days(self, match: re.Match[str]) -> Iterator[Found]:
        """One day of a month, or several of one."""
        said, month = match[1], self._month(match[2])
        year = int(match[3]) if match[3] else None
        numbers = [self._first.get(each.casefold()) or int(each) for each in self._each_day(said)]
        for number in numbers:
            yield Found(Day(year, month, number), match.start(), match.end())

    def month_first(self, match: re.Match[str]) -> Iterator[Found]:
        """As in May 12, 1979."""
        number = next(iter(self._each_day(match[2])))
        yield Found(Day(int(match[3]), self._month(match[1]), int(number)), match.start(), match.end())

    def month(self, match: re.Match[str]) -> Iterator[Found]:
        """A month with its year, or joined to one that has it."""
        year = int(match[2]) if match.re.groups > 1 and match[2] else None
        yield Found(Day(year, self._month(match[1]), None), match.start(), match.end())

    def _each_day(self, said: str) -> list[str]:
        return re.findall(rf"\d{{1,2}}{''.join(f'|{word}' for word in self._first)}", said, re.IGNORECASE)

    def _month(self, said: str) -> int:
        folded = said.rstrip(".").casefold()
        best = max((name for name in self._months if folded.startswith(name)), key=len)
        return self._months[best]


_HAN_DATE = re.compile(
    rf"(?:({HAN_NUMBER})\s*年\s*)?({HAN_NUMBER})\s*月(?:份)?"
    rf"(?:\s*({HAN_NUMBER}\s*[日号號](?:{HAN_JOINED}{HAN_NUMBER}\s*[日号號](?!\s*月))*))?"
)


def _han(text: str) -> Iterator[Found]:
    """Dates as Chinese writes them, in digits of either kind."""
    for match in _HAN_DATE.finditer(text):
        year = han_number(match[1]) if match[1] else None
        month = han_number(match[2])
        days = [han_number(each) for each in re.findall(rf"({HAN_NUMBER})\s*[日号號]", match[3] or "")]
        if month is None or (not match[1] and not days and not _joined_han(text, match)):
            continue
        for day in days or [None]:
            yield Found(Day(year, month, day), match.start(), match.end())


def _joined_han(text: str, match: re.Match[str]) -> bool:
    """Whether the month is joined to another date: alone it may count months."""
    return bool(re.search(rf"[年月日号]{HAN_JOINED}$", text[: match.start()]))


def han_number(said: str) -> int | None:
    """The value of a number in digits or Chinese numerals up to 9999: 二〇二六, 二十八, 12; None where it is none."""
    if said.isdigit():
        return int(said)
    if "十" not in said:
        return int("".join(str(HAN[each]) for each in said)) if all(each in HAN for each in said) else None
    tens, _, ones = said.partition("十")
    if len(tens) > 1 or len(ones) > 1 or any(each not in HAN for each in tens + ones):
        return None
    return (HAN[tens] if tens else 1) * 10 + (HAN[ones] if ones else 0)
