"""Finds out what a path is and verifies it as such; never raises for what is in it."""

from collections.abc import Sequence
from pathlib import Path

from rogatory.adapters.anchors_fs import read_anchors
from rogatory.adapters.package_check import verify_package
from rogatory.adapters.package_zip import AGE
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.custody.findings import Findings
from rogatory.errors import RogatoryError
from rogatory.verification.bundles import bundle_data, verify_bundle
from rogatory.verification.folders import MAX_PDF, verify_folder
from rogatory.verification.ledgers import verify_ledger
from schemas.custody import TrustAnchors, VerificationReport

PEEK = 1024
"""Bytes looked at to find out what a file is: a PDF's mark must come within the first 1024 (ISO 32000-1, 7.5.2)."""


def verify_path(
    path: Path, anchors: TrustAnchors | Sequence[TrustAnchors], identity: str | None = None
) -> VerificationReport:
    """What can be said of a PDF, a ledger, a package or a folder, by its content and not by its name.

    Args:
        path: what is verified; a ledger's signed head is looked for beside it.
        anchors: whom to trust, got on another way than what is verified. None: nothing is trusted.
        identity: the age identity (AGE-SECRET-KEY-1...) for an encrypted package.
    """
    name = path.name or str(path)
    try:
        if path.is_dir():
            return verify_folder(path, anchors, identity)
        with path.open("rb") as file:
            start = file.read(PEEK)
        if start.startswith((b"PK\x03\x04", AGE)):
            return verify_package(path, anchors, identity=identity, subject=name)
        if b"%PDF-" in start:
            return _verify_pdf_file(path, anchors, name)
        if start.startswith(b'{"payload":'):
            return verify_ledger(path, anchors).report
    except (RogatoryError, OSError) as fault:
        return _unreadable(name, str(fault))
    return _unreadable(name, "this is neither a PDF, a ledger, a package nor a folder")


def load_anchors(path: Path) -> TrustAnchors:
    """The trust anchors in a file, or those of the installation at home in a folder.

    Raises NotFoundError, UsageError naming what is wrong.
    """
    return read_anchors(path / "anchors" / "own.json" if path.is_dir() else path)


def _verify_pdf_file(path: Path, anchors: TrustAnchors | Sequence[TrustAnchors], name: str) -> VerificationReport:
    if path.stat().st_size > MAX_PDF:
        return _unreadable(name, f"a PDF of more than {MAX_PDF} bytes is not looked at")
    pdf = path.read_bytes()
    if (data := bundle_data(pdf)) is not None:
        return verify_bundle(pdf, data, anchors, name)
    return verify_pdf(pdf, anchors, name)


def _unreadable(name: str, why: str) -> VerificationReport:
    found = Findings(name, "unknown")
    found.add("can be read", False, why, "intact", "signed", "trusted", "complete")
    return found.report()
