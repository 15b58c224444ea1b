"""rogatory extradition show, clocks: where the person stands, what the law counts, what is owed."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.extradition_case import CLOCK_WORDS, Extradition, extradition, id_of, law_of
from rogatory.cli.output import due, emit, line, mark, minute, next_step, say, stamp, table

if TYPE_CHECKING:
    from rogatory.custody.ledger import Entry
    from rogatory.law.model import Lawbook
    from schemas.register import ClockRow


def show(reference: str, /) -> None:
    """Show the person's status, the periods of law, the dossier, the decision, assurances and speciality."""
    at = desk()
    case, lawbook = extradition(at, reference), law_of(at)
    clocks = at.register.clocks(reference=reference)
    if emit(_document(case, clocks)):
        return
    person = case.draft.person_sought
    row = at.register.case(reference)
    theirs = f", their reference {row.foreign_reference}" if row.foreign_reference else ""
    say(f"{reference}  {line(person.name)}, sought from {row.requested_state} for {case.draft.purpose.value}{theirs}")
    say(f"  Person      {person.status.value}; the case stands at {case.stands_at()}")
    _show_clocks(clocks)
    _show_dossier(case)
    _show_decision(case, lawbook)
    _show_assurances(case)
    if case.told("report-surrender"):
        _show_speciality(case)
    next_step(f"rogatory extradition clocks {reference}" if clocks else f"rogatory case show {reference}")


def clocks(
    reference: str,
    /,
    *,
    all_: Annotated[bool, Parameter(name="--all", negative="", help="Those that were met or stopped too.")] = False,
) -> None:
    """List the periods of law that run, with the day and the article, and what may or must happen then."""
    at = desk()
    extradition(at, reference)
    rows = at.register.clocks(reference=reference, open_only=not all_)
    if emit([clock_shown(row) for row in rows]):
        return
    if not rows:
        say("No period of the law runs." if not all_ else "No period of the law has run.")
        next_step(f"rogatory extradition show {reference}")
        return
    now = datetime.now(UTC)
    table(
        ("What", "From", "Due", "Then", "Under", "State"),
        [
            [row.what, f"{row.anchor} {row.anchored_on}", due(row.due, now), then_of(row), row.source, state_of(row)]
            for row in rows
        ],
    )
    say("No period closes the case when it has run: what may or must happen then is for people.")
    next_step(f"rogatory extradition show {reference}")


def clock_shown(row: "ClockRow") -> dict[str, object]:
    """A period as programs read it."""
    return row.model_dump(mode="json") | {"due": stamp(row.due), "started_at": stamp(row.started_at)}


def then_of(row: "ClockRow") -> str:
    """What the running out of a period means, e.g. "then must: the person must be released"."""
    effect = CLOCK_WORDS.get(row.effect, row.effect)
    return f"{effect}: {row.then}" if row.then else effect


def state_of(row: "ClockRow") -> str:
    """Where a period stands."""
    if row.state == "met":
        return f"met by {row.met_by} on {row.met_on}" + ("" if row.in_time else ", too late")
    return {"ran-out": "has run"}.get(row.state, row.state) + (", day not certain" if row.estimated else "")


def _show_clocks(rows: "list[ClockRow]") -> None:
    now = datetime.now(UTC)
    for row in rows:
        said = "has run" if row.state == "ran-out" else f"due {due(row.due, now)}"
        unsure = ", day not certain" if row.estimated else ""
        say(f"  Clock       {line(row.what)}: {said}{unsure}; {line(then_of(row))}  ({line(row.source)})")


def _show_dossier(case: Extradition) -> None:
    papers = {paper.item: paper for paper in case.assessment.dossier}
    if not papers:
        return
    missing = case.missing
    say(f"  Dossier     {len(papers) - len(missing)} of {len(papers)} papers ready")
    for item, paper in papers.items():
        pages = case.supplied.get(item)
        here = f", {pages} pages" if pages else ""
        say(f"    {mark(item not in missing)} {item}  {line(paper.title)}{here}  ({paper.source})")


def _show_decision(case: Extradition, lawbook: "Lawbook") -> None:
    decided = case.decision
    if decided is None:
        return
    demanded = decided.facts.get("demanded")
    words = case.words(decided)
    more = "" if not demanded else f"; first it wants: {', '.join(_strings(demanded))}"
    say(f"  Decision    of {decided.facts.get('decided_on')}, surrender {decided.facts.get('surrender')}{more}")
    for number, offence in enumerate(case.draft.offences, 1):
        ground = case.refused.get(number)
        why = f"refused: {lawbook.words.grounds.get(ground, ground)}" if ground else "not decided"
        said = "granted" if number in case.granted else why
        say(f"    {mark(number in case.granted)} {number} {line(offence.title)}: {line(said)}")
    for name in ("reasons", "conditions"):
        if words.get(name):
            say(f"    {name.capitalize()}: {line(words[name])}")


