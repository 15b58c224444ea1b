"""From a draft file to a draft of its kind, with every fault at its line and column.

    read_draft(path)                  text, places, values and the findings of form
    check_draft(path, lawbook, day)   all findings: form, fields, law, sealed names, characters
    split_sealed(draft)               the draft as filed, and the sealed identities apart

A draft is YAML 1.2 in UTF-8, at most 512 KiB; a byte order mark, Windows line ends and decomposed letters are
put right.
"""

import codecs
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from rogatory.adapters.characters import unshown
from rogatory.adapters.draft_words import Form, form_faults
from rogatory.adapters.sealed_names import Leak, leaks_in, texts_in
from rogatory.documents.sealed import find_sealed, strings_in
from rogatory.errors import FindingsError, UsageError
from rogatory.law.model import Lawbook, Rule
from rogatory.law.requirements import FORM, Raised, Requirements, path_of
from rogatory.law.yaml_text import Document, YamlFaultError, parse
from rogatory.law.yaml_text import Path as Trail
from schemas.assessment import Finding, Severity
from schemas.filed import AnyDraft, model_of

LARGEST = 512 * 1024
SEALED = "VIC-03"
"""The house rule that a protected person appears by pseudonym only; no overlay can drop it."""
# Characters that turn the direction of the text around them: a name could read otherwise than it is (Unicode TR 36).
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class DraftFile:
    """A draft file as read."""

    path: Path
    text: str
    """NFC, line ends \\n; empty where the file could not be read as text."""
    positions: Document | None
    """None where the text is not YAML."""
    value: Any
    """Plain values; None where the text is not YAML."""
    findings: tuple[Finding, ...]
    """Faults of form, in order of lines."""
    form: tuple[Form, ...] = field(default=(), repr=False)
    """The same faults with their paths, as far as they have one."""

    def draft(self) -> AnyDraft:
        """The draft. Raises FindingsError where its form has faults."""
        if self.findings:
            first = self.findings[0]
            raise FindingsError(
                f"{self.path}:{first.line}:{first.column}: {first.message}", f"See: rogatory draft check {self.path}"
            )
        return model_of(self.value).model_validate_json(json.dumps(self.value), strict=True)

    def line(self, number: int) -> str:
        """A line of the file; empty beyond its end."""
        lines = self.text.split("\n")
        return lines[number - 1] if 0 < number <= len(lines) else ""


def read_draft(path: Path, states: Mapping[str, str] | None = None) -> DraftFile:
    """Reads a draft and checks its form (not the measures' fields, nor the law).

    Args:
        path: the file.
        states: names to codes beyond ISO 3166, for "write XN for Xenland".

    Raises:
        UsageError: there is no such file, or it may not be read.
    """
    text, fault = _text(path)
    if fault is not None:
        return DraftFile(path, text, None, None, (fault,))
    try:
        document = parse(text)
    except YamlFaultError as error:
        return DraftFile(path, text, None, None, (_form(error.line, error.column, str(error), error.fix),))
    if not isinstance(document.value, dict):
        said = "The file is empty." if document.value is None else "The file is not a draft: it has no fields."
        fault = _form(1, 1, said, "begin with: rogatory draft new")
        return DraftFile(path, text, document, document.value, (fault,))
    form: list[Form] = []
    try:
        model_of(document.value).model_validate_json(json.dumps(document.value), strict=True)
    except ValidationError as error:
        form = form_faults(error, document.value, states or {})
    unwritten = [Form(path, "This is still to be written.", "replace TODO") for path in todo_in(document.value)]
    form = [each for each in form if each.path not in [todo.path for todo in unwritten]] + unwritten
    findings = [_placed(document, Raised(each.path, each.finding(), each.at_key)) for each in form]
    findings += [_form(line, column, said, "remove it") for line, column, said in _turned(text)]
    return DraftFile(path, text, document, document.value, tuple(_sorted(findings)), tuple(form))


def check_draft(path: Path, lawbook: Lawbook, today: date) -> list[Finding]:
    """Every finding on a draft: of form, of the law as of `today`, and of sealed names; sorted by line.

    Raises:
        UsageError: there is no such file, or it may not be read.
    """
    return findings_of(read_draft(path, names_of(lawbook)), lawbook, today)


def names_of(lawbook: Lawbook) -> dict[str, str]:
    """Names of the states in the law data to their codes."""
    return {name: code for code, state in lawbook.states.items() for name in (state.name, state.short_name)}


def findings_of(file: DraftFile, lawbook: Lawbook, today: date) -> list[Finding]:
    """Every finding on a draft already read; see check_draft."""
    if file.positions is None or not isinstance(file.value, dict):
        return list(file.findings)
    document = file.positions
    values = without_nothing(file.value)
    raised = [*Requirements(lawbook).raise_all(values, today)]
    if values.get("clauses") or values.get("translation"):
        # Loads what makes letters, which most drafts need not wait for.
        from rogatory.adapters.draft_translation import words_raised  # noqa: PLC0415

        raised += words_raised(values, lawbook)
    # Where the form is broken, the law has nothing to judge yet.
    broken = [each.path for each in file.form if not each.weak]
    raised = [each for each in raised if not any(_within(each.path, path) for path in broken)]
    # What the form misses and the law demands is said once, with the article.
    demanded = [each.path for each in raised if each.finding.severity is Severity.ERROR]
    told = {path_of(each.path) for each in file.form if each.weak and any(_within(d, each.path) for d in demanded)}
    findings = [finding for finding in file.findings if finding.path not in told]
    findings += [_placed(document, each) for each in raised]
    guard = next(rule for rule in lawbook.house.rules if rule.id == SEALED)
    findings += [_leaked(each, guard) for each in leaks_in(file.value, document, file.text)]
    findings += _unprintable(file.value, document, file.text.split("\n"))
    return _sorted(findings)


