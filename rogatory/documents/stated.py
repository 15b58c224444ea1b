"""What a text states that a translation must state too: dates, sums, account numbers, references, articles, numbers.

Each fact has a value that is the same in every language, and the words it stands in. Nothing is counted twice: what was
read as a date is no number any more.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_name

from rogatory.documents.stated_dates import Day, base_of, dates_in, han_number

Value = str | Decimal | Day | tuple[Decimal, str]


class Kind(StrEnum):
    """What is stated, as a finding calls it."""

    DATE = "date"
    SUM = "sum of money"
    ACCOUNT = "account number"
    CODE = "reference"
    """A file number or another code that the request itself names in a field of its own."""
    MAIL = "address of electronic mail"
    PHONE = "telephone number"
    REFERENCE = "number of a paper"
    """Letters and digits that look like a file number."""
    ARTICLE = "article or section"
    NUMBER = "number"


class Stated(NamedTuple):
    """One fact of a text."""

    kind: Kind
    value: Value
    said: str


SPACES = "\u00a0\u202f\u2009\u2007"
STEERING = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\u061c\u064b-\u0652]")
DOLLAR = "dollar"
"""Dollars, of which state is not said."""
NAMED_MONEY = {
    "en": {"dollars?": DOLLAR, "pounds? sterling": "GBP", "pounds?": "GBP", "rou?bles?": "RUB", "francs?": "franc"},
    "fr": {"dollars?": DOLLAR, "livres? sterling": "GBP", "roubles?": "RUB", "francs?": "franc"},
    "es": {"d[óo]lares": DOLLAR, "libras? esterlinas?": "GBP", "rublos?": "RUB", "francos?": "franc"},
    "ru": {"доллар[а-я]* США": "USD", "доллар[а-я]*": DOLLAR, "рубл[а-я]*": "RUB", "франк[а-я]*": "franc"},
    "ar": {"دولارا?(?: أمريكيا?)": "USD", "دولارا?": DOLLAR, "دولارات": DOLLAR, "فرنك": "franc", "روبل": "RUB"},
    "zh": {"美元": "USD", "元(?!\\w{0,2}月)": "CNY", "法郎": "franc", "卢布": "RUB"},
}
"""What CLDR does not call money by, in the words of letters: a pattern, and the code or kind of the currency."""
NAMED_CODES = """
    AED ALL AMD ARS AUD AZN BAM BGN BHD BRL BYN CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL GHS HKD HUF IDR ILS INR
    IQD IRR ISK JOD JPY KES KRW KWD KZT LBP LKR LYD MAD MDL MKD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR RON RSD RUB
    SAR SEK SGD SYP THB TND TRY TWD UAH USD UYU UZS VND XAF XOF YER ZAR
