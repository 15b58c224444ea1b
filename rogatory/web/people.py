"""Who looks, and at what: roles from the ledger's directory, need-to-know for each case."""

from dataclasses import dataclass

from rogatory.custody.policy import MAY
from rogatory.desk import Desk
from rogatory.errors import NotFoundError, RefusedError
from schemas.custody import Official, Passkey
from schemas.identifiers import Role, Stage
from schemas.register import CaseRow, TaskRow

AUDITOR = "auditor"
"""Reads everything but sealed identities, and does nothing; has no key, and is not in the directory."""
ALL_CASES = frozenset({Role.REVIEWER.value, Role.SIGNATORY.value, Role.CUSTODIAN.value, AUDITOR})
"""Who needs to know every case; a prosecutor knows their own."""
ACTING = frozenset({Role.PROSECUTOR, Role.REVIEWER, Role.SIGNATORY, Role.CUSTODIAN, Role.REGISTRAR})


@dataclass(frozen=True, slots=True)
class Reader:
    """A person at a page."""

    official: str
    name: str
    post: str
    roles: frozenset[str]
    person: str
    keyid: str = ""
    form_token: str = ""
    session: str = ""

    @property
    def reads_only(self) -> bool:
        """An auditor."""
        return AUDITOR in self.roles

    @property
    def sees_all(self) -> bool:
        """Whether every case is theirs to read."""
        return bool(self.roles & ALL_CASES)

    @property
    def drafter(self) -> str | None:
        """Whose cases lists keep to; None: all."""
        return None if self.sees_all else self.official

    def may_see(self, case: CaseRow) -> bool:
        """Need-to-know: the central authority sees every case, a drafter their own."""
        return self.sees_all or case.drafter == self.official


def reader_of(desk: Desk, official: str, form_token: str = "", session: str = "") -> Reader:
    """The reader, by the directory as it stands. Raises RefusedError for one it does not know (any more)."""
    if official == AUDITOR:
        return Reader(AUDITOR, "Auditor", "", frozenset({AUDITOR}), AUDITOR, "", form_token, session)
    known = desk.ledger.officials().get(official)
    if known is None or not acts_here(known):
        raise RefusedError("Forbidden", "The directory does not know you.", "Ask your registrars.")
    roles = frozenset(role.value for role in known.roles)
    return Reader(official, known.name, known.post, roles, known.person, known.keyid, form_token, session)


def passkey_at(desk: Desk, reader: Reader, host: str | None) -> Passkey | None:
    """The reader's passkey, if it was made for the name under which they came."""
    known = desk.ledger.officials().get(reader.official)
    passkey = known.passkey if known else None
    return passkey if passkey and passkey.relying_party == host else None


def acts_here(official: Official) -> bool:
    """Whether this is a person of our own authority, and neither the service nor another state's authority."""
    return bool(ACTING & set(official.roles))


def case_for(desk: Desk, reader: Reader, reference: str) -> CaseRow:
    """The case, if it is the reader's to read; one that is not looks like one that is not there.

    Raises NotFoundError.
    """
    case = desk.register.case(reference)
    if not reader.may_see(case):
        raise NotFoundError(f"There is no case {reference}.", "Look for it in the register.")
    return case


def may_decide(desk: Desk, reader: Reader, task: TaskRow, case: CaseRow) -> bool:
    """Whether to offer the form; whether the decision stands, the ledger says (custody/policy.py)."""
    if task.stage is not Stage.REVIEW or task.state == "closed" or task.letter is None or reader.reads_only:
        return False
    last = task.approvals >= task.approvals_needed
    wanted = {Role.SIGNATORY.value} if last else {Role.REVIEWER.value, Role.SIGNATORY.value}
    drafter = desk.ledger.officials().get(case.drafter)
    if drafter is None or drafter.person == reader.person or not wanted & reader.roles:
        return False
    return reader.person not in decided_by(desk, task) and bool(desk.not_given_away([task], reader.official))


def may_take_in(desk: Desk, reader: Reader, case: CaseRow) -> bool:
    """Whether evidence is awaited, and the reader may receive it; whether the act stands, the ledger says."""
    if reader.reads_only:
        return False
    awaited = any(task.stage is Stage.EVIDENCE_RETURN for task in desk.register.tasks(reference=case.reference))
    roles = reader.roles | {role.value for role in desk.lent(reader.official)}
    return awaited and bool(roles & {role.value for role in MAY["receive"] - {Role.SYSTEM}})


def decided_by(desk: Desk, task: TaskRow) -> set[str]:
    """The persons who decided in this task."""
    officials = desk.ledger.officials()
    return {
        officials[event.by].person
        for event in desk.register.timeline(task.reference)
        if event.event == "decide" and event.at >= task.opened_at and event.by in officials
    }
