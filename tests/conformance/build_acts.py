"""Records of what officials do for one another: appointed, delegated, suspected and vouched for, corrected.

What the ledger itself would refuse is forged by one who holds the service's key: a verifier must see it all the same.
"""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from pydantic import JsonValue

from rogatory.adapters.delegating import delegate, end, note_absence
from rogatory.adapters.officials import appoint, revoke, signer_for
from rogatory.adapters.suspecting import suspect
from rogatory.custody.ledger import Entry, act_facts, parse_line
from rogatory.custody.statement import read_statement
from schemas.commands import Command, Decide
from schemas.directory import ReAttest
from schemas.identifiers import Role
from schemas.items import CorrectItem
from schemas.reassigning import Reassign
from tests.conformance.forger import Corpus, Files, Forger, files_of, lines_of
from tests.contracts.test_witness import Pair
from tests.properties.ledger_steps import LETTER, ROLES, SIGNED, START, Bench
from tests.properties.shelf_steps import DISK, Shelf

UNTIL = START.date() + timedelta(days=30)


def acts(corpus: Corpus, pair: Pair, folder: Path) -> None:
    """All of them; those after the first each on a ledger of their own."""
    appointed(corpus, pair)
    delegated(corpus, Bench(folder / "delegated"))
    deputy(corpus, Bench(folder / "deputy"))
    suspected(corpus, Bench(folder / "suspected"))
    corrected(corpus, Shelf(folder / "corrected"))
    reassigned(corpus, Bench(folder / "reassigned"))


def appointed(corpus: Corpus, pair: Pair) -> None:
    """An official acts before they were entered; the service lets it pass, and no verifier does."""
    bench = pair.bench
    bench.reference = "XV-2026-0003"
    review = bench.submitted_and_under_review()
    another_reviewer(bench, "reviewer-3", "p-9")
    bench.act(review, bench.decision("reviewer-3"))
    files = closed(bench)
    corpus.add("good-appointed", files, None, "an official appointed while the case ran")
    early = next(entry.directory for entry in entries(files) if entry.chain == bench.reference)
    assert early
    made = Forger(bench.home, files).forge("decide", directory={"size": early.size, "head": early.head})
    corpus.add("bad-not-yet-appointed", made, "trusted", "an act judged before its official was entered")


def delegated(corpus: Corpus, bench: Bench) -> None:
    """A reviewer, who is a signatory too, lends the first role alone."""
    bench.reference = "XV-2026-0009"
    bench.submit()  # another case, for which the role is lent later
    bench.reference = "XV-2026-0001"
    review = bench.submitted_and_under_review()
    roles = (Role.REVIEWER, Role.SIGNATORY)
    appoint(bench.home, "chief", name="Ida Moss", post="Chief", roles=roles, person="p-8", now=bench.now)
    given = lend(bench, "chief", cases=("XV-2026-0001",))
    bench.act(review, decision("custodian", Role.REVIEWER, "chief"))
    bench.fact("noted", "assessed", assessment=LETTER)  # under the directory in which it is in force
    end(bench.home, given, now=bench.now)
    lend(bench, "chief", cases=("XV-2026-0009",))
    files = closed(bench)
    corpus.add("good-delegated", files, None, "an act in another's stead; the delegation ended later")
    forger, last = Forger(bench.home, files), entries(files)[-1].directory
    assert last
    # The lines after it must not rest on an older directory than it does, so they are moved along with it.
    moved: dict[str, Any] = {"directory": {"size": last.size, "head": last.head}}
    ended = Forger(bench.home, forger.forge("decide", **moved))
    place = max(n for n, entry in enumerate(entries(files)) if entry.event == "assessed")
    made = ended.forge_at(place, **moved)
    why = "the delegation had ended, and another is for other cases"
    corpus.add("bad-delegation-ended", made, "trusted", why, check="entitled persons")
    for name, command, why in (
        ("beyond-roles", decision("custodian", Role.SIGNATORY, "chief"), "a role that was not lent"),
        ("not-given", decision("custodian", Role.REVIEWER, "reviewer-2"), "in the stead of one who lent nothing"),
        ("by-another", decision("prosecutor", Role.REVIEWER, "chief"), "by one to whom nothing was lent"),
    ):
        made = forger.forge("decide", **signed(bench, review, command))
        corpus.add(f"bad-delegation-{name}", made, "trusted", why, check="entitled persons")
    late = forger.forge("decide", at="2026-06-01T00:00:00Z")
    for number in range(forger.place("decide") + 1, len(lines_of(files))):
        if entries(files)[number].chain == bench.reference:
            late = Forger(bench.home, late).forge_at(number, at="2026-06-01T00:00:00Z")
    corpus.add("bad-delegation-over", late, "trusted", "after its last day", check="entitled persons")


