"""Who may do what: one table, and the rules about persons.

1. An act needs one of its roles, and the directory must grant it.
2. The drafter never decides on their own request, under whatever post: persons are compared, not keys.
3. One person decides once in a task, and signs off once.
4. Only the drafter corrects, and files the formal request; as a prosecutor, only the drafter withdraws.
5. On behalf of another, an official has that other's role, and both persons count as one who acted. Nobody drafts,
   corrects or files the formal request for another: whoever does is the drafter.
6. The service's own key records; it never decides, sends, withdraws or signs off.
7. Who breaks the glass does so in person, and decides on nothing else in that task (rogatory/custody/break_glass.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from rogatory.errors import RefusedError
from schemas.commands import Command
from schemas.custody import Official
from schemas.identifiers import Role

PROSECUTOR, REVIEWER, SIGNATORY = Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY
CUSTODIAN, SYSTEM = Role.CUSTODIAN, Role.SYSTEM
HANDOVER = frozenset({CUSTODIAN, PROSECUTOR, REVIEWER, SIGNATORY})
"""Holder and named recipient are checked by rogatory/custody/course.py."""

TOLD = frozenset({REVIEWER, SIGNATORY, SYSTEM})
"""What the requested state does: its sealed message is recorded by the service, its letter by the central authority."""

MAY: dict[str, frozenset[Role]] = {
    "submit": frozenset({PROSECUTOR}),
    "correct": frozenset({PROSECUTOR}),
    "decide": frozenset({REVIEWER, SIGNATORY}),
    "break-glass": HANDOVER,  # whoever of the house is on duty; units and persons are compared
    "review-break-glass": frozenset({SIGNATORY, Role.REGISTRAR}),
    "go-on": frozenset({REVIEWER, SIGNATORY}),
    "reassign": frozenset({SIGNATORY, Role.REGISTRAR}),  # rogatory/custody/assigning.py
    "send": frozenset({REVIEWER, SIGNATORY}),
    "acknowledge": frozenset({REVIEWER, SIGNATORY, SYSTEM}),
    "ask": frozenset({REVIEWER, SIGNATORY, SYSTEM}),
    "reply": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    "receive": frozenset({CUSTODIAN, SYSTEM}),
    "offer": HANDOVER,
    "accept": HANDOVER,
    "refuse-custody": HANDOVER,
    "resolve": frozenset({PROSECUTOR}),
    "sign-off": frozenset({CUSTODIAN, PROSECUTOR}),
    # physical items and copies: the holder acts, whatever their post (rogatory/custody/exhibits.py)
    "enter-item": frozenset({CUSTODIAN, SYSTEM}),  # the service only for what the other state announced
    "seal-item": HANDOVER,
    "open-item": HANDOVER,
    "store-item": HANDOVER,
    "examine-item": HANDOVER,
    "copy-item": HANDOVER,
    "offer-item": HANDOVER,
    "accept-item": HANDOVER,
    "decline-item": HANDOVER,
    "return-item": frozenset({CUSTODIAN}),
    "destroy-item": frozenset({CUSTODIAN}),
    "settle-item": frozenset({PROSECUTOR}),
    "correct-item": frozenset({CUSTODIAN, PROSECUTOR, REVIEWER, SIGNATORY}),  # not who signed the line
    "attach-scan": HANDOVER,
    # what was asked, granted, received and is missing
    "tie-item": frozenset({CUSTODIAN, PROSECUTOR}),
    "report-measure": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    "check-form": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    "settle-measure": frozenset({PROSECUTOR}),
    # limits on use and what is owed
    "limit-use": frozenset({CUSTODIAN, REVIEWER, SIGNATORY}),  # not whoever is to use it
    "note-consent": frozenset({REVIEWER, SIGNATORY}),
    "note-use": frozenset({PROSECUTOR}),
    "disclose": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    "discharge-duty": frozenset({CUSTODIAN}),
    # erasing: never by who wrote the words, and content by two persons
    "erase-words": frozenset({REVIEWER, SIGNATORY}),
    "order-erasure": frozenset({SIGNATORY}),
    "erase-content": frozenset({CUSTODIAN}),
    "re-attest": HANDOVER,  # and one who may do the act in question (rogatory/custody/suspicion.py)
    "withdraw": frozenset({PROSECUTOR, SIGNATORY}),
    "confirm-lapse": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    # a paper of the case; each type names which of these roles in the catalogue of documents
    "order-document": frozenset({PROSECUTOR, REVIEWER, SIGNATORY, CUSTODIAN}),
    # extradition: what the requested state tells
    "report-arrest": TOLD,
    "report-not-found": TOLD,
    "report-consent": TOLD,
    "report-decision": TOLD,
    "appoint": TOLD,
    "report-not-collected": TOLD,
    "report-postponed": TOLD,
    "report-surrender": TOLD,
    "report-waiver": TOLD,
    "report-reextradition": TOLD,
    # a letter of one kind of assistance alone
    "report-preserved": TOLD,
    "report-not-preserved": TOLD,
    "answer-conditions": TOLD,
    "follow-up": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    # what our central authority asks and promises
    "ask-status": frozenset({PROSECUTOR, REVIEWER, SIGNATORY}),
    "give-assurance": frozenset({SIGNATORY}),
    "request-prosecution": frozenset({SIGNATORY}),
    "agree-date": frozenset({REVIEWER, SIGNATORY}),
    "report-return": frozenset({REVIEWER, SIGNATORY}),
    "request-transit": frozenset({REVIEWER, SIGNATORY}),
    "request-waiver": frozenset({SIGNATORY}),
    "request-reextradition": frozenset({SIGNATORY}),
    # what the prosecutor does
    "supply": frozenset({PROSECUTOR}),
    "file-formal": frozenset({PROSECUTOR}),
    "propose-charge": frozenset({PROSECUTOR}),
    "report-discharge": frozenset({PROSECUTOR}),
    "report-departure": frozenset({PROSECUTOR}),
    "report-outcome": frozenset({PROSECUTOR, REVIEWER, SIGNATORY, SYSTEM}),
}
DRAFTERS = {"correct", "file-formal"}
"""Acts of the drafter alone."""
EYES = {"decide", "break-glass"}
"""Acts of which each person does one in a task, and the drafter none."""
IN_PERSON = {"submit", "break-glass", "review-break-glass", "go-on", "reassign", *DRAFTERS}
"""Acts that nobody does on behalf of another."""
ONCE = {"sign-off", *EYES}
"""Acts each person does at most once in a task."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An act recorded before in the same task."""

    act: str
    person: str
    role: str
    principal: str = ""
    """The person on whose behalf it was done."""


