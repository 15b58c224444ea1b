"""The law as sentences: a file of cases says what law data must do, so that a lawyer tests a treaty without Python.

A file names the example its cases change (`draft`), the day (`today`), and, where they are not the example's own, the
instruments of the legal basis (`basis`). A case is one of

    change, findings, outcomes    a draft: every finding as "RULE path"; how single rules came out on the checklist
    step, facts, findings         a later step: what the law holds against it
    clocks                        periods: which have run and which still run on a day, as "RULE clock"
    between                       two states: which instrument governs, the standing of others, which are not offered

`only` compares just the findings of rules whose id begins so.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from rogatory.law.basis import candidates
from rogatory.law.clocks import run
from rogatory.law.model import Lawbook
from rogatory.law.requirements import Requirements
from schemas.assessment import Clock, Standing

Case = dict[str, Any]
ASSISTANCE = "mutual-assistance"
Example = Callable[[str], Any]
"""Name of an example to a fresh copy of its plain values."""


def kind_of(case: Case) -> str:
    """step, clocks, between or draft."""
    return next((each for each in ("step", "clocks", "between") if each in case), "draft")


def differences(book: Case, case: Case, law: Requirements, example: Example) -> Iterator[str]:
    """What the law data do otherwise than the case says, one sentence each; nothing where they agree.

    Args:
        book: the whole file, for what its cases share.
        case: one of its cases.
        law: the law data in use.
        example: gives the drafts cases change.

    Raises:
        KeyError, ValueError, IndexError: the case itself cannot be read, e.g. no such step, date or place of the draft.
    """
    judge = {"draft": _of_draft, "step": _of_step, "clocks": _of_clocks, "between": _of_between}[kind_of(case)]
    yield from judge(book, case, law, example)


def _of_draft(book: Case, case: Case, law: Requirements, example: Example) -> Iterator[str]:
    draft = example(_of(book, case, "draft"))
    if basis := _of(book, case, "basis"):
        draft["legal_basis"] = [{"instrument": id_} for id_ in basis]
    answer = law.assess(changed(draft, case.get("change", {})), _moment(_of(book, case, "today")))
    if "findings" in case:
        yield from _compared((f"{each.rule} {each.path}" for each in answer.findings), book, case)
    outcomes = {result.rule: result.outcome.value for result in answer.checklist}
    for rule, said in case.get("outcomes", {}).items():
        if outcomes.get(rule) != said:
            yield f"{rule} came out as {outcomes.get(rule, 'no rule of this request')}, not as {said}."


def _of_step(book: Case, case: Case, law: Requirements, _: Example) -> Iterator[str]:
    basis, at = tuple(_of(book, case, "basis") or ()), _moment(_of(book, case, "today"))
    kind = _of(book, case, "kind") or ASSISTANCE
    answer = law.judge(case["step"], case["facts"], basis, kind, at)
    yield from _compared((f"{each.rule} {each.path}" for each in answer), book, case)


def _of_clocks(book: Case, case: Case, law: Requirements, _: Example) -> Iterator[str]:
    said = case["clocks"]
    anchors = {word: _day_or_moment(when) for word, when in said["anchors"].items()}
    instruments = _of(book, said, "basis") or ()
    kind = _of(book, said, "kind") or ASSISTANCE
    clocks = [
        clock
        for clock in _clocks(law.lawbook, instruments, kind)
        if clock.anchor in anchors and clock.rule.startswith(_only(book, case))
    ]
    found = run(clocks, anchors, _day_or_moment(said["on"]))
    for name in ("fired", "running"):
        if name in said:
            names = (f"{clock.rule} {clock.id}" for clock, _ in getattr(found, name))
            yield from _differing(names, said[name], f"{name} on {said['on']}")


def _of_between(_: Case, case: Case, law: Requirements, __: Example) -> Iterator[str]:
    said = case["between"]
    day = date.fromisoformat(said["on"])
    kind = said.get("kind", ASSISTANCE)
    found = candidates(law.lawbook, said["from"], said["to"], day, kind, tuple(said.get("measures", ())))
    governs = next((basis.instrument for basis in found if basis.governing), None)
    if "governs" in said and governs != said["governs"]:
        yield f"{governs or 'nothing'} governs, not {said['governs']}."
    standings = {basis.instrument: basis.standing.value for basis in found}
    for id_, standing in said.get("standing", {}).items():
        if standings.get(id_) != standing:
            yield f"{id_} is {standings.get(id_, 'not offered')}, not {standing}."
    for id_ in said.get("absent", ()):
        if standings.get(id_, Standing.NOT_BOUND) not in {Standing.NOT_BOUND, Standing.NOT_IN_FORCE}:
            yield f"{id_} is offered as {standings[id_]}."


def changed(draft: Any, change: Case) -> Case:
    """The draft with each path set; None takes a field or element away, the last ones first."""
    for path, value in sorted(change.items(), key=lambda item: item[1] is None):
        *way, last = [int(part) if part.isdigit() else part for part in path.split("/")]
        node = draft
        for part in way:
            node = node[part]
        if value is None:
            del node[last]
        elif isinstance(node, list) and last == len(node):
            node.append(value)
        else:
            node[last] = value
    assert isinstance(draft, dict)
    return draft


def _of(book: Case, case: Case, field: str) -> Any:
    """What the case says, else what its file says for all of its cases."""
    return case.get(field, book.get(field))


def _compared(found: Iterable[str], book: Case, case: Case) -> Iterator[str]:
    yield from _differing((each for each in found if each.startswith(_only(book, case))), case["findings"], "found")


def _differing(found: Iterable[str], said: Iterable[str], where: str) -> Iterator[str]:
    """Both as lists: what stands twice must be said twice."""
    left = list(said)
    for each in found:
        if each in left:
            left.remove(each)
        else:
            yield f"{each} is {where}, and the case does not say so."
    for each in left:
        yield f"{each} is not {where}."


def _only(book: Case, case: Case) -> tuple[str, ...]:
    """The prefixes of the rules compared; all where neither the case nor its file names any."""
    return tuple(_of(book, case, "only") or ("",))


def _clocks(lawbook: Lawbook, instruments: Iterable[str], kind: str) -> list[Clock]:
    return [
        Clock(
            rule=rule.id, instrument=treaty.id, source=rule.source, url=rule.url, checked_on=None, **clock.model_dump()
        )
        for treaty, rule in lawbook.rules(tuple(instruments))
        if kind in rule.kinds
        for clock in rule.clocks
    ]


def _moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(12), UTC)


def _day_or_moment(text: str) -> date | datetime:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
