"""The directory of officials and of other states' authorities: a chain of its own, each change signed by registrars.

1. Registrars are trust anchors, given beforehand: a change needs the signatures of `threshold` of them.
2. Each change is bound to its entry id, and no entry id comes twice: a change cannot be replayed.
3. A key belongs to one official for ever; an official's certificate is for that key.
4. System, registrar and foreign authority are roles that stand alone.
5. Whether a key was valid is asked by place in the chain, never by a clock.
6. A new key takes the place of the old in one line, and its holder shows that they hold it; person and roles stay.
7. A key that no longer stands may be said to be suspect from an earlier place on (rogatory/custody/suspicion.py).
8. A passkey is joined to an official who is there, with their key's word and its own; it goes with them, or alone.
9. Delegations, deputies and absences: rogatory/custody/powers.py.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from pydantic import JsonValue, ValidationError

from rogatory.custody.dsse import (
    IN_TOTO,
    canonical,
    key_id,
    open_envelope,
    sign_envelope,
    verify_assertion,
    verify_signature,
)
from rogatory.custody.instants import instant, moment
from rogatory.custody.ledger import DIRECTORY, ZERO, Entry, Mark
from rogatory.custody.powers import ABSENT, DELEGATED, ENDED, Powers
from rogatory.custody.statement import STATEMENT
from rogatory.errors import IntegrityError
from rogatory.ports import Asserting, Signer
from schemas.custody import Official, TrustAnchors
from schemas.directory import Suspicion
from schemas.identifiers import Digest, OfficialId, Role, StateCode, hex_of

ADDED, REVOKED, PEER = "official-added", "official-revoked", "peer-added"
ROTATED, SUSPECTED = "official-rotated", "key-suspected"
PASSKEY = "passkey-set"
POSSESSION = "application/vnd.rogatory.possession+json"
PREDICATE = "urn:rogatory:act:directory:v1"
ALONE = (Role.SYSTEM, Role.REGISTRAR, Role.FOREIGN_AUTHORITY)


@dataclass(frozen=True, slots=True)
class PeerMark:
    """Another state's authority as our registrars entered it; its anchors are known by their digest."""

    state: StateCode
    official: OfficialId
    anchors: Digest
    registered_at: datetime


