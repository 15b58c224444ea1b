"""Schedules: what stands in place of a table too long for a letter. Pure.

1. A document whose table has more rows than its border (catalogue.yaml: `schedule`) lists the parts of a schedule.
2. A schedule is cut into parts of PART rows, fewer where names are long, and FIRST in part 1, which carries the data;
   each part is a document of its own, complete, dated, with its digest.
3. All rows travel as data with part 1: JSON, which is exact, and CSV, which is made safe for spreadsheets. The digest
   of the JSON stands on every part.
4. What a part shows depends on nothing that happens after its order, so that a retry makes the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from rogatory.documents.schedule_csv import csv_of
from schemas.documents import DocumentOrder, Part, Sheet
from schemas.identifiers import Digest, Record

PART = 500
"""Rows of one part: some 30 pages, set within 150 MB by one process."""
FIRST = 100
"""Rows of part 1: with the data of 50,000 rows it takes no more memory than the others."""
LETTERS = 400_000
"""Characters of one part, digests and all: twice of what 500 ordinary rows have."""
LISTS = ("items", "discrepant", "undeclared", "unasked", "forms", "kept", "excluded", "resolved", "by_hand")
"""What grows with the evidence in the context of a document; `shortened` leaves their lengths."""


class MadePart(Part):
    """A part that is on the ledger."""

    pages: int
    digest: Digest


class MadeSchedule(Record):
    """A schedule all of whose parts are on the ledger."""

    document: str
    rows: int
    json_digest: Digest
    """SHA-256 of rows.json, embedded in part 1."""
    csv_digest: Digest
    parts: tuple[MadePart, ...]


class Data(Record):
    """All rows of a schedule, as they travel."""

    rows: int
    json_text: str
    csv_text: str

    @property
    def json_digest(self) -> Digest:
        """SHA-256 of the JSON in UTF-8."""
        return _digest(self.json_text)

    @property
    def csv_digest(self) -> Digest:
        """SHA-256 of the CSV in UTF-8."""
        return _digest(self.csv_text)


def parts_of(rows: Sequence[Mapping[str, JsonValue]]) -> tuple[Part, ...]:
    """The parts of a schedule of these rows; one at the least."""
    parts, first, letters = list[Part](), 1, 0
    for number, row in enumerate(rows, 1):
        weight = sum(len(value) for value in row.values() if isinstance(value, str))
        full = number - first >= (PART if parts else FIRST) or letters + weight > LETTERS
        if full and number > first:
            parts.append(Part(number=len(parts) + 1, first=first, last=number - 1))
            first, letters = number, 0
        letters += weight
    return (*parts, Part(number=len(parts) + 1, first=first, last=len(rows)))


def order_of(order: DocumentOrder, schedule: str) -> DocumentOrder:
    """The order for the schedule a document needs: documents about one delivery, or one sign-off, share it."""
    delivery = order.facts.get("delivery")
    of = f"{schedule}-{delivery}" if delivery is not None else schedule
    facts = {name: order.facts[name] for name in ("task", "manifest", "delivery") if name in order.facts}
    return order.model_copy(
        update={"document": schedule, "language": None, "order_id": f"{facts.get('task')}/{of}", "facts": facts}
    )


def settled(page: Sheet) -> Sheet:
    """The schedule's sheet without what grows while its parts are made: the ledger's length and head."""
    context = {name: value for name, value in page.context.items() if name not in {"ledger", "facts"}}
    kept = ("reference", "document", "language", "version", "dated", "request_digest", "facts", "demo")
    return page.model_copy(
        update={"context": context, "data": {name: page.data[name] for name in kept if name in page.data}}
    )


def data_of(page: Sheet) -> Data:
    """All rows of a schedule's sheet, as JSON and CSV."""
    rows = rows_of(page)
    document = page.data | {"columns": list(rows[0]) if rows else [], "rows": [list(row.values()) for row in rows]}
    return Data(
        rows=len(rows),
        json_text=json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n",
        csv_text=csv_of(rows),
    )


def rows_of(page: Sheet) -> list[dict[str, JsonValue]]:
    """The rows of a schedule's sheet."""
    rows = page.context["rows"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def border_passed(page: Sheet, above: int) -> bool:
    """Whether a list of the document is longer than its border."""
    return any(len(_list(page.context, name)) > above for name in LISTS)


def shortened(page: Sheet, made: MadeSchedule, above: int, title: str) -> Sheet:
    """The document with the schedule in place of its long lists, of which the length is left, and records with gaps."""
    context, gaps = dict(page.context), 0
    for name in LISTS:
        if len(found := _list(context, name)) > above:
            broken = [row for row in found if isinstance(row, dict) and row.get("gaps")]
            gaps = gaps or len(broken)
            context[name] = [*broken[:above], *[None] * (len(found) - len(broken[:above]))]
    schedule = made.model_dump(mode="json") | {"title": title, "above": above}
    return page.model_copy(
        update={
            "context": context | {"schedule": schedule | {"gaps": gaps}},
            "data": page.data | {"schedule": schedule},
        }
    )


def _list(context: Mapping[str, JsonValue], name: str) -> Sequence[JsonValue]:
    found = context.get(name)
    return found if isinstance(found, list) else []


def _digest(text: str) -> Digest:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
