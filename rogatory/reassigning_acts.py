"""Moving a task from one official to another, at the desk: no procedure waits for it."""

from rogatory.acting import new_command_id
from rogatory.desk_acts import DeskActs
from rogatory.errors import UsageError
from schemas.commands import Receipt
from schemas.identifiers import Role
from schemas.reassigning import Reassign


class Reassigning(DeskActs):
    """What a signatory or registrar does who distributes the work."""

    def reassign(
        self,
        task: str,
        released: str,
        to: str,
        reason: str,
        duty: Role | str | None = None,
        command_id: str | None = None,
    ) -> Receipt:
        """Gives the task of one official to another of the same role.

        Raises:
            UsageError: the two share several roles of the task, and none is named. Else as the ledger refuses it.
        """
        row = self.register.task(task)
        if command_id and (first := self.ledger.receipt(row.reference, command_id)):
            return first
        self.printable(row.reference, reason)
        command = Reassign.model_validate(
            {
                "command_id": command_id or new_command_id(),
                "by": self.official,
                "role": self.role(Role.SIGNATORY, Role.REGISTRAR),
                "assigned_task": row.id,
                "duty": duty or self._shared(row.roles, released, to),
                "released": released,
                "to": to,
                "reason": reason,
            }
        )
        return self.sign(row.reference, command)

    def _shared(self, roles: tuple[Role, ...], released: str, to: str) -> Role:
        """The one role of the task that both hold; where they share none, the task's own, and the ledger refuses."""
        officials = self.ledger.officials()
        both = [each.roles for name in (released, to) if (each := officials.get(name))]
        found = [role for role in roles if all(role in held for held in both)] or [*roles][:1]
        if len(found) != 1:
            raise UsageError("Both hold several roles of this task, or it waits for nobody.", "Add --role ROLE.")
        return found[0]
