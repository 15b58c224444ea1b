"""rogatory task: what waits for a decision, and the decisions."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, Yes, acting, desk, receipt_shown
from rogatory.cli.output import confirm_by_typing, due, emit, line, minute, next_step, say, stamp, table
from rogatory.cli.session import official
from rogatory.cli.working import working
from rogatory.errors import ChangedError

if TYPE_CHECKING:
    from rogatory.desk import Desk
    from rogatory.office import Office
    from schemas.register import DocumentRow, TaskRow


def list_(
    *,
    mine: Annotated[bool, Parameter(negative="", help="Only what the official of --as may act on.")] = False,
    all_: Annotated[bool, Parameter(name="--all", negative="", help="Closed ones too.")] = False,
    case: Annotated[str | None, Parameter(help="Only the tasks of this case.")] = None,
) -> None:
    """List the tasks, due soonest first."""
    at = desk()
    rows = at.register.tasks(reference=case, open_only=not all_)
    if mine:
        known = at.ledger.officials()
        roles = {*known[official()].roles, *at.lent(official())} if official() in known else set()
        rows = at.not_given_away([row for row in rows if roles & set(row.roles)], official())
    if emit([task_shown(row) for row in rows]):
        return
    if not rows:
        say("Nothing waits." if not mine else f"Nothing waits for {official()}.")
        return
    now = datetime.now(UTC)
    table(
        ("Task", "What", "For", "State", "Due"),
        [[row.id, row.title, ", ".join(row.roles), _state(row), due(row.due, now)] for row in rows],
    )
    next_step(f"rogatory task show {rows[0].id}")


def show(task: str, /) -> None:
    """Show one task: what it decides on, who may act, until when and on whose authority."""
    at = desk()
    row = at.register.task(task)
    letter = _letter_of(at, row)
    assigned = at.course(row.reference).assignments.named(row.id)
    document = task_shown(row) | {
        "assigned": assigned,
        "outcome": row.outcome,
        "letter": row.letter.removeprefix("sha256:") if row.letter else None,
        "pages": letter.pages if letter else None,
        "clauses": (clauses := _own_clauses(at, row)),
    }
    if emit(document):
        return
    say(f"{row.id}  {line(row.title)}")
    say(f"  State     {_state(row)}" + (f", {line(row.outcome)}" if row.outcome else ""))
    say(f"  For       {', '.join(row.roles)}")
    if assigned:
        say(f"  With      {', '.join(name for names in assigned.values() for name in names)}")
    say(f"  Due       {due(row.due, datetime.now(UTC))}   ({line(row.source)})")
    if row.approvals_needed:
        say(f"  Approvals {row.approvals} of {row.approvals_needed}")
    if row.letter:
        _show_letter(row, letter)
    if clauses:
        say(f"  Clauses   {', '.join(clauses)}: in the drafter's own words; the review memorandum shows what differs")
    if row.state == "closed":
        return
    if row.stage == "review":
        next_step(f"read it (rogatory case documents {row.reference} --save DIR), then rogatory task approve {row.id}")
    else:
        next_step(f"rogatory case show {row.reference}")


async def approve(
    task: str, /, *, reason: Reason | None = None, yes: Yes = False, command_id: CommandId = None
) -> None:
    """Approve the letter; with the last approval in, the signatory's approval signs its PDF.

    The signatory is shown what is about to be signed and types the case number; where nobody can be asked, --yes.
    """
    async with acting(command_id) as (office, given):
        row = office.register.task(task)
        signing = _signs(office, row) and office.ledger.receipt(task, given) is None
        if signing and not yes:
            _ask_before_signing(office, row)
        with working("Signing" if signing else "Recording the approval"):
            receipt = await office.decide(task, "approve", reason, given)
        after = office.register.task(task)
    if receipt_shown(receipt, task=task, verdict="approve", signed=signing):
        return
    done = "Signed" if signing else "Approved"
    say(f"{done} {minute(receipt.recorded_at)}, on record as line {receipt.sequence}.")
    if signing or after.state == "closed":
        next_step(f"rogatory case show {row.reference}")
    elif after.approvals < after.approvals_needed:
        next_step(f"{after.approvals} of {after.approvals_needed} approvals; another reviewer is next")
    else:
        next_step(f"all {after.approvals_needed} approvals are in; the signatory signs: rogatory task approve {task}")


async def return_(task: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Return the letter to its drafter, who answers with a new version."""
    async with acting(command_id) as (office, given):
        receipt = await office.decide(task, "return", reason, given)
        row = office.register.task(task)
        drafter = office.register.case(row.reference).drafter
    if receipt_shown(receipt, task=task, verdict="return"):
        return
    say(f"Returned to {drafter}. The request keeps its number; the next version will show what changed.")
    next_step(f"rogatory case submit FILE --correct {row.reference} --as {drafter}")


