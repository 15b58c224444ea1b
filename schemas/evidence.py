"""What a delivery of evidence says of itself; kept in the vault, since names of files may name persons."""

from datetime import datetime

from schemas.identifiers import Digest, ItemId, MeasureId, Record, Reference


class ManifestItem(Record):
    """One file of a delivery."""

    item: ItemId
    name: str
    """As the sender named it; never used as a path."""
    description: str = ""
    media_type: str = "application/octet-stream"
    size: int
    digest: Digest
    declared: Digest | None = None
    declared_size: int | None = None
    measure: MeasureId | None = None
    source: str = ""
    """Who produced it, e.g. the bank or the court."""


class DeliveryManifest(Record):
    """One delivery."""

    reference: Reference
    sender: str
    """How it came: the requested state's authority, or the official who recorded it."""
    received_at: datetime
    message: Digest | None = None
    """The sealed package it came in, in the vault."""
    note: str = ""
    conditions: tuple[str, ...] = ()
    """Conditions the requested state attached (UNTOC 18(19), 18(26))."""
    items: tuple[ManifestItem, ...]
