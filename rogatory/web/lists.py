"""The lists beside the inbox: registers, deadlines, officials, sessions."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from rogatory.acting import new_command_id
from rogatory.adapters.key_holders import asks_pin
from rogatory.adapters.passkeys import seen_on_offer
from rogatory.desk import Desk
from rogatory.documents.sealed import strings_in
from rogatory.errors import IntegrityError, NotFoundError
from rogatory.web.likeness import says
from rogatory.web.pages import A_PAGE, desk_of, files_of, from_query
from rogatory.web.people import Reader, acts_here
from rogatory.web.rendering import page
from rogatory.web.signing_in import reader_at
from schemas.identifiers import Role
from schemas.register import CaseRow, Direction

SEARCHED = 500
"""Cases whose text is looked through at a time, the last changed first: it lies encrypted, and is in no index."""
LONGEST = 120


def register(request: Request) -> Response:
    """The cases; those that hold the words in a reference of either side or in the text of the request."""
    reader, desk, number = reader_at(request), desk_of(request), from_query(request)
    looked = from_query(request, "looked") - 1
    words = " ".join(request.query_params.get("q", "")[:LONGEST].split())
    rows = desk.register.find_cases(words, drafter=reader.drafter, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    found = {row.reference for row in rows}
    asked = words and number == 1
    in_text, further = _in_text(desk, reader, words, found, looked) if asked else ([], None)
    return page(
        request,
        "register.html",
        reader,
        cases=rows[:A_PAGE] if not looked else [],
        in_text=in_text,
        further=further,
        words=words,
        searched=SEARCHED,
        states=files_of(request).states,
        number=number,
        more=len(rows) > A_PAGE and not looked,
    )


def _in_text(desk: Desk, reader: Reader, words: str, found: set[str], looked: int) -> tuple[list[CaseRow], int | None]:
    """Cases whose request says the words, and how many were looked through by then; None: all there are.

    A request is filed without sealed identities, so none is ever found.
    """
    rows = desk.register.find_cases("", drafter=reader.drafter, limit=SEARCHED + 1, offset=looked)
    said: list[CaseRow] = []
    for place, row in enumerate(rows[:SEARCHED], looked + 1):
        if row.reference not in found and says(_text(desk, row), words):
            said.append(row)
            if len(said) == A_PAGE:
                return said, place
    return said, looked + SEARCHED if len(rows) > SEARCHED else None


def _text(desk: Desk, row: CaseRow) -> str:
    try:
        filed = desk.request(row.reference)
    except (NotFoundError, IntegrityError):  # its key was destroyed, or doctor will tell
        return ""
    return " ".join(strings_in(filed.draft.model_dump(mode="json")))


def correspondence(request: Request) -> Response:
    """What came in and what went out, of the cases the reader may see."""
    reader, desk, number = reader_at(request), desk_of(request), from_query(request)
    words = " ".join(request.query_params.get("q", "")[:LONGEST].split())
    asked = request.query_params.get("way", "")
    way = Direction(asked) if asked in set(Direction) else None
    rows = desk.register.correspondence(
        words, direction=way, drafter=reader.drafter, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE
    )
    return page(
        request,
        "correspondence.html",
        reader,
        rows=rows[:A_PAGE],
        words=words,
        way=way,
        ways=[None, *Direction],
        states=files_of(request).states,
        number=number,
        more=len(rows) > A_PAGE,
    )


def deadlines(request: Request) -> Response:
    """What is due, soonest first: tasks, and periods of law."""
    reader = reader_at(request)
    return page(request, "deadlines.html", reader, rows=_due(desk_of(request), reader))


def calendar(request: Request) -> Response:
    """The same for a calendar: codes and articles, no names."""
    reader = reader_at(request)
    made = Calendar()
    made.add("prodid", "-//Rogatory//deadlines//EN")
    made.add("version", "2.0")
    now = datetime.now(UTC)
    for row in _due(desk_of(request), reader):
        due = row["due"]
        assert isinstance(due, datetime)
        event = Event()
        event.add("uid", f"{row['id']}@rogatory")
        event.add("dtstamp", now)
        event.add("dtstart", due.astimezone(UTC) - timedelta(minutes=30))
        event.add("dtend", due.astimezone(UTC))
        event.add("summary", f"{row['reference']}: {row['what']}")
        event.add("description", str(row["source"]))
        made.add_component(event)
    headers = {"Content-Disposition": 'attachment; filename="deadlines.ics"'}
    return Response(made.to_ical(), media_type="text/calendar", headers=headers)


def _due(desk: Desk, reader: Reader) -> list[dict[str, object]]:
    tasks = desk.register.open_tasks(drafter=reader.drafter, limit=500)
    clocks = desk.register.clocks()
    if not reader.sees_all:
        own = {row.reference for row in desk.register.find_cases("", drafter=reader.official, limit=10_000)}
        clocks = [clock for clock in clocks if clock.reference in own]
    rows: list[dict[str, object]] = [
        {
            "id": each.id,
            "reference": each.reference,
            "what": each.title,
            "due": each.due,
            "source": each.source,
            "task": each.id,
            "url": "",
            "then": "",
        }
        for each in tasks
    ]
    rows += [
        {
            "id": each.clock,
            "reference": each.reference,
            "what": each.what,
            "due": each.due,
            "source": each.source,
            "task": "",
            "url": each.url,
            "then": each.then,
        }
        for each in clocks
    ]
    return sorted(rows, key=lambda row: str(row["due"]))


def officials(request: Request) -> Response:
    """Who is who, and with which key."""
    reader, desk = reader_at(request), desk_of(request)
    rows = []
    for each in desk.ledger.officials().values():
        if not acts_here(each):
            continue
        certificate = x509.load_pem_x509_certificate(each.certificate.encode())
        try:
            key = "PIN" if asks_pin(desk.profile.home, each.official) else "open"
        except NotFoundError:
            key = "elsewhere"
        rows.append({"official": each, "until": certificate.not_valid_after_utc, "key": key})
        rows[-1]["offered"], rows[-1]["spoilt"] = seen_on_offer(desk.profile.home, each.official)
    registrar = Role.REGISTRAR.value in reader.roles
    return page(request, "officials.html", reader, rows=rows, registrar=registrar, command_id=new_command_id())


def sessions(request: Request) -> Response:
    """Where the reader is signed in."""
    reader = reader_at(request)
    rows = request.app.state.sessions.of_official(reader.official)
    if reader.reads_only:  # auditors share one name: each sees their own session
        rows = [each for each in rows if each.number == reader.session]
    return page(request, "sessions.html", reader, rows=rows)
