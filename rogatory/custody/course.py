"""The course of one case, folded from its entries: what stands now, and what may come next.

The ledger refuses what does not fit, and the verifier reports it: both ask here.
1. A case begins with request-opened; after request-closed only papers that an official orders follow, such as a request
   for consent to another use, and what happens to the items of evidence; time never goes back.
2. An act belongs to an open task, of the stage it is for; acts on the case itself name its reference.
3. A decision is about the letter of its task; the signatory's approval comes last, with the letter signed.
4. The approvals of a letter that cannot wait are replaced: rogatory/custody/break_glass.py.
5. A task that was given to somebody is theirs: rogatory/custody/assigning.py.
6. Custody: rogatory/custody/holding.py. Nothing is signed off or certified while an act of the case is suspect.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from rogatory.custody.answers import Answers
from rogatory.custody.assigning import REASSIGN, Assignments, Officials
from rogatory.custody.break_glass import AFTERWARDS, BREAK, NEEDED, Glass
from rogatory.custody.directory import Directory
from rogatory.custody.erasure import Erasures
from rogatory.custody.holding import Holding
from rogatory.custody.ledger import ACT_EVENTS, ZERO, Entry
from rogatory.custody.policy import Earlier
from rogatory.custody.suspicion import RE_ATTEST, SignedActs
from rogatory.custody.use import Uses
from rogatory.errors import IntegrityError, RefusedError
from schemas.answers import ANSWER_ACTS
from schemas.erasure import ERASURE_ACTS
from schemas.identifiers import Role, Stage
from schemas.items import ITEM_ACTS
from schemas.use import USE_ACTS

OF_ITEMS = {kind.ACT for kind in ITEM_ACTS}
OF_ANSWERS = {kind.ACT for kind in ANSWER_ACTS}
OF_USE = {kind.ACT for kind in USE_ACTS}
OF_ERASURE = {kind.ACT for kind in ERASURE_ACTS}
AT_THE_DESK = OF_ITEMS | OF_ANSWERS | OF_USE | OF_ERASURE | AFTERWARDS | {RE_ATTEST}

STAGES = {
    "decide": {Stage.REVIEW},
    BREAK: {Stage.REVIEW},
    "correct": {Stage.CORRECTION},
    "send": {Stage.TRANSMISSION},
    "acknowledge": {
        Stage.TRANSMISSION,
        Stage.EVIDENCE_RETURN,
        Stage.ARREST,
        Stage.EXTRADITION_DECISION,
        Stage.ANSWER,
    },
    "ask": {Stage.TRANSMISSION, Stage.EVIDENCE_RETURN, Stage.EXTRADITION_DECISION, Stage.ANSWER},
    "reply": {Stage.TRANSMISSION, Stage.EVIDENCE_RETURN, Stage.EXTRADITION_DECISION, Stage.ANSWER},
    "receive": {Stage.EVIDENCE_RETURN},
    "sign-off": {Stage.CUSTODY_SIGN_OFF},
    "report-arrest": {Stage.ARREST, Stage.EXTRADITION_DECISION},
    "report-not-found": {Stage.ARREST},
    "supply": {Stage.ARREST, Stage.DOSSIER},
    "file-formal": {Stage.DOSSIER},
    "ask-status": {
        Stage.TRANSMISSION,
        Stage.EVIDENCE_RETURN,
        Stage.ARREST,
        Stage.EXTRADITION_DECISION,
        Stage.SURRENDER,
        Stage.SPECIALITY,
        Stage.PROSECUTION_ABROAD,
        Stage.ANSWER,
    },
    "report-consent": {Stage.EXTRADITION_DECISION},
    "report-decision": {Stage.EXTRADITION_DECISION},
    "give-assurance": {Stage.EXTRADITION_DECISION},
    "request-prosecution": {Stage.PROSECUTION_ABROAD},
    "appoint": {Stage.SURRENDER},
    "report-not-collected": {Stage.SURRENDER},
    "agree-date": {Stage.SURRENDER},
    "report-postponed": {Stage.SURRENDER},
    "report-surrender": {Stage.SURRENDER},
    "report-return": {Stage.SURRENDER},
    "request-transit": {Stage.SURRENDER},
    "propose-charge": {Stage.SPECIALITY},
    "request-waiver": {Stage.SPECIALITY},
    "report-waiver": {Stage.SPECIALITY},
    "request-reextradition": {Stage.SPECIALITY},
    "report-reextradition": {Stage.SPECIALITY},
    "report-discharge": {Stage.SPECIALITY},
    "report-departure": {Stage.SPECIALITY},
    "report-outcome": {Stage.SPECIALITY, Stage.PROSECUTION_ABROAD},
    "report-preserved": {Stage.ANSWER},
    "report-not-preserved": {Stage.ANSWER},
    "answer-conditions": {Stage.ANSWER},
    "follow-up": {Stage.ANSWER},
}
"""Act: the stages it belongs to; the others belong to any."""
OF_THE_CASE = {"request-opened", "withdraw", "order-document", REASSIGN} | AT_THE_DESK
AFTER_CLOSE = {"order-document"} | AT_THE_DESK
"""What may still be done when a case is closed: evidence outlives it."""
CERTIFICATE = "custody_certificate"
SIGNERS = (Role.CUSTODIAN.value, Role.PROSECUTOR.value)


@dataclass
class Task:
    """One wait, as far as the ledger tells."""

    id: str
    stage: str
    opened: datetime
    facts: dict[str, JsonValue]
    """Of the line that opened it last: due, source, letter, roles."""
    state: str = "open"
    """open | lapsed | closed"""
    due: str = ""
    approvals: int = 0
    done: list[Earlier] = field(default_factory=list)
    outcome: str | None = None

    @property
    def needed(self) -> int:
        """How many approvals before the signatory signs; for a sign-off, how many signatures."""
        if self.stage == Stage.CUSTODY_SIGN_OFF:
            return len(SIGNERS)
        needed = self.facts.get("approvals_needed", 0)
        return needed if isinstance(needed, int) else 0

    @property
    def enough(self) -> bool:
        """Of a review: whether the signatory's turn has come, by approvals or by what stands in for them."""
        broken = sum(act.act == BREAK for act in self.done) >= NEEDED
        return broken or self.approvals >= self.needed

    def places(self, role: str) -> int:
        """How many persons act in it in that role."""
        return max(1, self.needed) if self.stage == Stage.REVIEW and role == Role.REVIEWER.value else 1

    @property
    def roles(self) -> tuple[str, ...]:
        """Who may act on it now."""
        opened = self.facts.get("roles")
        roles = tuple(str(role) for role in opened) if isinstance(opened, list) else ()
        if self.state == "closed":
            return ()
        if self.stage == Stage.REVIEW:
            now = Role.SIGNATORY.value if self.enough else Role.REVIEWER.value
            return tuple(role for role in roles if role == now)
        if self.stage == Stage.CUSTODY_SIGN_OFF:
            signed = {act.role for act in self.done if act.act == "sign-off"}
            return tuple(role for role in roles if role not in signed)
        return roles


