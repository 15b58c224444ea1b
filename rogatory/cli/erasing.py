"""rogatory case words, erase-words, order-erasure, erase: what names persons goes, what verifies stays."""

from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, desk, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import emit, next_step, say, stamp, table

Basis = Annotated[str, Parameter(help="The provision or order it rests on, without a name.")]
ELSEWHERE = "Documents made before and packages sent still hold what they held; so do backups, until they are replaced."


def words(reference: str, /) -> None:
    """List the lines of a case that disclose words, by field; the words themselves are not shown."""
    from rogatory.erasure_acts import disclosed_words

    lines = disclosed_words(desk(), reference)
    shown = [
        {
            "line": entry.seq,
            "recorded_at": stamp(entry.at),
            "event": entry.event,
            "by": str(entry.facts.get("by", "")),
            "fields": fields,
        }
        for entry, fields in lines
    ]
    if emit(shown):
        return
    table(
        ("Line", "Recorded", "Act", "By", "Words"),
        [[each["line"], each["recorded_at"], each["event"], each["by"], ", ".join(each["fields"])] for each in shown],  # type: ignore[arg-type]
    )
    if shown:
        next_step(f'rogatory case erase-words {reference} --line {shown[0]["line"]} --basis "..." --as signatory')


def erase_words(
    reference: str,
    /,
    *,
    line: Annotated[int, Parameter(help="The line, as case words counts.")],
    basis: Basis,
    field: Annotated[tuple[str, ...], Parameter(negative="", help="Of these fields only; by default of all.")] = (),
    command_id: CommandId = None,
) -> None:
    """Erase words that a line discloses: the record verifies as before. Another official than their writer does."""
    from rogatory.erasure_acts import ErasureActs

    with at_desk(ErasureActs) as office:
        receipt = office.erase_words(reference, line, field, basis, command_id)
    if receipt_shown(receipt, reference=reference, erased=line):
        return
    say(f"The words of line {line} are erased; line {receipt.sequence} says so. {ELSEWHERE}")
    next_step(f"rogatory case export {reference} --to case/   (it verifies as before)")


def order(reference: str, /, *, basis: Basis, command_id: CommandId = None) -> None:
    """Order that all content of a closed case be erased: documents, evidence, words. The signatory does."""
    from rogatory.erasure_acts import ErasureActs

    with at_desk(ErasureActs) as office:
        receipt = office.order(reference, basis, command_id)
    if receipt_shown(receipt, reference=reference):
        return
    say(f"The erasure of all content of {reference} is ordered; line {receipt.sequence}. Nothing is erased yet.")
    next_step(f"rogatory case export {reference} --to case/   (what stays), then rogatory case erase {reference}")


def erase(reference: str, /, *, command_id: CommandId = None) -> None:
    """Carry the order out: the case's key is destroyed, and with it every copy of its content. A custodian does."""
    from rogatory.erasure_acts import ErasureActs

    with at_desk(ErasureActs) as office:
        line = office.erase(reference, command_id)
    if emit({"reference": reference, "line": line}):
        return
    say(f"The content of {reference} is erased; line {line} says so. Nothing brings it back. {ELSEWHERE}")
    next_step("rogatory vault scrub   (after the backups of keys/cases were replaced too)")
