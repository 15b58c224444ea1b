"""Signed acts: an in-toto Statement v1 in a DSSE envelope, bound to one case, one task and one command.

Replay is refused by what the statement says, not by a list of what was seen: case, task and command id are signed.
Words that may name persons are not in it, only their salted digests (as in SD-JWT, RFC 9901): they can be erased, and
the statement still verifies.
"""

import base64
import binascii
import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from pydantic import JsonValue, ValidationError

from rogatory.custody.dsse import (
    IN_TOTO,
    Opened,
    canonical,
    open_envelope,
    parse_canonical,
    sign_envelope,
    verify_official,
)
from rogatory.custody.instants import instant, moment
from rogatory.errors import IntegrityError, RefusedError, UsageError
from rogatory.ports import Asserting, Signer
from schemas.commands import Command
from schemas.custody import Official
from schemas.identifiers import hex_of

C = TypeVar("C", bound=Command)

STATEMENT = "https://in-toto.io/Statement/v1"
GROUPS = {
    "submit": "decision",
    "decide": "decision",
    "break-glass": "decision",
    "review-break-glass": "decision",
    "go-on": "decision",
    "reassign": "decision",
    "correct": "decision",
    "withdraw": "decision",
    "erase-words": "decision",
    "order-erasure": "decision",
    "erase-content": "custody",
    "confirm-lapse": "decision",
    "resolve": "decision",
    "send": "transmission",
    "acknowledge": "transmission",
    "ask": "transmission",
    "reply": "transmission",
    "receive": "custody",
    "offer": "custody",
    "accept": "custody",
    "refuse-custody": "custody",
    "sign-off": "custody",
    "enter-item": "custody",
    "seal-item": "custody",
    "open-item": "custody",
    "store-item": "custody",
    "examine-item": "custody",
    "copy-item": "custody",
    "offer-item": "custody",
    "accept-item": "custody",
    "decline-item": "custody",
    "return-item": "custody",
    "destroy-item": "custody",
    "settle-item": "decision",
    "correct-item": "custody",
    "attach-scan": "custody",
    "tie-item": "decision",
    "report-measure": "report",
    "check-form": "decision",
    "settle-measure": "decision",
    "limit-use": "decision",
    "note-consent": "report",
    "note-use": "custody",
    "disclose": "custody",
    "discharge-duty": "custody",
    "re-attest": "custody",
    "report-arrest": "report",
    "report-not-found": "report",
    "report-consent": "report",
    "report-decision": "report",
    "appoint": "report",
    "report-not-collected": "report",
    "report-postponed": "report",
    "report-surrender": "report",
    "report-return": "report",
    "report-waiver": "report",
    "report-reextradition": "report",
    "report-discharge": "report",
    "report-departure": "report",
    "report-outcome": "report",
    "report-preserved": "report",
    "report-not-preserved": "report",
    "answer-conditions": "report",
    "follow-up": "decision",
    "order-document": "decision",
    "supply": "decision",
    "file-formal": "decision",
    "agree-date": "decision",
    "propose-charge": "decision",
    "ask-status": "transmission",
    "give-assurance": "transmission",
    "request-prosecution": "transmission",
    "request-transit": "transmission",
    "request-waiver": "transmission",
    "request-reextradition": "transmission",
}
"""Act: the group in its predicate type, so that a signature given for one kind of act fits no other kind."""
SUBJECTS = {
    "submit": "request",
    "correct": "request",
    "decide": "letter",
    "break-glass": "letter",
    "review-break-glass": "letter",
    "go-on": "letter",
    "send": "letter",
    "receive": "manifest",
    "supply": "enclosure",
    "file-formal": "request",
    "copy-item": "digest",
    "attach-scan": "scan",
    "destroy-item": "order",
}
"""Act: the field whose digest it is about; offer and accept are about their item."""
APART = {"command_id", "by", "role", "statement", "disclosures"}
SALT = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True)
class Statement:
    """What a signed act says; words are present only as digests."""

    act: str
    case: str
    task: str
    command_id: str
    by: str
    role: str
    at: datetime
    """When its signer says it was signed."""
    facts: dict[str, JsonValue]
    withheld: dict[str, str]
    """Field: digest of its disclosure."""
    opened: Opened


