"""Whether a translation says what its source says: dates, sums, numbers and names in six languages."""

from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_decimal, get_currency_name
from hypothesis import given, settings
from hypothesis import strategies as st

from rogatory.documents.agreement import disagreements
from rogatory.documents.stated import Kind, legible, stated_in
from rogatory.documents.stated_dates import Day, dates_in

LANGUAGES = ("en", "fr", "es", "ru", "ar", "zh")
SOURCE = (
    "The accounts show 61 transfers, in all 1,187,420 euros, between 2 April 2024 and 15 January 2026, to "
    "NX44 7700 0918 2244 71, file OC 211/2026; sections 73, 184(1) and 261; between 150 and 300 euros a month; 11.50 "
    "euros an hour; Dorian Vask, +999 15 555 0142, a.rue@prosecution.example, at 08:00."
)
FAITHFUL = {
    "fr": "Les comptes font apparaître 61 virements, au total 1 187 420 euros, entre le 2 avril 2024 et le 15 janvier "
    "2026, vers NX44 7700 0918 2244 71, dossier OC 211/2026 ; articles 73, 184, paragraphe 1, et 261 ; entre 150 et "
    "300 euros par mois ; 11,50 euros de l’heure ; Dorian Vask, +999 15 555 0142, a.rue@prosecution.example, à 8 h 00.",
    "es": "Las cuentas muestran 61 transferencias, en total 1.187.420 euros, entre el 2 de abril de 2024 y el 15 de "
    "enero de 2026, a NX44 7700 0918 2244 71, expediente OC 211/2026; artículos 73, 184(1) y 261; entre 150 y 300 "
    "euros al mes; 11,50 euros por hora; Dorian Vask, +999 15 555 0142, a.rue@prosecution.example, a las 08:00.",
    "ru": "По счетам прошёл 61 перевод на сумму 1 187 420 евро со 2 апреля 2024 года по 15 января 2026 года, счёт "
    "NX44 7700 0918 2244 71, дело OC 211/2026; статьи 73, 184 (1) и 261; от 150 до 300 евро в месяц; 11,50 евро в "
    "час; Дориан Васк, +999 15 555 0142, a.rue@prosecution.example, в 08:00.",
    "ar": "تُظهر الحسابات ٦١ تحويلاً بمجموع ١٬١٨٧٬٤٢٠ يورو بين ٢ أبريل ٢٠٢٤ و١٥ يناير ٢٠٢٦ إلى الحساب "
    "NX44 7700 0918 2244 71، الملف OC 211/2026؛ المواد ٧٣ و١٨٤ (١) و٢٦١؛ بين ١٥٠ و٣٠٠ يورو شهريًا؛ ١١٫٥٠ يورو في "
    "الساعة؛ دوريان فاسك، +999 15 555 0142، a.rue@prosecution.example، في ٠٨:٠٠.",
    "zh": "账户显示61笔转账，共计1,187,420欧元，时间为二〇二四年四月二日至2026年1月15日，转入NX44 7700 0918 2244 71，"
    "案卷OC 211/2026；第七十三条、第184条第1款和第261条；每月150至300欧元；每小时11.50欧元；多里安·瓦斯克，"
    "+999 15 555 0142，a.rue@prosecution.example，08:00。",
}
NAMES = {
    "fr": "Dorian Vask",
    "es": "Dorian Vask",
    "ru": "Дориан Васк",
    "ar": "دوريان فاسك",
    "zh": "多里安·瓦斯克",
}
CODES = ("OC 211/2026", "+999 15 555 0142", "a.rue@prosecution.example")


