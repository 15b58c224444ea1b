"""rogatory law: the instruments this installation knows, and the check of law files.

law_show.py shows one of them, law_between.py asks which carries a request, law_coverage.py says what is left out.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rogatory.cli.output import emit, line, next_step, say, table
from rogatory.errors import FindingsError

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook

CARRIED = {"mutual-assistance": "assistance", "extradition": "extradition"}


def list_() -> None:
    """List the instruments a request may rest on, and the states and measures known."""
    book = lawbook()
    rows: list[dict[str, Any]] = [
        {
            "id": treaty.id,
            "kind": treaty.kind,
            "title": treaty.title,
            "short": treaty.short,
            "carries": treaty.carries,
            "in_force": treaty.in_force,
            "in_force_since": treaty.in_force_since,
            "parties_known": len(book.parties.get(treaty.parties or treaty.id, ())),
            "rules": len(treaty.rules),
            "blocking": sum(rule.severity == "error" for rule in treaty.rules),
            "url": treaty.url,
        }
        for treaty in book.treaties.values()
    ]
    if emit(rows):
        return
    table(
        ("Id", "Instrument", "Carries", "In force", "Parties", "Rules", "block"),
        [
            [
                row["id"],
                row["short"],
                ", ".join(CARRIED.get(kind, kind) for kind in row["carries"]),
                "NO" if not row["in_force"] else row["in_force_since"] or "yes",
                row["parties_known"] or "-",
                row["rules"],
                row["blocking"] or "-",
            ]
            for row in rows
        ],
    )
    say(f"House rules: {len(book.house.rules)}, whatever the legal basis (rogatory law show house)")
    say(f"Measures: {', '.join(sorted(book.measures))}")
    say(f"States with a profile: {', '.join(sorted(book.states))}   (of any other nothing is known here)")
    say("Parties: rows in the list of parties; a state that is not in it is unknown, never not a party.")
    next_step("rogatory law show ID   or   rogatory law between FROM TO")


def check(*files: Path) -> int:
    """Check law files before they are used, as if they stood in the overlay; without files, all that is in use.

    Parameters
    ----------
    files: Path
        YAML files in folders named treaties, measures or states, lists in parties/*.csv, or house.yaml, words.yaml,
        demands.yaml, steps.yaml, timetable.yaml.
    """
    from rogatory.law.registry import LawDataError, check_files, load_lawbook

    folder = overlay()
    try:
        found = check_files(files, folder) if files else []
        if not files:
            load_lawbook(folder)
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


def overlay() -> Path:
    """The operator's own law files."""
    from rogatory.profile import Profile

    return Profile.load().home / "law"


def lawbook() -> "Lawbook":
    """The law data in use."""
    from rogatory.law.registry import load_lawbook

    return load_lawbook(overlay())
