"""The last gate before anything leaves: every approval verified again, from the ledger, over the very bytes to be sent.

A forged history, a reset case, a hostile worker or a Temporal administrator cannot pass it: it reads no workflow state,
and the service's own key satisfies no approval.
"""

import hashlib
from collections.abc import Sequence

from rogatory.custody.ledger import Entry
from rogatory.custody.verify_ledger import verify_lines
from rogatory.errors import IntegrityError
from schemas.custody import Official, TrustAnchors
from schemas.documents import LETTERS
from schemas.identifiers import Role, hex_of
from schemas.tasks import GateOrder


def check_gate(
    order: GateOrder, lines: Sequence[str], anchors: TrustAnchors, unsigned: bytes, signed: bytes
) -> Official:
    """The signatory, whose PDF signature remains to be checked.

    Raises IntegrityError, naming what does not hold: the ledger, the bytes, the number of persons, the signature's act.
    """
    for content, digest, name in ((unsigned, order.unsigned_letter, "letter"), (signed, order.letter, "signed letter")):
        if hashlib.sha256(content).hexdigest() != hex_of(digest):
            raise IntegrityError(f"The bytes of the {name} are not those of {digest}.")
    if not signed.startswith(unsigned):
        raise IntegrityError("The signed letter is not the approved letter with a signature appended.")
    facts = verify_lines(lines, anchors, None)
    if not (facts.report.intact and facts.report.signed and facts.report.trusted):
        wrong = next(check for check in facts.report.checks if not check.ok)
        raise IntegrityError(f"The case's ledger does not hold: {wrong.name}: {wrong.detail}.")
    if facts.reference != order.reference or facts.course.closed:
        raise IntegrityError(f"{order.reference} is closed, or the ledger is of another case.")
    decisions = [e for e in facts.entries if e.event == "decide" and e.task == order.review_task]
    if any(entry.facts.get("verdict") != "approve" for entry in decisions):
        raise IntegrityError(f"{order.review_task} was not approved throughout.")
    approvals = [e for e in decisions if e.facts.get("letter") == order.unsigned_letter]
    persons = {str(e.facts["person"]) for e in approvals if e.facts.get("role") == Role.REVIEWER}
    if len(persons - {facts.course.drafter}) < order.approvals:
        raise IntegrityError(f"{len(persons)} of {order.approvals} persons approved this letter.")
    signatory = [e for e in approvals if _signs(e, order.letter)]
    if len(signatory) != 1 or str(signatory[0].facts["person"]) in persons | {str(facts.course.drafter)}:
        raise IntegrityError("No signatory, apart from drafter and reviewers, signed exactly this letter.")
    letter = [e for e in facts.entries if e.event == "document-made" and e.facts.get("type") in LETTERS]
    if not letter or letter[-1].facts.get("digest") != order.unsigned_letter:
        raise IntegrityError("The letter is not the one last drawn up in this case.")
    mark = signatory[0].directory
    officials = facts.directory.officials(mark.size if mark else None)
    return officials[str(signatory[0].facts["by"])]


def _signs(entry: Entry, letter: str) -> bool:
    return entry.facts.get("role") == Role.SIGNATORY and entry.facts.get("signed_letter") == letter
