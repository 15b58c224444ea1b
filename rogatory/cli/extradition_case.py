"""What the ledger says of an extradition, gathered for the commands that show it and for those that act in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from rogatory.cli.output import line, say
from rogatory.errors import RefusedError, UsageError
from schemas.extradition import ExtraditionDraft

if TYPE_CHECKING:
    from rogatory.custody.ledger import Entry
    from rogatory.desk import Desk
    from rogatory.law.model import Lawbook
    from schemas.assessment import Finding, LegalAssessment

CLOCK_WORDS = {"may": "then may", "must": "then must", "ends": "then ends by itself", "minimum": "not before"}
"""The effect of a period that ran out, as lists show it."""


@dataclass(frozen=True)
class Extradition:
    """One case of extradition, as its ledger and its request tell."""

    desk: "Desk"
    reference: str
    draft: ExtraditionDraft

    @cached_property
    def entries(self) -> "list[Entry]":
        """The case's own lines, in order."""
        from rogatory.custody.ledger import parse_line

        lines = (parse_line(text) for text in self.desk.ledger.lines(self.reference))
        return [entry for entry in lines if entry.chain == self.reference]

    def told(self, event: str) -> "list[Entry]":
        """The lines of that event, in order."""
        return [entry for entry in self.entries if entry.event == event]

    def words(self, entry: "Entry") -> dict[str, str]:
        """The withheld words of an act, where they were not erased."""
        from rogatory.custody.statement import words_of

        if entry.act is None:
            return {}
        return words_of(self._disclosed.get(entry.entry_id, ()), entry.act)

    @cached_property
    def _disclosed(self) -> dict[str, tuple[str, ...]]:
        return self.desk.ledger.disclosures(self.reference)

    @cached_property
    def assessment(self) -> "LegalAssessment":
        """Of the version in force. Raises UsageError before there is one."""
        from schemas.assessment import LegalAssessment

        assessed = self.told("assessed")
        if not assessed:
            raise UsageError(f"{self.reference} has not been assessed yet.", "Repeat the command in a moment.")
        stored = self.desk.vault.read(self.reference, str(assessed[-1].facts["assessment"]))
        return LegalAssessment.model_validate_json(stored)

    @property
    def supplied(self) -> dict[str, int]:
        """Papers of the dossier supplied after filing: word to pages."""
        return {str(entry.facts["item"]): _number(entry.facts.get("pages")) for entry in self.told("supply")}

    @property
    def missing(self) -> list[str]:
        """What the law asks for with the formal request and nobody has supplied, in the law's order."""
        there = {*self.supplied, *(paper.item for paper in self.draft.dossier)}
        return [item for item in dict.fromkeys(paper.item for paper in self.assessment.dossier) if item not in there]

    @property
    def decision(self) -> "Entry | None":
        """The last decision told."""
        return next(reversed(self.told("report-decision")), None)

    @property
    def granted(self) -> tuple[int, ...]:
        """The offences for which surrender was granted, by number."""
        found = self.decision.facts.get("granted") if self.decision else None
        return tuple(_number(each) for each in found) if isinstance(found, list) else ()

    @property
    def refused(self) -> dict[int, str]:
        """Number of an offence refused to the ground."""
        found = self.decision.facts.get("refused") if self.decision else None
        rows = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
        return {_number(row.get("offence")): str(row.get("ground")) for row in rows}

    def answers(self, told: str, names: str) -> dict[str, bool]:
        """Command ids of requests for consent that were answered, by the answers told: given or not."""
        return {str(entry.facts.get(names)): entry.facts.get("granted") is True for entry in self.told(told)}

    def stands_at(self) -> str:
        """Where the person is in the procedure, in words."""
        row = self.desk.register.case(self.reference)
        happened = [word for event, word in _HAPPENED if self.told(event)]
        return f"{row.status}" + (f"; {happened[-1]}" if happened else "")

    def number(self, offence: int) -> int:
        """The number, if the request has such an offence. Raises UsageError."""
        count = len(self.draft.offences)
        if not 1 <= offence <= count:
            raise UsageError(
                f"The request has no offence {offence}.",
                f"It has {count}: "
                + "; ".join(f"{n} {line(each.title)}" for n, each in enumerate(self.draft.offences, 1)),
            )
        return offence

    def judge(self, lawbook: "Lawbook", step: str, facts: dict[str, object]) -> "tuple[Finding, ...]":
        """What the law holds against a later step of this case."""
        from rogatory.law.requirements import Requirements

        return Requirements(lawbook).judge(step, facts, self.assessment.instruments, "extradition", datetime.now(UTC))


