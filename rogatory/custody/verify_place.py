"""Adds to a ledger's report what its checkpoint and proofs show: its place in the whole, who vouches for its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rogatory.custody.ledger import parse_head
from rogatory.custody.proofs import NOT_PROVEN, Placed, judge_proofs
from rogatory.custody.verify_ledger import HEAD, LedgerFacts
from rogatory.errors import IntegrityError
from schemas.custody import Check, TrustAnchors, VerificationReport

TREE, CLOCK = "head and checkpoint", "clock"
ALLOWED = timedelta(seconds=60)
"""By how much two clocks may differ."""
NONE_GIVEN = f"{NOT_PROVEN}: no checkpoint of the whole ledger was given; what was cut from the end would not be seen"


@dataclass(frozen=True, slots=True)
class Stamped:
    """What was found of a time stamp over the checkpoint."""

    check: Check
    at: datetime | None = None
    """When the authority says it existed; None where there is no stamp, or none that holds."""


def with_place(
    facts: LedgerFacts,
    lines: Sequence[str],
    witnesses: Sequence[TrustAnchors],
    head: str | None,
    placed: tuple[str, str] | None,
    stamped: Callable[[Placed], Stamped | None] = lambda _: None,
) -> VerificationReport:
    """The report with the checks of checkpoint and proofs (texts), if they were given; `stamped` judges time stamps.

    A checkpoint that contradicts the lines makes them not intact, as does a line dated after the stamp over it; a
    checkpoint not signed by the log makes them not signed. Without a cosigned head `complete` is the word of the
    ledger's own service alone, and `completeness` says so.
    """
    report = facts.report
    if placed is None:
        return report.model_copy(update={"completeness": NONE_GIVEN})
    found = judge_proofs(lines, *placed, facts.anchors, witnesses)
    checks = list(found.checks)
    if head is not None and found.checkpoint is not None:
        checks.append(_same_tree(head, found.checkpoint.size, found.checkpoint.root.hex()))
    sound = all(check.ok for check in checks if check.name == TREE)
    stamp = stamped(found)
    clock = _clock(facts, stamp.at) if stamp and stamp.at else None
    checks += [check for check in (stamp.check if stamp else None, clock) if check]
    headed = sound and all(check.ok for check in report.checks if check.name == HEAD)
    cosigned = found.cosigned and report.intact and headed
    words = found.completeness if cosigned or not found.cosigned else f"{NOT_PROVEN}: the signed head does not hold"
    return report.model_copy(
        update={
            "checks": (*report.checks, *checks),
            "intact": report.intact and found.intact and (clock is None or clock.ok),
            "signed": report.signed and found.signed and (stamp is None or stamp.check.ok),
            "complete": report.complete and found.intact and sound,
            "completeness": words,
            "cosigned": cosigned,
        }
    )


def _clock(facts: LedgerFacts, stamped_at: datetime) -> Check:
    """All lines existed when their checkpoint was stamped: a line that is dated later had a wrong clock."""
    late = max((entry.at - stamped_at for entry in facts.entries), default=timedelta(0))
    if late <= ALLOWED:
        return Check(name=CLOCK, ok=True, detail="no line is dated after the stamp over it")
    detail = f"a line is dated {int(late.total_seconds())} s after the stamp over it: its clock was wrong"
    return Check(name=CLOCK, ok=False, detail=detail)


def _same_tree(head: str, size: int, root: str) -> Check:
    """The head and the checkpoint must be of one moment: else lines between them could be kept back."""
    try:
        tree = parse_head(head).tree
    except IntegrityError as error:
        return Check(name=TREE, ok=False, detail=str(error).rstrip("."))
    same = tree == (size, root)
    detail = f"both of {size} lines" if same else "the signed head was not taken at the checkpoint given"
    return Check(name=TREE, ok=same, detail=detail)
