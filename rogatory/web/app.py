"""The inbox as an ASGI application: its pages, its acts, and what every request passes.

Looking is done by `Desk`, acting by `Office`: the procedure has no second door here.
"""

import secrets

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from activities.cards import cards_of
from rogatory.adapters.sessions import Sessions
from rogatory.adapters.sign_in_settings import ANSWER, SEE, SignInSettings, read_secret, read_sign_in_settings
from rogatory.adapters.upload_settings import read_upload_settings
from rogatory.desk import Desk
from rogatory.errors import IntegrityError, RefusedError, RogatoryError, UnreachableError, UsageError
from rogatory.law.registry import load_lawbook
from rogatory.profile import Profile
from rogatory.web import (
    acts,
    course,
    handing_over,
    lending,
    lists,
    pages,
    passkeys,
    provider_sign_in,
    reassigning,
    signing_acts,
    signing_in,
    taking_in,
    taking_parts,
    taking_steps,
)
from rogatory.web.asserting import WaitingActs
from rogatory.web.casefile import CaseFiles
from rogatory.web.guard import Cookies, Headers, Limit, TooOftenError
from rogatory.web.people import AUDITOR
from rogatory.web.rendering import HERE, page

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
STATUS = {2: 400, 3: 422, 4: 403, 5: 404, 6: 409, 7: 500, 69: 503}
"""The exit code of an error to the status of its page."""


def make_app(profile: Profile, entry_code: str) -> ASGIApp:
    """The inbox of one installation, with sign-in at the provider its configuration names, and at no other place.

    Without a provider it is the demonstration's sign-in: only DEMO keys, only on this machine.

    Args:
        entry_code: of the demonstration's sign-in; printed to whoever started the inbox. Without it nobody signs in,
            since other users of this machine reach the same address.

    Raises:
        UsageError: the configuration is wrong; or no provider is named, and this is no demonstration.
    """
    desk = Desk(profile)
    own = desk.anchors.own()
    settings = read_sign_in_settings(profile.home)
    if settings is None and not own.demo:
        raise UsageError(
            "The keys of this installation are not DEMO keys, so nobody may choose who they are.",
            f"Name an OpenID Connect provider in config.json. {SEE}",
        )
    hosts = [*LOOPBACK] if settings is None else [settings.host]
    app = Starlette(
        routes=[
            Route("/", pages.inbox),
            Route("/tasks/{task}", pages.task),
            Route("/tasks/{task}/decide", acts.decide, methods=["POST"]),
            Route("/tasks/{task}/steps/{act}", taking_steps.take, methods=["POST"]),
            Route("/tasks/{task}/reassign", reassigning.reassign, methods=["POST"]),
            Route("/cases", lists.register),
            Route("/cases/{reference}", pages.case),
            Route("/cases/{reference}/documents/{number:int}.pdf", pages.document),
            Route("/cases/{reference}/documents/{number:int}/pages/{page:int}.png", pages.picture),
            Route("/cases/{reference}/course.svg", course.picture),
            Route("/cases/{reference}/evidence", taking_in.show),
            Route("/cases/{reference}/evidence", taking_in.send, methods=["POST"]),
            Route("/cases/{reference}/evidence/confirm", taking_in.confirm, methods=["POST"]),
            Route("/cases/{reference}/evidence/sign", taking_in.sign, methods=["POST"]),
            Route("/cases/{reference}/evidence/parts", taking_parts.begin, methods=["POST"]),
            Route("/cases/{reference}/evidence/parts/{upload}/finish", taking_parts.finish, methods=["POST"]),
            Route("/cases/{reference}/evidence/parts/{upload}/{part:int}", taking_parts.put, methods=["PUT"]),
            Route("/items/{item}", handing_over.show),
            Route("/items/{item}/{act}", handing_over.hand_over, methods=["POST"]),
            Route("/delegations", lending.show),
            Route("/delegations/{act}", lending.enter, methods=["POST"]),
            Route("/assertions/{act}", signing_acts.answered, methods=["POST"]),
            Route("/passkey", passkeys.show),
            Route("/passkey", passkeys.make, methods=["POST"]),
            Route("/officials/{official}/passkey/{act}", passkeys.change, methods=["POST"]),
            Route("/correspondence", lists.correspondence),
            Route("/deadlines", lists.deadlines),
            Route("/deadlines.ics", lists.calendar),
            Route("/officials", lists.officials),
            Route("/sessions", lists.sessions),
            Route("/sessions/{number}/end", acts.end_session, methods=["POST"]),
            *(_demo_routes() if settings is None else _provider_routes()),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts)],
        exception_handlers={RogatoryError: explain, HTTPException: no_such_page, Exception: our_bug},
    )
    state = app.state
    state.profile, state.desk, state.entry_code = profile, desk, entry_code
    state.authority, state.demo = own.authority, own.demo
    state.sessions = Sessions(profile.home / "inbox.sqlite")
    state.files = CaseFiles(desk, cards_of(load_lawbook(profile.home / "law")))
    state.uploads, state.upload_key = read_upload_settings(profile.home), secrets.token_bytes(32)
    state.limits = {"acts": Limit(60, 60), "pin": Limit(5, 900), "reads": Limit(600, 60)}
    state.limits |= {"sign-in": Limit(10, 60), "answers": Limit(20, 60)}
    state.waiting = WaitingActs()
    state.cookies = Cookies(secure=settings is not None and settings.secure)
    if settings is not None:
        _join_provider(app, profile, settings)
    return Headers(app, secure=state.cookies.secure)  # outermost: an answer to a fault of ours carries them too


