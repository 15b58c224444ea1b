"""rogatory case: submit a request and follow it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, Yes, acting, desk, receipt_shown
from rogatory.cli.output import ask, day, dim, due, emit, line, mark, minute, next_step, say, short, size, stamp, table
from rogatory.cli.session import session
from rogatory.cli.working import working
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.custody.ledger import Entry
    from rogatory.desk import Desk
    from schemas.identifiers import Reference
    from schemas.register import CaseRow, DocumentRow, TaskRow, TimelineEvent

ASIDE = {"task-opened", "task-closed", "package-made"}
"""Events that only repeat what stands beside them; --json has them all."""
STAGES = {
    "mutual-assistance": ("review", "transmission", "evidence-return", "custody-sign-off"),
    "extradition": ("review", "transmission", "extradition-decision", "surrender", "speciality"),
    "preservation": ("review", "transmission", "answer"),
    "spontaneous-information": ("review", "transmission", "answer"),
}
"""What every case of a kind passes, in order; an arrest, a dossier and property come only where they come."""
TO_COME = {
    "review": "Review",
    "transmission": "Transmission",
    "evidence-return": "Evidence return",
    "custody-sign-off": "Custody sign-off",
    "extradition-decision": "Decision of the requested state",
    "surrender": "Surrender",
    "answer": "Answer of the requested state",
    "speciality": "What is owed after the surrender",
}


async def submit(
    file: Path,
    /,
    *,
    correct: Annotated[str | None, Parameter(help="The reference of the case whose returned draft this mends.")] = None,
    yes: Yes = False,
    command_id: CommandId = None,
) -> None:
    """File a draft as a request, or as the correction of one that was returned.

    The draft is checked first; nothing is sent while the form or the law blocks (exit 3).

    Parameters
    ----------
    file: Path
        The draft, a YAML file.
    """
    if not yes and session().may_ask and not _agreed(file, correct):
        raise UsageError("Nothing was sent.", "Answer y to submit, or add --yes.")
    async with acting(command_id) as (office, given):
        if correct is None:
            with working("Checking, filing, laying out the letter"):
                reference = await office.submit(file, given)
        else:
            reference = correct
            with working("Checking, filing, laying out the letter"):
                await office.correct(reference, file, given)
                await office.until(
                    lambda: any(task.stage == "review" for task in office.register.tasks(reference=reference)),
                    "the corrected letter",
                )
        _show_submitted(office, reference)


def _agreed(file: Path, correct: str | None) -> bool:
    what = f"as the correction of {correct}" if correct else "as a new request"
    return ask(f"Submit {line(str(file))} {line(what)}? [y/N]").lower() in ("y", "yes")


def _show_submitted(desk: "Desk", reference: str) -> None:
    row, documents = desk.register.case(reference), desk.register.documents(reference)
    tasks = desk.register.tasks(reference=reference)
    shown = [_document(document, None) for document in documents]
    if emit({"reference": reference, "status": row.status, "version": row.version, "documents": shown}):
        return
    for document in documents:
        if document.version == row.version:
            title = document.type.replace("_", " ").capitalize()
            say(f"{title:<22}{_pages(document.pages)}, PDF/A-3, sha256 {short(document.digest)}…")
    say(f"{'To':<22}{row.requested_state}")
    ends = f"  Review is due {due(tasks[0].due, datetime.now(UTC))}." if tasks else ""
    say(f"Submitted: {reference}, version {row.version}.{ends}")
    next_step(
        f"rogatory case show {reference}" + (f"   (reviewers: rogatory task show {tasks[0].id})" if tasks else "")
    )


def list_(
    *,
    status: Annotated[str | None, Parameter(help="Only cases that stand there, e.g. review or completed.")] = None,
    find: Annotated[str, Parameter(help="Only cases whose reference, ours or theirs, holds this.")] = "",
    limit: int = 100,
    offset: int = 0,
) -> None:
    """List the cases, the last changed first."""
    if limit < 1 or offset < 0:
        raise UsageError("--limit is at least 1 and --offset at least 0.", "E.g. --limit 50 --offset 50")
    words = " ".join(find.split())
    rows = desk().register.find_cases(words, status=status, limit=limit, offset=offset)
    if emit(rows):
        return
    if not rows:
        say("No case was found." if words else "No cases." if status is None else f"No cases stand at {line(status)}.")
        next_step("rogatory draft new")
        return
    table(
        ("Case", "To", "Stands at", "Version", "Drafter", "Changed"),
        [
            [row.reference, row.requested_state, row.status, row.version, row.drafter, day(row.changed_at)]
            for row in rows
        ],
    )
    next_step(f"rogatory case show {rows[0].reference}")


def show(
    reference: str,
    /,
    *,
    follow: Annotated[
        bool, Parameter(negative="", help="Go on saying what happens, until the case has ended.")
    ] = False,
) -> None:
    """Show where a case stands and what happened."""
    if follow and session().as_json:
        raise UsageError("--follow says words as they come; --json is one document.", "Use one of the two.")
    at = desk()
    row = at.register.case(reference)
    events = at.register.timeline(reference)
    tasks = at.register.tasks(reference=reference, open_only=False)
    documents = at.register.documents(reference)
    waiting = [task for task in tasks if task.state != "closed"]
    clocks = at.register.clocks(reference=reference)
    owed = [clock for clock in clocks if clock.rule == "break-glass"]
    added = [each.reference for each in at.register.supplements(reference)]
    returned = at.returned(reference)
    document = {
        **row.model_dump(mode="json"),
        "supplemented_by": added,
        "returned": returned_shown(*returned) if returned else None,
        "timeline": [
            {
                "at": stamp(each.at),
                "event": each.event,
                "by": each.by,
                "detail": each.detail,
                "documents": each.documents,
            }
            for each in events
        ],
        "deadlines": [
            *({"what": task.title, "due": stamp(task.due), "source": task.source} for task in waiting),
            *({"what": clock.what, "due": stamp(clock.due), "source": clock.source} for clock in owed),
        ],
        "clocks": clocks,
        "tasks": [_task(task) for task in waiting],
        "documents": [_document(each, None) for each in documents],
        "transmissions": at.register.transmissions(reference),
        "questions": at.register.messages(reference),
    }
    if emit(document):
        return
    for clock in owed:
        say(f"{mark(None)} {clock.what}: due {due(clock.due, datetime.now(UTC))}")
    _show_case(row, events, waiting, added, returned[1] if returned else [])
    if follow:
        from rogatory.cli import timeline

        timeline.follow(reference)


def returned_shown(decision: "Entry", reasons: list[str]) -> dict[str, object]:
    """Why the request came back, as programs read it."""
    return {"at": stamp(decision.at), "by": str(decision.facts["by"]), "reasons": reasons}


def _show_case(
    row: "CaseRow",
    events: "list[TimelineEvent]",
    waiting: "list[TaskRow]",
    added: "list[Reference]",
    reasons: list[str],
) -> None:
    now = datetime.now(UTC)
    theirs = f", their reference {row.foreign_reference}" if row.foreign_reference else ""
    say(f"{row.reference}  to {row.requested_state}{theirs}, version {row.version}, drafted by {row.drafter}")
    if row.supplements:
        say(f"It supplements {row.supplements}.")
    if added:
        say(f"It is supplemented by {', '.join(added)}.")
    for event in events:
        if event.event not in ASIDE:
            say(f"  {mark(True)} {minute(event.at):<22} {line(event.by):<14} {line(event.detail)}")
    for reason in reasons:
        say(f"      {line(reason)}")
    for task in waiting:
        say(f"  {mark(None)} {line(task.title)}: due {due(task.due, now)}   {dim(task.id)}")
    for stage in _still_to_come(row):
        say(f"  ○ {TO_COME[stage]}")
    if waiting:
        next_step(_next_of(waiting[0], row))
    elif row.archive:
        next_step(f"rogatory case documents {row.reference} --save DIR")


def _still_to_come(row: "CaseRow") -> tuple[str, ...]:
    stages = STAGES.get(row.kind, ())
    if row.status in ("submitted", "correction"):
        return stages
    if row.kind == "extradition" and row.status in ("review", "transmission", "arrest", "dossier"):
        return stages[2:]  # review and transmission come once or twice
    if row.kind == "extradition" and row.status in ("evidence-return", "custody-sign-off"):
        return ("speciality",)
    return stages[stages.index(row.status) + 1 :] if row.status in stages else ()


def _next_of(task: "TaskRow", row: "CaseRow") -> str:
    reference, answers = row.reference, f"when {row.requested_state} answers, "
    if task.state == "lapsed":
        return f"rogatory task confirm {task.id}, or go on as before"
    steps = {
        "review": f"rogatory task show {task.id}",
        "correction": f"rogatory case submit FILE --correct {reference} --as {row.drafter}",
        "transmission": f"{answers} rogatory ack {reference} --their-ref R --received DATE"
        if row.channel
        else f"rogatory transmit {reference} --channel folder",
        "evidence-return": f"when it comes,  rogatory evidence add {reference} FILE...",
        "custody-sign-off": f"rogatory custody sign-off {reference}",
        "arrest": f"{answers} rogatory extradition arrest {reference} --on DATE",
        "dossier": f"rogatory extradition file {reference} --as {row.drafter}",
        "extradition-decision": f"{answers} rogatory extradition decision {reference} --decided DATE ...",
        "surrender": f"rogatory extradition clocks {reference}",
        "speciality": f"rogatory extradition show {reference}",
        "answer": f"{answers} rogatory case preserved {reference} --on DATE"
        if row.kind == "preservation"
        else f"{answers} rogatory case conditions {reference} --accepted",
        "prosecution-abroad": f"rogatory extradition prosecute {reference}",
    }
    return steps[task.stage.value]


def documents(
    reference: str,
    /,
    *,
    save: Annotated[Path | None, Parameter(help="Write them as numbered PDFs into this folder.")] = None,
    available: Annotated[bool, Parameter(negative="", help="List the types that may be ordered instead.")] = False,
) -> None:
    """List the documents of a case, or save them."""
    if available:
        from rogatory.cli import paper

        paper.available(reference)
        return
    at = desk()
    at.register.case(reference)
    rows = at.register.documents(reference)
    paths: list[Path] | list[None] = [None] * len(rows)
    if save is not None:
        with working("Saving the documents"):
            paths = at.save_documents(reference, save)
    shown = [_document(row, path) for row, path in zip(rows, paths, strict=True)]
    if emit(shown):
        return
    if not rows:
        say(f"{reference} has no documents yet.")
        return
    table(
        ("No", "Document", "Version", "Pages", "Size", "Signed by", "sha256", *(("File",) if save else ())),
        [
            [
                row.number,
                _file_type(row),
                row.version,
                row.pages,
                size(row.size),
                ", ".join(row.signatures) or "-",
                short(row.digest),
                *((path,) if save else ()),
            ]
            for row, path in zip(rows, paths, strict=True)
        ],
    )
    if save is None:
        next_step(f"rogatory case documents {reference} --save DIR")
    else:
        next_step(f"rogatory verify {save}")


async def withdraw(reference: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Withdraw a request at any stage; the other state is told if the letter is out."""
    async with acting(command_id) as (office, given):
        receipt = await office.withdraw(reference, reason, given)
        sent = bool(office.register.transmissions(reference))
    if receipt_shown(receipt, reference=reference, status="withdrawn"):
        return
    say(f"Withdrawn: {reference}, on record as line {receipt.sequence}, {minute(receipt.recorded_at)}.")
    if sent:
        say("The letter was out already: a withdrawal notice to the requested state follows.")
    next_step(f"rogatory case show {reference}")


