"""rogatory law between: which instruments bind two states; rogatory law judge: what the law says of a later step."""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Literal

from rogatory.cli.law import CARRIED, lawbook
from rogatory.cli.output import emit, line, next_step, say
from rogatory.errors import FindingsError, NotFoundError, UsageError

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook
    from schemas.assessment import Basis, StateStanding

WORDS = {
    "bound": "binds both",
    "as-known": "bound both, as known",
    "asserted": "asserted",
    "conflict": "SOURCES CONFLICT",
    "unknown": "unknown",
    "not-bound": "does not bind both",
    "not-in-force": "not in force",
    "not-binding": "binds nobody",
}


def between(
    from_: str,
    to: str,
    /,
    *,
    for_: tuple[str, ...] = (),
    kind: Literal["mutual-assistance", "extradition"] = "mutual-assistance",
    on: date | None = None,
    all_: bool = False,
) -> int:
    """Say which instruments can carry a request between two states on a day, which would govern, and what is unknown.

    Parameters
    ----------
    from_: str
        The requesting state, e.g. CH.
    to: str
        The requested state, e.g. GB.
    for_: tuple[str, ...]
        Types of assistance, e.g. bank_records: instruments that list them come first.
    kind: Literal["mutual-assistance", "extradition"]
        What is to be asked for.
    on: date
        The day; today if left out.
    all_: bool
        Also those of which a source says that they do not bind both, or that are not in force.
    """
    from rogatory.law.basis import candidates

    book = lawbook()
    states = tuple(_state(code) for code in (from_, to))
    if states[0] == states[1]:
        raise UsageError("A request goes from one state to another.", "E.g. rogatory law between XV XN")
    for type_ in for_:
        if type_ not in book.measures:
            from rogatory.law.schema_faults import nearest

            raise NotFoundError(
                f'"{line(type_)}" is not a type of assistance.{nearest(type_, book.measures)}',
                "See: rogatory draft types",
            )
    day = on or datetime.now(UTC).date()
    found = candidates(book, states[0], states[1], day, kind, for_)
    told = {"from": states[0], "to": states[1], "on": day, "kind": kind, "law_digest": book.digest}
    governs = next((basis.instrument for basis in found if basis.governing), None)
    if emit(told | {"governs": governs, "instruments": found}):
        return 0
    say(
        f"{CARRIED[kind].capitalize()} from {states[0]} to {states[1]} on {day.isoformat()}"
        + (f", for {', '.join(for_)}" if for_ else "")
    )
    shown = [basis for basis in found if all_ or basis.standing not in {"not-bound", "not-in-force"}]
    known = [basis for basis in shown if basis.standing not in {"unknown", "not-binding"}]
    for basis in known:
        _tell(basis, book)
    unknown = [basis for basis in shown if basis.standing == "unknown"]
    if unknown:
        say()
        say("Unknown: the data are silent, which is never a no. To rely on one of these, a named official asserts it:")
        for basis in unknown:
            silent = ", ".join(each.state for each in basis.states if each.standing == "unknown")
            say(
                f"  {basis.instrument:<26} {basis.short}: nothing known of {silent}"
                + (f"   {basis.status_url}" if basis.status_url else "")
            )
    others = [basis for basis in shown if basis.standing == "not-binding"]
    if others:
        say()
        say("Without a treaty: " + ", ".join(f"{basis.instrument} ({basis.short})" for basis in others))
    hidden = len(found) - len(shown)
    if hidden:
        say(f"Left out: {hidden} that a source says do not bind both, or that are not in force (--all shows them).")
    say()
    if governs is None:
        say("Nothing in the data carries this request: a person must find the basis.")
    else:
        basis = next(each for each in found if each.governing)
        article = f", {basis.article}" if basis.article else ""
        say(f"Would govern: {basis.short} ({basis.instrument}){article}. {basis.why}".rstrip())
        next_step(
            f"rogatory draft new --from {states[0]} --to {states[1]} --basis {basis.instrument}"
            if kind == "mutual-assistance"
            else f"rogatory law show {basis.instrument}"
        )
    return 0


def _tell(basis: "Basis", book: "Lawbook") -> None:
    say()
    mark = "*" if basis.governing else " "
    say(f"{mark} {basis.instrument:<24} {basis.short}   {WORDS[basis.standing]}")
    for each in basis.states:
        say(f"    {each.state}  {_known(each)}")
        if each.source:
            say(f"        {line(each.source)}")
        if each.note:
            say(f"        {line(each.note)}")
    if basis.why and not basis.governing:
        say(f"    {basis.why}")