def found(source: str, translation: str, into: str, **named: object) -> list[tuple[str, bool]]:
    return [
        (each.message, each.blocking)
        for each in disagreements(source, translation, ("en", into), **named)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("into", FAITHFUL)
def test_a_faithful_translation_agrees(into: str) -> None:
    assert found(SOURCE, FAITHFUL[into], into, codes=CODES, names={"Dorian Vask": NAMES[into]}) == []


WRONG = {
    "fr": ("1 187 420", "1 178 420"),
    "es": ("1.187.420", "1.187.402"),
    "ru": ("1 187 420", "1 187 42"),
    "ar": ("١٬١٨٧٬٤٢٠", "١٬١٨٧٬٤٠٢"),
    "zh": ("1,187,420", "118,742"),
}


@pytest.mark.parametrize("into", WRONG)
def test_a_wrong_sum_blocks(into: str) -> None:
    said = found(SOURCE, FAITHFUL[into].replace(*WRONG[into]), into, codes=CODES)
    assert ("The sum of money 1,187,420 euros (1,187,420 EUR) is missing from the translation.", True) in said
    assert any("in the translation only" in message and blocking for message, blocking in said)


WRONG_DAYS = {
    "fr": ("2 avril", "2 août"),
    "es": ("2 de abril", "3 de abril"),
    "ru": ("2 апреля", "2 августа"),
    "ar": ("٢ أبريل", "٢ مايو"),
    "zh": ("四月二日", "四月三日"),
}


@pytest.mark.parametrize("into", WRONG_DAYS)
def test_a_wrong_date_blocks(into: str) -> None:
    said = found(SOURCE, FAITHFUL[into].replace(*WRONG_DAYS[into]), into, codes=CODES)
    assert said[0][0].startswith("The date 2 April 2024 (2024-04-02) is missing")
    assert [blocking for _, blocking in said] == [True, True]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("NX44 7700 0918 2244 71", "NX44 7700 0918 2244 17", "The account number NX44 7700 0918 2244 71 is missing"),
        ("OC 211/2026", "OC 212/2026", "The reference OC 211/2026 is missing"),
        ("a.rue@", "a.ru@", "The reference a.rue@prosecution.example is missing"),
        ("0142", "0124", "The reference +999 15 555 0142 is missing"),
    ],
)
def test_what_is_exact_blocks(right: str, wrong: str, message: str) -> None:
    said = found(SOURCE, FAITHFUL["fr"].replace(right, wrong), "fr", codes=CODES)
    assert any(each.startswith(message) and blocking for each, blocking in said)


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("261", "216", "The article or section 261 is missing"),
        ("61 virements", "16 virements", "The number 61 is missing"),
        ("Vask", "Vasque", "The name Dorian Vask is not in the translation"),
    ],
)
def test_what_may_be_written_otherwise_warns(right: str, wrong: str, message: str) -> None:
    said = found(SOURCE, FAITHFUL["fr"].replace(right, wrong), "fr", codes=CODES, names={"Dorian Vask": "Dorian Vask"})
    assert any(each.startswith(message) and not blocking for each, blocking in said)
    assert not any(blocking for _, blocking in said)


def test_nothing_may_be_added() -> None:
    said = found("He left.", "Il est parti le 3 mai 2025 avec 500 euros.", "fr")
    assert [blocking for _, blocking in said] == [True, True]
    assert all("in the translation only" in message for message, _ in said)


def test_paragraphs_go_together() -> None:
    said = found("One.\n\nTwo.", "Un. Deux.", "fr")
    assert said == [("The translation has 1 paragraph, the original 2: their numbers would differ.", True)]


