"""Acts signed by a key that may have been in wrong hands, and the acts that vouch for them anew.

1. Registrars say from which place of the ledger on a former key is suspect; what it signed before is not touched.
2. What it signed from there on is suspect until another person, who might have done that act, vouches for it.
3. Whoever did the same act in the same task, or drafted what it decides on, does not vouch: they would be two eyes.
4. A vouching by a suspect key vouches for nothing until somebody vouches for it in turn.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import JsonValue

from rogatory.custody.directory import Directory
from rogatory.custody.dsse import signer_of
from rogatory.custody.ledger import Entry, persons_of
from rogatory.custody.policy import EYES, MAY, ONCE
from rogatory.errors import RefusedError
from schemas.directory import Suspicion
from schemas.identifiers import Role

RE_ATTEST = "re-attest"


@dataclass(frozen=True, slots=True)
class SignedAct:
    """A line that records an act, as far as this turns on it."""

    number: int
    digest: str
    event: str
    task: str
    by: str
    persons: frozenset[str]
    keyid: str
    """Of the key or passkey that signed it."""
    vouched: str | None
    """Of a re-attestation: the line it vouches for."""


class SignedActs:
    """The signed acts of one case, in order."""

    def __init__(self) -> None:
        self._acts: list[SignedAct] = []

    def apply(self, entry: Entry) -> None:
        """Takes in the next line."""
        if entry.act is None:
            return
        facts = entry.facts
        self._acts.append(
            SignedAct(
                entry.seq,
                entry.digest,
                entry.event,
                entry.task,
                str(facts.get("by")),
                persons_of(facts),
                signer_of(entry.act),
                str(facts.get("line")) if entry.event == RE_ATTEST else None,
            )
        )

    def suspect(self, directory: Directory, size: int | None = None) -> list[SignedAct]:
        """What is suspect, and not vouched for, by a directory of that size; by default, as it stands."""
        doubts = directory.suspicions(size)
        if not doubts:
            return []
        doubtful = self._doubtful(doubts)
        by_digest = {act.digest: act for act in self._acts}
        cleared: set[str] = set()
        # From the end: whether a vouching counts is decided by what comes after it.
        for act in reversed(self._acts):
            if act.vouched and (act.digest not in doubtful or act.digest in cleared):
                about = by_digest.get(act.vouched)
                if about and not about.persons & act.persons:
                    cleared.add(act.vouched)
        return [act for act in self._acts if act.digest in doubtful and act.digest not in cleared]

    def _doubtful(self, doubts: Sequence[Suspicion]) -> set[str]:
        found: set[str] = set()
        for doubt in doubts:
            begun, first = False, set(doubt.lines)
            for act in self._acts:
                begun = begun or act.digest in first
                if begun and act.keyid in doubt.keys:
                    found.add(act.digest)
        return found

    def check(
        self, facts: Mapping[str, JsonValue], drafter: str | None, directory: Directory, size: int | None = None
    ) -> None:
        """Returns when such a re-attestation may come next.

        Raises:
            RefusedError: NotFound, AlreadyDecided (it is not suspect), Forbidden, FourEyes.
        """
        about = next((act for act in self._acts if act.digest == facts.get("line")), None)
        if about is None or about.number != facts.get("number"):
            raise RefusedError("NotFound", "No act of this case is recorded by that line.")
        if about not in self.suspect(directory, size):
            raise RefusedError("AlreadyDecided", f"Line {about.number} ({about.event}) is not suspect.")
        act = "submit" if about.event == "request-opened" else about.event
        roles = {role.value for role in MAY.get(act, frozenset())} | {Role.SIGNATORY.value}
        if facts.get("role") not in roles:
            raise RefusedError(
                "Forbidden",
                f"A {facts.get('role')} does not vouch for an act of that kind: {act}.",
                f"It takes a {' or '.join(sorted(roles - {Role.SYSTEM.value}))}.",
            )
        alike = EYES if act in EYES else {act}
        shared = [one for one in self._acts if act in ONCE and one.event in alike and one.task == about.task]
        same = {person for one in [*shared, about] for person in one.persons}
        if act in EYES:
            same.add(str(drafter))
        if persons_of(facts) & same:
            raise RefusedError(
                "FourEyes", "Nobody vouches for an act of their own, or for one they share in.", "Another person must."
            )

    def refuse_suspect(self, what: str, directory: Directory, size: int | None = None) -> None:
        """Raises RefusedError SuspectKey while something is suspect."""
        if found := self.suspect(directory, size):
            raise RefusedError("SuspectKey", f"No {what} yet: {told(found[0])}.", mend(found[0]))


def told(act: SignedAct) -> str:
    """One suspect act in words."""
    return f"line {act.number} ({act.event}) was signed by a suspect key of {act.by}, and nobody has vouched for it"


def mend(act: SignedAct) -> str:
    """What to do about it."""
    return f'Another official checks it, and says so: rogatory officials re-attest REF {act.number} --note "..."'
