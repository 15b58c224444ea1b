"""Applies the law data to a draft: what is missing, on whose authority, and the whole checklist. Pure.

    assess(draft, lawbook, at)                      the whole answer as a LegalAssessment
    Requirements(lawbook).raise_all(draft, today)   what is wrong, with paths as tuples, for whoever knows the lines

A draft is judged as plain values (JSON of schemas.request.Draft, by alias), whatever its shape: what cannot be read is
left to the form's own check. A rule comes out as

    MET              it applies, and nothing is wrong
    NOT_MET          it applies, and at least one finding says why
    NOT_APPLICABLE   nothing in the draft falls under it
    PERSON           no machine decides it: its question goes to the reviewer
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from pydantic import JsonValue

from rogatory.law.crossfield import CHECKS, Breach, Situation
from rogatory.law.law_file import SHAPES
from rogatory.law.model import Fragment, Lawbook, Rule, Treaty
from rogatory.law.schema_faults import faults, nearest, validator
from rogatory.law.yaml_text import Path
from schemas.assessment import Finding, LegalAssessment, RuleOutcome, RuleResult, Severity

FORM = "form"


class Raised(NamedTuple):
    """A finding with what is needed to find its line."""

    path: Path
    finding: Finding
    at_key: bool = False


class Requirements:
    """The rules of a lawbook, ready to judge; safe to share between threads."""

    def __init__(self, lawbook: Lawbook) -> None:
        self.lawbook = lawbook
        self._details = {
            type_: validator({"$defs": SHAPES, **measure.fields}) for type_, measure in lawbook.measures.items()
        }

    def assess(self, draft: dict[str, JsonValue], at: datetime) -> LegalAssessment:
        """The whole answer for the law of `at` (aware)."""
        today = at.astimezone(UTC).date()
        raised = list(self._form(draft))
        checklist = []
        for treaty, rule in self._bearing(draft):
            result, breaches = self._apply(treaty, rule, draft, today)
            checklist.append(result)
            raised += breaches
        ids = self._instruments(draft)
        return LegalAssessment(
            law_digest=self.lawbook.digest,
            instruments=ids,
            instrument_titles=tuple(self.lawbook.treaties[id_].title for id_ in ids),
            assessed_at=at,
            findings=tuple(each.finding for each in raised),
            checklist=tuple(checklist),
        )

    def raise_all(self, draft: dict[str, Any], today: date) -> list[Raised]:
        """Everything wrong with a draft, by the law and by the fields its measures ask for."""
        raised = list(self._form(draft))
        for treaty, rule in self._bearing(draft):
            raised += self._apply(treaty, rule, draft, today)[1]
        return raised

    def _instruments(self, draft: Mapping[str, Any]) -> tuple[str, ...]:
        """The ids of the legal basis that we know, the governing one first."""
        basis = draft.get("legal_basis")
        named = [each.get("instrument") for each in basis if isinstance(each, dict)] if isinstance(basis, list) else []
        return tuple(dict.fromkeys(id_ for id_ in named if isinstance(id_, str) and id_ in self.lawbook.treaties))

    def _bearing(self, draft: Mapping[str, Any]) -> tuple[tuple[Treaty, Rule], ...]:
        return self.lawbook.rules(self._instruments(draft))

    def _apply(self, treaty: Treaty, rule: Rule, draft: dict[str, Any], today: date) -> tuple[RuleResult, list[Raised]]:
        """One rule over the draft, or over each element it ranges over."""
        falling = [(base, element) for base, element in _ranged(rule, draft) if _fits(rule.applies, element)]
        raised: list[Raised] = []
        for base, element in falling:
            case = Situation(draft, element, base, rule, treaty, self.lawbook, today)
            raised += [Raised(breach.path, _finding(rule, breach, element)) for breach in _breaches(case)]
        if not falling:
            outcome, note = RuleOutcome.NOT_APPLICABLE, rule.otherwise
        elif rule.person is not None:
            outcome, note = RuleOutcome.PERSON, rule.person
        elif raised:
            outcome, note = RuleOutcome.NOT_MET, " ".join(each.finding.message for each in raised)
        else:
            outcome, note = RuleOutcome.MET, ""
        return (
            RuleResult(
                rule=rule.id,
                title=rule.title,
                source=rule.source,
                url=rule.url,
                checked_on=rule.checked.on if rule.checked else None,
                severity=rule.severity,
                outcome=outcome,
                note=note,
            ),
            raised,
        )

    def _form(self, draft: dict[str, Any]) -> Iterator[Raised]:
        """Names the law data do not know, and the details of each measure against its own fields."""
        book = self.lawbook
        for number, basis in enumerate(_listed(draft, "legal_basis")):
            id_ = basis.get("instrument") if isinstance(basis, dict) else None
            if isinstance(id_, str) and id_ not in book.treaties:
                path: Path = ("legal_basis", number, "instrument")
                said = f'"{id_}" is not an instrument in the law data.{nearest(id_, book.treaties)}'
                yield _form_fault(path, said, "one of: " + ", ".join(book.treaties))
        for field in ("from", "to"):
            code = draft.get(field)
            if isinstance(code, str) and re.fullmatch("[A-Z]{2}", code) and code not in book.states:
                said = f'The law data hold no profile of "{code}": its central authority and languages are not known.'
                yield _form_fault(
                    (field,), said, f"add states/{code}.yaml to the overlay; known: {', '.join(book.states)}"
                )
        for number, measure in enumerate(_listed(draft, "measures")):
            type_ = measure.get("type") if isinstance(measure, dict) else None
            if not isinstance(type_, str):
                continue
            if type_ not in book.measures:
                said = f'"{type_}" is not a type of assistance.{nearest(type_, book.measures)}'
                yield _form_fault(("measures", number, "type"), said, "one of: " + ", ".join(sorted(book.measures)))
            elif isinstance(measure.get("details"), dict):
                for fault in faults(self._details[type_], measure["details"], ("measures", number, "details")):
                    yield _form_fault(fault.path, fault.message, fault.fix, at_key=fault.at_key)


def assess(draft: dict[str, JsonValue], lawbook: Lawbook, at: datetime) -> LegalAssessment:
    """The law's answer to a draft.

    Args:
        draft: plain values, as `Draft.model_dump(mode="json", by_alias=True, exclude_none=True)` gives them.
        lawbook: what registry.load_lawbook read.
        at: the moment whose law is asked for, aware.
    """
    return Requirements(lawbook).assess(draft, at)


def path_of(path: Path) -> str:
    """A path as findings show it, e.g. measures/0/details/period/from."""
    return "/".join(map(str, path))


def _listed(draft: Mapping[str, Any], field: str) -> list[Any]:
    value = draft.get(field)
    return value if isinstance(value, list) else []


def _ranged(rule: Rule, draft: dict[str, Any]) -> list[tuple[Path, Any]]:
    if rule.each is None:
        return [((), draft)]
    return [((rule.each, number), element) for number, element in enumerate(_listed(draft, rule.each))]


def _fits(fragment: Fragment, value: Any) -> bool:
    return fragment if isinstance(fragment, bool) else Draft202012Validator(fragment).is_valid(value)


def _breaches(case: Situation) -> Iterator[Breach]:
    """What is wrong: one breach for a fragment that is not met, as many as a check finds."""
    rule = case.rule
    if rule.check is not None:
        yield from CHECKS[rule.check](case)
    elif rule.must is not None and not _fits(rule.must, case.element):
        if rule.at:
            yield Breach((*case.base, *rule.at.split("/")), {})
        else:
            fragment = rule.must if isinstance(rule.must, dict) else {"not": {}}
            yield Breach(faults(Draft202012Validator(fragment), case.element, case.base)[0].path, {})


def _finding(rule: Rule, breach: Breach, element: Any) -> Finding:
    own = {key: each for key, each in element.items() if isinstance(each, str)} if isinstance(element, dict) else {}
    words = {**own, **breach.words}
    return Finding(
        path=path_of(breach.path),
        severity=rule.severity,
        rule=rule.id,
        source=rule.source,
        message=_fill(rule.message, words),
        fix=_fill(rule.fix, words),
    )


def _fill(text: str, words: Mapping[str, object]) -> str:
    """Puts the words into the braces; nothing in a word is read again."""
    return re.sub(r"\{([a-z_]+)\}", lambda match: str(words.get(match[1], match[0]))[:200], text)


def _form_fault(path: Path, message: str, fix: str, *, at_key: bool = False) -> Raised:
    finding = Finding(path=path_of(path), severity=Severity.ERROR, rule=FORM, source="", message=message, fix=fix)
    return Raised(path, finding, at_key)
