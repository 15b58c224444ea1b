"""Packages of this authority: sealed with the service key, encrypted to the other state, kept before they leave."""

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.ledger_sql import SqlLedger
from rogatory.adapters.package_check import open_verified
from rogatory.adapters.package_zip import OpenedPackage, build_package, encrypt_package
from rogatory.adapters.pdf_signatures import signer_keys, verify_pdf
from rogatory.adapters.register_sql import SqlRegister
from rogatory.adapters.verify_text import case_languages
from rogatory.custody.directory import anchors_digest
from rogatory.custody.ledger import parse_line
from rogatory.custody.note import WITNESS, read_key
from rogatory.custody.package import PackageMessage, Part, SentDocument, part
from rogatory.custody.statement import words_of
from rogatory.errors import IntegrityError, UsageError
from rogatory.ports import EvidenceVault, Signer
from schemas.custody import Official, TrustAnchors
from schemas.identifiers import Digest, hex_of
from schemas.tasks import Package, PackageOrder


class Packages:
    """Implements ports.Packager, and opens what other states send."""

    def __init__(
        self,
        home: Path,
        ledger: SqlLedger,
        register: SqlRegister,
        vault: EvidenceVault,
        anchors: FileAnchors,
        seal: Signer,
    ) -> None:
        self._home, self._ledger, self._register = home, ledger, register
        self._vault, self._anchors, self._seal = vault, anchors, seal

    def make(self, order: PackageOrder, documents: dict[Digest, bytes], lines: Sequence[str]) -> Package:
        """Seals, encrypts to the requested state, and stores the package before it says so.

        The plain container never touches a named file. Raises NotFoundError without the other state's anchors.
        """
        peer = self._peer(order.requested_state)
        recipient = peer.package_recipient
        if recipient is None:
            raise UsageError(
                f"The anchors of {order.requested_state} name no key to encrypt to.", "Ask for its age recipient."
            )
        payload, sent = self._documents(order, documents)
        message = PackageMessage(
            kind=order.kind,
            sender=self._anchors.own().state,
            to=order.requested_state,
            reference=order.reference,
            transmission=order.transmission,
            in_reply_to=_transmission(_text(order, "question")),
            foreign_reference=self._register.case(order.reference).foreign_reference,
            at=order.at,
            documents=tuple(sent),
            text=self._words(order, lines),
        )
        witness = read_key(peer.witness_key, WITNESS).name if peer.witness_key else None
        record = self._ledger.record(order.reference, witness)
        languages = case_languages(self._register.case(order.reference), self._vault)
        with tempfile.TemporaryFile() as plain, tempfile.TemporaryFile() as sealed:
            build_package(plain, message, payload, self._seal, record=record, languages=languages)
            plain.seek(0)
            encrypt_package(plain, sealed, recipient)
            sealed.seek(0)
            digest, size = self._vault.keep(order.reference, sealed)
        return Package(transmission=order.transmission, digest=digest, size=size)

    def open_from(self, state: str, content: BinaryIO) -> OpenedPackage:
        """Opens a message of that state for us; everything must hold but what it declares of an item.

        Raises IntegrityError or RefusedError naming what does not hold.
        """
        identity = (self._home / "keys" / "package.age").read_text(encoding="ascii")
        peer = self._ledger.officials().get(f"{state.lower()}-authority")
        if peer is None:
            raise IntegrityError(f"Our registrars have entered no authority of {state}.")
        opened = open_verified(content, identity, self._peer(state), seal_keys={peer.keyid})
        message, own = opened.message, self._anchors.own().state
        if message.sender != state or message.to != own:
            opened.close()
            raise IntegrityError(f"The message is from {message.sender} to {message.to}, not from {state} to {own}.")
        return opened

    def check_letter(self, signed: bytes, signer: Official, anchors: TrustAnchors) -> None:
        """Raises IntegrityError unless the letter bears exactly one signature: the signatory's, intact and trusted."""
        report = verify_pdf(signed, anchors, "letter")
        if not report.ok:
            wrong = next((check for check in report.checks if not check.ok), None)
            raise IntegrityError(f"The letter's signature does not hold: {wrong.name if wrong else 'unknown'}.")
        if signer_keys(signed) != (signer.keyid,):
            raise IntegrityError(f"The letter is not signed by {signer.official}'s key alone.")

    def _peer(self, state: str) -> TrustAnchors:
        """The other state's anchors, if they are those our registrars entered. Raises IntegrityError."""
        anchors = self._anchors.peer(state)
        known = self._ledger.directory().peers.get(state)
        if known is None or known.anchors != anchors_digest(anchors):
            raise IntegrityError(
                f"The anchors of {state} are not those our registrars entered.",
                "Compare them on paper, and enter them.",
            )
        return anchors

    def _documents(self, order: PackageOrder, documents: dict[Digest, bytes]) -> tuple[list[Part], list[SentDocument]]:
        types = {}
        for row in self._register.documents(order.reference):
            types[row.digest] = types[row.signed_digest or row.digest] = row.type
        payload, sent = [], []
        for number, digest in enumerate([*order.documents, *order.enclosed], 1):
            kind = types.get(digest) or order.enclosed[digest]
            path = f"data/documents/{number:02d}-{kind}.pdf"
            payload.append(part(path, documents[digest]))
            sent.append(SentDocument(path=path, sha256=hex_of(digest), type=kind))
        return payload, sent

    def _words(self, order: PackageOrder, lines: Sequence[str]) -> str:
        """For a reply, the answer's words, as its signed act disclosed them."""
        reply = _text(order, "reply")
        if reply is None:
            return ""
        disclosed = self._ledger.disclosures(order.reference)
        for entry in map(parse_line, lines):
            if entry.event == "reply" and entry.act and entry.entry_id.endswith(f"/{reply}"):
                return words_of(disclosed.get(entry.entry_id, ()), entry.act).get("answer", "")
        return ""


def _transmission(question: str | None) -> str | None:
    """The transmission a question came in; one recorded from paper came in none."""
    return question if question and re.fullmatch(r"[0-9a-f-]{36}", question) else None


def _text(order: PackageOrder, name: str) -> str | None:
    value = order.facts.get(name)
    return value if isinstance(value, str) else None
