"""The draft of a request for extradition that `rogatory draft new --kind extradition` writes."""

import json
import re
from typing import TYPE_CHECKING

from rogatory.cli.new_draft import Choices, added_to

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook


def commented_extradition(choices: Choices, lawbook: "Lawbook", schema: str) -> str:
    """The YAML text of a new draft; arguments as of new_draft.commented_draft."""
    states = {code: lawbook.states[code].name for code in (str(choices.from_), str(choices.to))}
    words = {
        "SCHEMA": schema,
        "SUPPLEMENTS": added_to(choices),
        "FROM": f"{choices.from_} # {states[str(choices.from_)]}",
        "TO": f"{choices.to} # {states[str(choices.to)]}",
        "BASIS": "\n".join(f"  - instrument: {id_}" for id_ in choices.basis),
        "FILE": json.dumps(choices.file_number) if choices.file_number else "TODO",  # JSON is YAML too
        "LEVEL": "urgent" if choices.urgent else "routine",
        "REASON": "reason: TODO" if choices.urgent else "# reason: TODO",
    }
    return re.sub("@([A-Z]+)@", lambda place: words[place[1]], _DRAFT)


_DRAFT = """\
# yaml-language-server: $schema=@SCHEMA@
# A request for extradition: one draft for the request for provisional arrest, if one is made, and for the formal one
# that follows. Replace every TODO; remove what you do not need. Lines that begin with # are for you and are not sent.
# Check it at any time:  rogatory draft check FILE
schema_version: 1
kind: extradition
from: @FROM@
to: @TO@
language: en # a language the requested state accepts
subject: TODO # one line, e.g. Extradition of A. B. for laundering
@SUPPLEMENTS@

legal_basis: # the first one governs; see: rogatory law between FROM TO --kind extradition
@BASIS@

requesting_authority:
  name: TODO
  functions: TODO # e.g. directs the proceedings and will prosecute before the Regional Court
  # address: TODO
  # official: TODO
  contact:
    name: TODO
    post: TODO
    email: TODO
    phone: "TODO"

proceedings:
  title: TODO # e.g. The State v. A. B.
  file_number: @FILE@
  # court: TODO
  stage: prosecution # investigation | prosecution | trial | judgment | confiscation
  nature: |
    TODO: since when, for what, by what orders so far

purpose: prosecution # prosecution | sentence

# Described so that the person can be found and not mistaken for another (European Convention on Extradition 12(2)(c)).
person_sought:
  name: TODO
  born: TODO # or: not known
  # birthplace: TODO
  nationality: TODO # or: not known
  # sex: female | male | other | not-known
  description: |
    TODO: height, build, hair, eyes, marks
  documents: []
  photograph: false # true where one is enclosed
  fingerprints: false
  location: TODO # where in the requested state, and how that is known
  languages: [en] # what the person understands, for the interpreter
  status: accused # accused | convicted-unsentenced | convicted | in-absentia | escaped
  # national_of_requested: true | false; leave it out where it is not known

# The order on which the person may be arrested (12(2)(a)); of a convicted person the judgment, under conviction:
warrant:
  kind: arrest warrant
  issued_by: TODO
  issued_on: TODO # 2026-10-16
  # number: TODO
  enforceable: true # in force today
# conviction:
#   court: TODO
#   decided_on: 2026-10-16
#   file_number: TODO
#   sentence_months: 36
#   remaining_months: 30
#   final: true
#   enforceable: true

# Each offence with its time, its place and its law (12(2)(b)).
offences:
  - title: TODO
    provision: TODO # statute and section
    text: |
      TODO: the words of the provision, translated if need be
    max_penalty_years: TODO # a number; a life sentence is written 100
    # convention_offence: organised-group | laundering | corruption | obstruction | trafficking
    # limitation_date: 2046-01-31
    committed: TODO # e.g. between 3 March 2024 and 31 January 2026
    place: TODO
    participation: TODO # as principal, accomplice ...
    there: # the same conduct in the law of the requested state
      title: TODO
      provision: TODO
      max_penalty_years: TODO

# Who did what, when, where and how, and how each fact is known. Protected persons: pseudonym only.
facts: |
  TODO

identity_evidence: |
  TODO: how it is known that the person sought is the person described
# evidence_statement: only where the requested state asks for it (prima facie)
limitation_statement: |
  TODO: why prosecution or punishment is not barred by lapse of time

# Arrest before the formal request, where it is urgent (16(1)-(3)).
provisional_arrest:
  requested: false
  # reason: TODO
  # channel: central-authority # central-authority | diplomatic | interpol | other-written
  existence_of_warrant: true
  will_follow: true

# persons: others named in the facts; a protected one with pseudonym: V1, protected: true, the identity under sealed:

# assurances:
#   - kind: speciality # rogatory law show assurances lists the words
#     text: TODO
#     given_by: TODO

dossier: [] # papers that are ready; the others are supplied later: rogatory extradition supply
#  - item: arrest_warrant
#    title: TODO
#    pages: 1

# property_sought:
#   - description: TODO
#     kind: evidence # evidence | proceeds

death_penalty_possible: false
life_sentence_possible: false

urgency:
  level: @LEVEL@ # routine | urgent
  @REASON@

confidentiality:
  required: true
  reason: |
    TODO

undertakings:
  use_limitation: true
  reciprocity: true
  death_penalty_excluded: true
"""
