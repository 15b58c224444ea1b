"""The pages to read: the inbox, a case, a task with its letter."""

from typing import cast

from starlette.requests import Request
from starlette.responses import Response

from rogatory.acting import new_command_id
from rogatory.adapters.key_holders import asks_pin
from rogatory.adapters.page_pictures import cached_picture
from rogatory.custody.policy import MAY
from rogatory.desk import Desk
from rogatory.errors import NotFoundError
from rogatory.web.casefile import CaseFiles
from rogatory.web.people import Reader, acts_here, case_for, may_decide, may_take_in, passkey_at
from rogatory.web.rendering import page
from rogatory.web.returning import ROWS, fields_of
from rogatory.web.signing_in import reader_at
from rogatory.web.steps import CHANNELS, steps_for
from schemas.custody import Official
from schemas.identifiers import Role, Stage
from schemas.register import DocumentRow, TaskRow

A_PAGE = 50
SHOWN = 12
"""Pages of a letter shown as pictures; the rest is in the PDF."""
STAGES = {
    "extradition": ("review", "transmission", "extradition-decision", "surrender", "speciality"),
    "preservation": ("review", "transmission", "answer"),
    "spontaneous-information": ("review", "transmission", "answer"),
}
USUAL = ("review", "transmission", "evidence-return", "custody-sign-off")


def desk_of(request: Request) -> Desk:
    """The desk to look from."""
    return cast("Desk", request.app.state.desk)


def files_of(request: Request) -> CaseFiles:
    """The maker of case files."""
    return cast("CaseFiles", request.app.state.files)


def from_query(request: Request, name: str = "page") -> int:
    """A number from 1 in the address; 1 for anything else."""
    given = request.query_params.get(name, "1")
    return max(1, min(int(given), 100_000)) if given.isascii() and given.isdigit() and len(given) < 7 else 1


def inbox(request: Request) -> Response:
    """Tasks, due soonest first: those for the reader, or all."""
    reader, desk, number = reader_at(request), desk_of(request), from_query(request)
    every = request.query_params.get("show") == "all" or reader.reads_only
    roles = () if every else tuple(reader.roles)
    rows = desk.register.open_tasks(roles=roles, drafter=reader.drafter, limit=A_PAGE + 1, offset=(number - 1) * A_PAGE)
    shown = rows[:A_PAGE] if every else desk.not_given_away(rows[:A_PAGE], reader.official)
    cases = {each.reference: desk.register.case(each.reference) for each in shown}
    return page(
        request,
        "inbox.html",
        reader,
        tasks=shown,
        cases=cases,
        states=files_of(request).states,
        every=every,
        number=number,
        more=len(rows) > A_PAGE,
    )


def case(request: Request) -> Response:
    """Everything of one case that may be read."""
    reader, desk = reader_at(request), desk_of(request)
    row = case_for(desk, reader, request.path_params["reference"])
    return page(
        request,
        "case.html",
        reader,
        file=files_of(request).of(row),
        clocks=desk.register.clocks(reference=row.reference),
        things=desk.register.exhibits(row.reference),
        assignments=desk.course(row.reference).assignments,
        returned=desk.returned(row.reference),
        taking=may_take_in(desk, reader, row),
        stages=_stages(row.kind, row.status),
        supplements=[each.reference for each in desk.register.supplements(row.reference) if reader.may_see(each)],
    )


def task(request: Request) -> Response:
    """One task, and its letter to read."""
    reader = reader_at(request)
    return show_task(request, reader, desk_of(request).register.task(request.path_params["task"]))


def show_task(
    request: Request,
    reader: Reader,
    row: TaskRow,
    errors: dict[str, str] | None = None,
    status: int = 200,
    **filled: str,
) -> Response:
    """The page of a task; after a form that was refused, with its errors and what was filled in."""
    desk = desk_of(request)
    try:
        case_row = case_for(desk, reader, row.reference)
    except NotFoundError:
        raise NotFoundError(f"There is no task {row.id}.", "Look for it in the inbox.") from None
    file = files_of(request).of(case_row)
    letter = next((each for each in file.documents if row.letter in {each.digest, each.signed_digest} - {None}), None)
    deciding = may_decide(desk, reader, row, case_row)
    steps = steps_for(desk, reader, row, case_row)
    recorded, passkey = request.query_params.get("recorded", ""), passkey_at(desk, reader, request.url.hostname)
    return page(
        request,
        "task.html",
        reader,
        status=status,
        task=row,
        file=file,
        letter=letter,
        pictures=range(1, min(letter.pages, SHOWN) + 1) if letter else (),
        stages=_stages(case_row.kind, case_row.status),
        deciding=deciding,
        signing=deciding and row.approvals >= row.approvals_needed and Role.SIGNATORY.value in reader.roles,
        steps=steps,
        taking=row.stage is Stage.EVIDENCE_RETURN and may_take_in(desk, reader, case_row),
        channels=CHANNELS,
        questions=[each for each in desk.register.messages(row.reference) if each.answered_at is None],
        asks_pin=bool(deciding or steps) and asks_pin(desk.profile.home, reader.official),
        passkey=passkey,
        command_id=filled.pop("command_id", "") or new_command_id(),
        recorded=recorded if recorded.isdigit() and len(recorded) < 7 else "",
        errors=errors or {},
        filled={"act": "", "verdict": "", "reason": "", "ground": "", **filled},
        review=row.stage is Stage.REVIEW,
        assigned=desk.course(row.reference).assignments.named(row.id),
        moving=_moving(desk, reader, row),
        moving_pin=asks_pin(desk.profile.home, reader.official) if _moves(reader) else False,
        moving_id=new_command_id(),
        fields=fields_of(desk.request(row.reference).draft) if deciding else [],
        field_rows=range(1, ROWS + 1),
    )


def _moves(reader: Reader) -> bool:
    return bool(reader.roles & {role.value for role in MAY["reassign"]})


def _moving(desk: Desk, reader: Reader, row: TaskRow) -> list[Official]:
    """Between whom this reader may move the task; none where they may not, or it is closed."""
    if not _moves(reader) or row.state == "closed":
        return []
    return [each for each in desk.ledger.officials().values() if acts_here(each) and {*row.roles} & {*each.roles}]


def document(request: Request) -> Response:
    """The PDF: with its signature, where the letter is signed."""
    row = _document(request)
    content = desk_of(request).vault.read(row.reference, row.signed_digest or row.digest)
    name = f"{row.reference}-{row.number:02d}-{row.type}.pdf"
    return Response(
        content, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )


def picture(request: Request) -> Response:
    """One page of a document as a picture."""
    row = _document(request)
    content = desk_of(request).vault.read(row.reference, row.digest)
    return Response(cached_picture(content, request.path_params["page"]), media_type="image/png")


def _document(request: Request) -> DocumentRow:
    reader, desk = reader_at(request), desk_of(request)
    case_row = case_for(desk, reader, request.path_params["reference"])
    number = request.path_params["number"]
    found = next((each for each in desk.register.documents(case_row.reference) if each.number == number), None)
    if found is None:
        raise NotFoundError(f"{case_row.reference} has no document {number}.", "See its list of documents.")
    return found


def _stages(kind: str, status: str) -> list[tuple[str, str]]:
    """Each stage of the kind with where it stands: done, now or to come."""
    names = STAGES.get(kind, USUAL)
    if status not in names:
        before = status in {"submitted", "correction", "arrest", "dossier"}
        return [(name, "to come" if before else "done") for name in names]
    at = names.index(status)
    return [
        (name, "done" if number < at else "now" if number == at else "to come") for number, name in enumerate(names)
    ]
