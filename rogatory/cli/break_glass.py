"""rogatory task break-glass, review-break-glass, go-on: a letter that cannot wait for reviewers, and who answers."""

from typing import Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, acting, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import minute, next_step, say


async def break_glass(task: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Stand in, with an official of another unit, for reviewers who cannot be reached.

    Only for a request for provisional arrest. The signatory still signs; another official reviews it within 72 hours,
    and until then the case is not signed off. Two of different units each give it.
    """
    async with acting(command_id) as (office, given):
        receipt = await office.break_glass(task, reason, given)
        row = office.register.task(task)
    ready = row.approvals >= row.approvals_needed
    if receipt_shown(receipt, task=task, ready=ready):
        return
    say(f"The glass is broken {minute(receipt.recorded_at)}, on record as line {receipt.sequence}.")
    if ready:
        say("A review is owed: rogatory case deadlines names the day.")
        next_step(f"the signatory signs: rogatory task approve {task}")
    else:
        next_step(f'an official of another unit: rogatory task break-glass {task} --reason "..."')


def review(
    reference: str,
    /,
    *,
    verdict: Annotated[Literal["upheld", "not-upheld"], Parameter(help="Whether it was right to break the glass.")],
    note: Annotated[str, Parameter(help="What was looked at, and why; it goes on record.")],
    command_id: CommandId = None,
) -> None:
    """Review a broken glass: a signatory or registrar who neither broke it, nor drafted or signed the letter."""
    from rogatory.break_glass_acts import GlassJudging

    with at_desk(GlassJudging) as desk:
        receipt = desk.review(reference, verdict, note, command_id)
    if receipt_shown(receipt, reference=reference, verdict=verdict):
        return
    say(f"Reviewed, {verdict.replace('-', ' ')}, on record as line {receipt.sequence}.")
    if verdict == "upheld":
        next_step(f"rogatory case show {reference}")
    else:
        next_step(f"rogatory case withdraw {reference}, or another decides: rogatory task go-on {reference}")


def go_on(reference: str, /, *, reason: Reason, command_id: CommandId = None) -> None:
    """Go on with a case though it was not upheld that the glass was broken; the other way is to withdraw it.

    A signatory or reviewer does who neither broke it, nor drafted or signed the letter.
    """
    from rogatory.break_glass_acts import GlassJudging

    with at_desk(GlassJudging) as desk:
        receipt = desk.go_on(reference, reason, command_id)
    if not receipt_shown(receipt, reference=reference):
        say(f"The case goes on, on record as line {receipt.sequence}.")
        next_step(f"rogatory case show {reference}")
