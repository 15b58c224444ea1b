"""How much evidence the inbox takes in at once: config.json may have a section `uploads`.

"uploads": {"largest": 21474836480, "files": 20}
"""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rogatory.adapters.configuration import read_section
from rogatory.adapters.vault_uploads import LARGEST


class UploadSettings(BaseModel):
    """The limits of one delivery by the inbox."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    largest: Annotated[int, Field(ge=1, le=LARGEST, strict=True)] = 20 << 30
    """Bytes of one file, and of one form without script."""
    files: Annotated[int, Field(ge=1, le=20, strict=True)] = 20
    """In one delivery; what is signed must fit into one form."""


def read_upload_settings(home: Path) -> UploadSettings:
    """The limits in force. Raises UsageError naming what is wrong."""
    hint = "Write whole numbers: largest (bytes), files."
    return read_section(home, "uploads", UploadSettings, hint) or UploadSettings()
