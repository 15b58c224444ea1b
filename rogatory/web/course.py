"""The course of a case as a picture: the same drawing as `rogatory case timeline --svg`."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from rogatory.custody.ledger import parse_line
from rogatory.documents.course_picture import bars, svg
from rogatory.errors import NotFoundError
from rogatory.web.pages import desk_of
from rogatory.web.people import case_for
from rogatory.web.signing_in import reader_at


def picture(request: Request) -> Response:
    """One bar for each wait. Raises NotFoundError for a case that has waited for nobody yet."""
    reader, desk, now = reader_at(request), desk_of(request), datetime.now(UTC)
    row = case_for(desk, reader, request.path_params["reference"])
    ends = (e for e in map(parse_line, desk.ledger.lines(row.reference)) if e.event == "task-closed")
    closed = {str(entry.facts.get("task")): entry.at for entry in ends}
    drawn = bars(desk.register.tasks(reference=row.reference, open_only=False), closed, now)
    if not drawn:
        raise NotFoundError(f"{row.reference} has waited for nobody yet.")
    return Response(svg(drawn, f"{row.reference}: {row.status}", now), media_type="image/svg+xml")
