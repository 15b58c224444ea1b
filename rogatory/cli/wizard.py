"""The questions of `rogatory draft new`: lists to pick from, lines to type, answers kept until the draft is written."""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from rogatory.cli.output import line, say, width
from rogatory.law.schema_faults import nearest

if TYPE_CHECKING:
    from rogatory.law.model import Lawbook
    from schemas.assessment import Basis

Row = tuple[str, str]
"""A name that may be chosen, and what is said of it."""
FIELDS = (
    ("subject", "In one line, what is it about? No protected name", "\nsubject: ", "TODO"),
    ("authority", "Which authority asks?", "\nrequesting_authority:\n  name: ", "TODO"),
    ("contact", "Who answers questions about it?", "\n  contact:\n    name: ", "TODO"),
    ("email", "Their e-mail address", "\n    email: ", "TODO"),
    ("proceedings", "The title of the proceedings, e.g. The State v. A. B.", "\nproceedings:\n  title: ", "TODO"),
    ("offence", "For which offence?", "\noffences:\n  - title: ", "TODO"),
    ("provision", "Under which provision?", "\n    provision: ", "TODO"),
    ("penalty", "Its maximum penalty, in years", "\n    max_penalty_years: ", "TODO"),
    ("urgent-because", "Why is it urgent?", "\n  reason: ", "TODO"),
)
"""Fields of one line: key, question, and the text in front of the word they replace."""


class Interview:
    """Asks, and keeps what was answered in a file that only its owner reads, so that a stop loses nothing."""

    def __init__(self, kept: Path) -> None:
        self.kept = kept
        self.answers: dict[str, str] = {}
        with suppress(OSError, ValueError):
            found = json.loads(kept.read_text(encoding="utf-8"))
            self.answers = {str(key): str(value) for key, value in found.items()}
        if self.answers and not self.yes("Go on with the answers kept from before? [Y/n]", usual=True):
            self.answers = {}

    def yes(self, question: str, *, usual: bool = False) -> bool:
        """A yes or no, not kept."""
        said = _typed(question).casefold()
        return said.startswith("y") if said else usual

    def line(self, key: str, question: str) -> str:
        """One line; empty where the person leaves it for later."""
        if key not in self.answers:
            self._keep(key, _typed(question))
        return self.answers[key]

    def pick(self, key: str, question: str, rows: Sequence[Row]) -> str:
        """One of the rows, by number, name, or a part of either that fits no other."""
        if self.answers.get(key) not in [name for name, _ in rows]:
            self._keep(key, _picked(question, rows))
        return self.answers[key]

    def fields(self, *, urgent: bool) -> None:
        """The fields of one line."""
        say("Enter leaves a field for later, marked TODO.")
        for key, question, _, _ in FIELDS:
            if key != "urgent-because" or urgent:
                self.line(key, question)

    def forget(self) -> None:
        """The draft is written: its answers stand there."""
        self.kept.unlink(missing_ok=True)

    def _keep(self, key: str, value: str) -> None:
        self.answers[key] = value
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        content = json.dumps(self.answers, ensure_ascii=False).encode()
        # Whoever else may read the folder: what a request is about is nobody's to know before it is sent.
        handle = os.open(self.kept, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)


def basis_rows(found: "Sequence[Basis]", lawbook: "Lawbook") -> list[Row]:
    """The instruments available between two states, the one that would govern first, and what the data know of each."""
    from rogatory.cli.law_between import WORDS
    from rogatory.law.standing import SHOWN

    rows = []
    for basis in found:
        scheme = basis.standing == "not-binding"
        if basis.standing not in SHOWN and not scheme:
            continue
        since = max((str(each.since) for each in basis.states if each.since), default="")
        words = ["no treaty: rests on an undertaking" if scheme else WORDS[basis.standing]]
        words += [f"since {since}"] if since and not scheme else []
        words += ["would govern"] if basis.governing else []
        offences = lawbook.treaties[basis.instrument].offences
        words += ["for its own offences"] if offences else []
        rows.append((basis.instrument, f"{basis.short}: {', '.join(words)}"))
    return rows


def filled_in(text: str, answers: dict[str, str]) -> str:
    """The draft with the answers in place of the TODOs they answer; an answer left empty leaves its TODO."""
    for key, _, before, todo in FIELDS:
        said = answers.get(key, "")
        if said and text.count(before + todo) >= 1:
            number = key == "penalty" and re.fullmatch(r"\d{1,3}", said)
            text = text.replace(before + todo, before + (said if number else json.dumps(said, ensure_ascii=False)), 1)
    return text


def _typed(question: str) -> str:
    from rogatory.cli.output import fit

    return input(fit(f"? {question}  > ")).strip()


def _picked(question: str, rows: Sequence[Row]) -> str:
    shown = list(rows)
    while True:
        room = max((width(name) for name, _ in shown), default=0)
        for number, (name, text) in enumerate(rows, 1):
            if (name, text) in shown:
                said = f"  {number:>3}  {name}{' ' * (room - width(name))}  {line(text)}"
                say(said.rstrip())
        said = _typed(question)
        names = [name for name, _ in rows]
        if said in names or said.upper() in names:
            return said if said in names else said.upper()
        if said.isdigit() and 0 < int(said) <= len(rows):
            return names[int(said) - 1]
        fitting = [row for row in rows if said and said.casefold() in " ".join(row).casefold()]
        if len(fitting) == 1:
            return fitting[0][0]
        shown = fitting or list(rows)
        if not fitting:
            say(f"Type a number from 1 to {len(rows)}, the name, or a part of it.{nearest(said, names)}")
