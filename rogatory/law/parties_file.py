"""A list of parties: CSV, one row a state and a span of time, with where it was found and for what day. Pure."""

import csv
from collections.abc import Iterator
from datetime import date
from typing import Any

from rogatory.law.schema_faults import Fault
from rogatory.law.yaml_text import Document, Place, YamlFaultError

COLUMNS = ("state", "since", "until", "declarations", "basis", "source", "as_of", "conflict")
_MEANS = {"yes": True, "": False}


def parse_parties(text: str) -> Document:
    """The rows as `{"rows": [...]}`, each value with its line (a field's column is not kept).

    Empty dates are left out; `conflict` becomes true or false where it is one of yes and nothing.

    Raises:
        YamlFaultError: the first line is not the header, or a row has too few or too many fields.
    """
    reader = csv.reader(text.split("\n"), strict=True)
    document = Document({"rows": []}, {(): Place(1, 1, 1), ("rows",): Place(1, 1, 1)})
    header, first = False, 1
    try:
        for cells in reader:
            line, first = first, reader.line_num + 1
            if not header:
                if tuple(cells) != COLUMNS:
                    raise YamlFaultError("The first line is not the header.", 1, 1, f"write {','.join(COLUMNS)}")
                header = True
            elif cells:
                if len(cells) != len(COLUMNS):
                    said = f"The row has {len(cells)} fields; {len(COLUMNS)} are needed."
                    raise YamlFaultError(said, line, 1, "put a field that holds a comma in double quotes")
                _put(document, dict(zip(COLUMNS, cells, strict=True)), line, reader.line_num)
    except csv.Error as error:
        raise YamlFaultError(f"This is not CSV: {error}.", first, 1, "check the double quotes") from error
    if not header:
        raise YamlFaultError("The file is empty.", 1, 1, f"write {','.join(COLUMNS)}")
    return document


def _put(document: Document, cells: dict[str, str], line: int, last: int) -> None:
    rows = document.value["rows"]
    row: dict[str, Any] = {
        name: cell.strip() for name, cell in cells.items() if cell.strip() or name not in ("since", "until")
    }
    row["conflict"] = _MEANS.get(row["conflict"], row["conflict"])
    for path in (("rows", len(rows)), *(("rows", len(rows), name) for name in row)):
        document.values[path] = Place(line, 1, last)
    rows.append(row)


def parties_sound(value: dict[str, Any]) -> Iterator[Fault]:
    """What the schema cannot say of a list of parties: a state's spans of time do not overlap."""
    spans: dict[str, list[tuple[date, date]]] = {}
    for number, row in enumerate(value["rows"]):
        since = date.fromisoformat(row["since"]) if "since" in row else date.min
        until = date.fromisoformat(row["until"]) if "until" in row else date.max
        if until < since:
            yield Fault(("rows", number, "until"), f"{row['state']}: until lies before since.", "correct one of them")
        if any(since <= end and start <= until for start, end in spans.get(row["state"], [])):
            said = f"{row['state']} is there twice for the same time."
            yield Fault(("rows", number, "state"), said, "keep one row, or give the first an until before")
        spans.setdefault(row["state"], []).append((since, until))
