"""Delegation, deputies and absence: what an official may do in another's stead, at each place of the directory.

1. A delegation is signed by the delegator, and as every change by the registrars; it ends by its day or by an act.
2. The delegate signs as themself, with their own key, on behalf of the delegator; the line names both persons.
3. No chains: only roles that the delegator holds themselves are delegated, and only while they hold them.
4. A deputy's delegation is in force only while an absence of the delegator is on record.
5. It never makes two eyes of one person: rogatory/custody/policy.py counts both.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.dsse import canonical, open_envelope, sign_envelope, verify_signature
from rogatory.custody.ledger import Entry
from rogatory.errors import RefusedError
from rogatory.ports import Signer
from schemas.custody import Official
from schemas.directory import Delegation
from schemas.identifiers import OfficialId, Role

DELEGATED, ABSENT, ENDED = "delegated", "absence-noted", "ended"
WORD = "application/vnd.rogatory.delegation+json"
KNOWN = {"from", "to", "persons", "roles", "cases", "until", "deputy", "_sd", "word"}
OWN_ALONE = {Role.SYSTEM, Role.REGISTRAR, Role.FOREIGN_AUTHORITY}
"""Roles that nobody lends."""

Officials = Mapping[OfficialId, Official]


@dataclass(frozen=True, slots=True)
class Powers:
    """The delegations and absences after one line of the directory, by the id of the line that brought them."""

    grants: Mapping[str, Delegation] = field(default_factory=dict)
    absences: Mapping[str, OfficialId] = field(default_factory=dict)

    def after(self, entry: Entry, officials: Officials) -> tuple["Powers", list[str]]:
        """With the next line taken in, and what is wrong with it. Raises IntegrityError, ValidationError."""
        if entry.event == DELEGATED:
            grant = Delegation.model_validate(entry.facts)
            return Powers({**self.grants, entry.entry_id: grant}, self.absences), _faults(entry, grant, officials)
        if entry.event == ABSENT:
            who = str(entry.facts.get("absent"))
            faults = [] if set(entry.facts) == {"absent"} and who in officials else ["it names no official as absent"]
            return Powers(self.grants, {**self.absences, entry.entry_id: who}), faults
        ends = str(entry.facts.get("ends"))
        faults = [] if ends in self.grants or ends in self.absences else ["it ends no delegation or absence"]
        grants = {name: grant for name, grant in self.grants.items() if name != ends}
        return Powers(grants, {name: who for name, who in self.absences.items() if name != ends}), faults

    def in_force(self, grant: Delegation, officials: Officials, role: str, reference: str | None, at: datetime) -> bool:
        """Whether it lends that role in that case (None: in some case) to a line written at that time."""
        giver, taker = officials.get(grant.delegator), officials.get(grant.delegate)
        return (
            giver is not None
            and taker is not None
            and (giver.person, taker.person) == grant.persons
            and role in grant.roles
            and role in giver.roles
            and (reference is None or grant.cases is None or reference in grant.cases)
            and (grant.until is None or at.date() <= grant.until)
            and (not grant.deputy or grant.delegator in self.absences.values())
        )

    def givers(
        self, delegate: OfficialId, officials: Officials, role: str, reference: str | None, at: datetime
    ) -> list[OfficialId]:
        """On whose behalf they may act in that role."""
        mine = [grant for grant in self.grants.values() if grant.delegate == delegate]
        return sorted({one.delegator for one in mine if self.in_force(one, officials, role, reference, at)})

    def principal(
        self, facts: Mapping[str, JsonValue], officials: Officials, reference: str, at: datetime
    ) -> Official | None:
        """On whose behalf an act says it is done; None for one's own.

        Raises:
            RefusedError: Forbidden, no delegation for it is in force.
        """
        giver = facts.get("on_behalf_of")
        if giver is None:
            return None
        by, role = str(facts.get("by")), str(facts.get("role"))
        if giver not in self.givers(by, officials, role, reference, at):
            raise RefusedError(
                "Forbidden",
                f"No delegation in force lets {by[:40]} act as {role} on behalf of {str(giver)[:40]} in {reference}.",
                "See: rogatory officials list",
            )
        return officials[str(giver)]


def sign_word(facts: Mapping[str, JsonValue], command_id: str, delegator: Signer) -> str:
    """The delegator's own word, for one change of the directory only."""
    return sign_envelope(WORD, {**facts, "command": command_id}, [delegator])


def _faults(entry: Entry, grant: Delegation, officials: Officials) -> list[str]:
    giver, taker = officials.get(grant.delegator), officials.get(grant.delegate)
    if giver is None or taker is None:
        return ["a delegation is between officials who are there"]
    faults = []
    if giver.person == taker.person or (giver.person, taker.person) != grant.persons:
        faults.append("a delegation is between two persons, those it names")
    if OWN_ALONE & {*giver.roles, *taker.roles} or not set(grant.roles) <= set(giver.roles):
        faults.append(f"{grant.delegator} delegates only roles of their own, and none that stands alone")
    if grant.until is None and not grant.deputy:
        faults.append("a delegation has a last day")
    if set(entry.facts) != KNOWN:
        faults.append("a delegation has other fields than it should")
    opened = open_envelope(canonical(entry.facts.get("word")).decode(), WORD)
    said = {name: value for name, value in entry.facts.items() if name != "word"}
    if opened.payload != {**said, "command": entry.entry_id.partition("/")[2]}:
        faults.append("the delegator signed something else")
    if [signature.keyid for signature in opened.signatures] != [giver.keyid]:
        faults.append("the delegator did not sign it")
    else:
        verify_signature(opened, giver.public_key)
    return faults
