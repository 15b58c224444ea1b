"""Gathers what a document may show of a case: request (vault), acts (ledger), rows (register)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from rogatory.custody.ledger import Entry, parse_line
from rogatory.custody.statement import words_of
from rogatory.documents.dossier import Act, Dossier, InstrumentCard, LawWords, MeasureCard, StateCard
from rogatory.documents.sealed import sealed_names
from rogatory.ports import Anchors, CaseLedger, EvidenceVault, Register
from schemas.assessment import LegalAssessment
from schemas.documents import DocumentOrder
from schemas.evidence import DeliveryManifest
from schemas.extradition import ExtraditionDraft
from schemas.filed import AnyDraft, FiledRequest
from schemas.identifiers import Role


@dataclass(frozen=True)
class Cards:
    """States, instruments and measures as documents name them; made from the law data by worker.py."""

    states: Mapping[str, StateCard]
    instruments: Mapping[str, InstrumentCard]
    measures: Mapping[str, MeasureCard]
    words: LawWords


class DossierReader:
    """Reads one case; writes nothing."""

    def __init__(
        self, ledger: CaseLedger, register: Register, vault: EvidenceVault, anchors: Anchors, cards: Cards
    ) -> None:
        self._ledger, self._register, self._vault, self._anchors = ledger, register, vault, anchors
        self._cards = cards

    def read(self, order: DocumentOrder) -> Dossier:
        """The dossier as far as the order's document may speak of it."""
        reference = order.reference
        filed = self._request(reference, order.request)
        draft = filed.draft
        entries = [e for e in map(parse_line, self._ledger.lines(reference)) if e.chain == reference]
        items = self._register.items(reference)
        return Dossier(
            reference=reference,
            case=self._register.case(reference),
            request=filed,
            previous=self._request(reference, order.previous_request) if order.previous_request else None,
            assessment=self._assessment(order, entries),
            requesting=self._cards.states[draft.from_state],
            requested=self._cards.states[draft.to_state],
            instruments=tuple(
                self._cards.instruments[basis.instrument]
                for basis in draft.legal_basis
                if basis.instrument in self._cards.instruments
            ),
            measures={
                measure.type: self._cards.measures[measure.type]
                for measure in draft.measures
                if measure.type in self._cards.measures
            },
            words=self._cards.words,
            states=self._named_states(order, draft),
            officials=self._ledger.officials(),
            acts=self._acts(reference, entries),
            events=tuple(self._register.timeline(reference)),
            tasks=tuple(self._register.tasks(reference=reference, open_only=False)),
            documents=tuple(self._register.documents(reference)),
            items=tuple(items),
            exhibits=tuple(self._register.exhibits(reference)),
            manifests={
                digest: DeliveryManifest.model_validate_json(self._vault.read(reference, digest))
                for digest in {item.manifest for item in items}
            },
            messages=tuple(self._register.messages(reference)),
            transmissions=tuple(self._register.transmissions(reference)),
            clocks=tuple(self._register.clocks(reference=reference, open_only=False)),
            ledger_size=len(entries),
            ledger_head=entries[-1].digest if entries else "",
            demo=self._anchors.own().demo,
        )

    def sealed_names(self, order: DocumentOrder) -> list[str]:
        """The sealed names of protected persons, which no document may show."""
        annex = self._request(order.reference, order.request).sealed_annex
        return sealed_names(self._vault.read(order.reference, annex)) if annex else []

    def _request(self, reference: str, digest: str) -> FiledRequest:
        return FiledRequest.model_validate_json(self._vault.read(reference, digest))

    def _named_states(self, order: DocumentOrder, draft: AnyDraft) -> dict[str, StateCard]:
        """The cards of states other than the two: those the order or the draft names."""
        named = [order.facts.get("through"), order.facts.get("to")]
        if isinstance(draft, ExtraditionDraft):
            named += [*draft.transit_states, *(each.state for each in draft.competing_requests)]
        return {str(code): self._cards.states[str(code)] for code in named if code in self._cards.states}

    def _assessment(self, order: DocumentOrder, entries: list[Entry]) -> LegalAssessment | None:
        """The one the order names, else the ledger's for its version: law corrected later changes no letter."""
        recorded = [
            each.facts for each in entries if each.event == "assessed" and each.facts.get("version") == order.version
        ]
        digest = order.facts.get("assessment") or (recorded[-1].get("assessment") if recorded else None)
        if not isinstance(digest, str):
            return None
        return LegalAssessment.model_validate_json(self._vault.read(order.reference, digest))

    def _acts(self, reference: str, entries: list[Entry]) -> tuple[Act, ...]:
        disclosed = self._ledger.disclosures(reference)
        acts = []
        for entry in entries:
            if entry.act is None:
                continue
            facts = entry.facts
            acts.append(
                Act(
                    sequence=entry.seq,
                    at=entry.at,
                    task=str(facts["task"]),
                    act="submit" if entry.event == "request-opened" else entry.event,
                    by=str(facts["by"]),
                    role=Role(str(facts["role"])),
                    command_id=entry.entry_id.rsplit("/", 1)[-1],
                    facts=facts,
                    words=words_of(disclosed.get(entry.entry_id, ()), entry.act),
                    statement=f"sha256:{hashlib.sha256(entry.act.encode()).hexdigest()}",
                    line=f"sha256:{entry.digest}",
                )
            )
        return tuple(acts)