def sign_command(command: C, *, reference: str, task: str, signer: Signer | Asserting, at: datetime) -> C:
    """The command with its statement signed and its words disclosed.

    Raises:
        UsageError: the signed command is too large for its schema; nothing can be done but to split it.
    """
    disclosures = tuple(
        disclose(field, str(getattr(command, field)))
        for field in sorted(command.WITHHELD)
        if getattr(command, field) is not None
    )
    payload = _payload(command, reference, task, instant(at), _digests(disclosures))
    envelope = sign_envelope(IN_TOTO, payload, [signer])
    try:
        return type(command).model_validate(
            command.model_dump() | {"statement": envelope, "disclosures": disclosures}, strict=False
        )
    except ValidationError as error:
        raise UsageError(
            f"The signed act {command.ACT} has {len(envelope)} characters, too many for one act.",
            "Split it, for example into several deliveries.",
        ) from error


def verify_command(command: Command, *, reference: str, task: str, official: Official) -> None:
    """Returns when the command is exactly what that official signed, for that case and task.

    Raises:
        RefusedError: NotSigned; Forged when any field, the case, the task, a word or the signature differs.
    """
    if command.statement == "unsigned":
        raise RefusedError("NotSigned", f"The act {command.ACT} is not signed.", "Sign it with your own key.")
    try:
        statement = read_statement(command.statement)
        expected = _payload(command, reference, task, instant(statement.at), _digests(command.disclosures))
        if canonical(expected) != statement.opened.payload_bytes:
            raise IntegrityError("what is signed is not what is given")
        if words_of(command.disclosures, command.statement) != {
            field: value for field in command.WITHHELD if (value := getattr(command, field)) is not None
        }:
            raise IntegrityError("the words given are not the words signed")
        verify_statement(statement, official)
    except (IntegrityError, ValueError) as error:
        words = str(error).rstrip(".")
        raise RefusedError("Forged", f"The act {command.ACT} of {command.by} is not accepted: {words}.") from error


def read_statement(envelope: str) -> Statement:
    """What a signed act says. Raises IntegrityError for any other form; verifies no signature."""
    opened = open_envelope(envelope, IN_TOTO)
    payload = opened.payload
    predicate = payload.get("predicate")
    if not isinstance(predicate, dict):
        raise IntegrityError("A statement has a predicate.")
    texts = {name: predicate.get(name) for name in ("act", "case", "task", "command", "by", "role", "at")}
    facts, withheld = predicate.get("facts"), predicate.get("_sd")
    if not all(isinstance(text, str) for text in texts.values()) or not isinstance(facts, dict):
        raise IntegrityError("A statement's predicate lacks one of act, case, task, command, by, role, at, facts.")
    if not isinstance(withheld, dict) or not all(isinstance(digest, str) for digest in withheld.values()):
        raise IntegrityError("A statement's predicate lacks _sd, the digests of withheld fields.")
    said = {name: str(text) for name, text in texts.items()}
    return Statement(
        act=said["act"],
        case=said["case"],
        task=said["task"],
        command_id=said["command"],
        by=said["by"],
        role=said["role"],
        at=moment(said["at"]),
        facts=facts,
        withheld={field: str(digest) for field, digest in withheld.items()},
        opened=opened,
    )


def verify_statement(statement: Statement, official: Official) -> None:
    """Returns when that official, and nobody else, signed a well-formed act. Raises IntegrityError."""
    if statement.by != official.official:
        raise IntegrityError(f"the act names {statement.by}, not {official.official}")
    verify_official(statement.opened, official)
    if canonical(_statement(statement)) != statement.opened.payload_bytes:
        raise IntegrityError("the statement is not of the form of its act")


def disclose(field: str, value: str) -> str:
    """A disclosure: base64url of canonical JSON [salt, field, value], the salt of 128 random bits (RFC 9901, 4.2.1)."""
    return _b64url(canonical([_b64url(os.urandom(16)), field, value]))


