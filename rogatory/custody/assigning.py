"""Who a task was given to: a task nobody reassigned is open to every holder of its role.

1. A signatory or registrar moves an open task, in one of its roles, from one holder of that role to another.
2. From then on who was named acts in it, or whoever stands in for them by a delegation; who was released does not.
3. Where a task takes several persons of a role, as a review does, the places of nobody named stay open to the others.
4. It gives no right: the named official needs the role, and drafter and four eyes are judged as ever (policy.py).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from rogatory.custody.ledger import Entry, persons_of
from rogatory.custody.policy import Earlier
from rogatory.errors import RefusedError
from schemas.custody import Official
from schemas.identifiers import OfficialId
from schemas.reassigning import Reassign

REASSIGN = Reassign.ACT
Facts = Mapping[str, JsonValue]
Officials = Mapping[OfficialId, Official]


@dataclass
class Given:
    """Of one task, in one role."""

    named: set[str] = field(default_factory=set)
    released: set[str] = field(default_factory=set)


class Assignments:
    """The tasks of one case that were given to somebody; folded from its lines."""

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], Given] = {}

    def named(self, task: str) -> dict[str, list[str]]:
        """Role: the officials named for it, in order."""
        return {role: sorted(given.named) for (name, role), given in self._given.items() if name == task}

    def check(
        self, facts: Facts, roles: Collection[str], done: Sequence[Earlier], drafter: str | None, officials: Officials
    ) -> None:
        """Returns when that task may be moved so; `roles` are those it waits for, `done` what was done in it.

        Raises:
            RefusedError: NotFound, Forbidden, FourEyes, AlreadyDecided, WrongStage.
        """
        task, duty = str(facts.get("assigned_task")), str(facts.get("duty"))
        released, to = (officials.get(str(facts.get(name))) for name in ("released", "to"))
        if released is None or to is None:
            raise RefusedError("NotFound", "The directory does not know both.", "See: rogatory officials list")
        if duty not in roles:
            raise RefusedError("WrongStage", f"{task} waits for no {duty[:40]}.", f"See: rogatory task show {task}")
        for each in (released, to):
            if duty not in {role.value for role in each.roles}:
                raise RefusedError("Forbidden", f"{each.official} is not a {duty}.", "Name two of the same role.")
        if released.person == to.person:
            raise RefusedError("FourEyes", "Both are the same person.", "Name another person.")
        if to.person == drafter and duty in {"reviewer", "signatory"}:
            raise RefusedError("FourEyes", f"{to.official} drafted this request and does not decide on it.")
        acted = {person for act in done if act.role == duty for person in (act.person, act.principal)}
        if released.person in acted or to.person in acted:
            raise RefusedError("AlreadyDecided", f"One of the two has acted in {task} already.", "Name another.")
        if to.official in self._of(task, duty).named:
            raise RefusedError("AlreadyDecided", f"{task} is with {to.official} already.")

    def admit(self, task: str, facts: Facts, places: int, done: Sequence[Earlier], officials: Officials) -> None:
        """Returns when whoever acts may act in that task; `places` are the persons it takes in their role.

        Raises:
            RefusedError: Forbidden, it was given to another.
        """
        role = str(facts.get("role"))
        given = self._given.get((task, role))
        if given is None:
            return
        named, released = (
            {officials[name].person for name in names if name in officials} for names in (given.named, given.released)
        )
        persons = persons_of(facts)
        if persons & named:
            return
        others = sum(act.role == role and not {act.person, act.principal} & named for act in done)
        if persons & released or places - len(named) - others <= 0:
            raise RefusedError(
                "Forbidden",
                f"{task} was given to {', '.join(sorted(given.named))}.",
                "They act, or whoever stands in for them; or have it moved: rogatory task reassign",
            )

    def apply(self, entry: Entry) -> None:
        """Takes in the next line."""
        if entry.event != REASSIGN:
            return
        facts = entry.facts
        given = self._given.setdefault((str(facts.get("assigned_task")), str(facts.get("duty"))), Given())
        released, to = str(facts.get("released")), str(facts.get("to"))
        given.named = (given.named - {released}) | {to}
        given.released = (given.released - {to}) | {released}

    def _of(self, task: str, role: str) -> Given:
        return self._given.get((task, role), Given())