def permit(
    command: Command,
    official: Official,
    drafter_person: str | None,
    earlier: Sequence[Earlier],
    principal: Official | None = None,
) -> None:
    """Returns when the official may do this now; `earlier` are the acts recorded in the same task.

    `principal` is on whose behalf they act, by a delegation in force.

    Raises:
        RefusedError: Forbidden (role), FourEyes (person).
    """
    permit_act(command.ACT, command.role.value, official, drafter_person, earlier, principal)


def permit_act(
    act: str,
    role: str,
    official: Official,
    drafter_person: str | None,
    earlier: Sequence[Earlier],
    principal: Official | None = None,
) -> None:
    """As permit, for an act read from the ledger. `drafter_person` is None only for the first act of a case."""
    name = official.official
    persons = {official.person} | ({principal.person} if principal else set())
    if principal and act in IN_PERSON:
        raise RefusedError("Forbidden", f"Nobody does this on behalf of another: {act}.", _who(act))
    if role not in {granted.value for granted in (principal or official).roles}:
        raise RefusedError("Forbidden", f"{name} is not a {role}.")
    if role not in {allowed.value for allowed in MAY.get(act, frozenset())}:
        raise RefusedError("Forbidden", f"A {role} may not {act}.", _who(act))
    drafter = drafter_person in persons
    if act in EYES and drafter:
        raise RefusedError("FourEyes", f"{name} drafted this request and does not decide on it.", _who(act))
    if act in DRAFTERS and not drafter:
        raise RefusedError("Forbidden", f"{name} did not draft this request; only its drafter may {act} it.")
    if act == "withdraw" and role == PROSECUTOR.value and not drafter:
        raise RefusedError("Forbidden", f"{name} did not draft this request.", "Its drafter may, or a signatory.")
    shared = EYES if act in EYES else {act}
    mine = [done.act for done in earlier if done.act in shared and persons & {done.person, done.principal}]
    if act in ONCE and mine:
        raise RefusedError(
            "FourEyes", f"The person of {name} has done this already: {mine[0]}.", "Another person must."
        )


def _who(act: str) -> str:
    roles = sorted(role.value for role in MAY.get(act, frozenset()))
    return f"It takes a {' or '.join(roles)}." if roles else ""