def disclosure_digest(disclosure: str) -> str:
    """What stands on the ledger in place of the words: base64url of the SHA-256 of the disclosure (RFC 9901, 4.2.3)."""
    return _digest(disclosure)


def words_of(disclosures: Sequence[str], envelope: str) -> dict[str, str]:
    """The withheld fields that are disclosed, each checked against the signed digest; erased ones are absent.

    Raises:
        IntegrityError: a disclosure is malformed, or is not what was signed.
    """
    withheld = read_statement(envelope).withheld
    words: dict[str, str] = {}
    for disclosure in disclosures:
        field, value = _disclosed(disclosure)
        if withheld.get(field) != _digest(disclosure):
            raise IntegrityError(f"The words given for {field} are not the words signed.")
        words[field] = value
    return words


def _digests(disclosures: Sequence[str]) -> dict[str, JsonValue]:
    digests: dict[str, JsonValue] = {_disclosed(disclosure)[0]: _digest(disclosure) for disclosure in disclosures}
    if len(digests) != len(disclosures):
        raise IntegrityError("a withheld field is disclosed twice")
    return digests


def _disclosed(disclosure: str) -> tuple[str, str]:
    try:
        raw = base64.b64decode(disclosure.replace("-", "+").replace("_", "/") + "=" * (-len(disclosure) % 4))
    except (binascii.Error, ValueError) as error:
        raise IntegrityError("A disclosure is not base64url.") from error
    value = parse_canonical(raw)
    if _b64url(raw) != disclosure or not isinstance(value, list) or len(value) != 3:
        raise IntegrityError("A disclosure is not [salt, field, value].")
    salt, field, text = value
    if not isinstance(salt, str) or not SALT.fullmatch(salt) or not isinstance(field, str) or not isinstance(text, str):
        raise IntegrityError("A disclosure is not [salt of 128 bits, field, value].")
    return field, text


def _digest(disclosure: str) -> str:
    return _b64url(hashlib.sha256(disclosure.encode()).digest())


def _b64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def clear_facts(command: Command) -> dict[str, JsonValue]:
    """The fields of a command that stand in clear in its statement and on the ledger."""
    return command.model_dump(mode="json", exclude=APART | command.WITHHELD, exclude_none=True)


def _payload(
    command: Command, reference: str, task: str, at: str, withheld: Mapping[str, JsonValue]
) -> dict[str, JsonValue]:
    facts = clear_facts(command)
    predicate: dict[str, JsonValue] = {
        "act": command.ACT,
        "case": reference,
        "task": task,
        "command": command.command_id,
        "by": command.by,
        "role": command.role.value,
        "at": at,
        "facts": facts,
        "_sd": dict(withheld),
    }
    return _framed(command.ACT, reference, facts, predicate)


def _statement(statement: Statement) -> dict[str, JsonValue]:
    predicate: dict[str, JsonValue] = {
        "act": statement.act,
        "case": statement.case,
        "task": statement.task,
        "command": statement.command_id,
        "by": statement.by,
        "role": statement.role,
        "at": instant(statement.at),
        "facts": statement.facts,
        "_sd": dict(statement.withheld),
    }
    return _framed(statement.act, statement.case, statement.facts, predicate)


def _framed(
    act: str, reference: str, facts: Mapping[str, JsonValue], predicate: dict[str, JsonValue]
) -> dict[str, JsonValue]:
    if act not in GROUPS:
        raise IntegrityError(f"there is no act {act!r}")
    name = SUBJECTS.get(act)
    digest = facts.get(name) if name else None
    if act in {"offer", "accept"}:
        name, digest = str(facts.get("item")), facts.get("digest")
    if not isinstance(digest, str):
        name, digest = reference, hashlib.sha256(reference.encode()).hexdigest()
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": hex_of(digest)}}],
        "predicateType": f"urn:rogatory:act:{GROUPS[act]}:v1",
        "predicate": predicate,
    }
