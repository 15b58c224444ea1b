"""Writes packages, and reads those of others as strictly as what comes from outside deserves.

Reading refuses, before a byte is used: unsafe or colliding paths, links, folders, encrypted entries, more than 10 000
entries, more bytes than a limit, a compression ratio over 200, and any byte of the file that belongs to no entry.
"""

import io
import struct
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self

import pyrage

from rogatory.adapters.seal import make_seal
from rogatory.adapters.verify_text import verify_text
from rogatory.adapters.zip_form import check_form
from rogatory.custody.case_uco import custody_graph
from rogatory.custody.dsse import Opened
from rogatory.custody.package import (
    ASIC_MANIFEST,
    CASE_GRAPH,
    CHECKPOINT,
    HEAD,
    LEDGER,
    MESSAGE,
    PROOFS,
    SIGNATURE,
    PackageMessage,
    Part,
    asic_manifest,
    bag,
    dos_time,
    part,
    read_message,
    seal_message,
)
from rogatory.errors import IntegrityError, RefusedError, UsageError
from rogatory.ports import Signer
from schemas.custody import CaseRecord

AGE = b"age-encryption.org/v1\n"
MAX_PACKAGE = 8 << 30
"""Bytes of a package, and of all its files together."""
MAX_MESSAGE = 4 << 20
"""Bytes of message.json."""
CHUNK = 1 << 20
STANDALONE = "verify_standalone.py"


def build_package(
    out: BinaryIO,
    message: PackageMessage,
    payload: Sequence[Part],
    signer: Signer,
    *,
    chain: Sequence[str] = (),
    record: CaseRecord | None = None,
    languages: Iterable[str] = (),
) -> None:
    """Writes the sealed package, unencrypted, to a seekable file: same input, same bytes but for the two signatures.

    Args:
        out: receives the ZIP; memory stays flat whatever the parts' size.
        message: what it says; its documents and items must be parts of the payload.
        payload: files under data/.
        signer: the authority's seal key; it signs the message and the manifest.
        chain: certificates between the seal's and its root, PEM.
        record: the case's record, sent along.
        languages: of the case, for the words on how to verify the package; English is always among them.

    Raises:
        IntegrityError: a part is not what its digest says.
    """
    parts = [part(MESSAGE, seal_message(message, signer).encode()), *payload]
    if record is not None:
        parts += [
            part(LEDGER, "".join(f"{line}\n" for line in record.lines).encode()),
            part(HEAD, f"{record.head}\n".encode()),
        ]
        if record.checkpoint is not None and record.proofs is not None:
            parts += [part(CHECKPOINT, record.checkpoint.encode()), part(PROOFS, record.proofs.encode())]
        if graph := custody_graph(message.reference, record.lines):
            parts.append(part(CASE_GRAPH, graph))
    words = verify_text((one.path for one in parts), languages)
    parts = bag(parts, message, {"VERIFY.txt": words, STANDALONE: standalone_verifier()})
    manifest = asic_manifest(parts)
    seal = make_seal(manifest, signer, chain, message.at)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for one in (*parts, part(ASIC_MANIFEST, manifest), part(SIGNATURE, seal)):
            _add(archive, one, message)


@cache
def standalone_verifier() -> bytes:
    """The program with which a stranger verifies a record without us; it goes along with each."""
    return (files("rogatory.custody") / STANDALONE).read_bytes()


def encrypt_package(source: BinaryIO, target: BinaryIO, recipient: str) -> None:
    """Encrypts to the one age recipient (age-encryption.org/v1, X25519). Raises UsageError: no such recipient."""
    try:
        pyrage.encrypt_io(source, target, [pyrage.x25519.Recipient.from_str(recipient)])
    except pyrage.RecipientError as fault:
        raise UsageError(
            f"{recipient[:70]!r} is not an age recipient.", "The other authority's anchors must name one: age1..."
        ) from fault


