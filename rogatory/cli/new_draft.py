"""The draft that `rogatory draft new` writes: every field with its comment, TODO where a person must write."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from textwrap import fill, indent
from typing import TYPE_CHECKING

from rogatory.cli.output import say
from rogatory.cli.wizard import Interview, Row, basis_rows
from rogatory.errors import UsageError
from rogatory.law.schema_faults import nearest
from rogatory.law.standing import SHOWN
from schemas.request import SOLE_MEASURES

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook
    from schemas.assessment import Basis


@dataclass(frozen=True)
class Choices:
    """What a new draft is about, as far as it is known."""

    types: tuple[str, ...]
    to: str | None
    from_: str | None
    basis: tuple[str, ...]
    file_number: str | None
    urgent: bool
    kind: str = "mutual-assistance"
    supplements: str | None = None


def choose(given: Choices, lawbook: "Lawbook", ask: Interview | None) -> Choices:
    """The choices made whole: by flags, else by asking, else by what the law data leave open.

    Raises:
        UsageError: something is missing and nobody may be asked, or a name is not known.
    """
    if ask:
        say("New request.  Ctrl-C stops; nothing is sent until you submit.")
    home = _home_state()
    person = given.kind == "extradition"
    if person and given.types:
        raise UsageError("A request for extradition asks for no measures.", "Leave --type out.")
    if given.supplements and not re.fullmatch(r"[A-Z]{2}-\d{4}-\d{4}", given.supplements):
        raise UsageError(f'--supplements: "{given.supplements}" is not one of our references.', "E.g. XV-2026-0001")
    sole = SOLE_MEASURES.get(given.kind)
    if sole and set(given.types) - {sole}:
        raise UsageError(f"A draft of the kind {given.kind} holds measures of type {sole} only.", "Leave --type out.")
    types = (
        given.types
        or ((sole,) if sole else ())
        or ((ask.pick("type", "What do you need?", _types(lawbook)),) if ask and not person else ())
    )
    from_ = given.from_ or (home if home in lawbook.states else None)
    from_ = from_ or (ask.pick("from", "Which state requests?", _states(lawbook, "")) if ask else None)
    to = given.to or (ask.pick("to", "From which state?", _states(lawbook, from_ or "")) if ask else None)
    for value, flag in ((types or person, "--type"), (from_, "--from"), (to, "--to")):
        if not value:
            raise UsageError(f"{flag} is missing, and nobody can be asked.", "See: rogatory draft new --help")
    from_, to = str(from_).upper(), str(to).upper()
    for type_ in types:
        _known(type_, lawbook.measures, "type of assistance", "rogatory draft types")
    for code in (from_, to):
        _known(code, lawbook.states, "state in the law data", "rogatory law list")
    for instrument in given.basis:
        _known(instrument, lawbook.treaties, "instrument", "rogatory law list")
    basis = _basis(given, lawbook, from_, to, types, ask)
    number = given.file_number or (ask.line("file-number", "Your file number") if ask else None)
    urgent = given.urgent or bool(ask and ask.line("urgent", "Is it urgent? [y/N]").casefold().startswith("y"))
    if ask:
        ask.fields(urgent=urgent)
    return replace(given, types=types, to=to, from_=from_, basis=basis, file_number=number or None, urgent=urgent)


def _basis(
    given: Choices, lawbook: "Lawbook", from_: str, to: str, types: tuple[str, ...], ask: Interview | None
) -> tuple[str, ...]:
    """The instruments given, or chosen of those the data show to be available, or the one that would govern."""
    if given.basis:
        return given.basis
    found = _between(lawbook, from_, to, "extradition" if given.kind == "extradition" else "mutual-assistance", types)
    rows = basis_rows(found, lawbook)
    if ask and rows:
        silent = sum(each.standing == "unknown" for each in found)
        say(f"In the law data between {from_} and {to}" + (f", for {', '.join(types)}:" if types else ":"))
        if silent:
            say(f"  (of {silent} others the data are silent: rogatory law between {from_} {to})")
        return _with_convention(ask.pick("basis", "On what legal basis?", rows), lawbook)
    shown = tuple(each.instrument for each in found if each.standing in SHOWN)[:1]
    if not shown:
        raise UsageError(
            f"The law data know of no instrument between {from_} and {to}.",
            "Name one with --basis; see: rogatory law list",
        )
    return shown


def _types(lawbook: "Lawbook") -> list[Row]:
    return [(type_, lawbook.measures[type_].title) for type_ in sorted(lawbook.measures)]


def _states(lawbook: "Lawbook", but: str) -> list[Row]:
    return [(code, lawbook.states[code].name) for code in sorted(lawbook.states) if code != but.upper()]


def commented_draft(choices: Choices, lawbook: "Lawbook", schema: str) -> str:
    """The YAML text of a new draft.

    Args:
        choices: whole, from `choose`.
        lawbook: for the measures' examples and the names of states.
        schema: the schema's path as the draft's folder sees it, for yaml-language-server.
    """
    states = {code: lawbook.states[code].name for code in (str(choices.from_), str(choices.to))}
    basis = "\n".join(f"  - instrument: {id_}" for id_ in choices.basis)
    trafficking = any("trafficking" in id_ for id_ in choices.basis)
    words = {
        "SCHEMA": schema,
        "KIND": choices.kind,
        "SUPPLEMENTS": added_to(choices),
        "FROM": f"{choices.from_} # {states[str(choices.from_)]}",
        "TO": f"{choices.to} # {states[str(choices.to)]}",
        "BASIS": basis,
        "FILE": json.dumps(choices.file_number) if choices.file_number else "TODO",  # JSON is YAML too
        "OFFENCE": "trafficking" if trafficking else "TODO",
        "LEVEL": "urgent" if choices.urgent else "routine",
        "REASON": "reason: TODO" if choices.urgent else "# reason: TODO",
        "MEASURES": "\n".join(_measure(number, type_, lawbook) for number, type_ in enumerate(choices.types, 1)),
    }
    text = re.sub("@([A-Z]+)@", lambda place: words[place[1]], _DRAFT)
    return text if _asks_scope(choices, lawbook) else re.sub(_SCOPE, "", text)


def _asks_scope(choices: Choices, lawbook: "Lawbook") -> bool:
    """Whether an instrument chosen wants the offence shown to be transnational and of an organised group."""
    rules = [rule for id_ in choices.basis for rule in lawbook.treaties[id_].rules]
    return any("scope" in str(rule.must) for rule in rules)


def added_to(choices: Choices) -> str:
    """The line that names the request a supplementary one adds to; a comment where there is none."""
    return f"{'' if choices.supplements else '# '}supplements: {choices.supplements or 'the request this one adds to'}"


def _measure(number: int, type_: str, lawbook: "Lawbook") -> str:
    measure = lawbook.measures[type_]
    guide = fill(f"{measure.title}. {measure.guide}", 110, initial_indent="  # ", subsequent_indent="  # ")
    details = indent(measure.example.rstrip(), "      ")
    return f"{guide}\n  - id: m{number}\n    type: {type_}\n    persons: [p1]\n    details:\n{details}"


def _between(lawbook: "Lawbook", from_: str, to: str, kind: str, types: tuple[str, ...]) -> "tuple[Basis, ...]":
    """What the data say today of every instrument, the one that would govern first."""
    from rogatory.law.basis import candidates

    return candidates(lawbook, from_, to, datetime.now(UTC).date(), kind, types)


def _with_convention(instrument: str, lawbook: "Lawbook") -> tuple[str, ...]:
    """A protocol is cited with the convention it supplements."""
    supplements = lawbook.treaties[instrument].supplements
    return (supplements, instrument) if supplements else (instrument,)


def _known(name: str, among: Iterable[str], what: str, see: str) -> None:
    options = list(among)
    if name not in options:
        raise UsageError(f'"{name}" is no {what}.{nearest(name, options)}', f"See: {see}")


def _home_state() -> str | None:
    """The state of this installation, where there is one."""
    from rogatory.profile import Profile

    try:
        state = json.loads((Profile.load().home / "config.json").read_text(encoding="utf-8")).get("state")
    except (OSError, ValueError, AttributeError):
        return None
    return state if isinstance(state, str) else None


_SCOPE = r"# Reasonable grounds to suspect both[^\n]*\nscope:\n(?:  [^\n]*\n)+\n"
_DRAFT = """\
# yaml-language-server: $schema=@SCHEMA@
# A request for mutual legal assistance. Replace every TODO; remove what you do not need. Lines that begin with # are
# for you and are not sent. Check it at any time:  rogatory draft check FILE
schema_version: 1
kind: @KIND@
from: @FROM@
to: @TO@
language: en # a language the requested state accepts
subject: TODO # one line, without the name of a protected person
@SUPPLEMENTS@