def split_sealed(draft: AnyDraft) -> tuple[AnyDraft, bytes | None]:
    """Takes the sealed identities out of a draft.

    Returns:
        The draft as it may be filed, and the sealed annex: JSON of person id to SealedIdentity, None if there is none.

    Raises:
        FindingsError: a sealed name stands elsewhere in the draft.
    """
    sealed = {person.id: person.sealed for person in draft.persons if person.sealed is not None}
    persons = tuple(person.model_copy(update={"sealed": None}) for person in draft.persons)
    filed = draft.model_copy(update={"persons": persons})
    if not sealed:
        return filed, None
    words = "\n".join(strings_in(filed.model_dump(mode="json", by_alias=True, exclude_none=True)))
    for id_, identity in sealed.items():
        if find_sealed(words, [identity.name, *identity.also_known_as]):
            raise FindingsError(
                f"The name sealed for {id_} stands elsewhere in the draft.",
                "Find the line with: rogatory draft check FILE",
            )
    annex = {id_: identity.model_dump(mode="json", exclude_none=True) for id_, identity in sorted(sealed.items())}
    return filed, json.dumps(annex, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def without_nothing(value: Any) -> Any:
    """The values without fields left empty: an empty `facts:` is no facts."""
    if isinstance(value, dict):
        return {key: without_nothing(each) for key, each in value.items() if each is not None}
    return [without_nothing(each) for each in value] if isinstance(value, list) else value


def todo_in(value: Any, path: Trail = ()) -> list[Trail]:
    """Where `draft new` left a TODO."""
    if isinstance(value, str):
        return [path] if re.search(r"\bTODO\b", value) else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, each in inner for found in todo_in(each, (*path, key))]


def _text(path: Path) -> tuple[str, Finding | None]:
    """The file's text put right, or the finding that it is none."""
    try:
        if path.exists() and not path.is_file():
            raise UsageError(f"{path} is not a file.", "Name the draft, e.g. request.yaml")
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise UsageError(f"There is no file {path}.", "Write one with: rogatory draft new") from error
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {error}.", "Check the path and its permissions.") from error
    if len(content) > LARGEST:
        return "", _form(1, 1, f"The file is larger than {LARGEST // 1024} KiB.", "put long papers into enclosures")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "", _form(1, 1, "The file is saved as UTF-16.", "save it as UTF-8")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        return "", _form(line, column, f"The file is not UTF-8: byte 0x{content[error.start]:02x}.", "save it as UTF-8")
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")), None


def _turned(text: str) -> list[tuple[int, int, str]]:
    return [
        (text.count("\n", 0, at.start()) + 1, at.start() - text.rfind("\n", 0, at.start()), said)
        for at in list(_TURNING.finditer(text))[:20]
        for said in [f"A hidden character turns the text around here (U+{ord(at[0]):04X})."]
    ]


def _unprintable(value: Any, document: Document, lines: list[str]) -> list[Finding]:
    """Characters the letter could not show, at most 20; a sealed identity is printed nowhere and may hold any."""
    found: list[Finding] = []
    for path, words in texts_in(value):
        if "sealed" in path:
            continue
        for index, reason in unshown(words):
            if _TURNING.match(words[index]):
                continue  # told already
            place = document.place(path)
            within = range(place.line, min(place.last_line, len(lines)) + 1)
            line = next((number for number in within if words[index] in lines[number - 1]), place.line)
            column = lines[line - 1].find(words[index]) + 1 or place.column
            found.append(_form(line, column, f"The character {reason}.", "write it otherwise"))
    return found[:20]


def _form(line: int, column: int, message: str, fix: str) -> Finding:
    return Finding(
        line=line, column=column, path="", severity=Severity.ERROR, rule=FORM, source="", message=message, fix=fix
    )


def _placed(document: Document, raised: Raised) -> Finding:
    place = document.place(raised.path, key=raised.at_key)
    return raised.finding.model_copy(update={"line": place.line, "column": place.column})


def _leaked(leak: Leak, rule: Rule) -> Finding:
    return Finding(
        line=leak.line,
        column=leak.column,
        path=path_of(leak.path),
        severity=Severity.ERROR,
        rule=rule.id,
        source=rule.source,
        message=f"What is sealed for {leak.person} ({leak.what}) stands here in the open.",
        fix=f"write the pseudonym {leak.pseudonym}" if leak.pseudonym else "leave it out, or write a pseudonym",
    )


def _within(path: Trail, holder: Trail) -> bool:
    return path[: len(holder)] == holder


def _sorted(findings: list[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda each: (each.line, each.column, each.rule, each.path))
