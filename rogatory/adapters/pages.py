"""Jinja2: from a sheet to the HTML of its document, from the templates and wording that ship with the program.

A document has one template for a language (`letter_of_request/fr.html.j2`), which wins, or one for all languages
(`letter_of_request/all.html.j2`), whose fixed words are looked up in the wording catalogue of the language.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import rfc8785
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from rogatory.adapters.wording_catalogues import Wording, WordingError, typeset, wording_of
from rogatory.documents.languages import direction, filters_of
from rogatory.documents.wording import entitled
from rogatory.errors import RogatoryError
from schemas.documents import Sheet

RIGHT_TO_LEFT = ("\u0590", "\u08ff")
"""First and last letter of the scripts that run so."""
COLON = {"fr": "\u00a0: ", "zh": "："}
NUMBERED = re.compile(r"(?:(?P<word>Articles?|Clauses?|Paragraphs?) )?(?P<number>[\d(A-Z].*)")
"""A piece of citing.numbered: the word before the first number only."""


class RenderError(RogatoryError):
    """The document cannot be laid out as it should; the message says why."""


class UnprintableError(RenderError):
    """A character of the request cannot be shown in the letter: its drafter corrects it."""

    exit_code = 3


class Pages:
    """The HTML of documents, over a folder of templates; one of an overlay wins over ours of the same name."""

    def __init__(self, root: Path, overlay: Path | None = None) -> None:
        self._root, self._overlay = root, overlay
        self._environments: dict[str, Environment] = {}

    def html(self, sheet: Sheet) -> str:
        """The document as HTML. Raises RenderError when the template lacks something or is not there."""
        with _faults(sheet):
            return self._template(sheet).render(self._context(sheet))

    def content(self, sheet: Sheet) -> str:
        """What stands between head and foot of the document, to be set beside the same in another language.

        Raises RenderError as `html` does.
        """
        with _faults(sheet):
            template = self._template(sheet)
            context = template.new_context(self._context(sheet))
            return "".join(template.blocks["content"](context))

    def _template(self, sheet: Sheet) -> Template:
        folder = sheet.document
        names = [f"{folder}/{sheet.language}.html.j2", f"{folder}/all.html.j2"]
        return self._environment(sheet.language).select_template(names)

    def _context(self, sheet: Sheet) -> dict[str, object]:
        digest = data_digest(sheet)
        qr = segno.make(f"rogatory:{sheet.data.get('reference')}:{sheet.document}:sha256:{digest}", error="m")
        return {
            "words_language": sheet.language,
            **sheet.context,
            "title": sheet.title,
            "draft": sheet.draft,
            "language": sheet.language,
            "dir": direction(sheet.language),
            "words_dir": direction(str(sheet.context.get("words_language", sheet.language))),
            "digest": digest,
            "qr": qr.svg_data_uri(dark="#16181d", border=0),
            "dated": sheet.dated.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _environment(self, language: str) -> Environment:
        if language not in self._environments:
            words = wording_of(language, self._root / "locale")
            made = Environment(
                loader=FileSystemLoader([self._overlay, self._root] if self._overlay else self._root),
                undefined=StrictUndefined,
                autoescape=True,
                trim_blocks=True,
                extensions=["jinja2.ext.i18n"],
            )
            made.policies["ext.i18n.trimmed"] = True
            made.install_gettext_callables(  # type: ignore[attr-defined]  # of the extension
                words.gettext, words.ngettext, newstyle=True, pgettext=words.pgettext, npgettext=words.npgettext
            )
            made.filters.update(filters_of(language, words.gettext))
            made.filters.update(
                {
                    "own": own,
                    "as_written": partial(as_written, language),
                    "ref": ref,
                    "counters": counters,
                    "in_english": partial(in_english, language),
                    "term": partial(term, words),
                    "titled": partial(titled, words),
                    "article": partial(article, words),
                    "listed_safe": partial(listed_safe, made.filters["listed"]),
                }
            )
            self._environments[language] = made
        return self._environments[language]


def as_written(language: str, value: object) -> Markup:
    """A line of a language that is not known, such as an address: in its own direction, as its first letter says."""
    letter = next((char for char in str(value) if char.isalpha()), "")
    runs = "rtl" if RIGHT_TO_LEFT[0] <= letter <= RIGHT_TO_LEFT[1] else "ltr"
    return escape(value) if runs == direction(language) else Markup('<bdi dir="{}">{}</bdi>').format(runs, value)


@pass_context
def own(context: Context, value: object) -> Markup:
    """A user's words, marked with their language where it is not the document's."""
    language = context["words_language"]
    said = value if isinstance(value, Markup) else typeset(str(value), language)
    if language == context["language"]:
        return escape(said)
    return Markup('<span lang="{}" dir="{}">{}</span>').format(language, direction(language), said)


def ref(value: object) -> Markup:
    """A reference, a sum or the like: never broken, and never turned round by the text about it."""
    return Markup('<bdi dir="ltr" class="ref">{}</bdi>').format(value)


def in_english(language: str, value: object) -> Markup:
    """Words of the law data that exist in English only, marked so."""
    if language == "en":
        return escape(value)
    return Markup('<span lang="en" dir="ltr">{}</span>').format(value)


def titled(words: Wording, title: object) -> Markup:
    """An instrument within a sentence: in English with its article, elsewhere as its authentic title or in English."""
    if words.language == "en":
        return escape(entitled(str(title)) if str(title)[:4] != "the " else title)
    name = str(title)
    said = words.instrument(name) or words.instrument(name.removeprefix("the ")) or words.term(name)
    return escape(said) if said else in_english(words.language, title)


def article(words: Wording, piece: object) -> Markup:
    """A piece of a citation: its word in the document's language, its number as the instrument has it."""
    found = NUMBERED.fullmatch(str(piece))
    if words.language == "en" or found is None:
        return Markup('<span class="nb">{}</span>').format(piece)
    number = Markup('<bdi dir="ltr">{}</bdi>').format(found["number"])
    said = words.gettext(found["word"] + " {number}") if found["word"] else "{number}"
    return Markup('<span class="nb">{}</span>').format(escape(said).replace("{number}", number))


