"""Verifies a case's lines offline, by nothing but trust anchors: a report of facts, all at once.

*intact*: every line in its one form, each chain gapless, nothing twice, time never back. *signed*: every line by a
service key, every act by the official it names, over exactly what the line says. *trusted*: every official entered by
enough registrars we trust, entitled to the act by role and person, every act at its place in the procedure, none by a
suspect key. *complete*: a signed head says that nothing is missing at the end, and the case is closed. Without a head a
cut tail cannot be seen.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rogatory.custody.course import Course
from rogatory.custody.directory import Directory
from rogatory.custody.dsse import canonical, verify_signature
from rogatory.custody.holding import ItemCustody
from rogatory.custody.ledger import (
    ACT_EVENTS,
    DIRECTORY,
    ZERO,
    Entry,
    Head,
    Mark,
    act_facts,
    event_of,
    parse_head,
    parse_line,
)
from rogatory.custody.policy import permit_act
from rogatory.custody.statement import Statement, read_statement, verify_statement
from rogatory.custody.suspicion import told
from rogatory.errors import IntegrityError, RefusedError
from schemas.custody import Check, Official, TrustAnchors, VerificationReport

FORM, CHAIN, MARKS = "form of the lines", "chain", "place in the directory"
SERVICE, ACTS = "service signatures", "signed acts"
REGISTRARS, ENTITLED, PROCEDURE = "directory by registrars", "entitled persons", "procedure and custody"
SUSPECT = "keys in the right hands"
HEAD, CLOSED = "signed head", "closing entry"
INTACT, SIGNED = (FORM, CHAIN, MARKS), (SERVICE, ACTS)
TRUSTED, COMPLETE = (REGISTRARS, ENTITLED, PROCEDURE, SUSPECT), (HEAD, CLOSED)
SHOWN = 3
"""Faults told per check; the rest are counted."""


@dataclass(frozen=True)
class LedgerFacts:
    """What a verification found."""

    report: VerificationReport
    reference: str | None
    """The case; None when there are lines of the directory only."""
    entries: tuple[Entry, ...]
    """The case's lines."""
    directory: Directory
    anchors: TrustAnchors
    """Those it was judged by."""
    course: Course
    """Tasks, drafter, and whether the case is closed."""

    @property
    def items(self) -> dict[str, ItemCustody]:
        """Each item of evidence, who holds it, and in what state."""
        return self.course.holding.items


@dataclass
class _Findings:
    """Faults by check, and how many things each check looked at."""

    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    def add(self, check: str, fault: str) -> None:
        self.faults.setdefault(check, []).append(fault.rstrip("."))

    def check(self, name: str) -> Check:
        faults = self.faults.get(name, [])
        more = f" (and {len(faults) - SHOWN} more)" if len(faults) > SHOWN else ""
        detail = "; ".join(faults[:SHOWN]) + more if faults else f"{self.seen[name]} verified"
        return Check(name=name, ok=not faults, detail=detail)


def verify_lines(lines: Sequence[str], anchors: TrustAnchors, head: str | None) -> LedgerFacts:
    """Verifies the directory's lines and those of one case, in any interleaving; never raises for what they hold."""
    found = _Findings()
    entries = _parsed(lines, found)
    reference = next((entry.chain for entry in entries if entry.chain != DIRECTORY), None)
    case = [entry for entry in entries if entry.chain == reference]
    if len({entry.chain for entry in entries} - {DIRECTORY}) > 1:
        found.add(CHAIN, "there are lines of several cases; verify each by itself")
    if not entries:
        found.add(CHAIN, "there is no line")
    changes = [entry for entry in entries if entry.chain == DIRECTORY]
    directory = _directory(changes, anchors, found)
    _verify_chain(changes, found)
    _verify_chain(case, found)
    course = Course(reference or "")
    for entry in case:
        _verify_entry(entry, directory, course, found)
        _advance(course, entry)
    found.seen[SUSPECT] = found.seen[ACTS]
    for act in course.acts.suspect(directory):
        found.add(SUSPECT, told(act))
    _verify_head(head, changes, case, directory, found)
    if reference is not None and not course.closed:
        found.add(CLOSED, "the case is open: more may follow")
    return LedgerFacts(_report(reference, anchors, found), reference, tuple(case), directory, anchors, course)


def _parsed(lines: Sequence[str], found: _Findings) -> list[Entry]:
    entries = []
    for number, line in enumerate(lines, 1):
        found.seen[FORM] += 1
        try:
            entries.append(parse_line(line))
        except IntegrityError as error:
            found.add(FORM, f"line {number}: {error}")
    return entries


def _directory(changes: list[Entry], anchors: TrustAnchors, found: _Findings) -> Directory:
    directory = Directory(anchors)
    for entry in changes:
        found.seen[REGISTRARS] += 1
        for fault in directory.extend(entry):
            found.add(REGISTRARS, f"{_name(entry)}: {fault}")
    for place, entry in enumerate(changes):
        found.seen[SERVICE] += 1
        if not any(directory.recorded(entry, size) for size in (place + 1, place)):
            found.add(SERVICE, f"{_name(entry)} is not signed by a service key of its time")
    if not changes:
        found.add(REGISTRARS, "the directory is missing: nobody's key is known")
    return directory


def _verify_chain(entries: list[Entry], found: _Findings) -> None:
    previous, ids, last, known = ZERO, set[tuple[str, bool]](), None, 0
    for place, entry in enumerate(entries):
        found.seen[CHAIN] += 1
        if entry.seq != place or entry.prev != previous:
            found.add(CHAIN, f"{_name(entry)} does not follow the line before it")
        if (entry.entry_id, entry.act is None) in ids:
            found.add(CHAIN, f"{_name(entry)} repeats the id {entry.entry_id}")
        if last is not None and entry.at < last:
            found.add(CHAIN, f"{_name(entry)}: time goes back")
        if entry.directory and entry.directory.size < known:
            found.add(CHAIN, f"{_name(entry)} forgets a change of the directory")
        previous, last, known = entry.digest, entry.at, entry.directory.size if entry.directory else known
        ids.add((entry.entry_id, entry.act is None))


