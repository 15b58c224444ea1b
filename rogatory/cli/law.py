"""rogatory law: the instruments, measures and states this installation knows, and the check of law files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rogatory.cli.output import emit, line, next_step, say, table
from rogatory.errors import FindingsError, NotFoundError

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook, Measure, Rule, StateProfile, Treaty


def list_() -> None:
    """List the instruments a request may rest on, and the states and measures known."""
    lawbook = _lawbook()
    rows = [
        {
            "id": treaty.id,
            "kind": treaty.kind,
            "title": treaty.title,
            "short": treaty.short,
            "mla_article": treaty.mla_article,
            "in_force_since": treaty.in_force_since,
            "rules": len(treaty.rules),
            "blocking": sum(rule.severity == "error" for rule in treaty.rules),
            "url": treaty.url,
        }
        for treaty in lawbook.treaties.values()
    ]
    if emit(rows):
        return
    table(
        ("Id", "Instrument", "Assistance under", "Rules", "may block"),
        [[row["id"], row["short"], row["mla_article"], row["rules"], row["blocking"]] for row in rows],
    )
    say(f"House rules: {len(lawbook.house.rules)}, whatever the legal basis (rogatory law show house)")
    say(f"Measures: {', '.join(sorted(lawbook.measures))}")
    say(f"States: {', '.join(sorted(lawbook.states))}   (of any other nothing is known here)")
    next_step("rogatory law show ID")


def show(id_: str, /) -> None:
    """Show an instrument with its rules, a measure with its fields, or a state.

    Parameters
    ----------
    id_: str
        E.g. un-untoc, bank_records, XN, house; or the id of one rule, e.g. UNTOC-10.
    """
    lawbook = _lawbook()
    books = {**lawbook.treaties, lawbook.house.id: lawbook.house}
    rules = {rule.id: rule for book in books.values() for rule in book.rules}
    if id_ in books:
        _show_treaty(books[id_], lawbook)
    elif id_ in lawbook.measures:
        _show_measure(lawbook.measures[id_])
    elif id_.upper() in lawbook.states:
        _show_state(lawbook.states[id_.upper()])
    elif id_ in rules:
        if not emit(rules[id_].model_dump(mode="json", by_alias=True)):
            _show_rule(rules[id_])
    else:
        from rogatory.law.schema_faults import nearest

        known = [*books, *lawbook.measures, *lawbook.states, *rules]
        raise NotFoundError(f'The law data hold no "{line(id_)}".{nearest(id_, known)}', "See: rogatory law list")


def check(*files: Path) -> int:
    """Check law files before they are used, as if they stood in the overlay; without files, all that is in use.

    Parameters
    ----------
    files: Path
        YAML files in folders named treaties, measures or states, or house.yaml or timetable.yaml.
    """
    from rogatory.law.registry import LawDataError, check_files, load_lawbook

    overlay = _overlay()
    try:
        found = check_files(files, overlay) if files else []
        if not files:
            load_lawbook(overlay)
    except LawDataError as error:
        found = error.faults
    if not emit({"ok": not found, "findings": [fault._asdict() for fault in found]}):
        for fault in found:
            say(f"{line(fault.file)}:{fault.line}:{fault.column}: {line(fault.message)}")
            if fault.fix:
                say(f"      {line(fault.fix)}")
        checked = "1 file" if len(files) == 1 else f"{len(files)} files" if files else "All law data"
        count = f"{len(found)} fault" if len(found) == 1 else f"{len(found)} faults"
        say(f"{checked} checked: {count if found else 'no faults'}.")
    return FindingsError.exit_code if found else 0


def _show_treaty(treaty: "Treaty", lawbook: "Lawbook") -> None:
    found = {code: state.bound(treaty.id) for code, state in sorted(lawbook.states.items())}
    bound = {code: entry for code, entry in found.items() if entry is not None}
    if emit({**treaty.model_dump(mode="json", by_alias=True), "bound": bound}):
        return
    say(treaty.title)
    if treaty.citation:
        say(f"  {treaty.citation}")
        say(f"  Assistance: {treaty.mla_article}")
        say(f"  Text:       {treaty.url}")
        say(f"  Parties:    {treaty.status_url}")
    if treaty.checked:
        say(f"  Read:       {treaty.checked.on.isoformat()}, {treaty.checked.where}")
    for code, entry in bound.items():
        say(f"  {code} bound since {entry.since.isoformat()} ({entry.source})")
    say()
    rows = [
        [rule.id, "blocks" if rule.severity == "error" else "warns", rule.source, rule.title] for rule in treaty.rules
    ]
    table(("Rule", "", "Article", "What"), rows)
    next_step("rogatory law show RULE")


def _show_rule(rule: "Rule") -> None:
    say(f"{rule.id}  {rule.title}")
    say(f"  Source    {rule.source or 'house rule'}")
    if rule.url:
        say(f"  Text      {rule.url}")
    read = (
        f"{rule.checked.on.isoformat()}, {rule.checked.where}"
        if rule.checked
        else "nobody has read the article: it can only warn"
    )
    say(f"  Read      {read}")
    say(f"  Effect    {'blocks' if rule.severity == 'error' else 'warns'}")
    if rule.person:
        say(f"  Reviewer  {rule.person}")
    if rule.message:
        say(f"  Says      {rule.message}")
        say(f"  Asks for  {rule.fix}")


def _show_measure(measure: "Measure") -> None:
    if emit(measure.model_dump(mode="json")):
        return
    say(f"{measure.title}  ({measure.type}{', coercive' if measure.coercive else ''})")
    say(f"  {measure.guide}")
    say()
    properties: dict[str, Any] = measure.fields["properties"]
    needed = measure.fields["required"]
    rows = [
        [name, "required" if name in needed else "", str(shape.get("description", measure.labels.get(name, "")))]
        for name, shape in properties.items()
    ]
    table(("Field", "", "What"), rows)
    say()
    say(f"Comes back: {measure.return_proof}")
    next_step(f"rogatory draft new --type {measure.type} --to STATE")


def _show_state(state: "StateProfile") -> None:
    if emit(state.model_dump(mode="json")):
        return
    say(f"{state.code}  {state.name}" + ("   INVENTED, for examples only" if state.invented else ""))
    for each in (state.addressee, state.unit, state.ministry, *state.address, *state.contact):
        say(f"  {each}")
    say(f"  Accepts requests in: {', '.join(state.languages)}")
    say(f"  Channels: {', '.join(state.channels)}")
    for bound in state.bound_by:
        say(f"  Bound by {bound.instrument} since {bound.since.isoformat()} ({bound.source})")


def _overlay() -> Path:
    from rogatory.profile import Profile

    return Profile.load().home / "law"


def _lawbook() -> "Lawbook":
    from rogatory.law.registry import load_lawbook

    return load_lawbook(_overlay())
