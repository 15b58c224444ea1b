"""Gathers the fixed words of documents into templates/locale/rogatory.pot and carries them into the catalogues.

    python -m tests.wording.extract

Translations that are there stay; messages no longer used go. A reference names the template only, so that a moved line
changes nothing.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.documents.languages import LANGUAGES
from rogatory.documents.views_extradition import ARRESTING
from rogatory.law.registry import load_lawbook
from schemas.request import PersonRole, ProceedingsStage

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
LOCALE = TEMPLATES / "locale"
SHARED = (
    "_layout/base.html.j2",
    "_macros/blocks.html.j2",
    "_macros/evidence.html.j2",
    "_macros/extradition.html.j2",
    "_macros/law.html.j2",
    "_macros/measures.html.j2",
    "_macros/schedules.html.j2",
    "_package/verify.txt.j2",
)
"""What the documents in several languages take from others."""
WRITTEN = (
    "%(day)s, %(time)s UTC",
    "imprisonment for life",
    "no time",
    "working days: %(number)s",
    "Yes",
    "No",
    "Article {number}",
    "Articles {number}",
    "Clause {number}",
    "Clauses {number}",
    "Paragraph {number}",
    "Paragraphs {number}",
    "CONFIDENTIAL · LAW ENFORCEMENT USE ONLY",
    "OFFICIAL · LAW ENFORCEMENT USE ONLY",
)
"""Messages of code: dates and sums (documents/languages.py), citations (adapters/pages.py), the classification."""
LABELS = (
    "Date of birth",
    "Date of incorporation",
    "Nationality",
    "Law of incorporation",
    "Location",
    "Identifiers",
    "Connection with the case",
    "Age",
    "Letter of Request",
    "Request for Provisional Arrest",
    "Request for Extradition",
    "Request for the Preservation of Stored Data",
    "Information without Prior Request",
    "Statement of offences",
    "Law certificate",
    "Identity dossier",
    "Assurance letter",
    "Courier",
    "Folder",
)
"""Labels that views give to the macros, which look them up."""

Message = tuple[str | None, str | tuple[str, str], str]
"""Context; English, or singular and plural; where from."""


def messages() -> Iterator[Message]:
    """Every message of the documents that are made in several languages."""
    files = {TEMPLATES / name for name in SHARED} | set(TEMPLATES.rglob("all.html.j2"))
    for path in sorted(files):
        name = str(path.relative_to(ROOT))
        with path.open("rb") as file:
            for _, function, text, _ in babel_extract(
                file,
                ("_", "gettext", "ngettext", "pgettext", "npgettext"),
                (),
                {"trimmed": "true", "trim_blocks": "true"},
            ):
                parts = (text,) if isinstance(text, str) else tuple(part for part in text or () if part)
                if not parts:
                    continue  # a label of the data: see below
                context = parts[0] if function in {"pgettext", "npgettext"} else None
                parts = parts[1:] if context else parts
                yield context, parts[0] if len(parts) == 1 else (parts[0], parts[1]), name
    for text in WRITTEN:
        yield None, text, "rogatory"
    for kind in load_catalogue().documents.values():
        if len(kind.languages) > 1:
            yield None, kind.title, "rogatory/documents/catalogue.yaml"
    yield from labels()


def labels() -> Iterator[Message]:
    """What the law data call things; instruments' titles are translated only where they are authentic."""
    lawbook = load_lawbook()
    for text in LABELS:
        yield "term", text, "rogatory/documents"
    for word in (*PersonRole, *ProceedingsStage):
        yield "term", re.sub("[-_]", " ", word.value), "schemas/request.py"
    for measure in lawbook.measures.values():
        yield "term", measure.title, "rogatory/law/measures"
        yield "term", measure.return_proof, "rogatory/law/measures"
    for text in lawbook.words.assurances.values():
        yield "term", text, "rogatory/law/words.yaml"
    for anchor in ARRESTING:
        yield "term", lawbook.words.anchors[anchor], "rogatory/law/words.yaml"
    for rule in (rule for treaty in lawbook.treaties.values() for rule in treaty.rules):
        for clock in (each for each in rule.clocks if each.anchor in ARRESTING):
            yield "term", clock.what, "rogatory/law/treaties"
            yield "term", clock.then, "rogatory/law/treaties"
        for paper in rule.dossier:
            yield "term", paper.title, "rogatory/law/treaties"
    for called in sorted({treaty.called for treaty in lawbook.treaties.values() if treaty.called}):
        yield "term", called, "rogatory/law/treaties"
    for treaty in lawbook.treaties.values():
        yield "instrument", treaty.title, "rogatory/law/treaties"


def gathered() -> Catalog:
    """The messages as a catalogue, in the order of their places."""
    pot = Catalog(project="Rogatory", charset="utf-8", fuzzy=False)
    for context, text, place in messages():
        pot.add(text, context=context, locations=[(place, None)])  # type: ignore[list-item]  # a name without a line
    return pot


def main() -> None:
    """Writes the template and every language's catalogue."""
    LOCALE.mkdir(exist_ok=True)
    pot = gathered()
    _write(pot, LOCALE / "rogatory.pot")
    for language in LANGUAGES[1:]:
        path = LOCALE / f"{language}.po"
        if path.exists():
            with path.open("rb") as file:
                catalogue = read_po(file, locale=language)
        else:
            catalogue = Catalog(locale=language, project="Rogatory", charset="utf-8", fuzzy=False)
        catalogue.update(pot, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        _write(catalogue, path)
        missing = sum(not message.string or not all(message.string) for message in catalogue if message.id)
        print(f"{path.relative_to(ROOT)}: {len(catalogue)} messages, {missing} without translation")


def _write(catalogue: Catalog, path: Path) -> None:
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, omit_header=False, sort_output=False, include_lineno=False)
    # The day of making is no part of the wording.
    dated = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date|Generated-By): .*\n', re.MULTILINE)
    text = dated.sub("", path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
