"""Where officials sign in to the inbox: the section `sign_in` of config.json names an OpenID Connect provider.

    "sign_in": {"issuer": "https://id.example", "client_id": "rogatory", "client_secret_file": "keys/sign-in.secret",
                "address": "https://inbox.example"}

It never holds the secret itself, and never a role: what an official may do is in the ledger. docs/operate.md explains
each word.
"""

import os
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from rogatory.adapters.addresses import is_private_road, is_this_machine, split_address
from rogatory.adapters.configuration import read_section
from rogatory.errors import UsageError
from schemas.identifiers import OfficialId

ANSWER = "/sign-in/answer"
"""Where the provider sends people back to."""
SEE = "See docs/operate.md, under: Sign-in at a provider."
OTHERS = 0o077
LARGEST_SECRET = 4096  # bytes


class SignInSettings(BaseModel):
    """The provider, and under which address the inbox is reached."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    issuer: str
    """As the provider names itself; https, or http on this machine."""
    client_id: Annotated[str, Field(min_length=1, max_length=200)]
    client_secret_file: str | None = None
    """A file with the secret, readable by its owner only, relative to the home; none: a public client."""
    claim: Annotated[str, Field(min_length=1, max_length=100)] = "sub"
    """Of the ID token: names the official. `sub` is the only one that no provider gives to somebody else later."""
    officials: dict[str, OfficialId] = {}
    """The claim's value to the official, where they differ; where any is given, no other value signs anybody in."""
    auditors: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    """The claim's values of those who read every case and do nothing: they have no entry in the directory."""
    address: str
    """Of the inbox, as browsers see it: https, or http on this machine."""
    clock_skew: Annotated[int, Field(ge=0, le=300)] = 60
    """Seconds by which the provider's clock and ours may differ."""
    trusted_proxies: tuple[str, ...] = ()
    """Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed; none: nobody's."""
    certificate: str | None = None
    """PEM, relative to the home: the inbox speaks TLS itself; with `key`."""
    key: str | None = None

    @field_validator("issuer", "address")
    @classmethod
    def _is_private(cls, address: str) -> str:
        parts = split_address(address)
        if parts is None:
            raise ValueError("an address is like https://id.example, without a password, ? or # in it")
        if not is_private_road(parts):
            raise ValueError("use https: in clear, whoever is on the road signs in as anybody (http: this machine)")
        return address

    @field_validator("address")
    @classmethod
    def _is_bare(cls, address: str) -> str:
        parts = split_address(address)
        if parts is None or parts.path not in ("", "/"):
            raise ValueError("the inbox has a host of its own: an address without a path, like https://inbox.example")
        return address.rstrip("/")

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for each in proxies:
            try:
                ip_address(each)
            except ValueError:
                raise ValueError("a proxy is named by its IP address, e.g. 127.0.0.1") from None
        return proxies

    @model_validator(mode="after")
    def _are_apart(self) -> "SignInSettings":
        if both := sorted({*self.auditors} & {*self.officials}):
            raise ValueError(f"auditors: {both[0][:40]} is an official too; who acts does not audit")
        return self

    @model_validator(mode="after")
    def _are_a_pair(self) -> "SignInSettings":
        if (self.certificate is None) != (self.key is None):
            raise ValueError("certificate and key go together")
        if self.certificate is not None and not self.secure:
            raise ValueError("with a certificate, the address begins with https")
        return self

    @property
    def secure(self) -> bool:
        """Browsers speak TLS to the inbox, whoever ends it."""
        return self.address.startswith("https://")

    @property
    def host(self) -> str:
        """Of the inbox, without a port, as in a Host header."""
        parts = split_address(self.address)
        assert parts is not None
        host = parts.hostname or ""
        return f"[{host}]" if ":" in host else host

    @property
    def port(self) -> int:
        """Of the inbox, as browsers see it."""
        parts = split_address(self.address)
        assert parts is not None
        return parts.port or (443 if self.secure else 80)

    def may_listen(self, host: str) -> str:
        """Why the inbox must not listen there; nothing where it may."""
        if is_this_machine(host):
            return ""
        if not self.secure:
            return "its address is not https"
        if not self.certificate and not self.trusted_proxies:
            return "neither a certificate nor a proxy that ends TLS is named"
        return ""


def read_sign_in_settings(home: Path) -> SignInSettings | None:
    """The section `sign_in` of config.json; None where there is none. Raises UsageError naming what is wrong."""
    return read_section(home, "sign_in", SignInSettings, SEE)


def read_secret(home: Path, settings: SignInSettings) -> str | None:
    """The client's secret. Raises UsageError: not there, empty, or open to others."""
    if settings.client_secret_file is None:
        return None
    path = home / settings.client_secret_file
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & OTHERS:
                raise UsageError(f"{path} can be read by others.", f"chmod 600 {path}")
            secret = file.read(LARGEST_SECRET).decode().strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise UsageError(f"The secret of the sign-in cannot be read from {path}.", SEE) from fault
    if not secret:
        raise UsageError(f"{path} is empty.", "Put the secret in it that the provider gave to this client.")
    return secret
