"""The last gate before anything leaves: every approval verified again, from the ledger, over the very bytes to be sent.

A forged history, a reset case, a hostile worker or a Temporal administrator cannot pass it: it reads no workflow state,
and the service's own key satisfies no approval.
"""

import hashlib
from collections.abc import Collection, Sequence

from rogatory.custody.break_glass import BREAK, stand_in
from rogatory.custody.ledger import Entry, digests_in, persons_of
from rogatory.custody.verify_ledger import LedgerFacts, verify_lines
from rogatory.errors import IntegrityError
from schemas.custody import Official, TrustAnchors
from schemas.documents import LETTERS, DocumentType
from schemas.identifiers import Role, hex_of
from schemas.tasks import GateOrder, PackageOrder

WITHDRAWAL = "withdrawal"
"""The kind of package whose act is recorded last of all, when every stage has stopped."""


def held(reference: str, lines: Sequence[str], anchors: TrustAnchors) -> LedgerFacts:
    """What the ledger of an open case says. Raises IntegrityError: it does not hold, is closed, or of another case."""
    facts = verify_lines(lines, anchors, None)
    if not (facts.report.intact and facts.report.signed and facts.report.trusted):
        wrong = next(check for check in facts.report.checks if not check.ok)
        raise IntegrityError(f"The case's ledger does not hold: {wrong.name}: {wrong.detail}.")
    if facts.reference != reference or facts.course.closed:
        raise IntegrityError(f"{reference} is closed, or the ledger is of another case.")
    return facts


def check_gate(
    order: GateOrder, facts: LedgerFacts, unsigned: bytes, signed: bytes, urgent: Collection[str]
) -> Official:
    """The signatory, whose PDF signature remains to be checked; `facts` are of `held`.

    `urgent`: the types of letters that may do without their reviewers, where two others broke the glass.

    Raises IntegrityError, naming what does not hold: the bytes, the number of persons, the signature's act.
    """
    for content, digest, name in ((unsigned, order.unsigned_letter, "letter"), (signed, order.letter, "signed letter")):
        if hashlib.sha256(content).hexdigest() != hex_of(digest):
            raise IntegrityError(f"The bytes of the {name} are not those of {digest}.")
    if not signed.startswith(unsigned):
        raise IntegrityError("The signed letter is not the approved letter with a signature appended.")
    decisions = [e for e in facts.entries if e.event == "decide" and e.task == order.review_task]
    if any(entry.facts.get("verdict") != "approve" for entry in decisions):
        raise IntegrityError(f"{order.review_task} was not approved throughout.")
    approvals = [e for e in decisions if e.facts.get("letter") == order.unsigned_letter]
    seen, eyes = {str(facts.course.drafter)}, 0
    for persons in (persons_of(e.facts) for e in approvals if e.facts.get("role") == Role.REVIEWER):
        eyes += not persons & seen  # who approves in another's stead is not a second pair beside them
        seen |= persons
    if eyes < order.approvals:
        broken = [e for e in facts.entries if e.event == BREAK and e.task == order.review_task]
        stands_in = stand_in(broken, order.unsigned_letter, seen)
        if not stands_in:
            raise IntegrityError(f"{eyes} of {order.approvals} persons approved this letter.")
        if made_as(facts, order.unsigned_letter) not in urgent:
            raise IntegrityError("The glass was broken for a letter of a type that goes by its reviewers only.")
        seen |= stands_in
    signatory = [e for e in approvals if _signs(e, order.letter)]
    if len(signatory) != 1 or persons_of(signatory[0].facts) & seen:
        raise IntegrityError("No signatory, apart from drafter and reviewers, signed exactly this letter.")
    letter = [e for e in facts.entries if e.event == "document-made" and e.facts.get("type") in LETTERS]
    if not letter or letter[-1].facts.get("digest") != order.unsigned_letter:
        raise IntegrityError("The letter is not the one last drawn up in this case.")
    mark = signatory[0].directory
    officials = facts.directory.officials(mark.size if mark else None)
    return officials[str(signatory[0].facts["by"])]


def check_package(order: PackageOrder, facts: LedgerFacts, outward: Collection[str]) -> GateOrder | None:
    """Whether the record allows that package; of one that begins with a letter, the order for `check_gate` as well.

    It goes to the state that was asked. Its documents were drawn up in this case and are of types that leave the house
    (`outward`), what is enclosed was named by an official's act. A letter rests on the act that sends it, what follows
    on the act it is about.

    Raises IntegrityError, naming what is not on record.
    """
    opened = next(entry.facts for entry in facts.entries if entry.event == "request-opened")
    if order.requested_state != opened.get("requested_state"):
        raise IntegrityError(f"{order.reference} asks another state than {order.requested_state}.")
    made = {str(e.facts.get("digest")): str(e.facts.get("type")) for e in facts.entries if e.event == "document-made"}
    decisions = {str(e.facts["signed_letter"]): e for e in facts.entries if e.act and e.facts.get("signed_letter")}
    types = made | {signed: made.get(str(decision.facts.get("letter")), "") for signed, decision in decisions.items()}
    for digest in order.documents:
        if types.get(digest) not in outward:
            raise IntegrityError(f"{digest} is no document of {order.reference} that leaves the house.")
    named = {digest for entry in facts.entries if entry.act for digest in digests_in(entry.facts)}
    for digest in order.enclosed:
        if digest not in named and types.get(digest) not in outward:
            raise IntegrityError(f"No act in {order.reference} encloses {digest}.")
    first = order.documents[0]
    if first in decisions:
        return _letter(order, facts, first, decisions[first])
    about = {f"/{order.facts[name]}" for name in ("act", "reply") if name in order.facts}
    if any(entry.act and entry.entry_id.endswith(tuple(about)) for entry in facts.entries if about):
        return None
    if order.kind == WITHDRAWAL and made[first] == DocumentType.WITHDRAWAL_NOTICE:
        return None
    raise IntegrityError(f"No act in {order.reference} is on record on which this package ({order.kind}) rests.")


def made_as(facts: LedgerFacts, digest: str) -> str:
    """The type of the document of that digest, as it was drawn up; empty where none was."""
    made = [e.facts for e in facts.entries if e.event == "document-made" and e.facts.get("digest") == digest]
    return str(made[-1].get("type")) if made else ""


def _letter(order: PackageOrder, facts: LedgerFacts, letter: str, decision: Entry) -> GateOrder:
    """The last gate's order for a letter, all of it read from the ledger."""
    if not any(entry.event == "send" and entry.facts.get("letter") == letter for entry in facts.entries):
        raise IntegrityError(f"Nobody sent the letter {letter}.")
    return GateOrder(
        reference=order.reference,
        review_task=decision.task,
        unsigned_letter=str(decision.facts["letter"]),
        letter=letter,
        approvals=facts.course.tasks[decision.task].needed,
        drafter=str(facts.course.drafted_by),
        channel=str(order.facts.get("channel", "")),
        requested_state=order.requested_state,
    )


def _signs(entry: Entry, letter: str) -> bool:
    return entry.facts.get("role") == Role.SIGNATORY and entry.facts.get("signed_letter") == letter
