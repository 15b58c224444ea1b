"""A task moved from one official to another, from its page: the act of `rogatory task reassign`."""

import asyncio

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.adapters.key_holders import signer_for
from rogatory.errors import RogatoryError
from rogatory.reassigning_acts import Reassigning
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.sent_form import fault_of, pin_of, sent_form


async def reassign(request: Request) -> Response:
    """Moves it; who may, and between whom, the ledger says."""
    form, desk = await sent_form(request), desk_of(request)
    official, profile = form.reader.official, desk.profile
    row = desk.register.task(request.path_params["task"])
    case_for(desk, form.reader, row.reference)
    try:
        signer = signer_for(profile.home, official, pin_of(request, official, form.fields.get("pin", "")))
        moving = Reassigning(profile, official, signer)
        released, to, reason = (form.said(name) or "" for name in ("released", "to", "reason"))
        duty = form.said("duty")
        receipt = await asyncio.to_thread(moving.reassign, row.id, released, to, reason, duty, form.command_id)
    except (ValidationError, RogatoryError) as error:
        errors, status = fault_of(request, error, official, "reassign-pin")
        return show_task(request, form.reader, row, errors, status)
    request.app.state.limits["pin"].forget(official)
    return RedirectResponse(f"/tasks/{row.id}?recorded={receipt.sequence}", status_code=303)
