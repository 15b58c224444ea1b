"""rogatory vault: what keeps the content safe, whether it is all there, and what nobody names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.output import day, emit, line, minute, progress, say, short, size, table, warn
from rogatory.errors import IntegrityError, NotFoundError

if TYPE_CHECKING:
    from rogatory.scrub import Fault, Scrub
    from schemas.vault import Unfinished


def status() -> int:
    """Show where the content lies, how much it is, and whether it can be deleted before its time.

    Exit 7 where an object lock is promised or demanded and does not hold.
    """
    from schemas.vault import LockState

    vault = desk().vault
    held = [holding for reference in vault.cases() for holding in vault.holdings(reference)]
    protection = vault.protection()
    broken = protection.refused or protection.state is LockState.NOT_ENFORCED
    shown = {
        "place": vault.place,
        "cases": sum(1 for _ in vault.cases()),
        "stored": len(held),
        "bytes": sum(holding.size for holding in held),
        "object_lock": {"state": protection.state, "demanded": protection.demanded, "detail": protection.detail},
    }
    if not emit(shown):
        say(f"Place        {vault.place}")
        say(f"Content      {shown['stored']} of {shown['cases']} cases, {size(int(str(shown['bytes'])))}")
        demanded = ", demanded by the configuration" if protection.demanded else ""
        say(f"Object lock  {protection.state}{demanded}: {protection.detail}")
        if protection.refused:
            say("Nothing is stored until it holds.")
    return IntegrityError.exit_code if broken else 0


def scrub(
    *references: str,
    opened: Annotated[
        bool, Parameter(name="--open", negative="", help="Decrypt everything too: finds what was replaced on purpose.")
    ] = False,
) -> int:
    """Read everything the vault holds, and look for what the ledger names; exit 7 names what is damaged or lost.

    Works without the vault's keys: each content has a check sum of its own. Nothing is mended or deleted.

    Parameters
    ----------
    references: str
        The cases; without any, all.
    """
    scrubber, chosen = _scrub(), _chosen(references)
    total = sum(holding.size for reference in chosen for holding in desk().vault.holdings(reference))
    with progress("scrub", total) as advance:
        result = scrubber.run(chosen, opened=opened, progress=advance)
    if not emit(
        {
            "ok": not result.faults,
            "cases": result.cases,
            "checked": result.checked,
            "bytes": result.size,
            "faults": [vars(fault) for fault in result.faults],
            "unchecked": [vars(fault) for fault in result.unchecked],
            "unfinished": _unfinished(references),
        }
    ):
        _show(result.faults)
        if result.unchecked:
            warn(f"{len(result.unchecked)} could not be opened: {result.unchecked[0].detail}.")
        cases = "1 case" if result.cases == 1 else f"{result.cases} cases"
        verdict = f"{len(result.faults)} damaged or lost" if result.faults else "all sound, nothing is missing"
        say(f"{result.checked} contents of {cases} read, {size(result.size)}: {verdict}.")
        _show_unfinished(_unfinished(references))
    return IntegrityError.exit_code if result.faults else 0


def orphans(*references: str) -> None:
    """List what the vault holds and no line of the ledger names, and what was stopped on its way in.

    An item on its way in is stored before it is recorded: what is young may be named in a moment. What was stopped goes
    on with the command that began it, and is removed on the day shown; nothing else is ever deleted.

    Parameters
    ----------
    references: str
        The cases; without any, all.
    """
    found, unread = _scrub().orphans(_chosen(references))
    shown = [vars(orphan) for orphan in found]
    stopped = _unfinished(references)
    if emit(
        {
            "orphans": shown,
            "unread": [{"reference": each[0], "sha256": each[1]} for each in unread],
            "unfinished": stopped,
        }
    ):
        return
    table(
        ("Case", "sha256", "Size", "Stored"),
        [[each.reference, each.sha256, size(each.size), minute(each.stored_at)] for each in found],
    )
    for reference, digest in unread:
        warn(f"{reference}: record {short(digest)}… cannot be read; what it names may be listed here.")
    say(f"{len(found)} named by no line." if found else "Everything in the vault is named by the ledger.")
    _show_unfinished(stopped)


def _show(faults: "Sequence[Fault]") -> None:
    table(
        ("Case", "Problem", "What", "sha256"),
        [[fault.reference, fault.problem, line(fault.what), fault.sha256 or "-"] for fault in faults],
    )
    for detail in dict.fromkeys(fault.detail for fault in faults if fault.problem != "damaged"):
        say(f"  {line(detail)}")


def _unfinished(references: Sequence[str]) -> "list[Unfinished]":
    return [each for each in desk().vault.unfinished() if not references or each.reference in references]


def _show_unfinished(stopped: "Sequence[Unfinished]") -> None:
    for each in stopped:
        say(
            f"Stopped on its way in: {size(each.size)} of {each.reference}, {minute(each.changed_at)}. "
            f"The same command goes on; else it is removed on {day(each.removed_at)}."
        )


def _scrub() -> "Scrub":
    from rogatory.scrub import Scrub

    at = desk()
    return Scrub(at.ledger, at.register, at.vault)


def _chosen(references: Sequence[str]) -> list[str]:
    known = _scrub().cases()
    for reference in references:
        if reference not in known:
            raise NotFoundError(f"There is no case {reference[:40]}.", "See: rogatory case list")
    return list(dict.fromkeys(references)) or known
