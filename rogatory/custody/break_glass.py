"""Break-glass: a letter that cannot wait goes without its reviewers, by two officials who answer for it afterwards.

1. Only in a review whose opening line says so: it names the letter's type, as the catalogue of documents allows it.
2. Two officials, two persons, two units, about one letter; neither drafted it or decided on it, each in person.
3. They stand in for the reviewers alone: the signatory still signs, and is a further person.
4. From the second act on a review is owed, by a person who neither broke the glass, drafted nor signed the letter.
5. What was not upheld stands until the case is withdrawn, or somebody without a part in it decides to go on.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import JsonValue

from rogatory.custody.ledger import Entry, persons_of
from rogatory.errors import RefusedError
from schemas.break_glass import BREAK_GLASS_ACTS, BreakGlass, GoOn, ReviewBreakGlass
from schemas.identifiers import Role

Facts = Mapping[str, JsonValue]

BREAK, REVIEW, GO_ON = BreakGlass.ACT, ReviewBreakGlass.ACT, GoOn.ACT
AFTERWARDS = {kind.ACT for kind in BREAK_GLASS_ACTS}
NEEDED = 2
UPHELD = "upheld"


@dataclass
class Broken:
    """One letter under review, and who let it go without its reviewers."""

    task: str
    letter: str
    hours: int
    """Within which it is reviewed."""
    units: list[str] = field(default_factory=list)
    persons: set[str] = field(default_factory=set)
    """Who broke the glass."""
    signers: set[str] = field(default_factory=set)
    """Who signed the letter."""
    at: datetime | None = None
    """When the second act made it count."""
    verdict: str | None = None
    """upheld | not-upheld"""
    reviewed_at: datetime | None = None
    reviewers: set[str] = field(default_factory=set)
    gone_on: bool = False

    @property
    def counts(self) -> bool:
        """Whether both acts are there."""
        return self.at is not None

    @property
    def owed(self) -> str | None:
        """What a person still owes: review-break-glass, or go-on (or withdraw); None where nothing is."""
        if not self.counts or self.verdict == UPHELD or self.gone_on:
            return None
        return REVIEW if self.verdict is None else GO_ON

    def due_of(self, what: str) -> datetime:
        """When the review, or the decision after it, is due. Call it where both acts are there."""
        since = self.at if what == REVIEW else self.reviewed_at
        assert since
        return since + timedelta(hours=self.hours)


class Glass:
    """Every glass broken in one case, by review."""

    def __init__(self) -> None:
        self._broken: dict[str, Broken] = {}
        self._types: dict[str, str] = {}
        """Of each document drawn up, by digest: what a review says of its letter is held against it."""

    def broken(self) -> Iterator[Broken]:
        """Those that count, in order."""
        return (each for each in self._broken.values() if each.counts)

    def stands_in(self, task: str) -> bool:
        """Whether the approvals of that review are replaced."""
        return task in self._broken and self._broken[task].counts

    def check_break(self, task: str, facts: Facts, opened: Facts, approvals_lacking: bool, unit: str | None) -> None:
        """Returns when the glass may be broken by one more; `unit` is theirs by the directory.

        Raises:
            RefusedError: Forbidden, Superseded, AlreadyDecided, FourEyes.
        """
        rule = rule_of(opened)
        if rule is None or rule[0] != self._types.get(str(opened.get("letter"))):
            raise RefusedError(
                "Forbidden",
                f"The letter of {task} is of no type that may do without its reviewers.",
                "Have a reviewer approve it, or a delegate: rogatory officials delegate",
            )
        if facts.get("letter") != opened.get("letter"):
            raise RefusedError("Superseded", f"The act is about another letter than the one {task} is about.")
        if not approvals_lacking:
            raise RefusedError("AlreadyDecided", f"The approvals of {task} are in.", "The signatory signs now.")
        before = self._broken.get(task)
        if before and before.counts:
            raise RefusedError(
                "AlreadyDecided", f"Two officials broke the glass in {task} already.", "The signatory signs now."
            )
        if unit is None or facts.get("unit") != unit:
            raise RefusedError(
                "Forbidden",
                f"The directory names no such unit of {str(facts.get('by'))[:40]}.",
                "Only an official whose unit is known breaks the glass: rogatory officials list",
            )
        if before and unit in before.units:
            raise RefusedError("FourEyes", f"Both would be of the unit {unit}.", "An official of another unit must.")

    def check_signing(self, task: str, facts: Facts) -> None:
        """Refuses a decision by who has reviewed, in that task, that the glass was broken. Raises RefusedError."""
        if task in self._broken and persons_of(facts) & self._broken[task].reviewers:
            raise RefusedError(
                "FourEyes", f"Who reviewed the broken glass of {task} does not decide on it.", "Another person must."
            )

    def check_after(self, event: str, facts: Facts, drafter: str | None, *, closed: bool) -> None:
        """Returns when such a review, or such a decision to go on, may come next.

        Raises:
            RefusedError: NotFound, Superseded, AlreadyDecided, WrongStage, FourEyes.
        """
        name = str(facts.get("review"))
        found = self._broken.get(name)
        if found is None or not found.counts:
            raise RefusedError("NotFound", f"No glass was broken in {name[:80]}.", "See: rogatory case deadlines")
        if facts.get("letter") != found.letter:
            raise RefusedError("Superseded", f"The glass of {name} was broken for another letter.")
        if event == REVIEW and found.verdict:
            raise RefusedError("AlreadyDecided", f"The broken glass of {name} was reviewed: {found.verdict}.")
        if event == GO_ON and (found.owed != GO_ON or closed):
            raise RefusedError(
                "WrongStage", f"There is nothing to go on with in {name}: {self._stands(found, closed)}."
            )
        if persons_of(facts) & (found.persons | found.signers | {str(drafter)}):
            raise RefusedError(
                "FourEyes",
                f"Who drafted or signed the letter of {name}, or broke the glass, does not judge that.",
                "Another signatory does, or a registrar.",
            )

    def _stands(self, found: Broken, closed: bool) -> str:
        return "the case is closed" if closed else f"it is {found.verdict}" if found.verdict else "no review yet"

    def refuse_unreviewed(self, what: str) -> None:
        """Raises RefusedError BreakGlassOpen while somebody owes a review, or a decision after it."""
        for each in self.broken():
            if each.owed == REVIEW:
                hint = (
                    "Another signatory, or a registrar: rogatory task review-break-glass REF --verdict ... --note ..."
                )
                raise RefusedError("BreakGlassOpen", f"No {what} yet: a broken glass is not reviewed.", hint)
            if each.owed == GO_ON:
                hint = "Withdraw the case, or have another decide: rogatory task go-on REF --reason ..."
                raise RefusedError("BreakGlassOpen", f"No {what} yet: a broken glass was not upheld.", hint)

    def apply(self, entry: Entry, opened: Facts | None) -> None:
        """Takes in the next line; `opened` are the facts by which its task was opened."""
        facts = entry.facts
        if entry.event == "document-made":
            self._types[str(facts.get("digest"))] = str(facts.get("type"))
        elif entry.event == BREAK and opened is not None:
            rule = rule_of(opened)
            hours = rule[1] if rule else 0
            each = self._broken.setdefault(entry.task, Broken(entry.task, str(facts.get("letter")), hours))
            each.units.append(str(facts.get("unit")))
            each.persons |= persons_of(facts)
            if len(each.units) == NEEDED:
                each.at = entry.at
        elif entry.event == "decide" and entry.task in self._broken and facts.get("role") == Role.SIGNATORY:
            self._broken[entry.task].signers |= persons_of(facts)
        elif entry.event in AFTERWARDS and (found := self._broken.get(str(facts.get("review")))):
            if entry.event == GO_ON:
                found.gone_on = True
            else:
                found.verdict, found.reviewed_at = str(facts.get("verdict")), entry.at
                found.reviewers |= persons_of(facts)


def rule_of(opened: Facts) -> tuple[str, int] | None:
    """The type of letter a review may lose its reviewers for, and the hours to the review owed; None: it may not."""
    rule = opened.get("break_glass")
    if not isinstance(rule, dict):
        return None
    hours = rule.get("hours")
    return (str(rule.get("type")), hours) if isinstance(hours, int) and hours > 0 else None


def stand_in(acts: Collection[Entry], letter: str, seen: Collection[str]) -> frozenset[str]:
    """The persons who, by these break-glass acts of a review, stand in for its reviewers; empty where they do not."""
    mine = [entry.facts for entry in acts if entry.facts.get("letter") == letter]
    persons = frozenset(person for facts in mine for person in persons_of(facts))
    units = {facts.get("unit") for facts in mine if facts.get("unit")}
    enough = len(mine) == len(persons) == len(units) == NEEDED
    return persons if enough and not persons & set(seen) else frozenset()
