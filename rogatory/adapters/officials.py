"""Founds a demonstration authority, and enters officials and other states' authorities into its directory.

Keys lie in the home, one file for each official: fit for a demonstration, and marked DEMO wherever they appear. An
authority at work keeps its officials' keys on cards, and its registrars' keys off this machine.
"""

import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from pydantic import JsonValue

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.certificates import DemoAuthority, write_certificate
from rogatory.adapters.database import open_database
from rogatory.adapters.heads import open_heads
from rogatory.adapters.key_holders import SERVICE, check_id, signer_for
from rogatory.adapters.keys import FileSigner, public_pem, write_key
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.note_keys import NOTE_KEYS, make_note_key
from rogatory.adapters.vault_keys import replace_file
from rogatory.custody.directory import (
    ADDED,
    PEER,
    REVOKED,
    ROTATED,
    anchors_digest,
    is_service,
    sign_change,
    sign_possession,
)
from rogatory.custody.dsse import key_id, parse_canonical
from rogatory.custody.note import LOG, WITNESS
from rogatory.errors import IntegrityError, NotFoundError, RefusedError, UsageError
from rogatory.ports import Signer
from schemas.commands import Receipt
from schemas.custody import Official, TrustAnchors
from schemas.identifiers import OfficialId, Record, Role

THRESHOLD = 2
"""Of three registrars: one that is lost or suborned neither stops nor changes the directory."""
MADE = ("ca", "officials", *(f"keys/{name}" for name in ("service.key", "service.crt", *NOTE_KEYS)))
"""What a founding makes in its workshop and moves into the home, in this order."""
UNITS: dict[OfficialId, str] = {
    "prosecutor": "prosecution",
    "reviewer-1": "mutual-assistance",
    "reviewer-2": "extradition",
    "signatory": "directorate",
    "custodian": "evidence",
}
"""Units of the demonstration; registrars and the service break no glass, so they need none."""
POSTS: dict[OfficialId, tuple[str, Role]] = {
    "prosecutor": ("Prosecutor", Role.PROSECUTOR),
    "reviewer-1": ("Legal officer, central authority", Role.REVIEWER),
    "reviewer-2": ("Senior legal officer, central authority", Role.REVIEWER),
    "signatory": ("Head of the central authority", Role.SIGNATORY),
    "custodian": ("Evidence custodian", Role.CUSTODIAN),
    "registrar-1": ("Registrar of keys", Role.REGISTRAR),
    "registrar-2": ("Registrar of keys", Role.REGISTRAR),
    "registrar-3": ("Registrar of keys", Role.REGISTRAR),
}
NAMES = {
    "XN": ("Bo Larkspur", "Cleo Marl", "Dov Pennant", "Edda Rill", "Finn Osier", "Gita Thorn", "Hal Umber", "Io Vetch"),
    "": ("Ada Quill", "Ines Vale", "Otto Ember", "Mara Sorrel", "Tove Hollin", "Ravi Alder", "Lena Birch", "Sol Cairn"),
}
"""Invented. One set for the requested state of the demonstration, one for all others."""


@dataclass(frozen=True, slots=True)
class Founding:
    """What a home holds after founding."""

    created: bool
    """False when the authority was there already; nothing was changed then."""
    anchors: TrustAnchors
    officials: tuple[Official, ...]
    """In order of entry; the service's own key first."""
    where: tuple[Path, ...]
    """The folders and files that hold keys, certificates and anchors."""


class _Plan(Record):
    """All that a founding made, before any of it counts: a founding that was killed goes on from here."""

    anchors: TrustAnchors
    officials: tuple[Official, ...]
    at: datetime