def listed_safe(listed: Callable[..., object], pieces: Iterable[Markup]) -> Markup:
    """A list of what is markup already."""
    marks = {f"\ue000{place}\ue001": piece for place, piece in enumerate(pieces)}
    said = escape(listed(list(marks)))
    for mark, piece in marks.items():
        said = said.replace(mark, piece)
    return said


def counters(text: str) -> Markup:
    """Page {page} of {pages} as the content of a style sheet, its numbers counted by the layout."""
    parts = re.split(r"(\{pages?\})", text)
    known = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    said = [known.get(part) or '"' + re.sub(r'["\\<\n]', "", part) + '"' for part in parts if part]
    return Markup(" ".join(said))  # noqa: S704  quotes, backslashes and tags are taken out


def term(words: Wording, label: object) -> Markup:
    """A label of the law data in the document's language; in English, marked so, where the wording has none."""
    said = words.term(str(label))
    if said is not None:
        return escape(said)
    whole, colon, part = str(label).partition(": ")  # of what lies within another, such as Period: First day
    if colon and words.language != "en":
        return term(words, whole) + COLON.get(words.language, ": ") + term(words, part)
    return in_english(words.language, label)


@contextmanager
def _faults(sheet: Sheet) -> Iterator[None]:
    try:
        yield
    except (TemplateError, TypeError, KeyError, AttributeError) as error:
        raise RenderError(f"{sheet.document} ({sheet.language}): {error}.") from error
    except WordingError as error:
        raise RenderError(f"{sheet.document}: {error}", error.hint) from error


def data_digest(sheet: Sheet) -> str:
    """SHA-256, hex, of the data embedded in the document: what the page and its QR code show."""
    return hashlib.sha256(rfc8785.dumps(sheet.data)).hexdigest()