async def refuse(task: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Refuse the request; the case closes."""
    async with acting(command_id) as (office, given):
        receipt = await office.decide(task, "refuse", reason, given)
        reference = office.register.task(task).reference
    if receipt_shown(receipt, task=task, verdict="refuse"):
        return
    say(f"Refused {minute(receipt.recorded_at)}, on record as line {receipt.sequence}. {reference} closes.")
    next_step(f"rogatory case show {reference}")


async def confirm(task: str, /, *, reason: Reason | None = None, command_id: CommandId = None) -> None:
    """Confirm that a wait whose time lapsed ends without an answer."""
    async with acting(command_id) as (office, given):
        receipt = await office.confirm_lapse(task, reason, given)
        reference = office.register.task(task).reference
    if receipt_shown(receipt, task=task):
        return
    say(f"Confirmed {minute(receipt.recorded_at)}, on record as line {receipt.sequence}.")
    next_step(f"rogatory case show {reference}")


def task_shown(row: "TaskRow") -> dict[str, object]:
    """A task as programs read it."""
    return {
        "id": row.id,
        "reference": row.reference,
        "kind": row.stage.value,
        "title": row.title,
        "due": stamp(row.due),
        "source": row.source,
        "state": row.state,
        "roles": [role.value for role in row.roles],
        "opened_at": stamp(row.opened_at),
        "approvals": row.approvals,
        "approvals_needed": row.approvals_needed,
    }


def _signs(office: "Office", row: "TaskRow") -> bool:
    """Whether approving now puts this official's signature on the PDF: the rule is the office's own."""
    roles = {role.value for role in (*office.me().roles, *office.lent(office.official))}
    return "signatory" in roles and row.state != "closed" and row.approvals >= row.approvals_needed


def _ask_before_signing(office: "Office", row: "TaskRow") -> None:
    if row.letter is None:
        raise ChangedError(f"{row.id} has no letter to sign.")
    me = office.me()
    say(f"You are about to sign, as {line(me.name)} ({line(me.post)}):")
    _show_letter(row, _letter_of(office, row))
    say(f"  Read it: rogatory case documents {row.reference} --save DIR")
    confirm_by_typing(row.reference, "Type the case number to confirm,", "--yes")


def _show_letter(row: "TaskRow", letter: "DocumentRow | None") -> None:
    if letter is not None:
        pages = "1 page" if letter.pages == 1 else f"{letter.pages} pages"
        say(f"  {letter.type.replace('_', ' ').capitalize()} {row.reference}, version {letter.version}, {pages}")
    assert row.letter
    say(f"  sha256 {row.letter.removeprefix('sha256:')}")


def _own_clauses(at: "Desk", row: "TaskRow") -> list[str]:
    """The clauses of the letter under review that its drafter worded otherwise."""
    return [*at.request(row.reference).draft.clauses] if row.stage == "review" else []


def _letter_of(at: "Desk", row: "TaskRow") -> "DocumentRow | None":
    return next((each for each in at.register.documents(row.reference) if each.digest == row.letter), None)


def _state(row: "TaskRow") -> str:
    return f"{row.approvals} of {row.approvals_needed}" if row.approvals_needed and row.state == "open" else row.state
