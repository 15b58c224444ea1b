"""Where the vault lies: on this machine's disk, unless config.json has a section `vault` that names an S3 store.

    "vault": {"kind": "s3", "endpoint": "https://s3.example", "region": "eu-1", "bucket": "mla-evidence",
              "prefix": "xv/", "object_lock": "required"}

Credentials are never in it: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN of the environment, or the
role of the machine. docs/operate.md explains each word.
"""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, field_validator

from rogatory.adapters.addresses import is_this_machine
from rogatory.adapters.configuration import read_section

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([a-z0-9][a-z0-9-]*/)*")


class S3Settings(BaseModel):
    """A bucket of an S3 store."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Literal["s3"]
    bucket: str
    endpoint: str | None = None
    """https address of the store, without the bucket; none: that of AWS in the region. http only on this machine."""
    region: str = "us-east-1"
    prefix: str = ""
    """What the keys of all objects begin with; ends in a slash."""
    object_lock: Literal["required", "reported"] = "reported"
    """required: nothing is stored where the store does not enforce its object lock. reported: the doctor tells."""

    @field_validator("bucket")
    @classmethod
    def _is_bucket(cls, bucket: str) -> str:
        if not _BUCKET.fullmatch(bucket):
            raise ValueError("the name of a bucket has 3 to 63 small letters, digits, dots and hyphens")
        return bucket

    @field_validator("prefix")
    @classmethod
    def _is_prefix(cls, prefix: str) -> str:
        if not _PREFIX.fullmatch(prefix):
            raise ValueError("write small letters, digits and hyphens, and a slash at the end, e.g. xv/")
        return prefix

    @field_validator("endpoint")
    @classmethod
    def _is_address(cls, endpoint: str | None) -> str | None:
        if endpoint is None:
            return None
        try:
            parts = urlsplit(endpoint)
            sound = bool(parts.hostname) and (parts.port is None or parts.port > 0) and parts.path in ("", "/")
        except ValueError:
            sound = False
        if not sound or parts.username or parts.query or parts.fragment:
            raise ValueError("an address is like https://s3.example, without a path or password in it")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(parts.hostname or "")):
            raise ValueError("use https: in clear, whoever is on the road sees which cases there are")
        return endpoint.rstrip("/")

    @property
    def in_clear(self) -> bool:
        """Spoken to without TLS, on this machine."""
        return self.endpoint is not None and self.endpoint.startswith("http://")

    @property
    def place(self) -> str:
        """Where it is, for a person."""
        return f"s3://{self.bucket}/{self.prefix} at {self.endpoint or f'AWS {self.region}'}"


def read_vault_settings(home: Path) -> S3Settings | None:
    """The S3 store of config.json; None for the disk. Raises UsageError naming what is wrong."""
    return read_section(home, "vault", S3Settings, "See docs/operate.md.")
