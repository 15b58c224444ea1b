"""rogatory law coverage: which rules of the inventory the law data hold, and why the others are left out."""

from pathlib import Path

from rogatory.cli.law import lawbook
from rogatory.cli.output import emit, say, table


def coverage(*, out: Path | None = None) -> None:
    """Say which rules of the inventory are in the law data.

    Parameters
    ----------
    out: Path
        Write the whole list to this Markdown file.
    """
    from rogatory.law.coverage import coverage as covered
    from rogatory.law.coverage import effect, markdown

    found = covered(lawbook())
    if out is not None:
        out.write_text(markdown(found), encoding="utf-8")
    held = [each for each in found if each.rules]
    left = [each for each in found if not each.rules]
    if emit(
        {
            "rules": len(found),
            "held": {each.id: [f"{rule.id}: {effect(rule)}" for _, rule in each.rules] for each in held},
            "left_out": {each.id: each.reason for each in left},
        }
    ):
        return
    say(f"{len(found)} rules in the inventory: {len(held)} in the law data, {len(left)} left out.")
    table(("Left out", "Of", "Why"), [[each.id, each.about, each.reason] for each in left])
    if out is not None:
        say(f"Written: {out}")
