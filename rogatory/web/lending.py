"""Who acts in whose stead: delegations, deputies and absences, entered by registrars.

A registrar enters them here as `rogatory officials delegate` does: the giver signs at the registrar's screen with
their own PIN, and the registrars' keys of this home sign the change, as many as the directory asks for.
"""

import asyncio
from datetime import UTC, date, datetime

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.acting import new_command_id
from rogatory.adapters import delegating
from rogatory.adapters.key_holders import signer_for
from rogatory.errors import NotFoundError, RefusedError, RogatoryError, UsageError
from rogatory.web.pages import desk_of
from rogatory.web.people import ACTING, Reader, acts_here
from rogatory.web.rendering import page
from rogatory.web.sent_form import SentForm, fault_of, must_ask_pin, pin_of, sent_form
from rogatory.web.signing_in import reader_at
from schemas.commands import Receipt
from schemas.identifiers import Role

LENT = tuple(role for role in Role if role in ACTING and role is not Role.REGISTRAR)
LONGEST_REASON = 4000


def show(request: Request) -> Response:
    """What is in force."""
    return _shown(request, reader_at(request))


async def enter(request: Request) -> Response:
    """Enters a delegation or an absence, or ends one."""
    form = await sent_form(request)
    act, giver = request.path_params["act"], form.said("from") or ""
    if Role.REGISTRAR.value not in form.reader.roles:
        raise RefusedError("Forbidden", "Only registrars enter delegations and absences.", "Ask one of them.")
    try:
        receipt = await asyncio.to_thread(_entered, request, act, giver, form)
    except (ValidationError, RogatoryError) as error:
        errors, status = fault_of(request, error, giver, "pin")
        return _shown(request, form.reader, errors, status, form)
    request.app.state.limits["pin"].forget(giver)
    return RedirectResponse(f"/delegations?recorded={receipt.sequence}", status_code=303)


def _entered(request: Request, act: str, giver: str, form: SentForm) -> Receipt:
    profile, now = request.app.state.profile, datetime.now(UTC)
    if act == "absent":
        return delegating.note_absence(profile.home, form.said("official") or "", now=now)[1]
    if act == "end":
        return delegating.end(profile.home, form.said("what") or "", now=now)
    if act != "delegate":
        raise NotFoundError("There is no such act.")
    roles = [role for role in LENT if f"role-{role.value}" in form.fields]
    deputy, until, reason = "deputy" in form.fields, form.said("until"), form.said("reason") or ""
    if not roles:
        raise UsageError("Choose at least one role.")
    if until is None and not deputy:
        raise UsageError("Say until when, or choose absences only.")
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise UsageError("Write the reason, in at most 4000 characters.")
    must_ask_pin(profile, giver)
    return delegating.delegate(
        profile.home,
        signer_for(profile.home, giver, pin_of(request, giver, form.fields.get("pin", "")), in_person=True),
        giver,
        form.said("to") or "",
        roles=roles,
        cases=(form.said("cases") or "").replace(",", " ").split(),
        until=_day(until) if until else None,
        deputy=deputy,
        reason=reason,
        now=now,
    )[1]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'"{text[:40]}" is no day.', "Write it as 2026-12-31.") from error


def _shown(
    request: Request,
    reader: Reader,
    errors: dict[str, str] | None = None,
    status: int = 200,
    form: SentForm | None = None,
) -> Response:
    desk = desk_of(request)
    powers, recorded = desk.ledger.directory().powers(), request.query_params.get("recorded", "")
    return page(
        request,
        "delegations.html",
        reader,
        status=status,
        grants=[
            (name.partition("/")[2], grant.model_dump(mode="json", by_alias=True))
            for name, grant in powers.grants.items()
        ],
        absent=sorted(powers.absences.values()),
        entering=Role.REGISTRAR.value in reader.roles,
        registrars=desk.anchors.own().threshold,
        officials=[each for each in desk.ledger.officials().values() if acts_here(each)],
        lent=[role.value for role in LENT],
        command_ids=[new_command_id() for _ in range(3)],
        recorded=recorded if recorded.isdigit() and len(recorded) < 7 else "",
        errors=errors or {},
        filled={**(form.fields if form else {}), "pin": ""},
    )
