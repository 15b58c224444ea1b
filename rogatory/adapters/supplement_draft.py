"""Drafts the program writes: a supplementary request for what is missing, a form of evidence added to a draft."""

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import LiteralScalarString

from rogatory.errors import NotFoundError, UsageError
from rogatory.law.evidence_forms import EvidenceForm, words_for
from rogatory.reconciling import MeasureRow
from schemas.filed import AnyDraft
from schemas.identifiers import MeasureId, Reference
from schemas.request import Draft

LEFT_OUT = {"translation", "enclosures", "clauses", "oral_request"}
LONG = 90


def supplement_draft(draft: Draft, reference: Reference, missing: Mapping[MeasureId, Sequence[str]]) -> str:
    """A draft as YAML that supplements a request: its measures of which something is missing, and why, as comments."""
    values = draft.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=LEFT_OUT)
    values["measures"] = [each for each in values["measures"] if each["id"] in missing]
    procedures = [
        each
        for each in values.pop("procedure", [])
        if not each["what"].startswith("For measure ") or each["what"].split(":")[0].split()[-1] in missing
    ]
    if procedures:
        values["procedure"] = procedures
    values["supplements"] = reference
    written = CommentedMap(_long(values))
    lines = [f"A supplementary request to {reference}. Asked again, because:"]
    lines += [f"  {measure}: {why}" for measure, reasons in missing.items() for why in reasons]
    lines += ["Say in each measure what is still wanted; name protected persons under `sealed` again; then check it."]
    written.yaml_set_start_comment("\n".join(lines))
    out = io.StringIO()
    _yaml().dump(written, out)
    return out.getvalue()


def supplement_for(draft: AnyDraft, reference: Reference, rows: Sequence[MeasureRow]) -> tuple[str, list[MeasureId]]:
    """As supplement_draft, of the measures nobody left and of which something is missing; and those measures.

    Raises:
        NotFoundError: nothing is missing.
    """
    missing = {row.measure: row.missing for row in rows if row.open and row.missing}
    if not missing or not isinstance(draft, Draft):
        raise NotFoundError(f"Nothing that was asked for is missing in {reference}.")
    return supplement_draft(draft, reference, missing), list(missing)


def add_form(path: Path, measure: MeasureId, form: EvidenceForm) -> bool:
    """Writes a form of evidence into a draft's particular procedures; says whether it was not there yet.

    Raises:
        UsageError: the file cannot be read or written, is no draft, or has no such measure.
    """
    yaml = _yaml()
    try:
        draft = yaml.load(path.read_text(encoding="utf-8"))
    except Exception as error:
        raise UsageError(f"{path} cannot be read as a draft.", "See: rogatory draft check") from error
    measures = draft.get("measures") if isinstance(draft, dict) else None
    if not isinstance(measures, list) or measure not in [each.get("id") for each in measures if isinstance(each, dict)]:
        raise UsageError(f"{path} has no measure {measure}.")
    words = words_for(measure, form)
    procedures = draft.setdefault("procedure", [])
    told = [str(each.get("what")) for each in procedures if isinstance(each, dict)]
    if any(each.startswith(f"For measure {measure}:") and form.cite in each for each in told):
        return False
    reason = f"The court takes such evidence in this form only: {form.title} ({form.cite})."
    procedures.append({"what": LiteralScalarString(words + "\n"), "reason": LiteralScalarString(reason + "\n")})
    out = io.StringIO()
    yaml.dump(draft, out)
    try:
        path.write_text(out.getvalue(), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error
    return True


def facts_file() -> str:
    """The facts of a report on use as YAML: what a person has to say; the uses the report reads from the ledger."""
    facts = CommentedMap({"period": "TODO", "conditions_kept": "TODO"})
    facts.yaml_set_start_comment(
        "Facts of the report on use. Uses, consents and disclosures are read from the ledger: all of them, or with\n"
        "since: 2026-11-01 and until: 2027-07-31 those of these days."
    )
    out = io.StringIO()
    _yaml().dump(facts, out)
    return out.getvalue()


def _yaml() -> YAML:
    yaml = YAML(typ="rt")
    yaml.width = 120
    yaml.preserve_quotes = True
    return yaml


def _long(value: object) -> object:
    """Long words as blocks, which a person can edit."""
    if isinstance(value, dict):
        return {name: _long(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_long(each) for each in value]
    if isinstance(value, str) and (len(value) > LONG or "\n" in value):
        return LiteralScalarString(value if value.endswith("\n") else value + "\n")
    return value
