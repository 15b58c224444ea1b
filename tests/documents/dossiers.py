"""One case from beginning to end, on paper: from it every document can be made.

The request is examples/trafficking.yaml under the real law data; officials, acts, items and digests are invented.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import JsonValue

from activities.cards import cards_of
from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.adapters.draft_file import read_draft, split_sealed
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views import sheet
from rogatory.law.registry import load_lawbook
from rogatory.law.requirements import Requirements
from schemas.assessment import LegalAssessment
from schemas.case import CaseResult
from schemas.custody import Official
from schemas.documents import DocumentOrder, DocumentType, Sheet
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.filed import AnyDraft, FiledRequest
from schemas.identifiers import Stage
from schemas.register import CaseRow, DocumentRow, ItemRow, MessageRow, TaskRow, TimelineEvent, TransmissionRow
from schemas.request import Draft
from tests.documents.bundle_facts import BUNDLE
from tests.documents.people import PEOPLE

EXAMPLE = Path(__file__).parents[2] / "examples" / "trafficking.yaml"
REFERENCE = "XV-2026-0001"
FOREIGN = "XN-JLA 2026/4471"
OPENED = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
REVIEW = f"{REFERENCE}.review-1"
LAPSED_REVIEW = f"{REFERENCE}.review-9"
TRANSMISSION = f"{REFERENCE}.transmission-1"
EVIDENCE = f"{REFERENCE}.evidence-return-1"
SIGN_OFF = f"{REFERENCE}.custody-sign-off-1"
SENT = "0b7e6f52-6a3a-4bb0-9d6e-2f9a4e1c7d10"
SEALED = ("Xamira Examplova", "Xami")


def digest(name: str) -> str:
    """The digest of a name, standing for the digest of a thing."""
    return f"sha256:{sha256(name.encode()).hexdigest()}"


def item(number: int) -> str:
    return f"{REFERENCE}-E{number:02}"


@cache
def draft() -> Draft:
    """The example as filed: without its sealed identities; in one language, as most tests change its words."""
    filed, _ = split_sealed(read_draft(EXAMPLE).draft())
    assert isinstance(filed, Draft)
    return filed.model_copy(update={"translation": None})


@cache
def assessment() -> LegalAssessment:
    return assess(draft())


def assess(request: AnyDraft) -> LegalAssessment:
    values = request.model_dump(mode="json", by_alias=True, exclude_none=True)
    return Requirements(load_lawbook()).assess(values, OPENED)


def officials() -> dict[str, Official]:
    return {
        official: Official(
            official=official,
            person=f"person-{number}",
            name=name,
            post=post,
            roles=(role,),
            keyid=sha256(official.encode()).hexdigest(),
            public_key="",
            certificate="",
            state="XN" if official.startswith("xn") else "XV",
        )
        for number, (official, (name, post, role)) in enumerate(PEOPLE.items(), 1)
    }


class Record:
    """Acts in order, an hour apart, each with the facts the ledger keeps of it."""

    def __init__(self) -> None:
        self.acts: list[Act] = []
        self.at = OPENED

    def act(self, verb: str, task: str, by: str, words: dict[str, str] | None = None, **facts: JsonValue) -> str:
        """Records an act; returns its command id."""
        self.at += timedelta(hours=26)
        number = len(self.acts) + 1
        role = PEOPLE[by][2]
        person = list(PEOPLE).index(by) + 1
        self.acts.append(
            Act(
                sequence=number * 3,
                at=self.at,
                task=task,
                act=verb,
                by=by,
                role=role,
                command_id=f"c{number:02}",
                facts=facts | {"task": task, "by": by, "role": role.value, "person": f"person-{person}"},
                words=words or {},
                statement=digest(f"statement {number}"),
                line=digest(f"line {number}"),
            )
        )
        return f"c{number:02}"


ITEMS = (
    ("account-opening.pdf", "Account opening file with the mandates of all signatories", "application/pdf", 1_204_518),
    ("statements-2024-2026.csv", "Statements of both accounts of the company", "text/csv", 884_201),
    ("hearing-v1.mkv", "Audio and video recording of the hearing of V1", "video/x-matroska", 734_003_200),
    ("freezing-order.pdf", "Order freezing the accounts and the warehouse, with service", "application/pdf", 96_240),
)
SOURCES = ("Norholm Handelsbank", "Norholm Handelsbank", "Regional Court of Norholm", "Regional Court of Norholm")
MEASURES = ("m1", "m1", "m2", "m3")
MANIFEST = digest("manifest 1")


def recorded() -> Record:
    """Every act of the case that went well, but for one item that was not what was declared."""
    record = Record()
    letter = digest("letter")
    record.act("submit", REFERENCE, "prosecutor", request=digest("request 2"), requested_state="XN")
    for reviewer in ("reviewer-1", "reviewer-2"):
        record.act("decide", REVIEW, reviewer, letter=letter, verdict="approve")
    record.act("decide", REVIEW, "signatory", letter=letter, verdict="approve", signed_letter=digest("signed letter"))
    record.act("send", TRANSMISSION, "reviewer-1", letter=digest("signed letter"), channel="folder")
    record.act(
        "acknowledge", TRANSMISSION, "service", foreign_reference=FOREIGN, received_on="2026-11-26", proof=digest("p")
    )
    question = record.act(
        "ask",
        EVIDENCE,
        "service",
        {"question": "The bank asks for the exact date from which the records of access are required."},
        proof=digest("question"),
    )
    record.act(
        "reply",
        EVIDENCE,
        "prosecutor",
        {
            "answer": "The records of access are requested from 2 April 2024, the day of the first transfer.\n\n"
            "For the time before, the account opening documents are enough."
        },
        question_id=question,
    )
    items: list[JsonValue] = [
        {"item": item(number), "digest": digest(name), "size": size, "declared": declared(number), "measure": measure}
        for number, ((name, _, _, size), measure) in enumerate(zip(ITEMS, MEASURES, strict=True), 1)
    ]
    record.act("receive", EVIDENCE, "service", manifest=MANIFEST, items=items, complete=True, holder="xn-authority")
    for number, (name, *_) in enumerate(ITEMS, 1):
        record.act("accept", EVIDENCE, "custodian", item=item(number), digest=digest(name))
    record.act("offer", SIGN_OFF, "custodian", item=item(1), digest=digest(ITEMS[0][0]), to="prosecutor")
    record.act("accept", SIGN_OFF, "prosecutor", item=item(1), digest=digest(ITEMS[0][0]))
    record.act(
        "resolve",
        SIGN_OFF,
        "prosecutor",
        {"reason": "The bank confirmed that the second export replaced the first; both hold the same rows."},
        item=item(2),
        keep=True,
    )
    digests: list[JsonValue] = [digest(name) for name, *_ in ITEMS]
    for signer in ("custodian", "prosecutor"):
        record.act("sign-off", SIGN_OFF, signer, items=digests)
    return record


def declared(number: int) -> str | None:
    """The second item came otherwise than declared; for the last, nothing was declared."""
    return {2: digest("an earlier export"), 4: None}.get(number, digest(ITEMS[number - 1][0]))


def manifest() -> DeliveryManifest:
    return DeliveryManifest(
        reference=REFERENCE,
        sender="xn-authority",
        received_at=OPENED + timedelta(days=80),
        message=digest("message"),
        note="Execution of your request is complete. The procedure asked for was followed.",
        conditions=("The recording is shown in court in closed session only.",),
        items=tuple(
            ManifestItem(
                item=item(number),
                name=name,
                description=description,
                media_type=media_type,
                size=size,
                digest=digest(name),
                declared=declared(number),
                declared_size=size if declared(number) else None,
                measure=measure,
                source=source,
            )
            for number, ((name, description, media_type, size), source, measure) in enumerate(
                zip(ITEMS, SOURCES, MEASURES, strict=True), 1
            )
        ),
    )


def _tasks() -> tuple[TaskRow, ...]:
    def task(id_: str, stage: Stage, outcome: str, state: str = "closed") -> TaskRow:
        return TaskRow(
            id=id_,
            reference=REFERENCE,
            stage=stage,
            title="",
            roles=(),
            due=OPENED + timedelta(days=14),
            source="house rule: two weeks for a review",
            opened_at=OPENED,
            state=state,
            letter=digest("letter") if stage is Stage.REVIEW else None,
            approvals=2 if outcome == "approved" else 0,
            approvals_needed=2 if stage is Stage.REVIEW else 0,
            outcome=outcome,
        )

    return (
        task(REVIEW, Stage.REVIEW, "approved"),
        task(LAPSED_REVIEW, Stage.REVIEW, "lapsed"),
        task(TRANSMISSION, Stage.TRANSMISSION, "acknowledged"),
        task(EVIDENCE, Stage.EVIDENCE_RETURN, "complete"),
        task(SIGN_OFF, Stage.CUSTODY_SIGN_OFF, "signed"),
    )


def dossier() -> Dossier:
    """The case at its end. Change it with model_copy(update=...)."""
    cards = cards_of(load_lawbook())
    filed = FiledRequest(draft=draft(), version=1, sealed_annex=digest("sealed annex"))
    record = recorded()
    return Dossier(
        reference=REFERENCE,
        case=CaseRow(
            reference=REFERENCE,
            kind="mutual-assistance",
            requested_state="XN",
            drafter="prosecutor",
            status="closed",
            version=1,
            request=digest("request 2"),
            foreign_reference=FOREIGN,
            channel="folder",
            opened_at=OPENED,
            changed_at=record.at,
        ),
        request=filed,
        assessment=assessment(),
        requesting=cards.states["XV"],
        requested=cards.states["XN"],
        instruments=tuple(cards.instruments[basis.instrument] for basis in filed.draft.legal_basis),
        measures={measure.type: cards.measures[measure.type] for measure in filed.draft.measures},
        words=cards.words,
        officials=officials(),
        acts=tuple(record.acts),
        events=tuple(
            TimelineEvent(at=act.at, sequence=act.sequence, event=act.act, by=act.by, detail="") for act in record.acts
        ),
        tasks=_tasks(),
        documents=(
            DocumentRow(
                number=2,
                reference=REFERENCE,
                type=DocumentType.LETTER_OF_REQUEST,
                language="en",
                version=1,
                digest=digest("letter"),
                pages=8,
                size=120_000,
                signatures=("signatory",),
                made_at=OPENED,
                signed_digest=digest("signed letter"),
            ),
        ),
        items=tuple(
            ItemRow(
                item=item(number),
                reference=REFERENCE,
                digest=digest(name),
                size=size,
                declared=declared(number),
                measure=MEASURES[number - 1],
                manifest=MANIFEST,
                holder="prosecutor" if number == 1 else "custodian",
                offered_to=None,
                state="signed-off",
                discrepancy="kept" if number == 2 else None,
                received_at=OPENED + timedelta(days=80),
            )
            for number, (name, _, _, size) in enumerate(ITEMS, 1)
        ),
        manifests={MANIFEST: manifest()},
        messages=(
            MessageRow(question_id="c07", reference=REFERENCE, asked_at=OPENED, answered_at=OPENED + timedelta(days=1)),
        ),
        transmissions=(
            TransmissionRow(
                transmission=SENT,
                reference=REFERENCE,
                kind="request",
                channel="folder",
                package=digest("package"),
                prepared_at=OPENED + timedelta(days=5),
                dispatched_at=OPENED + timedelta(days=5),
                place=f"outbox/XN/{SENT}.asice.age",
            ),
        ),
        ledger_size=64,
        ledger_head=sha256(b"head").hexdigest(),
        demo=True,
    )


FACTS: dict[DocumentType, dict[str, JsonValue]] = {
    DocumentType.CHECKLIST_REPORT: {"assessment": digest("assessment")},
    DocumentType.LETTER_OF_REQUEST: {},
    DocumentType.REVIEW_MEMO: {"assessment": digest("assessment"), "letter": digest("letter")},
    DocumentType.RETURN_NOTE: {"task": LAPSED_REVIEW},
    DocumentType.APPROVAL_RECORD: {
        "task": REVIEW,
        "letter": digest("letter"),
        "signed_letter": digest("signed letter"),
    },
    DocumentType.TRANSMITTAL_LETTER: {
        "task": TRANSMISSION,
        "transmission": SENT,
        "channel": "folder",
        "letter": digest("signed letter"),
    },
    DocumentType.ACKNOWLEDGEMENT: {"task": TRANSMISSION},
    DocumentType.INFORMATION_REPLY: {"task": EVIDENCE, "question": "c07", "reply": "c08"},
    DocumentType.EVIDENCE_INVENTORY: {"task": EVIDENCE, "delivery": 1, "manifest": MANIFEST},
    DocumentType.EVIDENCE_RECEIPT: {"task": EVIDENCE, "delivery": 1, "manifest": MANIFEST},
    DocumentType.EVIDENCE_SCHEDULE: {"task": EVIDENCE, "delivery": 1, "manifest": MANIFEST},
    DocumentType.CUSTODY_SCHEDULE: {"task": SIGN_OFF},
    DocumentType.DISCREPANCY_REPORT: {"task": EVIDENCE, "delivery": 1, "manifest": MANIFEST},
    DocumentType.CUSTODY_FORM: {"task": SIGN_OFF},
    DocumentType.SIGN_OFF_CERTIFICATE: {"task": SIGN_OFF, "kept": [item(number) for number in range(1, 5)]},
    DocumentType.WITHDRAWAL_NOTICE: {"letter": digest("signed letter")},
    DocumentType.CLOSING_LETTER: {"result": CaseResult.COMPLETED.value},
    DocumentType.DEFICIENCY_LETTER: {"law_digest": digest("law"), "blocking": 0},
    DocumentType.TRANSLATION_CERTIFICATE: {"letter": "letter_of_request"},
    DocumentType.CASE_BUNDLE: BUNDLE,
}


def facts_of(document: DocumentType) -> dict[str, JsonValue]:
    from tests.documents import extradition_case, sole_letters  # they build on this module

    return (FACTS | extradition_case.FACTS | sole_letters.FACTS)[document]


def case_of(document: DocumentType) -> Dossier:
    from tests.documents import extradition_case, sole_letters, translations

    if document in sole_letters.FACTS:
        return sole_letters.dossier_of(document)
    if document is DocumentType.TRANSLATION_CERTIFICATE:
        return translations.with_translation(dossier())
    return extradition_case.dossier() if document in extradition_case.FACTS else dossier()


def order(document: DocumentType, **facts: JsonValue) -> DocumentOrder:
    """An order for the document, with the facts the procedure gives it."""
    return DocumentOrder(
        reference=REFERENCE,
        document=document,
        order_id=f"{REFERENCE}/{document}-1",
        request=digest("request 2"),
        version=1,
        at=OPENED + timedelta(hours=2),
        facts=facts_of(document) | facts,
    )


def sheet_of(document: DocumentType, of: Dossier | None = None, *, draft: bool = False, **facts: JsonValue) -> Sheet:
    """The sheet of a document of the case it belongs to, or of a dossier given."""
    return sheet(order(document, **facts), of or case_of(document), load_catalogue(), draft=draft)
