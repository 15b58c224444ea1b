"""Erasure: what the ledger needs in order to verify is never erased, what names persons can be.

1. Words are erased by another person than the one who wrote them.
2. The content of a case is erased after its close, by a custodian, upon an order the signatory signed before, on the
   same basis; they are two persons.
3. While an item is to be retained, or was not returned though that is owed, nothing of the case is erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from rogatory.custody.ledger import Entry, persons_of
from rogatory.errors import RefusedError

Facts = Mapping[str, JsonValue]
STANDING = {"retain", "return"}
"""Duties that forbid to erase until they are discharged."""


@dataclass(frozen=True)
class Ordered:
    """An order to erase."""

    persons: frozenset[str]
    basis: str


class Erasures:
    """What of one case was erased, and what was ordered to be."""

    def __init__(self) -> None:
        self._authors: dict[str, frozenset[str]] = {}
        """Digest of a signed line: the persons behind it."""
        self.ordered: Ordered | None = None
        self.erased_by: int | None = None
        """The line by which all content was erased."""

    def check(self, act: str, facts: Facts, *, closed: bool, duties: Iterable[tuple[str, str]]) -> None:
        """Returns when the act fits; `duties` are items with what is still owed for them.

        Raises:
            RefusedError: NotFound, FourEyes, WrongStage, Retained, NotOrdered, AlreadyDecided.
        """
        persons = persons_of(facts)
        if act == "erase-words":
            author = self._authors.get(str(facts.get("line")))
            if author is None:
                raise RefusedError("NotFound", "No line of the case with withheld words has that digest.")
            if author & persons:
                raise RefusedError("FourEyes", "Who wrote the words does not erase them.", "Another official must.")
            return
        if not closed:
            raise RefusedError("WrongStage", "The case is not closed; its content is needed.")
        if self.erased_by is not None:
            raise RefusedError("AlreadyDecided", f"The content was erased by line {self.erased_by}.")
        standing = [f"{item}: {duty}" for item, duty in duties if duty in STANDING]
        if standing:
            raise RefusedError("Retained", f"What is owed forbids it: {', '.join(standing[:5])}.")
        if act == "erase-content":
            if self.ordered is None or self.ordered.basis != facts.get("basis"):
                raise RefusedError(
                    "NotOrdered", "No order on that basis is on record.", "The signatory orders it first."
                )
            if self.ordered.persons & persons:
                raise RefusedError("FourEyes", "Who ordered the erasure does not carry it out.")

    def apply(self, entry: Entry) -> None:
        """Takes in what is on the ledger."""
        facts = entry.facts
        if entry.act is not None:
            self._authors[f"sha256:{entry.digest}"] = persons_of(facts)
        if entry.event == "order-erasure":
            self.ordered = Ordered(persons_of(facts), str(facts.get("basis")))
        elif entry.event == "erase-content":
            self.erased_by = entry.seq