def _show_assurances(case: Extradition) -> None:
    for given in case.draft.assurances:
        say(f"  Assurance   {given.kind.replace('_', ' ')}: with the request, by {line(given.given_by)}")
    for entry in case.told("give-assurance"):
        say(f"  Assurance   {str(entry.facts['kind']).replace('_', ' ')}: on demand, {minute(entry.at)}")
    for entry in case.told("assurance-breached"):
        say(f"  {mark(False)} NOT KEPT  {str(entry.facts.get('kind')).replace('_', ' ')}, {minute(entry.at)}")


def _show_speciality(case: Extradition) -> None:
    surrendered = case.told("report-surrender")[-1].facts
    moment = datetime.fromisoformat(str(surrendered["surrendered_at"]))
    say(f"  Surrendered {minute(moment)}; {surrendered.get('days_detained')} days to be deducted")
    say(f"  Speciality  {_rule(case)}")
    answers = case.answers("report-waiver", "waiver")
    for entry in case.told("request-waiver"):
        id_ = id_of(entry)
        said = {True: "given", False: "refused", None: "not answered"}[answers.get(id_)]
        title = case.words(entry).get("title", "another charge")
        say(f"    {mark(answers.get(id_))} consent for {line(title)}: {said}   (id {id_})")
    onward = case.answers("report-reextradition", "onward")
    for entry in case.told("request-reextradition"):
        id_ = id_of(entry)
        said = {True: "given", False: "refused", None: "not answered"}[onward.get(id_)]
        say(f"    {mark(onward.get(id_))} consent to send on to {entry.facts.get('to')}: {said}   (id {id_})")
    for entry in case.told("propose-charge"):
        say(f"    {mark(True)} charge {line(case.words(entry).get('title', '(words erased)'))}, {minute(entry.at)}")
    for entry in case.told("report-discharge"):
        say(f"  Discharged  free to leave on {entry.facts.get('free_to_leave_on')}")
    for entry in case.told("report-departure"):
        back = entry.facts.get("returned_on")
        say(f"  Left        {entry.facts.get('left_on')}" + (f", came back {back}" if back else ""))
    for entry in case.told("report-outcome"):
        say(f"  Outcome     {entry.facts.get('kind')}, {entry.facts.get('decided_on')}")


def _rule(case: Extradition) -> str:
    if _renounced(case):
        return "renounced by the person: no other rule binds"
    if any(entry.facts.get("returned_on") for entry in case.told("report-departure")):
        return "ended: the person left and came back"
    granted = ", ".join(str(number) for number in case.granted)
    return f"charges are allowed for offence {granted}; any other needs consent"


def _renounced(case: Extradition) -> bool:
    return any(entry.facts.get("renounces_speciality") is True for entry in case.told("report-consent"))


def _document(case: Extradition, rows: "list[ClockRow]") -> dict[str, object]:
    """The whole as programs read it."""
    row = case.desk.register.case(case.reference)
    person, decided = case.draft.person_sought, case.decision
    return {
        "reference": case.reference,
        "requested_state": row.requested_state,
        "foreign_reference": row.foreign_reference,
        "status": row.status,
        "stands_at": case.stands_at(),
        "person": {"name": person.name, "status": person.status.value, "purpose": case.draft.purpose.value},
        "clocks": [clock_shown(each) for each in rows],
        "dossier": [
            {"item": each.item, "title": each.title, "ready": each.item not in case.missing, "source": each.source}
            for each in {paper.item: paper for paper in case.assessment.dossier}.values()
        ],
        "decision": None
        if decided is None
        else {
            "decided_on": decided.facts.get("decided_on"),
            "surrender": decided.facts.get("surrender"),
            "demanded": decided.facts.get("demanded") or [],
            "offences": [
                {
                    "offence": number,
                    "title": offence.title,
                    "granted": number in case.granted,
                    "ground": case.refused.get(number),
                }
                for number, offence in enumerate(case.draft.offences, 1)
            ],
        },
        "assurances": [each.kind for each in case.draft.assurances]
        + [entry.facts.get("kind") for entry in case.told("give-assurance")],
        "speciality": {
            "granted": case.granted,
            "renounced": _renounced(case),
            "waivers": _asked(case.told("request-waiver"), case.answers("report-waiver", "waiver")),
            "onward": _asked(case.told("request-reextradition"), case.answers("report-reextradition", "onward")),
            "charges": len(case.told("propose-charge")),
            "discharged_on": next((e.facts.get("free_to_leave_on") for e in case.told("report-discharge")), None),
        },
    }


def _asked(entries: "list[Entry]", answers: dict[str, bool]) -> list[dict[str, object]]:
    ids = [id_of(entry) for entry in entries]
    return [{"id": id_, "granted": answers.get(id_)} for id_ in ids]


def _strings(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