def _verify_entry(entry: Entry, directory: Directory, course: Course, found: _Findings) -> None:
    mark = entry.directory or Mark(0, ZERO)
    found.seen[MARKS] += 1
    if not directory.stood(mark):
        found.add(MARKS, f"{_name(entry)} rests on {mark.size} lines of a directory that is not this one")
        mark = directory.mark if mark.size > directory.size else Mark(mark.size, "")
    elif not directory.covers(mark, entry.at):
        found.add(MARKS, f"{_name(entry)} overlooks a change of the directory")
    found.seen[SERVICE] += 1
    if not directory.recorded(entry, mark.size):
        found.add(SERVICE, f"{_name(entry)} is not signed by a service key of its time")
    if entry.event in ACT_EVENTS or entry.act is not None:
        _verify_act(entry, directory, mark.size, course, found)
    found.seen[PROCEDURE] += 1
    try:
        course.check(entry.event, entry.facts, directory, mark.size)
    except RefusedError as error:
        found.add(PROCEDURE, f"{_name(entry)}: {error}")


def _verify_act(entry: Entry, directory: Directory, size: int, course: Course, found: _Findings) -> None:
    found.seen[ACTS] += 1
    officials = directory.officials(size)
    official = officials.get(str(entry.facts.get("by")))
    if official is None:
        found.add(ENTITLED, f"{_name(entry)}: the directory knows no {str(entry.facts.get('by'))[:40]}")
        if entry.act is None:
            found.add(ACTS, f"{_name(entry)} is not signed by an official")
        return
    try:
        giver = officials.get(str(entry.facts.get("on_behalf_of")))
        statement = check_recorded(entry, official, giver)
    except IntegrityError as error:
        found.add(ACTS, f"{_name(entry)}: {error}")
        return
    task = course.tasks.get(statement.task)
    found.seen[ENTITLED] += 1
    try:
        principal = directory.powers(size).principal(entry.facts, officials, entry.chain, entry.at)
        permit_act(statement.act, statement.role, official, course.drafter, task.done if task else [], principal)
    except RefusedError as error:
        found.add(ENTITLED, f"{_name(entry)}: {error}")


def check_recorded(entry: Entry, official: Official, principal: Official | None = None) -> Statement:
    """The act of a line, verified to be that official's and to be what the line says. Raises IntegrityError.

    `principal`: on whose behalf the line says it was done.
    """
    if entry.act is None or entry.event not in ACT_EVENTS:
        raise IntegrityError("it is not signed by an official" if entry.act is None else "no act makes this event")
    statement = read_statement(entry.act)
    if statement.case != entry.chain or entry.entry_id != f"{statement.task}/{statement.command_id}":
        raise IntegrityError("the act was signed for another case, task or command")
    if event_of(statement.act) != entry.event:
        raise IntegrityError(f"the act signed is {statement.act}")
    if canonical(act_facts(statement, official.person, principal.person if principal else None)) != canonical(
        entry.facts
    ):
        raise IntegrityError("the line does not say what was signed")
    verify_statement(statement, official)
    return statement


def _advance(course: Course, entry: Entry) -> None:
    """Takes the line in even where the chain is broken (reported already), so that the rest can be told."""
    course.size, course.head = entry.seq, entry.prev
    course.apply(entry)


def _verify_head(
    text: str | None, changes: list[Entry], case: list[Entry], directory: Directory, found: _Findings
) -> None:
    if text is None:
        found.add(HEAD, "completeness is not proven: no signed head was given, so a cut tail would not be seen")
        return
    found.seen[HEAD] += 1
    try:
        head = parse_head(text)
        _match(head, case or changes, directory)
    except IntegrityError as error:
        found.add(HEAD, str(error))


def _match(head: Head, entries: list[Entry], directory: Directory) -> None:
    if not entries or head.chain != entries[0].chain:
        raise IntegrityError(f"the head is of {head.chain[:40]}")
    if head.size != len(entries) or head.head != entries[-1].digest:
        raise IntegrityError(f"the head is of {head.size} lines, and these {len(entries)} do not end in it")
    if not directory.stood(head.directory) or (entries[-1].directory or head.directory).size > head.directory.size:
        raise IntegrityError("lines of the directory are missing")
    services = [o for o in directory.officials(head.directory.size).values() if o.roles and o.roles[0] == "system"]
    for official in services:
        if [signature.keyid for signature in head.opened.signatures] == [official.keyid]:
            verify_signature(head.opened, official.public_key)
            return
    raise IntegrityError("the head is not signed by a service key of its time")


def _name(entry: Entry) -> str:
    return f"{entry.chain} line {entry.seq} ({entry.event})"


def _report(reference: str | None, anchors: TrustAnchors, found: _Findings) -> VerificationReport:
    names = [*INTACT, *SIGNED, *TRUSTED, HEAD, *([CLOSED] if reference is not None else [])]
    checks = {name: found.check(name) for name in names}
    groups = (INTACT, SIGNED, TRUSTED, COMPLETE)
    holds = {group: all(checks[name].ok for name in group if name in checks) for group in groups}
    return VerificationReport(
        subject=reference or DIRECTORY,
        kind="ledger",
        intact=holds[INTACT],
        signed=holds[SIGNED],
        trusted=holds[TRUSTED],
        complete=holds[COMPLETE] and holds[INTACT],
        demo=anchors.demo,
        checks=tuple(checks.values()),
    )
