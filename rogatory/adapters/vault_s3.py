"""The evidence vault in an S3 store: the same form, keys and promises as on a disk.

    <prefix><reference>/ab/<64 hex digits>   rogatory/adapters/vault_form.py
    <prefix>canary/<date>                    rogatory/adapters/object_lock.py

Content is sealed into a draft on this machine first, since its address is known only at its end; then it is uploaded,
in one request or in parts. An object appears in S3 whole or not at all, so an interrupted upload leaves nothing to see;
what is taken in with an origin goes on where it stopped (rogatory/adapters/s3_sending.py). The keys stay on this
machine: the store never holds what opens its content.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

from rogatory.adapters.vault_drafts import Draft, Drafts
from rogatory.adapters.vault_form import check, unseal
from rogatory.adapters.vault_fs import HEX, absent, checked_hex, damaged, sweep
from rogatory.adapters.vault_keys import REFERENCE, VaultKeys, checked_reference
from rogatory.adapters.vault_settings import S3Settings
from rogatory.adapters.vault_unfinished import SENDING, UnfinishedContent
from rogatory.adapters.vault_uploads import VaultUploads
from rogatory.errors import NotFoundError, UnreachableError, UsageError
from rogatory.ports import Origin, Progress
from schemas.identifiers import Digest, Reference
from schemas.vault import Holding, LockState, Protection, Unfinished

try:
    import obstore
    from obstore import exceptions as faults
    from obstore.store import S3Store
except ImportError as missing:
    raise UsageError(
        f"config.json names an S3 store, and a library for it is missing ({missing.name}).",
        "Install it with: pip install 'rogatory[s3]'",
    ) from missing

ONE_REQUEST = 8 << 20
"""Bytes up to which an object is sent in one request, which never overwrites."""
PART, MOST_PARTS, AT_ONCE = 8 << 20, 9_000, 2
"""Least size of a part in bytes; S3 takes 10,000 of them; so many are held in memory and under way at once."""
PATIENCE = timedelta(seconds=8)
"""How long a failing request is tried again: below the ten seconds a step of a workflow may stand still."""


class ObjectVault:
    """Implements `ports.EvidenceVault` in a bucket; any number of machines that share the keys may use it at once."""

    def __init__(self, settings: S3Settings, root: Path, keys: VaultKeys) -> None:
        """`root` is the folder on this machine for what is on its way in."""
        self._settings, self._keys, self._drafts = settings, keys, Drafts(root / "tmp")
        self._unfinished = UnfinishedContent(root / "unfinished", keys, self._give_up)
        self.uploads = VaultUploads(self._unfinished, keys, self._publish)
        self._store = open_store(settings)
        self._may_store = settings.object_lock != "required"

    @property
    def place(self) -> str:
        """Where the content lies, for a person."""
        return self._settings.place

    def keep(
        self, reference: Reference, source: BinaryIO, progress: Progress | None = None, origin: Origin | None = None
    ) -> tuple[Digest, int]:
        """Streams the bytes in; returns their digest and size in bytes. The same bytes twice are stored once.

        Raises:
            UnreachableError: the store does not answer, or this machine's disk is full, or the object lock that the
                configuration demands is not enforced; nothing was stored but what `origin` goes on with.
            IntegrityError: the same content is already there, and damaged.
        """
        checked_reference(reference)
        self._allowed()
        with (
            self._unfinished.sealed(reference, source, origin, progress)
            if origin
            else self._drafts.sealed(reference, self._keys.case_key(reference), source, progress)
        ) as draft:
            self._publish(reference, draft, progress)
        return draft.sealed.digest, draft.sealed.size

    def unfinished(self) -> Iterator[Unfinished]:
        """What was stopped on its way in and can be gone on with; it lies on this machine."""
        return self._unfinished.all()

    def read(self, reference: Reference, digest: Digest) -> bytes:
        """The bytes, verified. Raises NotFoundError, IntegrityError."""
        return b"".join(self.stream(reference, digest))

    def stream(self, reference: Reference, digest: Digest) -> Iterator[bytes]:
        """The bytes in chunks; raises IntegrityError no later than at the end, NotFoundError at once."""
        arriving, length = self._get(reference, digest)
        return unseal(arriving, length, self._keys.existing_case_key(reference), reference, digest, self.place)

    def has(self, reference: Reference, digest: Digest) -> bool:
        """Whether something is stored under the digest (not whether it is sound)."""
        return self._size(self._key(reference, digest)) is not None

    def check(self, reference: Reference, digest: Digest) -> bool:
        """Without a key: whether it is as it was written; False where it has no check sum.

        Raises NotFoundError, IntegrityError.
        """
        arriving, length = self._get(reference, digest)
        return check(arriving, length, reference, digest, self.place)

    def cases(self) -> Iterator[Reference]:
        """The cases something is held of, in order."""
        with _answering(self.place):
            found = obstore.list_with_delimiter(self._store, self._settings.prefix or None)["common_prefixes"]
        names = sorted(path.rstrip("/").rpartition("/")[2] for path in found)
        return iter([name for name in names if REFERENCE.fullmatch(name)])

    def holdings(self, reference: Reference) -> Iterator[Holding]:
        """Everything the case holds, in order of digest; nothing of it is read."""
        folder = f"{self._settings.prefix}{checked_reference(reference)}/"
        found: list[Any] = []
        with _answering(self.place):
            for page in obstore.list(self._store, folder):
                found += page
        for each in sorted(found, key=lambda each: each["path"]):
            shard, _, name = each["path"].removeprefix(folder).partition("/")
            if HEX.fullmatch(name) and shard == name[:2]:
                yield Holding(digest=f"sha256:{name}", size=each["size"], stored_at=each["last_modified"])

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
        """Asks the store, and tries with a canary, whether what is stored can be deleted before its time."""
        try:
            from rogatory.adapters.object_lock import probe  # noqa: PLC0415  (botocore: only who asks)
        except ImportError:
            detail = "botocore, which asks for the object lock, is missing: pip install 'rogatory[s3]'"
            demanded = self._settings.object_lock == "required"
            return Protection(state=LockState.UNKNOWN, detail=detail, demanded=demanded)
        return probe(self._settings, self._store)

    def require_protection(self) -> None:
        """Raises UnreachableError where the configuration demands an object lock and the store enforces none."""
        protection = self.protection()
        if protection.refused:
            raise UnreachableError(
                f"The configuration demands an object lock that holds, and {protection.detail}; nothing is stored.",
                'Mend the store, or set "object_lock": "reported" under "vault" in config.json.',
            )
        self._may_store = True

    def sweep(self, older_than: float | None = None) -> int:
        """Removes what killed writers left on this machine, once older than so many seconds; returns how many."""
        return sweep(self._drafts, self._unfinished, older_than)

    def _allowed(self) -> None:
        if not self._may_store:
            self.require_protection()

    def _publish(self, reference: Reference, draft: Draft, progress: Progress | None = None) -> None:
        self._allowed()
        key, size = self._key(reference, draft.sealed.digest), draft.path.stat().st_size
        if not self._upload(key, draft, size, progress):
            # What is there must be sound before the sender may forget his copy.
            for _ in self.stream(reference, draft.sealed.digest):
                pass
        elif (stored := self._size(key)) != size:
            raise UnreachableError(
                f"{self.place} says that it stored {draft.sealed.digest}, and then that it has "
                f"{'nothing' if stored is None else f'{stored} bytes of {size}'} of it.",
                "Keep the original, and have the store examined.",
            )

    def _upload(self, key: str, draft: Draft, size: int, progress: Progress | None) -> bool:
        """Makes the object; False where there is one."""
        file = draft.path
        with _answering(self.place):
            if size > ONE_REQUEST:
                there = self._size(key) is not None
                # Two writers at once may both come here: each object is whole, and the last one stays.
                part = max(PART, -(-size // MOST_PARTS))
                if draft.sending:
                    from rogatory.adapters.s3_sending import Sending  # noqa: PLC0415  (botocore: only who needs it)

                    sending = Sending(self._settings, draft.sending)
                    if there:
                        sending.clear(key)
                    else:  # a person may stop between two parts: that is asked where progress is told
                        sending.send(key, file, part, progress or (lambda _: None))
                    return not there
                if there:
                    return False
                obstore.put(self._store, key, file, use_multipart=True, chunk_size=part, max_concurrency=AT_ONCE)
                return True
            try:
                obstore.put(self._store, key, file.read_bytes(), mode="create", use_multipart=False)
            except faults.AlreadyExistsError:
                return False
            return True

    def _give_up(self, folder: Path) -> None:
        if (folder / SENDING).exists():
            from rogatory.adapters.s3_sending import Sending  # noqa: PLC0415  (botocore: only who needs it)

            Sending(self._settings, folder / SENDING).give_up()

    def _size(self, key: str) -> int | None:
        with _answering(self.place):
            try:
                return int(obstore.head(self._store, key)["size"])
            except (FileNotFoundError, faults.NotFoundError):
                return None

    def _get(self, reference: Reference, digest: Digest) -> tuple["_Arriving", int]:
        with _answering(self.place):
            try:
                answer = obstore.get(self._store, self._key(reference, digest))
                return _Arriving(answer.stream(min_chunk_size=1 << 20), self.place), int(answer.meta["size"])
            except (FileNotFoundError, faults.NotFoundError):
                raise absent(reference, digest) from None

    def _key(self, reference: Reference, digest: Digest) -> str:
        name = checked_hex(digest)
        return f"{self._settings.prefix}{checked_reference(reference)}/{name[:2]}/{name}"


class _Arriving:
    """The bytes of one answer, read like a file's."""

    def __init__(self, pieces: Iterator[Any], place: str) -> None:
        self._pieces, self._place = pieces, place
        self._left = memoryview(b"")

    def read(self, size: int, /) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._left:
            with _answering(self._place):
                self._left = memoryview(next(self._pieces, b""))
        given, self._left = bytes(self._left[:size]), self._left[size:]
        return given


