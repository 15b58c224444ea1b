"""What every command that acts in an extradition shares: the act is told, and one or two lines say so."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from rogatory.cli.acting import acting, receipt_shown
from rogatory.cli.extradition_case import Extradition, extradition, law_of, speciality_told
from rogatory.cli.output import minute, next_step, say
from rogatory.errors import RefusedError

if TYPE_CHECKING:
    from rogatory.office import Office
    from schemas.commands import Command, Receipt

Proof = Annotated[Path | None, Parameter(name="--proof", help="Their letter or message, as a file.")]


class Told:
    """An act that is on record: its case as it stood, and its receipt."""

    def __init__(self, office: "Office", case: Extradition, receipt: "Receipt") -> None:
        self.office, self.case, self.receipt = office, case, receipt

    def shown(self, text: str, then: str, *, between: Callable[[], None] | None = None, **more: Any) -> None:
        """Writes the receipt as JSON; or the words, what is to be said between, and what comes next."""
        if receipt_shown(self.receipt, reference=self.case.reference, **more):
            return
        say(f"{text}  On record as line {self.receipt.sequence}, {minute(self.receipt.recorded_at)}.")
        if between is not None:
            between()
        next_step(then)


async def tell(reference: str, kind: "type[Command]", command_id: str | None, /, **fields: Any) -> Told:
    """Gives one act to its case. Raises UsageError: the case is no extradition; else as office.act."""
    async with acting(command_id) as (office, given):
        case = extradition(office, reference)
        try:
            receipt = await office.act(reference, kind, command_id=given, **fields)
        except RefusedError as error:
            if error.kind == "Speciality":
                raise speciality_told(case, law_of(office), error) from error
            raise
    return Told(office, extradition(office, reference), receipt)


def show_it(reference: str) -> str:
    """The command that shows where the case stands."""
    return f"rogatory extradition show {reference}"
