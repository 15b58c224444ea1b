"""A task moved from one official to another, from its page: the act of `rogatory task reassign`."""

import asyncio

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.ports import Signer
from rogatory.reassigning_acts import Reassigning
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.sent_form import fault_of, sent_form
from rogatory.web.signing_acts import signed
from schemas.commands import Receipt


async def reassign(request: Request) -> Response:
    """Moves it; who may, and between whom, the ledger says."""
    form, desk = await sent_form(request), desk_of(request)
    official, profile = form.reader.official, desk.profile
    row = desk.register.task(request.path_params["task"])
    case_for(desk, form.reader, row.reference)

    async def act(signer: Signer) -> Receipt:
        moving = Reassigning(profile, official, signer)
        released, to, reason = (form.said(name) or "" for name in ("released", "to", "reason"))
        return await asyncio.to_thread(
            moving.reassign, row.id, released, to, reason, form.said("duty"), form.command_id
        )

    def shown(request: Request, outcome: Receipt | Exception) -> Response:
        if isinstance(outcome, Receipt):
            return RedirectResponse(f"/tasks/{row.id}?recorded={outcome.sequence}", status_code=303)
        errors, status = fault_of(request, outcome, official, "reassign-pin")
        return show_task(request, form.reader, row, errors, status)

    return await signed(request, form, act, shown)
