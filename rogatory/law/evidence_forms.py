"""Forms of evidence as data: what a court needs, where that was read, and the words that ask for it."""

import json
from functools import cache
from importlib.resources import files
from typing import Literal

from rogatory.errors import FindingsError, NotFoundError
from rogatory.law.schema_faults import faults, validator
from rogatory.law.yaml_text import parse
from schemas.identifiers import Record


class EvidenceForm(Record):
    """One form."""

    id: str
    title: str
    kind: Literal["custodian-certificate", "digital-certificate", "oath", "video-record", "true-copy", "translation"]
    states: tuple[str, ...] = ()
    cite: str
    source: str
    checked: str | None
    """The day the text was read; None: not read, so it may only remind."""
    unknown: str = ""
    elements: dict[str, str]
    marks: dict[str, str] = {}
    """Element to its letter or part in the text, e.g. (A)."""
    complete: tuple[str, ...] = ()
    """What whoever certifies states beside the elements."""
    digests: bool = False
    """Whether each file stands on the certificate with its digest."""
    ask: str


@cache
def evidence_forms() -> dict[str, EvidenceForm]:
    """The forms known, by id. Raises FindingsError when the data are spoilt."""
    folder = files("rogatory.law")
    value = parse((folder / "evidence_forms.yaml").read_text(encoding="utf-8")).value
    schema = json.loads((folder / "evidence_forms.schema.json").read_text(encoding="utf-8"))
    if wrong := faults(validator(schema), value):
        raise FindingsError(f"evidence_forms.yaml: {wrong[0].message}", "Restore the file.")
    return {id_: EvidenceForm.model_validate({"id": id_, **form}) for id_, form in value.items()}


def form_of(id_: str) -> EvidenceForm:
    """Raises NotFoundError."""
    if id_ not in evidence_forms():
        raise NotFoundError(f"There is no form of evidence {id_[:60]}.", f"Known: {', '.join(evidence_forms())}")
    return evidence_forms()[id_]


def words_for(measure: str, form: EvidenceForm) -> str:
    """What the request says to ask for a form: the measure first, so that it is found again."""
    return f"For measure {measure}: {form.ask}"


def asked_in(procedures: list[str], measure: str) -> list[EvidenceForm]:
    """The forms a request asks for with a measure, by the words of its particular procedures."""
    own = [words for words in procedures if words.startswith(f"For measure {measure}:")]
    return [form for form in evidence_forms().values() if any(form.cite in words for words in own)]
