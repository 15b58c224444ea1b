"""What the pages of one case show, gathered from register, ledger and vault; nothing sealed is opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import JsonValue

from activities.dossier import Cards, DossierReader
from rogatory.custody.ledger import Entry, parse_line
from rogatory.desk import Desk
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views_review import review_memo
from rogatory.errors import RogatoryError
from schemas.documents import DocumentOrder, DocumentType
from schemas.register import CaseRow, DocumentRow, ItemRow, TaskRow, TimelineEvent

ASIDE = frozenset({"task-opened", "task-closed", "package-made"})
"""Events that only repeat what stands beside them."""
CUSTODY = {
    "receive": "received",
    "offer": "offered",
    "accept": "accepted",
    "refuse-custody": "refused",
    "resolve": "discrepancy decided",
    "sign-off": "signed off",
}
SAID = {"ask": "question", "reply": "answer"}
"""Acts that carry correspondence, and the field that holds its words."""


@dataclass(frozen=True)
class Custody:
    """An item of evidence with its hands."""

    row: ItemRow
    name: str
    events: list[dict[str, object]]


@dataclass(frozen=True)
class Letter:
    """One piece of correspondence."""

    at: datetime
    what: str
    by: str
    words: str


@dataclass(frozen=True)
class CaseFile:
    """A case as its page shows it."""

    case: CaseRow
    timeline: list[TimelineEvent]
    documents: list[DocumentRow]
    tasks: list[TaskRow]
    letters: list[Letter]
    items: list[Custody]
    requested: str
    memo: Mapping[str, JsonValue] = field(default_factory=dict)
    """The review memorandum's own context; empty where the case has no assessment (any more)."""
    missing: str = ""
    """Why there is no memo."""


class CaseFiles:
    """Makes them; the law's names are read once, when the inbox starts."""

    def __init__(self, desk: Desk, cards: Cards) -> None:
        self._desk = desk
        self._reader = DossierReader(desk.ledger, desk.register, desk.vault, desk.anchors, cards)
        self.states = {code: card.name for code, card in cards.states.items()}

    def of(self, case: CaseRow) -> CaseFile:
        """The file of a case. A vault that lost something costs what it held, and the page says so."""
        reference, register = case.reference, self._desk.register
        entries = [e for e in map(parse_line, self._desk.ledger.lines(reference)) if e.chain == reference]
        documents = register.documents(reference)
        memo: Mapping[str, JsonValue] = {}
        dossier, missing = None, ""
        try:
            order = self._order(case, entries, documents)
            dossier = self._reader.read(order)
            memo = review_memo(order, dossier)
        except RogatoryError as error:
            missing = str(error)
        return CaseFile(
            case=case,
            timeline=[event for event in register.timeline(reference) if event.event not in ASIDE],
            documents=documents,
            tasks=[task for task in register.tasks(reference=reference) if task.state != "closed"],
            letters=_letters(dossier) if dossier else [],
            items=[
                Custody(row, _name(dossier, row), [_event(e) for e in entries if _about(e, row.item)])
                for row in register.items(reference)
            ],
            requested=self.states.get(case.requested_state, case.requested_state),
            memo=memo,
            missing=missing,
        )

    def _order(self, case: CaseRow, entries: list[Entry], documents: list[DocumentRow]) -> DocumentOrder:
        """As the workflow orders a review memorandum, of the version in force."""
        versions = [
            str(entry.facts["request"])
            for entry in entries
            if entry.event in {"request-opened", "correct"} and isinstance(entry.facts.get("request"), str)
        ]
        earlier = versions[: versions.index(case.request)] if case.request in versions else []
        letter = next((row.digest for row in reversed(documents) if row.type.startswith("letter")), case.request)
        return DocumentOrder(
            reference=case.reference,
            document=DocumentType.REVIEW_MEMO,
            order_id=f"{case.reference}/inbox",
            request=case.request,
            previous_request=earlier[-1] if earlier else None,
            version=case.version,
            at=datetime.now(UTC),
            facts={"letter": letter},
        )


def _letters(dossier: Dossier) -> list[Letter]:
    """What went out and came in, the oldest first; erased words are left out."""
    sent = [
        Letter(row.dispatched_at, row.kind, row.channel, row.place or "")
        for row in dossier.transmissions
        if row.dispatched_at is not None
    ]
    said = [
        Letter(act.at, act.act, act.by, act.words.get(SAID.get(act.act, ""), _short(act)))
        for act in dossier.acts
        if act.act in {*SAID, "acknowledge"}
    ]
    return sorted([*sent, *said], key=lambda letter: letter.at)


def _short(act: Act) -> str:
    return (
        f"{act.facts.get('foreign_reference', '')} ({act.facts.get('received_on', '')})" if act.act not in SAID else ""
    )


def _name(dossier: Dossier | None, row: ItemRow) -> str:
    manifest = dossier.manifests.get(row.manifest) if dossier else None
    return next((each.name for each in manifest.items if each.item == row.item), "") if manifest else ""


def _about(entry: Entry, item: str) -> bool:
    """A receipt names its items in a list, a sign-off covers all, the other acts name one."""
    if entry.event not in CUSTODY:
        return False
    named = entry.facts.get("items")
    listed = named if isinstance(named, list) else []
    return (
        entry.event == "sign-off"
        or entry.facts.get("item") == item
        or any(isinstance(each, dict) and each.get("item") == item for each in listed)
    )


def _event(entry: Entry) -> dict[str, object]:
    return {
        "line": entry.seq,
        "at": entry.at,
        "what": CUSTODY[entry.event],
        "by": entry.facts.get("by", ""),
        "to": entry.facts.get("to") or entry.facts.get("holder") or "",
    }
