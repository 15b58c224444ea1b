"""rogatory evidence reconcile and its acts: asked, granted, received, missing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, Reason, desk, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import emit, line, next_step, say, table
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.reconciling import MeasureRow


def reconcile(
    reference: str,
    /,
    *,
    supplement: Annotated[Path | None, Parameter(help="Write a supplementary request for what is missing.")] = None,
) -> None:
    """Compare what was asked with what was granted and received, measure by measure."""
    from rogatory.reconciling import reconciled

    at = desk()
    rows, stray = reconciled(at.request(reference).draft, at.course(reference))
    written: list[str] = []
    if supplement is not None:
        if supplement.exists():
            raise UsageError(f"{supplement} is there already: nothing was written.", "Name another file.")
        from rogatory.adapters.supplement_draft import supplement_for
        from rogatory.exports import write_whole

        text, written = supplement_for(at.request(reference).draft, reference, rows)
        write_whole(supplement, text.encode())
    shown = {"reference": reference, "measures": [row.shown() for row in rows], "untied": stray}
    if emit(shown | {"supplement": supplement, "asked_again": written}):
        return
    table(
        ("Measure", "Asked", "Granted", "Items", "Form", "Left"),
        [
            [row.measure, row.type, row.granted or "unknown", len(row.items), _form(row), row.settled or ""]
            for row in rows
        ],
    )
    for row in rows:
        for missing in row.missing if row.open else ():
            say(f"  {row.measure}: {line(missing)}")
        if not row.forms:
            say(f"  {row.measure}: no form of evidence is on record as needed; what the court needs is not known here")
    for item in stray:
        say(f"  {item} belongs to no measure: rogatory evidence tie {item} MEASURE")
    if supplement is not None:
        say(f"Wrote {supplement}: it asks again for {', '.join(written)}.")
        next_step(f"edit {supplement}, then   rogatory draft check {supplement}")
    elif waiting := [row for row in rows if row.open]:
        if any(row.missing for row in waiting):
            next_step(f"rogatory evidence reconcile {reference} --supplement more.yaml")
        else:
            next_step(f'rogatory evidence settle {reference} {waiting[0].measure} --reason "..."')


def _form(row: "MeasureRow") -> str:
    if not row.forms:
        return "unknown"
    return "checked" if all(how == "checked" for how in row.forms.values()) else "open"


def tie(item: str, measure: str, /, *, command_id: CommandId = None) -> None:
    """Tie an item to the measure that asked for it."""
    from rogatory.answer_acts import AnswerActs

    with at_desk(AnswerActs) as office:
        receipt = office.tie(item, measure, command_id)
    if receipt_shown(receipt, item=item, measure=measure):
        return
    say(f"{item} belongs to measure {measure}, line {receipt.sequence}.")
    next_step(f"rogatory evidence reconcile {item.rpartition('-E')[0]}")


def granted(
    reference: str,
    measure: str,
    outcome: Literal["granted", "partly", "refused", "postponed", "nothing-found"],
    /,
    *,
    on: Annotated[str, Parameter(help="The day of their letter, YYYY-MM-DD.")],
    procedure: Annotated[
        bool | None,
        Parameter(name="--procedure-followed", negative="--procedure-not-followed", help="Was the procedure followed?"),
    ] = None,
    proof: Annotated[Path | None, Parameter(help="Their letter.")] = None,
    note: str | None = None,
    command_id: CommandId = None,
) -> None:
    """Record what the requested state did with a measure."""
    from datetime import date

    from rogatory.answer_acts import AnswerActs
    from schemas.answers import Granted

    try:
        day = date.fromisoformat(on)
    except ValueError as error:
        raise UsageError(f'"{on}" is no day.', "Write it as 2026-11-20.") from error
    with at_desk(AnswerActs) as office:
        receipt = office.report(
            reference,
            measure,
            Granted(outcome),
            day,
            procedure_followed=procedure,
            proof=proof,
            note=note,
            command_id=command_id,
        )
    if receipt_shown(receipt, reference=reference, measure=measure, outcome=outcome):
        return
    say(f"Measure {measure}: {outcome}, line {receipt.sequence}.")
    next_step(f"rogatory evidence reconcile {reference}")


def form(
    item: str,
    measure: str,
    form: str,
    /,
    *,
    lacking: Annotated[tuple[str, ...], Parameter(negative="", help="An element it lacks; repeat it.")] = (),
    note: str | None = None,
    command_id: CommandId = None,
) -> None:
    """Hold a certificate that came back against the form the court needs; rogatory law forms lists their elements."""
    from rogatory.answer_acts import AnswerActs

    with at_desk(AnswerActs) as office:
        receipt = office.check_form(item, measure, form, lacking, note, command_id)
    if receipt_shown(receipt, item=item, measure=measure, form=form, lacking=list(lacking)):
        return
    say(f"{item} held against {form}: {'lacks ' + ', '.join(lacking) if lacking else 'every element is present'}.")
    say("Whether a court takes it is for the court to say.")
    next_step(f"rogatory evidence reconcile {item.rpartition('-E')[0]}")


def settle(
    reference: str,
    measure: str,
    /,
    *,
    reason: Reason,
    by: Annotated[str | None, Parameter(help="The supplementary request that asks for the rest.")] = None,
    command_id: CommandId = None,
) -> None:
    """Leave a measure, with a note that says why: complete, incomplete, or asked for again."""
    from rogatory.answer_acts import AnswerActs

    with at_desk(AnswerActs) as office:
        receipt = office.settle(reference, measure, reason, by, command_id)
        row = next(each for each in office.reconciled(reference)[0] if each.measure == measure)
    if receipt_shown(receipt, **row.shown()):
        return
    say(f"Measure {measure} is left as {row.settled}, line {receipt.sequence}.")
    next_step(f"rogatory evidence reconcile {reference}")


def forms(state: str | None = None, /) -> None:
    """List the forms of evidence known, with their elements and where each was read.

    Parameters
    ----------
    state: str
        Only those of the courts of a state, e.g. US.
    """
    from rogatory.law.evidence_forms import evidence_forms

    known = [each for each in evidence_forms().values() if state is None or state.upper() in each.states]
    if emit([each.model_dump(mode="json") for each in known]):
        return
    for each in known:
        read = f"read on {each.checked}" if each.checked else "NOT read: a reminder only"
        say(f"{each.id}  {each.title} ({each.cite})")
        say(f"  {', '.join(each.states) or 'of no one state'}; {each.source}; {read}. {each.unknown}".rstrip())
        for name, words in each.elements.items():
            say(f"    {name}: {words}")
    if not known:
        say(f"No form of evidence is known for {state}: that is not known here, and does not mean none. Ask the court.")
    next_step("rogatory draft form FILE MEASURE FORM   (writes it into a request)")


def draft_form(file: Path, measure: str, form: str, /) -> None:
    """Write into a draft the form of evidence the court needs from a measure.

    Parameters
    ----------
    file: Path
        The draft; its comments stay.
    """
    from rogatory.adapters.supplement_draft import add_form
    from rogatory.law.evidence_forms import form_of

    asked = form_of(form)
    added = add_form(file, measure, asked)
    if emit({"path": file, "measure": measure, "form": form, "added": added, "checked": asked.checked}):
        return
    say(f"{file} asks for {asked.title} with measure {measure}." if added else "It is asked for already.")
    if asked.checked is None:
        say(f"Its text was not read for this program: {asked.unknown} Check the words before you file them.")
    next_step(f"rogatory draft check {file}")
