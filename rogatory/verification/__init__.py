"""Verifies PDFs, ledgers, packages and folders without our server: only bytes and trust anchors go in."""

from rogatory.adapters.package_check import verify_package
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.verification.folders import verify_folder
from rogatory.verification.items import verify_item
from rogatory.verification.ledgers import verify_ledger
from rogatory.verification.paths import load_anchors, verify_path

__all__ = [
    "load_anchors",
    "verify_folder",
    "verify_item",
    "verify_ledger",
    "verify_package",
    "verify_path",
    "verify_pdf",
]