def deputy(corpus: Corpus, bench: Bench) -> None:
    """A standing deputy acts only while the other's absence is on record."""
    review = bench.submitted_and_under_review()
    lend(bench, "reviewer-1", deputy=True)
    before = bench.ledger.directory().mark
    note_absence(bench.home, "reviewer-1", now=bench.now)
    bench.act(review, decision("custodian", Role.REVIEWER, "reviewer-1"))
    files = closed(bench)
    corpus.add("good-deputy", files, None, "a deputy acts during an absence")
    made = Forger(bench.home, files).forge("decide", directory={"size": before.size, "head": before.head})
    corpus.add("bad-deputy-present", made, "trusted", "no absence was on record", check="entitled persons")


def suspected(corpus: Corpus, bench: Bench) -> None:
    """A key is called suspect; the same person and then another one vouch for what it signed."""
    bench.reviewed()
    line = next(
        parse_line(line)
        for line in bench.ledger.lines(bench.reference)
        if parse_line(line).facts.get("by") == "reviewer-1"
    )
    person = bench.ledger.officials()["reviewer-1"].person
    revoke(bench.home, "reviewer-1", now=bench.now)
    suspect(bench.home, "reviewer-1", (bench.reference, line.seq), now=bench.now)
    another_reviewer(bench, "reviewer-3", "p-9")
    another_reviewer(bench, "reviewer-4", person)

    def vouching(by: str) -> Command:
        said = {"line": line.digest, "number": line.seq, "note": "Asked by telephone."}
        fields = {"command_id": f"vouch-{by}", "by": by, "role": Role.REVIEWER}
        return ReAttest.model_validate(fields | said)

    bench.act(bench.reference, vouching("reviewer-3"))
    files = closed(bench)
    corpus.add("good-re-attested", files, None, "a suspect act, vouched for by another person")
    forger = Forger(bench.home, files)
    own = forger.forge("re-attest", **signed(bench, bench.reference, vouching("reviewer-4")))
    why = "the same person vouches, under another name"
    corpus.add("bad-re-attested-by-same", own, "trusted", why)
    noted: dict[str, JsonValue] = {"assessment": LETTER}
    none = forger.forge_at(forger.place("re-attest"), event="assessed", act=None, facts=noted)
    why = "a suspect act, and nobody vouched for it"
    corpus.add("bad-suspect", none, "trusted", why, check="keys in the right hands")
    vouched = next(entry for entry in entries(files) if entry.event == "re-attest")
    revoke(bench.home, "reviewer-3", now=bench.now)
    suspect(bench.home, "reviewer-3", (bench.reference, vouched.seq), now=bench.now)
    both = files_of(bench.ledger.record(bench.reference))
    why = "who vouched is suspect in turn"
    corpus.add("bad-re-attested-by-suspect", both, "trusted", why, check="keys in the right hands")