class Directory:
    """The officials after each line of the directory's chain."""

    def __init__(self, anchors: TrustAnchors) -> None:
        self._anchors = anchors
        self._stands: list[dict[OfficialId, Official]] = [{}]
        self._powers: list[Powers] = [Powers()]
        self._heads: list[str] = [ZERO]
        self._times: list[datetime] = []
        self._owners: dict[str, OfficialId] = {}
        self._suspicions: list[tuple[int, Suspicion]] = []
        self._ids: set[str] = set()
        self.peers: dict[StateCode, PeerMark] = {}

    @classmethod
    def of(cls, entries: Iterable[Entry], anchors: TrustAnchors) -> "Directory":
        """The directory of these lines. Raises IntegrityError at the first that is not as it must be."""
        directory = cls(anchors)
        for entry in entries:
            if faults := directory.extend(entry):
                raise IntegrityError(f"Line {entry.seq} of the directory: {faults[0]}.")
            if not directory.service(entry):
                raise IntegrityError(f"Line {entry.seq} of the directory is not signed by the service's key.")
        return directory

    @property
    def size(self) -> int:
        """Its number of lines."""
        return len(self._heads) - 1

    @property
    def mark(self) -> Mark:
        """Where it stands now."""
        return Mark(self.size, self._heads[-1])

    @property
    def latest(self) -> datetime | None:
        """When its last line was written."""
        return self._times[-1] if self._times else None

    def officials(self, size: int | None = None) -> Mapping[OfficialId, Official]:
        """The officials by id after `size` lines; by default, now."""
        return self._stands[self.size if size is None else size]

    def powers(self, size: int | None = None) -> Powers:
        """The delegations and absences after `size` lines; by default, now."""
        return self._powers[self.size if size is None else size]

    def suspicions(self, size: int | None = None) -> list[Suspicion]:
        """What the first `size` lines say of keys in wrong hands; by default, all of them."""
        return [said for place, said in self._suspicions if size is None or place < size]

    def keys_of(self, official: OfficialId) -> set[str]:
        """The ids of every key they ever had."""
        return {keyid for keyid, owner in self._owners.items() if owner == official}

    def stood(self, mark: Mark) -> bool:
        """Whether the mark is a place of this directory."""
        return mark.size <= self.size and self._heads[mark.size] == mark.head

    def covers(self, mark: Mark, at: datetime) -> bool:
        """Whether a line written at that time could know no more of the directory than the mark says."""
        after = mark.size == 0 or self._times[mark.size - 1] <= at
        return after and (mark.size == self.size or at <= self._times[mark.size])

    def service(self, entry: Entry) -> bool:
        """Whether the line carries a valid signature of a service key registered at its place."""
        size = entry.directory.size if entry.directory else entry.seq + 1
        sizes = (size,) if entry.directory else (size, size - 1)
        return any(self.recorded(entry, known) for known in sizes if 0 <= known <= self.size)

    def recorded(self, entry: Entry, size: int) -> bool:
        """Whether one service key of the directory of that size signed the line."""
        return any(_signed_by(entry, official) for official in self._stands[size].values() if is_service(official))

    def extend(self, entry: Entry) -> list[str]:
        """Takes in the next line; returns what is wrong with it.

        A record that can be read counts even so: signatures can be judged by keys that nobody vouches for.
        """
        faults = []
        stand, powers = dict(self._stands[-1]), self._powers[-1]
        try:
            faults = _authority(entry, self._anchors)
            if entry.entry_id in self._ids:
                faults.append("it is a repetition of an earlier change")
            if entry.event in {DELEGATED, ABSENT, ENDED}:
                powers, more = powers.after(entry, stand)
                faults += more
            else:
                faults += self._change(entry, stand)
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "the whole"
            faults.append(f"the official's record is malformed at {where}")
        except IntegrityError as error:
            faults.append(str(error).rstrip("."))
        self._ids.add(entry.entry_id)
        self._stands.append(stand)
        self._powers.append(powers)
        self._heads.append(entry.digest)
        self._times.append(entry.at)
        return faults

    def _change(self, entry: Entry, stand: dict[OfficialId, Official]) -> list[str]:
        if entry.event == REVOKED:
            gone = stand.pop(str(entry.facts.get("official")), None)
            return [] if gone else ["it revokes an official who is not there"]
        if entry.event == SUSPECTED:
            return self._suspect(Suspicion.model_validate(entry.facts), stand)
        if entry.event not in {ADDED, PEER, ROTATED, PASSKEY}:
            return [f"the directory has no event {entry.event}"]
        official = Official.model_validate(entry.facts.get("official"))
        old = stand.get(official.official)
        if entry.event == ROTATED and (faults := _rotation(entry, official, old)):
            return faults
        if entry.event == PASSKEY and (faults := _joining(entry, official, old)):
            return faults
        faults = faults_of(official, self._anchors.state, peer=entry.event == PEER)
        if entry.event in {ADDED, PEER} and official.passkey:
            faults.append(f"{official.official} is entered with a passkey that nothing shows to be theirs")
        for keyid in official.key_ids():
            if self._owners.setdefault(keyid, official.official) != official.official:
                faults.append(f"the key of {official.official} belongs to {self._owners[keyid]}")
            if any(keyid in doubt.keys for _, doubt in self._suspicions):
                faults.append(f"the key of {official.official} is suspect")
        stand[official.official] = official
        if entry.event == PEER:
            self.peers[official.state] = PeerMark(
                official.state, official.official, str(entry.facts.get("anchors")), entry.at
            )
        return faults

    def _suspect(self, said: Suspicion, stand: Mapping[OfficialId, Official]) -> list[str]:
        if not set(said.keys) <= self.keys_of(said.official):
            return [f"it suspects a key that was never {said.official}'s"]
        if any(official.key_ids() & set(said.keys) for official in stand.values()):
            return ["it suspects a key still in use: that is first revoked or changed"]
        self._suspicions.append((self.size, said))
        return []


def is_service(official: Official) -> bool:
    """Whether it is the service's own key."""
    return official.roles == (Role.SYSTEM,)


def faults_of(official: Official, state: StateCode, *, peer: bool) -> list[str]:
    """What is wrong with a record in itself; `state` is our own, `peer` whether it is entered as another state's."""
    name, faults = official.official, []
    if key_id(official.public_key) != official.keyid:
        faults.append(f"the key of {name} is not the one its id names")
    try:
        certified = x509.load_pem_x509_certificate(official.certificate.encode()).public_key()
        spki = certified.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        if hashlib.sha256(spki).hexdigest() != official.keyid:
            faults.append(f"the certificate of {name} is for another key")
    except (ValueError, UnsupportedAlgorithm, x509.InvalidVersion):
        faults.append(f"the certificate of {name} cannot be read")
    if not official.roles or (len(official.roles) > 1 and any(role in ALONE for role in official.roles)):
        faults.append(f"{name} has no role, or one that stands alone beside another")
    foreign = official.roles == (Role.FOREIGN_AUTHORITY,)
    if foreign != peer or (official.state != state) != foreign:
        faults.append(f"{name} of {official.state}: only another state's authority is foreign")
    return faults


def sign_possession(official: Official, command_id: str, new: Signer) -> str:
    """The new key's own word, for one change of the directory only, that its holder has it."""
    return sign_envelope(POSSESSION, _possessed(official, official.keyid, command_id), [new])


def sign_joining(official: Official, command_id: str, key: Signer, passkey: Asserting) -> str:
    """The word of the official's key and of the passkey, for one change only, that the passkey is theirs."""
    return sign_envelope(POSSESSION, _possessed(official, passkey.keyid, command_id), [key, passkey])


