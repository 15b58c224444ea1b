"""Whether a file is an item of evidence that a record speaks of, byte for byte, and what became of it there."""

from collections.abc import Sequence
from hashlib import file_digest
from pathlib import Path

from rogatory.adapters.package_check import verify_package
from rogatory.adapters.package_zip import AGE, open_package
from rogatory.custody.exhibits import Exhibit
from rogatory.custody.findings import Findings
from rogatory.custody.holding import ItemCustody
from rogatory.custody.ledger import MAX_LEDGER, Entry, lines_in
from rogatory.custody.package import LEDGER
from rogatory.custody.verify_ledger import LedgerFacts
from rogatory.errors import IntegrityError, RogatoryError
from rogatory.verification.folders import LEDGER_FILE
from rogatory.verification.ledgers import judge_lines, verify_ledger
from schemas.custody import TrustAnchors, VerificationReport


def verify_item(
    path: Path, record: Path, anchors: TrustAnchors | Sequence[TrustAnchors], identity: str | None = None
) -> VerificationReport:
    """The record's own report, and whether it knows the file's SHA-256. Never raises on hostile input.

    Args:
        path: the file, of any kind.
        record: a package, a ledger.jsonl, or the folder of one.
        anchors: whom to trust.
        identity: the age identity, for an encrypted package.
    """
    found = Findings(path.name or str(path), "item")
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
        facts = _record(found, record, anchors, identity)
        _judge(found, facts, digest)
    except (RogatoryError, OSError) as fault:
        found.add("can be read", False, str(fault), "intact", "signed", "trusted", "complete")
    return found.report()


def _record(
    found: Findings, path: Path, anchors: TrustAnchors | Sequence[TrustAnchors], identity: str | None
) -> LedgerFacts:
    path = path / LEDGER_FILE if path.is_dir() else path
    with path.open("rb") as file:
        packed = file.read(len(AGE)).startswith((b"PK\x03\x04", AGE))
    if not packed:
        facts = verify_ledger(path, anchors)
        found.include(facts.report, "record")
        return facts
    with open_package(path, identity) as package:
        found.include(verify_package(package, anchors), "record")
        if LEDGER not in package.paths:
            raise IntegrityError("That package carries no record.", "Name one that does: an export, or a delivery.")
        lines = lines_in(package.read(LEDGER, MAX_LEDGER), LEDGER)
    return judge_lines(lines, anchors, None)


def _judge(found: Findings, facts: LedgerFacts, digest: str) -> None:
    """Each item with that digest, where it stands, and the lines that name it; none is a no to "intact"."""
    said = f"sha256:{digest}"
    holding = facts.course.holding
    items: list[ItemCustody | Exhibit] = [*holding.items.values(), *holding.exhibits.items.values()]
    same = [item for item in items if item.digest == said]
    if not same:
        detail = f"no item of {facts.reference or 'the record'} has the SHA-256 {digest}"
        found.add("item", False, detail, "intact")
    for each in same:
        lines = ", ".join(f"{line.seq} {line.event}" for line in facts.entries if _names(line, each.item, said))
        found.add(each.item, True, f"{each.state}, held by {each.holder}; with this digest on lines: {lines}")
        if each.discrepancy == "open":
            found.add(f"{each.item}: decided", False, "it differs from what was declared; nobody decided", "complete")
        elif isinstance(each, ItemCustody) and each.declared not in {None, said}:
            detail = f"its sender declared {each.declared}; a person decided: {each.discrepancy}"
            found.add(f"{each.item}: as declared", True, detail)


def _names(line: Entry, item: str, digest: str) -> bool:
    facts = line.facts
    listed = facts.get("items")
    if line.event == "sign-off":
        return isinstance(listed, list) and digest in listed
    if line.event == "receive":
        return isinstance(listed, list) and any(isinstance(one, dict) and one.get("item") == item for one in listed)
    return item in {facts.get("item"), facts.get("copy_item")} and facts.get("digest") == digest
