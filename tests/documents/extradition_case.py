"""An extradition from the provisional arrest to the last consent, on paper.

The request is examples/extradition.yaml; its law stands here, written out by hand, with the numbers of the European
Convention on Extradition; the acts are invented.
"""

from datetime import date, timedelta
from hashlib import sha256

from pydantic import JsonValue

from activities.cards import cards_of
from rogatory.documents.dossier import Dossier
from rogatory.law.registry import load_lawbook
from schemas.documents import DocumentType
from schemas.filed import FiledRequest
from schemas.register import CaseRow, ClockRow, DocumentRow, TransmissionRow
from tests.documents.dossiers import OPENED, REFERENCE, Record, digest, officials
from tests.documents.extradition_law import PAPERS, draft, law

ARREST = f"{REFERENCE}.arrest-1"
DOSSIER = f"{REFERENCE}.dossier-1"
DECISION = f"{REFERENCE}.extradition-decision-1"
SURRENDER = f"{REFERENCE}.surrender-1"
SPECIALITY = f"{REFERENCE}.speciality-1"
ABROAD = f"{REFERENCE}.prosecution-abroad-1"
FREE = f"{REFERENCE}/coe-ets-024.release-may-1"
RELEASE = f"{REFERENCE}/coe-ets-024.release-must-1"


def recorded() -> Record:
    """Every act after the request was signed; more than one case would see, so that each document has its own."""
    record = Record()
    record.act("submit", REFERENCE, "prosecutor", request=digest("request"), requested_state="XN", kind="extradition")
    record.act(
        "report-arrest",
        ARREST,
        "service",
        {"place": "Quayside 14, Norholm"},
        arrested_on="2026-12-02",
        told_on="2026-12-03",
        estimated=False,
    )
    record.act("acknowledge", ARREST, "service", foreign_reference="XN-EXT 2026/88", received_on="2026-11-28")
    supplied = {
        "description": "Description of Mirela Ostrand with photograph and fingerprints",
        "law_text": "Criminal Code, sections 78, 78c, 184 and 261, with translation",
    }
    for item, title in supplied.items():
        record.act(
            "supply", DOSSIER, "prosecutor", {"title": title}, item=item, enclosure=digest(item), pages=6, language="en"
        )
    record.act("ask-status", DECISION, "reviewer-1", {"note": "The person has been detained for five weeks."})
    record.act(
        "report-consent",
        DECISION,
        "service",
        {"before": "District Court of Norholm"},
        before_judge=True,
        counsel=True,
        interpreter=False,
        recorded=True,
        renounces_speciality=False,
        given_on="2026-12-09",
    )
    record.act(
        "report-decision",
        DECISION,
        "service",
        {"reasons": "The second offence was committed in Norholm.", "conditions": "The detention is to be deducted."},
        granted=[1],
        refused=[{"offence": 2, "ground": "territoriality"}],
        demanded=[],
        surrender="immediate",
        decided_on="2027-01-11",
        notified_on="2027-01-12",
        days_detained=40,
    )
    record.act("give-assurance", DECISION, "signatory", {"text": "No proceedings are brought."}, kind="speciality")
    record.act("request-prosecution", ABROAD, "signatory", {"note": "The file is ready."})
    record.act("appoint", SURRENDER, "service", {"place": "Norholm airport"}, on="2027-01-25")
    record.act(
        "report-not-collected",
        SURRENDER,
        "reviewer-1",
        {"reason": "The airport was closed by snow."},
        beyond_control=True,
    )
    record.act("agree-date", SURRENDER, "reviewer-1", {"place": "Norholm airport"}, on="2027-02-01")
    record.act(
        "report-postponed",
        SURRENDER,
        "service",
        {"reason": "The person stands trial in Norholm."},
        kind="postponed",
        until="2027-06-01",
    )
    record.act(
        "request-transit", SURRENDER, "signatory", {"route": "By road through the north, on one day."}, through="XB"
    )
    record.act(
        "report-surrender",
        SURRENDER,
        "service",
        {"place": "Norholm airport", "medical": "Healthy; takes no medicines."},
        surrendered_at="2027-02-01T09:40:00Z",
        days_detained=61,
        temporary=False,
        property_announced=True,
    )
    record.act(
        "request-waiver",
        SPECIALITY,
        "signatory",
        {"title": "Bribery", "provision": "Criminal Code, section 299", "facts": "She paid an inspector in May 2025."},
        statement_recorded=True,
        statement_record=digest("statement"),
    )
    record.act("request-reextradition", SPECIALITY, "signatory", {"about": "Fraud committed there in 2022."}, to="XB")
    return record


def act(verb: str) -> str:
    """The command id of the last act of that verb."""
    return next(each.command_id for each in reversed(recorded().acts) if each.act == verb)


def _row(number: int, document: DocumentType, name: str, pages: int, signed: str = "") -> DocumentRow:
    return DocumentRow(
        number=number,
        reference=REFERENCE,
        type=document,
        language="en",
        version=1,
        digest=digest(name),
        pages=pages,
        size=90_000,
        signatures=(),
        made_at=OPENED,
        signed_digest=digest(signed) if signed else None,
    )


def _clock(key: str, what: str, due: int, then: str, state: str) -> ClockRow:
    return ClockRow(
        clock=key,
        reference=REFERENCE,
        task=REFERENCE,
        id=key.rsplit(".", 1)[1],
        rule="XECE-11",
        what=what,
        anchor="arrest",
        anchored_on=date(2026, 12, 2),
        estimated=False,
        due=OPENED + timedelta(days=12 + due),
        effect="may",
        then=then,
        source="ETS 024 art. 16(4)",
        url="https://www.coe.int/",
        started_at=OPENED,
        state=state,
    )


