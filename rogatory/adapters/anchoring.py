"""Time stamps (RFC 3161) over checkpoints: that this head, and so every line before it, existed by then.

The authority is optional and no case waits for it: a head without a stamp is `unanchored`, and is tried again.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from asn1crypto import cms
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleTrustManager

from rogatory.adapters.cms import certificates, name_of, wait_for
from rogatory.adapters.heads import KeptHead, LedgerHeads
from rogatory.adapters.timestamps import AskingStamper, stamping
from rogatory.custody.note import read_checkpoint
from rogatory.custody.proofs import Placed
from rogatory.custody.verify_place import Stamped
from rogatory.errors import IntegrityError, RogatoryError
from schemas.custody import Check

ANCHORED = "anchored"
DAILY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Anchoring:
    """How the newest head stands."""

    head: KeptHead | None
    """None: no head left the house yet."""
    reason: str = ""
    """Why it is unanchored."""
    ahead: timedelta | None = None
    """How far our clock is before the authority's; known where it stamped a moment ago."""


def anchor(home: Path, heads: LedgerHeads, now: datetime | None = None) -> Anchoring:
    """Has the newest head stamped unless it is; takes a new head when the last is a day old. Silence is no error."""
    now = now or datetime.now(UTC)
    kept = heads.kept()
    if kept and now - kept[-1].at >= DAILY:
        heads.issue()
        kept = heads.kept()
    if not kept or kept[-1].token is not None:
        return Anchoring(kept[-1] if kept else None)
    newest = kept[-1]
    try:
        authority = stamping(home)
        if isinstance(authority, str):
            return Anchoring(newest, authority)
        stamper = AskingStamper(authority, authority.trust())
        body = read_checkpoint(newest.note).body.encode()
        token = wait_for(stamper.async_timestamp(sha256(body).digest(), "sha256"))
        heads.note_token(newest.size, bytes(token.dump()))
    except RogatoryError as error:
        return Anchoring(newest, str(error).rstrip("."))
    info = token["content"]["encap_content_info"]["content"].parsed
    return Anchoring(heads.kept()[-1], ahead=now - info["gen_time"].native)


def judge_stamp(placed: Placed, roots: tuple[str, ...]) -> Stamped | None:
    """What the stamp sent along says of the checkpoint; a missing one is told and is no fault. None: no checkpoint."""
    if placed.checkpoint is None:
        return None
    if not placed.tokens:
        detail = "unanchored: no time stamp over this checkpoint was given"
        return Stamped(Check(name=ANCHORED, ok=True, detail=detail))
    try:
        at, by = check_stamp(placed.tokens[0], placed.checkpoint.body.encode(), roots)
    except IntegrityError as error:
        return Stamped(Check(name=ANCHORED, ok=False, detail=str(error).rstrip(".")))
    return Stamped(Check(name=ANCHORED, ok=True, detail=f"existed by {at:%Y-%m-%dT%H:%M:%SZ}, stamped by {by}"), at)


def check_stamp(token: bytes, message: bytes, roots: tuple[str, ...]) -> tuple[datetime, str]:
    """When a token says the message existed, and whose it is. Raises IntegrityError: not over it, or not trusted."""
    digests = {name: sha256(message).digest() for name in ("sha256",)}
    try:
        signed = cms.ContentInfo.load(token, strict=True)["content"]
        trust = ValidationContext(
            trust_manager=SimpleTrustManager.build(trust_roots=certificates(roots)), allow_fetching=False
        )
        found = wait_for(validate_tst_signed_data(signed, trust, lambda algorithm: digests.get(algorithm, b"")))
        status = TimestampSignatureStatus(**found)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise IntegrityError("the time stamp cannot be read") from error
    if not (status.intact and status.valid):
        raise IntegrityError("the time stamp is not over this checkpoint")
    if not status.trusted:
        raise IntegrityError(f"the time stamp is by {name_of(status.signing_cert)}, whom no trust anchor vouches for")
    return status.timestamp, name_of(status.signing_cert)
