"""Evidence on its way into the vault: measured while it streams, compared with what the sender declared."""

import io
import mimetypes
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from rogatory.errors import UsageError
from rogatory.item_numbers import first_free, numbered
from rogatory.ports import EvidenceVault, Origin, Register
from schemas.commands import LARGEST_DELIVERY, EvidenceItem, ReceiveEvidence
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.identifiers import Role

Progress = Callable[[str, int, int], None]
"""Called with a file's name, the bytes done since the last call, and the file's size."""
WORTH_GOING_ON = 64 << 20
"""Bytes from which on a file that was stopped half-way is gone on with."""
UNKNOWN = "application/octet-stream"
DECLARED = re.compile(r"^(?P<digest>[0-9a-fA-F]{64}) [ *](?P<name>.+)$")


@dataclass(frozen=True)
class Arrival:
    """One file as it arrives."""

    name: str
    open: Callable[[], BinaryIO]
    size: int
    declared: str | None
    """sha256:hex, as the sender declared it."""
    description: str = ""
    media_type: str = ""
    measure: str | None = None
    source: str = ""
    path: Path | None = None
    """Where it lies, if it can be read again from there after a stop."""


@dataclass(frozen=True)
class Stored:
    """A file whose content is in the vault already, measured on its way there."""

    name: str
    digest: str
    size: int


@dataclass(frozen=True)
class Carrier:
    """What files are read from: a disk that came by courier, whose manifest came by wire."""

    item: str
    announced: Mapping[str, str]
    """Name of a file: the digest announced; empty where no manifest came."""
    measure: str | None = None
    """The measure that asked for it."""


