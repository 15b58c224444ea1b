"""What changed between two versions of a request, field by field, in plain words."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from itertools import zip_longest

from pydantic import JsonValue

from rogatory.documents.case_view import flat
from rogatory.documents.dossier import MeasureCard
from rogatory.documents.wording import paragraphs
from schemas.filed import AnyDraft

ONE_OF = {
    "legal_basis": "Legal basis",
    "offences": "Offence",
    "persons": "Person",
    "measures": "Measure",
    "procedure": "Procedure",
    "enclosures": "Enclosure",
}
ABSENT = "(nothing)"
Trail = tuple[str, ...]


def differences(old: AnyDraft, new: AnyDraft, measures: Mapping[str, MeasureCard]) -> list[tuple[str, str, str]]:
    """Each field that differs: its place in plain words, what it said, what it says; in the order of the new version.

    Long prose is compared by paragraph, so that a reader sees the paragraph that changed and not the whole.
    """
    before, after = (dict(_leaves(draft.model_dump(mode="json", by_alias=True), ())) for draft in (old, new))
    types = {measure.id: measure.type for draft in (old, new) for measure in draft.measures}
    rows: list[tuple[str, str, str]] = []
    for trail in dict.fromkeys([*after, *before]):
        was, now = before.get(trail), after.get(trail)
        if was == now:
            continue
        place = _place(trail, types, measures)
        if any(isinstance(said, str) and "\n\n" in said for said in (was, now)):
            rows += _by_paragraph(place, paragraphs(str(was or "")), paragraphs(str(now or "")))
        else:
            rows.append((place, _said(was), _said(now)))
    return rows


def in_words(path: str, draft: AnyDraft, measures: Mapping[str, MeasureCard]) -> str:
    """Where a finding points, in plain words; the path as JSON writes it, e.g. measures/0/details/period/from."""
    trail: list[str] = []
    value: JsonValue = draft.model_dump(mode="json", by_alias=True)
    for step in path.split("/"):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
            named = value.get("id") if isinstance(value, dict) else None
            trail.append(named if isinstance(named, str) else str(int(step) + 1))
        else:
            value = value.get(step) if isinstance(value, dict) else None
            trail.append(step)
    types = {measure.id: measure.type for measure in draft.measures}
    return _place(tuple(trail), types, measures) if path else ""


def _leaves(value: JsonValue, trail: Trail) -> Iterator[tuple[Trail, JsonValue]]:
    """Every value that holds no others; an element with an id goes by it, so that one more moves no other."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, (*trail, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            named = inner.get("id") if isinstance(inner, dict) else None
            yield from _leaves(inner, (*trail, named if isinstance(named, str) else str(number)))
    elif value is not None and trail[-1] != "id":
        yield trail, value


def _place(trail: Trail, types: Mapping[str, str], measures: Mapping[str, MeasureCard]) -> str:
    """E.g. Measure m1, Period: To."""
    if trail[0] == "measures" and len(trail) > 3 and trail[2] == "details":
        card = measures.get(types.get(trail[1], ""))
        names = [step for step in trail[3:] if not step.isdigit()]
        labels = [_label(card, names[: depth + 1]) for depth in range(len(names))]
        number = [step for step in trail[3:] if step.isdigit()]
        return f"Measure {trail[1]}, {': '.join(labels)}{' ' + number[-1] if number else ''}"
    first = ONE_OF.get(trail[0])
    if first and len(trail) > 1:
        rest = ": ".join(_words(step) for step in trail[2:])
        return f"{first} {trail[1]}{', ' + rest if rest else ''}"
    return ": ".join(_words(step) for step in trail)


def _label(card: MeasureCard | None, names: list[str]) -> str:
    return (card.labels.get("/".join(names)) if card else None) or _words(names[-1])


def _words(step: str) -> str:
    return step if step.isdigit() else step.replace("_", " ").capitalize()


def _said(value: JsonValue) -> str:
    return ABSENT if value is None else flat(value)


def _by_paragraph(place: str, was: list[str], now: list[str]) -> Iterator[tuple[str, str, str]]:
    for verb, a1, a2, b1, b2 in SequenceMatcher(a=was, b=now, autojunk=False).get_opcodes():
        if verb != "equal":
            for number, (old, new) in enumerate(zip_longest(was[a1:a2], now[b1:b2], fillvalue=ABSENT), b1 + 1):
                yield f"{place}, paragraph {number}", old, new