DATES = {
    "en": "opened on 9 February 2026; from 10 February to 30 June 2026; 9 and 10 March 2026; from August to November "
    "2025; since March 2024; May 12, 1979; the 1st of May 2020; 31 may have; 2026-07-04",
    "fr": "ouverte le 9 février 2026 ; du 10 février au 30 juin 2026 ; les 9 et 10 mars 2026 ; d’août à "
    "novembre 2025 ; depuis mars 2024 ; le 12 mai 1979 ; le premier mai 2020 ; le 04/07/2026",
    "es": "el 9 de febrero de 2026; del 10 de febrero al 30 de junio de 2026; los días 9 y 10 de marzo de 2026; "
    "de agosto a noviembre de 2025; desde marzo de 2024; el 12 de mayo de 1979; el 1.º de mayo de 2020; 4.7.2026",
    "ru": "9 февраля 2026 года; с 10 февраля по 30 июня 2026 г.; 9 и 10 марта 2026 года; с августа по ноябрь "
    "2025 года; в марте 2024 года; 12 мая 1979 года; первого мая 2020 года; 04.07.2026",
    "ar": "في 9 فبراير 2026؛ من 10 فبراير إلى 30 يونيو 2026؛ في 9 و10 مارس/آذار 2026؛ من أغسطس إلى نوفمبر 2025؛ منذ "
    "مارس 2024؛ في 12 أيار 1979؛ الأول من مايو 2020؛ 04/07/2026",
    "zh": "2026年2月9日；2026年2月10日至6月30日；2026年3月9日和10日；2025年8月至11月；自2024年3月；"
    "一九七九年五月十二日；2020年5月1日；为期3个月；2026年7月4日",
}
DAYS = {
    Day(2026, 2, 9),
    Day(2026, 2, 10),
    Day(2026, 6, 30),
    Day(2026, 3, 9),
    Day(2026, 3, 10),
    Day(2025, 8, None),
    Day(2025, 11, None),
    Day(2024, 3, None),
    Day(1979, 5, 12),
    Day(2020, 5, 1),
    Day(2026, 7, 4),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_read_in_words_and_digits(language: str) -> None:
    assert {each.day for each in dates_in(legible(DATES[language]), language)} == DAYS


@settings(max_examples=60, deadline=None)
@given(st.dates(date(1000, 1, 1), date(2999, 12, 31)), st.sampled_from(LANGUAGES), st.sampled_from(["long", "medium"]))
def test_every_date_of_cldr_is_read(on: date, language: str, width: str) -> None:
    text = legible(f"({format_date(on, width, locale=language)})")
    assert [each.day for each in dates_in(text, language)] == [Day(on.year, on.month, on.day)]


@settings(max_examples=60, deadline=None)
@given(
    st.decimals(Decimal(0), Decimal(10) ** 12, places=2),
    st.sampled_from(["EUR", "GBP", "NOK", "JPY"]),
    st.sampled_from(LANGUAGES),
    st.booleans(),
)
def test_every_sum_of_cldr_is_read(amount: Decimal, code: str, language: str, named: bool) -> None:
    number = format_decimal(amount, format="#,##0.00", locale=language)
    text = f"{number} {get_currency_name(code, count=5, locale=language)}" if named else f"{code} {number}"
    facts = stated_in(f"({text})", language)
    assert [(each.kind, each.value) for each in facts] == [(Kind.SUM, (amount.normalize(), code))]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_no_text_breaks_the_comparison(one: str, other: str, language: str) -> None:
    for each in disagreements(one, other, ("en", language), names={"Vask": "Vask"}):
        assert each.message
    assert [each for each in disagreements(one, one, (language, language)) if each.blocking] == []


@pytest.mark.parametrize(
    ("text", "language", "value"),
    [
        ("1.2 million euros", "en", Decimal(1_200_000)),
        ("1,2 million d’euros", "fr", Decimal(1_200_000)),
        ("1,2 millones de euros", "es", Decimal(1_200_000)),
        ("1,2 млн евро", "ru", Decimal(1_200_000)),
        ("1.2 مليون يورو", "ar", Decimal(1_200_000)),
        ("120万欧元", "zh", Decimal(1_200_000)),
        ("€1,900", "en", Decimal(1900)),
        ("1 900 €", "fr", Decimal(1900)),
        ("1187420.00 EUR", "fr", Decimal(1_187_420)),
    ],
)
def test_sums_are_read_as_they_are_written(text: str, language: str, value: Decimal) -> None:
    assert [each.value for each in stated_in(text, language)] == [(value, "EUR")]


def test_dollars_of_no_state_are_those_of_any() -> None:
    assert found("He paid 500 US dollars.", "Il a payé 500 dollars.", "fr") == []
    assert len(found("He paid 500 euros.", "Il a payé 500 dollars.", "fr")) == 2
