"""rogatory custody label and scan: stickers for items, and the scans that bear them."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rogatory.cli.acting import CommandId, desk
from rogatory.cli.desk import at_desk
from rogatory.cli.output import emit, line, next_step, say
from rogatory.errors import NotFoundError


def label(
    reference: str,
    /,
    *items: str,
    out: Annotated[Path, Parameter(help="The PDF to write.")],
    skip: Annotated[int, Parameter(help="Places already used on the first sheet.")] = 0,
) -> None:
    """Write labels with QR codes for the items of a case: A4, 3 by 7 of 63.5 by 38.1 mm.

    Parameters
    ----------
    items: str
        The items; all of the case where none is named.
    """
    from rogatory.adapters.labels import label_sheet
    from rogatory.exports import write_whole
    from rogatory.labels import labels_of

    at = desk()
    at.register.case(reference)
    labels = labels_of(at, reference, items)
    if not labels:
        raise NotFoundError(f"There is no item in {reference} yet.", "Enter one: rogatory custody enter")
    path = write_whole(out, label_sheet(labels, max(skip, 0)))
    if emit({"reference": reference, "path": path, "labels": [{"item": one.item, "text": one.text} for one in labels]}):
        return
    say(f"Wrote {path}, {'1 label' if len(labels) == 1 else f'{len(labels)} labels'}.")
    next_step("rogatory custody scan FILE   (joins a scan to the item its label names)")


def scan(file: Path, /, *, command_id: CommandId = None) -> None:
    """Join a scanned paper to each item whose label is on it.

    Parameters
    ----------
    file: Path
        A PNG, JPEG or TIFF image, or a PDF from a scanner.
    """
    from rogatory.adapters.label_reader import read_labels
    from rogatory.item_acts import ItemActs
    from rogatory.labels import item_of

    codes = read_labels(file)
    with at_desk(ItemActs) as at:
        named = {item: text for text in codes if (item := item_of(at, text))}
        if not named:
            raise NotFoundError(
                f"{file} bears no label of an item on our record.",
                "Print one: rogatory custody label REF --out labels.pdf",
            )
        joined = []
        for number, (item, text) in enumerate(named.items()):
            id_ = f"{command_id}-{number}" if command_id else None
            joined.append({"item": item, "sequence": at.attach(item, text, file, id_).sequence})
    if emit({"path": file, "joined": joined}):
        return
    for each in joined:
        say(f"{line(file.name)} joined to {each['item']}, line {each['sequence']}.")
    next_step(f"rogatory custody show {joined[0]['item']}")
