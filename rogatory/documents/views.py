"""From a dossier to the sheet of one document. Pure: the same order and dossier give the same sheet.

`common` is what every document shows; each document type has one function below or in views_*.py for what it adds. The
wording stands in templates/; here is only what is shown, gathered, counted and cross-referenced.
"""

from collections.abc import Callable
from functools import partial

from pydantic import JsonValue

from rogatory.documents import (
    bundle,
    views_evidence,
    views_extradition,
    views_papers,
    views_preflight,
    views_request,
    views_review,
    views_schedules,
    views_surrender,
)
from rogatory.documents.case_view import common, data_of
from rogatory.documents.catalogue import Catalogue, DocumentKind, MissingFactError
from rogatory.documents.dossier import Dossier
from rogatory.documents.views_translation import in_words_of, translation_certificate, with_letter, with_translation
from schemas.documents import DocumentOrder, DocumentType, Sheet

View = Callable[[DocumentOrder, Dossier], dict[str, JsonValue]]

VIEWS: dict[str, View] = {
    DocumentType.CHECKLIST_REPORT: views_review.checklist_report,
    DocumentType.LETTER_OF_REQUEST: views_request.letter_of_request,
    DocumentType.REVIEW_MEMO: views_review.review_memo,
    DocumentType.RETURN_NOTE: views_review.return_note,
    DocumentType.APPROVAL_RECORD: views_review.approval_record,
    DocumentType.TRANSMITTAL_LETTER: views_request.transmittal_letter,
    DocumentType.ACKNOWLEDGEMENT: views_request.acknowledgement,
    DocumentType.INFORMATION_REPLY: views_request.information_reply,
    DocumentType.EVIDENCE_INVENTORY: views_evidence.delivery,
    DocumentType.EVIDENCE_RECEIPT: views_evidence.delivery,
    DocumentType.DISCREPANCY_REPORT: views_evidence.delivery,
    DocumentType.CUSTODY_FORM: views_evidence.custody_form,
    DocumentType.SIGN_OFF_CERTIFICATE: views_evidence.sign_off_certificate,
    DocumentType.WITHDRAWAL_NOTICE: views_request.withdrawal_notice,
    DocumentType.CLOSING_LETTER: views_request.closing_letter,
    DocumentType.DEFICIENCY_LETTER: views_preflight.deficiency_letter,
    DocumentType.PROVISIONAL_ARREST_REQUEST: views_extradition.provisional_arrest_request,
    DocumentType.EXTRADITION_REQUEST: views_extradition.extradition_request,
    DocumentType.STATEMENT_OF_OFFENCES: views_extradition.statement_of_offences,
    DocumentType.LAW_CERTIFICATE: views_extradition.law_certificate,
    DocumentType.IDENTITY_DOSSIER: views_extradition.identity_dossier,
    DocumentType.ASSURANCE_LETTER: views_extradition.assurance_letter,
    DocumentType.DOSSIER_STATUS: views_extradition.dossier_status,
    DocumentType.CLOCK_NOTICE: views_surrender.clock_notice,
    DocumentType.CONSENT_RECORD: views_surrender.consent_record,
    DocumentType.DECISION_NOTICE: views_surrender.decision_notice,
    DocumentType.HANDOVER_PROTOCOL: views_surrender.handover_protocol,
    DocumentType.SURRENDER_NOTICE: views_surrender.surrender_notice,
    DocumentType.TRANSIT_REQUEST: views_surrender.transit_request,
    DocumentType.SPECIALITY_WAIVER_REQUEST: views_surrender.speciality_waiver_request,
    DocumentType.REEXTRADITION_REQUEST: views_surrender.reextradition_request,
    DocumentType.PROSECUTION_REQUEST: views_surrender.prosecution_request,
    DocumentType.STATUS_QUERY: views_surrender.status_query,
    DocumentType.PRESERVATION_REQUEST: views_request.preservation_request,
    DocumentType.SPONTANEOUS_INFORMATION: views_request.spontaneous_information,
    DocumentType.CASE_BUNDLE: bundle.case_bundle,
    DocumentType.EVIDENCE_SCHEDULE: views_schedules.evidence_schedule,
    DocumentType.CUSTODY_SCHEDULE: views_schedules.custody_schedule,
    DocumentType.TRANSLATION_CERTIFICATE: translation_certificate,
}


def sheet(order: DocumentOrder, dossier: Dossier, catalogue: Catalogue, *, draft: bool = False) -> Sheet:
    """The sheet of one document, a letter with its translation where the request has one.

    Raises MissingFactError naming what is missing, never leaving an empty space.
    """
    made = _in_one_language(order, dossier, catalogue, draft=draft)
    made = with_translation(made, order, dossier, partial(_in_one_language, catalogue=catalogue, draft=draft))
    return with_letter(made, order, dossier, partial(_in_one_language, catalogue=catalogue, draft=True))


def _in_one_language(order: DocumentOrder, dossier: Dossier, catalogue: Catalogue, *, draft: bool) -> Sheet:
    kind = catalogue.of(order.document)
    language = order.language or _language(dossier, kind)
    order = order.model_copy(update={"language": language})
    if language not in kind.languages:
        raise MissingFactError(f"There is no {order.document} in the language {language}.")
    for need in kind.needs:
        if not draft and order.facts.get(need) is None:
            raise MissingFactError(f"{order.document} lacks the fact {need}: {kind.facts[need].about}")
    data = data_of(order, dossier)
    dossier = in_words_of(language, order, dossier)
    context = common(order, dossier, kind)
    view = VIEWS.get(order.document)
    context |= view(order, dossier) if view else views_papers.paper(order, dossier, kind)
    if view is None:
        data |= {"given": context["given"]}
    return Sheet(
        document=order.document,
        language=language,
        title=f"{kind.title} {order.reference}",
        context=context,
        data=data,
        dated=order.at,
        draft=draft,
    )


def _language(dossier: Dossier, kind: DocumentKind) -> str:
    wanted = dossier.request.draft.language
    return wanted if wanted in kind.languages else kind.languages[0]
