"""Jinja2: from a sheet to the HTML of its document, from the templates and wording that ship with the program.

A document has one template for a language (`letter_of_request/fr.html.j2`), which wins, or one for all languages
(`letter_of_request/all.html.j2`), whose fixed words are looked up in the wording catalogue of the language.
"""

import hashlib
from pathlib import Path

import rfc8785
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from rogatory.documents.wording import FILTERS
from rogatory.errors import RogatoryError
from schemas.documents import Sheet


class RenderError(RogatoryError):
    """The document cannot be laid out as it should; the message says why."""


class Pages:
    """The HTML of documents, over a folder of templates."""

    def __init__(self, root: Path) -> None:
        self._templates = Environment(
            loader=FileSystemLoader(root),
            undefined=StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        self._templates.policies["ext.i18n.trimmed"] = True
        self._templates.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # of the extension
        self._templates.filters.update(FILTERS)

    def html(self, sheet: Sheet) -> str:
        """The document as HTML. Raises RenderError when the template lacks something or is not there."""
        digest = data_digest(sheet)
        qr = segno.make(f"rogatory:{sheet.data.get('reference')}:{sheet.document}:sha256:{digest}", error="m")
        folder = sheet.document.value
        try:
            template = self._templates.select_template([f"{folder}/{sheet.language}.html.j2", f"{folder}/all.html.j2"])
            return template.render(
                sheet.context,
                title=sheet.title,
                draft=sheet.draft,
                language=sheet.language,
                digest=digest,
                qr=qr.svg_data_uri(dark="#16181d", border=0),
                dated=sheet.dated.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )
        except (TemplateError, TypeError, KeyError, AttributeError) as error:
            raise RenderError(f"{sheet.document} ({sheet.language}): {error}.") from error


def data_digest(sheet: Sheet) -> str:
    """SHA-256, hex, of the data embedded in the document: what the page and its QR code show."""
    return hashlib.sha256(rfc8785.dumps(sheet.data)).hexdigest()
