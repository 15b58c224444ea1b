"""Sending a large draft to an S3 store in parts, and going on after a stop: what the store has is not sent again.

    sending.json   {"key": ..., "upload": the store's id, "part": bytes, "sent": {"1": [ETag, SHA-256], ...}}

A part counts as sent when the store lists it with the very ETag it gave us for it. The draft is sealed and whole when
sending begins and never changes after, so whatever is sent is the same bytes. obstore tells no upload's id; botocore,
which the extra `s3` has for the object lock, does.

The parts have one size, as some stores demand. Each carries its SHA-256, for the store to check.
"""

import base64
import contextlib
import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from rogatory.adapters.vault_keys import replace_file
from rogatory.adapters.vault_settings import S3Settings
from rogatory.errors import UnreachableError
from rogatory.ports import Progress

AT_ONCE = 2
"""So many parts are held in memory and under way at once."""


class Sending:
    """One draft on its way to a store; the process that holds the draft's folder is alone at it."""

    def __init__(self, settings: S3Settings, record: Path) -> None:
        self._settings, self._record = settings, record
        self._client: Any = Session().create_client(
            "s3",
            region_name=settings.region,
            endpoint_url=settings.endpoint,
            config=Config(
                connect_timeout=5,
                read_timeout=60,
                retries={"mode": "standard", "total_max_attempts": 4},
                s3={"addressing_style": "path" if settings.endpoint else "auto"},
            ),
        )

    def send(self, key: str, file: Path, part: int, stoppable: Progress) -> None:
        """Makes the object; `stoppable` is called with 0 before each part, and may raise.

        Raises:
            UnreachableError: the store did not take it; what it took is kept, and gone on from.
        """
        try:
            known = self._known(key, part)
            try:
                known = known or self._begun(key, part)
                self._send_missing(known, file, stoppable)
            except ClientError as fault:
                if _code(fault) != "NoSuchUpload":
                    raise
                known = self._begun(key, part)  # the store removed it, as it is told to after some days
                self._send_missing(known, file, stoppable)
            parts = [
                {"PartNumber": number, "ETag": tag, "ChecksumSHA256": digest}
                for number, (tag, digest) in sorted((int(number), sent) for number, sent in known["sent"].items())
            ]
            self._client.complete_multipart_upload(**self._place(known), MultipartUpload={"Parts": parts})
            self.clear(key)
        except (ClientError, BotoCoreError) as fault:
            said = _code(fault) if isinstance(fault, ClientError) else type(fault).__name__
            raise UnreachableError(
                f"{self._settings.place} did not do it ({said}); nothing is sealed, and what it took is kept.",
                "Look whether the store runs, then run the same command to go on.",
            ) from fault

    def clear(self, key: str) -> None:
        """Once the object is there: has the store drop what else was begun of it.

        A process that is killed between the store's answer and its note leaves an upload whose id nobody knows. Whoever
        else is sending the same is told that there is no such upload: it begins anew, or asks to be run again.
        """
        with contextlib.suppress(ClientError, BotoCoreError):
            begun = self._client.list_multipart_uploads(Bucket=self._settings.bucket, Prefix=key)
            for each in begun.get("Uploads", []):
                if each["Key"] == key:
                    self._client.abort_multipart_upload(
                        Bucket=self._settings.bucket, Key=key, UploadId=each["UploadId"]
                    )

    def give_up(self) -> None:
        """Has the store drop the parts; where it does not answer they stay until its own rule removes them."""
        with contextlib.suppress(ClientError, BotoCoreError, ValueError, KeyError, OSError):
            self._client.abort_multipart_upload(**self._place(json.loads(self._record.read_bytes())))

    def _known(self, key: str, part: int) -> dict[str, Any] | None:
        """What was begun and is still there; without the parts that the store does not list as we know them."""
        try:
            known: dict[str, Any] = json.loads(self._record.read_bytes())
            if (known["key"], known["part"]) != (key, part):
                return None
            listed: dict[str, str] = {}
            for page in self._client.get_paginator("list_parts").paginate(**self._place(known)):
                listed |= {str(each["PartNumber"]): each["ETag"] for each in page.get("Parts", [])}
            known["sent"] = {
                number: (tag, digest) for number, (tag, digest) in known["sent"].items() if listed.get(number) == tag
            }
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None
        except ClientError as fault:
            if _code(fault) == "NoSuchUpload":
                return None
            raise
        return known

    def _begun(self, key: str, part: int) -> dict[str, Any]:
        made = self._client.create_multipart_upload(
            Bucket=self._settings.bucket, Key=key, ChecksumAlgorithm="SHA256", ContentType="application/octet-stream"
        )
        known = {"key": key, "upload": made["UploadId"], "part": part, "sent": {}}
        self._note(known)
        return known

    def _send_missing(self, known: dict[str, Any], file: Path, stoppable: Progress) -> None:
        size, part = file.stat().st_size, int(known["part"])
        missing = [number for number in range(1, -(-size // part) + 1) if str(number) not in known["sent"]]
        with file.open("rb") as source, ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(missing), AT_ONCE):
                stoppable(0)
                under_way = []
                for number in missing[start : start + AT_ONCE]:
                    source.seek((number - 1) * part)
                    under_way.append((number, pool.submit(self._send_part, known, number, source.read(part))))
                faults = []
                for number, future in under_way:
                    try:
                        known["sent"][str(number)] = future.result()
                    except (ClientError, BotoCoreError) as fault:
                        faults.append(fault)
                self._note(known)
                if faults:
                    raise faults[0]

    def _send_part(self, known: dict[str, Any], number: int, content: bytes) -> tuple[str, str]:
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        answer = self._client.upload_part(**self._place(known), PartNumber=number, Body=content, ChecksumSHA256=digest)
        return str(answer["ETag"]), digest

    def _place(self, known: dict[str, Any]) -> dict[str, Any]:
        return {"Bucket": self._settings.bucket, "Key": known["key"], "UploadId": known["upload"]}

    def _note(self, known: dict[str, Any]) -> None:
        replace_file(self._record, json.dumps(known).encode())


def _code(fault: ClientError) -> str:
    return str(fault.response.get("Error", {}).get("Code", "an error"))
