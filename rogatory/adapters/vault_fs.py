"""The evidence vault on a local disk: content under its own SHA-256, encrypted per case, written once.

vault/<reference>/ab/<64 hex digits>     rogatory/adapters/vault_form.py
vault/tmp/                               content on its way in; never seen by a reader
vault/unfinished/                        the same, stopped half-way: rogatory/adapters/vault_unfinished.py
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rogatory.adapters.vault_drafts import LEFTOVER_AGE, Draft, Drafts
from rogatory.adapters.vault_form import check, unseal
from rogatory.adapters.vault_keys import REFERENCE, VaultKeys, checked_reference, fsync_folder
from rogatory.adapters.vault_unfinished import UNFINISHED_AGE, UnfinishedContent
from rogatory.adapters.vault_uploads import VaultUploads
from rogatory.errors import IntegrityError, NotFoundError
from rogatory.ports import Origin, Progress
from schemas.identifiers import Digest, Reference, hex_of
from schemas.vault import Holding, LockState, Protection, Unfinished

if TYPE_CHECKING:
    from rogatory.ports import EvidenceVault

HEX = re.compile(r"[0-9a-f]{64}")


class DirectoryVault:
    """Implements `ports.EvidenceVault` in a folder; any number of processes may use it at once."""

    def __init__(self, root: Path, keys: VaultKeys) -> None:
        self._root = root
        self._keys = keys
        self._drafts = Drafts(root / "tmp")
        self._unfinished = UnfinishedContent(root / "unfinished", keys)
        self.uploads = VaultUploads(self._unfinished, keys, lambda case, draft, _: self._publish(case, draft))

    @property
    def place(self) -> str:
        """Where the content lies, for a person."""
        return str(self._root)

    def keep(
        self, reference: Reference, source: BinaryIO, progress: Progress | None = None, origin: Origin | None = None
    ) -> tuple[Digest, int]:
        """Streams the bytes in; returns their digest and size in bytes. The same bytes twice are stored once.

        Raises:
            UnreachableError: the disk is full or cannot be written; nothing was stored but what `origin` goes on with.
            IntegrityError: the same content is already there, and damaged.
        """
        with (
            self._unfinished.sealed(reference, source, origin, progress)
            if origin
            else self._drafts.sealed(reference, self._keys.case_key(reference), source, progress)
        ) as draft:
            self._publish(reference, draft)
        return draft.sealed.digest, draft.sealed.size

    def unfinished(self) -> Iterator[Unfinished]:
        """What was stopped on its way in and can be gone on with."""
        return self._unfinished.all()

    def read(self, reference: Reference, digest: Digest) -> bytes:
        """The bytes, verified. Raises NotFoundError, IntegrityError."""
        return b"".join(self.stream(reference, digest))

    def stream(self, reference: Reference, digest: Digest) -> Iterator[bytes]:
        """The bytes in chunks; raises IntegrityError no later than at the end, NotFoundError at once."""
        path = self._stored(reference, digest)
        return self._unseal(path, self._keys.existing_case_key(reference), reference, digest)

    def has(self, reference: Reference, digest: Digest) -> bool:
        """Whether something is stored under the digest (not whether it is sound)."""
        return self._path(reference, digest).is_file()

    def check(self, reference: Reference, digest: Digest) -> bool:
        """Without a key: whether it is as it was written; False where it has no check sum.

        Raises NotFoundError, IntegrityError.
        """
        path = self._stored(reference, digest)
        with path.open("rb") as file:
            return check(file, path.stat().st_size, reference, digest, str(path))

    def cases(self) -> Iterator[Reference]:
        """The cases something is held of, in order."""
        for path in sorted(self._root.iterdir()):
            if REFERENCE.fullmatch(path.name) and path.is_dir():
                yield path.name

    def holdings(self, reference: Reference) -> Iterator[Holding]:
        """Everything the case holds, in order of digest; nothing of it is read."""
        for path in sorted((self._root / checked_reference(reference)).glob("??/*")):
            if HEX.fullmatch(path.name) and path.parent.name == path.name[:2]:
                stat = path.stat()
                stored_at = datetime.fromtimestamp(stat.st_mtime, UTC)
                yield Holding(digest=f"sha256:{path.name}", size=stat.st_size, stored_at=stored_at)

    def digests(self, reference: Reference) -> Iterator[Digest]:
        """The digests of everything the case holds, in order."""
        return (holding.digest for holding in self.holdings(reference))

    def damaged(self, reference: Reference) -> tuple[Digest, ...]:
        """Reads everything the case holds with its key, and returns what is not what its digest says."""
        return damaged(self, reference)

    def key_held(self, reference: Reference) -> bool | None:
        """Whether the case's key is here; None where no keys are."""
        return self._keys.held(reference)

    def erase(self, reference: Reference) -> None:
        """Destroys the case's key: what is stored may be under an object lock, and stays as noise."""
        self._keys.destroy(reference)
        self._unfinished.sweep(0, reference)

    def protection(self) -> Protection:
        """A disk of this machine promises nothing."""
        return Protection(state=LockState.NOT_PROMISED, detail="a local disk: who administers it can delete")

    def require_protection(self) -> None:
        """Nothing can be demanded of a local disk."""

    def sweep(self, older_than: float | None = None) -> int:
        """Removes what killed writers left, once older than so many seconds; returns how many."""
        return sweep(self._drafts, self._unfinished, older_than)

    def _publish(self, reference: Reference, draft: Draft) -> None:
        target = self._path(reference, draft.sealed.digest)
        case = target.parent.parent
        for folder in (case, target.parent):
            if not folder.is_dir():
                folder.mkdir(exist_ok=True, mode=0o700)
                fsync_folder(folder.parent)
        try:
            target.hardlink_to(draft.path)  # atomic, and never overwrites
        except FileExistsError:
            # What is there must be sound before the sender may forget his copy.
            for _ in self.stream(reference, draft.sealed.digest):
                pass
        fsync_folder(target.parent)

    @staticmethod
    def _unseal(path: Path, case_key: bytes, reference: Reference, digest: Digest) -> Iterator[bytes]:
        with path.open("rb", buffering=0) as file:
            yield from unseal(file, path.stat().st_size, case_key, reference, digest, str(path))

    def _stored(self, reference: Reference, digest: Digest) -> Path:
        path = self._path(reference, digest)
        if not path.is_file():
            raise absent(reference, digest)
        return path

    def _path(self, reference: Reference, digest: Digest) -> Path:
        name = checked_hex(digest)
        return self._root / checked_reference(reference) / name[:2] / name


