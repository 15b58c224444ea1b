"""Instants of time as they are signed: RFC 3339, UTC, in one spelling."""

from datetime import UTC, datetime

from rogatory.errors import IntegrityError


def instant(at: datetime) -> str:
    """E.g. 2026-11-22T13:30:00Z, with six decimals when there are any. Raises IntegrityError without a time zone."""
    if at.tzinfo is None:
        raise IntegrityError("A time without a zone is no instant.")
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def moment(text: str) -> datetime:
    """The instant, aware, UTC. Raises IntegrityError for any other spelling than `instant` writes."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise IntegrityError(f"{text[:40]!r} is no instant (RFC 3339).") from error
    if at.tzinfo is None or instant(at) != text:
        raise IntegrityError(f"{text[:40]!r} is not spelled as an instant in UTC, such as 2026-11-22T13:30:00Z.")
    return at.astimezone(UTC)