def dossier() -> Dossier:
    """The case late in its course. Change it with model_copy(update=...)."""
    cards = cards_of(load_lawbook())
    filed = FiledRequest(draft=draft(), version=1, sealed_annex=digest("sealed annex"))
    record = recorded()
    return Dossier(
        reference=REFERENCE,
        case=CaseRow(
            reference=REFERENCE,
            kind="extradition",
            requested_state="XN",
            drafter="prosecutor",
            status="open",
            version=1,
            request=digest("request"),
            foreign_reference="XN-EXT 2026/88",
            channel="folder",
            opened_at=OPENED,
            changed_at=record.at,
        ),
        request=filed,
        assessment=law(),
        requesting=cards.states["XV"],
        requested=cards.states["XN"],
        instruments=tuple(
            cards.instruments[each.instrument] for each in draft().legal_basis if each.instrument in cards.instruments
        ),
        measures={},
        words=cards.words,
        states={"XB": cards.states["XB"]} if "XB" in cards.states else {},
        officials=officials(),
        acts=tuple(record.acts),
        events=(),
        tasks=(),
        documents=(
            _row(2, DocumentType.STATEMENT_OF_OFFENCES, "statement of offences", 3),
            _row(3, DocumentType.LAW_CERTIFICATE, "law certificate", 2),
            _row(4, DocumentType.IDENTITY_DOSSIER, "identity dossier", 2),
            _row(5, DocumentType.ASSURANCE_LETTER, "assurance letter", 1),
            _row(6, DocumentType.EXTRADITION_REQUEST, "formal request", 6, "signed formal request"),
        ),
        items=(),
        manifests={},
        messages=(),
        transmissions=tuple(
            TransmissionRow(
                transmission=kind,
                reference=REFERENCE,
                kind=kind,
                channel="folder",
                package=digest(kind),
                prepared_at=OPENED + timedelta(days=day),
                dispatched_at=OPENED + timedelta(days=day),
                place="outbox",
            )
            for day, kind in ((3, "provisional-arrest"), (20, "request"))
        ),
        clocks=(
            _clock(FREE, "provisional arrest", 18, "the person may be freed", "ran-out"),
            _clock(RELEASE, "provisional arrest", 40, "the person must be freed", "running"),
        ),
        ledger_size=64,
        ledger_head=sha256(b"head").hexdigest(),
        demo=True,
    )


DONE: dict[str, JsonValue] = {
    "required": [item for item, *_ in PAPERS],
    "present": ["arrest_warrant", "law_text"],
    "supplied": {"description": "c04", "law_text": "c05"},
    "missing": ["statement_of_offences"],
}
KNOWN: dict[str, JsonValue] = {"assessment": digest("assessment")}
FACTS: dict[DocumentType, dict[str, JsonValue]] = {
    DocumentType.PROVISIONAL_ARREST_REQUEST: KNOWN,
    DocumentType.EXTRADITION_REQUEST: KNOWN
    | DONE
    | {
        "annexes": [
            digest(name)
            for name in ("statement of offences", "law certificate", "identity dossier", "assurance letter")
        ],
        "to_follow": ["statement_of_offences"],
        "arrested_on": "2026-12-02",
    },
    DocumentType.STATEMENT_OF_OFFENCES: KNOWN,
    DocumentType.LAW_CERTIFICATE: KNOWN,
    DocumentType.IDENTITY_DOSSIER: KNOWN,
    DocumentType.ASSURANCE_LETTER: KNOWN,
    DocumentType.DOSSIER_STATUS: DONE,
    DocumentType.CLOCK_NOTICE: {
        "clock": FREE,
        "rule": "XECE-11",
        "source": "ETS 024 art. 16(4)",
        "effect": "may",
        "then": "the person may be freed",
        "from": "arrest",
        "due": "2026-12-20T00:00:00+00:00",
        "estimated": False,
    },
    DocumentType.STATUS_QUERY: {"act": act("ask-status")},
    DocumentType.CONSENT_RECORD: {"act": act("report-consent"), "renounces_speciality": False},
    DocumentType.DECISION_NOTICE: {
        "act": act("report-decision"),
        "granted": [1],
        "refused": [{"offence": 2, "ground": "territoriality"}],
        "demanded": [],
        "surrender": "immediate",
        "days_detained": 40,
        "final": True,
    },
    DocumentType.SURRENDER_NOTICE: {
        "act": act("report-not-collected"),
        "notice": "not-collected",
        "beyond_control": True,
    },
    DocumentType.HANDOVER_PROTOCOL: {
        "act": act("report-surrender"),
        "surrendered_at": "2027-02-01T09:40:00+00:00",
        "days_detained": 61,
        "temporary": False,
        "property_announced": True,
    },
    DocumentType.TRANSIT_REQUEST: {"act": act("request-transit"), "through": "XB"},
    DocumentType.SPECIALITY_WAIVER_REQUEST: {"act": act("request-waiver"), "statement_recorded": True},
    DocumentType.REEXTRADITION_REQUEST: {"act": act("request-reextradition"), "to": "XB"},
    DocumentType.PROSECUTION_REQUEST: {"act": act("request-prosecution")},
}
