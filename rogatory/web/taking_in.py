"""Evidence taken in by the inbox: sent by a form or in parts, shown with its SHA-256, then signed.

The act is that of `rogatory evidence add`. Content that was sent and not signed is named by no line of the ledger, and
`rogatory vault orphans` lists it, as it lists what was cut half-way.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.acting import new_command_id
from rogatory.adapters.key_holders import asks_pin
from rogatory.adapters.upload_settings import UploadSettings
from rogatory.errors import RefusedError, UsageError
from rogatory.intake import Stored
from rogatory.office import Office
from rogatory.ports import Origin, Signer
from rogatory.web.guard import SCRIPTED, check_origin, check_token
from rogatory.web.pages import desk_of
from rogatory.web.people import Reader, case_for, may_take_in, passkey_at
from rogatory.web.rendering import page
from rogatory.web.sent_form import SentForm, fault_of, sent_form
from rogatory.web.signing_acts import signed
from rogatory.web.signing_in import reader_at
from rogatory.web.streamed_form import NOT_OURS, StreamedForm
from rogatory.web.taken import file_name, no_doubles, opened, sealed
from schemas.commands import Receipt
from schemas.register import CaseRow

OVERHEAD = 64 * 1024
"""Bytes of a form beside its files."""


def taker_at(request: Request) -> tuple[Reader, CaseRow]:
    """Who takes in, and for which case. Raises RefusedError, NotFoundError."""
    reader, desk = reader_at(request), desk_of(request)
    case = case_for(desk, reader, request.path_params["reference"])
    check_origin(request)
    if not may_take_in(desk, reader, case):
        raise RefusedError(
            "Forbidden", "You may not take evidence in here.", "A custodian does, while evidence is awaited."
        )
    return reader, case


def limits_of(request: Request) -> UploadSettings:
    """How much is taken in at once."""
    return cast("UploadSettings", request.app.state.uploads)


def show(request: Request) -> Response:
    """The form."""
    reader, desk = reader_at(request), desk_of(request)
    return _choosing(request, reader, case_for(desk, reader, request.path_params["reference"]))


async def send(request: Request) -> Response:
    """Takes the files of a plain form in while they arrive; answers with what is to be signed."""
    reader, case = taker_at(request)
    request.app.state.limits["acts"].take(reader.session)
    largest = limits_of(request).largest
    try:
        length = request.headers.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            raise UsageError(NOT_OURS, "Open the page again.")
        if int(length) > largest + OVERHEAD:
            raise UsageError(f"This is more than {largest:,} bytes.", "Send fewer files at once.")
        more = _pulled(request.stream(), asyncio.get_running_loop())
        files = await run_in_threadpool(_take_in, request, reader, case, more)
    except UsageError as error:
        return _choosing(request, reader, case, {"files": f"{error} {error.hint}".strip()}, 422)
    return _confirming(request, reader, case, files)


async def confirm(request: Request) -> Response:
    """Shows what came in parts, to be signed."""
    form, case, files = await _sent(request)
    return _confirming(request, form.reader, case, files)


async def sign(request: Request) -> Response:
    """Signs the receipt of what was shown."""
    form, case, files = await _sent(request)
    official, profile = form.reader.official, request.app.state.profile

    async def act(signer: Signer) -> Receipt:
        async with Office.open(profile, official, signer=signer) as office:
            return await office.add_stored(
                case.reference,
                files,
                note=f"Sent by {official} through the inbox in a browser.",
                measure=form.said("measure"),
                description=form.said("description") or "",
                complete=form.said("complete") is not None,
                command_id=form.command_id,
            )

    def shown(request: Request, outcome: Receipt | Exception) -> Response:
        if isinstance(outcome, Receipt):
            return RedirectResponse(f"/cases/{case.reference}/evidence?recorded={outcome.sequence}", status_code=303)
        errors, status = fault_of(request, outcome, official, "pin")
        return _confirming(request, form.reader, case, files, errors, status, form)

    return await signed(request, form, act, shown)


async def _sent(request: Request) -> tuple[SentForm, CaseRow, list[Stored]]:
    _, case = taker_at(request)
    form = await sent_form(request)
    key, most = request.app.state.upload_key, limits_of(request).files
    return form, case, opened(form.fields, most, key, form.reader.session, case.reference)


def _take_in(request: Request, reader: Reader, case: CaseRow, more: Callable[[], bytes]) -> list[Stored]:
    """The token comes first: without it no byte of a file is taken."""
    vault, limits = desk_of(request).vault, limits_of(request)
    admitted, files = False, list[Stored]()
    for part in StreamedForm(request.headers.get("content-type", ""), more):
        if part.file_name is None:
            if part.name == "token":
                check_token(part.text(), reader.form_token)
                admitted = True
            continue
        if not admitted:
            check_token("", reader.form_token)
        if part.name != "files" or not part.file_name:  # a control that was left empty
            continue
        if len(files) == limits.files:
            raise UsageError(f"More than {limits.files} files are too many for one delivery.", "Make several of them.")
        name = file_name(part.file_name)
        no_doubles([*(file.name for file in files), name])
        # An origin of its own: cut half-way it lies among what is unfinished, and nothing else is taken for it.
        digest, size = vault.keep(case.reference, part.content, origin=Origin(f"inbox:{secrets.token_hex(16)}"))
        files.append(Stored(name, digest, size))
    if not files:
        raise UsageError("No file was sent.", "Choose one or several files.")
    return files


def _pulled(stream: AsyncIterator[bytes], loop: asyncio.AbstractEventLoop) -> Callable[[], bytes]:
    """The request's body for a thread that reads it, chunk by chunk: what is not asked for yet waits in the network."""

    async def following() -> bytes:
        async for chunk in stream:
            if chunk:
                return chunk
        return b""

    return lambda: asyncio.run_coroutine_threadsafe(following(), loop).result()


def _choosing(
    request: Request, reader: Reader, case: CaseRow, errors: dict[str, str] | None = None, status: int = 200
) -> Response:
    recorded = request.query_params.get("recorded", "")
    limits = limits_of(request)
    answer = page(
        request,
        "evidence.html",
        reader,
        status=status,
        case=case,
        taking=may_take_in(desk_of(request), reader, case),
        files=[],
        largest=limits.largest,
        most=limits.files,
        command_id=new_command_id(),
        recorded=recorded if recorded.isdigit() and len(recorded) < 7 else "",
        errors=errors or {},
    )
    answer.headers["Content-Security-Policy"] = SCRIPTED
    return answer


def _confirming(
    request: Request,
    reader: Reader,
    case: CaseRow,
    files: list[Stored],
    errors: dict[str, str] | None = None,
    status: int = 200,
    form: SentForm | None = None,
) -> Response:
    desk, key = desk_of(request), request.app.state.upload_key
    return page(
        request,
        "evidence.html",
        reader,
        status=status,
        case=case,
        taking=True,
        files=[(file, sealed(file, key, reader.session, case.reference)) for file in files],
        measures=[each.id for each in desk.request(case.reference).draft.measures],
        asks_pin=asks_pin(desk.profile.home, reader.official),
        passkey=passkey_at(desk, reader, request.url.hostname),
        command_id=form.command_id if form else new_command_id(),
        recorded="",
        errors=errors or {},
        filled={**(form.fields if form else {}), "pin": ""},
    )
