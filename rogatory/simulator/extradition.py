"""The requested state in an extradition: it arrests, asks, decides offence by offence, surrenders, and consents or not.

Pure: from what is known of a case, the reports due now, in order. What it knows of a request is what the letter's
attached case.json says. Everything happens on the day it is reported: a simulator keeps nobody waiting for months.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from rogatory.simulator.docket import SimulatedCase
from rogatory.simulator.evidence import Made, page

ABOUT_THE_WARRANT = (
    "Before the court decides, please confirm that the warrant of arrest is still in force and has not been replaced "
    "(European Convention on Extradition, article 13)."
)
PRISON = "Norholm Remand Prison"
MAX_OFFENCES, MAX_THINGS = 200, 20


@dataclass(frozen=True)
class Course:
    """How this state acts in every extradition."""

    refused: dict[int, str] = field(default_factory=dict)
    """Number of an offence to the ground on which it is refused."""
    demanded: tuple[str, ...] = ()
    """Assurances it wants before it decides for good."""
    not_found: bool = False
    consents: bool = False
    """The person consents."""
    renounces: bool = False
    """And renounces the rule of speciality."""
    asks: bool = True
    """One question before the decision."""
    waives: bool = True
    """It consents to other charges, and to re-extradition."""


@dataclass(frozen=True)
class Report:
    """One report: an act of this state, with the fields of that act."""

    step: str
    act: str
    fields: dict[str, JsonValue]


def is_extradition(case: JsonValue) -> bool:
    """Whether a letter's case.json asks for a person."""
    return _request(case).get("kind") == "extradition"


def asked_for(case: JsonValue) -> tuple[int, tuple[str, ...]]:
    """How many offences the request names, and the property it asks for, in words."""
    request = _request(case)
    offences, sought = request.get("offences"), request.get("property_sought")
    number = len(offences) if isinstance(offences, list) else 0
    things = [each.get("description") for each in sought if isinstance(each, dict)] if isinstance(sought, list) else []
    return min(number, MAX_OFFENCES), tuple(" ".join(str(each).split())[:200] for each in things[:MAX_THINGS])


def act_of(case: JsonValue) -> str | None:
    """The command id of the act a document speaks of, by its case.json; our answer names it."""
    facts = case.get("facts") if isinstance(case, dict) else None
    act = facts.get("act") if isinstance(facts, dict) else None
    return act if isinstance(act, str) else None


def before_the_request(case: SimulatedCase, course: Course, now: datetime) -> Iterator[Report]:
    """After a request for provisional arrest: the arrest, or that nobody was found."""
    if not case.provisional:
        return
    if course.not_found:
        said = "The person has left the address stated; a search in the registers of Xenland found no other."
        yield Report("not-found", "report-not-found", {"reason": said})
    else:
        yield _arrest(case, now)


def upon_the_request(case: SimulatedCase, course: Course, now: datetime) -> Iterator[Report]:
    """After the formal request: an arrest where none was made, consent, and the decision."""
    today = now.date().isoformat()
    if not case.provisional:
        yield _arrest(case, now)
    if course.asks and not case.replied:
        return
    if course.consents:
        yield Report(
            "consent",
            "report-consent",
            {
                "before": "District Court of Norholm",
                "before_judge": True,
                "counsel": True,
                "interpreter": True,
                "renounces_speciality": course.renounces,
                "given_on": today,
            },
        )
    if course.demanded:
        yield Report("decision-subject", "report-decision", decision(case, course, today, course.demanded))
    if not course.demanded or case.assured:
        yield Report("decision", "report-decision", decision(case, course, today, ()))
    if not granted(case, course) or (course.demanded and not case.assured):
        return
    yield Report("appointed", "appoint", {"on": today, "place": "Norholm airport, gate of the border police"})
    yield Report(
        "surrender",
        "report-surrender",
        {
            "surrendered_at": now.isoformat(timespec="seconds"),
            "place": "Norholm airport, gate of the border police",
            "days_detained": 0,
            "medical": "In good health; no medicines.",
            "property_announced": bool(case.sought),
        },
    )


