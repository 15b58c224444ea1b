"""The central authority decides on one exact letter: reviewers first, then the signatory, who signs it."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.break_glass import BreakGlass
    from schemas.commands import Decide, Receipt, Verdict
    from schemas.identifiers import Role
    from schemas.tasks import ReviewOrder, ReviewOutcome, ReviewResult

from workflows.docket import Docket, refusal

BREAKERS = 2
"""Who together stand in for the reviewers; the ledger says for which letters, and whether they may."""
ENDS = {Verdict.RETURN: ReviewResult.RETURNED, Verdict.REFUSE: ReviewResult.REFUSED}


@workflow.defn
class Review:
    """Settled by the signature, by a return or a refusal; silence is never an approval."""

    @workflow.init
    def __init__(self, order: ReviewOrder) -> None:
        self.order = order
        self.docket = Docket(order.reference, order.task, order.drafter)
        self.persons: list[str] = []
        self.deciders: list[str] = []
        self.breakers: list[str] = []
        self.outcome: ReviewOutcome | None = None

    @workflow.run
    async def run(self, order: ReviewOrder) -> ReviewOutcome:
        """Waits for the decision; lapsed twice, the letter goes back to its drafter."""
        deadline = await self.docket.open(
            order,
            (Role.REVIEWER, Role.SIGNATORY),
            facts={"letter": order.letter, "approvals_needed": order.approvals},
        )
        await self.docket.wait(lambda: self.outcome is not None, deadline)
        return self.outcome or ReviewOutcome(result=ReviewResult.LAPSED)

    @workflow.query
    def settled(self) -> bool:
        """Whether it is decided and only what follows is still being done."""
        return self.outcome is not None

    @workflow.update
    async def decide(self, command: Decide) -> Receipt:
        """One person's decision."""
        return await self.docket.obey(command, self._check, self._apply)

    @decide.validator
    def _validate_decide(self, command: Decide) -> None:
        self.docket.admit(command, self._check)

    @workflow.update
    async def break_glass(self, command: BreakGlass) -> Receipt:
        """One of two officials who stand in for reviewers that cannot be reached."""
        return await self.docket.obey(command, self._check_break, self._apply_break)

    @break_glass.validator
    def _validate_break_glass(self, command: BreakGlass) -> None:
        self.docket.admit(command, self._check_break)

    def _check_break(self, command: BreakGlass) -> None:
        self._check_person(command)
        if self._enough():
            raise refusal("AlreadyDecided", "Nothing is lacking but the signature; the signatory decides now.")

    def _apply_break(self, command: BreakGlass, _: Receipt) -> None:
        self.breakers.append(command.by)

    def _enough(self) -> bool:
        return len(self.persons) >= self.order.approvals or len(self.breakers) >= BREAKERS

    def _check_person(self, command: Decide | BreakGlass) -> None:
        if self.outcome is not None:
            raise refusal("AlreadyDecided", f"{self.order.task} is decided: {self.outcome.result}.")
        if command.letter != self.order.letter:
            raise refusal("Superseded", "The decision names another letter than the one under review.")
        if command.by == self.order.drafter:
            raise refusal("FourEyes", "The drafter does not decide on their own letter.")
        if command.by in (*self.deciders, *self.breakers):
            raise refusal("FourEyes", f"{command.by} has decided already; another person must.")

    def _check(self, command: Decide) -> None:
        self._check_person(command)
        if command.verdict is not Verdict.APPROVE:
            if not command.reason:
                raise refusal("Invalid", "A letter is returned or refused with reasons.")
            return
        enough = self._enough()
        if command.role is Role.SIGNATORY and not enough:
            raise refusal(
                "WrongStage",
                f"{len(self.persons)} of {self.order.approvals} approvals are in; the signature is last.",
            )
        if command.role is Role.SIGNATORY and not command.signed_letter:
            raise refusal("NotSigned", "The signatory approves by signing the letter.")
        if command.role is Role.REVIEWER and enough:
            raise refusal("AlreadyDecided", "The approvals are in; the signatory decides now.")

    def _apply(self, command: Decide, receipt: Receipt) -> None:
        self.deciders.append(command.by)
        if command.verdict is not Verdict.APPROVE:
            self.outcome = ReviewOutcome(result=ENDS[command.verdict])
        elif command.role is Role.SIGNATORY:
            self.outcome = ReviewOutcome(result=ReviewResult.APPROVED, signed_letter=command.signed_letter)
        else:
            self.persons.append(receipt.person)
