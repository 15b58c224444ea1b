"""The rows of schedules: the items of a delivery, and the custody events of every item.

A row is plain: the same values are printed, and travel as JSON and CSV under these names. Digests are hexadecimal.
"""

from pydantic import JsonValue

from rogatory.documents import views_evidence
from rogatory.documents.dossier import Dossier
from schemas.documents import DocumentOrder

Row = dict[str, JsonValue]
DIGEST_IS = {"receive": "measured", "accept": "measured", "offer": "offered", "sign-off": "signed-for"}


def evidence_schedule(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """One delivery, item by item.

    The requested state may read it: an item's description and source are shown only where they are that state's own
    words, which came in its package; what our officials wrote of items entered by hand stays in the custody record.
    """
    delivery = views_evidence.delivery(order, dossier)
    items = delivery["items"]
    assert isinstance(items, list)
    rows: list[JsonValue] = [
        _item(number, item, shown=bool(delivery["by_machine"]))
        for number, item in enumerate(items, 1)
        if isinstance(item, dict)
    ]
    return {"number": delivery["number"], "received_at": delivery["received_at"], "rows": rows}


def custody_schedule(order: DocumentOrder, dossier: Dossier) -> dict[str, JsonValue]:
    """Every event of every item, the items in order and the events of each by line of the ledger."""
    forms = views_evidence.custody_form(order, dossier)["forms"]
    assert isinstance(forms, list)
    rows: list[JsonValue] = [row for form in forms if isinstance(form, dict) for row in _events(form)]
    return {"rows": rows}


def _item(number: int, item: Row, *, shown: bool) -> Row:
    comparison = "different" if not item["matches"] else "equal" if item["declared"] else "undeclared"
    return {
        "number": number,
        "item": item["item"],
        "name": item["name"],
        "description": item["description"] if shown else "",
        "source": item["source"] if shown else "",
        "measure": item["measure"],
        "size": item["size"],
        "media_type": item["media_type"],
        "sha256": _digits(item["digest"]),
        "declared_sha256": _digits(item["declared"]),
        "comparison": comparison,
    }


def _events(form: Row) -> list[Row]:
    events, gaps = form["events"], form["gaps"]
    assert isinstance(events, list)
    assert isinstance(gaps, list)
    gap_lines = {gap["line"] for gap in gaps if isinstance(gap, dict)}
    rows = [_event(form, event, gap_lines) for event in events if isinstance(event, dict)]
    if gap_lines and rows and not any(row["gap"] for row in rows):
        rows[-1]["gap"] = True
    if rows:
        rows[0]["first"] = True
    return rows


def _event(form: Row, event: Row, gap_lines: set[JsonValue]) -> Row:
    act = event["act"]
    return {
        "line": event["sequence"],
        "item": form["item"],
        "name": form["name"],
        "description": form["description"],
        "source": form["source"],
        "measure": form["measure"],
        "size": form["size"],
        "media_type": form["media_type"],
        "sha256": _digits(form["digest"]),
        "declared_sha256": _digits(form["declared"]),
        "state": form["state"],
        "holder": _party(form["holder"]),
        "event": ("kept" if event["keep"] else "excluded") if act == "resolve" else act,
        "at": event["at"],
        "from": _party(event["from"]),
        "to": _party(event["to"]),
        "by": _party(event["by"]),
        "reason": event["words"],
        "statement_sha256": _digits(event["statement"]),
        "digest_sha256": _digits(event["digest"]),
        "digest_is": DIGEST_IS.get(str(act), "") if event["digest"] else "",
        "gap": event["sequence"] in gap_lines,
        "first": False,
    }


def _party(party: JsonValue) -> str:
    """Name and post; the service that acts for the authority by its code."""
    if not isinstance(party, dict) or not party:
        return ""
    return "service" if party.get("service") else f"{party['name']}, {party['post']}"


def _digits(digest: JsonValue) -> str:
    return str(digest or "").removeprefix("sha256:")
