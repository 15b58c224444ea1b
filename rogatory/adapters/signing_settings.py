"""How this installation signs: its time-stamping authority, and which keys lie on tokens. Sections of config.json.

    "timestamps": {"url": "https://tsa.example/tsr", "lists": ["ca/root.crl"], "timeout": 10}
    "signers": {"signatory": {"module": "/usr/lib/softhsm/libsofthsm2.so", "token": "mla", "key": "signatory",
                              "certificate": "officials/signatory.crt", "pin_file": "/run/credentials/pin"}}

Both are the operator's to write; docs/signatures.md explains each word. Neither ever holds a PIN.
"""

import json
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from rogatory.adapters.configuration import CONFIGURATION, as_configured, read_configuration
from rogatory.adapters.vault_keys import replace_file
from schemas.identifiers import OfficialId


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class TimestampSettings(_Section):
    """The time-stamping authority. Its certificates are in the trust anchors, so that others can verify too."""

    url: str
    """http or https; the only place that is contacted."""
    lists: tuple[str, ...] = ()
    """Files of revocation lists (DER or PEM), relative to the home: one for each issuer below a trust anchor."""
    timeout: Annotated[float, Field(gt=0, le=60)] = 10.0
    """Seconds for one whole answer."""

    @field_validator("url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        try:
            parts = urlsplit(url)
            known = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
        except ValueError:
            known = False
        if not known or not url.isascii() or any(sign.isspace() for sign in url) or parts.username or parts.fragment:
            raise ValueError("an address is like https://tsa.example/tsr, without a name or password in it")
        return url


class TokenSettings(_Section):
    """A key on a PKCS#11 token: a smart card, a hardware module, or SoftHSM."""

    module: str
    """The vendor's library, an absolute path."""
    token: str
    """The token's label."""
    key: str
    """The private key's label."""
    certificate: str | None = None
    """Its certificate in a file (PEM), relative to the home; default: officials/NAME.crt, keys/service.crt."""
    pin_file: str | None = None
    """A file that holds the PIN, readable by its owner only."""
    pin_variable: str | None = None
    """A variable of the environment that holds the PIN; default ROGATORY_PIN."""

    @field_validator("module")
    @classmethod
    def _is_absolute(cls, path: str) -> str:
        if not Path(path).is_absolute():
            raise ValueError("name the library by its absolute path: what runs here must not depend on the folder")
        return path


class SigningSettings(BaseModel):
    """Both sections; what else is in config.json is not looked at."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    demo: bool = False
    """The home was made for trying out: a demonstration authority may stand in for a real one."""
    timestamps: TimestampSettings | None = None
    signers: dict[OfficialId, TokenSettings] = {}


def read_settings(home: Path) -> SigningSettings:
    """What config.json says of signing; nothing where there is no such file. Raises UsageError naming what is wrong."""
    return as_configured(home, read_configuration(home), SigningSettings, "See docs/signatures.md.")


def write_timestamps(home: Path, settings: TimestampSettings | None) -> None:
    """Sets or takes out the section `timestamps`; the rest of the file stays as it is."""
    content = {name: value for name, value in read_configuration(home).items() if name != "timestamps"}
    if settings is not None:
        content["timestamps"] = settings.model_dump(mode="json")
    replace_file(home / CONFIGURATION, (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
