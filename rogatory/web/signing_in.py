"""Who is at the page: the session, judged by the directory at each request; and signing in to a demonstration."""

import hmac

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from rogatory.errors import RefusedError
from rogatory.web.guard import check_origin, check_token, form_of
from rogatory.web.people import AUDITOR, Reader, acts_here, reader_of
from rogatory.web.rendering import page


def reader_at(request: Request) -> Reader:
    """Who is signed in. Raises RefusedError (NotSigned) for nobody, or for whom the directory took something from."""
    state = request.app.state
    token = request.cookies.get(state.cookies.session, "")
    session = state.sessions.of(token) if token else None
    if session is None:
        raise RefusedError("NotSigned", "Nobody is signed in.")
    state.limits["reads"].take(session.number)
    try:
        reader = reader_of(state.desk, session.official, session.form_token, session.number)
    except RefusedError:
        state.sessions.end(session.number, session.official)
        raise
    if reader.keyid != session.keyid or not session.roles <= reader.roles:
        state.sessions.end(session.number, session.official)
        raise RefusedError("Forbidden", "Your entry in the directory changed since you signed in.", "Sign in again.")
    return reader


def begin_session(request: Request, answer: Response, reader: Reader) -> Response:
    """Puts a new session's cookie on the answer, and ends the one the browser had: no token outlives a sign-in."""
    state = request.app.state
    if before := request.cookies.get(state.cookies.session):
        state.sessions.end_by_token(before)
    token = state.sessions.begin(reader.official, reader.keyid, reader.roles)
    # strict: no other site's link carries it.
    answer.set_cookie(
        state.cookies.session, token, httponly=True, secure=state.cookies.secure, samesite="strict", path="/"
    )
    return answer


async def end_session(request: Request) -> Reader:
    """Ends the session of a form that says so, on the server; returns whose it was. Raises RefusedError, UsageError."""
    reader = reader_at(request)
    check_origin(request)
    check_token(str((await form_of(request)).get("token", "")), reader.form_token)
    request.app.state.sessions.end(reader.session, reader.official)
    return reader


def forget_session(request: Request, answer: Response) -> Response:
    """Takes the session's cookie out of the browser."""
    cookies = request.app.state.cookies
    answer.delete_cookie(cookies.session, httponly=True, secure=cookies.secure, samesite="strict", path="/")
    return answer


def show(request: Request) -> Response:
    """The officials to choose from."""
    return _form(request, request.query_params.get("code", ""))


async def sign_in(request: Request) -> Response:
    """Begins a session."""
    state = request.app.state
    check_origin(request)
    state.limits["sign-in"].take("all")
    form = await form_of(request)
    code, official = str(form.get("code", "")), str(form.get("official", ""))
    if not hmac.compare_digest(code.strip().encode(), state.entry_code.encode()):
        return _form(request, "", 403, wrong=True)
    return begin_session(request, RedirectResponse("/", status_code=303), reader_of(state.desk, official))


async def sign_out(request: Request) -> Response:
    """Ends the session, here and not only in the browser."""
    await end_session(request)
    return forget_session(request, RedirectResponse("/sign-in", status_code=303))


def _form(request: Request, code: str, status: int = 200, *, wrong: bool = False) -> Response:
    known = request.app.state.desk.ledger.officials().values()
    officials = [each for each in known if acts_here(each)]
    return page(request, "sign_in.html", status=status, code=code, wrong=wrong, officials=officials, auditor=AUDITOR)