"""
"""Currencies known by their name as well as by their code."""
SCALES = {
    "en": {"thousand": 3, "million": 6, "billion": 9},
    "fr": {"mille": 3, "millions?": 6, "milliards?": 9},
    "es": {"mil millones": 9, "mill[óo]n(?:es)?": 6, "mil": 3},
    "ru": {"тыс(?:яч[а-я]*|\\.)": 3, "миллион[а-я]*|млн\\.?": 6, "миллиард[а-я]*|млрд\\.?": 9},
    "ar": {"مليارات?": 9, "ملايين|مليونا?": 6, "آلاف|ألفا?": 3},
    "zh": {"百万": 6, "千万": 7, "万": 4, "亿": 8, "萬": 4, "億": 8},
}
ARTICLE = {
    "en": r"(?:articles?|art\.|arts\.|sections?|sec\.|secs\.|s\.|ss\.|§§?|paragraphs?|paras?\.?)",
    "fr": r"(?:articles?|art\.|sections?|§§?|paragraphes?|alinéas?)",
    "es": r"(?:artículos?|arts?\.|secci(?:ón|ones)|§§?|párrafos?|apartados?)",
    "ru": r"(?:стат[а-я]+|ст\.|пункт[а-я]*|п\.|част[а-я]+|ч\.|§§?|раздел[а-я]*)",
    "ar": r"(?:المادة|المواد|المادتان|المادتين|مادة|الفقرة|الفقرتين|الفقرات|البند|القسم)",
    "zh": r"(?:第)",
}
LATIN = r"A-Za-z0-9"
MAIL = re.compile(r"[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
ACCOUNT = re.compile(
    rf"(?<![{LATIN}])[A-Z]{{2}}\d{{2}}(?:[ \u00a0]?[A-Z0-9]{{4}}){{2,7}}(?:[ \u00a0]?[A-Z0-9]{{1,3}})?(?![{LATIN}])"
)
PHONE = re.compile(r"(?<![\w+])\+\d[\d ()./-]{5,}\d")
PAPER = re.compile(rf"(?<![{LATIN}])[A-Z]{{2,5}}[ -]?\d+(?:[ /.-]\d+)*(?:-\d+)?(?![{LATIN}])")
TIME = re.compile(r"(?<!\d)(\d{1,2})(?::|\s?h\s?|\s?[时時点]\s?)(\d{2})(?!\d)")
HAN_CITED = re.compile(
    r"(?<=第)[〇零一二三四五六七八九十]+|[〇零一二三四五六七八九]{4}(?=年)|[一二三四五六七八九十]+(?=[条款项])"
)


def stated_in(text: str, language: str, codes: Sequence[str] = ()) -> list[Stated]:
    """Everything the text states.

    Args:
        text: in that language; digits of any script.
        language: a language tag.
        codes: file numbers, telephone numbers and the like, exactly as the request has them in fields of their own.
    """
    reading = _Reading(legible(text))
    found: list[Stated] = []
    for code in sorted({legible(each) for each in codes if len(each.strip()) > 1}, key=len, reverse=True):
        pattern = re.compile(rf"(?<![{LATIN}]){re.escape(code).replace(chr(92) + ' ', ' ?')}(?![{LATIN}])")
        found += reading.take(Kind.CODE, pattern, lambda match: _bare(match[0]))
    found += reading.take(Kind.MAIL, MAIL, lambda match: match[0].rstrip(".").casefold())
    found += reading.take(Kind.ACCOUNT, ACCOUNT, lambda match: _bare(match[0]))
    found += reading.take(Kind.PHONE, PHONE, lambda match: re.sub(r"\D", "", match[0]))
    for each in dates_in(reading.text, language):
        found.append(Stated(Kind.DATE, each.day, reading.text[each.start : each.end].strip()))
        reading.spend.append((each.start, each.end))
    reading.strike()
    found += _sums(reading, language)
    found += reading.take(Kind.REFERENCE, PAPER, lambda match: _bare(match[0]) if _looks_numbered(match[0]) else None)
    return [*found, *_numbers(reading, language)]


def legible(text: str) -> str:
    """The text with ASCII digits, one kind of hard space and no marks that only steer it, composed (NFC)."""
    plain = unicodedata.normalize("NFC", STEERING.sub("", text))
    plain = plain.translate(dict.fromkeys(map(ord, SPACES), "\u00a0") | {0x066B: ".", 0x066C: ",", 0x2011: "-"})
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in plain)


class _Reading:
    """A text of which what was read is struck out."""

    def __init__(self, text: str) -> None:
        self.text = text.replace("\n", " ")
        self.spend: list[tuple[int, int]] = []

    def take(
        self, kind: Kind, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Value | None]
    ) -> Iterable[Stated]:
        """Every match as a fact; what `read` gives None for stays to be read otherwise."""
        found = []
        for match in pattern.finditer(self.text):
            if (value := read(match)) is not None:
                found.append(Stated(kind, value, match[0].strip()))
                self.spend.append((match.start(), match.end()))
        self.strike()
        return found

    def strike(self) -> None:
        """Strikes out what was read; lengths stay."""
        for start, end in self.spend:
            self.text = self.text[:start] + "\0" * (end - start) + self.text[end:]
        self.spend.clear()


def _bare(text: str) -> str:
    return re.sub(r"[\s\u00a0]", "", text).upper()


def _looks_numbered(said: str) -> bool:
    """Three digits or more, or digits with a stroke."""
    return sum(char.isdigit() for char in said) >= 3 or "/" in said


@cache
def _number(language: str) -> tuple[str, str, str]:
    """A pattern for a number as the language writes it; its decimal sign; its signs between thousands."""
    signs = _locale(language).number_symbols["latn"]
    decimal, group = str(signs["decimal"]), str(signs["group"])
    groups = "\u00a0’'" + ("." if decimal == "," else ",") + (" " if group in SPACES + " " or decimal == "," else "")
    grouped = rf"\d{{1,3}}(?:[{re.escape(groups)}]\d{{3}})+(?!\d)(?:{re.escape(decimal)}\d+)?"
    return rf"(?:{grouped}|\d+(?:{re.escape(decimal)}\d+|[.,]\d{{1,2}}(?!\d))?)", decimal, groups


def _read(said: str, language: str) -> Decimal:
    _, decimal, groups = _number(language)
    if re.fullmatch(r"\d+[.,]\d{1,2}", said):
        return Decimal(said.replace(",", ".")).normalize()
    bare = re.sub(rf"[{re.escape(groups)}]", "", said)
    return Decimal(bare.replace(decimal, ".")).normalize()


@cache
def _money(language: str) -> tuple[str, tuple[tuple[re.Pattern[str], str], ...]]:
    """A pattern for what money is called in the language, and what each name means."""
    base = base_of(language)
    named = dict(NAMED_MONEY.get(base, {}))
    locale = _locale(language)
    for code in NAMED_CODES.split():
        names = {get_currency_name(code, count=count, locale=locale) for count in (1, 2, 5)}
        named |= {re.escape(name): code for name in names if name != code}
    symbols = {r"€": "EUR", r"£": "GBP", r"₽": "RUB", r"(?:US)?\$(?:US)?": DOLLAR, r"¥": "yuan or yen"}
    ordered = sorted(named.items(), key=lambda item: len(item[0]), reverse=True)
    words = "|".join(rf"(?:{pattern})" for pattern, _ in ordered)
    codes = "|".join(sorted(locale.currencies))
    whole = rf"(?:(?i:{words}){_end(base)}|(?<![A-Z])(?:{codes})(?![A-Z])|{'|'.join(symbols)})"
    meaning = [(re.compile(name, re.IGNORECASE), code) for name, code in [*ordered, *symbols.items()]]
    return whole, tuple(meaning)


def _end(base: str) -> str:
    """What ends a word; nothing in languages that join what follows, or bend its end."""
    return "" if base in ("zh", "ja", "ar") else r"(?![^\W\d_])"


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


@cache
def _sum_patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """A sum before its currency, and after it; each may be two joined: between 150 and 300 euros."""
    base = base_of(language)
    scales = "|".join(SCALES.get(base, {}))
    scaled = rf"(?:\s?(?:{scales}){_end(base)})?" if scales else ""
    amount, money = rf"(?<![\d.,]){_number(language)[0]}{scaled}", _money(language)[0]
    joined = r"\s*(?:–|-|and|to|or|et|à|ou|y|a|o|и|до|или|و|إلى|至|到|和)\s*"
    return (
        re.compile(rf"({amount})(?:{joined}({amount}))?\s?(?:d['’]|de |of |من )?\s?({money})"),
        re.compile(rf"({money})\s?({amount})(?:{joined}({amount})(?!\s?(?:{money})))?"),
    )


def _sums(reading: _Reading, language: str) -> Iterable[Stated]:
    found: list[Stated] = []
    for pattern, (first, second, money) in zip(_sum_patterns(language), ((1, 2, 3), (2, 3, 1)), strict=True):
        for match in pattern.finditer(reading.text):
            for said in (match[first], match[second]):
                if said:
                    value = (_scaled(said, language), _currency(match[money], language))
                    found.append(Stated(Kind.SUM, value, f"{said.strip()} {match[money]}"))
            reading.spend.append((match.start(), match.end()))
        reading.strike()
    return found


def _scaled(said: str, language: str) -> Decimal:
    power = 0
    for pattern, exponent in SCALES.get(base_of(language), {}).items():
        if re.search(rf"\s?(?:{pattern})$", said):
            said, power = re.sub(rf"\s?(?:{pattern})$", "", said), exponent
            break
    return (_read(said, language) * Decimal(10) ** power).normalize()


def _currency(said: str, language: str) -> str:
    if re.fullmatch("[A-Z]{3}", said):
        return said
    return next((code for name, code in _money(language)[1] if name.fullmatch(said)), said.upper())


def _numbers(reading: _Reading, language: str) -> Iterator[Stated]:
    """What numbers are left: of articles where the text says so."""
    base = base_of(language)
    text = TIME.sub(_time, reading.text)
    if base == "zh":
        text = HAN_CITED.sub(_han_digits, text)
        cited = re.compile(r"第\s?[\d条款项、和至及第（）() ]+")
    else:
        cited = re.compile(rf"(?<!\w){ARTICLE.get(base, ARTICLE['en'])}\s?[^.;:\0]{{0,60}}", re.IGNORECASE)
    spans = [(match.start(), match.end()) for match in cited.finditer(text)]
    for match in re.finditer(rf"(?<![\d.,]){_number(language)[0]}", text):
        kind = Kind.ARTICLE if any(start <= match.start() < end for start, end in spans) else Kind.NUMBER
        yield Stated(kind, _read(match[0], language), match[0])


def _time(match: re.Match[str]) -> str:
    """An hour without its minutes where there are none: 10:00, 10 h 00 and 10 h are one."""
    return match[1] if match[2] == "00" else f"{match[1]} {match[2]}"


def _han_digits(match: re.Match[str]) -> str:
    value = han_number(match[0])
    return match[0] if value is None else str(value)
