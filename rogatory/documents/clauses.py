"""The fixed clauses of a letter that a drafter may word themselves, and what their words change."""

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from schemas.filed import AnyDraft
from schemas.identifiers import DocumentName, Record

KIND_OF = {"letter_of_request": "mutual-assistance"}
"""Letter to the kind of request it is of; every other is of an extradition."""


class Clause(Record):
    """One clause."""

    name: str
    title: str
    """What it is about, for a person."""
    stands: str
    """In which section of the letter."""
    documents: tuple[DocumentName, ...]
    required: str = ""
    """Why the letter cannot do without it: the law it answers to; empty where it may be worded at will."""

    def of_kind(self, kind: str) -> bool:
        """Whether a letter of that kind of request has it."""
        return any(KIND_OF.get(each, "extradition") == kind for each in self.documents)


class Change(NamedTuple):
    """A run of words: kept, taken out of the fixed wording, or put in."""

    what: Literal["kept", "out", "in"]
    words: str


def own_clauses(draft: AnyDraft, clauses: Mapping[str, Clause]) -> list[Clause]:
    """The clauses for which the draft has words of its own, in the order of the draft."""
    return [clauses[name] for name in draft.clauses if name in clauses]


def changes(fixed: str, own: str) -> list[Change]:
    """What own words change in a fixed wording, word by word; the runs joined by spaces are the two texts again."""
    before, after = fixed.split(), own.split()
    found: list[Change] = []
    for step, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if step == "equal":
            found.append(Change("kept", " ".join(before[i1:i2])))
            continue
        if i1 < i2:
            found.append(Change("out", " ".join(before[i1:i2])))
        if j1 < j2:
            found.append(Change("in", " ".join(after[j1:j2])))
    return found


def joined(runs: Sequence[Change], *, leaving_out: Literal["out", "in"]) -> str:
    """One of the two texts, from the runs."""
    return " ".join(each.words for each in runs if each.what != leaving_out)


MARKED = re.compile(r"<!--clause ([a-z_]+)-->(.*?)<!--/clause-->", re.DOTALL)
"""How a template marks a clause in its HTML (templates/_macros/blocks.html.j2, clause)."""
