"""A draft of either kind, as filed."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from schemas.extradition import ExtraditionDraft
from schemas.identifiers import Digest, Record
from schemas.request import Draft

AnyDraft = Draft | ExtraditionDraft
DRAFTS: dict[str, type[Draft] | type[ExtraditionDraft]] = {
    "mutual-assistance": Draft,
    "preservation": Draft,
    "spontaneous-information": Draft,
    "extradition": ExtraditionDraft,
}
"""Kind of request to what is drafted for it."""


def model_of(value: Mapping[str, object]) -> type[Draft] | type[ExtraditionDraft]:
    """The model of the kind a draft's plain values name; of a request for assistance where they name none we know."""
    return DRAFTS.get(str(value.get("kind")), Draft)


class FiledRequest(Record):
    """A draft as filed: without the sealed identities, which stand in an annex of their own."""

    draft: Annotated[AnyDraft, Field(discriminator="kind")]
    version: int = 1
    sealed_annex: Digest | None = None
    """The vault's digest of the sealed identities; who may open it is decided elsewhere."""
