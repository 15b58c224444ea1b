"""A task moves from one official to another of the same role."""

from typing import Annotated

from pydantic import StringConstraints

from schemas.commands import Command
from schemas.identifiers import OfficialId, Role, Text

TaskId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}-\d{4}-\d{4}\.[a-z-]{1,40}-\d{1,4}$")]


class Reassign(Command):
    """One official is released from a task in one role, and another is named in their place."""

    ACT = "reassign"
    WITHHELD = frozenset({"reason"})

    assigned_task: TaskId
    duty: Role
    """In which role the task is done."""
    released: OfficialId
    to: OfficialId
    reason: Text
