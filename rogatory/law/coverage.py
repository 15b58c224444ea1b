"""Which rules of the inventory the law data hold, and why the others are left out; reads the one inventory file."""

import re
from collections.abc import Iterator
from importlib.resources import files
from typing import Any, NamedTuple

from rogatory.law.model import Lawbook, Rule, Treaty
from rogatory.law.yaml_text import parse


class Covered(NamedTuple):
    """One rule of the inventory."""

    id: str
    about: str
    rules: tuple[tuple[Treaty, Rule], ...]
    """The rules of the law data that hold it; none: it is left out."""
    reason: str
    """Why it is left out; empty where it is held, or where nobody gave a reason."""


def coverage(lawbook: Lawbook) -> list[Covered]:
    """Every rule of the inventory, in its order."""
    inventory = parse((files("rogatory.law") / "inventory.yaml").read_text("utf-8")).value
    held: dict[str, list[tuple[Treaty, Rule]]] = {}
    for book in [*lawbook.treaties.values(), lawbook.house]:
        for rule in book.rules:
            held.setdefault(rule.id, []).append((book, rule))
            if (plain := re.sub("[a-z]$", "", rule.id)) != rule.id:
                held.setdefault(plain, []).append((book, rule))
    return [
        Covered(id_, about, tuple(held.get(id_, ())), inventory["left_out"].get(id_, ""))
        for id_, about in _ids(inventory["groups"])
    ]


def markdown(covered: list[Covered]) -> str:
    """The inventory as a page: the rules held by instrument, then those left out with the reason."""
    out = [each for each in covered if not each.rules]
    kept = [each for each in covered if each.rules]
    lines = [
        "# Coverage of the law",
        "",
        "Made by `rogatory law coverage --out docs/law-coverage.md`; a test fails when it is not current.",
        f"Of {len(covered)} rules of the inventory, {len(kept)} are in the law data and {len(out)} are left out.",
        "",
        "*blocks*: a fault stops the request; only a rule whose article was read may. *warns*: it is told, no more.",
        "*asks*: a question for the reviewer. *noted*: it gives a period, a ground or a limit and asks nothing.",
        "",
        "## Left out",
        "",
        "| Rule | Of | Reason |",
        "|---|---|---|",
        *[f"| {each.id} | {each.about} | {each.reason or 'NO REASON GIVEN'} |" for each in out],
    ]
    about = ""
    for each in kept:
        if each.about != about:
            about = each.about
            lines += ["", f"## {about}", "", "| Rule | Held as | Article | Effect | Read |", "|---|---|---|---|---|"]
        for book, rule in each.rules:
            read = rule.checked.on.isoformat() if rule.checked else "not yet"
            lines.append(f"| {each.id} | {rule.id} in {book.id} | {rule.article} | {effect(rule)} | {read} |")
    return "\n".join(lines) + "\n"


def effect(rule: Rule) -> str:
    """What a rule does, in a word."""
    if rule.person is not None:
        return "asks"
    if rule.must is None and rule.check is None:
        return "noted"
    return "blocks" if rule.severity == "error" else "warns"


def _ids(groups: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for group in groups:
        for part in group["ids"]:
            first, _, last = part.partition("-")
            numbers = [f"{n:02}" for n in range(int(first), int(last) + 1)] if last else [first]
            for number in numbers:
                if number not in group.get("except", ()):
                    yield f"{group['prefix']}-{number}", group["about"]
