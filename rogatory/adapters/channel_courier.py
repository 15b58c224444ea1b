"""A courier: the package is written out for a person to burn to a disk and send; what the courier proves is on paper.

The person's own words about the dispatch (day, tracking number, seal) are a signed act on the ledger, not kept here.
"""

from collections.abc import Iterator
from pathlib import Path

from rogatory.adapters.channel_folder import ENDING, put_once
from schemas.identifiers import hex_of
from schemas.tasks import DeliveryReceipt, Package


class CourierChannel:
    """Implements `ports.Channel` for a disk in a sealed bag."""

    name = "courier"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, package: Package, content: Iterator[bytes]) -> DeliveryReceipt:
        """Writes the package and, beside it, its digest for `sha256sum -c`; a repeat changes nothing.

        Raises:
            UnreachableError: the folder cannot be written; nothing appeared in it.
            ChangedError: other content went out under this transmission id.
        """
        path, at = put_once(self._folder, f"{package.transmission}{ENDING}", package, content)
        note = path.with_name(f"{path.name}.sha256")
        if not note.exists():
            note.write_text(f"{hex_of(package.digest)}  {path.name}\n", encoding="ascii")
        return DeliveryReceipt(channel=self.name, accepted_at=at, place=path.name)
