"""What the law says of a case beyond its faults: what to cite, what runs, what may be refused, what to send. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rogatory.law.model import HOUSE, Lawbook, Rule, Treaty
from rogatory.law.situation import at, dicts
from rogatory.law.standing import REFUSED
from schemas.assessment import (
    AssuranceDue,
    Basis,
    Citation,
    Clock,
    Consultation,
    DossierItem,
    Ground,
    UseLimit,
)

_UNDERTAKEN = {
    "reciprocity": "reciprocity",
    "use_limitation": "use_limitation",
    "death_penalty": "death_penalty_excluded",
}
"""Assurances a draft gives by a field of its undertakings."""


@dataclass(frozen=True)
class Answers:
    """The values of the rules that hold for one draft."""

    lawbook: Lawbook
    draft: dict[str, Any]
    bases: tuple[Basis, ...]
    """The governing one first."""
    rules: tuple[tuple[Treaty, Rule], ...]
    """That hold for the case, of the governing instrument first."""

    def citations(self) -> tuple[Citation, ...]:
        """One a topic: the first rule on it of the governing instrument, else of the next."""
        found: dict[str, Citation] = {}
        for treaty, rule in self.rules:
            if rule.topic and rule.topic not in found and treaty.id != HOUSE:
                found[rule.topic] = Citation(
                    topic=rule.topic,
                    article=rule.article.removeprefix("art. "),
                    instrument=treaty.id,
                    short=treaty.short,
                    rule=rule.id,
                )
        return tuple(found.values())

    def clocks(self) -> tuple[Clock, ...]:
        """Every period the instruments set; of one that is not in force, or does not bind both states, none starts."""
        idle = {basis.instrument for basis in self.bases if basis.standing in REFUSED}
        return tuple(
            Clock(
                rule=rule.id,
                instrument=treaty.id,
                source=rule.source,
                url=rule.url,
                checked_on=rule.checked.on if rule.checked else None,
                **clock.model_dump(),
            )
            for treaty, rule in self.rules
            if treaty.id not in idle
            for clock in rule.clocks
        )

    def grounds(self) -> tuple[Ground, ...]:
        """Every ground on which what is asked may, must or may never be refused."""
        asked = {str(measure.get("type")) for measure in dicts(self.draft.get("measures"))}
        asked.add(str(self.draft.get("purpose")))
        return tuple(
            Ground(
                ground=ground.ground,
                title=self.lawbook.words.grounds.get(ground.ground, ground.ground),
                nature=ground.nature,
                condition=ground.condition,
                rule=rule.id,
                source=rule.source,
                cured_by=ground.cured_by,
            )
            for _, rule in self.rules
            for ground in rule.grounds
            if not ground.purposes or asked & set(ground.purposes)
        )

    def consultation(self) -> Consultation | None:
        """Whether the governing instrument, or one of its family, asks for consultation."""
        found = [rule for rule in self._governing() if rule.consult]
        for rule in sorted(found, key=lambda rule: bool(rule.consult and rule.consult.grounds)):
            if rule.consult:
                return Consultation(
                    refusal=rule.consult.refusal,
                    postponement=rule.consult.postponement,
                    rule=rule.id,
                    source=rule.source,
                )
        return None

    def use(self) -> UseLimit | None:
        """How far the governing instrument, or one of its family, limits use."""
        for rule in self._governing():
            if rule.use:
                return UseLimit(
                    limit=rule.use.limit, exculpatory=rule.use.exculpatory, rule=rule.id, source=rule.source
                )
        return None

    def assurances(self) -> tuple[AssuranceDue, ...]:
        """Assurances the facts call for, one a kind."""
        found: dict[str, AssuranceDue] = {}
        for _, rule in self.rules:
            due = rule.assurance
            if due is not None and due.kind not in found:
                found[due.kind] = AssuranceDue(
                    kind=due.kind,
                    title=self.lawbook.words.assurances.get(due.kind, due.kind),
                    why=due.why,
                    given=self._given(due.kind),
                    rule=rule.id,
                    source=rule.source,
                )
        return tuple(found.values())

    def dossier(self) -> tuple[DossierItem, ...]:
        """The papers an extradition request must contain for a person of this status, one an item."""
        status = at(self.draft, "person_sought/status")
        present = {paper.get("item") for paper in dicts(self.draft.get("dossier"))}
        found: dict[str, DossierItem] = {}
        for _, rule in self.rules:
            for paper in rule.dossier:
                if paper.item not in found and (not paper.statuses or status in paper.statuses):
                    found[paper.item] = DossierItem(
                        item=paper.item,
                        title=paper.title,
                        present=paper.item in present,
                        rule=rule.id,
                        source=rule.source,
                    )
        return tuple(found.values())

    def _governing(self) -> Iterator[Rule]:
        """Rules of the instrument that governs, then of those that supplement it or that it supplements."""
        if not self.bases:
            return
        first = self.lawbook.treaties[self.bases[0].instrument]
        yield from (rule for treaty, rule in self.rules if treaty.id == first.id)
        for treaty, rule in self.rules:
            if treaty.supplements == first.id or first.supplements == treaty.id:
                yield rule

    def _given(self, kind: str) -> bool:
        if any(each.get("kind") == kind for each in dicts(self.draft.get("assurances"))):
            return True
        field = _UNDERTAKEN.get(kind)
        return field is not None and at(self.draft, f"undertakings/{field}") is True