class Intake:
    """Makes the ReceiveEvidence act of a delivery; the bytes and the manifest are in the vault before it is told."""

    def __init__(self, vault: EvidenceVault, register: Register) -> None:
        self._vault, self._register = vault, register

    def files(
        self,
        reference: str,
        files: list[Path],
        *,
        sender: str,
        declared: Path | None,
        measure: str | None,
        description: str,
        carrier: Carrier | None = None,
        complete: bool,
        holder: str,
        role: Role,
        command_id: str,
        progress: Progress | None = None,
        changed: Callable[[str], None] | None = None,
    ) -> ReceiveEvidence:
        """A delivery of local files; `declared` is a list in the form of sha256sum, or the carrier's own manifest.

        Stopped half-way, the same call goes on where it stopped; `changed` is told the name of a file that is not what
        it was then, and is taken in from its start.
        """
        expected = read_declared(declared) if declared else dict(carrier.announced) if carrier else {}
        names = [file.name for file in files]
        for file in files:
            if not file.is_file():
                raise UsageError(f"{file} is not a file.", "Name the files one by one.")
        if doubled := {name for name in names if names.count(name) > 1}:
            raise UsageError(f"Two files are called {min(doubled)}.", "Rename one of them.")
        if declared and (missing := sorted(set(expected) - set(names))):
            raise UsageError(f"{declared} declares {missing[0]}, which is not among the files.")
        arrivals = [
            Arrival(
                name=file.name,
                open=_opener(file),
                size=file.stat().st_size,
                declared=expected.get(file.name),
                description=description,
                measure=measure,
                path=file,
            )
            for file in files
        ]
        return self.delivery(
            reference,
            arrivals,
            sender=sender,
            message=None,
            complete=complete,
            holder=holder,
            by=sender,
            role=role,
            command_id=command_id,
            progress=progress,
            changed=changed,
            parent=carrier.item if carrier else None,
        )

    def delivery(
        self,
        reference: str,
        arrivals: Iterable[Arrival],
        *,
        sender: str,
        message: str | None,
        complete: bool,
        holder: str,
        by: str,
        role: Role,
        command_id: str,
        note: str = "",
        conditions: tuple[str, ...] = (),
        progress: Progress | None = None,
        changed: Callable[[str], None] | None = None,
        parent: str | None = None,
    ) -> ReceiveEvidence:
        """Streams each arrival into the vault, numbers it, and stores the manifest.

        Raises UsageError when they are more than one delivery may hold; nothing is stored then.
        """
        arrivals = list(arrivals)
        if len(arrivals) > LARGEST_DELIVERY:
            raise UsageError(
                f"{len(arrivals):,} items are too many for one delivery, which holds {LARGEST_DELIVERY} at most.",
                "Make several deliveries of them; only the last one completes the evidence.",
            )
        number = first_free(self._register, reference) - 1
        rows = []
        for arrival in arrivals:
            number += 1
            with arrival.open() as source:
                digest, size = self._vault.keep(
                    reference,
                    source,
                    partial(_tell, progress, arrival) if progress else None,
                    origin_of(arrival.path, changed),
                )
            rows.append(
                ManifestItem(
                    item=numbered(reference, number),
                    name=arrival.name,
                    description=arrival.description,
                    media_type=arrival.media_type or mimetypes.guess_type(arrival.name)[0] or UNKNOWN,
                    size=size,
                    digest=digest,
                    declared=arrival.declared,
                    measure=arrival.measure,
                    source=arrival.source,
                )
            )
        return self._received(
            reference,
            rows,
            sender=sender,
            message=message,
            complete=complete,
            holder=holder,
            by=by,
            role=role,
            command_id=command_id,
            note=note,
            conditions=conditions,
            parent=parent,
        )

    def stored(
        self,
        reference: str,
        files: Iterable[Stored],
        *,
        by: str,
        role: Role,
        measure: str | None,
        description: str,
        note: str,
        complete: bool,
        command_id: str,
    ) -> ReceiveEvidence:
        """A delivery of files that came into the vault before; who recorded it is sender and holder.

        Raises UsageError when the vault does not hold one of them (any more).
        """
        rows = []
        for number, file in enumerate(files, first_free(self._register, reference)):
            if not self._vault.has(reference, file.digest):
                raise UsageError("The vault does not hold the content of a file.", "Send the file again.")
            rows.append(
                ManifestItem(
                    item=numbered(reference, number),
                    name=file.name,
                    description=description,
                    media_type=mimetypes.guess_type(file.name)[0] or UNKNOWN,
                    size=file.size,
                    digest=file.digest,
                    measure=measure,
                )
            )
        return self._received(
            reference,
            rows,
            sender=by,
            message=None,
            complete=complete,
            holder=by,
            by=by,
            role=role,
            command_id=command_id,
            note=note,
        )

    def _received(
        self,
        reference: str,
        rows: list[ManifestItem],
        *,
        sender: str,
        message: str | None,
        complete: bool,
        holder: str,
        by: str,
        role: Role,
        command_id: str,
        note: str,
        conditions: tuple[str, ...] = (),
        parent: str | None = None,
    ) -> ReceiveEvidence:
        manifest = DeliveryManifest(
            reference=reference,
            sender=sender,
            received_at=datetime.now(UTC),
            message=message,
            note=note,
            conditions=conditions,
            items=tuple(rows),
        )
        kept, _ = self._vault.keep(reference, io.BytesIO(manifest.model_dump_json().encode()))
        return ReceiveEvidence(
            command_id=command_id,
            by=by,
            role=role,
            manifest=kept,
            items=tuple(
                EvidenceItem(
                    item=r.item, digest=r.digest, size=r.size, declared=r.declared, measure=r.measure, parent=parent
                )
                for r in rows
            ),
            complete=complete,
            holder=holder,
        )


def read_declared(path: Path) -> dict[str, str]:
    """Reads a list as sha256sum writes it: 64 hex digits, two spaces, the name. Raises UsageError with the line."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read as a list of digests.", "Make it with: sha256sum FILE...") from error
    return parse_declared(content, str(path))


def parse_declared(content: bytes, origin: str) -> dict[str, str]:
    """As read_declared, of what was read; `origin` names it in errors."""
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError as error:
        raise UsageError(f"{origin} cannot be read as a list of digests.", "Make it with: sha256sum FILE...") from error
    declared = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        if not (found := DECLARED.match(line)):
            raise UsageError(
                f"{origin}:{number}: this is not a digest and a name.",
                "Write 64 hexadecimal digits, two spaces, name.",
            )
        declared[Path(found["name"]).name] = f"sha256:{found['digest'].lower()}"
    return declared


def _tell(progress: Progress, arrival: Arrival, done: int) -> None:
    progress(arrival.name, done, arrival.size)


def origin_of(path: Path | None, changed: Callable[[str], None] | None = None) -> Origin | None:
    """By what a file is known again after a stop; None where it can be begun anew as fast."""
    if path is None or path.stat().st_size < WORTH_GOING_ON:
        return None
    return Origin(str(path.absolute()), partial(changed, path.name) if changed else lambda: None)


def _opener(file: Path) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        try:
            return file.open("rb")
        except OSError as error:
            raise UsageError(f"{file} cannot be read: {error.strerror}.") from error

    return opened
