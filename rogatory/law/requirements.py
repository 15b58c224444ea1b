"""Applies the law data to a draft: what is missing, on whose authority, and the whole checklist. Pure.

    Requirements(lawbook).assess(draft, at)         the whole answer as a LegalAssessment
    Requirements(lawbook).raise_all(draft, today)   what is wrong, with paths as tuples, for whoever knows the lines
    Requirements(lawbook).judge(step, facts, ...)   what the law holds against a later step: a refusal, a use, a charge

A draft is judged as plain values (JSON of the drafts in schemas, by alias), whatever its shape: what cannot be read is
left to the form's own check. A rule comes out as

    MET              it applies, and nothing is wrong
    NOT_MET          it applies, and something is wrong: a finding says what
    NOT_APPLICABLE   nothing in the draft falls under it, or its instrument's paragraphs give way to another's
    PERSON           no machine decides it: its question goes to the reviewer
    NOTED            it asks nothing of the draft: it gives a period, a ground, a limit
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from jsonschema import Draft202012Validator
from pydantic import JsonValue

from rogatory.law.answers import Answers
from rogatory.law.basis import bases_of, gives_way
from rogatory.law.crossfield import CHECKS
from rogatory.law.findings import FORM, Raised, finding, form_fault, path_of
from rogatory.law.fragment_fields import SHAPES
from rogatory.law.judgment import judged
from rogatory.law.model import Fragment, Lawbook, Rule, Treaty
from rogatory.law.schema_faults import faults, nearest, validator
from rogatory.law.situation import Breach, Situation, dicts
from rogatory.law.yaml_text import Path
from schemas.assessment import Basis, Finding, LegalAssessment, RuleOutcome, RuleResult
from schemas.request import SOLE_MEASURES

__all__ = ["FORM", "Raised", "Requirements", "assess", "path_of"]
ASSISTANCE = "mutual-assistance"
DRAFT = "draft"
"""The step at which a draft is judged."""


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
        draft = _of_law(draft)
        bases = bases_of(self.lawbook, draft, today)
        checklist = []
        for treaty, rule in self._bearing(draft, bases):
            result, breaches = self._apply(treaty, rule, draft, bases, today)
            checklist.append(result)
            raised += breaches
        answers = Answers(self.lawbook, draft, bases, tuple(self._holding(draft, bases)))
        return LegalAssessment(
            law_digest=self.lawbook.digest,
            kind=_kind(draft),
            instruments=tuple(basis.instrument for basis in bases),
            instrument_titles=tuple(basis.title for basis in bases),
            assessed_at=at,
            findings=tuple(each.finding for each in raised),
            checklist=tuple(checklist),
            bases=bases,
            citations=answers.citations(),
            clocks=answers.clocks(),
            grounds=answers.grounds(),
            consultation=answers.consultation(),
            use=answers.use(),
            assurances=answers.assurances(),
            dossier=answers.dossier(),
        )

    def raise_all(self, draft: dict[str, Any], today: date) -> list[Raised]:
        """Everything wrong with a draft, by the law and by the fields its measures and instruments ask for."""
        raised = list(self._form(draft))
        draft = _of_law(draft)
        bases = bases_of(self.lawbook, draft, today)
        for treaty, rule in self._bearing(draft, bases):
            raised += self._apply(treaty, rule, draft, bases, today)[1]
        return raised

    def judge(
        self, step: str, facts: dict[str, Any], basis: tuple[str, ...], kind: str, at: datetime
    ) -> tuple[Finding, ...]:
        """What the law holds against a later step of a case.

        Args:
            step: a word of steps.yaml, e.g. refusal.
            facts: what is known of it, by the fields of the step; what is left out is not judged.
            basis: instruments of the case, the governing one first; of these, those the law data know.
            kind: mutual-assistance or extradition.
            at: the moment whose law is asked for, aware.

        Raises:
            KeyError: there is no such step.
        """
        today = at.astimezone(UTC).date()
        known = tuple(id_ for id_ in dict.fromkeys(basis) if id_ in self.lawbook.treaties)
        governing = self.lawbook.treaties[known[0]] if known else None
        form = validator({"$defs": SHAPES, **self.lawbook.steps[step].fields})
        raised = [form_fault(fault.path, fault.message, fault.fix) for fault in faults(form, facts)]
        rules = [
            (treaty, rule)
            for treaty, rule in self.lawbook.rules(known)
            if kind in rule.kinds and not (rule.fallback and gives_way(treaty, governing))
        ]
        for treaty, rule in rules:
            if rule.step == step and _fits(rule.applies, facts):
                case = Situation(facts, facts, (), rule, treaty, self.lawbook, today, (), known, kind)
                raised += [Raised(breach.path, finding(rule, breach, facts)) for breach in _breaches(case)]
        told = {each.finding.rule for each in raised}
        bearing = [
            (treaty, rule)
            for treaty, rule in rules
            if rule.id not in told and (rule.step != step or _fits(rule.applies, facts))
        ]
        return (*(each.finding for each in raised), *judged(self.lawbook, step, facts, bearing))

    def _bearing(self, draft: Mapping[str, Any], bases: tuple[Basis, ...]) -> list[tuple[Treaty, Rule]]:
        """The rules for a draft of this kind: of its instruments, the governing one first, then the house's."""
        kind = _kind(draft)
        rules = self.lawbook.rules(tuple(basis.instrument for basis in bases))
        return [(treaty, rule) for treaty, rule in rules if kind in rule.kinds and rule.step == DRAFT]

    def _holding(self, draft: dict[str, Any], bases: tuple[Basis, ...]) -> Iterator[tuple[Treaty, Rule]]:
        """The rules whose values hold for the case: those of the draft that apply, and those of later steps."""
        kind = _kind(draft)
        for treaty, rule in self.lawbook.rules(tuple(basis.instrument for basis in bases)):
            if kind not in rule.kinds or self._way_given(treaty, rule, draft, bases):
                continue
            if rule.step != DRAFT or any(_fits(rule.applies, element) for _, element in _ranged(treaty, rule, draft)):
                yield treaty, rule

    def _apply(
        self, treaty: Treaty, rule: Rule, draft: dict[str, Any], bases: tuple[Basis, ...], today: date
    ) -> tuple[RuleResult, list[Raised]]:
        """One rule over the draft, or over each element it ranges over."""
        way = self._way_given(treaty, rule, draft, bases)
        ranged = [] if way else _ranged(treaty, rule, draft)
        falling = [(base, element) for base, element in ranged if _fits(rule.applies, element)]
        raised: list[Raised] = []
        instruments, kind = tuple(basis.instrument for basis in bases), _kind(draft)
        for base, element in falling:
            case = Situation(draft, element, base, rule, treaty, self.lawbook, today, bases, instruments, kind)
            raised += [Raised(breach.path, finding(rule, breach, element)) for breach in _breaches(case)]
        if not falling:
            outcome, note = RuleOutcome.NOT_APPLICABLE, way or rule.otherwise
        elif rule.person is not None:
            outcome, note = RuleOutcome.PERSON, rule.person
        elif rule.must is None and rule.check is None:
            outcome, note = RuleOutcome.NOTED, rule.says
        elif raised:
            outcome, note = RuleOutcome.NOT_MET, " ".join(dict.fromkeys(each.finding.message for each in raised))
        else:
            outcome, note = RuleOutcome.MET, ""
        result = RuleResult(
            rule=rule.id,
            title=rule.title,
            source=rule.source,
            url=rule.url,
            checked_on=rule.checked.on if rule.checked else None,
            severity=rule.severity,
            outcome=outcome,
            note=note,
        )
        # That an instrument is not shown to bind both is told once, by the house rules on standing.
        return result, [] if rule.check == "states_bound" else raised

    def _way_given(self, treaty: Treaty, rule: Rule, draft: Mapping[str, Any], bases: tuple[Basis, ...]) -> str:
        """Why a fallback rule gives way, in a sentence; empty where it does not."""
        governing = next((basis for basis in bases if basis.governing), None)
        if not rule.fallback or treaty.fallback is None or governing is None:
            return ""
        agreed = any(each.get("agreed") for each in _named(draft) if each.get("instrument") == treaty.id)
        if agreed or not gives_way(treaty, self.lawbook.treaties[governing.instrument]):
            return ""
        return f"gives way to the {governing.short} ({treaty.short} {treaty.fallback.article})"

    def _form(self, draft: dict[str, Any]) -> Iterator[Raised]:
        """Names the law data do not know, and details and particulars against their own fields."""
        book = self.lawbook
        for number, basis in enumerate(_named(draft)):
            id_ = basis.get("instrument")
            if isinstance(id_, str) and id_ not in book.treaties:
                path: Path = ("legal_basis", number, "instrument")
                said = f'"{id_}" is not an instrument in the law data.{nearest(id_, book.treaties)}'
                yield form_fault(path, said, "one the law data have: rogatory law between FROM TO")
            elif isinstance(id_, str):
                yield from self._particulars(book.treaties[id_], basis, ("legal_basis", number, "particulars"))
        for field in ("from", "to"):
            code = draft.get(field)
            if isinstance(code, str) and re.fullmatch("[A-Z]{2}", code) and code not in book.states:
                said = f'The law data hold no profile of "{code}": its central authority and languages are not known.'
                yield form_fault(
                    (field,), said, f"add states/{code}.yaml to the overlay; rogatory law list says which there are"
                )
        for number, measure in enumerate(dicts(draft.get("measures"))):
            type_ = measure.get("type")
            if not isinstance(type_, str):
                continue
            sole = SOLE_MEASURES.get(str(draft.get("kind")))
            if sole and type_ != sole and type_ in book.measures:
                said = f'A draft of the kind {draft["kind"]} holds no measure of type "{type_}".'
                yield form_fault(("measures", number, "type"), said, f"write {sole}, or kind: mutual-assistance")
            elif type_ not in book.measures:
                said = f'"{type_}" is not a type of assistance.{nearest(type_, book.measures)}'
                yield form_fault(("measures", number, "type"), said, "one the law data have: rogatory draft types")
            elif isinstance(measure.get("details"), dict):
                for fault in faults(self._details[type_], measure["details"], ("measures", number, "details")):
                    yield form_fault(fault.path, fault.message, fault.fix, at_key=fault.at_key)

    def _particulars(self, treaty: Treaty, basis: Mapping[str, Any], path: Path) -> Iterator[Raised]:
        given = basis.get("particulars", {})
        if not treaty.fields:
            if given:
                yield form_fault(path, f"The {treaty.short} asks for no particulars.", "remove them", at_key=True)
            return
        for fault in faults(validator({"$defs": SHAPES, **treaty.fields}), given, path):
            yield form_fault(fault.path, fault.message, fault.fix, at_key=fault.at_key)


