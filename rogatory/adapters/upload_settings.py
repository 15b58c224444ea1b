"""How much evidence the inbox takes in at once: config.json may have a section `uploads`.

"uploads": {"largest": 21474836480, "files": 20}
"""

import json
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rogatory.adapters.vault_uploads import LARGEST
from rogatory.errors import UsageError


class UploadSettings(BaseModel):
    """The limits of one delivery by the inbox."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    largest: Annotated[int, Field(ge=1, le=LARGEST, strict=True)] = 20 << 30
    """Bytes of one file, and of one form without script."""
    files: Annotated[int, Field(ge=1, le=20, strict=True)] = 20
    """In one delivery; what is signed must fit into one form."""


def read_upload_settings(home: Path) -> UploadSettings:
    """The limits in force. Raises UsageError naming what is wrong."""
    path = home / "config.json"
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return UploadSettings()
    except (ValueError, OSError) as fault:
        raise UsageError(f"{path} is spoilt: {fault}.", "Mend it, or put it back from your backup.") from fault
    section = content.get("uploads", {}) if isinstance(content, dict) else {}
    try:
        return UploadSettings.model_validate(section)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        where = ".".join(["uploads", *(str(part) for part in first["loc"])])
        raise UsageError(f"{path}: {where}: {first['msg']}.", "Write whole numbers: largest (bytes), files.") from fault
