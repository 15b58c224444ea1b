"""What is done from a page: the same acts, by the same office, as on the command line."""

import re

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import ChangedError, FindingsError, RefusedError, RogatoryError, UnreachableError, UsageError
from rogatory.office import Office
from rogatory.web.guard import check_origin, check_token, form_of
from rogatory.web.pages import desk_of, show_task
from rogatory.web.people import case_for
from rogatory.web.returning import reasons_by_field, told
from rogatory.web.signing_in import reader_at

VERDICTS = frozenset({"approve", "return", "refuse"})
COMMAND_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
FIELDS = {"WrongPin": "pin", "NoPin": "pin", "PinLocked": "pin"}
"""The refusal to the field of the form it is about; others are about the whole."""


async def decide(request: Request) -> Response:
    """A decision on the letter that was read: its digest is in the form."""
    reader = reader_at(request)
    check_origin(request)
    limits = request.app.state.limits
    limits["acts"].take(reader.session)
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    check_token(form.get("token", ""), reader.form_token)
    desk = desk_of(request)
    row = desk.register.task(request.path_params["task"])
    case_for(desk, reader, row.reference)
    if reader.reads_only:
        raise RefusedError("Forbidden", "An auditor reads, and does not decide.")
    verdict, reason, ground = form.get("verdict", ""), form.get("reason", "").strip(), form.get("ground", "").strip()
    pin, command_id = form.get("pin", ""), form.get("command_id", "")
    if not COMMAND_ID.fullmatch(command_id):
        raise UsageError("This is not a form of this inbox.", "Open the page again.")
    by_field = reasons_by_field(form) if verdict == "return" else {}
    kept = {**by_field, "verdict": verdict, "reason": reason, "ground": ground, "command_id": command_id}
    reason = told(by_field, reason)
    if errors := _missing(verdict, reason, ground):
        return show_task(request, reader, row, errors, 422, **kept)
    if ground and verdict == "refuse":
        reason = f"{ground}. {reason}".strip()

    def give_pin(_: str) -> str:
        limits["pin"].check(reader.official)
        return pin

    try:
        async with Office.open(request.app.state.profile, reader.official, give_pin, in_person=True) as office:
            receipt = await office.decide(row.id, verdict, reason or None, command_id, letter=form.get("letter", ""))
    except RefusedError as error:
        if error.kind == "WrongPin":
            limits["pin"].count(reader.official)
        return show_task(request, reader, row, {FIELDS.get(error.kind, ""): _said(error)}, 403, **kept)
    except (FindingsError, UsageError) as error:  # such as words that would name a protected person
        return show_task(request, reader, row, {"reason": _said(error)}, 422, **kept)
    except ValidationError:
        return show_task(request, reader, row, {"reason": _unwritable()}, 422, **kept)
    except UnreachableError as error:  # a token that was pulled out, or a service that is away: it may be sent again
        return show_task(request, reader, row, {"": _said(error)}, 503, **kept)
    except ChangedError as error:
        row = desk.register.task(row.id)
        return show_task(request, reader, row, {"": _said(error)}, 409, **{**kept, "command_id": ""})
    limits["pin"].forget(reader.official)
    return RedirectResponse(f"/tasks/{row.id}?recorded={receipt.sequence}", status_code=303)


async def end_session(request: Request) -> Response:
    """Ends one of the reader's own sessions, at once."""
    reader = reader_at(request)
    check_origin(request)
    check_token(str((await form_of(request)).get("token", "")), reader.form_token)
    request.app.state.sessions.end(request.path_params["number"], reader.official)
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


def _unwritable() -> str:
    return "The reason holds a character that cannot stand there, or is longer than 4000 characters."


def _said(error: RogatoryError) -> str:
    return f"{error} {error.hint}".strip()
