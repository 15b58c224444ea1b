"""Vouching anew for what a suspect key signed, at the desk."""

from rogatory.acting import new_command_id
from rogatory.custody.ledger import parse_line
from rogatory.custody.policy import MAY
from rogatory.desk_acts import DeskActs
from rogatory.errors import NotFoundError
from schemas.commands import Receipt
from schemas.directory import ReAttest
from schemas.identifiers import Reference, Role

VOUCHING = (Role.SIGNATORY, Role.REVIEWER, Role.PROSECUTOR, Role.CUSTODIAN)


class Attesting(DeskActs):
    """What an official does about acts by suspect keys."""

    def re_attest(self, reference: Reference, number: int, note: str, command_id: str | None = None) -> Receipt:
        """Vouches for the act that the case's line of that number records.

        Raises:
            NotFoundError: there is no such line. RogatoryError: as the ledger refuses it.
        """
        self.register.case(reference)
        lines = (parse_line(text) for text in self.ledger.lines(reference))
        entry = next((one for one in lines if (one.chain, one.seq) == (reference, number)), None)
        if entry is None:
            raise NotFoundError(f"There is no line {number} in {reference}.", f"See: rogatory case show {reference}")
        self.printable(reference, note)
        fitting = MAY.get("submit" if entry.event == "request-opened" else entry.event, frozenset())
        command = ReAttest(
            command_id=command_id or new_command_id(),
            by=self.official,
            role=self.role(*(role for role in VOUCHING if role in fitting or role is Role.SIGNATORY)),
            line=entry.digest,
            number=number,
            note=note,
        )
        return self.sign(reference, command)
