"""rogatory verify: whether a PDF, a ledger, a package or a folder is what it claims to be; offline."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from rogatory.cli.output import check_line, emit, mark, say
from rogatory.cli.working import working
from rogatory.errors import IntegrityError, NotFoundError

if TYPE_CHECKING:
    from schemas.custody import TrustAnchors, VerificationReport

INTEGRITY = IntegrityError.exit_code
ANSWERS = {
    "intact": ("nothing was changed", "something was changed"),
    "signed": ("every signature is that of its signer", "a signature is missing or not that of its signer"),
    "trusted": ("the signers are vouched for by the trust anchors", "a signer is not vouched for by the trust anchors"),
    "complete": ("nothing is missing", "something is missing, or still to come"),
}


def verify(
    path: Path,
    /,
    *,
    anchors: Annotated[
        tuple[Path, ...],
        Parameter(help="Whom to trust: files of trust anchors, got on another way. Default: those of this home."),
    ] = (),
    cosigned: Annotated[
        bool, Parameter(help="Fail (exit 7) unless another state cosigned a head of the record.", negative="")
    ] = False,
    record: Annotated[
        Path | None, Parameter(help="Check the file as an item of evidence of this ledger, package or folder.")
    ] = None,
    identity: Annotated[
        Path | None, Parameter(help="The age identity that opens an encrypted package. Default: this home's.")
    ] = None,
) -> int:
    """Check a PDF, a ledger, a package or a folder: is it intact, signed, trusted, complete? (exit 7 if not)

    Parameters
    ----------
    path: Path
        A .pdf, a ledger.jsonl, a package (.asice, .asice.age), or a folder of them; with --record a file of any kind.
    """
    from rogatory.verification import verify_item, verify_path

    for each in filter(None, (path, record)):
        if not each.exists():
            raise NotFoundError(f"There is no {each}.", "Name a file or a folder.")
    trusted, key = _trusted(anchors), _identity(identity)
    with working("Verifying"):
        report = verify_item(path, record, trusted, key) if record else verify_path(path, trusted, key)
    document = {"ok": report.ok, **report.model_dump(mode="json")}
    if not emit(document):
        show_report(report)
        if not trusted:
            say("No trust anchors: name them with --anchors FILE, got on another way than what you verify.")
    return 0 if report.ok and (report.cosigned or not cosigned) else INTEGRITY


def _trusted(files: tuple[Path, ...]) -> "list[TrustAnchors]":
    """The anchors of the files; without files, those this installation has, if there is one."""
    from rogatory.verification import load_anchors

    if files:
        return [load_anchors(file) for file in files]
    from rogatory.profile import Profile

    found = Profile.load()
    if not found.initialised:
        return []
    from rogatory.adapters.anchors_fs import FileAnchors

    own = FileAnchors(found.home)
    return [own.own(), *(own.peer(state) for state in own.peers())]


def _identity(file: Path | None) -> str | None:
    from rogatory.profile import Profile

    file = file or Profile.load().home / "keys" / "package.age"
    return file.read_text(encoding="ascii", errors="replace").strip() if file.is_file() else None


def show_report(report: "VerificationReport", *, every: bool = True) -> None:
    """Every check, or only those that fail; then the four answers, which are never mixed; then the whole."""
    room = min(44, max((len(check.name) for check in report.checks), default=0) + 3)
    for check in report.checks if every else [check for check in report.checks if not check.ok]:
        check_line(check.ok, check.name, check.detail, room)
    for answer, (if_yes, if_no) in ANSWERS.items():
        yes = getattr(report, answer)
        say(f"{mark(yes)} {answer:<10}{f'yes   {if_yes}' if yes else f'NO    {if_no}'}")
    if report.completeness is not None:
        say(f"{mark(report.cosigned)} {'cosigned':<10}{'yes   ' if report.cosigned else 'NO    '}{report.completeness}")
    say(_summed_up(report) + ("  DEMO: keys anyone can make; not for use." if report.demo else ""))


def _summed_up(report: "VerificationReport") -> str:
    if report.ok:
        return f"VERIFIED: {len(report.checks)} checks passed."
    failed = sum(not check.ok for check in report.checks)
    if report.intact and report.signed and report.trusted:
        return f"NOT COMPLETE: what is here is sound; {failed} of {len(report.checks)} checks say that it is not all."
    missing = ", ".join(answer for answer in ANSWERS if not getattr(report, answer))
    return f"NOT VERIFIED: {failed} of {len(report.checks)} checks failed (not {missing}). Do not rely on it."
