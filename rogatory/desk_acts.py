"""Acts an official signs at the desk, straight onto the ledger: no procedure waits for them, and no server is needed.

The ledger asks the same of them as of every other act: signature, directory, role, person, and the rules of custody.
"""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from rogatory.custody.statement import sign_command
from rogatory.desk import Desk
from rogatory.errors import RefusedError, UsageError, refusal_told
from rogatory.ports import Signer
from rogatory.profile import Profile
from schemas.commands import Command, Receipt
from schemas.identifiers import Digest, Reference, Role

C = TypeVar("C", bound=Command)


class DeskActs(Desk):
    """A desk with an official at it, and no one to ask but the ledger."""

    def __init__(self, profile: Profile, official: str, signer: Signer) -> None:
        super().__init__(profile)
        self.official, self.signer = official, signer

    def role(self, *wanted: Role) -> Role:
        """The first of these roles that is the official's own, else that they are lent, else the first wanted."""
        officials = self.ledger.officials()
        if self.official not in officials:
            raise RefusedError("Forbidden", f"The directory knows no official {self.official}.")
        return self.role_of(officials[self.official], wanted)

    def sign(self, reference: Reference, command: Command) -> Receipt:
        """Signs and records an act on the case itself; the same command again gets its first receipt.

        Raises:
            RogatoryError: as the ledger refuses it; nothing is recorded then.
        """
        self.register.case(reference)
        at = datetime.now(UTC)
        command = self.in_stead(command, reference)
        signed = sign_command(command, reference=reference, task=reference, signer=self.signer, at=at)
        try:
            return self.ledger.append_act(reference, reference, signed, at)
        except RefusedError as error:
            raise refusal_told(error.kind, str(error), error.hint) from error

    def numbered_anew(self, make: Callable[[], C], reference: Reference) -> tuple[C, Receipt]:
        """Signs an act that takes a number; once more when somebody took that number meanwhile."""
        for last in (False, True):
            command = make()
            try:
                return command, self.sign(reference, command)
            except Exception as error:
                if last or not isinstance(error.__cause__, RefusedError) or error.__cause__.kind != "Superseded":
                    raise
        raise AssertionError("unreachable")

    def keep(self, reference: Reference, path: Path | None) -> tuple[Digest, int] | tuple[None, None]:
        """Keeps a file in the vault; returns its digest and size. Raises UsageError when it cannot be read."""
        if path is None:
            return None, None
        from rogatory.intake import origin_of  # noqa: PLC0415  only for files

        try:
            with path.open("rb") as file:
                return self.vault.keep(reference, file, None, origin_of(path))
        except OSError as error:
            raise UsageError(f"{path} cannot be read: {error.strerror}.") from error

    def keep_text(self, reference: Reference, text: str) -> Digest:
        """Keeps words in the vault; returns their digest."""
        return self.vault.keep(reference, io.BytesIO(text.encode()))[0]

    def printable(self, reference: Reference, *texts: str | None) -> None:
        """Refuses words that would name a protected person."""
        from rogatory.words import check_words  # noqa: PLC0415  only for acts with words

        said = "\n".join(text for text in texts if text)
        if said:
            check_words(self.vault, reference, self.request(reference), said)