_HAPPENED = (
    ("report-not-found", "not found"),
    ("report-arrest", "arrested"),
    ("report-decision", "decided"),
    ("appoint", "surrender appointed"),
    ("report-not-collected", "not taken over"),
    ("report-surrender", "surrendered"),
    ("report-discharge", "discharged, free to leave"),
    ("report-departure", "left"),
)


def extradition(desk: "Desk", reference: str) -> Extradition:
    """The case, if it is one of extradition. Raises NotFoundError, UsageError."""
    row = desk.register.case(reference)
    draft = desk.request(reference).draft
    if not isinstance(draft, ExtraditionDraft):
        raise UsageError(f"{reference} is no request for extradition but for {row.kind}.", "See: rogatory case list")
    return Extradition(desk, reference, draft)


def id_of(entry: "Entry") -> str:
    """The command id of the act on that line."""
    return entry.entry_id.rpartition("/")[2]


def law_of(desk: "Desk") -> "Lawbook":
    """The law data of this installation."""
    from rogatory.law.registry import load_lawbook

    return load_lawbook(desk.profile.home / "law")


def show_findings(findings: "Iterable[Finding]") -> None:
    """What the law holds against something, one line each with its article."""
    for finding in findings:
        say(f"  The law: {line(finding.message)}  ({finding.source})")
        if finding.fix:
            say(f"           {line(finding.fix)}")


def speciality_told(case: Extradition, lawbook: "Lawbook", error: RefusedError) -> RefusedError:
    """The refusal of a charge, with the rule that forbids it and what would allow it."""
    facts: dict[str, object] = {"granted": False, "consent": False, "renounced": False, "returned": False}
    found = case.judge(lawbook, "charge", facts)
    rule = "; ".join(dict.fromkeys(f"{finding.source}: {line(finding.message)}" for finding in found[:2]))
    error.hint = f"{rule}\n  Ask for consent: rogatory extradition waiver {case.reference} --title T --provision P ..."
    return error


def day_of(text: str | None, flag: str) -> date | None:
    """A day. Raises UsageError naming the flag."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f'{flag}: "{line(text)}" is not a date.', "Write it as YYYY-MM-DD, e.g. 2026-11-22."
        ) from error


def the_day(text: str, flag: str) -> date:
    """The same for a flag that must be given."""
    found = day_of(text, flag)
    assert found is not None
    return found


def moment_of(text: str | None, flag: str) -> datetime | None:
    """A moment with its zone. Raises UsageError naming the flag."""
    if text is None:
        return None
    example = "Write it with its zone, e.g. 2026-11-22T09:30+01:00."
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'{flag}: "{line(text)}" is not a moment.', example) from error
    if found.tzinfo is None:
        raise UsageError(f'{flag}: "{line(text)}" names no zone.', example)
    return found


def known_word(word: str, words: dict[str, str], what: str) -> str:
    """The word, if the law data have it. Raises UsageError with the nearest."""
    from rogatory.law.schema_faults import nearest

    if word not in words:
        raise UsageError(f'"{line(word)}" is no {what}.{nearest(word, words)}', "One of: " + ", ".join(words))
    return word


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
