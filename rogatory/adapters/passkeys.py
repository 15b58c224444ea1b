"""Passkeys of officials: offered by their holder in a browser, entered by registrars, taken away again.

An offer waits in the home as a file until it is entered: it holds public words only, signed by the official's key and
by the passkey for one change of the directory, so nothing is gained by whoever reads or copies it.
"""

import secrets
from datetime import datetime
from pathlib import Path

from pydantic import JsonValue, ValidationError

from rogatory.adapters.key_holders import check_id
from rogatory.adapters.officials import change_directory, open_ledger
from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.directory import PASSKEY, sign_joining
from rogatory.custody.dsse import parse_canonical
from rogatory.errors import IntegrityError, NotFoundError
from rogatory.ports import Asserting, Signer
from schemas.commands import Receipt
from schemas.custody import Official, Passkey
from schemas.identifiers import OfficialId, Record

LARGEST = 64 * 1024


class Offer(Record):
    """A passkey on offer."""

    passkey: Passkey
    command_id: str
    """The change of the directory it is for."""
    possession: str
    """The envelope that the official's key and the passkey signed."""


def offer(home: Path, official: Official, passkey: Passkey, key: Signer, asserting: Asserting) -> None:
    """Keeps an official's passkey for the registrars; an earlier offer of theirs falls away.

    Raises RefusedError: as key and passkey refuse to sign.
    """
    command_id = f"{PASSKEY}-{secrets.token_hex(8)}"
    signed = sign_joining(official, command_id, key, asserting)
    path = _place(home, official.official)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    replace_file(path, Offer(passkey=passkey, command_id=command_id, possession=signed).model_dump_json().encode())


def on_offer(home: Path, official: OfficialId) -> Passkey | None:
    """The passkey an official offered and no registrar has entered. Raises IntegrityError."""
    path = _place(home, official)
    return _read(path).passkey if path.is_file() else None


def seen_on_offer(home: Path, official: OfficialId) -> tuple[Passkey | None, bool]:
    """The same for a list, and whether the file of the offer is spoilt: it must not keep others from being seen."""
    try:
        return on_offer(home, official), False
    except IntegrityError:
        return None, True


def enter_offered(home: Path, official: OfficialId, *, now: datetime) -> tuple[Official, Receipt]:
    """Enters the passkey an official offered, in place of the one they may have.

    Raises NotFoundError: nothing is on offer, or no such official. RefusedError: the directory's rules forbid it.
    """
    path = _place(home, official)
    if not path.is_file():
        raise NotFoundError(
            f"{official[:40]} has offered no passkey.", "They do so in the inbox: Your sessions, Your passkey."
        )
    offered = _read(path)
    record = _known(home, official).model_copy(update={"passkey": offered.passkey})
    facts: dict[str, JsonValue] = {
        "official": record.model_dump(mode="json"),
        "possession": parse_canonical(offered.possession.encode()),
    }
    receipt = change_directory(home, open_ledger(home), PASSKEY, facts, now, command_id=offered.command_id)
    path.unlink()
    return record, receipt


def remove(home: Path, official: OfficialId, *, now: datetime) -> Receipt | None:
    """Takes an official's passkey away, and one on offer: what it signs from now on is refused.

    None where there was only an offer: the directory had nothing to change. Raises NotFoundError: there was neither.
    """
    path, known = _place(home, official), _known(home, official)
    waiting = path.is_file()
    path.unlink(missing_ok=True)
    if known.passkey is None:
        if waiting:
            return None
        raise NotFoundError(f"{official} has no passkey, and none is on offer.")
    record = known.model_copy(update={"passkey": None})
    return change_directory(home, open_ledger(home), PASSKEY, {"official": record.model_dump(mode="json")}, now)


def _place(home: Path, official: OfficialId) -> Path:
    check_id(official)
    return home / "passkeys" / f"{official}.json"


def _read(path: Path) -> Offer:
    try:
        if path.stat().st_size > LARGEST:
            raise IntegrityError(f"{path} is too large to be an offer of a passkey.")
        return Offer.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise IntegrityError(f"{path} is no offer of a passkey.", "Remove it, and have it offered anew.") from error


def _known(home: Path, official: OfficialId) -> Official:
    known = open_ledger(home).officials().get(official)
    if known is None:
        raise NotFoundError(f"The directory knows no {official[:40]}.")
    return known
