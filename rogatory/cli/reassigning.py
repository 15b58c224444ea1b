"""rogatory task reassign: a task moves from one official to another of the same role."""

from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import next_step, say


def reassign(
    task: str,
    /,
    *,
    from_: Annotated[str, Parameter(name="--from", help="The official who is released from it.")],
    to: Annotated[str, Parameter(help="The official who has it from now on.")],
    reason: Reason,
    role: Annotated[str | None, Parameter(help="In which role, where both hold several of the task's.")] = None,
    command_id: CommandId = None,
) -> None:
    """Move a task from one official to another of the same role; a signatory or registrar does.

    Who is released acts in it no more. A task that was never moved is open to every holder of its role.
    """
    from rogatory.reassigning_acts import Reassigning

    with at_desk(Reassigning) as desk:
        receipt = desk.reassign(task, from_, to, reason, role, command_id)
    if receipt_shown(receipt, task=task, released=from_, to=to):
        return
    say(f"{task} is with {to}, on record as line {receipt.sequence}.")
    next_step(f"rogatory task show {task}")
