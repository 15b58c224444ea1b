"""Takes a step of a case from the form on its task's page, as the command line does."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import ChangedError, NotFoundError
from rogatory.office import Office
from rogatory.ports import Signer
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.sent_form import fault_of, sent_form
from rogatory.web.signing_acts import signed
from rogatory.web.steps import STEPS


async def take(request: Request) -> Response:
    """Does the act; a form that is refused comes back as it was filled in."""
    form = await sent_form(request)
    desk, reader = desk_of(request), form.reader
    row = desk.register.task(request.path_params["task"])
    case_for(desk, reader, row.reference)
    step = STEPS.get(request.path_params["act"])
    if step is None:
        raise NotFoundError("There is no such act.")
    kept = {"act": step.act, "command_id": form.command_id.removesuffix(f"-{step.act}")}
    kept |= {each.name: form.fields.get(each.name, "") for each in step.fields}
    if wanting := {each.name: "needed" for each in step.fields if each.needed and not form.said(each.name)}:
        return show_task(request, reader, row, wanting, 422, **kept)

    async def act(signer: Signer) -> object:
        async with Office.open(desk.profile, reader.official, signer=signer) as office:
            return await step.do(office, row, form.said, form.command_id)

    def shown(request: Request, outcome: object) -> Response:
        if isinstance(outcome, ChangedError):
            said = {"": f"{outcome} {outcome.hint}".strip()}
            return show_task(request, reader, desk.register.task(row.id), said, 409)
        if isinstance(outcome, Exception):
            errors, status = fault_of(request, outcome, reader.official, f"{step.act}-pin")
            return show_task(request, reader, row, errors, status, **kept)
        sequence = max(each.sequence for each in desk.register.timeline(row.reference))
        return RedirectResponse(f"/tasks/{row.id}?recorded={sequence}", status_code=303)

    return await signed(request, form, act, shown)
