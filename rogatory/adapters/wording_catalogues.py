"""The fixed words of documents in other languages, from templates/locale/LANGUAGE.po (GNU gettext, read by Babel).

The English of a template is the key. A message without its translation ends the render: no document mixes languages
by accident.
"""

import gettext as c_plurals
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from rogatory.errors import RogatoryError

Key = tuple[str | None, str]
"""Context and English."""
NARROW, WIDE = "\u202f", "\u00a0"


class WordingError(RogatoryError):
    """A document's fixed words are not there in its language."""


class Wording:
    """The words of one language; English is as the templates have it."""

    def __init__(self, language: str, messages: dict[Key, tuple[str, ...]], plural: Callable[[int], int]) -> None:
        self.language, self._messages, self._plural = language, messages, plural

    def gettext(self, message: str) -> str:
        """Raises WordingError when the language lacks it."""
        return self._forms(None, message)[0]

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """The form that goes with the number. Raises WordingError when the language lacks it."""
        if self.language == "en":
            return singular if count == 1 else plural
        return self._forms(None, singular)[self._plural(count)]

    def pgettext(self, context: str, message: str) -> str:
        """As gettext, for words that mean something else elsewhere."""
        return self._forms(context, message)[0]

    def npgettext(self, context: str, singular: str, plural: str, count: int) -> str:
        """As ngettext, with a context."""
        if self.language == "en":
            return singular if count == 1 else plural
        return self._forms(context, singular)[self._plural(count)]

    def term(self, label: str) -> str | None:
        """A label of the law data; None where the language has none, and it is printed in English and marked so."""
        return label if self.language == "en" else self._known("term", label)

    def instrument(self, title: str) -> str | None:
        """An instrument's authentic title; None where the language has none."""
        return title if self.language == "en" else self._known("instrument", title)

    def _known(self, context: str, message: str) -> str | None:
        found = self._messages.get((context, message))
        return found[0] if found else None

    def _forms(self, context: str | None, message: str) -> tuple[str, ...]:
        if self.language == "en":
            return (message,)
        found = self._messages.get((context, message))
        if found is None:
            short = message if len(message) < 90 else f"{message[:87]}..."
            raise WordingError(
                f'The wording has no {self.language} for "{short}".',
                f"Add it to templates/locale/{self.language}.po.",
            )
        return found


def wording_of(language: str, folder: Path) -> Wording:
    """The words of a language from the catalogues in a folder. Raises WordingError when there is no catalogue."""
    if language == "en":
        return Wording("en", {}, lambda count: int(count != 1))
    path = folder / f"{language}.po"
    try:
        return _read(language, path, path.stat().st_mtime_ns)
    except OSError as error:
        raise WordingError(f"There is no wording in the language {language}.", f"Add {path.name}.") from error


@lru_cache(maxsize=16)
def _read(language: str, path: Path, changed: int) -> Wording:
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    plural = c_plurals.c2py(catalogue.plural_expr)
    return Wording(language, _messages(catalogue, language), plural)


def _messages(catalogue: Catalog, language: str) -> dict[Key, tuple[str, ...]]:
    known: dict[Key, tuple[str, ...]] = {}
    for message in catalogue:
        forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        if not message.id or message.fuzzy or not forms or not all(forms):
            continue
        english = message.id if isinstance(message.id, str) else message.id[0]
        known[(message.context, english)] = tuple(typeset(each, language) for each in forms)
    return known


def typeset(text: str, language: str) -> str:
    """French puts no-break spaces inside its marks and its numbers; nobody need type them."""
    if language != "fr":
        return text
    text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NARROW, text)
    text = re.sub(r"\s+([;!?])", rf"{NARROW}\1", text)
    text = re.sub(r"\s+:", f"{WIDE}:", text)
    return re.sub(r"\s*»", f"{WIDE}»", re.sub(r"«\s*", f"«{WIDE}", text))