legal_basis: # the first one governs; see: rogatory law list
@BASIS@

# The authority making the request, and what it does in these proceedings (UNTOC 18(15)(a)-(b)).
requesting_authority:
  name: TODO
  functions: TODO # e.g. conducts the investigation and will conduct any prosecution
  # address: TODO
  # official: TODO
  contact:
    name: TODO
    post: TODO
    email: TODO
    phone: "TODO"
    # hours: TODO, with the time zone
# conducting_authority: only if another authority conducts the proceedings: name, functions

# What the proceedings are about, and where they stand (UNTOC 18(15)(b)).
proceedings:
  title: TODO # e.g. The State v. A. B. and others
  file_number: @FILE@
  # court: TODO
  stage: investigation # investigation | prosecution | trial | judgment | confiscation
  nature: |
    TODO: since when, for what, against whom, by what orders so far

offences:
  - title: TODO
    provision: TODO # statute and section
    text: |
      TODO: the words of the provision, translated if need be
    max_penalty_years: TODO # a number; a life sentence is written 100
    # organised-group | laundering | corruption | obstruction | trafficking; remove it for another serious crime
    convention_offence: @OFFENCE@

# Reasonable grounds to suspect both are enough (UNTOC 18(1)).
scope:
  transnational: |
    TODO: in what way the offence is transnational
  organised_group: |
    TODO: why an organised criminal group is suspected

