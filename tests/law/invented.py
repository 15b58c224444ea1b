"""Invented instruments and lists of parties between XV and XN, laid over the law data of the package."""

from datetime import date
from typing import Any

from rogatory.law.model import Lawbook, Party, Rule, Treaty
from rogatory.law.registry import load_lawbook

DAY = date(2026, 11, 22)
STATES = ("XV", "XN")


def treaty(id_: str, **fields: Any) -> Treaty:
    """An instrument in force that carries mutual assistance, with nothing in it but what is given."""
    given: dict[str, Any] = {
        "kind": "convention",
        "title": f"Convention {id_}",
        "short": id_.upper(),
        "called": "the Convention",
        "carries": {"mutual-assistance": "article 1"},
        "url": "https://treaties.example/",
        "rules": (),
    }
    return Treaty(id=id_, **(given | fields))


def rule(id_: str, **fields: Any) -> Rule:
    """A rule for mutual assistance that is noted, unless a way to decide it is given."""
    given: dict[str, Any] = {
        "title": f"Rule {id_}",
        "article": "art. 9",
        "source": "XT art. 9",
        "url": "",
        "class": "C",
        "severity": "warning",
        "kinds": ("mutual-assistance",),
        "message": "{title}",
        "fix": "mend it",
    }
    return Rule.model_validate({"id": id_, **given, **fields})


def party(state: str, **fields: Any) -> Party:
    """A row of a list that speaks for the day the tests stand on."""
    given: dict[str, Any] = {"since": date(2000, 1, 1), "source": "https://depositary.example/", "as_of": DAY}
    return Party(state=state, **(given | fields))


def lawbook(*treaties: Treaty, alone: bool = True, **parties: tuple[Party, ...]) -> Lawbook:
    """The law data with these instruments (and, unless `alone`, those of the package); lists by id, - written _."""
    own = load_lawbook()
    named = {each.id: each for each in treaties}
    return own.model_copy(
        update={
            "treaties": named if alone else own.treaties | named,
            "parties": {id_.replace("_", "-"): rows for id_, rows in parties.items()},
        }
    )


def bound(*treaties: Treaty, alone: bool = True) -> Lawbook:
    """The law data where both states are bound by each of these instruments."""
    rows = (party("XV"), party("XN"))
    return lawbook(*treaties, alone=alone, **{each.id.replace("-", "_"): rows for each in treaties})
