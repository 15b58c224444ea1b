"""Every paper that an official may order, in the case it belongs to, with the facts the catalogue gives as examples."""

import json
from functools import cache

from pydantic import JsonValue

from rogatory.adapters.catalogue_data import load_catalogue
from rogatory.documents.catalogue import Catalogue
from rogatory.documents.dossier import Act, Dossier
from rogatory.documents.views import sheet
from schemas.documents import DocumentOrder, Sheet
from schemas.identifiers import Role
from tests.documents import dossiers, extradition_case, sole_letters

ORDERED = "ordered-1"
PAPERS = [name for name, kind in load_catalogue().documents.items() if kind.ordered_by]


@cache
def case_of(kind: str) -> Dossier:
    """A case of that kind, in which everything has happened that its documents speak of."""
    if kind == "mutual-assistance":
        return dossiers.dossier()
    if kind == "extradition":
        return extradition_case.dossier()
    return sole_letters.dossier_of(next(each for each in sole_letters.FILES if kind.split("-", maxsplit=1)[0] in each))


def examples(name: str, catalogue: Catalogue | None = None) -> dict[str, JsonValue]:
    """The facts of a paper, each as its example."""
    return {fact: each.example for fact, each in (catalogue or load_catalogue()).of(name).facts.items()}


def ordered_in(case: Dossier, given: dict[str, JsonValue]) -> Dossier:
    """The case with an order on its ledger."""
    act = Act(
        sequence=case.ledger_size + 1,
        at=dossiers.OPENED,
        task=case.reference,
        act="order-document",
        by="prosecutor",
        role=Role.PROSECUTOR,
        command_id=ORDERED,
        facts={},
        words={"given": json.dumps(given)},
        statement=dossiers.digest("ordered"),
        line=dossiers.digest("ordered line"),
    )
    return case.model_copy(update={"acts": (*case.acts, act)})


def paper(
    name: str, kind: str | None = None, catalogue: Catalogue | None = None, given: dict[str, JsonValue] | None = None
) -> Sheet:
    """The sheet of a paper; in the first kind of case it belongs to, with its examples, unless others are named."""
    catalogue = catalogue or load_catalogue()
    case = case_of(kind or catalogue.of(name).kinds[0])
    order = DocumentOrder(
        reference=case.reference,
        document=name,
        order_id=f"{case.reference}.document-{ORDERED}",
        request=dossiers.digest("request 2"),
        version=1,
        at=dossiers.OPENED,
        facts={"ordered": ORDERED},
    )
    facts = examples(name, catalogue) if given is None else given
    return sheet(order, ordered_in(case, facts), catalogue)
