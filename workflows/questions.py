"""The requested state asks for additional information, and is answered by letter (UNTOC 18(16))."""

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from schemas.commands import AskInformation, Receipt, Reply
    from schemas.documents import DocumentType
    from schemas.tasks import AbroadOrder

from workflows.dispatch import dispatch
from workflows.docket import Docket, refusal


class Questions:
    """The part of a wait in which questions come and answers go."""

    docket: Docket
    order: AbroadOrder
    questions: dict[str, bool]
    """Command id of each question; whether it was answered."""

    @workflow.update
    async def ask(self, command: AskInformation) -> Receipt:
        """A question of the requested state."""
        return await self.docket.obey(command, self._check_ask, self._apply_ask)

    @ask.validator
    def _validate_ask(self, command: AskInformation) -> None:
        self.docket.admit(command, self._check_ask)

    def _check_ask(self, command: AskInformation) -> None:
        if len(self.questions) >= 200:
            raise refusal("Invalid", "Two hundred questions were asked; consult by letter.")

    def _apply_ask(self, command: AskInformation, _: Receipt) -> None:
        self.questions[command.command_id] = False

    @workflow.update
    async def reply(self, command: Reply) -> Receipt:
        """Our answer, which goes out as a letter."""
        return await self.docket.obey(command, self._check_reply, self._apply_reply)

    @reply.validator
    def _validate_reply(self, command: Reply) -> None:
        self.docket.admit(command, self._check_reply)

    def _check_reply(self, command: Reply) -> None:
        if command.question_id not in self.questions:
            raise refusal("NotFound", f"There is no question {command.question_id}.")
        if self.questions[command.question_id]:
            raise refusal("AlreadyDecided", "That question was answered before.")

    def _apply_reply(self, command: Reply, _: Receipt) -> None:
        self.questions[command.question_id] = True
        transmission = str(workflow.uuid4())
        self.docket.follow_up(lambda: self._send_reply(command, transmission))

    async def _send_reply(self, command: Reply, transmission: str) -> None:
        letter = await self.docket.render(
            DocumentType.INFORMATION_REPLY,
            self.order,
            f"reply-{command.question_id}",
            {"question": command.question_id, "reply": command.command_id},
        )
        await dispatch(
            self.docket,
            self.order,
            kind="reply",
            transmission=transmission,
            channel=self.order.channel,
            documents=(letter.digest,),
            facts={"question": command.question_id, "reply": command.command_id},
        )
