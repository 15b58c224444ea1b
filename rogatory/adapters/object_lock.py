"""Whether an S3 store's object lock holds: asked, and tried with a canary that may not be deleted.

A promise is the bucket's default retention. The canary is stored as content is; then the store is asked to delete that
very version, with and without the bypass that administrators may have, and to shorten its retention. Whether it is
still there afterwards decides, not what the store answered. One canary a day at most; each costs one byte and some
header until its retention ends.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import obstore
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session
from obstore.exceptions import AlreadyExistsError, BaseError

from rogatory.adapters.vault_settings import S3Settings
from schemas.vault import LockState, Protection

if TYPE_CHECKING:
    from obstore.store import S3Store

_NONE = {"ObjectLockConfigurationNotFoundError", "NoSuchObjectLockConfiguration", "NotImplemented"}
_TIMEOUT = 5


def probe(settings: S3Settings, store: "S3Store") -> Protection:
    """Asks and tries; answers in every case, and raises nothing but our own mistakes."""
    try:
        return _answer(settings, *_Canary(settings, store).examine())
    except ClientError as fault:
        return _answer(settings, LockState.UNKNOWN, f"{settings.place} answered {_code(fault)} to the probe")
    except (BotoCoreError, BaseError, OSError) as fault:
        return _answer(settings, LockState.UNKNOWN, f"{settings.place} did not answer ({type(fault).__name__})")


def _answer(settings: S3Settings, state: LockState, detail: str) -> Protection:
    return Protection(state=state, detail=detail, demanded=settings.object_lock == "required")


class _Canary:
    def __init__(self, settings: S3Settings, store: "S3Store") -> None:
        self._store, self._bucket = store, settings.bucket
        self._key = f"{settings.prefix}canary/{datetime.now(UTC):%Y-%m-%d}"
        self._client = _client(settings)

    def examine(self) -> tuple[LockState, str]:
        """The state, and one sentence."""
        promised = self._promise()
        if promised is None:
            return LockState.NOT_PROMISED, f"bucket {self._bucket} has no object lock with a default retention"
        version, mode, until = self._placed()
        if mode is None or until is None or until <= datetime.now(UTC):
            return LockState.NOT_ENFORCED, f"bucket {self._bucket} promises {promised}, and a new object got none"
        if not self._survives(version):
            return LockState.NOT_ENFORCED, f"bucket {self._bucket} promises {promised}, and the canary was deleted"
        if not self._survives(version, bypass=True):
            return (
                LockState.NOT_ENFORCED,
                f"bucket {self._bucket} promises {promised}, and these credentials could lift it",
            )
        if not self._stays(version, mode, until):
            return LockState.NOT_ENFORCED, f"bucket {self._bucket} promises {promised}, and its end could be moved"
        return LockState.ENFORCED, f"{promised}; the canary of {self._key[-10:]} could not be deleted"

    def _promise(self) -> str | None:
        try:
            found = self._client.get_object_lock_configuration(Bucket=self._bucket)["ObjectLockConfiguration"]
        except ClientError as fault:
            if _code(fault) in _NONE:
                return None
            raise
        rule = found.get("Rule", {}).get("DefaultRetention", {})
        if found.get("ObjectLockEnabled") != "Enabled" or not rule.get("Mode"):
            return None
        length = f"{rule['Years']} years" if rule.get("Years") else f"{rule.get('Days', 0)} days"
        return f"{rule['Mode']} for {length}"

    def _placed(self) -> tuple[str | None, str | None, datetime | None]:
        """Stores the canary of the day where there is none; its version, mode and end of retention."""
        with suppress(FileExistsError, AlreadyExistsError):
            obstore.put(self._store, self._key, b"\0", mode="create", use_multipart=False)
        head = self._client.head_object(Bucket=self._bucket, Key=self._key)
        return head.get("VersionId"), head.get("ObjectLockMode"), head.get("ObjectLockRetainUntilDate")

    def _survives(self, version: str | None, *, bypass: bool = False) -> bool:
        with suppress(ClientError):  # refused, as it should be; whether it is still there is asked all the same
            self._client.delete_object(
                Bucket=self._bucket,
                Key=self._key,
                **({"VersionId": version} if version else {}),
                **({"BypassGovernanceRetention": True} if bypass else {}),
            )
        return self._head(version) is not None

    def _stays(self, version: str | None, mode: str, until: datetime) -> bool:
        sooner = datetime.now(UTC) + timedelta(minutes=1)
        if sooner >= until:
            return True
        with suppress(ClientError):
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=self._key,
                Retention={"Mode": mode, "RetainUntilDate": sooner},
                **({"VersionId": version} if version else {}),
            )
        found = self._head(version)
        return found is not None and found.get("ObjectLockRetainUntilDate") == until

    def _head(self, version: str | None) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._client.head_object(
                Bucket=self._bucket, Key=self._key, **({"VersionId": version} if version else {})
            )
        except ClientError as fault:
            if fault.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                return None
            raise
        return found


def _client(settings: S3Settings) -> Any:
    return Session().create_client(
        "s3",
        region_name=settings.region,
        endpoint_url=settings.endpoint,
        config=Config(
            connect_timeout=_TIMEOUT,
            read_timeout=_TIMEOUT,
            retries={"total_max_attempts": 2},
            s3={"addressing_style": "path" if settings.endpoint else "auto"},
        ),
    )


def _code(fault: Any) -> str:
    return str(fault.response.get("Error", {}).get("Code", "an error"))
