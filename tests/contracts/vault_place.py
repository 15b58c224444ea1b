"""A vault to test, on a disk or in an S3 store, and what whoever administers that place can do behind its back."""

import json
import struct
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_wrap

from rogatory.adapters.vault_fs import open_vault
from rogatory.adapters.vault_keys import VaultKeys
from rogatory.ports import EvidenceVault
from tests.contracts.s3_store import S3Server

CASE, OTHER = "XV-2026-0001", "XV-2026-0002"


class Place:
    """A home with keys and a vault; stored objects go by their path below the vault's root."""

    def __init__(self, home: Path, s3: S3Server | None = None, bucket: str = "", prefix: str = "") -> None:
        self.home, self._prefix, self._bucket = home, prefix, bucket
        home.mkdir(exist_ok=True)
        self.keys = VaultKeys.create(home / "keys")
        self._client: Any = None
        if s3 is not None:
            self._client = s3.client()
            section = s3.section(bucket, prefix=prefix)
            (home / "config.json").write_text(json.dumps({"state": "XV", "vault": section}))
        self.vault = self.again()

    def again(self) -> EvidenceVault:
        """As another process opens it."""
        return open_vault(self.home)

    def stored(self) -> dict[str, bytes]:
        """Everything that lies there, by path."""
        if self._client is None:
            root = self.home / "vault"
            on_its_way = (root / "tmp", root / "unfinished")
            found = [path for path in root.rglob("*") if path.is_file() and not {*path.parents} & {*on_its_way}]
            return {str(path.relative_to(root)): path.read_bytes() for path in found}
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
        keys = [each["Key"] for page in pages for each in page.get("Contents", [])]
        return {key.removeprefix(self._prefix): self._got(key) for key in keys}

    def put(self, path: str, content: bytes) -> None:
        """Writes over whatever lies there."""
        if self._client is None:
            file = self.home / "vault" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.unlink(missing_ok=True)
            file.write_bytes(content)
        else:
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=content)

    def remove(self, path: str) -> None:
        """Deletes it."""
        if self._client is None:
            (self.home / "vault" / path).unlink()
        else:
            self._client.delete_object(Bucket=self._bucket, Key=self._prefix + path)

    def drafts(self) -> list[Path]:
        """What lies on the way in."""
        return list((self.home / "vault" / "tmp").iterdir())

    def unfinished(self) -> list[Path]:
        """The drafts that can be gone on with."""
        return sorted((self.home / "vault" / "unfinished").glob("*/draft"))

    def sending(self) -> list[str]:
        """The uploads in parts that the store has begun, by id; a disk has none."""
        if self._client is None:
            return []
        found = self._client.list_multipart_uploads(Bucket=self._bucket, Prefix=self._prefix)
        return [each["UploadId"] for each in found.get("Uploads", [])]

    def begin(self, key: str) -> str:
        """Begins such an upload as a process does that is killed before it can note it; its id."""
        return str(self._client.create_multipart_upload(Bucket=self._bucket, Key=key)["UploadId"])

    def put_part(self, key: str, upload: str, number: int, content: bytes) -> str:
        """Puts a part into such an upload; its ETag."""
        answer = self._client.upload_part(
            Bucket=self._bucket,
            Key=key,
            UploadId=upload,
            PartNumber=number,
            Body=content,
            ChecksumAlgorithm="SHA256",
        )
        return str(answer["ETag"])

    def abort(self, key: str, upload: str) -> None:
        """Removes such an upload."""
        self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)

    @property
    def in_store(self) -> bool:
        """Whether it lies in an S3 store."""
        return self._client is not None

    def _got(self, key: str) -> bytes:
        content: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return content


def path_of(reference: str, digest: str) -> str:
    """Where content lies below the vault's root."""
    return f"{reference}/{digest[7:9]}/{digest[7:]}"


def old_form(content: bytes, case_key: bytes) -> bytes:
    """EVB1: chunks of 1 MiB and no trailer."""
    key, prefix, size = AESGCM.generate_key(256), b"prefix7", 1 << 20
    header = b"EVB1" + prefix + aes_key_wrap(case_key, key)
    chunks = [content[start : start + size] for start in range(0, len(content), size)] or [b""]
    nonces = [prefix + struct.pack(">IB", n, n == len(chunks) - 1) for n in range(len(chunks))]
    return header + b"".join(AESGCM(key).encrypt(n, c, header) for n, c in zip(nonces, chunks, strict=True))
