"""Verifies a package offline: its bag, its seal, its message, its letters, and the ledger lines sent along."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.anchoring import judge_stamp
from rogatory.adapters.package_zip import OpenedPackage, open_package
from rogatory.adapters.pdf_signatures import verify_pdf
from rogatory.adapters.seal import SealFinding, verify_seal
from rogatory.custody.case_uco import disagreements
from rogatory.custody.dsse import verify_signature
from rogatory.custody.findings import Findings, roots_of, stamp_roots_of
from rogatory.custody.ledger import MAX_LEDGER, lines_in
from rogatory.custody.package import (
    ASIC_MANIFEST,
    BAG_MANIFEST,
    CASE_GRAPH,
    CHECKPOINT,
    HEAD,
    LEDGER,
    MAX_MANIFEST,
    PROOFS,
    SIGNATURE,
    TAG_MANIFEST,
    UNLISTED,
    misdeclared,
    read_asic_manifest,
    read_bag_manifest,
    unlisted,
)
from rogatory.custody.proofs import Placed
from rogatory.custody.verify_ledger import CLOSED, verify_lines
from rogatory.custody.verify_ledger import HEAD as SIGNED_HEAD
from rogatory.custody.verify_place import TREE, Stamped, with_place
from rogatory.errors import IntegrityError, RogatoryError
from schemas.custody import TrustAnchors, VerificationReport
from schemas.documents import LETTERS
from schemas.tasks import REQUESTS

DECLARED = "items as declared"
"""The one check that may fail in a package that is to be used: what becomes of such an item, a person decides."""
MAX_PDF = 256 << 20
MAX_NOTE = 1 << 16
MAX_GRAPH = 64 << 20


def verify_package(
    package: OpenedPackage | BinaryIO | Path,
    anchors: TrustAnchors | Sequence[TrustAnchors],
    *,
    identity: str | None = None,
    seal_keys: Collection[str] = (),
    subject: str = "package.asice",
) -> VerificationReport:
    """What can be said of a package. Never raises on hostile input.

    *intact*: every file is the one sealed. *signed*: by one seal key, manifest and message alike. *trusted*: the seal
    leads to a root of the state the message names as its sender (and is one of `seal_keys`, where given). *complete*:
    nothing is unlisted or missing, items are as declared, and the ledger sent along ends where its signed head says.

    Args:
        package: opened before, or a file.
        anchors: whom to trust.
        identity: the age identity, for an encrypted package.
        seal_keys: ids of the only keys whose seal counts, e.g. that of the other authority in our directory.
        subject: what the report calls it.
    """
    found = Findings(subject, "package")
    try:
        opened = package if isinstance(package, OpenedPackage) else open_package(package, identity)
    except (RogatoryError, OSError) as fault:
        found.add("package can be opened", False, str(fault), "intact", "signed", "trusted", "complete")
        return found.report()
    try:
        message = opened.message
        what = f"{message.kind} from {message.sender}, {message.reference}, transmission {message.transmission}"
        found.add("package can be opened", True, what)
        _Check(found, opened, anchors, seal_keys).run()
    except RogatoryError as fault:
        found.add("package can be read", False, str(fault), "intact", "complete")
    finally:
        if opened is not package:
            opened.close()
    return found.report()


def open_verified(
    source: BinaryIO | Path,
    identity: str | None,
    anchors: TrustAnchors,
    *,
    seal_keys: Collection[str] = (),
) -> OpenedPackage:
    """Opens a package that is to be used: everything must hold but what its sender declared of an item.

    Raises IntegrityError or RefusedError naming what does not hold.
    """
    opened = open_package(source, identity)
    report = verify_package(opened, anchors, seal_keys=seal_keys)
    faults = [check for check in report.checks if not check.ok and check.name != DECLARED]
    if faults:
        opened.close()
        raise IntegrityError(
            f"The package does not verify: {faults[0].name}: {faults[0].detail}.", "Set it aside and ask its sender."
        )
    return opened


class _Check:
    """One verification."""

    def __init__(
        self,
        found: Findings,
        package: OpenedPackage,
        anchors: TrustAnchors | Sequence[TrustAnchors],
        seal_keys: Collection[str],
    ) -> None:
        self.found, self.package, self.seal_keys = found, package, seal_keys
        self.roots = roots_of(anchors)
        self.digests = {path: package.digest(path) for path in package.paths}

    def run(self) -> None:
        """Every check, the later ones too when an earlier one fails."""
        seal = self.check_seal()
        self.check_manifests()
        self.check_message(seal)
        self.check_documents()
        self.check_ledger(seal)

    def check_seal(self) -> SealFinding:
        """The CAdES signature over the ASiC manifest, and whose it is."""
        package, sender = self.package, self.package.message.sender
        manifest, signature = package.read(ASIC_MANIFEST, MAX_MANIFEST), package.read(SIGNATURE, 1 << 20)
        seal = verify_seal(manifest, signature, tuple(self.roots))
        self.found.add("seal", seal.intact, seal.detail, "intact", "signed")
        vouched = self.roots.get(seal.root or "")
        right = vouched is not None and vouched.state == sender
        pinned = not self.seal_keys or seal.keyid in self.seal_keys
        if vouched is None:
            detail = "its certificate leads to none of the given roots"
        elif not right:
            detail = f"the seal is {vouched.state}'s, the message says it is from {sender}"
        else:
            detail = f"under {vouched.authority}" if pinned else "another key of that state than the one registered"
        self.found.add("seal trusted", right and pinned, detail, "trusted")
        self.found.demo = self.found.demo or (vouched is not None and vouched.demo)
        return seal

    def check_manifests(self) -> None:
        """ASiC manifest and bag manifests against what is really there."""
        there = {path: digest for path, digest in self.digests.items() if path not in UNLISTED}
        payload = {path: digest for path, digest in there.items() if path.startswith("data/")}
        tags = {p: d for p, d in there.items() if p not in payload and p != TAG_MANIFEST}
        self.compare("sealed manifest", ASIC_MANIFEST, read_asic_manifest, there)
        self.compare("bag manifest", BAG_MANIFEST, read_bag_manifest, payload)
        self.compare("bag tag manifest", TAG_MANIFEST, read_bag_manifest, tags)

    def compare(self, name: str, path: str, read: Callable[[bytes], dict[str, str]], there: dict[str, str]) -> None:
        """One manifest against the files it should list."""
        try:
            listed = read(self.package.read(path, MAX_MANIFEST))
        except IntegrityError as fault:
            self.found.add(name, False, str(fault), "intact", "complete")
            return
        changed = sorted(path for path in listed.keys() & there.keys() if listed[path] != there[path])
        missing, extra = sorted(listed.keys() - there.keys()), sorted(there.keys() - listed.keys())
        self.found.add(name, not changed, f"changed: {_some(changed)}" if changed else f"{len(there)} files", "intact")
        if missing or extra:
            detail = f"missing: {_some(missing)}; not listed: {_some(extra)}"
            self.found.add(f"{name}: nothing missing or added", False, detail, "complete", "intact")

    def check_message(self, seal: SealFinding) -> None:
        """The message's own signature, by the key that sealed; and that it speaks of what is there."""
        try:
            verify_signature(self.package.opened, seal.public_key)
            signed, detail = True, "signed by the seal's key"
        except RogatoryError as fault:
            signed, detail = False, f"not signed by the seal's key: {fault}"
        self.found.add("message", signed, detail, "signed", "intact")
        message = self.package.message
        faults = unlisted(message, self.digests)
        what = f"{len(message.documents)} documents, {len(message.items)} items"
        self.found.add("contents as the message lists them", not faults, _some(faults) if faults else what, "complete")
        sizes = {path: self.package.size(path) for path in self.package.paths}
        differing = misdeclared(message, sizes, self.digests)
        self.found.add(
            DECLARED, not differing, _some(differing) if differing else f"{len(message.items)} items", "complete"
        )

    def check_documents(self) -> None:
        """Signed PDFs among the documents; the letter of a request must be one."""
        message = self.package.message
        anchors = tuple({one.authority: one for one in self.roots.values()}.values())
        for document in message.documents:
            if document.path not in self.digests or not document.path.endswith(".pdf"):
                continue
            report = verify_pdf(self.package.read(document.path, MAX_PDF), anchors, document.path)
            signatures = [check for check in report.checks if check.name.startswith("signature ")]
            if signatures:
                self.found.include(report, document.path)
            elif document.type in LETTERS and message.kind in REQUESTS:
                self.found.add(f"{document.path}: signed", False, "a letter of request must be signed", "signed")

    def check_ledger(self, seal: SealFinding) -> None:
        """The ledger sent along: whole up to its signed head, and the seal's key is that of its recording service."""
        if LEDGER not in self.digests:
            return
        vouched = self.roots.get(seal.root or "")
        if vouched is None:
            self.found.add("ledger", False, "without trust in the seal it cannot be verified", "trusted", "complete")
            return
        lines = lines_in(self.package.read(LEDGER, MAX_LEDGER), LEDGER)
        head = lines_in(self.package.read(HEAD, 1 << 20), HEAD) if HEAD in self.digests else []
        one_head = head[0] if len(head) == 1 else None
        facts = verify_lines(lines, vouched, one_head)
        report = with_place(facts, lines, tuple(self.roots.values()), one_head, self.placed(), self.stamped)
        checks = tuple(check for check in report.checks if check.name != CLOSED)
        # The record of an open case may be sent too: it is complete up to the signed head that goes along.
        complete = report.intact and all(check.ok for check in checks if check.name in {SIGNED_HEAD, TREE})
        self.found.include(report.model_copy(update={"checks": checks, "complete": complete}), "ledger")
        services = {o.keyid for o in facts.directory.officials().values() if "system" in o.roles}
        self.found.add("seal is the recording service's", seal.keyid in services, f"key {seal.keyid[:16]}…", "trusted")
        mine = facts.reference == self.package.message.reference
        self.found.add("ledger of this case", mine, f"it is of {facts.reference}", "complete")
        if CASE_GRAPH in self.digests and report.intact:
            faults = disagreements(self.package.read(CASE_GRAPH, MAX_GRAPH), facts.reference or "", lines)
            self.found.add(
                "CASE/UCO graph as the ledger",
                not faults,
                _some(faults) if faults else "each item and each of its lines once",
                "complete",
            )

    def stamped(self, placed: Placed) -> Stamped | None:
        """What the checkpoint's time stamp says."""
        return judge_stamp(placed, tuple(pem for one in self.roots.values() for pem in stamp_roots_of(one)))

    def placed(self) -> tuple[str, str] | None:
        """Checkpoint and proofs, where the package has both."""
        if not {CHECKPOINT, PROOFS} <= set(self.digests):
            return None
        note, proofs = (
            self.package.read(path, limit) for path, limit in ((CHECKPOINT, MAX_NOTE), (PROOFS, MAX_LEDGER))
        )
        return note.decode("utf-8", "replace"), proofs.decode("utf-8", "replace")


def _some(things: Sequence[str]) -> str:
    return ", ".join(things[:5]) + (f" and {len(things) - 5} more" if len(things) > 5 else "") or "none"