@contextmanager
def _answering(place: str) -> Iterator[None]:
    """A store that fails is said to fail, in words; what it said may hold addresses, and is left out."""
    try:
        yield
    except (NotFoundError, UnreachableError):
        raise
    except (faults.PermissionDeniedError, faults.UnauthenticatedError, PermissionError) as fault:
        raise UnreachableError(
            f"{place} refuses these credentials.",
            "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or mend its policy.",
        ) from fault
    except (faults.BaseError, OSError) as fault:
        raise UnreachableError(
            f"{place} did not do it ({type(fault).__name__}{_status(fault)}); what was under way was not stored.",
            "Look whether the store runs, then repeat.",
        ) from fault


def _status(fault: Exception) -> str:
    _, _, rest = str(fault).partition("non-2xx status code: ")
    return f", {rest[:3]}" if rest[:3].isdigit() else ""


def open_store(settings: S3Settings) -> "S3Store":
    """The client of the bucket; each request carries the SHA-256 of what it sends, for the store to check."""
    return S3Store(
        settings.bucket,
        region=settings.region,
        virtual_hosted_style_request=settings.endpoint is None,
        checksum_algorithm="SHA256",
        client_options={"allow_http": settings.in_clear, "connect_timeout": "5s", "timeout": "60s"},
        retry_config={"max_retries": 5, "retry_timeout": PATIENCE},
        config={"endpoint": settings.endpoint} if settings.endpoint else {},
    )