def afterwards(case: SimulatedCase, course: Course, now: datetime) -> Iterator[Report]:
    """Answers to what was asked after the decision: consent to a charge, to re-extradition, a prosecution here."""
    for waiver in case.waivers:
        yield Report(f"waiver:{waiver}", "report-waiver", {"waiver": waiver, **_answer(course)})
    for onward in case.onward:
        yield Report(f"onward:{onward}", "report-reextradition", {"onward": onward, **_answer(course)})
    if case.prosecution:
        said: dict[str, JsonValue] = {
            "kind": "convicted",
            "decided_on": now.date().isoformat(),
            "final": True,
            "sentence_months": 30,
            "obligations_done": True,
        }
        yield Report("outcome", "report-outcome", said)


def granted(case: SimulatedCase, course: Course) -> list[int]:
    """The offences for which this state surrenders the person."""
    return [number for number in range(1, case.offences + 1) if number not in course.refused]


def decision(case: SimulatedCase, course: Course, today: str, demanded: tuple[str, ...]) -> dict[str, JsonValue]:
    """The decision, with reasons for what is refused."""
    refused: list[JsonValue] = [
        {"offence": number, "ground": ground} for number, ground in sorted(course.refused.items())
        if number <= case.offences
    ]  # fmt: skip
    said: dict[str, JsonValue] = {
        "granted": [*granted(case, course)],
        "refused": refused,
        "demanded": [*demanded],
        "surrender": "immediate",
        "decided_on": today,
        "notified_on": today,
        "days_detained": 0,
    }
    if not demanded:
        said["final_on"] = today
    if refused:
        said["reasons"] = REASONS.get(str(next(iter(sorted(course.refused.items())))[1]), "The law of Xenland bars it.")
    return said


def property_of(case: SimulatedCase, today: str) -> list[Made]:
    """The property handed over: a record of each thing, and the list signed for."""
    made = [
        Made(
            name=f"seizure-record-{number}.txt",
            content=(
                f"Record of seizure {number}, {PRISON}, {today}\nCase {case.own}; your reference {case.reference}\n"
                f"Seized and sealed: {thing}\nSeal NX {4400 + number}\nDEMO: invented.\n"
            ).encode(),
            media_type="text/plain",
            description=f"Record of the seizure of: {thing}"[:200],
            measure=None,
            source="Police of Norholm",
        )
        for number, thing in enumerate(case.sought, 1)
    ]
    listed = "\n".join(f"{number}. {thing[:90]}" for number, thing in enumerate(case.sought, 1))
    text = f"List of property handed over, {today}\nCase {case.own}; your reference {case.reference}\n\n{listed}\n"
    return [
        *made,
        Made(
            name="property-list.pdf",
            content=page(f"{text}\nDEMO: invented."),
            media_type="application/pdf",
            description="List of property handed over with the person",
            measure=None,
            source="Police of Norholm",
        ),
    ]


REASONS = {
    "territoriality": (
        "Part of the conduct took place at Norholm; under the law of Xenland it is regarded as committed here, and the "
        "prosecutor of Norholm has opened proceedings for it (European Convention on Extradition, article 7(1))."
    ),
    "nationality": "The person is a national of Xenland (European Convention on Extradition, article 6(1)).",
}


def _arrest(case: SimulatedCase, now: datetime) -> Report:
    return Report(
        "arrest",
        "report-arrest",
        {
            "arrested_on": now.date().isoformat(),
            "arrested_at": now.isoformat(timespec="seconds"),
            "told_on": now.date().isoformat(),
            "place": PRISON,
            "foreign_reference": case.own,
        },
    )


def _answer(course: Course) -> dict[str, JsonValue]:
    if course.waives:
        return {"granted": True}
    return {"granted": False, "reasons": "The conduct is not extraditable under the law of Xenland."}


def _request(case: JsonValue) -> dict[str, JsonValue]:
    request = case.get("request") if isinstance(case, dict) else None
    return request if isinstance(request, dict) else {}