class Course:
    """One case. `check` asks before, `apply` takes in what is on the ledger."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        self.size = 0
        self.head = ZERO
        self.last: datetime | None = None
        self.drafter: str | None = None
        """The person who drafted, by the directory."""
        self.drafted_by: str | None = None
        """The official who drafted."""
        self.closed = False
        self.ordered: set[str] = set()
        """Command ids of the papers ordered."""
        self.tasks: dict[str, Task] = {}
        self.holding = Holding(reference)
        self.answers = Answers()
        self.uses = Uses()
        self.erasures = Erasures()
        self.glass = Glass()
        self.assignments = Assignments()
        self.acts = SignedActs()

    def check(self, event: str, facts: dict[str, JsonValue], directory: Directory, size: int | None = None) -> None:
        """Returns when such a line may come next; `size` is the place in the directory by which it is judged.

        Raises:
            RefusedError: NotFound, DuplicateReference, WrongStage, Superseded, and what Holding.check raises.
        """
        if event == "request-opened" and self.size:
            raise RefusedError("DuplicateReference", f"{self.reference} was opened before.", "Take the next reference.")
        if event != "request-opened" and not self.size:
            raise RefusedError("NotFound", f"There is no case {self.reference}.")
        if self.closed and not self._follows(event, facts):
            raise RefusedError("WrongStage", f"{self.reference} is closed; nothing follows.")
        task = str(facts.get("task", ""))
        if event in OF_THE_CASE:
            if task != self.reference:
                raise RefusedError("WrongStage", f"{event} is an act on the case itself, not on {task}.")
            self._check_case(event, facts, directory, size)
        elif event in ACT_EVENTS:
            self._check_task(event, task, facts, directory, size)
            self.holding.check(event, facts, directory.officials(size))
            if event == "sign-off":
                self.acts.refuse_suspect(event, directory, size)
                self.glass.refuse_unreviewed(event)

    def _check_case(self, event: str, facts: dict[str, JsonValue], directory: Directory, size: int | None) -> None:
        if event in OF_ITEMS:
            self.holding.check_exhibit(event, facts, directory.officials(size))
        elif event in OF_ANSWERS:
            self.answers.check(event, facts, self.holding.numbers())
        elif event in OF_USE:
            self.uses.check(event, facts, self.holding.numbers())
        elif event in OF_ERASURE:
            owed = ((item.item, str(item.duty)) for item in self.uses.duties())
            self.erasures.check(event, facts, closed=self.closed, duties=owed)
        elif event == REASSIGN:
            task = self._open_task(str(facts.get("assigned_task")))
            self.assignments.check(facts, task.roles, task.done, self.drafter, directory.officials(size))
        elif event in AFTERWARDS:
            self.glass.check_after(event, facts, self.drafter, closed=self.closed)
        elif event == RE_ATTEST:
            self.acts.check(facts, self.drafter, directory, size)
        elif event == "order-document" and facts.get("document") == CERTIFICATE:
            self.acts.refuse_suspect("the certificate of custody", directory, size)

    def _follows(self, event: str, facts: dict[str, JsonValue]) -> bool:
        """Whether it may follow the closing entry: an item's further life, an order for a paper, that paper."""
        return event in AFTER_CLOSE or (event == "document-made" and facts.get("ordered") in self.ordered)

    def _check_task(
        self, event: str, name: str, facts: dict[str, JsonValue], directory: Directory, size: int | None
    ) -> None:
        task = self._open_task(name)
        if task.stage not in STAGES.get(event, set(Stage)):
            raise RefusedError("WrongStage", f"{event} does not belong to the stage {task.stage}.")
        self.assignments.admit(name, facts, task.places(str(facts.get("role"))), task.done, directory.officials(size))
        if event == BREAK:
            official = directory.officials(size).get(str(facts.get("by")))
            self.glass.check_break(name, facts, task.facts, not task.enough, official.unit if official else None)
        if event == "decide":
            self.glass.check_signing(name, facts)
        if event == "decide" and "letter" in task.facts and task.facts["letter"] != facts.get("letter"):
            raise RefusedError("Superseded", f"The decision is about another letter than the one {name} is about.")
        if event == "decide" and facts.get("role") == Role.SIGNATORY.value and facts.get("verdict") == "approve":
            if not task.enough:
                raise RefusedError("WrongStage", f"{task.approvals} of {task.needed} approvals are in; then you sign.")
            if not facts.get("signed_letter"):
                raise RefusedError("NotSigned", "The signatory approves by signing the letter.")

    def admits(self, name: str, facts: Mapping[str, JsonValue], officials: Officials) -> bool:
        """Whether a task, which may have been given to others, leaves a place for whom the facts name."""
        task = self.tasks.get(name)
        if task is None:
            return False
        try:
            self.assignments.admit(name, facts, task.places(str(facts.get("role"))), task.done, officials)
        except RefusedError:
            return False
        return True

    def _open_task(self, name: str) -> Task:
        task = self.tasks.get(name)
        if task is None:
            raise RefusedError("NotOpened", f"There is no task {name[:80]} in {self.reference}.")
        if task.state == "closed":
            raise RefusedError("WrongStage", f"{name} is closed: {task.outcome}.")
        return task

    def apply(self, entry: Entry) -> None:
        """Takes in the next line. Raises IntegrityError when it does not follow the last one."""
        if entry.chain != self.reference or entry.seq != self.size or entry.prev != self.head:
            raise IntegrityError(f"{self.reference}: line {entry.seq} does not follow line {self.size - 1}.")
        self.size, self.head, self.last = entry.seq + 1, entry.digest, entry.at
        facts, task = entry.facts, self.tasks.get(entry.task)
        if entry.event == "request-opened":
            self.drafter, self.drafted_by = str(facts.get("person")), str(facts.get("by"))
        elif entry.event == "request-closed":
            self._close(str(facts.get("result")))
        elif entry.event == "task-opened":
            self._open(entry)
        elif entry.event == "order-document":
            self.ordered.add(entry.entry_id.removeprefix(f"{self.reference}/"))
        elif task is not None:
            _note(task, entry)
        self.assignments.apply(entry)
        self.glass.apply(entry, task.facts if task else None)
        self.holding.apply(entry)
        self.answers.apply(entry)
        self.uses.apply(entry)
        self.erasures.apply(entry)
        self.acts.apply(entry)
        if entry.event == "sign-off" and task and not task.roles:
            self.holding.signed_off()

    def _open(self, entry: Entry) -> None:
        facts = entry.facts
        task = self.tasks.get(entry.task)
        if task is None:
            task = Task(entry.task, str(facts.get("stage")), entry.at, facts)
            self.tasks[entry.task] = task
        task.facts, task.due, task.state = facts, str(facts.get("due", "")), "open"

    def _close(self, result: str) -> None:
        self.closed = True
        for task in self.tasks.values():
            if task.state != "closed":
                task.state, task.outcome = "closed", result


def _note(task: Task, entry: Entry) -> None:
    facts = entry.facts
    if entry.event == "escalated":
        task.due = str(facts.get("due", task.due))
    elif entry.event == "lapsed":
        task.state = "lapsed"
    elif entry.event == "task-closed":
        task.state, task.outcome = "closed", str(facts.get("outcome"))
    elif entry.event in ACT_EVENTS:
        task.done.append(
            Earlier(entry.event, str(facts.get("person")), str(facts.get("role")), str(facts.get("principal", "")))
        )
        if entry.event == "sign-off" or (
            entry.event == "decide" and facts.get("verdict") == "approve" and facts.get("role") == Role.REVIEWER.value
        ):
            task.approvals += 1