def export(reference: str, /, *, to: Annotated[Path, Parameter(help="The folder to write into.")]) -> None:
    """Export the case's ledger and its signed head, to verify it elsewhere."""
    path = desk().export_ledger(reference, to)
    if emit({"reference": reference, "path": path}):
        return
    say(f"Wrote {path}")
    next_step(f"rogatory verify {to}")


def _document(row: "DocumentRow", path: Path | None) -> dict[str, object]:
    signed = getattr(row, "signed_digest", None)
    return {
        "number": row.number,
        "type": row.type,
        "language": row.language,
        "version": row.version,
        "sha256": (signed or row.digest).removeprefix("sha256:"),
        "unsigned_sha256": row.digest.removeprefix("sha256:"),
        "pages": row.pages,
        "size": row.size,
        "path": path,
        "signatures": row.signatures,
        "made_at": stamp(row.made_at),
    }


def _task(task: "TaskRow") -> dict[str, object]:
    return {
        "id": task.id,
        "reference": task.reference,
        "kind": task.stage.value,
        "title": task.title,
        "due": stamp(task.due),
        "state": task.state,
        "roles": [role.value for role in task.roles],
    }


def _file_type(row: "DocumentRow") -> str:
    return row.type.replace("_", " ")


def _pages(count: int) -> str:
    return f"{count} page" if count == 1 else f"{count} pages"
