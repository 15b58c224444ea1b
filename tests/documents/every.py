"""Every document of the catalogue, in the case it belongs to and in each of its languages."""

from collections.abc import Iterator
from typing import NamedTuple

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.documents.views import sheet
from schemas.documents import DocumentOrder, DocumentType, Sheet
from tests.documents import dossiers, papers

SCHEDULES = {name for kind in load_catalogue().documents.values() if kind.schedule for name in [kind.schedule.document]}
"""Types whose parts another engine sets."""


class Made(NamedTuple):
    """A sheet and what it is: its type, its language, and whether it is a draft."""

    name: str
    language: str
    draft: bool
    sheet: Sheet

    @property
    def mark(self) -> str:
        """One word for it, which can name a file."""
        return f"{self.name}.{self.language}{'.draft' if self.draft else ''}"


def every(*, draft: bool = False, languages: tuple[str, ...] | None = None) -> Iterator[Made]:
    """All of them, in the order of the catalogue; only in these languages, where some are given."""
    for name, kind in load_catalogue().documents.items():
        for language in kind.languages:
            if languages is None or language in languages:
                yield Made(name, language, draft, sheet_in(name, language, draft=draft))


def sheet_in(name: str, language: str = "en", *, draft: bool = False) -> Sheet:
    """The sheet of that type in a language of its own."""
    catalogue = load_catalogue()
    if not catalogue.of(name).ordered_by:
        document = DocumentType(name)
        order = dossiers.order(document).model_copy(update={"language": language})
        return sheet(order, dossiers.case_of(document), catalogue, draft=draft)
    case = papers.case_of(catalogue.of(name).kinds[0])
    order = DocumentOrder(
        reference=case.reference,
        document=name,
        language=language,
        order_id=f"{case.reference}.document-{papers.ORDERED}",
        request=dossiers.digest("request 2"),
        version=1,
        at=dossiers.OPENED,
        facts={"ordered": papers.ORDERED},
    )
    return sheet(order, papers.ordered_in(case, papers.examples(name, catalogue)), catalogue, draft=draft)
