"""Whether an installation's ledger holds: all its lines at once, then each case, as an outsider would verify it.

What was found sound is kept, so that the next time only what is new is verified (docs/adr/0022).
"""

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rogatory.adapters.audit_kept import keep, kept
from rogatory.adapters.database import open_database
from rogatory.adapters.ledger_audit import Audit, audit
from rogatory.adapters.ledger_rows import every_line
from rogatory.adapters.officials import SERVICE, signer_for
from rogatory.custody.ledger import DIRECTORY
from rogatory.desk import Desk
from rogatory.verification import verify_path
from schemas.custody import TrustAnchors

Places = Sequence[tuple[str, int]]
"""Of each line, in ledger order: the chain and the number under which the database files it."""


@dataclass(frozen=True, slots=True)
class Audited:
    """What was found of a ledger."""

    cases: int
    lines: int
    known: int
    """How many of the lines were verified before, and have not changed since."""
    fault: str = ""


def audit_ledger(desk: Desk, *, afresh: bool = False) -> Audited:
    """Verifies the ledger against our own anchors; `afresh`: also what was found sound before."""
    home, own = desk.profile.home, desk.anchors.own()
    anchors = [own, *(desk.anchors.peer(state) for state in desk.anchors.peers())]
    lines, places = every_line(open_database(home / "ledger.sqlite"))
    before, index = (not afresh and kept(home, anchors, desk.ledger.officials()[SERVICE])) or (None, "")
    found = audit(lines, own, before)
    cases = found.chains.keys() - {DIRECTORY}
    faults = found.faults or _misplaced(places, found, before, index)
    known = before.size if before and not faults else 0
    if faults:
        return Audited(len(cases), len(lines), known, "; ".join(faults[:3]))
    # A case stands as it stood unless it has new lines, or the directory by which its lines are judged has.
    touched = cases & found.grown if known and DIRECTORY not in found.grown else cases
    for reference in sorted(touched):
        if fault := _fault_in(desk, reference, anchors):
            return Audited(len(cases), len(lines), known, fault)
    keep(home, found, _index(places), anchors, signer_for(home, SERVICE))
    return Audited(len(cases), len(lines), known)


def _misplaced(places: Places, found: Audit, before: Audit | None, index: str) -> list[str]:
    """Where the database files lines, against where they belong: one filed elsewhere is missing in its case."""
    if before and _index(places[: before.size]) != index:
        return ["lines that were verified before are filed in another place since"]
    filed: Counter[str] = Counter()
    faults = []
    for chain, number in places:
        if number != filed[chain]:
            faults.append(f"{chain}: line {filed[chain]} is filed as {number}")
        filed[chain] += 1
    belong = {chain: size for chain, (size, _) in found.chains.items()}
    faults += [
        f"{chain}: filed there {filed[chain]}, belonging there {belong.get(chain, 0)}"
        for chain in sorted(filed.keys() | belong.keys())
        if filed[chain] != belong.get(chain, 0)
    ]
    return faults


def _index(places: Places) -> str:
    return hashlib.sha256(json.dumps(places).encode()).hexdigest()


def _fault_in(desk: Desk, reference: str, anchors: list[TrustAnchors]) -> str:
    """Of one case, exported: procedure, persons, custody, and its place in the tree; empty when it holds."""
    with tempfile.TemporaryDirectory() as scratch:
        report = verify_path(desk.export_ledger(reference, Path(scratch) / reference), anchors)
    if report.intact and report.signed and report.trusted:  # an open case is never complete
        return ""
    wrong = next((check for check in report.checks if not check.ok), None)
    return f"{reference}: {wrong.name}: {wrong.detail}" if wrong else reference
