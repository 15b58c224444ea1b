"""rogatory evidence limits, consent, use, disclose, duties: what evidence may be used for, and what is owed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, desk, receipt_shown
from rogatory.cli.desk import at_desk
from rogatory.cli.output import emit, line, next_step, say, table
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from rogatory.custody.use import ItemUse

Day = Annotated[str, Parameter(help="The day, YYYY-MM-DD.")]
Proceedings = Annotated[str, Parameter(name="--in", help="File number of the proceedings.")]


def limits(
    reference: str,
    /,
    *items: str,
    permit: Annotated[tuple[str, ...], Parameter(negative="", help="File number of further proceedings.")] = (),
    condition: Annotated[str | None, Parameter(help="The conditions attached, in their words.")] = None,
    letter: Annotated[Path | None, Parameter(help="The letter that attached them.")] = None,
    duty: Annotated[Literal["return", "destroy", "retain"] | None, Parameter(help="What is owed after use.")] = None,
    due: Annotated[str | None, Parameter(help="By when, YYYY-MM-DD.")] = None,
    limit: Annotated[
        Literal["automatic", "attached", "undertaken", "none"] | None,
        Parameter(help="Where you read the law otherwise than the law data; with --source."),
    ] = None,
    source: Annotated[str | None, Parameter(help="The provision or letter you read.")] = None,
    command_id: CommandId = None,
) -> None:
    """Record the limits on use of items: by the law data, the conditions attached, and what the request promised.

    Parameters
    ----------
    items: str
        The items; all of the case where none is named.
    """
    from rogatory.use_acts import UseActs
    from schemas.use import Duty, Limit

    if (duty is None) != (due is None):
        raise UsageError("A duty and its day belong together.", "Say both --duty and --due.")
    if (limit is None) != (source is None):
        raise UsageError("Who reads the law otherwise says where.", "Say both --limit and --source.")
    with at_desk(UseActs) as office:
        receipts = office.limit(
            reference,
            items,
            permitted=permit,
            conditions=condition,
            letter=letter,
            duty=Duty(duty) if duty else None,
            due=_day(due) if due else None,
            limit=Limit(limit) if limit else None,
            source=source,
            command_id=command_id,
        )
        uses = office.course(reference).uses.items
    rows = [_shown(each) for _, each in sorted(uses.items())]
    if receipt_shown(receipts[-1], reference=reference, items=rows):
        return
    _table(rows)
    next_step(f"rogatory evidence duties {reference}" if duty else f"rogatory evidence export {reference} --to DIR")


def consent(
    reference: str,
    /,
    *items: str,
    for_: Annotated[str, Parameter(name="--for", help="File number of the other proceedings.")],
    outcome: Annotated[Literal["requested", "granted", "refused"], Parameter(help="How it stands.")],
    on: Day,
    letter: Annotated[Path, Parameter(help="The letter.")],
    note: str | None = None,
    command_id: CommandId = None,
) -> None:
    """Record consent of the requested state to another use: asked for, given, or refused.

    Parameters
    ----------
    items: str
        The items it is about.
    """
    from rogatory.use_acts import UseActs

    if not items:
        raise UsageError("For which items?", f"rogatory evidence list {reference}")
    with at_desk(UseActs) as office:
        receipt = office.consent(reference, items, for_, outcome, _day(on), letter, note, command_id)
    if receipt_shown(receipt, reference=reference, items=list(items), proceedings=for_, outcome=outcome):
        return
    say(f"Consent to use in {line(for_)}: {outcome}, line {receipt.sequence}.")
    if outcome == "granted":
        next_step(f'rogatory evidence export {reference} --to DIR --for "{line(for_)}"')


def use(
    item: str,
    /,
    *,
    proceedings: Proceedings,
    on: Day,
    how: Annotated[str, Parameter(help="How it was used, in words.")],
    command_id: CommandId = None,
) -> None:
    """Record a use of an item; outside its limits it is refused. (exit 4)"""
    from rogatory.use_acts import UseActs

    with at_desk(UseActs) as office:
        receipt = office.use(item, proceedings, _day(on), how, command_id)
    if receipt_shown(receipt, item=item, proceedings=proceedings):
        return
    say(f"{item} used in {line(proceedings)}, line {receipt.sequence}.")
    next_step(f"rogatory evidence uses {item.rpartition('-E')[0]}")


def disclose(
    item: str,
    /,
    *,
    proceedings: Proceedings,
    on: Day,
    notified: Annotated[str, Parameter(help="The day of the notice to the requested state.")],
    notice: Annotated[Path, Parameter(help="The notice.")],
    exceptional: Annotated[str | None, Parameter(help="Why notice could not come first.")] = None,
    command_id: CommandId = None,
) -> None:
    """Record the disclosure of what exculpates an accused person; the requested state has notice first."""
    from rogatory.use_acts import UseActs

    with at_desk(UseActs) as office:
        receipt = office.disclose(
            item,
            proceedings,
            on=_day(on),
            notified=_day(notified),
            notice=notice,
            exceptional=exceptional,
            command_id=command_id,
        )
    if receipt_shown(receipt, item=item, proceedings=proceedings):
        return
    say(f"{item} disclosed in {line(proceedings)}, line {receipt.sequence}; notice of {notified}.")
    next_step(f"rogatory evidence uses {item.rpartition('-E')[0]}")


def discharge(
    item: str,
    duty: Literal["return", "destroy", "retain"],
    /,
    *,
    on: Day,
    certificate: Annotated[
        str, Parameter(help="The receipt of the return or record of the destruction: a file, or a paper's sha256:...")
    ],
    command_id: CommandId = None,
) -> None:
    """Record that what was owed for an item is done; returning or destroying a thing records it by itself."""
    from rogatory.use_acts import UseActs
    from schemas.use import Duty

    with at_desk(UseActs) as office:
        receipt = office.discharge(item, Duty(duty), _day(on), _paper_or_file(certificate), command_id)
    if receipt_shown(receipt, item=item, duty=duty):
        return
    say(f"{item}: duty to {duty} done on {on}, line {receipt.sequence}.")
    next_step(f"rogatory evidence duties {item.rpartition('-E')[0]}")


def duties(reference: str, /) -> None:
    """List what is owed for the items of a case, soonest first."""
    from datetime import UTC, datetime

    course = desk().course(reference)
    today = datetime.now(UTC).date().isoformat()
    rows = [
        {"item": each.item, "duty": each.duty, "due": each.due, "overdue": (each.due or "") < today}
        for each in course.uses.duties()
    ]
    if emit(rows):
        return
    if not rows:
        say(f"Nothing is owed for the items of {reference}, as far as is on record.")
        return
    table(
        ("Item", "Duty", "Due", ""),
        [[row["item"], row["duty"], row["due"], "OVERDUE" if row["overdue"] else ""] for row in rows],
    )
    next_step(f"rogatory evidence discharge {rows[0]['item']} {rows[0]['duty']} --on DAY --certificate FILE")


def uses(
    reference: str,
    /,
    *,
    facts: Annotated[Path | None, Parameter(help="Write the facts of a use report, to order it with.")] = None,
) -> None:
    """List the limits and uses of the items of a case; with --facts, prepare the report on use."""
    course = desk().course(reference)
    rows = [_shown(each) for _, each in sorted(course.uses.items.items())]
    if facts is not None:
        if facts.exists():
            raise UsageError(f"{facts} is there already: nothing was written.", "Name another file.")
        from rogatory.adapters.supplement_draft import facts_file
        from rogatory.exports import write_whole

        write_whole(facts, facts_file().encode())
    if emit({"reference": reference, "items": rows, "facts": facts}):
        return
    _table(rows)
    if facts is not None:
        say(f"Wrote {facts}: complete it where it says TODO.")
        next_step(f"rogatory case document {reference} use_report --facts {facts}")


def _table(rows: list[dict[str, object]]) -> None:
    table(
        ("Item", "Limit", "By", "Permitted", "Consent", "Uses"),
        [
            [
                row["item"],
                row["limit"] or "not on record",
                row["source"],
                "; ".join(map(str, _listed(row["permitted"]))),
                "; ".join(f"{name}: {how}" for name, how in _named(row["consents"])),
                len(_listed(row["uses"])),
            ]
            for row in rows
        ],
    )


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


def _named(value: object) -> list[tuple[object, object]]:
    return list(value.items()) if isinstance(value, dict) else []


def _shown(item: "ItemUse") -> dict[str, object]:
    return {
        "item": item.item,
        "limit": item.limit,
        "source": item.source,
        "exculpatory": item.exculpatory,
        "permitted": list(item.permitted),
        "consents": dict(item.consents),
        "uses": [{"proceedings": name, "on": on, "sequence": number} for name, on, number in item.uses],
        "duty": item.duty,
        "due": item.due,
        "discharged_on": item.discharged_on,
        "certificate": item.certificate,
    }


def _paper_or_file(certificate: str) -> Path | str:
    return certificate if certificate.startswith("sha256:") else Path(certificate)


def _day(text: str) -> "date":
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f'"{text}" is no day.', "Write it as 2026-11-20.") from error
