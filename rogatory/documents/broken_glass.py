"""What papers tell of a letter that went without its reviewers: who stood in, and what was found afterwards."""

from pydantic import JsonValue

from rogatory.documents.case_view import act_of, acts
from rogatory.documents.dossier import Dossier

PAIR = 2
"""Two officials stand in together; one alone changes nothing (rogatory/custody/break_glass.py)."""


def broken_glass(dossier: Dossier, task: str | None = None) -> list[JsonValue]:
    """Each glass broken in that review, or in all: the two acts, the review that is owed, the decision after it."""
    found: list[JsonValue] = []
    for name in dict.fromkeys(act.task for act in acts(dossier, "break-glass", task)):
        broken = acts(dossier, "break-glass", name)
        if len(broken) < PAIR:
            continue
        reviewed = [act for act in acts(dossier, "review-break-glass") if act.facts.get("review") == name]
        gone_on = [act for act in acts(dossier, "go-on") if act.facts.get("review") == name]
        found.append(
            {
                "task": name,
                "broken": [act_of(dossier, act) for act in broken],
                "verdict": str(reviewed[-1].facts.get("verdict")) if reviewed else "open",
                "reviewed": act_of(dossier, reviewed[-1]) if reviewed else None,
                "gone_on": act_of(dossier, gone_on[-1]) if gone_on else None,
            }
        )
    return found
