"""Every document of the catalogue, in the case it belongs to and in each of its languages."""

from typing import Literal

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.adapters.schedules import TypstSchedules
from rogatory.documents.schedule import settled
from rogatory.documents.views import sheet
from rogatory.ports import Renderer
from schemas.documents import SCHEDULES, DocumentOrder, DocumentType, Sheet
from schemas.request import Draft
from tests.documents import dossiers, papers


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


def translated_letter(language: str, arrangement: Literal["after", "parallel"]) -> Sheet:
    """The letter of the example with the translation that stands in it, in that language or with both."""
    filed, _ = split_sealed(read_draft(dossiers.EXAMPLE).draft())
    assert isinstance(filed, Draft)
    assert filed.translation
    draft = filed.model_copy(update={"translation": filed.translation.model_copy(update={"arrangement": arrangement})})
    case = dossiers.dossier()
    case = case.model_copy(update={"request": case.request.model_copy(update={"draft": draft})})
    order = dossiers.order(DocumentType.LETTER_OF_REQUEST).model_copy(update={"language": language})
    return sheet(order, case, load_catalogue())


def pdf_of(sheet: Sheet, renderer: Renderer) -> bytes:
    """The document, by the engine its type has; of a schedule, its first part."""
    if sheet.document in SCHEDULES:
        return next(TypstSchedules().parts(settled(sheet)))[1].pdf
    return renderer.render(sheet).pdf
