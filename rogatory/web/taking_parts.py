"""Evidence sent in parts by the page's script: begun, sent part by part, finished; cut, it goes on where it stopped."""

from collections.abc import Awaitable, Callable
from functools import wraps

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from rogatory.adapters.vault_uploads import PART
from rogatory.errors import RogatoryError, UsageError
from rogatory.intake import Stored
from rogatory.web.guard import TooOftenError, check_token, form_of
from rogatory.web.pages import desk_of
from rogatory.web.streamed_form import NOT_OURS
from rogatory.web.taken import file_name, sealed
from rogatory.web.taking_in import limits_of, taker_at

Endpoint = Callable[[Request], Awaitable[Response]]


def _told(endpoint: Endpoint) -> Endpoint:
    """Failures as the script reads them."""

    @wraps(endpoint)
    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except RogatoryError as error:
            status = 429 if isinstance(error, TooOftenError) else 503 if error.exit_code == 69 else 422
            return JSONResponse({"said": f"{error} {error.hint}".strip()}, status)

    return answered


@_told
async def begin(request: Request) -> Response:
    """Begins a file, or finds it again: the same official, name, size and date are taken for the same file."""
    reader, case = taker_at(request)
    request.app.state.limits["acts"].take(reader.session)
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    check_token(form.get("token", ""), reader.form_token)
    name, size, largest = file_name(form.get("name", "")), form.get("size", ""), limits_of(request).largest
    if not size.isascii() or not size.isdigit() or len(size) > 15:
        raise UsageError(NOT_OURS, "Open the page again.")
    if int(size) > largest:
        raise UsageError(f"This is more than {largest:,} bytes.", "Send a smaller file.")
    origin = f"inbox:{reader.official}:{form.get('modified', '')}:{name}"
    upload = await run_in_threadpool(desk_of(request).vault.uploads.begin, case.reference, origin, int(size))
    return JSONResponse({"id": upload.id, "part_size": upload.part_size, "missing": upload.missing})


@_told
async def put(request: Request) -> Response:
    """Stores one part; the token is in a header, since the body is the part."""
    reader, case = taker_at(request)
    check_token(request.headers.get("x-form-token", ""), reader.form_token)
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > PART:
            raise UsageError(f"A part has at most {PART:,} bytes.")
    upload, part = request.path_params["upload"], request.path_params["part"]
    await run_in_threadpool(desk_of(request).vault.uploads.put, case.reference, upload, part, bytes(content))
    return Response(status_code=204)


@_told
async def finish(request: Request) -> Response:
    """Makes the parts content of the vault; answers with the word that the page carries of it until it is signed."""
    reader, case = taker_at(request)
    form = {name: str(value) for name, value in (await form_of(request)).items()}
    check_token(form.get("token", ""), reader.form_token)
    name = file_name(form.get("name", ""))
    uploads = desk_of(request).vault.uploads
    digest, size = await run_in_threadpool(uploads.finish, case.reference, request.path_params["upload"])
    key = request.app.state.upload_key
    return JSONResponse({"file": sealed(Stored(name, digest, size), key, reader.session, case.reference)})
