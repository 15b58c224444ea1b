"""Every page of the inbox by its route: a page that is not judged here fails a test."""

from starlette.applications import Starlette
from starlette.routing import Route

from rogatory.web.guard import Headers

JUDGED = {
    "/": ["/", "/?show=all"],
    "/tasks/{task}": ["/tasks/{review}", "/tasks/{full}.custody-sign-off-1"],
    "/cases": ["/cases", "/cases?q=nothing-like-it", "/cases?q=greenhouses"],
    "/cases/{reference}": ["/cases/{reference}", "/cases/{full}"],
    "/cases/{reference}/evidence": ["/cases/{reference}/evidence"],
    "/items/{item}": ["/items/{full}-E01"],
    "/correspondence": ["/correspondence", "/correspondence?way=in&q=XN", "/correspondence?q=nothing-like-it"],
    "/deadlines": ["/deadlines"],
    "/officials": ["/officials"],
    "/passkey": ["/passkey"],
    "/delegations": ["/delegations"],
    "/sessions": ["/sessions"],
    "/sign-in": ["/sign-in"],
}
"""Route to the addresses under which it is judged."""
NO_PAGES = frozenset(
    {
        "/cases/{reference}/documents/{number:int}.pdf",
        "/cases/{reference}/documents/{number:int}/pages/{page:int}.png",
        "/cases/{reference}/course.svg",
        "/deadlines.ics",
    }
)
"""Routes that answer with another thing than a page."""


def pages_of(app: object) -> set[str]:
    """The paths of the routes that a browser can open as a page."""
    while isinstance(app, Headers):
        app = app._app
    assert isinstance(app, Starlette)
    found = {each.path for each in app.routes if isinstance(each, Route) and "GET" in (each.methods or ())}
    return found - NO_PAGES


def addresses(**values: str) -> list[str]:
    """Every address to judge, but sign-in's, which needs nobody signed in."""
    return [each.format(**values) for route, those in JUDGED.items() if route != "/sign-in" for each in those]
