"""The evidence of a case, for a court or another authority: items, documents, custody record, in one sealed package."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from rogatory.adapters.anchors_fs import FileAnchors
from rogatory.adapters.channel_folder import publish
from rogatory.adapters.officials import SERVICE, signer_for
from rogatory.adapters.package_zip import build_package
from rogatory.adapters.verify_text import case_languages
from rogatory.custody.names import file_name
from rogatory.custody.package import PackageMessage, Part, SentDocument, SentItem, package_name, part, streamed
from rogatory.errors import NotFoundError
from rogatory.ports import CaseLedger, EvidenceVault, Register, Signer
from schemas.custody import TrustAnchors
from schemas.evidence import DeliveryManifest, ManifestItem
from schemas.identifiers import Digest, hex_of
from schemas.register import DocumentRow, ItemRow

EXCLUDED = "excluded"
"""The state of an item a person decided not to keep: its digest stays on the ledger, its content stays in the vault."""


def export_case(
    home: Path, reference: str, folder: Path, *, ledger: CaseLedger, register: Register, vault: EvidenceVault
) -> Path:
    """Writes `<reference>.asice` into the folder, sealed by the installation's service key; returns its path.

    Raises:
        NotFoundError: no such case, or something of it is not in the vault.
        IntegrityError: something in the vault is damaged; nothing is written.
        UnreachableError: the folder cannot be written.
    """
    return export_evidence(
        reference,
        folder,
        ledger=ledger,
        register=register,
        vault=vault,
        seal=signer_for(home, SERVICE),
        anchors=FileAnchors(home).own(),
        at=datetime.now(UTC),
    )


def export_evidence(
    reference: str,
    folder: Path,
    *,
    ledger: CaseLedger,
    register: Register,
    vault: EvidenceVault,
    seal: Signer,
    anchors: TrustAnchors,
    at: datetime,
) -> Path:
    """As `export_case`, with everything it needs given; memory stays flat whatever the size of the items."""
    case = register.case(reference)
    rows = [row for row in register.items(reference) if row.state != EXCLUDED]
    deliveries = {row.manifest: _manifest(vault, row) for row in rows}
    documents = [*_documents(register.documents(reference), vault), *_manifests(deliveries, vault, reference)]
    items = [_item(number, row, _entry(deliveries[row.manifest], row), vault) for number, row in enumerate(rows, 1)]
    message = PackageMessage(
        kind="export",
        sender=anchors.state,
        reference=reference,
        transmission=str(uuid.uuid4()),
        foreign_reference=case.foreign_reference,
        at=at,
        documents=tuple(SentDocument(path=one.path, sha256=one.sha256, type=kind) for kind, one in documents),
        items=tuple(declared for declared, _ in items),
        complete=True,
        conditions=tuple(dict.fromkeys(words for manifest in deliveries.values() for words in manifest.conditions)),
    )
    payload = [one for _, one in documents] + [content for _, content in items]
    record = ledger.record(reference)
    languages = case_languages(case, vault)
    path = folder / package_name(message)
    with publish(path) as out:
        build_package(out, message, payload, seal, record=record, languages=languages)
    return path


def _documents(rows: Iterable[DocumentRow], vault: EvidenceVault) -> list[tuple[str, Part]]:
    parts = []
    for row in rows:
        content = vault.read(row.reference, row.signed_digest or row.digest)
        parts.append((row.type, part(f"data/documents/{row.number:02d}-{row.type}.pdf", content)))
    return parts


def _manifests(
    deliveries: dict[Digest, DeliveryManifest], vault: EvidenceVault, reference: str
) -> list[tuple[str, Part]]:
    return [
        ("delivery_manifest", part(f"data/manifests/{number:02d}.json", vault.read(reference, digest)))
        for number, digest in enumerate(deliveries, 1)
    ]


def _item(number: int, row: ItemRow, said: ManifestItem, vault: EvidenceVault) -> tuple[SentItem, Part]:
    path = f"data/evidence/{number:02d}-{file_name(said.name)}"
    digest = hex_of(row.digest)
    declared = SentItem(
        path=path,
        name=said.name,
        sha256=digest,
        size=row.size,
        media_type=said.media_type,
        description=said.description,
        measure=said.measure,
        source=said.source,
    )
    return declared, streamed(path, row.size, digest, lambda: vault.stream(row.reference, row.digest))


def _manifest(vault: EvidenceVault, row: ItemRow) -> DeliveryManifest:
    return DeliveryManifest.model_validate_json(vault.read(row.reference, row.manifest))


def _entry(manifest: DeliveryManifest, row: ItemRow) -> ManifestItem:
    for item in manifest.items:
        if item.item == row.item:
            return item
    raise NotFoundError(f"The manifest of {row.item} does not name it.", "Run: rogatory doctor")
