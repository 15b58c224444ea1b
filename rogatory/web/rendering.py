"""The pages' HTML: Jinja2 templates, and their fixed words in English or from locale/LANGUAGE.po."""

from datetime import UTC, date, datetime
from functools import cache, partial
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from rogatory import __version__
from rogatory.adapters.wording_catalogues import wording_of
from rogatory.documents.wording import digits, words
from rogatory.web.people import Reader

HERE = Path(__file__).parent
LANGUAGES = {"en": "English", "fr": "Français", "ar": "العربية"}
RIGHT_TO_LEFT = frozenset({"ar"})
LANGUAGE_COOKIE = "rogatory_language"


def language_of(request: Request) -> str:
    """The one asked for in the address, else the one chosen before, else the browser's, else English."""
    asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE) or ""
    wanted = [asked, *(each.strip()[:2] for each in request.headers.get("accept-language", "").split(","))]
    return next((each for each in wanted if each in LANGUAGES), "en")


def page(
    request: Request, template: str, reader: Reader | None = None, status: int = 200, **context: object
) -> HTMLResponse:
    """One page as an answer; the language asked for in the address is kept for the next one."""
    language = language_of(request)
    state = request.app.state
    html = (
        environment(language)
        .get_template(template)
        .render(
            reader=reader,
            path=request.url.path,
            language=language,
            languages=LANGUAGES,
            switching=request.method in {"GET", "HEAD"},  # the answer to a form has no address of its own
            direction="rtl" if language in RIGHT_TO_LEFT else "ltr",
            authority=state.authority,
            demo=state.demo,
            version=__version__,
            now=datetime.now(UTC),
            **context,
        )
    )
    answer = HTMLResponse(html, status_code=status)
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, httponly=True, samesite="strict")
    return answer


@cache
def environment(language: str) -> Environment:
    """Jinja2 in one language; what is missing is a fault, everything is escaped."""
    said = wording_of(language, HERE / "locale")
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True
    made.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
        said.gettext, said.ngettext, newstyle=True, pgettext=said.pgettext, npgettext=said.npgettext
    )
    made.filters |= {
        "day": partial(_day, language),
        "minute": partial(_minute, language),
        "number": partial(format_decimal, locale=language),
        "late": _days_left,
        "digits": digits,
        "words": words,
    }
    return made


def _day(language: str, on: date | datetime) -> str:
    if isinstance(on, datetime):
        on = on.astimezone(UTC).date()
    return format_date(on, "d MMMM yyyy", locale=language)


def _minute(language: str, at: datetime) -> str:
    return format_datetime(at.astimezone(UTC), "d MMM yyyy, HH:mm", locale=language)


def _days_left(due: datetime, now: datetime) -> int:
    """Days from now; below none: late."""
    days = (due.astimezone(UTC).date() - now.date()).days
    return -1 if due < now and days == 0 else days