class OpenedPackage:
    """A package that was read strictly; nothing is verified yet (rogatory/adapters/package_check.py)."""

    def __init__(self, file: BinaryIO, archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo]) -> None:
        self._file, self._archive, self._entries = file, archive, entries
        self.envelope = _text(self.read(MESSAGE, MAX_MESSAGE))
        """The message's DSSE envelope, verbatim."""
        self.message: PackageMessage
        self.opened: Opened
        self.message, self.opened = read_message(self.envelope)

    @property
    def paths(self) -> tuple[str, ...]:
        """Every file, in the order of the container."""
        return tuple(self._entries)

    def size(self, path: str) -> int:
        """Bytes of a file."""
        return self._entries[path].file_size

    def open(self, path: str) -> BinaryIO:
        """One file, to be read from its start. Raises IntegrityError when there is none of that path."""
        if path not in self._entries:
            raise IntegrityError(f"The package has no {path}.", "Ask its sender for a whole one.")
        return io.BufferedReader(_Member(self._archive.open(self._entries[path])), CHUNK)

    def read(self, path: str, limit: int) -> bytes:
        """A file's bytes, at most `limit`. Raises IntegrityError: missing, larger, or damaged."""
        if path in self._entries and self.size(path) > limit:
            raise IntegrityError(f"{path} has more than {limit} bytes.", "Ask its sender for a whole one.")
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """A file's bytes, 1 MiB at a time. Raises IntegrityError when they are damaged."""
        with self.open(path) as file:
            while chunk := file.read(CHUNK):
                yield chunk

    def digest(self, path: str) -> str:
        """SHA-256 of a file, hex. Raises IntegrityError when it is damaged."""
        measured = sha256()
        for chunk in self.chunks(path):
            measured.update(chunk)
        return measured.hexdigest()

    def stream(self) -> BinaryIO:
        """The whole container, unencrypted, to be read from its start; belongs to this package."""
        self._file.seek(0)
        return self._file

    def close(self) -> None:
        """Lets go of the files; a decrypted copy vanishes."""
        self._archive.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_package(source: BinaryIO | Path, identity: str | None = None, limit: int = MAX_PACKAGE) -> OpenedPackage:
    """Opens a package, decrypting it with the age identity if it is encrypted; takes the source over.

    Raises:
        IntegrityError: it is no package, is damaged, or is made to do harm.
        RefusedError: it is encrypted, and not to this identity (Forbidden).
    """
    file: BinaryIO = source.open("rb") if isinstance(source, Path) else source
    try:
        head = file.read(len(AGE))
        if head == AGE:
            file = _decrypted(file, identity, limit)
        elif not file.seekable():
            file = _copied(file, head, limit)
        size = file.seek(0, io.SEEK_END)
        if size > limit:
            raise IntegrityError(f"The package has more than {limit} bytes.", "Ask its sender for smaller deliveries.")
        file.seek(0)
        archive, entries = check_form(file, size, limit)
        return OpenedPackage(file, archive, entries)
    except BaseException:
        file.close()
        raise


def _decrypted(file: BinaryIO, identity: str | None, limit: int) -> BinaryIO:
    if identity is None:
        raise RefusedError(
            "Forbidden", "The package is encrypted and no key was given to open it.", "Name the recipient's age key."
        )
    file.seek(0)
    plain = _Capped(limit)
    try:
        pyrage.decrypt_io(file, plain, [pyrage.x25519.Identity.from_str(identity.strip())])
    except pyrage.IdentityError as fault:
        raise UsageError("The key given is not an age identity.", "It begins with AGE-SECRET-KEY-1.") from fault
    except (pyrage.DecryptError, OSError) as fault:
        plain.file.close()
        if plain.overfull:
            raise IntegrityError(f"The package has more than {limit} bytes.", "Ask its sender for less.") from fault
        if "no matching" in str(fault).lower():
            raise RefusedError(
                "Forbidden", "The package is encrypted to another key.", "Ask its sender which authority it is for."
            ) from fault
        raise IntegrityError("The package is damaged: it does not decrypt.", "Ask its sender for it again.") from fault
    file.close()
    return plain.file


def _copied(file: BinaryIO, head: bytes, limit: int) -> BinaryIO:
    plain = _Capped(limit)
    plain.write(head)
    while chunk := file.read(CHUNK):
        plain.write(chunk)
    file.close()
    return plain.file


class _Capped:
    """A file without a name that takes so many bytes and no more: it is gone when closed, whatever happens."""

    def __init__(self, limit: int) -> None:
        self.file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  handed on to the package, which closes it
        self.overfull = False
        self._room = limit

    def write(self, content: bytes) -> int:
        self._room -= len(content)
        if self._room < 0:
            self.overfull = True
            raise OSError("too large")
        return self.file.write(content)

    def flush(self) -> None:
        self.file.flush()


class _Member(io.RawIOBase):
    """One entry; damage found while reading is told as such."""

    def __init__(self, entry: IO[bytes]) -> None:
        self._entry = entry

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview[int]") -> int:  # type: ignore[override]
        try:
            chunk: bytes = self._entry.read(len(buffer))
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, struct.error) as fault:
            raise IntegrityError("A file of the package is damaged.", "Ask its sender for it again.") from fault
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._entry.close()
        super().close()


def _add(archive: zipfile.ZipFile, one: Part, message: PackageMessage) -> None:
    entry = zipfile.ZipInfo(one.path, dos_time(message.at))
    entry.external_attr = 0o100644 << 16
    entry.create_system = 3
    entry.file_size = one.size  # lets zipfile decide on ZIP64
    measured = sha256()
    with archive.open(entry, "w") as target:
        for chunk in one.open():
            measured.update(chunk)
            target.write(chunk)
    if measured.hexdigest() != one.sha256:
        raise IntegrityError(f"{one.path} is not what its digest says.", "Nothing was sealed; check the vault.")


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as fault:
        raise IntegrityError("The package's message is not UTF-8.") from fault