def found_authority(
    home: Path,
    *,
    state: str = "XV",
    authority: str = "Central Authority of the Republic of Xaveria",
    demo: bool = True,
    now: datetime | None = None,
    package_recipient: str | None = None,
) -> Founding:
    """Makes keys, certificates, trust anchors and a directory of officials; where all are there, changes nothing.

    Run by one process at a time. What a killed run left is completed, with the keys it made.

    Raises:
        UsageError: not a demonstration, a malformed state or name, or keys that no founding made.
    """
    if not demo:
        raise UsageError(
            "Keys for real use are not made by a program on one machine.",
            "Have your public-key infrastructure issue them, and enter them by your registrars.",
        )
    if not re.fullmatch(r"[A-Z]{2}", state) or not 1 <= len(authority) <= 64 or not authority.isprintable():
        raise UsageError("A state has two capital letters, an authority a name of 1 to 64 characters.")
    where = (home / "ca", home / "officials", home / "keys" / "service.key", home / "anchors" / "own.json")
    if where[-1].exists():
        return Founding(False, FileAnchors(home).own(), tuple(open_ledger(home).officials().values()), where)
    workshop = home / "founding"
    if not (workshop / "plan.json").exists():
        if there := [str(path) for path in where if path.exists()]:
            raise UsageError(
                f"This home holds keys that no founding made: {', '.join(there)}.", "Choose another ROGATORY_HOME."
            )
        shutil.rmtree(workshop, ignore_errors=True)  # keys of a run killed before it planned; nothing knows them
        plan = _make(workshop, state, authority, now or datetime.now(UTC), package_recipient)
        replace_file(workshop / "plan.json", plan.model_dump_json().encode())
    plan = _Plan.model_validate_json((workshop / "plan.json").read_bytes())
    for name in MADE:
        if not (home / name).exists():
            (home / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            (workshop / name).rename(home / name)
    ledger = SqlLedger(open_database(home / "ledger.sqlite"), signer_for(home, SERVICE), plan.anchors)
    for official in plan.officials:
        facts: dict[str, JsonValue] = {"official": official.model_dump(mode="json")}
        change_directory(home, ledger, ADDED, facts, plan.at, command_id=f"founding-{official.official}")
    FileAnchors(home).set_own(plan.anchors)  # from here on the home counts as founded
    shutil.rmtree(workshop)
    return Founding(True, plan.anchors, plan.officials, where)


def _make(workshop: Path, state: str, authority: str, now: datetime, package_recipient: str | None) -> _Plan:
    for folder in ("ca", "officials", "keys"):
        (workshop / folder).mkdir(parents=True, mode=0o700)
    root = DemoAuthority.found(workshop / "ca", state=state, authority=authority, now=now)
    house = _House(workshop, state, authority, root, now)
    officials = [_new(house, SERVICE, SERVICE, name=f"Seal of {authority}", post="Case service", roles=(Role.SYSTEM,))]
    names = NAMES.get(state, NAMES[""])
    for number, (official, (post, role)) in enumerate(POSTS.items()):
        person = f"{state.lower()}-person-{number + 1}"
        unit = UNITS.get(official)
        officials.append(_new(house, official, person, name=names[number], post=post, roles=(role,), unit=unit))
    anchors = TrustAnchors(
        authority=authority,
        state=state,
        demo=True,
        registrars={one.keyid: one.public_key for one in officials if Role.REGISTRAR in one.roles},
        threshold=THRESHOLD,
        root_certificates=(root.root,),
        package_recipient=package_recipient,
        log_key=make_note_key(workshop / "keys", LOG, state).text,
        witness_key=make_note_key(workshop / "keys", WITNESS, state).text,
    )
    return _Plan(anchors=anchors, officials=tuple(officials), at=now)


def appoint(
    home: Path,
    official: OfficialId,
    *,
    name: str,
    post: str,
    roles: tuple[Role, ...],
    person: str,
    now: datetime,
    unit: str | None = None,
) -> Official:
    """Makes a key for a further official of the demonstration and enters them; `person` may hold other posts.

    Raises:
        UsageError: there is a key of that name. RefusedError: the registrars' rules forbid the record.
    """
    check_id(official)
    if (home / "officials" / f"{official}.key").exists():
        raise UsageError(f"There is a key of {official} already.")
    anchors = FileAnchors(home).own()
    root = DemoAuthority.load(home / "ca")
    house = _House(home, anchors.state, anchors.authority, root, now)
    record = _new(house, official, person, name=name, post=post, roles=roles, unit=unit)
    change_directory(home, open_ledger(home), ADDED, {"official": record.model_dump(mode="json")}, now)
    return record


def rotate(home: Path, official: OfficialId, *, now: datetime) -> Official:
    """Gives an official of the demonstration a new key; what the old one signs from now on is refused.

    The old key is kept beside it as `<official>.key.old-<id>`, since earlier letters were signed with it.

    Raises NotFoundError: the directory knows no such official. UsageError: the service's own key, which seals packages.
    """
    check_id(official)
    ledger = open_ledger(home)
    old = ledger.officials().get(official)
    if old is None or not (home / "officials" / f"{official}.key").is_file():
        raise NotFoundError(f"The directory knows no {official[:40]}, or their key is not in this home.")
    anchors = FileAnchors(home).own()
    workshop = home / "officials" / f"{official}.new-{secrets.token_hex(4)}"
    (workshop / "officials").mkdir(parents=True, mode=0o700)
    house = _House(workshop, anchors.state, anchors.authority, DemoAuthority.load(home / "ca"), now)
    name = old.name.removesuffix(" (DEMO)")
    record = _new(house, official, old.person, name=name, post=old.post, roles=old.roles, unit=old.unit)
    record = record.model_copy(update={"passkey": old.passkey})
    new = FileSigner(workshop / "officials" / f"{official}.key", workshop / "officials" / f"{official}.crt")
    command_id = f"{ROTATED}-{secrets.token_hex(8)}"
    facts: dict[str, JsonValue] = {
        "official": record.model_dump(mode="json"),
        "possession": parse_canonical(sign_possession(record, command_id, new).encode()),
    }
    change_directory(home, ledger, ROTATED, facts, now, command_id=command_id)
    for ending in ("key", "crt"):
        path = home / "officials" / f"{official}.{ending}"
        path.rename(path.with_name(f"{path.name}.old-{old.keyid[:8]}"))
        (workshop / "officials" / f"{official}.{ending}").rename(path)
    shutil.rmtree(workshop)
    return record


def revoke(home: Path, official: OfficialId, *, now: datetime) -> Receipt:
    """Removes an official from the directory: what they sign from now on is refused. Raises NotFoundError.

    The demonstration's authority also names their certificate in its revocation list.
    """
    ledger = open_ledger(home)
    known = ledger.officials().get(official)
    if known is None:
        raise NotFoundError(f"The directory knows no {official[:40]}.")
    if (home / "ca" / "root.key").exists():
        DemoAuthority.load(home / "ca").issue_list(home / "ca", now, revoked=(known.certificate,))
    return change_directory(home, ledger, REVOKED, {"official": official}, now)


def add_peer(home: Path, anchors: TrustAnchors, official: Official, *, now: datetime | None = None) -> Receipt | None:
    """Enters another state's authority: its anchors by digest, its official with its key. None: it was entered before.

    Raises:
        UsageError: the official is not "<state>-authority" in that role alone, or not of that state.
    """
    expected = f"{anchors.state.lower()}-authority"
    if (official.official, official.roles, official.state) != (expected, (Role.FOREIGN_AUTHORITY,), anchors.state):
        raise UsageError(f"The authority of {anchors.state} is entered as {expected}, with no other role.")
    ledger = open_ledger(home)
    digest = anchors_digest(anchors)
    directory = ledger.directory()
    known = directory.peers.get(anchors.state)
    receipt = None
    if known is None or known.anchors != digest or directory.officials().get(expected) != official:
        facts: dict[str, JsonValue] = {
            "state": anchors.state,
            "anchors": digest,
            "official": official.model_dump(mode="json"),
        }
        receipt = change_directory(home, ledger, PEER, facts, now or datetime.now(UTC))
    FileAnchors(home).set_peer(anchors)
    return receipt


def authority_card(home: Path) -> tuple[TrustAnchors, Official]:
    """What an authority hands to another state: its anchors, and its service's key as that of a foreign authority."""
    anchors = FileAnchors(home).own()
    service = next(one for one in open_ledger(home).officials().values() if is_service(one))
    card = service.model_copy(
        update={
            "official": f"{anchors.state.lower()}-authority",
            "person": f"{anchors.state.lower()}-authority",
            "roles": (Role.FOREIGN_AUTHORITY,),
            "name": anchors.authority,
            "post": "Central authority",
        }
    )
    return anchors, card


def open_ledger(home: Path) -> SqlLedger:
    """The ledger of a founded home. Raises NotFoundError."""
    anchors = FileAnchors(home).own()
    engine = open_database(home / "ledger.sqlite")
    return SqlLedger(engine, signer_for(home, SERVICE), anchors, heads=open_heads(home, engine))


def change_directory(
    home: Path,
    ledger: SqlLedger,
    event: str,
    facts: Mapping[str, JsonValue],
    now: datetime,
    *,
    command_id: str | None = None,
    words: Mapping[str, str] | None = None,
) -> Receipt:
    """Has a change signed by registrars whose keys are here, and recorded; `words`: disclosures by field.

    Raises NotFoundError: too few of their keys are here. RefusedError: as the ledger refuses it.
    """
    command_id = command_id or f"{event}-{secrets.token_hex(8)}"
    envelope = sign_change(event, facts, command_id, now, _registrars(home, ledger.anchors))
    return ledger.append_change(event, facts, command_id, envelope, now, words)


def _registrars(home: Path, anchors: TrustAnchors) -> list[Signer]:
    """As many registrars' keys of this home as a change needs."""
    signers: list[Signer] = []
    for path in sorted((home / "officials").glob("registrar-*.key")):
        signer = signer_for(home, path.stem)
        try:
            trusted = signer.keyid in anchors.registrars
        except (IntegrityError, RefusedError):
            trusted = False  # another registrar's key may do
        if trusted:
            signers.append(signer)
    if len(signers) < anchors.threshold:
        raise NotFoundError(
            f"A change of the directory needs the keys of {anchors.threshold} registrars, {len(signers)} are here.",
            f"They are looked for in {home / 'officials'}.",
        )
    return signers[: anchors.threshold]


@dataclass(frozen=True, slots=True)
class _House:
    """Where and for whom keys are made."""

    home: Path
    state: str
    authority: str
    root: DemoAuthority
    now: datetime


def _new(
    house: _House,
    official: OfficialId,
    person: str,
    *,
    name: str,
    post: str,
    roles: tuple[Role, ...],
    unit: str | None = None,
) -> Official:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key()
    seal = roles == (Role.SYSTEM,)
    certificate = house.root.certify(
        public, house.now, state=house.state, authority=house.authority, post=post, name=name, seal=seal
    )
    folder = house.home / ("keys" if seal else "officials")
    write_key(folder / f"{official}.key", key)
    write_certificate(folder / f"{official}.crt", certificate)
    pem = public_pem(public)
    return Official(
        official=official,
        person=person,
        name=f"{name} (DEMO)",
        post=post,
        roles=roles,
        keyid=key_id(pem),
        public_key=pem,
        certificate=certificate,
        state=house.state,
        unit=unit,
    )


__all__ = ["SERVICE", "add_peer", "appoint", "authority_card", "found_authority", "open_ledger", "revoke", "signer_for"]
