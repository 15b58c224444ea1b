"""What is done from a page: the same acts, by the same office, as on the command line."""

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import ChangedError, FindingsError, UsageError
from rogatory.office import Office
from rogatory.ports import Signer
from rogatory.web.guard import check_origin, check_token, form_of
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.returning import reasons_by_field, told
from rogatory.web.sent_form import fault_of, sent_form
from rogatory.web.signing_acts import signed
from rogatory.web.signing_in import reader_at
from schemas.commands import Receipt

VERDICTS = frozenset({"approve", "return", "refuse"})


async def decide(request: Request) -> Response:
    """A decision on the letter that was read: its digest is in the form."""
    form = await sent_form(request)
    desk, reader = desk_of(request), form.reader
    row = desk.register.task(request.path_params["task"])
    case_for(desk, reader, row.reference)
    verdict, words, ground = (form.said(name) or "" for name in ("verdict", "reason", "ground"))
    by_field = reasons_by_field(form.fields) if verdict == "return" else {}
    kept = {**by_field, "verdict": verdict, "reason": words, "ground": ground, "command_id": form.command_id}
    reason = told(by_field, words)
    if errors := _missing(verdict, reason, ground):
        return show_task(request, reader, row, errors, 422, **kept)
    if ground and verdict == "refuse":
        reason = f"{ground}. {reason}".strip()

    async def act(signer: Signer) -> Receipt:
        async with Office.open(desk.profile, reader.official, signer=signer) as office:
            letter = form.fields.get("letter", "")
            return await office.decide(row.id, verdict, reason or None, form.command_id, letter=letter)

    def shown(request: Request, outcome: Receipt | Exception) -> Response:
        if isinstance(outcome, Receipt):
            return RedirectResponse(f"/tasks/{row.id}?recorded={outcome.sequence}", status_code=303)
        if isinstance(outcome, ChangedError):
            now, fresh = desk.register.task(row.id), {**kept, "command_id": ""}
            return show_task(request, reader, now, {"": f"{outcome} {outcome.hint}".strip()}, 409, **fresh)
        errors, status = fault_of(request, outcome, reader.official, "pin")
        if isinstance(outcome, FindingsError | UsageError | ValidationError):  # words that name a protected person, say
            errors = {"reason": next(iter(errors.values()))}
        return show_task(request, reader, row, errors, status, **kept)

    return await signed(request, form, act, shown)


async def end_session(request: Request) -> Response:
    """Ends one of the reader's own sessions, at once."""
    reader = reader_at(request)
    check_origin(request)
    check_token(str((await form_of(request)).get("token", "")), reader.form_token)
    number = request.path_params["number"]
    if number == reader.session or not reader.reads_only:  # auditors share one name
        request.app.state.sessions.end(number, reader.official)
    return RedirectResponse("/sessions", status_code=303)


def _missing(verdict: str, reason: str, ground: str) -> dict[str, str]:
    if verdict not in VERDICTS:
        return {"verdict": "choose"}
    errors = {}
    if verdict != "approve" and not reason:
        errors["reason"] = "reason"
    if verdict == "refuse" and not ground:
        errors["ground"] = "ground"
    return errors
