"""One paper of a case, made on the signed order of an official; it waits for nobody and lives on its own.

It runs beside the case and after its close: consent to another use is asked for, and originals go back, years later.
"""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities.documents import DocumentActivities
    from activities.papers import PaperActivities
    from schemas.commands import OrderDocument
    from schemas.documents import DocumentOrder, PaperOrder, RenderedDocument

from workflows.options import LEDGER, WORK


@workflow.defn
class Paper:
    """The order goes on the ledger, then the paper is made; its id is REFERENCE.document-COMMAND."""

    @workflow.run
    async def run(self, paper: PaperOrder) -> RenderedDocument:
        """The paper as it lies in the vault. Fails with the kind of the refusal where there is to be none."""
        command = OrderDocument.model_validate_json(paper.command)
        order = DocumentOrder(
            reference=paper.reference,
            document=command.document,
            language=command.language,
            order_id=paper_id(paper.reference, command.command_id),
            request=paper.request,
            version=paper.version,
            at=workflow.now(),
            facts={"ordered": command.command_id},
        )
        try:
            await workflow.execute_activity_method(PaperActivities.order_paper, args=[order, paper.command], **LEDGER)
            return await workflow.execute_activity_method(DocumentActivities.render_document, order, **WORK)
        except ActivityError as error:
            if isinstance(error.cause, ApplicationError):
                raise error.cause from error
            raise


def paper_id(reference: str, command_id: str) -> str:
    """The id of the workflow that makes a paper, and of the order it gives."""
    return f"{reference}.document-{command_id}"
