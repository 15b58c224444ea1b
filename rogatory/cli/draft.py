"""rogatory draft: write a request, check it, look at its letter."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.output import clean, dim, emit, line, next_step, say, table, warn, width
from rogatory.cli.session import session
from rogatory.cli.working import working
from rogatory.errors import FindingsError, UsageError

if TYPE_CHECKING:
    from rogatory.adapters.draft_file import DraftFile
    from rogatory.cli.new_draft import Choices
    from rogatory.law.model import Lawbook
    from schemas.assessment import Finding
    from schemas.filed import AnyDraft

EARLIER = re.compile(r"[A-Z]{2}-\d{4}-\d{4}")
BLOCKED = FindingsError.exit_code
MOST = 100  # findings shown at once; --json gives them all
Kind = Literal["mutual-assistance", "extradition", "preservation", "spontaneous-information"]
WIDEST = 100  # columns of a quoted line; a paragraph in one line is shown around the fault


def new(
    *,
    kind: Annotated[Kind, Parameter(help="Of which kind of request.")] = "mutual-assistance",
    types: Annotated[tuple[str, ...], Parameter(name="--type", help="What you need; repeat it for more.")] = (),
    to: Annotated[str | None, Parameter(help="The requested state, e.g. XN.")] = None,
    from_: Annotated[
        str | None,
        Parameter(
            name="--from",
            help="The requesting state, default this installation's; or the reference of an earlier request to copy.",
        ),
    ] = None,
    basis: Annotated[tuple[str, ...], Parameter(help="The legal basis, the governing one first.")] = (),
    file_number: Annotated[str | None, Parameter(help="Your file number.")] = None,
    urgent: Annotated[bool, Parameter(negative="", help="Ask for speed.")] = False,
    supplements: Annotated[str | None, Parameter(help="Our reference of the request this one adds to.")] = None,
    out: Annotated[Path, Parameter(help="The file to write.")] = Path("request.yaml"),
    force: Annotated[bool, Parameter(negative="", help="Write over a file that is there.")] = False,
) -> None:
    """Write a draft to fill in: commented, with TODO where something is still to be written.

    What no flag says is asked at a terminal; after Ctrl-C, the same command goes on with the answers. A schema is
    written beside it, for editors that complete and check.
    """
    from rogatory.cli.new_draft import Choices

    lawbook = _lawbook()
    given = Choices(types, to, from_, basis, file_number, urgent, kind, supplements)
    if out.exists() and not force:
        raise UsageError(f"{out} is there already: nothing was written.", "Name another with --out, or add --force.")
    if from_ and EARLIER.fullmatch(from_):
        text, choices, kind = _copy(from_, given, lawbook)
        _write_new(text, choices, lawbook, out, kind)
        return
    from rogatory.cli.new_draft import choose, commented_draft
    from rogatory.cli.new_extradition import commented_extradition
    from rogatory.cli.wizard import Interview, filled_in

    asked = Interview(out.parent / ".rogatory" / f"{out.name}.answers.json") if session().may_ask else None
    try:
        choices = choose(given, lawbook, asked)
    except (KeyboardInterrupt, EOFError) as stopped:
        if asked and asked.answers:
            warn("\nStopped. Your answers are kept: run the same command to go on.")
        raise KeyboardInterrupt from stopped
    made = (commented_extradition if kind == "extradition" else commented_draft)(choices, lawbook, _schema_name(kind))
    _write_new(filled_in(made, asked.answers) if asked else made, choices, lawbook, out, kind)
    if asked:
        asked.forget()


def _copy(reference: str, given: "Choices", lawbook: "Lawbook") -> "tuple[str, Choices, Kind]":
    """The text of a copy, what it is about, and of which kind it is."""
    from dataclasses import replace

    from rogatory.cli.acting import desk
    from rogatory.cli.copied import copied_draft

    if given.types:
        raise UsageError("A copy has the measures of the earlier request.", "Leave --type out, and edit the copy.")
    for id_ in given.basis:
        if id_ not in lawbook.treaties:
            raise UsageError(f'"{line(id_)}" is no instrument.', "See: rogatory law list")
    filed = desk().request(reference)
    draft = filed.draft
    basis = given.basis or tuple(each.instrument for each in draft.legal_basis)
    types = tuple(each.type for each in getattr(draft, "measures", ()))
    text = copied_draft(reference, filed, given, _schema_name(draft.kind))
    return text, replace(given, basis=basis, types=types), draft.kind


def _schema_name(kind: str) -> str:
    return f"./.rogatory/{'extradition' if kind == 'extradition' else 'draft'}.schema.json"


def _write_new(text: str, choices: "Choices", lawbook: "Lawbook", out: Path, kind: str) -> None:
    """Writes the draft and its schema, and says what is left to do."""
    from rogatory.adapters.draft_file import todo_in
    from rogatory.law.yaml_text import parse

    schema_file = out.parent / _schema_name(kind)
    schema_file.parent.mkdir(parents=True, exist_ok=True)
    schema_file.write_text(_schema_text(lawbook, kind), encoding="utf-8")
    out.write_text(text, encoding="utf-8")
    left = len(todo_in(parse(text).value))
    if emit({"path": out, "schema": schema_file, "types": choices.types, "basis": choices.basis, "todo": left}):
        return
    say(f"Wrote {out}: {left} places are marked TODO." if left else f"Wrote {out}: nothing is left to fill in.")
    named = [lawbook.treaties[each].short if each in lawbook.treaties else each for each in choices.basis]
    say(f"Legal basis: {line(', '.join(named))}")
    next_step(f"edit {out}, then   rogatory draft check {out}")


def check(file: Path, /) -> int:
    """Check a draft: form and law, with the line and the article. Nothing is sent. (exit 3 if something blocks)

    Parameters
    ----------
    file: Path
        The draft, a YAML file.
    """
    from rogatory.adapters.draft_file import findings_of, names_of, read_draft

    lawbook = _lawbook()
    draft = read_draft(file, names_of(lawbook))
    findings = findings_of(draft, lawbook, datetime.now(UTC).date())
    errors = sum(finding.severity == "error" for finding in findings)
    if not emit({"ok": not errors, "findings": findings}):
        for finding in findings[:MOST]:
            show_finding(draft, finding)
        if len(findings) > MOST:
            say(f"... and {len(findings) - MOST} more; these first.")
        _sum_up(file, errors, len(findings) - errors)
    return BLOCKED if errors else 0


def preflight(
    file: Path,
    /,
    *,
    out: Annotated[
        Path | None, Parameter(help="The PDF to write; default: beside the draft, ending in .preflight.pdf.")
    ] = None,
) -> int:
    """Would it be returned? Write, marked DRAFT, what the requested state could answer. (exit 3 if it would be)

    What is missing or wrong with its article and what to supply, the grounds on which it could be refused and what the
    draft says to each, what would be consulted about, what is not known; then what is in order. Nothing is sent.

    Parameters
    ----------
    file: Path
        The draft, a YAML file.
    """
    from rogatory.cli.draft_preview import deficiency_letter_of

    lawbook = _lawbook()
    filed, _ = _printable(file, lawbook)
    with working("Writing what could be answered"):
        made, assessment = deficiency_letter_of(filed, lawbook)
    target = out or file.with_suffix(".preflight.pdf")
    target.write_bytes(made.pdf)
    warnings = len(assessment.findings) - assessment.blocking
    returned = assessment.blocking > 0
    if not emit(
        {
            "path": target,
            "pages": made.pages,
            "returned": returned,
            "errors": assessment.blocking,
            "warnings": warnings,
            "grounds": len([each for each in assessment.grounds if each.nature != "never"]),
        }
    ):
        said = f"{_count(assessment.blocking, 'error')}, {_count(warnings, 'warning')}"
        say(f"{'It would be returned' if returned else 'Nothing known would have it returned'}: {said}.")
        say(f"Wrote {target}: {made.pages} pages, marked DRAFT.")
        if returned:
            next_step(f"rogatory draft check {clean(str(file))}   (the lines to correct)")
        else:
            next_step(f"rogatory case submit {clean(str(file))}")
    return BLOCKED if returned else 0


def preview(
    file: Path,
    /,
    *,
    formal: Annotated[
        bool, Parameter(negative="", help="Of an extradition: the formal request, not the one for arrest before it.")
    ] = False,
    out: Annotated[Path | None, Parameter(help="The PDF to write; default: beside the draft.")] = None,
    docx: Annotated[
        Path | None, Parameter(help="Instead of a PDF, write the letter as this editable Word document.")
    ] = None,
) -> int:
    """Lay out the letter of a draft, marked DRAFT; the identities of protected persons are left out.

    Parameters
    ----------
    file: Path
        The draft, a YAML file.
    """
    from rogatory.cli.draft_preview import letter_of

    lawbook = _lawbook()
    filed, errors = _printable(file, lawbook)
    if docx is not None:
        return _preview_docx(file, filed, lawbook, formal=formal, docx=docx, errors=errors)
    with working("Laying out the letter"):
        made = letter_of(filed, lawbook, formal=formal)
    target = out or file.with_suffix(".pdf")
    target.write_bytes(made.pdf)
    if not emit({"path": target, "pages": made.pages, "errors": errors}):
        say(f"Wrote {target}: {made.pages} pages, marked DRAFT.")
        if errors:
            next_step(f"rogatory draft check {file}   ({_count(errors, 'finding')} would block it)")
        else:
            next_step(f"rogatory case submit {file}")
    return 0


def _preview_docx(file: Path, filed: "AnyDraft", lawbook: "Lawbook", *, formal: bool, docx: Path, errors: int) -> int:
    """The preview as a Word document, written over one made before, as the PDF is."""
    from rogatory.cli.case_copies import check_free
    from rogatory.cli.draft_preview import letter_sheet_of
    from rogatory.exports import write_whole
    from rogatory.letter_copies import word_copy

    check_free(docx, force=True)
    write_whole(docx, word_copy(letter_sheet_of(filed, lawbook, formal=formal), None))
    if not emit({"path": docx, "errors": errors}):
        say(f"Wrote {docx}, marked DRAFT on every page.")
        next_step(f"rogatory draft check {clean(str(file))}")
    return 0


def schema(
    *,
    kind: Annotated[Kind, Parameter(help="Of which kind of request.")] = "mutual-assistance",
    out: Annotated[Path | None, Parameter(help="The file to write; default: print it.")] = None,
) -> None:
    """Print the JSON Schema (2020-12) of a draft, with the fields of every measure."""
    text = _schema_text(_lawbook(), kind)
    if out is None:
        import json

        if not emit(json.loads(text), as_json=True):
            raise AssertionError
        return
    out.write_text(text, encoding="utf-8")
    if not emit({"path": out}):
        say(f"Wrote {out}.")


def types() -> None:
    """List the types of assistance, with what each needs."""
    lawbook = _lawbook()
    measures = [lawbook.measures[type_] for type_ in sorted(lawbook.measures)]
    rows = [
        {
            "type": measure.type,
            "title": measure.title,
            "coercive": measure.coercive,
            "provisions": measure.purposes,
            "required": measure.fields["required"],
            "return_proof": measure.return_proof,
        }
        for measure in measures
    ]
    if emit(rows):
        return
    table(
        ("Type", "What", "Coercive", "Under"),
        [
            [
                measure.type,
                measure.title,
                "yes" if measure.coercive else "no",
                "; ".join(f"{lawbook.treaties[id_].short} {article}" for id_, article in measure.purposes.items()),
            ]
            for measure in measures
        ],
    )
    next_step("rogatory law show TYPE, or rogatory draft new --type TYPE")


def show_finding(draft: "DraftFile", finding: "Finding") -> None:
    """One finding as compilers say it, with the line, a caret and what to write instead."""
    kind = "warning: " if finding.severity == "warning" else ""
    basis = f"  [{finding.rule}: {finding.source}]" if finding.source else ""
    say(f"{line(str(draft.path))}:{finding.line}:{finding.column}: {kind}{line(finding.message)}{line(basis)}")
    quoted = draft.line(finding.line)
    if not quoted.strip():
        if finding.fix:
            say(f"      {line(finding.fix)}")
        return
    start = max(0, finding.column - 1 - WIDEST // 2) if width(quoted) > WIDEST else 0
    shown = quoted[start : start + WIDEST]
    before = line(quoted[start : finding.column - 1])
    say(f"{finding.line:>5} | {line(shown)}")
    say(f"      | {' ' * width(before)}^" + (f"  {line(finding.fix)}" if finding.fix else ""))


def _printable(file: Path, lawbook: "Lawbook") -> "tuple[AnyDraft, int]":
    """The draft without its sealed identities, and how many findings block it; FindingsError if it has no form."""
    from rogatory.adapters.draft_file import SEALED, findings_of, names_of, read_draft, split_sealed

    draft = read_draft(file, names_of(lawbook))
    errors = [each for each in findings_of(draft, lawbook, datetime.now(UTC).date()) if each.severity == "error"]
    barring = [each for each in errors if each.rule in ("form", SEALED)]
    if barring:
        for finding in barring:
            show_finding(draft, finding)
        raise FindingsError(f"{file}: no letter can be made of this yet.", f"See: rogatory draft check {file}")
    filed, _ = split_sealed(draft.draft())
    return filed, len(errors)


def _sum_up(file: Path, errors: int, warnings: int) -> None:
    said = _count(warnings, "warning")
    if errors:
        say(f"{_count(errors, 'error')}, {said}. Nothing was sent.")
        return
    say(f"The draft is complete: no errors, {said}." + (dim("  A reviewer will see the warnings.") if warnings else ""))
    next_step(f"rogatory draft preview {clean(str(file))}, then   rogatory case submit {clean(str(file))}")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _lawbook() -> "Lawbook":
    """The law data with this installation's overlay."""
    from rogatory.law.registry import load_lawbook
    from rogatory.profile import Profile

    return load_lawbook(Profile.load().home / "law")


def _schema_text(lawbook: "Lawbook", kind: str = "mutual-assistance") -> str:
    import json

    from rogatory.law.draft_schema import draft_schema

    return json.dumps(draft_schema(lawbook, kind), indent=2) + "\n"
