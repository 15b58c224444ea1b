"""The case bundle: which documents it holds for whom, in which volumes, and what its cover and contents show. Pure.

A bundle is derived: every word of it follows from the ledger and the documents, so making one is no fact of the case.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, get_args

from pydantic import JsonValue

from rogatory.documents.catalogue import Catalogue
from rogatory.documents.dossier import Dossier
from schemas.documents import ANNEXES, LETTERS, DocumentOrder
from schemas.identifiers import Record
from schemas.register import DocumentRow

Audience = Literal["internal", "court", "other-state"]
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
READS: Mapping[Audience, frozenset[str]] = {
    "court": frozenset({"court", "requested-state", "third-state"}),
    "other-state": frozenset({"requested-state"}),
}
"""Whose bundle holds documents of which audience of the catalogue; the authority's own holds all. The court reads what
went abroad, too; what was written to a person is between that person and whoever wrote it."""
LARGEST_VOLUME = 50_000_000
"""Bytes after which a new volume begins; courts' and authorities' filing systems and mail take little more."""
LINK = "bundle:"
"""Scheme of the links in the contents; the assembler turns them into places within the bundle."""


class Entry(Record):
    """One original in a bundle."""

    mark: str
    """What the stamp and the contents call it: the document's number in the case, or P and the number of a paper."""
    type: str
    """A document type, or "paper" for a paper that others made."""
    title: str
    language: str
    version: int = 1
    dated: str
    """ISO 8601."""
    sha256: str
    """Hex, of the embedded bytes."""
    size: int
    pages: int
    """Of the original, shown in the bundle or not."""
    signed_by: tuple[str, ...] = ()
    """Official ids; what is signed by nobody is vouched for by its digest on the ledger alone."""
    file: str
    """Its name as an embedded file."""
    shown: bool = True
    """Its pages are in the bundle; else a slip sheet stands for them."""

    @property
    def bundle_pages(self) -> int:
        """Pages it takes in the bundle: a slip sheet is one."""
        return self.pages if self.shown else 1

    @property
    def weight(self) -> int:
        """Bytes it is reckoned to add: itself, and again its pages where they are shown."""
        return self.size * (2 if self.shown else 1)


def documents_for(rows: Sequence[DocumentRow], catalogue: Catalogue, audience: Audience) -> list[DocumentRow]:
    """The documents that audience may read, in order of making.

    Outside the authority a letter, and what is annexed to it, counts from its signature on: a version that was returned
    or replaced before anyone signed it never left the house.
    """
    if audience == "internal":
        return list(rows)
    signed = {row.version for row in rows if row.type in LETTERS and row.signed_digest}
    return [
        row
        for row in rows
        if catalogue.of(row.type).audience in READS[audience]
        and (row.type not in LETTERS or row.signed_digest is not None)
        and (row.type not in ANNEXES or row.version in signed)
    ]


def volumes_of(entries: Sequence[Entry], largest: int = LARGEST_VOLUME) -> list[list[Entry]]:
    """The entries in order, a new volume begun before one would grow beyond `largest` bytes; none is empty."""
    volumes: list[list[Entry]] = []
    weight = 0
    for entry in entries:
        if not volumes or weight + entry.weight > largest:
            volumes.append([])
            weight = 0
        volumes[-1].append(entry)
        weight += entry.weight
    return volumes


def facts_of(
    entries: Sequence[Entry],
    *,
    audience: Audience,
    whole: int,
    left_out: int,
    volume: int,
    volumes: int,
    ahead: int,
) -> dict[str, JsonValue]:
    """The facts of the cover's order.

    Args:
        entries: of this volume.
        audience: for whom it is made.
        whole: entries in all volumes together.
        left_out: documents and papers of the case that this audience is not given.
        volume: its number, from 1.
        volumes: how many there are.
        ahead: pages of cover and contents, before the first document.
    """
    contents: list[JsonValue] = []
    page = ahead + 1
    for entry in entries:
        contents.append(entry.model_dump(mode="json") | {"page": page})
        page += entry.bundle_pages
    return {
        "audience": audience,
        "contents": contents,
        "whole": whole,
        "left_out": left_out,
        "volume": volume,
        "volumes": volumes,
        "pages": page - 1,
    }


def case_bundle(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The cover: for whom, as of which line of the ledger, and the contents with every original's digest."""
    facts = order.facts
    contents = [row for row in _rows(facts["contents"]) if isinstance(row, dict)]
    return {
        "audience": facts["audience"],
        "contents": [row | {"signers": _signers(row["signed_by"], dossier)} for row in contents],
        "unseen": [row for row in contents if not row["shown"]],
        "inventories": sum(row["type"] == "evidence_inventory" for row in contents),
        "evidence": len(dossier.items),
        "whole": facts["whole"],
        "left_out": facts["left_out"],
        "volume": facts["volume"],
        "volumes": facts["volumes"],
        "pages": facts["pages"],
        "link": LINK,
    }


def data_of(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """The bundle's case.json: what it holds, by digest; the request itself stands in the letter's."""
    return {
        "reference": order.reference,
        "document": str(order.document),
        "language": order.language,
        "dated": order.at.isoformat(),
        **order.facts,
        "ledger": {"size": dossier.ledger_size, "head": dossier.ledger_head},
        "demo": dossier.demo,
    }


def _signers(ids: JsonValue, dossier: Dossier) -> list[JsonValue]:
    known = dossier.officials
    return [known[id_].name if id_ in known else id_ for id_ in map(str, _rows(ids))]


def _rows(value: JsonValue) -> Iterable[JsonValue]:
    return value if isinstance(value, list) else ()