def checked_hex(digest: Digest) -> str:
    """The digest's 64 hexadecimal digits, safe in a path. Raises NotFoundError."""
    name = hex_of(digest)
    if not HEX.fullmatch(name):
        raise NotFoundError(f"{digest[:80]!r} is not a digest.", "Write it as sha256: and 64 hexadecimal digits.")
    return name


def sweep(drafts: Drafts, unfinished: UnfinishedContent, older_than: float | None) -> int:
    """Removes what lies on the way in, each kind after its own time where none is given; returns how many."""
    return drafts.sweep(LEFTOVER_AGE if older_than is None else older_than) + unfinished.sweep(
        UNFINISHED_AGE if older_than is None else older_than
    )


def absent(reference: Reference, digest: Digest) -> NotFoundError:
    """What is said of content that is not there."""
    return NotFoundError(f"The vault holds nothing under {digest} in {reference}.", "See `rogatory vault scrub`.")


def damaged(vault: "EvidenceVault", reference: Reference) -> tuple[Digest, ...]:
    """What of the case cannot be read as its digest says."""
    found: list[Digest] = []
    for holding in vault.holdings(reference):
        try:
            for _ in vault.stream(reference, holding.digest):
                pass
        except IntegrityError:
            found.append(holding.digest)
    return tuple(found)


def open_vault(home: Path) -> "EvidenceVault":
    """The vault of an installation: on its disk, or in the S3 store that config.json names."""
    from rogatory.adapters.vault_settings import read_vault_settings  # noqa: PLC0415  (it imports this module's S3 twin)

    settings, keys = read_vault_settings(home), VaultKeys(home / "keys")
    if settings is None:
        return DirectoryVault(home / "vault", keys)
    from rogatory.adapters.vault_s3 import ObjectVault  # noqa: PLC0415  (obstore: only who uses it)

    return ObjectVault(settings, home / "vault", keys)
