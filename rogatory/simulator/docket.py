"""What the simulator remembers: one JSON file a case, and each message it sent, byte for byte.

A message is made and kept before it is sent, under an id derived from what it answers: whoever kills the program and
starts it again gets the same message under the same id, and the receiver knows it has it.
"""

import contextlib
import fcntl
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from rogatory.adapters.channel_folder import ENDING, publish
from rogatory.adapters.vault_keys import replace_file
from rogatory.errors import ChangedError, IntegrityError
from schemas.identifiers import Record

_SPACE = uuid.UUID("6f0b5c1e-2f6f-5d0a-9a53-6a1d5f1f7c11")


class SimulatedCase(Record):
    """One request as the requested state sees it."""

    reference: str
    """The requesting state's."""
    own: str
    """This state's, such as XN-CA-2026-0001."""
    sender: str
    requests: tuple[str, ...]
    """Transmissions that brought the letter; each is acknowledged."""
    measures: str
    """As JSON: what was asked for."""
    replied: bool = False
    withdrawn: bool = False
    sent: tuple[str, ...] = ()
    """Steps done: acknowledgement:<transmission>, question, evidence-1, evidence-2; arrest, decision, surrender ..."""
    alone: str = ""
    """The kind of a letter of one kind of assistance alone."""
    # of an extradition
    extradition: bool = False
    provisional: bool = False
    """Arrest was asked for before the formal request."""
    formal: str = ""
    """The transmission that brought the formal request first."""
    offences: int = 0
    sought: tuple[str, ...] = ()
    """Property asked for, in words."""
    assured: bool = False
    """The assurance demanded came."""
    waivers: tuple[str, ...] = ()
    """Command ids of requests for consent to another charge."""
    onward: tuple[str, ...] = ()
    """And of those for consent to re-extradition."""
    prosecution: bool = False


class Docket:
    """The simulator's home, apart from its keys."""

    def __init__(self, home: Path, outbox: Path) -> None:
        self._cases, self._sent, self._seen = home / "cases", home / "sent", home / "seen"
        self.quarantine = home / "quarantine"
        self._outbox = outbox
        for folder in (self._cases, self._sent, self._seen, self.quarantine):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def seen(self, name: str) -> bool:
        """Whether this message was dealt with."""
        return (self._seen / name).exists()

    def note_seen(self, name: str) -> None:
        """Never deal with this message again."""
        replace_file(self._seen / name, b"")

    def cases(self) -> list[SimulatedCase]:
        """Every case, in order of its own number."""
        found = [self._read(path) for path in self._cases.glob("*.json")]
        return sorted(found, key=lambda case: case.own)

    def case(self, reference: str) -> SimulatedCase | None:
        """The case of that reference, if its letter came."""
        path = self._cases / f"{reference}.json"
        return self._read(path) if path.exists() else None

    def keep(self, case: SimulatedCase) -> SimulatedCase:
        """Writes the case, whole and durably."""
        replace_file(self._cases / f"{case.reference}.json", case.model_dump_json(indent=1).encode())
        return case

    def next_number(self, state: str, year: int) -> str:
        """The next reference of this state's own."""
        return f"{state}-CA-{year}-{len(list(self._cases.glob('*.json'))) + 1:04d}"

    def kept(self, transmission: str) -> Path | None:
        """The message made before under this id, if any."""
        path = self._sent / f"{transmission}{ENDING}"
        return path if path.exists() else None

    def keep_message(self, transmission: str, sealed: bytes) -> Path:
        """Keeps a message before it is sent."""
        path = self._sent / f"{transmission}{ENDING}"
        replace_file(path, sealed)
        return path

    def send(self, path: Path) -> None:
        """Puts a kept message into the outbox, unless it lies there or its receiver has put it away."""
        put_away = (self._outbox, self._outbox / "done", self._outbox / "quarantine")
        if any((folder / path.name).exists() for folder in put_away):
            return
        with publish(self._outbox / path.name) as out:
            out.write(path.read_bytes())

    def publish(self, name: str, content: bytes) -> None:
        """Puts a small file into the outbox by rename."""
        with publish(self._outbox / name) as out:
            out.write(content)

    @staticmethod
    def _read(path: Path) -> SimulatedCase:
        try:
            return SimulatedCase.model_validate_json(path.read_bytes())
        except ValidationError as fault:
            raise IntegrityError(
                f"The simulator's file {path} is damaged.", "Remove its home and begin anew."
            ) from fault


def message_id(request: str, step: str) -> str:
    """The transmission id of the answer to a transmission: the same each time it is asked for."""
    return str(uuid.uuid5(_SPACE, f"{request} {step}"))


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """Holds the home for one process. Raises ChangedError when another simulator has it."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(home / "simulator.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise ChangedError(f"Another simulator works in {home}.", "Stop it, or choose another --home.") from fault
    finally:
        os.close(handle)
