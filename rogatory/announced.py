"""What the other state announces by wire while a courier carries it: the first line of that thing's custody.

The authority that announces it holds it, until a custodian of ours accepts it with the seal they find
(rogatory/custody/exhibits.py): announcement, road and acceptance are one line. Its list of files comes by wire before.
"""

import json
from typing import Annotated

from pydantic import AwareDatetime, Field, ValidationError

from rogatory.custody.package import PackageMessage
from rogatory.errors import NotFoundError, RefusedError
from rogatory.item_numbers import first_free, numbered
from rogatory.ports import Register
from schemas.commands import Code
from schemas.identifiers import Digest, ItemId, MeasureId, Record, Reference, Role, Text
from schemas.items import Condition, EnterItem, Words

KIND = "announcement"
ON_ITS_WAY = "With the courier"


class Announcement(Record):
    """The fields of an announcement."""

    happened_at: AwareDatetime
    """When it was handed to the courier."""
    description: Text
    source: Words | None = None
    quantity: Annotated[int, Field(ge=1, le=100_000)] = 1
    measure: MeasureId | None = None
    container: Code | None = None
    seal: Code | None = None
    condition: Condition = Condition.SOUND
    transport: Code
    tracking: Code
    """Number of the waybill."""
    list: Digest | None = None
    """Of the list of its files, as sha256sum writes it, delivered by wire."""


def entry_of(message: PackageMessage, sealed: Digest, register: Register) -> EnterItem:
    """The act that brings an announced thing on record, held by the authority that announced it.

    Args:
        message: the announcement, verified.
        sealed: the package it came in, in the vault.
        register: where items are numbered.

    Raises:
        RefusedError: Invalid, naming the field. NotFoundError: the list it names has not come yet.
    """
    try:
        said = Announcement.model_validate_json(json.dumps(message.fields))
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_url=False)[0]["loc"])
        raise RefusedError("Invalid", f"The announcement is malformed at {where}.") from error
    return EnterItem(
        command_id=message.transmission,
        by="service",
        role=Role.SYSTEM,
        item=numbered(message.reference, first_free(register, message.reference)),
        holder=f"{message.sender.lower()}-authority",
        place=ON_ITS_WAY,
        seal_after=said.seal,
        manifest=_listed(message.reference, said.list, register) if said.list else None,
        proof=sealed,
        **said.model_dump(exclude={"seal", "list"}),
    )


def _listed(reference: Reference, digest: Digest, register: Register) -> ItemId:
    found = next((row.item for row in register.items(reference) if row.digest == digest), None)
    if found is None:
        raise NotFoundError(f"The list of files that an announcement in {reference} names has not come yet.")
    return found