def _demo_routes() -> list[Route]:
    return [
        Route("/sign-in", signing_in.show),
        Route("/sign-in", signing_in.sign_in, methods=["POST"]),
        Route("/sign-out", signing_in.sign_out, methods=["POST"]),
    ]


def _provider_routes() -> list[Route]:
    return [
        Route("/sign-in", provider_sign_in.show),
        Route("/sign-in/start", provider_sign_in.start),
        Route(ANSWER, provider_sign_in.answered),
        Route("/sign-out", provider_sign_in.sign_out, methods=["POST"]),
    ]


def _join_provider(app: Starlette, profile: Profile, settings: SignInSettings) -> None:
    from rogatory.adapters.sign_in_provider import Provider  # noqa: PLC0415  (Authlib: only who signs in there pays)

    app.state.sign_in, app.state.begun = settings, provider_sign_in.Begun()
    app.state.sessions.end_all(AUDITOR)  # who audits is said by the configuration alone, and it may have changed
    app.state.provider = Provider(settings, read_secret(profile.home, settings))


async def explain(request: Request, error: Exception) -> Response:
    """What a failure means for a person, as a page."""
    assert isinstance(error, RogatoryError)
    if isinstance(error, RefusedError) and error.kind == "NotSigned":
        return RedirectResponse("/sign-in", status_code=303)
    status = STATUS.get(error.exit_code, 500)
    headers = {}
    if isinstance(error, TooOftenError):
        status, headers = 429, {"Retry-After": str(error.wait)}
    grave = isinstance(error, IntegrityError | UnreachableError)
    answer = page(request, "error.html", status=status, message=str(error), hint=error.hint, grave=grave)
    answer.headers.update(headers)
    return answer


async def no_such_page(request: Request, error: Exception) -> Response:
    """An address that is none."""
    assert isinstance(error, HTTPException)
    message = "There is no such page." if error.status_code == 404 else "That cannot be done at this address."
    return page(request, "error.html", status=error.status_code, message=message, hint="", grave=False)


async def our_bug(request: Request, error: Exception) -> Response:
    """Our fault: no traceback reaches a person."""
    return page(request, "error.html", status=500, message="Something failed here.", hint="", grave=True)