def corrected(corpus: Corpus, bench: Shelf) -> None:
    """A number in a line about a thing is corrected by another official; by the same one it would be no correction."""
    bench.submit()
    bench.enter(seal_after="S-12")
    line = next(entry for entry in map(parse_line, bench.ledger.lines(bench.reference)) if entry.event == "enter-item")

    def correction(by: str, **changes: Any) -> Command:
        said = {"item": DISK, "line": f"sha256:{line.digest}", "field": "seal_after", "old": "S-12", "new": "S-21"}
        fields = {"command_id": f"correct-{by}", "by": by, "role": ROLES[by], "reason": "The photograph shows it."}
        return CorrectItem.model_validate(fields | said | changes)

    bench.act(bench.reference, correction("prosecutor"))
    files = closed(bench)
    corpus.add("good-corrected", files, None, "a slip of the pen, corrected by another official; both lines stay")
    forger = Forger(bench.home, files)
    for name, command, why in (
        ("by-same", correction("custodian"), "who signed a line corrects it"),
        ("other-words", correction("prosecutor", old="S-99"), "it corrects what the line does not say"),
    ):
        made = forger.forge("correct-item", **signed(bench, bench.reference, command))
        corpus.add(f"bad-corrected-{name}", made, "trusted", why, check="procedure and custody", small=False)


def reassigned(corpus: Corpus, bench: Bench) -> None:
    """A task moves from one reviewer to another; the one released decides all the same."""
    another_reviewer(bench, "reviewer-3", "p-9")
    review = bench.submitted_and_under_review()
    fields = {"command_id": "move", "by": "signatory", "role": Role.SIGNATORY, "reason": "On leave."}
    between = {"assigned_task": review, "duty": Role.REVIEWER, "released": "reviewer-1", "to": "reviewer-3"}
    bench.act(bench.reference, Reassign.model_validate(fields | between))
    bench.act(review, bench.decision("reviewer-3"))
    files = closed(bench)
    corpus.add("good-reassigned", files, None, "a task given to another reviewer, who decides")
    made = Forger(bench.home, files).forge("decide", **signed(bench, review, bench.decision("reviewer-1")))
    why = "who was released from the task decides in it"
    corpus.add("bad-reassigned", made, "trusted", why, check="procedure and custody", small=False)


def another_reviewer(bench: Bench, official: str, person: str) -> None:
    """One more reviewer in the directory."""
    roles = (Role.REVIEWER,)
    appoint(bench.home, official, name="Una Fell", post="Reviewer", roles=roles, person=person, now=bench.now)


def lend(bench: Bench, giver: str, *, cases: tuple[str, ...] = (), deputy: bool = False) -> str:
    """Lends the custodian the role of a reviewer; returns the id of the delegation."""
    signer = signer_for(bench.home, giver)
    return delegate(
        bench.home, signer, giver, "custodian", roles=(Role.REVIEWER,), cases=cases, until=UNTIL, deputy=deputy,
        reason="On leave.", now=bench.now,
    )[0]  # fmt: skip


def decision(by: str, role: Role, giver: str) -> Decide:
    """An approval in another's stead."""
    fields = {"command_id": f"{by}-{role}-for-{giver}", "by": by, "role": role, "on_behalf_of": giver}
    letter = {"letter": LETTER, "verdict": "approve", "signed_letter": SIGNED if role is Role.SIGNATORY else None}
    return Decide.model_validate(fields | letter)


def signed(bench: Bench, task: str, command: Command) -> dict[str, Any]:
    """The fields of the line that would record the act, by the official's own key."""
    statement = bench.sign(task, command).statement
    assert statement
    people = bench.ledger.officials()
    giver = getattr(command, "on_behalf_of", None)
    facts = act_facts(read_statement(statement), people[command.by].person, people[giver].person if giver else None)
    return {"id": f"{task}/{command.command_id}", "facts": facts, "act": json.loads(statement)}


def closed(bench: Bench) -> Files:
    """The record after its closing entry."""
    bench.fact("shut", "request-closed", result="not-transmitted")
    return files_of(bench.ledger.record(bench.reference))


def entries(files: Files) -> list[Entry]:
    """The lines of a record, parsed."""
    return [parse_line(line) for line in lines_of(files)]
