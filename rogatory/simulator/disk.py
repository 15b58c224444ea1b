"""A disk by courier and its list by wire: what the simulator sends besides its files when it is told to."""

from datetime import datetime
from hashlib import sha256

from pydantic import JsonValue

from rogatory.simulator.evidence import Made

SEAL, WAYBILL = "XN 0471", "NX-7719-04"
FILES = {"image-1.dd": b"DEMO: invented image 1\n" * 40, "image-2.dd": b"DEMO: invented image 2\n" * 40}
"""What lies on the disk."""


def listing() -> Made:
    """The list of its files, as sha256sum writes it."""
    lines = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in FILES.items()]
    return Made(
        "disk-files.sha256",
        "".join(lines).encode(),
        "text/plain",
        "List of the files on the disk that a courier carries",
        None,
        "Central Authority of the Kingdom of Xenland",
    )


def announcement(handed_over: datetime) -> dict[str, JsonValue]:
    """The fields of its announcement (rogatory/announced.py)."""
    return {
        "happened_at": handed_over.isoformat(),
        "description": "Disk, black, serial NX-1, 1 TB. DEMO: invented.",
        "source": "Central Authority of the Kingdom of Xenland",
        "container": "Box 1",
        "seal": SEAL,
        "transport": "courier",
        "tracking": WAYBILL,
        "list": f"sha256:{sha256(listing().content).hexdigest()}",
    }