def assess(draft: dict[str, JsonValue], lawbook: Lawbook, at: datetime) -> LegalAssessment:
    """The law's answer to a draft.

    Args:
        draft: plain values, as `model_dump(mode="json", by_alias=True, exclude_none=True)` of a draft gives them.
        lawbook: what registry.load_lawbook read.
        at: the moment whose law is asked for, aware.
    """
    return Requirements(lawbook).assess(draft, at)


def _of_law(draft: dict[str, Any]) -> dict[str, Any]:
    """The draft as the law knows it: a letter of one kind of assistance is a request for assistance."""
    return draft | {"kind": ASSISTANCE} if str(draft.get("kind")) in SOLE_MEASURES else draft


def _kind(draft: Mapping[str, Any]) -> str:
    kind = draft.get("kind")
    return kind if isinstance(kind, str) else ASSISTANCE


def _named(draft: Mapping[str, Any]) -> list[dict[str, Any]]:
    return dicts(draft.get("legal_basis"))


def _ranged(treaty: Treaty, rule: Rule, draft: dict[str, Any]) -> list[tuple[Path, Any]]:
    if rule.over is not None:
        return [
            (("legal_basis", number, "particulars"), basis.get("particulars", {}))
            for number, basis in enumerate(_named(draft))
            if basis.get("instrument") == treaty.id
        ]
    if rule.each is None:
        return [((), draft)]
    listed = draft.get(rule.each)
    return [((rule.each, number), element) for number, element in enumerate(listed if isinstance(listed, list) else [])]


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
