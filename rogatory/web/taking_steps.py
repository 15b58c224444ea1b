"""Takes a step of a case from the form on its task's page, as the command line does."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import ChangedError, NotFoundError, RogatoryError
from rogatory.office import Office
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.sent_form import fault_of, pin_of, sent_form
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
    shown = {"act": step.act, "command_id": form.command_id.removesuffix(f"-{step.act}")}
    shown |= {each.name: form.fields.get(each.name, "") for each in step.fields}
    if wanting := {each.name: "needed" for each in step.fields if each.needed and not form.said(each.name)}:
        return show_task(request, reader, row, wanting, 422, **shown)
    ask = pin_of(request, reader.official, form.fields.get("pin", ""))
    try:
        async with Office.open(request.app.state.profile, reader.official, ask, in_person=True) as office:
            await step.do(office, row, form.said, form.command_id)
    except ChangedError as error:
        return show_task(request, reader, desk.register.task(row.id), {"": f"{error} {error.hint}".strip()}, 409)
    except (ValidationError, RogatoryError) as error:
        errors, status = fault_of(request, error, reader.official, f"{step.act}-pin")
        return show_task(request, reader, row, errors, status, **shown)
    request.app.state.limits["pin"].forget(reader.official)
    sequence = max(each.sequence for each in desk.register.timeline(row.reference))
    return RedirectResponse(f"/tasks/{row.id}?recorded={sequence}", status_code=303)