def _rotation(entry: Entry, official: Official, old: Official | None) -> list[str]:
    """What is wrong with a change of key."""
    if old is None:
        return [f"{official.official} is not there, so no key of theirs can change"]
    kept = (old.person, old.roles, old.state, old.unit, old.passkey) == (
        official.person,
        official.roles,
        official.state,
        official.unit,
        official.passkey,
    )
    if not kept or old.keyid == official.keyid:
        return ["a change of key changes the key, and neither person, roles, unit, state nor passkey"]
    opened = open_envelope(canonical(entry.facts.get("possession")).decode(), POSSESSION)
    if opened.payload != _possessed(official, official.keyid, _command(entry)):
        return ["the new key's proof of possession is for another change"]
    verify_signature(opened, official.public_key)
    return []


def _joining(entry: Entry, official: Official, old: Official | None) -> list[str]:
    """What is wrong with a passkey that is joined to an official, or taken away."""
    if old is None:
        return [f"{official.official} is not there, so no passkey can be theirs"]
    if official.model_copy(update={"passkey": old.passkey}) != old or official.passkey == old.passkey:
        return ["a change of passkey changes the passkey, and nothing else"]
    if official.passkey is None:
        return []
    passkey = official.passkey
    if any(role in ALONE for role in official.roles) or passkey.keyid == official.keyid:
        return [f"{official.official} signs with no passkey, or with one that is their key"]
    opened = open_envelope(canonical(entry.facts.get("possession")).decode(), POSSESSION)
    if opened.payload != _possessed(official, passkey.keyid, _command(entry)):
        return ["the official's word for the passkey is for another change"]
    if len(opened.signatures) != 2:
        return ["the official's key and the passkey sign that it is theirs, and nobody else"]
    verify_signature(opened, official.public_key)
    verify_assertion(opened, passkey)
    return []


def _command(entry: Entry) -> str:
    return entry.entry_id.removeprefix(f"{DIRECTORY}/")


def _possessed(official: Official, keyid: str, command_id: str) -> dict[str, JsonValue]:
    return {"official": official.official, "keyid": keyid, "command": command_id}


def sign_change(
    event: str, facts: Mapping[str, JsonValue], command_id: str, at: datetime, registrars: Sequence[Signer]
) -> str:
    """The registrars' envelope for one change of the directory, bound to its entry id."""
    return sign_envelope(IN_TOTO, _statement(event, facts, command_id, instant(at)), registrars)


def entry_id_of(command_id: str) -> str:
    """The entry id of a change of the directory."""
    return f"{DIRECTORY}/{command_id}"


def anchors_digest(anchors: TrustAnchors) -> Digest:
    """The digest by which the directory names another state's anchors."""
    # Left out where there are none: anchors entered before the field was known keep their digest.
    unknown = {name for name in ("timestamp_roots", "log_key", "witness_key") if not getattr(anchors, name)}
    said = anchors.model_dump(mode="json", exclude=unknown)
    return "sha256:" + hashlib.sha256(canonical(said)).hexdigest()


def _authority(entry: Entry, anchors: TrustAnchors) -> list[str]:
    if entry.act is None:
        return ["no registrar signed it"]
    opened = open_envelope(entry.act, IN_TOTO)
    predicate = opened.payload.get("predicate")
    said = predicate.get("at") if isinstance(predicate, dict) else None
    command_id = entry.entry_id.removeprefix(f"{DIRECTORY}/")
    if not isinstance(said, str) or not entry.entry_id.startswith(f"{DIRECTORY}/"):
        return ["what the registrars signed is malformed"]
    moment(said)
    if canonical(_statement(entry.event, entry.facts, command_id, said)) != opened.payload_bytes:
        return ["the registrars signed something else"]
    faults = []
    count = 0
    for signature in opened.signatures:
        registrar = anchors.registrars.get(signature.keyid)
        try:
            if registrar is None:
                raise IntegrityError(f"key {signature.keyid[:16]} is no registrar's")
            verify_signature(opened, registrar)
            count += 1
        except IntegrityError as error:
            faults.append(str(error).rstrip("."))
    if count < max(1, anchors.threshold):
        faults.append(f"{count} of {anchors.threshold} registrars signed it")
    return faults


def _signed_by(entry: Entry, official: Official) -> bool:
    if [signature.keyid for signature in entry.opened.signatures] != [official.keyid]:
        return False
    try:
        verify_signature(entry.opened, official.public_key)
    except IntegrityError:
        return False
    return True


def _statement(event: str, facts: Mapping[str, JsonValue], command_id: str, at: str) -> dict[str, JsonValue]:
    predicate: dict[str, JsonValue] = {
        "act": event,
        "case": DIRECTORY,
        "task": DIRECTORY,
        "command": command_id,
        "at": at,
        "facts": dict(facts),
    }
    digest = "sha256:" + hashlib.sha256(canonical(dict(facts))).hexdigest()
    return {
        "_type": STATEMENT,
        "subject": [{"name": DIRECTORY, "digest": {"sha256": hex_of(digest)}}],
        "predicateType": PREDICATE,
        "predicate": predicate,
    }
