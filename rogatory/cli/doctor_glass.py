"""What the doctor looks at of broken glass: that nobody is late in reviewing it."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rogatory.cli.doctor import Finding
from rogatory.custody.break_glass import BREAK

if TYPE_CHECKING:
    from rogatory.profile import Profile


def glass_reviewed(where: "Profile") -> Finding:
    """Not ok while what is owed after a broken glass is overdue."""
    from rogatory.adapters.ledger_sql import open_stores

    _, register = open_stores(where.home)
    owed = [row for row in register.clocks() if row.rule == BREAK]
    late = sorted({row.reference for row in owed if row.due < datetime.now(UTC)})
    if late:
        fix = "Another signatory, or a registrar: rogatory task review-break-glass REF --verdict ... --note ..."
        return Finding("Broken glass", False, f"judgment overdue in {', '.join(late)}", fix)
    return Finding("Broken glass", True, f"{len(owed)} to be judged" if owed else "none to be judged")