# Who did what, when, where and how, and how each fact is known (UNTOC 18(15)(c)). Protected persons: pseudonym only.
facts: |
  TODO

link: |
  TODO: why the evidence or property is believed to be in the requested state

# Whatever is sent may be used for this only (UNTOC 18(15)(f), 18(19)).
purpose: |
  TODO

# Identity, location and nationality of each person concerned; a value, or: not known (UNTOC 18(15)(e)).
persons:
  - id: p1
    role: TODO # suspect | accused | witness | victim | expert | account-holder | third-party
    name: TODO # a protected person has no name here, but pseudonym: V1, protected: true, and an identity under sealed:
    born: not known
    nationality: not known
    location: not known
    relation: TODO # how the person is concerned
    # sealed: # never printed, never sent in the open
    #   name: TODO

measures:
@MEASURES@

# Why the conduct would also be an offence in the requested state (UNTOC 18(9)).
dual_criminality:
  statement: |
    TODO

# procedure: # a particular procedure to be followed, with its reason (UNTOC 18(15)(d), 18(17))
#   - what: TODO
#     reason: TODO

urgency:
  level: @LEVEL@ # routine | urgent
  # reply_by: 2027-01-31, with a reason (UNTOC 18(24))
  @REASON@

# The requested state keeps the fact and substance of the request confidential (UNTOC 18(20)).
confidentiality:
  required: true
  reason: |
    TODO

undertakings:
  use_limitation: true
  reciprocity: true
  death_penalty_excluded: true

# prior_contacts: contacts between police, financial intelligence units, liaison officers, with references
# enclosures:
#   - title: TODO
#     pages: 1
"""