def _known(state: "StateStanding") -> str:
    since = f"since {state.since.isoformat()}" if state.since else "since an unknown day"
    until = f" until {state.until.isoformat()}" if state.until else ""
    as_of = f", as known on {state.as_of.isoformat()}" if state.as_of else ""
    words = {
        "bound": f"bound {since}{until}{as_of}",
        "as-known": f"bound {since}{until}{as_of}; later changes are unknown",
        "unknown": "unknown: the data are silent",
        "conflict": f"SOURCES CONFLICT: {since}{as_of}; a person must look",
        "not-bound": f"not bound on that day ({since}{until})" if state.since else "not bound",
    }
    return words.get(state.standing.value, state.standing.value)


def _state(code: str) -> str:
    upper = code.upper()
    if len(upper) != 2 or not (upper.isascii() and upper.isalpha()):
        raise UsageError(
            f'"{line(code)}" is not a state\'s code.', "Two letters of ISO 3166-1, e.g. CH; XV and XN are invented"
        )
    return upper


def judge(
    step: str,
    /,
    *,
    basis: tuple[str, ...],
    fact: tuple[str, ...] = (),
    kind: Literal["mutual-assistance", "extradition"] = "mutual-assistance",
) -> int:
    """Say what the law holds against the facts of a later step, e.g. a refusal, the use of evidence, a new charge.

    Parameters
    ----------
    step: str
        E.g. refusal, use, conditions, transfer, charge: `rogatory law show STEP` lists its facts.
    basis: tuple[str, ...]
        The instruments of the case, the governing one first.
    fact: tuple[str, ...]
        NAME=VALUE, e.g. ground=bank_secrecy, consulted=false.
    kind: Literal["mutual-assistance", "extradition"]
        What was asked for.
    """
    from rogatory.law.requirements import Requirements
    from rogatory.law.schema_faults import nearest

    book = lawbook()
    if step not in book.steps:
        raise NotFoundError(
            f'"{line(step)}" is not a step.{nearest(step, book.steps)}', "One of: " + ", ".join(book.steps)
        )
    for id_ in basis:
        if id_ not in book.treaties:
            raise NotFoundError(
                f'"{line(id_)}" is not an instrument.{nearest(id_, book.treaties)}', "See: rogatory law list"
            )
    facts = _facts(fact, book.steps[step].fields["properties"], step)
    if (ground := facts.get("ground")) is not None and ground not in book.words.grounds:
        said = f'"{line(ground)}" is no ground of refusal in the law data.{nearest(ground, book.words.grounds)}'
        raise NotFoundError(said, "One of: " + ", ".join(book.words.grounds))
    found = Requirements(book).judge(step, facts, basis, kind, datetime.now(UTC))
    blocking = any(each.severity == "error" for each in found)
    if not emit({"ok": not blocking, "step": step, "facts": facts, "findings": found}):
        for each in found:
            say(f"{each.severity.value}  {line(each.message)}")
            say(f"       {each.source}  {each.rule}")
            if each.fix:
                say(f"       {line(each.fix)}")
        say(
            f"{book.steps[step].title}: "
            + (
                f"{len(found)} finding{'' if len(found) == 1 else 's'}."
                if found
                else "nothing stands against it in the law data."
            )
        )
    return FindingsError.exit_code if blocking else 0


def _facts(given: tuple[str, ...], known: dict[str, Any], step: str) -> dict[str, Any]:
    """NAME=VALUE by the type the step gives the fact."""
    from rogatory.law.schema_faults import nearest

    facts: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f'"{line(pair)}" is not NAME=VALUE.', "E.g. --fact ground=bank_secrecy")
        if name not in known:
            raise UsageError(
                f'A {step} has no fact "{line(name)}".{nearest(name, known)}', "One of: " + ", ".join(known)
            )
        facts[name] = _typed(name, value, known[name])
    return facts


def _typed(name: str, value: str, shape: dict[str, Any]) -> Any:
    kind = str(shape.get("type"))
    try:
        if kind == "boolean":
            return {"true": True, "false": False, "yes": True, "no": False}[value.lower()]
        if kind == "integer":
            return int(value)
        if kind == "number":
            return float(value)
    except (KeyError, ValueError) as error:
        expected = {"boolean": "true or false", "integer": "a whole number", "number": "a number"}[kind]
        raise UsageError(
            f'{name} is "{line(value)}", which is not {expected}.',
            f"E.g. --fact {name}={'true' if kind == 'boolean' else '3'}",
        ) from error
    if kind == "array":
        return [each.strip() for each in value.split(",")]
    return value
