"""Breaking the glass in a review, and judging it afterwards."""

from rogatory.acting import Acting, new_command_id
from rogatory.custody.break_glass import GO_ON, REVIEW, Broken
from rogatory.desk_acts import DeskActs
from rogatory.errors import ChangedError, RefusedError
from schemas.break_glass import BreakGlass, GoOn, ReviewBreakGlass
from schemas.commands import Receipt
from schemas.identifiers import Reference, Role, Stage

ON_DUTY = (Role.REVIEWER, Role.SIGNATORY, Role.PROSECUTOR, Role.CUSTODIAN)


class BreakGlassActs(Acting):
    """What an official does who stands in for reviewers that cannot be reached."""

    async def break_glass(self, task: str, reason: str, command_id: str | None = None) -> Receipt:
        """Signs one of the two acts that stand in for the reviewers of that letter.

        Raises:
            RefusedError: no unit of this official is known; else as the ledger refuses it. ChangedError: no review.
        """
        row = self.register.task(task)
        command_id = command_id or new_command_id()
        if first := self.ledger.receipt(task, command_id):
            return first
        if row.stage is not Stage.REVIEW or row.letter is None:
            raise ChangedError(f"{task} is not a review of a letter.")
        unit = self.me().unit
        if unit is None:
            raise RefusedError(
                "Forbidden",
                f"The directory names no unit of {self.official}.",
                "Only an official whose unit is known breaks the glass: rogatory officials list",
            )
        self._printable(row.reference, reason)
        own = [role for role in ON_DUTY if role in self.me().roles]  # nobody does it in another's stead
        command = BreakGlass(
            command_id=command_id,
            by=self.official,
            role=next(iter(own), ON_DUTY[0]),
            letter=row.letter,
            unit=unit,
            reason=reason,
        )
        return await self._tell(row.reference, task, command)


class GlassJudging(DeskActs):
    """What an official does who had no part in it; no server is needed."""

    def owed(self, reference: Reference, what: str) -> Broken:
        """The first broken glass of the case for which that is owed. Raises ChangedError: none is."""
        found = [each for each in self.course(reference).glass.broken() if each.owed == what]
        if not found:
            owed = "review of a broken glass" if what == REVIEW else "decision after one that was not upheld"
            raise ChangedError(f"{reference} owes no {owed}.", "What is owed is in: rogatory case deadlines")
        return found[0]

    def review(self, reference: Reference, verdict: str, note: str, command_id: str | None = None) -> Receipt:
        """Says whether it was right to break the glass. Raises RogatoryError: as the ledger refuses it."""
        if first := self._first(reference, command_id):
            return first
        self.printable(reference, note)
        command = ReviewBreakGlass.model_validate(
            self._about(self.owed(reference, REVIEW), command_id)
            | {"role": self.role(Role.SIGNATORY, Role.REGISTRAR), "verdict": verdict, "note": note}
        )
        return self.sign(reference, command)

    def go_on(self, reference: Reference, reason: str, command_id: str | None = None) -> Receipt:
        """Decides that the case goes on though it was not upheld. Raises RogatoryError: as the ledger refuses it."""
        if first := self._first(reference, command_id):
            return first
        self.printable(reference, reason)
        command = GoOn.model_validate(
            self._about(self.owed(reference, GO_ON), command_id)
            | {"role": self.role(Role.SIGNATORY, Role.REVIEWER), "reason": reason}
        )
        return self.sign(reference, command)

    def _first(self, reference: Reference, command_id: str | None) -> Receipt | None:
        """A repeated act gets its first receipt, though nothing is owed any more."""
        return self.ledger.receipt(reference, command_id) if command_id else None

    def _about(self, broken: Broken, command_id: str | None) -> dict[str, object]:
        return {
            "command_id": command_id or new_command_id(),
            "by": self.official,
            "review": broken.task,
            "letter": broken.letter,
        }
