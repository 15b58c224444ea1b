"""rogatory case: copies of a case for readers outside the program: the bundle, and the letter as a Word document."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from rogatory.cli.acting import desk
from rogatory.cli.output import emit, line, next_step, say, short, table
from rogatory.cli.working import working
from rogatory.errors import UsageError

if TYPE_CHECKING:
    from rogatory.bundles import Made

For = Literal["internal", "court", "other-state"]
Force = Annotated[bool, Parameter(negative="", help="Write over a file that is there.")]


def bundle(
    reference: str,
    /,
    *,
    out: Annotated[Path, Parameter(help="The PDF to write; several, -1-of-N, where one would pass 50 MB.")],
    for_: Annotated[For, Parameter(name="--for", help="Who reads it; what is not for them is left out.")] = "internal",
    force: Force = False,
) -> None:
    """Bind the documents of a case into one sealed PDF to read, with every original embedded in it.

    What is internal, was never signed, or names a protected person goes into no bundle for the court or the other
    state. Evidence files are not in it; the inventory is.
    """
    at = desk()
    at.register.case(reference)
    from rogatory.adapters.render_guard import GuardedRenderer
    from rogatory.bundles import CaseBundles

    with (
        working("Binding the documents"),
        GuardedRenderer(overlay=at.profile.home / "templates", processes=1) as renderer,
    ):
        bundles = CaseBundles(at.profile.home, at.ledger, at.register, at.vault, at.anchors, renderer)
        made = bundles.write(reference, out, for_, force=force)
    if emit(_as_json(reference, for_, made)):
        return
    for volume in made.volumes:
        table(
            ("No", "Document", "Version", "Pages", "sha256"),
            [[each.mark, line(each.title), each.version, each.pages, short(each.sha256)] for each in volume.entries],
        )
        say(f"Wrote {volume.path}: {volume.pages} pages, {_originals(len(volume.entries))} embedded, sealed.")
    if made.left_out:
        say(f"Not in it, for this reader: {made.left_out}.")
    say(f"As of line {made.ledger_line} of the ledger, head {made.ledger_head[:12]}.")
    next_step(f"rogatory verify {made.volumes[0].path}")


def _as_json(reference: str, for_: str, made: "Made") -> dict[str, object]:
    return {
        "reference": reference,
        "for": for_,
        "left_out": made.left_out,
        "ledger": {"size": made.ledger_line, "head": made.ledger_head},
        "volumes": [
            {
                "path": volume.path,
                "pages": volume.pages,
                "sha256": volume.sha256,
                "unsealed_sha256": volume.unsealed_sha256,
                "documents": volume.entries,
            }
            for volume in made.volumes
        ],
    }


def letter(
    reference: str,
    /,
    *,
    docx: Annotated[Path, Parameter(help="The Word document to write.")],
    number: Annotated[
        int | None, Parameter(help="Which letter, by its number in the case. Default: the one signed last.")
    ] = None,
    force: Force = False,
) -> None:
    """Write the letter as an editable Word document, for states that insist on one.

    It has the words and numbers of the PDF, and says on every page that it is not the original: the signed PDF is.
    """
    check_free(docx, force)
    at = desk()
    at.register.case(reference)
    from rogatory.adapters.render_guard import GuardedRenderer
    from rogatory.exports import write_whole
    from rogatory.letter_copies import LetterCopies

    with GuardedRenderer(overlay=at.profile.home / "templates", processes=1) as renderer:
        copies = LetterCopies(at.profile.home, at.ledger, at.register, at.vault, at.anchors, renderer)
        made = copies.docx(reference, number)
    write_whole(docx, made.content)
    if emit(
        {
            "reference": reference,
            "number": made.row.number,
            "type": made.row.type,
            "path": docx,
            "original": made.original,
        }
    ):
        return
    if made.original:
        say(f"Wrote {docx}: an editable copy, not the original. The original is the PDF {made.original[:12]}…")
        next_step(f"rogatory case documents {reference} --save DIR   (the signed PDF goes with it)")
    else:
        say(f"Wrote {docx}, marked DRAFT: nobody has signed document {made.row.number} yet.")
        next_step(f"rogatory case show {reference}")


def check_free(path: Path, force: bool) -> None:
    """Raises UsageError for a file that is there already, or a name that Word would not open."""
    if path.suffix.lower() != ".docx" or path.is_dir():
        raise UsageError(f"{path} is no name for a Word document.", "E.g. --docx letter.docx")
    if path.exists() and not force:
        raise UsageError(f"{path} is there already: nothing was written.", "Name another, or add --force.")


def _originals(count: int) -> str:
    return "1 original" if count == 1 else f"{count} originals"
